import 'server-only';
import type { Actor } from '@/lib/server/auth/actor';
import type { Db } from '@/lib/server/db';

/**
 * True where the office decides on a task its own unit leads: the unit the reviewer's account belongs to or is limited to, or the office of the
 * leading group itself (市优化办, 区营商办: a group-office of the plan's region that is no 专项组).
 */
export async function leadsAreOwn(
  client: Db,
  actor: Actor,
  task: { regionId: number; access: { leadUnitIds: readonly number[] } },
): Promise<boolean> {
  const own = [
    ...actor.actingUnitIds,
    ...(actor.unitId ? [actor.unitId] : []),
    ...(actor.scopeUnitId ? [actor.scopeUnitId] : []),
  ];
  const rows = await client.$queryRaw<{ own: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM unit u
       WHERE u.id = ANY(${[...task.access.leadUnitIds]}::int[])
         AND (u.id = ANY(${own}::int[]) OR u.id = (SELECT a.unit_id FROM account a WHERE a.id = ${actor.accountId})
              OR (u.kind = 'group-office' AND u.region_id = ${task.regionId} AND NOT EXISTS (SELECT 1 FROM work_group w WHERE w.unit_id = u.id)))
    ) AS own`;
  return rows[0]!.own;
}
