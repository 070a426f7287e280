import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Day } from '@/lib/dates';
import { submitProgress, submitResult, withdrawReport } from '@/lib/reports/report.commands';
import { findReportForm, listReports } from '@/lib/reports/report.queries';
import { submitProgressSchema, submitResultSchema } from '@/lib/reports/report.schema';
import { returnReport } from '@/lib/reviews/review.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, type Ground, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

let world: World;
let july: number;
let august: number;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);

/** What a form sends, as text; fields may be left out or changed. */
function progress(changes: Record<string, string> = {}) {
  return submitProgressSchema.parse({
    taskId: String(task),
    cycleId: String(world.cycles.city),
    expectedVersion: '0',
    percent: '40',
    narrative: '已完成事项清单梳理。',
    problems: '',
    needs: '',
    nextSteps: '',
    idempotencyKey: randomUUID(),
    ...changes,
  });
}
function result(changes: Record<string, string> = {}) {
  return submitResultSchema.parse({
    taskId: String(task),
    taskVersion: '1',
    narrative: '目标已全部完成，申请办结。',
    idempotencyKey: randomUUID(),
    ...changes,
  });
}
const stored = (id: number) => db().task.findUniqueOrThrow({ where: { id } });
const versionsOf = (id: number) =>
  db().reportVersion.findMany({ where: { report: { taskId: id } }, orderBy: { id: 'asc' } });
const eventsOf = (id: number) => db().taskEvent.findMany({ where: { taskId: id }, orderBy: { sequence: 'asc' } });
const detailOf = async (actor: Actor, id: number, day = DAY) =>
  (await findTaskDetail(actor, String(id), { day, today: day }))!;
const today = (day = DAY) => ({ day, today: day, isToday: true, notice: null });

async function cycle(label: string, startsOn: string, closesOn: string, graceEndsOn: string): Promise<number> {
  const made = await db().cycle.create({
    data: {
      planId: world.plans.city,
      label,
      startsOn: toDate(startsOn),
      closesOn: toDate(closesOn),
      graceEndsOn: toDate(graceEndsOn),
    },
  });
  return made.id;
}

beforeAll(async () => {
  world = await makeWorld();
  july = await cycle('2022年7月', '2022-07-01', '2022-07-31', '2022-08-05');
  august = await cycle('2022年8月', '2022-08-01', '2022-08-31', '2022-09-07');
});
beforeEach(async () => {
  await setToday(DAY);
  task = await makeTask(world, 'city');
});

