import 'server-only';
import type { Role } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, type Prisma } from '@/lib/server/db';
import { escapeLike } from '@/lib/text';
import { type NameResolution, unitNameResolver } from '@/lib/units/unit-names.rules';
import { accountRegions, canManageAccount } from './account.policy';
import type { AccountRow } from './account.schema';
import type { PlannedAccount } from './account-import.rules';
import { planAccounts } from './account-import.rules';
import type { TableProblem } from './account-table.rules';

export type RegionChoice = { id: number; name: string };
export type UnitChoice = { id: number; label: string };
export type AccountFilter = {
  q: string;
  role: Role | null;
  regionId: number | null;
  unit: string;
  active: 'all' | 'yes' | 'no';
  page: number;
  pageSize: number;
};
export type AccountListRow = {
  id: number;
  username: string;
  displayName: string;
  roles: Role[];
  unitName: string | null;
  regionName: string | null;
  email: string | null;
  wantsMail: boolean;
  isActive: boolean;
  mustChangePassword: boolean;
  lastSeenAt: Date | null;
};
export type AccountDetail = {
  id: number;
  username: string;
  displayName: string;
  roles: Role[];
  /** null: the platform. */
  regionId: number | null;
  unitId: number | null;
  scopeUnitId: number | null;
  email: string | null;
  wantsMail: boolean;
  isActive: boolean;
  mustChangePassword: boolean;
  createdAt: Date;
  passwordChangedAt: Date;
  version: number;
};

/** A region's selection field shows at most this many; beyond it the platform's admin goes by the region's own admin. */
const REGION_CHOICES = 500;

/** The accounts of these regions: by the account's own region, else by its unit's. */
function inRegions(regions: number[]): Prisma.AccountWhereInput {
  return {
    OR: [
      { regionId: { in: regions } },
      { regionId: null, unit: { regionId: { in: regions } } },
      { regionId: null, unitId: null, scopeUnit: { regionId: { in: regions } } },
    ],
  };
}

/** Regions in which the actor may keep accounts. */
export async function listAccountRegions(actor: Actor): Promise<RegionChoice[]> {
  const regions = accountRegions(actor);
  return db().region.findMany({
    where: regions === 'all' ? {} : { id: { in: regions } },
    select: { id: true, name: true },
    orderBy: { id: 'asc' },
    take: REGION_CHOICES,
  });
}

/** Units of a region an account may belong to, divisions and subordinate units under their bureau; merged ones left out but for `keepId`. */
export async function listUnitChoices(
  actor: Actor,
  regionId: number,
  keepId: number | null = null,
): Promise<UnitChoice[]> {
  if (!canManageAccount(actor, regionId)) return [];
  const units = await db().unit.findMany({
    where: { regionId, OR: [{ mergedInto: null }, { id: keepId ?? -1 }] },
    select: { id: true, name: true, parentId: true },
    orderBy: [{ sortOrder: 'asc' }, { id: 'asc' }],
    take: 2000,
  });
  const heads = units.filter((unit) => unit.parentId === null);
  return heads.flatMap((head) => [
    { id: head.id, label: head.name },
    ...units
      .filter((unit) => unit.parentId === head.id)
      .map((unit) => ({ id: unit.id, label: `${head.name} / ${unit.name}` })),
  ]);
}

export async function listAccounts(
  actor: Actor,
  filter: AccountFilter,
): Promise<{ rows: AccountListRow[]; total: number }> {
  const regions = accountRegions(actor);
  if (regions !== 'all' && regions.length === 0) return { rows: [], total: 0 };
  const q = escapeLike(filter.q.trim());
  const unit = escapeLike(filter.unit.trim());
  const where: Prisma.AccountWhereInput = {
    AND: [
      regions === 'all' ? {} : inRegions(regions),
      filter.regionId === null ? {} : inRegions([filter.regionId]),
      q === ''
        ? {}
        : {
            OR: [
              { username: { contains: q, mode: 'insensitive' } },
              { displayName: { contains: q, mode: 'insensitive' } },
            ],
          },
      unit === '' ? {} : { OR: [{ unit: { name: { contains: unit } } }, { scopeUnit: { name: { contains: unit } } }] },
      filter.role === null ? {} : { roles: { has: filter.role } },
      filter.active === 'all' ? {} : { isActive: filter.active === 'yes' },
    ],
  };
  const [total, rows] = await Promise.all([
    db().account.count({ where }),
    db().account.findMany({
      where,
      include: {
        unit: { select: { name: true, region: { select: { name: true } }, parent: { select: { name: true } } } },
        scopeUnit: { select: { name: true, region: { select: { name: true } } } },
        region: { select: { name: true } },
        sessions: { select: { lastSeenAt: true }, orderBy: { lastSeenAt: 'desc' }, take: 1 },
      },
      orderBy: [{ isActive: 'desc' }, { username: 'asc' }],
      skip: (filter.page - 1) * filter.pageSize,
      take: filter.pageSize,
    }),
  ]);
  return {
    total,
    rows: rows.map((row) => ({
      id: row.id,
      username: row.username,
      displayName: row.displayName,
      roles: row.roles as Role[],
      unitName: row.unit
        ? row.unit.parent
          ? `${row.unit.parent.name} / ${row.unit.name}`
          : row.unit.name
        : (row.scopeUnit?.name ?? null),
      regionName: row.region?.name ?? row.unit?.region.name ?? row.scopeUnit?.region.name ?? null,
      email: row.email || null,
      wantsMail: row.wantsMail,
      isActive: row.isActive,
      mustChangePassword: row.mustChangePassword,
      lastSeenAt: row.sessions[0]?.lastSeenAt ?? null,
    })),
  };
}

