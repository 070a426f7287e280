import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listUnsentEvidence } from '@/lib/evidence/evidence.queries';
import { cycleWords } from '@/lib/reports/cycle-choice.rules';
import { findManyForm } from '@/lib/reports/many-reports.queries';
import { submitProgress } from '@/lib/reports/report.commands';
import { findReportForm, listPartReports, listReports } from '@/lib/reports/report.queries';
import { submitManySchema, submitProgressSchema } from '@/lib/reports/report.schema';
import { sendManyProgress, sendProgress } from '@/lib/reports/report-sending.commands';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { setHeadSigns } from '@/lib/unit-papers/unit-paper.commands';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

let world: World;
let july: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const today = { day: DAY, today: DAY, isToday: true, notice: null };
const detailOf = async (actor: Actor, id: number) => (await findTaskDetail(actor, String(id), today))!;

function progress(taskId: number, changes: Record<string, string | string[]> = {}) {
  return submitProgressSchema.parse({
    taskId: String(taskId),
    cycleId: String(world.cycles.city),
    expectedVersion: '0',
    narrative: '已完成事项清单梳理。',
    idempotencyKey: randomUUID(),
    ...changes,
  });
}

/** What the form for many sends. */
function many(ids: number[], changes: Record<string, string | string[]> = {}) {
  const own = Object.fromEntries(
    ids.flatMap((id) => [
      [`cycleId-${id}`, String(world.cycles.city)],
      [`expectedVersion-${id}`, '0'],
    ]),
  );
  return {
    tasks: ids.map(String),
    narrative: '本月集中推进，均按计划完成。',
    problems: '',
    needs: '',
    nextSteps: '继续推进。',
    idempotencyKey: randomUUID(),
    ...own,
    ...changes,
  };
}
const parsed = (fields: object) => submitManySchema.parse(fields);

async function link(actor: Actor, taskId: number, unitId: number): Promise<string> {
  const { id } = await db().evidence.create({
    data: {
      kind: 'LINK',
      title: '印发通知',
      url: 'http://example.gov.cn/notice.html',
      taskId,
      unitId,
      uploadedById: actor.accountId,
      uploadedOn: toDate(DAY),
    },
    select: { id: true },
  });
  return id;
}

beforeAll(async () => {
  world = await makeWorld();
  const made = await db().cycle.create({
    data: {
      planId: world.plans.city,
      label: '2022年8月',
      startsOn: toDate('2022-08-01'),
      closesOn: toDate('2022-08-31'),
      graceEndsOn: toDate('2022-09-07'),
    },
  });
  july = made.id;
});
beforeEach(() => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [DAY]));

