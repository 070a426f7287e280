import { expect, test } from 'vitest';
import { asOfRefusal, countWords, type DailyClock, isCatchUpDue, isSilent, nextScheduledRun } from './job.rules';

const clock = (changes: Partial<DailyClock> = {}): DailyClock => ({
  today: '2026-03-10',
  hour: 9,
  isSimulated: false,
  lastDoneOn: '2026-03-09',
  failuresToday: 0,
  ...changes,
});

test.each([
  ['past eight, yesterday done', {}, true],
  ['never run before', { lastDoneOn: null }, true],
  ['a week of outage: today alone', { lastDoneOn: '2026-03-02' }, true],
  ['before eight', { hour: 7 }, false],
  ['today done', { lastDoneOn: '2026-03-10' }, false],
  ['failed once today', { failuresToday: 1 }, true],
  ['failed too often today', { failuresToday: 5 }, false],
  ['a demonstration, whatever the hour', { hour: 1, isSimulated: true }, true],
  ['a demonstration whose day is done', { isSimulated: true, lastDoneOn: '2026-03-10' }, false],
] as const)('catching up is due: %s', (_name, changes, due) => {
  expect(isCatchUpDue(clock(changes))).toBe(due);
});

test.each([
  ['2026-03-09T23:59:00Z', '2026-03-10T00:00:00.000Z'],
  ['2026-03-10T00:00:00Z', '2026-03-11T00:00:00.000Z'],
  ['2026-12-31T08:00:00Z', '2027-01-01T00:00:00.000Z'],
])('after %s the next run is at %s, eight in Shanghai', (now, next) => {
  expect(nextScheduledRun(new Date(now)).toISOString()).toBe(next);
});

test.each([
  ['2026-03-10', '2022-03-01', null],
  ['2026-03-10', null, null],
  ['2022-03-01', '2022-03-01', null],
  ['2022-02-28', '2022-03-01', '早于台账的第一条记录（2022-03-01）'],
  ['0001-01-01', '2022-03-01', '早于台账的第一条记录'],
  ['2026-03-09', null, '还没有任何记录'],
  ['2026-03-11', '2022-03-01', '在今天（2026-03-10）之后'],
])('a run of %s by hand, the first event on %s', (day, firstOn, words) => {
  const refusal = asOfRefusal(day, { today: '2026-03-10', firstOn });
  if (words === null) expect(refusal).toBeNull();
  else expect(refusal).toContain(words);
});

test('26 hours without a run are silent', () => {
  const now = new Date('2026-03-10T12:00:00Z');
  expect(isSilent(null, now)).toBe(true);
  expect(isSilent(new Date('2026-03-09T10:30:00Z'), now)).toBe(false);
  expect(isSilent(new Date('2026-03-09T09:59:00Z'), now)).toBe(true);
});

test('what was counted is told without zeros', () => {
  expect(countWords({ 新增提醒: 3, 发出汇总: 0, 清理佐证: 1 })).toBe('新增提醒 3、清理佐证 1');
  expect(countWords({ 新增提醒: 0 })).toBe('没有需要处理的事项');
});
