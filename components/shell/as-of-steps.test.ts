import { describe, expect, it } from 'vitest';
import { dayInProse, hrefAsOf, isAsOfDay, nextMonthEnd, previousMonthEnd } from '@/components/shell/as-of-steps';

describe('stepping the day of the figures by month', () => {
  it('goes back to the last day of the month before', () => {
    expect(previousMonthEnd('2022-09-30')).toBe('2022-08-31');
    expect(previousMonthEnd('2022-03-31')).toBe('2022-02-28');
    expect(previousMonthEnd('2022-01-05')).toBe('2021-12-31');
  });
  it('goes forward to the first month end after the day', () => {
    expect(nextMonthEnd('2022-09-15', '2023-09-30')).toBe('2022-09-30');
    expect(nextMonthEnd('2022-09-30', '2023-09-30')).toBe('2022-10-31');
    expect(nextMonthEnd('2024-01-31', '2025-01-01')).toBe('2024-02-29');
  });
  it('never goes past today', () => {
    expect(nextMonthEnd('2023-08-31', '2023-09-12')).toBe('2023-09-12');
    expect(nextMonthEnd('2023-09-12', '2023-09-12')).toBeNull();
  });
});

describe('the address of another day', () => {
  it('keeps the filters and starts the list at its first page', () => {
    expect(hrefAsOf('/tasks', { unit: 'a', page: '3' }, '2022-09-30', '2023-09-30')).toBe(
      '/tasks?unit=a&asOf=2022-09-30',
    );
  });
  it('leaves the day out when it is today', () => {
    expect(hrefAsOf('/', { asOf: '2022-09-30' }, '2023-09-30', '2023-09-30')).toBe('/');
  });
});

describe('a day from the address', () => {
  it('must exist and not lie after today', () => {
    expect(isAsOfDay('2022-09-30', '2023-09-30')).toBe(true);
    expect(isAsOfDay('2022-02-30', '2023-09-30')).toBe(false);
    expect(isAsOfDay('2023-10-01', '2023-09-30')).toBe(false);
    expect(isAsOfDay('2022年', '2023-09-30')).toBe(false);
    expect(isAsOfDay(undefined, '2023-09-30')).toBe(false);
  });
});

it('writes a day in prose without leading noughts', () => {
  expect(dayInProse('2022-05-01')).toBe('2022年5月1日');
});
