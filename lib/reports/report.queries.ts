import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Day } from '@/lib/dates';
import { listEvidence, listUnsentEvidence } from '@/lib/evidence/evidence.queries';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import { countedUnits, mayDo, storedUnits } from '@/lib/rights/rights.queries';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma } from '@/lib/server/db';
import { planRefusal } from '@/lib/tasks/task.commands';
import { canApplyMove, isOnlyOngoing, MOVE_REFUSAL_TEXT } from '@/lib/tasks/task.rules';
import { lastReportOf } from '@/lib/tasks/task.where';
import { readId, type TaskDetail } from '@/lib/tasks/task-detail.queries';
import { mustBeSigned } from '@/lib/unit-papers/head-signs.queries';
import { type StoredReport, storedReportSchema } from '@/lib/unit-papers/unit-paper.schema';
import { adoptedText } from './adoption.rules';
import { type CycleChoice, cycleChoices } from './cycle-choice.rules';
import { listCycleSights } from './cycles.queries';
import { underReviewWords } from './report-checks.queries';
import { listSpeakingUnits } from './speaking-units.queries';

export type ReportWords = {
  percent: number | null;
  narrative: string;
  problems: string;
  needs: string;
  nextSteps: string;
};
export type ReportVersionView = ReportWords & {
  version: number;
  effectiveOn: Day;
  /** 补录: entered by the office, on this basis, of what the unit had reported by that day. */
  isBackfill: boolean;
  basis: string;
  reportedOn: Day | null;
  /** 补报: the unit's own words that began to count after the grace. */
  isCatchUp: boolean;
  submittedAt: string;
  /** Who submitted it: the writer, or the head who signed what somebody else wrote. */
  authorWords: string;
  /** Who wrote what a head signed; empty: who submitted it. */
  writtenBy: string;
  isSigned: boolean;
  /** Equal to the letter with what the unit said the time before. */
  isSameAsLast: boolean;
  /** A correction carries the evidence of the version before it unless some was taken out. */
  evidence: EvidenceView[];
};
export type ReviewView = {
  id: number;
  version: number;
  decision: 'ACCEPTED' | 'RETURNED';
  reason: string;
  reviewerWords: string;
  isOwnUnit: boolean;
  effectiveOn: Day;
};
/** A report as of a day. */
export type ReportView = {
  id: number;
  kind: 'PROGRESS' | 'RESULT';
  unitId: number;
  unitName: string;
  isByLead: boolean;
  cycleLabel: string | null;
  /** Of the newest version; each version says its own. */
  isCatchUp: boolean;
  isBackfill: boolean;
  status: 'SUBMITTED' | 'RETURNED' | 'WITHDRAWN' | 'ACCEPTED';
  /** Newest first. */
  versions: ReportVersionView[];
  reviews: ReviewView[];
};

const MOST_REPORTS = 60;

