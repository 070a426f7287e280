import 'server-only';
import { randomUUID } from 'node:crypto';
import { calendarDoubt, readCalendarOn } from '@/lib/cycles/calendar.queries';
import type { Day } from '@/lib/dates';
import { mayDo } from '@/lib/rights/rights.queries';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { planRefusal } from './task.commands';
import type { TaskCycleKind } from './task-cycle.schema';
import type { TaskDetail } from './task-detail.queries';

export type TaskCycleView = {
  /** Its own rule on the day; PLAN: the plan's. */
  kind: TaskCycleKind;
  closingDay: number | null;
  isByOffice: boolean;
  /** The cycle running on the day. */
  running: { label: string; closesOn: Day; graceEndsOn: Day; doubt: string | null } | null;
  /** For whoever may set it, today: what the form starts from. */
  form: { version: number; key: string } | null;
};

type Rule = { kind: TaskCycleKind; closingDay: number | null; isByOffice: boolean };

/** By which cycles a task that the viewer reads is reported on a day. */
export async function findTaskCycle(actor: Actor, task: TaskDetail, asOf: AsOf): Promise<TaskCycleView> {
  const [[rule], [running], calendar] = await Promise.all([
    db().$queryRaw<Rule[]>`
      SELECT coalesce(r.kind, CASE WHEN t.has_own_cycles AND n.n = 0 THEN t.recurrence ->> 'kind' END, 'PLAN') AS kind,
             CASE WHEN r.id IS NOT NULL THEN r.closing_day WHEN t.has_own_cycles AND n.n = 0 THEN (t.recurrence ->> 'closingDay')::int END AS "closingDay",
             coalesce(r.valid_from > '1900-01-01', false) AS "isByOffice"
        FROM task t
        CROSS JOIN LATERAL (SELECT count(*)::int AS n FROM task_cycle_rule x WHERE x.task_id = t.id) n
        LEFT JOIN LATERAL (SELECT * FROM task_cycle_rule x WHERE x.task_id = t.id AND x.valid_from <= ${asOf.day}::date AND x.valid_to > ${asOf.day}::date LIMIT 1) r ON true
       WHERE t.id = ${task.id}`,
    db().$queryRaw<{ label: string; closesOn: Day; graceEndsOn: Day }[]>`
      SELECT label, closes_on::text AS "closesOn", grace_ends_on::text AS "graceEndsOn" FROM cycles_of_task(${task.id}::int)
       WHERE starts_on <= ${asOf.day}::date AND closes_on >= ${asOf.day}::date ORDER BY closes_on DESC LIMIT 1`,
    readCalendarOn(asOf.day),
  ]);
  const isOpen = task.now.state !== 'COMPLETED' && task.now.state !== 'CANCELLED';
  const isArchived = task.plan.archivedOn !== null && task.plan.archivedOn <= asOf.day;
  const canSet =
    asOf.isToday &&
    isOpen &&
    planRefusal(task.plan, asOf.today) === null &&
    mayDo(actor, 'task.set_cycle', task.access.relations);
  return {
    ...rule!,
    running:
      running && !isArchived
        ? { ...running, doubt: calendarDoubt(calendar, running.closesOn, running.graceEndsOn) }
        : null,
    form: canSet ? { version: task.now.version, key: randomUUID() } : null,
  };
}
