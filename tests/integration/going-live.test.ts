import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tell } from '@/lib/notices/notice.commands';
import { decideObjection, raiseObjection, withdrawObjection } from '@/lib/objections/objection.commands';
import { findPlanObjections, findTaskObjections } from '@/lib/objections/objection.queries';
import { decideObjectionSchema, raiseObjectionSchema } from '@/lib/objections/objection.schema';
import { findArchivePreview } from '@/lib/plans/archive.queries';
import { archivePlan } from '@/lib/plans/plan.commands';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { signForPlan } from '@/lib/sign-for/sign-for.commands';
import {
  findSignForOverview,
  listOwedSignFors,
  listTaskSignFors,
  listUnsigned,
  unsignedOf,
} from '@/lib/sign-for/sign-for.queries';
import { tellUnitsToSign } from '@/lib/sign-for/sign-for-notices.commands';
import { cancelTask } from '@/lib/tasks/task.commands';
import { basisSchema, correctDeadlineSchema, reassignSchema } from '@/lib/tasks/task.schema';
import { correctDeadline } from '@/lib/tasks/task-deadline.commands';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { reassignTask } from '@/lib/tasks/task-units.commands';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const stored = (id: number) => db().task.findUniqueOrThrow({ where: { id } });
const lastEvent = (id: number) =>
  db().taskEvent.findFirstOrThrow({ where: { taskId: id }, orderBy: { sequence: 'desc' } });
const mentionsOf = (id: number, day = DAY) =>
  queryAsOwner<{ id: number; role: string; printed: string; unit_id: number | null; is_by_office: boolean }>(
    `SELECT id, role::text, printed, unit_id, is_by_office FROM task_unit WHERE task_id = $1 AND valid_from <= $2::date AND valid_to > $2::date ORDER BY role, position`,
    [id, day],
  );
const detailOf = async (key: ViewerKey, id: number, day = DAY) =>
  (await findTaskDetail(await as(key), String(id), { day, today: DAY }))!;
const accessOf = async (key: ViewerKey, planId: number) =>
  (await listPlanAccess(await as(key))).find((a) => a.planId === planId)!;
const now = { day: DAY, isToday: true };

function change(changes: Record<string, string | string[]> = {}) {
  return reassignSchema.parse({
    taskId: String(task),
    version: '1',
    basis: '市政府专题会议纪要〔2022〕12号',
    idempotencyKey: randomUUID(),
    ...changes,
  });
}
function correction(changes: Record<string, string> = {}) {
  return correctDeadlineSchema.parse({
    taskId: String(task),
    version: '1',
    dueOn: '2022-11-30',
    basis: '印发原件',
    idempotencyKey: randomUUID(),
    ...changes,
  });
}

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  await setToday(DAY);
  task = await makeTask(world, 'city');
});

