import 'server-only';
import type { Role } from '@/lib/rights/rights.table';
import { type Db, db } from '../db';

declare const brand: unique symbol;

/** Who asks. Made only by requireActor() and the tests' factory, from the database, at every request. */
export type Actor = {
  readonly [brand]: true;
  readonly accountId: number;
  readonly username: string;
  readonly displayName: string;
  /** "张三（市住建局 填报员）": name, unit and role on this day, kept with every event. */
  readonly words: string;
  readonly roles: readonly Role[];
  /** The unit a reporter or head belongs to. */
  readonly unitId: number | null;
  readonly unitName: string | null;
  /** The region of the unit, or of the office, leader or admin; null: the platform's admin. */
  readonly regionId: number | null;
  readonly regionName: string | null;
  /** Office or leader of this unit's own plans only. */
  readonly scopeUnitId: number | null;
  /** Non-empty: office or leader limited to these work groups. */
  readonly workGroupIds: readonly number[];
  /** Units this actor reports for: own unit, and for an office the unit that represents its region. */
  readonly actingUnitIds: readonly number[];
  /** Units below the actor's unit, for which a head signs. */
  readonly childUnitIds: readonly number[];
  /** Regions below the actor's region, which an office, a leader or an admin reads. */
  readonly childRegionIds: readonly number[];
  readonly mustChangePassword: boolean;
};

const ROLE_WORDS: Record<Role, string> = {
  unit_reporter: '填报员',
  unit_head: '单位负责人',
  office: '优化办工作人员',
  leader: '领导',
  admin: '管理员',
};

export function roleWords(roles: readonly Role[]): string {
  return roles.map((role) => ROLE_WORDS[role]).join('、');
}

/** Reads an active account as an actor; null where it does not exist or is disabled. */
export async function loadActor(accountId: number, client: Db = db()): Promise<Actor | null> {
  const account = await client.account.findUnique({
    where: { id: accountId },
    include: {
      unit: { include: { children: { select: { id: true } }, region: true } },
      region: { include: { children: { include: { children: true } }, representedBy: { select: { id: true } } } },
      scopeUnit: { include: { children: { select: { id: true } } } },
      workGroups: { select: { workGroupId: true } },
    },
  });
  if (!account?.isActive) return null;
  const roles = account.roles as Role[];
  const belongsToUnit = roles.includes('unit_reporter') || roles.includes('unit_head');
  const oversees = roles.includes('office') || roles.includes('leader') || roles.includes('admin');
  const region = account.region ?? account.unit?.region ?? null;
  const where = account.unit?.name ?? account.scopeUnit?.name ?? region?.name ?? '平台';
  const actor: Omit<Actor, typeof brand> = {
    accountId: account.id,
    username: account.username,
    displayName: account.displayName,
    words: `${account.displayName}（${where} ${roleWords(roles)}）`,
    roles,
    unitId: belongsToUnit ? account.unitId : null,
    unitName: account.unit?.name ?? null,
    regionId: region?.id ?? null,
    regionName: region?.name ?? null,
    scopeUnitId: account.scopeUnitId,
    workGroupIds: account.workGroups.map((g) => g.workGroupId),
    actingUnitIds: [
      ...(belongsToUnit && account.unitId ? [account.unitId] : []),
      ...(roles.includes('office') && account.region && !account.scopeUnitId
        ? account.region.representedBy.map((u) => u.id)
        : []),
    ],
    childUnitIds: roles.includes('unit_head') ? (account.unit?.children.map((u) => u.id) ?? []) : [],
    childRegionIds:
      oversees && account.region && !account.scopeUnitId
        ? account.region.children.flatMap((r) => [r.id, ...r.children.map((c) => c.id)])
        : [],
    mustChangePassword: account.mustChangePassword,
  };
  return actor as Actor;
}