/** The reports on a task as of a day, the newest first, at most 60; none where the viewer may not read them. */
export async function listReports(actor: Actor, task: TaskDetail, day: Day): Promise<ReportView[]> {
  if (!mayDo(actor, 'report.read', task.access.relations)) return [];
  type Row = Omit<ReportView, 'versions' | 'isCatchUp' | 'isBackfill'> & {
    versions: (Omit<ReportVersionView, 'evidence'> & { evidenceIds: string[] })[];
  };
  const rows = await db().$queryRaw<Row[]>`
    SELECT r.id, r.kind::text AS kind, r.unit_id AS "unitId", u.name AS "unitName", r.is_by_lead AS "isByLead", c.label AS "cycleLabel",
           CASE last.type WHEN 'REPORT_WITHDRAWN' THEN 'WITHDRAWN' WHEN 'REPORT_RETURNED' THEN 'RETURNED' WHEN 'REPORT_ACCEPTED' THEN 'ACCEPTED'
             -- a later 补录 has taken its place
             WHEN 'BACKFILLED' THEN CASE WHEN EXISTS (SELECT FROM task_event b WHERE b.task_id = r.task_id AND b.type = 'BACKFILLED' AND b.sequence > last.sequence
                                                         AND b.effective_on <= ${day}::date) THEN 'WITHDRAWN' ELSE 'SUBMITTED' END
             ELSE 'SUBMITTED' END AS status,
           v.list AS versions, coalesce(w.list, '[]'::json) AS reviews
      FROM progress_report r
      JOIN unit u ON u.id = r.unit_id
      LEFT JOIN cycle c ON c.id = r.cycle_id
      JOIN LATERAL (SELECT e.type::text AS type, e.sequence FROM task_event e WHERE e.task_id = r.task_id AND e.report_id = r.id AND e.effective_on <= ${day}::date
                     ORDER BY e.sequence DESC LIMIT 1) last ON true
      JOIN LATERAL (
        SELECT json_agg(json_build_object('version', x.version, 'effectiveOn', x.effective_on, 'submittedAt', x.submitted_at, 'percent', x.percent, 'narrative', x.narrative,
                 'problems', x.problems, 'needs', x.needs, 'nextSteps', x.next_steps, 'isSigned', x.signed_by_id IS NOT NULL, 'evidenceIds', x.evidence_ids,
                 'isSameAsLast', coalesce(said.payload ->> 'isSameAsLast' = 'true', false), 'writtenBy', coalesce(said.payload ->> 'writtenBy', ''),
                 'authorWords', coalesce(said.actor_words, ''), 'isBackfill', coalesce(said.type = 'BACKFILLED', false),
                 'basis', CASE WHEN said.type = 'BACKFILLED' THEN coalesce(said.payload ->> 'basis', '') ELSE '' END,
                 'reportedOn', CASE WHEN said.type = 'BACKFILLED' THEN said.payload ->> 'reportedOn' END,
                 'isCatchUp', coalesce(r.kind = 'PROGRESS' AND sent.since > c.grace_ends_on, false)) ORDER BY x.version DESC) AS list
          FROM report_version x
          LEFT JOIN LATERAL (SELECT e.* FROM task_event e WHERE e.task_id = r.task_id AND e.report_id = r.id AND e.report_version = x.version
                                AND e.type IN ('REPORT_SUBMITTED', 'BACKFILLED') ORDER BY e.sequence LIMIT 1) said ON true
          -- the day from which the unit's own words count: sent first (by a lead: as one), or first again after a return
          LEFT JOIN LATERAL (
            SELECT min(e.effective_on) AS since FROM task_event e
             WHERE e.task_id = r.task_id AND e.report_id = r.id AND e.type = 'REPORT_SUBMITTED' AND e.sequence <= said.sequence AND said.type = 'REPORT_SUBMITTED'
               AND (e.is_by_lead OR NOT said.is_by_lead)
               AND NOT EXISTS (SELECT 1 FROM task_event b WHERE b.task_id = e.task_id AND b.report_id = e.report_id AND b.type = 'REPORT_RETURNED'
                                  AND b.sequence > e.sequence AND b.sequence < said.sequence)) sent ON true
         WHERE x.report_id = r.id AND x.effective_on <= ${day}::date) v ON v.list IS NOT NULL
      LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object('id', y.id, 'version', y.report_version, 'decision', y.decision, 'reason', y.reason, 'isOwnUnit', y.is_own_unit, 'effectiveOn', y.effective_on,
                 'reviewerWords', coalesce((SELECT e.actor_words FROM task_event e WHERE e.task_id = r.task_id AND e.review_id = y.id LIMIT 1), '')) ORDER BY y.id DESC) AS list
          FROM review y WHERE y.report_id = r.id AND y.effective_on <= ${day}::date) w ON true
     WHERE r.task_id = ${task.id}
     ORDER BY last.sequence DESC LIMIT ${MOST_REPORTS}`;
  const pieces = await listEvidence([...new Set(rows.flatMap((r) => r.versions.flatMap((v) => v.evidenceIds)))]);
  const byId = new Map(pieces.map((piece) => [piece.id, piece]));
  return rows.map((report) => ({
    ...report,
    isCatchUp: report.versions[0]!.isCatchUp,
    isBackfill: report.versions[0]!.isBackfill,
    versions: report.versions.map(({ evidenceIds, ...version }) => ({
      ...version,
      evidence: evidenceIds.flatMap((id) => byId.get(id) ?? []),
    })),
  }));
}

