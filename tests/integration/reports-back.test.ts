// What came back to a unit, withdrawn or sent back: where the next report starts from, and what is not taken for it.
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addLink } from '@/lib/evidence/evidence.commands';
import { findManyForm } from '@/lib/reports/many-reports.queries';
import { submitProgress, submitResult, withdrawReport } from '@/lib/reports/report.commands';
import { findReportForm } from '@/lib/reports/report.queries';
import { submitManySchema, submitProgressSchema, submitResultSchema } from '@/lib/reports/report.schema';
import { rowErrorKey, sendManyProgress, sendProgress, sendResult } from '@/lib/reports/report-sending.commands';
import { returnReport } from '@/lib/reviews/review.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import type { AppError } from '@/lib/server/errors';
import { toDate } from '@/lib/server/events';
import { ChangedFormError } from '@/lib/server/sent-form';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { sendBackPaper, setHeadSigns, signPaper, withdrawPaper } from '@/lib/unit-papers/unit-paper.commands';
import { listPapersOfTask } from '@/lib/unit-papers/unit-paper.queries';
import { sendBackPaperSchema, signPaperSchema } from '@/lib/unit-papers/unit-paper.schema';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

let world: World;
let august: number;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const today = { day: DAY, today: DAY, isToday: true, notice: null };
const formOf = async (actor: Actor, wanted: Parameters<typeof findReportForm>[3] = {}, id = task) =>
  (await findReportForm(actor, (await findTaskDetail(actor, String(id), today))!, today, wanted))!;

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
async function result(changes: Record<string, string | string[]> = {}) {
  const { version } = await db().task.findUniqueOrThrow({ where: { id: task } });
  return submitResultSchema.parse({
    taskId: String(task),
    taskVersion: String(version),
    narrative: '目标已全部完成，申请办结。',
    nextSteps: '做好资料归档。',
    idempotencyKey: randomUUID(),
    ...changes,
  });
}
const withdraw = async (actor: Actor, reportId: number, reportVersion = 1) =>
  withdrawReport(actor, { taskId: task, reportId, reportVersion });
const sendBackToUnit = async (reportId: number, reportVersion = 1) =>
  returnReport(await as('city_office'), {
    taskId: task,
    reportId,
    reportVersion,
    reason: '请补充办件数据。',
    idempotencyKey: randomUUID(),
  });
const link = async (actor: Actor, title: string) =>
  (
    await addLink(actor, {
      taskId: task,
      url: `https://www.example.gov.cn/${next()}`,
      title,
      docNumber: '',
      issuer: '',
      signedOn: null,
    })
  ).id;
const titles = (form: { evidence: { title: string }[] }) => form.evidence.map((piece) => piece.title);
const sendBack = (paperId: number) =>
  sendBackPaperSchema.parse({ paperId: String(paperId), version: '1', reason: '请补充办件数据。' });

beforeAll(async () => {
  world = await makeWorld();
  august = (
    await db().cycle.create({
      data: {
        planId: world.plans.city,
        label: '2022年8月',
        startsOn: toDate('2022-08-01'),
        closesOn: toDate('2022-08-31'),
        graceEndsOn: toDate('2022-09-07'),
      },
    })
  ).id;
});
beforeEach(async () => {
  await queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [DAY]);
  task = await makeTask(world, 'city');
});

