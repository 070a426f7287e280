import { describe, expect, test } from 'vitest';
import type { DraftRow } from '@/lib/imports/drafts/draft.queries';
import { countSame } from './same-values';

const EMPTY = {
  lead: [],
  responsible: [],
  deadline: { dueOn: null, ongoing: false, note: null },
  seq: null,
  section: null,
  measure: null,
  indicator1: null,
  indicator2: null,
  points: null,
  scoring: null,
  group: null,
  leadRaw: null,
  responsibleRaw: null,
};
const row = (id: number, deadlineRaw: string | null, text = '任务') =>
  ({ id, current: { ...EMPTY, deadlineRaw, text } }) as unknown as DraftRow;

describe('countSame', () => {
  const rows = [row(1, '年底'), row(2, '年底'), row(3, '6月底'), row(4, null)];

  test('counts the other rows that read the same', () => {
    const sameAs = countSame(rows, false);
    expect(sameAs(rows[0]!, 'deadlineRaw')).toEqual({ count: 1, isMore: false });
    expect(sameAs(rows[2]!, 'deadlineRaw').count).toBe(0);
  });
  test('offers nothing for an empty cell', () => {
    expect(countSame(rows, true)(rows[3]!, 'deadlineRaw')).toEqual({ count: 0, isMore: false });
  });
  test('says that rows of other pages were not counted', () => {
    expect(countSame(rows, true)(rows[0]!, 'deadlineRaw')).toEqual({ count: 1, isMore: true });
  });
  test('the text of a task is changed for itself alone', () => {
    expect(countSame(rows, false)(rows[0]!, 'text').count).toBe(0);
  });
});
