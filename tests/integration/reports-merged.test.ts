// 市发改委 goes into 市文旅局 on a day: from that day on the other unit's people report what it owed, upon what it had said.
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findManyForm } from '@/lib/reports/many-reports.queries';
import { giveOpinion } from '@/lib/reports/opinion.commands';
import { findOpinions } from '@/lib/reports/opinion.queries';
import { submitProgress, submitResult, withdrawReport } from '@/lib/reports/report.commands';
import { findReportForm, listPartReports, listReports, listUnitReporting } from '@/lib/reports/report.queries';
import {
  giveOpinionSchema,
  submitManySchema,
  submitProgressSchema,
  submitResultSchema,
} from '@/lib/reports/report.schema';
import { sendManyProgress, sendProgress } from '@/lib/reports/report-sending.commands';
import { returnReport } from '@/lib/reviews/review.commands';
import { findReviewQueue } from '@/lib/reviews/review.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { setSetting } from '@/lib/settings/setting.commands';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { sendBackPaper, setHeadSigns, signPaper } from '@/lib/unit-papers/unit-paper.commands';
import { countPapers, listPapers, listPapersOfTask } from '@/lib/unit-papers/unit-paper.queries';
import { sendBackPaperSchema, signPaperSchema } from '@/lib/unit-papers/unit-paper.schema';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

const BEFORE = '2022-09-10';
const MERGED_ON = '2022-09-15';
let world: World;
let july: number;
let august: number;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const on = (day: string) => ({ day, today: day, isToday: true, notice: null });
const detailOf = async (actor: Actor, day = DAY) => (await findTaskDetail(actor, String(task), on(day)))!;
const formOf = async (actor: Actor, wanted: Record<string, string> = {}, day = DAY) =>
  findReportForm(actor, await detailOf(actor, day), on(day), wanted);
const reportsOf = () => db().progressReport.findMany({ where: { taskId: task }, orderBy: { id: 'asc' } });
const standing = async () =>
  queryAsOwner<{ missed_cycles: number }>('SELECT * FROM standing_as_of($1::date) WHERE task_id = $2', [DAY, task]);

function progress(changes: Record<string, string | string[]> = {}) {
  return submitProgressSchema.parse({
    taskId: String(task),
    cycleId: String(world.cycles.city),
    expectedVersion: '0',
    narrative: '已完成事项清单梳理。',
    idempotencyKey: randomUUID(),
    ...changes,
  });
}

async function cycle(label: string, startsOn: string, closesOn: string, graceEndsOn: string): Promise<number> {
  const days = { startsOn: toDate(startsOn), closesOn: toDate(closesOn), graceEndsOn: toDate(graceEndsOn) };
  return (await db().cycle.create({ data: { planId: world.plans.city, label, ...days } })).id;
}

beforeAll(async () => {
  world = await makeWorld();
  july = await cycle('2022年7月', '2022-07-01', '2022-07-31', '2022-08-05');
  august = await cycle('2022年8月', '2022-08-01', '2022-08-31', '2022-09-07');
  await db().unitMerge.create({
    data: {
      fromUnitId: world.units.reform,
      intoUnitId: world.units.culture,
      effectiveOn: toDate(MERGED_ON),
      basis: '机构改革方案',
    },
  });
});
beforeEach(async () => {
  await setToday(BEFORE);
  task = await makeTask(world, 'city');
});

