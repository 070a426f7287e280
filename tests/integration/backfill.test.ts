import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backfillTasks, discardBackfillDraft, proposeBackfill } from '@/lib/backfill/backfill.commands';
import { findBackfillDraft, findBackfillPlan, listBackfillTasks } from '@/lib/backfill/backfill.queries';
import { achievedStateOf } from '@/lib/backfill/backfill.rules';
import { type BackfillInputRow, backfillSchema } from '@/lib/backfill/backfill.schema';
import { listMostOverdue } from '@/lib/dashboards/board.queries';
import type { BoardScope } from '@/lib/dashboards/board-scope.queries';
import { activatePlan, archivePlan } from '@/lib/plans/plan.commands';
import { submitProgress } from '@/lib/reports/report.commands';
import { listReports, listUnitReporting } from '@/lib/reports/report.queries';
import { submitProgressSchema } from '@/lib/reports/report.schema';
import { returnReport } from '@/lib/reviews/review.commands';
import { findReviewSheet } from '@/lib/reviews/review.queries';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import type { Role } from '@/lib/rights/rights.table';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { eventWords } from '@/lib/tasks/event-words.rules';
import { EMPTY_FILTER } from '@/lib/tasks/task.filter';
import { listTasks } from '@/lib/tasks/task.queries';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';

const TODAY = '2022-09-20';
const YESTERDAY = '2022-09-19';
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
let office: Actor;
let leader: Actor;
let reporter: Actor;
let zengdu: Actor;
let planId: number;
let rows: {
  id: number;
  seq: number;
  text: string;
  version: number;
  dueOn: string | null;
  ongoing: boolean;
  leadText: string;
}[];

async function makeActor(
  username: string,
  roles: Role[],
  place: { regionId?: number; unitId?: number },
): Promise<Actor> {
  const { id } = await db().account.create({
    data: { username, displayName: username, passwordHash: '-', roles, mustChangePassword: false, ...place },
  });
  return (await loadActor(id))!;
}
const standings = (day: string) =>
  queryAsOwner<{
    task_id: number;
    state: string;
    light: string;
    reason: string;
    achieved_on: string | null;
    outcome: string | null;
  }>(
    `SELECT task_id, state::text, light::text, reason::text, achieved_on::text, outcome::text FROM standing_as_of($1::date) WHERE plan_id = $2 ORDER BY task_id`,
    [day, planId],
  );
const readRows = () =>
  queryAsOwner<(typeof rows)[number]>(
    `SELECT id, seq, text, version, due_on::text AS "dueOn", ongoing, lead_text AS "leadText" FROM task WHERE plan_id = $1 ORDER BY sort_order`,
    [planId],
  );
const input = (given: BackfillInputRow[], changes: Record<string, unknown> = {}) => ({
  planId,
  draftId: null,
  basis: '2022年8月台账',
  reportedOn: null,
  rows: given,
  idempotencyKey: randomUUID(),
  ...changes,
});
const rowOf = (row: (typeof rows)[number], changes: Partial<BackfillInputRow> = {}): BackfillInputRow => ({
  taskId: row.id,
  version: row.version,
  state: 'IN_PROGRESS',
  achievedOn: null,
  narrative: '',
  percent: null,
  reportedOn: null,
  basis: '',
  ...changes,
});

beforeAll(async () => {
  await queryAsOwner("INSERT INTO setting (key, value) VALUES ('simulated_today', $1)", [TODAY]);
  const region = async (code: string) => (await db().region.findUniqueOrThrow({ where: { code } })).id;
  const unit = await db().unit.findFirstOrThrow({
    where: { name: '市市场监管局', region: { code: 'ezhou' }, parentId: null },
  });
  office = await makeActor('office', ['office'], { regionId: await region('ezhou') });
  leader = await makeActor('leader', ['leader'], { regionId: await region('ezhou') });
  reporter = await makeActor('reporter', ['unit_reporter'], { unitId: unit.id });
  zengdu = await makeActor('zengdu', ['office'], { regionId: await region('zengdu') });
  const plan = await db().plan.findUniqueOrThrow({ where: { slug: 'ezhou-2022' } });
  planId = plan.id;
  rows = await readRows();
});

