import { compactText, halfWidthBrackets } from '../text';

/** K is whatever identifies an entry to the caller: a seed key, a database id. */
export type RegistryUnit<K> = {
  key: K;
  regionCode: string;
  name: string;
  /** The unit it belongs to (科室, 二级单位 of a bureau), else null. */
  parentKey: K | null;
};
export type RegistryCollective<K> = { key: K; regionCode: string; phrase: string; parentKey: K | null };
/** Another printed form of a unit or of a collective. */
export type RegistryAlias<K> = { alias: string } & ({ unitKey: K } | { collectiveKey: K });
/** A function or second name plate printed in a unit's bracket: 区发改经信局（发改）. */
export type RegistryDivision<K> = { unitKey: K; name: string };

export type NameScope<K> = {
  regionCode: string;
  /** The bureau whose own plan the name stands in: its 科室 and 二级单位 are looked at first. */
  ownerUnitName: string | null;
  units: readonly RegistryUnit<K>[];
  collectives: readonly RegistryCollective<K>[];
  aliases: readonly RegistryAlias<K>[];
  divisions: readonly RegistryDivision<K>[];
};

export type NameResolution<K> =
  /** divisions: as registered; coUnits: other units named in the bracket, kept for reading, without rights of their own. */
  | { kind: 'unit'; unitKey: K; divisions: string[]; coUnits: K[] }
  | { kind: 'collective'; key: K }
  | { kind: 'unknown' };

type Entry<K> = { kind: 'unit' | 'collective'; key: K };

/** The form in which printed names are compared: no white space, half-width brackets. */
export function comparableName(printed: string): string {
  // Nothing to change in such a name; every piece of a long list's cells is looked up by it.
  if (/^[\u4e00-\u9fff]+$/.test(printed)) return printed;
  return halfWidthBrackets(compactText(printed));
}

/**
 * A resolver over one scope; build it once for a whole list. Rule (seeds/SCHEMA.md): in the document's region only, a bureau's own
 * units before those of its region; exact name, alias or collective first; else base(x、y) where the base is a unit and each of x, y is one
 * of its divisions or another unit. A name that fits two entries of the same rank is unknown: a person decides.
 */
export function unitNameResolver<K>(scope: NameScope<K>): (printed: string) => NameResolution<K> {
  const divisionsOf = new Map<K, string[]>();
  for (const { unitKey, name } of scope.divisions)
    divisionsOf.set(unitKey, [...(divisionsOf.get(unitKey) ?? []), name]);

  const byName = (parentKey: K | null): Map<string, Entry<K>[]> => {
    const found = new Map<string, Entry<K>[]>();
    const units = new Set<K>();
    const collectives = new Set<K>();
    const add = (name: string, entry: Entry<K>) => {
      const entries = found.get(comparableName(name)) ?? [];
      if (!entries.some((other) => other.kind === entry.kind && other.key === entry.key)) entries.push(entry);
      found.set(comparableName(name), entries);
    };
    const isHere = (entry: { regionCode: string; parentKey: K | null }) =>
      entry.regionCode === scope.regionCode && entry.parentKey === parentKey;
    for (const unit of scope.units.filter(isHere)) {
      units.add(unit.key);
      add(unit.name, { kind: 'unit', key: unit.key });
    }
    for (const collective of scope.collectives.filter(isHere)) {
      collectives.add(collective.key);
      add(collective.phrase, { kind: 'collective', key: collective.key });
    }
    for (const alias of scope.aliases) {
      if ('unitKey' in alias && units.has(alias.unitKey)) add(alias.alias, { kind: 'unit', key: alias.unitKey });
      if ('collectiveKey' in alias && collectives.has(alias.collectiveKey))
        add(alias.alias, { kind: 'collective', key: alias.collectiveKey });
    }
    return found;
  };

  const regionNames = byName(null);
  const ranks = [regionNames];
  if (scope.ownerUnitName !== null) {
    const owners = regionNames.get(comparableName(scope.ownerUnitName)) ?? [];
    if (owners.length === 1 && owners[0]!.kind === 'unit') ranks.unshift(byName(owners[0]!.key));
  }

  const findExact = (name: string): Entry<K>[] =>
    ranks.map((names) => names.get(name) ?? []).find((entries) => entries.length > 0) ?? [];

  /** A division by its name, also with 含 before it or without the 市, 区, 县 at its head: 市委办（档案局）, 市应急局（含地震局）. */
  const findDivision = (unitKey: K, printed: string): string | null => {
    const wanted = printed.replace(/^含/, '');
    const divisions = divisionsOf.get(unitKey) ?? [];
    const exact = divisions.find((division) => comparableName(division) === wanted);
    if (exact !== undefined) return exact;
    const short = divisions.filter((division) => comparableName(division).replace(/^[市区县]/, '') === wanted);
    return short.length === 1 ? short[0]! : null;
  };

  return (printed) => {
    const name = comparableName(printed);
    const [whole, ...rivals] = findExact(name);
    if (rivals.length > 0) return { kind: 'unknown' };
    if (whole?.kind === 'collective') return { kind: 'collective', key: whole.key };
    if (whole) {
      // 市知识产权局 alone is 市市场监管局 with that division.
      const own = (divisionsOf.get(whole.key) ?? []).filter((division) => comparableName(division) === name);
      return { kind: 'unit', unitKey: whole.key, divisions: own, coUnits: [] };
    }

    const bracket = /^([^()]+)\(([^()]+)\)$/.exec(name);
    if (!bracket) return { kind: 'unknown' };
    const bases = findExact(bracket[1]!);
    if (bases.length !== 1 || bases[0]!.kind !== 'unit') return { kind: 'unknown' };
    const unitKey = bases[0]!.key;
    const divisions: string[] = [];
    const coUnits: K[] = [];
    for (const part of bracket[2]!.split(/[、,，]/)) {
      const division = findDivision(unitKey, part);
      if (division !== null) {
        if (!divisions.includes(division)) divisions.push(division);
        continue;
      }
      const others = findExact(part);
      if (others.length !== 1 || others[0]!.kind !== 'unit' || others[0]!.key === unitKey) return { kind: 'unknown' };
      if (!coUnits.includes(others[0]!.key)) coUnits.push(others[0]!.key);
    }
    return { kind: 'unit', unitKey, divisions, coUnits };
  };
}

