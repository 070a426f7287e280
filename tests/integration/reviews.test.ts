import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { submitProgress, submitResult, withdrawReport } from '@/lib/reports/report.commands';
import { acceptReport, returnReport } from '@/lib/reviews/review.commands';
import { findOfficeForms, findReviewQueue } from '@/lib/reviews/review.queries';
import { returnReportSchema } from '@/lib/reviews/review.schema';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { cancelTask, decideIssueLateness, reopenTask, restoreTask } from '@/lib/tasks/task.commands';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const stored = () => db().task.findUniqueOrThrow({ where: { id: task } });
const lastEvent = () => db().taskEvent.findFirstOrThrow({ where: { taskId: task }, orderBy: { sequence: 'desc' } });
const countEvents = () => db().taskEvent.count({ where: { taskId: task } });

const words = { percent: null, problems: '', needs: '', nextSteps: '' };
async function result(
  key: ViewerKey = 'lead_reporter',
): Promise<{ taskId: number; reportId: number; reportVersion: number }> {
  const { version } = await stored();
  const { reportId } = await submitResult(await as(key), {
    ...words,
    taskId: task,
    unitId: undefined,
    narrative: '目标已全部完成，申请办结。',
    taskVersion: version,
    idempotencyKey: randomUUID(),
  });
  return { taskId: task, reportId, reportVersion: 1 };
}
async function progress(expectedVersion = 0) {
  const { reportId } = await submitProgress(await as('lead_reporter'), {
    ...words,
    taskId: task,
    unitId: undefined,
    cycleId: world.cycles.city,
    narrative: '已完成事项清单梳理。',
    expectedVersion,
    idempotencyKey: randomUUID(),
  });
  return { taskId: task, reportId, reportVersion: expectedVersion + 1 };
}
const key = () => ({ idempotencyKey: randomUUID() });
const accept = async (target: Awaited<ReturnType<typeof result>>, who: ViewerKey = 'city_office') =>
  acceptReport(await as(who), { ...target, note: '', ...key() });

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  await setToday(DAY);
  task = await makeTask(world, 'city');
});

describe('acceptReport', () => {
  test('completes a task, on the day the result left the unit', async () => {
    const target = await result();
    await setToday('2022-09-28');
    await accept(target);
    expect(await stored()).toMatchObject({ state: 'COMPLETED', stateBefore: null, achievedOn: toDate(DAY) });
    expect(await lastEvent()).toMatchObject({ type: 'REPORT_ACCEPTED', effectiveOn: toDate('2022-09-28') });
    expect(await db().review.findFirstOrThrow({ where: { reportId: target.reportId } })).toMatchObject({
      decision: 'ACCEPTED',
      isOwnUnit: false,
    });
  });
  test('turns one that goes on into the long term', async () => {
    await db().task.update({ where: { id: task }, data: { ongoing: true } });
    await accept(await result());
    expect((await stored()).state).toBe('SUSTAINED');
  });
  test('the same form sent twice decides once', async () => {
    const target = await result();
    const input = { ...target, note: '', ...key() };
    const office = await as('city_office');
    await Promise.all([acceptReport(office, input), acceptReport(office, input)]);
    expect(await db().review.count({ where: { reportId: target.reportId } })).toBe(1);
    expect(await countEvents()).toBe(3);
  });
  test('marks a task that the office itself leads', async () => {
    const account = await db().account.findUniqueOrThrow({ where: { id: world.accounts.city_office } });
    await db().account.update({ where: { id: account.id }, data: { unitId: world.units.reform } });
    const target = await result();
    await accept(target);
    await db().account.update({ where: { id: account.id }, data: { unitId: null } });
    expect(await db().review.findFirstOrThrow({ where: { reportId: target.reportId } })).toMatchObject({
      isOwnUnit: true,
    });
  });
  test.each<[string, ViewerKey, string]>([
    ['another branch', 'far_office', 'not_found'],
    ['a district', 'east_office', 'forbidden'],
    ['the lead itself', 'lead_head', 'forbidden'],
    ['a leader', 'city_leader', 'forbidden'],
  ])('refuses %s', async (_title, who, code) => {
    await expect(accept(await result(), who)).rejects.toEqual(refused(code));
    expect((await stored()).state).toBe('UNDER_REVIEW');
  });
  test('refuses the account that wrote it', async () => {
    const target = await result('reporting_officer');
    await expect(accept(target, 'reporting_officer')).rejects.toEqual(refused('forbidden'));
    await accept(target);
    expect((await stored()).state).toBe('COMPLETED');
  });
  test('refuses progress, a report of another task, a stale version, what is withdrawn or decided', async () => {
    await expect(accept(await progress())).rejects.toEqual(refused('invalid_state'));
    const target = await result();
    await expect(accept({ ...target, reportVersion: 2 })).rejects.toEqual(refused('conflict'));
    const elsewhere = await makeTask(world, 'city');
    await expect(accept({ ...target, taskId: elsewhere })).rejects.toEqual(refused('not_found'));
    await withdrawReport(await as('lead_reporter'), target);
    await expect(accept(target)).rejects.toEqual(refused('invalid_state'));
    const again = await result();
    await accept(again);
    await expect(accept(again)).rejects.toEqual(refused('invalid_state'));
  });
});

