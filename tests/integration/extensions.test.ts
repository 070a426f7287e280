import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decideExtension, requestExtension, withdrawExtension } from '@/lib/extensions/extension.commands';
import { countToDecide, findTaskExtensions, listExtensions } from '@/lib/extensions/extension.queries';
import { submitResult } from '@/lib/reports/report.commands';
import { submitResultSchema } from '@/lib/reports/report.schema';
import { acceptReport } from '@/lib/reviews/review.commands';
import { db } from '@/lib/server/db';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const versionOf = async (id: number) => (await db().task.findUniqueOrThrow({ where: { id } })).version;
const noticesOf = (key: keyof World['accounts']) =>
  db().notice.findMany({
    where: { accountId: world.accounts[key], kind: 'extension', taskId: task },
    orderBy: { id: 'asc' },
  });
const standingOf = async (day: string) => {
  const [row] = await db().$queryRaw<{ light: string; reason: string; outcome: string | null; overdue: number }[]>`
    SELECT light::text AS light, reason::text AS reason, outcome::text AS outcome, overdue_days AS overdue FROM standing_as_of(${day}::date) WHERE task_id = ${task}`;
  return row!;
};

async function ask(toDueOn: string, changes: object = {}): Promise<number> {
  return requestExtension(await as('lead_head'), {
    taskId: task,
    version: await versionOf(task),
    toDueOn,
    reason: '系统改造未完成。',
    progress: '已完成七成。',
    ...changes,
  });
}
async function decide(key: ViewerKey, extensionId: number, decision: 'GRANTED' | 'REFUSED' = 'GRANTED') {
  await decideExtension(await as(key), { extensionId, version: await versionOf(task), decision, note: '请抓紧。' });
}
async function achieve() {
  const { reportId } = await submitResult(
    await as('lead_head'),
    submitResultSchema.parse({
      taskId: String(task),
      taskVersion: String(await versionOf(task)),
      narrative: '目标已全部完成，申请办结。',
      idempotencyKey: randomUUID(),
    }),
  );
  await acceptReport(await as('city_office'), {
    taskId: task,
    reportId,
    reportVersion: 1,
    note: '',
    idempotencyKey: randomUUID(),
  });
}

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  await setToday('2022-09-10');
  task = await makeTask(world, 'city', { dueOn: '2022-09-15' });
});

