import 'server-only';
import type { KnownRegion } from '@/lib/imports/reading/document-facts.rules';
import type { Db } from '@/lib/server/db';
import type { NameScope } from '@/lib/units/unit-names.rules';

export type StoredScope = Omit<NameScope<string>, 'regionCode' | 'ownerUnitName'>;

const unitKey = (id: number) => `unit:${id}`;
const collectiveKey = (id: number) => `collective:${id}`;

/** The id behind a key of a StoredScope. */
export function idOfKey(key: string): number {
  return Number(key.slice(key.indexOf(':') + 1));
}

/** The register in the arrays that names resolve over: of one region, or of all. Its keys are read by `idOfKey`. */
export async function loadNameScope(client: Db, regionId?: number): Promise<StoredScope> {
  const where = regionId === undefined ? {} : { regionId };
  // One after the other: inside a transaction both go over one connection.
  const units = await client.unit.findMany({
    where,
    orderBy: { sortOrder: 'asc' },
    select: {
      id: true,
      name: true,
      fullName: true,
      parentId: true,
      divisions: true,
      regionId: true,
      aliases: { select: { name: true } },
    },
  });
  const collectives = await client.collective.findMany({
    where,
    select: { id: true, phrase: true, parentUnitId: true, aliases: true, regionId: true },
  });
  const regions = await client.region.findMany({ select: { id: true, code: true } });
  const codes = new Map(regions.map(({ id, code }) => [id, code]));
  return {
    units: units.map((unit) => ({
      key: unitKey(unit.id),
      regionCode: codes.get(unit.regionId)!,
      name: unit.name,
      parentKey: unit.parentId === null ? null : unitKey(unit.parentId),
    })),
    collectives: collectives.map((collective) => ({
      key: collectiveKey(collective.id),
      regionCode: codes.get(collective.regionId)!,
      phrase: collective.phrase,
      parentKey: collective.parentUnitId === null ? null : unitKey(collective.parentUnitId),
    })),
    aliases: [
      ...units.flatMap((unit) =>
        [...(unit.fullName === null ? [] : [unit.fullName]), ...unit.aliases.map(({ name }) => name)].map((alias) => ({
          alias,
          unitKey: unitKey(unit.id),
        })),
      ),
      ...collectives.flatMap(({ id, aliases }) =>
        aliases.map((alias) => ({ alias, collectiveKey: collectiveKey(id) })),
      ),
    ],
    divisions: units.flatMap((unit) => unit.divisions.map((name) => ({ unitKey: unitKey(unit.id), name }))),
  };
}

/** Every region as the reading of a title knows it. */
export async function listKnownRegions(client: Db): Promise<KnownRegion[]> {
  return client.region.findMany({ select: { code: true, name: true, level: true }, orderBy: { id: 'asc' } });
}
