import 'server-only';
import { type Day, dayOfUtcDate, utcDateOfDay } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent } from '@/lib/server/events';
import { type HeldTask, holdTask, requireVersion } from '@/lib/tasks/task.commands';
import { decidingAction, extensionRefusal } from './extension.rules';
import type { DecideExtensionInput, RequestExtensionInput } from './extension.schema';

/** The unit in whose name a head asks: the own one where it leads, else the 科室 that leads. */
function askingUnitId(actor: Actor, leadUnitIds: readonly number[]): number | null {
  if (actor.unitId !== null && leadUnitIds.includes(actor.unitId)) return actor.unitId;
  return leadUnitIds.find((id) => actor.childUnitIds.includes(id)) ?? actor.unitId;
}

/**
 * Returns the extension's id; sending the same form twice gives the same one.
 * Refuses: not_found (outside the actor's scope), forbidden, invalid_state (plan not running, task closed or without a date, another request is
 * open, a day that is no extension), conflict (stale version).
 */
export async function requestExtension(actor: Actor, input: RequestExtensionInput): Promise<number> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'extension.request');
    const open = await tx.extension.findFirst({ where: { taskId: task.id, status: 'REQUESTED' } });
    if (open) {
      const isSame =
        open.requestedById === actor.accountId &&
        dayOfUtcDate(open.toDueOn) === input.toDueOn &&
        open.reason === input.reason;
      if (isSame) return open.id;
      throw new AppError('invalid_state', '该任务已有一份延期申请等待决定，请等待结果。');
    }
    const dueOn = requireExtensible(task, input.toDueOn, task.today);
    requireVersion(task, input.version);
    const number = (await tx.extension.count({ where: { taskId: task.id } })) + 1;
    const extension = await tx.extension.create({
      select: { id: true },
      data: {
        taskId: task.id,
        number,
        fromDueOn: utcDateOfDay(dueOn),
        toDueOn: utcDateOfDay(input.toDueOn),
        reason: input.reason,
        requestedOn: utcDateOfDay(task.today),
        requestedById: actor.accountId,
      },
    });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'EXTENSION_REQUESTED',
      effectiveOn: task.today,
      unitId: askingUnitId(actor, task.access.leadUnitIds),
      payload: { from: dueOn, to: input.toDueOn, requestedOn: task.today, number, reason: input.reason },
    });
    return extension.id;
  });
}

/** The date that would move. Refuses: invalid_state. */
function requireExtensible(task: HeldTask, toDueOn: Day, today: Day): Day {
  const { state, dueOn, ongoing } = task;
  const refusal = extensionRefusal({ state, dueOn, ongoing, toDueOn, today });
  if (refusal !== null || dueOn === null) throw new AppError('invalid_state', refusal ?? undefined);
  return dueOn;
}

/** How many extensions of the task were granted before this one. */
function countGrantedBefore(tx: Tx, extension: { taskId: number; number: number }): Promise<number> {
  return tx.extension.count({
    where: { taskId: extension.taskId, status: 'GRANTED', number: { lt: extension.number } },
  });
}

/**
 * The office decides the first extension of a task, a leader each further one; sending the same decision twice changes nothing.
 * Refuses: not_found (outside the actor's scope), forbidden, invalid_state (decided otherwise, plan not running, no longer grantable),
 * conflict (stale version, or the date has moved since the request).
 */
export async function decideExtension(actor: Actor, input: DecideExtensionInput): Promise<void> {
  await inTransaction(async (tx) => {
    const found = await tx.extension.findUnique({ where: { id: input.extensionId } });
    if (!found) throw new AppError('not_found');
    // Extensions of a task are decided one after the other, so nothing granted before this one can change meanwhile.
    const action = decidingAction(await countGrantedBefore(tx, found));
    const task = await holdTask(tx, actor, found.taskId, action);
    const extension = await tx.extension.findUniqueOrThrow({ where: { id: found.id } });
    if (extension.status !== 'REQUESTED') {
      if (extension.status === input.decision && extension.decidedById === actor.accountId) return;
      throw new AppError('invalid_state', '该延期申请已有决定，请刷新后查看。');
    }
    const isGrant = input.decision === 'GRANTED';
    const from = dayOfUtcDate(extension.fromDueOn);
    const to = dayOfUtcDate(extension.toDueOn);
    const requestedOn = dayOfUtcDate(extension.requestedOn);
    if (isGrant) {
      if (task.dueOn !== from)
        throw new AppError('conflict', '完成日期在申请之后已有变动。请不予同意，由单位按新的日期重新提出。');
      // The day asked for may have gone by while the request waited here: the office's delay is not the unit's.
      requireExtensible(task, to, requestedOn);
    }
    requireVersion(task, input.version);
    await tx.extension.update({
      where: { id: extension.id },
      data: {
        status: input.decision,
        decidedOn: utcDateOfDay(task.today),
        decidedById: actor.accountId,
        decisionNote: input.note,
      },
    });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: isGrant ? 'EXTENSION_GRANTED' : 'EXTENSION_REFUSED',
      effectiveOn: task.today,
      payload: { from, to, requestedOn, number: extension.number, note: input.note },
    });
    if (!isGrant) return;
    const { count } = await tx.task.updateMany({
      where: { id: task.id, version: task.version },
      data: { dueOn: extension.toDueOn, version: { increment: 1 } },
    });
    if (count !== 1) throw new AppError('conflict');
  });
}
