// Sequences of allowed acts that once wiped lateness, changed what a past day had shown, or made a unit late by the office's slip of the pen.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backfillTasks } from '@/lib/backfill/backfill.commands';
import type { BackfillInputRow } from '@/lib/backfill/backfill.schema';
import { correctCalendar } from '@/lib/cycles/calendar.commands';
import { countingReports } from '@/lib/dashboards/board.queries';
import type { Day } from '@/lib/dates';
import { submitResult, withdrawReport } from '@/lib/reports/report.commands';
import { listReports, listUnitReporting } from '@/lib/reports/report.queries';
import { submitResultSchema } from '@/lib/reports/report.schema';
import { acceptReport, returnReport } from '@/lib/reviews/review.commands';
import { db } from '@/lib/server/db';
import { cancelTask, decideIssueLateness, reopenTask, restoreTask } from '@/lib/tasks/task.commands';
import { correctDeadline } from '@/lib/tasks/task-deadline.commands';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
let world: World;
const as = (key: ViewerKey) => actorOf(world, key);
const setToday = (day: Day) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const versionOf = async (id: number) => (await db().task.findUniqueOrThrow({ where: { id } })).version;
const key = () => ({ idempotencyKey: randomUUID() });

type Shown = { light: string; reason: string; outcome: string | null; overdueDays: number; isRated: boolean };
const standing = async (id: number, day: Day) =>
  (
    await queryAsOwner<Shown>(
      'SELECT light::text, reason::text, outcome::text, overdue_days AS "overdueDays", is_rated AS "isRated" FROM standing_as_of($2::date) WHERE task_id = $1',
      [id, day],
    )
  )[0]!;
/** What every day before this one was shown as. */
const daysBefore = (id: number, day: Day) =>
  queryAsOwner(
    "SELECT d.day::text, s.state, s.light, s.reason, s.due_on, s.days_left, s.achieved_on, s.outcome, s.overdue_days, s.missed_cycles, s.is_rated FROM generate_series($2::date - 200, $2::date - 1, interval '1 day') d(day), LATERAL standing_as_of(d.day::date) s WHERE s.task_id = $1 ORDER BY d.day",
    [id, day],
  );

const send = async (taskId: number) => {
  const narrative = '目标已全部完成，申请办结。';
  const input = { taskId: String(taskId), taskVersion: String(await versionOf(taskId)), narrative, ...key() };
  return (await submitResult(await as('lead_reporter'), submitResultSchema.parse(input))).reportId;
};
const accept = async (taskId: number, reportId: number) =>
  acceptReport(await as('city_office'), { taskId, reportId, reportVersion: 1, note: '', ...key() });
const finish = async (taskId: number) => accept(taskId, await send(taskId));
const sendBack = async (taskId: number, reportId: number) =>
  returnReport(await as('city_office'), { taskId, reportId, reportVersion: 1, reason: '没有完成', ...key() });
const withdraw = async (taskId: number, reportId: number) =>
  withdrawReport(await as('lead_reporter'), { taskId, reportId, reportVersion: 1 });
const reopen = async (taskId: number) =>
  reopenTask(await as('city_office'), { taskId, version: await versionOf(taskId), reason: '核查发现未完成', ...key() });
const correct = async (taskId: number, dueOn: Day | null) =>
  correctDeadline(await as('city_office'), {
    taskId,
    version: await versionOf(taskId),
    dueOn,
    ongoing: false,
    basis: '会议纪要',
    ...key(),
  });
const enter = async (taskId: number, changes: Partial<BackfillInputRow>) => {
  const row = { state: 'IN_PROGRESS' as const, achievedOn: null, narrative: '', percent: null, reportedOn: null };
  const rows = [{ ...row, taskId, version: await versionOf(taskId), basis: '', ...changes }];
  const planId = world.plans.city;
  await backfillTasks(await as('city_office'), {
    planId,
    draftId: null,
    basis: '部门台账',
    reportedOn: null,
    rows,
    ...key(),
  });
};

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(() => setToday(DAY));
afterAll(async () => {
  const differing = await queryAsOwner(
    "SELECT * FROM verify_history() WHERE problem IN ('standing_differs', 'state_differs')",
  );
  expect(differing).toEqual([]);
});

