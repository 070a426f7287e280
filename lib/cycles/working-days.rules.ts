import { addDays, type Day, weekdayOf } from '../dates';

export type CalendarDayKind = 'HOLIDAY' | 'WORKDAY';

/** Days that differ from the plain week: holidays, and weekends that were made working days (调休). */
export type CalendarExceptions = ReadonlyMap<Day, CalendarDayKind>;

export function isWorkingDay(day: Day, exceptions: CalendarExceptions): boolean {
  const exception = exceptions.get(day);
  return exception ? exception === 'WORKDAY' : weekdayOf(day) <= 5;
}

/** The n-th working day after `day`; `day` itself for n = 0. */
export function addWorkingDays(day: Day, count: number, exceptions: CalendarExceptions): Day {
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`not a number of working days: ${count}`);
  let current = day;
  for (let left = count; left > 0; ) {
    current = addDays(current, 1);
    if (isWorkingDay(current, exceptions)) left -= 1;
  }
  return current;
}

/** Working days in (from, to]; 0 where `to` is not after `from`. */
export function workingDaysBetween(from: Day, to: Day, exceptions: CalendarExceptions): number {
  let count = 0;
  for (let day = from; day < to; ) {
    day = addDays(day, 1);
    if (isWorkingDay(day, exceptions)) count += 1;
  }
  return count;
}