describe('asking and deciding', () => {
  test('unit and progress are kept; the office is told, and the unit of the decision', async () => {
    const id = await ask('2022-10-31');
    expect(await db().extension.findUniqueOrThrow({ where: { id } })).toMatchObject({
      unitId: world.units.reform,
      progress: '已完成七成。',
      number: 1,
    });
    expect(await noticesOf('city_office')).toMatchObject([{ key: `extension:${id}:asked`, settledAt: null }]);
    expect(await noticesOf('city_leader')).toEqual([]);
    await decide('city_office', id);
    expect(await noticesOf('city_office')).toMatchObject([{ settledAt: expect.any(Date) }]);
    for (const key of ['lead_head', 'lead_reporter'] as const) {
      expect(await noticesOf(key)).toMatchObject([{ key: `extension:${id}:decided`, body: '请抓紧。' }]);
    }
  });

  test('who decides or takes back second is told who decided what', async () => {
    const id = await ask('2022-10-31');
    await decide('city_office', id);
    const told = {
      code: 'invalid_state',
      message: expect.stringMatching(/^该延期申请已由.+于 2022-09-10 同意延期至 2022-10-31（请抓紧）。/),
    };
    await expect(decide('city_office', id, 'REFUSED')).rejects.toMatchObject(told);
    await expect(withdrawExtension(await as('lead_head'), { extensionId: id })).rejects.toMatchObject(told);
  });

  test('a second one goes to the leader, whose only write it is', async () => {
    const first = await ask('2022-10-31');
    await expect(decide('city_leader', first)).rejects.toEqual(refused('forbidden'));
    await decide('city_office', first);
    const second = await ask('2022-11-30');
    expect((await noticesOf('city_leader')).map((notice) => notice.key)).toEqual([`extension:${second}:asked`]);
    await expect(decide('city_office', second)).rejects.toEqual(refused('forbidden'));
    await decide('city_leader', second);
    expect(await db().task.findUniqueOrThrow({ where: { id: task } })).toMatchObject({
      dueOn: new Date('2022-11-30T00:00:00Z'),
      originalDueOn: new Date('2022-09-15T00:00:00Z'),
    });
  });

  test('a pending request does not stop the clock', async () => {
    await ask('2022-10-31');
    expect(await standingOf('2022-09-10')).toMatchObject({ light: 'YELLOW', reason: 'DUE_SOON' });
    await setToday('2022-09-18');
    expect(await standingOf('2022-09-18')).toMatchObject({ light: 'RED', reason: 'OVERDUE', overdue: 3 });
  });

  test('asked in time and met: 延期内办结; asked too late: 逾期办结, the days stay', async () => {
    await decide('city_office', await ask('2022-10-31'));
    await setToday('2022-09-20');
    await achieve();
    expect(await standingOf('2022-09-20')).toMatchObject({ outcome: 'EXTENDED', overdue: 0 });

    await setToday('2022-09-10');
    task = await makeTask(world, 'city', { dueOn: '2022-09-15' });
    await setToday('2022-09-18');
    await decide('city_office', await ask('2022-10-31'));
    await setToday('2022-09-20');
    await achieve();
    // 09-16 and 09-17 were red; the day of the grant ends with the new date
    expect(await standingOf('2022-09-20')).toMatchObject({ outcome: 'LATE', overdue: 2 });
  });

  test('a head of the unit above asks for its 科室', async () => {
    task = await makeTask(world, 'division', { dueOn: '2022-12-31' });
    const id = await requestExtension(await as('bureau_head'), {
      taskId: task,
      version: 1,
      toDueOn: '2023-01-31',
      reason: '系统改造未完成。',
      unitId: world.units.planning,
    });
    expect(await db().extension.findUniqueOrThrow({ where: { id } })).toMatchObject({ unitId: world.units.planning });
    await expect(
      requestExtension(await as('lead_head'), { taskId: task, version: 1, toDueOn: '2023-02-28', reason: '—' }),
    ).rejects.toEqual(refused('forbidden'));
  });
});

describe('withdrawExtension', () => {
  test('by the unit before a decision; the number stays, another can be asked', async () => {
    const id = await ask('2022-10-31');
    await withdrawExtension(await as('lead_head'), { extensionId: id });
    await withdrawExtension(await as('lead_head'), { extensionId: id }); // the same form again
    expect(await db().extension.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: 'WITHDRAWN' });
    expect((await noticesOf('city_office'))[0]!.settledAt).not.toBeNull();
    const events = await db().taskEvent.findMany({ where: { taskId: task }, orderBy: { sequence: 'asc' } });
    expect(events.map((event) => event.type)).toEqual(['TASK_CREATED', 'EXTENSION_REQUESTED', 'EXTENSION_WITHDRAWN']);
    await expect(decide('city_office', id)).rejects.toEqual(refused('invalid_state'));
    const again = await ask('2022-11-30');
    expect(await db().extension.findUniqueOrThrow({ where: { id: again } })).toMatchObject({ number: 2 });
    // a withdrawn one was never granted: the office decides still
    await decide('city_office', again);
  });

  test('by nobody else, and not after a decision', async () => {
    const id = await ask('2022-10-31');
    const withdraw = async (key: ViewerKey) => withdrawExtension(await as(key), { extensionId: id });
    for (const key of ['lead_reporter', 'named_head', 'other_head', 'city_office', 'city_leader'] as const) {
      await expect(withdraw(key)).rejects.toEqual(refused('forbidden'));
    }
    await expect(withdraw('far_head')).rejects.toEqual(refused('not_found'));
    await expect(withdrawExtension(await as('lead_head'), { extensionId: 999_999 })).rejects.toEqual(
      refused('not_found'),
    );
    await decide('city_office', id);
    await expect(withdraw('lead_head')).rejects.toEqual(refused('invalid_state'));
  });
});