describe('signForPlan', () => {
  const planOf = () => world.plans.city;
  beforeAll(async () => {
    await makeTask(world, 'zone');
    await makeTask(world, 'division');
    await db().plan.update({ where: { id: world.plans.city }, data: { activatedOn: toDate('2022-09-16') } });
  });

  test('every unit named or known owes it; unsigned past two working days is marked and stands first', async () => {
    const access = await accessOf('city_office', planOf());
    const overview = (await findSignForOverview(await as('city_office'), access, DAY))!;
    expect(overview.activatedOn).toBe('2022-09-16');
    // Friday 16 September; two working days on is Tuesday 20 September.
    expect(overview.limitOn).toBe('2022-09-20');
    expect(overview.units.map(({ name }) => name)).toEqual(['市发改委', '市财政局', '江东区', '江西区', '规划科']);
    expect(overview).toMatchObject({ unsigned: 5, late: 0 });
    await setToday('2022-09-21');
    expect(await findSignForOverview(await as('city_office'), access, '2022-09-21')).toMatchObject({ late: 5 });
    expect(await findSignForOverview(await as('city_office'), access, '2022-09-15')).toBeNull();
    expect(await findSignForOverview(await as('lead_reporter'), access, DAY)).toBeNull();
  });

  test('a reporter, the head of the bureau for its 科室, the office of the district; once, with a record, and its notice settled', async () => {
    await db().$transaction((tx) => tellUnitsToSign(tx, planOf()));
    const notices = () =>
      db().notice.findMany({ where: { kind: 'sign_for', account: { unitId: world.units.reform } } });
    expect((await notices()).map(({ settledAt }) => settledAt)).not.toContainEqual(expect.any(Date));
    const reporter = await as('lead_reporter');
    expect((await listOwedSignFors(reporter, DAY)).map(({ planId }) => planId)).toEqual([planOf()]);
    const [a, b] = await Promise.all([
      signForPlan(reporter, { planId: planOf() }),
      signForPlan(await as('lead_head'), { planId: planOf() }),
    ]);
    expect([...a, ...b]).toEqual(['市发改委']);
    expect(await signForPlan(reporter, { planId: planOf() })).toEqual([]);
    expect((await notices()).every(({ settledAt }) => settledAt !== null)).toBe(true);
    expect(await listOwedSignFors(reporter, DAY)).toEqual([]);
    // The plan's own page goes on saying who signed, and when.
    expect((await listOwedSignFors(reporter, DAY, planOf())).flatMap(({ units }) => units)).toEqual([
      expect.objectContaining({ name: '市发改委', signedOn: DAY, signedBy: expect.any(String) }),
    ]);
    expect(await signForPlan(await as('bureau_head'), { planId: planOf(), unitId: world.units.planning })).toEqual([
      '规划科',
    ]);
    expect(await signForPlan(await as('east_office'), { planId: planOf() })).toEqual(['江东区']);
    expect(await db().auditEvent.count({ where: { kind: 'plan.signed_for', subjectId: planOf() } })).toBe(3);

    const unsigned = (await listUnsigned(await as('city_office'), DAY)).filter(({ planId }) => planId === planOf());
    expect(unsigned.map(({ unitName }) => unitName)).toEqual(['市财政局', '江西区']);
    expect(await unsignedOf([planOf()], DAY)).toEqual(unsigned);
    const access = await accessOf('city_office', planOf());
    expect(await findSignForOverview(await as('city_office'), access, '2022-09-19')).toMatchObject({ unsigned: 5 });
    const signed = await listTaskSignFors(await detailOf('city_office', task), DAY);
    expect(signed.map(({ unitName }) => unitName)).toEqual(['市发改委', '江东区']);
    expect(await listTaskSignFors(await detailOf('city_office', task), '2022-09-19')).toEqual([]);
  });

  test('refuses other branches, units that stand nowhere on the list, another unit, a draft', async () => {
    await expect(signForPlan(await as('far_office'), { planId: planOf() })).rejects.toEqual(refused('not_found'));
    await expect(signForPlan(await as('other_reporter'), { planId: planOf() })).rejects.toEqual(refused('forbidden'));
    await expect(signForPlan(await as('city_office'), { planId: planOf() })).rejects.toEqual(refused('forbidden'));
    await expect(
      signForPlan(await as('named_reporter'), { planId: planOf(), unitId: world.units.reform }),
    ).rejects.toEqual(refused('forbidden'));
    await expect(signForPlan(await as('lead_reporter'), { planId: world.drafts.city })).rejects.toEqual(
      refused('not_found'),
    );
  });
});

describe('reassignTask', () => {
  test('ends and adds from today on; the printed words, and the days before, stay', async () => {
    const [lead] = await mentionsOf(task);
    const input = change({ end: String(lead!.id), addLead: String(world.units.culture) });
    await reassignTask(await as('city_office'), input);
    await reassignTask(await as('city_office'), input);
    expect((await mentionsOf(task)).filter(({ role }) => role === 'LEAD')).toMatchObject([
      { unit_id: world.units.culture, printed: '市文旅局', is_by_office: true },
    ]);
    expect(await mentionsOf(task, '2022-09-19')).toMatchObject([
      { id: lead!.id, unit_id: world.units.reform },
      {},
      {},
      {},
    ]);
    const event = await lastEvent(task);
    expect(event).toMatchObject({ type: 'TASK_REASSIGNED', effectiveOn: toDate(DAY) });
    expect(event.payload).toMatchObject({
      lead: { before: '印发原文', after: '市文旅局' },
      basis: '市政府专题会议纪要〔2022〕12号',
    });
    expect(event.payload).not.toHaveProperty('responsible');
    expect(await stored(task)).toMatchObject({ version: 2, leadText: '市发改委' });
    expect((await detailOf('city_office', task)).isChainSound).toBe(true);
    expect((await as('lead_reporter')).unitId).toBe(world.units.reform);
    expect((await detailOf('lead_reporter', task)).access.relations).not.toContain('lead_unit');
  });

  test('what began today and ends today leaves no stretch of days', async () => {
    await reassignTask(await as('city_office'), change({ addResponsible: String(world.units.culture) }));
    const added = (await mentionsOf(task)).find(({ unit_id }) => unit_id === world.units.culture)!;
    await reassignTask(await as('city_office'), change({ version: '2', end: String(added.id) }));
    expect(await db().taskUnit.count({ where: { taskId: task, unitId: world.units.culture } })).toBe(0);
  });

  test('refuses who may not, what is stale, no lead, a unit twice or from elsewhere, nothing at all', async () => {
    const office = await as('city_office');
    const [lead] = await mentionsOf(task);
    const add = { addLead: String(world.units.culture) };
    await expect(reassignTask(await as('far_office'), change(add))).rejects.toEqual(refused('not_found'));
    await expect(reassignTask(await as('lead_head'), change(add))).rejects.toEqual(refused('forbidden'));
    await expect(reassignTask(await as('city_leader'), change(add))).rejects.toEqual(refused('forbidden'));
    await expect(reassignTask(office, change({ ...add, version: '9' }))).rejects.toEqual(refused('conflict'));
    await expect(reassignTask(office, change({ end: '999999' }))).rejects.toEqual(refused('conflict'));
    await expect(reassignTask(office, change({ end: String(lead!.id) }))).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining('至少要有一个牵头单位'),
    });
    await expect(reassignTask(office, change({ addResponsible: String(world.units.reform) }))).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining('市发改委'),
    });
    await expect(reassignTask(office, change({ addLead: String(world.units.farReform) }))).rejects.toEqual(
      refused('invalid_state'),
    );
    await expect(reassignTask(office, change())).rejects.toEqual(refused('unreadable'));
    expect(await stored(task)).toMatchObject({ version: 1 });
  });
});