/** What a responsible unit says in the cycle a lead reports on, for the lead to read and adopt. */
export type PartReport = {
  unitId: number;
  unitName: string;
  /** Null: it has not reported in this cycle. */
  report: (ReportWords & { id: number; effectiveOn: Day }) | null;
};

const MOST_PARTS = 60;

/** The responsible units of a task and their latest words in a cycle (null: a plan without cycles), in protocol order, at most 60. */
export async function listPartReports(
  task: { id: number },
  cycleId: number | null,
  day: Day,
  client: Db = db(),
): Promise<PartReport[]> {
  return client.$queryRaw<PartReport[]>`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date))
    SELECT u.id AS "unitId", u.name AS "unitName",
           CASE WHEN said.id IS NOT NULL THEN json_build_object('id', said.id, 'effectiveOn', said.effective_on, 'percent', said.percent, 'narrative', said.narrative,
             'problems', said.problems, 'needs', said.needs, 'nextSteps', said.next_steps) END AS report
      FROM (SELECT unit_id FROM task_units_as_of(${day}::date) WHERE task_id = ${task.id} GROUP BY unit_id HAVING bool_and(role = 'RESPONSIBLE')) x
      JOIN unit u ON u.id = x.unit_id
      LEFT JOIN LATERAL (
        SELECT r.id, v.effective_on, v.percent, v.narrative, v.problems, v.needs, v.next_steps
          FROM progress_report r JOIN report_version v ON v.report_id = r.id AND v.version = r.current_version
          LEFT JOIN rollup ru ON ru.unit_id = r.unit_id
         WHERE r.task_id = ${task.id} AND coalesce(ru.counted_unit_id, r.unit_id) = u.id AND r.kind = 'PROGRESS' AND r.status IN ('SUBMITTED', 'ACCEPTED')
           AND (${cycleId}::int IS NULL OR r.cycle_id = ${cycleId}::int)
         ORDER BY r.id DESC LIMIT 1) said ON true
     ORDER BY u.sort_order, u.id LIMIT ${MOST_PARTS}`;
}

/** A report of a unit that was withdrawn or sent back and is answered by nothing since: the next one starts from it. */
type ReportBack = ReportWords & {
  kind: 'PROGRESS' | 'RESULT';
  status: 'WITHDRAWN' | 'RETURNED';
  evidenceIds: string[];
  /** Why it was sent back. */
  reason: string | null;
};

/** The last such report: a RESULT where `wanted.result`, a withdrawn PROGRESS of the cycle (null: a plan without cycles); one sent back is a report that stands. */
async function findReportBack(
  client: Db,
  taskId: number,
  unitIds: readonly number[],
  wanted: { cycleId: number | null; result: boolean },
): Promise<ReportBack | null> {
  const [back] = await client.$queryRaw<ReportBack[]>`
    WITH said AS (
      SELECT r.id, r.kind, r.status, r.cycle_id, r.is_backfill AND r.current_version = 1 AS is_entered, v.id AS version_id, v.percent, v.narrative, v.problems, v.needs,
             v.next_steps, v.evidence_ids
        FROM progress_report r JOIN report_version v ON v.report_id = r.id AND v.version = r.current_version
       WHERE r.task_id = ${taskId} AND r.unit_id = ANY(${[...unitIds]}::int[]))
    SELECT s.kind::text AS kind, s.status::text AS status, s.percent, s.narrative, s.problems, s.needs, s.next_steps AS "nextSteps", s.evidence_ids AS "evidenceIds",
           CASE s.status WHEN 'RETURNED' THEN (SELECT y.reason FROM review y WHERE y.report_id = s.id AND y.decision = 'RETURNED' ORDER BY y.id DESC LIMIT 1) END AS reason
      FROM said s
     WHERE NOT s.is_entered
       AND ((s.kind = 'RESULT' AND s.status IN ('WITHDRAWN', 'RETURNED') AND ${wanted.result})
         OR (s.kind = 'PROGRESS' AND s.status = 'WITHDRAWN' AND s.cycle_id IS NOT DISTINCT FROM ${wanted.cycleId}::int))
       AND NOT EXISTS (SELECT FROM said o WHERE o.version_id > s.version_id AND o.status <> 'WITHDRAWN'
                          AND (s.kind = 'RESULT' OR o.kind = 'RESULT' OR o.cycle_id IS NOT DISTINCT FROM s.cycle_id))
     ORDER BY s.version_id DESC LIMIT 1`;
  return back ?? null;
}

