import { expect, test } from 'vitest';
import { type CycleSight, cycleChoices, cycleWords } from './cycle-choice.rules';

const cycle = (month: number, changes: Partial<CycleSight> = {}): CycleSight => ({
  id: month,
  label: `2022年${month}月`,
  startsOn: `2022-0${month}-01`,
  closesOn: `2022-0${month}-28`,
  graceEndsOn: `2022-0${month + 1}-08`,
  isOwed: true,
  report: 'none',
  reportId: null,
  version: 0,
  ...changes,
});
const ids = (cycles: CycleSight[], day: string) => {
  const { choices, defaultId } = cycleChoices(cycles, day);
  return [choices.map((c) => (c.isCatchUp ? -c.id : c.id)), defaultId];
};

test('within the grace of the last cycle both are open, and the unreported one comes first', () => {
  expect(ids([cycle(3), cycle(4)], '2022-04-05')).toEqual([[3, 4], 3]);
});
test('a last cycle that is reported leaves the current one', () => {
  expect(ids([cycle(3, { report: 'live' }), cycle(4)], '2022-04-05')).toEqual([[3, 4], 4]);
});
test('a cycle whose grace is over is a catch-up, never the default', () => {
  expect(ids([cycle(2), cycle(3, { report: 'live' }), cycle(4)], '2022-04-20')).toEqual([[-2, 4], 4]);
});
test('a cycle in which nothing was owed is not offered', () => {
  expect(ids([cycle(2, { isOwed: false }), cycle(4)], '2022-04-20')).toEqual([[4], 4]);
});
test('a report sent back can be sent again after the grace', () => {
  expect(ids([cycle(2, { report: 'returned' }), cycle(4)], '2022-04-20')).toEqual([[-2, 4], 4]);
});
test('what is reported in the current cycle can be corrected', () => {
  expect(ids([cycle(4, { report: 'live' })], '2022-04-20')).toEqual([[4], 4]);
});
test('a cycle to come is not offered', () => {
  expect(ids([cycle(5)], '2022-04-20')).toEqual([[], null]);
});

test('the words of a cycle: its grace with the doubt about it, or that it is over; none where a plan has no cycles', () => {
  const sight = { ...cycle(4), isCatchUp: false };
  expect(cycleWords(sight)).toBe('2022年4月周期 · 5月8日截止');
  expect(cycleWords({ ...sight, doubt: '节假日安排尚未公布，按周末推算' })).toBe(
    '2022年4月周期 · 5月8日截止（节假日安排尚未公布，按周末推算）',
  );
  expect(cycleWords({ ...sight, isCatchUp: true })).toBe('2022年4月周期 · 宽限期已于 2022-05-08 结束，作为补报');
  expect(cycleWords(null)).toBe('该方案不分填报周期');
});
