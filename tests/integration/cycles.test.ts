import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { correctCalendar, publishCalendarYear } from '@/lib/cycles/calendar.commands';
import { findCalendarYear, readCalendar, workingDayAfter, workingDaysSince } from '@/lib/cycles/calendar.queries';
import { correctCalendarSchema, publishCalendarSchema } from '@/lib/cycles/calendar.schema';
import {
  findCycleDetail,
  findCycleReader,
  listOwnCycleTasks,
  listPlanCycles,
} from '@/lib/dashboards/plan-cycles.queries';
import { addDays, type Day } from '@/lib/dates';
import { activatePlan, archivePlan } from '@/lib/plans/plan.commands';
import { findPlan } from '@/lib/plans/plan.queries';
import { changeDueSoonDays, changePlanCycles } from '@/lib/plans/plan-cycles.commands';
import { previewCycles } from '@/lib/plans/plan-cycles.queries';
import { changeDueSoonDaysSchema, changePlanCyclesSchema } from '@/lib/plans/plan-cycles.schema';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import type { Role } from '@/lib/rights/rights.table';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { setTaskCycle } from '@/lib/tasks/task-cycle.commands';
import { setTaskCycleSchema } from '@/lib/tasks/task-cycle.schema';
import { queryAsApp, queryAsOwner } from '../support/database';
import { randomFrom } from '../support/histories';
import { cyclesOwed, type HistoryEvent, simulate } from '../support/standing.oracle';

type Who = 'office' | 'leader' | 'zengdu' | 'platform' | 'reporter';
const actors = {} as Record<Who, Actor>;
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: Day) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const START = '2022-03-15';
let planId: number;

async function makeActor(username: string, roles: Role[], place: { regionId?: number; unitId?: number }) {
  const account = await db().account.create({
    data: { username, displayName: username, passwordHash: '-', roles, ...place },
  });
  return (await loadActor(account.id))!;
}

beforeAll(async () => {
  const region = async (code: string) => (await db().region.findUniqueOrThrow({ where: { code } })).id;
  const unit = await db().unit.findFirstOrThrow({
    where: { name: '市市场监管局', region: { code: 'ezhou' }, parentId: null },
  });
  actors.office = await makeActor('office', ['office'], { regionId: await region('ezhou') });
  actors.leader = await makeActor('leader', ['leader'], { regionId: await region('ezhou') });
  actors.zengdu = await makeActor('zengdu', ['office'], { regionId: await region('zengdu') });
  actors.platform = await makeActor('platform', ['admin'], {});
  actors.reporter = await makeActor('reporter', ['unit_reporter'], { unitId: unit.id });
  await queryAsOwner("INSERT INTO setting (key, value) VALUES ('simulated_today', '2022-05-20')");
  planId = (await db().plan.findUniqueOrThrow({ where: { slug: 'ezhou-2022' } })).id;
});

const planNow = () => db().plan.findUniqueOrThrow({ where: { id: planId } });
const rules = async (changes: Record<string, unknown> = {}) =>
  changePlanCyclesSchema.parse({
    planId,
    version: (await planNow()).version,
    kind: 'MONTHLY',
    closingDay: '25',
    graceWorkingDays: '3',
    dates: '',
    basis: '优化办专题会议纪要',
    idempotencyKey: randomUUID(),
    ...changes,
  });
const soon = (changes: Record<string, unknown> = {}) =>
  changeDueSoonDaysSchema.parse({
    planId,
    days: '7',
    basis: '优化办专题会议纪要',
    idempotencyKey: randomUUID(),
    ...changes,
  });
const own = (taskId: number, changes: Record<string, unknown> = {}) =>
  setTaskCycleSchema.parse({
    taskId: String(taskId),
    kind: 'QUARTERLY',
    closingDay: '',
    basis: '来函要求',
    idempotencyKey: randomUUID(),
    ...changes,
  });

