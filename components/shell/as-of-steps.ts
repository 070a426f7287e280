import { addMonths, endOfMonth, format, isValid, parseISO, subMonths } from 'date-fns';

/** True for a calendar day YYYY-MM-DD that exists and is not after `today`. */
export function isAsOfDay(value: string | null | undefined, today: string): value is string {
  if (!value || !/^\d{4}-\d{2}-\d{2}$/.test(value) || value > today) return false;
  return isValid(parseISO(value));
}

/** Last day of the month before. */
export function previousMonthEnd(day: string): string {
  return format(endOfMonth(subMonths(parseISO(day), 1)), 'yyyy-MM-dd');
}

/** The first month end after `day`, but never after `today`; null when `day` is today. */
export function nextMonthEnd(day: string, today: string): string | null {
  if (day >= today) return null;
  const thisEnd = format(endOfMonth(parseISO(day)), 'yyyy-MM-dd');
  const next = thisEnd > day ? thisEnd : format(endOfMonth(addMonths(parseISO(day), 1)), 'yyyy-MM-dd');
  return next < today ? next : today;
}

/** The same page on another day; `today` leaves the day out. The page of a list starts anew, its rows may differ. */
export function hrefAsOf(pathname: string, searchParams: Record<string, string>, day: string, today: string): string {
  const params = new URLSearchParams(searchParams);
  params.delete('page');
  if (day === today) params.delete('asOf');
  else params.set('asOf', day);
  const query = params.toString();
  return query ? `${pathname}?${query}` : pathname;
}

/** 2022-09-30 → 2022年9月30日 */
export function dayInProse(day: string): string {
  return format(parseISO(day), 'yyyy年M月d日');
}
