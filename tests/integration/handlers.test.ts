import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listUnsentEvidence } from '@/lib/evidence/evidence.queries';
import { handOver, setHandler, setHandlers } from '@/lib/handlers/handler.commands';
import { countOpenWork, findHandlerBoard, findHandOver, findTaskHandlers } from '@/lib/handlers/handler.queries';
import { setHandlersSchema } from '@/lib/handlers/handler.schema';
import { settle, tell } from '@/lib/notices/notice.commands';
import type { NoticeKind } from '@/lib/notices/notice.schema';
import { handlersOf, readDirectory } from '@/lib/notices/recipients.queries';
import { generateNotices } from '@/lib/reminders/reminder.commands';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { draftSlip } from '@/lib/slips/slip-draft.commands';
import { settleSlip } from '@/lib/slips/slip-notices.commands';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const today = { day: DAY, today: DAY, isToday: true, notice: null };
const stretches = (taskId = task) => db().taskHandler.findMany({ where: { taskId }, orderBy: { id: 'asc' } });
const noticesOf = (accountId: number) => db().notice.findMany({ where: { accountId }, orderBy: { id: 'asc' } });

type Roles = ('unit_reporter' | 'unit_head' | 'office')[];
async function person(
  where: { unit?: keyof World['units']; region?: keyof World['regions'] },
  roles: Roles = ['unit_reporter'],
): Promise<number> {
  const n = next();
  const account = await db().account.create({
    data: {
      username: `person-${n}`,
      displayName: `经办${n}`,
      passwordHash: '-',
      roles,
      mustChangePassword: false,
      unitId: where.unit ? world.units[where.unit] : null,
      regionId: where.region ? world.regions[where.region] : null,
    },
  });
  return account.id;
}

const set = async (accountId: number | null, who: ViewerKey = 'lead_head', wasAccountId: number | null = null) =>
  setHandler(await as(who), { taskId: task, unitId: world.units.reform, accountId, wasAccountId });

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  await setToday(DAY);
  task = await makeTask(world, 'city');
});