type CycleText = {
  id: number;
  label: string;
  startsOn: Day;
  closesOn: Day;
  graceEndsOn: Day;
  supersededOn: Day | null;
};
const cyclesOf = (where: string, values: unknown[] = []) =>
  queryAsOwner<CycleText>(
    `SELECT id, label, starts_on::text AS "startsOn", closes_on::text AS "closesOn", grace_ends_on::text AS "graceEndsOn", superseded_on::text AS "supersededOn"
       FROM cycle WHERE ${where} ORDER BY closes_on, id`,
    values,
  );
const planCycles = (live = true) =>
  cyclesOf(`plan_id = $1 AND task_id IS NULL ${live ? 'AND superseded_on IS NULL' : ''}`, [planId]);
const owedBy = (taskId: number) =>
  queryAsOwner<CycleText>(
    `SELECT id, label, starts_on::text AS "startsOn", closes_on::text AS "closesOn", grace_ends_on::text AS "graceEndsOn", NULL AS "supersededOn"
       FROM cycles_of_task($1) ORDER BY closes_on`,
    [taskId],
  );

/** What every page showed for each past day, by one digest a day. */
async function pastBefore(day: Day): Promise<string[]> {
  const rows = await queryAsOwner<{ digest: string }>(
    `SELECT d.day::text || ' ' || md5(coalesce(string_agg((s.task_id, s.state, s.light, s.reason, s.due_on, s.clock_on, s.achieved_on, s.outcome, s.days_left, s.overdue_days,
                                       s.missed_cycles, s.missed_since_on, s.is_rated)::text, '' ORDER BY s.task_id), '')) AS digest
       FROM generate_series($1::date, $2::date - 1, interval '1 day') AS d(day) LEFT JOIN LATERAL standing_as_of(d.day::date) s ON s.plan_id = $3
      GROUP BY d.day ORDER BY d.day`,
    [addDays(START, -2), day, planId],
  );
  return rows.map(({ digest }) => digest);
}
const differing = () => queryAsOwner("SELECT * FROM verify_history() WHERE problem = 'standing_differs' LIMIT 3");

/** A report of a lead, as an event alone. */
const report = (taskId: number, cycleId: number, day: Day, reportId: number) =>
  queryAsOwner(
    `INSERT INTO task_event (task_id, type, origin, effective_on, actor_words, report_id, report_version, report_kind, cycle_id, is_by_lead, payload)
     VALUES ($1, 'REPORT_SUBMITTED', 'DEMO', $2, '王芳', $4, 1, 'PROGRESS', $3, true, '{}')`,
    [taskId, day, cycleId, reportId],
  );

describe('a draft', () => {
  test('takes rules and days freely, and has the cycles they give once it is activated', async () => {
    await changePlanCycles(actors.office, await rules({ kind: 'CUSTOM', dates: '2022-04-20\n2022-05-31，2022-06-30' }));
    await changeDueSoonDays(actors.office, soon({ days: '20' }));
    expect(await planNow()).toMatchObject({ cycleKind: 'CUSTOM', dueSoonDays: 20, graceWorkingDays: 3, version: 2 });
    expect(await planCycles(false)).toEqual([]);
    await activatePlan(actors.office, { planId, version: 2, effectiveFrom: START, basis: '动员部署会召开之日' });
    expect(await planCycles()).toMatchObject([
      { label: '截至2022年4月20日', startsOn: START, closesOn: '2022-04-20', graceEndsOn: '2022-04-24' },
      { startsOn: '2022-04-21', closesOn: '2022-05-31' },
      { startsOn: '2022-06-01', closesOn: '2022-06-30' },
    ]);
    expect(await differing()).toEqual([]);
  });
});

