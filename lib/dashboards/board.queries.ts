import 'server-only';
import type { Day } from '@/lib/dates';
import { importedOn } from '@/lib/plans/plan.queries';
import { markedTitle, marksOfAlike, type TitledPlan } from '@/lib/plans/plan-titles.rules';
import { type PlanAccess, taskScope, workGroupScope } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { REASON_CODES, type ReasonCode } from '@/lib/standing/standing.types';
import { lastReportOf, mayReadReports, reportedOn } from '@/lib/tasks/task.where';
import { type BoardScope, standingScope } from './board-scope.queries';
import { emptyCounts, type StandingCounts } from './figures';
import type { TaskLine } from './task-line';

export const DIMENSIONS = ['total', 'plan', 'area', 'measure', 'group', 'lead', 'responsible', 'collective'] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type CountsByKey = Map<number, StandingCounts>;
export type BoardCounts = Record<Dimension, CountsByKey> & { total: CountsByKey };

/**
 * Every task of the scope with its standing on a day: the rows all figures are made of. The plans bound one side only: bounding both makes
 * the planner expect no rows, and join by nested loops where there are many tasks.
 */
export function standingRows(actor: Actor, scope: Pick<BoardScope, 'access'>, day: Day): Prisma.Sql {
  return Prisma.sql`
    SELECT t.id AS task_id, t.plan_id, CASE WHEN w.id IS NULL THEN t.area_id ELSE w.area_id END AS area_id,
           CASE WHEN w.id IS NULL THEN t.measure_id ELSE w.measure_id END AS measure_id,
           CASE WHEN w.id IS NULL THEN t.work_group_id ELSE w.work_group_id END AS work_group_id, s.state, s.light, s.reason, s.due_on, s.outcome, s.is_rated,
           s.days_left, s.overdue_days, s.clock_on, s.missed_cycles, s.missed_since_on
      FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id
      -- where a revised list has moved it since; as task_as_of, but in one pass for all
      LEFT JOIN (SELECT DISTINCT ON (o.task_id) o.* FROM task_wording o WHERE o.valid_to > ${day}::date ORDER BY o.task_id, o.valid_to, o.id) w ON w.task_id = t.id
     WHERE ${standingScope(scope)}${workGroupScope(actor)}`;
}

/** Units of the tasks in the CTE x; an array as the bound lets the index on task answer however many tasks there are elsewhere. */
const unitsOfX = (day: Day) => Prisma.sql`
  SELECT tu.task_id, tu.unit_id, tu.role, tu.is_direct FROM task_units_as_of(${day}::date) tu WHERE tu.task_id = ANY(ARRAY(SELECT task_id FROM x))`;

const ARMS: Record<Dimension, Prisma.Sql> = {
  total: Prisma.sql`SELECT 'total' AS dimension, 0 AS key, x.* FROM x`,
  plan: Prisma.sql`SELECT 'plan', x.plan_id, x.* FROM x`,
  area: Prisma.sql`SELECT 'area', x.area_id, x.* FROM x WHERE x.area_id IS NOT NULL`,
  measure: Prisma.sql`SELECT 'measure', x.measure_id, x.* FROM x WHERE x.measure_id IS NOT NULL`,
  group: Prisma.sql`SELECT 'group', x.work_group_id, x.* FROM x WHERE x.work_group_id IS NOT NULL`,
  lead: Prisma.sql`SELECT 'lead', l.unit_id, x.* FROM x JOIN (SELECT DISTINCT task_id, unit_id FROM u WHERE role = 'LEAD') l ON l.task_id = x.task_id`,
  // named / only as a known member of a collective: the ledger's as=responsible and as=collective
  responsible: Prisma.sql`SELECT 'responsible', u.unit_id, x.* FROM x JOIN u ON u.task_id = x.task_id AND u.role = 'RESPONSIBLE' AND u.is_direct`,
  collective: Prisma.sql`SELECT 'collective', u.unit_id, x.* FROM x JOIN u ON u.task_id = x.task_id AND u.role = 'RESPONSIBLE' AND NOT u.is_direct`,
};

