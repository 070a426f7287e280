import { expect, test } from 'vitest';
import { cyclesOfPlan, cyclesOfTask, planMoveRefusal } from './plan.rules';

const open = { reviews: 0, slips: 0, extensions: 0, objections: 0 };
const archive = { type: 'archive', today: '2022-12-31', effectiveFrom: '2022-03-15', open } as const;

test.each([
  ['DRAFT', { type: 'activate' }, true],
  ['ACTIVE', { type: 'activate' }, false],
  ['ARCHIVED', { type: 'activate' }, false],
  ['WITHDRAWN', { type: 'activate' }, false],
  ['DRAFT', { type: 'withdraw' }, true],
  ['ACTIVE', { type: 'withdraw' }, false],
  ['ACTIVE', archive, true],
  ['DRAFT', archive, false],
  ['ARCHIVED', archive, false],
  ['ACTIVE', { ...archive, open: { ...open, reviews: 2 } }, false],
  ['ACTIVE', { ...archive, open: { ...open, slips: 1 } }, false],
  ['ACTIVE', { ...archive, open: { ...open, extensions: 1 } }, false],
  ['ACTIVE', { ...archive, open: { ...open, objections: 1 } }, false],
  ['ACTIVE', { ...archive, effectiveFrom: '2023-01-01' }, false],
] as const)('%s, %j: %s', (status, move, isAllowed) => {
  const refusal = planMoveRefusal(status, move);
  if (isAllowed) expect(refusal).toBeNull();
  else expect(refusal).toMatch(/。$/);
});

const rules = { kind: 'MONTHLY', closingDay: null, graceWorkingDays: 5 } as const;

test('five years of cycles, whatever their length; none without a rhythm', () => {
  expect(cyclesOfPlan(rules, '2022-03-15', new Map())).toHaveLength(60);
  expect(cyclesOfPlan({ ...rules, kind: 'QUARTERLY' }, '2022-03-15', new Map())).toHaveLength(20);
  expect(cyclesOfPlan({ ...rules, kind: 'NONE' }, '2022-03-15', new Map())).toEqual([]);
  expect(cyclesOfPlan({ ...rules, kind: 'CUSTOM' }, '2022-03-15', new Map())).toEqual([]);
});

test('a task with its own recurrence starts no earlier than it says', () => {
  const recurrence = {
    kind: 'MONTHLY',
    closingDay: 25,
    closingMonth: null,
    startsOn: '2022-06-01',
    text: '每月25日前',
  } as const;
  expect(cyclesOfTask(recurrence, rules, '2022-03-15', new Map())[0]).toMatchObject({ closesOn: '2022-06-25' });
  expect(cyclesOfTask({ ...recurrence, startsOn: null }, rules, '2022-03-15', new Map())[0]).toMatchObject({
    closesOn: '2022-04-25',
  });
});