describe('setHandler', () => {
  test('a stretch begins, ends and begins; reminders go to who is named', async () => {
    const [first, second] = [await person({ unit: 'reform' }), await person({ unit: 'reform' })];
    await setToday('2022-09-10');
    await set(first);
    await setToday(DAY);
    await set(second, 'lead_head', first);
    expect(await stretches()).toMatchObject([
      { accountId: first, validFrom: toDate('2022-09-10'), validTo: toDate(DAY) },
      { accountId: second, validFrom: toDate(DAY), validTo: toDate('9999-12-31') },
    ]);
    expect(await handlersOf(db(), task, world.units.reform, '2022-09-15')).toEqual([first]);
    expect(await handlersOf(db(), task, world.units.reform, DAY)).toEqual([second]);
    await set(null, 'lead_head', second);
    expect(await handlersOf(db(), task, world.units.reform, DAY)).toContain(world.accounts.lead_reporter);
    expect(await db().auditEvent.count({ where: { kind: 'handler.set', subjectId: task } })).toBe(3);
  });
  test('naming the same person again does nothing', async () => {
    const one = await person({ unit: 'reform' });
    await set(one);
    await set(one, 'lead_head', null);
    expect(await stretches()).toHaveLength(1);
  });
  test('a head names somebody of a 科室 for the task it leads', async () => {
    task = await makeTask(world, 'division');
    const one = await person({ unit: 'planning' });
    await setHandler(await as('bureau_head'), {
      taskId: task,
      unitId: world.units.planning,
      accountId: one,
      wasAccountId: null,
    });
    expect(await stretches()).toMatchObject([{ accountId: one, unitId: world.units.planning }]);
  });
  test.each<[string, ViewerKey, string]>([
    ['a reporter', 'lead_reporter', 'forbidden'],
    ['the office', 'city_office', 'forbidden'],
    ['the head of another unit of the task', 'named_head', 'forbidden'],
    ['the head of a unit without a part', 'other_head', 'forbidden'],
    ['another branch', 'far_head', 'not_found'],
  ])('refuses %s', async (_title, who, code) => {
    await expect(set(await person({ unit: 'reform' }), who)).rejects.toEqual(refused(code));
    expect(await stretches()).toEqual([]);
  });
  test('refuses people of another unit, disabled ones, and a unit that is not on the task', async () => {
    await expect(set(await person({ unit: 'finance' }))).rejects.toEqual(refused('not_found'));
    await expect(set(await person({ region: 'city' }, ['office']))).rejects.toEqual(refused('not_found'));
    const gone = await person({ unit: 'reform' });
    await db().account.update({ where: { id: gone }, data: { isActive: false } });
    await expect(set(gone)).rejects.toEqual(refused('invalid_state'));
    await expect(
      setHandler(await as('lead_head'), {
        taskId: task,
        unitId: world.units.culture,
        accountId: null,
        wasAccountId: null,
      }),
    ).rejects.toEqual(refused('forbidden'));
  });
  test('two at once: the second sees whom the first named', async () => {
    const [first, second] = [await person({ unit: 'reform' }), await person({ unit: 'reform' })];
    const outcomes = await Promise.allSettled([set(first), set(second)]);
    expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((o) => o.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    expect(await stretches()).toHaveLength(1);
  });
});

describe('setHandlers', () => {
  test('a table at once; what has not changed is left alone', async () => {
    const other = await makeTask(world, 'city');
    const one = await person({ unit: 'reform' });
    const input = setHandlersSchema.parse({
      unitId: String(world.units.reform),
      [`to.${task}`]: String(one),
      [`was.${task}`]: '',
      [`to.${other}`]: '',
      [`was.${other}`]: '',
    });
    expect(await setHandlers(await as('lead_head'), input)).toBe(1);
    expect(await stretches()).toHaveLength(1);
    expect(await stretches(other)).toEqual([]);
  });
  test('all or nothing, with the reason of each row', async () => {
    const other = await makeTask(world, 'city');
    const [one, gone] = [await person({ unit: 'reform' }), await person({ unit: 'finance' })];
    const saving = setHandlers(await as('lead_head'), {
      unitId: world.units.reform,
      rows: [
        { taskId: task, accountId: one, wasAccountId: null },
        { taskId: other, accountId: gone, wasAccountId: null },
      ],
    });
    await expect(saving).rejects.toMatchObject({
      code: 'invalid_state',
      latest: { [other]: expect.stringContaining('不在本单位') },
    });
    expect(await stretches()).toEqual([]);
  });
  test('an unreadable id is refused by the form', () => {
    expect(setHandlersSchema.safeParse({ unitId: '1', 'to.3': 'x', 'was.3': '' }).success).toBe(false);
  });
});

describe('the pages', () => {
  test('the head sees the unit’s tasks and people; others nothing', async () => {
    const one = await person({ unit: 'reform' });
    await set(one);
    const board = (await findHandlerBoard(await as('lead_head'), String(world.units.reform), 1))!;
    expect(board.tasks.find((row) => row.taskId === task)).toMatchObject({ role: 'LEAD', accountId: one });
    expect(board.people.find((row) => row.id === one)).toMatchObject({ tasks: 1 });
    const counted = await queryAsOwner<{ n: number }>(
      `SELECT count(DISTINCT x.task_id)::int AS n FROM task_units_as_of($1::date) x JOIN task t ON t.id = x.task_id
        WHERE x.unit_id = $2 AND t.state NOT IN ('COMPLETED', 'CANCELLED')`,
      [DAY, world.units.reform],
    );
    expect(board.total).toBe(counted[0]!.n);
    for (const who of ['lead_reporter', 'named_head', 'city_office', 'city_admin'] as const)
      expect(await findHandlerBoard(await as(who), String(world.units.reform), 1)).toBeNull();
    expect(await findHandlerBoard(await as('bureau_head'), String(world.units.planning), 1)).not.toBeNull();
  });
  test('the task shows its 经办人 to the unit and the office alone', async () => {
    const one = await person({ unit: 'reform' });
    await set(one);
    const sees = async (who: ViewerKey) => {
      const actor = await as(who);
      return findTaskHandlers(actor, (await findTaskDetail(actor, String(task), today))!, today);
    };
    expect((await sees('lead_head'))!.rows).toMatchObject([{ accountId: one, isActive: true }]);
    expect((await sees('lead_head'))!.rows[0]!.choices!.map((choice) => choice.id)).toContain(one);
    expect((await sees('lead_reporter'))!.rows).toMatchObject([{ accountId: one, choices: null }]);
    expect((await sees('city_office'))!.rows).toMatchObject([{ accountId: one, choices: null }]);
    expect(await sees('named_reporter')).toBeNull();
    expect(await sees('other_reporter')).toBeNull();
    expect(await sees('city_leader')).toBeNull();
  });
});

/** A person with work of each kind; the keys are told apart by the task. */
async function busyPerson(): Promise<{ id: number; paper: number }> {
  const id = await person({ unit: 'reform' });
  await set(id);
  const paper = await db().unitPaper.create({
    data: {
      taskId: task,
      unitId: world.units.reform,
      kind: 'PROGRESS',
      input: {},
      writtenById: id,
      writtenOn: toDate(DAY),
      heldById: id,
      idempotencyKey: randomUUID(),
    },
  });
  await inTransaction((tx) =>
    tell(tx, [
      {
        accountId: id,
        kind: 'returned',
        key: `returned:${task}`,
        title: '被退回',
        href: `/tasks/${task}`,
        taskId: task,
      },
      {
        accountId: id,
        kind: 'accepted',
        key: `accepted:${task}`,
        title: '已通过',
        href: `/tasks/${task}`,
        taskId: task,
      },
    ]),
  );
  return { id, paper: paper.id };
}
const nameDirectly = (taskId: number, unit: keyof World['units'], accountId: number) =>
  db().taskHandler.create({
    data: { taskId, unitId: world.units[unit], accountId, validFrom: toDate(DAY), setById: accountId },
  });
const give = (actor: Actor, accountId: number, successorId: number | null, disable = false, form = randomUUID()) =>
  handOver(actor, { accountId, successorId, disable, unitId: null, idempotencyKey: form });

describe('handOver', () => {
  test('all open work goes at once: stretches end and begin, papers and open notices move, the successor is told', async () => {
    const { id, paper } = await busyPerson();
    const successor = await person({ unit: 'reform' });
    expect(await countOpenWork(id)).toBe(3);
    const moved = await give(await as('city_admin'), id, successor, true);
    expect(moved).toMatchObject({ tasks: 1, papers: 1, slips: 0, notices: 1 });
    expect(await stretches()).toMatchObject([
      { accountId: id, validTo: toDate(DAY) },
      { accountId: successor, validFrom: toDate(DAY), validTo: toDate('9999-12-31') },
    ]);
    expect((await db().unitPaper.findUniqueOrThrow({ where: { id: paper } })).heldById).toBe(successor);
    expect((await noticesOf(successor)).map((n) => n.key).sort()).toEqual(
      [`handed:returned:${task}`, expect.stringMatching(/^hand-over:/)].sort() as string[],
    );
    expect((await noticesOf(id)).map((n) => [n.kind, n.settledAt !== null])).toEqual([
      ['returned', true],
      ['accepted', false],
    ]);
    expect((await db().account.findUniqueOrThrow({ where: { id } })).isActive).toBe(false);
    expect(await loadActor(id)).toBeNull();
    expect(
      await db().auditEvent.findFirstOrThrow({ where: { kind: 'account.handed_over', subjectId: id } }),
    ).toMatchObject({
      payload: { successorId: successor, disabled: true, moved: { tasks: 1, papers: 1, notices: 1 } },
    });
    expect(await countOpenWork(id)).toBe(0);
    // What was asked for under the old key settles the new one too.
    await inTransaction((tx) => settle(tx, 'returned', [`returned:${task}`]));
    expect((await noticesOf(successor)).find((n) => n.kind === 'returned')!.settledAt).not.toBeNull();
  });
  test('uploads that nothing names yet are at hand for the unit once the account is disabled', async () => {
    const { id } = await busyPerson();
    const successor = await person({ unit: 'reform' });
    await db().evidence.create({
      data: {
        kind: 'LINK',
        title: '印发通知',
        url: 'https://www.example.gov.cn/art/1.html',
        taskId: task,
        unitId: world.units.reform,
        uploadedById: id,
        uploadedOn: toDate(DAY),
      },
    });
    const page = (await findHandOver(await as('city_admin'), String(id)))!;
    expect(page.work.evidence).toBe(1);
    const atHand = async (accountId: number) =>
      (await listUnsentEvidence((await loadActor(accountId))!, { taskId: task })).map((piece) => piece.title);
    expect(await atHand(successor)).toEqual([]);
    await give(await as('city_admin'), id, successor, true);
    expect(await atHand(successor)).toEqual(['印发通知']);
    expect(await atHand(world.accounts.named_reporter)).toEqual([]);
  });
  test('the head does it within the unit, and disables nobody', async () => {
    const { id } = await busyPerson();
    const successor = await person({ unit: 'reform' });
    const head = await as('lead_head');
    await expect(give(head, id, successor, true)).rejects.toEqual(refused('forbidden'));
    await give(head, id, successor);
    expect(await countOpenWork(id)).toBe(0);
    const page = (await findHandOver(head, String(id), String(world.units.reform)))!;
    expect(page.person.canDisable).toBe(false);
    expect(page.work.handled).toEqual([]);
  });
  test('the same form sent twice moves once; there and back again', async () => {
    const { id } = await busyPerson();
    const successor = await person({ unit: 'reform' });
    const [admin, form] = [await as('city_admin'), randomUUID()];
    await Promise.all([give(admin, id, successor, false, form), give(admin, id, successor, false, form)]);
    expect(await db().auditEvent.count({ where: { kind: 'account.handed_over', subjectId: id } })).toBe(1);
    await give(admin, successor, id);
    await give(admin, id, successor);
    const open = (await noticesOf(successor)).filter((n) => n.kind === 'returned' && n.settledAt === null);
    expect(open.map((n) => n.key)).toEqual([`handed:returned:${task}`]);
    expect((await stretches()).filter((s) => s.validTo.getUTCFullYear() === 9999)).toMatchObject([
      { accountId: successor },
    ]);
  });
  test('what is told by time goes over as what it is: the next run neither tells it again nor leaves it open', async () => {
    task = await makeTask(world, 'city', { dueOn: '2022-09-22' });
    const [id, successor] = [await person({ unit: 'reform' }), await person({ unit: 'reform' })];
    await set(id);
    await generateNotices(DAY);
    await give(await as('city_admin'), id, successor);
    await generateNotices(DAY);
    const told = async () => (await noticesOf(successor)).filter((n) => n.taskId === task);
    expect((await told()).map((n) => [n.key, n.settledAt])).toEqual([[`due-ahead:${task}:2022-09-22:3`, null]]);
    await setToday('2022-09-23');
    await generateNotices('2022-09-23');
    expect((await told()).map((n) => n.settledAt === null)).toEqual([false, true]);
  });
  test('drafts of slips go to an officer of the same office', async () => {
    const officer = await person({ region: 'city' }, ['office']);
    const peer = await person({ region: 'city' }, ['office']);
    const slip = await db().slip.create({
      data: {
        regionId: world.regions.city,
        planId: world.plans.city,
        unitId: world.units.reform,
        tier: 1,
        title: '督办',
        body: '请抓紧。',
        replyWorkingDays: 3,
        draftedById: officer,
        draftedOn: toDate(DAY),
        heldById: officer,
        idempotencyKey: randomUUID(),
        tasks: { create: [{ taskId: task, sortOrder: 1 }] },
      },
    });
    const admin = await as('city_admin');
    await expect(give(admin, officer, world.accounts.city_leader)).rejects.toEqual(refused('invalid_state'));
    await expect(give(admin, officer, world.accounts.east_office)).rejects.toEqual(refused('not_found'));
    await inTransaction((tx) =>
      tell(tx, [
        { accountId: officer, kind: 'slip', key: `slip:${slip.id}:to_check:1`, title: '', href: '/', slipId: slip.id },
      ]),
    );
    await give(admin, officer, peer);
    expect((await db().slip.findUniqueOrThrow({ where: { id: slip.id } })).heldById).toBe(peer);
    // What the notice asked for is done also where nobody else was told of it.
    await inTransaction((tx) => settleSlip(tx, slip.id, ['to_check']));
    expect(await db().notice.count({ where: { slipId: slip.id, settledAt: null } })).toBe(0);
    // An officer limited to a work group does not see a task outside it.
    const outside = await makeTask(world, 'zone');
    await db().slipTask.create({ data: { slipId: slip.id, taskId: outside, sortOrder: 2 } });
    await expect(give(admin, peer, world.accounts.group_office)).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining('1 项任务'),
    });
  });
  test('refuses who is out of reach, a successor who cannot hold it, none chosen, nothing to hand over', async () => {
    const { id } = await busyPerson();
    const [peer, stranger, gone] = [
      await person({ unit: 'reform' }),
      await person({ unit: 'finance' }),
      await person({ unit: 'reform' }),
    ];
    await db().account.update({ where: { id: gone }, data: { isActive: false } });
    const admin = await as('city_admin');
    for (const who of ['lead_reporter', 'named_head', 'city_office', 'far_admin', 'east_admin'] as const)
      await expect(give(await as(who), id, peer)).rejects.toEqual(refused('not_found'));
    await expect(give(admin, id, stranger)).rejects.toEqual(refused('not_found'));
    await expect(give(admin, id, gone)).rejects.toEqual(refused('invalid_state'));
    await expect(give(admin, id, id)).rejects.toEqual(refused('not_found'));
    await expect(give(admin, id, null)).rejects.toEqual(refused('unreadable'));
    await expect(give(admin, peer, id)).rejects.toEqual(refused('invalid_state'));
    expect(await countOpenWork(id)).toBe(3);
  });
  test('what waits for the head goes to a head alone', async () => {
    const id = await person({ unit: 'reform' }, ['unit_head']);
    await inTransaction((tx) =>
      tell(tx, [{ accountId: id, kind: 'paper_to_sign', key: `paper:${task}:1`, title: '待签', href: '/inbox' }]),
    );
    const admin = await as('city_admin');
    await expect(give(admin, id, world.accounts.lead_reporter)).rejects.toEqual(refused('invalid_state'));
    await give(admin, id, world.accounts.lead_head);
    expect((await noticesOf(world.accounts.lead_head)).some((n) => n.key === `handed:paper:${task}:1`)).toBe(true);
  });
  test('the last admin of the platform is not disabled', async () => {
    const admin = await as('platform_admin');
    await db().account.updateMany({
      where: { roles: { has: 'admin' }, regionId: null, unitId: null, id: { not: admin.accountId } },
      data: { isActive: false },
    });
    await expect(give(admin, admin.accountId, null, true)).rejects.toEqual(refused('invalid_state'));
  });
});

