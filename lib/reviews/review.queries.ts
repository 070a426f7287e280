import 'server-only';
import { randomUUID } from 'node:crypto';
import { type CalendarDayKind, workingDaysBetween } from '@/lib/cycles/working-days.rules';
import { addDays, type Day, daysBetween } from '@/lib/dates';
import { listPlanAccess, mayDo, taskScope } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { planRefusal } from '@/lib/tasks/task.commands';
import { canApplyMove } from '@/lib/tasks/task.rules';
import type { TaskDetail } from '@/lib/tasks/task-detail.queries';

/** Working days after which a review counts as old, and is shown to the leader. */
export const REVIEW_LIMIT = 5;
export const REVIEW_PAGE_SIZE = 50;

/** Holidays and worked weekends between two days. */
async function readExceptions(from: Day, to: Day): Promise<Map<Day, CalendarDayKind>> {
  const rows = await db().$queryRaw<{ day: Day; kind: CalendarDayKind }[]>`
    SELECT day::text AS day, kind::text AS kind FROM calendar_day WHERE day BETWEEN ${from}::date AND ${to}::date`;
  return new Map(rows.map((row) => [row.day, row.kind]));
}

/** The last day on which a submission is already older than the limit on `day`. */
function lastOldDay(day: Day, exceptions: Map<Day, CalendarDayKind>): Day {
  let submitted = day;
  while (workingDaysBetween(submitted, day, exceptions) <= REVIEW_LIMIT) submitted = addDays(submitted, -1);
  return submitted;
}

export type ReviewRow = {
  taskId: number;
  seq: number;
  text: string;
  planTitle: string;
  unitName: string | null;
  submittedOn: Day;
  submittedBy: string;
  dueOn: Day | null;
  /** After the day of submission. */
  workingDays: number;
  days: number;
  isOld: boolean;
  percent: number | null;
  excerpt: string;
};

export type ReviewQueue = {
  rows: ReviewRow[];
  total: number;
  old: number;
  page: number;
  pages: number;
  /** A leader is shown those past the limit alone. */
  isOldOnly: boolean;
};

/** 待审核: results waiting for a decision on a day, oldest first; null where the actor has no part in reviews. */
export async function findReviewQueue(actor: Actor, day: Day, wantedPage: number): Promise<ReviewQueue | null> {
  const access = await listPlanAccess(actor);
  const deciding = access.filter((a) => isAllowed('report.accept', actor.roles, a.relations));
  const isOldOnly = deciding.length === 0;
  const plans = isOldOnly ? access.filter((a) => isAllowed('review.read_old', actor.roles, a.relations)) : deciding;
  if (plans.length === 0 && !actor.roles.includes('office') && !actor.roles.includes('leader')) return null;

  const exceptions = await readExceptions(addDays(day, -60), day);
  const oldDay = lastOldDay(day, exceptions);
  const where = Prisma.sql`${taskScope(actor, plans)} AND s.plan_id = ANY(${plans.map((p) => p.planId)}::int[])
    AND s.state = 'UNDER_REVIEW' AND s.reason <> 'PLAN_NOT_ACTIVE' ${isOldOnly ? Prisma.sql`AND s.clock_on <= ${oldDay}::date` : Prisma.empty}`;
  const [counts] = await db().$queryRaw<{ total: number; old: number }[]>`
    SELECT count(*)::int AS total, (count(*) FILTER (WHERE s.clock_on <= ${oldDay}::date))::int AS old
      FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id WHERE ${where}`;
  const { total, old } = counts!;
  const pages = Math.max(1, Math.ceil(total / REVIEW_PAGE_SIZE));
  const page = Math.min(wantedPage, pages);
  const rows = await db().$queryRaw<Omit<ReviewRow, 'workingDays' | 'days' | 'isOld'>[]>`
    SELECT t.id AS "taskId", t.seq, t.text, p.title AS "planTitle", u.name AS "unitName", s.clock_on::text AS "submittedOn", e.actor_words AS "submittedBy",
           s.due_on::text AS "dueOn", v.percent, coalesce(left(v.narrative, 120), '') AS excerpt
      FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id JOIN plan p ON p.id = t.plan_id
      LEFT JOIN LATERAL (SELECT x.* FROM task_event x WHERE x.task_id = t.id AND x.type = 'REPORT_SUBMITTED' AND x.report_kind = 'RESULT' AND x.effective_on <= ${day}::date
                          ORDER BY x.sequence DESC LIMIT 1) e ON true
      LEFT JOIN unit u ON u.id = e.unit_id
      LEFT JOIN report_version v ON v.report_id = e.report_id AND v.version = e.report_version
     WHERE ${where}
     ORDER BY s.clock_on, t.plan_id, t.sort_order LIMIT ${REVIEW_PAGE_SIZE} OFFSET ${(page - 1) * REVIEW_PAGE_SIZE}`;
  const earliest = rows[0]?.submittedOn ?? day;
  const all = earliest < addDays(day, -60) ? await readExceptions(earliest, day) : exceptions;
  return {
    rows: rows.map((row) => {
      const workingDays = workingDaysBetween(row.submittedOn, day, all);
      return { ...row, workingDays, days: daysBetween(row.submittedOn, day), isOld: workingDays > REVIEW_LIMIT };
    }),
    total,
    old,
    page,
    pages,
    isOldOnly,
  };
}

