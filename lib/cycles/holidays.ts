import { z } from 'zod';
import { type Day, isDay } from '../dates';
import type { CalendarDayKind, CalendarExceptions } from './working-days.rules';

const daySchema = z.string().refine(isDay, 'not a day');

/** The form of seeds/holidays.json: per published year the days off and the weekends worked. Made by seeds/make-holidays.ts. */
export const holidayTableSchema = z.object({
  source: z.string(),
  publishedYears: z.array(z.int()),
  years: z.record(
    z.string().regex(/^\d{4}$/),
    z.object({ holidays: z.array(daySchema), workdays: z.array(daySchema) }),
  ),
});

export type HolidayTable = z.infer<typeof holidayTableSchema>;

export type HolidayCalendar = {
  /** Years whose holiday notice is in the table; for any other year weekends alone are days off, and a page must say so. */
  publishedYears: readonly number[];
  exceptions: CalendarExceptions;
};

/** Reads the parsed JSON of a holiday table. Throws on a day outside its year, a day of both kinds, or a year without its days. */
export function readHolidayTable(json: unknown): HolidayCalendar {
  const table = holidayTableSchema.parse(json);
  const exceptions = new Map<Day, CalendarDayKind>();
  for (const year of table.publishedYears) {
    const days = table.years[String(year)];
    if (!days) throw new Error(`holiday table: year ${year} is published but has no days`);
    for (const [kind, list] of [
      ['HOLIDAY', days.holidays],
      ['WORKDAY', days.workdays],
    ] as const) {
      for (const day of list) {
        if (!day.startsWith(`${year}-`)) throw new Error(`holiday table: ${day} stands under ${year}`);
        if (exceptions.has(day)) throw new Error(`holiday table: ${day} stands twice`);
        exceptions.set(day, kind);
      }
    }
  }
  return { publishedYears: table.publishedYears, exceptions };
}

/** One recorded change: of a correction what its days were before it (PLAIN: as their weekday says), of a publication its year. */
export type CalendarChange = { before: Record<Day, CalendarDayKind | 'PLAIN'> | null; publishedYear: number | null };

/** A calendar before some changes were made, given the last first. */
export function calendarBefore(calendar: HolidayCalendar, changes: readonly CalendarChange[]): HolidayCalendar {
  const exceptions = new Map(calendar.exceptions);
  let { publishedYears } = calendar;
  for (const { before, publishedYear } of changes) {
    for (const [day, kind] of Object.entries(before ?? {})) {
      if (kind === 'PLAIN') exceptions.delete(day);
      else exceptions.set(day, kind);
    }
    publishedYears = publishedYears.filter((year) => year !== publishedYear);
  }
  return { publishedYears, exceptions };
}

/** Stands beside every date that was worked out over a year without its notice. */
export const UNPUBLISHED_WORDS = '节假日安排尚未公布，按周末推算';

/** True where every year from `from` to `to` has its notice in the table. */
export function isPublishedSpan(calendar: HolidayCalendar, from: Day, to: Day): boolean {
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year += 1) {
    if (!calendar.publishedYears.includes(year)) return false;
  }
  return true;
}