describe('submitProgress', () => {
  test('by a lead: one report, one version, one event, and the task begins', async () => {
    const done = await submitProgress(await as('lead_reporter'), progress());
    expect(done).toMatchObject({ version: 1, isCatchUp: false, isRepeat: false });
    expect(await stored(task)).toMatchObject({ state: 'IN_PROGRESS', version: 2 });
    expect((await eventsOf(task)).at(-1)).toMatchObject({
      type: 'REPORT_SUBMITTED',
      reportId: done.reportId,
      reportVersion: 1,
      reportKind: 'PROGRESS',
      cycleId: world.cycles.city,
      isByLead: true,
      unitId: world.units.reform,
      effectiveOn: toDate(DAY),
    });
    expect((await versionsOf(task))[0]).toMatchObject({ percent: 40, signedById: null });
  });

  test('by a responsible unit or a known member: recorded, without a move', async () => {
    for (const key of ['named_reporter', 'member_reporter'] as const) {
      await submitProgress(await as(key), progress());
    }
    expect(await stored(task)).toMatchObject({ state: 'NOT_STARTED', version: 1 });
    expect((await eventsOf(task)).slice(1).map((e) => e.isByLead)).toEqual([false, false]);
  });

  test('a head signs what it sends', async () => {
    const head = await as('lead_head');
    await submitProgress(head, progress());
    expect((await versionsOf(task))[0]).toMatchObject({ authorId: head.accountId, signedById: head.accountId });
  });

  test('a head reports for a 科室 that leads', async () => {
    task = await makeTask(world, 'division');
    await submitProgress(await as('bureau_head'), progress());
    expect((await eventsOf(task)).at(-1)).toMatchObject({ unitId: world.units.planning, isByLead: true });
  });

  test('a second one in the cycle is a new version of the same report', async () => {
    const first = await submitProgress(await as('lead_reporter'), progress());
    const second = await submitProgress(
      await as('lead_head'),
      progress({ expectedVersion: '1', narrative: '补充了办件数据。' }),
    );
    expect(second).toMatchObject({ reportId: first.reportId, version: 2 });
    expect((await versionsOf(task)).map((v) => v.narrative)).toEqual(['已完成事项清单梳理。', '补充了办件数据。']);
    expect(await stored(task)).toMatchObject({ version: 2 });
  });

  test('the same form sent twice, even at once, writes once', async () => {
    const actor = await as('lead_reporter');
    const input = progress();
    const [a, b] = await Promise.all([submitProgress(actor, input), submitProgress(actor, input)]);
    expect(a.reportId).toBe(b.reportId);
    expect([a.isRepeat, b.isRepeat].sort()).toEqual([false, true]);
    expect(await versionsOf(task)).toHaveLength(1);
    expect(await eventsOf(task)).toHaveLength(2);
  });

  test('of two people at once the second gets both versions, and nothing is overwritten', async () => {
    const results = await Promise.allSettled([
      submitProgress(await as('lead_reporter'), progress({ narrative: '第一位写的内容。' })),
      submitProgress(await as('lead_head'), progress({ narrative: '第二位写的内容。' })),
    ]);
    const lost = results.find((r) => r.status === 'rejected')!;
    const kept = (await versionsOf(task)).map((v) => v.narrative);
    expect(kept).toHaveLength(1);
    expect(lost.reason).toEqual(refused('conflict'));
    expect(lost.reason.latest).toMatchObject({ narrative: kept[0], version: '1', percent: '40' });
  });

  test('a key that stands under another account is refused', async () => {
    const input = progress();
    await submitProgress(await as('lead_reporter'), input);
    await expect(submitProgress(await as('lead_head'), input)).rejects.toEqual(refused('conflict'));
  });

  test.each<[string, ViewerKey, Ground, string]>([
    ['another branch', 'far_reporter', 'city', 'not_found'],
    ['a district that is not on the list', 'east_lead_reporter', 'city', 'not_found'],
    ['another unit of the region', 'other_reporter', 'city', 'forbidden'],
    ['a leader', 'city_leader', 'city', 'forbidden'],
    ['the office itself', 'city_office', 'city', 'forbidden'],
    ['a reporter of the bureau, for its 科室', 'bureau_reporter', 'bureau', 'forbidden'],
  ])('refuses %s', async (_title, key, ground, code) => {
    task = await makeTask(world, ground);
    await expect(submitProgress(await as(key), progress())).rejects.toEqual(refused(code));
    expect(await eventsOf(task)).toHaveLength(1);
  });

  test('refuses a task that does not exist', async () => {
    await expect(submitProgress(await as('lead_reporter'), progress({ taskId: '2147483647' }))).rejects.toEqual(
      refused('not_found'),
    );
  });

  test('refuses a unit the actor does not speak for', async () => {
    const input = progress({ unitId: String(world.units.finance) });
    await expect(submitProgress(await as('lead_reporter'), input)).rejects.toEqual(refused('forbidden'));
  });

  test('refuses a cycle of another plan, a cycle to come, and no cycle where one is open', async () => {
    const actor = await as('lead_reporter');
    const october = await cycle(`2022年10月-${next()}`, '2022-10-01', `2022-10-${10 + (next() % 19)}`, '2022-11-07');
    await expect(submitProgress(actor, progress({ cycleId: String(world.cycles.bureau) }))).rejects.toEqual(
      refused('not_found'),
    );
    await expect(submitProgress(actor, progress({ cycleId: String(october) }))).rejects.toMatchObject({
      name: 'AppError',
    });
    await expect(submitProgress(actor, progress({ cycleId: '' }))).rejects.toEqual(refused('unreadable'));
  });

  test('refuses a percent where the task has no date', async () => {
    await db().task.update({ where: { id: task }, data: { dueOn: null, ongoing: true } });
    const actor = await as('lead_reporter');
    await expect(submitProgress(actor, progress())).rejects.toEqual(refused('unreadable'));
  });

  test('refuses while a result waits, and on a plan that is not carried out', async () => {
    const actor = await as('lead_reporter');
    await submitResult(actor, result());
    await expect(submitProgress(actor, progress())).rejects.toEqual(refused('invalid_state'));
    task = await makeTask({ ...world, plans: { ...world.plans, city: world.drafts.city } }, 'city');
    await expect(submitProgress(actor, progress())).rejects.toEqual(refused('not_found'));
  });

  test('a missed cycle is caught up and marked; one not missed needs none', async () => {
    const actor = await as('lead_reporter');
    const form = (await findReportForm(actor, await detailOf(actor, task), today(), { cycle: String(august) }))!;
    expect(form.cycle).toMatchObject({ id: august, isCatchUp: true });
    expect(form.choices.map((c) => c.id)).toEqual([july, august, world.cycles.city]);
    const done = await submitProgress(actor, progress({ cycleId: String(august) }));
    expect(done.isCatchUp).toBe(true);
    expect(await db().progressReport.findUniqueOrThrow({ where: { id: done.reportId } })).toMatchObject({
      isCatchUp: true,
    });
    const named = await as('named_reporter');
    await expect(submitProgress(named, progress({ cycleId: String(july) }))).rejects.toEqual(refused('invalid_state'));
  });

  test('a form opened in the grace and sent after it becomes a catch-up', async () => {
    await setToday('2022-09-07');
    const actor = await as('lead_reporter');
    const form = (await findReportForm(actor, await detailOf(actor, task, '2022-09-07'), today('2022-09-07'), {}))!;
    expect(form.cycle).toMatchObject({ id: august, isCatchUp: false });
    await setToday('2022-09-08');
    const done = await submitProgress(actor, progress({ cycleId: String(form.cycle!.id) }));
    expect(done.isCatchUp).toBe(true);
  });

  test('one sent back can be sent again, and counts from that day', async () => {
    const actor = await as('lead_reporter');
    const first = await submitProgress(actor, progress());
    await returnReport(await as('city_office'), {
      taskId: task,
      reportId: first.reportId,
      reportVersion: 1,
      reason: '没有数据',
      idempotencyKey: randomUUID(),
    });
    const form = (await findReportForm(actor, await detailOf(actor, task), today(), {}))!;
    expect(form).toMatchObject({
      expectedVersion: 1,
      returned: { title: '本周期的进展被退回', reason: '没有数据' },
    });
    const again = await submitProgress(
      actor,
      progress({ expectedVersion: '1', seenReviewId: String(form.seenReviewId), narrative: '补充数据后再报。' }),
    );
    expect(again).toMatchObject({ reportId: first.reportId, version: 2 });
    const [report] = await listReports(actor, await detailOf(actor, task), DAY);
    expect(report).toMatchObject({ status: 'SUBMITTED' });
    expect(report!.versions.map((v) => v.version)).toEqual([2, 1]);
  });

  test('a correction after the grace is no catch-up; one sent back and sent again after it is', async () => {
    const actor = await as('lead_reporter');
    const words = { cycleId: String(august) };
    await setToday('2022-09-07');
    const first = await submitProgress(actor, progress(words));
    await setToday('2022-09-08');
    const corrected = await submitProgress(actor, progress({ ...words, expectedVersion: '1' }));
    expect(corrected).toMatchObject({ version: 2, isCatchUp: false });
    expect((await eventsOf(task)).at(-1)!.payload).toEqual({});
    const mark = async (day: string) =>
      (await listReports(actor, await detailOf(actor, task), day as Day))[0]!.isCatchUp;
    expect(await mark('2022-09-08')).toBe(false);
    await setToday('2022-09-09');
    await returnReport(await as('city_office'), {
      taskId: task,
      reportId: first.reportId,
      reportVersion: 2,
      reason: '没有数据',
      idempotencyKey: randomUUID(),
    });
    expect(await mark('2022-09-09')).toBe(false);
    await setToday('2022-09-10');
    const { id: seen } = await db().review.findFirstOrThrow({ where: { reportId: first.reportId } });
    const again = await submitProgress(actor, progress({ ...words, expectedVersion: '2', seenReviewId: String(seen) }));
    expect(again).toMatchObject({ version: 3, isCatchUp: true });
    expect((await eventsOf(task)).at(-1)!.payload).toEqual({ isCatchUp: true });
    expect([await mark('2022-09-09'), await mark('2022-09-10')]).toEqual([false, true]);
    await setToday('2022-09-12');
    await submitProgress(actor, progress({ ...words, expectedVersion: '3' }));
    expect((await eventsOf(task)).at(-1)!.payload).toEqual({ isCatchUp: true });
    expect(await mark('2022-09-12')).toBe(true);
  });

  test('a unit merged away reports as the unit it went into', async () => {
    const into = await db().unit.create({
      data: {
        regionId: world.regions.city,
        name: `合并局${next()}`,
        kind: 'department',
        divisions: [],
        sortOrder: 900 + next(),
      },
    });
    const from = await db().unit.create({
      data: {
        regionId: world.regions.city,
        name: `撤并局${next()}`,
        kind: 'department',
        divisions: [],
        sortOrder: 900 + next(),
      },
    });
    await db().taskUnit.updateMany({ where: { taskId: task, role: 'LEAD' }, data: { unitId: from.id } });
    await db().unitMerge.create({
      data: { fromUnitId: from.id, intoUnitId: into.id, effectiveOn: toDate('2022-09-15'), basis: '机构改革方案' },
    });
    const account = await db().account.create({
      data: {
        username: `merged-${next()}`,
        displayName: '原单位人员',
        passwordHash: '-',
        roles: ['unit_reporter'],
        unitId: from.id,
        mustChangePassword: false,
      },
    });
    const { loadActor } = await import('@/lib/server/auth/actor');
    const actor = (await loadActor(account.id))!;
    await submitProgress(actor, progress({ unitId: String(from.id) }));
    expect((await eventsOf(task)).at(-1)).toMatchObject({ unitId: into.id, isByLead: true });
  });
});

