import { SlipStatusWords, TierBadge } from '@/components/slips/slip-words';
import { Card } from '@/components/ui/card';
import { DefinitionList } from '@/components/ui/definition-list';
import { TextLink } from '@/components/ui/text-link';
import type { SlipDetail } from '@/lib/slips/slip-detail.queries';
import { truncate } from '@/lib/text';

/** Where a slip stands, by when, and about which tasks. */
export function SlipFacts({ slip, asOf }: { slip: SlipDetail; asOf: string | null }) {
  const { paper } = slip;
  const query = asOf ? `?asOf=${asOf}` : '';
  const isIssued = paper.issuedOn !== null;
  return (
    <Card title="督办情况">
      <DefinitionList
        items={[
          { term: '层级', detail: <TierBadge tier={paper.tier} words={paper.tierWords} /> },
          ...(slip.tierReason ? [{ term: '调整理由', detail: slip.tierReason }] : []),
          { term: '状态', detail: <SlipStatusWords status={slip.status} isReplyLate={slip.isReplyLate} /> },
          { term: '主送单位', detail: <TextLink href={`/units/${slip.unitId}${query}`}>{slip.unitName}</TextLink> },
          ...(isIssued
            ? [
                { term: '印发', detail: paper.issuedOn },
                { term: '签收期限', detail: slip.signForDueOn },
                {
                  term: '回复期限',
                  detail: (
                    <>
                      {slip.replyDueOn}
                      {slip.replyDueOn !== paper.replyDueOn ? (
                        <span className="block text-xs text-mute">回复退回后重新起算，原为 {paper.replyDueOn}</span>
                      ) : null}
                    </>
                  ),
                },
              ]
            : [{ term: '回复期限', detail: `印发后 ${paper.replyWorkingDays} 个工作日` }]),
          {
            term: '任务',
            detail: (
              <ul className="space-y-1">
                {paper.tasks.map((task) => (
                  <li key={task.taskId}>
                    <TextLink href={`/tasks/${task.taskId}${query}`}>
                      第 {task.seq} 项 {truncate(task.text, 30)}
                    </TextLink>
                    <span className="block text-xs text-mute">
                      {isIssued ? '印发时' : '现在'}：{task.standing}
                    </span>
                  </li>
                ))}
              </ul>
            ),
          },
        ]}
      />
      {slip.calendarNotice ? <p className="mt-2 text-xs text-amber">{slip.calendarNotice}。</p> : null}
    </Card>
  );
}
