import { cyclesOnDates, type PlannedCycle, planCycles } from '@/lib/cycles/cycle.rules';
import type { CalendarExceptions } from '@/lib/cycles/working-days.rules';
import { type Day, dayOf } from '@/lib/dates';
import type { Recurrence } from '@/lib/deadlines/deadline.schema';

export type PlanStatus = 'DRAFT' | 'ACTIVE' | 'ARCHIVED' | 'WITHDRAWN';

/** How far ahead cycles are planned at activation. */
export const CYCLE_MONTHS = 60;
const MONTHS_OF = { MONTHLY: 1, QUARTERLY: 3, HALF_YEARLY: 6, YEARLY: 12 } as const;

/** What has to be settled before a plan can be archived, counted. */
export type OpenMatters = { reviews: number; slips: number; extensions: number; objections: number };

/** 2 项任务的办结申请等待审核、1 份督办单没有办结; null where nothing is open. */
export function openMattersWords({ reviews, slips, extensions, objections }: OpenMatters): string | null {
  const words = [
    reviews > 0 ? `${reviews} 项任务的办结申请等待审核` : null,
    slips > 0 ? `${slips} 份督办单没有办结（未印发的请签发或撤稿）` : null,
    extensions > 0 ? `${extensions} 项延期申请没有决定` : null,
    objections > 0 ? `${objections} 项分工异议没有答复` : null,
  ].filter((word) => word !== null);
  return words.length > 0 ? words.join('、') : null;
}

export type PlanMove =
  | { type: 'activate' }
  | { type: 'archive'; today: Day; effectiveFrom: Day | null; open: OpenMatters }
  | { type: 'withdraw' };

/** Days from which a list of a year can be carried out: from the middle of the year before to the end of the year after. */
export const effectiveRange = (year: number): { from: Day; to: Day } => ({
  from: dayOf(year - 1, 7, 1),
  to: dayOf(year + 1, 12, 31),
});

/** Why a plan in this status may not make the move, in words for people; null where it may. */
export function planMoveRefusal(status: PlanStatus, move: PlanMove): string | null {
  switch (move.type) {
    case 'activate':
      if (status === 'ACTIVE') return '方案已经启用，无需再次启用。';
      if (status === 'ARCHIVED') return '方案已归档，不能启用。';
      if (status === 'WITHDRAWN') return '方案已撤回，不能启用。请重新导入清单。';
      return null;
    case 'withdraw':
      return status === 'DRAFT' ? null : '只有草稿可以撤回。执行中的方案请归档。';
    case 'archive':
      if (status !== 'ACTIVE') return '只有执行中的方案可以归档。';
      if (move.effectiveFrom !== null && move.today < move.effectiveFrom) return '方案尚未到生效日期，不能归档。';
      {
        const open = openMattersWords(move.open);
        return open === null ? null : `还有 ${open}，请处理完毕后再归档。`;
      }
  }
}

export type CycleRules = {
  kind: 'NONE' | 'MONTHLY' | 'QUARTERLY' | 'CUSTOM';
  closingDay: number | null;
  graceWorkingDays: number;
  /** CUSTOM: the closing days, in order. */
  dates?: readonly Day[];
};

/** The cycles of a plan for the next five years, or those that close on its own dates (CUSTOM); none where the plan has none. */
export function cyclesOfPlan(rules: CycleRules, effectiveFrom: Day, exceptions: CalendarExceptions): PlannedCycle[] {
  if (rules.kind === 'NONE') return [];
  if (rules.kind === 'CUSTOM')
    return cyclesOnDates(effectiveFrom, rules.dates ?? [], rules.graceWorkingDays, exceptions);
  return planCycles({
    effectiveFrom,
    kind: rules.kind,
    closingDay: rules.closingDay,
    graceWorkingDays: rules.graceWorkingDays,
    count: CYCLE_MONTHS / MONTHS_OF[rules.kind],
    exceptions,
  });
}

/** The cycles of a task with its own recurrence, from its own start where it names a later one. */
export function cyclesOfTask(
  recurrence: Recurrence,
  rules: CycleRules,
  effectiveFrom: Day,
  exceptions: CalendarExceptions,
): PlannedCycle[] {
  const { kind, closingDay, closingMonth, startsOn } = recurrence;
  return planCycles({
    effectiveFrom: startsOn !== null && startsOn > effectiveFrom ? startsOn : effectiveFrom,
    kind,
    closingDay,
    closingMonth,
    graceWorkingDays: rules.graceWorkingDays,
    count: CYCLE_MONTHS / MONTHS_OF[kind],
    exceptions,
  });
}
