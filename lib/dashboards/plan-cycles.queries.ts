import 'server-only';
import { calendarDoubt, readCalendarOn } from '@/lib/cycles/calendar.queries';
import type { Day } from '@/lib/dates';
import { countedUnits, mayDoOnPlan, type PlanAccess, taskScope } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { countingReports } from './board.queries';

/** Whose rows of a plan's cycles the viewer reads: null, those of every unit. */
export type CycleReader = { access: PlanAccess; unitIds: number[] | null };

/** Whoever oversees the plan reads all of it, a unit its own rows and its 科室's; null: neither. */
export async function findCycleReader(actor: Actor, access: PlanAccess, day: Day): Promise<CycleReader | null> {
  if (mayDoOnPlan(actor, 'overdue.read', access.relations)) return { access, unitIds: null };
  const unitIds = await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], day);
  return unitIds.length === 0 ? null : { access, unitIds };
}

/**
 * CTEs x (tasks of the reader), live (what leads reported, as of the day) and owed: a row a task and cycle that the task owed — its state at the end of
 * the closing day, or of the day asked for where that comes first, being NOT_STARTED, IN_PROGRESS or SUSTAINED in a plan in force; not before
 * the task owes any; not entered by a 补录. The same reading as compute_standing, for a list of cycles.
 */
function owedRows(actor: Actor, reader: CycleReader, day: Day, cycleIds: readonly number[]): Prisma.Sql {
  const ofUnits =
    reader.unitIds === null
      ? Prisma.empty
      : Prisma.sql` AND EXISTS (SELECT FROM task_units_as_of(${day}::date) tu WHERE tu.task_id = t.id AND tu.role = 'LEAD' AND tu.unit_id = ANY(${reader.unitIds}::int[]))`;
  return Prisma.sql`
    x AS MATERIALIZED (
      SELECT t.id AS task_id, t.sort_order, o.day AS owed_from
        FROM task t JOIN plan p ON p.id = t.plan_id CROSS JOIN LATERAL task_owed_from(t.id, ${day}::date) o
       WHERE ${taskScope(actor, [reader.access])}${ofUnits}),
    live AS MATERIALIZED (${countingReports(day)}),
    due AS MATERIALIZED (
      SELECT x.task_id, x.sort_order, c.id AS cycle_id, c.grace_ends_on
        FROM x
        JOIN LATERAL cycles_of_task(x.task_id) c ON c.id = ANY(${[...cycleIds]}::int[]) AND c.closes_on >= x.owed_from
        JOIN LATERAL standing_as_of(least(c.closes_on, ${day}::date)) s
          ON s.task_id = x.task_id AND s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED') AND s.reason <> 'PLAN_NOT_ACTIVE'),
    -- grouped, not joined: how many reports count cannot be foreseen, and a join goes through all of them for every row that is owed
    owed AS MATERIALIZED (
      SELECT o.task_id, o.cycle_id, max(o.sort_order) AS sort_order, max(o.grace_ends_on) AS grace_ends_on, min(o.since_on) AS since_on,
             (array_agg(o.report_id ORDER BY o.since_on, o.report_id) FILTER (WHERE o.report_id IS NOT NULL))[1] AS report_id
        FROM (SELECT task_id, cycle_id, sort_order, grace_ends_on, NULL::date AS since_on, NULL::int AS report_id, true AS is_due FROM due
              UNION ALL SELECT task_id, cycle_id, NULL, NULL, effective_on, report_id, false FROM live) o
       GROUP BY o.task_id, o.cycle_id HAVING bool_or(o.is_due))`;
}

export type CycleLine = {
  id: number;
  label: string;
  startsOn: Day;
  closesOn: Day;
  graceEndsOn: Day;
  /** Stands beside the grace where it was worked out over a year without its holiday notice. */
  doubt: string | null;
};
export type CycleFigures = CycleLine & {
  /** Tasks that owe a report in it. */
  owed: number;
  reported: number;
  /** Of those, after the grace: 补报. */
  late: number;
  /** Of those owed, not reported. */
  open: number;
  isClosed: boolean;
  isOver: boolean;
};
export type CycleList = { begun: CycleFigures[]; total: number; coming: CycleLine[] };

const LINE = Prisma.sql`c.id, c.label, c.starts_on::text AS "startsOn", c.closes_on::text AS "closesOn", c.grace_ends_on::text AS "graceEndsOn"`;

/** What stood beside the lines on a day. */
async function withDoubt<L extends Omit<CycleLine, 'doubt'>>(
  lines: L[],
  day: Day,
): Promise<(L & { doubt: string | null })[]> {
  const calendar = await readCalendarOn(day);
  return lines.map((line) => ({ ...line, doubt: calendarDoubt(calendar, line.closesOn, line.graceEndsOn) }));
}