type CountRow = Omit<StandingCounts, 'byReason'> & { dimension: Dimension; key: number } & Record<ReasonCode, number>;

const REASON_SUMS = Prisma.join(
  REASON_CODES.map(
    (code) => Prisma.sql`count(*) FILTER (WHERE k.reason = ${code}::light_reason)::int AS ${Prisma.raw(`"${code}"`)}`,
  ),
);

/** Counts the scope's tasks on a day, once as a whole and by each dimension asked for. One query. */
export async function countStandings(
  actor: Actor,
  scope: Pick<BoardScope, 'access'>,
  day: Day,
  dimensions: readonly Dimension[] = ['total'],
): Promise<BoardCounts> {
  const wanted = [...new Set<Dimension>(['total', ...dimensions])];
  const needsUnits = wanted.some((d) => d === 'lead' || d === 'responsible' || d === 'collective');
  const rows = await db().$queryRaw<CountRow[]>`
    WITH x AS MATERIALIZED (${standingRows(actor, scope, day)})
    ${needsUnits ? Prisma.sql`, u AS MATERIALIZED (${unitsOfX(day)})` : Prisma.empty}
    SELECT k.dimension, k.key, ${REASON_SUMS},
           count(*) FILTER (WHERE k.state = 'UNDER_REVIEW')::int AS "underReview",
           count(*) FILTER (WHERE k.state = 'COMPLETED')::int AS "completed",
           count(*) FILTER (WHERE k.state = 'SUSTAINED')::int AS "sustained",
           count(*) FILTER (WHERE k.due_on IS NOT NULL AND k.state <> 'CANCELLED')::int AS "dated",
           count(*) FILTER (WHERE k.due_on IS NOT NULL AND k.state IN ('COMPLETED', 'SUSTAINED'))::int AS "datedAchieved",
           count(*) FILTER (WHERE k.is_rated)::int AS "rated",
           count(*) FILTER (WHERE k.is_rated AND k.outcome IN ('ON_TIME', 'EXTENDED'))::int AS "onTime"
      FROM (${Prisma.join(
        wanted.map((dimension) => ARMS[dimension]),
        ' UNION ALL ',
      )}) k
     GROUP BY k.dimension, k.key`;
  const counts = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, new Map()])) as BoardCounts;
  for (const {
    dimension,
    key,
    underReview,
    completed,
    sustained,
    dated,
    datedAchieved,
    rated,
    onTime,
    ...reasons
  } of rows) {
    const byReason = Object.fromEntries(REASON_CODES.map((code) => [code, reasons[code]])) as Record<
      ReasonCode,
      number
    >;
    counts[dimension].set(key, { byReason, underReview, completed, sustained, dated, datedAchieved, rated, onTime });
  }
  if (!counts.total.has(0)) counts.total.set(0, emptyCounts());
  return counts;
}

export function totalCounts(counts: BoardCounts): StandingCounts {
  return counts.total.get(0) ?? emptyCounts();
}

export type TrendPoint = { day: Day; achieved: number; rated: number; onTime: number };

/** What stood achieved at the end of each day given, oldest first. One query. */
export async function countTrend(
  actor: Actor,
  scope: Pick<BoardScope, 'access'>,
  days: readonly Day[],
): Promise<TrendPoint[]> {
  if (days.length === 0) return [];
  return db().$queryRaw<TrendPoint[]>`
    SELECT d.day::text AS day, count(s.task_id) FILTER (WHERE s.state IN ('COMPLETED', 'SUSTAINED'))::int AS achieved,
           count(s.task_id) FILTER (WHERE s.is_rated)::int AS rated,
           count(s.task_id) FILTER (WHERE s.is_rated AND s.outcome IN ('ON_TIME', 'EXTENDED'))::int AS "onTime"
      FROM unnest(${[...days]}::date[]) AS d(day)
      LEFT JOIN LATERAL (
        SELECT st.* FROM standing_as_of(d.day) st JOIN task t ON t.id = st.task_id
         WHERE st.plan_id = ANY(${scope.access.map((a) => a.planId)}::int[])${workGroupScope(actor)}) s ON true
     GROUP BY d.day ORDER BY d.day`;
}

