import 'server-only';
import type { Day } from '@/lib/dates';
import { type Db, Prisma } from '@/lib/server/db';
import type { LightCode } from '@/lib/standing/standing.types';
import { daysLateOf, standingWords, type TaskStanding } from './slip.rules';
import type { PaperTask } from './slip.schema';

export type StandingOfTask = TaskStanding & {
  taskId: number;
  seq: number;
  text: string;
  deadline: string;
  dueOn: Day | null;
  light: LightCode;
  /** Units that lead it, merges followed. */
  leadUnitIds: number[];
};

/** Node `n` missed a date that its unit has moved since, and the office has not: late as lib/nodes counts it. */
const isHeldLate = (day: Day) => Prisma.sql`coalesce((
  SELECT e.payload ->> 'isByOffice' <> 'true' FROM task_event e
   WHERE e.task_id = n.task_id AND e.type = 'NODE_CHANGED' AND e.payload ? 'missedDueOn' AND e.payload ->> 'nodeId' = n.id::text AND e.effective_on <= ${day}::date
   ORDER BY e.sequence DESC LIMIT 1), false)`;

/** Words and standing of tasks on a day, in the order of the list. A plain reader: whoever calls it has checked the right. */
export async function readStandings(client: Db, taskIds: readonly number[], day: Day): Promise<StandingOfTask[]> {
  if (taskIds.length === 0) return [];
  const ids = [...taskIds];
  return client.$queryRaw<StandingOfTask[]>`
    WITH leads AS MATERIALIZED (
      SELECT u.task_id, array_agg(DISTINCT u.unit_id) AS unit_ids FROM task_units_as_of(${day}::date) u
       WHERE u.role = 'LEAD' AND u.task_id = ANY(${ids}::int[]) GROUP BY u.task_id)
    SELECT t.id AS "taskId", t.seq, t.text, t.deadline_text AS deadline, s.due_on::text AS "dueOn", s.state::text AS state, s.reason::text AS reason, s.light::text AS light,
           s.days_left AS "daysLeft", s.missed_cycles AS "missedCycles",
           (SELECT count(*)::int FROM node n WHERE n.task_id = t.id AND n.added_on <= ${day}::date AND (n.removed_on IS NULL OR n.removed_on > ${day}::date)
               AND (n.due_on < ${day}::date OR ${isHeldLate(day)}) AND (n.done_on IS NULL OR n.done_on > ${day}::date)) AS "lateNodes",
           coalesce(l.unit_ids, '{}') AS "leadUnitIds"
      FROM task_as_of(${day}::date) t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id LEFT JOIN leads l ON l.task_id = t.id
     WHERE t.id = ANY(${ids}::int[]) ORDER BY t.sort_order, t.id`;
}

/** A task as the paper prints it. */
export function paperTask(task: StandingOfTask): PaperTask {
  return {
    taskId: task.taskId,
    seq: task.seq,
    text: task.text,
    deadline: task.deadline,
    dueOn: task.dueOn,
    standing: standingWords(task),
    daysLate: daysLateOf(task),
  };
}
