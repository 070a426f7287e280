import 'server-only';
import { cache } from 'react';
import { addDays, type Day } from '@/lib/dates';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, readTogether, type Tx } from '@/lib/server/db';
import {
  type CalendarChange,
  calendarBefore,
  type HolidayCalendar,
  isPublishedSpan,
  UNPUBLISHED_WORDS,
} from './holidays';
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
  const [days, years] = await readTogether(
    client,
    () =>
      client.$queryRaw<{ day: Day; kind: CalendarDayKind }[]>`
        SELECT day::text AS day, kind::text AS kind FROM calendar_day ORDER BY day`,
    () =>
      client.$queryRaw<{ year: number }[]>`
        SELECT year FROM calendar_year WHERE is_published ORDER BY year`,
  );
  return {
    publishedYears: years.map(({ year }) => year),
    exceptions: new Map(days.map(({ day, kind }) => [day, kind])),
  };
}

/**
 * The calendar as it was known at the end of a day: what was corrected or published since is taken back, by the record of it. For marks of a past day, which
 * stay as they were shown. Years that came with the ledger's own table count as known from the beginning.
 */
export async function readCalendarOn(day: Day, client?: Db): Promise<HolidayCalendar> {
  const [calendar, since] = await Promise.all([
    readCalendar(client),
    client === undefined ? changesSinceOnce(day) : readChangesSince(client, day),
  ]);
  return since.length === 0 ? calendar : calendarBefore(calendar, since);
}

const changesSinceOnce = cache((day: Day) => readChangesSince(db(), day));

/** Corrections and publications recorded after a day, the last first. */
function readChangesSince(client: Db, day: Day): Promise<CalendarChange[]> {
  return client.$queryRaw<CalendarChange[]>`
    SELECT CASE WHEN kind = 'calendar.corrected' THEN payload -> 'before' END AS before,
           CASE WHEN kind = 'calendar.published' THEN (payload ->> 'year')::int END AS "publishedYear"
      FROM audit_event WHERE subject = 'calendar' AND kind IN ('calendar.corrected', 'calendar.published') AND NOT is_refusal AND effective_on > ${day}::date
     ORDER BY id DESC`;
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

/** The n-th working day after a day; knownOn: by the calendar as it was known on that day. */
export async function workingDayAfter(from: Day, count: number, client?: Db, knownOn?: Day): Promise<WorkedOutDay> {
  const calendar = knownOn === undefined ? await readCalendar(client) : await readCalendarOn(knownOn, client);
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
