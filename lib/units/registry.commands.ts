import 'server-only';
import type { HolidayCalendar } from '@/lib/cycles/holidays';
import { utcDateOfDay } from '@/lib/dates';
import type { Tx } from '@/lib/server/db';
import type { Registry } from './registry.schema';

const key = (...parts: (string | number | null)[]) => JSON.stringify(parts);

/**
 * Adds what the database does not hold yet of regions, units, aliases, collectives and working calendar, found by their natural keys.
 * What is there stays as it is, so a second run changes nothing. Throws where the registry names a unit it does not define.
 */
export async function seedRegistry(tx: Tx, registry: Registry, calendar: HolidayCalendar): Promise<void> {
  const regionIds = await seedRegions(tx, registry);
  const unitIds = await seedUnits(tx, registry, regionIds);
  await seedCollectives(tx, registry, regionIds, unitIds);
  await tx.calendarYear.createMany({
    data: calendar.publishedYears.map((year) => ({ year, isPublished: true })),
    skipDuplicates: true,
  });
  await tx.calendarDay.createMany({
    data: [...calendar.exceptions].map(([day, kind]) => ({
      day: utcDateOfDay(day),
      kind,
      name: kind === 'HOLIDAY' ? '放假' : '调休上班',
    })),
    skipDuplicates: true,
  });
}

function required<V>(map: ReadonlyMap<string, V>, wanted: string, what: string): V {
  const value = map.get(wanted);
  if (value === undefined) throw new Error(`the unit registry does not define ${what}`);
  return value;
}

async function seedRegions(tx: Tx, registry: Registry): Promise<Map<string, number>> {
  await tx.region.createMany({
    data: registry.regions.map(({ code, name, level }) => ({ code, name, level })),
    skipDuplicates: true,
  });
  const ids = new Map((await tx.region.findMany({ select: { id: true, code: true } })).map((r) => [r.code, r.id]));
  for (const { code, parent } of registry.regions) {
    if (parent === null) continue;
    await tx.region.updateMany({ where: { code, parentId: null }, data: { parentId: required(ids, parent, parent) } });
  }
  return ids;
}

/** Ids by region code, name of the parent unit (null at the top) and name. */
async function seedUnits(
  tx: Tx,
  registry: Registry,
  regionIds: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const codes = new Map([...regionIds].map(([code, id]) => [id, code]));
  const readIds = async () => {
    const units = await tx.unit.findMany({
      select: { id: true, name: true, regionId: true, parent: { select: { name: true } } },
    });
    return new Map(units.map((u) => [key(codes.get(u.regionId)!, u.parent?.name ?? null, u.name), u.id]));
  };
  let ids = await readIds();
  const created: number[] = [];
  for (const level of ['top', 'below'] as const) {
    const missing = registry.units
      .map((unit, index) => ({ unit, sortOrder: index + 1 }))
      .filter(({ unit }) => (unit.parent === null) === (level === 'top'))
      .filter(({ unit }) => !ids.has(key(unit.region, unit.parent, unit.name)));
    const rows = await tx.unit.createManyAndReturn({
      select: { id: true },
      data: missing.map(({ unit, sortOrder }) => {
        const regionId = required(regionIds, unit.region, unit.region);
        const own = registry.regions.find((r) => r.name === unit.name && r.parent === unit.region);
        return {
          regionId,
          name: unit.name,
          fullName: unit.fullName,
          kind: unit.kind,
          parentId: unit.parent === null ? null : required(ids, key(unit.region, null, unit.parent), unit.parent),
          divisions: unit.divisions,
          note: unit.note,
          sortOrder,
          representsRegionId: own && unit.parent === null ? required(regionIds, own.code, own.code) : null,
        };
      }),
    });
    created.push(...rows.map((row) => row.id));
    ids = await readIds();
  }
  // Aliases only with the unit itself: one that an admin has taken away does not come back.
  const isNew = new Set(created);
  await tx.unitAlias.createMany({
    data: registry.units.flatMap((unit) => {
      const unitId = required(ids, key(unit.region, unit.parent, unit.name), unit.name);
      return isNew.has(unitId) ? unit.aliases.map((name) => ({ unitId, name })) : [];
    }),
    skipDuplicates: true,
  });
  return ids;
}

async function seedCollectives(
  tx: Tx,
  registry: Registry,
  regionIds: ReadonlyMap<string, number>,
  unitIds: ReadonlyMap<string, number>,
): Promise<void> {
  const present = await tx.collective.findMany({ select: { regionId: true, parentUnitId: true, phrase: true } });
  const known = new Set(present.map((c) => key(c.regionId, c.parentUnitId, c.phrase)));
  const placed = registry.collectives.map((collective) => ({
    collective,
    regionId: required(regionIds, collective.region, collective.region),
    parentUnitId:
      collective.parent === null
        ? null
        : required(unitIds, key(collective.region, null, collective.parent), collective.parent),
  }));
  const missing = placed.filter((p) => !known.has(key(p.regionId, p.parentUnitId, p.collective.phrase)));
  const rows = await tx.collective.createManyAndReturn({
    select: { id: true, regionId: true, parentUnitId: true, phrase: true },
    data: missing.map(({ collective, regionId, parentUnitId }) => ({
      regionId,
      parentUnitId,
      phrase: collective.phrase,
      aliases: collective.aliases,
      note: collective.note,
      membersKnown: collective.members !== null,
    })),
  });
  const ids = new Map(rows.map((row) => [key(row.regionId, row.parentUnitId, row.phrase), row.id]));
  await tx.collectiveMember.createMany({
    data: missing.flatMap(({ collective, regionId, parentUnitId }) =>
      (collective.members ?? []).map((member) => ({
        collectiveId: required(ids, key(regionId, parentUnitId, collective.phrase), collective.phrase),
        unitId: required(unitIds, key(collective.region, collective.parent, member), member),
        basis: '文件定义',
      })),
    ),
  });
}
