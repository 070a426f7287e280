// Every figure of the boards on a simulated history, computed a second time from tasks, mentions and events in TypeScript.
import { beforeAll, describe, expect, it } from 'vitest';
import {
  countDueWithin,
  countStandings,
  countTrend,
  type Dimension,
  listDueWithin,
  listMostOverdue,
  listPlanLines,
  listUnderReview,
  totalCounts,
} from '@/lib/dashboards/board.queries';
import { type BoardScope, findBoardScope, narrowScope } from '@/lib/dashboards/board-scope.queries';
import { BOARD_COLUMNS, emptyCounts, type StandingCounts, totalOf } from '@/lib/dashboards/figures';
import { ledgerLink } from '@/lib/dashboards/ledger-link';
import { getNavigation } from '@/lib/dashboards/navigation.queries';
import { GROUPINGS, listOverdue, listSilentUnits } from '@/lib/dashboards/overdue.queries';
import { getRegionHome, trendDays } from '@/lib/dashboards/region-home.queries';
import { findUnitFacts, listUnitBoards, listUnitConcerns } from '@/lib/dashboards/unit-board.queries';
import { getUnitHome } from '@/lib/dashboards/unit-home.queries';
import { addDays, type Day, daysBetween } from '@/lib/dates';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { parseTaskFilter } from '@/lib/tasks/task.filter';
import { countTasks } from '@/lib/tasks/task.queries';
import { simulateProgress } from '../support/simulated-progress';
import { type HistoryEvent, type Standing, standing } from '../support/standing.oracle';

const TODAY = '2023-09-30';
const MERGED_ON = '2023-01-01';
const DAYS = ['2022-06-30', '2022-09-30', '2023-09-30'] as const;
const WAITING_DAYS = 60_000;

type EventRow = {
  task_id: number;
  type: HistoryEvent['type'];
  on: Day;
  report_id: number | null;
  report_version: number | null;
  report_kind: 'PROGRESS' | 'RESULT' | null;
  cycle_id: number | null;
  is_by_lead: boolean | null;
  payload: HistoryEvent['payload'];
};
type TaskRow = {
  id: number;
  plan_id: number;
  area_id: number | null;
  measure_id: number | null;
  work_group_id: number | null;
  sort_order: number;
  original: Day | null;
  ongoing: boolean;
  has_own_cycles: boolean;
};
type PlanRow = {
  id: number;
  region_id: number;
  owner_unit_id: number | null;
  effective_from: Day;
  due_soon_days: number;
};
type CycleRow = { id: number; plan_id: number; task_id: number | null; starts: Day; closes: Day; grace: Day };
type MentionRow = {
  task_id: number;
  role: 'LEAD' | 'RESPONSIBLE';
  unit_id: number | null;
  collective_id: number | null;
};
type ReportRow = { id: number; task_id: number; unit_id: number; cycle_id: number | null; is_by_lead: boolean };

let tasks: TaskRow[];
let plans: Map<number, PlanRow>;
let cycles: CycleRow[];
let mentions: MentionRow[];
let members: { collective_id: number; unit_id: number; plan_id: number | null }[];
let events: Map<number, EventRow[]>;
let reports: Map<number, ReportRow>;
let unitOrder: Map<number, number>;
let merge: { from: number; into: number };
let housing: number;
const actors: Record<string, Actor> = {};

const idOf = async (name: string, regionCode = 'ezhou') =>
  (await db().unit.findFirstOrThrow({ where: { name, region: { code: regionCode } } })).id;