/** The plan's cycles begun by a day with who reported, newest first, and those to come as they were planned on that day. */
export async function listPlanCycles(
  actor: Actor,
  reader: CycleReader,
  day: Day,
  page: { page: number; size: number },
): Promise<CycleList> {
  const { planId } = reader.access;
  const [lines, [count], coming] = await Promise.all([
    db().$queryRaw<Omit<CycleLine, 'doubt'>[]>`
      SELECT ${LINE} FROM cycle c WHERE c.plan_id = ${planId} AND c.task_id IS NULL AND c.superseded_on IS NULL AND c.starts_on <= ${day}::date
       ORDER BY c.closes_on DESC LIMIT ${page.size} OFFSET ${(page.page - 1) * page.size}`,
    db().$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM cycle c WHERE c.plan_id = ${planId} AND c.task_id IS NULL AND c.superseded_on IS NULL AND c.starts_on <= ${day}::date`,
    // what was taken back later stood in the plan on the day, and what was made then did not
    db().$queryRaw<Omit<CycleLine, 'doubt'>[]>`
      SELECT ${LINE} FROM cycle c, (SELECT min(superseded_on) AS changed_on FROM cycle WHERE plan_id = ${planId} AND task_id IS NULL AND superseded_on > ${day}::date) n
       WHERE c.plan_id = ${planId} AND c.task_id IS NULL AND c.starts_on > ${day}::date
         AND CASE WHEN n.changed_on IS NULL THEN c.superseded_on IS NULL ELSE c.superseded_on = n.changed_on OR (c.superseded_on IS NULL AND c.starts_on <= n.changed_on) END
       ORDER BY c.closes_on LIMIT 6`,
  ]);
  const ids = lines.map(({ id }) => id);
  const figures = await db().$queryRaw<{ id: number; owed: number; reported: number; late: number }[]>`
    WITH ${owedRows(actor, reader, day, ids)}
    SELECT cycle_id AS id, count(*)::int AS owed, count(since_on)::int AS reported, (count(*) FILTER (WHERE since_on > grace_ends_on))::int AS late
      FROM owed GROUP BY cycle_id`;
  const byId = new Map(figures.map((row) => [row.id, row]));
  return {
    begun: (await withDoubt(lines, day)).map((line) => {
      const { owed, reported, late } = byId.get(line.id) ?? { owed: 0, reported: 0, late: 0 };
      return {
        ...line,
        owed,
        reported,
        late,
        open: owed - reported,
        isClosed: line.closesOn < day,
        isOver: line.graceEndsOn < day,
      };
    }),
    total: count!.total,
    coming: await withDoubt(coming, day),
  };
}

export const CYCLE_SHOWS = ['all', 'open', 'reported', 'late'] as const;
export type CycleShow = (typeof CYCLE_SHOWS)[number];

export type CycleRow = {
  taskId: number;
  seq: number;
  text: string;
  unitId: number | null;
  unitName: string | null;
  /** Rows of the unit under the same filter. */
  unitRows: number;
  sinceOn: Day | null;
  /** The unit whose report counted first. */
  reportedBy: string | null;
  isLate: boolean;
};
export type CycleDetail = CycleFigures & {
  /** Of one task alone. */
  taskId: number | null;
  rows: CycleRow[];
  /** Rows under the filter: a task with several leads has one for each. */
  rowCount: number;
};

/** One cycle of a plan, a row a task and lead unit; null where the plan has none such by the day, or the viewer reads none of it. */
export async function findCycleDetail(
  actor: Actor,
  reader: CycleReader,
  cycleId: number,
  day: Day,
  show: CycleShow,
  page: { page: number; size: number },
): Promise<CycleDetail | null> {
  const [found] = await db().$queryRaw<(Omit<CycleLine, 'doubt'> & { taskId: number | null })[]>`
    SELECT ${LINE}, c.task_id AS "taskId" FROM cycle c
     WHERE c.id = ${cycleId} AND c.plan_id = ${reader.access.planId} AND c.superseded_on IS NULL AND c.starts_on <= ${day}::date`;
  if (!found) return null;
  const [line] = await withDoubt([found], day);
  const shown = {
    all: Prisma.sql`true`,
    open: Prisma.sql`o.since_on IS NULL`,
    reported: Prisma.sql`o.since_on <= o.grace_ends_on`,
    late: Prisma.sql`o.since_on > o.grace_ends_on`,
  }[show];
  const ownRows = reader.unitIds === null ? Prisma.empty : Prisma.sql` AND tu.unit_id = ANY(${reader.unitIds}::int[])`;
  const [rows, [figures]] = await Promise.all([
    db().$queryRaw<(CycleRow & { total: number })[]>`
      WITH ${owedRows(actor, reader, day, [cycleId])}
      SELECT o.task_id AS "taskId", t.seq, t.text, u.id AS "unitId", u.name AS "unitName", count(*) OVER (PARTITION BY u.id)::int AS "unitRows",
             o.since_on::text AS "sinceOn", r.name AS "reportedBy", coalesce(o.since_on > o.grace_ends_on, false) AS "isLate", count(*) OVER ()::int AS total
        FROM owed o
        JOIN task_as_of(${day}::date) t ON t.id = o.task_id
        LEFT JOIN (SELECT DISTINCT tu.task_id, tu.unit_id FROM task_units_as_of(${day}::date) tu
                    WHERE tu.role = 'LEAD' AND tu.task_id = ANY(ARRAY(SELECT task_id FROM owed))${ownRows}) l ON l.task_id = o.task_id
        LEFT JOIN unit u ON u.id = l.unit_id
        LEFT JOIN progress_report pr ON pr.id = o.report_id LEFT JOIN unit r ON r.id = pr.unit_id
       WHERE ${shown}
       ORDER BY u.sort_order NULLS LAST, u.id, (o.since_on IS NOT NULL), o.sort_order
       LIMIT ${page.size} OFFSET ${(page.page - 1) * page.size}`,
    db().$queryRaw<{ owed: number; reported: number; late: number; rows: number }[]>`
      WITH ${owedRows(actor, reader, day, [cycleId])}
      SELECT count(*)::int AS owed, count(since_on)::int AS reported, (count(*) FILTER (WHERE since_on > grace_ends_on))::int AS late,
             coalesce(sum(CASE WHEN ${shown} THEN greatest(n.leads, 1) ELSE 0 END), 0)::int AS rows
        FROM owed o,
             LATERAL (SELECT count(DISTINCT tu.unit_id)::int AS leads FROM task_units_as_of(${day}::date) tu
                       WHERE tu.role = 'LEAD' AND tu.task_id = o.task_id${ownRows}) n`,
  ]);
  const { owed, reported, late, rows: rowCount } = figures!;
  return {
    ...line!,
    taskId: found.taskId,
    owed,
    reported,
    late,
    open: owed - reported,
    isClosed: line!.closesOn < day,
    isOver: line!.graceEndsOn < day,
    rows: rows.map(({ total: _, ...row }) => row),
    rowCount,
  };
}

export type OwnCycleTask = {
  taskId: number;
  seq: number;
  text: string;
  kind: 'NONE' | 'MONTHLY' | 'QUARTERLY' | 'HALF_YEARLY' | 'YEARLY';
  closingDay: number | null;
  /** Set by the office; else as the document prints it. */
  isByOffice: boolean;
  cycleId: number | null;
  label: string | null;
  closesOn: Day | null;
  sinceOn: Day | null;
};
const MOST_OWN_TASKS = 50;

/** Tasks with cycles of their own on a day, with the latest that has begun; at most fifty, and how many there are. */
export async function listOwnCycleTasks(
  actor: Actor,
  reader: CycleReader,
  day: Day,
): Promise<{ rows: OwnCycleTask[]; total: number }> {
  const rows = await db().$queryRaw<(OwnCycleTask & { total: number })[]>`
    WITH own AS MATERIALIZED (
      SELECT t.id, coalesce(r.kind, t.recurrence ->> 'kind') AS kind,
             CASE WHEN r.id IS NULL THEN (t.recurrence ->> 'closingDay')::int ELSE r.closing_day END AS closing_day, r.id IS NOT NULL AND r.valid_from > '1900-01-01' AS is_by_office,
             (SELECT c.id FROM cycle c WHERE c.task_id = t.id AND c.superseded_on IS NULL AND c.starts_on <= ${day}::date ORDER BY c.closes_on DESC LIMIT 1) AS cycle_id
        FROM task t
        LEFT JOIN LATERAL (SELECT * FROM task_cycle_rule r WHERE r.task_id = t.id AND r.valid_from <= ${day}::date AND r.valid_to > ${day}::date LIMIT 1) r ON true
       WHERE ${taskScope(actor, [reader.access])}
         AND (r.id IS NOT NULL OR (t.has_own_cycles AND NOT EXISTS (SELECT FROM task_cycle_rule r WHERE r.task_id = t.id)))
         ${
           reader.unitIds === null
             ? Prisma.empty
             : Prisma.sql`AND EXISTS (SELECT FROM task_units_as_of(${day}::date) tu WHERE tu.task_id = t.id AND tu.role = 'LEAD' AND tu.unit_id = ANY(${reader.unitIds}::int[]))`
         }),
    ${owedRows(actor, reader, day, [])},
    first AS (SELECT l.task_id, l.cycle_id, min(l.effective_on) AS since_on FROM live l GROUP BY l.task_id, l.cycle_id)
    SELECT t.id AS "taskId", t.seq, t.text, own.kind, own.closing_day AS "closingDay", own.is_by_office AS "isByOffice", c.id AS "cycleId", c.label,
           c.closes_on::text AS "closesOn", first.since_on::text AS "sinceOn", count(*) OVER ()::int AS total
      FROM own JOIN task_as_of(${day}::date) t ON t.id = own.id
      LEFT JOIN cycle c ON c.id = own.cycle_id
      LEFT JOIN first ON first.task_id = t.id AND first.cycle_id = c.id
     ORDER BY t.sort_order LIMIT ${MOST_OWN_TASKS}`;
  return { rows: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}
