import 'server-only';
import { disableAccountIn } from '@/lib/accounts/account.commands';
import { tell } from '@/lib/notices/notice.commands';
import type { NoticeKind } from '@/lib/notices/notice.schema';
import { countedUnits, findTaskAccess, storedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit, toDate } from '@/lib/server/events';
import { holdTask, requireSameActor } from '@/lib/tasks/task.commands';
import { type OpenWork, readSuccessorFacts, readWorkOf, requireManagedPerson, unitsOfHead } from './handler.queries';
import { handedKey, successorRefusal } from './handler.rules';
import type { HandOverInput, SetHandlerInput, SetHandlersInput } from './handler.schema';

/** What has not ended. */
const OPEN_END = toDate('9999-12-31');

/**
 * Names the 经办人 of a task in a unit, within a transaction. Refuses: not_found (task out of scope, no such account), forbidden (not the unit's head),
 * invalid_state (the unit is not on the task, the account is disabled or not of the unit, plan not running), conflict (somebody else was named
 * meanwhile).
 */
export async function setHandlerIn(tx: Tx, actor: Actor, input: SetHandlerInput): Promise<void> {
  const task = await holdTask(tx, actor, input.taskId, 'handler.set');
  const [unitId] = await countedUnits([input.unitId], task.today, tx);
  const own = await unitsOfHead(tx, actor, task.today);
  if (unitId === undefined || !own.includes(unitId)) throw new AppError('forbidden');
  if (!task.access.unitIds.includes(unitId))
    throw new AppError('invalid_state', '该单位不承担这项任务，不能指定经办人。');
  // Named by a unit that has since gone into this one, it is this one's to change: the last of them is shown, and all of them end.
  const open = await tx.taskHandler.findMany({
    where: { taskId: task.id, unitId: { in: await storedUnits([unitId], task.today, tx) }, validTo: OPEN_END },
    orderBy: { id: 'asc' },
  });
  const current = open.at(-1) ?? null;
  const before = current?.accountId ?? null;
  if (before === input.accountId && open.length <= 1) return;
  if (before !== input.wasAccountId) {
    const name = current
      ? (await tx.account.findUniqueOrThrow({ where: { id: current.accountId }, select: { displayName: true } }))
          .displayName
      : '不指定';
    throw new AppError('conflict', `经办人已被他人改为“${name}”，您的选择没有保存。请核对后再保存。`);
  }
  if (input.accountId !== null) await requireOfUnit(tx, input.accountId, unitId, task.today);
  await tx.taskHandler.updateMany({
    where: { id: { in: open.map(({ id }) => id) } },
    data: { validTo: toDate(task.today) },
  });
  if (input.accountId !== null) {
    await tx.taskHandler.create({
      data: {
        taskId: task.id,
        unitId,
        accountId: input.accountId,
        validFrom: toDate(task.today),
        setById: actor.accountId,
      },
    });
  }
  await recordAudit(tx, actor, {
    kind: 'handler.set',
    subject: 'task',
    subjectId: task.id,
    payload: { unitId, from: before, to: input.accountId },
  });
}

/** Refuses: not_found, invalid_state (disabled, of another unit, neither reporter nor head). */
async function requireOfUnit(tx: Tx, accountId: number, unitId: number, day: string): Promise<void> {
  const account = await tx.account.findUnique({
    where: { id: accountId },
    select: {
      isActive: true,
      roles: true,
      displayName: true,
      unitId: true,
      regionId: true,
      scopeUnitId: true,
      unit: { select: { parentId: true } },
      _count: { select: { workGroups: true } },
    },
  });
  // An officer of the district a unit represents acts for it.
  if (
    account?.isActive &&
    account.roles.includes('office') &&
    account.scopeUnitId === null &&
    account.regionId !== null
  ) {
    const { representsRegionId } = await tx.unit.findUniqueOrThrow({ where: { id: unitId } });
    if (representsRegionId === account.regionId && account._count.workGroups === 0) return;
  }
  if (!account || account.unitId === null) throw new AppError('not_found', '所选人员不在本单位，请重新选择。');
  const places = await countedUnits(
    [account.unitId, ...(account.unit?.parentId ? [account.unit.parentId] : [])],
    day,
    tx,
  );
  if (!places.includes(unitId)) throw new AppError('not_found', '所选人员不在本单位，请重新选择。');
  if (!account.isActive) throw new AppError('invalid_state', `${account.displayName}的账号已停用，请另选经办人。`);
  if (!account.roles.includes('unit_reporter') && !account.roles.includes('unit_head'))
    throw new AppError('invalid_state', `${account.displayName}不是填报员或单位负责人，不能作经办人。`);
}

