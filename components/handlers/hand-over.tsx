import { HandOverForm } from '@/components/handlers/handler-forms';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { handOverAction } from '@/lib/handlers/handler.actions';
import type { HandOverPage } from '@/lib/handlers/handler.queries';

const SHOWN = 20;

function Entries({ title, entries }: { title: string; entries: string[] }) {
  return (
    <div className="border-b border-line-soft py-2 last:border-0">
      <h3 className="font-semibold">
        {title}
        <span className="ml-1.5 font-normal text-mute">{entries.length}</span>
      </h3>
      {entries.length > 0 ? (
        <ul className="mt-1 list-disc pl-5">
          {entries.slice(0, SHOWN).map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list in which words may recur
            <li key={index}>{entry}</li>
          ))}
          {entries.length > SHOWN ? <li className="text-mute">另 {entries.length - SHOWN} 项</li> : null}
        </ul>
      ) : null}
    </div>
  );
}

/** What a person still holds, and to whom it goes. */
export function HandOver({ page, unitId }: { page: HandOverPage; unitId: number | null }) {
  const { person, work, successors, idempotencyKey } = page;
  const hasWork = work.handled.length + work.papers.length + work.slips.length + work.notices.length > 0;
  return (
    <>
      <Card id="open-work" title="未办结的工作" note="移交时以当时实有的为准，一次全部移交">
        <Entries title="经办的任务" entries={work.handled.map((row) => row.title)} />
        <Entries title="待单位负责人签发的材料" entries={work.papers.map((paper) => paper.title)} />
        <Entries title="督办单拟稿" entries={work.slips.map((slip) => slip.title)} />
        <Entries title="未办的提醒" entries={work.notices.map((notice) => notice.title)} />
        {work.evidence > 0 ? (
          <p className="mt-2 text-mute">
            另有未报送的佐证材料 {work.evidence} 件，仍留在原上传人名下；账号停用后，本单位填报相应任务时可以直接选用。
          </p>
        ) : null}
      </Card>
      <Card id="hand-over" title="移交">
        {!hasWork && !person.canDisable ? (
          <EmptyState title="该人员名下没有需要移交的工作。" />
        ) : hasWork && successors.length === 0 ? (
          <EmptyState title="没有可接手的人员。">请先为同一单位或同一优化办新建或启用账号。</EmptyState>
        ) : (
          <HandOverForm
            key={idempotencyKey}
            action={handOverAction}
            accountId={person.id}
            unitId={unitId}
            idempotencyKey={idempotencyKey}
            successors={successors}
            canDisable={person.canDisable}
            hasWork={hasWork}
          />
        )}
      </Card>
    </>
  );
}