describe('the head of a unit whose person is an officer too', () => {
  test('neither sees nor hands over what the person does for the office', async () => {
    const officer = await as('reporting_officer');
    const { slipId } = await draftSlip(officer, {
      planId: world.plans.city,
      unitId: world.units.reform,
      taskIds: [await makeTask(world, 'city', { dueOn: '2022-09-01' })],
      idempotencyKey: randomUUID(),
    });
    const other = await makeTask(world, 'zone');
    const about = (kind: NoticeKind, key: string, taskId: number) => ({
      accountId: officer.accountId,
      kind,
      key,
      title: key,
      href: '/',
      taskId,
    });
    await inTransaction((tx) =>
      tell(tx, [
        about('returned', `returned:c3-${task}`, task),
        about('to_review', `to_review:c3${task}`, task),
        about('extension', `extension:${task}:asked`, task),
        about('returned', `returned:c3-${other}`, other),
      ]),
    );
    const head = await as('lead_head');
    const page = (await findHandOver(head, String(officer.accountId), String(world.units.reform)))!;
    expect(page.work.slips).toEqual([]);
    const titles = page.work.notices.map(({ title }) => title);
    expect(titles).toContain(`returned:c3-${task}`);
    for (const hidden of [`to_review:c3${task}`, `extension:${task}:asked`, `returned:c3-${other}`])
      expect(titles).not.toContain(hidden);
    expect(page.successors.map(({ id }) => id)).not.toContain(world.accounts.city_office);
    await expect(give(head, officer.accountId, world.accounts.city_office)).rejects.toEqual(refused('not_found'));
    const successor = await person({ unit: 'reform' });
    expect(await give(head, officer.accountId, successor)).toMatchObject({ slips: 0 });
    expect((await db().slip.findUniqueOrThrow({ where: { id: slipId } })).heldById).toBe(officer.accountId);
    expect((await noticesOf(successor)).map(({ key }) => key)).toContain(`handed:returned:c3-${task}`);
    // who manages the account sees it all
    expect((await findHandOver(await as('city_admin'), String(officer.accountId)))!.work.slips).toHaveLength(1);
  });
});

