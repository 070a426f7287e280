import type { Day } from '@/lib/dates';
import { deadlineWords } from '@/lib/deadlines/deadline.rules';
import type { Recurrence } from '@/lib/deadlines/deadline.schema';
import type { ListTask } from '@/lib/imports/list.schema';
import { canApplyMove, type TaskState } from '@/lib/tasks/task.rules';
import { compactText } from '@/lib/text';
import { type ComparedRow, compareLists } from './revision.rules';
import {
  COMPARED_FIELDS,
  type DroppedDecision,
  type RevisionKind,
  type RowComparison,
  type RowDecision,
} from './revision.schema';

/** A revised list beside the plan that stands, as pure rules: what differs, what may be decided, what a decision would break, and the order after it. */

export type StandingTask = ComparedRow & {
  id: number;
  state: TaskState;
  stateBefore: TaskState | null;
  dueOn: Day | null;
  /** The date that the printed words stand for: an extension does not move it. */
  printedDueOn: Day | null;
  ongoing: boolean;
  achievedOn: Day | null;
  recurrence: Recurrence | null;
  hasOpenExtension: boolean;
};

export type IncomingRow = ComparedRow & { rowId: number; deadlineReading: ListTask['deadline'] };
/** Comparisons beside the rows given; `dropped`: ids of tasks. */
export type PlanComparison = { rows: RowComparison[]; dropped: number[] };

/**
 * Tasks in their order, rows in theirs. A cancelled task is only found again by its very words; a row whose printed date is read otherwise than it
 * stands is changed too.
 */
export function compareWithPlan(tasks: readonly StandingTask[], rows: readonly IncomingRow[]): PlanComparison {
  const open = tasks.filter((task) => task.state !== 'CANCELLED');
  const cancelled = tasks.filter((task) => task.state === 'CANCELLED');
  const compared: RowComparison[] = [];
  const dropped: number[] = [];
  const found = new Set<number>();
  for (const change of compareLists(open, rows)) {
    if (change.kind === 'dropped') dropped.push(open[change.standing]!.id);
    else if (change.kind === 'added') {
      const row = rows[change.incoming]!;
      const again = cancelled.find((task) => !found.has(task.id) && compactText(task.text) === compactText(row.text));
      if (again) found.add(again.id);
      compared[change.incoming] = again
        ? comparison('changed', again, [{ field: 'state', before: '已取消', after: '重新列入' }])
        : { kind: 'added', taskId: null, fields: [], isUnsure: false };
    } else {
      const [task, row] = [open[change.standing]!, rows[change.incoming]!];
      const fields = 'fields' in change ? change.fields : [];
      const isReadAnew = !fields.some(({ field }) => field === 'deadline') && isReadOtherwise(task, row);
      const all = isReadAnew ? [...fields, rereadDeadline(task, row)] : fields;
      const kind = isReadAnew ? 'changed' : change.kind;
      compared[change.incoming] = comparison(kind, task, all, 'isUnsure' in change && change.isUnsure);
    }
  }
  return { rows: compared, dropped };
}

function comparison(
  kind: RowComparison['kind'],
  task: StandingTask,
  fields: RowComparison['fields'],
  isUnsure = false,
): RowComparison {
  const rank = ({ field }: { field: (typeof COMPARED_FIELDS)[number] }) => COMPARED_FIELDS.indexOf(field);
  return { kind, taskId: task.id, fields: fields.toSorted((a, b) => rank(a) - rank(b)), isUnsure };
}

function isReadOtherwise(task: StandingTask, { deadlineReading }: IncomingRow): boolean {
  const isKnownDate = deadlineReading.dueOn === task.printedDueOn || deadlineReading.dueOn === task.dueOn;
  return !isKnownDate || deadlineReading.ongoing !== task.ongoing;
}

function rereadDeadline(task: StandingTask, row: IncomingRow): RowComparison['fields'][number] {
  const words = (printed: string, reading: { dueOn: Day | null; ongoing: boolean }) =>
    `${printed}（读作：${deadlineWords({ dueOn: reading.dueOn, ongoing: reading.ongoing })}）`;
  const before = words(task.deadline, { dueOn: task.printedDueOn, ongoing: task.ongoing });
  return { field: 'deadline', before, after: words(row.deadline, row.deadlineReading) };
}

// ---- decisions

/** What may be decided about a row; none about one that is the same. */
export function rowDecisions({ kind }: Pick<RowComparison, 'kind'>): readonly RowDecision[] {
  if (kind === 'same') return [];
  return kind === 'added' ? ['take', 'leave'] : ['take', 'keep', 'separate'];
}