/** What the office's part of a task's page starts from. */
export type OfficeForms = {
  /** The result waiting for a decision. */
  open: {
    reportId: number;
    version: number;
    submittedOn: Day;
    workingDays: number;
    isOld: boolean;
    /** Written or signed by the viewer: someone else must accept it. */
    isOwnWork: boolean;
  } | null;
  /** May send back a progress report. */
  canReturn: boolean;
  canReopen: boolean;
  canCancel: boolean;
  canRestore: boolean;
  canDecideIssueLateness: boolean;
  taskVersion: number;
  /** One key for each form of the page. */
  keyFor: Record<'accept' | 'return' | 'reopen' | 'cancel' | 'restore' | 'decide', string>;
  /** Why nothing can be decided, in words. */
  refusal: string | null;
};

/** The office's forms on a task today; null where the actor decides nothing about it. */
export async function findOfficeForms(actor: Actor, task: TaskDetail, asOf: AsOf): Promise<OfficeForms | null> {
  const { relations } = task.access;
  const may = {
    accept: mayDo(actor, 'report.accept', relations),
    return: mayDo(actor, 'report.return', relations),
    reopen: mayDo(actor, 'task.reopen', relations),
    cancel: mayDo(actor, 'task.cancel', relations),
    decide: mayDo(actor, 'task.decide_issue_lateness', relations),
  };
  if (!Object.values(may).some(Boolean)) return null;
  const { state, stateBefore, version } = task.now;
  const report =
    state === 'UNDER_REVIEW'
      ? await db().progressReport.findFirst({
          where: { taskId: task.id, kind: 'RESULT', status: 'SUBMITTED' },
          include: {
            versions: { orderBy: { version: 'asc' }, select: { authorId: true, signedById: true, effectiveOn: true } },
          },
        })
      : null;
  const submittedOn = report?.versions[0]?.effectiveOn.toISOString().slice(0, 10) as Day | undefined;
  const workingDays = submittedOn
    ? workingDaysBetween(submittedOn, asOf.today, await readExceptions(submittedOn, asOf.today))
    : 0;
  const basis = '—';
  return {
    open:
      report && submittedOn && may.accept
        ? {
            reportId: report.id,
            version: report.currentVersion,
            submittedOn,
            workingDays,
            isOld: workingDays > REVIEW_LIMIT,
            isOwnWork: report.versions.some((v) => v.authorId === actor.accountId || v.signedById === actor.accountId),
          }
        : null,
    canReturn: may.return,
    canReopen: may.reopen && canApplyMove(state, { type: 'reopen', reason: basis }),
    canCancel: may.cancel && canApplyMove(state, { type: 'cancel', basis }),
    canRestore: may.cancel && canApplyMove(state, { type: 'restore', stateBefore, basis }),
    canDecideIssueLateness: may.decide && task.standing.reason === 'ISSUED_PAST_DUE',
    taskVersion: version,
    keyFor: {
      accept: randomUUID(),
      return: randomUUID(),
      reopen: randomUUID(),
      cancel: randomUUID(),
      restore: randomUUID(),
      decide: randomUUID(),
    },
    refusal: planRefusal(task.plan, asOf.today),
  };
}
