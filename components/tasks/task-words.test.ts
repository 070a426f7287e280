import { expect, test } from 'vitest';
import { lateWords, leftText } from './task-words';

const row = {
  reason: 'PLAN_NOT_ACTIVE',
  state: 'IN_PROGRESS',
  daysLeft: null,
  dueOn: '2022-08-31',
  clockOn: null,
  achievedOn: null,
  outcome: 'NOT_ACHIEVED',
  overdueDays: 3,
  isArchived: true,
} as const;

test.each([
  ['not done when its plan was archived', {}, '未完成'],
  ['done in time before', { state: 'COMPLETED', achievedOn: '2022-08-01', outcome: 'ON_TIME' }, '按期办结'],
  ['without a date', { dueOn: null, outcome: null }, '不再推进'],
  ['going on after its aim was met', { state: 'SUSTAINED', dueOn: null, outcome: null }, '已达标转长期'],
  ['cancelled', { state: 'CANCELLED', outcome: null }, '已取消'],
  ['its plan not yet begun', { isArchived: false, outcome: null }, '—'],
] as const)('%s: %j', (_title, changes, text) => {
  expect(lateWords({ ...row, ...changes })).toEqual({ text, tone: 'mute', note: '累计逾期 3 天' });
});

test.each([
  [{ state: 'IN_PROGRESS', daysLeft: 2 }, '还有 2 天'],
  [{ state: 'IN_PROGRESS', daysLeft: 0 }, '今日到期'],
  [{ state: 'UNDER_REVIEW', daysLeft: 2 }, '已申请办结，待审核'],
] as const)('%j', (line, words) => expect(leftText(line)).toBe(words));