describe('the form', () => {
  test('a 100 kB text is refused in words that say what to do', () => {
    const parsed = submitProgressSchema.safeParse({ ...progressText(), narrative: '进'.repeat(34_000) });
    expect(parsed.success).toBe(false);
    expect(parsed.error!.issues.map((i) => i.message)).toEqual([
      '进展情况最多 5000 字，现在有 34000 字，请删减后再提交。',
    ]);
  });
  test('what cannot be seen is removed before the text is measured and stored', async () => {
    expect(
      submitProgressSchema.safeParse({ ...progressText(), narrative: '\u200b\u200b\u0000\u200b\ufeff ' }).success,
    ).toBe(false);
    await submitProgress(
      await as('lead_reporter'),
      progress({ narrative: '已\u200b印发\u0007实施\u202e方案。\r\n第二行' }),
    );
    expect((await versionsOf(task))[0]!.narrative).toBe('已印发实施方案。\n第二行');
  });
  test.each(['101', '-1', '3.5', '1e1', 'abc'])('percent %s is refused', (percent) => {
    expect(submitProgressSchema.safeParse({ ...progressText(), percent }).success).toBe(false);
  });
  test.each([
    ['', null],
    ['0', 0],
    ['１００', 100],
    ['90 %', 90],
  ])('percent “%s” reads as %s', (percent, value) => {
    expect(submitProgressSchema.parse({ ...progressText(), percent }).percent).toBe(value);
  });
  test('words of the current version stand in the form; a unit without a part sees none', async () => {
    const actor = await as('lead_reporter');
    await submitProgress(actor, progress());
    const form = (await findReportForm(actor, await detailOf(actor, task), today(), {}))!;
    expect(form).toMatchObject({ expectedVersion: 1, current: { narrative: '已完成事项清单梳理。', percent: 40 } });
    const other = await as('other_reporter');
    expect(await findReportForm(other, await detailOf(other, task), today(), {})).toBeNull();
    expect(await listReports(other, await detailOf(other, task), DAY)).toEqual([]);
  });
  const progressText = () => ({
    taskId: '1',
    cycleId: '1',
    expectedVersion: '0',
    narrative: '已完成事项清单梳理。',
    idempotencyKey: randomUUID(),
  });
});