/** What a unit, by all its stored ids, last said of a task outside one cycle: what 沿用上期 starts from. */
async function findLastWords(
  client: Db,
  taskId: number,
  unitIds: readonly number[],
  cycleId: number | null,
): Promise<(ReportWords & { label: string; on: Day }) | null> {
  const [last] = await client.$queryRaw<(ReportWords & { label: string; on: Day })[]>`
    SELECT v.percent, v.narrative, v.problems, v.needs, v.next_steps AS "nextSteps", v.effective_on::text AS "on",
           coalesce(c.label, '') || CASE r.kind WHEN 'RESULT' THEN '办结申请' ELSE '进展' END AS label
      FROM progress_report r JOIN report_version v ON v.report_id = r.id AND v.version = r.current_version
      LEFT JOIN cycle c ON c.id = r.cycle_id
     WHERE r.task_id = ${taskId} AND r.unit_id = ANY(${[...unitIds]}::int[]) AND r.status <> 'WITHDRAWN' AND NOT (r.is_backfill AND r.current_version = 1)
       AND (${cycleId}::int IS NULL OR r.cycle_id IS DISTINCT FROM ${cycleId}::int)
     ORDER BY v.id DESC LIMIT 1`;
  return last ?? null;
}

export type UnitReporting = {
  unitId: number;
  name: string;
  role: 'LEAD' | 'RESPONSIBLE';
  lastOn: Day | null;
  /** What it last said was entered by the office. */
  isBackfill: boolean;
};

/** The units on a task and the day each last reported, leads first; members of known collectives stand after the named ones. */
export async function listUnitReporting(task: TaskDetail, day: Day): Promise<UnitReporting[]> {
  return db().$queryRaw<UnitReporting[]>`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date))
    SELECT u.id AS "unitId", u.name, min(x.role)::text AS role, last.reported_on::text AS "lastOn", coalesce(last.is_backfill, false) AS "isBackfill"
      FROM task_units_as_of(${day}::date) x JOIN unit u ON u.id = x.unit_id JOIN task t ON t.id = x.task_id
      LEFT JOIN LATERAL (${lastReportOf(day, Prisma.sql`AND coalesce((SELECT ru.counted_unit_id FROM rollup ru WHERE ru.unit_id = e.unit_id), e.unit_id) = u.id`)}) last ON true
     WHERE x.task_id = ${task.id}
     GROUP BY u.id, u.name, u.sort_order, last.reported_on, last.is_backfill ORDER BY min(x.role), bool_or(x.is_direct) DESC, u.sort_order LIMIT 60`;
}

export type Withdrawable = {
  reportId: number;
  version: number;
  kind: 'PROGRESS' | 'RESULT';
  unitName: string;
  cycleLabel: string | null;
};

