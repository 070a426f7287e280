import 'server-only';
import { readCalendarOn } from '@/lib/cycles/calendar.queries';
import { workingDaysBetween } from '@/lib/cycles/working-days.rules';
import { addMonthsEnd, type Day, monthEndBefore } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { readSetting } from '@/lib/settings/setting.queries';
import {
  countDueWithin,
  countStandings,
  countTrend,
  type Dimension,
  listDueWithin,
  listHeadings,
  listMostOverdue,
  listUnderReview,
  type TrendPoint,
  totalCounts,
} from './board.queries';
import { type BoardScope, narrowScope } from './board-scope.queries';
import { countOf, emptyCounts, type StandingCounts, totalOf } from './figures';
import type { TaskLine } from './task-line';
import { listUnitBoards } from './unit-board.queries';

export const DUE_DAYS = 30;
const TREND_MONTHS = 12;
/** Reviews looked at for their age; a region's office has far fewer. */
const MAX_WAITING = 200;

export type PictureDimension = 'unit' | 'area' | 'measure' | 'group' | 'plan';

export type RegionHome = {
  now: StandingCounts;
  /** On the last month end before the day. */
  before: StandingCounts;
  trend: TrendPoint[];
  due: { lines: TaskLine[]; total: number };
  waiting: { line: TaskLine; workingDays: number }[];
  /** Working days after which a review is shown to the leader. */
  reviewLimit: number;
  overdue: TaskLine[];
  picture: { rows: { id: number; name: string; aside: string | null; counts: StandingCounts }[]; all: number };
  offered: PictureDimension[];
};

/** The month ends of the year before a day that lie after the start of the first plan, and the day itself. */
export function trendDays(scope: Pick<BoardScope, 'counted'>, day: Day): Day[] {
  const first = scope.counted
    .map((plan) => plan.effectiveFrom)
    .filter((from) => from !== null)
    .sort()[0];
  if (first === undefined || first > day) return [];
  const days: Day[] = [];
  for (let months = -(TREND_MONTHS - 1); months < 0; months += 1) {
    const end = addMonthsEnd(day, months);
    if (end >= first && end < day) days.push(end);
  }
  return [...days, day];
}

async function pictureOf(actor: Actor, scope: BoardScope, day: Day, by: PictureDimension, units: number) {
  if (by === 'unit') {
    const boards = await listUnitBoards(actor, scope, day);
    const leads = boards.rows.filter((row) => totalOf(row.lead) > 0);
    const worry = (counts: StandingCounts) =>
      countOf(counts, ['OVERDUE', 'ISSUED_PAST_DUE', 'REPORTING_LAPSED']) * 1000 +
      countOf(counts, ['DUE_SOON', 'UNREPORTED']);
    const worst = [...leads]
      .sort((a, b) => worry(b.lead) - worry(a.lead) || totalOf(b.lead) - totalOf(a.lead) || a.sortOrder - b.sortOrder)
      .slice(0, units);
    return {
      rows: worst.map((row) => ({ id: row.id, name: row.name, aside: row.parentName, counts: row.lead })),
      all: leads.length,
    };
  }
  const [counts, headings] = await Promise.all([countStandings(actor, scope, day, [by]), listHeadings(scope, by)]);
  const several = new Set(headings.map((heading) => heading.planId)).size > 1;
  const rows = headings
    .map((heading) => ({
      id: heading.id,
      name: heading.name,
      aside: by === 'measure' || several ? heading.parentName : null,
      counts: counts[by].get(heading.id) ?? emptyCounts(),
    }))
    .filter((row) => totalOf(row.counts) > 0);
  return { rows, all: rows.length };
}

/** Everything on the home page of an office, a leader or an admin, on a day. About ten queries beside each other, none per row. */
export async function getRegionHome(
  actor: Actor,
  scope: BoardScope,
  day: Day,
  by: PictureDimension,
  units: number,
): Promise<RegionHome> {
  const lastMonthEnd = monthEndBefore(day);
  const dimensions: Dimension[] = ['area', 'measure', 'group'];
  const [now, before, trend, dueLines, dueTotal, waiting, overdue, picture, { exceptions }, reviewLimit] =
    await Promise.all([
      countStandings(actor, scope, day, dimensions),
      countStandings(actor, scope, lastMonthEnd),
      countTrend(actor, scope, trendDays(scope, day)),
      listDueWithin(actor, scope, day, DUE_DAYS, 4),
      countDueWithin(actor, scope, day, DUE_DAYS),
      listUnderReview(actor, scope, day, MAX_WAITING),
      listMostOverdue(actor, narrowScope(actor, scope, 'overdue.read'), day, 8),
      pictureOf(actor, scope, day, by, units),
      readCalendarOn(day),
      readSetting('review_limit', scope.region.id, day),
    ]);
  const offered: PictureDimension[] = ['unit'];
  if (now.area.size > 1) offered.push('area');
  if (now.measure.size > 1) offered.push('measure');
  if (now.group.size > 1) offered.push('group');
  if (scope.counted.length > 1) offered.push('plan');
  return {
    now: totalCounts(now),
    before: totalCounts(before),
    trend,
    due: { lines: dueLines, total: dueTotal },
    waiting: waiting.map((line) => ({ line, workingDays: workingDaysBetween(line.clockOn ?? day, day, exceptions) })),
    reviewLimit,
    overdue,
    picture,
    offered,
  };
}
