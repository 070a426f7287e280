import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { submitProgress } from '@/lib/reports/report.commands';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { EMPTY_FILTER, type TaskFilter, UNIT_ROLES } from '@/lib/tasks/task.filter';
import { countTasks, listTasks, resolveTaskFilter } from '@/lib/tasks/task.queries';
import { tasksOfUnits } from '@/lib/tasks/task.where';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

let world: World;
const tasks = {} as Record<'city' | 'zone' | 'division' | 'district' | 'bureau' | 'late' | 'odd', number>;
const as = (key: ViewerKey) => actorOf(world, key);
const rowsOf = async (key: ViewerKey, filter: Partial<TaskFilter> = {}, day = DAY) =>
  (await listTasks(await as(key), { ...EMPTY_FILTER, ...filter }, day)).rows.map((row) => row.id);
const detail = async (key: ViewerKey, id: number | string, day = DAY) =>
  findTaskDetail(await as(key), String(id), { day, today: DAY });
const sorted = (ids: number[]) => [...ids].sort((a, b) => a - b);

beforeAll(async () => {
  world = await makeWorld();
  for (const ground of ['city', 'zone', 'division', 'district', 'bureau'] as const)
    tasks[ground] = await makeTask(world, ground);
  tasks.late = await makeTask(world, 'city', { dueOn: '2022-06-30', text: '压缩审批时间' });
  tasks.odd = await makeTask(world, 'zone', { dueOn: '2022-09-25', text: '办结率达到100%_以上\\全年' });
  await submitProgress(await as('lead_reporter'), {
    taskId: tasks.city,
    unitId: undefined,
    cycleId: world.cycles.city,
    percent: 40,
    narrative: '专班已开会，印发流程再造方案。',
    problems: '',
    needs: '',
    nextSteps: '',
    expectedVersion: 0,
    idempotencyKey: randomUUID(),
  });
});

describe('who sees which rows', () => {
  test('a unit of the city sees the city list, its own bureau list only from inside', async () => {
    const city = [tasks.city, tasks.zone, tasks.division, tasks.late, tasks.odd];
    expect(sorted(await rowsOf('other_reporter'))).toEqual(sorted(city));
    expect(sorted(await rowsOf('division_reporter'))).toEqual(sorted([...city, tasks.bureau]));
    expect(await rowsOf('far_office')).toEqual([]);
  });
  test('an office leaves bureaus out unless they are chosen', async () => {
    const without = await rowsOf('city_office');
    expect(without).toContain(tasks.district);
    expect(without).not.toContain(tasks.bureau);
    expect(await rowsOf('city_office', { own: true })).toContain(tasks.bureau);
    expect(await rowsOf('city_office', { plan: world.plans.bureau })).toEqual([tasks.bureau]);
    expect(await rowsOf('bureau_office')).toEqual([tasks.bureau]);
  });
  test('a region chosen leaves those of its plans, and names them alone to choose from', async () => {
    const { filter, choices, names, notices } = await resolveTaskFilter(await as('city_office'), {
      ...EMPTY_FILTER,
      region: world.regions.east,
    });
    expect(await rowsOf('city_office', filter)).toEqual([tasks.district]);
    expect([names.region, notices]).toEqual(['江东区', []]);
    expect(choices.regions.map((region) => region.name)).toEqual(['江城市', '江东区']);
    expect(choices.plans.every((plan) => [world.plans.district, world.drafts.district].includes(plan.id))).toBe(true);
    expect(choices.units.map((unit) => unit.id)).toContain(world.units.eastReform);
  });
  test('a region of another branch is dropped and said so', async () => {
    const resolved = await resolveTaskFilter(await as('city_office'), { ...EMPTY_FILTER, region: world.regions.far });
    expect([resolved.filter.region, resolved.notices]).toEqual([null, ['没有找到所选的地区，该条件已忽略。']]);
  });
  test('drafts count only where they are chosen, for those who may read them', async () => {
    const draft = await makeTask({ ...world, plans: { ...world.plans, city: world.drafts.city } }, 'city');
    expect(await rowsOf('city_office')).not.toContain(draft);
    expect(await rowsOf('city_office', { plan: world.drafts.city })).toEqual([draft]);
    expect(await rowsOf('lead_reporter', { plan: world.drafts.city })).toEqual([]);
    expect(await detail('lead_reporter', draft)).toBeNull();
  });
  test('an officer bound to a work group sees its tasks', async () => {
    expect(sorted(await rowsOf('group_office', { plan: world.plans.city }))).toEqual(sorted([tasks.city, tasks.late]));
  });
});

