import { addDays, addMonthsEnd, type Day, dayOf, daysBetween, daysInMonth, formatDayProse, partsOfDay } from '../dates';
import { addWorkingDays, type CalendarExceptions } from './working-days.rules';

export type CycleKind = 'MONTHLY' | 'QUARTERLY' | 'HALF_YEARLY' | 'YEARLY' | 'NONE';

export type PlannedCycle = { startsOn: Day; closesOn: Day; graceEndsOn: Day; label: string };

export type CyclePlan = {
  effectiveFrom: Day;
  kind: CycleKind;
  /** Day of the closing month, cut to its length; null: the last day. */
  closingDay: number | null;
  /** Which month of the quarter, half year or year closes, from 1; default the last. */
  closingMonth?: number | null;
  graceWorkingDays: number;
  /** How many cycles to plan. */
  count: number;
  exceptions: CalendarExceptions;
  /** The first cycle closes at least so many days after `effectiveFrom` (DESIGN §3: 15). */
  minimumDays?: number;
};

/** Cycles that close on days typed by hand, in order; days before `from` close none. */
export function cyclesOnDates(
  from: Day,
  dates: readonly Day[],
  graceWorkingDays: number,
  exceptions: CalendarExceptions,
): PlannedCycle[] {
  let startsOn = from;
  return dates
    .filter((day) => day >= from)
    .map((closesOn) => {
      const cycle = {
        startsOn,
        closesOn,
        graceEndsOn: addWorkingDays(closesOn, graceWorkingDays, exceptions),
        label: `截至${formatDayProse(closesOn)}`,
      };
      startsOn = addDays(closesOn, 1);
      return cycle;
    });
}

const MONTHS: Record<Exclude<CycleKind, 'NONE'>, number> = { MONTHLY: 1, QUARTERLY: 3, HALF_YEARLY: 6, YEARLY: 12 };
const QUARTERS = ['一', '二', '三', '四'];

function labelOf(kind: Exclude<CycleKind, 'NONE'>, closesOn: Day): string {
  const { year, month } = partsOfDay(closesOn);
  if (kind === 'MONTHLY') return `${year}年${month}月`;
  if (kind === 'QUARTERLY') return `${year}年第${QUARTERS[Math.floor((month - 1) / 3)]}季度`;
  if (kind === 'HALF_YEARLY') return `${year}年${month <= 6 ? '上' : '下'}半年`;
  return `${year}年`;
}

/**
 * The reporting cycles of a plan, or of a task with its own recurrence: consecutive stretches of days from `effectiveFrom` on, labelled by the
 * month in which they close. A closing day less than `minimumDays` after `effectiveFrom` is skipped, so the first stretch may be a long one.
 */
export function planCycles(plan: CyclePlan): PlannedCycle[] {
  if (plan.kind === 'NONE') return [];
  const months = MONTHS[plan.kind];
  const closingMonth = plan.closingMonth ?? months;
  if (!Number.isInteger(closingMonth) || closingMonth < 1 || closingMonth > months)
    throw new RangeError(`no month ${closingMonth} in a ${plan.kind} cycle`);
  if (plan.closingDay !== null && !(Number.isInteger(plan.closingDay) && plan.closingDay >= 1 && plan.closingDay <= 31))
    throw new RangeError(`not a day of the month: ${plan.closingDay}`);
  if (!Number.isInteger(plan.count) || plan.count < 0) throw new RangeError(`not a number of cycles: ${plan.count}`);

  const minimumDays = plan.minimumDays ?? 15;
  const cycles: PlannedCycle[] = [];
  let startsOn = plan.effectiveFrom;
  for (let ahead = 0; cycles.length < plan.count; ahead += 1) {
    const { year, month } = partsOfDay(addMonthsEnd(plan.effectiveFrom, ahead));
    if ((month - closingMonth) % months !== 0) continue;
    const closesOn = dayOf(year, month, Math.min(plan.closingDay ?? 31, daysInMonth(year, month)));
    if (closesOn < startsOn || daysBetween(plan.effectiveFrom, closesOn) < minimumDays) continue;
    cycles.push({
      startsOn,
      closesOn,
      graceEndsOn: addWorkingDays(closesOn, plan.graceWorkingDays, plan.exceptions),
      label: labelOf(plan.kind, closesOn),
    });
    startsOn = addDays(closesOn, 1);
  }
  return cycles;
}