describe('submitResult', () => {
  test('by a lead: the task waits for review, its state before is kept', async () => {
    await submitResult(await as('lead_reporter'), result());
    expect(await stored(task)).toMatchObject({ state: 'UNDER_REVIEW', stateBefore: 'NOT_STARTED', version: 2 });
    expect((await eventsOf(task)).at(-1)).toMatchObject({ reportKind: 'RESULT', cycleId: world.cycles.city });
  });
  test('sent twice it stands once', async () => {
    const actor = await as('lead_reporter');
    const input = result();
    const first = await submitResult(actor, input);
    expect(await submitResult(actor, input)).toMatchObject({ reportId: first.reportId, isRepeat: true });
    expect(await eventsOf(task)).toHaveLength(2);
  });
  test.each<[string, ViewerKey, string]>([
    ['another branch', 'far_reporter', 'not_found'],
    ['a responsible unit', 'named_reporter', 'forbidden'],
    ['the office', 'city_office', 'forbidden'],
  ])('refuses %s', async (_title, key, code) => {
    await expect(submitResult(await as(key), result())).rejects.toEqual(refused(code));
  });
  test('refuses a task that only goes on, one that waits already, and a stale version', async () => {
    const actor = await as('lead_reporter');
    await expect(submitResult(actor, result({ taskVersion: '7' }))).rejects.toEqual(refused('conflict'));
    await submitResult(actor, result());
    await expect(submitResult(actor, result({ taskVersion: '2' }))).rejects.toEqual(refused('invalid_state'));
    task = await makeTask(world, 'city');
    await db().task.update({ where: { id: task }, data: { dueOn: null, ongoing: true } });
    await expect(submitResult(actor, result())).rejects.toEqual(refused('invalid_state'));
    await expect(submitResult(actor, result({ percent: '50' }))).rejects.toMatchObject({ name: 'AppError' });
  });
});