describe('changePlanCycles', () => {
  test('refuses who may not, a stale version, scoring rules, and closing days out of order', async () => {
    await expect(changePlanCycles(actors.zengdu, await rules())).rejects.toEqual(refused('not_found'));
    await expect(changePlanCycles(actors.leader, await rules())).rejects.toEqual(refused('forbidden'));
    await expect(changePlanCycles(actors.reporter, await rules())).rejects.toEqual(refused('forbidden'));
    await expect(changePlanCycles(actors.office, await rules({ version: 1 }))).rejects.toEqual(refused('conflict'));
    const scoring = await db().plan.findUniqueOrThrow({ where: { slug: 'ezhou-assessment-2020' } });
    const city = await makeActor('city-office-2', ['office'], { regionId: scoring.regionId });
    await expect(changePlanCycles(city, await rules({ planId: scoring.id, version: scoring.version }))).rejects.toEqual(
      refused('invalid_state'),
    );
    for (const [dates, words] of [
      ['', /至少填写一个/],
      ['2022-07-31 2022-07-15', /依次推后/],
      ['2022-05-31 2022-07-31', /照旧于 2022-05-31 截止/],
    ] as const)
      await expect(changePlanCycles(actors.office, await rules({ kind: 'CUSTOM', dates }))).rejects.toMatchObject({
        code: 'unreadable',
        message: expect.stringMatching(words),
      });
    for (const wrong of [{ closingDay: '32' }, { graceWorkingDays: '61' }, { dates: '2022-02-30' }, { basis: ' ' }])
      await expect(rules(wrong)).rejects.toThrow();
    expect((await planCycles(false)).length).toBe(3);
  });

  test('keeps the running cycle, takes back those to come and makes new ones; past days stay as they were', async () => {
    const before = await pastBefore('2022-05-20');
    const preview = await previewCycles(
      (await findPlan(actors.office, planId, '2022-05-20'))!,
      { kind: 'MONTHLY', closingDay: 25, graceWorkingDays: 3 },
      '2022-05-20',
    );
    const input = await rules();
    await changePlanCycles(actors.office, input);
    await changePlanCycles(actors.office, input); // the same form again
    expect(await pastBefore('2022-05-20')).toEqual(before);
    const all = await planCycles(false);
    expect(all.find((cycle) => cycle.closesOn === '2022-06-30')).toMatchObject({ supersededOn: '2022-05-20' });
    const live = await planCycles();
    expect(live).toHaveLength(62);
    expect(live.slice(1, 4)).toMatchObject([
      { startsOn: '2022-04-21', closesOn: '2022-05-31' },
      { label: '2022年6月', startsOn: '2022-06-01', closesOn: '2022-06-25', graceEndsOn: '2022-06-29' },
      { startsOn: '2022-06-26', closesOn: '2022-07-25' },
    ]);
    expect(live.slice(2, 8)).toMatchObject(preview.next.map(({ doubt: _, ...cycle }) => cycle));
    expect(preview.running).toMatchObject({ closesOn: '2022-05-31' });
    const audits = await db().auditEvent.findMany({ where: { kind: 'plan.cycles_changed', subjectId: planId } });
    expect(audits).toHaveLength(2);
    expect(audits[1]!.payload).toMatchObject({
      before: { kind: 'CUSTOM' },
      after: { kind: 'MONTHLY', closingDay: 25, graceWorkingDays: 3 },
      basis: '优化办专题会议纪要',
    });
    expect(await differing()).toEqual([]);
  });

  test('a past day shows the cycles that were to come on it', async () => {
    const access = (await listPlanAccess(actors.office)).find((a) => a.planId === planId)!;
    const reader = (await findCycleReader(actors.office, access, '2022-05-10'))!;
    const list = await listPlanCycles(actors.office, reader, '2022-05-10', { page: 1, size: 12 });
    expect(list.coming.map((cycle) => cycle.closesOn)).toEqual(['2022-06-30']);
    const now = await listPlanCycles(actors.office, reader, '2022-05-20', { page: 1, size: 12 });
    expect(now.coming.slice(0, 2).map((cycle) => cycle.closesOn)).toEqual(['2022-06-25', '2022-07-25']);
  });
});

