import 'server-only';
import type { Day } from '@/lib/dates';
import { importedOn } from '@/lib/plans/plan.queries';
import { markedTitle, marksOfAlike, type TitledPlan } from '@/lib/plans/plan-titles.rules';
import { listPlanAccess, type PlanAccess } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import {
  LIGHT_CODES,
  type LightCode,
  type OutcomeCode,
  REASON_CODES,
  type ReasonCode,
  type StateCode,
} from '@/lib/standing/standing.types';
import { FILTER_LABELS, searchWords, type TaskFilter, type TaskSort } from './task.filter';
import { lastReportOf, mayReadReports, taskWhere } from './task.where';

export type TaskLead = { unitId: number | null; name: string };
export type LastReport = {
  on: Day;
  /** Days from the report to the day asked for. */
  ageDays: number;
  unitName: string | null;
  kind: 'PROGRESS' | 'RESULT';
  isReturned: boolean;
  /** Entered by the office: `on` is the day it says the report was made. */
  isBackfill: boolean;
  /** Null where the viewer may not read reports, or none was given. */
  percent: number | null;
  /** Beginning of the narrative, or the part around the first word searched for; null where it may not be read. */
  excerpt: string | null;
};

/** One row of the ledger, as of a day. */
export type TaskRow = {
  id: number;
  seq: number;
  text: string;
  planId: number;
  planTitle: string;
  areaHeading: string | null;
  measureHeading: string | null;
  groupName: string | null;
  leads: TaskLead[];
  deadlineText: string;
  dueOn: Day | null;
  originalDueOn: Day | null;
  ongoing: boolean;
  state: StateCode;
  light: LightCode;
  reason: ReasonCode;
  clockOn: Day | null;
  achievedOn: Day | null;
  outcome: OutcomeCode | null;
  /** Its plan was archived by the day. */
  isArchived: boolean;
  /** Days to the date in force on the clock of the day; negative: days late. */
  daysLeft: number | null;
  /** Days ever red for being overdue. */
  overdueDays: number;
  /** 0, 1, or 2 for two and more. */
  missedCycles: number;
  lastReport: LastReport | null;
};

export type TaskCounts = {
  /** Under the whole filter. */
  total: number;
  /** Before the filters of light and reason. */
  all: number;
  byLight: Record<LightCode, number>;
  byReason: Record<ReasonCode, number>;
};

export type TaskList = { rows: TaskRow[]; counts: TaskCounts; total: number; page: number; pages: number };

/** Counts by light and reason before those two filters, and the total under the whole filter: one statement. */
export async function countTasks(
  actor: Actor,
  filter: TaskFilter,
  day: Day,
  given?: readonly PlanAccess[],
): Promise<TaskCounts> {
  const access = given ?? (await listPlanAccess(actor));
  const where = taskWhere(actor, access, { ...filter, light: [], reason: [] }, day);
  const rows = await db().$queryRaw<{ light: LightCode; reason: ReasonCode; n: number }[]>`
    SELECT s.light::text AS light, s.reason::text AS reason, count(*)::int AS n
      FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id JOIN plan p ON p.id = t.plan_id
     WHERE ${where} GROUP BY 1, 2`;
  const counts: TaskCounts = {
    total: 0,
    all: 0,
    byLight: Object.fromEntries(LIGHT_CODES.map((code) => [code, 0])) as Record<LightCode, number>,
    byReason: Object.fromEntries(REASON_CODES.map((code) => [code, 0])) as Record<ReasonCode, number>,
  };
  for (const row of rows) {
    counts.all += row.n;
    counts.byLight[row.light] += row.n;
    counts.byReason[row.reason] += row.n;
    const isWanted =
      (filter.light.length === 0 || filter.light.includes(row.light)) &&
      (filter.reason.length === 0 || filter.reason.includes(row.reason));
    if (isWanted) counts.total += row.n;
  }
  return counts;
}

const DONE = Prisma.sql`s.state IN ('COMPLETED', 'SUSTAINED', 'CANCELLED')`;

