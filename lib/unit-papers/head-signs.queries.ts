import 'server-only';
import type { Day } from '@/lib/dates';
import { accountsOfUnits } from '@/lib/notices/recipients.queries';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import type { Db } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';

/** True where the actor is head of the unit or of the one above it; merges followed. */
export async function isHeadOf(client: Db, actor: Actor, unitId: number, day: Day): Promise<boolean> {
  if (!actor.roles.includes('unit_head')) return false;
  const own = actor.unitId === null ? [] : [actor.unitId];
  const headed = await countedUnits([...own, ...actor.childUnitIds], day, client);
  const [counted] = await countedUnits([unitId], day, client);
  return counted !== undefined && headed.includes(counted);
}

/** True where what the actor writes for the unit waits for its head: the unit is set so, and the actor is no head of it. */
export async function mustBeSigned(client: Db, actor: Actor, unitId: number, day: Day): Promise<boolean> {
  if (!(await readSetting('head_signs', unitId, day, client))) return false;
  return !(await isHeadOf(client, actor, unitId, day));
}

/** Who can sign for a unit: its heads, or where it has none those of the unit above. */
export async function signersOf(client: Db, unitId: number, day: Day): Promise<number[]> {
  const heads = await accountsOfUnits(client, [unitId], ['unit_head'], day);
  if (heads.length > 0) return heads;
  const unit = await client.unit.findUnique({ where: { id: unitId }, select: { parentId: true } });
  return unit?.parentId == null ? [] : accountsOfUnits(client, [unit.parentId], ['unit_head'], day);
}