export type TaskLineQuery = {
  /** Condition on the alias x (see standingRows). */
  where: Prisma.Sql;
  /** Of the aliases x, t and p. */
  orderBy: Prisma.Sql;
  limit: number;
  offset?: number;
  withLastReport?: boolean;
};

/**
 * What leads reported on the tasks in the CTE x by a day that is neither returned nor withdrawn on it, a row a version. Who spoke as lead, and
 * for which cycle, is told by the event: the report itself says only how it is today. Of several 补录 the last alone counts.
 */
export const countingReports = (day: Day) => Prisma.sql`
  SELECT said.task_id, said.report_id, said.cycle_id, said.effective_on
    FROM (SELECT e.task_id, e.report_id, e.cycle_id, e.is_by_lead, e.type, e.sequence,
                 ${reportedOn} AS effective_on,
                 max(e.sequence) FILTER (WHERE e.type IN ('REPORT_RETURNED', 'REPORT_WITHDRAWN')) OVER (PARTITION BY e.report_id) AS undone_at,
                 max(e.sequence) FILTER (WHERE e.type = 'BACKFILLED') OVER (PARTITION BY e.task_id) AS entered_at
            FROM task_event e
           WHERE e.task_id = ANY(ARRAY(SELECT task_id FROM x)) AND (e.report_id IS NOT NULL OR e.type = 'BACKFILLED') AND e.effective_on <= ${day}::date
             AND e.type IN ('REPORT_SUBMITTED', 'BACKFILLED', 'REPORT_RETURNED', 'REPORT_WITHDRAWN')) said
   WHERE said.type IN ('REPORT_SUBMITTED', 'BACKFILLED') AND said.is_by_lead AND (said.undone_at IS NULL OR said.sequence > said.undone_at)
     AND (said.type <> 'BACKFILLED' OR said.sequence = said.entered_at)`;

/** The latest report of a lead of task x (alias t) submitted by a day, and whether it was returned by then; its words for those who may read them. */
const lastReportWords = (actor: Actor, scope: Pick<BoardScope, 'access'>, day: Day) => Prisma.sql`
  LEFT JOIN LATERAL (
    SELECT json_build_object('on', l.reported_on::text, 'unitName', un.name, 'isReturned', l.is_returned, 'isBackfill', l.is_backfill,
             'narrative', CASE WHEN ${mayReadReports(actor, scope.access)} THEN left(v.narrative, 200) END) AS report
      FROM (${lastReportOf(day, Prisma.sql`AND e.is_by_lead`)}) l
      JOIN report_version v ON v.report_id = l.report_id AND v.version = l.report_version
      LEFT JOIN unit un ON un.id = l.unit_id) r ON true`;

