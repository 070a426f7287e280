import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Day } from '@/lib/dates';
import { listSpeakingUnits } from '@/lib/reports/speaking-units.queries';
import { countedUnits, listPlanAccess, mayDo, taskScope } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { planRefusal } from '@/lib/tasks/task.commands';
import { canApplyMove, MOVE_REFUSAL_TEXT } from '@/lib/tasks/task.rules';
import { readId, type TaskDetail } from '@/lib/tasks/task-detail.queries';
import { isHeadOf } from '@/lib/unit-papers/head-signs.queries';
import { storedExtensionSchema } from '@/lib/unit-papers/unit-paper.schema';
import { consequenceWords, decidingAction, isAskedInTime } from './extension.rules';
import { requestsToDecide } from './extension.where';

export const EXTENSION_STATUSES = ['REQUESTED', 'GRANTED', 'REFUSED', 'WITHDRAWN'] as const;
export type ExtensionStatus = (typeof EXTENSION_STATUSES)[number];

/** One request as of a day. */
export type ExtensionView = {
  id: number;
  number: number;
  status: ExtensionStatus;
  from: Day;
  to: Day;
  reason: string;
  progress: string;
  unitName: string | null;
  requestedOn: Day;
  requestedByName: string;
  decidedOn: Day | null;
  decidedByName: string | null;
  note: string;
  /** Asked on or before the date it moves. */
  isInTime: boolean;
  /** Who decides it: the office the first, a leader each further one. */
  decider: 'office' | 'leader';
  /** Buttons of the viewer, on the view of today. */
  canDecide: boolean;
  canWithdraw: boolean;
};

export type ExtensionRow = ExtensionView & {
  task: { id: number; seq: number; text: string; planTitle: string; version: number };
};

type Raw = Omit<ExtensionRow, 'isInTime' | 'decider' | 'canDecide' | 'canWithdraw' | 'task'> & {
  grantedBefore: number;
  unitId: number | null;
  planId: number;
  taskId: number;
  seq: number;
  text: string;
  planTitle: string;
  taskVersion: number;
  isRunning: boolean;
};

/** What a request says on a day; `e` is the extension, `t` its task, `p` its plan. */
const columns = (day: Day) => Prisma.sql`
  e.id, e.number, CASE WHEN e.status <> 'REQUESTED' AND e.decided_on <= ${day}::date THEN e.status::text ELSE 'REQUESTED' END AS status,
  e.from_due_on::text AS "from", e.to_due_on::text AS "to", e.reason, e.progress, coalesce(u.name, au.name) AS "unitName", coalesce(e.unit_id, a.unit_id) AS "unitId",
  e.requested_on::text AS "requestedOn", a.display_name AS "requestedByName", CASE WHEN e.decided_on <= ${day}::date THEN e.decided_on::text END AS "decidedOn",
  CASE WHEN e.decided_on <= ${day}::date THEN d.display_name END AS "decidedByName", CASE WHEN e.decided_on <= ${day}::date THEN e.decision_note ELSE '' END AS note,
  (SELECT count(*)::int FROM extension b WHERE b.task_id = e.task_id AND b.status = 'GRANTED' AND b.number < e.number AND b.decided_on <= ${day}::date) AS "grantedBefore",
  t.id AS "taskId", t.seq, t.text, t.version AS "taskVersion", t.plan_id AS "planId", p.title AS "planTitle", p.status = 'ACTIVE' AS "isRunning"`;
const from = Prisma.sql`
  FROM extension e JOIN task t ON t.id = e.task_id JOIN plan p ON p.id = t.plan_id JOIN account a ON a.id = e.requested_by_id
  LEFT JOIN account d ON d.id = e.decided_by_id LEFT JOIN unit u ON u.id = e.unit_id LEFT JOIN unit au ON au.id = a.unit_id`;

/** How the viewer stands to each request: what they may do with it today. */
async function toRows(actor: Actor, raw: readonly Raw[], asOf: AsOf): Promise<ExtensionRow[]> {
  const access = new Map((await listPlanAccess(actor)).map((plan) => [plan.planId, plan.relations]));
  const headed = new Map<number, boolean>();
  for (const unitId of new Set(raw.flatMap((row) => row.unitId ?? []))) {
    headed.set(unitId, asOf.isToday && (await isHeadOf(db(), actor, unitId, asOf.today)));
  }
  return raw.map((row) => {
    const { grantedBefore, unitId, planId, taskId, seq, text, planTitle, taskVersion, isRunning, ...view } = row;
    const action = decidingAction(grantedBefore);
    const isOpen = asOf.isToday && isRunning && row.status === 'REQUESTED';
    return {
      ...view,
      isInTime: isAskedInTime({ requestedOn: row.requestedOn, fromDueOn: row.from }),
      decider: action === 'extension.decide' ? 'office' : 'leader',
      canDecide: isOpen && isAllowed(action, actor.roles, access.get(planId) ?? []),
      canWithdraw: isOpen && unitId !== null && headed.get(unitId) === true,
      task: { id: taskId, seq, text, planTitle, version: taskVersion },
    };
  });
}

export const EXTENSION_PAGE_SIZE = 20;

export type ExtensionList = {
  rows: ExtensionRow[];
  total: number;
  page: number;
  counts: Record<ExtensionStatus, number>;
  /** Waiting for the viewer's own decision. */
  mine: number;
};

/**
 * Requests the viewer may read, as of a day: an office, a leader or an admin those of their plans, a unit those of tasks it stands on. Waiting ones oldest first,
 * decided ones newest first.
 */
