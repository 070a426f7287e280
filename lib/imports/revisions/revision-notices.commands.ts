import 'server-only';
import type { Day } from '@/lib/dates';
import { tell } from '@/lib/notices/notice.commands';
import { accountsOfUnits, headsOf } from '@/lib/notices/recipients.queries';
import type { Tx } from '@/lib/server/db';
import { tellUnitsToSign } from '@/lib/sign-for/sign-for-notices.commands';
import { mattersByUnit, mattersWords, type TaskRevision } from './revision-notices.rules';

type Event = { taskId: number; type: string; payload?: unknown };
/** Of a revised row's fields those that say something else of the task than its number, its units and its date. */
const PLACE_FIELDS = ['seq', 'lead', 'responsible', 'deadline', 'state'];

/**
 * Every unit learns what a revised list has changed of its tasks under a plan that is in force, in one notice, and who owes a sign-for now is asked for it. Within
 * the transaction that writes the list.
 */
export async function tellRevised(
  tx: Tx,
  { planId, documentId, basis, day }: { planId: number; documentId: number; basis: string; day: Day },
  events: readonly Event[],
): Promise<void> {
  await tellUnitsToSign(tx, planId);
  const byUnit = mattersByUnit(await readRevisions(tx, events, day));
  for (const [unitId, matters] of byUnit) {
    const people = new Set([
      ...(await accountsOfUnits(tx, [unitId], ['unit_reporter', 'unit_head'], day)),
      ...(await headsOf(tx, unitId, day)),
    ]);
    const [only] = matters.length === 1 ? matters : [];
    await tell(
      tx,
      [...people].map((accountId) => ({
        accountId,
        kind: 'task_changed' as const,
        key: `revised:${documentId}:${unitId}`,
        title: `清单已修订，贵单位有 ${matters.length} 项任务变动`,
        body: `${mattersWords(matters)}依据：${basis}`,
        href: only ? `/tasks/${only.taskId}` : `/tasks?plan=${planId}&unit=${unitId}`,
        taskId: only?.taskId,
      })),
    );
  }
}

async function readRevisions(tx: Tx, events: readonly Event[], day: Day): Promise<TaskRevision[]> {
  const byTask = Map.groupBy(events, ({ taskId }) => taskId);
  if (byTask.size === 0) return [];
  const ids = [...byTask.keys()];
  const rows = await tx.$queryRaw<{ taskId: number; seq: number; before: number[]; after: number[] }[]>`
    SELECT t.id AS "taskId", t.seq,
           ARRAY(SELECT DISTINCT u.unit_id FROM task_units_as_of(${day}::date - 1) u WHERE u.task_id = t.id) AS before,
           ARRAY(SELECT DISTINCT u.unit_id FROM task_units_as_of(${day}::date) u WHERE u.task_id = t.id) AS after
      FROM task t WHERE t.id = ANY(${ids}::int[]) ORDER BY t.sort_order`;
  return rows.map(({ taskId, seq, before, after }) => {
    const own = byTask.get(taskId)!;
    const has = (type: string) => own.some((event) => event.type === type);
    return {
      taskId,
      seq,
      isNew: has('TASK_CREATED'),
      isCancelled: has('TASK_CANCELLED'),
      isRestored: has('TASK_RESTORED'),
      isMoved: has('DEADLINE_CORRECTED'),
      isReworded: own.some(({ type, payload }) => type === 'TASK_REVISED' && saysMore(payload)),
      unitsBefore: has('TASK_CREATED') ? [] : before,
      unitsAfter: after,
    };
  });
}

function saysMore(payload: unknown): boolean {
  const { after } = payload as { after?: Record<string, unknown> };
  return Object.keys(after ?? {}).some((field) => !PLACE_FIELDS.includes(field));
}
