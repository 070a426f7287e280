import { createHash, randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addDays } from '@/lib/dates';
import { addNode, reportNodeDone } from '@/lib/nodes/node.commands';
import { submitProgress, submitResult } from '@/lib/reports/report.commands';
import { submitProgressSchema, submitResultSchema } from '@/lib/reports/report.schema';
import { acceptReport, acceptReports, returnReport } from '@/lib/reviews/review.commands';
import { findAcceptPreview, findReviewQueue, findReviewSheet, findTaskOfReport } from '@/lib/reviews/review.queries';
import { acceptReportsSchema, returnReportSchema, writeReviewMessageSchema } from '@/lib/reviews/review.schema';
import { writeReviewMessage } from '@/lib/reviews/thread.commands';
import { findThread } from '@/lib/reviews/thread.queries';
import { loadActor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
let secondOfficer: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const key = () => ({ idempotencyKey: randomUUID() });
const stored = (id = task) => db().task.findUniqueOrThrow({ where: { id } });
const noticesFor = (keyText: string) =>
  db().notice.findMany({ where: { key: keyText }, orderBy: { accountId: 'asc' } });
const asOf = (day = DAY, today = DAY) => ({ day, today, isToday: day === today, notice: null });
const detail = async (who: ViewerKey, day = DAY, today = DAY, id = task) =>
  (await findTaskDetail(await as(who), String(id), { day, today }))!;

type Target = { taskId: number; reportId: number; reportVersion: number };
async function result(who: ViewerKey = 'lead_reporter', narrative = '目标已全部完成，申请办结。'): Promise<Target> {
  const { reportId } = await submitResult(
    await as(who),
    submitResultSchema.parse({
      taskId: String(task),
      taskVersion: String((await stored()).version),
      narrative,
      ...key(),
    }),
  );
  return { taskId: task, reportId, reportVersion: 1 };
}
async function progress(who: ViewerKey, narrative: string): Promise<Target> {
  const { reportId } = await submitProgress(
    await as(who),
    submitProgressSchema.parse({
      taskId: String(task),
      cycleId: String(world.cycles.city),
      expectedVersion: '0',
      percent: '40',
      narrative,
      ...key(),
    }),
  );
  return { taskId: task, reportId, reportVersion: 1 };
}
const ask = async (who: ViewerKey, text: string, reportId?: number) =>
  writeReviewMessage(await as(who), { taskId: task, reportId, text, ...key() });

beforeAll(async () => {
  world = await makeWorld();
  const account = await db().account.create({
    data: {
      username: `office-${next()}`,
      displayName: '另一位审核员',
      passwordHash: '-',
      roles: ['office'],
      mustChangePassword: false,
      regionId: world.regions.city,
    },
  });
  secondOfficer = account.id;
});
beforeEach(async () => {
  await setToday(DAY);
  task = await makeTask(world, 'city');
});

describe('two reviewers at once', () => {
  test('one wins, the other is told what was decided, by whom', async () => {
    const target = await result();
    const officer = await as('city_office');
    const second = (await loadActor(secondOfficer))!;
    const outcomes = await Promise.allSettled([
      acceptReport(officer, { ...target, note: '', ...key() }),
      returnReport(second, { ...target, reason: '佐证材料不足', ...key() }),
    ]);
    const lost = outcomes.find((o) => o.status === 'rejected')!;
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(1);
    const isAccepted = outcomes[0]!.status === 'fulfilled';
    expect(lost).toMatchObject({
      reason: {
        code: 'invalid_state',
        message: expect.stringContaining(
          isAccepted ? `${officer.words}于 ${DAY} 审核通过` : `${second.words}于 ${DAY} 退回，理由：佐证材料不足`,
        ),
      },
    });
    expect(await db().review.count({ where: { reportId: target.reportId } })).toBe(1);
    expect((await stored()).state).toBe(isAccepted ? 'COMPLETED' : 'IN_PROGRESS');
  });
});

describe('what a decision tells', () => {
  test('writer, 经办人 and head of the unit, once; what asked for the review is done', async () => {
    const target = await result();
    const asked = await noticesFor(`to_review:${target.reportId}`);
    expect(asked.length).toBeGreaterThan(0);
    await returnReport(await as('city_office'), { ...target, reason: '没有数据', ...key() });
    const { id } = await db().review.findFirstOrThrow({ where: { reportId: target.reportId } });
    const told = await noticesFor(`returned:${id}`);
    expect(told.map((n) => n.accountId)).toEqual(
      expect.arrayContaining([world.accounts.lead_reporter, world.accounts.lead_head]),
    );
    expect(new Set(told.map((n) => n.accountId)).size).toBe(told.length);
    expect(told[0]).toMatchObject({ kind: 'returned', body: '没有数据', taskId: task });
    for (const outsider of ['named_reporter', 'other_reporter', 'city_office'] as const)
      expect(told.map((n) => n.accountId)).not.toContain(world.accounts[outsider]);
    expect((await noticesFor(`to_review:${target.reportId}`)).every((n) => n.settledAt !== null)).toBe(true);
  });
  test('the acceptance likewise', async () => {
    const target = await result();
    await acceptReport(await as('city_office'), { ...target, note: '材料齐全', ...key() });
    const { id } = await db().review.findFirstOrThrow({ where: { reportId: target.reportId } });
    expect((await noticesFor(`accepted:${id}`)).map((n) => n.accountId)).toContain(world.accounts.lead_reporter);
  });
});

describe('acceptReports', () => {
  async function results(count: number): Promise<Target[]> {
    const list: Target[] = [];
    for (let n = 0; n < count; n += 1) {
      task = await makeTask(world, 'city');
      list.push(await result());
    }
    return list;
  }
  test('one review and one event each', async () => {
    const items = await results(3);
    expect(await acceptReports(await as('city_office'), { items, note: '同意', ...key() })).toBe(3);
    for (const item of items) {
      expect(await stored(item.taskId)).toMatchObject({ state: 'COMPLETED', achievedOn: toDate(DAY) });
      expect(await db().review.count({ where: { reportId: item.reportId, reason: '同意' } })).toBe(1);
      expect(await db().taskEvent.count({ where: { taskId: item.taskId, type: 'REPORT_ACCEPTED' } })).toBe(1);
    }
  });
  test('the same form sent twice decides once', async () => {
    const input = { items: await results(2), note: '', ...key() };
    const office = await as('city_office');
    await Promise.all([acceptReports(office, input), acceptReports(office, input)]);
    expect(await db().review.count({ where: { reportId: { in: input.items.map((i) => i.reportId) } } })).toBe(2);
  });
  test('all or nothing, with the reason of each: decided meanwhile, own work, another branch', async () => {
    const [first, second] = await results(2);
    task = await makeTask(world, 'city');
    const own = await result('reporting_officer');
    await returnReport(await as('city_office'), { ...second!, reason: '没有数据', ...key() });
    const accepting = acceptReports(await as('reporting_officer'), {
      items: [first!, second!, own],
      note: '',
      ...key(),
    });
    await expect(accepting).rejects.toMatchObject({
      code: 'invalid_state',
      latest: {
        [second!.reportId]: expect.stringContaining('退回，理由：没有数据'),
        [own.reportId]: expect.stringContaining('不能由您本人审核通过'),
      },
    });
    expect((await stored(first!.taskId)).state).toBe('UNDER_REVIEW');
    expect(await db().review.count({ where: { reportId: first!.reportId } })).toBe(0);
    await expect(acceptReports(await as('far_office'), { items: [first!], note: '', ...key() })).rejects.toEqual(
      refused('not_found'),
    );
  });
  test('two lists that cross do not stop each other', async () => {
    const items = await results(4);
    const outcomes = await Promise.allSettled([
      acceptReports(await as('city_office'), { items, note: '', ...key() }),
      acceptReports((await loadActor(secondOfficer))!, { items: items.toReversed(), note: '', ...key() }),
    ]);
    expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await db().review.count({ where: { reportId: { in: items.map((i) => i.reportId) } } })).toBe(4);
  });
  test('the form reads one item or many, and each once', () => {
    const form = { note: '', ...key() };
    expect(acceptReportsSchema.parse({ ...form, item: '1:2:3' }).items).toEqual([
      { taskId: 1, reportId: 2, reportVersion: 3 },
    ]);
    expect(acceptReportsSchema.parse({ ...form, item: ['1:2:3', '1:2:3', '4:5:1'] }).items).toHaveLength(2);
    expect(acceptReportsSchema.safeParse({ ...form, item: '1:2' }).success).toBe(false);
    expect(acceptReportsSchema.safeParse(form).error?.issues).toMatchObject([{ message: '请至少勾选一项。' }]);
  });
  test('the preview names what to mind', async () => {
    const target = await result();
    await addNode(await as('city_office'), {
      taskId: task,
      title: '完成验收',
      dueOn: '2022-10-31',
      unitId: undefined,
      ...key(),
    });
    await db().coleadOpinion.create({
      data: {
        reportId: target.reportId,
        reportVersion: 1,
        unitId: world.units.culture,
        agrees: false,
        words: '尚未验收',
        givenById: world.accounts.other_head,
        givenByWords: '市文旅局',
        givenOn: toDate(DAY),
      },
    });
    const preview = (await findAcceptPreview(await as('city_office'), [target.reportId, 2147483647]))!;
    expect(preview.rows).toMatchObject([
      { reportId: target.reportId, refusal: null, objectors: ['市文旅局'], nodesOpen: 1, evidence: [], isLate: false },
    ]);
    expect((await findAcceptPreview(await as('east_office'), [target.reportId]))!.rows).toEqual([]);
    expect(await findAcceptPreview(await as('far_office'), [target.reportId])).toBeNull();
    expect(await findAcceptPreview(await as('lead_head'), [target.reportId])).toBeNull();
    const queue = (await findReviewQueue(await as('city_office'), DAY, 9999))!;
    expect(queue.rows.find((row) => row.reportId === target.reportId)).toMatchObject({ objections: 1 });
  });
});