/** What the form for reporting on a task starts from. */
export type ReportForm = {
  /** Why nothing can be reported now, in words; null: the form is open. */
  refusal: string | null;
  /** Units the actor may report for; a choice where there are several. */
  units: { unitId: number; name: string; isLead: boolean }[];
  unitId: number;
  unitName: string;
  isLead: boolean;
  choices: CycleChoice[];
  cycle: CycleChoice | null;
  isDated: boolean;
  /** Version of the unit's report in the cycle; 0: none yet. */
  expectedVersion: number;
  /** What the fields start from: what that report says now, or what was asked for in the address. */
  current: ReportWords | null;
  /** Where the fields start from something else than the report itself: said above them until they are changed. */
  prefilledFrom: string | null;
  /** What 沿用上期 would start from. */
  last: { label: string; on: Day } | null;
  /** What the responsible units say in the cycle; empty for anybody but a lead. */
  parts: PartReport[];
  adoptedFrom: number[];
  evidence: EvidenceView[];
  /** What is submitted waits for the unit's head. */
  isForHead: boolean;
  /** What was sent back, in words, and why. */
  returned: { title: string; reason: string } | null;
  /** The return of the report in the cycle that the form shows; 0: none. */
  seenReviewId: number;
  /** The paper that came back and the fields start from, kept as another cycle is chosen. */
  paperId: number | null;
  /** The button 申请办结. */
  canAskResult: boolean;
  /** Why there is no such button, where a lead might look for it. */
  resultRefusal: string | null;
  taskVersion: number;
  idempotencyKey: string;
  /** Keys of forms the server has received from this actor: their drafts are done with. */
  receivedKeys: string[];
  withdrawable: Withdrawable[];
  notice: string | null;
};

