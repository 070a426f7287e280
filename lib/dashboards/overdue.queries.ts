import 'server-only';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { countingReports, listTaskLines, standingRows } from './board.queries';
import type { BoardScope } from './board-scope.queries';
import type { NamedUnit, TaskLine } from './task-line';

export const GROUPINGS = ['none', 'unit', 'plan', 'group'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** A line under the heading it is grouped by; by unit a task stands under each of its leads. */
export type GroupedLine = { groupId: number | null; groupName: string; groupSize: number; line: TaskLine };

const CONDITION = {
  overdue: Prisma.sql`x.reason IN ('OVERDUE', 'ISSUED_PAST_DUE')`,
  lapsed: Prisma.sql`x.reason = 'REPORTING_LAPSED'`,
};
/** Longest late first; longest without a report first. */
const ORDER = {
  overdue: Prisma.sql`k.days_left, t.sort_order, k.task_id`,
  lapsed: Prisma.sql`k.missed_since_on NULLS LAST, t.sort_order, k.task_id`,
};

const GROUP_KEY: Record<Grouping, { join: Prisma.Sql; id: Prisma.Sql; name: Prisma.Sql; order: Prisma.Sql }> = {
  none: { join: Prisma.empty, id: Prisma.sql`NULL::int`, name: Prisma.sql`''`, order: Prisma.sql`0` },
  unit: {
    join: Prisma.sql`LEFT JOIN u ON u.task_id = x.task_id LEFT JOIN unit n ON n.id = u.unit_id`,
    id: Prisma.sql`n.id`,
    name: Prisma.sql`coalesce(n.name, '未对应到单位')`,
    order: Prisma.sql`coalesce(n.sort_order, 2147483647)`,
  },
  plan: {
    join: Prisma.sql`JOIN plan n ON n.id = x.plan_id`,
    id: Prisma.sql`n.id`,
    name: Prisma.sql`n.title`,
    order: Prisma.sql`-n.year`,
  },
  group: {
    join: Prisma.sql`LEFT JOIN work_group n ON n.id = x.work_group_id`,
    id: Prisma.sql`n.id`,
    name: Prisma.sql`coalesce(n.name, '未列专项组')`,
    order: Prisma.sql`coalesce(n.sort_order, 2147483647)`,
  },
};

/** A page of the overdue or lapsed tasks of a scope, and how many lines and tasks there are in all. Two queries. */
export async function listOverdue(
  actor: Actor,
  scope: BoardScope,
  day: Day,
  kind: 'overdue' | 'lapsed',
  grouping: Grouping,
  page: { page: number; size: number },
): Promise<{ total: number; tasks: number; rows: GroupedLine[] }> {
  const group = GROUP_KEY[grouping];
  const picked = await db().$queryRaw<
    { task_id: number; group_id: number | null; group_name: string; group_size: number; total: number; tasks: number }[]
  >`
    WITH x AS MATERIALIZED (SELECT x.* FROM (${standingRows(actor, scope, day)}) x WHERE ${CONDITION[kind]}),
    u AS MATERIALIZED (SELECT DISTINCT tu.task_id, tu.unit_id FROM task_units_as_of(${day}::date) tu WHERE tu.role = 'LEAD' AND tu.task_id = ANY(ARRAY(SELECT task_id FROM x))),
    k AS (SELECT x.task_id, x.days_left, x.missed_since_on, ${group.id} AS group_id, ${group.name} AS group_name, ${group.order} AS group_order FROM x ${group.join})
    SELECT k.task_id, k.group_id, k.group_name, count(*) OVER (PARTITION BY k.group_id)::int AS group_size, count(*) OVER ()::int AS total,
           (SELECT count(*)::int FROM x) AS tasks
      FROM k JOIN task t ON t.id = k.task_id
     ORDER BY k.group_order, k.group_id NULLS LAST, ${ORDER[kind]} LIMIT ${page.size} OFFSET ${(page.page - 1) * page.size}`;
  if (picked.length === 0) {
    const counted = await db().$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM (${standingRows(actor, scope, day)}) x WHERE ${CONDITION[kind]}`;
    return { total: counted[0]!.n, tasks: counted[0]!.n, rows: [] };
  }
  const ids = [...new Set(picked.map((row) => row.task_id))];
  const lines = await listTaskLines(actor, scope, day, {
    where: Prisma.sql`x.task_id = ANY(${ids}::int[])`,
    orderBy: Prisma.sql`x.task_id`,
    limit: ids.length,
    withLastReport: true,
  });
  const byId = new Map(lines.map((line) => [line.taskId, line]));
  return {
    total: picked[0]!.total,
    tasks: picked[0]!.tasks,
    rows: picked.map((row) => ({
      groupId: row.group_id,
      groupName: row.group_name,
      groupSize: row.group_size,
      line: byId.get(row.task_id)!,
    })),
  };
}

export type SilentUnit = NamedUnit & {
  /** Tasks it leads on which it owed both cycles. */
  tasks: number;
  /** Closing day of the earlier of the latest two closed cycles. */
  sinceOn: Day;
  /** Its last counting report on any task of the scope. */
  lastReportOn: Day | null;
};

/**
 * Silent units as of a day. A unit is silent that leads at least one task owing a report at the closing of both of the task's latest two closed
 * cycles (grace over; the state NOT_STARTED, IN_PROGRESS or SUSTAINED on the closing day and on the day itself, its plan in force), while none of
 * its own reports as lead counts in the latest two closed cycles of any task it leads. A report counts that was submitted by the day and is neither
 * returned nor withdrawn on it. Sources: task_event, cycle, task_standing.
 */
export async function listSilentUnits(
  actor: Actor,
  scope: Pick<BoardScope, 'access'>,
  day: Day,
): Promise<SilentUnit[]> {
  return db().$queryRaw<SilentUnit[]>`
    WITH x AS MATERIALIZED (
      SELECT x.* FROM (${standingRows(actor, scope, day)}) x WHERE x.reason <> 'PLAN_NOT_ACTIVE' AND x.state IN ('NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW', 'SUSTAINED')),
    u AS MATERIALIZED (SELECT DISTINCT tu.task_id, tu.unit_id FROM task_units_as_of(${day}::date) tu WHERE tu.role = 'LEAD' AND tu.task_id = ANY(ARRAY(SELECT task_id FROM x))),
    closed AS MATERIALIZED (
      SELECT x.task_id, c.id AS cycle_id, c.closes_on
        FROM x JOIN task t ON t.id = x.task_id CROSS JOIN LATERAL task_owed_from(t.id, ${day}::date) o
        JOIN LATERAL (
          SELECT c.id, c.closes_on FROM cycles_of_task(t.id) c
           WHERE c.closes_on >= o.day AND c.grace_ends_on < ${day}::date
           ORDER BY c.closes_on DESC LIMIT 2) c ON true),
    owed AS (
      SELECT c.task_id, min(c.closes_on) AS since_on
        FROM closed c
        JOIN x ON x.task_id = c.task_id AND x.state <> 'UNDER_REVIEW'
       -- asked task by task: joined, a small table is read whole for every cycle
       WHERE (SELECT s.state FROM standing_as_of(c.closes_on) s WHERE s.task_id = c.task_id) IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED')
       GROUP BY c.task_id HAVING count(*) = 2),
    live AS MATERIALIZED (
      SELECT s.task_id, s.cycle_id, coalesce(ru.counted_unit_id, r.unit_id) AS unit_id, s.effective_on
        FROM (${countingReports(day)}) s JOIN progress_report r ON r.id = s.report_id
        LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = r.unit_id),
    -- IS TRUE and NOT IN keep both from becoming joins: how many reports count cannot be foreseen, and a join goes through all of them for every row
    spoke AS MATERIALIZED (
      SELECT DISTINCT mine.unit_id FROM u mine JOIN closed c ON c.task_id = mine.task_id
       WHERE ((c.task_id, c.cycle_id, mine.unit_id) IN (SELECT l.task_id, l.cycle_id, l.unit_id FROM live l)) IS TRUE)
    SELECT n.id, n.name, count(*)::int AS tasks, min(owed.since_on)::text AS "sinceOn",
           (SELECT max(l.effective_on)::text FROM live l WHERE l.unit_id = n.id) AS "lastReportOn"
      FROM u JOIN owed ON owed.task_id = u.task_id JOIN unit n ON n.id = u.unit_id
     WHERE u.unit_id NOT IN (SELECT s.unit_id FROM spoke s)
     GROUP BY n.id, n.name, n.sort_order ORDER BY n.sort_order, n.id`;
}
