import 'server-only';
import { type Day, dayOfUtcDate } from '@/lib/dates';
import { listEvidence } from '@/lib/evidence/evidence.queries';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import { listCycleSightsOf } from '@/lib/reports/cycles.queries';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import { countedUnits, listPlanAccess, storedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { db, type Prisma } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';
import { isHeadOf } from './head-signs.queries';
import {
  type StoredExtension,
  type StoredReport,
  storedExtensionSchema,
  storedReportSchema,
} from './unit-paper.schema';
import { papersWaiting } from './unit-paper.where';

/** What the unit said of the task before, for the head to read beside the paper. */
export type WordsBefore = {
  label: string;
  on: Day;
  percent: number | null;
  narrative: string;
  problems: string;
  needs: string;
  nextSteps: string;
};

export type PaperView = {
  id: number;
  version: number;
  kind: 'PROGRESS' | 'RESULT' | 'EXTENSION';
  status: 'WAITING' | 'SENT_BACK';
  task: { id: number; seq: number; text: string; planTitle: string; dueOn: Day | null };
  unitName: string;
  /** doubt stands beside the grace where it was worked out over a year without its holiday notice. */
  cycle: { label: string; graceEndsOn: Day; doubt: string | null } | null;
  report: StoredReport | null;
  extension: StoredExtension | null;
  /** An extension of the task granted before was asked after its date. */
  hasLateExtension: boolean;
  evidence: EvidenceView[];
  writtenByName: string;
  writtenOn: Day;
  /** Why it was sent back. */
  decisionNote: string;
  decidedByName: string | null;
  decidedOn: Day | null;
  canSign: boolean;
  canWithdraw: boolean;
  before: WordsBefore | null;
  /** As they stand now: what a head who sees them beside the paper signs upon. */
  expectedVersion: number;
  taskVersion: number;
  /** What has changed since the paper was written, in words. */
  movedWords: string | null;
};

export const PAPER_PAGE_SIZE = 20;

/** The units whose papers the actor may see: those they speak for and, for a head, those below. */
async function paperUnits(actor: Actor, day: Day): Promise<number[]> {
  return countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], day);
}

const INCLUDE = {
  task: { select: { id: true, seq: true, text: true, dueOn: true, version: true, plan: { select: { title: true } } } },
  unit: { select: { name: true } },
  writtenBy: { select: { displayName: true } },
  decidedBy: { select: { displayName: true } },
} satisfies Prisma.UnitPaperInclude;

type Stored = Prisma.UnitPaperGetPayload<{ include: typeof INCLUDE }>;

/** Waiting papers of running plans in the actor's scope. */
async function waitingWhere(actor: Actor, day: Day): Promise<Prisma.UnitPaperWhereInput> {
  const [units, access] = await Promise.all([
    paperUnits(actor, day).then((ids) => storedUnits(ids, day)),
    listPlanAccess(actor),
  ]);
  return {
    status: 'WAITING',
    unitId: { in: units },
    task: { planId: { in: access.map((plan) => plan.planId) }, plan: { status: 'ACTIVE' } },
  };
}

/** True where the actor belongs to a unit that can have papers. */
export function hasPapers(actor: Actor): boolean {
  return actor.actingUnitIds.length > 0;
}

export async function countPapers(actor: Actor, day: Day): Promise<number> {
  if (!hasPapers(actor)) return 0;
  const [row] = await db().$queryRaw<
    { count: number }[]
  >`SELECT ${papersWaiting(actor, await listPlanAccess(actor), day)} AS count`;
  return row!.count;
}

/** Papers of the actor's units that wait for a head, the oldest first. */
export async function listPapers(
  actor: Actor,
  day: Day,
  page: number,
): Promise<{ rows: PaperView[]; total: number; page: number }> {
  const where = await waitingWhere(actor, day);
  const total = await db().unitPaper.count({ where });
  const shown = Math.min(Math.max(1, page), Math.max(1, Math.ceil(total / PAPER_PAGE_SIZE)));
  const rows = await db().unitPaper.findMany({
    where,
    include: INCLUDE,
    orderBy: { id: 'asc' },
    skip: (shown - 1) * PAPER_PAGE_SIZE,
    take: PAPER_PAGE_SIZE,
  });
  return { rows: await toViews(actor, rows, day), total, page: shown };
}