describe('the next report starts from what came back', () => {
  test('a RESULT that was withdrawn: its words and its evidence, not the old progress', async () => {
    const actor = await as('lead_reporter');
    await submitProgress(actor, progress());
    const evidenceIds = [await link(actor, '验收意见'), await link(actor, '门户首页')];
    const input = await result({ evidenceIds });
    const { reportId } = await submitResult(actor, input);
    await withdraw(actor, reportId);
    const form = await formOf(actor);
    expect(form).toMatchObject({
      current: { narrative: '目标已全部完成，申请办结。', nextSteps: '做好资料归档。' },
      prefilledFrom: expect.stringContaining('已撤回的办结申请'),
      returned: null,
      expectedVersion: 1,
    });
    expect(titles(form)).toEqual(['验收意见', '门户首页']);
    // and they can be sent again
    const again = await submitResult(actor, await result({ evidenceIds: form.evidence.map((piece) => piece.id) }));
    expect(again.isRepeat).toBe(false);
  });

  test('a RESULT that was sent back: and the form says why, until something newer was reported', async () => {
    const actor = await as('lead_reporter');
    const { reportId } = await submitResult(actor, await result({ evidenceIds: [await link(actor, '验收意见')] }));
    await sendBackToUnit(reportId);
    const form = await formOf(actor);
    expect(form).toMatchObject({
      current: { narrative: '目标已全部完成，申请办结。' },
      prefilledFrom: expect.stringContaining('被退回的办结申请'),
      returned: { title: '办结申请被退回', reason: '请补充办件数据。' },
    });
    expect(titles(form)).toEqual(['验收意见']);
    // another cycle is another matter, and what was asked for in the address goes first
    expect(await formOf(actor, { cycle: String(august) })).toMatchObject({ current: null, returned: null });
    await submitProgress(actor, progress({ narrative: '正在补充办件数据。', expectedVersion: '0' }));
    expect(await formOf(actor)).toMatchObject({
      current: { narrative: '正在补充办件数据。' },
      prefilledFrom: null,
      returned: null,
    });
  });

  test('a PROGRESS that was withdrawn', async () => {
    const actor = await as('lead_reporter');
    const { reportId } = await submitProgress(actor, progress({ evidenceIds: [await link(actor, '印发通知')] }));
    await withdraw(actor, reportId);
    const form = await formOf(actor);
    expect(form).toMatchObject({ current: { narrative: '已完成事项清单梳理。' }, expectedVersion: 0 });
    expect(form.prefilledFrom).toContain('已撤回的进展');
    expect(titles(form)).toEqual(['印发通知']);
    // another unit starts from nothing
    expect(await formOf(await as('named_reporter'))).toMatchObject({
      current: null,
      prefilledFrom: null,
      evidence: [],
    });
  });
});

describe('a return between drawing and sending', () => {
  test('is not answered by words written before it: conflict with the reason, and then once more', async () => {
    const actor = await as('lead_reporter');
    const { reportId } = await submitProgress(actor, progress());
    const drawn = await formOf(actor);
    expect(drawn).toMatchObject({ expectedVersion: 1, seenReviewId: 0 });
    await sendBackToUnit(reportId);
    const fields = { narrative: '补充：本月办理 126 件。', expectedVersion: '1', seenReviewId: '0' };
    const error = await submitProgress(actor, progress(fields)).catch((e: AppError) => e);
    expect(error).toMatchObject({ code: 'conflict', latest: { returned: '请补充办件数据。', version: '1' } });
    expect(await db().progressReport.findUnique({ where: { id: reportId } })).toMatchObject({ status: 'RETURNED' });
    expect(await db().notice.count({ where: { taskId: task, kind: 'returned', settledAt: null } })).toBeGreaterThan(0);
    const { seenReviewId } = (error as AppError).latest as { seenReviewId: string };
    expect((await formOf(actor)).seenReviewId).toBe(Number(seenReviewId));
    await submitProgress(actor, progress({ ...fields, seenReviewId }));
    expect(await db().progressReport.findUnique({ where: { id: reportId } })).toMatchObject({ status: 'SUBMITTED' });
  });

  test('in a form for many tasks the row says why, and can then be sent', async () => {
    const actor = await as('lead_reporter');
    const { reportId } = await submitProgress(actor, progress());
    const own = (seenReviewId: number | string) =>
      submitManySchema.parse({
        tasks: [String(task)],
        narrative: '本月集中推进，均按计划完成。',
        idempotencyKey: randomUUID(),
        [`cycleId-${task}`]: String(world.cycles.city),
        [`expectedVersion-${task}`]: '1',
        [`seenReviewId-${task}`]: String(seenReviewId),
      });
    await sendBackToUnit(reportId);
    const error = await sendManyProgress(actor, own(0)).catch((e: AppError) => e);
    const latest = (error as AppError).latest as Record<string, string>;
    expect(latest[rowErrorKey(task)]).toContain('请补充办件数据。');
    const [row] = (await findManyForm(actor, [task], DAY)).rows;
    expect(row).toMatchObject({
      returnedReason: '请补充办件数据。',
      seenReviewId: Number(latest[`seenReviewId-${task}`]),
    });
    await sendManyProgress(actor, own(row!.seenReviewId));
  });
});

