import 'server-only';
import { cache } from 'react';
import { addDays, type Day } from '@/lib/dates';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, type Tx } from '@/lib/server/db';
import { type HolidayCalendar, isPublishedSpan, UNPUBLISHED_WORDS } from './holidays';
import {
  addWorkingDays,
  type CalendarDayKind,
  type CalendarExceptions,
  workingDaysBetween,
} from './working-days.rules';

/** The working calendar as it stands: a few dozen days a year. Nobody's secret, so it asks for no actor. */
export function readCalendar(client?: Db): Promise<HolidayCalendar> {
  // Within one rendering it does not change; inside a transaction it is asked anew.
  return client === undefined ? readCalendarOnce() : readWhole(client);
}

const readCalendarOnce = cache(() => readWhole(db()));

async function readWhole(client: Db): Promise<HolidayCalendar> {
  const days = await client.$queryRaw<{ day: Day; kind: CalendarDayKind }[]>`
    SELECT day::text AS day, kind::text AS kind FROM calendar_day ORDER BY day`;
  const years = await client.$queryRaw<{ year: number }[]>`
    SELECT year FROM calendar_year WHERE is_published ORDER BY year`;
  return {
    publishedYears: years.map(({ year }) => year),
    exceptions: new Map(days.map(({ day, kind }) => [day, kind])),
  };
}

/**
 * Holds the calendar for the rest of the transaction, against corrections alone: for whoever makes cycles by it. Before any plan or task is held: a correction
 * works out cycles of all of them anew.
 */
export async function holdCalendar(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT hold_calendar(false)`;
}

/** A day worked out from working days, with the words that must stand beside it where a year on the way has no notice yet. */
export type WorkedOutDay = { day: Day; doubt: string | null };

/** What must stand beside a date that was reached from `from` by counting working days; null: nothing. */
export function calendarDoubt(calendar: HolidayCalendar, from: Day, to: Day): string | null {
  return isPublishedSpan(calendar, from, to) ? null : UNPUBLISHED_WORDS;
}

/** The n-th working day after a day. */
export async function workingDayAfter(from: Day, count: number, client?: Db): Promise<WorkedOutDay> {
  const calendar = await readCalendar(client);
  const day = addWorkingDays(from, count, calendar.exceptions);
  return { day, doubt: calendarDoubt(calendar, from, day) };
}

/** Working days after `from`, `to` included. */
export async function workingDaysSince(from: Day, to: Day, client?: Db): Promise<number> {
  return workingDaysBetween(from, to, (await readCalendar(client)).exceptions);
}

/** The last day from which more than `limit` working days have passed on `day`: what was sent on it or before is past the limit. */
export function lastDayPastLimit(day: Day, limit: number, exceptions: CalendarExceptions): Day {
  let sent = day;
  while (workingDaysBetween(sent, day, exceptions) <= limit) sent = addDays(sent, -1);
  return sent;
}

export type CalendarDayRow = {
  day: Day;
  kind: CalendarDayKind;
  name: string;
  isCorrected: boolean;
  basis: string;
};
export type CalendarYearView = { year: number; isPublished: boolean; days: CalendarDayRow[]; years: number[] };

/** One year for the page of whoever keeps the calendar; null where the actor does not. */
export async function findCalendarYear(actor: Actor, year: number): Promise<CalendarYearView | null> {
  if (!mayDoInRegion(actor, 'calendar.correct', null)) return null;
  const [days, years] = await Promise.all([
    db().$queryRaw<CalendarDayRow[]>`
      SELECT day::text AS day, kind::text AS kind, name, is_corrected AS "isCorrected", basis FROM calendar_day
       WHERE day BETWEEN make_date(${year}::int, 1, 1) AND make_date(${year}::int, 12, 31) ORDER BY day`,
    db().calendarYear.findMany({ where: { isPublished: true }, orderBy: { year: 'asc' }, select: { year: true } }),
  ]);
  const published = years.map((row) => row.year);
  return { year, isPublished: published.includes(year), days, years: published };
}
