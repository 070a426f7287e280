import { expect, test } from 'vitest';
import { markBehind, markOf } from './version-mark.rules';

const own = { isBackfill: false, basis: '', reportedOn: null, isCatchUp: false };

test('a version says whose words it holds: entered by the office on a basis, or the unit’s own after the grace', () => {
  expect(markOf(own)).toBeNull();
  expect(markBehind(own)).toBe('');
  expect(markBehind({ ...own, isCatchUp: true })).toBe('（补报）');
  expect(markOf({ isBackfill: true, basis: '8月台账', reportedOn: '2022-08-31', isCatchUp: false })).toBe(
    '优化办补录，进展报于 2022-08-31，依据：8月台账',
  );
  expect(markOf({ isBackfill: true, basis: '', reportedOn: null, isCatchUp: false })).toBe('优化办补录');
});
