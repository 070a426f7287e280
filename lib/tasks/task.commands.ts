import 'server-only';
import type { Day } from '@/lib/dates';
import { tellUnitsOfChange } from '@/lib/notices/task-notices.commands';
import { findTaskAccess, mayDo, type TaskAccess } from '@/lib/rights/rights.queries';
import type { Action } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { applyMove, MOVE_REFUSAL_TEXT, MoveRefused, type TaskMove, type TaskState } from './task.rules';
import type { BasisInput, ReasonInput } from './task.schema';
import { askAgain, settleAsked, withdrawMatters } from './task-settling.commands';

/** A task held for the rest of the transaction, with the day it is held on. */
export type HeldTask = {
  id: number;
  planId: number;
  regionId: number;
  state: TaskState;
  stateBefore: TaskState | null;
  dueOn: Day | null;
  originalDueOn: Day | null;
  ongoing: boolean;
  achievedOn: Day | null;
  hasOwnCycles: boolean;
  version: number;
  effectiveFrom: Day | null;
  today: Day;
  access: TaskAccess;
};

/**
 * Holds a task for a change. Refuses: not_found (outside the actor's scope), forbidden, invalid_state (the plan is not being carried out).
 * The plan is locked before the task, as everywhere, so that archiving a plan and a report on one of its tasks wait for each other.
 */
export async function holdTask(tx: Tx, actor: Actor, taskId: number, action: Action): Promise<HeldTask> {
  const [plan] = await tx.$queryRaw<{ status: string; effectiveFrom: Day | null; archivedOn: Day | null }[]>`
    SELECT status::text AS status, effective_from::text AS "effectiveFrom", archived_on::text AS "archivedOn" FROM plan
     WHERE id = (SELECT plan_id FROM task WHERE id = ${taskId}) FOR SHARE`;
  const [task] = await tx.$queryRaw<Omit<HeldTask, 'access' | 'today' | 'effectiveFrom'>[]>`
    SELECT id, plan_id AS "planId", region_id AS "regionId", state::text AS state, state_before::text AS "stateBefore", due_on::text AS "dueOn",
           original_due_on::text AS "originalDueOn", ongoing, achieved_on::text AS "achievedOn", has_own_cycles AS "hasOwnCycles", version
      FROM task WHERE id = ${taskId} FOR UPDATE`;
  const day = await today(tx);
  // Read under the lock: a unit taken off the task while this waited has no more part in it.
  const access = await findTaskAccess(actor, taskId, day, tx);
  if (!plan || !task || !access || !mayDo(actor, 'task.read', access.relations)) throw new AppError('not_found');
  if (!mayDo(actor, action, access.relations)) throw new AppError('forbidden');
  const refusal = planRefusal(plan, day);
  if (refusal) throw new AppError('invalid_state', refusal);
  return { ...task, effectiveFrom: plan.effectiveFrom, today: day, access };
}

/** Why nothing can be reported or decided under a plan on a day; null where it can. */
export function planRefusal(plan: { status: string; effectiveFrom: Day | null }, day: Day): string | null {
  if (plan.status === 'ARCHIVED') return '方案已归档，任务不再变动。';
  if (plan.status === 'DRAFT') return '方案尚为草稿，启用后才能填报和审核。';
  if (plan.status === 'WITHDRAWN') return '方案草稿已撤回，不能填报和审核。';
  if (plan.effectiveFrom === null || plan.effectiveFrom > day) return `方案自 ${plan.effectiveFrom} 起执行，尚未开始。`;
  return null;
}

/** The state after a move; a refusal of the rules becomes an AppError with their words. */
export function nextState(state: TaskState, move: TaskMove): TaskState {
  try {
    return applyMove(state, move);
  } catch (error) {
    if (error instanceof MoveRefused) throw new AppError(error.code, MOVE_REFUSAL_TEXT[error.messageKey]);
    throw error;
  }
}

export type Moved = { state: TaskState; stateBefore?: TaskState | null; achievedOn?: Day | null };

/** Writes the state a move leads to, guarded by the version that was read. Refuses: conflict. */
export async function moveTask(tx: Tx, task: HeldTask, moved: Moved): Promise<void> {
  const { achievedOn, ...rest } = moved;
  const written = await tx.task.updateMany({
    where: { id: task.id, version: task.version },
    data: {
      ...rest,
      ...(achievedOn === undefined ? {} : { achievedOn: achievedOn === null ? null : toDate(achievedOn) }),
      version: { increment: 1 },
    },
  });
  if (written.count !== 1) throw new AppError('conflict');
}

