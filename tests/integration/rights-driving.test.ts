// The actions of driving a list through every viewer: going live, cycles, the inside of a unit, reviews, extensions, reminders, settings, bulk. Beside the table,
// what must be shown by name: nobody signs for a head.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendProgress } from '@/lib/reports/report-sending.commands';
import { db, inTransaction } from '@/lib/server/db';
import { setSetting } from '@/lib/settings/setting.commands';
import type { Fields } from '../support/rights-by-hand';
import { cycleOf, NARRATIVE, reportFields, taskVersion, words } from '../support/rights-cases';
import {
  as,
  askRoute,
  closeWorld,
  codeOf,
  describeCases,
  describeRoutes,
  doorOf,
  drive,
  FROM_ELSEWHERE,
  forgetLast,
  formOf,
  openWorld,
  readPosition,
  world,
  writtenSince,
} from '../support/rights-drive';
import { DRIVING_CASES, DRIVING_ROUTES, workbook } from '../support/rights-driving-cases';
import { makeSlip } from '../support/rights-slip-cases';
import { formKey, GROUND, type Ground, makeTask, type ViewerKey } from '../support/viewers';

vi.mock('@/lib/server/auth/session', async () => (await import('../support/rights-caller')).sessionStandIn());
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => new Map() }));
// Outside a browser's request there is no page to draw again.
vi.mock('next/cache', () => ({ refresh: () => {} }));
vi.mock('@/lib/imports/drafts/reading.jobs', () => ({ readInBackground: () => {} }));

beforeAll(openWorld);
beforeEach(forgetLast);
afterAll(closeWorld);

describeCases(DRIVING_CASES);
describeRoutes(DRIVING_ROUTES);

const outcome = async (key: ViewerKey, door: string, fields: Fields) => {
  forgetLast();
  return codeOf(await drive(key, doorOf(door), formOf(fields)));
};

describe('where the head signs', () => {
  const writers: readonly { ground: Ground; reporter: ViewerKey; head: ViewerKey }[] = [
    { ground: 'city', reporter: 'lead_reporter', head: 'lead_head' },
    // both a reporter and an officer of the plan: neither makes a head
    { ground: 'city', reporter: 'reporting_officer', head: 'lead_head' },
    // the office of the region that the unit represents acts for it, and does not sign for its head
    { ground: 'zone', reporter: 'east_office', head: 'east_zone_head' },
    // the head of the bureau signs for its 科室
    { ground: 'division', reporter: 'division_reporter', head: 'bureau_head' },
    { ground: 'district', reporter: 'east_lead_reporter', head: 'east_lead_head' },
  ];

  describe.each(writers)('$reporter on the ground $ground', ({ ground, reporter, head }) => {
    const headSigns = (signs: boolean) =>
      inTransaction((tx) => setSetting(tx, null, 'head_signs', world.units[GROUND[ground].lead], signs));
    beforeAll(() => headSigns(true));
    afterAll(() => headSigns(false));
    const sentBy = async (taskId: number) => ({
      reports: await db().progressReport.count({ where: { taskId } }),
      extensions: await db().extension.count({ where: { taskId } }),
      papers: (await db().unitPaper.findMany({ where: { taskId } })).map((paper) => paper.status),
    });

    it.each(['PROGRESS', 'RESULT'] as const)(
      'a %s waits for the head, and only the head sends it out',
      async (kind) => {
        const fields = await reportFields(ground, kind);
        const taskId = Number(fields.taskId);
        expect(await outcome(reporter, 'submitReportAction', fields)).toBe('done');
        expect(await sentBy(taskId)).toEqual({ reports: 0, extensions: 0, papers: ['WAITING'] });
        const { id } = await db().unitPaper.findFirstOrThrow({ where: { taskId } });
        const paper = { paperId: String(id), version: '1', reason: '请补充' };
        expect(await outcome(reporter, 'signPaperAction', { ...paper, reason: '' })).toMatch(/^(forbidden|invalid)/);
        expect(await outcome(reporter, 'signPaperAction', { paperId: String(id), version: '1' })).toBe('forbidden');
        expect(await outcome(reporter, 'sendBackPaperAction', paper)).toBe('forbidden');
        expect(await sentBy(taskId)).toEqual({ reports: 0, extensions: 0, papers: ['WAITING'] });
        expect(await outcome(head, 'signPaperAction', { paperId: String(id), version: '1' })).toBe('done');
        expect(await sentBy(taskId)).toEqual({ reports: 1, extensions: 0, papers: ['SIGNED'] });
        const report = await db().progressReport.findFirstOrThrow({ where: { taskId } });
        const target = { taskId: String(taskId), reportId: String(report.id), reportVersion: '1' };
        expect(await outcome(reporter, 'withdrawReportAction', target)).toBe('forbidden');
        expect(await outcome(head, 'withdrawReportAction', target)).toBe('done');
      },
    );

    it('a form for many goes before the head too', async () => {
      const taskId = await makeTask(world, ground);
      const own = { [`cycleId-${taskId}`]: String(cycleOf(ground)), [`expectedVersion-${taskId}`]: '0' };
      const fields = { tasks: String(taskId), ...own, narrative: NARRATIVE, idempotencyKey: formKey() };
      expect(await outcome(reporter, 'submitManyAction', fields)).toBe('done');
      expect(await sentBy(taskId)).toEqual({ reports: 0, extensions: 0, papers: ['WAITING'] });
    });

    it('an extension is asked for by the head alone, whatever the setting', async () => {
      for (const signs of [false, true]) {
        await headSigns(signs);
        const taskId = await makeTask(world, ground);
        const asked = { taskId: String(taskId), version: await taskVersion(taskId), toDueOn: '2023-01-31' };
        const fields = { ...asked, reason: '接口未开放', idempotencyKey: formKey() };
        expect(await outcome(reporter, 'requestExtensionAction', fields)).toBe('forbidden');
        expect(await outcome(reporter, 'sendExtensionAction', fields)).toBe('done');
        expect(await sentBy(taskId)).toEqual({ reports: 0, extensions: 0, papers: ['WAITING'] });
        const { id } = await db().unitPaper.findFirstOrThrow({ where: { taskId } });
        expect(await outcome(reporter, 'signPaperAction', { paperId: String(id), version: '1' })).toBe('forbidden');
        expect(await outcome(head, 'signPaperAction', { paperId: String(id), version: '1' })).toBe('done');
        expect(await sentBy(taskId)).toEqual({ reports: 0, extensions: 1, papers: ['SIGNED'] });
      }
    });

    it('the reply to a slip is the head’s', async () => {
      await headSigns(false);
      const { slipId } = await makeSlip(ground, 'SIGNED_FOR');
      await headSigns(true);
      const reply = { slipId: String(slipId), version: '4', text: '已制定整改措施。', idempotencyKey: formKey() };
      expect(await outcome(reporter, 'replySlipAction', reply)).toBe('forbidden');
      expect(await outcome(head, 'replySlipAction', { ...reply, idempotencyKey: formKey() })).toBe('done');
    });

    it('an objection is the head’s', async () => {
      const taskId = await makeTask(world, ground);
      const fields = {
        taskId: String(taskId),
        ground: 'NOT_OURS',
        reason: '职责已划转至他局',
        idempotencyKey: formKey(),
      };
      expect(await outcome(reporter, 'raiseObjectionAction', fields)).toBe('forbidden');
      expect(await outcome(head, 'raiseObjectionAction', { ...fields, idempotencyKey: formKey() })).toBe('done');
    });
  });

  it('the head of the bureau signs for a 科室 that takes part where another bureau leads', async () => {
    const unitId = world.units.quality;
    const taskId = await makeTask(world, 'city');
    await db().taskUnit.create({
      data: {
        taskId,
        role: 'RESPONSIBLE',
        position: 9,
        printed: '质量科',
        divisions: [],
        coUnitIds: [],
        unitId,
      },
      select: { id: true },
    });
    await inTransaction((tx) => setSetting(tx, null, 'head_signs', unitId, true));
    const report = { taskId, ...words(), evidenceIds: [], adoptedFrom: [], idempotencyKey: formKey() };
    const sent = await sendProgress(await as('quality_reporter'), {
      ...report,
      cycleId: world.cycles.city,
      expectedVersion: 0,
    });
    await inTransaction((tx) => setSetting(tx, null, 'head_signs', unitId, false));
    const paper = { paperId: String(sent.paperId), version: '1' };
    expect(await outcome('lead_head', 'signPaperAction', paper)).toBe('not_found');
    expect(await outcome('bureau_head', 'signPaperAction', paper)).toBe('done');
  });
});