describe('the thread', () => {
  test('office and units in turn: no return, no move, one event each; each told to the other side once', async () => {
    const target = await result();
    const before = await stored();
    const question = await ask('city_office', '请说明惠及企业数。');
    expect(await db().reviewMessage.findUniqueOrThrow({ where: { id: question } })).toMatchObject({
      unitId: null,
      reportId: target.reportId,
    });
    const told = await noticesFor(`message:${question}`);
    expect(told.map((n) => n.accountId)).toContain(world.accounts.lead_reporter);
    expect(told.map((n) => n.accountId)).not.toContain(world.accounts.city_office);
    const queueAfter = async (who: ViewerKey = 'city_office') =>
      (await findReviewQueue(await as(who), DAY, 9999))!.rows.find((row) => row.taskId === task);
    expect(await queueAfter()).toMatchObject({ thread: 'asked' });

    const answer = await ask('lead_reporter', '共惠及 320 家企业。');
    expect(await db().reviewMessage.findUniqueOrThrow({ where: { id: answer } })).toMatchObject({
      unitId: world.units.reform,
    });
    expect((await noticesFor(`answer:${answer}`)).map((n) => n.accountId)).toContain(world.accounts.city_office);
    expect((await noticesFor(`message:${question}`)).every((n) => n.settledAt !== null)).toBe(true);
    expect(await queueAfter()).toMatchObject({ thread: 'answered' });
    const answered = (await findReviewQueue(await as('city_office'), DAY, 1, 'answered'))!;
    expect(answered.rows.map((row) => row.taskId)).toContain(task);
    expect(answered.total).toBe(answered.counts.answered);

    expect(await stored()).toMatchObject({ state: 'UNDER_REVIEW', version: before.version });
    const events = await db().taskEvent.findMany({
      where: { taskId: task, type: 'REVIEW_MESSAGE' },
      orderBy: { sequence: 'asc' },
    });
    expect(events.map((e) => e.payload)).toMatchObject([
      { byOffice: true, messageId: question, sha256: createHash('sha256').update('请说明惠及企业数。').digest('hex') },
      { byOffice: false, messageId: answer },
    ]);
    const thread = (await findThread(await as('named_reporter'), await detail('named_reporter'), asOf()))!;
    expect(thread.messages.map((m) => [m.byOffice, m.unitName])).toEqual([
      [true, null],
      [false, '市发改委'],
    ]);
    expect(thread.isUnanswered).toBe(false);
  });
  test('the same form sent twice is one message', async () => {
    const input = { taskId: task, reportId: undefined, text: '请补充说明。', ...key() };
    const office = await as('city_office');
    const ids = await Promise.all([writeReviewMessage(office, input), writeReviewMessage(office, input)]);
    expect(ids[0]).toBe(ids[1]);
    expect(await db().reviewMessage.count({ where: { taskId: task } })).toBe(1);
    await expect(writeReviewMessage(await as('lead_reporter'), input)).rejects.toEqual(refused('conflict'));
  });
  test('is read by who reads reports, and as of a past day as it was', async () => {
    await setToday('2022-09-10');
    await ask('city_office', '请说明进度。');
    await setToday(DAY);
    await ask('lead_head', '已完成七成。');
    const read = async (who: ViewerKey, day = DAY) => findThread(await as(who), await detail(who, day), asOf(day));
    expect((await read('city_office'))!.messages).toHaveLength(2);
    const then = (await read('city_office', '2022-09-12'))!;
    expect(then).toMatchObject({ isUnanswered: true, canWrite: false });
    expect(then.messages).toHaveLength(1);
    expect(await read('other_reporter')).toBeNull();
    expect(await read('city_leader')).toMatchObject({ canWrite: false });
  });
  test.each<[string, ViewerKey, string]>([
    ['another branch', 'far_office', 'not_found'],
    ['a unit without a part', 'other_reporter', 'forbidden'],
    ['a leader', 'city_leader', 'forbidden'],
    ['an admin', 'city_admin', 'forbidden'],
  ])('refuses %s', async (_title, who, code) => {
    await expect(ask(who, '请说明进度。')).rejects.toEqual(refused(code));
  });
  test('refuses a report of another task and no words', async () => {
    const target = await result();
    task = await makeTask(world, 'city');
    await expect(ask('city_office', '请说明。', target.reportId)).rejects.toEqual(refused('not_found'));
    await expect(ask('city_office', '  ')).rejects.toEqual(refused('unreadable'));
    expect(writeReviewMessageSchema.safeParse({ taskId: '1', text: ' ', ...key() }).success).toBe(false);
  });
});

