import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addNode, changeNode, makeNodesOfParts, removeNode, reportNodeDone, undoNode } from '@/lib/nodes/node.commands';
import { findNodeBoard, listNodesOf } from '@/lib/nodes/node.queries';
import { addNodeSchema } from '@/lib/nodes/node.schema';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { readStandings } from '@/lib/slips/slip-standing.queries';
import { cancelTask } from '@/lib/tasks/task.commands';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, type Ground, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const key = () => ({ idempotencyKey: randomUUID() });
const eventsOf = () => db().taskEvent.findMany({ where: { taskId: task }, orderBy: { sequence: 'asc' } });
const rowsOf = () => db().node.findMany({ where: { taskId: task, removedOn: null }, orderBy: { sortOrder: 'asc' } });

async function add(
  who: ViewerKey = 'lead_reporter',
  changes: { dueOn?: string; title?: string; unitId?: number } = {},
) {
  const words = { title: '完成系统联调', dueOn: '2022-10-31', unitId: undefined, ...changes };
  return addNode(await as(who), { taskId: task, ...words, ...key() });
}
const last = async () => (await rowsOf()).at(-1)!;
const target = async () => {
  const { id, version } = await last();
  return { taskId: task, nodeId: id, version, ...key() };
};
const board = async (who: ViewerKey, day = DAY, today = DAY) => {
  const actor = await as(who);
  const detail = (await findTaskDetail(actor, String(task), { day, today }))!;
  return findNodeBoard(actor, detail, { day, today, isToday: day === today, notice: null });
};

/** What the events fold to must be what the table holds. */
async function expectFoldedAsStored() {
  const folded = (await listNodesOf([task], DAY)).get(task) ?? [];
  const stored = await rowsOf();
  expect(folded).toEqual(
    stored.map((row) => ({
      id: row.id,
      title: row.title,
      dueOn: row.dueOn.toISOString().slice(0, 10),
      unitId: row.unitId,
      doneOn: row.doneOn?.toISOString().slice(0, 10) ?? null,
      missedDueOn: expect.toSatisfy((day) => day === null || typeof day === 'string'),
      isHeldLate: expect.any(Boolean),
      version: row.version,
    })),
  );
}

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  await setToday(DAY);
  task = await makeTask(world, 'city');
});

describe('addNode', () => {
  test('one node, one event; the lead where no unit is chosen; the task keeps its version', async () => {
    expect(await add()).toEqual({ isAfterDue: false });
    expect(await last()).toMatchObject({ title: '完成系统联调', unitId: world.units.reform, doneOn: null, version: 1 });
    expect((await eventsOf()).at(-1)).toMatchObject({
      type: 'NODE_ADDED',
      effectiveOn: toDate(DAY),
      payload: { nodeId: (await last()).id, title: '完成系统联调', dueOn: '2022-10-31', unitId: world.units.reform },
    });
    expect((await db().task.findUniqueOrThrow({ where: { id: task } })).version).toBe(1);
    await expectFoldedAsStored();
  });
  test('the same form sent twice adds one', async () => {
    const input = { taskId: task, title: '完成联调', dueOn: '2022-10-31', unitId: undefined, ...key() };
    const lead = await as('lead_reporter');
    await Promise.all([addNode(lead, input), addNode(lead, input)]);
    expect(await rowsOf()).toHaveLength(1);
  });
  test('a date after the task’s is taken and said', async () => {
    expect(await add('city_office', { dueOn: '2023-03-31' })).toEqual({ isAfterDue: true });
    expect((await board('city_office')).nodes[0]).toMatchObject({ isAfterDue: true, isLate: false });
  });
  test('of another unit of the region; not of another region’s', async () => {
    await add('city_office', { unitId: world.units.culture });
    expect((await last()).unitId).toBe(world.units.culture);
    await expect(add('city_office', { unitId: world.units.farReform })).rejects.toEqual(refused('not_found'));
  });
  test('on a bureau’s own list only of the bureau and its 科室', async () => {
    task = await makeTask(world, 'bureau');
    await expect(add('bureau_office', { unitId: world.units.culture })).rejects.toEqual(refused('not_found'));
    await add('bureau_office', { unitId: world.units.quality });
    expect((await board('bureau_office')).units.map((unit) => unit.id).toSorted((a, b) => a - b)).toEqual(
      [world.units.housing, world.units.planning, world.units.quality].toSorted((a, b) => a - b),
    );
  });
  test.each<[string, ViewerKey, string]>([
    ['another branch', 'far_office', 'not_found'],
    ['a responsible unit', 'named_reporter', 'forbidden'],
    ['a leader', 'city_leader', 'forbidden'],
    ['a unit that has no part in it', 'other_reporter', 'forbidden'],
  ])('refuses %s', async (_title, who, code) => {
    await expect(add(who)).rejects.toEqual(refused(code));
    expect(await rowsOf()).toEqual([]);
  });
  test('refuses a date out of bounds and a task that is cancelled', async () => {
    await expect(add('lead_reporter', { dueOn: '2020-12-31' })).rejects.toEqual(refused('unreadable'));
    await expect(add('lead_reporter', { dueOn: '2033-01-01' })).rejects.toEqual(refused('unreadable'));
    await cancelTask(await as('city_office'), { taskId: task, version: 1, basis: '政办发〔2022〕1号', ...key() });
    await expect(add()).rejects.toEqual(refused('invalid_state'));
  });
  test('a form needs words and a day', () => {
    const form = { taskId: '1', title: '动工', dueOn: '2022-10-31', unitId: '', ...key() };
    expect(addNodeSchema.parse(form).unitId).toBeUndefined();
    expect(addNodeSchema.safeParse({ ...form, title: ' ' }).success).toBe(false);
    expect(addNodeSchema.safeParse({ ...form, dueOn: '2022-02-30' }).success).toBe(false);
  });
});

