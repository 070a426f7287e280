import 'server-only';
import { cache } from 'react';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma, readTogether } from '@/lib/server/db';
import { type Action, isAllowed, type Relation } from './rights.table';

export type PlanAccess = { planId: number; relations: Relation[]; isDraft: boolean };

const oversees = (actor: Actor) => actor.roles.some((r) => r === 'office' || r === 'leader' || r === 'admin');

/**
 * The plans an actor may see and how they stand to each. Drafts and withdrawn plans only where plan.read_draft allows.
 * This is the row scope of every reading: a task outside these plans does not exist for the actor.
 */
export function listPlanAccess(actor: Actor, client?: Db): Promise<PlanAccess[]> {
  // Within one rendering the answer cannot change; inside a transaction it is asked anew.
  return client === undefined ? readPlanAccessOnce(actor) : readPlanAccess(actor, client);
}

const readPlanAccessOnce = cache((actor: Actor) => readPlanAccess(actor, db()));

async function readPlanAccess(actor: Actor, client: Db): Promise<PlanAccess[]> {
  const isPlatform = actor.roles.includes('admin') && actor.regionId === null;
  const unitIds = [...actor.actingUnitIds];
  const overseen = oversees(actor);
  const rows = await client.$queryRaw<
    {
      id: number;
      status: string;
      is_bureau: boolean;
      platform: boolean;
      own_region: boolean;
      child_region: boolean;
      own_scope: boolean;
      member: boolean;
    }[]
  >`
    SELECT p.id, p.status::text, p.owner_unit_id IS NOT NULL AS is_bureau,
           ${isPlatform}::boolean AS platform,
           (${overseen && actor.scopeUnitId === null} AND p.region_id = ${actor.regionId ?? -1} ) AS own_region,
           (p.region_id = ANY(${[...actor.childRegionIds]}::int[])) AS child_region,
           (${overseen} AND p.owner_unit_id = ${actor.scopeUnitId ?? -1}) AS own_scope,
           EXISTS (SELECT 1 FROM unit u WHERE u.id = ANY(${unitIds}::int[]) AND u.region_id = p.region_id
                     AND (p.owner_unit_id IS NULL OR u.id = p.owner_unit_id OR u.parent_id = p.owner_unit_id)) AS member
      FROM plan p
     WHERE ${isPlatform} OR p.region_id = ${actor.regionId ?? -1} OR p.region_id = ANY(${[...actor.childRegionIds]}::int[])
        OR p.region_id IN (SELECT region_id FROM unit WHERE id = ANY(${unitIds}::int[]))
     ORDER BY p.id`;
  const list: PlanAccess[] = [];
  for (const row of rows) {
    const relations: Relation[] = [];
    if (row.platform) relations.push('platform');
    // A region's office is the office of the region's plans, and reads its bureaus' own plans.
    if (row.own_region) relations.push(row.is_bureau ? 'parent_office' : 'plan_office');
    if (row.own_scope) relations.push('plan_office');
    if (row.child_region) relations.push('parent_office');
    if (row.member) relations.push('region_unit');
    if (relations.length === 0) continue;
    const isDraft = row.status === 'DRAFT' || row.status === 'WITHDRAWN';
    if (!isAllowed(isDraft ? 'plan.read_draft' : 'plan.read', actor.roles, relations)) continue;
    list.push({ planId: row.id, relations, isDraft });
  }
  return list;
}

/** SQL condition ` AND …` on a task alias `t`: an office or a leader limited to work groups reads those alone. */
export function workGroupScope(actor: Actor): Prisma.Sql {
  return actor.workGroupIds.length > 0
    ? Prisma.sql` AND t.work_group_id = ANY(${[...actor.workGroupIds]}::int[])`
    : Prisma.empty;
}

/** SQL condition on a task alias `t`: the rows an actor may read. */
export function taskScope(actor: Actor, access: readonly PlanAccess[]): Prisma.Sql {
  return Prisma.sql`t.plan_id = ANY(${access.map((a) => a.planId)}::int[])${workGroupScope(actor)}`;
}

