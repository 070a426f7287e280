import 'server-only';
import type { Day } from '@/lib/dates';
import { accountsOfUnits } from '@/lib/notices/recipients.queries';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import type { Db } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';

/**
 * The units the actor heads, merges followed: a head's own and its 科室, and for an office the unit that represents its region, where that unit has no head
 * of its own: somebody must be able to sign and to ask for it.
 */
export async function listHeadedUnits(client: Db, actor: Actor, day: Day): Promise<number[]> {
  const own = actor.roles.includes('unit_head') && actor.unitId !== null ? [actor.unitId, ...actor.childUnitIds] : [];
  const stoodFor: number[] = [];
  for (const unitId of actor.representingUnitIds) {
    if ((await accountsOfUnits(client, [unitId], ['unit_head'], day)).length === 0) stoodFor.push(unitId);
  }
  return countedUnits([...own, ...stoodFor], day, client);
}

/** True where the actor is head of the unit or of the one above it, or stands for the head it has not; merges followed. */
export async function isHeadOf(client: Db, actor: Actor, unitId: number, day: Day): Promise<boolean> {
  if (!actor.roles.includes('unit_head') && actor.representingUnitIds.length === 0) return false;
  const headed = await listHeadedUnits(client, actor, day);
  const [counted] = await countedUnits([unitId], day, client);
  return counted !== undefined && headed.includes(counted);
}

/** True where what the actor writes for the unit waits for its head: the unit is set so, and the actor is no head of it. */
export async function mustBeSigned(client: Db, actor: Actor, unitId: number, day: Day): Promise<boolean> {
  if (!(await readSetting('head_signs', unitId, day, client))) return false;
  return !(await isHeadOf(client, actor, unitId, day));
}

/** Who can sign for a unit: its heads, or where it has none those of the unit above, or the office of the region it represents. */
export async function signersOf(client: Db, unitId: number, day: Day): Promise<number[]> {
  const heads = await accountsOfUnits(client, [unitId], ['unit_head'], day);
  if (heads.length > 0) return heads;
  const [counted] = await countedUnits([unitId], day, client);
  const unit = await client.unit.findUnique({
    where: { id: counted ?? unitId },
    select: { parentId: true, representsRegionId: true },
  });
  if (unit?.representsRegionId != null) return officersOf(client, unit.representsRegionId);
  return unit?.parentId == null ? [] : accountsOfUnits(client, [unit.parentId], ['unit_head'], day);
}

/** The officers who act for the unit that represents their region (Actor.representingUnitIds). */
async function officersOf(client: Db, regionId: number): Promise<number[]> {
  const officers = await client.account.findMany({
    where: { regionId, isActive: true, scopeUnitId: null, roles: { has: 'office' }, workGroups: { none: {} } },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  return officers.map((officer) => officer.id);
}