describe('changeNode and removeNode', () => {
  test('a change is one event, guarded by the node’s version', async () => {
    await add();
    const stale = await target();
    const words = { title: '完成压力测试', dueOn: '2022-11-30', unitId: world.units.finance };
    await changeNode(await as('city_office'), { ...stale, ...words });
    expect(await last()).toMatchObject({ title: '完成压力测试', unitId: world.units.finance, version: 2 });
    await expectFoldedAsStored();
    const again = changeNode(await as('lead_reporter'), { ...stale, ...words, ...key() });
    await expect(again).rejects.toEqual(refused('conflict'));
    await expect(again).rejects.toMatchObject({ latest: { title: '完成压力测试', dueOn: '2022-11-30', version: '2' } });
  });
  test('two at once: one wins, the other gets a conflict', async () => {
    await add();
    const form = await target();
    const lead = await as('lead_reporter');
    const change = (title: string) =>
      changeNode(lead, { ...form, ...key(), title, dueOn: '2022-11-30', unitId: undefined });
    const outcomes = await Promise.allSettled([change('甲'), change('乙')]);
    expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await last()).version).toBe(2);
  });
  test('removing keeps the record', async () => {
    await add();
    const form = await target();
    await removeNode(await as('lead_reporter'), { ...form, reason: '重复登记' });
    expect(await rowsOf()).toEqual([]);
    expect((await eventsOf()).at(-1)).toMatchObject({ type: 'NODE_REMOVED', payload: { reason: '重复登记' } });
    await expectFoldedAsStored();
    await expect(removeNode(await as('lead_reporter'), { ...form, ...key(), reason: '再删' })).rejects.toEqual(
      refused('conflict'),
    );
  });
  test('refuses other hands, a node of another task, one that is done', async () => {
    await add();
    const form = await target();
    const words = { title: '完成联调', dueOn: '2022-10-31', unitId: undefined };
    await expect(changeNode(await as('named_reporter'), { ...form, ...words })).rejects.toEqual(refused('forbidden'));
    await expect(changeNode(await as('far_office'), { ...form, ...words })).rejects.toEqual(refused('not_found'));
    await expect(removeNode(await as('named_head'), { ...form, reason: '理由' })).rejects.toEqual(refused('forbidden'));
    const elsewhere = await makeTask(world, 'city');
    await expect(changeNode(await as('lead_reporter'), { ...form, taskId: elsewhere, ...words })).rejects.toEqual(
      refused('not_found'),
    );
    await reportNodeDone(await as('lead_reporter'), { ...form, doneOn: DAY });
    await expect(changeNode(await as('lead_reporter'), { ...(await target()), ...words })).rejects.toEqual(
      refused('invalid_state'),
    );
  });
});

