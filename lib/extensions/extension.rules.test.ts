import { expect, test } from 'vitest';
import { consequenceWords, decidingAction, extensionRefusal, isAskedInTime } from './extension.rules';

const request = {
  state: 'IN_PROGRESS',
  dueOn: '2022-06-30',
  ongoing: true,
  toDueOn: '2022-08-31',
  today: '2022-06-20',
} as const;

test.each([
  ['before the date', {}, true],
  ['after the date', { today: '2022-07-10' }, true],
  ['not started', { state: 'NOT_STARTED' }, true],
  ['under review', { state: 'UNDER_REVIEW' }, false],
  ['completed', { state: 'COMPLETED' }, false],
  ['sustained', { state: 'SUSTAINED' }, false],
  ['cancelled', { state: 'CANCELLED' }, false],
  ['without a date', { dueOn: null }, false],
  ['to the same day', { toDueOn: '2022-06-30' }, false],
  ['to a day gone by', { today: '2022-09-10' }, false],
] as const)('an extension asked %s: %j', (_title, change, isPossible) => {
  expect(extensionRefusal({ ...request, ...change }) === null).toBe(isPossible);
});

test('a leader decides every extension after the first granted one', () => {
  expect([0, 1, 2].map(decidingAction)).toEqual([
    'extension.decide',
    'extension.decide_again',
    'extension.decide_again',
  ]);
});

test.each([
  ['2022-06-29', true],
  ['2022-06-30', true],
  ['2022-07-01', false],
])('asked on %s for a date of 2022-06-30', (requestedOn, isInTime) => {
  expect(isAskedInTime({ requestedOn, fromDueOn: '2022-06-30' })).toBe(isInTime);
});

test('the form says what follows: in time, too late, and in time after one that was too late', () => {
  const dueOn = '2022-06-30';
  expect(consequenceWords({ dueOn, today: dueOn, hasLateOne: false })).toContain('可计为延期内办结');
  expect(consequenceWords({ dueOn, today: '2022-07-01', hasLateOne: false })).toContain('仍计逾期办结');
  expect(consequenceWords({ dueOn, today: '2022-06-01', hasLateOne: true })).toContain('仍计逾期办结');
});