describe('the same form once more', () => {
  test('after its report was withdrawn is no repeat: refused, with a fresh key for another try', async () => {
    const actor = await as('lead_reporter');
    const input = progress();
    const { report } = await sendProgress(actor, input);
    expect((await sendProgress(actor, input)).report).toMatchObject({ isRepeat: true });
    await withdraw(actor, report!.reportId);
    await expect(sendProgress(actor, input)).rejects.toBeInstanceOf(ChangedFormError);
    await expect(submitProgress(actor, input)).rejects.toEqual(refused('conflict'));
    // many at once by one key: refused as a whole, not row by row for ever
    const fields = {
      tasks: [String(task)],
      narrative: '本月集中推进，均按计划完成。',
      idempotencyKey: randomUUID(),
      [`cycleId-${task}`]: String(world.cycles.city),
      [`expectedVersion-${task}`]: '0',
    };
    const [sent] = await sendManyProgress(actor, submitManySchema.parse(fields));
    await withdraw(actor, sent!.report!.reportId);
    await expect(sendManyProgress(actor, submitManySchema.parse(fields))).rejects.toBeInstanceOf(ChangedFormError);
  });

  test('after its RESULT was sent back', async () => {
    const actor = await as('lead_reporter');
    const input = await result();
    const { report } = await sendResult(actor, input);
    expect((await sendResult(actor, input)).report).toMatchObject({ isRepeat: true });
    await sendBackToUnit(report!.reportId);
    await expect(sendResult(actor, input)).rejects.toBeInstanceOf(ChangedFormError);
  });
});

test('a co-lead whose form was open is told whose 办结申请 it is', async () => {
  task = await makeTask(world, 'city');
  await db().taskUnit.create({
    data: {
      taskId: task,
      role: 'LEAD',
      position: 2,
      printed: '印发原文',
      divisions: [],
      coUnitIds: [],
      unitId: world.units.culture,
    },
  });
  await submitResult(await as('lead_reporter'), await result());
  const colead = await as('other_reporter');
  await expect(submitProgress(colead, progress())).rejects.toThrow('市发改委已就该任务申请办结');
  expect((await formOf(colead)).refusal).toContain('请与该单位联系');
  expect((await formOf(await as('lead_reporter'))).refusal).toContain('请先撤回办结申请');
});