describe('one review opened', () => {
  test('holds what is said now against what was said before, with the others’ words and the nodes', async () => {
    await progress('lead_reporter', '已完成事项清单梳理。');
    await progress('named_reporter', '资金已拨付。');
    const sent = await result('lead_reporter', '目标已全部完成。');
    await returnReport(await as('city_office'), { ...sent, reason: '没有数据', ...key() });
    const target = await result('lead_reporter', '目标已全部完成，惠及 320 家企业。');
    const office = await as('city_office');
    const sheet = (await findReviewSheet(office, await detail('city_office'), target.reportId, asOf()))!;
    expect(sheet.now.narrative).toBe('目标已全部完成，惠及 320 家企业。');
    expect(sheet.lastVersion!.words.narrative).toBe('目标已全部完成。');
    expect(sheet.lastCycle!.words.narrative).toBe('已完成事项清单梳理。');
    expect(sheet.parts.find((part) => part.unitId === world.units.finance)!.report!.narrative).toBe('资金已拨付。');
    expect(sheet).toMatchObject({ canDecide: true, isOwnWork: false, workingDays: 0, isOld: false, limit: 5 });
    expect(await findTaskOfReport(String(target.reportId))).toEqual({ taskId: task, reportId: target.reportId });
    expect(await findTaskOfReport('x')).toBeNull();
  });
  test('is for the plan’s office and leader alone; a past day is read-only', async () => {
    await setToday('2022-09-10');
    const target = await result();
    await setToday(DAY);
    const open = async (who: ViewerKey, day = DAY) =>
      findReviewSheet(await as(who), await detail(who, day), target.reportId, asOf(day));
    expect(await open('city_leader')).toMatchObject({ canDecide: false });
    expect(await open('lead_head')).toBeNull();
    expect(await open('named_reporter')).toBeNull();
    expect(await open('city_office', '2022-09-12')).toMatchObject({ canDecide: false });
    expect(await open('city_office', '2022-09-09')).toBeNull();
    expect(await detail('far_office')).toBeNull();
  });
});