function orderBy(actor: Actor, sort: TaskSort, isDescending: boolean, day: Day): Prisma.Sql {
  const way = isDescending ? Prisma.sql`DESC NULLS LAST` : Prisma.sql`ASC NULLS LAST`;
  // The viewer's own region first, bureaus' own plans after those of the region, the newest year first.
  const plans = Prisma.sql`(p.region_id <> ${actor.regionId ?? -1}), (p.owner_unit_id IS NOT NULL), p.year DESC, p.id`;
  const printed = Prisma.sql`${plans}, t.sort_order`;
  switch (sort) {
    case 'seq':
      return isDescending ? Prisma.sql`${plans}, t.sort_order DESC` : printed;
    case 'due':
      return Prisma.sql`s.due_on ${way}, ${printed}`;
    case 'late':
      return Prisma.sql`CASE WHEN NOT ${DONE} THEN -s.days_left END ${way}, s.overdue_days ${way}, ${printed}`;
    case 'unit':
      return Prisma.sql`(SELECT min(u.sort_order) FROM task_unit tu JOIN unit u ON u.id = tu.unit_id
          WHERE tu.task_id = t.id AND tu.role = 'LEAD' AND tu.valid_from <= ${day}::date AND tu.valid_to > ${day}::date) ${way}, ${printed}`;
    case 'light':
      return Prisma.sql`s.light ${way}, s.reason ${way}, CASE WHEN NOT ${DONE} THEN -s.days_left END DESC NULLS LAST, ${printed}`;
    case 'reported':
      return Prisma.sql`(SELECT l.reported_on FROM (${lastReportOf(day)}) l) ${way}, ${printed}`;
  }
}

type RawRow = Omit<TaskRow, 'leads' | 'lastReport'> & {
  leads: TaskLead[] | null;
  reportOn: Day | null;
  ageDays: number | null;
  reportUnit: string | null;
  reportKind: 'PROGRESS' | 'RESULT' | null;
  isReturned: boolean | null;
  isBackfill: boolean | null;
  percent: number | null;
  excerpt: string | null;
};

/** The ledger: one page of rows with the counts around it, as of a day; two statements beside those of the rights. */
export async function listTasks(
  actor: Actor,
  filter: TaskFilter,
  day: Day,
  given?: readonly PlanAccess[],
): Promise<TaskList> {
  const access = given ?? (await listPlanAccess(actor));
  // The first page is there however many there are; a later one only if there are as many.
  const [counts, firstPage] = await Promise.all([
    countTasks(actor, filter, day, access),
    filter.page === 1 ? listPage(actor, filter, day, access, 1) : null,
  ]);
  const pages = Math.max(1, Math.ceil(counts.total / filter.size));
  const page = Math.min(filter.page, pages);
  if (counts.total === 0) return { rows: [], counts, total: 0, page, pages };
  return {
    rows: firstPage ?? (await listPage(actor, filter, day, access, page)),
    counts,
    total: counts.total,
    page,
    pages,
  };
}

async function listPage(
  actor: Actor,
  filter: TaskFilter,
  day: Day,
  access: readonly PlanAccess[],
  page: number,
): Promise<TaskRow[]> {
  const first = searchWords(filter.q)[0] ?? '';
  const raw = await db().$queryRaw<RawRow[]>`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date)),
    chosen AS MATERIALIZED (
      SELECT t.id, t.plan_id, t.original_due_on,
             s.state, s.light, s.reason, s.due_on, s.clock_on, s.achieved_on, s.outcome, s.days_left, s.overdue_days, s.missed_cycles,
             p.title AS plan_title, coalesce(p.archived_on <= ${day}::date, false) AS is_archived, row_number() OVER (ORDER BY ${orderBy(actor, filter.sort, filter.dir === 'desc', day)}) AS place
        FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id JOIN plan p ON p.id = t.plan_id
       WHERE ${taskWhere(actor, access, filter, day)}
       ORDER BY place LIMIT ${filter.size} OFFSET ${(page - 1) * filter.size}
    )
    SELECT t.id, d.seq, d.text, t.plan_id AS "planId", t.plan_title AS "planTitle",
           (SELECT a.heading FROM policy_area a WHERE a.id = d.area_id) AS "areaHeading",
           (SELECT m.heading FROM measure m WHERE m.id = d.measure_id) AS "measureHeading",
           (SELECT w.name FROM work_group w WHERE w.id = d.work_group_id) AS "groupName",
           (SELECT json_agg(json_build_object('unitId', u.id, 'name', coalesce(u.name, k.phrase, tu.printed)) ORDER BY u.sort_order NULLS LAST, tu.position)
              FROM task_unit tu LEFT JOIN rollup r ON r.unit_id = tu.unit_id LEFT JOIN unit u ON u.id = coalesce(r.counted_unit_id, tu.unit_id)
              LEFT JOIN collective k ON k.id = tu.collective_id
             WHERE tu.task_id = t.id AND tu.role = 'LEAD' AND tu.valid_from <= ${day}::date AND tu.valid_to > ${day}::date) AS leads,
           d.deadline_text AS "deadlineText", t.due_on::text AS "dueOn", t.original_due_on::text AS "originalDueOn", d.ongoing,
           t.state::text AS state, t.light::text AS light, t.reason::text AS reason, t.clock_on::text AS "clockOn",
           t.achieved_on::text AS "achievedOn", t.outcome::text AS outcome, t.is_archived AS "isArchived", t.days_left AS "daysLeft", t.overdue_days AS "overdueDays",
           t.missed_cycles AS "missedCycles", last.reported_on::text AS "reportOn", ${day}::date - last.reported_on AS "ageDays",
           last.is_backfill AS "isBackfill",
           (SELECT u.name FROM unit u WHERE u.id = last.unit_id) AS "reportUnit", last.report_kind::text AS "reportKind",
           last.is_returned AS "isReturned", v.percent, v.excerpt
      FROM chosen t
      JOIN task_as_of(${day}::date) d ON d.id = t.id
      LEFT JOIN LATERAL (${lastReportOf(day)}) last ON true
      -- LIMIT keeps the planner from hashing every report there is
      LEFT JOIN LATERAL (
        SELECT rv.percent, substr(rv.narrative, greatest(1, strpos(lower(rv.narrative), lower(${first})) - 30), 120) AS excerpt
          FROM report_version rv WHERE rv.report_id = last.report_id AND rv.version = last.report_version AND ${mayReadReports(actor, access)}
         LIMIT 1) v ON true
     ORDER BY t.place`;
  return raw.map(toRow);
}