describe('the head of a unit whose person has come from another', () => {
  test('reaches neither tasks nor papers of the unit left, and is not stopped by them', async () => {
    const { id, paper } = await busyPerson();
    await db().account.update({ where: { id }, data: { unitId: world.units.culture } });
    const own = await makeTask(world, 'city');
    await nameDirectly(own, 'culture', id);
    const head = await as('other_head');
    const page = (await findHandOver(head, String(id), String(world.units.culture)))!;
    expect(page.work.handled.map(({ taskId }) => taskId)).toEqual([own]);
    expect(page.work.papers).toEqual([]);
    const successor = await person({ unit: 'culture' });
    expect(await give(head, id, successor)).toMatchObject({ tasks: 1, papers: 0 });
    expect(await stretches(own)).toMatchObject([{ accountId: id }, { accountId: successor }]);
    expect(await stretches()).toMatchObject([{ accountId: id, validTo: toDate('9999-12-31') }]);
    expect((await db().unitPaper.findUniqueOrThrow({ where: { id: paper } })).heldById).toBe(id);
    // who manages the account sees what is left
    const left = (await findHandOver(await as('city_admin'), String(id)))!.work;
    expect([left.handled.length, left.papers.length]).toEqual([1, 1]);
  });
  test('what is done for the unit above is reached', async () => {
    const id = await person({ unit: 'planning' });
    await nameDirectly(task, 'housing', id);
    const page = (await findHandOver(await as('bureau_head'), String(id), String(world.units.planning)))!;
    expect(page.work.handled.map(({ unitId }) => unitId)).toEqual([world.units.housing]);
  });
});