describe('a date moved after it had passed, of a task that had kept it', () => {
  const CORRECTED = '2022-11-20';
  /** Sent in time, its date moved two months after it passed; what it was kept by is taken back on that day or the next. */
  const run = async (
    isAccepted: boolean,
    undo: (taskId: number, reportId: number) => Promise<unknown>,
    undoneOn: Day,
    isUndoneFirst = false,
  ) => {
    await setToday('2022-09-10');
    const task = await makeTask(world, 'city', { dueOn: '2022-09-15' });
    const reportId = await send(task);
    if (isAccepted) await accept(task, reportId);
    await setToday(CORRECTED);
    if (isUndoneFirst) await undo(task, reportId);
    await correct(task, '2022-12-31');
    await setToday(undoneOn);
    const past = await daysBefore(task, undoneOn);
    if (!isUndoneFirst) await undo(task, reportId);
    expect(await daysBefore(task, undoneOn)).toEqual(past);
    await setToday('2022-12-20');
    await finish(task);
    return (await standing(task, '2022-12-20')).outcome;
  };

  for (const [day, on] of [
    ['the same day', CORRECTED],
    ['the next day', '2022-11-21'],
  ] as const) {
    test(`is late once it is reopened, ${day}`, async () => {
      expect(await run(true, reopen, on)).toBe('LATE');
    });
    test(`is late once the result is returned, ${day}`, async () => {
      expect(await run(false, sendBack, on)).toBe('LATE');
    });
    test(`is late once the unit withdraws the result, ${day}`, async () => {
      expect(await run(false, withdraw, on)).toBe('LATE');
    });
  }

  test('is late in the other order too', async () => {
    expect(await run(true, reopen, CORRECTED, true)).toBe('LATE');
    expect(await run(false, sendBack, CORRECTED, true)).toBe('LATE');
    expect(await run(false, withdraw, CORRECTED, true)).toBe('LATE');
  });

  test('is late when it is cancelled and restored between', async () => {
    const undo = async (taskId: number, reportId: number) => {
      const basis = '会议纪要';
      await cancelTask(await as('city_office'), { taskId, version: await versionOf(taskId), basis, ...key() });
      await restoreTask(await as('city_office'), { taskId, version: await versionOf(taskId), basis, ...key() });
      await sendBack(taskId, reportId);
    };
    expect(await run(false, undo, '2022-11-22')).toBe('LATE');
  });

  test('stays on time for as long as it stands', async () => {
    await setToday('2022-09-10');
    const task = await makeTask(world, 'city', { dueOn: '2022-09-15' });
    const reportId = await send(task);
    await setToday(CORRECTED);
    await correct(task, '2022-12-31');
    await setToday('2022-11-25');
    await accept(task, reportId);
    expect(await standing(task, '2022-11-25')).toMatchObject({ outcome: 'ON_TIME', overdueDays: 0 });
  });

  test('is late where a 补录 that said done is put right as open, or as done after that date', async () => {
    const late = { state: 'COMPLETED' as const, achievedOn: '2022-09-15' };
    for (const second of [null, late]) {
      await setToday(DAY);
      const task = await makeTask(world, 'city', { dueOn: '2022-06-30' });
      await enter(task, { state: 'COMPLETED', achievedOn: '2022-06-20' });
      await correct(task, '2022-12-31');
      expect((await standing(task, DAY)).outcome).toBe('ON_TIME');
      await setToday('2022-09-22');
      await enter(task, second ?? {});
      if (second === null) await finish(task);
      expect((await standing(task, '2022-09-22')).outcome).toBe('LATE');
    }
  });
});

describe('a 补录 that said done by mistake', () => {
  test('put right the same day leaves the overdue days as they were', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-06-30' });
    const shown = await standing(task, DAY);
    expect(shown).toMatchObject({ light: 'RED', reason: 'OVERDUE', overdueDays: 82 });
    const past = await daysBefore(task, DAY);
    await enter(task, { state: 'COMPLETED', achievedOn: '2022-06-20' });
    expect(await standing(task, DAY)).toMatchObject({ outcome: 'ON_TIME', overdueDays: 0 });
    await enter(task, {});
    expect(await standing(task, DAY)).toEqual(shown);
    expect(await daysBefore(task, DAY)).toEqual(past);
  });

  test('put right days later, or reopened, has back the days it was shown red', async () => {
    for (const putRight of [(task: number) => enter(task, {}), reopen]) {
      await setToday(DAY);
      const task = await makeTask(world, 'city', { dueOn: '2022-06-30' });
      await enter(task, { state: 'COMPLETED', achievedOn: '2022-06-20' });
      await setToday('2022-09-23');
      const past = await daysBefore(task, '2022-09-23');
      await putRight(task);
      // 81 days up to 09-19, three days shown as done, and this one
      expect(await standing(task, '2022-09-23')).toMatchObject({ reason: 'OVERDUE', overdueDays: 82 });
      expect(await daysBefore(task, '2022-09-23')).toEqual(past);
    }
  });

  test('and a date mistyped beside it count by what the day ends with', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-06-30' });
    await correct(task, '2022-03-31');
    await enter(task, { state: 'COMPLETED', achievedOn: '2022-06-20' });
    await correct(task, '2022-06-30');
    expect(await standing(task, DAY)).toMatchObject({ outcome: 'ON_TIME', overdueDays: 0 });
  });
});