function toRow({
  leads,
  reportOn,
  ageDays,
  reportUnit,
  reportKind,
  isReturned,
  isBackfill,
  percent,
  excerpt,
  ...row
}: RawRow): TaskRow {
  // Two leads merged into one unit are one lead.
  const distinct = (leads ?? []).filter(
    (lead, index, all) => lead.unitId === null || all.findIndex((other) => other.unitId === lead.unitId) === index,
  );
  const lastReport =
    reportOn === null || reportKind === null
      ? null
      : {
          on: reportOn,
          ageDays: ageDays ?? 0,
          unitName: reportUnit,
          kind: reportKind,
          isReturned: isReturned ?? false,
          isBackfill: isBackfill ?? false,
          percent,
          excerpt,
        };
  return { ...row, leads: distinct, lastReport };
}

export type Choice = { id: number; name: string };
export type FilterChoices = {
  /** Of the plans in reach; one alone where there is no choice. */
  regions: Choice[];
  plans: (Choice & { isDraft: boolean; isOwn: boolean })[];
  /** Of the plan in question; empty where there are several. */
  areas: Choice[];
  measures: Choice[];
  groups: Choice[];
  units: Choice[];
};

export type ResolvedFilter = {
  filter: TaskFilter;
  notices: string[];
  choices: FilterChoices;
  /** Names of what the filter picks. */
  names: Partial<Record<'region' | 'plan' | 'area' | 'measure' | 'group' | 'unit', string>>;
};

type RawChoices = {
  regions: Choice[] | null;
  plans: (TitledPlan & { isDraft: boolean; isOwn: boolean })[] | null;
  areas: Choice[] | null;
  measures: Choice[] | null;
  groups: Choice[] | null;
  units: Choice[] | null;
  picked: {
    region: string | null;
    area: string | null;
    measure: string | null;
    group: string | null;
    unit: string | null;
    plan: string | null;
  };
};

const MOST_CHOICES = 400;