describe('the lists', () => {
  const list = async (key: ViewerKey, day = '2022-09-10', isToday = true) =>
    listExtensions(await as(key), { day, today: '2022-09-10', isToday, notice: null }, { status: null, page: 1 });
  const mine = async (key: ViewerKey, id: number) => (await list(key)).rows.find((row) => row.id === id);

  test('each role sees its own, with the buttons that are its own', async () => {
    const id = await ask('2022-10-31');
    expect(await mine('city_office', id)).toMatchObject({ canDecide: true, canWithdraw: false, decider: 'office' });
    expect(await mine('lead_head', id)).toMatchObject({ canDecide: false, canWithdraw: true });
    for (const key of ['lead_reporter', 'named_head', 'city_leader', 'city_admin'] as const) {
      expect(await mine(key, id)).toMatchObject({ canDecide: false, canWithdraw: false });
    }
    for (const key of ['other_head', 'bureau_head', 'far_office'] as const) {
      expect(await mine(key, id)).toBeUndefined();
    }
    const before = await countToDecide(await as('city_leader'));
    await decide('city_office', id);
    const second = await ask('2022-11-30');
    expect(await mine('city_leader', second)).toMatchObject({ canDecide: true, decider: 'leader' });
    expect(await mine('city_office', second)).toMatchObject({ canDecide: false });
    expect(await countToDecide(await as('city_leader'))).toBe(before + 1);
  });

  test('as of an earlier day a request stands as it stood, without buttons', async () => {
    const id = await ask('2022-10-31');
    await setToday('2022-09-12');
    await decide('city_office', id);
    const [then, now] = await Promise.all([
      listExtensions(
        await as('city_office'),
        { day: '2022-09-11', today: '2022-09-12', isToday: false, notice: null },
        { status: 'REQUESTED', page: 1 },
      ),
      listExtensions(
        await as('city_office'),
        { day: '2022-09-12', today: '2022-09-12', isToday: true, notice: null },
        { status: 'GRANTED', page: 1 },
      ),
    ]);
    expect(then.rows.find((row) => row.id === id)).toMatchObject({ status: 'REQUESTED', canDecide: false, note: '' });
    expect(now.rows.find((row) => row.id === id)).toMatchObject({ status: 'GRANTED', note: '请抓紧。' });
  });

  test("the task's page lists every number and says what follows", async () => {
    const asOf = { day: '2022-09-10', today: '2022-09-10', isToday: true, notice: null };
    const read = async (key: ViewerKey, day = asOf) => {
      const actor = await as(key);
      return findTaskExtensions(actor, (await findTaskDetail(actor, String(task), day))!, day);
    };
    const head = await read('lead_head');
    expect(head).toMatchObject({ list: [], form: { isHead: true, dueOn: '2022-09-15' } });
    expect(head!.form!.consequence).toContain('可计为延期内办结');
    expect((await read('lead_reporter'))!.form).toMatchObject({ isHead: false });
    expect((await read('named_head'))!.form).toBeNull();
    expect(await read('other_head')).toBeNull();
    await setToday('2022-09-18');
    const late = { ...asOf, day: '2022-09-18', today: '2022-09-18' };
    expect((await read('lead_head', late))!.form!.consequence).toContain('仍计逾期办结');
    await decide('city_office', await ask('2022-10-31'));
    await ask('2022-11-30');
    const after = await read('lead_head', late);
    expect(after!.list.map((row) => [row.number, row.status, row.isInTime])).toEqual([
      [2, 'REQUESTED', true],
      [1, 'GRANTED', false],
    ]);
    expect(after).toMatchObject({ form: null, refusal: expect.stringContaining('照常计时') });
  });
});
