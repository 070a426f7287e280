import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  addDays,
  addMonthsEnd,
  type Day,
  dayOfInstant,
  dayOfUtcDate,
  daysBetween,
  formatDayProse,
  formatInstant,
  isDay,
  lastDayOfMonth,
  monthEndAfter,
  monthEndBefore,
  partsOfDay,
  utcDateOfDay,
  weekdayOf,
} from './dates';

const anyDay: fc.Arbitrary<Day> = fc
  .integer({ min: 0, max: 80_000 })
  .map((days) => new Date(Date.UTC(1900, 0, 1) + days * 86_400_000).toISOString().slice(0, 10));

describe('isDay', () => {
  test.each(['2022-05-31', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('takes %s', (day) => {
    expect(isDay(day)).toBe(true);
  });
  test.each([
    '2022-02-30',
    '2023-02-29',
    '1900-02-29',
    '2022-13-01',
    '2022-00-10',
    '2022-04-31',
    '2022-1-1',
    '0000-01-01',
    '2022-05-31 ',
    '2022-05-31T00:00:00Z',
    '２０２２-05-31',
    '',
    null,
    20220531,
  ])('refuses %j', (day) => {
    expect(isDay(day)).toBe(false);
  });
});

describe('arithmetic', () => {
  test('addDays and daysBetween are inverse', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -9999, max: 9999 }), (day, days) => {
        expect(daysBetween(day, addDays(day, days))).toBe(days);
      }),
    );
  });

  test('days order as strings as they do in time', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        expect(a < b).toBe(daysBetween(a, b) > 0);
      }),
    );
  });

  test('a malformed day is refused, not carried over', () => {
    expect(() => addDays('2022-02-30', 1)).toThrow(RangeError);
    expect(() => addDays('9999-12-31', 1)).toThrow();
  });

  test('weekdays run from Monday 1 to Sunday 7', () => {
    expect(weekdayOf('2022-05-30')).toBe(1);
    expect(weekdayOf('2022-06-05')).toBe(7);
  });

  test('a day survives the way through a date column', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        expect(dayOfUtcDate(utcDateOfDay(day))).toBe(day);
      }),
    );
  });
});

describe('month ends', () => {
  test('the last day of a month', () => {
    expect(lastDayOfMonth(2022, 2)).toBe('2022-02-28');
    expect(lastDayOfMonth(2024, 2)).toBe('2024-02-29');
    expect(lastDayOfMonth(2022, 12)).toBe('2022-12-31');
  });

  test('steps by month over the turn of the year', () => {
    expect(addMonthsEnd('2022-12-31', 1)).toBe('2023-01-31');
    expect(addMonthsEnd('2022-01-15', -1)).toBe('2021-12-31');
    expect(addMonthsEnd('2022-01-31', 25)).toBe('2024-02-29');
  });

  test('before and after are strict, and no month end lies between', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const [before, after] = [monthEndBefore(day), monthEndAfter(day)];
        expect(before < day && day < after).toBe(true);
        for (const end of [before, after]) expect(partsOfDay(addDays(end, 1)).day).toBe(1);
        const isEnd = partsOfDay(addDays(day, 1)).day === 1;
        expect(monthEndAfter(before)).toBe(isEnd ? day : after);
      }),
    );
  });
});

describe('what people read', () => {
  test('a day in prose has no leading zeros', () => {
    expect(formatDayProse('2022-05-31')).toBe('2022年5月31日');
    expect(formatDayProse('2022-12-01')).toBe('2022年12月1日');
  });

  test('an instant is read in Asia/Shanghai whatever the zone of the process', () => {
    const hours = new Set<number>();
    for (const zone of ['UTC', 'America/Los_Angeles', 'Pacific/Kiritimati']) {
      vi.stubEnv('TZ', zone);
      hours.add(new Date('2022-05-31T00:00:00Z').getHours());
      expect(formatInstant(new Date('2022-05-31T01:41:59Z'))).toBe('2022-05-31 09:41');
      expect(formatInstant(new Date('2022-05-30T16:00:00Z'))).toBe('2022-05-31 00:00');
      expect(dayOfInstant(new Date('2022-05-31T15:59:59Z'))).toBe('2022-05-31');
      expect(dayOfInstant(new Date('2022-05-31T16:00:00Z'))).toBe('2022-06-01');
      expect(addDays('2022-03-12', 1)).toBe('2022-03-13');
    }
    vi.unstubAllEnvs();
    expect(hours.size, 'the zone of the process really changed').toBe(3);
  });
});