describe('many tasks in one form', () => {
  test('the form offers each task its cycle and says what is left out', async () => {
    const ids = [await makeTask(world, 'city'), await makeTask(world, 'city'), await makeTask(world, 'zone')];
    await queryAsOwner("UPDATE task SET state = 'CANCELLED' WHERE id = $1", [ids[1]]);
    const form = await findManyForm(await as('lead_reporter'), [...ids, 999_999], DAY);
    expect(form.rows.map((row) => [row.taskId, row.cycle?.id, row.expectedVersion, row.refusal === null])).toEqual([
      [ids[0], world.cycles.city, 0, true],
      [ids[1], world.cycles.city, 0, false],
    ]);
    expect(form.dropped).toBe(2);
    expect((await findManyForm(await as('far_reporter'), ids, DAY)).rows).toEqual([]);
  });

  test('a year without its notice is said beside the grace, in the words of the form for one task', async () => {
    const task = await makeTask(world, 'city');
    const actor = await as('lead_reporter');
    const words = async () => {
      const [row] = (await findManyForm(actor, [task], DAY)).rows;
      const form = (await findReportForm(actor, await detailOf(actor, task), today, {}))!;
      return [cycleWords(row!.cycle), cycleWords(form.cycle)];
    };
    expect(await words()).toEqual(Array(2).fill('2022年9月周期 · 10月12日截止'));
    await queryAsOwner('UPDATE calendar_year SET is_published = false WHERE year = 2022');
    const said = '2022年9月周期 · 10月12日截止（节假日安排尚未公布，按周末推算）';
    expect(await words()).toEqual([said, said]);
    await queryAsOwner('UPDATE calendar_year SET is_published = true WHERE year = 2022');
  });

  test('common words, own words and percent, shared evidence: one report and one event a task', async () => {
    const actor = await as('lead_reporter');
    const ids = [await makeTask(world, 'city'), await makeTask(world, 'city')] as const;
    const piece = await link(actor, ids[0], world.units.reform);
    const fields = many([...ids], {
      [`narrative-${ids[1]}`]: '第二项另有进展，已上线运行。',
      [`percent-${ids[1]}`]: '80%',
      evidenceIds: piece,
    });
    const sent = await sendManyProgress(actor, parsed(fields));
    expect(sent.map((one) => one.report?.isRepeat)).toEqual([false, false]);
    expect((await sendManyProgress(actor, parsed(fields))).map((one) => one.report?.isRepeat)).toEqual([true, true]);
    const reports = await Promise.all(ids.map(async (id) => listReports(actor, await detailOf(actor, id), DAY)));
    expect(reports.map(([report]) => [report!.versions[0]!.narrative, report!.versions[0]!.percent])).toEqual([
      ['本月集中推进，均按计划完成。', null],
      ['第二项另有进展，已上线运行。', 80],
    ]);
    for (const [report] of reports) {
      expect(report!.versions[0]!.evidence.map((one) => one.url)).toEqual(['http://example.gov.cn/notice.html']);
    }
    for (const id of ids) {
      expect(await db().taskEvent.count({ where: { taskId: id, type: 'REPORT_SUBMITTED' } })).toBe(1);
    }
  });

  test('evidence lying with a task that is left out goes with the others and no longer lies there', async () => {
    const actor = await as('lead_reporter');
    const [left, ...ids] = [
      await makeTask(world, 'city'),
      await makeTask(world, 'city'),
      await makeTask(world, 'city'),
    ];
    const [shared, other] = [
      await link(actor, left!, world.units.reform),
      await link(actor, left!, world.units.reform),
    ];
    const fields = many(ids, { evidenceIds: shared });
    for (const isRepeat of [false, true])
      expect((await sendManyProgress(actor, parsed(fields))).map((one) => one.report?.isRepeat)).toEqual([
        isRepeat,
        isRepeat,
      ]);
    for (const id of ids) {
      const [report] = await listReports(actor, await detailOf(actor, id), DAY);
      expect(report!.versions[0]!.evidence).toHaveLength(1);
    }
    expect((await listUnsentEvidence(actor, { taskId: left! })).map((piece) => piece.id)).toEqual([other]);
  });

  test('one row that cannot be sent: nothing is written, and the row says why', async () => {
    const actor = await as('lead_reporter');
    const ids = [await makeTask(world, 'city'), await makeTask(world, 'city')] as const;
    await submitProgress(await as('lead_head'), progress(ids[1]));
    const refusal = await sendManyProgress(actor, parsed(many([...ids]))).catch((error: unknown) => error);
    expect(refusal).toEqual(refused('unreadable'));
    expect(Object.keys((refusal as { latest: object }).latest)).toEqual([`row-${ids[1]}`]);
    expect(await db().progressReport.count({ where: { taskId: ids[0] } })).toBe(0);
  });

  test("another branch's task among them: none exists for the actor, nothing is written", async () => {
    const [own, other] = [await makeTask(world, 'city'), await makeTask(world, 'district')];
    await expect(sendManyProgress(await as('lead_reporter'), parsed(many([own, other])))).rejects.toEqual(
      refused('not_found'),
    );
    expect(await db().progressReport.count({ where: { taskId: own } })).toBe(0);
  });

  test('where the head signs each task becomes a paper', async () => {
    await setHeadSigns(await as('lead_head'), { unitId: world.units.reform, signs: true });
    const ids = [await makeTask(world, 'city'), await makeTask(world, 'city')];
    const sent = await sendManyProgress(await as('lead_reporter'), parsed(many(ids)));
    expect(sent.every((one) => one.report === null && one.paperId !== null)).toBe(true);
    expect(await db().unitPaper.count({ where: { taskId: { in: ids }, status: 'WAITING' } })).toBe(2);
    await setHeadSigns(await as('lead_head'), { unitId: world.units.reform, signs: false });
  });

  test.each([
    ['no task', {}, 'tasks'],
    ['no words', { tasks: '7', narrative: '', 'expectedVersion-7': '0' }, 'narrative'],
    [
      'own words too short',
      { tasks: '7', narrative: '均按计划完成。', 'narrative-7': '无', 'expectedVersion-7': '0' },
      'narrative-7',
    ],
    ['a percent that is none', { tasks: '7,8', narrative: '均按计划完成。', 'percent-8': '两成' }, 'percent-8'],
    ['too many tasks', { tasks: Array.from({ length: 31 }, (_, at) => String(at + 1)) }, 'tasks'],
  ])('a form with %s is refused at its place', (_title, fields, place) => {
    const answer = submitManySchema.safeParse({ idempotencyKey: randomUUID(), ...fields });
    expect(answer.success).toBe(false);
    expect(answer.error!.issues.map((issue) => issue.path[0])).toContain(place);
  });
});