test('the report of an earlier 补录 counts no more from the next one on', async () => {
  const task = await makeTask(world, 'city', { dueOn: '2022-12-31' });
  const counting = async (day: Day) =>
    (
      await db().$queryRaw<{ report_id: number }[]>`
        WITH x AS (SELECT ${task}::int AS task_id) SELECT r.report_id FROM (${countingReports(day)}) r ORDER BY r.report_id`
    ).map((row) => row.report_id);
  await enter(task, { narrative: '九月已召开会议并印发方案。', reportedOn: '2022-09-15' });
  const reports = () => db().progressReport.findMany({ where: { taskId: task }, orderBy: { id: 'asc' } });
  const [first] = await reports();
  expect(await counting(DAY)).toEqual([first!.id]);
  await setToday('2022-09-22');
  await enter(task, {});
  expect((await reports()).map((report) => report.status)).toEqual(['WITHDRAWN']);
  expect([await counting(DAY), await counting('2022-09-22')]).toEqual([[first!.id], []]);
  const listed = async (day: Day) => {
    const office = await as('city_office');
    const detail = (await findTaskDetail(office, String(task), { day, today: '2022-09-22' }))!;
    const units = await listUnitReporting(detail, day);
    const reported = units.flatMap(({ lastOn }) => lastOn ?? []);
    return { statuses: (await listReports(office, detail, day)).map(({ status }) => status), reported };
  };
  expect(await listed(DAY)).toEqual({ statuses: ['SUBMITTED'], reported: ['2022-09-15'] });
  expect(await listed('2022-09-22')).toEqual({ statuses: ['WITHDRAWN'], reported: [] });
  // nobody has reported for September: its grace ends on 12 October
  await setToday('2022-10-20');
  expect(await standing(task, '2022-10-20')).toMatchObject({ reason: 'UNREPORTED' });

  await setToday('2022-09-23');
  await enter(task, { narrative: '九月已召开两次会议。', reportedOn: '2022-09-20' });
  const [, second] = await reports();
  expect(await counting('2022-09-23')).toEqual([second!.id]);
  expect(await standing(task, '2022-10-20')).toMatchObject({ reason: 'ON_COURSE' });
});

describe('a correction of the calendar', () => {
  const graceOf = async () =>
    (
      await queryAsOwner<{ grace: Day }>('SELECT grace_ends_on::text AS grace FROM cycle WHERE id = $1', [
        world.cycles.city,
      ])
    )[0]!.grace;
  // 3–7 October typed as working days by mistake: the five working days of September's grace were over on the 7th
  const typed = { from: '2022-10-03', to: '2022-10-07', basis: '市政府通知' };

  test('taken back the same day leaves every grace as it was', async () => {
    await setToday('2022-10-11');
    const admin = await as('platform_admin');
    expect(await graceOf()).toBe('2022-10-12');
    await correctCalendar(admin, { ...typed, kind: 'WORKDAY' });
    expect(await graceOf()).toBe('2022-10-11');
    await correctCalendar(admin, { ...typed, kind: 'HOLIDAY' });
    expect(await graceOf()).toBe('2022-10-12');
  });

  test('taken back the next day gives the grace back, and no past day changes', async () => {
    const task = await makeTask(world, 'city');
    await setToday('2022-10-10');
    const admin = await as('platform_admin');
    await correctCalendar(admin, { ...typed, kind: 'WORKDAY' });
    expect(await graceOf()).toBe('2022-10-10');
    await setToday('2022-10-11');
    expect(await standing(task, '2022-10-11')).toMatchObject({ reason: 'UNREPORTED' });
    const past = await daysBefore(task, '2022-10-11');
    await correctCalendar(admin, { ...typed, kind: 'HOLIDAY' });
    expect(await graceOf()).toBe('2022-10-12');
    expect(await standing(task, '2022-10-11')).toMatchObject({ reason: 'ON_COURSE' });
    expect(await daysBefore(task, '2022-10-11')).toEqual(past);
  });

  test('taken back later leaves a grace over that a past day saw over', async () => {
    const task = await makeTask(world, 'city');
    await setToday('2022-10-10');
    const admin = await as('platform_admin');
    await correctCalendar(admin, { ...typed, kind: 'WORKDAY' });
    await setToday('2022-10-12');
    const past = await daysBefore(task, '2022-10-12');
    await correctCalendar(admin, { ...typed, kind: 'HOLIDAY' });
    expect(await graceOf()).toBe('2022-10-10');
    expect(await daysBefore(task, '2022-10-12')).toEqual(past);
  });
});

