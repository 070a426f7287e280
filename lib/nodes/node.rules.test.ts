import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isLateNode,
  missedDueOf,
  type NodeEvent,
  nodeDueBounds,
  nodesAsOf,
  nodesOfParts,
  suggestedPercent,
} from './node.rules';

const added = (nodeId: number, title = '动工', dueOn = '2022-05-31'): NodeEvent => ({
  type: 'NODE_ADDED',
  payload: { nodeId, title, dueOn, unitId: 7 },
});
const event = (type: string, nodeId: number, more: Record<string, unknown> = {}): NodeEvent => ({
  type,
  payload: { nodeId, title: '动工', dueOn: '2022-05-31', unitId: 7, ...more },
});

const neverMissed = { missedDueOn: null, isHeldLate: false };

describe('nodesAsOf', () => {
  test('follows each node through its events', () => {
    expect(nodesAsOf([added(1), added(2, '完工', '2022-12-31')])).toEqual([
      { id: 1, title: '动工', dueOn: '2022-05-31', unitId: 7, doneOn: null, ...neverMissed, version: 1 },
      { id: 2, title: '完工', dueOn: '2022-12-31', unitId: 7, doneOn: null, ...neverMissed, version: 1 },
    ]);
    const done = [added(1), event('NODE_DONE', 1, { doneOn: '2022-05-20' })];
    expect(nodesAsOf(done)[0]).toMatchObject({ doneOn: '2022-05-20', version: 2 });
    expect(nodesAsOf([...done, event('NODE_UNDONE', 1)])[0]).toMatchObject({ doneOn: null, version: 3 });
    expect(nodesAsOf([...done, event('NODE_CHANGED', 1, { title: '开工', unitId: null })])[0]).toMatchObject({
      title: '开工',
      unitId: null,
      doneOn: '2022-05-20',
    });
    expect(nodesAsOf([...done, event('NODE_REMOVED', 1)])).toEqual([]);
  });
  test('an event on a node that is not there changes nothing', () => {
    expect(nodesAsOf([event('NODE_DONE', 9, { doneOn: '2022-05-20' }), { type: 'NODE_ADDED', payload: {} }])).toEqual(
      [],
    );
  });
});

describe('suggestedPercent', () => {
  test('done over all, rounded; nothing without nodes', () => {
    expect(suggestedPercent([])).toBeNull();
    expect(suggestedPercent([{ doneOn: '2022-05-01' }, { doneOn: null }, { doneOn: null }])).toBe(33);
    expect(suggestedPercent([{ doneOn: '2022-05-01' }, { doneOn: '2022-05-02' }])).toBe(100);
  });
  test('lies in 0 to 100 and never falls when one more is done', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), fc.nat(), (done, at) => {
        const nodes = done.map((isDone) => ({ doneOn: isDone ? '2022-05-01' : null }));
        const before = suggestedPercent(nodes)!;
        const after = suggestedPercent(nodes.map((n, i) => (i === at % nodes.length ? { doneOn: '2022-05-01' } : n)))!;
        expect(before).toBeGreaterThanOrEqual(0);
        expect(after).toBeLessThanOrEqual(100);
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});

test('late is past its date and not done', () => {
  const node = { dueOn: '2022-05-31', doneOn: null, isHeldLate: false };
  expect(isLateNode(node, '2022-05-31')).toBe(false);
  expect(isLateNode(node, '2022-06-01')).toBe(true);
  expect(isLateNode({ ...node, doneOn: '2022-06-01' }, '2022-06-02')).toBe(false);
});

test('a missed date that its unit moves keeps the node late, until the office sets one or it is done', () => {
  const moved = (payload: object) => event('NODE_CHANGED', 1, { missedDueOn: '2022-05-31', ...payload });
  const byUnit = [added(1), moved({ dueOn: '2022-12-31', isByOffice: false })];
  const stateOf = (events: NodeEvent[]) => nodesAsOf(events)[0]!;
  expect(isLateNode(stateOf(byUnit), '2022-06-10')).toBe(true);
  expect(missedDueOf(stateOf(byUnit), '2022-06-10')).toBe('2022-05-31');
  const renamed = [...byUnit, event('NODE_CHANGED', 1, { title: '开工', dueOn: '2022-12-31' })];
  expect(isLateNode(stateOf(renamed), '2022-06-10')).toBe(true);
  expect(isLateNode(stateOf([...renamed, event('NODE_DONE', 1, { doneOn: '2022-06-09' })]), '2022-06-10')).toBe(false);
  const byOffice = stateOf([...renamed, moved({ dueOn: '2022-11-30', isByOffice: true })]);
  expect(byOffice).toMatchObject({ missedDueOn: '2022-05-31', isHeldLate: false, dueOn: '2022-11-30' });
  expect(isLateNode(byOffice, '2022-06-10')).toBe(false);
  expect(missedDueOf(byOffice, '2022-06-10')).toBeNull();
  expect(missedDueOf(undefined, '2022-06-10')).toBeNull();
});

test('dates lie around the plan', () => {
  expect(nodeDueBounds('2022-03-01')).toEqual({ min: '2021-01-01', max: '2032-12-31' });
});

test('parts with a date become nodes once', () => {
  const parts = [
    { text: '动工', dueOn: '2022-05-31' },
    { text: '完工', dueOn: '2022-12-31' },
    { text: '完工', dueOn: '2022-12-31' },
    { text: null, dueOn: null },
    { text: null, dueOn: '2022-09-30' },
  ];
  expect(nodesOfParts(parts, [{ title: '动工', dueOn: '2022-05-31' }])).toEqual([
    { title: '完工', dueOn: '2022-12-31' },
    { title: '完成本期任务', dueOn: '2022-09-30' },
  ]);
});
