import type { Day } from '@/lib/dates';

/** A cycle of a task as a reporting unit sees it on a day. */
export type CycleSight = {
  id: number;
  label: string;
  startsOn: Day;
  closesOn: Day;
  graceEndsOn: Day;
  /** Stands beside the grace where a year on the way has no holiday notice yet. */
  doubt?: string | null;
  /** The task was open to reports when the cycle closed. */
  isOwed: boolean;
  /** The unit's own report in it; for a lead, what was said as a lead. */
  report: 'none' | 'live' | 'returned';
  /** The PROGRESS that another one in it would be the next version of, and its version; null and 0: none. */
  reportId: number | null;
  version: number;
};

export type CycleChoice = CycleSight & {
  /** Its grace is over: what is sent now is a 补报. */
  isCatchUp: boolean;
};

/**
 * 2022年9月周期 · 10月12日截止（节假日安排尚未公布，按周末推算）: what a form for reporting says of the cycle it reports in; null: a plan without cycles. Pure.
 */
export function cycleWords(cycle: Pick<CycleChoice, 'label' | 'graceEndsOn' | 'isCatchUp' | 'doubt'> | null): string {
  if (cycle === null) return '该方案不分填报周期';
  if (cycle.isCatchUp) return `${cycle.label}周期 · 宽限期已于 ${cycle.graceEndsOn} 结束，作为补报`;
  const [, month, day] = cycle.graceEndsOn.split('-').map(Number);
  return `${cycle.label}周期 · ${month}月${day}日截止${cycle.doubt ? `（${cycle.doubt}）` : ''}`;
}

export const isOpenOn = (cycle: { startsOn: Day; graceEndsOn: Day }, day: Day): boolean =>
  cycle.startsOn <= day && day <= cycle.graceEndsOn;

/**
 * The cycles a unit can report in on a day, oldest first: those open, and those past whose report is missing or was sent back. The default is
 * the oldest open one still without a live report, else the one the day lies in. Pure.
 */
export function cycleChoices(
  cycles: readonly CycleSight[],
  day: Day,
): { choices: CycleChoice[]; defaultId: number | null } {
  const choices = cycles
    .filter((c) => c.startsOn <= day)
    .filter((c) => isOpenOn(c, day) || (c.report === 'none' && c.isOwed) || c.report === 'returned')
    .map((c) => ({ ...c, isCatchUp: day > c.graceEndsOn }))
    .sort((a, b) => (a.closesOn < b.closesOn ? -1 : 1));
  const open = choices.filter((c) => !c.isCatchUp);
  const chosen =
    open.find((c) => c.report !== 'live') ??
    open.findLast((c) => c.startsOn <= day && day <= c.closesOn) ??
    open.at(-1);
  return { choices, defaultId: chosen?.id ?? null };
}