/** Refuses: conflict. The form was drawn when the task stood at another version. */
export function requireVersion(task: HeldTask, version: number): void {
  if (task.version !== version)
    throw new AppError('conflict', '任务状态已有变动，您的操作没有执行，填写的文字已保留。请核对最新情况后再提交。');
}

/** True where the actor has had the same form carried out before: sending it twice does nothing more. Refuses: conflict (the key was another account's). */
export async function isRepeat(tx: Tx, actor: Actor, task: { id: number }, idempotencyKey: string): Promise<boolean> {
  const found = await tx.taskEvent.findFirst({
    where: { taskId: task.id, payload: { path: ['form'], equals: idempotencyKey } },
    select: { actorId: true },
  });
  requireSameActor(actor, found);
  return found !== null;
}

/** Refuses: conflict. What a form left behind was another account's: the key is no repeat, and nothing is carried out. */
export function requireSameActor(actor: Actor, found: { actorId: number | null } | null): void {
  if (found !== null && found.actorId !== actor.accountId) throw new AppError('conflict');
}

/** The units of a task, as they are told of what becomes of it. */
function unitsOn({ access: { leadUnitIds, unitIds } }: HeldTask): { leads: number[]; others: number[] } {
  return { leads: leadUnitIds, others: unitIds.filter((id) => !leadUnitIds.includes(id)) };
}

/** 撤销办结. Refuses: not_found, forbidden, invalid_state (not closed, plan not running), unreadable (no reason), conflict. */
export async function reopenTask(actor: Actor, input: ReasonInput): Promise<void> {
  await inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'task.reopen');
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
    const state = nextState(task.state, { type: 'reopen', reason: input.reason });
    requireVersion(task, input.version);
    await moveTask(tx, task, { state, stateBefore: null, achievedOn: null });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'TASK_REOPENED',
      effectiveOn: task.today,
      payload: { reason: input.reason, from: task.state, form: input.idempotencyKey },
    });
    await askAgain(tx, [task.id], ['REPORT_ACCEPTED', 'BACKFILLED']);
    await tellUnitsOfChange(tx, actor, task, unitsOn(task), {
      key: `reopened:${task.id}:${input.idempotencyKey}`,
      what: '的办结已撤销，需继续办理',
      body: input.reason,
    });
  });
}

/** 取消任务; what waited on it is withdrawn, and nobody is asked anything about it any more. Refuses: not_found, forbidden, invalid_state (closed, plan not running), unreadable (no basis), conflict. */
export async function cancelTask(actor: Actor, input: BasisInput): Promise<void> {
  await inTransaction((tx) => cancelTaskIn(tx, actor, input));
}

/** cancelTask within a given transaction, rights included. */
export async function cancelTaskIn(tx: Tx, actor: Actor, input: BasisInput): Promise<void> {
  const task = await holdTask(tx, actor, input.taskId, 'task.cancel');
  if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
  const state = nextState(task.state, { type: 'cancel', basis: input.basis });
  requireVersion(task, input.version);
  await withdrawMatters(tx, actor, [task.id], 'CANCELLED', task.today);
  await moveTask(tx, task, { state, stateBefore: task.state });
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: 'TASK_CANCELLED',
    effectiveOn: task.today,
    // The state before a review in progress is kept too: a restored review can still be withdrawn.
    payload: {
      basis: input.basis,
      from: task.state,
      beforeReview: task.state === 'UNDER_REVIEW' ? task.stateBefore : null,
      form: input.idempotencyKey,
    },
  });
  await settleAsked(tx, [task.id], 'CANCELLED');
  await tellUnitsOfChange(tx, actor, task, unitsOn(task), {
    key: `cancelled:${task.id}:${input.idempotencyKey}`,
    what: '已取消',
    body: `依据：${input.basis}`,
  });
}