describe('returnReport', () => {
  const back = async (
    target: Awaited<ReturnType<typeof result>>,
    who: ViewerKey = 'city_office',
    reason = '没有数据',
  ) => returnReport(await as(who), { ...target, reason, ...key() });
  test('of a result puts the task back to work', async () => {
    const target = await result();
    await back(target);
    expect(await stored()).toMatchObject({ state: 'IN_PROGRESS', stateBefore: null });
    expect(await db().progressReport.findUniqueOrThrow({ where: { id: target.reportId } })).toMatchObject({
      status: 'RETURNED',
    });
  });
  test('of progress leaves the task where it is', async () => {
    const target = await progress();
    await back(target);
    expect(await stored()).toMatchObject({ state: 'IN_PROGRESS', version: 2 });
  });
  test('refuses other hands, no reason, a version that is not the last, what is decided', async () => {
    const target = await progress();
    await expect(back(target, 'far_office')).rejects.toEqual(refused('not_found'));
    await expect(back(target, 'named_head')).rejects.toEqual(refused('forbidden'));
    await expect(back(target, 'city_office', ' ')).rejects.toEqual(refused('unreadable'));
    const second = await progress(1);
    await expect(back(target)).rejects.toEqual(refused('conflict'));
    await back(second);
    await expect(back(second)).rejects.toEqual(refused('invalid_state'));
  });
  test('refuses the progress of a task that has ended: its unit could not send it again', async () => {
    const target = await progress();
    const { version } = await db().task.findUniqueOrThrow({ where: { id: target.taskId } });
    await cancelTask(await as('city_office'), { taskId: target.taskId, version, basis: '文件', ...key() });
    await expect(back(target)).rejects.toEqual(refused('invalid_state'));
    expect(await db().progressReport.findUniqueOrThrow({ where: { id: target.reportId } })).toMatchObject({
      status: 'SUBMITTED',
    });
  });
  test('a form needs a frequent reason or words of its own', () => {
    const form = { taskId: '1', reportId: '1', reportVersion: '1', ...key() };
    expect(returnReportSchema.safeParse(form).success).toBe(false);
    expect(returnReportSchema.safeParse({ ...form, frequentReason: 'x', reason: ' ' }).success).toBe(false);
    expect(returnReportSchema.parse({ ...form, frequentReason: '佐证材料不足', reason: '请补充' }).reason).toBe(
      '佐证材料不足；请补充',
    );
  });
});

describe('reopenTask, cancelTask, restoreTask', () => {
  const form = async (changes: object = {}) => ({
    taskId: task,
    version: (await stored()).version,
    ...key(),
    ...changes,
  });

  test('reopening brings back the clock and leaves the past', async () => {
    await accept(await result());
    await reopenTask(await as('city_office'), { ...(await form()), reason: '复核未达标' });
    expect(await stored()).toMatchObject({ state: 'IN_PROGRESS', achievedOn: null });
    expect(await lastEvent()).toMatchObject({
      type: 'TASK_REOPENED',
      payload: { reason: '复核未达标', from: 'COMPLETED' },
    });
  });
  test('reopening refuses other hands, an open task and a stale version', async () => {
    const office = await as('city_office');
    await expect(reopenTask(office, { ...(await form()), reason: '理由' })).rejects.toEqual(refused('invalid_state'));
    await accept(await result());
    await expect(reopenTask(await as('far_office'), { ...(await form()), reason: '理由' })).rejects.toEqual(
      refused('not_found'),
    );
    await expect(reopenTask(await as('lead_head'), { ...(await form()), reason: '理由' })).rejects.toEqual(
      refused('forbidden'),
    );
    await expect(reopenTask(office, { ...(await form({ version: 1 })), reason: '理由' })).rejects.toEqual(
      refused('conflict'),
    );
    await expect(reopenTask(office, { ...(await form()), reason: ' ' })).rejects.toEqual(refused('unreadable'));
  });
  test('a review in progress survives cancelling and restoring, and can still be withdrawn', async () => {
    const office = await as('city_office');
    const target = await result();
    const cancelling = { ...(await form()), basis: '政办发〔2022〕1号' };
    await cancelTask(office, cancelling);
    await cancelTask(office, cancelling);
    expect(await stored()).toMatchObject({ state: 'CANCELLED', stateBefore: 'UNDER_REVIEW' });
    await expect(accept(target)).rejects.toEqual(refused('invalid_state'));
    await restoreTask(office, { ...(await form()), basis: '政办发〔2022〕2号' });
    expect(await stored()).toMatchObject({ state: 'UNDER_REVIEW', stateBefore: 'NOT_STARTED' });
    await withdrawReport(await as('lead_reporter'), target);
    expect((await stored()).state).toBe('NOT_STARTED');
    expect(await db().taskEvent.count({ where: { taskId: task, type: 'TASK_CANCELLED' } })).toBe(1);
  });
  test('cancelling and restoring refuse other hands, the wrong state, no basis', async () => {
    const office = await as('city_office');
    const basis = '政办发〔2022〕1号';
    await expect(restoreTask(office, { ...(await form()), basis })).rejects.toEqual(refused('invalid_state'));
    await expect(cancelTask(await as('far_office'), { ...(await form()), basis })).rejects.toEqual(
      refused('not_found'),
    );
    await expect(cancelTask(await as('city_leader'), { ...(await form()), basis })).rejects.toEqual(
      refused('forbidden'),
    );
    await expect(cancelTask(office, { ...(await form()), basis: '' })).rejects.toEqual(refused('unreadable'));
    await accept(await result());
    await expect(cancelTask(office, { ...(await form()), basis })).rejects.toEqual(refused('invalid_state'));
  });
});