describe('many tasks at once', () => {
  const bulk = async (tasks: readonly number[], more: Fields = {}): Promise<Fields> => ({
    do: 'cancel',
    ids: tasks.join(','),
    versions: (await Promise.all(tasks.map(async (id) => `${id}:${await taskVersion(id)}`))).join(','),
    basis: '江营商办〔2022〕8号',
    confirm: '1',
    idempotencyKey: formKey(),
    ...more,
  });

  it('one task out of reach among them: nothing is done to any', async () => {
    const tasks = [await makeTask(world, 'city'), await makeTask(world, 'district')];
    expect(await outcome('east_office', 'bulkAction', await bulk(tasks))).toBe('forbidden');
    expect(await outcome('group_office', 'bulkAction', await bulk([tasks[0]!, await makeTask(world, 'zone')]))).toBe(
      'not_found',
    );
    expect(await outcome('city_office', 'bulkAction', await bulk(tasks))).toBe('forbidden');
  });

  it('a preview writes nothing, whoever asks', async () => {
    const fields = await bulk([await makeTask(world, 'city')], { confirm: '' });
    expect(await outcome('city_office', 'bulkAction', fields)).toBe('idle');
    expect(await outcome('lead_head', 'bulkAction', fields)).toBe('forbidden');
    expect(await outcome('far_office', 'bulkAction', fields)).toBe('not_found');
  });

  it('reports and 补录 on a task out of reach beside one within it', async () => {
    const [own, other] = [await makeTask(world, 'city'), await makeTask(world, 'district')];
    const row = (id: number) => ({ [`cycleId-${id}`]: String(world.cycles.city), [`expectedVersion-${id}`]: '0' });
    const many = { tasks: [String(own), String(other)], ...row(own), ...row(other), narrative: NARRATIVE };
    expect(await outcome('lead_reporter', 'submitManyAction', { ...many, idempotencyKey: formKey() })).toBe(
      'not_found',
    );
    const entered = { planId: String(world.plans.city), basis: '原台账', idempotencyKey: formKey() };
    const states = { [`state-${own}`]: 'IN_PROGRESS', [`version-${own}`]: '1', [`state-${other}`]: 'IN_PROGRESS' };
    expect(
      await outcome('city_office', 'backfillTasksAction', { ...entered, ...states, [`version-${other}`]: '1' }),
    ).toBe('not_found');
  });
});

it('a workbook from a page of another site is refused', async () => {
  for (const headers of FROM_ELSEWHERE) {
    const before = await readPosition();
    const ask = { what: '', method: 'POST', params: () => ({ planId: String(world.plans.city) }) } as const;
    const file = Object.keys(DRIVING_ROUTES)[0]!;
    expect((await askRoute(file, 'city_office', { ...ask, request: workbook(headers) })).status).toBe(403);
    expect(await writtenSince(before)).toEqual([]);
  }
});
