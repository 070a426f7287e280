import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Day } from '@/lib/dates';
import type { NoticeKind } from '@/lib/notices/notice.schema';
import { mayDo } from '@/lib/rights/rights.queries';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { planRefusal } from '@/lib/tasks/task.commands';
import type { TaskDetail } from '@/lib/tasks/task-detail.queries';
import { remindRefusal } from './remind.rules';

export type TaskReminder = { on: Day; kind: NoticeKind; people: number };
export type TaskReminding = {
  /** The last three, newest first. */
  last: TaskReminder[];
  /** The key of the form by which the viewer may remind; null: may not, or nothing is owed. */
  formKey: string | null;
};

/** The last reminders of a task and the form for one more; null for those who neither oversee it nor stand on it. */
export async function findTaskReminding(actor: Actor, task: TaskDetail, asOf: AsOf): Promise<TaskReminding | null> {
  const { relations } = task.access;
  if (!mayDo(actor, 'reminder.read', relations) && !mayDo(actor, 'report.read', relations)) return null;
  const last = await db().$queryRaw<TaskReminder[]>`
    SELECT n.effective_on::text AS on, n.kind, count(DISTINCT n.account_id)::int AS people FROM notice n
     WHERE n.task_id = ${task.id} AND n.effective_on <= ${asOf.day}::date AND n.kind IN ('due_ahead', 'due_today', 'overdue', 'escalated', 'reminded', 'node', 'slip')
     GROUP BY n.effective_on, n.kind ORDER BY n.effective_on DESC, max(n.id) DESC LIMIT 3`;
  const isOpen =
    asOf.isToday &&
    mayDo(actor, 'task.remind', relations) &&
    planRefusal(task.plan, asOf.today) === null &&
    remindRefusal(task.now.state) === null;
  return { last, formKey: isOpen ? randomUUID() : null };
}