/** Papers about one task that wait, or came back and were not written anew, newest first, at most 10. */
export async function listPapersOfTask(actor: Actor, taskId: number, day: Day): Promise<PaperView[]> {
  if (!hasPapers(actor)) return [];
  const units = await storedUnits(await paperUnits(actor, day), day);
  const rows = await db().unitPaper.findMany({
    where: { taskId, unitId: { in: units }, status: { in: ['WAITING', 'SENT_BACK'] } },
    include: INCLUDE,
    orderBy: { id: 'desc' },
    take: 10,
  });
  // One that was sent back is done with as soon as its unit wrote or submitted the same again: of a PROGRESS, in the same cycle.
  const again = await db().unitPaper.findMany({
    where: { taskId, unitId: { in: units } },
    select: { id: true, unitId: true, kind: true, input: true },
  });
  const sent = await db().reportVersion.findMany({
    where: { report: { taskId, unitId: { in: units } } },
    select: { submittedAt: true, report: { select: { unitId: true, kind: true, cycleId: true } } },
    orderBy: { id: 'desc' },
    take: 100,
  });
  const counted = new Map<number, number>();
  for (const unitId of units) counted.set(unitId, (await countedUnits([unitId], day))[0] ?? unitId);
  const isSame = (one: { unitId: number; kind: string; cycleId: number | null }, paper: Stored) =>
    one.kind === paper.kind &&
    counted.get(one.unitId) === counted.get(paper.unitId) &&
    (paper.kind !== 'PROGRESS' || one.cycleId === cycleOfPaper(paper));
  const open = rows.filter(
    (paper) =>
      paper.status === 'WAITING' ||
      (!again.some((one) => one.id > paper.id && isSame({ ...one, cycleId: cycleOfPaper(one) }, paper)) &&
        !sent.some((one) => isSame(one.report, paper) && one.submittedAt > paper.writtenAt)),
  );
  return toViews(actor, open, day);
}

/** Of a PROGRESS the cycle it was written for; null: a plan without cycles, or another kind. */
function cycleOfPaper(paper: Pick<Stored, 'kind' | 'input'>): number | null {
  return paper.kind === 'PROGRESS' ? (storedReportSchema.parse(paper.input).cycleId ?? null) : null;
}

