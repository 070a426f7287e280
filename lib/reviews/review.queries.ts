import 'server-only';
import { randomUUID } from 'node:crypto';
import { lastDayPastLimit, readCalendar, readCalendarOn, workingDaysSince } from '@/lib/cycles/calendar.queries';
import { workingDaysBetween } from '@/lib/cycles/working-days.rules';
import { addDays, type Day, daysBetween } from '@/lib/dates';
import { listEvidence, listEvidenceHints } from '@/lib/evidence/evidence.queries';
import type { EvidenceHints } from '@/lib/evidence/evidence-hints.rules';
import { listNodesOf } from '@/lib/nodes/node.queries';
import { listOpinions, type OpinionView } from '@/lib/reports/opinion.queries';
import {
  listPartReports,
  listReports,
  type PartReport,
  type ReportVersionView,
  type ReportView,
} from '@/lib/reports/report.queries';
import { markBehind } from '@/lib/reports/version-mark.rules';
import { countedUnits, listPlanAccess, mayDo, storedUnits, taskScope } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { db, Prisma } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';
import { SETTINGS } from '@/lib/settings/setting.schema';
import { planRefusal } from '@/lib/tasks/task.commands';
import { canApplyMove } from '@/lib/tasks/task.rules';
import { readId, type TaskDetail } from '@/lib/tasks/task-detail.queries';
import { MOST_ACCEPTED } from './review.schema';

export const REVIEW_PAGE_SIZE = 50;
/** Days back over which decisions are listed. */
export const DECIDED_DAYS = 30;

export const REVIEW_TABS = ['waiting', 'answered', 'decided'] as const;
export type ReviewTab = (typeof REVIEW_TABS)[number];

export type ReviewRow = {
  taskId: number;
  reportId: number;
  reportVersion: number;
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
  /** The last word in its thread: the office has asked, the unit has answered; null: nobody has written. */
  thread: 'asked' | 'answered' | null;
  /** Co-leads that object. */
  objections: number;
  /** Written or signed by the viewer: someone else must accept it. */
  isOwnWork: boolean;
};

export type DecidedRow = {
  reviewId: number;
  taskId: number;
  reportId: number;
  seq: number;
  text: string;
  planTitle: string;
  unitName: string;
  kind: 'PROGRESS' | 'RESULT';
  decision: 'ACCEPTED' | 'RETURNED';
  reason: string;
  decidedOn: Day;
  reviewerWords: string;
  isOwnUnit: boolean;
};

export type ReviewQueue = {
  tab: ReviewTab;
  rows: ReviewRow[];
  decided: DecidedRow[];
  /** Of the tab. */
  total: number;
  /** Waiting, those past the limit, those whose question has been answered, decided lately. */
  counts: { waiting: number; old: number; answered: number; decided: number };
  page: number;
  pages: number;
  /** A leader is shown those past the limit alone. */
  isOldOnly: boolean;
  /** May accept and return. */
  canDecide: boolean;
  /** Working days after which a review counts as old, and is shown to the leader. */
  limit: number;
};

/** The report of the result that waits on a day, and the last word of its thread: laterals on a task `t` with its standing `s`. */
const waitingReport = (day: Day) => Prisma.sql`
  LEFT JOIN LATERAL (SELECT x.* FROM task_event x WHERE x.task_id = t.id AND x.type = 'REPORT_SUBMITTED' AND x.report_kind = 'RESULT' AND x.effective_on <= ${day}::date
                      ORDER BY x.sequence DESC LIMIT 1) e ON true
  LEFT JOIN LATERAL (SELECT CASE WHEN m.unit_id IS NULL THEN 'asked' ELSE 'answered' END AS thread FROM review_message m
                      WHERE m.task_id = t.id AND m.report_id = e.report_id AND m.written_on <= ${day}::date ORDER BY m.id DESC LIMIT 1) q ON true`;

