import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REASON_CODES } from '@/lib/standing/standing.types';
import {
  BOARD_COLUMNS,
  columnsFor,
  completionRate,
  emptyCounts,
  formatRate,
  heatLevel,
  onTimeRate,
  rankUnits,
  type StandingCounts,
  totalOf,
} from './figures';
import { sortUnitBoards, UNIT_SORTS } from './unit-sort';

const counts = (values: Partial<StandingCounts>): StandingCounts => ({ ...emptyCounts(), ...values });

test('every reason stands in exactly one column', () => {
  expect(BOARD_COLUMNS.flatMap((column) => column.reasons).sort()).toEqual([...REASON_CODES].sort());
});

test('rare columns are shown only where they hold a task', () => {
  expect(columnsFor([emptyCounts()]).map((column) => column.key)).not.toContain('cancelled');
  const one = counts({ byReason: { ...emptyCounts().byReason, CANCELLED: 1 } });
  expect(columnsFor([one]).map((column) => column.key)).toContain('cancelled');
  expect(totalOf(one)).toBe(1);
});

describe('rates', () => {
  test('nothing to divide by is no rate', () => {
    expect(completionRate(emptyCounts())).toBeNull();
    expect(onTimeRate(emptyCounts())).toBeNull();
    expect(formatRate(null)).toBe('—');
  });
  test.each([
    [1, '100%'],
    [0, '0%'],
    [0.9166, '91.7%'],
    [0.9999, '99.9%'],
    [0.0001, '0.1%'],
    [0.5, '50%'],
  ])('%f is printed as %s', (rate, shown) => expect(formatRate(rate)).toBe(shown));
});

test('equals share a rank, and nobody judged nothing is ranked', () => {
  const ranks = rankUnits([
    { id: 1, lead: counts({ rated: 2, onTime: 1 }) },
    { id: 2, lead: counts({ rated: 4, onTime: 4 }) },
    { id: 3, lead: counts({ rated: 6, onTime: 3 }) },
    { id: 4, lead: counts({ rated: 1, onTime: 0 }) },
    { id: 5, lead: emptyCounts() },
  ]);
  expect([...ranks].sort()).toEqual([
    [1, 2],
    [2, 1],
    [3, 2],
    [4, 4],
  ]);
});

test('the darkest cell is the greatest, an empty one has no colour', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: 1, max: 50 }), (value, greatest) => {
      const level = heatLevel(Math.min(value, greatest), greatest);
      return (level === 0) === (value === 0) && (value < greatest || level === 3);
    }),
  );
});

test('sorting keeps every unit, equals in protocol order, those without a figure last', () => {
  const unit = fc.record({ id: fc.nat(), sortOrder: fc.nat(20), rated: fc.nat(3), onTime: fc.nat(3) }).map((u) => ({
    id: u.id,
    sortOrder: u.sortOrder,
    lead: counts({ rated: u.rated, onTime: Math.min(u.onTime, u.rated) }),
    responsible: emptyCounts(),
    collective: emptyCounts(),
    rank: u.rated === 0 ? null : 1,
  }));
  fc.assert(
    fc.property(
      fc.array(unit),
      fc.constantFrom(...UNIT_SORTS),
      fc.constantFrom('asc' as const, 'desc' as const),
      (units, sort, direction) => {
        const sorted = sortUnitBoards(units, 'lead', sort, direction);
        expect(new Set(sorted)).toEqual(new Set(units));
        const blanks = sorted.map((row) =>
          sort === 'onTime' ? onTimeRate(row.lead) === null : sort === 'rank' ? row.rank === null : false,
        );
        expect(blanks).toEqual([...blanks].sort());
        if (sort === 'total')
          expect(sorted.map((row) => row.sortOrder)).toEqual(units.map((row) => row.sortOrder).sort((a, b) => a - b));
      },
    ),
  );
});