describe('an officer named 经办人 of the unit that represents the district', () => {
  let officer: number;
  const limit = async (accountId: number) => {
    const group = await db().workGroup.create({
      data: { planId: world.plans.district, name: `专项组${next()}`, sortOrder: next() },
    });
    await db().account.update({
      where: { id: accountId },
      data: { workGroups: { create: [{ workGroupId: group.id }] } },
    });
  };
  beforeEach(async () => {
    task = await makeTask(world, 'zone');
    officer = await person({ region: 'east' }, ['office']);
    await setHandler(await as('east_zone_head'), {
      taskId: task,
      unitId: world.units.eastZone,
      accountId: officer,
      wasAccountId: null,
    });
  });
  test('hands it over to a fellow officer, and the account is disabled in the same step', async () => {
    const peer = await person({ region: 'east' }, ['office']);
    expect(await give(await as('east_admin'), officer, peer, true)).toMatchObject({ tasks: 1 });
    expect(await handlersOf(db(), task, world.units.eastZone, DAY)).toEqual([peer]);
  });
  test('not to a leader, to who is limited to work groups, or where a unit of the work is another', async () => {
    const admin = await as('east_admin');
    const [limited, peer] = [
      await person({ region: 'east' }, ['office']),
      await person({ region: 'east' }, ['office']),
    ];
    await limit(limited);
    const refusal = { code: 'invalid_state', message: expect.stringContaining('同一优化办') };
    for (const successor of [limited, world.accounts.east_leader])
      await expect(give(admin, officer, successor)).rejects.toMatchObject(refusal);
    await nameDirectly(await makeTask(world, 'city'), 'reform', officer);
    await expect(give(admin, officer, peer)).rejects.toMatchObject(refusal);
    expect(await stretches()).toMatchObject([{ accountId: officer, validTo: toDate('9999-12-31') }]);
  });
  test('limited to work groups later, is told of the task no more', async () => {
    expect(await handlersOf(db(), task, world.units.eastZone, DAY)).toEqual([officer]);
    await limit(officer);
    const told = await handlersOf(db(), task, world.units.eastZone, DAY);
    expect(told).toContain(world.accounts.east_office);
    expect(told).not.toContain(officer);
    const directory = await readDirectory(db(), [world.regions.city], [task], DAY);
    expect(directory.handlersOf(task, world.units.eastZone)).toEqual(told);
  });
});

