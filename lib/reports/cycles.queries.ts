import 'server-only';
import { calendarDoubt, readCalendar } from '@/lib/cycles/calendar.queries';
import type { Day } from '@/lib/dates';
import type { Db } from '@/lib/server/db';
import type { CycleSight } from './cycle-choice.rules';

/** The last so many cycles that can still be caught up. */
const MOST_CYCLES = 24;

/** The cycles of a task begun by a day, as one unit sees them: newest first, at most two years of months. Only a lead owes them. */
export async function listCycleSights(
  client: Db,
  task: { id: number },
  unit: { unitId: number; isLead: boolean },
  day: Day,
): Promise<CycleSight[]> {
  const calendar = await readCalendar(client);
  const sights = await client.$queryRaw<CycleSight[]>`
    SELECT c.id, c.label, c.starts_on::text AS "startsOn", c.closes_on::text AS "closesOn", c.grace_ends_on::text AS "graceEndsOn",
           ${unit.isLead} AND EXISTS (SELECT 1 FROM task_standing s WHERE s.task_id = ${task.id} AND s.valid_from <= c.closes_on AND s.valid_to > c.closes_on
                      AND s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED')) AS "isOwed",
           CASE WHEN bool_or(r.status IN ('SUBMITTED', 'ACCEPTED')) THEN 'live' WHEN bool_or(r.status = 'RETURNED' AND r.kind = 'PROGRESS') THEN 'returned' ELSE 'none' END AS report
      FROM cycles_of_task(${task.id}::int) c
      LEFT JOIN progress_report r ON r.cycle_id = c.id AND r.task_id = ${task.id} AND r.unit_id = ${unit.unitId}
     WHERE c.starts_on <= ${day}::date AND c.closes_on >= coalesce(entered_before(${task.id}::int, ${day}::date), '-infinity')
     GROUP BY c.id, c.label, c.starts_on, c.closes_on, c.grace_ends_on ORDER BY c.closes_on DESC LIMIT ${MOST_CYCLES}`;
  return sights.map((cycle) => ({ ...cycle, doubt: calendarDoubt(calendar, cycle.closesOn, cycle.graceEndsOn) }));
}