describe('the queue', () => {
  test('holds to the region’s limit from its day on', async () => {
    await setToday('2022-09-13');
    await result();
    await setToday(DAY);
    const row = async (day: string) =>
      (await findReviewQueue(await as('city_office'), day, 9999))!.rows.find((one) => one.taskId === task);
    expect(await row(DAY)).toMatchObject({ workingDays: 5, isOld: false });
    await queryAsOwner(
      `INSERT INTO dated_setting (scope, scope_id, key, value, valid_from, actor_words) VALUES ('region', $1, 'review_limit', '4', $2, '测试')`,
      [world.regions.city, DAY],
    );
    expect(await row(DAY)).toMatchObject({ workingDays: 5, isOld: true });
    expect(await row(addDays(DAY, -1))).toMatchObject({ isOld: false });
    const queue = (await findReviewQueue(await as('city_leader'), DAY, 9999))!;
    expect(queue).toMatchObject({ isOldOnly: true, limit: 4, canDecide: false });
    expect(queue.rows.map((one) => one.taskId)).toContain(task);
    expect(queue.rows.every((one) => one.isOld)).toBe(true);
  });
  test('lists what was decided lately, counted another way', async () => {
    const target = await result();
    await returnReport(await as('city_office'), { ...target, reason: '没有数据', ...key() });
    const queue = (await findReviewQueue(await as('city_office'), DAY, 1, 'decided'))!;
    const [counted] = await queryAsOwner<{ n: number }>(
      `SELECT count(*)::int AS n FROM review v JOIN progress_report r ON r.id = v.report_id JOIN task t ON t.id = r.task_id
        WHERE v.effective_on BETWEEN $1::date - 29 AND $1::date AND t.region_id = $2`,
      [DAY, world.regions.city],
    );
    expect(queue.total).toBe(counted!.n);
    expect(queue.decided.find((row) => row.reportId === target.reportId)).toMatchObject({
      decision: 'RETURNED',
      reason: '没有数据',
      kind: 'RESULT',
    });
    expect((await findReviewQueue(await as('city_leader'), DAY, 1, 'decided'))!.decided).toEqual([]);
    expect((await findReviewQueue(await as('far_office'), DAY, 1, 'decided'))!.decided).toEqual([]);
  });
  test('marks the viewer’s own work', async () => {
    await result('reporting_officer');
    const row = (await findReviewQueue(await as('reporting_officer'), DAY, 9999))!.rows.find((r) => r.taskId === task);
    expect(row).toMatchObject({ isOwnWork: true });
  });
});

