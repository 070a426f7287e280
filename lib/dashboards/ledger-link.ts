import type { Day } from '@/lib/dates';
import { REASON_CODES } from '@/lib/standing/standing.types';
import { type TaskFilter, taskFilterHref } from '@/lib/tasks/task.filter';

/** What of a board's scope a link must carry so that the ledger counts the same tasks. */
export type LinkScope = {
  /** Left out where one plan is counted. */
  region?: { id: number };
  counted: readonly { id: number }[];
  regions: readonly unknown[];
  includesOwn: boolean;
  leavesOutIdle: boolean;
};

/** The ledger behind a count of a board, on the day of the board: the same tasks, also for a viewer who reads several regions. */
export function ledgerLink(scope: LinkScope, filter: Partial<TaskFilter>, asOf: Day | null): string {
  const only = scope.counted.length === 1 ? scope.counted[0]!.id : null;
  const isPlaced = [filter.plan, filter.area, filter.measure, filter.group, filter.unit].some((id) => id != null);
  const full: Partial<TaskFilter> = { ...filter };
  if (only === null && !isPlaced && scope.regions.length > 1) full.region = scope.region?.id ?? null;
  if (filter.plan == null && only !== null) full.plan = only;
  if (only === null && scope.includesOwn) full.own = true;
  const isNarrow = (filter.reason?.length ?? 0) > 0 || (filter.light?.length ?? 0) > 0;
  if (only === null && scope.leavesOutIdle && !isNarrow)
    full.reason = REASON_CODES.filter((code) => code !== 'PLAN_NOT_ACTIVE');
  return taskFilterHref(full, asOf);
}