/** Working days after which a review of the actor's office counts as old. */
async function reviewLimit(actor: Actor, day: Day): Promise<number> {
  return actor.regionId === null ? SETTINGS.review_limit.fallback : readSetting('review_limit', actor.regionId, day);
}

/**
 * 待审核: results waiting for a decision on a day, oldest first; those among them whose question has been answered; or what was decided lately. null where
 * the actor has no part in reviews.
 */
export async function findReviewQueue(
  actor: Actor,
  day: Day,
  wantedPage: number,
  tab: ReviewTab = 'waiting',
): Promise<ReviewQueue | null> {
  const access = await listPlanAccess(actor);
  const deciding = access.filter((a) => isAllowed('report.accept', actor.roles, a.relations));
  const isOldOnly = deciding.length === 0;
  const plans = isOldOnly ? access.filter((a) => isAllowed('review.read_old', actor.roles, a.relations)) : deciding;
  if (plans.length === 0 && !actor.roles.includes('office') && !actor.roles.includes('leader')) return null;

  const [{ exceptions }, limit] = await Promise.all([readCalendarOn(day), reviewLimit(actor, day)]);
  const oldDay = lastDayPastLimit(day, limit, exceptions);
  const scope = Prisma.sql`${taskScope(actor, plans)}`;
  const where = Prisma.sql`${scope} AND s.plan_id = ANY(${plans.map((p) => p.planId)}::int[])
    AND s.state = 'UNDER_REVIEW' AND s.reason <> 'PLAN_NOT_ACTIVE' ${isOldOnly ? Prisma.sql`AND s.clock_on <= ${oldDay}::date` : Prisma.empty}`;
  const decidedWhere = Prisma.sql`${scope} AND v.effective_on <= ${day}::date AND v.effective_on > ${addDays(day, -DECIDED_DAYS)}::date`;
  const [[waiting], [decided]] = await Promise.all([
    db().$queryRaw<{ total: number; old: number; answered: number }[]>`
      SELECT count(*)::int AS total, (count(*) FILTER (WHERE s.clock_on <= ${oldDay}::date))::int AS old, (count(*) FILTER (WHERE q.thread = 'answered'))::int AS answered
        FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id ${waitingReport(day)} WHERE ${where}`,
    db().$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM review v JOIN progress_report r ON r.id = v.report_id JOIN task t ON t.id = r.task_id WHERE ${decidedWhere}`,
  ]);
  const counts = {
    waiting: waiting!.total,
    old: waiting!.old,
    answered: waiting!.answered,
    decided: isOldOnly ? 0 : decided!.total,
  };
  const total = counts[tab];
  const pages = Math.max(1, Math.ceil(total / REVIEW_PAGE_SIZE));
  const page = Math.min(wantedPage, pages);
  const span = Prisma.sql`LIMIT ${REVIEW_PAGE_SIZE} OFFSET ${(page - 1) * REVIEW_PAGE_SIZE}`;
  const head = { tab, total, counts, page, pages, isOldOnly, canDecide: !isOldOnly, limit };
  if (tab === 'decided') {
    const list = isOldOnly
      ? []
      : await db().$queryRaw<DecidedRow[]>`
          SELECT v.id AS "reviewId", t.id AS "taskId", r.id AS "reportId", t.seq, t.text, p.title AS "planTitle", u.name AS "unitName", r.kind::text AS kind,
                 v.decision::text AS decision, v.reason, v.effective_on::text AS "decidedOn", v.is_own_unit AS "isOwnUnit",
                 coalesce((SELECT e.actor_words FROM task_event e WHERE e.task_id = t.id AND e.review_id = v.id LIMIT 1), '') AS "reviewerWords"
            FROM review v JOIN progress_report r ON r.id = v.report_id JOIN task t ON t.id = r.task_id JOIN plan p ON p.id = t.plan_id JOIN unit u ON u.id = r.unit_id
           WHERE ${decidedWhere} ORDER BY v.effective_on DESC, v.id DESC ${span}`;
    return { ...head, rows: [], decided: list };
  }
  const rows = await db().$queryRaw<Omit<ReviewRow, 'workingDays' | 'days' | 'isOld'>[]>`
    SELECT t.id AS "taskId", e.report_id AS "reportId", e.report_version AS "reportVersion", t.seq, t.text, p.title AS "planTitle", u.name AS "unitName",
           s.clock_on::text AS "submittedOn", e.actor_words AS "submittedBy", s.due_on::text AS "dueOn", v.percent, coalesce(left(v.narrative, 120), '') AS excerpt, q.thread,
           (SELECT count(*)::int FROM (SELECT DISTINCT ON (coalesce(ru.counted_unit_id, o.unit_id)) o.agrees
                                         FROM colead_opinion o LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = o.unit_id
                                        WHERE o.report_id = e.report_id AND o.given_on <= ${day}::date
                                        ORDER BY coalesce(ru.counted_unit_id, o.unit_id), o.id DESC) o WHERE NOT o.agrees) AS objections,
           EXISTS (SELECT 1 FROM report_version w WHERE w.report_id = e.report_id AND ${actor.accountId} IN (w.author_id, w.signed_by_id)) AS "isOwnWork"
      FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id JOIN plan p ON p.id = t.plan_id ${waitingReport(day)}
      LEFT JOIN unit u ON u.id = e.unit_id
      LEFT JOIN report_version v ON v.report_id = e.report_id AND v.version = e.report_version
     WHERE ${where} ${tab === 'answered' ? Prisma.sql`AND q.thread = 'answered'` : Prisma.empty}
     ORDER BY s.clock_on, t.plan_id, t.sort_order ${span}`;
  return {
    ...head,
    rows: rows.map((row) => {
      const workingDays = workingDaysBetween(row.submittedOn, day, exceptions);
      return { ...row, workingDays, days: daysBetween(row.submittedOn, day), isOld: workingDays > limit };
    }),
    decided: [],
  };
}

/** What is accepted together is looked at together first. */
export type AcceptPreview = {
  rows: (ReviewRow & {
    /** Why this one cannot be accepted by the viewer now; null: it can. */
    refusal: string | null;
    objectors: string[];
    evidence: { title: string; hints: string[] }[];
    nodesOpen: number;
    isLate: boolean;
  })[];
  idempotencyKey: string;
};

/** The chosen results with their facts, before they are accepted together; null where the actor decides nothing. Ids of nothing in reach are left out. */
export async function findAcceptPreview(actor: Actor, reportIds: readonly number[]): Promise<AcceptPreview | null> {
  const day = await today();
  const access = (await listPlanAccess(actor)).filter((a) => isAllowed('report.accept', actor.roles, a.relations));
  if (access.length === 0) return null;
  const [{ exceptions }, limit] = await Promise.all([readCalendar(), reviewLimit(actor, day)]);
  const found = await db().$queryRaw<
    (Omit<ReviewRow, 'workingDays' | 'days' | 'isOld'> & {
      status: string;
      kind: string;
      planStatus: string;
      effectiveFrom: Day | null;
      evidenceIds: string[];
    })[]
  >`
    SELECT t.id AS "taskId", r.id AS "reportId", r.current_version AS "reportVersion", t.seq, t.text, p.title AS "planTitle", u.name AS "unitName",
           f.effective_on::text AS "submittedOn", coalesce((SELECT e.actor_words FROM task_event e WHERE e.task_id = t.id AND e.report_id = r.id AND e.type = 'REPORT_SUBMITTED'
                                                             ORDER BY e.sequence DESC LIMIT 1), '') AS "submittedBy",
           t.due_on::text AS "dueOn", v.percent, left(v.narrative, 300) AS excerpt, r.status::text AS status, r.kind::text AS kind, p.status::text AS "planStatus",
           p.effective_from::text AS "effectiveFrom", v.evidence_ids::text[] AS "evidenceIds",
           (SELECT CASE WHEN m.unit_id IS NULL THEN 'asked' ELSE 'answered' END FROM review_message m WHERE m.task_id = t.id AND m.report_id = r.id ORDER BY m.id DESC LIMIT 1) AS thread,
           0 AS objections,
           EXISTS (SELECT 1 FROM report_version w WHERE w.report_id = r.id AND ${actor.accountId} IN (w.author_id, w.signed_by_id)) AS "isOwnWork"
      FROM progress_report r JOIN task t ON t.id = r.task_id JOIN plan p ON p.id = t.plan_id JOIN unit u ON u.id = r.unit_id
      JOIN report_version v ON v.report_id = r.id AND v.version = r.current_version
      JOIN report_version f ON f.report_id = r.id AND f.version = 1
     WHERE r.id = ANY(${[...reportIds]}::int[]) AND ${taskScope(actor, access)} ORDER BY f.effective_on, t.plan_id, t.sort_order LIMIT ${MOST_ACCEPTED}`;
  const opinions = await listOpinions(
    found.map((row) => row.reportId),
    day,
  );
  const [pieces, nodes] = await Promise.all([
    listEvidence(found.flatMap((row) => row.evidenceIds)),
    listNodesOf(
      found.map((row) => row.taskId),
      day,
    ),
  ]);
  const rows = await Promise.all(
    found.map(async ({ status, kind, planStatus, effectiveFrom, evidenceIds, ...row }) => {
      const own = pieces.filter((piece) => evidenceIds.includes(piece.id));
      const hints = await listEvidenceHints(own, row.taskId);
      const objectors = opinions.filter((o) => o.reportId === row.reportId && !o.agrees).map((o) => o.unitName);
      const workingDays = workingDaysBetween(row.submittedOn, day, exceptions);
      return {
        ...row,
        workingDays,
        days: daysBetween(row.submittedOn, day),
        isOld: workingDays > limit,
        isLate: row.dueOn !== null && row.submittedOn > row.dueOn,
        objections: objectors.length,
        objectors,
        evidence: own.map((piece) => ({
          title: piece.title,
          hints: (hints[piece.id] ?? []).filter((hint) => hint.tone === 'ask').map((hint) => hint.words),
        })),
        nodesOpen: (nodes.get(row.taskId) ?? []).filter((node) => node.doneOn === null).length,
        refusal:
          planRefusal({ status: planStatus, effectiveFrom }, day) ??
          (kind !== 'RESULT'
            ? '进展不需审核通过。'
            : status !== 'SUBMITTED'
              ? '已有审核结论或已撤回。'
              : row.isOwnWork
                ? '由您填写或签发，请交其他工作人员审核。'
                : null),
      };
    }),
  );
  return { rows, idempotencyKey: randomUUID() };
}

/** One report in review: what it says, what was said before, and what to judge it by. */
export type ReviewSheet = {
  report: ReportView;
  /** The newest version by the day. */
  now: ReportVersionView;
  /** The version before it, or the unit's result before that was sent back. */
  lastVersion: { label: string; words: ReportVersionView } | null;
  /** The unit's last report of another cycle. */
  lastCycle: { label: string; words: ReportVersionView } | null;
  submittedOn: Day;
  workingDays: number;
  limit: number;
  isOld: boolean;
  isOwnWork: boolean;
  canDecide: boolean;
  opinions: OpinionView[];
  parts: PartReport[];
  hints: EvidenceHints;
  keyFor: Record<'accept' | 'return', string>;
};

/** The id of the task of a report; null where there is none. Says nothing of rights: the task's own reading does. */
export async function findTaskOfReport(reportText: string): Promise<{ taskId: number; reportId: number } | null> {
  const reportId = readId(reportText);
  const report = reportId === null ? null : await db().progressReport.findUnique({ where: { id: reportId } });
  return report ? { taskId: report.taskId, reportId: report.id } : null;
}

/** One report of a task in review as of a day, for the plan's office and leader; null for everyone else, or where it had not been sent by the day. */
export async function findReviewSheet(
  actor: Actor,
  task: TaskDetail,
  reportId: number,
  asOf: AsOf,
): Promise<ReviewSheet | null> {
  const { relations } = task.access;
  const mayAccept = mayDo(actor, 'report.accept', relations);
  if (!mayAccept && !mayDo(actor, 'review.read_old', relations)) return null;
  const reports = await listReports(actor, task, asOf.day);
  const report = reports.find((one) => one.id === reportId);
  const now = report?.versions[0];
  if (!report || !now) return null;
  const row = await db().progressReport.findUniqueOrThrow({
    where: { id: reportId },
    include: { versions: { select: { authorId: true, signedById: true } } },
  });
  // What a unit that has gone into it said before is its own; so is what it said before it went into another.
  const units = await storedUnits(await countedUnits([report.unitId], asOf.day), asOf.day);
  const ofUnit = reports.filter((one) => units.includes(one.unitId) && one.id < report.id);
  const before = ofUnit.find((one) => one.kind === 'RESULT' && one.status === 'RETURNED');
  const earlier = report.versions[1];
  const cycle = ofUnit.find((one) => one.kind === 'PROGRESS' && one.status !== 'WITHDRAWN');
  const [{ exceptions }, limit, opinions, parts, hints] = await Promise.all([
    readCalendarOn(asOf.day),
    readSetting('review_limit', task.plan.regionId, asOf.day),
    listOpinions([reportId], asOf.day),
    report.isByLead ? listPartReports(task, row.cycleId, asOf.day) : [],
    now.evidence.length > 0 ? listEvidenceHints(now.evidence, task.id) : {},
  ]);
  // The day the unit's own words came first: what the office had entered before was not sent by anybody.
  const submittedOn = (report.versions.findLast((version) => !version.isBackfill) ?? now).effectiveOn;
  const workingDays = workingDaysBetween(submittedOn, asOf.day, exceptions);
  return {
    report,
    now,
    lastVersion: earlier
      ? { label: `本件第 ${earlier.version} 版${markBehind(earlier)}`, words: earlier }
      : before?.versions[0]
        ? { label: `${before.versions[0].effectiveOn} 被退回的办结申请`, words: before.versions[0] }
        : null,
    lastCycle: cycle?.versions[0]
      ? {
          label: `${cycle.cycleLabel ?? ''}进展（${cycle.versions[0].effectiveOn}）${markBehind(cycle.versions[0])}`,
          words: cycle.versions[0],
        }
      : null,
    submittedOn,
    workingDays,
    limit,
    isOld: report.status === 'SUBMITTED' && report.kind === 'RESULT' && workingDays > limit,
    isOwnWork: row.versions.some((v) => v.authorId === actor.accountId || v.signedById === actor.accountId),
    canDecide:
      mayAccept &&
      asOf.isToday &&
      report.status === 'SUBMITTED' &&
      (report.kind === 'RESULT' || (task.now.state !== 'COMPLETED' && task.now.state !== 'CANCELLED')) &&
      planRefusal(task.plan, asOf.today) === null,
    opinions,
    parts,
    hints,
    keyFor: { accept: randomUUID(), return: randomUUID() },
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
    /** Working days after which it counts as old. */
    limit: number;
    isOld: boolean;
    /** Written or signed by the viewer: someone else must accept it. */
    isOwnWork: boolean;
  } | null;
  /** May send back a progress report: its unit could send it again. */
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
  const limit = await readSetting('review_limit', task.plan.regionId, asOf.today);
  const workingDays = submittedOn ? await workingDaysSince(submittedOn, asOf.today) : 0;
  const basis = '—';
  return {
    open:
      report && submittedOn && may.accept
        ? {
            reportId: report.id,
            version: report.currentVersion,
            submittedOn,
            workingDays,
            limit,
            isOld: workingDays > limit,
            isOwnWork: report.versions.some((v) => v.authorId === actor.accountId || v.signedById === actor.accountId),
          }
        : null,
    canReturn: may.return && state !== 'COMPLETED' && state !== 'CANCELLED',
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