/** Lines of a task list in the scope on a day. One query, whatever the number of rows. */
export async function listTaskLines(
  actor: Actor,
  scope: Pick<BoardScope, 'access'>,
  day: Day,
  query: TaskLineQuery,
): Promise<TaskLine[]> {
  return db().$queryRaw<TaskLine[]>`
    WITH base AS (${standingRows(actor, scope, day)}),
    x AS MATERIALIZED (
      SELECT x.*, row_number() OVER (ORDER BY ${query.orderBy}) AS place FROM base x JOIN task t ON t.id = x.task_id JOIN plan p ON p.id = x.plan_id
       WHERE ${query.where} ORDER BY place LIMIT ${query.limit} OFFSET ${query.offset ?? 0}),
    u AS MATERIALIZED (${unitsOfX(day)})
    SELECT x.task_id AS "taskId", t.seq, t.text, x.plan_id AS "planId", p.title AS "planTitle", x.state::text AS state, x.outcome::text AS outcome,
           coalesce(p.archived_on <= ${day}::date, false) AS "isArchived", x.light::text AS light,
           x.reason::text AS reason, x.due_on::text AS "dueOn", x.days_left AS "daysLeft", x.overdue_days AS "overdueDays", x.clock_on::text AS "clockOn",
           x.missed_cycles AS "missedCycles", x.missed_since_on::text AS "missedSinceOn", t.deadline_text AS "deadlineText",
           a.id AS "areaId", a.heading AS "areaHeading", m.id AS "measureId", m.heading AS "measureHeading", g.id AS "groupId", g.name AS "groupName", t.lead_text AS "leadText",
           coalesce((SELECT json_agg(json_build_object('id', n.id, 'name', n.name) ORDER BY n.sort_order, n.id)
                       FROM unit n WHERE n.id IN (SELECT u.unit_id FROM u WHERE u.task_id = x.task_id AND u.role = 'LEAD')), '[]'::json) AS leads,
           ${query.withLastReport ? Prisma.sql`r.report` : Prisma.sql`NULL::json`} AS "lastReport"
      FROM x JOIN task_as_of(${day}::date) t ON t.id = x.task_id JOIN plan p ON p.id = x.plan_id
      LEFT JOIN policy_area a ON a.id = t.area_id LEFT JOIN measure m ON m.id = t.measure_id LEFT JOIN work_group g ON g.id = t.work_group_id
      ${query.withLastReport ? lastReportWords(actor, scope, day) : Prisma.empty}
     ORDER BY x.place`;
}

/** Condition on x: the task is led by (or has as responsible unit) one of these units on the day. */
export function xHasUnit(unitIds: readonly number[], role: 'LEAD' | 'RESPONSIBLE', day: Day): Prisma.Sql {
  return Prisma.sql`x.task_id IN (SELECT tu.task_id FROM task_units_as_of(${day}::date) tu
    WHERE tu.role = ${role}::task_unit_role AND tu.unit_id = ANY(${[...unitIds]}::int[]) AND tu.task_id = ANY(ARRAY(SELECT task_id FROM base)))`;
}

/** Due within so many days after the day and not achieved, earliest first. */
export function listDueWithin(
  actor: Actor,
  scope: BoardScope,
  day: Day,
  days: number,
  limit: number,
): Promise<TaskLine[]> {
  return listTaskLines(actor, scope, day, {
    where: Prisma.sql`x.due_on >= ${day}::date AND x.due_on <= ${day}::date + ${days}::int AND x.state IN ('NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW') AND x.reason <> 'PLAN_NOT_ACTIVE'`,
    orderBy: Prisma.sql`x.due_on, p.year DESC, p.id, t.sort_order`,
    limit,
  });
}

/** How many `listDueWithin` finds in all. */
export async function countDueWithin(actor: Actor, scope: BoardScope, day: Day, days: number): Promise<number> {
  const rows = await db().$queryRaw<{ n: number }[]>`
    WITH x AS (${standingRows(actor, scope, day)})
    SELECT count(*)::int AS n FROM x
     WHERE x.due_on >= ${day}::date AND x.due_on <= ${day}::date + ${days}::int AND x.state IN ('NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW') AND x.reason <> 'PLAN_NOT_ACTIVE'`;
  return rows[0]!.n;
}

/** Waiting for the office's decision, longest first. */
export function listUnderReview(actor: Actor, scope: BoardScope, day: Day, limit: number): Promise<TaskLine[]> {
  return listTaskLines(actor, scope, day, {
    where: Prisma.sql`x.state = 'UNDER_REVIEW' AND x.reason <> 'PLAN_NOT_ACTIVE'`,
    orderBy: Prisma.sql`x.clock_on, p.id, t.sort_order`,
    limit,
  });
}

