import 'server-only';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import type { Tx } from '@/lib/server/db';
import { truncate } from '@/lib/text';
import { tell } from './notice.commands';
import { accountsOfUnits, handlersOf, headsOf } from './recipients.queries';

/** What has become of a task by a decision of its office: what units owe may be another thing from now on. It only tells. */
export type TaskChange = {
  /** Of the event: 'cancelled:12:…'. */
  key: string;
  /** After “第 3 项任务”. */
  what: string;
  body: string;
};

/**
 * Tells units of a change of a task, within the transaction of it. leads: those who look after it there and their heads, unit by unit; others: the reporters and
 * heads of all of them. Who did it is not told.
 */
export async function tellUnitsOfChange(
  tx: Tx,
  actor: Actor,
  task: { id: number; today: Day },
  { leads, others = [] }: { leads: readonly number[]; others?: readonly number[] },
  { key, what, body }: TaskChange,
): Promise<void> {
  const told = new Set(await accountsOfUnits(tx, others, ['unit_reporter', 'unit_head'], task.today));
  for (const unitId of new Set(leads)) {
    for (const id of await handlersOf(tx, task.id, unitId, task.today)) told.add(id);
    for (const id of await headsOf(tx, unitId, task.today)) told.add(id);
  }
  told.delete(actor.accountId);
  if (told.size === 0) return;
  const { seq, text } = await tx.task.findUniqueOrThrow({ where: { id: task.id }, select: { seq: true, text: true } });
  await tell(
    tx,
    [...told].map((accountId) => ({
      accountId,
      kind: 'task_changed' as const,
      key,
      title: `第 ${seq} 项任务${what}：${truncate(text.replace(/\s+/gu, ' '), 40)}`,
      body,
      href: `/tasks/${task.id}`,
      taskId: task.id,
    })),
  );
}