beforeAll(async () => {
  await db().setting.upsert({
    where: { key: 'simulated_today' },
    create: { key: 'simulated_today', value: TODAY },
    update: { value: TODAY },
  });
  const [city, district] = await Promise.all(
    ['ezhou', 'huarong'].map((code) => db().region.findUniqueOrThrow({ where: { code } })),
  );
  housing = await idOf('市住建局');
  const accounts = {
    office: { roles: ['office'] as const, regionId: city!.id },
    leader: { roles: ['leader'] as const, regionId: city!.id },
    district: { roles: ['office'] as const, regionId: district!.id },
    platform: { roles: ['admin'] as const },
    reporter: { roles: ['unit_reporter'] as const, unitId: await idOf('市发改委') },
    head: { roles: ['unit_head'] as const, unitId: housing },
    bureau: { roles: ['office'] as const, regionId: city!.id, scopeUnitId: housing },
    limited: { roles: ['office'] as const, regionId: district!.id },
  };
  const ids: Record<string, number> = {};
  for (const [username, data] of Object.entries(accounts)) {
    const account = await db().account.create({
      data: {
        ...data,
        roles: [...data.roles],
        username,
        displayName: username,
        passwordHash: 'x',
        mustChangePassword: false,
      },
    });
    ids[username] = account.id;
  }
  let seed = 11;
  for (const [slug, from] of [
    ['ezhou-2022', '2022-03-15'],
    ['ezhou-housing-2022', '2022-07-02'],
    ['huarong-2023', '2023-06-07'],
  ] as const) {
    await simulateProgress(slug, from, TODAY, ids.office!, seed++);
  }
  const group = await db().workGroup.findFirstOrThrow({ where: { name: '市场环境组' } });
  await db().accountWorkGroup.create({ data: { accountId: ids.limited!, workGroupId: group.id } });
  merge = { from: await idOf('市地方金融工作局'), into: await idOf('市财政局') };
  await db().unitMerge.create({
    data: {
      fromUnitId: merge.from,
      intoUnitId: merge.into,
      effectiveOn: new Date(`${MERGED_ON}T00:00:00Z`),
      basis: '机构改革',
    },
  });
  for (const [username, id] of Object.entries(ids)) actors[username] = (await loadActor(id))!;

  tasks = await db().$queryRaw<TaskRow[]>`
    SELECT id, plan_id, area_id, measure_id, work_group_id, sort_order, original_due_on::text AS original, ongoing, has_own_cycles FROM task ORDER BY id`;
  const planRows = await db().$queryRaw<PlanRow[]>`
    SELECT id, region_id, owner_unit_id, effective_from::text AS effective_from, due_soon_days FROM plan WHERE status = 'ACTIVE'`;
  plans = new Map(planRows.map((plan) => [plan.id, plan]));
  tasks = tasks.filter((task) => plans.has(task.plan_id));
  cycles = await db().$queryRaw<CycleRow[]>`
    SELECT id, plan_id, task_id, starts_on::text AS starts, closes_on::text AS closes, grace_ends_on::text AS grace FROM cycle ORDER BY closes_on`;
  mentions = await db().$queryRaw<
    MentionRow[]
  >`SELECT task_id, role::text AS role, unit_id, collective_id FROM task_unit`;
  members = await db().$queryRaw<typeof members>`SELECT collective_id, unit_id, plan_id FROM collective_member`;
  const eventRows = await db().$queryRaw<EventRow[]>`
    SELECT task_id, type::text AS type, effective_on::text AS on, report_id, report_version, report_kind::text AS report_kind, cycle_id, is_by_lead, payload
      FROM task_event ORDER BY task_id, sequence`;
  events = Map.groupBy(eventRows, (event) => event.task_id);
  const reportRows = await db().$queryRaw<
    ReportRow[]
  >`SELECT id, task_id, unit_id, cycle_id, is_by_lead FROM progress_report`;
  reports = new Map(reportRows.map((report) => [report.id, report]));
  const units = await db().unit.findMany({ select: { id: true, sortOrder: true } });
  unitOrder = new Map(units.map((unit) => [unit.id, unit.sortOrder]));
}, WAITING_DAYS);

// ---------------------------------------------------------------- the same figures, another way

const cyclesOf = (task: TaskRow) =>
  cycles.filter((cycle) => cycle.plan_id === task.plan_id && cycle.task_id === (task.has_own_cycles ? task.id : null));