/** Overdue, longest late first, with the last report. For viewers with overdue.read. */
export function listMostOverdue(actor: Actor, scope: BoardScope, day: Day, limit: number): Promise<TaskLine[]> {
  return listTaskLines(actor, scope, day, {
    where: Prisma.sql`x.reason IN ('OVERDUE', 'ISSUED_PAST_DUE')`,
    orderBy: Prisma.sql`x.days_left, p.id, t.sort_order`,
    limit,
    withLastReport: true,
  });
}

/** The tasks of one plan in its own order, a page of them. */
export function listPlanLines(
  actor: Actor,
  access: PlanAccess,
  day: Day,
  page: { page: number; size: number },
): Promise<TaskLine[]> {
  return listTaskLines(actor, { access: [access] }, day, {
    where: Prisma.sql`true`,
    orderBy: Prisma.sql`t.sort_order`,
    limit: page.size,
    offset: (page.page - 1) * page.size,
  });
}

export type Heading = { id: number; name: string; planId: number; parentName: string | null };

/** Names of areas, measures, groups or plans of the scope, in the documents' order. */
export async function listHeadings(
  scope: Pick<BoardScope, 'access'>,
  by: 'plan' | 'area' | 'measure' | 'group',
): Promise<Heading[]> {
  const ids = scope.access.map((a) => a.planId);
  switch (by) {
    case 'plan': {
      const plans = await db().$queryRaw<TitledPlan[]>`
        SELECT p.id, p.title, p.year, r.name AS "regionName", o.name AS "ownerUnitName", p.status::text AS status, ${importedOn}::text AS "createdOn"
          FROM plan p JOIN region r ON r.id = p.region_id LEFT JOIN unit o ON o.id = p.owner_unit_id
         WHERE p.id = ANY(${ids}::int[]) ORDER BY p.year DESC, p.owner_unit_id NULLS FIRST, p.id`;
      const marks = marksOfAlike(plans);
      return plans.map((plan) => ({ id: plan.id, name: markedTitle(plan, marks), planId: plan.id, parentName: null }));
    }
    case 'area':
      return db().$queryRaw<Heading[]>`
        SELECT a.id, a.heading AS name, a.plan_id AS "planId", p.title AS "parentName" FROM policy_area a JOIN plan p ON p.id = a.plan_id
         WHERE a.plan_id = ANY(${ids}::int[]) ORDER BY p.year DESC, p.owner_unit_id NULLS FIRST, p.id, a.sort_order`;
    case 'measure':
      return db().$queryRaw<Heading[]>`
        SELECT m.id, m.heading AS name, m.plan_id AS "planId", coalesce(a.heading, p.title) AS "parentName"
          FROM measure m JOIN plan p ON p.id = m.plan_id LEFT JOIN policy_area a ON a.id = m.area_id
         WHERE m.plan_id = ANY(${ids}::int[]) ORDER BY p.year DESC, p.owner_unit_id NULLS FIRST, p.id, m.sort_order`;
    case 'group':
      return db().$queryRaw<Heading[]>`
        SELECT g.id, g.name, g.plan_id AS "planId", p.title AS "parentName" FROM work_group g JOIN plan p ON p.id = g.plan_id
         WHERE g.plan_id = ANY(${ids}::int[]) ORDER BY p.year DESC, p.owner_unit_id NULLS FIRST, p.id, g.sort_order`;
  }
}

/** Tasks, areas and measures of the scope, for the line beneath a title. */
export async function countContents(
  actor: Actor,
  scope: BoardScope,
): Promise<{ tasks: number; areas: number; measures: number }> {
  const rows = await db().$queryRaw<{ tasks: number; areas: number; measures: number }[]>`
    SELECT count(*)::int AS tasks, count(DISTINCT t.area_id)::int AS areas, count(DISTINCT t.measure_id)::int AS measures
      FROM task t WHERE ${taskScope(actor, scope.access)}`;
  return rows[0]!;
}
