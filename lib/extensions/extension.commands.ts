import 'server-only';
import { type Day, dayOfUtcDate, utcDateOfDay } from '@/lib/dates';
import { settle, tell } from '@/lib/notices/notice.commands';
import { accountsOfUnits, handlersOf, overseersOfPlan, stillOfUnit } from '@/lib/notices/recipients.queries';
import { listSpeakingUnits } from '@/lib/reports/speaking-units.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent } from '@/lib/server/events';
import { ChangedFormError } from '@/lib/server/sent-form';
import { type HeldTask, holdTask, requireSameActor, requireVersion } from '@/lib/tasks/task.commands';
import { isHeadOf, listHeadedUnits } from '@/lib/unit-papers/head-signs.queries';
import { findSentPaper, writePaperIn } from '@/lib/unit-papers/paper-writing.commands';
import { decidingAction, extensionRefusal } from './extension.rules';
import type { DecideExtensionInput, RequestExtensionInput, WithdrawExtensionInput } from './extension.schema';

/**
 * The request a head's form has already made, where it still stands or was granted. Refuses: conflict (another's key, or what it made was refused or withdrawn
 * since: the same form once more is then no repeat).
 */
async function findSentRequest(tx: Tx, actor: Actor, taskId: number, form: string): Promise<number | null> {
  const sent = await tx.taskEvent.findFirst({
    where: { taskId, type: 'EXTENSION_REQUESTED', payload: { path: ['form'], equals: form } },
    select: { actorId: true, payload: true },
  });
  requireSameActor(actor, sent);
  if (!sent) return null;
  const { number } = sent.payload as { number: number };
  const extension = await tx.extension.findFirstOrThrow({ where: { taskId, number } });
  if (extension.status === 'REFUSED' || extension.status === 'WITHDRAWN') {
    const what = extension.status === 'REFUSED' ? '未获同意' : '撤回';
    throw new ChangedFormError(
      `这份申请此前已经提出过，后来已${what}，这次没有提出。您填写的内容仍在下面；确要再次申请的，请再按一次。`,
    );
  }
  return extension.id;
}

/** Other requests of the task that stand in the way of one to this day, in words; its id where the same actor asked the same already. */
async function findOpenRequest(
  tx: Tx,
  actor: Actor,
  taskId: number,
  input: Pick<RequestExtensionInput, 'toDueOn' | 'reason'>,
): Promise<number | null> {
  const open = await tx.extension.findFirst({ where: { taskId, status: 'REQUESTED' } });
  if (!open) return null;
  const isSame =
    open.requestedById === actor.accountId &&
    dayOfUtcDate(open.toDueOn) === input.toDueOn &&
    open.reason === input.reason;
  if (isSame) return open.id;
  throw new AppError('invalid_state', '该任务已有一份延期申请等待决定，请等待结果。');
}

/**
 * Returns the extension's id; sending the same form twice gives the same one. `unitId`: for which unit a head signs a reporter's paper.
 * Refuses: not_found (outside the actor's scope), forbidden, invalid_state (plan not running, task closed or without a date, another request is
 * open, a day that is no extension), conflict (stale version, or the same form after its request was refused or withdrawn).
 */
export async function requestExtensionIn(
  tx: Tx,
  actor: Actor,
  input: RequestExtensionInput,
  paper?: { id: number; unitId: number; writtenBy: string },
): Promise<number> {
  const task = await holdTask(tx, actor, input.taskId, 'extension.request');
  const form = paper ? undefined : input.idempotencyKey;
  const sent = form === undefined ? null : await findSentRequest(tx, actor, task.id, form);
  if (sent !== null) return sent;
  const same = await findOpenRequest(tx, actor, task.id, input);
  if (same !== null) return same;
  const dueOn = requireExtensible(task, input.toDueOn, task.today);
  requireVersion(task, input.version);
  const unitId = paper?.unitId ?? (await chooseAskingUnit(tx, actor, task, input.unitId));
  const number = (await tx.extension.count({ where: { taskId: task.id } })) + 1;
  const extension = await tx.extension.create({
    select: { id: true },
    data: {
      taskId: task.id,
      number,
      fromDueOn: utcDateOfDay(dueOn),
      toDueOn: utcDateOfDay(input.toDueOn),
      reason: input.reason,
      progress: input.progress ?? '',
      unitId,
      requestedOn: utcDateOfDay(task.today),
      requestedById: actor.accountId,
    },
  });
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: 'EXTENSION_REQUESTED',
    effectiveOn: task.today,
    unitId,
    payload: {
      from: dueOn,
      to: input.toDueOn,
      requestedOn: task.today,
      number,
      reason: input.reason,
      ...(paper ? { paperId: paper.id, writtenBy: paper.writtenBy } : {}),
      ...(form === undefined ? {} : { form }),
    },
  });
  await tellDeciders(tx, task, { id: extension.id, number, to: input.toDueOn, unitId });
  return extension.id;
}

