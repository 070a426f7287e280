import 'server-only';
import type { Day } from '@/lib/dates';
import type { Role } from '@/lib/rights/rights.table';
import { type Db, Prisma } from '@/lib/server/db';
import { readSettings } from '@/lib/settings/setting.queries';
import { Directory, type DirectoryAccount, type DirectoryHandler, type DirectoryUnit } from './directory.rules';

// Whom to tell. Only active accounts; merges of units followed. An account limited to work groups is told of tasks in them alone.

/** SQL: the account `a` acts for the unit that represents its region (Actor.representingUnitIds): an officer of the region itself, not limited to work groups of its own plans. */
export const ACTS_FOR_REGION = Prisma.sql`('office' = ANY(a.roles) AND a.scope_unit_id IS NULL AND NOT EXISTS (SELECT FROM account_work_group g WHERE g.account_id = a.id))`;

/** Accounts of these units in one of the roles; for a unit that represents a region, that region's office too, but for who is limited to work groups of its own plans. */
export async function accountsOfUnits(
  client: Db,
  unitIds: readonly number[],
  roles: readonly Role[],
  day: Day,
): Promise<number[]> {
  if (unitIds.length === 0) return [];
  const rows = await client.$queryRaw<{ id: number }[]>`
    WITH wanted AS (SELECT DISTINCT coalesce(r.counted_unit_id, u.id) AS id FROM unnest(${[...unitIds]}::int[]) AS u(id) LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = u.id),
         counted AS (SELECT u.id, coalesce(r.counted_unit_id, u.id) AS counted FROM unit u LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = u.id
                      WHERE u.id IN (SELECT id FROM wanted) OR r.counted_unit_id IN (SELECT id FROM wanted))
    SELECT a.id FROM account a JOIN counted c ON c.id = a.unit_id WHERE a.is_active AND a.roles && ${[...roles]}::role[]
    UNION
    SELECT a.id FROM account a JOIN unit u ON u.represents_region_id = a.region_id
     WHERE a.is_active AND u.id IN (SELECT id FROM wanted) AND ${roles.includes('unit_reporter')} AND ${ACTS_FOR_REGION}`;
  return rows.map((row) => row.id).sort((a, b) => a - b);
}

/** Who in a unit looks after a task: its 经办人, else every reporter; where the unit has none, its heads or those above it (Directory.handlersOf). */
export async function handlersOf(client: Db, taskId: number, unitId: number, day: Day): Promise<number[]> {
  const named = await client.$queryRaw<{ id: number }[]>`
    SELECT DISTINCT h.account_id AS id FROM task_handler h
      LEFT JOIN unit_rollup(${day}::date) own ON own.unit_id = h.unit_id LEFT JOIN unit_rollup(${day}::date) given ON given.unit_id = ${unitId}::int
     WHERE h.task_id = ${taskId} AND coalesce(own.counted_unit_id, h.unit_id) = coalesce(given.counted_unit_id, ${unitId}::int)
       AND h.valid_from <= ${day}::date AND h.valid_to > ${day}::date`;
  const present = await stillOfUnit(
    client,
    named.map((row) => row.id),
    unitId,
    day,
  );
  if (present.length > 0) return present;
  const reporters = await accountsOfUnits(client, [unitId], ['unit_reporter'], day);
  return reporters.length > 0 ? reporters : headsOf(client, unitId, day);
}

/**
 * Of these accounts those that still speak for a unit: active, reporters or heads of it or of its 科室, heads of the unit above it, or officers of the region it represents (not those limited to work
 * groups). Who has gone to another unit since is told nothing more of what they once wrote or looked after (Directory.belongs).
 */
export async function stillOfUnit(
  client: Db,
  accountIds: readonly number[],
  unitId: number,
  day: Day,
): Promise<number[]> {
  if (accountIds.length === 0) return [];
  const rows = await client.$queryRaw<{ id: number }[]>`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date)),
         wanted AS (SELECT u.id, coalesce(r.counted_unit_id, u.parent_id) AS above, u.represents_region_id AS represented
                      FROM unit u LEFT JOIN rollup r ON r.unit_id = u.parent_id
                     WHERE u.id = coalesce((SELECT r.counted_unit_id FROM rollup r WHERE r.unit_id = ${unitId}::int), ${unitId}::int))
    SELECT a.id FROM account a CROSS JOIN wanted w
      LEFT JOIN rollup own ON own.unit_id = a.unit_id LEFT JOIN unit c ON c.id = coalesce(own.counted_unit_id, a.unit_id)
      LEFT JOIN rollup above ON above.unit_id = c.parent_id
     WHERE a.id = ANY(${[...accountIds]}::int[]) AND a.is_active
       AND ((a.roles && '{unit_reporter,unit_head}'::role[] AND w.id IN (c.id, coalesce(above.counted_unit_id, c.parent_id)))
         OR ('unit_head' = ANY(a.roles) AND c.id = w.above)
         OR (a.region_id = w.represented AND ${ACTS_FOR_REGION}))
     ORDER BY a.id`;
  return rows.map((row) => row.id);
}

