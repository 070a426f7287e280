import type { Day } from '../dates';

export const TASK_STATES = [
  'NOT_STARTED',
  'IN_PROGRESS',
  'UNDER_REVIEW',
  'COMPLETED',
  'SUSTAINED',
  'CANCELLED',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** What the moves need to know of a deadline. */
export type MoveDeadline = { dueOn: Day | null; ongoing: boolean };

/** The moves of DESIGN §3. Who may make them is `task.policy.ts`; here stands only what a state allows. */
export type TaskMove =
  | { type: 'progress'; by: 'LEAD' | 'RESPONSIBLE' }
  | { type: 'result'; deadline: MoveDeadline }
  | { type: 'withdraw'; stateBefore: TaskState | null }
  | { type: 'return'; reason: string }
  | { type: 'accept'; deadline: MoveDeadline }
  | { type: 'reopen'; reason: string }
  | { type: 'cancel'; basis: string }
  | { type: 'restore'; basis: string; stateBefore: TaskState | null }
  | { type: 'extend'; deadline: MoveDeadline }
  | { type: 'correct' }
  | { type: 'reassign' };

export type TaskMoveType = TaskMove['type'];

/** Why a move was refused, in words for people; each says what to do next. */
export const MOVE_REFUSAL_TEXT = {
  'progress.under_review': '任务正在等待审核，暂不能再报进展。需要补充内容的，请先撤回办结申请。',
  'progress.closed': '任务已办结或已取消，不再填报进展。',
  'result.only_ongoing': '该任务的完成时限没有日期，属长期推进，不申请办结，请按周期填报进展。',
  'result.under_review': '办结申请已经提交，正在等待审核。',
  'result.closed': '任务已办结、已转长期或已取消，不能申请办结。',
  'withdraw.not_under_review': '办结申请已有审核结论或尚未提交，不能撤回。',
  'review.not_under_review': '没有待审核的办结申请，可能已被撤回或已有结论，请刷新后查看。',
  'reopen.not_closed': '只有已办结或已转长期的任务可以撤销办结。',
  'cancel.closed': '任务已办结或已取消，不能取消。已办结的请先撤销办结。',
  'restore.not_cancelled': '任务没有被取消，无需恢复。',
  'extend.closed': '只有未启动或推进中的任务可以延期。',
  'extend.no_date': '该任务的完成时限没有日期，无从延期。时限读错的，请提出更正。',
  'state.no_state_before': '找不到此前的状态，无法还原，请联系管理员核对任务记录。',
  'reason.missing': '请填写理由。',
  'basis.missing': '请填写依据文件。',
} as const;

export type MoveRefusalKey = keyof typeof MOVE_REFUSAL_TEXT;

/** `code` is that of AppError: invalid_state, or unreadable where a required text is blank. */
export class MoveRefused extends Error {
  override readonly name = 'MoveRefused';
  constructor(
    readonly code: 'invalid_state' | 'unreadable',
    readonly messageKey: MoveRefusalKey,
  ) {
    super(`${code}: ${messageKey}`);
  }
}

/** Not achieved and not cancelled: owes reports and can be late. */
export function isOpenState(state: TaskState): boolean {
  return state === 'NOT_STARTED' || state === 'IN_PROGRESS' || state === 'UNDER_REVIEW';
}

/** 仅长期推进: no date and ongoing; such a task is reported on but never closed by a result. */
export function isOnlyOngoing(deadline: MoveDeadline): boolean {
  return deadline.dueOn === null && deadline.ongoing;
}

function allowOnly(condition: boolean, messageKey: MoveRefusalKey): asserts condition {
  if (!condition) throw new MoveRefused('invalid_state', messageKey);
}

function requireText(text: string, messageKey: 'reason.missing' | 'basis.missing'): void {
  if (text.trim() === '') throw new MoveRefused('unreadable', messageKey);
}

/** The state after a move; throws MoveRefused, and leaves every decision about rights to the policy. */
export function applyMove(state: TaskState, move: TaskMove): TaskState {
  switch (move.type) {
    case 'progress':
      allowOnly(state !== 'UNDER_REVIEW', 'progress.under_review');
      allowOnly(state !== 'COMPLETED' && state !== 'CANCELLED', 'progress.closed');
      return state === 'NOT_STARTED' && move.by === 'LEAD' ? 'IN_PROGRESS' : state;
    case 'result':
      allowOnly(state !== 'UNDER_REVIEW', 'result.under_review');
      allowOnly(isOpenState(state), 'result.closed');
      allowOnly(!isOnlyOngoing(move.deadline), 'result.only_ongoing');
      return 'UNDER_REVIEW';
    case 'withdraw':
      allowOnly(state === 'UNDER_REVIEW', 'withdraw.not_under_review');
      allowOnly(move.stateBefore === 'NOT_STARTED' || move.stateBefore === 'IN_PROGRESS', 'state.no_state_before');
      return move.stateBefore;
    case 'return':
      allowOnly(state === 'UNDER_REVIEW', 'review.not_under_review');
      requireText(move.reason, 'reason.missing');
      return 'IN_PROGRESS';
    case 'accept':
      allowOnly(state === 'UNDER_REVIEW', 'review.not_under_review');
      return move.deadline.ongoing ? 'SUSTAINED' : 'COMPLETED';
    case 'reopen':
      allowOnly(state === 'COMPLETED' || state === 'SUSTAINED', 'reopen.not_closed');
      requireText(move.reason, 'reason.missing');
      return 'IN_PROGRESS';
    case 'cancel':
      allowOnly(isOpenState(state) || state === 'SUSTAINED', 'cancel.closed');
      requireText(move.basis, 'basis.missing');
      return 'CANCELLED';
    case 'restore': {
      allowOnly(state === 'CANCELLED', 'restore.not_cancelled');
      const before = move.stateBefore;
      allowOnly(before !== null && (isOpenState(before) || before === 'SUSTAINED'), 'state.no_state_before');
      requireText(move.basis, 'basis.missing');
      return before;
    }
    case 'extend':
      allowOnly(state === 'NOT_STARTED' || state === 'IN_PROGRESS', 'extend.closed');
      allowOnly(move.deadline.dueOn !== null, 'extend.no_date');
      return state;
    case 'correct':
    case 'reassign':
      return state;
  }
}

/** Whether a state allows a move: for pages that offer it. The command applies the move all the same. */
export function canApplyMove(state: TaskState, move: TaskMove): boolean {
  try {
    applyMove(state, move);
    return true;
  } catch (error) {
    if (error instanceof MoveRefused) return false;
    throw error;
  }
}
