import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, daysBetween, weekdayOf } from '../dates';
import { isPublishedSpan, readHolidayTable } from './holidays';
import { addWorkingDays, type CalendarDayKind, isWorkingDay, workingDaysBetween } from './working-days.rules';

const table: unknown = JSON.parse(readFileSync(new URL('../../seeds/holidays.json', import.meta.url), 'utf8'));
const calendar = readHolidayTable(table);
const anyDay = fc.integer({ min: 0, max: 2500 }).map((days) => addDays('2020-01-01', days));
const anyExceptions = fc
  .array(fc.tuple(anyDay, fc.constantFrom<CalendarDayKind>('HOLIDAY', 'WORKDAY')), { maxLength: 40 })
  .map((entries) => new Map(entries));

describe('the holiday table', () => {
  test('covers 2020 to 2026 and says so', () => {
    expect(calendar.publishedYears).toEqual([2020, 2021, 2022, 2023, 2024, 2025, 2026]);
    expect(isPublishedSpan(calendar, '2020-01-01', '2026-12-31')).toBe(true);
    expect(isPublishedSpan(calendar, '2026-12-01', '2027-01-10')).toBe(false);
  });

  test('every weekend worked is a weekend', () => {
    for (const [day, kind] of calendar.exceptions)
      if (kind === 'WORKDAY') expect(weekdayOf(day), day).toBeGreaterThan(5);
  });

  // 国办发明电〔2021〕11号 (2022) and 国办发明电〔2022〕16号 (2023)
  test.each([
    ['2022-01-03', false],
    ['2022-01-29', true],
    ['2022-05-04', false],
    ['2022-05-07', true],
    ['2022-10-07', false],
    ['2022-10-08', true],
    ['2022-10-09', true],
    ['2022-06-30', true],
    ['2022-07-02', false],
    ['2023-10-06', false],
    ['2023-10-07', true],
    ['2023-04-05', false],
  ])('%s is a working day: %s', (day, expected) => {
    expect(isWorkingDay(day, calendar.exceptions)).toBe(expected);
  });

  test('a damaged table is refused', () => {
    const year = (holidays: string[], workdays: string[] = []) => ({
      source: 'test',
      publishedYears: [2022],
      years: { '2022': { holidays, workdays } },
    });
    expect(() => readHolidayTable(year(['2022-02-30']))).toThrow();
    expect(() => readHolidayTable(year(['2023-01-01']))).toThrow(/stands under/);
    expect(() => readHolidayTable(year(['2022-01-01'], ['2022-01-01']))).toThrow(/twice/);
    expect(() => readHolidayTable({ ...year([]), publishedYears: [2022, 2023] })).toThrow(/has no days/);
  });
});

describe('addWorkingDays', () => {
  test('five working days over the National Day of 2022', () => {
    expect(addWorkingDays('2022-09-30', 5, calendar.exceptions)).toBe('2022-10-12');
  });

  test('none is the day itself, holiday or not', () => {
    expect(addWorkingDays('2022-10-01', 0, calendar.exceptions)).toBe('2022-10-01');
  });

  test('lands on a working day and passes exactly n of them', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 60 }), anyExceptions, (day, count, exceptions) => {
        const end = addWorkingDays(day, count, exceptions);
        expect(isWorkingDay(end, exceptions)).toBe(true);
        expect(workingDaysBetween(day, end, exceptions)).toBe(count);
        expect(daysBetween(day, end)).toBeGreaterThanOrEqual(count);
      }),
    );
  });

  test('steps add up', () => {
    fc.assert(
      fc.property(anyDay, fc.nat(30), fc.nat(30), anyExceptions, (day, first, second, exceptions) => {
        expect(addWorkingDays(addWorkingDays(day, first, exceptions), second, exceptions)).toBe(
          addWorkingDays(day, first + second, exceptions),
        );
      }),
    );
  });

  test('a negative or broken count is refused', () => {
    expect(() => addWorkingDays('2022-01-01', -1, new Map())).toThrow(RangeError);
    expect(() => addWorkingDays('2022-01-01', 1.5, new Map())).toThrow(RangeError);
  });
});
