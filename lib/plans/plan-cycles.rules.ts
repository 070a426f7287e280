import type { PlannedCycle } from '@/lib/cycles/cycle.rules';
import type { CalendarExceptions } from '@/lib/cycles/working-days.rules';
import { addDays, type Day, formatDayProse } from '@/lib/dates';
import { type CycleRules, cyclesOfPlan } from './plan.rules';

/** A cycle as it stands. */
export type KeptCycle = { startsOn: Day; closesOn: Day; label: string };

export type CycleChange = {
  /** The cycle running today: it stays as it is, grace and all. */
  running: KeptCycle | null;
  /** The first day under the new rules. */
  beginsOn: Day;
  cycles: PlannedCycle[];
};

/** The running one of a plan's or a task's cycles: the last that has begun and not closed. */
export function runningCycle<C extends KeptCycle>(cycles: readonly C[], today: Day): C | null {
  return cycles.findLast((cycle) => cycle.startsOn <= today && today <= cycle.closesOn) ?? null;
}

/** The day after the running cycle closes; without one the day itself, or the plan's first day where that lies ahead. */
export function firstDayUnderNewRules(running: KeptCycle | null, effectiveFrom: Day, today: Day): Day {
  if (running !== null) return addDays(running.closesOn, 1);
  return effectiveFrom > today ? effectiveFrom : today;
}

/** Why closing days typed by hand cannot stand, in words for people; null where they can. */
export function closingDatesFault(dates: readonly Day[], beginsOn: Day, running: KeptCycle | null): string | null {
  if (dates.length === 0) return '请至少填写一个截止日。';
  for (const [at, day] of dates.entries()) {
    const before = dates[at - 1];
    if (before !== undefined && day <= before)
      return `截止日须依次推后：第 ${at + 1} 个（${day}）不晚于前一个（${before}），请调整。`;
  }
  const first = dates[0]!;
  if (first < beginsOn)
    return running === null
      ? `截止日不能早于 ${beginsOn}，请删去或改正 ${first}。`
      : `本期（${running.label}）照旧于 ${running.closesOn} 截止，新的截止日须晚于这一天，请删去或改正 ${first}。`;
  return null;
}

/** What becomes of a running plan's cycles under other rules from today on. */
export function changeCycles(
  cycles: readonly KeptCycle[],
  rules: CycleRules,
  plan: { effectiveFrom: Day; today: Day },
  exceptions: CalendarExceptions,
): CycleChange {
  const running = runningCycle(cycles, plan.today);
  const beginsOn = firstDayUnderNewRules(running, plan.effectiveFrom, plan.today);
  const kept = new Set(cycles.filter((cycle) => cycle.startsOn <= plan.today).map((cycle) => cycle.label));
  return {
    running,
    beginsOn,
    cycles: cyclesOfPlan(rules, beginsOn, exceptions).map((cycle) => ({ ...cycle, label: freeLabel(cycle, kept) })),
  };
}

/** A second cycle that closes in the same month is told apart by its day. */
export function freeLabel(cycle: PlannedCycle, taken: ReadonlySet<string>): string {
  return taken.has(cycle.label) ? `截至${formatDayProse(cycle.closesOn)}` : cycle.label;
}

const KIND_WORDS = { NONE: '不设填报周期', MONTHLY: '每月填报', QUARTERLY: '每季度填报', CUSTOM: '按自定日期填报' };

/** 每月填报，25 日截止，宽限 5 个工作日 */
export function cycleRulesWords({ kind, closingDay, graceWorkingDays }: CycleRules): string {
  if (kind === 'NONE') return KIND_WORDS.NONE;
  const closing = kind === 'CUSTOM' ? '' : `，${closingDay === null ? '月末' : `${closingDay} 日`}截止`;
  return `${KIND_WORDS[kind]}${closing}，宽限 ${graceWorkingDays} 个工作日`;
}