describe('withdrawReport', () => {
  test('gives a task back its state, twice the same', async () => {
    const actor = await as('lead_reporter');
    await submitProgress(actor, progress());
    const { reportId } = await submitResult(actor, result({ taskVersion: '2' }));
    const input = { taskId: task, reportId, reportVersion: 1 };
    await withdrawReport(await as('lead_head'), input);
    await withdrawReport(actor, input);
    expect(await stored(task)).toMatchObject({ state: 'IN_PROGRESS', stateBefore: null });
    expect((await eventsOf(task)).filter((e) => e.type === 'REPORT_WITHDRAWN')).toHaveLength(1);
  });
  test('of progress leaves the cycle free for another', async () => {
    const actor = await as('lead_reporter');
    const { reportId } = await submitProgress(actor, progress());
    await withdrawReport(actor, { taskId: task, reportId, reportVersion: 1 });
    const again = await submitProgress(actor, progress());
    expect(again.reportId).not.toBe(reportId);
    expect(again.version).toBe(1);
  });
  test('refuses another branch, another unit, another task, a stale version', async () => {
    const { reportId } = await submitProgress(await as('lead_reporter'), progress());
    const input = { taskId: task, reportId, reportVersion: 1 };
    await expect(withdrawReport(await as('far_reporter'), input)).rejects.toEqual(refused('not_found'));
    await expect(withdrawReport(await as('named_reporter'), input)).rejects.toEqual(refused('forbidden'));
    await expect(withdrawReport(await as('city_office'), input)).rejects.toEqual(refused('forbidden'));
    const other = await makeTask(world, 'city');
    await expect(withdrawReport(await as('lead_reporter'), { ...input, taskId: other })).rejects.toEqual(
      refused('not_found'),
    );
    await expect(withdrawReport(await as('lead_reporter'), { ...input, reportVersion: 2 })).rejects.toEqual(
      refused('conflict'),
    );
  });
  test('refuses what is decided, and progress whose cycle is over', async () => {
    const actor = await as('lead_reporter');
    const { reportId } = await submitResult(actor, result());
    await returnReport(await as('city_office'), {
      taskId: task,
      reportId,
      reportVersion: 1,
      reason: '没有数据',
      idempotencyKey: randomUUID(),
    });
    await expect(withdrawReport(actor, { taskId: task, reportId, reportVersion: 1 })).rejects.toEqual(
      refused('invalid_state'),
    );
    const late = await submitProgress(actor, progress({ cycleId: String(august) }));
    await expect(withdrawReport(actor, { taskId: task, reportId: late.reportId, reportVersion: 1 })).rejects.toEqual(
      refused('invalid_state'),
    );
  });
});

test('after all of it the chains hold', async () => {
  const broken = await queryAsOwner<{ problem: string }>(
    "SELECT problem FROM verify_history() WHERE problem NOT IN ('standing_differs', 'state_differs')",
  );
  expect(broken).toEqual([]);
});