describe('印发时已过时限', () => {
  const decide = async (taskId: number) =>
    decideIssueLateness(await as('city_office'), {
      taskId,
      version: await versionOf(taskId),
      basis: '会议纪要',
      ...key(),
    });

  test('comes not back with the printed date once another has stood', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-01-31' });
    await setToday('2022-09-01');
    expect(await standing(task, '2022-09-01')).toMatchObject({ reason: 'ISSUED_PAST_DUE', isRated: false });
    await correct(task, '2022-09-05');
    await setToday(DAY);
    const { overdueDays } = await standing(task, DAY);
    expect(overdueDays).toBe(15);
    await correct(task, '2022-01-31');
    expect(await standing(task, DAY)).toMatchObject({ reason: 'OVERDUE', isRated: true, overdueDays });
    await expect(decide(task)).rejects.toEqual(refused('invalid_state'));
  });

  test('stays where a mistyped date is put right the same day, and can be decided', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-01-31' });
    await correct(task, '2022-09-05');
    await correct(task, '2022-01-31');
    expect(await standing(task, DAY)).toMatchObject({ reason: 'ISSUED_PAST_DUE', isRated: false, overdueDays: 0 });
    await decide(task);
    expect(await standing(task, DAY)).toMatchObject({ reason: 'OVERDUE', isRated: true });
  });

  test('stays decided when the date goes away and comes back', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-01-31' });
    await decide(task);
    await correct(task, null);
    await correct(task, '2022-01-31');
    expect(await standing(task, DAY)).toMatchObject({ reason: 'OVERDUE', isRated: true });
  });
});

describe('a date mistyped into the past', () => {
  test('and put right the same day makes nobody late', async () => {
    for (const to of ['2022-12-31', '2023-06-30'] as const) {
      const task = await makeTask(world, 'city', { dueOn: '2022-12-31' });
      await correct(task, '2022-06-30');
      await correct(task, to);
      await finish(task);
      expect((await standing(task, DAY)).outcome).toBe('ON_TIME');
    }
  });

  test('of a task already done makes nobody late either', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-09-15' });
    await setToday('2022-09-10');
    await finish(task);
    await setToday(DAY);
    await correct(task, '2022-06-30');
    await correct(task, null);
    await correct(task, '2022-09-15');
    expect((await standing(task, DAY)).outcome).toBe('ON_TIME');
  });

  test('stands for ever once a day has ended with it', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-12-31' });
    await correct(task, '2022-06-30');
    expect(await standing(task, DAY)).toMatchObject({ reason: 'OVERDUE', overdueDays: 1 });
    await setToday('2022-09-21');
    await correct(task, '2022-12-31');
    await finish(task);
    expect(await standing(task, '2022-09-21')).toMatchObject({ outcome: 'LATE', overdueDays: 1 });
  });

  test('does not hide a date that had passed: moved on by several corrections of a day it is late', async () => {
    for (const between of [[null], ['2022-03-31'], ['2022-12-30', '2022-03-31']] as const) {
      const task = await makeTask(world, 'city', { dueOn: '2022-06-30' });
      for (const to of between) await correct(task, to);
      await correct(task, '2022-12-31');
      await finish(task);
      expect((await standing(task, DAY)).outcome).toBe('LATE');
    }
  });

  test('an overdue task whose date is moved and moved back the same day is as it was', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-06-30' });
    const shown = await standing(task, DAY);
    await correct(task, '2022-12-31');
    await correct(task, '2022-06-30');
    expect(await standing(task, DAY)).toEqual(shown);
    await enter(task, { state: 'COMPLETED', achievedOn: '2022-06-20' });
    expect((await standing(task, DAY)).outcome).toBe('ON_TIME');
  });
});
