import type { DraftRow } from '@/lib/imports/drafts/draft.queries';
import { fieldValue } from '@/lib/imports/drafts/draft.rules';
import { EDIT_FIELDS, type EditField } from '@/lib/imports/drafts/draft.schema';

/** Other rows that read the same in a field; isMore: rows on other pages were not looked at. */
export type SameCounter = (row: DraftRow, field: EditField) => { count: number; isMore: boolean };

const NOTHING = { count: 0, isMore: false };
/** Changing what is all but always different in every row offers nothing. */
const ALONE: readonly EditField[] = ['seq', 'text'];

export function countSame(rows: readonly DraftRow[], hasOtherPages: boolean): SameCounter {
  const counts = new Map<string, number>();
  const keyOf = (row: DraftRow, field: EditField) => `${field} ${fieldValue(row.current, field)}`;
  for (const row of rows)
    for (const field of EDIT_FIELDS) counts.set(keyOf(row, field), (counts.get(keyOf(row, field)) ?? 0) + 1);
  return (row, field) => {
    if (ALONE.includes(field) || fieldValue(row.current, field) === '') return NOTHING;
    const count = (counts.get(keyOf(row, field)) ?? 1) - 1;
    return count > 0 || !hasOtherPages ? { count, isMore: hasOtherPages } : NOTHING;
  };
}