describe('where the head signs', () => {
  beforeAll(async () => {
    await queryAsOwner("UPDATE setting SET value = '2022-09-01' WHERE key = 'simulated_today'");
    await setHeadSigns(await as('named_head'), { unitId: world.units.finance, signs: true });
  });
  const written = async (changes: Record<string, string | string[]> = {}) => {
    const { paperId } = await sendProgress(await as('named_reporter'), progress(changes));
    return paperId!;
  };
  /** Written in time: August's grace still runs. Afterwards a unit that is only responsible owes nothing in it. */
  const inAugust = async () => {
    await queryAsOwner("UPDATE setting SET value = '2022-09-05' WHERE key = 'simulated_today'");
    return written({ cycleId: String(august) });
  };

  test('a paper of another cycle that came back keeps its cycle', async () => {
    for (const back of ['withdrawn', 'sent back']) {
      task = await makeTask(world, 'city');
      const paperId = await inAugust();
      if (back === 'withdrawn') await withdrawPaper(await as('named_reporter'), { paperId, version: 1 });
      else await sendBackPaper(await as('named_head'), sendBack(paperId));
      const on = { day: '2022-09-05', today: '2022-09-05', isToday: true, notice: null };
      const actor = await as('named_reporter');
      const detail = (await findTaskDetail(actor, String(task), on))!;
      const form = (await findReportForm(actor, detail, on, { paper: String(paperId) }))!;
      expect(form).toMatchObject({ cycle: { id: august }, paperId, notice: null });
      // the choice of another cycle stands over it, with the words kept
      const other = (await findReportForm(actor, detail, on, {
        paper: String(paperId),
        cycle: String(world.cycles.city),
      }))!;
      expect(other).toMatchObject({ cycle: { id: world.cycles.city }, current: { narrative: '已完成事项清单梳理。' } });
      // and where the cycle takes no report any more the form says so
      await queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [DAY]);
      const late = await formOf(actor, { paper: String(paperId) });
      expect(late.cycle?.id).toBe(world.cycles.city);
      expect(late.notice).toContain('2022年8月周期现已不能填报');
    }
  });

  test('a paper sent back stays to be seen whatever the unit writes in another cycle', async () => {
    const paperId = await inAugust();
    await sendBackPaper(await as('named_head'), sendBack(paperId));
    await queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [DAY]);
    const other = await written();
    const seen = async () => (await listPapersOfTask(await as('named_reporter'), task, DAY)).map((paper) => paper.id);
    expect(await seen()).toEqual([other, paperId]);
    await signPaper(await as('named_head'), signPaperSchema.parse({ paperId: String(other), version: '1' }));
    expect(await seen()).toEqual([paperId]);
  });

  test('a head is told of a return that came after the paper was written', async () => {
    const head = await as('named_head');
    const first = signPaperSchema.parse({ paperId: String(await written()), version: '1' });
    await signPaper(head, first);
    const { id: reportId } = await db().progressReport.findFirstOrThrow({ where: { taskId: task } });
    await written({ expectedVersion: '1', narrative: '更正：已完成全部清单梳理。' });
    const moved = async () => (await listPapersOfTask(head, task, DAY))[0]!.movedWords;
    expect(await moved()).toBeNull();
    await sendBackToUnit(reportId);
    expect(await moved()).toContain('请补充办件数据。');
  });

  test('the same form after its paper was withdrawn is no repeat', async () => {
    const actor = await as('named_reporter');
    const input = progress();
    const { paperId } = await sendProgress(actor, input);
    expect((await sendProgress(actor, input)).paperId).toBe(paperId);
    await withdrawPaper(actor, { paperId: paperId!, version: 1 });
    await expect(sendProgress(actor, input)).rejects.toBeInstanceOf(ChangedFormError);
  });

  test('the form for many tasks knows what waits already', async () => {
    const waiting = task;
    await written();
    const free = await makeTask(world, 'city');
    const rowsOf = async (key: ViewerKey) =>
      (await findManyForm(await as(key), [waiting, free], DAY)).rows.map((row) => row.waitingBy);
    const { displayName } = await as('named_reporter');
    expect(await rowsOf('named_reporter')).toEqual([displayName, null]);
    expect(await rowsOf('lead_reporter')).toEqual([null, null]);
  });
});

test('what the office entered is not the unit’s to withdraw', async () => {
  const report = await db().progressReport.create({
    data: { taskId: task, unitId: world.units.reform, kind: 'PROGRESS', isByLead: true, isBackfill: true },
  });
  await db().reportVersion.create({
    data: {
      reportId: report.id,
      version: 1,
      narrative: '2021年已建成。',
      problems: '',
      needs: '',
      nextSteps: '',
      evidenceIds: [],
      idempotencyKey: randomUUID(),
      authorId: world.accounts.city_office,
      effectiveOn: toDate('2022-09-01'),
    },
  });
  await expect(withdraw(await as('lead_reporter'), report.id)).rejects.toThrow('由优化办补录');
  expect(await db().progressReport.findUnique({ where: { id: report.id } })).toMatchObject({ status: 'SUBMITTED' });
});