describe('correctDeadline', () => {
  test('date and 长期推进, in any state, from today on', async () => {
    const office = await as('city_office');
    const input = correction({ ongoing: 'on' });
    await correctDeadline(office, input);
    await correctDeadline(office, input);
    expect(await stored(task)).toMatchObject({ dueOn: toDate('2022-11-30'), ongoing: true, version: 2 });
    expect((await lastEvent(task)).payload).toMatchObject({
      from: '2022-12-31',
      to: '2022-11-30',
      ongoing: true,
      basis: '印发原件',
    });
    expect((await detailOf('city_office', task)).standing).toMatchObject({ dueOn: '2022-11-30', ongoing: true });
    expect((await detailOf('city_office', task, '2022-09-19')).standing).toMatchObject({
      dueOn: '2022-12-31',
      ongoing: false,
    });
    await cancelTask(
      office,
      basisSchema.parse({ taskId: String(task), version: '2', basis: '会议纪要', idempotencyKey: randomUUID() }),
    );
    await correctDeadline(office, correction({ version: '3', dueOn: '', ongoing: 'on' }));
    expect(await stored(task)).toMatchObject({ state: 'CANCELLED', dueOn: null, version: 4 });
    expect((await lastEvent(task)).payload).toMatchObject({ from: '2022-11-30', to: null });
    expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
  });

  test('takes no date from a task that was closed by it and goes on', async () => {
    // issued without a date, given one, and closed by it
    await queryAsOwner(`
      ALTER TABLE task DISABLE TRIGGER USER;
      UPDATE task SET state = 'SUSTAINED', achieved_on = '${DAY}', original_due_on = NULL, ongoing = true WHERE id = ${task};
      ALTER TABLE task ENABLE TRIGGER USER`);
    const office = await as('city_office');
    const input = correction({ dueOn: '', ongoing: 'on' });
    await expect(correctDeadline(office, input)).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining('撤销办结'),
    });
    await cancelTask(
      office,
      basisSchema.parse({ taskId: String(task), version: '1', basis: '会议纪要', idempotencyKey: randomUUID() }),
    );
    await expect(correctDeadline(office, correction({ version: '2', dueOn: '', ongoing: 'on' }))).rejects.toEqual(
      refused('invalid_state'),
    );
    await correctDeadline(office, correction({ version: '2', ongoing: 'on' }));
  });

  test('refuses who may not, what is stale, and a correction that changes nothing', async () => {
    await expect(correctDeadline(await as('far_office'), correction())).rejects.toEqual(refused('not_found'));
    await expect(correctDeadline(await as('lead_head'), correction())).rejects.toEqual(refused('forbidden'));
    await expect(correctDeadline(await as('city_office'), correction({ version: '5' }))).rejects.toEqual(
      refused('conflict'),
    );
    await expect(correctDeadline(await as('city_office'), correction({ dueOn: '2022-12-31' }))).rejects.toEqual(
      refused('unreadable'),
    );
    expect(
      correctDeadlineSchema.safeParse({
        ...correction(),
        taskId: '1',
        version: '1',
        dueOn: '2022-02-30',
        ongoing: undefined,
      }).success,
    ).toBe(false);
  });
});

