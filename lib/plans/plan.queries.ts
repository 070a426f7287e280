import 'server-only';
import type { Day } from '@/lib/dates';
import { listPlanAccess, mayDoOnPlan, type PlanAccess, taskScope, workGroupScope } from '@/lib/rights/rights.queries';
import { type Action, isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import type { PlanStatus } from './plan.rules';
import { marksOfAlike, type TitledPlan } from './plan-titles.rules';
import type { PrintedRow } from './question.rules';
import { questionOpenOn } from './question.where';

export type PlanListRow = {
  id: number;
  kind: 'TASK_LIST' | 'ASSESSMENT';
  title: string;
  /** What tells it from another of the same title. */
  mark: string | null;
  year: number;
  regionName: string;
  ownerUnitId: number | null;
  ownerUnitName: string | null;
  status: PlanStatus;
  issuedOn: Day | null;
  effectiveFrom: Day | null;
  archivedOn: Day | null;
  /** The day on which it was imported. */
  createdOn: Day;
  /** Tasks, or rows of an assessment. */
  rows: number;
  openQuestions: number;
};

export type PlanList = {
  rows: PlanListRow[];
  total: number;
  /** The page shown: the last one where a later one was asked for. */
  page: number;
  access: PlanAccess[];
};

/** SQL condition on a question `q` of a plan the actor may read and its task `t`, if any: one on a task outside their work groups is left out. */
function questionScope(actor: Actor): Prisma.Sql {
  return Prisma.sql`(q.task_id IS NULL OR (t.id IS NOT NULL${workGroupScope(actor)}))`;
}

/** The day on which a plan `p` was imported. */
export const importedOn = Prisma.sql`(p.created_at AT TIME ZONE 'Asia/Shanghai')::date`;

/** The plans a viewer may read, newest first, a page of them; their questions as of a day. */
export async function listPlans(
  actor: Actor,
  filter: { kind?: PlanListRow['kind'] },
  page: { page: number; size: number },
  day: Day,
): Promise<PlanList> {
  const access = await listPlanAccess(actor);
  const ids = access.map((a) => a.planId);
  const kind = filter.kind ? Prisma.sql`AND p.kind = ${filter.kind}::plan_kind` : Prisma.empty;
  const where = Prisma.sql`p.id = ANY(${ids}::int[]) ${kind}`;
  const counted = await db().$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM plan p WHERE ${where}`;
  const total = counted[0]!.total;
  const number = Math.max(1, Math.min(page.page, Math.ceil(total / page.size)));
  const rows = await db().$queryRaw<Omit<PlanListRow, 'mark'>[]>`
    WITH shown AS (
      SELECT p.*, r.name AS region_name, o.name AS owner_name,
             row_number() OVER (ORDER BY p.region_id <> ${actor.regionId ?? 0}, p.year DESC, p.kind, p.owner_unit_id NULLS FIRST, p.id) AS place
        FROM plan p JOIN region r ON r.id = p.region_id LEFT JOIN unit o ON o.id = p.owner_unit_id
       WHERE ${where} ORDER BY place LIMIT ${page.size} OFFSET ${(number - 1) * page.size})
    SELECT p.id, p.kind::text AS kind, p.title, p.year, p.region_name AS "regionName", p.owner_unit_id AS "ownerUnitId", p.owner_name AS "ownerUnitName",
           p.status::text AS status, p.issued_on::text AS "issuedOn", p.effective_from::text AS "effectiveFrom", p.archived_on::text AS "archivedOn",
           ${importedOn}::text AS "createdOn",
           (CASE WHEN p.kind = 'ASSESSMENT' THEN (SELECT count(*) FROM assessment_row a WHERE a.plan_id = p.id)
                 ELSE (SELECT count(*) FROM task t WHERE t.plan_id = p.id${workGroupScope(actor)}) END)::int AS rows,
           (SELECT count(*)::int FROM question q LEFT JOIN task t ON t.id = q.task_id
             WHERE q.plan_id = p.id AND ${questionOpenOn(day)} AND ${questionScope(actor)}) AS "openQuestions"
      FROM shown p ORDER BY p.place`;
  const shown = new Set(rows.map((row) => row.id));
  const marks = marksOfAlike(rows);
  return {
    rows: rows.map((row) => ({ ...row, mark: marks.get(row.id) ?? null })),
    total,
    page: number,
    access: access.filter((a) => shown.has(a.planId)),
  };
}

export type PlanQuestion = {
  id: number;
  field: string;
  text: string;
  taskId: number | null;
  taskSeq: number | null;
  taskText: string | null;
  /** Row of an assessment. */
  row: number | null;
  /** The words of its row as printed, cells merged with the one above filled in; null: a question about the document. */
  cells: PrintedRow | null;
  isOpen: boolean;
  answer: string | null;
  answeredBy: string | null;
  answeredAt: Date | null;
};

export type PlanDocument = {
  id: number;
  fileName: string;
  mediaType: string;
  sha256: string;
  bytes: number;
  recordedAt: Date;
};

export type PlanDetail = {
  id: number;
  kind: 'TASK_LIST' | 'ASSESSMENT';
  title: string;
  noticeTitle: string | null;
  issuer: string | null;
  docNumber: string | null;
  year: number;
  issuedOn: Day | null;
  regionId: number;
  regionName: string;
  regionCode: string;
  ownerUnit: { id: number; name: string } | null;
  status: PlanStatus;
  version: number;
  effectiveFrom: Day | null;
  effectiveBasis: string | null;
  archivedOn: Day | null;
  cycleKind: 'NONE' | 'MONTHLY' | 'QUARTERLY' | 'CUSTOM';
  cycleClosingDay: number | null;
  graceWorkingDays: number;
  /** On the day asked for. */
  dueSoonDays: number;
  printedTotal: number | null;
  anomalies: string[];
  documents: PlanDocument[];
  contents: { tasks: number; areas: number; measures: number; groups: number };
  questions: { open: number; all: number };
  access: PlanAccess;
};

const dayOf = (date: Date | null): Day | null => date?.toISOString().slice(0, 10) ?? null;

/** One plan for a viewer, its questions as of a day; null where it does not exist for them. */
export async function findPlan(actor: Actor, planId: number, day: Day): Promise<PlanDetail | null> {
  const access = (await listPlanAccess(actor)).find((a) => a.planId === planId);
  if (!access) return null;
  const [plan, documents, contents, questions, soon] = await Promise.all([
    db().plan.findUniqueOrThrow({
      where: { id: planId },
      include: { region: true, ownerUnit: { select: { id: true, name: true } } },
    }),
    db().$queryRaw<PlanDocument[]>`
      SELECT id, file_name AS "fileName", media_type AS "mediaType", sha256, length(content) AS bytes, recorded_at AS "recordedAt"
        FROM source_document WHERE plan_id = ${planId} ORDER BY id`,
    db().$queryRaw<PlanDetail['contents'][]>`
      SELECT count(*)::int AS tasks, count(DISTINCT t.area_id)::int AS areas, count(DISTINCT t.measure_id)::int AS measures,
             count(DISTINCT t.work_group_id)::int AS groups
        FROM task t WHERE t.plan_id = ${planId} AND ${taskScope(actor, [access])}`,
    db().$queryRaw<PlanDetail['questions'][]>`
      SELECT count(*) FILTER (WHERE ${questionOpenOn(day)})::int AS open, count(*)::int AS all
        FROM question q LEFT JOIN task t ON t.id = q.task_id WHERE q.plan_id = ${planId} AND ${questionScope(actor)}`,
    db().$queryRaw<{ days: number }[]>`SELECT due_soon_days_as_of(${planId}::int, ${day}::date) AS days`,
  ]);
  return {
    id: plan.id,
    kind: plan.kind,
    title: plan.title,
    noticeTitle: plan.noticeTitle,
    issuer: plan.issuer,
    docNumber: plan.docNumber,
    year: plan.year,
    issuedOn: dayOf(plan.issuedOn),
    regionId: plan.regionId,
    regionName: plan.region.name,
    regionCode: plan.region.code,
    ownerUnit: plan.ownerUnit,
    status: plan.status,
    version: plan.version,
    effectiveFrom: dayOf(plan.effectiveFrom),
    effectiveBasis: plan.effectiveBasis,
    archivedOn: dayOf(plan.archivedOn),
    cycleKind: plan.cycleKind,
    cycleClosingDay: plan.cycleClosingDay,
    graceWorkingDays: plan.graceWorkingDays,
    dueSoonDays: soon[0]!.days,
    printedTotal: plan.printedTotal === null ? null : Number(plan.printedTotal),
    anomalies: plan.anomalies,
    documents,
    contents: contents[0]!,
    questions: questions[0]!,
    access,
  };
}

export function mayOnPlan(actor: Actor, plan: Pick<PlanDetail, 'access'>, action: Action): boolean {
  return mayDoOnPlan(actor, action, plan.access.relations);
}

/** The doubts about a plan's document in its order, those answered by a day in their place. */
export async function listPlanQuestions(
  actor: Actor,
  access: PlanAccess,
  day: Day,
  page: { page: number; size: number },
): Promise<PlanQuestion[]> {
  return db().$queryRaw<PlanQuestion[]>`
    WITH shown AS (
      SELECT q.*, a.row, ${questionOpenOn(day)} AS open,
             row_number() OVER (ORDER BY q.task_id IS NOT NULL, a.row NULLS FIRST, t.sort_order NULLS FIRST, q.position, q.id) AS place
        FROM question q LEFT JOIN task t ON t.id = q.task_id LEFT JOIN assessment_row a ON a.id = q.assessment_row_id
       WHERE q.plan_id = ${access.planId} AND ${questionScope(actor)}
       ORDER BY place LIMIT ${page.size} OFFSET ${(page.page - 1) * page.size})
    SELECT q.id, q.field, q.text, q.task_id AS "taskId", t.seq AS "taskSeq", t.text AS "taskText", q.row,
           CASE WHEN t.id IS NOT NULL THEN json_build_object('text', t.text, 'lead', t.lead_text, 'responsible', t.responsible_text, 'deadline', t.deadline_text,
                       'section', ar.heading, 'measure', m.heading, 'group', w.name)
                WHEN a.id IS NOT NULL THEN json_build_object('text', a.text, 'lead', a.lead_raw, 'responsible', a.responsible_raw, 'deadline', a.deadline_raw,
                       'points', a.points::float8::text, 'scoring', a.scoring, 'indicator1', coalesce(up.name, i.name), 'indicator2', CASE WHEN up.id IS NOT NULL THEN i.name END)
           END AS cells,
           q.open AS "isOpen", CASE WHEN NOT q.open THEN q.answer END AS answer,
           c.display_name AS "answeredBy", CASE WHEN NOT q.open THEN q.answered_at END AS "answeredAt"
      FROM shown q
      LEFT JOIN task_as_of(${day}::date) t ON t.id = q.task_id
      LEFT JOIN policy_area ar ON ar.id = t.area_id LEFT JOIN measure m ON m.id = t.measure_id LEFT JOIN work_group w ON w.id = t.work_group_id
      LEFT JOIN assessment_row a ON a.id = q.assessment_row_id
      LEFT JOIN indicator i ON i.id = a.indicator_id LEFT JOIN indicator up ON up.id = i.parent_id
      LEFT JOIN account c ON c.id = q.answered_by_id AND NOT q.open
     ORDER BY q.place`;
}

export type PlanFile = { fileName: string; mediaType: string; content: Uint8Array };

/** A source document of a plan the viewer may read; null where it does not exist for them. */
export async function findPlanFile(actor: Actor, planId: number, documentId: number): Promise<PlanFile | null> {
  if (!(await listPlanAccess(actor)).some((a) => a.planId === planId)) return null;
  return db().sourceDocument.findFirst({
    where: { id: documentId, planId },
    select: { fileName: true, mediaType: true, content: true },
  });
}

export type OpenQuestionSummary = {
  planId: number;
  title: string;
  /** What tells it from another of the same title. */
  mark: string | null;
  status: PlanStatus;
  open: number;
};

/** Plans with questions open on a day which the viewer may answer, most first. */
export async function listPlansWithQuestions(actor: Actor, day: Day, limit: number): Promise<OpenQuestionSummary[]> {
  const ids = (await listPlanAccess(actor))
    .filter((a) => isAllowed('question.answer', actor.roles, a.relations))
    .map((a) => a.planId);
  const rows = await db().$queryRaw<(Omit<OpenQuestionSummary, 'mark'> & TitledPlan)[]>`
    SELECT p.id AS "planId", p.id, p.title, p.status::text AS status, count(*)::int AS open, p.year, r.name AS "regionName", o.name AS "ownerUnitName", ${importedOn}::text AS "createdOn"
      FROM question q JOIN plan p ON p.id = q.plan_id JOIN region r ON r.id = p.region_id LEFT JOIN unit o ON o.id = p.owner_unit_id LEFT JOIN task t ON t.id = q.task_id
     WHERE ${questionOpenOn(day)} AND p.id = ANY(${ids}::int[]) AND ${questionScope(actor)} AND p.status <> 'WITHDRAWN'
     GROUP BY p.id, r.id, o.id ORDER BY p.status, count(*) DESC, p.id LIMIT ${limit}`;
  const marks = marksOfAlike(rows);
  return rows.map(({ planId, title, status, open }) => ({
    planId,
    title,
    mark: marks.get(planId) ?? null,
    status,
    open,
  }));
}