/** One name; for many names of one list build a `unitNameResolver` once. */
export function resolveUnitName<K>(printed: string, scope: NameScope<K>): NameResolution<K> {
  return unitNameResolver(scope)(printed);
}

/** The parts of seeds/units.json that names resolve over. */
export type SeedRegistry = {
  units: readonly {
    region: string;
    name: string;
    parent: string | null;
    aliases: readonly string[];
    divisions: readonly string[];
  }[];
  collectives: readonly { region: string; phrase: string; parent: string | null; aliases: readonly string[] }[];
};

/** Key of an entry of seeds/units.json: 'ezhou/市住建局', 'ezhou/市住建局/办公室'. */
export function seedKey(region: string, name: string, parent: string | null): string {
  return parent === null ? `${region}/${name}` : `${region}/${parent}/${name}`;
}

/** The registry as committed, in the arrays that `resolveUnitName` takes; used by imports without a database and by seeding. */
export function registryFromSeed(seed: SeedRegistry): Omit<NameScope<string>, 'regionCode' | 'ownerUnitName'> {
  const parentKey = (entry: { region: string; parent: string | null }) =>
    entry.parent === null ? null : seedKey(entry.region, entry.parent, null);
  return {
    units: seed.units.map((unit) => ({
      key: seedKey(unit.region, unit.name, unit.parent),
      regionCode: unit.region,
      name: unit.name,
      parentKey: parentKey(unit),
    })),
    collectives: seed.collectives.map((collective) => ({
      key: seedKey(collective.region, collective.phrase, collective.parent),
      regionCode: collective.region,
      phrase: collective.phrase,
      parentKey: parentKey(collective),
    })),
    aliases: [
      ...seed.units.flatMap((unit) =>
        unit.aliases.map((alias) => ({ alias, unitKey: seedKey(unit.region, unit.name, unit.parent) })),
      ),
      ...seed.collectives.flatMap((collective) =>
        collective.aliases.map((alias) => ({
          alias,
          collectiveKey: seedKey(collective.region, collective.phrase, collective.parent),
        })),
      ),
    ],
    divisions: seed.units.flatMap((unit) =>
      unit.divisions.map((name) => ({ unitKey: seedKey(unit.region, unit.name, unit.parent), name })),
    ),
  };
}