describe('changeDueSoonDays', () => {
  test('refuses who may not and what changes nothing; holds from today on', async () => {
    await expect(changeDueSoonDays(actors.zengdu, soon())).rejects.toEqual(refused('not_found'));
    await expect(changeDueSoonDays(actors.leader, soon())).rejects.toEqual(refused('forbidden'));
    await expect(changeDueSoonDays(actors.office, soon({ days: '20' }))).rejects.toEqual(refused('invalid_state'));
    await expect(changeDueSoonDays(actors.office, soon({ days: '12', seenDays: '15' }))).rejects.toEqual(
      refused('conflict'),
    );
    const before = await pastBefore('2022-05-20');
    const yellow = () =>
      queryAsOwner<{ due: Day }>(
        "SELECT due_on::text AS due FROM standing_as_of('2022-05-20') WHERE plan_id = $1 AND reason = 'DUE_SOON' ORDER BY due_on",
        [planId],
      );
    const input = soon({ days: '45' });
    await changeDueSoonDays(actors.office, input);
    await changeDueSoonDays(actors.office, input);
    expect(await pastBefore('2022-05-20')).toEqual(before);
    const shown = await yellow();
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.every(({ due }) => due <= '2022-07-04')).toBe(true);
    expect(shown.some(({ due }) => due > '2022-06-09')).toBe(true);
    expect((await findPlan(actors.office, planId, '2022-05-20'))!.dueSoonDays).toBe(45);
    expect((await findPlan(actors.office, planId, '2022-05-19'))!.dueSoonDays).toBe(20);
    expect(await db().auditEvent.count({ where: { kind: 'plan.due_soon_changed', subjectId: planId } })).toBe(2);
    expect(await differing()).toEqual([]);
  });

  test('the database refuses a value that reaches back', async () => {
    await expect(
      queryAsApp(
        "INSERT INTO dated_setting (scope, scope_id, key, value, valid_from, actor_words) VALUES ('plan', $1, 'due_soon_days', '3', '2022-05-19', 'x')",
        [planId],
      ),
    ).rejects.toThrow(/reach back/);
    await expect(
      queryAsApp(
        "INSERT INTO dated_setting (scope, scope_id, key, value, valid_from, actor_id, actor_words) VALUES ('region', 1, 'review_limit', '3', '2022-05-19', $1, 'x')",
        [actors.office.accountId],
      ),
    ).rejects.toThrow(/reach back/);
    await expect(queryAsApp('UPDATE plan SET due_soon_days = 3 WHERE id = $1', [planId])).rejects.toThrow(
      /change from a day on/,
    );
  });
});