export async function listExtensions(
  actor: Actor,
  asOf: AsOf,
  wanted: { status: ExtensionStatus | null; page: number },
): Promise<ExtensionList> {
  const access = await listPlanAccess(actor);
  const overseen = access.filter((plan) => isAllowed('report.read', actor.roles, plan.relations));
  const units = await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], asOf.today);
  const scope = Prisma.sql`
    ${taskScope(actor, access)} AND e.requested_on <= ${asOf.day}::date
    AND (t.plan_id = ANY(${overseen.map((plan) => plan.planId)}::int[])
         OR EXISTS (SELECT 1 FROM task_units_as_of(${asOf.today}::date) x WHERE x.task_id = t.id AND x.unit_id = ANY(${units}::int[])))`;
  const shown = Prisma.sql`CASE WHEN e.status <> 'REQUESTED' AND e.decided_on <= ${asOf.day}::date THEN e.status::text ELSE 'REQUESTED' END`;
  const sums = await db().$queryRaw<{ status: ExtensionStatus; count: number }[]>`
    SELECT ${shown} AS status, count(*)::int AS count FROM extension e JOIN task t ON t.id = e.task_id WHERE ${scope} GROUP BY 1`;
  const counts = Object.fromEntries(
    EXTENSION_STATUSES.map((status) => [status, sums.find((sum) => sum.status === status)?.count ?? 0]),
  ) as Record<ExtensionStatus, number>;
  const total = wanted.status ? counts[wanted.status] : Object.values(counts).reduce((a, b) => a + b, 0);
  const page = Math.min(Math.max(1, wanted.page), Math.max(1, Math.ceil(total / EXTENSION_PAGE_SIZE)));
  const raw = await db().$queryRaw<Raw[]>`
    SELECT ${columns(asOf.day)} ${from} WHERE ${scope} ${wanted.status ? Prisma.sql`AND ${shown} = ${wanted.status}` : Prisma.empty}
     ORDER BY (${shown} = 'REQUESTED') DESC, CASE WHEN ${shown} = 'REQUESTED' THEN e.requested_on END, e.id DESC
     LIMIT ${EXTENSION_PAGE_SIZE} OFFSET ${(page - 1) * EXTENSION_PAGE_SIZE}`;
  return { rows: await toRows(actor, raw, asOf), total, page, counts, mine: await countToDecide(actor) };
}

/** Requests that wait for a decision the actor may take. */
export async function countToDecide(actor: Actor): Promise<number> {
  const [row] = await db().$queryRaw<
    { count: number }[]
  >`SELECT ${requestsToDecide(actor, await listPlanAccess(actor))} AS count`;
  return row!.count;
}

/** What the form for asking starts from. */
export type ExtensionForm = {
  /** A head asks at once; a reporter's request waits for the head. */
  isHead: boolean;
  unitId: number;
  dueOn: Day;
  taskVersion: number;
  idempotencyKey: string;
  /** What follows for the outcome. */
  consequence: string;
  start: { toDueOn: string; reason: string; progress: string } | null;
};

export type TaskExtensions = {
  /** Newest first. */
  list: ExtensionRow[];
  form: ExtensionForm | null;
  /** Why the viewer's unit cannot ask now, where it might look for it. */
  refusal: string | null;
};

/** The extensions of a task as of a day, and the form for its lead today; null where the viewer may not read them. */
export async function findTaskExtensions(
  actor: Actor,
  task: TaskDetail,
  asOf: AsOf,
  wanted: { paper?: string } = {},
): Promise<TaskExtensions | null> {
  if (!mayDo(actor, 'report.read', task.access.relations)) return null;
  const raw = await db().$queryRaw<Raw[]>`
    SELECT ${columns(asOf.day)} ${from} WHERE t.id = ${task.id} AND e.requested_on <= ${asOf.day}::date ORDER BY e.number DESC LIMIT 50`;
  const list = await toRows(actor, raw, asOf);
  if (!asOf.isToday) return { list, form: null, refusal: null };
  const units = await listSpeakingUnits(db(), actor, 'report.submit_result', task.access, asOf.today);
  const unit = units.find((one) => one.isLead);
  const { dueOn, state } = task.now;
  if (!unit || dueOn === null) return { list, form: null, refusal: null };
  const refusal =
    planRefusal(task.plan, asOf.today) ??
    (list.some((one) => one.status === 'REQUESTED')
      ? '已有一份延期申请等待决定。申请期间照常计时。'
      : canApplyMove(state, { type: 'extend', deadline: { dueOn, ongoing: task.standing.ongoing } })
        ? null
        : MOVE_REFUSAL_TEXT['extend.closed']);
  if (refusal !== null) return { list, form: null, refusal };
  const paperId = wanted.paper === undefined ? null : readId(wanted.paper);
  const paper =
    paperId === null
      ? null
      : await db().unitPaper.findFirst({
          where: {
            id: paperId,
            taskId: task.id,
            unitId: unit.unitId,
            kind: 'EXTENSION',
            status: { in: ['SENT_BACK', 'WITHDRAWN'] },
          },
        });
  return {
    list,
    form: {
      isHead: await isHeadOf(db(), actor, unit.unitId, asOf.today),
      unitId: unit.unitId,
      dueOn,
      taskVersion: task.now.version,
      idempotencyKey: randomUUID(),
      consequence: consequenceWords({
        dueOn,
        today: asOf.today,
        hasLateOne: list.some((one) => one.status === 'GRANTED' && !one.isInTime),
      }),
      start: paper ? storedExtensionSchema.parse(paper.input) : null,
    },
    refusal: null,
  };
}