describe('the filter', () => {
  test('mine: where one of the own units leads or is responsible, named or as a known member', async () => {
    expect(sorted(await rowsOf('lead_reporter', { mine: true }))).toEqual(sorted([tasks.city, tasks.late]));
    expect(sorted(await rowsOf('member_reporter', { mine: true }))).toEqual(sorted([tasks.city, tasks.late]));
    expect(sorted(await rowsOf('east_office', { mine: true }))).toEqual(
      sorted([tasks.city, tasks.late, tasks.zone, tasks.odd]),
    );
    expect(await rowsOf('other_reporter', { mine: true })).toEqual([]);
    expect(await rowsOf('city_office', { mine: true })).toEqual([]);
  });
  test.each<[string, Partial<TaskFilter>, (keyof typeof tasks)[]]>([
    ['red', { light: ['RED'] }, ['late']],
    ['overdue or due soon', { reason: ['OVERDUE', 'DUE_SOON'] }, ['late', 'odd']],
    ['state', { state: ['IN_PROGRESS'] }, ['city']],
    ['due until the end of June', { dueTo: '2022-06-30' }, ['late']],
    ['due in September', { dueFrom: '2022-09-01', dueTo: '2022-09-30' }, ['odd']],
    ['a word of the text', { q: '审批' }, ['late']],
    ['two words, both', { q: '审批 时间' }, ['late']],
    ['two words, one missing', { q: '审批 消防' }, []],
    ['% is a character', { q: '0%_' }, ['odd']],
    ['_ is a character', { q: '1__%' }, []],
    ['a backslash is a character', { q: '上\\全' }, ['odd']],
    ['a quote is a character', { q: "' OR 1=1 --" }, []],
    ['words of the latest report', { q: '流程再造' }, ['city']],
  ])('%s', async (_title, filter, expected) => {
    expect(sorted(await rowsOf('city_office', { plan: world.plans.city, ...filter }))).toEqual(
      sorted(expected.map((name) => tasks[name])),
    );
  });
  test('words of a report are found only by those who may read it', async () => {
    expect(await rowsOf('lead_reporter', { q: '流程再造' })).toEqual([tasks.city]);
    expect(await rowsOf('named_reporter', { q: '流程再造' })).toEqual([tasks.city]);
    expect(await rowsOf('other_reporter', { q: '流程再造' })).toEqual([]);
  });
  test('roles of a unit', async () => {
    const of = async (unit: number, as: TaskFilter['as']) => sorted(await rowsOf('city_office', { unit, as }));
    expect(await of(world.units.eastZone, 'lead')).toEqual(sorted([tasks.zone, tasks.odd]));
    expect(await of(world.units.eastZone, 'collective')).toEqual(sorted([tasks.city, tasks.late]));
    expect(await of(world.units.eastZone, 'responsible')).toEqual([]);
    expect(await of(world.units.finance, 'responsible')).toEqual(sorted([tasks.city, tasks.late]));
    expect(await of(world.units.eastZone, 'any')).toEqual(sorted([tasks.city, tasks.late, tasks.zone, tasks.odd]));
  });
  test('unknown ids are dropped and named', async () => {
    const actor = await as('lead_reporter');
    const filter = { ...EMPTY_FILTER, plan: world.plans.district, unit: 2147483647, area: 1, q: '审批' };
    const resolved = await resolveTaskFilter(actor, filter);
    expect(resolved.filter).toEqual({ ...EMPTY_FILTER, q: '审批' });
    expect(resolved.notices).toHaveLength(3);
    expect(resolved.choices.plans.map((plan) => plan.id)).toEqual([world.plans.city]);
  });
});