/** Names the 经办人 of one task. Refuses: as setHandlerIn. */
export async function setHandler(actor: Actor, input: SetHandlerInput): Promise<void> {
  await inTransaction((tx) => setHandlerIn(tx, actor, input));
}

/**
 * Names the 经办人 of many tasks of a unit at once, all or nothing; the reasons by task come with the refusal as `latest`. Returns how many were
 * changed. Refuses: invalid_state (any row refused), not_found (a task out of scope).
 */
export async function setHandlers(actor: Actor, input: SetHandlersInput): Promise<number> {
  return inTransaction(async (tx) => {
    const reasons: Record<string, string> = {};
    const day = await today(tx);
    // In one order, so that two such tables wait for each other.
    for (const row of input.rows.toSorted((a, b) => a.taskId - b.taskId)) {
      if (!(await findTaskAccess(actor, row.taskId, day, tx))) throw new AppError('not_found');
      try {
        await setHandlerIn(tx, actor, { ...row, unitId: input.unitId });
      } catch (error) {
        // A refusal leaves the transaction whole: the other rows are checked too, so that all reasons can be told at once.
        if (!(error instanceof AppError)) throw error;
        reasons[row.taskId] = error.message;
      }
    }
    const refused = Object.keys(reasons).length;
    if (refused > 0) {
      throw new AppError('invalid_state', `有 ${refused} 项不能保存，整表都没有保存。请按各行提示修改后再保存。`, {
        latest: reasons,
      });
    }
    return input.rows.length;
  });
}

/** What has gone to the successor. */
export type HandedOver = {
  tasks: number;
  papers: number;
  slips: number;
  notices: number;
  successorName: string | null;
};

/**
 * 工作交接: all open work of a person goes to another at once, and the account may be disabled in the same step. By who manages the account, or by the
 * head of the person's unit (who disables none). Sending the form twice does nothing more. Refuses: not_found (the person or the successor is out of
 * reach), forbidden (a head disables), invalid_state (the successor cannot hold the work, nothing to hand over, last platform admin).
 */
