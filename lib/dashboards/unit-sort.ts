import { BOARD_COLUMNS, completionRate, countOf, onTimeRate, type StandingCounts, totalOf } from './figures';

/** Columns a table of units can be sorted by; `order` is the protocol order. */
export const UNIT_SORTS = [
  'order',
  ...BOARD_COLUMNS.map((column) => column.key),
  'total',
  'responsible',
  'collective',
  'completion',
  'onTime',
  'rank',
] as const;

export function isUnitSort(key: string): boolean {
  return UNIT_SORTS.some((sort) => sort === key);
}

type SortableUnit = {
  sortOrder: number;
  id: number;
  lead: StandingCounts;
  responsible: StandingCounts;
  collective: StandingCounts;
  rank: number | null;
};

/** What a unit counts in a column; null sorts last whichever way. */
function figureOf(unit: SortableUnit, role: 'lead' | 'responsible', sort: string): number | null {
  const counts = unit[role];
  const column = BOARD_COLUMNS.find((item) => item.key === sort);
  if (column) return countOf(counts, column.reasons);
  switch (sort) {
    case 'total':
      return totalOf(counts);
    case 'responsible':
      return totalOf(unit.responsible);
    case 'collective':
      return totalOf(unit.collective);
    case 'completion':
      return completionRate(counts);
    case 'onTime':
      return onTimeRate(counts);
    case 'rank':
      return unit.rank;
    default:
      return unit.sortOrder;
  }
}

/** Units by a column; equals stay in protocol order. */
export function sortUnitBoards<T extends SortableUnit>(
  units: readonly T[],
  role: 'lead' | 'responsible',
  sort: string,
  direction: 'asc' | 'desc',
): T[] {
  const turn = direction === 'asc' ? 1 : -1;
  const byProtocol = (a: T, b: T) => a.sortOrder - b.sortOrder || a.id - b.id;
  return [...units].sort((a, b) => {
    const [x, y] = [figureOf(a, role, sort), figureOf(b, role, sort)];
    if (x === null || y === null) return x === y ? byProtocol(a, b) : x === null ? 1 : -1;
    return (x - y) * turn || byProtocol(a, b);
  });
}