export type TaskAccess = {
  taskId: number;
  planId: number;
  regionId: number;
  relations: Relation[];
  leadUnitIds: number[];
  unitIds: number[];
};

/** How an actor stands to one task on a day; null where it is outside the actor's scope. */
export async function findTaskAccess(actor: Actor, taskId: number, day: Day, client?: Db): Promise<TaskAccess | null> {
  if (!Number.isSafeInteger(taskId) || taskId < 1 || taskId > 2147483647) return null;
  const reader = client ?? db();
  const [task, plans, units, acting, children] = await readTogether(
    reader,
    () =>
      reader.task.findUnique({
        where: { id: taskId },
        select: { id: true, planId: true, regionId: true, workGroupId: true },
      }),
    () => listPlanAccess(actor, client),
    () =>
      reader.$queryRaw<{ unit_id: number; role: 'LEAD' | 'RESPONSIBLE' }[]>`
        SELECT unit_id, role::text AS role FROM task_units_as_of(${day}::date) WHERE task_id = ${taskId}`,
    () => countedUnits([...actor.actingUnitIds], day, reader),
    () => countedUnits([...actor.childUnitIds], day, reader),
  );
  if (!task) return null;
  if (actor.workGroupIds.length > 0 && !actor.workGroupIds.includes(task.workGroupId ?? -1)) return null;
  const access = plans.find((a) => a.planId === task.planId);
  if (!access) return null;
  const relations = [...access.relations];
  if (units.some((u) => u.role === 'LEAD' && acting.includes(u.unit_id))) relations.push('lead_unit');
  if (units.some((u) => u.role === 'RESPONSIBLE' && acting.includes(u.unit_id))) relations.push('responsible_unit');
  if (units.some((u) => u.role === 'LEAD' && children.includes(u.unit_id))) relations.push('parent_head');
  return {
    taskId,
    planId: task.planId,
    regionId: task.regionId,
    relations,
    leadUnitIds: units.filter((u) => u.role === 'LEAD').map((u) => u.unit_id),
    unitIds: units.map((u) => u.unit_id),
  };
}

/** The units that these units count as on a day, merges followed. */
export async function countedUnits(unitIds: readonly number[], day: Day, client: Db = db()): Promise<number[]> {
  if (unitIds.length === 0) return [];
  const rows = await client.$queryRaw<{ id: number }[]>`
    SELECT DISTINCT coalesce(r.counted_unit_id, u.id) AS id FROM unnest(${[...unitIds]}::int[]) AS u(id) LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = u.id`;
  return rows.map((r) => r.id);
}

/** The other way round: every stored id that counts as one of these on a day, themselves included unless merged away. What was written before a merge keeps the id of its day. */
export async function storedUnits(unitIds: readonly number[], day: Day, client: Db = db()): Promise<number[]> {
  if (unitIds.length === 0) return [];
  const rows = await client.$queryRaw<{ id: number }[]>`
    SELECT u.id FROM unit u LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = u.id WHERE coalesce(r.counted_unit_id, u.id) = ANY(${[...unitIds]}::int[])`;
  return rows.map((row) => row.id);
}

const OF_A_WHOLE_PLAN: readonly Action[] = [
  'plan.activate',
  'plan.archive',
  'plan.withdraw',
  'plan.fix_members',
  'plan.set_rules',
];

/** True where the actor may take the action on a plan. Who is limited to work groups moves no plan: it holds what they do not even see. */
export function mayDoOnPlan(actor: Actor, action: Action, relations: readonly Relation[]): boolean {
  if (actor.workGroupIds.length > 0 && OF_A_WHOLE_PLAN.includes(action)) return false;
  return isAllowed(action, actor.roles, relations);
}

/** True where the actor may take the action on something they stand to in these relations. */
export function mayDo(actor: Actor, action: Action, relations: readonly Relation[]): boolean {
  return isAllowed(action, actor.roles, relations);
}