test('several frequent reasons make one', () => {
  const form = { taskId: '1', reportId: '1', reportVersion: '1', ...key() };
  expect(
    returnReportSchema.parse({ ...form, frequentReason: ['佐证材料不足', '与任务要求不一致'], reason: '请补充' })
      .reason,
  ).toBe('与任务要求不一致；佐证材料不足；请补充');
});

test('a node that is done is part of the timeline beside a decision', async () => {
  await addNode(await as('lead_reporter'), {
    taskId: task,
    title: '完成验收',
    dueOn: '2022-10-31',
    unitId: undefined,
    ...key(),
  });
  const node = await db().node.findFirstOrThrow({ where: { taskId: task } });
  await reportNodeDone(await as('lead_reporter'), {
    taskId: task,
    nodeId: node.id,
    version: 1,
    doneOn: DAY,
    ...key(),
  });
  const target = await result();
  await acceptReport(await as('city_office'), { ...target, note: '', ...key() });
  const types = (await detail('city_office')).events.map((event) => event.type);
  expect(types).toEqual(['TASK_CREATED', 'NODE_ADDED', 'NODE_DONE', 'REPORT_SUBMITTED', 'REPORT_ACCEPTED']);
});

test('a message changed behind the application’s back is found', async () => {
  const { id } = await db().reviewMessage.findFirstOrThrow({ where: { taskId: { gt: 0 } } });
  const problems = () => queryAsOwner<{ problem: string }>('SELECT problem FROM verify_driving()');
  expect(await problems()).toEqual([]);
  const write = (text: string) =>
    queryAsOwner(
      `ALTER TABLE review_message DISABLE TRIGGER USER; UPDATE review_message SET text = ${text} WHERE id = ${id}; ALTER TABLE review_message ENABLE TRIGGER USER`,
    );
  await write("text || '。'");
  expect(await problems()).toEqual([{ problem: 'message_changed' }]);
  await write('left(text, -1)');
});

test('after all of it the chains hold', async () => {
  const broken = await queryAsOwner<{ problem: string }>('SELECT problem FROM verify_history()');
  expect(broken.filter((row) => row.problem !== 'standing_differs' && row.problem !== 'state_differs')).toEqual([]);
});
