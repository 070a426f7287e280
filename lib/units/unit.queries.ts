import 'server-only';
import { mayDoInRegion, regionsWhereMay } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { type Db, db } from '@/lib/server/db';
import { fromDate } from '@/lib/server/events';
import { type MergeSide, mergeFault, type NameInUse } from './unit.rules';

const MAX_ID = 2_147_483_647;
const REGION_CHOICES = 500;

export type UnitRegion = { id: number; name: string };

/** Regions whose register of units the actor keeps. */
export async function listUnitRegions(actor: Actor): Promise<UnitRegion[]> {
  const regions = regionsWhereMay(actor, 'unit.manage');
  if (regions !== 'all' && regions.length === 0) return [];
  return db().region.findMany({
    where: regions === 'all' ? {} : { id: { in: regions } },
    select: { id: true, name: true },
    orderBy: { id: 'asc' },
    take: REGION_CHOICES,
  });
}

export type RegisterRow = {
  id: number;
  name: string;
  fullName: string | null;
  kind: string;
  parentId: number | null;
  /** Place among the units of the same parent, from 1. */
  position: number;
  version: number;
  aliases: string[];
  divisions: string[];
  childCount: number;
  representsRegion: string | null;
  mergedInto: { id: number; name: string; effectiveOn: string } | null;
};

/** The register of a region, or of one bureau in it, in protocol order; null where the actor does not keep it. */
export async function findRegister(
  actor: Actor,
  regionId: number,
  parentId: number | null,
): Promise<RegisterRow[] | null> {
  if (!mayDoInRegion(actor, 'unit.manage', regionId)) return null;
  const units = await db().unit.findMany({
    where: { regionId, parentId },
    include: {
      aliases: { select: { name: true }, orderBy: { id: 'asc' } },
      representsRegion: { select: { name: true } },
      mergedInto: { include: { intoUnit: { select: { id: true, name: true } } } },
      _count: { select: { children: true } },
    },
    orderBy: [{ sortOrder: 'asc' }, { id: 'asc' }],
    take: 2000,
  });
  return units.map((unit, index) => ({
    id: unit.id,
    name: unit.name,
    fullName: unit.fullName,
    kind: unit.kind,
    parentId: unit.parentId,
    position: index + 1,
    version: unit.version,
    aliases: unit.aliases.map((alias) => alias.name),
    divisions: unit.divisions,
    childCount: unit._count.children,
    representsRegion: unit.representsRegion?.name ?? null,
    mergedInto: unit.mergedInto
      ? {
          id: unit.mergedInto.intoUnit.id,
          name: unit.mergedInto.intoUnit.name,
          effectiveOn: fromDate(unit.mergedInto.effectiveOn),
        }
      : null,
  }));
}

export type UnitForEditing = {
  id: number;
  regionId: number;
  regionName: string;
  name: string;
  fullName: string | null;
  kind: string;
  parent: { id: number; name: string } | null;
  note: string | null;
  version: number;
  position: number;
  siblingCount: number;
  aliases: Array<{ id: number; name: string }>;
  divisions: string[];
  mergedInto: { id: number; name: string; effectiveOn: string; basis: string } | null;
  mergedFrom: Array<{ id: number; name: string; effectiveOn: string; basis: string }>;
};

/** One unit of a register the actor keeps; null for any other. */
export async function findUnitForEditing(
  actor: Actor,
  unitId: number,
  client: Db = db(),
): Promise<UnitForEditing | null> {
  if (!Number.isSafeInteger(unitId) || unitId < 1 || unitId > MAX_ID) return null;
  const unit = await client.unit.findUnique({
    where: { id: unitId },
    include: {
      region: { select: { name: true } },
      parent: { select: { id: true, name: true } },
      aliases: { select: { id: true, name: true }, orderBy: { id: 'asc' } },
      mergedInto: { include: { intoUnit: { select: { id: true, name: true } } } },
      mergedFrom: { include: { fromUnit: { select: { id: true, name: true } } }, orderBy: { id: 'asc' } },
    },
  });
  if (!unit || !mayDoInRegion(actor, 'unit.manage', unit.regionId)) return null;
  const siblings = await listSiblings(client, unit.regionId, unit.parentId);
  return {
    id: unit.id,
    regionId: unit.regionId,
    regionName: unit.region.name,
    name: unit.name,
    fullName: unit.fullName,
    kind: unit.kind,
    parent: unit.parent,
    note: unit.note,
    version: unit.version,
    position: siblings.findIndex((sibling) => sibling.id === unit.id) + 1,
    siblingCount: siblings.length,
    aliases: unit.aliases,
    divisions: unit.divisions,
    mergedInto: unit.mergedInto
      ? {
          ...unit.mergedInto.intoUnit,
          effectiveOn: fromDate(unit.mergedInto.effectiveOn),
          basis: unit.mergedInto.basis,
        }
      : null,
    mergedFrom: unit.mergedFrom.map((merge) => ({
      ...merge.fromUnit,
      effectiveOn: fromDate(merge.effectiveOn),
      basis: merge.basis,
    })),
  };
}

/** Units of the same parent, in protocol order. */
export async function listSiblings(
  client: Db,
  regionId: number,
  parentId: number | null,
): Promise<Array<{ id: number; sortOrder: number }>> {
  return client.unit.findMany({
    where: { regionId, parentId },
    select: { id: true, sortOrder: true },
    orderBy: [{ sortOrder: 'asc' }, { id: 'asc' }],
  });
}