describe('decideIssueLateness', () => {
  const input = async () => ({ taskId: task, version: (await stored()).version, basis: '会议纪要第3号', ...key() });
  test('counts a date that had passed at issue as overdue from then on', async () => {
    task = await makeTask(world, 'city', { dueOn: '2022-02-15' });
    await decideIssueLateness(await as('city_office'), await input());
    const [standing] = await queryAsOwner<{ reason: string }>(
      'SELECT reason::text FROM standing_as_of($1::date) WHERE task_id = $2',
      [DAY, task],
    );
    expect(standing).toEqual({ reason: 'OVERDUE' });
    await expect(decideIssueLateness(await as('city_office'), await input())).rejects.toEqual(refused('invalid_state'));
  });
  test('refuses a task that was not past its date, other hands, a stale version', async () => {
    await expect(decideIssueLateness(await as('city_office'), await input())).rejects.toEqual(refused('invalid_state'));
    task = await makeTask(world, 'city', { dueOn: '2022-02-15' });
    await expect(decideIssueLateness(await as('far_office'), await input())).rejects.toEqual(refused('not_found'));
    await expect(decideIssueLateness(await as('city_leader'), await input())).rejects.toEqual(refused('forbidden'));
    await expect(decideIssueLateness(await as('city_office'), { ...(await input()), version: 5 })).rejects.toEqual(
      refused('conflict'),
    );
  });
});

describe('the queue', () => {
  test('stands by age in working days; the leader sees the old ones, units none', async () => {
    await setToday('2022-09-13');
    const before = (await findReviewQueue(await as('city_office'), '2022-09-20', 1))!.total;
    await result(); // Tuesday: five working days until the next Tuesday
    const old = task;
    await setToday('2022-09-20');
    task = await makeTask(world, 'city');
    await result();
    const queue = (await findReviewQueue(await as('city_office'), '2022-09-20', 9999))!;
    expect(queue.total).toBe(before + 2);
    expect(queue.page).toBe(queue.pages);
    expect(queue.rows.find((row) => row.taskId === old)).toMatchObject({ workingDays: 5, days: 7, isOld: false });

    const leader = await as('city_leader');
    expect((await findReviewQueue(leader, '2022-09-20', 1))!.rows.map((row) => row.taskId)).not.toContain(old);
    const next = (await findReviewQueue(leader, '2022-09-21', 1))!;
    expect(next.isOldOnly).toBe(true);
    expect(next.rows.find((row) => row.taskId === old)).toMatchObject({ workingDays: 6, isOld: true });

    expect(await findReviewQueue(await as('lead_head'), DAY, 1)).toBeNull();
    const far = (await findReviewQueue(await as('far_office'), DAY, 1))!;
    expect(far.rows).toEqual([]);
  });

  test('the office finds its forms, others none', async () => {
    await result();
    const forms = async (who: ViewerKey) => {
      const actor = await as(who);
      const detail = (await findTaskDetail(actor, String(task), { day: DAY, today: DAY }))!;
      return findOfficeForms(actor, detail, { day: DAY, today: DAY, isToday: true, notice: null });
    };
    expect(await forms('city_office')).toMatchObject({
      open: { workingDays: 0, isOwnWork: false },
      canCancel: true,
      canReopen: false,
    });
    expect(await forms('lead_head')).toBeNull();
    expect(await forms('city_leader')).toBeNull();
  });
});

test('after all of it the chains hold', async () => {
  const broken = await queryAsOwner<{ problem: string }>(
    "SELECT problem FROM verify_history() WHERE problem NOT IN ('standing_differs', 'state_differs')",
  );
  expect(broken).toEqual([]);
});
