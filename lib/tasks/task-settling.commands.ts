import 'server-only';
import type { Day } from '@/lib/dates';
import { settle } from '@/lib/notices/notice.commands';
import { TELLING_KEYS, TELLING_KINDS } from '@/lib/notices/notice.schema';
import type { Actor } from '@/lib/server/auth/actor';
import { Prisma, type Tx } from '@/lib/server/db';
import { recordEvent, toDate } from '@/lib/server/events';

/**
 * What a task that ends leaves open: papers before a unit's head, a request for an extension, objections, and what people were asked. It is settled in the
 * transaction that ends the task. Slips are papers of their own and may name other tasks too: their office closes or voids them, with words.
 */

export type TaskEnd = 'CANCELLED' | 'COMPLETED' | 'SUSTAINED';

const WORDS: Record<TaskEnd, string> = {
  CANCELLED: '任务已取消，未办完的事项自动撤回。',
  COMPLETED: '任务已办结，未办完的事项自动撤回。',
  SUSTAINED: '任务已达标转长期，未签发的办结申请和未决定的延期申请自动撤回。',
};

/** Of a task that goes on reports are still owed: only what spoke of its date and of closing it is over. */
const PAPERS_OVER: Record<TaskEnd, ('PROGRESS' | 'RESULT' | 'EXTENSION')[]> = {
  CANCELLED: ['PROGRESS', 'RESULT', 'EXTENSION'],
  COMPLETED: ['PROGRESS', 'RESULT', 'EXTENSION'],
  SUSTAINED: ['RESULT', 'EXTENSION'],
};

/** Papers that wait for a unit's head leave the unit no more. Their tasks, or their plan, are held: nobody signs meanwhile. */
export async function withdrawPapers(
  tx: Tx,
  actor: Actor | null,
  which: Prisma.UnitPaperWhereInput,
  reason: string,
  day: Day,
): Promise<{ id: number; version: number }[]> {
  const papers = await tx.unitPaper.findMany({
    where: { ...which, status: 'WAITING' },
    select: { id: true, taskId: true, unitId: true, kind: true, version: true },
    orderBy: [{ taskId: 'asc' }, { id: 'asc' }],
  });
  for (const { id, taskId, unitId, kind } of papers) {
    await tx.unitPaper.update({
      where: { id },
      data: {
        status: 'WITHDRAWN',
        decidedById: actor?.accountId ?? null,
        decidedOn: toDate(day),
        decisionNote: reason,
        version: { increment: 1 },
      },
      select: { id: true },
    });
    await recordEvent(tx, actor, {
      taskId,
      type: 'PAPER_WITHDRAWN',
      effectiveOn: day,
      unitId,
      payload: { kind, paperId: id, reason },
    });
  }
  return papers;
}

/** Withdraws what can no longer be decided of tasks that end today, before the event that ends them or after it. The tasks are held. */
export async function withdrawMatters(
  tx: Tx,
  actor: Actor,
  taskIds: readonly number[],
  end: TaskEnd,
  day: Day,
): Promise<void> {
  if (taskIds.length === 0) return;
  const task = { taskId: { in: [...taskIds] } };
  const decided = { decidedById: actor.accountId, decidedOn: toDate(day), decisionNote: WORDS[end] };
  const order = [{ taskId: 'asc' as const }, { id: 'asc' as const }];

  const papers = await withdrawPapers(tx, actor, { ...task, kind: { in: PAPERS_OVER[end] } }, WORDS[end], day);
  await settle(
    tx,
    'paper_to_sign',
    papers.map(({ id, version }) => `paper:${id}:${version}`),
  );

  const requests = await tx.extension.findMany({ where: { ...task, status: 'REQUESTED' }, orderBy: order });
  for (const { id, taskId, unitId, number, toDueOn } of requests) {
    await tx.extension.update({ where: { id }, data: { ...decided, status: 'WITHDRAWN' }, select: { id: true } });
    await recordEvent(tx, actor, {
      taskId,
      type: 'EXTENSION_WITHDRAWN',
      effectiveOn: day,
      unitId,
      payload: { to: toDueOn.toISOString().slice(0, 10), number, note: WORDS[end] },
    });
  }
  await settle(
    tx,
    'extension',
    requests.map(({ id }) => `extension:${id}:asked`),
  );

  // Whose task it was is still asked of one that was done: the figures count it with its leads.
  if (end !== 'CANCELLED') return;
  const objections = await tx.objection.findMany({
    where: { ...task, status: 'OPEN' },
    select: { id: true, taskId: true, unitId: true },
    orderBy: order,
  });
  for (const { id, taskId, unitId } of objections) {
    await tx.objection.update({
      where: { id },
      data: { ...decided, status: 'WITHDRAWN', version: { increment: 1 } },
      select: { id: true },
    });
    await recordEvent(tx, actor, {
      taskId,
      type: 'OBJECTION_DECIDED',
      effectiveOn: day,
      unitId,
      payload: { objectionId: id, decision: 'WITHDRAWN', note: WORDS[end] },
    });
  }
  await settle(
    tx,
    'objection',
    objections.map(({ id }) => `objection:${id}`),
  );
}

