import 'server-only';
import type { Role } from '@/lib/rights/rights.table';
import { type Db, db, Prisma } from '../db';

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
  /** Of those, the ones that represent the region of an office on the parent's plans. */
  readonly representingUnitIds: readonly number[];
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

export type AccountRow = {
  id: number;
  username: string;
  displayName: string;
  roles: Role[];
  unitId: number | null;
  scopeUnitId: number | null;
  ownRegionId: number | null;
  mustChangePassword: boolean;
  unitName: string | null;
  scopeUnitName: string | null;
  regionId: number | null;
  regionName: string | null;
  childUnitIds: number[];
  representingUnitIds: number[];
  childRegionIds: number[];
  workGroupIds: number[];
};

/** What an actor is made of, of the tables below. */
export const ACCOUNT_COLUMNS = Prisma.sql`
  a.id, a.username, a.display_name AS "displayName", a.roles::text[] AS roles, a.unit_id AS "unitId",
  a.scope_unit_id AS "scopeUnitId", a.region_id AS "ownRegionId", a.must_change_password AS "mustChangePassword",
  u.name AS "unitName", su.name AS "scopeUnitName", r.id AS "regionId", r.name AS "regionName",
  -- a 科室 that has gone into another unit is below that one's own head, not this one
  ARRAY(SELECT c.id FROM unit c WHERE c.parent_id = a.unit_id
           AND NOT EXISTS (SELECT FROM unit_merge m WHERE m.from_unit_id = c.id AND m.effective_on <= ledger_today()) ORDER BY c.id) AS "childUnitIds",
  ARRAY(SELECT c.id FROM unit c WHERE c.represents_region_id = a.region_id ORDER BY c.id) AS "representingUnitIds",
  ARRAY(SELECT c.id FROM region c LEFT JOIN region m ON m.id = c.parent_id
         WHERE c.parent_id = a.region_id OR m.parent_id = a.region_id ORDER BY c.id) AS "childRegionIds",
  ARRAY(SELECT g.work_group_id FROM account_work_group g WHERE g.account_id = a.id ORDER BY 1) AS "workGroupIds"`;
export const ACCOUNT_TABLES = Prisma.sql`(
  account a
  LEFT JOIN unit u ON u.id = a.unit_id
  LEFT JOIN unit su ON su.id = a.scope_unit_id
  LEFT JOIN region r ON r.id = coalesce(a.region_id, u.region_id))`;

/** Reads an active account as an actor; null where it does not exist or is disabled. */
export async function loadActor(accountId: number, client: Db = db()): Promise<Actor | null> {
  const [account] = await client.$queryRaw<AccountRow[]>`
    SELECT ${ACCOUNT_COLUMNS} FROM ${ACCOUNT_TABLES} WHERE a.id = ${accountId} AND a.is_active`;
  return account ? actorOf(account) : null;
}

/** The actor an active account's row makes. */
export function actorOf(account: AccountRow): Actor {
  const { roles, unitId, scopeUnitId, ownRegionId } = account;
  const belongsToUnit = roles.includes('unit_reporter') || roles.includes('unit_head');
  const oversees = roles.includes('office') || roles.includes('leader') || roles.includes('admin');
  const speaksForRegion = ownRegionId !== null && scopeUnitId === null;
  // Who is limited to work groups of the own plans has no part in another's.
  const representingUnitIds =
    roles.includes('office') && speaksForRegion && account.workGroupIds.length === 0 ? account.representingUnitIds : [];
  const where = account.unitName ?? account.scopeUnitName ?? account.regionName ?? '平台';
  const actor: Omit<Actor, typeof brand> = {
    accountId: account.id,
    username: account.username,
    displayName: account.displayName,
    words: `${account.displayName}（${where} ${roleWords(roles)}）`,
    roles,
    unitId: belongsToUnit ? unitId : null,
    unitName: account.unitName,
    regionId: account.regionId,
    regionName: account.regionName,
    scopeUnitId,
    workGroupIds: account.workGroupIds,
    actingUnitIds: [...(belongsToUnit && unitId !== null ? [unitId] : []), ...representingUnitIds],
    representingUnitIds,
    childUnitIds: roles.includes('unit_head') && unitId !== null ? account.childUnitIds : [],
    childRegionIds: oversees && speaksForRegion ? account.childRegionIds : [],
    mustChangePassword: account.mustChangePassword,
  };
  return actor as Actor;
}