describe('the form on the task', () => {
  test('is offered from the day of the merge on, for what the merged unit led', async () => {
    const survivor = await as('other_reporter');
    expect(await formOf(survivor, {}, BEFORE)).toBeNull();
    await setToday(DAY);
    const form = (await formOf(survivor))!;
    expect(form).toMatchObject({ unitId: world.units.culture, isLead: true, refusal: null, expectedVersion: 0 });
    expect(form.choices.map((choice) => choice.id)).toEqual([july, august, world.cycles.city]);
    await submitProgress(survivor, progress());
    expect(await reportsOf()).toMatchObject([{ unitId: world.units.culture, isByLead: true }]);
  });

  test('knows what the merged unit has reported: nothing is owed twice, a correction is the next version of it', async () => {
    const evidence = await db().evidence.create({
      data: {
        kind: 'LINK',
        title: '印发通知',
        url: 'http://example.gov.cn/notice.html',
        taskId: task,
        unitId: world.units.reform,
        uploadedById: world.accounts.lead_reporter,
        uploadedOn: toDate(BEFORE),
      },
    });
    const before = await as('lead_reporter');
    await submitProgress(before, progress({ cycleId: String(july), narrative: '七月已补齐情况。' }));
    await submitProgress(before, progress({ cycleId: String(august), narrative: '八月已补齐情况。' }));
    const words = { narrative: '九月上旬推进情况。', evidenceIds: [evidence.id] };
    const first = await submitProgress(before, progress(words));
    await setToday(DAY);
    const shown = await standing();
    const survivor = await as('other_reporter');
    const form = (await formOf(survivor))!;
    expect(form.choices.map((choice) => [choice.id, choice.report])).toEqual([[world.cycles.city, 'live']]);
    expect(form).toMatchObject({ expectedVersion: 1, current: { narrative: '九月上旬推进情况。' } });
    expect(form.evidence.map((piece) => piece.id)).toEqual([evidence.id]);
    expect(form.withdrawable).toMatchObject([{ reportId: first.reportId, unitName: '市发改委' }]);
    const done = await submitProgress(
      survivor,
      progress({ ...words, narrative: '更正九月情况。', expectedVersion: '1' }),
    );
    expect(done).toMatchObject({ reportId: first.reportId, version: 2, isCatchUp: false });
    // the stored unit stays; who spoke on the day is in the record
    expect((await reportsOf()).map((report) => report.unitId)).toEqual(Array(3).fill(world.units.reform));
    const detail = await detailOf(survivor);
    expect(detail.events.at(-1)).toMatchObject({ type: 'REPORT_SUBMITTED', unitName: '市文旅局', reportVersion: 2 });
    const [report] = await listReports(survivor, detail, DAY);
    expect(report!.versions.map((version) => version.narrative)).toEqual(['更正九月情况。', '九月上旬推进情况。']);
    expect(await listUnitReporting(detail, DAY)).toContainEqual(
      expect.objectContaining({ unitId: world.units.culture, lastOn: DAY }),
    );
    expect(await standing()).toEqual(shown);
    expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
  });

  test('starts 沿用上期 from the merged unit’s words, and calls the same words the same', async () => {
    await submitProgress(await as('lead_reporter'), progress({ cycleId: String(august), narrative: '八月推进情况。' }));
    await setToday(DAY);
    const survivor = await as('other_reporter');
    const form = (await formOf(survivor, { from: 'last' }))!;
    expect(form).toMatchObject({ current: { narrative: '八月推进情况。' }, last: { label: '2022年8月进展' } });
    await submitProgress(survivor, progress({ narrative: '八月推进情况。' }));
    const [report] = await listReports(survivor, await detailOf(survivor), DAY);
    expect(report!.versions[0]).toMatchObject({ isSameAsLast: true });
  });

  test('what was sent back to the merged unit is sent again by the other, and taken back by it', async () => {
    const first = await submitProgress(await as('lead_reporter'), progress());
    await returnReport(await as('city_office'), {
      taskId: task,
      reportId: first.reportId,
      reportVersion: 1,
      reason: '没有数据',
      idempotencyKey: randomUUID(),
    });
    await setToday(DAY);
    const survivor = await as('other_reporter');
    const form = (await formOf(survivor))!;
    expect(form).toMatchObject({ expectedVersion: 1, returned: { reason: '没有数据' } });
    const again = await submitProgress(
      survivor,
      progress({ expectedVersion: '1', seenReviewId: String(form.seenReviewId) }),
    );
    expect(again).toMatchObject({ reportId: first.reportId, version: 2 });
    expect(await db().notice.count({ where: { taskId: task, kind: 'returned', settledAt: null } })).toBe(0);
    await withdrawReport(survivor, { taskId: task, reportId: first.reportId, reportVersion: 2 });
    expect(await reportsOf()).toMatchObject([{ status: 'WITHDRAWN' }]);
    expect(await formOf(survivor)).toMatchObject({
      expectedVersion: 0,
      prefilledFrom: expect.stringContaining('已撤回的进展'),
    });
  });
});

test('a unit that was responsible beside the merged lead owes as a lead what the lead left out', async () => {
  await db().taskUnit.updateMany({
    where: { taskId: task, role: 'RESPONSIBLE', unitId: world.units.finance },
    data: { unitId: world.units.culture },
  });
  const survivor = await as('other_reporter');
  await setToday('2022-09-05');
  const own = await submitProgress(survivor, progress({ cycleId: String(august), narrative: '责任部分八月完成。' }));
  await setToday(DAY);
  const form = (await formOf(survivor, { cycle: String(august) }))!;
  expect(form).toMatchObject({ isLead: true, cycle: { id: august, isCatchUp: true }, expectedVersion: 1 });
  const done = await submitProgress(survivor, progress({ cycleId: String(august), expectedVersion: '1' }));
  expect(done).toMatchObject({ reportId: own.reportId, version: 2, isCatchUp: true });
  const [report] = await listReports(survivor, await detailOf(survivor), DAY);
  expect(report!.versions.map((version) => version.isCatchUp)).toEqual([true, false]);
  // caught up late, as standing has it, and not by the day of the responsible part
  expect(await standing()).toMatchObject([{ missed_cycles: 0, light: 'YELLOW', reason: 'UNREPORTED' }]);
  expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
});

