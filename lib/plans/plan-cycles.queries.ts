import 'server-only';
import { calendarDoubt, readCalendar } from '@/lib/cycles/calendar.queries';
import type { PlannedCycle } from '@/lib/cycles/cycle.rules';
import { type Day, dayOfUtcDate } from '@/lib/dates';
import { db } from '@/lib/server/db';
import type { PlanDetail } from './plan.queries';
import { type CycleRules, cyclesOfPlan } from './plan.rules';
import { changeCycles, closingDatesFault, type KeptCycle } from './plan-cycles.rules';

/** The rules a plan's cycles follow now. The plan was found for the viewer. */
export async function readCycleRules(plan: PlanDetail): Promise<CycleRules & { dates: Day[] }> {
  const { cycleDates } = await db().plan.findUniqueOrThrow({ where: { id: plan.id }, select: { cycleDates: true } });
  return {
    kind: plan.cycleKind,
    closingDay: plan.cycleClosingDay,
    graceWorkingDays: plan.graceWorkingDays,
    dates: cycleDates.map(dayOfUtcDate),
  };
}

export type CyclePreview = {
  running: KeptCycle | null;
  beginsOn: Day;
  next: (PlannedCycle & { doubt: string | null })[];
  /** Why these rules cannot be saved. */
  fault: string | null;
};

/** The next six cycles a plan would have under other rules. */
export async function previewCycles(plan: PlanDetail, rules: CycleRules, today: Day): Promise<CyclePreview> {
  const calendar = await readCalendar();
  const standing = await db().cycle.findMany({
    where: { planId: plan.id, taskId: null, supersededOn: null },
    orderBy: { closesOn: 'asc' },
  });
  const cycles = standing.map((cycle) => ({
    label: cycle.label,
    startsOn: dayOfUtcDate(cycle.startsOn),
    closesOn: dayOfUtcDate(cycle.closesOn),
  }));
  const from = plan.effectiveFrom ?? today;
  const change =
    plan.status === 'ACTIVE'
      ? changeCycles(cycles, rules, { effectiveFrom: from, today }, calendar.exceptions)
      : { running: null, beginsOn: from, cycles: cyclesOfPlan(rules, from, calendar.exceptions) };
  return {
    running: change.running,
    beginsOn: change.beginsOn,
    next: change.cycles
      .slice(0, 6)
      .map((cycle) => ({ ...cycle, doubt: calendarDoubt(calendar, cycle.closesOn, cycle.graceEndsOn) })),
    fault: rules.kind === 'CUSTOM' ? closingDatesFault(rules.dates ?? [], change.beginsOn, change.running) : null,
  };
}