/** The heads of a unit; of a 科室 without one, those of the unit above it, who sign for it (Directory.headsOf). */
export async function headsOf(client: Db, unitId: number, day: Day): Promise<number[]> {
  const own = await accountsOfUnits(client, [unitId], ['unit_head'], day);
  if (own.length > 0) return own;
  const [unit] = await client.$queryRaw<{ parentId: number | null }[]>`
    SELECT u.parent_id AS "parentId" FROM unit u LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = ${unitId}::int
     WHERE u.id = coalesce(r.counted_unit_id, ${unitId}::int)`;
  return unit?.parentId ? accountsOfUnits(client, [unit.parentId], ['unit_head'], day) : [];
}

/** Accounts that run a plan: the office or the leaders of its region, or of the bureau whose own plan it is. taskId: only those who may see that task. */
export async function overseersOfPlan(
  client: Db,
  planId: number,
  role: 'office' | 'leader',
  taskId?: number,
): Promise<number[]> {
  const rows = await client.$queryRaw<{ id: number }[]>`
    SELECT a.id FROM plan p JOIN account a ON a.is_active AND ${role}::role = ANY(a.roles)
       AND (CASE WHEN p.owner_unit_id IS NULL THEN a.region_id = p.region_id AND a.scope_unit_id IS NULL ELSE a.scope_unit_id = p.owner_unit_id END)
     WHERE p.id = ${planId}
       AND (${taskId ?? null}::int IS NULL OR NOT EXISTS (SELECT FROM account_work_group g WHERE g.account_id = a.id)
            OR EXISTS (SELECT FROM account_work_group g JOIN task t ON t.work_group_id = g.work_group_id WHERE g.account_id = a.id AND t.id = ${taskId ?? null}::int))
     ORDER BY a.id`;
  return rows.map((row) => row.id);
}

/** The same for many tasks at once: every account that may be told of something in these regions, with its unit and the 经办人 of these tasks. Four queries. */
export async function readDirectory(
  client: Db,
  regionIds: readonly number[],
  taskIds: readonly number[],
  day: Day,
): Promise<Directory> {
  const units = await client.$queryRaw<Omit<DirectoryUnit, 'supervisorId'>[]>`
    SELECT u.id, coalesce(r.counted_unit_id, u.id) AS "countedId", u.parent_id AS "parentId", u.region_id AS "regionId", u.represents_region_id AS "representsRegionId"
      FROM unit u LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = u.id WHERE u.region_id = ANY(${[...regionIds]}::int[])`;
  const supervisors = await readSettings(
    'supervisor',
    units.map((unit) => unit.id),
    day,
    client,
  );
  const represented = units.flatMap((unit) => unit.representsRegionId ?? []);
  const named = [...supervisors.values()].filter((id) => id !== null);
  const accounts = await client.$queryRaw<DirectoryAccount[]>`
    SELECT a.id, a.display_name AS name, a.roles::text[] AS roles, coalesce(r.counted_unit_id, a.unit_id) AS "unitId", a.region_id AS "regionId",
           a.scope_unit_id AS "scopeUnitId", ARRAY(SELECT g.work_group_id FROM account_work_group g WHERE g.account_id = a.id) AS "workGroupIds"
      FROM account a LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = a.unit_id
     WHERE a.is_active AND (a.unit_id = ANY(${units.map((unit) => unit.id)}::int[]) OR a.region_id = ANY(${[...regionIds, ...represented]}::int[]) OR a.id = ANY(${named}::int[]))
     ORDER BY a.id`;
  const handlers = await client.$queryRaw<DirectoryHandler[]>`
    SELECT h.task_id AS "taskId", h.unit_id AS "unitId", h.account_id AS "accountId" FROM task_handler h
     WHERE h.task_id = ANY(${[...taskIds]}::int[]) AND h.valid_from <= ${day}::date AND h.valid_to > ${day}::date`;
  return new Directory(
    accounts,
    units.map((unit) => ({ ...unit, supervisorId: supervisors.get(unit.id) ?? null })),
    handlers,
  );
}
