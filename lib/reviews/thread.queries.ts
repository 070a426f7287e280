import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Day } from '@/lib/dates';
import { mayDo } from '@/lib/rights/rights.queries';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { planRefusal } from '@/lib/tasks/task.commands';
import type { TaskDetail } from '@/lib/tasks/task-detail.queries';

export type ThreadMessage = {
  id: number;
  /** null: the office. */
  unitName: string | null;
  byOffice: boolean;
  authorWords: string;
  text: string;
  writtenOn: Day;
  recordedAt: string;
};

export type Thread = {
  /** Oldest first; at most the last 100. */
  messages: ThreadMessage[];
  /** The last word is the office's question. */
  isUnanswered: boolean;
  canWrite: boolean;
  asOffice: boolean;
  idempotencyKey: string;
};

const MOST_MESSAGES = 100;

/** Questions and answers on a task as of a day; null where the viewer may not read reports. */
export async function findThread(actor: Actor, task: TaskDetail, asOf: AsOf): Promise<Thread | null> {
  const { relations } = task.access;
  if (!mayDo(actor, 'report.read', relations)) return null;
  const rows = await db().$queryRaw<ThreadMessage[]>`
    SELECT m.id, u.name AS "unitName", m.unit_id IS NULL AS "byOffice", m.author_words AS "authorWords", m.text, m.written_on::text AS "writtenOn",
           to_char(m.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "recordedAt"
      FROM review_message m LEFT JOIN unit u ON u.id = m.unit_id
     WHERE m.task_id = ${task.id} AND m.written_on <= ${asOf.day}::date ORDER BY m.id DESC LIMIT ${MOST_MESSAGES}`;
  return {
    messages: rows.toReversed(),
    isUnanswered: rows[0]?.byOffice === true,
    canWrite: asOf.isToday && planRefusal(task.plan, asOf.today) === null && mayDo(actor, 'review.message', relations),
    asOffice: relations.includes('plan_office') && mayDo(actor, 'review.message', ['plan_office']),
    idempotencyKey: randomUUID(),
  };
}