/** Checks the ids of a filter against what the actor may see, drops the unknown with a notice, and gives what can be chosen: one statement. */
export async function resolveTaskFilter(
  actor: Actor,
  filter: TaskFilter,
  given?: readonly PlanAccess[],
): Promise<ResolvedFilter> {
  const access = given ?? (await listPlanAccess(actor));
  const planIds = access.map((a) => a.planId);
  const drafts = access.filter((a) => a.isDraft).map((a) => a.planId);
  const chosen = filter.plan !== null && planIds.includes(filter.plan) ? filter.plan : null;
  // Without a chosen plan, headings and units of the actor's own region; a platform's admin chooses a plan first.
  const focus = chosen ?? -1;
  const [row] = await db().$queryRaw<RawChoices[]>`
    WITH visible AS (SELECT p.* FROM plan p WHERE p.id = ANY(${planIds}::int[]) AND p.kind = 'TASK_LIST'),
    focus AS (
      SELECT id, region_id, owner_unit_id FROM visible WHERE id = ${focus}
      UNION ALL
      SELECT id, region_id, owner_unit_id FROM visible WHERE ${chosen === null} AND (SELECT count(*) FROM visible) = 1
    )
    SELECT
      (SELECT json_agg(json_build_object('id', r.id, 'name', r.name) ORDER BY r.id)
         FROM (SELECT * FROM region WHERE id IN (SELECT region_id FROM visible) ORDER BY id LIMIT ${MOST_CHOICES}) r) AS regions,
      (SELECT json_agg(json_build_object('id', x.id, 'title', x.title, 'isDraft', x.id = ANY(${drafts}::int[]), 'isOwn', x.owner_unit_id IS NOT NULL,
                'year', x.year, 'regionName', (SELECT r.name FROM region r WHERE r.id = x.region_id), 'ownerUnitName', (SELECT o.name FROM unit o WHERE o.id = x.owner_unit_id),
                'createdOn', (SELECT ${importedOn} FROM plan p WHERE p.id = x.id)) ORDER BY x.owner_unit_id IS NOT NULL, x.year DESC, x.id)
         FROM (SELECT * FROM visible WHERE ${filter.region}::int IS NULL OR region_id = ${filter.region}::int OR id = ${focus} ORDER BY owner_unit_id IS NOT NULL, year DESC, id LIMIT ${MOST_CHOICES}) x) AS plans,
      (SELECT json_agg(json_build_object('id', a.id, 'name', a.heading) ORDER BY a.sort_order) FROM policy_area a WHERE a.plan_id IN (SELECT id FROM focus)) AS areas,
      (SELECT json_agg(json_build_object('id', m.id, 'name', m.heading) ORDER BY m.sort_order) FROM measure m
        WHERE m.plan_id IN (SELECT id FROM focus) AND (${filter.area}::int IS NULL OR m.area_id = ${filter.area}::int)) AS measures,
      (SELECT json_agg(json_build_object('id', g.id, 'name', g.name) ORDER BY g.sort_order) FROM work_group g WHERE g.plan_id IN (SELECT id FROM focus)) AS groups,
      (SELECT json_agg(json_build_object('id', u.id, 'name', u.name) ORDER BY u.sort_order, u.id)
         FROM (SELECT u.* FROM unit u
                WHERE (u.region_id IN (SELECT region_id FROM focus) OR (NOT EXISTS (SELECT 1 FROM focus) AND u.region_id = ${filter.region ?? actor.regionId ?? -1}))
                  AND (u.parent_id IS NULL OR u.parent_id IN (SELECT owner_unit_id FROM focus) OR u.parent_id = ${actor.unitId ?? actor.scopeUnitId ?? -1})
                ORDER BY u.sort_order, u.id LIMIT ${MOST_CHOICES}) u) AS units,
      json_build_object(
        'region', (SELECT r.name FROM region r WHERE r.id = ${filter.region}::int AND r.id IN (SELECT region_id FROM visible)),
        'plan', (SELECT title FROM visible WHERE id = ${focus}),
        'area', (SELECT a.heading FROM policy_area a JOIN visible v ON v.id = a.plan_id WHERE a.id = ${filter.area}::int AND (${chosen === null} OR a.plan_id = ${focus})),
        'measure', (SELECT m.heading FROM measure m JOIN visible v ON v.id = m.plan_id WHERE m.id = ${filter.measure}::int AND (${chosen === null} OR m.plan_id = ${focus})),
        'group', (SELECT g.name FROM work_group g JOIN visible v ON v.id = g.plan_id WHERE g.id = ${filter.group}::int AND (${chosen === null} OR g.plan_id = ${focus})),
        'unit', (SELECT u.name FROM unit u WHERE u.id = ${filter.unit}::int AND u.region_id IN (SELECT region_id FROM visible))
      ) AS picked`;

  const titled = row!.plans ?? [];
  const marks = marksOfAlike(titled);
  const plans = titled.map((plan) => ({
    id: plan.id,
    name: markedTitle(plan, marks),
    isDraft: plan.isDraft,
    isOwn: plan.isOwn,
  }));
  const notices: string[] = [];
  const known: TaskFilter = { ...filter };
  const names: ResolvedFilter['names'] = {};
  for (const key of ['region', 'plan', 'area', 'measure', 'group', 'unit'] as const) {
    if (filter[key] === null) continue;
    const name = row!.picked[key];
    if (name === null) {
      known[key] = null;
      notices.push(`没有找到所选的${FILTER_LABELS[key]}，该条件已忽略。`);
    } else {
      names[key] = (key === 'plan' ? plans.find((plan) => plan.id === filter.plan)?.name : null) ?? name;
    }
  }
  const units = row!.units ?? [];
  if (known.unit !== null && !units.some((unit) => unit.id === known.unit))
    units.unshift({ id: known.unit, name: names.unit! });
  const withPicked = (list: Choice[] | null, key: 'area' | 'measure' | 'group'): Choice[] => {
    const id = known[key];
    if (id === null || list?.some((choice) => choice.id === id)) return list ?? [];
    return [{ id, name: names[key]! }, ...(list ?? [])];
  };
  const choices: FilterChoices = {
    regions: row!.regions ?? [],
    plans,
    areas: withPicked(row!.areas, 'area'),
    measures: withPicked(row!.measures, 'measure'),
    groups: withPicked(row!.groups, 'group'),
    units,
  };
  return { filter: known, notices, choices, names };
}