/** The reporting form of an actor for a task today; null where the actor has no part in reporting on it. */
export async function findReportForm(
  actor: Actor,
  task: TaskDetail,
  asOf: AsOf,
  wanted: { cycle?: string; unit?: string; from?: string; adopt?: string; paper?: string },
): Promise<ReportForm | null> {
  const client = db();
  const speaking = await listSpeakingUnits(client, actor, 'report.submit_progress', task.access, asOf.today);
  if (speaking.length === 0) return null;
  const names = await client.unit.findMany({
    where: { id: { in: speaking.map((u) => u.unitId) } },
    select: { id: true, name: true },
  });
  const units = speaking.map((u) => ({ ...u, name: names.find((n) => n.id === u.unitId)?.name ?? '' }));
  let notice: string | null = null;
  // A paper that came back keeps its unit and cycle, unless the address says otherwise: July's words are not August's.
  const paper = await findPaperBack(actor, task, wanted.paper, asOf.today);
  const wantedUnit = wanted.unit || (paper ? String(paper.unitId) : undefined);
  const unit = units.find((u) => String(u.unitId) === wantedUnit) ?? units[0]!;
  if (wantedUnit && String(unit.unitId) !== wantedUnit) notice = '所选的填报单位不可用，已改为默认单位。';

  const sights = await listCycleSights(client, task, unit, asOf.today);
  const { choices, defaultId } = cycleChoices(sights, asOf.today);
  const paperCycle = paper?.stored.cycleId;
  const wantedCycle = wanted.cycle || (paperCycle === undefined ? undefined : String(paperCycle));
  const cycle = choices.find((c) => String(c.id) === wantedCycle) ?? choices.find((c) => c.id === defaultId) ?? null;
  if (wantedCycle && String(cycle?.id) !== wantedCycle) {
    notice = wanted.cycle
      ? '所选的填报周期不可填报，已改为当前周期。'
      : `${sights.find((c) => c.id === paperCycle)?.label ?? '原'}周期现已不能填报。下面是为该周期拟的文字，若改报当前周期，请按本期实际情况修改。`;
  }

  const unitIds = await storedUnits([unit.unitId], asOf.today, client);
  const [existing, received, waiting, own] = await Promise.all([
    cycle?.reportId == null
      ? null
      : client.progressReport.findUniqueOrThrow({
          where: { id: cycle.reportId },
          include: {
            versions: { orderBy: { version: 'desc' }, take: 1 },
            reviews: { orderBy: { id: 'desc' }, take: 1 },
          },
        }),
    client.reportVersion.findMany({
      where: { authorId: actor.accountId, report: { taskId: task.id } },
      orderBy: { id: 'desc' },
      take: 10,
      select: { idempotencyKey: true },
    }),
    client.unitPaper.findMany({
      where: { writtenById: actor.accountId, taskId: task.id },
      orderBy: { id: 'desc' },
      take: 10,
      select: { idempotencyKey: true },
    }),
    client.progressReport.findMany({
      where: {
        taskId: task.id,
        unitId: {
          in: await storedUnits(
            units.map((u) => u.unitId),
            asOf.today,
            client,
          ),
        },
        status: 'SUBMITTED',
        isBackfill: false,
      },
      include: { cycle: { select: { label: true, graceEndsOn: true } }, unit: { select: { name: true } } },
      orderBy: { id: 'desc' },
      take: 10,
    }),
  ]);
  const start = await readStart(task, unitIds, {
    cycleId: cycle?.id ?? null,
    isCurrent: (cycle?.id ?? null) === defaultId,
    fromLast: wanted.from === 'last',
    paper,
  });
  const [parts, isForHead, unsent, kept] = await Promise.all([
    unit.isLead ? listPartReports(task, cycle?.id ?? null, asOf.today) : [],
    mustBeSigned(client, actor, unit.unitId, asOf.today),
    listUnsentEvidence(actor, { taskId: task.id }),
    listEvidence(start.evidenceIds ?? existing?.versions[0]?.evidenceIds ?? []),
  ]);
  const { state, dueOn } = task.now;
  const deadline = { dueOn, ongoing: task.standing.ongoing };
  const refusal =
    planRefusal(task.plan, asOf.today) ??
    (state === 'UNDER_REVIEW'
      ? await underReviewWords(client, task.id, unit.unitId, asOf.today)
      : canApplyMove(state, { type: 'progress', by: 'LEAD' })
        ? null
        : MOVE_REFUSAL_TEXT['progress.closed']);
  return {
    refusal,
    units,
    unitId: unit.unitId,
    unitName: unit.name,
    isLead: unit.isLead,
    choices,
    cycle,
    isDated: dueOn !== null,
    expectedVersion: existing?.currentVersion ?? 0,
    ...startingWords(start, existing?.versions[0] ?? null, parts, wanted.adopt),
    last: start.last,
    parts,
    evidence: [...kept, ...unsent.filter((piece) => !kept.some((one) => one.id === piece.id))],
    isForHead,
    returned:
      start.returned ??
      (existing?.status === 'RETURNED' && existing.reviews[0]
        ? { title: '本周期的进展被退回', reason: existing.reviews[0].reason }
        : null),
    seenReviewId: existing?.status === 'RETURNED' ? (existing.reviews[0]?.id ?? 0) : 0,
    paperId: paper?.id ?? null,
    canAskResult: unit.isLead && canApplyMove(state, { type: 'result', deadline }),
    resultRefusal: unit.isLead && isOnlyOngoing(deadline) ? MOVE_REFUSAL_TEXT['result.only_ongoing'] : null,
    taskVersion: task.now.version,
    idempotencyKey: randomUUID(),
    receivedKeys: [...received, ...waiting].map((v) => v.idempotencyKey),
    withdrawable: (isForHead ? [] : own)
      .filter((r) =>
        r.kind === 'RESULT'
          ? state === 'UNDER_REVIEW'
          : !r.cycle || r.cycle.graceEndsOn.toISOString().slice(0, 10) >= asOf.today,
      )
      .map((r) => ({
        reportId: r.id,
        version: r.currentVersion,
        kind: r.kind,
        unitName: r.unit.name,
        cycleLabel: r.cycle?.label ?? null,
      })),
    notice,
  };
}

type PaperBack = {
  id: number;
  /** With merges followed. */
  unitId: number;
  kind: 'PROGRESS' | 'RESULT';
  isSentBack: boolean;
  stored: StoredReport;
};