describe('a date that was missed', () => {
  const words = { title: '出台办法', dueOn: '2022-12-15', unitId: undefined };
  const lateNodes = async () => (await readStandings(db(), [task], DAY))[0]!.lateNodes;
  beforeEach(async () => {
    await setToday('2022-08-01');
    await add('lead_reporter', { title: '出台办法', dueOn: '2022-08-15' });
    await setToday(DAY);
  });

  test('is changed with a reason alone, said at its field; words without the date change freely', async () => {
    const lead = await as('lead_reporter');
    for (const reason of [undefined, '', '无'])
      await expect(changeNode(lead, { ...(await target()), ...words, reason })).rejects.toMatchObject({
        code: 'unreadable',
        fieldErrors: { reason: [expect.stringContaining('2022-08-15')] },
      });
    await changeNode(lead, { ...(await target()), ...words, dueOn: '2022-08-15', title: '印发办法' });
    expect((await board('lead_reporter')).nodes[0]).toMatchObject({ title: '印发办法', isMissed: true });
  });

  test('moved by its lead: late until the office sets a date, for the board and for a slip', async () => {
    expect(await lateNodes()).toBe(1);
    await changeNode(await as('lead_reporter'), { ...(await target()), ...words, reason: '上级文件晚印发' });
    expect((await eventsOf()).at(-1)!.payload).toMatchObject({
      missedDueOn: '2022-08-15',
      isByOffice: false,
      reason: '上级文件晚印发',
    });
    expect((await board('city_office')).nodes[0]).toMatchObject({
      dueOn: '2022-12-15',
      isLate: true,
      missedDueOn: '2022-08-15',
    });
    expect(await lateNodes()).toBe(1);
    await expectFoldedAsStored();
    await setToday('2022-09-21');
    const office = await as('city_office');
    await changeNode(office, { ...(await target()), ...words, dueOn: '2022-11-30', reason: '同意调整' });
    expect((await board('city_office', '2022-09-21', '2022-09-21')).nodes[0]).toMatchObject({
      isLate: false,
      missedDueOn: '2022-08-15',
    });
    expect((await readStandings(db(), [task], '2022-09-21'))[0]!.lateNodes).toBe(0);
    expect(await lateNodes()).toBe(1);
  });

  test('done after the unit moved it: late no more', async () => {
    await changeNode(await as('lead_reporter'), { ...(await target()), ...words, reason: '上级文件晚印发' });
    await reportNodeDone(await as('lead_reporter'), { ...(await target()), doneOn: DAY });
    expect((await board('city_office')).nodes[0]).toMatchObject({ isLate: false, missedDueOn: '2022-08-15' });
    expect(await lateNodes()).toBe(0);
  });

  test('entered today and put right today: never missed', async () => {
    await add('lead_reporter', { title: '写错日期', dueOn: '2022-08-20' });
    await changeNode(await as('lead_reporter'), { ...(await target()), ...words, title: '写对日期' });
    expect((await board('lead_reporter')).nodes[1]).toMatchObject({ isLate: false, missedDueOn: null });
  });
});

describe('reportNodeDone and undoNode', () => {
  test('by the node’s own unit, by the lead, by the office', async () => {
    for (const who of ['named_reporter', 'lead_head', 'city_office'] as const) {
      await add('lead_reporter', { unitId: world.units.finance });
      await reportNodeDone(await as(who), { ...(await target()), doneOn: '2022-09-15' });
      expect(await last()).toMatchObject({ doneOn: toDate('2022-09-15'), version: 2 });
    }
    await expectFoldedAsStored();
  });
  test('by its own unit where that stands nowhere on the task', async () => {
    await add('city_office', { unitId: world.units.culture });
    expect((await board('other_reporter')).nodes[0]!.canReport).toBe(true);
    await reportNodeDone(await as('other_reporter'), { ...(await target()), doneOn: DAY });
    await undoNode(await as('other_head'), { ...(await target()), reason: '验收未通过' });
    await add('city_office');
    expect((await board('other_reporter')).nodes.map((node) => node.canReport)).toEqual([true, false]);
    await expect(reportNodeDone(await as('other_reporter'), { ...(await target()), doneOn: DAY })).rejects.toEqual(
      refused('forbidden'),
    );
  });
  test('undone with a reason', async () => {
    await add();
    await reportNodeDone(await as('lead_reporter'), { ...(await target()), doneOn: DAY });
    await undoNode(await as('lead_reporter'), { ...(await target()), reason: '验收未通过' });
    expect(await last()).toMatchObject({ doneOn: null, version: 3 });
    expect((await eventsOf()).at(-1)).toMatchObject({ type: 'NODE_UNDONE', payload: { reason: '验收未通过' } });
    await expectFoldedAsStored();
  });
  test('refuses another unit’s node, the same twice, a day to come, one long past, what is not done', async () => {
    await add();
    const named = await as('named_reporter');
    await expect(reportNodeDone(named, { ...(await target()), doneOn: DAY })).rejects.toEqual(refused('forbidden'));
    await expect(reportNodeDone(await as('far_head'), { ...(await target()), doneOn: DAY })).rejects.toEqual(
      refused('not_found'),
    );
    const lead = await as('lead_reporter');
    await expect(reportNodeDone(lead, { ...(await target()), doneOn: '2022-09-21' })).rejects.toEqual(
      refused('unreadable'),
    );
    await expect(reportNodeDone(lead, { ...(await target()), doneOn: '2019-09-21' })).rejects.toEqual(
      refused('unreadable'),
    );
    await expect(undoNode(lead, { ...(await target()), reason: '理由' })).rejects.toEqual(refused('invalid_state'));
    await reportNodeDone(lead, { ...(await target()), doneOn: DAY });
    await expect(reportNodeDone(lead, { ...(await target()), doneOn: DAY })).rejects.toEqual(refused('invalid_state'));
    await expect(undoNode(named, { ...(await target()), reason: '理由' })).rejects.toEqual(refused('forbidden'));
  });
});

