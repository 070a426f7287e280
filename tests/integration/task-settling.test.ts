import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backfillTasks } from '@/lib/backfill/backfill.commands';
import { backfillSchema } from '@/lib/backfill/backfill.schema';
import { carryOutBulk, previewBulk } from '@/lib/bulk/bulk.commands';
import { bulkSchema } from '@/lib/bulk/bulk.schema';
import { requestExtension, sendExtension } from '@/lib/extensions/extension.commands';
import { decideObjection, raiseObjection } from '@/lib/objections/objection.commands';
import { raiseObjectionSchema } from '@/lib/objections/objection.schema';
import { remindTask } from '@/lib/reminders/remind.commands';
import { generateNotices } from '@/lib/reminders/reminder.commands';
import { submitProgress, submitResult } from '@/lib/reports/report.commands';
import { submitProgressSchema, submitResultSchema } from '@/lib/reports/report.schema';
import { sendProgress, sendResult } from '@/lib/reports/report-sending.commands';
import { acceptReport, returnReport } from '@/lib/reviews/review.commands';
import { writeReviewMessage } from '@/lib/reviews/thread.commands';
import { db } from '@/lib/server/db';
import { cancelTask, reopenTask, restoreTask } from '@/lib/tasks/task.commands';
import { setHeadSigns } from '@/lib/unit-papers/unit-paper.commands';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const key = () => ({ idempotencyKey: randomUUID() });
const stored = () => db().task.findUniqueOrThrow({ where: { id: task } });
const version = async () => (await stored()).version;
const BASIS = { basis: '政办发〔2022〕1号' };

/** Kinds of what is still open about the task, once each, but for what tells of the change itself (see notices-of-changes.test.ts). */
async function open(): Promise<string[]> {
  const rows = await db().notice.findMany({
    where: { taskId: task, settledAt: null, kind: { not: 'task_changed' } },
    select: { kind: true },
  });
  return [...new Set(rows.map(({ kind }) => kind))].sort();
}
const eventsOf = async () =>
  (await db().taskEvent.findMany({ where: { taskId: task }, orderBy: { sequence: 'asc' } })).map(({ type }) => type);

const fields = { narrative: '已完成大部分工作。', problems: '', needs: '', nextSteps: '' };
const progress = () =>
  submitProgressSchema.parse({
    taskId: String(task),
    cycleId: String(world.cycles.city),
    expectedVersion: '0',
    percent: '40',
    ...fields,
    ...key(),
  });
const result = async () =>
  submitResultSchema.parse({ taskId: String(task), taskVersion: String(await version()), ...fields, ...key() });

/** A task overdue, with a returned report, a question, an objection and an extension that waits for the office. */
async function asked(): Promise<void> {
  const head = await as('lead_head');
  const report = await submitProgress(head, progress());
  await returnReport(await as('city_office'), {
    taskId: task,
    reportId: report.reportId,
    reportVersion: 1,
    reason: '佐证材料不足。',
    ...key(),
  });
  await writeReviewMessage(await as('city_office'), {
    taskId: task,
    reportId: undefined,
    text: '何时完成？',
    ...key(),
  });
  await remindTask(await as('city_office'), { taskId: task, words: '请抓紧。', ...key() });
  await raiseObjection(
    await as('named_reporter'),
    raiseObjectionSchema.parse({
      taskId: String(task),
      unitId: String(world.units.finance),
      ground: 'OTHER',
      reason: '非本单位职责。',
      ...key(),
    }),
  );
  await requestExtension(head, {
    taskId: task,
    version: await version(),
    toDueOn: '2022-12-31',
    reason: '系统改造未完成。',
  });
  await generateNotices(DAY);
}

const cancel = async () =>
  cancelTask(await as('city_office'), { taskId: task, version: await version(), ...BASIS, ...key() });
const restore = async () =>
  restoreTask(await as('city_office'), { taskId: task, version: await version(), ...BASIS, ...key() });

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  await queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [DAY]);
  task = await makeTask(world, 'city', { dueOn: '2022-09-10' });
});

