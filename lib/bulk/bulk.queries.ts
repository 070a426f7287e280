import 'server-only';
import type { Day } from '@/lib/dates';
import { listPlanAccess, mayDo, type PlanAccess, taskScope } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { type Db, db } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';
import type { LightCode, ReasonCode, StateCode } from '@/lib/standing/standing.types';
import type { TaskFilter } from '@/lib/tasks/task.filter';
import { taskWhere } from '@/lib/tasks/task.where';
import { listAssignableUnits } from '@/lib/tasks/task-units.commands';
import { DEED_ACTIONS } from './bulk.rules';
import { BULK_DEEDS, BULK_LIMIT, type BulkDeed } from './bulk.schema';

export type BulkTask = {
  id: number;
  seq: number;
  text: string;
  planId: number;
  planTitle: string;
  regionId: number;
  state: StateCode;
  light: LightCode;
  reason: ReasonCode;
  dueOn: Day | null;
  ongoing: boolean;
  version: number;
  leads: { unitId: number; name: string }[];
};

/** What the actor may do to many tasks at once, on some plan or other; empty: the ledger offers no boxes. */
export function bulkDeedsOf(actor: Actor, access: readonly PlanAccess[]): BulkDeed[] {
  return BULK_DEEDS.filter((deed) => access.some((plan) => mayDo(actor, DEED_ACTIONS[deed], plan.relations)));
}

/** The tasks of these ids that the actor may see, as they stand today; others are left out. */
export async function listBulkTasks(actor: Actor, ids: readonly number[], client: Db = db()): Promise<BulkTask[]> {
  if (ids.length === 0) return [];
  const day = await today(client);
  const access = await listPlanAccess(actor, client === db() ? undefined : client);
  const rows = await client.$queryRaw<Omit<BulkTask, 'leads'>[]>`
    SELECT t.id, t.seq, t.text, t.plan_id AS "planId", p.title AS "planTitle", t.region_id AS "regionId", t.state::text AS state,
           coalesce(s.light::text, 'NONE') AS light, coalesce(s.reason::text, 'PLAN_NOT_ACTIVE') AS reason, t.due_on::text AS "dueOn", t.ongoing, t.version
      FROM task t JOIN plan p ON p.id = t.plan_id LEFT JOIN standing_as_of(${day}::date) s ON s.task_id = t.id
     WHERE t.id = ANY(${[...ids].slice(0, BULK_LIMIT)}::int[]) AND ${taskScope(actor, access)}
     ORDER BY t.plan_id, t.sort_order, t.id`;
  const leads = await client.$queryRaw<{ taskId: number; unitId: number; name: string }[]>`
    SELECT DISTINCT u.task_id AS "taskId", u.unit_id AS "unitId", n.name, n.sort_order FROM task_units_as_of(${day}::date) u JOIN unit n ON n.id = u.unit_id
     WHERE u.role = 'LEAD' AND u.task_id = ANY(${rows.map((row) => row.id)}::int[]) ORDER BY n.sort_order, u.unit_id`;
  const byTask = Map.groupBy(leads, (lead) => lead.taskId);
  return rows.map((row) => ({
    ...row,
    leads: (byTask.get(row.id) ?? []).map(({ unitId, name }) => ({ unitId, name })),
  }));
}

/** The first tasks under a filter of the ledger, up to the limit, and how many there are in all. */
export async function listFilteredIds(
  actor: Actor,
  filter: TaskFilter,
  access: readonly PlanAccess[],
): Promise<{ ids: number[]; total: number }> {
  const day = await today();
  const rows = await db().$queryRaw<{ id: number; total: number }[]>`
    SELECT t.id, count(*) OVER ()::int AS total FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id JOIN plan p ON p.id = t.plan_id
     WHERE ${taskWhere(actor, access, filter, day)} ORDER BY t.plan_id, t.sort_order, t.id LIMIT ${BULK_LIMIT}`;
  return { ids: rows.map((row) => row.id), total: rows[0]?.total ?? 0 };
}

export type BulkChoices = {
  /** Units that may stand on the list; empty where the tasks are of several plans. */
  units: { id: number; name: string }[];
  tiers: { value: string; label: string }[];
};

/** What the form of a deed lets choose. */
export async function readBulkChoices(deed: BulkDeed, tasks: readonly BulkTask[]): Promise<BulkChoices> {
  const day = await today();
  const [first] = tasks;
  const isOnePlan = tasks.every((task) => task.planId === first?.planId);
  const units = deed === 'reassign' && first && isOnePlan ? await listAssignableUnits(db(), first.planId, day) : [];
  const tiers = deed === 'slip' && first ? await readSetting('slip_tiers', first.regionId, day) : [];
  return { units, tiers: tiers.map(({ tier, words }) => ({ value: String(tier), label: words })) };
}