describe('makeNodesOfParts', () => {
  const parts = [
    { text: '动工', startsOn: null, dueOn: '2022-05-31' },
    { text: '完工', startsOn: null, dueOn: '2022-12-31' },
  ];
  test('one node for each dated part, once', async () => {
    await db().task.update({ where: { id: task }, data: { parts } });
    const office = await as('city_office');
    expect((await board('city_office')).partsToMake).toBe(2);
    expect(await makeNodesOfParts(office, { taskId: task, ...key() })).toBe(2);
    expect((await rowsOf()).map((row) => row.title)).toEqual(['动工', '完工']);
    await expectFoldedAsStored();
    expect((await board('city_office')).partsToMake).toBe(0);
    await expect(makeNodesOfParts(office, { taskId: task, ...key() })).rejects.toEqual(refused('invalid_state'));
  });
  test('refuses a task without parts and other hands', async () => {
    const form = { taskId: task, ...key() };
    await expect(makeNodesOfParts(await as('city_office'), form)).rejects.toEqual(refused('invalid_state'));
    await expect(makeNodesOfParts(await as('named_head'), form)).rejects.toEqual(refused('forbidden'));
    await expect(makeNodesOfParts(await as('far_office'), form)).rejects.toEqual(refused('not_found'));
  });
});

test('a past day shows the nodes as they were, and is read-only', async () => {
  await setToday('2022-09-01');
  await add('lead_reporter', { dueOn: '2022-09-05' });
  await setToday('2022-09-10');
  await reportNodeDone(await as('lead_reporter'), { ...(await target()), doneOn: '2022-09-04' });
  await setToday(DAY);
  expect((await board('lead_reporter', '2022-08-31')).nodes).toEqual([]);
  const late = await board('lead_reporter', '2022-09-06');
  expect(late.nodes[0]).toMatchObject({ doneOn: null, isLate: true, canReport: false });
  expect(late.canManage).toBe(false);
  expect((await board('lead_reporter')).nodes[0]).toMatchObject({ doneOn: '2022-09-04', isLate: false });
});

test('the board offers each viewer what the commands allow', async () => {
  await add('lead_reporter', { unitId: world.units.finance });
  const sees = async (who: ViewerKey) => {
    const { canManage, nodes } = await board(who);
    return { canManage, canReport: nodes[0]!.canReport };
  };
  expect(await sees('lead_reporter')).toEqual({ canManage: true, canReport: true });
  expect(await sees('city_office')).toEqual({ canManage: true, canReport: true });
  expect(await sees('named_reporter')).toEqual({ canManage: false, canReport: true });
  expect(await sees('member_reporter')).toEqual({ canManage: false, canReport: false });
  expect(await sees('other_reporter')).toEqual({ canManage: false, canReport: false });
  expect(await sees('city_leader')).toEqual({ canManage: false, canReport: false });
  expect((await board('lead_reporter')).units[0]).toMatchObject({ id: world.units.reform, isOfTask: true });
});

test.each<[Ground, ViewerKey]>([
  ['zone', 'east_office'],
  ['division', 'bureau_head'],
  ['bureau', 'bureau_office'],
])('on %s, %s manages and reports nodes', async (ground, who) => {
  task = await makeTask(world, ground);
  await add(who);
  await reportNodeDone(await as(who), { ...(await target()), doneOn: DAY });
  await expectFoldedAsStored();
});

test('after all of it the chains hold', async () => {
  const broken = await queryAsOwner<{ problem: string }>('SELECT problem FROM verify_history()');
  expect(broken.filter((row) => row.problem !== 'standing_differs' && row.problem !== 'state_differs')).toEqual([]);
});