describe('starting from the last report', () => {
  test('?from=last fills in what was said the time before; sent unchanged it is marked', async () => {
    const actor = await as('lead_reporter');
    const task = await makeTask(world, 'city');
    await queryAsOwner("UPDATE setting SET value = '2022-08-20' WHERE key = 'simulated_today'");
    await submitProgress(actor, progress(task, { cycleId: String(july), nextSteps: '继续推进。' }));
    await queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [DAY]);
    const detail = await detailOf(actor, task);
    const plain = await findReportForm(actor, detail, today, {});
    expect(plain).toMatchObject({
      current: null,
      prefilledFrom: null,
      last: { on: '2022-08-20', label: '2022年8月进展' },
    });
    const form = await findReportForm(actor, detail, today, { from: 'last' });
    expect(form).toMatchObject({ current: { narrative: '已完成事项清单梳理。', nextSteps: '继续推进。' } });
    expect(form!.prefilledFrom).toContain('沿用');
    const first = await submitProgress(actor, progress(task, { nextSteps: '继续推进。' }));
    const listed = await listReports(await as('city_office'), await detailOf(await as('city_office'), task), DAY);
    expect(listed.map((report) => report.versions[0]!.isSameAsLast)).toEqual([true, false]);
    // a correction with other words is no longer the same
    await submitProgress(actor, progress(task, { expectedVersion: '1', narrative: '已完成清单梳理，共 126 项。' }));
    const again = await listReports(actor, await detailOf(actor, task), DAY);
    expect(again.find((report) => report.id === first.reportId)!.versions.map((v) => v.isSameAsLast)).toEqual([
      false,
      true,
    ]);
  });

  test('who meets another version is shown its evidence beside its words', async () => {
    const task = await makeTask(world, 'city');
    const actor = await as('lead_reporter');
    const piece = await link(actor, task, world.units.reform);
    await sendProgress(await as('lead_head'), progress(task, { evidenceIds: piece }));
    const refusal = await sendProgress(actor, progress(task)).catch((error: unknown) => error);
    expect(refusal).toEqual(refused('conflict'));
    const { latest } = refusal as { latest: { evidence: string } };
    expect(JSON.parse(latest.evidence)).toEqual([expect.objectContaining({ id: piece, title: '印发通知' })]);
    // And their next version may name it.
    const sent = await sendProgress(actor, progress(task, { expectedVersion: '1', evidenceIds: piece }));
    expect(sent.report?.version).toBe(2);
  });

  test('a correction starts from the evidence of the version before it', async () => {
    const actor = await as('lead_reporter');
    const task = await makeTask(world, 'city');
    const piece = await link(actor, task, world.units.reform);
    const unsent = (await findReportForm(actor, await detailOf(actor, task), today, {}))!;
    expect(unsent.evidence.map((one) => one.id)).toEqual([piece]);
    await submitProgress(actor, progress(task, { evidenceIds: piece }));
    const form = (await findReportForm(await as('lead_head'), await detailOf(await as('lead_head'), task), today, {}))!;
    expect(form.evidence.map((one) => one.id)).toEqual([piece]);
    await expect(submitProgress(await as('named_reporter'), progress(task, { evidenceIds: piece }))).rejects.toEqual(
      refused('unreadable'),
    );
  });
});