/** One account within the actor's reach; null for any other. */
export async function findAccount(actor: Actor, accountId: number, client: Db = db()): Promise<AccountDetail | null> {
  if (!Number.isSafeInteger(accountId) || accountId < 1 || accountId > 2_147_483_647) return null;
  const account = await client.account.findUnique({
    where: { id: accountId },
    include: { unit: { select: { regionId: true } }, scopeUnit: { select: { regionId: true } } },
  });
  if (!account) return null;
  const regionId = account.regionId ?? account.unit?.regionId ?? account.scopeUnit?.regionId ?? null;
  if (!canManageAccount(actor, regionId)) return null;
  return {
    id: account.id,
    username: account.username,
    displayName: account.displayName,
    roles: account.roles as Role[],
    regionId,
    unitId: account.unitId,
    scopeUnitId: account.scopeUnitId,
    email: account.email,
    wantsMail: account.wantsMail,
    isActive: account.isActive,
    mustChangePassword: account.mustChangePassword,
    createdAt: account.createdAt,
    passwordChangedAt: account.passwordChangedAt,
    version: account.version,
  };
}

/** How a name in the table of accounts is read: as the documents' names are, or as 局/科室. */
async function unitReader(client: Db, regionId: number) {
  const units = await client.unit.findMany({
    where: { regionId },
    select: {
      id: true,
      name: true,
      parentId: true,
      aliases: { select: { name: true } },
      mergedInto: { select: { id: true } },
    },
  });
  const resolve = unitNameResolver<number>({
    regionCode: '',
    ownerUnitName: null,
    units: units.map((unit) => ({ key: unit.id, regionCode: '', name: unit.name, parentKey: unit.parentId })),
    collectives: [],
    aliases: units.flatMap((unit) => unit.aliases.map((alias) => ({ alias: alias.name, unitKey: unit.id }))),
    divisions: [],
  });
  const plain = (resolution: NameResolution<number>): number | null =>
    resolution.kind === 'unit' && resolution.coUnits.length === 0 ? resolution.unitKey : null;
  return (printed: string): { id: number; name: string } | 'unknown' | 'merged' => {
    const [headName = '', childName] = printed.split(/[/／]/, 2);
    const headId = plain(resolve(headName));
    const child = childName?.trim();
    const unit = child
      ? units.find((u) => u.parentId === headId && headId !== null && u.name === child)
      : units.find((u) => u.id === headId);
    if (!unit) return 'unknown';
    return unit.mergedInto ? 'merged' : { id: unit.id, name: child ? `${headName.trim()} / ${unit.name}` : unit.name };
  };
}

/** Checks a table against what the database holds now; null outside the actor's reach. Writes nothing. */
export async function checkAccountRows(
  actor: Actor,
  regionId: number,
  rows: readonly AccountRow[],
  client: Db = db(),
): Promise<{ regionName: string; accounts: PlannedAccount[]; problems: TableProblem[] } | null> {
  if (!canManageAccount(actor, regionId)) return null;
  const region = await client.region.findUnique({ where: { id: regionId }, select: { name: true } });
  if (!region) return null;
  const taken = await client.account.findMany({
    where: { username: { in: rows.map((row) => row.username.trim().toLowerCase()) } },
    select: { username: true },
  });
  const plan = planAccounts(rows, {
    regionId,
    regionName: region.name,
    takenUsernames: new Set(taken.map((account) => account.username)),
    resolveUnit: await unitReader(client, regionId),
  });
  return { regionName: region.name, ...plan };
}
