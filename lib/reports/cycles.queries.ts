import 'server-only';
import { calendarDoubt, readCalendar } from '@/lib/cycles/calendar.queries';
import type { Day } from '@/lib/dates';
import type { Db } from '@/lib/server/db';
import type { CycleSight } from './cycle-choice.rules';

/** The last so many cycles that can still be caught up. */
const MOST_CYCLES = 24;

/** A unit that speaks on a task; the id with merges followed. */
export type SpokenTask = { taskId: number; unitId: number; isLead: boolean };

/**
 * The cycles of each task begun by a day, as the unit that speaks on it sees them: newest first, at most two years of months. Only a lead owes them. What a unit
 * that has gone into it reported is its own; for a lead a cycle is filled by what it, or the unit it took over, said as a lead.
 */
export async function listCycleSightsOf(
  client: Db,
  spoken: readonly SpokenTask[],
  day: Day,
): Promise<(CycleSight & { taskId: number; unitId: number })[]> {
  if (spoken.length === 0) return [];
  const calendar = await readCalendar(client);
  const sights = await client.$queryRaw<(CycleSight & { taskId: number; unitId: number })[]>`
    WITH w AS (
      SELECT * FROM unnest(${spoken.map((row) => row.taskId)}::int[], ${spoken.map((row) => row.unitId)}::int[], ${spoken.map((row) => row.isLead)}::bool[]) AS w(task_id, unit_id, is_lead)),
    rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date)),
    said AS MATERIALIZED (
      SELECT r.*, coalesce(ru.counted_unit_id, r.unit_id) AS speaker_id FROM progress_report r LEFT JOIN rollup ru ON ru.unit_id = r.unit_id
       WHERE r.task_id = ANY(${spoken.map((row) => row.taskId)}::int[]) AND r.status <> 'WITHDRAWN')
    SELECT w.task_id AS "taskId", w.unit_id AS "unitId", c.id, c.label, c.starts_on::text AS "startsOn", c.closes_on::text AS "closesOn", c.grace_ends_on::text AS "graceEndsOn",
           w.is_lead AND c.closes_on >= owed_from(w.task_id, ${day}::date) AND EXISTS (SELECT 1 FROM task_standing s WHERE s.task_id = w.task_id AND s.valid_from <= c.closes_on AND s.valid_to > c.closes_on
                      AND s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED')) AS "isOwed",
           CASE WHEN EXISTS (SELECT 1 FROM said r WHERE r.task_id = w.task_id AND r.speaker_id = w.unit_id AND r.cycle_id = c.id AND r.status IN ('SUBMITTED', 'ACCEPTED') AND (r.is_by_lead OR NOT w.is_lead)) THEN 'live'
                WHEN own.status = 'RETURNED' THEN 'returned' ELSE 'none' END AS report,
           own.id AS "reportId", coalesce(own.current_version, 0) AS version
      FROM w
     CROSS JOIN LATERAL (SELECT * FROM cycles_of_task(w.task_id) o
                          WHERE o.starts_on <= ${day}::date AND o.closes_on >= coalesce(entered_before(w.task_id, ${day}::date), '-infinity') ORDER BY o.closes_on DESC LIMIT ${MOST_CYCLES}) c
      -- of a merged unit's and its own: what counts first, as a lead's does
      LEFT JOIN LATERAL (SELECT r.id, r.status, r.current_version FROM said r WHERE r.task_id = w.task_id AND r.speaker_id = w.unit_id AND r.cycle_id = c.id AND r.kind = 'PROGRESS'
                          ORDER BY r.is_by_lead DESC, r.status = 'RETURNED', r.unit_id = w.unit_id DESC, r.id DESC LIMIT 1) own ON true
     ORDER BY w.task_id, c.closes_on DESC`;
  return sights.map((cycle) => ({ ...cycle, doubt: calendarDoubt(calendar, cycle.closesOn, cycle.graceEndsOn) }));
}

/** The same for one task. */
export function listCycleSights(
  client: Db,
  task: { id: number },
  unit: { unitId: number; isLead: boolean },
  day: Day,
): Promise<CycleSight[]> {
  return listCycleSightsOf(client, [{ taskId: task.id, unitId: unit.unitId, isLead: unit.isLead }], day);
}