describe('setTaskCycle', () => {
  test('its own cycles begin after the running one; back to the plan; and past days stay', async () => {
    const task = await db().task.findFirstOrThrow({ where: { planId, seq: 5, hasOwnCycles: false } });
    await expect(setTaskCycle(actors.zengdu, own(task.id))).rejects.toEqual(refused('not_found'));
    await expect(setTaskCycle(actors.leader, own(task.id))).rejects.toEqual(refused('forbidden'));
    await expect(setTaskCycle(actors.office, own(task.id, { version: '9' }))).rejects.toEqual(refused('conflict'));
    await expect(setTaskCycle(actors.office, own(task.id, { kind: 'PLAN' }))).rejects.toEqual(refused('invalid_state'));
    const before = await pastBefore('2022-05-20');
    const input = own(task.id, { version: String(task.version) });
    await setTaskCycle(actors.office, input);
    await setTaskCycle(actors.office, input);
    expect((await owedBy(task.id)).slice(0, 4).map((cycle) => [cycle.startsOn, cycle.closesOn, cycle.label])).toEqual([
      [START, '2022-04-20', '截至2022年4月20日'],
      ['2022-04-21', '2022-05-31', '截至2022年5月31日'],
      ['2022-06-01', '2022-06-30', '2022年第二季度'],
      ['2022-07-01', '2022-09-30', '2022年第三季度'],
    ]);
    expect(await pastBefore('2022-05-20')).toEqual(before);
    const events = await db().taskEvent.findMany({ where: { taskId: task.id, type: 'CYCLE_SET' } });
    expect(events.map((event) => event.payload)).toMatchObject([
      { words: '每季度填报，季末月最后一天截止，自 2022-06-01 起', basis: '来函要求', form: input.idempotencyKey },
    ]);
    // set again before the first has begun: it never was
    await setTaskCycle(actors.office, own(task.id, { kind: 'NONE' }));
    expect(await owedBy(task.id)).toHaveLength(2);
    await setTaskCycle(actors.office, own(task.id, { kind: 'PLAN' }));
    expect((await owedBy(task.id)).map((cycle) => cycle.id)).toEqual((await planCycles()).map((cycle) => cycle.id));
    expect(await pastBefore('2022-05-20')).toEqual(before);
    expect(await differing()).toEqual([]);
  });

  test('what is closed owes no cycle; a list where it stands shows whose cycles are their own', async () => {
    const task = await db().task.findFirstOrThrow({ where: { planId, seq: 6 } });
    await setTaskCycle(actors.office, own(task.id, { kind: 'MONTHLY', closingDay: '10' }));
    const access = (await listPlanAccess(actors.office)).find((a) => a.planId === planId)!;
    const reader = (await findCycleReader(actors.office, access, '2022-05-20'))!;
    const list = await listOwnCycleTasks(actors.office, reader, '2022-06-05');
    expect(list.rows.find((row) => row.taskId === task.id)).toMatchObject({
      kind: 'MONTHLY',
      closingDay: 10,
      isByOffice: true,
    });
    await db().task.update({ where: { id: task.id }, data: { state: 'CANCELLED', stateBefore: 'NOT_STARTED' } });
    await expect(setTaskCycle(actors.office, own(task.id))).rejects.toEqual(refused('invalid_state'));
    await db().task.update({ where: { id: task.id }, data: { state: 'NOT_STARTED', stateBefore: null } });
  });
});