test('the lead sees what a merged responsible unit said as the part of the unit it went into', async () => {
  await db().taskUnit.updateMany({ where: { taskId: task, role: 'LEAD' }, data: { unitId: world.units.finance } });
  await db().taskUnit.updateMany({
    where: { taskId: task, role: 'RESPONSIBLE', position: 1 },
    data: { unitId: world.units.reform },
  });
  await submitProgress(await as('lead_reporter'), progress({ narrative: '责任部分已完成。' }));
  await setToday(DAY);
  expect(await listPartReports({ id: task }, world.cycles.city, DAY)).toContainEqual(
    expect.objectContaining({
      unitId: world.units.culture,
      report: expect.objectContaining({ narrative: '责任部分已完成。' }),
    }),
  );
});

test('the form for many tasks offers them too, upon what the merged unit had said', async () => {
  const reported = task;
  await submitProgress(await as('lead_reporter'), progress());
  task = await makeTask(world, 'city');
  const survivor = await as('other_reporter');
  expect((await findManyForm(survivor, [reported, task], BEFORE)).rows).toEqual([]);
  await setToday(DAY);
  const form = await findManyForm(survivor, [reported, task], DAY);
  expect(form.rows).toMatchObject([
    { taskId: reported, unit: { id: world.units.culture, isLead: true }, expectedVersion: 1, refusal: null },
    { taskId: task, unit: { id: world.units.culture, isLead: true }, expectedVersion: 0, refusal: null },
  ]);
  const fields = Object.fromEntries(
    form.rows.flatMap((row) => [
      [`unitId-${row.taskId}`, String(row.unit.id)],
      [`cycleId-${row.taskId}`, String(row.cycle!.id)],
      [`expectedVersion-${row.taskId}`, String(row.expectedVersion)],
    ]),
  );
  const input = {
    ...fields,
    tasks: [reported, task].map(String),
    narrative: '本月集中推进。',
    idempotencyKey: randomUUID(),
  };
  const sent = await sendManyProgress(survivor, submitManySchema.parse(input));
  expect(sent.map(({ report }) => report?.version).sort()).toEqual([1, 2]);
});

describe('papers', () => {
  const sign = (paperId: number, changes: Record<string, string> = {}) =>
    signPaperSchema.parse({ paperId: String(paperId), version: '1', ...changes });
  async function written(key: ViewerKey, input = progress()): Promise<number> {
    const { paperId } = await sendProgress(await as(key), input);
    if (paperId === null) throw new Error('submitted at once');
    return paperId;
  }
  beforeAll(async () => {
    await setToday(BEFORE);
    await setHeadSigns(await as('lead_head'), { unitId: world.units.reform, signs: true });
    await setHeadSigns(await as('other_head'), { unitId: world.units.culture, signs: true });
  });

  test('of the merged unit wait before the head of the other, and no second one about the same beside them', async () => {
    const paperId = await written('lead_reporter');
    const head = await as('other_head');
    const waiting = await countPapers(head, BEFORE);
    await setToday(DAY);
    expect(await countPapers(head, DAY)).toBeGreaterThan(waiting);
    const listed = (await listPapers(head, DAY, 1)).rows.find((paper) => paper.id === paperId);
    expect(listed).toMatchObject({ canSign: true, expectedVersion: 0 });
    await expect(sendProgress(await as('other_reporter'), progress())).rejects.toEqual(refused('invalid_state'));
    await signPaper(head, sign(paperId));
    expect(await reportsOf()).toMatchObject([{ unitId: world.units.culture, isByLead: true, currentVersion: 1 }]);
    expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
  });

  test('sent back before the merge start the other unit’s form, and are done with once it has written anew', async () => {
    const paperId = await written('lead_reporter');
    await sendBackPaper(
      await as('lead_head'),
      sendBackPaperSchema.parse({ paperId: String(paperId), version: '1', reason: '请补充办件数据。' }),
    );
    await setToday(DAY);
    const survivor = await as('other_reporter');
    expect((await listPapersOfTask(survivor, task, DAY)).map((paper) => paper.id)).toEqual([paperId]);
    expect(await formOf(survivor, { paper: String(paperId) })).toMatchObject({
      current: { narrative: '已完成事项清单梳理。' },
    });
    const again = await written('other_reporter');
    expect((await listPapersOfTask(survivor, task, DAY)).map((paper) => paper.id)).toEqual([again]);
    expect(await db().notice.count({ where: { taskId: task, kind: 'paper_sent_back', settledAt: null } })).toBe(0);
  });

  test('where the other unit’s head signs, its head alone takes back what the merged one had reported', async () => {
    await setHeadSigns(await as('lead_head'), { unitId: world.units.reform, signs: false });
    const { reportId } = await submitProgress(await as('lead_reporter'), progress());
    await setHeadSigns(await as('lead_head'), { unitId: world.units.reform, signs: true });
    await setToday(DAY);
    const input = { taskId: task, reportId, reportVersion: 1 };
    const reformSigns = (signs: boolean) =>
      inTransaction((tx) => setSetting(tx, null, 'head_signs', world.units.reform, signs));
    await reformSigns(false);
    await expect(withdrawReport(await as('other_reporter'), input)).rejects.toEqual(refused('forbidden'));
    await withdrawReport(await as('other_head'), input);
    expect(await reportsOf()).toMatchObject([{ status: 'WITHDRAWN' }]);
    await reformSigns(true);
  });

  test('of the other unit upon what the merged one had reported', async () => {
    await signPaper(await as('lead_head'), sign(await written('lead_reporter')));
    await setToday(DAY);
    const paperId = await written('other_reporter', progress({ expectedVersion: '1', narrative: '更正九月情况。' }));
    const head = await as('other_head');
    const [paper] = await listPapersOfTask(head, task, DAY);
    expect(paper).toMatchObject({
      id: paperId,
      expectedVersion: 1,
      movedWords: null,
      before: { narrative: '已完成事项清单梳理。' },
    });
    await signPaper(head, sign(paperId));
    expect(await reportsOf()).toMatchObject([{ unitId: world.units.reform, currentVersion: 2 }]);
  });
});