const known = new Map<string, Standing>();
function standingOf(task: TaskRow, day: Day): Standing {
  const key = `${task.id} ${day}`;
  const found = known.get(key);
  if (found) return found;
  const plan = plans.get(task.plan_id)!;
  const history = {
    originalDueOn: task.original,
    ongoing: task.ongoing,
    events: (events.get(task.id) ?? []).map(
      (event): HistoryEvent => ({
        type: event.type,
        on: event.on,
        report:
          event.report_id === null
            ? undefined
            : {
                id: event.report_id,
                version: event.report_version ?? 1,
                kind: event.report_kind ?? 'PROGRESS',
                cycleId: event.cycle_id,
                isByLead: event.is_by_lead ?? false,
              },
        payload: event.payload,
      }),
    ),
  };
  const value = standing(
    history,
    { effectiveFrom: plan.effective_from, archivedOn: null, dueSoonDays: plan.due_soon_days },
    cyclesOf(task).map((cycle) => ({ id: cycle.id, closesOn: cycle.closes, graceEndsOn: cycle.grace })),
    day,
  );
  known.set(key, value);
  return value;
}

const countedAs = (unitId: number, day: Day) => (unitId === merge.from && day >= MERGED_ON ? merge.into : unitId);

/** Units of a task: as lead (named or member), named as responsible, responsible as a member. */
function unitsOf(task: TaskRow, day: Day): Record<'lead' | 'responsible' | 'collective', Set<number>> {
  const sets = { lead: new Set<number>(), responsible: new Set<number>(), collective: new Set<number>() };
  for (const mention of mentions) {
    if (mention.task_id !== task.id) continue;
    if (mention.unit_id !== null)
      sets[mention.role === 'LEAD' ? 'lead' : 'responsible'].add(countedAs(mention.unit_id, day));
    for (const member of members) {
      if (
        member.collective_id !== mention.collective_id ||
        (member.plan_id !== null && member.plan_id !== task.plan_id)
      )
        continue;
      sets[mention.role === 'LEAD' ? 'lead' : 'collective'].add(countedAs(member.unit_id, day));
    }
  }
  return sets;
}

function add(counts: StandingCounts, of: Standing): void {
  counts.byReason[of.reason] += 1;
  if (of.state === 'UNDER_REVIEW') counts.underReview += 1;
  if (of.state === 'COMPLETED') counts.completed += 1;
  if (of.state === 'SUSTAINED') counts.sustained += 1;
  if (of.dueOn !== null && of.state !== 'CANCELLED') {
    counts.dated += 1;
    if (of.state === 'COMPLETED' || of.state === 'SUSTAINED') counts.datedAchieved += 1;
  }
  if (of.isRated) {
    counts.rated += 1;
    if (of.outcome === 'ON_TIME' || of.outcome === 'EXTENDED') counts.onTime += 1;
  }
}

const tasksIn = (scope: BoardScope) =>
  tasks.filter((task) => scope.access.some((access) => access.planId === task.plan_id));

function countByHand(scope: BoardScope, day: Day, dimension: Dimension): Map<number, StandingCounts> {
  const result = new Map<number, StandingCounts>();
  for (const task of tasksIn(scope)) {
    const units = unitsOf(task, day);
    const single = {
      total: 0,
      plan: task.plan_id,
      area: task.area_id,
      measure: task.measure_id,
      group: task.work_group_id,
    };
    const keys =
      dimension === 'lead' || dimension === 'responsible' || dimension === 'collective'
        ? [...units[dimension]]
        : [single[dimension]];
    for (const key of keys) {
      if (key === null) continue;
      if (!result.has(key)) result.set(key, emptyCounts());
      add(result.get(key)!, standingOf(task, day));
    }
  }
  return result;
}

const sorted = <T>(map: Map<number, T>) => [...map].sort(([a], [b]) => a - b);
const scopeOf = async (actor: Actor, day: Day, choice: Parameters<typeof findBoardScope>[1] = {}) =>
  (await findBoardScope(actor, choice, day))!;
const ids = (lines: readonly { taskId: number }[]) => lines.map((line) => line.taskId);

// ---------------------------------------------------------------- counts