test('a draft takes no opening balance', async () => {
  await expect(backfillTasks(office, input([rowOf(rows[0]!)]))).rejects.toEqual(refused('invalid_state'));
});

test('a plan set going in mid-year leads its office to the opening balances', async () => {
  const { needsBackfill } = await activatePlan(office, {
    planId,
    version: 1,
    effectiveFrom: '2022-03-15',
    basis: '动员部署会召开之日',
  });
  expect(needsBackfill).toBe(true);
  expect(await db().plan.findUniqueOrThrow({ where: { id: planId } })).toMatchObject({
    effectiveFrom: toDate('2022-03-15'),
    activatedOn: toDate(TODAY),
  });
  // Without them, everything that had a date is red on its first day.
  expect((await standings(TODAY)).filter(({ light }) => light === 'RED').length).toBeGreaterThan(60);
});

describe('refusals', () => {
  test('outside the region, without the right, a task of another plan', async () => {
    const given = input([rowOf(rows[0]!)]);
    await expect(backfillTasks(zengdu, given)).rejects.toEqual(refused('not_found'));
    await expect(backfillTasks(leader, given)).rejects.toEqual(refused('forbidden'));
    await expect(backfillTasks(reporter, given)).rejects.toEqual(refused('forbidden'));
    const other = await db().task.findFirstOrThrow({ where: { plan: { slug: 'zengdu-2022' } } });
    await expect(backfillTasks(office, input([rowOf({ ...rows[0]!, id: other.id })]))).rejects.toEqual(
      refused('not_found'),
    );
  });

  test('faults are named by row, and no row is saved', async () => {
    const dated = rows.find((row) => row.dueOn !== null && !row.ongoing)!;
    const going = rows.find((row) => row.dueOn === null && row.ongoing)!;
    const stale = rows.find((row) => row.id !== dated.id && row.id !== going.id)!;
    const given = input([
      rowOf(dated, { state: 'COMPLETED', achievedOn: '2022-10-01' }),
      rowOf(going, { state: 'COMPLETED', achievedOn: '2022-05-01' }),
      rowOf(stale, { version: 7 }),
    ]);
    await expect(backfillTasks(office, given)).rejects.toMatchObject({
      code: 'unreadable',
      fieldErrors: {
        [`achievedOn-${dated.id}`]: [expect.stringContaining('2022-09-20')],
        [`state-${going.id}`]: [expect.stringContaining('长期推进')],
        [`state-${stale.id}`]: [expect.stringContaining('已有变动')],
      },
    });
    await expect(backfillTasks(office, input([rowOf(stale, { version: 7 })]))).rejects.toEqual(refused('conflict'));
    await expect(backfillTasks(office, input([]))).rejects.toEqual(refused('unreadable'));
    await expect(backfillTasks(office, input([rowOf(dated)], { basis: '' }))).rejects.toMatchObject({
      fieldErrors: { [`basis-${dated.id}`]: [expect.any(String)] },
    });
    expect(await db().taskEvent.count({ where: { type: 'BACKFILLED' } })).toBe(0);
  });
});

test('154 rows in one save: quickly, no red light but where a row says so, and the days before as they were shown', async () => {
  const before = await standings(YESTERDAY);
  const silent = rows.find((row) => row.dueOn !== null && row.dueOn < TODAY)!;
  const given = rows.map((row) => {
    const achieved = achievedStateOf(row);
    const isOver = row.dueOn !== null && row.dueOn < TODAY && row !== silent;
    return rowOf(row, {
      state: isOver && achieved ? achieved : 'IN_PROGRESS',
      achievedOn: isOver && achieved ? row.dueOn : null,
      narrative: '已按计划推进，落实到位。',
      reportedOn: '2022-08-31',
      percent: row.dueOn === null ? null : isOver ? 100 : 60,
    });
  });
  const save = input(given);
  expect(await backfillTasks(office, save)).toBe(154);
  expect(await backfillTasks(office, save)).toBe(0);

  const now = await standings(TODAY);
  expect(now.filter(({ light }) => light === 'RED').map(({ task_id }) => task_id)).toEqual([silent.id]);
  const achieved = given.filter(({ achievedOn }) => achievedOn !== null);
  expect(now.filter(({ outcome }) => outcome === 'ON_TIME')).toHaveLength(achieved.length);
  expect(await standings(YESTERDAY)).toEqual(before);
  expect(await db().taskEvent.count({ where: { type: 'BACKFILLED', origin: 'BACKFILL' } })).toBe(154);
  expect(await db().progressReport.count({ where: { isBackfill: true, isCatchUp: false, status: 'SUBMITTED' } })).toBe(
    154,
  );
  const august = await db().cycle.findFirstOrThrow({ where: { planId, taskId: null, label: '2022年8月' } });
  const event = await db().taskEvent.findFirstOrThrow({ where: { taskId: silent.id, type: 'BACKFILLED' } });
  expect(event).toMatchObject({ effectiveOn: toDate(TODAY), cycleId: august.id, isByLead: true });
  expect(event.payload).toMatchObject({ state: 'IN_PROGRESS', basis: '2022年8月台账', reportedOn: '2022-08-31' });
  expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
});