describe('units of tasks', () => {
  test('from the unit’s side the same as task_units_as_of, for every unit, role and day, merges included', async () => {
    const gone = await db().unit.create({
      data: { regionId: world.regions.city, name: '市信息中心', kind: 'department', divisions: [], sortOrder: 990 },
    });
    await db().taskUnit.updateMany({ where: { taskId: tasks.division, role: 'LEAD' }, data: { unitId: gone.id } });
    await db().unitMerge.create({
      data: {
        fromUnitId: gone.id,
        intoUnitId: world.units.finance,
        effectiveOn: toDate('2022-08-01'),
        basis: '机构改革',
      },
    });
    const conditions = {
      any: 'true',
      lead: "role = 'LEAD'",
      responsible: "role = 'RESPONSIBLE' AND is_direct",
      collective: "role = 'RESPONSIBLE' AND NOT is_direct",
    };
    const units = await db().unit.findMany({ select: { id: true } });
    for (const day of ['2022-07-31', '2022-08-01', DAY]) {
      for (const role of UNIT_ROLES) {
        const truth = await queryAsOwner<{ unit_id: number; task_id: number }>(
          `SELECT DISTINCT unit_id, task_id FROM task_units_as_of($1::date) WHERE ${conditions[role]}`,
          [day],
        );
        for (const { id } of units.filter((unit) => unit.id !== gone.id || day < '2022-08-01')) {
          const found = await db().$queryRaw<
            { task_id: number }[]
          >`SELECT DISTINCT task_id FROM (${tasksOfUnits([id], role, day)}) x`;
          const expected = truth.filter((row) => row.unit_id === id).map((row) => row.task_id);
          expect(sorted(found.map((row) => row.task_id)), `unit ${id} ${role} ${day}`).toEqual(sorted(expected));
        }
      }
    }
  });
});

describe('counts, pages and rows', () => {
  test('counts stand before the filters of light and reason and add up', async () => {
    const actor = await as('city_office');
    const filter: TaskFilter = { ...EMPTY_FILTER, plan: world.plans.city, light: ['RED'] };
    const counts = await countTasks(actor, filter, DAY);
    expect(counts).toMatchObject({ total: 1, all: 5 });
    expect(counts.byLight.RED).toBe(1);
    expect(Object.values(counts.byLight).reduce((a, b) => a + b)).toBe(5);
    expect(Object.values(counts.byReason).reduce((a, b) => a + b)).toBe(5);
  });
  test('a page past the end is the last one, and pages cover every row once', async () => {
    const actor = await as('platform_admin');
    const filter: TaskFilter = { ...EMPTY_FILTER, own: true, size: 25 };
    const far = await listTasks(actor, { ...filter, page: 9999 }, DAY);
    expect(far.page).toBe(far.pages);
    expect(far.rows.length).toBeGreaterThan(0);
  });
  test.each(['seq', 'due', 'late', 'unit', 'light', 'reported'] as const)(
    'sorting by %s keeps every row',
    async (sort) => {
      for (const dir of ['asc', 'desc'] as const) {
        expect(sorted(await rowsOf('city_office', { plan: world.plans.city, sort, dir }))).toEqual(
          sorted([tasks.city, tasks.zone, tasks.division, tasks.late, tasks.odd]),
        );
      }
    },
  );
  test('the latest first, the most overdue first', async () => {
    expect((await rowsOf('city_office', { plan: world.plans.city, sort: 'late', dir: 'desc' }))[0]).toBe(tasks.late);
    expect((await rowsOf('city_office', { plan: world.plans.city, sort: 'reported', dir: 'desc' }))[0]).toBe(
      tasks.city,
    );
  });
  test('a row carries what it shows, and of a report only what the viewer may read', async () => {
    const row = async (key: ViewerKey, day = DAY) =>
      (await listTasks(await as(key), { ...EMPTY_FILTER, plan: world.plans.city }, day)).rows.find(
        (r) => r.id === tasks.city,
      )!;
    expect(await row('city_office')).toMatchObject({
      state: 'IN_PROGRESS',
      leads: [{ unitId: world.units.reform, name: '市发改委' }],
      lastReport: { on: DAY, ageDays: 0, unitName: '市发改委', percent: 40, excerpt: '专班已开会，印发流程再造方案。' },
    });
    expect((await row('other_reporter')).lastReport).toMatchObject({ on: DAY, percent: null, excerpt: null });
    expect(await row('city_office', '2022-09-19')).toMatchObject({ state: 'NOT_STARTED', lastReport: null });
  });
});