export async function handOver(actor: Actor, input: HandOverInput): Promise<HandedOver> {
  return inTransaction(async (tx) => {
    const day = await today(tx);
    const person = await requireManagedPerson(tx, actor, input.accountId, day);
    if (input.disable && !person.canDisable)
      throw new AppError('forbidden', '停用账号由管理员办理，您可以先移交工作。');
    await tx.$queryRaw`SELECT id FROM account WHERE id = ${person.id} FOR UPDATE`;
    const before = await tx.auditEvent.findFirst({
      where: {
        subject: 'account',
        subjectId: person.id,
        kind: 'account.handed_over',
        payload: { path: ['form'], equals: input.idempotencyKey },
      },
      select: { payload: true, actorId: true },
    });
    requireSameActor(actor, before);
    if (before) return (before.payload as unknown as { moved: HandedOver }).moved;

    const work = await readWorkOf(tx, person, day);
    const total = work.handled.length + work.papers.length + work.slips.length + work.notices.length;
    if (total > 0 && input.successorId === null) throw new AppError('unreadable', '请选择接手人。');
    if (total === 0 && !input.disable) throw new AppError('invalid_state', '该人员名下没有需要移交的工作。');
    const moved: HandedOver = {
      tasks: work.handled.length,
      papers: work.papers.length,
      slips: work.slips.length,
      notices: work.notices.length,
      successorName: null,
    };
    if (total > 0 && input.successorId !== null) {
      const successor = await readSuccessorFacts(tx, person, input.successorId, work, day);
      if (!successor) throw new AppError('not_found', '接手人不存在或不在可选范围内，请重新选择。');
      const refusal = successorRefusal(work.asks, successor);
      if (refusal) throw new AppError('invalid_state', refusal);
      moved.successorName = successor.displayName;
      await moveWork(tx, actor, person.id, input.successorId, work, day);
      await tell(tx, [
        {
          accountId: input.successorId,
          kind: 'hand_over',
          key: `hand-over:${input.idempotencyKey}`,
          title: `${person.displayName}的工作已移交给您`,
          body: `经办任务 ${moved.tasks} 项，待签材料 ${moved.papers} 份，督办单拟稿 ${moved.slips} 份，未办提醒 ${moved.notices} 条。`,
          href: '/inbox',
        },
      ]);
    }
    if (input.disable) await disableAccountIn(tx, actor, person.id);
    await recordAudit(tx, actor, {
      kind: 'account.handed_over',
      subject: 'account',
      subjectId: person.id,
      payload: { form: input.idempotencyKey, successorId: input.successorId, disabled: input.disable, moved },
    });
    return moved;
  });
}

async function moveWork(tx: Tx, actor: Actor, from: number, to: number, work: OpenWork, day: string): Promise<void> {
  await tx.taskHandler.updateMany({
    where: { id: { in: work.handled.map((row) => row.id) } },
    data: { validTo: toDate(day) },
  });
  await tx.taskHandler.createMany({
    data: work.handled.map(({ taskId, unitId }) => ({
      taskId,
      unitId,
      accountId: to,
      validFrom: toDate(day),
      setById: actor.accountId,
    })),
  });
  await tx.unitPaper.updateMany({
    where: { id: { in: work.papers.map((paper) => paper.id) } },
    data: { heldById: to },
  });
  await tx.slip.updateMany({
    where: { id: { in: work.slips.map((slip) => slip.id) } },
    data: { heldById: to },
  });
  // What is told by time keeps its key: the daily run tells it no second time, and settles it.
  const byTime = work.notices.filter((notice) => notice.planId !== null);
  const atOnce = work.notices.filter((notice) => notice.planId === null);
  await tx.notice.createMany({
    data: byTime.map(({ id: _id, ...notice }) => ({ ...notice, accountId: to, effectiveOn: toDate(day) })),
    skipDuplicates: true,
  });
  await tell(
    tx,
    atOnce.map((notice) => ({
      accountId: to,
      kind: notice.kind as NoticeKind,
      key: handedKey(notice.key),
      title: notice.title,
      body: notice.body,
      href: notice.href,
      taskId: notice.taskId ?? undefined,
      slipId: notice.slipId ?? undefined,
    })),
  );
  // What had been handed to this person once before and given away again is theirs anew.
  await tx.notice.updateMany({
    where: {
      accountId: to,
      key: { in: [...byTime.map((notice) => notice.key), ...atOnce.map((notice) => handedKey(notice.key))] },
      settledAt: { not: null },
    },
    data: { settledAt: null, readAt: null },
  });
  await tx.$executeRaw`UPDATE notice x SET settled_at = clock_timestamp(), read_at = coalesce(x.read_at, clock_timestamp())
      FROM (SELECT id FROM notice WHERE account_id = ${from} AND id = ANY(${work.notices.map((notice) => String(notice.id))}::bigint[]) ORDER BY id FOR UPDATE) n
     WHERE x.id = n.id`;
}
