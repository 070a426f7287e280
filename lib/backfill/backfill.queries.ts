import 'server-only';
import type { Day } from '@/lib/dates';
import { listPlanAccess, mayDoOnPlan, type PlanAccess, taskScope } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma } from '@/lib/server/db';
import type { TaskState } from '@/lib/tasks/task.rules';
import type { EnteredState, KnownTask } from './backfill.rules';
import { type StoredProposal, storedProposalSchema } from './backfill.schema';

/**
 * SQL condition on a task alias `t`: nothing has been reported, decided or asked of it since it stands, so that its opening balance may be entered (again).
 * Corrections, reassignments and what the office told its units do not matter.
 */
export const untouched = Prisma.sql`NOT EXISTS (SELECT FROM task_event e WHERE e.task_id = t.id AND e.type::text <> ALL(ARRAY[
  'TASK_CREATED', 'TASK_REVISED', 'BACKFILLED', 'DEADLINE_CORRECTED', 'TASK_REASSIGNED', 'ISSUE_LATENESS_DECIDED', 'CYCLE_SET', 'NODE_ADDED', 'NODE_CHANGED',
  'NODE_REMOVED', 'OBJECTION_RAISED', 'OBJECTION_DECIDED', 'REMINDED', 'SLIP_ISSUED', 'SLIP_SIGNED_FOR', 'SLIP_VOIDED', 'REVIEW_MESSAGE']))`;

export type BackfillPlan = {
  id: number;
  title: string;
  year: number;
  status: string;
  issuedOn: Day | null;
  effectiveFrom: Day | null;
  access: PlanAccess;
};

/** A list whose opening balances the actor may enter; null where it does not exist for them or is none of theirs. */
export async function findBackfillPlan(actor: Actor, planId: number, client?: Db): Promise<BackfillPlan | null> {
  const access = (await listPlanAccess(actor, client)).find((a) => a.planId === planId);
  if (!access || !mayDoOnPlan(actor, 'task.backfill', access.relations)) return null;
  const [plan] = await (client ?? db()).$queryRaw<Omit<BackfillPlan, 'access'>[]>`
    SELECT id, title, year, status::text AS status, issued_on::text AS "issuedOn", effective_from::text AS "effectiveFrom"
      FROM plan WHERE id = ${planId} AND kind = 'TASK_LIST'`;
  return plan ? { ...plan, access } : null;
}

export type BackfillTask = KnownTask & {
  version: number;
  state: TaskState;
  leadText: string;
  deadlineText: string;
  /** Nothing but the list itself has been recorded of it. */
  canEnter: boolean;
  /** The opening balance in force, if one was entered. */
  entered: {
    state: EnteredState;
    achievedOn: Day | null;
    percent: number | null;
    reportedOn: Day | null;
    basis: string;
    narrative: string;
    on: Day;
    recordedAt: string;
    /** Key of the form that entered it. */
    form: string;
  } | null;
};

export type BackfillPage = { rows: BackfillTask[]; total: number; enterable: number; entered: number };

/** The plan's tasks with what has been entered of them, a page of them. */
export async function listBackfillTasks(
  actor: Actor,
  plan: BackfillPlan,
  { page, size, taskIds }: { page: number; size: number; taskIds?: readonly number[] },
): Promise<BackfillPage> {
  const scope = taskScope(actor, [plan.access]);
  const only = taskIds === undefined ? Prisma.empty : Prisma.sql` AND t.id = ANY(${[...taskIds]}::int[])`;
  const [[counts], rows] = await Promise.all([
    db().$queryRaw<Omit<BackfillPage, 'rows'>[]>`
      SELECT count(*) FILTER (WHERE true${only})::int AS total, count(*) FILTER (WHERE ${untouched})::int AS enterable,
             count(*) FILTER (WHERE EXISTS (SELECT FROM task_event b WHERE b.task_id = t.id AND b.type = 'BACKFILLED'))::int AS entered
        FROM task t WHERE ${scope}`,
    db().$queryRaw<BackfillTask[]>`
      SELECT t.id, t.seq, t.text, t.version, t.state::text AS state, t.due_on::text AS "dueOn", t.ongoing, t.lead_text AS "leadText",
             t.deadline_text AS "deadlineText", ${untouched} AS "canEnter", b.entered
        FROM task t LEFT JOIN LATERAL (
               SELECT json_build_object('state', e.payload -> 'state', 'achievedOn', e.payload -> 'achievedOn', 'percent', e.payload -> 'percent',
                        'reportedOn', e.payload -> 'reportedOn', 'basis', e.payload -> 'basis', 'narrative', coalesce(v.narrative, ''), 'on', e.effective_on,
                        'recordedAt', e.recorded_at, 'form', e.payload -> 'form') AS entered
                 FROM task_event e LEFT JOIN report_version v ON v.report_id = e.report_id AND v.version = e.report_version
                WHERE e.task_id = t.id AND e.type = 'BACKFILLED' ORDER BY e.sequence DESC LIMIT 1) b ON true
       WHERE ${scope}${only} ORDER BY t.sort_order LIMIT ${size} OFFSET ${(page - 1) * size}`,
  ]);
  return { ...counts!, rows };
}

/** Every task of the plan that the actor may enter, for matching a workbook's rows. */
export function listKnownTasks(actor: Actor, plan: BackfillPlan): Promise<KnownTask[]> {
  return db().$queryRaw<KnownTask[]>`
    SELECT t.id, t.seq, t.text, t.due_on::text AS "dueOn", t.ongoing FROM task t WHERE ${taskScope(actor, [plan.access])} ORDER BY t.sort_order`;
}

export type BackfillDraftView = { id: number; fileName: string; uploadedOn: Day; uploadedAt: Date } & StoredProposal;

/** The actor's own proposal for a plan that still waits; null where there is none. */
export async function findBackfillDraft(actor: Actor, planId: number): Promise<BackfillDraftView | null> {
  const draft = await db().backfillDraft.findFirst({
    where: { planId, uploadedById: actor.accountId, closedOn: null },
    orderBy: { id: 'desc' },
  });
  if (!draft) return null;
  const { id, fileName, uploadedAt } = draft;
  const uploadedOn = draft.uploadedOn.toISOString().slice(0, 10) as Day;
  return { id, fileName, uploadedOn, uploadedAt, ...storedProposalSchema.parse(draft.reading) };
}