describe('one task', () => {
  test.each(['0', '-1', '007', '1e3', '99999999999999', "1'", '2147483647', ''])('“%s” is not found', async (id) => {
    expect(await detail('city_office', id)).toBeNull();
  });
  test('another branch does not find it', async () => {
    for (const key of ['far_office', 'far_reporter', 'east_lead_reporter', 'bureau_office'] as const) {
      expect(await detail(key, tasks.city), key).toBeNull();
    }
  });
  test('carries mentions with members known and unknown, its events and a sound chain', async () => {
    const task = (await detail('lead_reporter', tasks.city))!;
    expect(
      task.mentions.map((m) => [m.role, m.unit?.name ?? m.collective?.phrase, m.collective?.members.length]),
    ).toEqual([
      ['LEAD', '市发改委', undefined],
      ['RESPONSIBLE', '市财政局', undefined],
      ['RESPONSIBLE', '各区', 2],
      ['RESPONSIBLE', '市直有关单位', 0],
    ]);
    expect(task.events.map((e) => e.type)).toEqual(['TASK_CREATED', 'REPORT_SUBMITTED']);
    expect(task).toMatchObject({ isChainSound: true, eventCount: 2, canReadReports: true });
    expect(task.events[1]!.narrative).toContain('流程再造');
  });
  test('another unit reads no words; another day sees no later event', async () => {
    const other = (await detail('other_reporter', tasks.city))!;
    expect(other.canReadReports).toBe(false);
    expect(other.events[1]).toMatchObject({ narrative: null, percent: null });
    const before = (await detail('lead_reporter', tasks.city, '2022-09-19'))!;
    expect(before.events.map((e) => e.type)).toEqual(['TASK_CREATED']);
    expect(before.standing.state).toBe('NOT_STARTED');
  });
  test('a tampered event breaks the chain of its task', async () => {
    await queryAsOwner('ALTER TABLE task_event DISABLE TRIGGER task_event_append_only');
    await queryAsOwner("UPDATE task_event SET actor_words = '另一个人' WHERE task_id = $1", [tasks.late]);
    await queryAsOwner('ALTER TABLE task_event ENABLE TRIGGER task_event_append_only');
    expect((await detail('city_office', tasks.late))!.isChainSound).toBe(false);
    expect((await detail('city_office', tasks.zone))!.isChainSound).toBe(true);
  });
});

test('the ledger is two statements beside those of the rights, whatever the rows', async () => {
  const actor = await as('city_office');
  const access = await listPlanAccess(actor);
  const seen: string[] = [];
  const client = db();
  const original = client.$queryRaw.bind(client);
  Object.defineProperty(client, '$queryRaw', {
    configurable: true,
    value: (...args: Parameters<typeof original>) => {
      seen.push('statement');
      return original(...args);
    },
  });
  await listTasks(actor, { ...EMPTY_FILTER, own: true }, DAY, access);
  Object.defineProperty(client, '$queryRaw', { configurable: true, value: original });
  expect(seen).toHaveLength(2);
});