describe('a cancelled task asks nothing of anybody', () => {
  test('what was asked is settled, what only told stays; requests and objections are withdrawn with words', async () => {
    await asked();
    expect(await open()).toEqual(['escalated', 'extension', 'message', 'objection', 'overdue', 'reminded', 'returned']);
    await cancel();
    expect(await open()).toEqual(['reminded']);
    const withdrawn = { status: 'WITHDRAWN', decisionNote: expect.stringContaining('任务已取消') };
    expect(await db().extension.findFirstOrThrow({ where: { taskId: task } })).toMatchObject(withdrawn);
    expect(await db().objection.findFirstOrThrow({ where: { taskId: task } })).toMatchObject(withdrawn);
    expect((await eventsOf()).slice(-3)).toEqual(['EXTENSION_WITHDRAWN', 'OBJECTION_DECIDED', 'TASK_CANCELLED']);
    // The next day has nothing to ask either.
    await generateNotices(DAY);
    expect(await open()).toEqual(['reminded']);
  });

  test('a paper before the head is withdrawn, the one sent back no longer asked for', async () => {
    const signs = async (signs: boolean) => setHeadSigns(await as('lead_head'), { unitId: world.units.reform, signs });
    await signs(true);
    const { paperId } = await sendProgress(await as('lead_reporter'), progress());
    await sendExtension(await as('lead_reporter'), {
      taskId: task,
      version: await version(),
      toDueOn: '2022-12-31',
      reason: '系统改造未完成。',
      ...key(),
    });
    expect(await open()).toEqual(['paper_to_sign']);
    await cancel();
    await signs(false);
    expect(await open()).toEqual([]);
    expect(await db().unitPaper.findUniqueOrThrow({ where: { id: paperId! } })).toMatchObject({
      status: 'WITHDRAWN',
      version: 2,
    });
    expect(await db().unitPaper.count({ where: { taskId: task, status: 'WAITING' } })).toBe(0);
  });

  test('many at once leave nothing either', async () => {
    await asked();
    const office = await as('city_office');
    const input = bulkSchema.parse({ do: 'cancel', ids: String(task), ...BASIS, ...key() });
    const { rows } = await previewBulk(office, input);
    await carryOutBulk(office, {
      ...input,
      confirm: true,
      versions: new Map(rows.map((row) => [row.task.id, row.task.version])),
    });
    expect(await open()).toEqual(['reminded']);
    expect(await db().extension.count({ where: { taskId: task, status: 'REQUESTED' } })).toBe(0);
  });

  test('restored it asks again what stands, and no more', async () => {
    await asked();
    await cancel();
    await restore();
    // What is told by time comes with the next daily run; what was withdrawn is asked anew by who wants it.
    expect(await open()).toEqual(['message', 'reminded', 'returned']);
    await generateNotices(DAY);
    expect(await open()).toEqual(['escalated', 'message', 'overdue', 'reminded', 'returned']);
  });

  test('a review in progress is asked for again once the task is restored; what was done meanwhile stays done', async () => {
    await sendResult(await as('lead_reporter'), await result());
    const before = await open();
    expect(before).toContain('to_review');
    await cancel();
    expect(await open()).toEqual([]);
    await restore();
    expect(await open()).toEqual(before);
  });
});

describe('a task that is achieved', () => {
  const accept = async () => {
    const { reportId } = await submitResult(await as('lead_head'), await result());
    await acceptReport(await as('city_office'), { taskId: task, reportId, reportVersion: 1, note: '', ...key() });
  };

  test('closed: nothing is asked but whose it was; opened again: what was asked at once', async () => {
    await asked();
    await accept();
    expect(await stored()).toMatchObject({ state: 'COMPLETED' });
    expect(await open()).toEqual(['accepted', 'objection', 'reminded']);
    expect(await db().extension.findFirstOrThrow({ where: { taskId: task } })).toMatchObject({
      status: 'WITHDRAWN',
      decisionNote: expect.stringContaining('任务已办结'),
    });
    await reopenTask(await as('city_office'), { taskId: task, version: await version(), reason: '未达标', ...key() });
    expect(await open()).toEqual(['accepted', 'message', 'objection', 'reminded', 'returned']);
  });

  test('going on: only what spoke of its date and of closing it is over', async () => {
    await db().task.update({ where: { id: task }, data: { ongoing: true } });
    await asked();
    await accept();
    expect(await stored()).toMatchObject({ state: 'SUSTAINED' });
    const left = await open();
    expect(left).toContain('returned');
    expect(left).not.toContain('overdue');
    expect(left).not.toContain('escalated');
    expect(left).not.toContain('extension');
    const objection = await db().objection.findFirstOrThrow({ where: { taskId: task } });
    await decideObjection(await as('city_office'), {
      taskId: task,
      taskVersion: await version(),
      objectionId: objection.id,
      version: objection.version,
      decision: 'CONFIRMED',
      note: '维持原分工。',
      end: [],
      addLead: [],
      addResponsible: [],
      ...key(),
    });
  });

  test('by its opening balance: it is late no more; opened again, what was asked at once', async () => {
    await writeReviewMessage(await as('city_office'), {
      taskId: task,
      reportId: undefined,
      text: '何时完成？',
      ...key(),
    });
    await generateNotices(DAY);
    expect(await open()).toContain('overdue');
    await backfillTasks(
      await as('city_office'),
      backfillSchema.parse({
        planId: String(world.plans.city),
        basis: '年中补录',
        ...key(),
        [`version-${task}`]: '1',
        [`state-${task}`]: 'COMPLETED',
        [`achievedOn-${task}`]: '2022-02-20',
      }),
    );
    expect(await stored()).toMatchObject({ state: 'COMPLETED' });
    expect(await open()).toEqual([]);
    await reopenTask(await as('city_office'), { taskId: task, version: await version(), reason: '未达标', ...key() });
    expect(await open()).toEqual(['message']);
  });
});

test('after all of it the chains hold', async () => {
  const broken = await queryAsOwner<{ problem: string }>(
    "SELECT problem FROM verify_history() WHERE problem NOT IN ('standing_differs', 'state_differs') UNION ALL SELECT problem FROM verify_driving()",
  );
  expect(broken).toEqual([]);
});