test('what has been handed over is read for who gave it away', async () => {
  const { id } = await busyPerson();
  await give(await as('city_admin'), id, await person({ unit: 'reform' }));
  const given = (await noticesOf(id)).find(({ kind }) => kind === 'returned')!;
  expect(given).toMatchObject({ settledAt: expect.any(Date), readAt: expect.any(Date) });
});

test('the preview is for who may hand over', async () => {
  const { id } = await busyPerson();
  const page = (await findHandOver(await as('city_admin'), String(id)))!;
  expect(page.work.handled).toHaveLength(1);
  expect(page.successors.map((one) => one.id)).toContain(world.accounts.lead_reporter);
  expect(page.successors.map((one) => one.id)).not.toContain(world.accounts.named_reporter);
  expect(await findHandOver(await as('lead_head'), String(id))).toBeNull();
  expect(await findHandOver(await as('lead_head'), String(id), String(world.units.reform))).not.toBeNull();
  expect(await findHandOver(await as('lead_head'), String(id), String(world.units.finance))).toBeNull();
  expect(await findHandOver(await as('named_head'), String(id), String(world.units.reform))).toBeNull();
  expect(await findHandOver(await as('city_admin'), 'x')).toBeNull();
});

test('who was named by a unit that has since gone into another is changed by the other’s head', async () => {
  const one = await person({ unit: 'reform' });
  await set(one);
  await db().unitMerge.create({
    data: {
      fromUnitId: world.units.reform,
      intoUnitId: world.units.culture,
      effectiveOn: toDate(DAY),
      basis: '机构改革',
    },
  });
  const two = await person({ unit: 'culture' });
  const head = await as('other_head');
  const detail = (await findTaskDetail(head, String(task), today))!;
  expect((await findTaskHandlers(head, detail, today))!.rows.map(({ accountId }) => accountId)).toEqual([one]);
  const board = (await findHandlerBoard(head, String(world.units.culture), 1))!;
  expect(board.tasks.find(({ taskId }) => taskId === task)!.accountId).toBe(one);
  await setHandler(head, { taskId: task, unitId: world.units.culture, accountId: two, wasAccountId: one });
  expect(await handlersOf(db(), task, world.units.culture, DAY)).toEqual([two]);
  expect((await stretches()).filter(({ validTo }) => validTo > toDate(DAY)).map(({ accountId }) => accountId)).toEqual([
    two,
  ]);
});