async function toViews(actor: Actor, papers: readonly Stored[], day: Day): Promise<PaperView[]> {
  if (papers.length === 0) return [];
  const ids = papers.map((paper) => paper.id);
  const facts = await db().$queryRaw<
    {
      id: number;
      countedId: number;
      cycle: { label: string; graceEndsOn: Day } | null;
      before: WordsBefore | null;
      hasLateExtension: boolean;
      returnedSince: string | null;
    }[]
  >`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date))
    SELECT p.id, coalesce(pu.counted_unit_id, p.unit_id) AS "countedId", CASE WHEN c.id IS NOT NULL THEN json_build_object('label', c.label, 'graceEndsOn', c.grace_ends_on) END AS cycle,
           said.words AS before,
           EXISTS (SELECT 1 FROM extension e WHERE e.task_id = p.task_id AND e.status = 'GRANTED' AND e.requested_on > e.from_due_on) AS "hasLateExtension",
           (SELECT y.reason FROM review y JOIN progress_report r ON r.id = y.report_id LEFT JOIN rollup ru ON ru.unit_id = r.unit_id
             WHERE p.kind = 'PROGRESS' AND r.task_id = p.task_id AND r.kind = 'PROGRESS' AND r.status = 'RETURNED' AND y.decision = 'RETURNED' AND y.decided_at > p.written_at
               AND r.cycle_id IS NOT DISTINCT FROM c.id AND coalesce(ru.counted_unit_id, r.unit_id) = coalesce(pu.counted_unit_id, p.unit_id)
             ORDER BY y.id DESC LIMIT 1) AS "returnedSince"
      FROM unit_paper p
      LEFT JOIN rollup pu ON pu.unit_id = p.unit_id
      LEFT JOIN cycle c ON p.kind = 'PROGRESS' AND c.id = (p.input ->> 'cycleId')::int
      LEFT JOIN LATERAL (
        SELECT json_build_object('label', coalesce(rc.label, '') || CASE r.kind WHEN 'RESULT' THEN '办结申请' ELSE '进展' END
                 || CASE WHEN r.is_backfill AND v.version = 1 THEN '（优化办补录）' ELSE '' END, 'on', v.effective_on, 'percent', v.percent,
                 'narrative', v.narrative, 'problems', v.problems, 'needs', v.needs, 'nextSteps', v.next_steps) AS words
          FROM progress_report r JOIN report_version v ON v.report_id = r.id AND v.version = r.current_version LEFT JOIN cycle rc ON rc.id = r.cycle_id
          LEFT JOIN rollup ru ON ru.unit_id = r.unit_id
         WHERE r.task_id = p.task_id AND coalesce(ru.counted_unit_id, r.unit_id) = coalesce(pu.counted_unit_id, p.unit_id) AND r.status <> 'WITHDRAWN' ORDER BY v.id DESC LIMIT 1) said ON true
     WHERE p.id = ANY(${ids}::int[])`;
  const factsOf = new Map(facts.map((fact) => [fact.id, fact]));
  // As a unit's own form sees the cycle: which words stand there is the same for leads and others.
  const sights = await listCycleSightsOf(
    db(),
    papers
      .filter((paper) => paper.kind === 'PROGRESS')
      .map((paper) => ({ taskId: paper.taskId, unitId: factsOf.get(paper.id)!.countedId, isLead: false })),
    day,
  );
  const headed = new Map<number, boolean>();
  for (const unitId of new Set(papers.map((paper) => paper.unitId))) {
    headed.set(unitId, await isHeadOf(db(), actor, unitId, day));
  }
  const reports = new Map(
    papers
      .filter((paper) => paper.kind !== 'EXTENSION')
      .map((paper) => [paper.id, storedReportSchema.parse(paper.input)]),
  );
  const pieces = await listEvidence([...new Set([...reports.values()].flatMap((report) => report.evidenceIds))]);
  return papers.map((paper) => {
    const fact = factsOf.get(paper.id)!;
    const report = reports.get(paper.id) ?? null;
    const extension = paper.kind === 'EXTENSION' ? storedExtensionSchema.parse(paper.input) : null;
    const isWaiting = paper.status === 'WAITING';
    const sight = sights.find(
      (one) => one.taskId === paper.taskId && one.unitId === fact.countedId && one.id === report?.cycleId,
    );
    const reportVersion = sight?.version ?? 0;
    return {
      id: paper.id,
      version: paper.version,
      kind: paper.kind,
      status: paper.status as 'WAITING' | 'SENT_BACK',
      task: {
        id: paper.task.id,
        seq: paper.task.seq,
        text: paper.task.text,
        planTitle: paper.task.plan.title,
        dueOn: paper.task.dueOn && dayOfUtcDate(paper.task.dueOn),
      },
      unitName: paper.unit.name,
      cycle: fact.cycle && { ...fact.cycle, doubt: sight?.doubt ?? null },
      report,
      extension,
      hasLateExtension: fact.hasLateExtension,
      evidence: report ? report.evidenceIds.flatMap((id) => pieces.find((piece) => piece.id === id) ?? []) : [],
      writtenByName: paper.writtenBy.displayName,
      writtenOn: dayOfUtcDate(paper.writtenOn),
      decisionNote: paper.decisionNote,
      decidedByName: paper.decidedBy?.displayName ?? null,
      decidedOn: paper.decidedOn && dayOfUtcDate(paper.decidedOn),
      canSign: isWaiting && headed.get(paper.unitId) === true,
      canWithdraw: isWaiting && (paper.writtenById === actor.accountId || paper.heldById === actor.accountId),
      before: fact.before,
      expectedVersion: reportVersion,
      taskVersion: paper.task.version,
      movedWords:
        movedWords(report, extension, reportVersion, paper.task.version, paper.kind) ??
        (fact.returnedSince === null
          ? null
          : `拟稿之后，本单位在这一周期的填报被退回：${fact.returnedSince} 请核对本稿是否已按退回理由修改；签发后即作为重新提交。`),
    };
  });
}

function movedWords(
  report: StoredReport | null,
  extension: StoredExtension | null,
  reportVersion: number,
  taskVersion: number,
  kind: PaperView['kind'],
): string | null {
  if (kind === 'PROGRESS') {
    return report && report.expectedVersion !== reportVersion
      ? `拟稿之后，本单位在这一周期又提交了内容（现为第 ${reportVersion} 版）。请对照“此前填报”核对；签发后成为第 ${reportVersion + 1} 版，此前各版保留。`
      : null;
  }
  const written = report?.taskVersion ?? extension?.version;
  return written !== taskVersion ? '拟稿之后，任务的状态、时限或单位有过变动。请打开任务核对最新情况后再签发。' : null;
}

/** The switch on a unit's page; null where the actor may not set it. */
export async function findHeadSigns(actor: Actor, unitId: number, day: Day): Promise<{ signs: boolean } | null> {
  const unit = await db().unit.findUnique({ where: { id: unitId }, select: { id: true, regionId: true } });
  if (!unit) return null;
  const may = (await isHeadOf(db(), actor, unit.id, day)) || mayDoInRegion(actor, 'unit.manage', unit.regionId);
  return may ? { signs: await readSetting('head_signs', unit.id, day) } : null;
}