export async function requestExtension(actor: Actor, input: RequestExtensionInput): Promise<number> {
  return inTransaction((tx) => requestExtensionIn(tx, actor, input));
}

/** The unit for which a head asks: the one given, else the own one where it leads, else the first that leads. Refuses: forbidden (heads none of them, or not the one given). */
async function chooseAskingUnit(tx: Tx, actor: Actor, task: HeldTask, given: number | undefined): Promise<number> {
  const headed = await listHeadedUnits(tx, actor, task.today);
  const units = (await listSpeakingUnits(tx, actor, 'extension.request', task.access, task.today))
    .filter((unit) => unit.isLead && headed.includes(unit.unitId))
    .map((unit) => unit.unitId);
  const asking = given ?? units.find((unitId) => unitId === actor.unitId) ?? units[0];
  if (asking === undefined || !units.includes(asking)) throw new AppError('forbidden');
  return asking;
}

/** Who decides learns of the request: the office of the first, the leaders of each further one. */
async function tellDeciders(
  tx: Tx,
  task: HeldTask,
  extension: { id: number; number: number; to: Day; unitId: number | null },
): Promise<void> {
  const isFirst =
    decidingAction(await countGrantedBefore(tx, { taskId: task.id, number: extension.number })) === 'extension.decide';
  const deciders = await overseersOfPlan(tx, task.planId, isFirst ? 'office' : 'leader', task.id);
  const { text } = await tx.task.findUniqueOrThrow({ where: { id: task.id }, select: { text: true } });
  const unit = extension.unitId === null ? null : await tx.unit.findUnique({ where: { id: extension.unitId } });
  await tell(
    tx,
    deciders.map((accountId) => ({
      accountId,
      kind: 'extension' as const,
      key: askedKey(extension.id),
      title: `${unit?.name ?? '牵头单位'}申请${isFirst ? '' : '再次'}延期至 ${extension.to}，待决定`,
      body: text,
      href: `/extensions#extension-${extension.id}`,
      taskId: task.id,
    })),
  );
}

const askedKey = (id: number) => `extension:${id}:asked`;

/**
 * A reporter's request: always laid before the unit's head, whatever the unit's setting, because only a head asks. A head's own goes out at once. Returns the
 * paper's id, or that of the extension. Refuses: as requestExtension; invalid_state (a paper about the same waits, nobody could sign).
 */
export async function sendExtension(
  actor: Actor,
  input: RequestExtensionInput,
): Promise<{ paperId: number } | { extensionId: number }> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'report.submit_result');
    const units = await listSpeakingUnits(tx, actor, 'report.submit_result', task.access, task.today);
    const unit = units.find((one) => one.isLead && (input.unitId === undefined || one.unitId === input.unitId));
    if (!unit) throw new AppError('forbidden');
    if (await isHeadOf(tx, actor, unit.unitId, task.today)) {
      return { extensionId: await requestExtensionIn(tx, actor, { ...input, unitId: unit.unitId }) };
    }
    const idempotencyKey = input.idempotencyKey;
    if (idempotencyKey === undefined) throw new AppError('unreadable', '表单已失效，请刷新页面后重试。');
    const sent = await findSentPaper(tx, actor, task.id, idempotencyKey);
    if (sent !== null) return { paperId: sent };
    await findOpenRequest(tx, actor, task.id, input);
    requireExtensible(task, input.toDueOn, task.today);
    requireVersion(task, input.version);
    const paperId = await writePaperIn(tx, actor, task, {
      unitId: unit.unitId,
      kind: 'EXTENSION',
      input: {
        version: input.version,
        toDueOn: input.toDueOn,
        reason: input.reason,
        progress: input.progress ?? '',
      },
      idempotencyKey,
    });
    return { paperId };
  });
}

/**
 * 撤回 a request before a decision, by a head of the unit that asked. Sending it twice does nothing more. Refuses: not_found, forbidden (another unit's),
 * invalid_state (decided, plan not running).
 */
