import 'server-only';
import { createHash } from 'node:crypto';
import { settle, tell } from '@/lib/notices/notice.commands';
import { handlersOf, overseersOfPlan } from '@/lib/notices/recipients.queries';
import { listSpeakingUnits } from '@/lib/reports/speaking-units.queries';
import { mayDo } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { type HeldTask, holdTask } from '@/lib/tasks/task.commands';
import { truncate } from '@/lib/text';
import type { WriteReviewMessageInput } from './review.schema';

/** For whom a message is written: the office of the plan, or one of the task's units. Refuses: forbidden. */
async function chooseSide(tx: Tx, actor: Actor, task: HeldTask): Promise<{ unitId: number | null }> {
  if (task.access.relations.includes('plan_office') && isAllowed('review.message', actor.roles, ['plan_office']))
    return { unitId: null };
  const [unit] = await listSpeakingUnits(tx, actor, 'review.message', task.access, task.today);
  if (!unit) throw new AppError('forbidden');
  return { unitId: unit.unitId };
}

/**
 * 询问与答复 between the office and the units of a task: no return, and no move of the clock. Returns the message's id; the same form sent twice gives the
 * same. Refuses: not_found (task out of scope, a report of another task), forbidden, invalid_state (plan not running), unreadable (no words), conflict (the
 * form's key stands elsewhere).
 */
export async function writeReviewMessage(actor: Actor, input: WriteReviewMessageInput): Promise<number> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'review.message');
    if (!mayDo(actor, 'report.read', task.access.relations)) throw new AppError('forbidden');
    const { unitId } = await chooseSide(tx, actor, task);
    const before = await tx.reviewMessage.findUnique({ where: { idempotencyKey: input.idempotencyKey } });
    if (before) {
      if (before.authorId !== actor.accountId || before.taskId !== task.id) throw new AppError('conflict');
      return before.id;
    }
    if (input.text.trim() === '') throw new AppError('unreadable', '请填写内容。');
    const report = await tx.progressReport.findFirst({
      where: input.reportId
        ? { id: input.reportId, taskId: task.id }
        : { taskId: task.id, kind: 'RESULT', status: 'SUBMITTED' },
      select: { id: true, unitId: true },
      orderBy: { id: 'desc' },
    });
    if (input.reportId !== undefined && !report) throw new AppError('not_found');
    const { id } = await tx.reviewMessage.create({
      data: {
        taskId: task.id,
        reportId: report?.id ?? null,
        unitId,
        authorId: actor.accountId,
        authorWords: actor.words,
        text: input.text,
        writtenOn: toDate(task.today),
        idempotencyKey: input.idempotencyKey,
      },
      select: { id: true },
    });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'REVIEW_MESSAGE',
      effectiveOn: task.today,
      unitId,
      // The words stand in the thread; their digest makes them part of the chain.
      payload: {
        byOffice: unitId === null,
        messageId: id,
        sha256: createHash('sha256').update(input.text, 'utf8').digest('hex'),
      },
    });
    await tellOtherSide(tx, actor, task, { id, unitId, text: input.text, aboutUnitId: report?.unitId ?? null });
    return id;
  });
}

async function tellOtherSide(
  tx: Tx,
  actor: Actor,
  task: HeldTask,
  message: { id: number; unitId: number | null; text: string; aboutUnitId: number | null },
): Promise<void> {
  const { seq, text } = await tx.task.findUniqueOrThrow({
    where: { id: task.id },
    select: { seq: true, text: true },
  });
  const isByOffice = message.unitId === null;
  const told = new Set<number>();
  if (isByOffice) {
    const units = message.aboutUnitId === null ? task.access.leadUnitIds : [message.aboutUnitId];
    for (const unitId of new Set(units))
      for (const id of await handlersOf(tx, task.id, unitId, task.today)) told.add(id);
  } else {
    for (const id of await overseersOfPlan(tx, task.planId, 'office', task.id)) told.add(id);
    // An answer settles what the office has asked until now.
    const asked = await tx.reviewMessage.findMany({ where: { taskId: task.id, unitId: null }, select: { id: true } });
    await settle(
      tx,
      'message',
      asked.map((row) => `message:${row.id}`),
    );
  }
  told.delete(actor.accountId);
  await tell(
    tx,
    [...told].map((accountId) => ({
      accountId,
      kind: 'message' as const,
      // A question asks for an answer (settled above); an answer only tells (notice.schema).
      key: `${isByOffice ? 'message' : 'answer'}:${message.id}`,
      title: `第 ${seq} 项${isByOffice ? '：优化办询问' : '：单位答复'}：${truncate(text, 40)}`,
      body: truncate(message.text, 300),
      href: `/tasks/${task.id}#thread`,
      taskId: task.id,
    })),
  );
}