describe.each(DAYS)('on %s', (day) => {
  it.each(['total', 'plan', 'area', 'measure', 'group', 'lead', 'responsible', 'collective'] as const)(
    'counts by %s agree with the tasks and events',
    async (dimension) => {
      for (const [actor, choice] of [
        [actors.office!, {}],
        [actors.office!, { own: true }],
        [actors.office!, { region: 'huarong' }],
        [actors.head!, {}],
        [actors.bureau!, {}],
      ] as const) {
        const scope = await scopeOf(actor, day, choice);
        const counts = await countStandings(actor, scope, day, [dimension]);
        const byHand = countByHand(scope, day, dimension);
        if (dimension === 'total' && byHand.size === 0) byHand.set(0, emptyCounts());
        expect(sorted(counts[dimension])).toEqual(sorted(byHand));
      }
    },
  );

  it('the table of units holds every unit with a task, each task once in its total', async () => {
    const scope = await scopeOf(actors.office!, day);
    const boards = await listUnitBoards(actors.office!, scope, day);
    const lead = countByHand(scope, day, 'lead');
    const responsible = countByHand(scope, day, 'responsible');
    const collective = countByHand(scope, day, 'collective');
    expect(new Set(boards.rows.map((row) => row.id))).toEqual(
      new Set([...lead.keys(), ...responsible.keys(), ...collective.keys()]),
    );
    for (const row of boards.rows) expect(row.lead).toEqual(lead.get(row.id) ?? emptyCounts());
    expect(totalOf(boards.total)).toBe(tasksIn(scope).length);
    expect(boards.rows.reduce((sum, row) => sum + totalOf(row.lead), 0)).toBeGreaterThan(totalOf(boards.total));
    const order = boards.rows.map((row) => row.sortOrder);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    const best = boards.rows.filter((row) => row.rank === 1).map((row) => row.lead.onTime / row.lead.rated);
    const rates = boards.rows.filter((row) => row.lead.rated > 0).map((row) => row.lead.onTime / row.lead.rated);
    if (rates.length > 0) expect(best[0]).toBe(Math.max(...rates));
    expect(boards.rows.filter((row) => row.lead.rated === 0).every((row) => row.rank === null)).toBe(true);
  });

  it('every count is the total of the ledger behind its link', async () => {
    for (const [actor, choice] of [
      [actors.office!, {}],
      [actors.office!, { region: 'huarong' }],
      [actors.head!, {}],
      [actors.reporter!, {}],
      [actors.bureau!, {}],
      [actors.district!, {}],
    ] as const) {
      const scope = await scopeOf(actor, day, choice);
      const counts = await countStandings(actor, scope, day, ['lead', 'responsible', 'collective', 'area']);
      const check = async (of: StandingCounts, filter: Parameters<typeof ledgerLink>[1]) => {
        const total = async (more: Parameters<typeof ledgerLink>[1]) => {
          const href = ledgerLink(scope, { ...filter, ...more }, day);
          expect(href).toBeDefined();
          const params = Object.fromEntries(new URL(href!, 'http://ledger').searchParams);
          expect(params.asOf).toBe(day);
          return (await countTasks(actor, parseTaskFilter(params).filter, day)).total;
        };
        for (const column of BOARD_COLUMNS.filter((_, index) => index % 3 === 0)) {
          const value = column.reasons.reduce((sum, reason) => sum + of.byReason[reason], 0);
          expect(await total({ reason: [...column.reasons] })).toBe(value);
        }
        expect(await total({ state: ['UNDER_REVIEW'] })).toBe(of.underReview);
        expect(await total({ state: ['SUSTAINED'] })).toBe(of.sustained);
        expect(await total({})).toBe(totalOf(of));
      };
      await check(totalCounts(counts), {});
      for (const as of ['lead', 'responsible', 'collective'] as const) {
        const [busiest] = [...counts[as]].sort(([, a], [, b]) => totalOf(b) - totalOf(a));
        if (busiest) await check(busiest[1], { unit: busiest[0], as });
      }
      const [area] = counts.area;
      if (area) await check(area[1], { area: area[0] });
    }
  });

  it('the tasks due within 30 days and those under review are those of the standing', async () => {
    const scope = await scopeOf(actors.office!, day);
    const open = ['NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW'];
    const due = tasksIn(scope).filter((task) => {
      const of = standingOf(task, day);
      return of.dueOn !== null && of.dueOn >= day && of.dueOn <= addDays(day, 30) && open.includes(of.state);
    });
    expect(await countDueWithin(actors.office!, scope, day, 30)).toBe(due.length);
    const lines = await listDueWithin(actors.office!, scope, day, 30, 500);
    expect(new Set(ids(lines))).toEqual(new Set(due.map((task) => task.id)));
    expect(lines.map((line) => line.dueOn)).toEqual(lines.map((line) => line.dueOn).sort());
    const waiting = tasksIn(scope).filter((task) => standingOf(task, day).state === 'UNDER_REVIEW');
    const review = await listUnderReview(actors.office!, scope, day, 500);
    expect(new Set(ids(review))).toEqual(new Set(waiting.map((task) => task.id)));
  });

  it.each(GROUPINGS)('the overdue and the lapsed, grouped by %s, are those of the standing', async (grouping) => {
    const scope = narrowScope(actors.office!, await scopeOf(actors.office!, day, { own: true }), 'overdue.read');
    for (const [kind, reasons] of [
      ['overdue', ['OVERDUE', 'ISSUED_PAST_DUE']],
      ['lapsed', ['REPORTING_LAPSED']],
    ] as const) {
      const wanted = tasksIn(scope).filter((task) =>
        (reasons as readonly string[]).includes(standingOf(task, day).reason),
      );
      const pairs = wanted.flatMap((task) =>
        grouping === 'unit'
          ? unitsOf(task, day).lead.size === 0
            ? [`${task.id}-null`]
            : [...unitsOf(task, day).lead].map((unit) => `${task.id}-${unit}`)
          : [`${task.id}-${grouping === 'plan' ? task.plan_id : grouping === 'group' ? task.work_group_id : null}`],
      );
      const pages = await Promise.all(
        [1, 2, 3, 4].map((page) => listOverdue(actors.office!, scope, day, kind, grouping, { page, size: 25 })),
      );
      const rows = pages.flatMap((page) => page.rows);
      expect(rows.map((row) => `${row.line.taskId}-${row.groupId}`).sort()).toEqual(pairs.slice().sort());
      if (pairs.length > 0) {
        expect(pages[0]!.total).toBe(pairs.length);
        expect(pages[0]!.tasks).toBe(wanted.length);
      }
      if (grouping === 'none' && kind === 'overdue') {
        const late = rows.map((row) => row.line.daysLeft ?? 0);
        expect(late).toEqual([...late].sort((a, b) => a - b));
        for (const { line } of rows) {
          expect(line.daysLeft).toBe(standingOf(tasks.find((task) => task.id === line.taskId)!, day).daysLeft);
          const said = (events.get(line.taskId) ?? []).filter(
            (event) => event.type === 'REPORT_SUBMITTED' && event.on <= day,
          );
          expect(line.lastReport?.on ?? null).toBe(said.at(-1)?.on ?? null);
        }
        const most = await listMostOverdue(actors.office!, scope, day, 5);
        expect(most.map((line) => line.daysLeft)).toEqual(late.slice(0, 5));
      }
    }
  });

  it('a unit is silent that said nothing in two closed cycles on any task it leads', async () => {
    const scope = await scopeOf(actors.office!, day, { own: true });
    const owing = new Map<number, { tasks: number; latest: boolean }>();
    for (const task of tasksIn(scope)) {
      const now = standingOf(task, day);
      if (
        now.reason === 'PLAN_NOT_ACTIVE' ||
        !['NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED', 'UNDER_REVIEW'].includes(now.state)
      )
        continue;
      const closed = cyclesOf(task)
        .filter((cycle) => cycle.grace < day)
        .slice(-2);
      const owesBoth =
        now.state !== 'UNDER_REVIEW' &&
        closed.length === 2 &&
        closed.every((cycle) =>
          ['NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED'].includes(standingOf(task, cycle.closes).state),
        );
      const live = new Map<number, boolean>();
      for (const event of events.get(task.id) ?? []) {
        if (event.report_id === null || event.on > day) continue;
        live.set(event.report_id, event.type === 'REPORT_SUBMITTED' || event.type === 'REPORT_ACCEPTED');
      }
      for (const unit of unitsOf(task, day).lead) {
        const entry = owing.get(unit) ?? { tasks: 0, latest: false };
        if (owesBoth) entry.tasks += 1;
        for (const [reportId, counts] of live) {
          const report = reports.get(reportId)!;
          if (counts && countedAs(report.unit_id, day) === unit && closed.some((cycle) => cycle.id === report.cycle_id))
            entry.latest = true;
        }
        owing.set(unit, entry);
      }
    }
    const silent = [...owing].filter(([, entry]) => entry.tasks > 0 && !entry.latest);
    const listed = await listSilentUnits(actors.office!, scope, day);
    expect(new Map(listed.map((unit) => [unit.id, unit.tasks]))).toEqual(
      new Map(silent.map(([id, entry]) => [id, entry.tasks])),
    );
    const order = listed.map((unit) => unitOrder.get(unit.id)!);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('who spoke as lead is told by the events, not by how the report is today', async () => {
    const scope = await scopeOf(actors.office!, day, { own: true });
    const own = await scopeOf(actors.reporter!, day);
    const look = async () => [
      await listSilentUnits(actors.office!, scope, day),
      (await getUnitHome(actors.reporter!, own, day)).owed,
    ];
    const before = await look();
    const byLead = [...reports.values()].filter((report) => report.is_by_lead).map((report) => report.id);
    await db().progressReport.updateMany({ where: { id: { in: byLead } }, data: { isByLead: false } });
    try {
      expect(await look()).toEqual(before);
    } finally {
      await db().progressReport.updateMany({ where: { id: { in: byLead } }, data: { isByLead: true } });
    }
  });

  it('the words of a last report are for those who may read reports on the task', async () => {
    const actor = actors.reporter!;
    const scope = await scopeOf(actor, day);
    const unit = countedAs(actor.unitId!, TODAY);
    const lines = await listMostOverdue(actor, scope, day, 500);
    for (const line of lines.filter((item) => item.lastReport !== null)) {
      const of = unitsOf(tasks.find((task) => task.id === line.taskId)!, TODAY);
      const mayRead = of.lead.has(unit) || of.responsible.has(unit) || of.collective.has(unit);
      expect(line.lastReport!.narrative !== null).toBe(mayRead);
    }
    const all = await listMostOverdue(actors.office!, await scopeOf(actors.office!, day), day, 500);
    expect(all.every((line) => line.lastReport === null || line.lastReport.narrative !== null)).toBe(true);
  });

  it('a reporter sees what the own unit owes, what was returned, and nothing else', async () => {
    for (const actor of [actors.reporter!, actors.head!]) {
      const scope = await scopeOf(actor, day);
      const unit = countedAs(actor.unitId!, day);
      const home = await getUnitHome(actor, scope, day);
      const led = tasksIn(scope).filter((task) => unitsOf(task, day).lead.has(unit));
      const owed: string[] = [];
      const returned: number[] = [];
      for (const task of tasksIn(scope)) {
        const now = standingOf(task, day);
        if (now.reason === 'PLAN_NOT_ACTIVE' || !['NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED'].includes(now.state))
          continue;
        const own = (events.get(task.id) ?? []).filter((event) => event.on <= day && event.report_id !== null);
        const last = own.filter((event) => countedAs(reports.get(event.report_id!)!.unit_id, day) === unit).at(-1);
        if (last?.type === 'REPORT_RETURNED') returned.push(task.id);
        if (!led.includes(task)) continue;
        const ends = new Map(own.map((event) => [event.report_id!, event.type]));
        const cycle = cyclesOf(task)
          .filter((item) => item.starts <= day && item.grace >= day)
          .find(
            (item) =>
              ![...ends].some(
                ([id, type]) =>
                  reports.get(id)!.cycle_id === item.id && !['REPORT_RETURNED', 'REPORT_WITHDRAWN'].includes(type),
              ),
          );
        if (cycle) owed.push(`${task.id}-${cycle.id}`);
      }
      expect(home.owed.map((item) => `${item.taskId}-${item.cycleId}`).sort()).toEqual(owed.sort());
      expect(home.returned.map((item) => item.taskId).sort((a, b) => a - b)).toEqual(returned.sort((a, b) => a - b));
      const concerns = await listUnitConcerns(actor, scope, day, home.unitIds, 500);
      const looked = ['OVERDUE', 'ISSUED_PAST_DUE', 'REPORTING_LAPSED', 'DUE_SOON', 'UNREPORTED', 'NO_DEADLINE'];
      expect(new Set(ids(concerns))).toEqual(
        new Set(
          led
            .filter(
              (task) => looked.includes(standingOf(task, day).reason) || standingOf(task, day).state === 'UNDER_REVIEW',
            )
            .map((task) => task.id),
        ),
      );
    }
  });

  it('the navigation counts what the pages behind it show', async () => {
    for (const name of ['office', 'leader', 'district', 'bureau'] as const) {
      const actor = actors[name]!;
      const scope = await scopeOf(actor, day);
      const counts = totalCounts(await countStandings(actor, scope, day));
      const navigation = await getNavigation(actor, day);
      expect(navigation).toMatchObject({
        readsOverdue: true,
        overdue: counts.byReason.OVERDUE + counts.byReason.ISSUED_PAST_DUE,
        underReview: counts.underReview,
      });
    }
    const scope = await scopeOf(actors.reporter!, day);
    const led = countByHand(scope, day, 'lead').get(countedAs(actors.reporter!.unitId!, day)) ?? emptyCounts();
    expect(await getNavigation(actors.reporter!, day)).toMatchObject({
      readsOverdue: false,
      reviews: false,
      overdue: led.byReason.OVERDUE + led.byReason.ISSUED_PAST_DUE,
      underReview: led.underReview,
    });
  });
});

// ---------------------------------------------------------------- over time

it('the trend says what stood achieved at the end of each month', async () => {
  const scope = await scopeOf(actors.office!, '2022-09-30');
  const days = trendDays(scope, '2022-09-30');
  expect(days).toEqual([
    '2022-03-31',
    '2022-04-30',
    '2022-05-31',
    '2022-06-30',
    '2022-07-31',
    '2022-08-31',
    '2022-09-30',
  ]);
  const points = await countTrend(actors.office!, scope, days);
  expect(points).toEqual(
    days.map((day) => {
      const of = countByHand(scope, day, 'total').get(0)!;
      return { day, achieved: of.completed + of.sustained, rated: of.rated, onTime: of.onTime };
    }),
  );
});

it('the change of a figure is against the last month end', async () => {
  const scope = await scopeOf(actors.office!, '2022-09-15');
  const home = await getRegionHome(actors.office!, scope, '2022-09-15', 'unit', 10);
  expect(home.before).toEqual(countByHand(scope, '2022-08-31', 'total').get(0));
  expect(home.now).toEqual(countByHand(scope, '2022-09-15', 'total').get(0));
  for (const item of home.waiting) {
    expect(item.workingDays).toBeLessThanOrEqual(daysBetween(item.line.clockOn!, '2022-09-15'));
  }
  expect(home.offered).toEqual(['unit', 'area', 'measure']);
});

it('before the plan begins every task shows no light, and no figure is judged', async () => {
  const scope = await scopeOf(actors.office!, '2022-03-14');
  const counts = totalCounts(await countStandings(actors.office!, scope, '2022-03-14'));
  expect(counts).toMatchObject({ rated: 0, completed: 0, underReview: 0 });
  expect(counts.byReason.PLAN_NOT_ACTIVE).toBe(154);
  expect(await listSilentUnits(actors.office!, scope, '2022-03-14')).toEqual([]);
});

it('from its day on a merged unit counts with the other, and its own figures are empty', async () => {
  const scope = await scopeOf(actors.office!, TODAY);
  const before = await countStandings(actors.office!, scope, '2022-12-31', ['lead']);
  const after = await countStandings(actors.office!, scope, MERGED_ON, ['lead']);
  expect(totalOf(before.lead.get(merge.from)!)).toBeGreaterThan(0);
  expect(after.lead.get(merge.from)).toBeUndefined();
  const facts = await findUnitFacts(actors.office!, merge.from, MERGED_ON);
  expect(facts?.mergedInto).toMatchObject({ id: merge.into, effectiveOn: MERGED_ON });
  expect((await findUnitFacts(actors.office!, merge.from, '2022-12-31'))?.mergedInto).toBeNull();
});

// ---------------------------------------------------------------- who sees what

describe('scope', () => {
  const planIds = (scope: BoardScope | null) => scope?.counted.map((plan) => plan.id) ?? null;
  const planId = async (slug: string) => (await db().plan.findUniqueOrThrow({ where: { slug } })).id;

  it("leaves out bureaus' own plans unless chosen, or the viewer is inside", async () => {
    const [city, bureau] = [await planId('ezhou-2022'), await planId('ezhou-housing-2022')];
    expect(planIds(await findBoardScope(actors.office!, {}, TODAY))).toEqual([city]);
    expect(planIds(await findBoardScope(actors.office!, { own: true }, TODAY))).toEqual([city, bureau]);
    expect(planIds(await findBoardScope(actors.reporter!, { own: true }, TODAY))).toEqual([city]);
    expect(planIds(await findBoardScope(actors.head!, {}, TODAY))).toEqual([city, bureau]);
    expect(planIds(await findBoardScope(actors.bureau!, {}, TODAY))).toEqual([bureau]);
  });

  it('drafts are counted nowhere and other branches are not found', async () => {
    const draft = await planId('zengdu-2022');
    expect(await findBoardScope(actors.platform!, { plan: draft }, TODAY)).toBeNull();
    expect(planIds(await findBoardScope(actors.platform!, { region: 'zengdu' }, TODAY))).toEqual([]);
    expect(await findBoardScope(actors.office!, { region: 'zengdu' }, TODAY)).toBeNull();
    expect(await findBoardScope(actors.reporter!, { region: 'huarong' }, TODAY)).toBeNull();
    expect(await findBoardScope(actors.reporter!, { plan: await planId('huarong-2023') }, TODAY)).toBeNull();
  });

  it('a platform admin may choose any region, the first one stands by default', async () => {
    const scope = await findBoardScope(actors.platform!, {}, TODAY);
    expect(scope?.regions).toHaveLength(await db().region.count());
    expect(scope?.region.code).toBe('ezhou');
  });

  it('an officer limited to a work group counts its tasks only', async () => {
    const group = actors.limited!.workGroupIds[0]!;
    const scope = await scopeOf(actors.limited!, TODAY);
    const counts = await countStandings(actors.limited!, scope, TODAY, ['group']);
    expect([...counts.group.keys()]).toEqual([group]);
    expect(totalOf(totalCounts(counts))).toBe(tasks.filter((task) => task.work_group_id === group).length);
    const lines = await listPlanLines(actors.limited!, scope.access[0]!, TODAY, { page: 1, size: 500 });
    expect(lines.every((line) => line.groupId === group)).toBe(true);
  });

  it("a bureau's 科室 are seen from inside and by those who oversee the region", async () => {
    const division = (await db().unit.findFirstOrThrow({ where: { parentId: housing } })).id;
    for (const name of ['office', 'leader', 'platform', 'head', 'bureau'] as const) {
      expect(await findUnitFacts(actors[name]!, division, TODAY), name).not.toBeNull();
    }
    for (const name of ['reporter', 'district'] as const) {
      expect(await findUnitFacts(actors[name]!, division, TODAY), name).toBeNull();
    }
    expect((await findUnitFacts(actors.reporter!, housing, TODAY))?.children).toEqual([]);
    expect((await findUnitFacts(actors.head!, housing, TODAY))?.children.length).toBeGreaterThan(0);
  });

  it('units of a region beneath are seen from above, not from beside', async () => {
    const below = await idOf('区住建局', 'huarong');
    expect(await findUnitFacts(actors.office!, below, TODAY)).not.toBeNull();
    expect(await findUnitFacts(actors.reporter!, below, TODAY)).toBeNull();
    expect(await findUnitFacts(actors.office!, 999_999, TODAY)).toBeNull();
  });
});