type EndedBy = 'TASK_CANCELLED' | 'REPORT_ACCEPTED' | 'BACKFILLED';

/** Of each of these tasks the instant it was last ended by an event of one of these types. */
const endsOf = (taskIds: readonly number[], endedBy: readonly EndedBy[]) => Prisma.sql`
  (SELECT DISTINCT ON (task_id) task_id, recorded_at FROM task_event
    WHERE task_id = ANY(${[...taskIds]}::int[]) AND type = ANY(${[...endedBy]}::event_type[]) ORDER BY task_id, sequence DESC)`;

/** The second part of a key, handed over or not: the paper or the review it speaks of. */
const SUBJECT = Prisma.sql`split_part(regexp_replace(n.key, '^handed:', ''), ':', 2)`;

/** SQL condition: what a task that has come to this end asks no more. What only tells stays to be read. */
function isOver(end: TaskEnd): Prisma.Sql {
  const asks = Prisma.sql`NOT (n.kind = ANY(${[...TELLING_KINDS]}::text[]) OR n.key ~ ${TELLING_KEYS})`;
  if (end === 'CANCELLED') return asks;
  if (end === 'COMPLETED') return Prisma.sql`${asks} AND n.kind <> 'objection'`;
  return Prisma.sql`${asks} AND (n.kind IN ('due_ahead', 'due_today', 'overdue', 'escalated')
    OR (n.kind = 'paper_sent_back' AND EXISTS (SELECT FROM unit_paper p WHERE p.id::text = ${SUBJECT} AND p.kind <> 'PROGRESS'))
    OR (n.kind = 'returned' AND EXISTS (SELECT FROM review v JOIN progress_report r ON r.id = v.report_id WHERE v.id::text = ${SUBJECT} AND r.kind = 'RESULT')))`;
}

/** Settles what people were asked of tasks that have come to an end, with the instant of the event that ended them: askAgain finds them by it. In one order (settleWhere). */
export async function settleAsked(
  tx: Tx,
  taskIds: readonly number[],
  end: TaskEnd,
  endedBy: EndedBy = end === 'CANCELLED' ? 'TASK_CANCELLED' : 'REPORT_ACCEPTED',
): Promise<void> {
  if (taskIds.length === 0) return;
  await tx.$executeRaw`
    UPDATE notice x SET settled_at = s.recorded_at
      FROM (SELECT n.id, e.recorded_at FROM notice n JOIN ${endsOf(taskIds, [endedBy])} e ON e.task_id = n.task_id
             WHERE n.settled_at IS NULL AND ${isOver(end)} ORDER BY n.id FOR UPDATE OF n) s
     WHERE x.id = s.id`;
}

/**
 * Opens what the end of these tasks had settled and nothing else, once they run again. What was told by time is left to the next daily run, which knows what
 * is so by then; papers, requests and objections that were withdrawn stay so.
 */
export async function askAgain(tx: Tx, taskIds: readonly number[], endedBy: readonly EndedBy[]): Promise<void> {
  if (taskIds.length === 0) return;
  await tx.$executeRaw`
    UPDATE notice x SET settled_at = NULL
      FROM (SELECT n.id FROM notice n JOIN ${endsOf(taskIds, endedBy)} e ON e.task_id = n.task_id
             WHERE n.settled_at = e.recorded_at AND n.plan_id IS NULL ORDER BY n.id FOR UPDATE OF n) s
     WHERE x.id = s.id`;
}
