import { OpinionForm } from '@/components/reports/opinion-form';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import type { OpinionForm as OpinionFacts, OpinionView } from '@/lib/reports/opinion.queries';
import { giveOpinionAction } from '@/lib/reports/report.actions';

/** What co-leads say of a RESULT; for the task's page and the reviewer. */
export function OpinionList({ opinions }: { opinions: OpinionView[] }) {
  return (
    <ul>
      {opinions.map((opinion) => (
        <li key={`${opinion.reportId}-${opinion.unitId}`} className="border-b border-line-soft py-1 last:border-0">
          <p className="flex flex-wrap items-center gap-x-2">
            <span className="font-semibold">{opinion.unitName}</span>
            <Badge tone={opinion.agrees ? 'green' : 'red'}>{opinion.agrees ? '同意办结' : '有异议'}</Badge>
          </p>
          {opinion.words ? <p className="whitespace-pre-wrap">{opinion.words}</p> : null}
          <p className="text-xs text-mute">
            {opinion.givenByWords} · {opinion.givenOn} · 针对第 {opinion.reportVersion} 版
          </p>
        </li>
      ))}
    </ul>
  );
}

/** 共同牵头意见, on a task's page while a RESULT is under review. */
export function OpinionCard({ facts, taskId }: { facts: OpinionFacts; taskId: number }) {
  const given = facts.opinions.find((opinion) => opinion.unitId === facts.unit?.id);
  return (
    <Card id="opinions" title="共同牵头意见" note={`对${facts.report.unitName}的办结申请`}>
      <OpinionList opinions={facts.opinions} />
      {facts.silent.length > 0 ? (
        <p className="py-1 text-sm text-mute">尚未提出意见：{facts.silent.join('、')}</p>
      ) : null}
      {facts.unit ? (
        <OpinionForm
          foldLook={{
            fold: given ? '改变意见' : `${facts.unit.name}提出意见`,
            isOpen: given === undefined,
            isSmall: true,
            className: 'mt-1',
          }}
          action={giveOpinionAction}
          taskId={taskId}
          unitId={facts.unit.id}
          report={facts.report}
          idempotencyKey={facts.idempotencyKey}
        />
      ) : null}
      <p className="mt-1 text-xs text-mute">共同牵头单位的意见供审核参考，不影响审核进行。</p>
    </Card>
  );
}