/** A paper of the actor's units about reporting on the task that was withdrawn or sent back; null where the address names none. */
async function findPaperBack(
  actor: Actor,
  task: TaskDetail,
  wanted: string | undefined,
  day: Day,
): Promise<PaperBack | null> {
  const paperId = wanted === undefined ? null : readId(wanted);
  if (paperId === null) return null;
  const own = await storedUnits(await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], day), day);
  const paper = await db().unitPaper.findFirst({
    where: {
      id: paperId,
      taskId: task.id,
      unitId: { in: own },
      kind: { in: ['PROGRESS', 'RESULT'] },
      status: { in: ['SENT_BACK', 'WITHDRAWN'] },
    },
  });
  if (!paper) return null;
  const [counted] = await countedUnits([paper.unitId], day);
  return {
    id: paper.id,
    unitId: counted ?? paper.unitId,
    kind: paper.kind === 'RESULT' ? 'RESULT' : 'PROGRESS',
    isSentBack: paper.status === 'SENT_BACK',
    stored: storedReportSchema.parse(paper.input),
  };
}

type Start = {
  words: ReportWords | null;
  from: string | null;
  last: { label: string; on: Day } | null;
  evidenceIds: string[] | null;
  returned: ReportForm['returned'];
};

/**
 * What the fields start from: what the address asks for (one of the unit's papers that came back, or its last report), else a report of the unit that was
 * withdrawn or sent back.
 */
async function readStart(
  task: TaskDetail,
  unitIds: readonly number[],
  asked: {
    cycleId: number | null;
    /** The cycle the form would choose by itself, in which a RESULT is asked for. */
    isCurrent: boolean;
    fromLast: boolean;
    paper: PaperBack | null;
  },
): Promise<Start> {
  const [last, back] = await Promise.all([
    findLastWords(db(), task.id, unitIds, asked.cycleId),
    findReportBack(db(), task.id, unitIds, { cycleId: asked.cycleId, result: asked.isCurrent }),
  ]);
  const start = {
    last: last ? { label: last.label, on: last.on } : null,
    returned: back?.reason ? { title: '办结申请被退回', reason: back.reason } : null,
  };
  if (asked.paper) {
    const { stored, isSentBack, kind } = asked.paper;
    const what = `${isSentBack ? '被退改' : '已撤回'}的${kind === 'RESULT' ? '办结申请' : ''}待签稿`;
    return { ...start, words: stored, from: `以下为${what}，请修改后重新提交。`, evidenceIds: stored.evidenceIds };
  }
  if (asked.fromLast && last) {
    return {
      ...start,
      words: last,
      from: `以下沿用 ${last.on} 提交的${last.label}，请按本期实际情况修改后再提交；原样提交的，审核人会看到“与上期内容相同”。`,
      evidenceIds: null,
    };
  }
  if (back) {
    const what = `${back.status === 'RETURNED' ? '被退回' : '已撤回'}的${back.kind === 'RESULT' ? '办结申请' : '进展'}`;
    const from = `以下为${what}，佐证材料一并列入，请修改后重新提交。`;
    return { ...start, words: back, from, evidenceIds: back.evidenceIds };
  }
  return { ...start, words: null, from: null, evidenceIds: null };
}

/** The fields' starting words: asked for, else the report's own; with what is adopted by address behind them. */
function startingWords(
  start: Start,
  existing: ReportWords | null,
  parts: readonly PartReport[],
  adopt: string | undefined,
): Pick<ReportForm, 'current' | 'prefilledFrom' | 'adoptedFrom'> {
  const given = start.words ?? existing;
  const base = given && {
    percent: given.percent,
    narrative: given.narrative,
    problems: given.problems,
    needs: given.needs,
    nextSteps: given.nextSteps,
  };
  const wanted = new Set((adopt ?? '').split(','));
  const adopted = parts.filter((part) => part.report !== null && wanted.has(String(part.report.id)));
  if (adopted.length === 0) return { current: base, prefilledFrom: start.from, adoptedFrom: [] };
  const empty: ReportWords = { percent: null, narrative: '', problems: '', needs: '', nextSteps: '' };
  const texts = adopted.map((part) => adoptedText({ unitName: part.unitName, narrative: part.report!.narrative }));
  return {
    current: { ...(base ?? empty), narrative: [base?.narrative ?? '', ...texts].filter(Boolean).join('\n') },
    prefilledFrom: start.from ?? `已采用${adopted.map((part) => part.unitName).join('、')}填报的文字，请核对后再提交。`,
    adoptedFrom: adopted.map((part) => part.report!.id),
  };
}