describe('the working calendar', () => {
  const correct = (changes: Record<string, unknown> = {}) =>
    correctCalendarSchema.parse({ from: '2022-06-01', to: '', kind: 'HOLIDAY', basis: '市政府通知', ...changes });

  test('is corrected by the platform alone; grace not over keeps its working days, past days stay', async () => {
    for (const who of ['office', 'leader', 'reporter'] as const) {
      await expect(correctCalendar(actors[who], correct())).rejects.toEqual(refused('not_found'));
      await expect(
        publishCalendarYear(actors[who], publishCalendarSchema.parse({ year: '2030', basis: '通知' })),
      ).rejects.toEqual(refused('not_found'));
      expect(await findCalendarYear(actors[who], 2022)).toBeNull();
    }
    const before = await pastBefore('2022-05-20');
    const graceOf = async (closesOn: Day) =>
      (await planCycles()).find((cycle) => cycle.closesOn === closesOn)!.graceEndsOn;
    expect(await graceOf('2022-05-31')).toBe('2022-06-06'); // 06-03 is 端午
    expect(await correctCalendar(actors.platform, correct())).toBeGreaterThan(0);
    expect(await graceOf('2022-05-31')).toBe('2022-06-07');
    await correctCalendar(actors.platform, correct({ kind: 'PLAIN' }));
    expect(await graceOf('2022-05-31')).toBe('2022-06-06');
    expect(await pastBefore('2022-05-20')).toEqual(before);
    const view = (await findCalendarYear(actors.platform, 2022))!;
    expect(view.days.find((row) => row.day === '2022-06-01')).toMatchObject({ isCorrected: true, name: '平常日' });
    expect(await differing()).toEqual([]);
    expect(await db().auditEvent.count({ where: { kind: 'calendar.corrected' } })).toBe(2);
    for (const wrong of [{ to: '2022-05-01' }, { to: '2022-12-01' }, { from: 'x' }, { kind: 'FEAST' }, { basis: '' }])
      expect(() => correct(wrong)).toThrow();
  });

  test('a grace whose days become working days ends today at the earliest', async () => {
    await setToday('2022-06-04');
    const before = await pastBefore('2022-06-04');
    await correctCalendar(actors.platform, correct({ from: '2022-06-03', to: '2022-06-05', kind: 'WORKDAY' }));
    const may = (await planCycles()).find((cycle) => cycle.closesOn === '2022-05-31')!;
    expect(may.graceEndsOn).toBe('2022-06-04');
    expect(await pastBefore('2022-06-04')).toEqual(before);
    expect(await differing()).toEqual([]);
  });

  test('a year without its notice is said beside what was worked out over it, until it is published', async () => {
    expect(await workingDayAfter('2027-12-30', 3, db())).toEqual({
      day: '2028-01-04',
      doubt: '节假日安排尚未公布，按周末推算',
    });
    const input = publishCalendarSchema.parse({ year: '2027', basis: '国办发明电' });
    await publishCalendarYear(actors.platform, input);
    await publishCalendarYear(actors.platform, input);
    expect((await readCalendar(db())).publishedYears).toContain(2027);
    expect((await workingDayAfter('2027-12-20', 3, db())).doubt).toBeNull();
    expect(await db().auditEvent.count({ where: { kind: 'calendar.published' } })).toBe(1);
    expect(await workingDaysSince('2022-09-30', '2022-10-12', db())).toBe(5);
  });
});

describe('past days', () => {
  test('never change by any change of rules, cycles, days or calendar', { timeout: 180_000 }, async () => {
    const random = randomFrom(20261122);
    const tasks = await db().task.findMany({ where: { planId }, orderBy: { sortOrder: 'asc' } });
    let day: Day = '2022-06-04';
    let lastReport = 900_000_000;
    const nextReport = () => {
      lastReport += 1;
      return lastReport;
    };
    const done = new Map<string, number>();
    for (let step = 0; step < 36; step += 1) {
      day = addDays(day, random.int(0, 12));
      await setToday(day);
      for (let n = random.int(0, 12); n > 0; n -= 1) {
        const task = random.pick(tasks);
        const owed = (await owedBy(task.id)).filter((cycle) => cycle.startsOn <= day);
        if (owed.length > 0)
          await report(task.id, owed.at(-random.int(1, Math.min(2, owed.length)))!.id, day, nextReport());
      }
      const before = await pastBefore(day);
      const kind = random.pick(['plan', 'soon', 'task', 'task', 'calendar'] as const);
      if (kind === 'plan')
        await changePlanCycles(
          actors.office,
          await rules({
            kind: random.pick(['MONTHLY', 'QUARTERLY', 'NONE']),
            closingDay: random.pick(['', '5', '10', '25', '31']),
            graceWorkingDays: String(random.int(0, 9)),
          }),
        );
      if (kind === 'soon') {
        const [held] = await queryAsOwner<{ days: number }>('SELECT due_soon_days_as_of($1, $2) AS days', [
          planId,
          day,
        ]);
        await changeDueSoonDays(actors.office, soon({ days: String((held!.days + random.int(1, 60)) % 90) }));
      }
      if (kind === 'task') {
        const wanted = own(random.pick(tasks).id, {
          kind: random.pick(['PLAN', 'NONE', 'MONTHLY', 'QUARTERLY', 'HALF_YEARLY', 'YEARLY']),
          closingDay: random.pick(['', '3', '15', '28']),
        });
        // what would change nothing is refused, and that is all right here
        await setTaskCycle(actors.office, wanted).catch((error: unknown) =>
          expect(error).toEqual(refused('invalid_state')),
        );
      }
      if (kind === 'calendar')
        await correctCalendar(
          actors.platform,
          correctCalendarSchema.parse({
            from: addDays(day, random.int(-10, 30)),
            to: '',
            kind: random.pick(['HOLIDAY', 'WORKDAY', 'PLAIN']),
            basis: '市政府通知',
          }),
        );
      done.set(kind, (done.get(kind) ?? 0) + 1);
      expect(await pastBefore(day), `${kind} on ${day}`).toEqual(before);
      expect(await differing(), `${kind} on ${day}`).toEqual([]);
    }
    expect([...done.keys()].sort()).toEqual(['calendar', 'plan', 'soon', 'task']);
    await setToday(addDays(day, 90));
  });
});

