import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBoardScope } from '@/lib/dashboards/board-scope.queries';
import { getNavigation } from '@/lib/dashboards/navigation.queries';
import { getUnitHome } from '@/lib/dashboards/unit-home.queries';
import {
  decideExtension,
  requestExtension,
  sendExtension,
  withdrawExtension,
} from '@/lib/extensions/extension.commands';
import { findTaskExtensions } from '@/lib/extensions/extension.queries';
import { setHandler } from '@/lib/handlers/handler.commands';
import { findTaskHandlers } from '@/lib/handlers/handler.queries';
import { handlersOf } from '@/lib/notices/recipients.queries';
import { remindTask } from '@/lib/reminders/remind.commands';
import { submitProgress, submitResult, withdrawReport } from '@/lib/reports/report.commands';
import { findReportForm, listReports } from '@/lib/reports/report.queries';
import { submitProgressSchema, submitResultSchema } from '@/lib/reports/report.schema';
import { sendProgress, sendResult } from '@/lib/reports/report-sending.commands';
import { acceptReport } from '@/lib/reviews/review.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { ChangedFormError } from '@/lib/server/sent-form';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { sendBackPaper, setHeadSigns, signPaper, withdrawPaper } from '@/lib/unit-papers/unit-paper.commands';
import { countPapers, findHeadSigns, listPapers, listPapersOfTask } from '@/lib/unit-papers/unit-paper.queries';
import { sendBackPaperSchema, signPaperSchema } from '@/lib/unit-papers/unit-paper.schema';
import { queryAsApp, queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const paperOf = (id: number) => db().unitPaper.findUniqueOrThrow({ where: { id } });
const eventTypes = async (id: number) =>
  (await db().taskEvent.findMany({ where: { taskId: id }, orderBy: { sequence: 'asc' } })).map((e) => e.type);
const noticesOf = (key: ViewerKey & keyof World['accounts'], kind: string) =>
  db().notice.findMany({ where: { accountId: world.accounts[key], kind, taskId: task }, orderBy: { id: 'asc' } });

function progress(changes: Record<string, string> = {}) {
  return submitProgressSchema.parse({
    taskId: String(task),
    cycleId: String(world.cycles.city),
    expectedVersion: '0',
    percent: '40',
    narrative: '已完成事项清单梳理。',
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
const extension = (changes: object = {}) => ({
  taskId: task,
  version: 1,
  toDueOn: '2023-01-31',
  reason: '系统改造未完成。',
  progress: '已完成七成。',
  idempotencyKey: randomUUID(),
  ...changes,
});
const sign = (paperId: number, changes: Record<string, string> = {}) =>
  signPaperSchema.parse({ paperId: String(paperId), version: '1', ...changes });
const sendBack = (paperId: number, changes: Record<string, string> = {}) =>
  sendBackPaperSchema.parse({ paperId: String(paperId), version: '1', reason: '请补充办件数据。', ...changes });

async function written(actor: Actor, input = progress()): Promise<number> {
  const { paperId } = await sendProgress(actor, input);
  if (paperId === null) throw new Error('submitted at once');
  return paperId;
}

beforeAll(async () => {
  world = await makeWorld();
  await setHeadSigns(await as('lead_head'), { unitId: world.units.reform, signs: true });
  await setHeadSigns(await as('bureau_head'), { unitId: world.units.planning, signs: true });
});
beforeEach(async () => {
  await setToday(DAY);
  task = await makeTask(world, 'city');
});

describe('where the head signs', () => {
  test('what a reporter submits waits and says nothing for the unit', async () => {
    const input = progress();
    const paperId = await written(await as('lead_reporter'), input);
    expect(await paperOf(paperId)).toMatchObject({ status: 'WAITING', kind: 'PROGRESS', unitId: world.units.reform });
    expect(await db().progressReport.count({ where: { taskId: task } })).toBe(0);
    expect(await eventTypes(task)).toEqual(['TASK_CREATED', 'PAPER_WRITTEN']);
    expect(await db().task.findUniqueOrThrow({ where: { id: task } })).toMatchObject({ state: 'NOT_STARTED' });
    expect(await noticesOf('lead_head', 'paper_to_sign')).toHaveLength(1);
    // the same form again
    expect(await sendProgress(await as('lead_reporter'), input)).toEqual({ report: null, paperId });
  });

  test('what waits for the head is told apart from what nobody has written', async () => {
    const owedBy = async (key: ViewerKey) => {
      const scope = (await findBoardScope(await as(key), {}, DAY))!;
      return (await getUnitHome(await as(key), scope, DAY)).owed.find((item) => item.taskId === task);
    };
    expect(await owedBy('lead_reporter')).toMatchObject({ isWithHead: false });
    const paperId = await written(await as('lead_reporter'));
    expect(await owedBy('lead_reporter')).toMatchObject({ cycleId: world.cycles.city, isWithHead: true });
    await sendBackPaper(await as('lead_head'), sendBack(paperId));
    expect(await owedBy('lead_reporter')).toMatchObject({ isWithHead: false });
  });

  test('a paper before it is signed, and what a unit is urged with, are not everybody’s to read', async () => {
    await written(await as('lead_reporter'));
    await remindTask(await as('city_office'), {
      taskId: task,
      words: '请于本周内报送。',
      idempotencyKey: randomUUID(),
    });
    const seen = async (key: ViewerKey) => {
      const detail = (await findTaskDetail(await as(key), String(task), { day: DAY, today: DAY }))!;
      const urged = detail.events.find(({ type }) => type === 'REMINDED')!;
      return [
        detail.events.some(({ type }) => type === 'PAPER_WRITTEN'),
        urged.payload.words ?? null,
        detail.eventCount,
      ];
    };
    expect(await seen('lead_reporter')).toEqual([true, '请于本周内报送。', 3]);
    expect(await seen('lead_head')).toEqual([true, '请于本周内报送。', 3]);
    expect(await seen('city_office')).toEqual([false, '请于本周内报送。', 3]);
    expect(await seen('other_reporter')).toEqual([false, null, 3]);
  });

  test('a reporter can neither submit past the head nor sign for them', async () => {
    const reporter = await as('lead_reporter');
    await expect(submitProgress(reporter, progress())).rejects.toEqual(refused('forbidden'));
    await expect(submitResult(reporter, result())).rejects.toEqual(refused('forbidden'));
    const paperId = await written(reporter);
    await expect(signPaper(reporter, sign(paperId))).rejects.toEqual(refused('forbidden'));
    await expect(sendBackPaper(reporter, sendBack(paperId))).rejects.toEqual(refused('forbidden'));
    expect(await paperOf(paperId)).toMatchObject({ status: 'WAITING', version: 1 });
  });

  test('what a head signed a reporter does not take back', async () => {
    await signPaper(await as('lead_head'), sign(await written(await as('lead_reporter'))));
    const { id } = await db().progressReport.findFirstOrThrow({ where: { taskId: task } });
    const input = { taskId: task, reportId: id, reportVersion: 1 };
    await expect(withdrawReport(await as('lead_reporter'), input)).rejects.toEqual(refused('forbidden'));
    await withdrawReport(await as('lead_head'), input);
  });

  test('a head who writes submits at once; units that are not set so do too', async () => {
    expect((await sendProgress(await as('lead_head'), progress())).paperId).toBeNull();
    expect((await sendProgress(await as('named_reporter'), progress())).paperId).toBeNull();
  });

  test('what would be refused at submitting is refused at writing', async () => {
    const reporter = await as('lead_reporter');
    await expect(sendProgress(reporter, progress({ expectedVersion: '3' }))).rejects.toEqual(refused('conflict'));
    await expect(sendResult(reporter, result({ taskVersion: '9' }))).rejects.toEqual(refused('conflict'));
    await expect(sendExtension(reporter, extension({ toDueOn: '2022-10-01' }))).rejects.toEqual(
      refused('invalid_state'),
    );
  });

  test('two papers about the same cycle never wait side by side', async () => {
    await written(await as('lead_reporter'));
    await expect(sendProgress(await as('lead_reporter'), progress())).rejects.toEqual(refused('invalid_state'));
  });

  test('without anybody who could sign nothing is written', async () => {
    await queryAsOwner('UPDATE account SET is_active = false WHERE id = $1', [world.accounts.lead_head]);
    await expect(sendProgress(await as('lead_reporter'), progress())).rejects.toEqual(refused('invalid_state'));
    await queryAsOwner('UPDATE account SET is_active = true WHERE id = $1', [world.accounts.lead_head]);
  });
});

describe('signPaper', () => {
  test('submits on the day of signing, in the words of the writer, signed by the head', async () => {
    const [reporter, head] = [await as('lead_reporter'), await as('lead_head')];
    const paperId = await written(reporter);
    await setToday('2022-09-23');
    await signPaper(head, sign(paperId));
    await signPaper(head, sign(paperId)); // the same form again
    const versions = await db().reportVersion.findMany({ where: { report: { taskId: task } } });
    expect(versions).toHaveLength(1);
    expect(versions[0]).toMatchObject({
      authorId: reporter.accountId,
      signedById: head.accountId,
      narrative: '已完成事项清单梳理。',
      percent: 40,
      effectiveOn: new Date('2022-09-23T00:00:00Z'),
    });
    expect(await paperOf(paperId)).toMatchObject({ status: 'SIGNED', reportId: versions[0]!.reportId, version: 2 });
    expect(await db().task.findUniqueOrThrow({ where: { id: task } })).toMatchObject({ state: 'IN_PROGRESS' });
    expect((await noticesOf('lead_head', 'paper_to_sign')).every((notice) => notice.settledAt !== null)).toBe(true);
    const detail = (await findTaskDetail(head, String(task), { day: '2022-09-23', today: '2022-09-23' }))!;
    expect(detail.isChainSound).toBe(true);
    const [report] = await listReports(head, detail, '2022-09-23');
    expect(report!.versions[0]).toMatchObject({ writtenBy: 'lead_reporter', authorWords: head.words, isSigned: true });
  });

  test("the head's corrections go out, the writer's words stay in the paper", async () => {
    const paperId = await written(await as('lead_reporter'));
    await signPaper(await as('lead_head'), sign(paperId, { narrative: '已完成清单梳理，共 126 项。', percent: '45' }));
    expect(await db().reportVersion.findFirst({ where: { report: { taskId: task } } })).toMatchObject({
      narrative: '已完成清单梳理，共 126 项。',
      percent: 45,
      problems: '',
    });
    expect((await paperOf(paperId)).input).toMatchObject({ narrative: '已完成事项清单梳理。', percent: 40 });
  });

  test('a result waits too, and its head can not accept it as an officer', async () => {
    const { paperId } = await sendResult(await as('lead_reporter'), result());
    expect(await db().task.findUniqueOrThrow({ where: { id: task } })).toMatchObject({ state: 'NOT_STARTED' });
    await setToday('2022-09-22');
    await signPaper(await as('lead_head'), sign(paperId!));
    expect(await db().task.findUniqueOrThrow({ where: { id: task } })).toMatchObject({ state: 'UNDER_REVIEW' });
    const report = await db().progressReport.findFirstOrThrow({ where: { taskId: task, kind: 'RESULT' } });
    await acceptReport(await as('city_office'), {
      taskId: task,
      reportId: report.id,
      reportVersion: 1,
      note: '',
      idempotencyKey: randomUUID(),
    });
    // achieved on the day it left the unit: the day it was signed
    expect(await db().task.findUniqueOrThrow({ where: { id: task } })).toMatchObject({
      achievedOn: new Date('2022-09-22T00:00:00Z'),
    });
  });

  test("another unit's head does not see the paper; a head of the unit above signs for its 科室", async () => {
    const paperId = await written(await as('lead_reporter'));
    await expect(signPaper(await as('named_head'), sign(paperId))).rejects.toEqual(refused('not_found'));
    await expect(signPaper(await as('far_head'), sign(paperId))).rejects.toEqual(refused('not_found'));
    await expect(signPaper(await as('city_office'), sign(paperId))).rejects.toEqual(refused('not_found'));
    task = await makeTask(world, 'division');
    const ofDivision = await written(await as('division_reporter'));
    expect(await noticesOf('bureau_head', 'paper_to_sign')).toHaveLength(1);
    await signPaper(await as('bureau_head'), sign(ofDivision));
    expect(await db().progressReport.findFirst({ where: { taskId: task } })).toMatchObject({
      unitId: world.units.planning,
      isByLead: true,
    });
  });

  test('where the unit has reported meanwhile the paper waits on, intact, until the head signs upon what stands', async () => {
    const head = await as('lead_head');
    const paperId = await written(await as('lead_reporter'));
    await sendProgress(head, progress({ narrative: '负责人直接填报的内容。' }));
    await expect(signPaper(head, sign(paperId))).rejects.toEqual(refused('conflict'));
    expect(await paperOf(paperId)).toMatchObject({ status: 'WAITING', version: 1 });
    const [view] = await listPapersOfTask(head, task, DAY);
    expect(view).toMatchObject({ expectedVersion: 1, before: { narrative: '负责人直接填报的内容。' } });
    expect(view!.movedWords).toContain('第 2 版');
    await signPaper(head, sign(paperId, { expectedVersion: '1' }));
    const versions = await db().reportVersion.findMany({
      where: { report: { taskId: task } },
      orderBy: { version: 'asc' },
    });
    expect(versions.map((v) => v.narrative)).toEqual(['负责人直接填报的内容。', '已完成事项清单梳理。']);
  });

  test('a task that closed meanwhile refuses, and the paper waits on', async () => {
    const paperId = await written(await as('lead_reporter'));
    await queryAsOwner("UPDATE task SET state = 'CANCELLED' WHERE id = $1", [task]);
    await expect(signPaper(await as('lead_head'), sign(paperId))).rejects.toEqual(refused('invalid_state'));
    expect(await paperOf(paperId)).toMatchObject({ status: 'WAITING' });
    await queryAsOwner("UPDATE task SET state = 'NOT_STARTED' WHERE id = $1", [task]);
  });

  test('a paper that waits past the grace counts from the day it is signed: a 补报', async () => {
    const paperId = await written(await as('lead_reporter'));
    await setToday('2022-10-13');
    await signPaper(await as('lead_head'), sign(paperId));
    expect(await db().progressReport.findFirst({ where: { taskId: task } })).toMatchObject({ isCatchUp: true });
  });

  test('a responsible unit’s paper that waits past the grace goes out too, as what it is on that day: a 补报', async () => {
    await setHeadSigns(await as('named_head'), { unitId: world.units.finance, signs: true });
    const paperId = await written(await as('named_reporter'));
    await setToday('2022-10-13');
    const head = await as('named_head');
    await signPaper(head, sign(paperId));
    expect(await db().progressReport.findFirstOrThrow({ where: { taskId: task } })).toMatchObject({
      unitId: world.units.finance,
      isByLead: false,
      isCatchUp: true,
    });
    const { events } = (await findTaskDetail(head, String(task), { day: '2022-10-13', today: '2022-10-13' }))!;
    expect(events.at(-1)).toMatchObject({ type: 'REPORT_SUBMITTED', payload: { isCatchUp: true, paperId } });
    // never in time: for the cycle no lead has reported
    expect(
      await queryAsOwner('SELECT missed_cycles, light::text FROM standing_as_of($1) WHERE task_id = $2', [
        '2022-10-13',
        task,
      ]),
    ).toEqual([{ missed_cycles: 1, light: 'YELLOW' }]);
    // what it had not written by then it does not owe, and it is not taken
    task = await makeTask(world, 'city');
    await expect(sendProgress(await as('named_reporter'), progress())).rejects.toEqual(refused('invalid_state'));
    await setHeadSigns(head, { unitId: world.units.finance, signs: false });
  });

  test('so does a lead’s, where the task was under review when the cycle closed and came back', async () => {
    const paperId = await written(await as('lead_reporter'));
    await queryAsOwner("UPDATE task_standing SET state = 'UNDER_REVIEW' WHERE task_id = $1", [task]);
    await setToday('2022-10-13');
    await signPaper(await as('lead_head'), sign(paperId));
    expect(await db().progressReport.findFirstOrThrow({ where: { taskId: task } })).toMatchObject({
      isByLead: true,
      isCatchUp: true,
    });
  });

  test('two heads at once: one report', async () => {
    const paperId = await written(await as('lead_reporter'));
    const second = await db().account.create({
      data: {
        username: `second-head-${next()}`,
        displayName: '副局长',
        passwordHash: '-',
        mustChangePassword: false,
        roles: ['unit_head'],
        unitId: world.units.reform,
      },
    });
    const { loadActor } = await import('@/lib/server/auth/actor');
    const results = await Promise.allSettled([
      signPaper(await as('lead_head'), sign(paperId)),
      signPaper((await loadActor(second.id))!, sign(paperId)),
    ]);
    expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await db().reportVersion.count({ where: { report: { taskId: task } } })).toBe(1);
  });
});

describe('sending back and withdrawing', () => {
  test('the writer is told why, finds the words in the form, and writes anew', async () => {
    const [reporter, head] = [await as('lead_reporter'), await as('lead_head')];
    const paperId = await written(reporter);
    await sendBackPaper(head, sendBack(paperId));
    await sendBackPaper(head, sendBack(paperId)); // the same form again
    expect(await paperOf(paperId)).toMatchObject({ status: 'SENT_BACK', decisionNote: '请补充办件数据。' });
    expect(await eventTypes(task)).toEqual(['TASK_CREATED', 'PAPER_WRITTEN', 'PAPER_SENT_BACK']);
    expect(await noticesOf('lead_reporter', 'paper_sent_back')).toMatchObject([
      { body: '请补充办件数据。', settledAt: null },
    ]);
    await expect(signPaper(head, sign(paperId))).rejects.toEqual(refused('invalid_state'));
    const asOf = { day: DAY, today: DAY, isToday: true, notice: null };
    const detail = (await findTaskDetail(reporter, String(task), asOf))!;
    const form = await findReportForm(reporter, detail, asOf, { paper: String(paperId) });
    expect(form).toMatchObject({ current: { narrative: '已完成事项清单梳理。', percent: 40 }, isForHead: true });
    expect(form!.prefilledFrom).toContain('退改');
    expect(await listPapersOfTask(reporter, task, DAY)).toMatchObject([{ status: 'SENT_BACK' }]);
    const again = await written(reporter, progress({ narrative: '已完成清单梳理，共 126 项。' }));
    expect(await noticesOf('lead_reporter', 'paper_sent_back')).toMatchObject([{ settledAt: expect.any(Date) }]);
    expect((await listPapersOfTask(reporter, task, DAY)).map((paper) => paper.id)).toEqual([again]);
  });

  test('the head above signs for a 科室 that is only responsible, and sends back what a unit wrote before it left the task', async () => {
    await setHeadSigns(await as('bureau_head'), { unitId: world.units.quality, signs: true });
    const bureauHead = await as('bureau_head');
    await db().taskUnit.updateMany({
      where: { taskId: task, role: 'RESPONSIBLE', unitId: world.units.finance },
      data: { unitId: world.units.quality },
    });
    await signPaper(bureauHead, sign(await written(await as('quality_reporter'))));
    expect(await db().progressReport.findFirstOrThrow({ where: { taskId: task } })).toMatchObject({
      unitId: world.units.quality,
      isByLead: false,
    });
    task = await makeTask(world, 'city');
    const paperId = await written(await as('lead_reporter'));
    await db().taskUnit.updateMany({
      where: { taskId: task, role: 'LEAD' },
      data: { unitId: world.units.culture },
    });
    const head = await as('lead_head');
    await expect(signPaper(head, sign(paperId))).rejects.toEqual(refused('invalid_state'));
    await sendBackPaper(head, sendBack(paperId));
    expect(await paperOf(paperId)).toMatchObject({ status: 'SENT_BACK' });
  });

  test('the writer or who looks after it withdraws; nobody else', async () => {
    const paperId = await written(await as('lead_reporter'));
    const input = { paperId, version: 1 };
    await expect(withdrawPaper(await as('lead_head'), input)).rejects.toEqual(refused('forbidden'));
    await expect(withdrawPaper(await as('named_reporter'), input)).rejects.toEqual(refused('not_found'));
    await expect(withdrawPaper(await as('lead_reporter'), { ...input, version: 4 })).rejects.toEqual(
      refused('conflict'),
    );
    await withdrawPaper(await as('lead_reporter'), input);
    await withdrawPaper(await as('lead_reporter'), input); // the same form again
    expect(await paperOf(paperId)).toMatchObject({ status: 'WITHDRAWN' });
    await expect(sendBackPaper(await as('lead_head'), sendBack(paperId))).rejects.toEqual(refused('invalid_state'));
    expect((await noticesOf('lead_head', 'paper_to_sign')).every((notice) => notice.settledAt !== null)).toBe(true);
  });
});

test('the application itself cannot rewrite what a paper holds', async () => {
  const paperId = await written(await as('lead_reporter'));
  for (const change of ["input = '{}'", 'written_by_id = 1', 'unit_id = 1', "written_on = '2022-01-01'"])
    await expect(queryAsApp(`UPDATE unit_paper SET ${change} WHERE id = ${paperId}`), change).rejects.toThrow(/denied/);
});

describe('extensions', () => {
  test("a reporter's request waits for the head whatever the unit's setting, and is the head's from the day of signing", async () => {
    task = await makeTask(world, 'district', { dueOn: '2022-12-31' });
    const sent = await sendExtension(await as('east_lead_reporter'), extension());
    if (!('paperId' in sent)) throw new Error('asked at once');
    expect(await db().extension.count({ where: { taskId: task } })).toBe(0);
    await expect(requestExtension(await as('east_lead_reporter'), extension())).rejects.toEqual(refused('forbidden'));
    await setToday('2022-09-25');
    await signPaper(await as('east_lead_head'), sign(sent.paperId, { reason: '系统改造未完成，需延期一个月。' }));
    const made = await db().extension.findFirstOrThrow({ where: { taskId: task } });
    expect(made).toMatchObject({
      reason: '系统改造未完成，需延期一个月。',
      progress: '已完成七成。',
      unitId: world.units.eastReform,
      requestedById: (await as('east_lead_head')).accountId,
      requestedOn: new Date('2022-09-25T00:00:00Z'),
    });
    expect(await paperOf(sent.paperId)).toMatchObject({ status: 'SIGNED', extensionId: made.id });
    await decideExtension(await as('east_office'), { extensionId: made.id, version: 1, decision: 'GRANTED', note: '' });
  });
});

describe('the lists', () => {
  test('a head and the reporters of the unit see its papers in full, nobody else', async () => {
    const paperId = await written(await as('lead_reporter'));
    const seen = async (key: ViewerKey) => {
      const actor = await as(key);
      const all = [];
      for (let page = 1; ; page += 1) {
        const { rows, total } = await listPapers(actor, DAY, page);
        all.push(...rows);
        if (all.length >= total) return { paper: all.find((row) => row.id === paperId), total };
      }
    };
    const head = await seen('lead_head');
    expect(head.paper).toMatchObject({
      canSign: true,
      canWithdraw: false,
      report: { narrative: '已完成事项清单梳理。' },
      cycle: { label: '2022年9月', graceEndsOn: '2022-10-12' },
      movedWords: null,
    });
    expect(await countPapers(await as('lead_head'), DAY)).toBe(head.total);
    expect((await seen('lead_reporter')).paper).toMatchObject({ canSign: false, canWithdraw: true });
    for (const key of ['named_head', 'city_office', 'city_leader', 'far_head'] as const) {
      expect((await seen(key)).paper).toBeUndefined();
      expect(await listPapersOfTask(await as(key), task, DAY)).toEqual([]);
    }
  });
});

describe('setHeadSigns', () => {
  test('by the head of the unit or of the one above, and who manages units; recorded', async () => {
    const unitId = world.units.quality;
    await setHeadSigns(await as('bureau_head'), { unitId, signs: true });
    expect(await findHeadSigns(await as('bureau_head'), unitId, DAY)).toEqual({ signs: true });
    await setHeadSigns(await as('city_admin'), { unitId, signs: false });
    await setHeadSigns(await as('city_admin'), { unitId, signs: false }); // nothing changes
    expect(await findHeadSigns(await as('platform_admin'), unitId, DAY)).toEqual({ signs: false });
    const trail = await db().auditEvent.findMany({ where: { kind: 'setting.changed', subjectId: unitId } });
    expect(trail).toHaveLength(2);
  });

  test('by nobody else', async () => {
    const unitId = world.units.reform;
    for (const key of ['lead_reporter', 'named_head', 'city_office', 'city_leader'] as const) {
      await expect(setHeadSigns(await as(key), { unitId, signs: false })).rejects.toEqual(refused('forbidden'));
      expect(await findHeadSigns(await as(key), unitId, DAY)).toBeNull();
    }
    for (const key of ['far_head', 'far_admin'] as const) {
      await expect(setHeadSigns(await as(key), { unitId, signs: false })).rejects.toEqual(refused('not_found'));
    }
    await expect(setHeadSigns(await as('platform_admin'), { unitId: 999_999, signs: true })).rejects.toEqual(
      refused('not_found'),
    );
  });
});

describe('a unit that represents a district and has no head', () => {
  const ledByWest = async () => {
    const id = await makeTask(world, 'zone');
    await db().taskUnit.updateMany({ where: { taskId: id, role: 'LEAD' }, data: { unitId: world.units.westZone } });
    return id;
  };

  test('the district’s office asks for an extension at once, takes it back, and names who looks after the task', async () => {
    task = await ledByWest();
    const office = await as('west_office');
    const form = async () => {
      const asOf = { day: DAY, today: DAY, isToday: true, notice: null };
      const detail = (await findTaskDetail(office, String(task), asOf))!;
      const [extensions, handlers] = [
        await findTaskExtensions(office, detail, asOf),
        await findTaskHandlers(office, detail, asOf),
      ];
      return { extensions: extensions!, handlers: handlers! };
    };
    const drawn = await form();
    expect(drawn.extensions.form).toMatchObject({ isHead: true, unitId: world.units.westZone });
    const choice = drawn.handlers.rows.find((row) => row.unitId === world.units.westZone)!.choices;
    expect(choice!.map(({ id }) => id)).toEqual(
      expect.arrayContaining([office.accountId, world.accounts.member_reporter]),
    );
    const input = extension();
    const sent = await sendExtension(office, input);
    if (!('extensionId' in sent)) throw new Error('a paper was laid before nobody');
    expect(await sendExtension(office, input)).toEqual(sent);
    expect(await db().extension.findUniqueOrThrow({ where: { id: sent.extensionId } })).toMatchObject({
      unitId: world.units.westZone,
      status: 'REQUESTED',
    });
    const handler = { taskId: task, unitId: world.units.westZone, accountId: office.accountId, wasAccountId: null };
    await setHandler(office, handler);
    const people = async () => handlersOf(db(), task, world.units.westZone, DAY);
    expect(await people()).toEqual([office.accountId]);
    await withdrawExtension(office, { extensionId: sent.extensionId });
    // the same form again is no repeat
    await expect(sendExtension(office, input)).rejects.toBeInstanceOf(ChangedFormError);
    expect(await db().extension.count({ where: { taskId: task } })).toBe(1);
  });

  test('what its reporters write for the head’s signature is signed by the office, which is told and led there', async () => {
    task = await ledByWest();
    const office = await as('west_office');
    const reporter = await as('member_reporter');
    const sent = await sendExtension(reporter, extension());
    if (!('paperId' in sent)) throw new Error('the extension went out at once');
    expect(await noticesOf('west_office', 'paper_to_sign')).toHaveLength(1);
    expect((await getNavigation(office, DAY)).papers).toBe(1);
    expect(await listPapers(office, DAY, 1)).toMatchObject({ rows: [{ id: sent.paperId, canSign: true }] });
    expect((await listPapers(reporter, DAY, 1)).rows).toMatchObject([{ canSign: false }]);
    await signPaper(office, sign(sent.paperId));
    expect(await paperOf(sent.paperId)).toMatchObject({ status: 'SIGNED', decidedById: office.accountId });
    expect((await getNavigation(office, DAY)).papers).toBeNull();
  });

  test('where it has a head, the office writes and the head signs', async () => {
    task = await makeTask(world, 'zone');
    const [office, head] = [await as('east_office'), await as('east_zone_head')];
    await expect(requestExtension(office, extension())).rejects.toEqual(refused('forbidden'));
    const sent = await sendExtension(office, extension());
    if (!('paperId' in sent)) throw new Error('the extension went out at once');
    await expect(signPaper(office, sign(sent.paperId))).rejects.toEqual(refused('forbidden'));
    await signPaper(head, sign(sent.paperId));
  });
});