describe('what responsible units say', () => {
  test('stands beside the form of the lead, who may adopt it; adopted sources are kept', async () => {
    const lead = await as('lead_reporter');
    const task = await makeTask(world, 'city');
    const { reportId } = await submitProgress(
      await as('named_reporter'),
      progress(task, { narrative: '资金已全部下达。' }),
    );
    const parts = await listPartReports({ id: task }, world.cycles.city, DAY);
    expect(parts.map((part) => [part.unitName, part.report?.narrative ?? null])).toEqual([
      ['市财政局', '资金已全部下达。'],
      ['江东区', null],
      ['江西区', null],
    ]);
    const detail = await detailOf(lead, task);
    const form = (await findReportForm(lead, detail, today, { adopt: `${reportId},999999` }))!;
    expect(form).toMatchObject({ adoptedFrom: [reportId], current: { narrative: '（市财政局）资金已全部下达。' } });
    const other = await makeTask(world, 'city');
    const foreign = await submitProgress(await as('named_reporter'), progress(other));
    await sendProgress(lead, progress(task, { adoptedFrom: [String(reportId), String(foreign.reportId)] }));
    const event = await db().taskEvent.findFirstOrThrow({
      where: { taskId: task, isByLead: true, type: 'REPORT_SUBMITTED' },
    });
    expect(event.payload).toMatchObject({ adoptedFrom: [reportId] });
    const responsible = await as('named_reporter');
    expect((await findReportForm(responsible, await detailOf(responsible, task), today, {}))!.parts).toEqual([]);
  });
});

test('20 units report on one task at once: no conflict, 20 reports, a sound chain', async () => {
  const task = await makeTask(world, 'city');
  const actors: Actor[] = [];
  for (let n = 0; n < 20; n += 1) {
    const unit = await db().unit.create({
      data: {
        regionId: world.regions.city,
        name: `责任单位${next()}`,
        kind: 'department',
        divisions: [],
        sortOrder: 500 + n,
      },
    });
    await db().taskUnit.create({
      data: {
        taskId: task,
        role: n < 3 ? 'LEAD' : 'RESPONSIBLE',
        position: 10 + n,
        printed: unit.name,
        divisions: [],
        coUnitIds: [],
        unitId: unit.id,
      },
    });
    const account = await db().account.create({
      data: {
        username: `at-once-${next()}`,
        displayName: `填报员${n}`,
        passwordHash: '-',
        mustChangePassword: false,
        roles: ['unit_reporter'],
        unitId: unit.id,
      },
    });
    actors.push((await loadActor(account.id))!);
  }
  const done = await Promise.all(actors.map((actor) => sendProgress(actor, progress(task))));
  expect(new Set(done.map((one) => one.report?.reportId)).size).toBe(20);
  expect(await db().progressReport.count({ where: { taskId: task } })).toBe(20);
  const detail = await detailOf(await as('city_office'), task);
  expect(detail).toMatchObject({ isChainSound: true, eventCount: 21 });
  expect(detail.events.map((event) => event.sequence)).toEqual(Array.from({ length: 21 }, (_, at) => at + 1));
});
