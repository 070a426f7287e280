import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Day } from '@/lib/dates';
import {
  countedUnits,
  mayDo,
  mayDoOnPlan,
  type PlanAccess,
  type TaskAccess,
  workGroupScope,
} from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma } from '@/lib/server/db';
import { readSettings } from '@/lib/settings/setting.queries';
import { listHeadedUnits } from '@/lib/unit-papers/head-signs.queries';
import type { ObjectionGround, ObjectionStatus } from './objection.schema';

export type ObjectionView = {
  id: number;
  unitId: number;
  unitName: string;
  ground: ObjectionGround;
  reason: string;
  /** As it stood on the day shown. */
  status: ObjectionStatus;
  raisedBy: string;
  raisedOn: Day;
  decidedBy: string | null;
  decidedOn: Day | null;
  note: string;
  version: number;
};

const COLUMNS = (day: Day) => Prisma.sql`
  o.id, o.unit_id AS "unitId", u.name AS "unitName", o.ground::text AS ground, o.reason,
  CASE WHEN o.decided_on <= ${day}::date THEN o.status::text ELSE 'OPEN' END AS status, a.display_name AS "raisedBy", o.raised_on::text AS "raisedOn",
  CASE WHEN o.decided_on <= ${day}::date THEN d.display_name END AS "decidedBy", CASE WHEN o.decided_on <= ${day}::date THEN o.decided_on::text END AS "decidedOn",
  CASE WHEN o.decided_on <= ${day}::date THEN o.decision_note ELSE '' END AS note, o.version`;
const TABLES = Prisma.sql`
  objection o JOIN unit u ON u.id = o.unit_id JOIN account a ON a.id = o.raised_by_id LEFT JOIN account d ON d.id = o.decided_by_id`;

/** The units of a task for which the actor may object: where a unit's head signs, its head alone (and the head of the bureau above). */
export async function listObjectingUnits(
  client: Db,
  actor: Actor,
  access: Pick<TaskAccess, 'unitIds' | 'leadUnitIds' | 'relations'>,
  day: Day,
): Promise<number[]> {
  if (!mayDo(actor, 'objection.raise', access.relations)) return [];
  const acting = (await countedUnits(actor.actingUnitIds, day, client)).filter((id) => access.unitIds.includes(id));
  const children = (await countedUnits(actor.childUnitIds, day, client)).filter((id) =>
    access.leadUnitIds.includes(id),
  );
  const units = [...new Set([...acting, ...children])];
  if (units.length === 0 || actor.roles.includes('unit_head')) return units;
  const headSigns = await readSettings('head_signs', units, day, client);
  const headed = await listHeadedUnits(client, actor, day);
  return units.filter((id) => !headSigns.get(id) || headed.includes(id));
}

export type TaskObjections = {
  /** Newest first. What was said is for those who may read the task's reports. */
  list: ObjectionView[];
  /** Units for which the actor may object now. */
  raisableBy: { id: number; name: string }[];
  /** Objections the actor's own unit may take back. */
  withdrawable: number[];
  canDecide: boolean;
  key: string;
};

/** The objections to one task as of a day, and what the actor may do about them today. */
export async function findTaskObjections(
  actor: Actor,
  task: { id: number; access: TaskAccess; canReadReports: boolean; plan: { status: string } },
  asOf: { day: Day; isToday: boolean },
): Promise<TaskObjections> {
  const { access } = task;
  const list = task.canReadReports
    ? await db().$queryRaw<ObjectionView[]>`
        SELECT ${COLUMNS(asOf.day)} FROM ${TABLES} WHERE o.task_id = ${task.id} AND o.raised_on <= ${asOf.day}::date ORDER BY o.id DESC LIMIT 50`
    : [];
  const isRunning = asOf.isToday && task.plan.status === 'ACTIVE';
  const units = isRunning ? await listObjectingUnits(db(), actor, access, asOf.day) : [];
  const open = list.filter(({ status }) => status === 'OPEN');
  const counted = new Map(
    await Promise.all(
      open.map(async ({ id, unitId }) => [id, (await countedUnits([unitId], asOf.day))[0] ?? unitId] as const),
    ),
  );
  const free = units.filter((unitId) => ![...counted.values()].includes(unitId));
  const names = await db().unit.findMany({ where: { id: { in: free } }, select: { id: true, name: true } });
  return {
    list,
    raisableBy: names,
    withdrawable: open.filter(({ id }) => units.includes(counted.get(id)!)).map(({ id }) => id),
    canDecide: isRunning && mayDo(actor, 'objection.decide', access.relations),
    key: randomUUID(),
  };
}

export type PlanObjection = ObjectionView & { taskId: number; seq: number; text: string };
export type PlanObjections = { rows: PlanObjection[]; open: number; total: number };

/** Objections raised under a plan by a day, open ones first, for those who oversee it; null for others. */
export async function findPlanObjections(
  actor: Actor,
  access: PlanAccess,
  day: Day,
  page: { page: number; size: number },
): Promise<PlanObjections | null> {
  if (!mayDoOnPlan(actor, 'sign_for.read', access.relations)) return null;
  const where = Prisma.sql`t.plan_id = ${access.planId}${workGroupScope(actor)} AND o.raised_on <= ${day}::date`;
  const isOpen = Prisma.sql`(o.decided_on IS NULL OR o.decided_on > ${day}::date)`;
  const [[counts], rows] = await Promise.all([
    db().$queryRaw<{ open: number; total: number }[]>`
      SELECT count(*) FILTER (WHERE ${isOpen})::int AS open, count(*)::int AS total FROM objection o JOIN task t ON t.id = o.task_id WHERE ${where}`,
    db().$queryRaw<PlanObjection[]>`
      SELECT ${COLUMNS(day)}, t.id AS "taskId", t.seq, t.text FROM ${TABLES} JOIN task t ON t.id = o.task_id WHERE ${where}
       ORDER BY ${isOpen} DESC, CASE WHEN ${isOpen} THEN o.raised_on END, o.id DESC LIMIT ${page.size} OFFSET ${(page.page - 1) * page.size}`,
  ]);
  return { rows, open: counts!.open, total: counts!.total };
}
