import 'server-only';
import type { Day } from '@/lib/dates';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { countingReports, listTaskLines, standingRows, xHasUnit } from './board.queries';
import type { BoardScope } from './board-scope.queries';
import type { TaskLine } from './task-line';

export type OwedCycle = {
  taskId: number;
  cycleId: number;
  label: string;
  closesOn: Day;
  graceEndsOn: Day;
  /** Written, and waiting for the unit's head now, whatever the day asked for. */
  isWithHead: boolean;
};

/**
 * What these units owe now: per task they lead the earliest cycle that takes reports on the day (begun, grace not over) and has no counting
 * report of any lead. Nearest end first.
 */
export async function listOwedCycles(
  actor: Actor,
  scope: Pick<BoardScope, 'access'>,
  day: Day,
  unitIds: readonly number[],
): Promise<OwedCycle[]> {
  if (unitIds.length === 0) return [];
  return db().$queryRaw<OwedCycle[]>`
    WITH base AS MATERIALIZED (${standingRows(actor, scope, day)}),
    x AS MATERIALIZED (SELECT x.* FROM base x
       WHERE x.reason <> 'PLAN_NOT_ACTIVE' AND x.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED') AND ${xHasUnit(unitIds, 'LEAD', day)}),
    live AS MATERIALIZED (${countingReports(day)})
    SELECT x.task_id AS "taskId", c.id AS "cycleId", c.label, c.closes_on::text AS "closesOn", c.grace_ends_on::text AS "graceEndsOn",
           EXISTS (SELECT FROM unit_paper p
                    WHERE p.task_id = t.id AND p.status = 'WAITING' AND (p.kind = 'RESULT' OR (p.kind = 'PROGRESS' AND (p.input ->> 'cycleId')::int = c.id))
                      AND p.unit_id IN (SELECT u.id FROM unit u LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = u.id WHERE coalesce(ru.counted_unit_id, u.id) = ANY(${[...unitIds]}::int[]))) AS "isWithHead"
      FROM x JOIN task t ON t.id = x.task_id
      JOIN LATERAL (
        SELECT c.* FROM cycles_of_task(t.id) c
         WHERE c.closes_on >= owed_from(t.id, ${day}::date)
           AND c.starts_on <= ${day}::date AND c.grace_ends_on >= ${day}::date
           AND NOT EXISTS (SELECT 1 FROM live WHERE live.task_id = t.id AND live.cycle_id = c.id)
         ORDER BY c.closes_on LIMIT 1) c ON true
     ORDER BY c.grace_ends_on, t.plan_id, t.sort_order`;
}

export type ReturnedReport = { taskId: number; on: Day; reason: string; kind: 'PROGRESS' | 'RESULT' };

/** Reports of these units that were returned and not sent again by the day, on tasks still open. Latest first. */
export async function listReturned(
  actor: Actor,
  scope: Pick<BoardScope, 'access'>,
  day: Day,
  unitIds: readonly number[],
): Promise<ReturnedReport[]> {
  if (unitIds.length === 0) return [];
  return db().$queryRaw<ReturnedReport[]>`
    WITH base AS MATERIALIZED (${standingRows(actor, scope, day)}),
    x AS MATERIALIZED (SELECT x.* FROM base x WHERE x.reason <> 'PLAN_NOT_ACTIVE' AND x.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED')),
    said AS MATERIALIZED (
      SELECT DISTINCT ON (e.task_id) e.task_id, e.type, e.effective_on, e.review_id, r.kind
        FROM task_event e JOIN progress_report r ON r.id = e.report_id
       WHERE e.task_id = ANY(ARRAY(SELECT task_id FROM x)) AND e.effective_on <= ${day}::date
         AND r.unit_id IN (SELECT u.id FROM unit u LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = u.id WHERE coalesce(ru.counted_unit_id, u.id) = ANY(${[...unitIds]}::int[]))
         AND e.type IN ('REPORT_SUBMITTED', 'REPORT_ACCEPTED', 'REPORT_RETURNED', 'REPORT_WITHDRAWN')
       ORDER BY e.task_id, e.sequence DESC)
    SELECT said.task_id AS "taskId", said.effective_on::text AS "on", coalesce(w.reason, '') AS reason, said.kind::text AS kind
      FROM said LEFT JOIN review w ON w.id = said.review_id
     WHERE said.type = 'REPORT_RETURNED' ORDER BY said.effective_on DESC, said.task_id`;
}

export type UnitHome = {
  unitIds: number[];
  owed: (OwedCycle & { line: TaskLine })[];
  returned: (ReturnedReport & { line: TaskLine })[];
};

/** What the actor's own units owe now, with the tasks' lines. Three queries beside those of the board. */
export async function getUnitHome(actor: Actor, scope: BoardScope, day: Day): Promise<UnitHome> {
  const unitIds = await countedUnits([...actor.actingUnitIds], day);
  const [owed, returned] = await Promise.all([
    listOwedCycles(actor, scope, day, unitIds),
    listReturned(actor, scope, day, unitIds),
  ]);
  const ids = [...new Set([...owed, ...returned].map((item) => item.taskId))];
  const lines =
    ids.length === 0
      ? []
      : await listTaskLines(actor, scope, day, {
          where: Prisma.sql`x.task_id = ANY(${ids}::int[])`,
          orderBy: Prisma.sql`x.task_id`,
          limit: ids.length,
        });
  const byId = new Map(lines.map((line) => [line.taskId, line]));
  const withLine = <T extends { taskId: number }>(item: T) => ({ ...item, line: byId.get(item.taskId)! });
  return { unitIds, owed: owed.map(withLine), returned: returned.map(withLine) };
}
