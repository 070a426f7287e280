import 'server-only';
import { tell } from '@/lib/notices/notice.commands';
import { handlersOf, headsOf } from '@/lib/notices/recipients.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent } from '@/lib/server/events';
import { holdTask, requireSameActor } from '@/lib/tasks/task.commands';
import { truncate } from '@/lib/text';
import { remindRefusal } from './remind.rules';
import type { RemindInput } from './remind.schema';

/**
 * 催办 within a given transaction: an event, and a notice to those who look after the task in its lead units and to their heads. Returns how many people
 * were told: 0 where the lead units have no account, or where the same form has been carried out before. Refuses: not_found, forbidden, invalid_state (nothing is
 * owed, plan not running).
 */
export async function remindTaskIn(tx: Tx, actor: Actor, input: RemindInput): Promise<number> {
  const task = await holdTask(tx, actor, input.taskId, 'task.remind');
  const repeated = await tx.taskEvent.findFirst({
    where: { taskId: task.id, type: 'REMINDED', payload: { path: ['form'], equals: input.idempotencyKey } },
    select: { actorId: true },
  });
  requireSameActor(actor, repeated);
  if (repeated) return 0;
  const refusal = remindRefusal(task.state);
  if (refusal) throw new AppError('invalid_state', refusal);
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: 'REMINDED',
    effectiveOn: task.today,
    payload: { words: input.words, form: input.idempotencyKey },
  });
  const told = new Set<number>();
  for (const unitId of task.access.leadUnitIds) {
    for (const accountId of await headsOf(tx, unitId, task.today)) told.add(accountId);
    for (const accountId of await handlersOf(tx, task.id, unitId, task.today)) told.add(accountId);
  }
  const { text, seq } = await tx.task.findUniqueOrThrow({ where: { id: task.id }, select: { text: true, seq: true } });
  return tell(
    tx,
    [...told].map((accountId) => ({
      accountId,
      kind: 'reminded' as const,
      key: `reminded:${task.id}:${input.idempotencyKey}`,
      title: `催办：${truncate(text.replace(/\s+/gu, ' '), 40)}`,
      body: `${input.words}（第 ${seq} 项）`,
      href: `/tasks/${task.id}`,
      taskId: task.id,
    })),
  );
}

/** 催办 one task. Refuses: not_found, forbidden, invalid_state (nothing is owed, plan not running). */
export async function remindTask(actor: Actor, input: RemindInput): Promise<number> {
  return inTransaction((tx) => remindTaskIn(tx, actor, input));
}