describe('the page of a cycle', () => {
  test('gives the figures that the events give when counted another way, on several days', async () => {
    const today = (await queryAsOwner<{ day: Day }>('SELECT ledger_today()::text AS day'))[0]!.day;
    const plan = await planNow();
    const tasks = await queryAsOwner<{ id: number; dueOn: Day | null; ongoing: boolean }>(
      'SELECT id, original_due_on::text AS "dueOn", ongoing FROM task WHERE plan_id = $1',
      [planId],
    );
    const events = await queryAsOwner<{
      taskId: number;
      type: HistoryEvent['type'];
      on: Day;
      reportId: number | null;
      cycleId: number | null;
      payload: HistoryEvent['payload'];
    }>(
      `SELECT e.task_id AS "taskId", e.type::text AS type, e.effective_on::text AS on, e.report_id::int AS "reportId", e.cycle_id AS "cycleId", e.payload
         FROM task_event e JOIN task t ON t.id = e.task_id WHERE t.plan_id = $1 ORDER BY e.task_id, e.sequence`,
      [planId],
    );
    const soonRows = await queryAsOwner<{ from: Day; days: number }>(
      "SELECT valid_from::text AS from, (value #>> '{}')::int AS days FROM dated_setting WHERE key = 'due_soon_days' AND scope_id = $1 ORDER BY id",
      [planId],
    );
    const stretches = await queryAsOwner<{ taskId: number; from: Day; to: Day }>(
      'SELECT task_id AS "taskId", valid_from::text AS from, valid_to::text AS to FROM task_cycle_rule',
    );
    const cycles = await queryAsOwner<CycleText & { taskId: number | null }>(
      `SELECT id, task_id AS "taskId", starts_on::text AS "startsOn", closes_on::text AS "closesOn", grace_ends_on::text AS "graceEndsOn", superseded_on::text AS "supersededOn"
         FROM cycle WHERE plan_id = $1`,
      [planId],
    );
    const facts = (cycle: CycleText) => ({
      id: cycle.id,
      closesOn: cycle.closesOn,
      graceEndsOn: cycle.graceEndsOn,
      ...(cycle.supersededOn ? { supersededOn: cycle.supersededOn } : {}),
    });
    const access = (await listPlanAccess(actors.office)).find((a) => a.planId === planId)!;
    for (const day of ['2022-05-20', '2022-07-09', addDays(today, -60), today] as Day[]) {
      const expected = new Map<number, { owed: number; reported: number; late: number }>();
      for (const task of tasks) {
        const mine = events.filter((event) => event.taskId === task.id);
        const ownCycles = cycles.filter((cycle) => cycle.taskId === task.id);
        const hasOwn = stretches.some((stretch) => stretch.taskId === task.id);
        const standingOn = simulate(
          {
            originalDueOn: task.dueOn,
            ongoing: task.ongoing,
            events: mine.map((event) => ({
              type: event.type,
              on: event.on,
              payload: event.payload,
              ...(event.reportId === null
                ? {}
                : {
                    report: {
                      id: event.reportId,
                      version: 1,
                      kind: 'PROGRESS' as const,
                      cycleId: event.cycleId,
                      isByLead: true,
                    },
                  }),
            })),
          },
          { effectiveFrom: START, archivedOn: null, dueSoonDays: plan.dueSoonDays, dueSoonChanges: soonRows },
          [],
          today,
        );
        const owed = cyclesOwed(
          cycles.filter((cycle) => cycle.taskId === null).map(facts),
          ownCycles.length > 0 ? ownCycles.map(facts) : null,
          hasOwn ? stretches.filter((stretch) => stretch.taskId === task.id) : null,
        );
        for (const cycle of owed.filter(({ id }) => cycles.find((one) => one.id === id)!.startsOn <= day)) {
          const state = standingOn([cycle.closesOn, day].sort()[0]!).state;
          if (cycle.closesOn < START || !['NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED'].includes(state)) continue;
          const figures = expected.get(cycle.id) ?? { owed: 0, reported: 0, late: 0 };
          const [first] = mine
            .filter((event) => event.cycleId === cycle.id && event.on <= day)
            .map((event) => event.on)
            .sort();
          figures.owed += 1;
          if (first) figures.reported += 1;
          if (first && first > cycle.graceEndsOn) figures.late += 1;
          expected.set(cycle.id, figures);
        }
      }
      const reader = (await findCycleReader(actors.office, access, day))!;
      const list = await listPlanCycles(actors.office, reader, day, { page: 1, size: 48 });
      expect(list.begun.length).toBeGreaterThan(1);
      for (const { id, owed, reported, late, open } of list.begun) {
        const wanted = expected.get(id) ?? { owed: 0, reported: 0, late: 0 };
        expect({ owed, reported, late, open }, `${day} cycle ${id}`).toEqual({
          ...wanted,
          open: wanted.owed - wanted.reported,
        });
        const page = { page: 1, size: 1000 };
        const detail = (await findCycleDetail(actors.office, reader, id, day, 'all', page))!;
        expect(new Set(detail.rows.map((row) => row.taskId)).size).toBe(wanted.owed);
        expect(detail.rowCount).toBe(detail.rows.length);
        for (const show of ['open', 'reported', 'late'] as const) {
          const part = (await findCycleDetail(actors.office, reader, id, day, show, page))!;
          expect(part.rowCount).toBe(part.rows.length);
          expect(new Set(part.rows.map((row) => row.taskId)).size, show).toBe(
            { open, reported: reported - late, late }[show],
          );
        }
      }
    }
  });

  test('a unit reads its own rows, another city none', async () => {
    const today = (await queryAsOwner<{ day: Day }>('SELECT ledger_today()::text AS day'))[0]!.day;
    expect(await findPlan(actors.zengdu, planId, today)).toBeNull();
    const access = (await listPlanAccess(actors.reporter)).find((a) => a.planId === planId)!;
    const reader = (await findCycleReader(actors.reporter, access, today))!;
    const list = await listPlanCycles(actors.reporter, reader, today, { page: 1, size: 48 });
    const [cycle] = list.begun;
    const detail = (await findCycleDetail(actors.reporter, reader, cycle!.id, today, 'all', { page: 1, size: 500 }))!;
    expect(detail.rows.length).toBe(cycle!.owed);
    expect(new Set(detail.rows.map((row) => row.unitName))).toEqual(new Set(['市市场监管局']));
    expect(await findCycleDetail(actors.office, reader, 2_000_000_000, today, 'all', { page: 1, size: 50 })).toBeNull();
  });

  test('an archived plan takes no other rules', async () => {
    const plan = await planNow();
    await archivePlan(actors.office, { planId, version: plan.version });
    await expect(changePlanCycles(actors.office, await rules())).rejects.toEqual(refused('invalid_state'));
    await expect(changeDueSoonDays(actors.office, soon({ days: '1' }))).rejects.toEqual(refused('invalid_state'));
  });
});
