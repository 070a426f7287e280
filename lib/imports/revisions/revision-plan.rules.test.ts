import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cancelRefusal,
  compareWithPlan,
  deadlineMove,
  type IncomingRow,
  orderAfter,
  rowDecisions,
  type StandingTask,
  takeRefusal,
} from './revision-plan.rules';

const words = {
  seq: 1,
  section: null,
  measure: null,
  group: null,
  text: '全面推行施工许可电子证照',
  lead: '市住建局',
  responsible: '',
  deadline: '2022年10月底',
  extra: '',
};
const standing = (given: Partial<StandingTask> = {}): StandingTask => ({
  ...words,
  id: 1,
  state: 'IN_PROGRESS',
  stateBefore: null,
  dueOn: '2022-10-31',
  printedDueOn: '2022-10-31',
  ongoing: false,
  achievedOn: null,
  recurrence: null,
  hasOpenExtension: false,
  ...given,
});
const incoming = (given: Partial<IncomingRow> = {}): IncomingRow => ({
  ...words,
  rowId: 1,
  deadlineReading: { dueOn: '2022-10-31', ongoing: false, note: null },
  ...given,
});
const later = incoming({
  deadline: '2022年11月底',
  deadlineReading: { dueOn: '2022-11-30', ongoing: false, note: null },
});
const change = (task: StandingTask, row: IncomingRow) => compareWithPlan([task], [row]).rows[0]!;
const move = (task: StandingTask, row: IncomingRow) => deadlineMove(task, row, change(task, row));
const refusal = (task: StandingTask, row: IncomingRow) => takeRefusal(task, row, change(task, row), 'ACTIVE');

describe('compareWithPlan', () => {
  test('a date that is read otherwise than it stands is a change, though the words are the same', () => {
    const row = incoming({ deadlineReading: { dueOn: '2022-10-30', ongoing: false, note: null } });
    expect(change(standing(), row)).toMatchObject({
      kind: 'changed',
      fields: [
        {
          field: 'deadline',
          before: expect.stringContaining('2022-10-31'),
          after: expect.stringContaining('2022-10-30'),
        },
      ],
    });
  });

  test('an extended date is none', () => {
    expect(change(standing({ dueOn: '2022-12-31' }), incoming()).kind).toBe('same');
  });

  test('a cancelled task is found again by its very words alone', () => {
    const cancelled = standing({ state: 'CANCELLED', stateBefore: 'IN_PROGRESS' });
    expect(change(cancelled, incoming())).toMatchObject({ kind: 'changed', taskId: 1, fields: [{ field: 'state' }] });
    expect(change(cancelled, incoming({ text: `${words.text}，全省互认` }))).toMatchObject({
      kind: 'added',
      taskId: null,
    });
  });

  test('a cancelled task is not dropped once more', () => {
    expect(compareWithPlan([standing({ state: 'CANCELLED' })], []).dropped).toEqual([]);
  });

  test('another column is a change', () => {
    expect(change(standing({ extra: '责任领导：张三' }), incoming({ extra: '责任领导：李四' })).fields).toEqual([
      { field: 'extra', before: '责任领导：张三', after: '责任领导：李四' },
    ]);
  });
});

describe('deadlineMove', () => {
  test('another wording of the same date leaves an extension alone', () => {
    expect(move(standing({ dueOn: '2022-12-31' }), incoming({ deadline: '2022年10月31日前' }))).toEqual({});
  });
  test('another date moves it, extended or not', () => {
    expect(move(standing({ dueOn: '2022-12-31' }), later)).toEqual({ to: '2022-11-30' });
  });
  test('going on is a move of its own', () => {
    const row = incoming({
      deadline: '2022年10月底，长期推进',
      deadlineReading: { dueOn: '2022-10-31', ongoing: true, note: null },
    });
    expect(move(standing(), row)).toEqual({ ongoing: true });
  });
  test('other words than the date move nothing', () => {
    expect(move(standing(), incoming({ lead: '市财政局' }))).toEqual({});
  });
});

describe('takeRefusal', () => {
  test.each([
    ['open', standing(), null],
    ['under review', standing({ state: 'UNDER_REVIEW' }), null],
    ['completed in time', standing({ state: 'COMPLETED', achievedOn: '2022-10-01' }), null],
    ['waiting for an extension', standing({ hasOpenExtension: true }), /延期申请/],
  ])('a later date for a task %s', (_title, task, expected) => {
    const reason = refusal(task, later);
    if (expected === null) expect(reason).toBeNull();
    else expect(reason).toMatch(expected);
  });
  test('a completed task that was late may stay late', () => {
    const earlier = incoming({
      deadline: '2022年9月底',
      deadlineReading: { dueOn: '2022-09-30', ongoing: false, note: null },
    });
    expect(refusal(standing({ state: 'COMPLETED', achievedOn: '2022-11-05' }), earlier)).toBeNull();
    expect(refusal(standing({ state: 'COMPLETED', achievedOn: '2022-10-05' }), earlier)).toMatch(/早于办结日/);
  });
  test('words alone are taken in every state', () => {
    for (const state of ['NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW', 'COMPLETED', 'SUSTAINED'] as const)
      expect(refusal(standing({ state, hasOpenExtension: true }), incoming({ lead: '市财政局' }))).toBeNull();
  });
  test('a cancelled task whose state is not known does not come back', () => {
    expect(refusal(standing({ state: 'CANCELLED' }), incoming())).toMatch(/另作新任务/);
  });
});

test('only what is not achieved is cancelled', () => {
  const states = ['NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW', 'COMPLETED', 'SUSTAINED'] as const;
  expect(states.filter((state) => cancelRefusal({ state }) !== null)).toEqual(['COMPLETED']);
});

test('what is the same asks for no decision', () => {
  expect(rowDecisions({ kind: 'same' })).toEqual([]);
});

describe('orderAfter', () => {
  test('one that keeps its place stays behind the task it stood after', () => {
    expect(orderAfter([1, 2, 3, 4], [3, 1, 9, 4], new Set())).toEqual([3, 1, 2, 9, 4]);
  });
  test('holds everyone once: the list in its order, the cancelled behind', () => {
    const given = fc
      .record({ standing: fc.integer({ min: 0, max: 20 }), added: fc.integer({ min: 0, max: 5 }) })
      .chain(({ standing: count, added }) => {
        const all = Array.from({ length: count }, (_one, index) => index);
        const fresh = Array.from({ length: added }, (_one, index) => 100 + index);
        return fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...fresh]), fc.subarray(all));
      });
    fc.assert(
      fc.property(given, ([all, listed, dropped]) => {
        const cancelled = new Set(dropped.filter((id) => !listed.includes(id)));
        const order = orderAfter(all, listed, cancelled);
        expect(order.filter((id) => listed.includes(id))).toEqual(listed);
        expect(order.toSorted((a, b) => a - b)).toEqual([...new Set([...all, ...listed])].toSorted((a, b) => a - b));
        expect(order.slice(order.length - cancelled.size)).toEqual(all.filter((id) => cancelled.has(id)));
      }),
    );
  });
});