export function isDecisionOf(kind: RevisionKind, decision: string): boolean {
  const all: readonly string[] =
    kind === 'dropped' ? (['cancel', 'keep'] satisfies DroppedDecision[]) : rowDecisions({ kind });
  return all.includes(decision);
}

/** What a taken row does to the date; absent: stays as it is. The date of an extension stays where the printed one is the same as before. */
export type DeadlineMove = { to?: Day | null; ongoing?: boolean };

export function deadlineMove(task: StandingTask, row: IncomingRow, { fields }: RowComparison): DeadlineMove {
  if (!fields.some(({ field }) => field === 'deadline' || field === 'state')) return {};
  const { dueOn, ongoing } = row.deadlineReading;
  const isMoved = dueOn !== task.dueOn && dueOn !== task.printedDueOn;
  return { ...(isMoved ? { to: dueOn } : {}), ...(ongoing === task.ongoing ? {} : { ongoing }) };
}

const cycleKey = (recurrence: Recurrence | null | undefined) =>
  recurrence ? JSON.stringify([recurrence.kind, recurrence.closingDay, recurrence.closingMonth]) : null;

/** Why a task cannot take its row, in words that say what to do; null where it can. */
export function takeRefusal(
  task: StandingTask,
  row: IncomingRow,
  change: RowComparison,
  planStatus: string,
): string | null {
  if (
    task.state === 'CANCELLED' &&
    !canApplyMove(task.state, { type: 'restore', stateBefore: task.stateBefore, basis: '修订后的清单' })
  )
    return '任务已取消，且找不到取消前的状态，不能重新列入。请选择“另作新任务”。';
  if (!change.fields.some(({ field }) => field === 'deadline')) return null;
  const move = deadlineMove(task, row, change);
  const isCycleChanged = cycleKey(task.recurrence) !== cycleKey(row.deadlineReading.recurrence);
  if (isCycleChanged && planStatus === 'ACTIVE')
    return '完成时限的填报周期有改动，方案执行中不能更换任务的填报周期。请选择“保留现行”或“另作新任务”。';
  if (move.to === undefined && move.ongoing === undefined) return null;
  if (task.hasOpenExtension)
    return '该任务有延期申请等待决定，完成时限不能改动。请先对延期作出决定，或选择“保留现行”。';
  const to = move.to === undefined ? task.dueOn : move.to;
  if (task.state === 'UNDER_REVIEW' && to === null)
    return '该任务的办结申请正在等待审核，完成时限不能改为没有日期。请先审核，或选择“保留现行”。';
  return isAchieved(task) ? achievedRefusal(task, to, move) : null;
}

const isAchieved = ({ state }: StandingTask) => state === 'COMPLETED' || state === 'SUSTAINED';

/** An outcome is for ever: a new date must not turn it. */
function achievedRefusal(task: StandingTask, to: Day | null, move: DeadlineMove): string | null {
  const done = task.state === 'COMPLETED' ? '任务已办结' : '任务已达标转长期';
  const way = '请选择“保留现行”；确需改动的，请先撤销办结。';
  if (move.ongoing !== undefined) return `${done}，是否长期推进不能随修订改动。${way}`;
  if (to === null) return `${done}，完成时限不能改为没有日期。${way}`;
  const wasInTime = task.dueOn === null || (task.achievedOn ?? '') <= task.dueOn;
  if (wasInTime && task.achievedOn !== null && task.achievedOn > to)
    return `${done}，新的完成时限早于办结日，会把按期变为逾期。${way}`;
  return null;
}

/** Why a dropped task cannot be cancelled; null where it can. */
export function cancelRefusal(task: Pick<StandingTask, 'state'>): string | null {
  if (canApplyMove(task.state, { type: 'cancel', basis: '修订后的清单' })) return null;
  return '任务已办结，成果保留，不能取消。请选择“保留任务”；确需取消的，请先撤销办结。';
}

// ---- order

/**
 * Ids in the order of the plan after a revision. `listed`: those that follow the new list, in its order (new ones too); `standing`: the tasks as they
 * stood; `cancelled`: those that go behind. One that is on neither side keeps its place behind the task it stood after.
 */
export function orderAfter(
  standing: readonly number[],
  listed: readonly number[],
  cancelled: ReadonlySet<number>,
): number[] {
  const order = [...listed];
  const placed = new Set(order);
  let before: number | null = null;
  for (const id of standing) {
    if (cancelled.has(id)) continue;
    if (!placed.has(id)) {
      order.splice(before === null ? 0 : order.indexOf(before) + 1, 0, id);
      placed.add(id);
    }
    before = id;
  }
  return [...order, ...standing.filter((id) => cancelled.has(id))];
}
