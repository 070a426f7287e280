import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registryFromSeed, resolveUnitName, type SeedRegistry, unitNameResolver } from './unit-names.rules';

const seeds = new URL('../../seeds/', import.meta.url);
const readJson = (path: string) => JSON.parse(readFileSync(new URL(path, seeds), 'utf8'));
const seed: SeedRegistry = readJson('units.json');
const registry = registryFromSeed(seed);
const scopeOf = (regionCode: string, ownerUnitName: string | null = null) => ({
  ...registry,
  regionCode,
  ownerUnitName,
});
const city = unitNameResolver(scopeOf('ezhou'));
const bureau = unitNameResolver(scopeOf('ezhou', '市住建局'));
const huarong = unitNameResolver(scopeOf('huarong'));
const zengdu = unitNameResolver(scopeOf('zengdu'));
const unit = (unitKey: string, divisions: string[] = [], coUnits: string[] = []) => ({
  kind: 'unit',
  unitKey,
  divisions,
  coUnits,
});

describe.each([
  ['ezhou-2022', city],
  ['ezhou-assessment-2020', city],
  ['ezhou-housing-2022', bureau],
  ['huarong-2023', huarong],
  ['zengdu-2022', zengdu],
] as const)('%s', (slug, resolve) => {
  test('every lead and responsible name resolves', () => {
    const names = new Set<string>(
      readJson(`lists/${slug}.json`).tasks.flatMap((task: { lead?: string[]; responsible?: string[] }) => [
        ...(task.lead ?? []),
        ...(task.responsible ?? []),
      ]),
    );
    expect(names.size).toBeGreaterThan(5);
    expect([...names].filter((name) => resolve(name).kind === 'unknown')).toEqual([]);
  });
});

test('within a region and rank no printed form names two entries of the registry', () => {
  const seen = new Map<string, string>();
  for (const entry of [
    ...seed.units.map((entry) => ({ ...entry, names: [entry.name, ...entry.aliases] })),
    ...seed.collectives.map((entry) => ({ ...entry, name: entry.phrase, names: [entry.phrase, ...entry.aliases] })),
  ]) {
    for (const name of entry.names) {
      const key = `${entry.region}|${entry.parent}|${name}`;
      expect(seen.has(key), key).toBe(false);
      seen.set(key, entry.name);
    }
  }
});

describe('brackets', () => {
  test('name divisions of the base, in either order', () => {
    expect(huarong('区发改经信局(科技、发改)')).toEqual(unit('huarong/区发改经信局', ['科技', '发改']));
    expect(huarong('区发改经信局（发改）')).toEqual(unit('huarong/区发改经信局', ['发改']));
  });
  test('name another unit', () => {
    expect(city('市水利局（市水务集团）')).toEqual(unit('ezhou/市水利局', [], ['ezhou/市水务集团公司']));
    expect(city('市住建局（安泰天然气）')).toEqual(unit('ezhou/市住建局', [], ['ezhou/市安泰天然气有限责任公司']));
  });
  test('may drop the head of a division or put 含 before it', () => {
    expect(city('市委办（档案局）')).toEqual(unit('ezhou/市委办', ['市档案局']));
    expect(city('市应急局（含地震局）')).toEqual(unit('ezhou/市应急局', ['地震局']));
  });
  test('that belong to the name are the name', () => {
    expect(bureau('建筑市场管理站（安全站）')).toEqual(unit('ezhou/市住建局/市建管站(安全站)'));
    expect(city('各区（含葛店开发区、临空经济区，下同）')).toEqual({ kind: 'collective', key: 'ezhou/各区' });
  });
  test('with anything unknown inside are unknown as a whole', () => {
    expect(huarong('区发改经信局(发改、农业)')).toEqual({ kind: 'unknown' });
    expect(city('各区（市公安局）')).toEqual({ kind: 'unknown' });
    expect(city('市公安局（市公安局）')).toEqual({ kind: 'unknown' });
    expect(city('市公安局()')).toEqual({ kind: 'unknown' });
  });
});

describe('scope', () => {
  test('a second name plate printed alone is the unit with that division', () => {
    expect(city('市知识产权局')).toEqual(unit('ezhou/市市场监管局', ['市知识产权局']));
    expect(huarong('区国动办')).toEqual(unit('huarong/区发改经信局', ['区国动办']));
  });
  test('the same words name another body in another region', () => {
    expect(huarong('区住建局')).toEqual(unit('huarong/区住建局'));
    expect(zengdu('区住建局')).toEqual(unit('zengdu/区住建局'));
    expect(city('区住建局')).toEqual({ kind: 'unknown' });
  });
  test('a 科室 is found in its own bureau’s plan only, and there before the city’s units', () => {
    expect(bureau('办公室')).toEqual(unit('ezhou/市住建局/办公室'));
    expect(city('办公室')).toEqual({ kind: 'unknown' });
    expect(bureau('市公安局')).toEqual(unit('ezhou/市公安局'));
    expect(bureau('相关科室和二级单位')).toEqual({ kind: 'collective', key: 'ezhou/市住建局/相关科室及二级单位' });
    expect(city('相关科室和二级单位')).toEqual({ kind: 'unknown' });
  });
  test('the owner may be given by an alias', () => {
    const withAlias = {
      ...scopeOf('ezhou', '市住建委'),
      aliases: [...registry.aliases, { alias: '市住建委', unitKey: 'ezhou/市住建局' }],
    };
    expect(resolveUnitName('财务科', withAlias)).toEqual(unit('ezhou/市住建局/财务科'));
  });
  test('a name that fits two entries is left to a person', () => {
    const twice = {
      ...scopeOf('ezhou'),
      aliases: [...registry.aliases, { alias: '市公安局', unitKey: 'ezhou/市人社局' }],
    };
    expect(resolveUnitName('市公安局', twice)).toEqual({ kind: 'unknown' });
  });
});

test('spaces and the width of brackets never matter', () => {
  const names = registry.units.filter((entry) => entry.regionCode === 'huarong' && entry.parentKey === null);
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(fc.nat(12), { maxLength: 4 }),
      fc.constantFrom(' ', '\u3000', '\n', '\u200B'),
      (entry, positions, space) => {
        const chars = Array.from(entry.name);
        for (const at of positions) chars.splice(at, 0, space);
        expect(huarong(chars.join(''))).toEqual(huarong(entry.name));
      },
    ),
  );
});

test('a name nobody registered is unknown, never the nearest', () => {
  expect(city('市公安')).toEqual({ kind: 'unknown' });
  expect(city('市公安局等')).toEqual({ kind: 'unknown' });
  expect(city('')).toEqual({ kind: 'unknown' });
});