test('its report is told alike by every page: the day it says it was made, marked as entered', async () => {
  const access = await listPlanAccess(office);
  const [line] = await listMostOverdue(office, { access } as BoardScope, TODAY, 5);
  const made = { on: '2022-08-31', isBackfill: true, isReturned: false };
  expect(line!.lastReport).toMatchObject({ ...made, narrative: '已按计划推进，落实到位。' });
  const list = await listTasks(office, { ...EMPTY_FILTER, light: ['RED'], sort: 'reported' }, TODAY);
  expect(list.rows.map(({ id, lastReport }) => [id, lastReport])).toEqual([
    [line!.taskId, expect.objectContaining({ ...made, ageDays: 20 })],
  ]);
  const detail = (await findTaskDetail(office, String(line!.taskId), { day: TODAY, today: TODAY }))!;
  const [lead] = await listUnitReporting(detail, TODAY);
  expect(lead).toMatchObject({ role: 'LEAD', lastOn: '2022-08-31', isBackfill: true });
  const [report] = await listReports(office, detail, TODAY);
  expect(report).toMatchObject({ isBackfill: true, isCatchUp: false, versions: [{ reportedOn: '2022-08-31' }] });
});

test('a later one of the same task takes the place of the earlier, and both stay', async () => {
  const [row] = (await readRows()).filter((r) => r.dueOn === null);
  await backfillTasks(
    office,
    input([rowOf(row!, { state: 'NOT_STARTED', narrative: '尚未启动，等待省级方案。', reportedOn: '2022-08-31' })]),
  );
  expect(await db().taskEvent.count({ where: { taskId: row!.id, type: 'BACKFILLED' } })).toBe(2);
  const reports = await db().progressReport.findMany({ where: { taskId: row!.id }, orderBy: { id: 'asc' } });
  expect(reports.map(({ status }) => status)).toEqual(['WITHDRAWN', 'SUBMITTED']);
  expect((await standings(TODAY)).find(({ task_id }) => task_id === row!.id)).toMatchObject({ state: 'NOT_STARTED' });
  const detail = (await findTaskDetail(office, String(row!.id), { day: TODAY, today: TODAY }))!;
  expect(detail.isChainSound).toBe(true);
  expect(detail.events.at(-1)).toMatchObject({
    type: 'BACKFILLED',
    origin: 'BACKFILL',
    narrative: '尚未启动，等待省级方案。',
  });
});

test('a day within the open cycle counts for it, and leaves the unit its own report there', async () => {
  const { rows: listed } = await listBackfillTasks(office, (await findBackfillPlan(office, planId))!, {
    page: 1,
    size: 200,
  });
  const row = listed.at(-1)!;
  await backfillTasks(
    office,
    input([rowOf({ ...row, leadText: '' }, { narrative: '九月上旬已经调度一次。', reportedOn: '2022-09-05' })]),
  );
  const september = await db().cycle.findFirstOrThrow({ where: { planId, taskId: null, label: '2022年9月' } });
  const event = await db().taskEvent.findFirstOrThrow({
    where: { taskId: row.id, type: 'BACKFILLED' },
    orderBy: { sequence: 'desc' },
  });
  expect(event.cycleId).toBe(september.id);
  expect(await db().progressReport.findUniqueOrThrow({ where: { id: event.reportId! } })).toMatchObject({
    cycleId: null,
    isBackfill: true,
  });
  // The unit never wrote it: it is entered anew, not sent back.
  const returned = { taskId: row.id, reportId: event.reportId!, reportVersion: 1, reason: '内容不实' };
  await expect(returnReport(office, { ...returned, idempotencyKey: randomUUID() })).rejects.toEqual(
    refused('invalid_state'),
  );
  expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
});

