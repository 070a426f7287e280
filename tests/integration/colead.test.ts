import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { giveOpinion } from '@/lib/reports/opinion.commands';
import { findOpinions, listOpinions } from '@/lib/reports/opinion.queries';
import { submitProgress, submitResult, withdrawReport } from '@/lib/reports/report.commands';
import { giveOpinionSchema, submitProgressSchema, submitResultSchema } from '@/lib/reports/report.schema';
import { acceptReport } from '@/lib/reviews/review.commands';
import { db } from '@/lib/server/db';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { actorOf, DAY, makeAccount, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
let reportId: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });

const opinion = (changes: Record<string, string> = {}) =>
  giveOpinionSchema.parse({
    taskId: String(task),
    reportId: String(reportId),
    reportVersion: '1',
    agrees: 'yes',
    words: '',
    idempotencyKey: randomUUID(),
    ...changes,
  });
const eventTypes = async () =>
  (await db().taskEvent.findMany({ where: { taskId: task }, orderBy: { sequence: 'asc' } })).map((e) => e.type);
const noticesOf = (key: keyof World['accounts'], kind: string) =>
  db().notice.findMany({ where: { accountId: world.accounts[key], kind, taskId: task }, orderBy: { id: 'asc' } });

beforeAll(async () => {
  world = await makeWorld();
});
// 市发改委 and 市文旅局 lead together; 市发改委 asks for the close-out.
beforeEach(async () => {
  task = await makeTask(world, 'city');
  await db().taskUnit.create({
    data: {
      taskId: task,
      role: 'LEAD',
      position: 2,
      printed: '市文旅局',
      divisions: [],
      coUnitIds: [],
      unitId: world.units.culture,
    },
  });
  const result = submitResultSchema.parse({
    taskId: String(task),
    taskVersion: '1',
    narrative: '目标已全部完成，申请办结。',
    idempotencyKey: randomUUID(),
  });
  reportId = (await submitResult(await as('lead_reporter'), result)).reportId;
});

test('the other leads and the office are told of a result, the asker is not', async () => {
  expect(await noticesOf('other_reporter', 'colead')).toHaveLength(1);
  expect(await noticesOf('other_head', 'colead')).toHaveLength(1);
  expect(await noticesOf('lead_head', 'colead')).toHaveLength(0);
  expect(await noticesOf('city_office', 'to_review')).toHaveLength(1);
  expect(await noticesOf('group_office', 'to_review')).toHaveLength(1);
  expect(await noticesOf('east_office', 'to_review')).toHaveLength(0);
});

test('agrees, objects: the newest holds, both stand in the history, the office hears of the objection', async () => {
  const agree = opinion();
  await giveOpinion(await as('other_reporter'), agree);
  await giveOpinion(await as('other_reporter'), agree); // the same form again
  expect((await noticesOf('other_head', 'colead'))[0]!.settledAt).not.toBeNull();
  expect(await noticesOf('city_office', 'colead')).toHaveLength(0);
  await giveOpinion(await as('other_head'), opinion({ agrees: 'no', words: '文旅场所部分尚未完成。' }));
  expect(await listOpinions([reportId])).toMatchObject([
    { unitName: '市文旅局', agrees: false, words: '文旅场所部分尚未完成。', reportVersion: 1 },
  ]);
  expect(await db().coleadOpinion.count({ where: { reportId } })).toBe(2);
  expect((await eventTypes()).slice(-2)).toEqual(['COLEAD_AGREED', 'COLEAD_OBJECTED']);
  expect(await noticesOf('city_office', 'colead')).toMatchObject([{ body: '文旅场所部分尚未完成。' }]);
});