export async function withdrawExtension(actor: Actor, input: WithdrawExtensionInput): Promise<void> {
  await inTransaction(async (tx) => {
    const found = await tx.extension.findUnique({ where: { id: input.extensionId } });
    if (!found) throw new AppError('not_found');
    const task = await holdTask(tx, actor, found.taskId, 'extension.request');
    const extension = await tx.extension.findUniqueOrThrow({ where: { id: found.id } });
    // Requests of old name no unit: the asker's stands for it.
    const unitId =
      extension.unitId ??
      (await tx.account.findUniqueOrThrow({ where: { id: extension.requestedById }, select: { unitId: true } })).unitId;
    if (unitId === null || !(await isHeadOf(tx, actor, unitId, task.today))) throw new AppError('forbidden');
    if (extension.status === 'WITHDRAWN') return;
    if (extension.status !== 'REQUESTED')
      throw new AppError('invalid_state', `${await decidedWords(tx, extension)}不能再撤回。`);
    await tx.extension.update({
      where: { id: extension.id },
      data: { status: 'WITHDRAWN', decidedOn: utcDateOfDay(task.today), decidedById: actor.accountId },
    });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'EXTENSION_WITHDRAWN',
      effectiveOn: task.today,
      unitId,
      payload: { to: dayOfUtcDate(extension.toDueOn), number: extension.number },
    });
    await settle(tx, 'extension', [askedKey(extension.id)]);
  });
}

/** The date that would move. Refuses: invalid_state. */
function requireExtensible(task: HeldTask, toDueOn: Day, today: Day): Day {
  const { state, dueOn, ongoing } = task;
  const refusal = extensionRefusal({ state, dueOn, ongoing, toDueOn, today });
  if (refusal !== null || dueOn === null) throw new AppError('invalid_state', refusal ?? undefined);
  return dueOn;
}

const DECIDED_BY = {
  EXTENSION_GRANTED: '同意',
  EXTENSION_REFUSED: '不予同意',
  EXTENSION_WITHDRAWN: '撤回',
} as const;

/** What became of a request and by whom: told to the one who came second. */
async function decidedWords(tx: Tx, extension: { taskId: number; number: number }): Promise<string> {
  const event = await tx.taskEvent.findFirst({
    where: {
      taskId: extension.taskId,
      type: { in: ['EXTENSION_GRANTED', 'EXTENSION_REFUSED', 'EXTENSION_WITHDRAWN'] },
      payload: { path: ['number'], equals: extension.number },
    },
    orderBy: { sequence: 'desc' },
    select: { type: true, actorWords: true, effectiveOn: true, payload: true },
  });
  if (!event) return '该延期申请已有决定。';
  const { to, note } = event.payload as { to?: string; note?: string };
  const what = DECIDED_BY[event.type as keyof typeof DECIDED_BY];
  const day = event.type === 'EXTENSION_GRANTED' && to ? `延期至 ${to}` : '';
  return `该延期申请已由${event.actorWords}于 ${dayOfUtcDate(event.effectiveOn)} ${what}${day}${note ? `（${note.replace(/[。．.]+$/, '')}）` : ''}。`;
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
      throw new AppError('invalid_state', `${await decidedWords(tx, extension)}您的决定没有保存，填写的文字已保留。`);
    }
    const isGrant = input.decision === 'GRANTED';
    const from = dayOfUtcDate(extension.fromDueOn);
    const to = dayOfUtcDate(extension.toDueOn);
    const requestedOn = dayOfUtcDate(extension.requestedOn);
    if (isGrant) {
      if (task.dueOn !== from)
        throw new AppError('conflict', '完成时限在申请之后已有变动。请不予同意，由单位按新的时限重新提出。');
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
    await settle(tx, 'extension', [askedKey(extension.id)]);
    await tellDecided(tx, task, extension, isGrant, input.note);
    if (!isGrant) return;
    const { count } = await tx.task.updateMany({
      where: { id: task.id, version: task.version },
      data: { dueOn: extension.toDueOn, version: { increment: 1 } },
    });
    if (count !== 1) throw new AppError('conflict');
  });
}

/** The unit that asked learns what was decided. */
async function tellDecided(
  tx: Tx,
  task: HeldTask,
  extension: { id: number; unitId: number | null; requestedById: number; toDueOn: Date },
  isGrant: boolean,
  note: string,
): Promise<void> {
  const people =
    extension.unitId === null
      ? []
      : [
          ...(await accountsOfUnits(tx, [extension.unitId], ['unit_head'], task.today)),
          ...(await handlersOf(tx, task.id, extension.unitId, task.today)),
          ...(await stillOfUnit(tx, [extension.requestedById], extension.unitId, task.today)),
        ];
  const to = dayOfUtcDate(extension.toDueOn);
  await tell(
    tx,
    [...new Set(people)].map((accountId) => ({
      accountId,
      kind: 'extension' as const,
      key: `extension:${extension.id}:decided`,
      title: isGrant ? `已同意延期至 ${to}` : '不同意延期',
      body: note,
      href: `/tasks/${task.id}#extension`,
      taskId: task.id,
    })),
  );
}