describe('objections', () => {
  const raise = (changes: Record<string, string> = {}) =>
    raiseObjectionSchema.parse({
      taskId: String(task),
      ground: 'NOT_OURS',
      reason: '该事项按三定方案由市文旅局承担。',
      idempotencyKey: randomUUID(),
      ...changes,
    });
  const decide = (objectionId: number, changes: Record<string, string | string[]> = {}) =>
    decideObjectionSchema.parse({
      taskId: String(task),
      objectionId: String(objectionId),
      version: '1',
      taskVersion: '1',
      decision: 'CONFIRMED',
      note: '维持清单分工。',
      idempotencyKey: randomUUID(),
      ...changes,
    });

  test('raised once, told to the office, confirmed with words', async () => {
    const input = raise();
    const id = await raiseObjection(await as('named_reporter'), input);
    expect(await raiseObjection(await as('named_reporter'), input)).toBe(id);
    expect(await lastEvent(task)).toMatchObject({ type: 'OBJECTION_RAISED', unitId: world.units.finance });
    expect((await lastEvent(task)).payload).toMatchObject({ groundWords: '非本单位职责' });
    expect(await db().notice.count({ where: { accountId: world.accounts.city_office, key: `objection:${id}` } })).toBe(
      1,
    );
    const access = await accessOf('city_office', world.plans.city);
    const office = await as('city_office');
    expect(await findPlanObjections(office, access, DAY, { page: 1, size: 100 })).toMatchObject({ open: 1 });
    expect(await findPlanObjections(office, access, '2022-09-19', { page: 1, size: 100 })).toMatchObject({ total: 0 });
    expect(await findPlanObjections(await as('lead_reporter'), access, DAY, { page: 1, size: 100 })).toBeNull();

    const answer = decide(id);
    await decideObjection(office, answer);
    await decideObjection(office, answer);
    expect(await db().objection.findUniqueOrThrow({ where: { id } })).toMatchObject({
      status: 'CONFIRMED',
      decisionNote: '维持清单分工。',
      version: 2,
    });
    expect((await lastEvent(task)).payload).toMatchObject({ decision: 'CONFIRMED', note: '维持清单分工。' });
    expect(await stored(task)).toMatchObject({ version: 1 });
    expect(
      await db().notice.count({ where: { accountId: world.accounts.named_reporter, key: `objection-decided:${id}` } }),
    ).toBe(1);
    // who comes second is told who decided what
    const told = {
      code: 'invalid_state',
      message: expect.stringMatching(/^这项异议已由.+于 2022-09-20 答复：维持原分工（维持清单分工）。/),
    };
    await expect(decideObjection(office, decide(id, { version: '2' }))).rejects.toMatchObject(told);
    await expect(
      withdrawObjection(await as('named_reporter'), { taskId: task, objectionId: id, version: 2 }),
    ).rejects.toMatchObject(told);
  });

  test('adopted: the units change in the same transaction, or nothing is decided', async () => {
    const office = await as('city_office');
    const id = await raiseObjection(await as('named_reporter'), raise({ ground: 'WRONG_DIVISION' }));
    const finance = (await mentionsOf(task)).find(({ unit_id }) => unit_id === world.units.finance)!;
    const [lead] = await mentionsOf(task);
    await expect(
      decideObjection(office, decide(id, { decision: 'REASSIGNED', end: [String(lead!.id), String(finance.id)] })),
    ).rejects.toEqual(refused('invalid_state'));
    await expect(
      decideObjection(office, decide(id, { decision: 'REASSIGNED', end: String(finance.id), taskVersion: '4' })),
    ).rejects.toEqual(refused('conflict'));
    expect(await db().objection.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: 'OPEN' });
    await decideObjection(
      office,
      decide(id, {
        decision: 'REASSIGNED',
        note: '改由市文旅局配合。',
        end: String(finance.id),
        addResponsible: [String(world.units.culture), ''],
      }),
    );
    const events = await db().taskEvent.findMany({ where: { taskId: task }, orderBy: { sequence: 'asc' } });
    expect(events.map(({ type }) => type)).toEqual([
      'TASK_CREATED',
      'OBJECTION_RAISED',
      'TASK_REASSIGNED',
      'OBJECTION_DECIDED',
    ]);
    expect(events[2]!.payload).toMatchObject({
      objectionId: id,
      responsible: { after: expect.stringContaining('市文旅局') },
    });
    expect(await stored(task)).toMatchObject({ version: 2, responsibleText: '市财政局' });
    expect((await detailOf('city_office', task, '2022-09-19')).mentions.some(({ id }) => id === finance.id)).toBe(true);
    expect((await findTaskObjections(office, await detailOf('city_office', task), now)).list).toMatchObject([
      { status: 'REASSIGNED', note: '改由市文旅局配合。' },
    ]);
  });

  test('taken back by the unit that raised it, and by nobody else', async () => {
    const id = await raiseObjection(await as('lead_reporter'), raise());
    const input = { taskId: task, objectionId: id, version: 1 };
    const views = await findTaskObjections(await as('lead_reporter'), await detailOf('lead_reporter', task), now);
    expect(views).toMatchObject({ withdrawable: [id], raisableBy: [], canDecide: false });
    await expect(withdrawObjection(await as('far_office'), input)).rejects.toEqual(refused('not_found'));
    await expect(withdrawObjection(await as('named_reporter'), input)).rejects.toEqual(refused('forbidden'));
    await expect(withdrawObjection(await as('lead_reporter'), { ...input, version: 3 })).rejects.toEqual(
      refused('conflict'),
    );
    await withdrawObjection(await as('lead_reporter'), input);
    await withdrawObjection(await as('lead_reporter'), input);
    expect(await db().objection.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: 'WITHDRAWN' });
    await raiseObjection(await as('lead_reporter'), raise());
  });

  test('refuses other units, a second open one, the office itself; where the head signs, all but the head', async () => {
    await expect(raiseObjection(await as('far_office'), raise())).rejects.toEqual(refused('not_found'));
    await expect(raiseObjection(await as('other_reporter'), raise())).rejects.toEqual(refused('forbidden'));
    await expect(raiseObjection(await as('city_office'), raise())).rejects.toEqual(refused('forbidden'));
    const id = await raiseObjection(await as('lead_reporter'), raise());
    await expect(raiseObjection(await as('lead_head'), raise())).rejects.toEqual(refused('invalid_state'));
    await expect(decideObjection(await as('far_office'), decide(id))).rejects.toEqual(refused('not_found'));
    await expect(decideObjection(await as('city_leader'), decide(id))).rejects.toEqual(refused('forbidden'));
    await expect(decideObjection(await as('city_office'), decide(id, { version: '8' }))).rejects.toEqual(
      refused('conflict'),
    );
    const other = await makeTask(world, 'city');
    await expect(decideObjection(await as('city_office'), { ...decide(id), taskId: other })).rejects.toEqual(
      refused('not_found'),
    );
    await queryAsOwner(
      "INSERT INTO dated_setting (scope, scope_id, key, value, valid_from, actor_words) VALUES ('unit', $1, 'head_signs', 'true', $2, '管理员')",
      [world.units.finance, DAY],
    );
    await expect(raiseObjection(await as('named_reporter'), raise())).rejects.toEqual(refused('forbidden'));
    await raiseObjection(await as('named_head'), raise());
  });
});