test('what a district’s office has answered asks none of its officers any more', async () => {
  task = await makeTask(world, 'zone'); // 江东区 leads it, and 市发改委 beside it asks for the close-out
  await db().taskUnit.create({
    data: {
      taskId: task,
      role: 'LEAD',
      position: 2,
      printed: '市发改委',
      divisions: [],
      coUnitIds: [],
      unitId: world.units.reform,
    },
  });
  const second = await makeAccount(world, 'east');
  const result = submitResultSchema.parse({
    taskId: String(task),
    taskVersion: '1',
    narrative: '目标已全部完成，申请办结。',
    idempotencyKey: randomUUID(),
  });
  reportId = (await submitResult(await as('lead_reporter'), result)).reportId;
  const asked = { accountId: second.id, key: `colead:${reportId}` };
  expect(await db().notice.count({ where: { ...asked, settledAt: null } })).toBe(1);
  await giveOpinion(await as('east_office'), opinion());
  expect(await db().notice.count({ where: { ...asked, settledAt: null } })).toBe(0);
});

test('an objection does not block the decision', async () => {
  await giveOpinion(await as('other_reporter'), opinion({ agrees: 'no', words: '文旅场所部分尚未完成。' }));
  await acceptReport(await as('city_office'), {
    taskId: task,
    reportId,
    reportVersion: 1,
    note: '',
    idempotencyKey: randomUUID(),
  });
  expect(await db().task.findUniqueOrThrow({ where: { id: task } })).toMatchObject({ state: 'COMPLETED' });
  await expect(giveOpinion(await as('other_reporter'), opinion())).rejects.toEqual(refused('invalid_state'));
});

test('only another lead gives one', async () => {
  await expect(giveOpinion(await as('lead_head'), opinion())).rejects.toEqual(refused('forbidden'));
  await expect(giveOpinion(await as('named_reporter'), opinion())).rejects.toEqual(refused('forbidden'));
  await expect(giveOpinion(await as('city_office'), opinion())).rejects.toEqual(refused('forbidden'));
  await expect(giveOpinion(await as('far_head'), opinion())).rejects.toEqual(refused('not_found'));
  await expect(giveOpinion(await as('other_head'), opinion({ reportId: '999999' }))).rejects.toEqual(
    refused('not_found'),
  );
  expect(await db().coleadOpinion.count({ where: { reportId } })).toBe(0);
});

test('only on an open result, in the version that was read', async () => {
  await expect(giveOpinion(await as('other_head'), opinion({ reportVersion: '2' }))).rejects.toEqual(
    refused('conflict'),
  );
  await withdrawReport(await as('lead_reporter'), { taskId: task, reportId, reportVersion: 1 });
  await expect(giveOpinion(await as('other_head'), opinion())).rejects.toEqual(refused('invalid_state'));
  const progress = await submitProgress(
    await as('lead_reporter'),
    submitProgressSchema.parse({
      taskId: String(task),
      cycleId: String(world.cycles.city),
      expectedVersion: '0',
      narrative: '已完成事项清单梳理。',
      idempotencyKey: randomUUID(),
    }),
  );
  await expect(giveOpinion(await as('other_head'), opinion({ reportId: String(progress.reportId) }))).rejects.toEqual(
    refused('invalid_state'),
  );
});

test('an objection says what it objects to', () => {
  const answer = giveOpinionSchema.safeParse({
    taskId: '1',
    reportId: '1',
    reportVersion: '1',
    agrees: 'no',
    words: ' ',
    idempotencyKey: randomUUID(),
  });
  expect(answer.error!.issues.map((issue) => issue.path[0])).toEqual(['words']);
});

test("the page offers the form to the other lead's people alone, and hides all from other units", async () => {
  const today = { day: DAY, today: DAY };
  const read = async (key: ViewerKey) => {
    const actor = await as(key);
    return findOpinions(actor, (await findTaskDetail(actor, String(task), today))!, DAY);
  };
  expect(await read('other_head')).toMatchObject({ unit: { name: '市文旅局' }, silent: ['市文旅局'], opinions: [] });
  expect(await read('lead_head')).toMatchObject({ unit: null });
  expect(await read('city_office')).toMatchObject({ unit: null });
  expect(await read('bureau_reporter')).toBeNull();
});