/** 恢复任务. Refuses: not_found, forbidden, invalid_state (not cancelled, plan not running), unreadable (no basis), conflict. */
export async function restoreTask(actor: Actor, input: BasisInput): Promise<void> {
  await inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'task.cancel');
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
    const state = nextState(task.state, { type: 'restore', stateBefore: task.stateBefore, basis: input.basis });
    requireVersion(task, input.version);
    const cancelled = await tx.taskEvent.findFirst({
      where: { taskId: task.id, type: 'TASK_CANCELLED' },
      orderBy: { sequence: 'desc' },
      select: { payload: true },
    });
    const beforeReview =
      (cancelled?.payload as { beforeReview?: TaskState | null } | null)?.beforeReview ?? 'IN_PROGRESS';
    await moveTask(tx, task, { state, stateBefore: state === 'UNDER_REVIEW' ? beforeReview : null });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'TASK_RESTORED',
      effectiveOn: task.today,
      payload: { basis: input.basis, to: state, form: input.idempotencyKey },
    });
    await askAgain(tx, [task.id], ['TASK_CANCELLED']);
    await tellUnitsOfChange(tx, actor, task, unitsOn(task), {
      key: `restored:${task.id}:${input.idempotencyKey}`,
      what: '已恢复，需继续办理',
      body: `依据：${input.basis}`,
    });
  });
}

/**
 * The date a task was issued with, whether another has stood since, and the day from which the task stands: a revised list may have changed the draft, or put the
 * task on a running plan.
 */
async function readIssue(
  tx: Tx,
  task: HeldTask,
): Promise<{ dueOn: Day | null; startsOn: Day | null; hasMoved: boolean }> {
  const [issue] = await tx.$queryRaw<{ dueOn: Day | null; startsOn: Day | null; hasMoved: boolean }[]>`
    WITH issue AS (
      SELECT coalesce((SELECT e.payload ->> 'to' FROM task_event e WHERE e.task_id = ${task.id}::int AND e.type = 'DEADLINE_CORRECTED'
                          AND e.payload ->> 'isBeforeStart' = 'true' ORDER BY e.sequence DESC LIMIT 1), ${task.originalDueOn}::text) AS due_on,
             greatest(${task.effectiveFrom}::date, (SELECT e.effective_on FROM task_event e WHERE e.task_id = ${task.id}::int AND e.type = 'TASK_CREATED'
                                                       AND e.payload ? 'listedBy'))::text AS starts_on),
    -- the last of each day: what was put right the same day has moved nothing
    corrected AS (
      SELECT DISTINCT ON (e.effective_on) e.payload ->> 'to' AS due_on FROM task_event e
       WHERE e.task_id = ${task.id}::int AND e.type = 'DEADLINE_CORRECTED' AND e.payload ? 'to' AND e.payload ->> 'isBeforeStart' IS DISTINCT FROM 'true'
       ORDER BY e.effective_on, e.sequence DESC)
    SELECT i.due_on AS "dueOn", i.starts_on AS "startsOn",
           EXISTS (SELECT FROM task_event e WHERE e.task_id = ${task.id}::int AND e.type = 'EXTENSION_GRANTED')
             OR EXISTS (SELECT FROM corrected c WHERE c.due_on IS DISTINCT FROM i.due_on) AS "hasMoved"
      FROM issue i`;
  return issue!;
}

/**
 * 认定印发时已过时限的任务按逾期计算. Refuses: not_found, forbidden, invalid_state (the date was not past at issue, was moved, or is decided),
 * conflict.
 */
export async function decideIssueLateness(actor: Actor, input: BasisInput): Promise<void> {
  await inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'task.decide_issue_lateness');
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
    requireVersion(task, input.version);
    const { dueOn, startsOn, hasMoved } = await readIssue(tx, task);
    const isPastAtIssue = dueOn !== null && startsOn !== null && dueOn < startsOn;
    if (!isPastAtIssue || hasMoved || task.dueOn !== dueOn) {
      throw new AppError('invalid_state', '该任务的完成时限不属于印发时已过时限的情形，无需认定。');
    }
    const decided = await tx.taskEvent.findFirst({
      where: { taskId: task.id, type: 'ISSUE_LATENESS_DECIDED' },
      select: { id: true },
    });
    if (decided) throw new AppError('invalid_state', '该任务已作过认定，请刷新页面查看。');
    await moveTask(tx, task, { state: task.state });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'ISSUE_LATENESS_DECIDED',
      effectiveOn: task.today,
      payload: { basis: input.basis, countsAs: 'OVERDUE', form: input.idempotencyKey },
    });
  });
}
