import { EvidenceList } from '@/components/evidence/evidence-list';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import { SendBackForm, SignForm, WithdrawPaperForm } from '@/components/unit-papers/paper-forms';
import type { Day } from '@/lib/dates';
import { consequenceWords } from '@/lib/extensions/extension.rules';
import { sendBackPaperAction, signPaperAction, withdrawPaperAction } from '@/lib/unit-papers/unit-paper.actions';
import type { PaperView, WordsBefore } from '@/lib/unit-papers/unit-paper.queries';

const KINDS = { PROGRESS: '进展', RESULT: '办结申请', EXTENSION: '延期申请' } as const;

type Words = Pick<WordsBefore, 'percent' | 'narrative' | 'problems' | 'needs' | 'nextSteps'>;

function Said({ words }: { words: Words }) {
  const notes = [
    ['存在问题', words.problems],
    ['需协调解决事项', words.needs],
    ['下一步', words.nextSteps],
  ].filter(([, text]) => text !== '');
  return (
    <>
      {words.percent === null ? null : <p className="text-sm text-mute">完成程度 {words.percent}%</p>}
      <p className="whitespace-pre-wrap">{words.narrative}</p>
      {notes.map(([label, text]) => (
        <p key={label} className="whitespace-pre-wrap">
          <span className="text-mute">{label}：</span>
          {text}
        </p>
      ))}
    </>
  );
}

function graceWords(paper: PaperView, today: Day): string | null {
  if (paper.cycle === null) return null;
  return today > paper.cycle.graceEndsOn
    ? `${paper.cycle.label}周期的宽限期已于 ${paper.cycle.graceEndsOn} 结束，签发后作为补报上报。`
    : `${paper.cycle.label}周期的宽限期至 ${paper.cycle.graceEndsOn}${paper.cycle.doubt ? `（${paper.cycle.doubt}）` : ''}，签发后才算上报。`;
}

/** One paper in full beside what the unit said before, with what the viewer may do. */
export function Paper({ paper, today, showsTask }: { paper: PaperView; today: Day; showsTask: boolean }) {
  const grace = paper.status === 'WAITING' ? graceWords(paper, today) : null;
  return (
    <article id={`paper-${paper.id}`} className="border-b border-line-soft py-3 first:pt-0 last:border-0 last:pb-0">
      {showsTask ? (
        <h3 className="mb-0.5 text-base">
          <TextLink quiet href={`/tasks/${paper.task.id}`}>
            {paper.task.text}
          </TextLink>
        </h3>
      ) : null}
      <p className="mb-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <span className="font-semibold">{paper.unitName}</span>
        <span>
          {paper.cycle?.label}
          {KINDS[paper.kind]}
        </span>
        <Badge tone={paper.status === 'WAITING' ? 'amber' : 'red'}>
          {paper.status === 'WAITING' ? '待签' : '已退改'}
        </Badge>
        <span className="text-mute">
          {paper.writtenByName} {paper.writtenOn} 拟稿
          {showsTask ? ` · 第 ${paper.task.seq} 项 · ${paper.task.planTitle}` : ''}
        </span>
      </p>
      {paper.status === 'SENT_BACK' ? (
        <Notice tone="warn" title={`${paper.decidedByName ?? '单位负责人'} ${paper.decidedOn ?? ''} 退改`}>
          <p>{paper.decisionNote}</p>
          <p>
            <TextLink
              href={`/tasks/${paper.task.id}?paper=${paper.id}#${paper.kind === 'EXTENSION' ? 'extension' : 'report'}`}
            >
              在原文上修改，重新提交
            </TextLink>
          </p>
        </Notice>
      ) : null}
      {grace ? <p className="mb-1 text-sm text-amber">{grace}</p> : null}
      {paper.status === 'WAITING' && paper.movedWords ? <Notice tone="warn">{paper.movedWords}</Notice> : null}
      <div className={showsTask && paper.before ? 'grid gap-x-4 gap-y-2 lg:grid-cols-2' : undefined}>
        <div className="min-w-0">
          {showsTask && paper.before ? <p className="text-xs text-mute">本次</p> : null}
          {paper.report ? <Said words={paper.report} /> : null}
          {paper.extension ? (
            <>
              <p>
                申请由 {paper.task.dueOn ?? '—'} 延至 {paper.extension.toDueOn}
              </p>
              {paper.status === 'WAITING' && paper.task.dueOn ? (
                <p className="text-sm text-amber">
                  以签发当日为提出日。
                  {consequenceWords({ dueOn: paper.task.dueOn, today, hasLateOne: paper.hasLateExtension })}
                </p>
              ) : null}
              <p className="whitespace-pre-wrap">
                <span className="text-mute">理由：</span>
                {paper.extension.reason}
              </p>
              {paper.extension.progress ? (
                <p className="whitespace-pre-wrap">
                  <span className="text-mute">目前进展：</span>
                  {paper.extension.progress}
                </p>
              ) : null}
            </>
          ) : null}
          {paper.evidence.length > 0 ? <EvidenceList items={paper.evidence} /> : null}
        </div>
        {showsTask && paper.before ? (
          <div className="min-w-0 border-line-soft text-mute max-lg:border-t max-lg:pt-2 lg:border-l lg:pl-4">
            <p className="text-xs">
              此前填报 · {paper.before.label} · {paper.before.on}
            </p>
            <Said words={paper.before} />
          </div>
        ) : null}
      </div>
      {paper.canSign ? (
        <div className="mt-2">
          <SignForm action={signPaperAction} paper={paper} />
          <SendBackForm action={sendBackPaperAction} paper={paper} />
        </div>
      ) : null}
      {paper.canWithdraw ? <WithdrawPaperForm action={withdrawPaperAction} paper={paper} /> : null}
    </article>
  );
}

/** On a task's page: papers of the viewer's units that wait or came back. */
export function PapersCard({ papers, today }: { papers: PaperView[]; today: Day }) {
  if (papers.length === 0) return null;
  return (
    <Card id="papers" title="本单位待签材料" note={`${papers.length} 份`} className="border-l-4 border-l-amber">
      {papers.map((paper) => (
        <Paper key={paper.id} paper={paper} today={today} showsTask={false} />
      ))}
    </Card>
  );
}

/** On a unit's home. */
export function PapersHint({ count, signs }: { count: number; signs: boolean }) {
  if (count === 0) return null;
  return (
    <Card
      title="待签发"
      note={`${count} 份`}
      action={{ href: '/papers', label: signs ? '去签发' : '查看' }}
      className="border-l-4 border-l-amber"
    >
      <p>
        {signs
          ? `本单位有 ${count} 份材料等待您签发，签发后才算上报。`
          : `本单位有 ${count} 份材料等待单位负责人签发，签发后才算上报。`}
      </p>
    </Card>
  );
}