/** Every name that already means something in a region. */
export async function listNamesInUse(client: Db, regionId: number): Promise<NameInUse[]> {
  // One after the other: inside a transaction both go over one connection.
  const units = await client.unit.findMany({
    where: { regionId },
    select: { id: true, name: true, parentId: true, aliases: { select: { name: true } } },
  });
  const collectives = await client.collective.findMany({
    where: { regionId },
    select: { phrase: true, aliases: true, parentUnitId: true },
  });
  return [
    ...units.flatMap((unit): NameInUse[] => {
      const shared = { unitId: unit.id, parentId: unit.parentId, ofUnitName: unit.name };
      return [
        { ...shared, name: unit.name, isAlias: false },
        ...unit.aliases.map((alias) => ({ ...shared, name: alias.name, isAlias: true })),
      ];
    }),
    ...collectives.flatMap((collective) =>
      [collective.phrase, ...collective.aliases].map(
        (name): NameInUse => ({
          name,
          unitId: null,
          parentId: collective.parentUnitId,
          ofUnitName: collective.phrase,
          isAlias: false,
        }),
      ),
    ),
  ];
}

/** Units one may choose to merge into, or under which one may add: bureaus and their divisions, merged ones left out. */
export async function listUnmergedUnits(actor: Actor, regionId: number): Promise<Array<{ id: number; label: string }>> {
  if (!mayDoInRegion(actor, 'unit.manage', regionId)) return [];
  const units = await db().unit.findMany({
    where: { regionId, mergedInto: null },
    select: { id: true, name: true, parent: { select: { name: true } } },
    orderBy: [{ sortOrder: 'asc' }, { id: 'asc' }],
    take: 2000,
  });
  return units.map((unit) => ({ id: unit.id, label: unit.parent ? `${unit.parent.name} / ${unit.name}` : unit.name }));
}

export async function findMergeSide(client: Db, unitId: number): Promise<(MergeSide & { version: number }) | null> {
  if (!Number.isSafeInteger(unitId) || unitId < 1 || unitId > MAX_ID) return null;
  const unit = await client.unit.findUnique({
    where: { id: unitId },
    select: {
      id: true,
      name: true,
      regionId: true,
      parentId: true,
      version: true,
      mergedInto: { select: { intoUnit: { select: { id: true, name: true } } } },
    },
  });
  return unit && { ...unit, mergedInto: unit.mergedInto?.intoUnit ?? null };
}

/** The units a unit has gone into, nearest first. */
export async function listMergeChain(client: Db, unitId: number): Promise<number[]> {
  const rows = await client.$queryRaw<{ id: number }[]>`
    WITH RECURSIVE chain AS (
      SELECT into_unit_id AS id, 1 AS depth FROM unit_merge WHERE from_unit_id = ${unitId}
      UNION ALL
      SELECT m.into_unit_id, c.depth + 1 FROM chain c JOIN unit_merge m ON m.from_unit_id = c.id WHERE c.depth < 20
    ) SELECT id FROM chain ORDER BY depth`;
  return rows.map((row) => row.id);
}

export type MergePreview = {
  from: { id: number; name: string; version: number };
  into: { id: number; name: string; version: number };
  /** Why it cannot be done; null where it can. */
  fault: string | null;
  leadTasks: number;
  responsibleTasks: number;
  /** Named by way of a collective with known members. */
  collectives: number;
  accounts: number;
  openReviews: number;
  ownPlans: number;
  children: number;
  effectiveOn: string;
};

/** What will count with the other unit from today on; null outside the actor's reach. Writes nothing. */
export async function findMergePreview(
  actor: Actor,
  fromUnitId: number,
  intoUnitId: number,
  client: Db = db(),
): Promise<MergePreview | null> {
  const [from, into] = [await findMergeSide(client, fromUnitId), await findMergeSide(client, intoUnitId)];
  if (!from || !into) return null;
  if (!mayDoInRegion(actor, 'unit.manage', from.regionId) || !mayDoInRegion(actor, 'unit.manage', into.regionId))
    return null;
  const day = await today(client);
  const counted = await client.$queryRaw<Omit<MergePreview, 'from' | 'into' | 'fault' | 'effectiveOn'>[]>`
    SELECT
      (SELECT count(DISTINCT task_id)::int FROM task_unit WHERE unit_id = ${from.id} AND role = 'LEAD' AND valid_from <= ${day}::date AND valid_to > ${day}::date) AS "leadTasks",
      (SELECT count(DISTINCT task_id)::int FROM task_unit WHERE unit_id = ${from.id} AND role = 'RESPONSIBLE' AND valid_from <= ${day}::date AND valid_to > ${day}::date) AS "responsibleTasks",
      (SELECT count(DISTINCT collective_id)::int FROM collective_member WHERE unit_id = ${from.id} AND valid_from <= ${day}::date AND valid_to > ${day}::date) AS "collectives",
      (SELECT count(*)::int FROM account WHERE (unit_id = ${from.id} OR scope_unit_id = ${from.id}) AND is_active) AS "accounts",
      (SELECT count(*)::int FROM progress_report r JOIN task t ON t.id = r.task_id
        WHERE r.unit_id = ${from.id} AND r.kind = 'RESULT' AND r.status = 'SUBMITTED' AND t.state = 'UNDER_REVIEW') AS "openReviews",
      (SELECT count(*)::int FROM plan WHERE owner_unit_id = ${from.id} AND status IN ('DRAFT', 'ACTIVE')) AS "ownPlans",
      (SELECT count(*)::int FROM unit WHERE parent_id = ${from.id}) AS "children"`;
  return {
    from: { id: from.id, name: from.name, version: from.version },
    into: { id: into.id, name: into.name, version: into.version },
    fault: mergeFault(from, into, await listMergeChain(client, into.id)),
    ...counted[0]!,
    effectiveOn: day,
  };
}