test('once a unit has reported, its opening balance stands', async () => {
  const { id } = await db().task.findFirstOrThrow({
    where: { planId, state: 'IN_PROGRESS', units: { some: { role: 'LEAD', unitId: reporter.unitId! } } },
    orderBy: { sortOrder: 'asc' },
  });
  const row = (await readRows()).find((r) => r.id === id)!;
  const cycle = await db().cycle.findFirstOrThrow({ where: { planId, taskId: null, label: '2022年9月' } });
  await submitProgress(
    reporter,
    submitProgressSchema.parse({
      taskId: String(row.id),
      cycleId: String(cycle.id),
      expectedVersion: '0',
      narrative: '九月进展已经报送。',
      idempotencyKey: randomUUID(),
    }),
  );
  const { version } = await db().task.findUniqueOrThrow({ where: { id: row.id } });
  await expect(backfillTasks(office, input([rowOf(row, { version })]))).rejects.toMatchObject({
    code: 'unreadable',
    fieldErrors: { [`state-${row.id}`]: [expect.stringContaining('不能再补录')] },
  });
  const plan = (await findBackfillPlan(office, planId))!;
  const list = await listBackfillTasks(office, plan, { page: 1, size: 200 });
  expect(list).toMatchObject({ total: 154, entered: 154, enterable: 153 });
  expect(list.rows.find(({ id }) => id === row.id)!.canEnter).toBe(false);
  expect(await findBackfillPlan(leader, planId)).toBeNull();
});

