import 'server-only';
import { type Day, isPlausibleDay } from '@/lib/dates';
import { today } from './clock';

export type SearchParams = Record<string, string | string[] | undefined>;

export type AsOf = {
  /** The day the page answers for. */
  day: Day;
  today: Day;
  /** Another day than today: read-only. */
  isToday: boolean;
  /** Why a given asOf was dropped. */
  notice: string | null;
};

/** One value of a search parameter; the last where it is given several times. */
export function single(params: SearchParams, key: string): string | undefined {
  const value = params[key];
  return Array.isArray(value) ? value.at(-1) : value;
}

/** Reads ?asOf=: a day up to today. Anything else is dropped with a notice, and today stands. */
export async function readAsOf(searchParams: Promise<SearchParams>): Promise<AsOf> {
  const given = single(await searchParams, 'asOf');
  const now = await today();
  const current = { day: now, today: now, isToday: true, notice: null };
  if (given === undefined || given === '' || given === now) return current;
  const isReadable: boolean = isPlausibleDay(given);
  if (!isReadable)
    return {
      ...current,
      notice: `统计日期“${given.slice(0, 20)}”不是有效日期，已按今天显示。请使用 2022-09-30 这样的格式。`,
    };
  if (given > now) return { ...current, notice: `统计日期 ${given} 晚于今天，已按今天显示。` };
  return { day: given, today: now, isToday: false, notice: null };
}
