/**
 * Calendar days as 'YYYY-MM-DD' strings and instants read in Asia/Shanghai. Everything here is computed in UTC or through Intl with an
 * explicit zone, so the zone of the server never matters. Days compare with < and >.
 */
export type Day = string;

const DAY_MS = 86_400_000;
const DAY_SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;

const shanghai = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** True for a day that exists; PostgreSQL has no year 0, so neither have we. */
export function isDay(value: unknown): value is Day {
  if (typeof value !== 'string') return false;
  const match = DAY_SHAPE.exec(value);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** True for a day that somebody at this work can mean; a year typed as 0023 or 9999 is a slip of the pen. */
export function isPlausibleDay(value: unknown): value is Day {
  return isDay(value) && value >= '2000-01-01' && value <= '2099-12-31';
}

/** Midnight UTC of a day: how a `date` column goes into and comes out of the database driver. Throws RangeError on a malformed day. */
export function utcDateOfDay(day: Day): Date {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`);
  return new Date(`${day}T00:00:00.000Z`);
}

/** The reverse of `utcDateOfDay`: the UTC day of a Date read from a `date` column. For instants use `dayOfInstant`. */
export function dayOfUtcDate(date: Date): Day {
  const day = date.toISOString().slice(0, 10);
  if (!isDay(day)) throw new RangeError(`outside the years 0001 to 9999: ${date.toISOString()}`);
  return day;
}

export function dayOf(year: number, month: number, day: number): Day {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Year, month (1–12) and day of the month. */
export function partsOfDay(day: Day): { year: number; month: number; day: number } {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`);
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), day: Number(day.slice(8, 10)) };
}

export function addDays(day: Day, days: number): Day {
  return dayOfUtcDate(new Date(utcDateOfDay(day).getTime() + days * DAY_MS));
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return (utcDateOfDay(to).getTime() - utcDateOfDay(from).getTime()) / DAY_MS;
}

/** 1 Monday … 7 Sunday. */
export function weekdayOf(day: Day): number {
  return utcDateOfDay(day).getUTCDay() || 7;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function lastDayOfMonth(year: number, month: number): Day {
  return dayOf(year, month, daysInMonth(year, month));
}

/** The last day of the month that lies `months` after (or before) the month of `day`. */
export function addMonthsEnd(day: Day, months: number): Day {
  const { year, month } = partsOfDay(day);
  const index = year * 12 + (month - 1) + months;
  return lastDayOfMonth(Math.floor(index / 12), (((index % 12) + 12) % 12) + 1);
}

/** The latest month end strictly before `day`. */
export function monthEndBefore(day: Day): Day {
  return addMonthsEnd(day, -1);
}

/** The first month end strictly after `day`. */
export function monthEndAfter(day: Day): Day {
  const end = addMonthsEnd(day, 0);
  return end > day ? end : addMonthsEnd(day, 1);
}

/** '2022-05-31' → '2022年5月31日'. */
export function formatDayProse(day: Day): string {
  const { year, month, day: dayOfMonth } = partsOfDay(day);
  return `${year}年${month}月${dayOfMonth}日`;
}

function shanghaiFields(instant: Date): Map<string, string> {
  return new Map(shanghai.formatToParts(instant).map((part) => [part.type, part.value]));
}

/** The calendar day of an instant in Asia/Shanghai. */
export function dayOfInstant(instant: Date): Day {
  const fields = shanghaiFields(instant);
  return dayOf(Number(fields.get('year')), Number(fields.get('month')), Number(fields.get('day')));
}

/** '2022-05-31 09:41' in Asia/Shanghai. */
export function formatInstant(instant: Date): string {
  const fields = shanghaiFields(instant);
  return `${dayOfInstant(instant)} ${fields.get('hour')}:${fields.get('minute')}`;
}