describe('long after the plan was set going', () => {
  const LATER = '2022-12-20';
  beforeAll(() => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [LATER]));
  afterAll(() => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [TODAY]));

  test('what came after it went live is for its unit to report: no day since is taken', async () => {
    const row = (await readRows()).find((r) => r.dueOn !== null && r.dueOn > TODAY && !r.ongoing)!;
    const late = { achievedOn: '2022-09-21', narrative: '十月已经完成。', reportedOn: '2022-10-31' };
    await expect(backfillTasks(office, input([rowOf(row, { state: 'COMPLETED', ...late })]))).rejects.toMatchObject({
      code: 'unreadable',
      fieldErrors: {
        [`achievedOn-${row.id}`]: [expect.stringContaining(TODAY)],
        [`reportedOn-${row.id}`]: [expect.stringContaining(TODAY)],
      },
    });
  });

  test('silence since then is not wiped by entering what was so before', async () => {
    const row = (await readRows()).find((r) => r.dueOn === null && r.ongoing)!;
    const missed = async () =>
      (
        await queryAsOwner<{ missed_cycles: number; reason: string }>(
          'SELECT missed_cycles, reason::text FROM standing_as_of($1::date) WHERE task_id = $2',
          [LATER, row.id],
        )
      )[0];
    expect(await missed()).toEqual({ missed_cycles: 2, reason: 'REPORTING_LAPSED' });
    const { version } = await db().task.findUniqueOrThrow({ where: { id: row.id } });
    await backfillTasks(office, input([rowOf(row, { version })]));
    expect(await missed()).toEqual({ missed_cycles: 2, reason: 'REPORTING_LAPSED' });
    expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
  });

  test('over what the office entered in a closed cycle the unit’s own words are told apart, version by version', async () => {
    const open = new Set(
      (await listBackfillTasks(office, (await findBackfillPlan(office, planId))!, { page: 1, size: 200 })).rows
        .filter((one) => one.canEnter)
        .map((one) => one.id),
    );
    const led = await db().task.findMany({
      where: { planId, units: { some: { role: 'LEAD', unitId: reporter.unitId! } } },
      select: { id: true },
    });
    const row = (await readRows()).findLast((r) => open.has(r.id) && led.some(({ id }) => id === r.id))!;
    const entered = { narrative: '九月上旬已经调度一次。', reportedOn: '2022-09-05' };
    await backfillTasks(office, input([rowOf(row, entered)]));
    const september = await db().cycle.findFirstOrThrow({ where: { planId, taskId: null, label: '2022年9月' } });
    const standing = () => queryAsOwner('SELECT * FROM standing_as_of($1::date) WHERE task_id = $2', [LATER, row.id]);
    const before = await standing();
    const words = (expectedVersion: string) =>
      submitProgressSchema.parse({
        taskId: String(row.id),
        cycleId: String(september.id),
        expectedVersion,
        narrative: '九月底已经完成第二轮调度。',
        idempotencyKey: randomUUID(),
      });
    await expect(submitProgress(reporter, words('0'))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('补录'),
      latest: { author: 'office（补录）', version: '1' },
    });
    const done = await submitProgress(reporter, words('1'));
    expect(done).toMatchObject({ version: 2, isCatchUp: true });

    const detail = (await findTaskDetail(office, String(row.id), { day: LATER, today: LATER }))!;
    expect(detail.isChainSound).toBe(true);
    expect(detail.events.slice(-2).map((event) => eventWords(event).facts)).toEqual([
      ['2022年9月周期', '推进中', '进展报于 2022-09-05', '依据：2022年8月台账'],
      ['2022年9月周期', '补报', '第 2 版'],
    ]);
    const [report] = await listReports(office, detail, LATER);
    expect(report).toMatchObject({ id: done.reportId, isBackfill: false, isCatchUp: true });
    expect(report!.versions).toMatchObject([
      { version: 2, isBackfill: false, isCatchUp: true, basis: '', reportedOn: null },
      { version: 1, isBackfill: true, isCatchUp: false, basis: '2022年8月台账', reportedOn: '2022-09-05' },
    ]);
    const asOf = { day: LATER, today: LATER, isToday: true, notice: null };
    const sheet = (await findReviewSheet(office, detail, done.reportId, asOf))!;
    expect(sheet.now).toMatchObject({ version: 2, isCatchUp: true });
    expect(sheet.lastVersion!.label).toBe('本件第 1 版（优化办补录，进展报于 2022-09-05，依据：2022年8月台账）');
    // a correction of the unit's own words is theirs too; and what the office entered still counts from the day it says
    await submitProgress(reporter, words('2'));
    const [corrected] = await listReports(office, detail, LATER);
    expect(corrected!.versions.map((one) => [one.isBackfill, one.isCatchUp])).toEqual([
      [false, true],
      [false, true],
      [true, false],
    ]);
    expect(await standing()).toEqual(before);
    expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
  });

  test('what the office entered alone is no 补报 of the unit, however late it was entered', async () => {
    const august = await db().cycle.findFirstOrThrow({ where: { planId, taskId: null, label: '2022年8月' } });
    const { reportId, taskId } = await db().taskEvent.findFirstOrThrow({
      where: { type: 'BACKFILLED', effectiveOn: toDate(TODAY), cycleId: august.id },
    });
    const detail = (await findTaskDetail(office, String(taskId), { day: LATER, today: LATER }))!;
    const report = (await listReports(office, detail, LATER)).find(({ id }) => id === reportId);
    expect(report).toMatchObject({ isBackfill: true, isCatchUp: false });
  });
});