describe('archiving', () => {
  test('waits for reviews, slips, extension requests and objections; the preview names them and what becomes 未完成', async () => {
    const office = await as('bureau_office');
    const planId = world.plans.bureau;
    const open = await makeTask(world, 'bureau', { text: '未办结的任务' });
    const plan = () => db().plan.findUniqueOrThrow({ where: { id: planId } });
    const archive = async () => archivePlan(office, { planId, version: (await plan()).version });
    const preview = async () =>
      (await findArchivePreview(office, await accessOf('bureau_office', planId), DAY, { page: 1, size: 100 }))!;
    const blocked = async (words: string) =>
      expect(archive()).rejects.toMatchObject({ code: 'invalid_state', message: expect.stringContaining(words) });

    const slip = await db().slip.create({
      data: {
        regionId: world.regions.city,
        ownerUnitId: world.units.housing,
        planId,
        unitId: world.units.planning,
        tier: 1,
        tierWords: '蓝色督办单',
        status: 'ISSUED',
        title: '督办单',
        body: '请抓紧推进。',
        replyWorkingDays: 5,
        documentCode: '鄂营商督',
        numberYear: 2022,
        number: 1,
        draftedById: office.accountId,
        draftedOn: toDate(DAY),
        heldById: office.accountId,
        issuedOn: toDate(DAY),
        idempotencyKey: randomUUID(),
      },
    });
    await blocked('1 份督办单');
    const extension = await db().extension.create({
      data: {
        taskId: open,
        number: 1,
        fromDueOn: toDate('2022-12-31'),
        toDueOn: toDate('2023-01-31'),
        reason: '测试',
        requestedOn: toDate(DAY),
        requestedById: world.accounts.bureau_head,
      },
    });
    const objection = await db().objection.create({
      data: {
        taskId: open,
        unitId: world.units.planning,
        ground: 'OTHER',
        reason: '测试',
        raisedById: world.accounts.division_reporter,
        raisedOn: toDate(DAY),
      },
    });
    // as the units stand on the day, not as the document printed them
    await db().task.update({ where: { id: open }, data: { leadText: '市城管委' } });
    const seen = await preview();
    expect(seen.tasks.find(({ taskId }) => taskId === open)!.leads).toBe('规划科');
    expect(seen.open).toEqual({ reviews: 0, slips: 1, extensions: 1, objections: 1 });
    expect(seen.slips).toMatchObject([
      { slipId: slip.id, words: expect.stringContaining('蓝色督办单 鄂营商督〔2022〕1号') },
    ]);
    expect(seen.extensions).toMatchObject([{ taskId: open }]);
    expect(seen.tasks.map(({ taskId }) => taskId)).toContain(open);
    expect(seen.units).toMatchObject([{ name: '规划科', unachieved: seen.unachieved }]);
    await db().slip.update({ where: { id: slip.id }, data: { status: 'CLOSED' } });
    await blocked('1 项延期申请');
    await db().extension.update({ where: { id: extension.id }, data: { status: 'WITHDRAWN', decidedOn: toDate(DAY) } });
    await blocked('1 项分工异议');
    await db().objection.update({
      where: { id: objection.id },
      data: { status: 'WITHDRAWN', decidedOn: toDate(DAY) },
    });
    expect(
      await findArchivePreview(await as('lead_head'), await accessOf('lead_head', world.plans.city), DAY, {
        page: 1,
        size: 100,
      }),
    ).toBeNull();
    const draft = await db().slip.create({
      data: {
        regionId: world.regions.city,
        ownerUnitId: world.units.housing,
        planId,
        unitId: world.units.planning,
        tier: 1,
        title: '关于推进的督办单',
        body: '请抓紧推进。',
        replyWorkingDays: 5,
        draftedById: office.accountId,
        draftedOn: toDate(DAY),
        heldById: office.accountId,
        idempotencyKey: randomUUID(),
      },
    });
    await blocked('1 份督办单');
    expect((await preview()).slips).toMatchObject([{ words: '尚未印发 关于推进的督办单 规划科' }]);
    await db().slip.update({ where: { id: draft.id }, data: { status: 'DISCARDED' } });
    // what waits for a head comes to nothing, and nothing is asked of anybody any more
    const paper = await db().unitPaper.create({
      data: {
        taskId: open,
        unitId: world.units.planning,
        kind: 'PROGRESS',
        input: {},
        writtenById: world.accounts.division_reporter,
        writtenOn: toDate(DAY),
        heldById: world.accounts.division_reporter,
        idempotencyKey: randomUUID(),
      },
    });
    const about = { accountId: world.accounts.bureau_head, title: '提醒', href: '/', taskId: open };
    await inTransaction((tx) =>
      tell(tx, [
        { ...about, kind: 'paper_to_sign', key: `paper:${paper.id}:1` },
        { ...about, kind: 'accepted', key: 'accepted:900' },
      ]),
    );
    const { unachieved, papers } = await preview();
    expect(papers).toBe(1);
    await archive();
    expect(await db().unitPaper.findUniqueOrThrow({ where: { id: paper.id } })).toMatchObject({
      status: 'WITHDRAWN',
      decidedById: office.accountId,
      decisionNote: expect.stringContaining('归档'),
    });
    expect(await db().taskEvent.count({ where: { taskId: open, type: 'PAPER_WITHDRAWN' } })).toBe(1);
    const asked = await db().notice.findMany({ where: { taskId: open, settledAt: null } });
    expect(asked.map(({ key }) => key)).toEqual(['accepted:900']);
    const [lost] = await queryAsOwner<{ n: number }>(
      "SELECT count(*)::int AS n FROM standing_as_of($1::date) WHERE plan_id = $2 AND outcome = 'NOT_ACHIEVED'",
      [DAY, planId],
    );
    expect(lost!.n).toBe(unachieved);
  });
});