test('the head of a bureau does not sign for the unit that one of its 科室 went into', async () => {
  const quality = await as('quality_reporter');
  expect((await as('bureau_head')).childUnitIds).toContain(quality.unitId);
  await db().unitMerge.create({
    data: {
      fromUnitId: world.units.quality,
      intoUnitId: world.units.finance,
      effectiveOn: toDate(MERGED_ON),
      basis: '机构改革方案',
    },
  });
  const head = await as('bureau_head');
  await db().taskUnit.updateMany({ where: { taskId: task, role: 'LEAD' }, data: { unitId: world.units.finance } });
  await setHeadSigns(await as('named_head'), { unitId: world.units.finance, signs: true });
  await setToday(DAY);
  const { paperId } = await sendProgress(await as('named_reporter'), progress());
  expect(await listPapersOfTask(await as('bureau_head'), task, DAY)).toEqual([]);
  const form = signPaperSchema.parse({ paperId: String(paperId), version: '1' });
  await expect(signPaper(await as('bureau_head'), form)).rejects.toEqual(refused('not_found'));
  await expect(submitProgress(await as('bureau_head'), progress())).rejects.toEqual(refused('forbidden'));
  expect(head.actingUnitIds).toEqual([world.units.housing]);
  await signPaper(await as('named_head'), form);
});

test('what a co-lead said of a result before it went into another lead stands as that one’s word, until it says another', async () => {
  await db().taskUnit.updateMany({
    where: { taskId: task, role: 'RESPONSIBLE', position: 1 },
    data: { role: 'LEAD', position: 2 },
  });
  const { reportId } = await submitResult(
    await as('named_head'),
    submitResultSchema.parse({
      taskId: String(task),
      taskVersion: '1',
      narrative: '目标已全部完成，申请办结。',
      idempotencyKey: randomUUID(),
    }),
  );
  const opinion = (agrees: 'yes' | 'no', words: string) =>
    giveOpinionSchema.parse({
      taskId: String(task),
      reportId: String(reportId),
      reportVersion: '1',
      agrees,
      words,
      idempotencyKey: randomUUID(),
    });
  await giveOpinion(await as('lead_head'), opinion('no', '数据尚未核对。'));
  await setToday(DAY);
  const survivor = await as('other_head');
  expect(await findOpinions(survivor, await detailOf(survivor), DAY)).toMatchObject({
    opinions: [{ unitId: world.units.culture, unitName: '市发改委', agrees: false }],
    silent: [],
    unit: { id: world.units.culture },
  });
  const objections = async () =>
    (await findReviewQueue(await as('city_office'), DAY, 1))!.rows.find((row) => row.taskId === task)?.objections;
  expect(await objections()).toBe(1);
  await giveOpinion(survivor, opinion('yes', ''));
  expect(await objections()).toBe(0);
  expect(await findOpinions(survivor, await detailOf(survivor), DAY)).toMatchObject({
    opinions: [{ unitId: world.units.culture, unitName: '市文旅局', agrees: true }],
    silent: [],
  });
});