describe('a workbook kept until now', () => {
  const csv = (lines: string[][]) => ({
    bytes: new TextEncoder().encode(
      `\uFEFF${lines.map((line) => line.map((cell) => `"${cell}"`).join(',')).join('\n')}`,
    ),
    fileName: '8月台账.csv',
  });

  test('is read in the child process, waits for a person, and writes nothing of the tasks', async () => {
    const { rows: listed } = await listBackfillTasks(office, (await findBackfillPlan(office, planId))!, {
      page: 1,
      size: 200,
    });
    const [first, second] = listed.filter((row) => row.canEnter && achievedStateOf(row) !== null);
    const events = await db().taskEvent.count();
    const proposal = await proposeBackfill(
      office,
      planId,
      csv([
        ['序号', '任务内容', '完成情况', '办结时间', '进展情况'],
        [String(first!.seq), first!.text, '已完成', '2022年5月20日', '已全部上线'],
        [String(second!.seq), second!.text, '推进中', '', '正在开发系统'],
        ['999', '清单之外的一项工作', '推进中', '', ''],
      ]),
    );
    expect(proposal.refusal).toBeNull();
    expect(await db().taskEvent.count()).toBe(events);
    const draft = (await findBackfillDraft(office, planId))!;
    expect(draft.id).toBe(proposal.draftId);
    expect(draft.proposals).toMatchObject([
      { taskId: first!.id, state: achievedStateOf(first!), achievedOn: '2022-05-20', narrative: '已全部上线' },
      { taskId: second!.id, state: 'IN_PROGRESS', narrative: '正在开发系统' },
    ]);
    expect(draft.unmatched).toMatchObject([{ seq: 999 }]);
    expect(await findBackfillDraft(leader, planId)).toBeNull();

    const save = backfillSchema.parse({
      planId: String(planId),
      draftId: String(draft.id),
      idempotencyKey: randomUUID(),
      basis: '8月台账.csv',
      reportedOn: '2022-08-31',
      ...Object.fromEntries(
        [first!, second!].flatMap(({ id, version }, at) => [
          [`version-${id}`, String(version)],
          [`state-${id}`, at === 0 ? achievedStateOf(first!)! : 'IN_PROGRESS'],
          [`achievedOn-${id}`, at === 0 ? '2022-05-20' : ''],
          [`narrative-${id}`, '按台账补录'],
        ]),
      ),
    });
    expect(await backfillTasks(office, save)).toBe(2);
    // Every proposal has been decided upon: it has done its work.
    expect(await findBackfillDraft(office, planId)).toBeNull();
  });

  test('what cannot be read, or holds no progress, is said in words; the next try takes its place', async () => {
    const none = await proposeBackfill(
      office,
      planId,
      csv([
        ['序号', '任务内容'],
        ['1', '甲'],
      ]),
    );
    expect(none.refusal).toContain('没有找到写明进展的表格');
    const broken = await proposeBackfill(office, planId, {
      bytes: new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0]),
      fileName: '坏.xlsx',
    });
    expect(broken.refusal).toMatch(/[\u4e00-\u9fff]/);
    const draft = (await findBackfillDraft(office, planId))!;
    expect(draft).toMatchObject({ id: broken.draftId, refusal: broken.refusal });
    await expect(discardBackfillDraft(leader, { planId, draftId: draft.id })).rejects.toEqual(refused('not_found'));
    await discardBackfillDraft(office, { planId, draftId: draft.id });
    await discardBackfillDraft(office, { planId, draftId: draft.id });
    expect(await findBackfillDraft(office, planId)).toBeNull();
  });

  test('is refused to others', async () => {
    const file = csv([
      ['序号', '进展情况'],
      ['1', '甲'],
    ]);
    await expect(proposeBackfill(zengdu, planId, file)).rejects.toEqual(refused('not_found'));
    await expect(proposeBackfill(reporter, planId, file)).rejects.toEqual(refused('forbidden'));
  });
});

test('a row with words and no state is a fault; what a workbook said and nobody decided waits', () => {
  const fields = { planId: '1', idempotencyKey: randomUUID(), basis: '台账', 'version-5': '1', 'state-5': '' };
  expect(backfillSchema.safeParse({ ...fields, 'narrative-5': '写了一半' }).error?.issues[0]?.path).toEqual([
    'state-5',
  ]);
  expect(backfillSchema.parse({ ...fields, 'narrative-5': '表中所写', 'read-5': '表中所写' }).rows).toEqual([]);
});

test('an archived plan takes none', async () => {
  const plan = await db().plan.findUniqueOrThrow({ where: { id: planId } });
  await archivePlan(office, { planId, version: plan.version });
  const [row] = await readRows();
  await expect(backfillTasks(office, input([rowOf(row!)]))).rejects.toEqual(refused('invalid_state'));
});
