import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dealPlaces, findNameClash, type MergeSide, mergeFault, moveTo, type NameInUse } from './unit.rules';

const inUse = (given: Partial<NameInUse>): NameInUse => ({
  name: '区住建局',
  unitId: 1,
  parentId: null,
  ofUnitName: '区住建局',
  isAlias: false,
  ...given,
});

describe('findNameClash', () => {
  test('finds a name whatever its brackets and blanks', () => {
    expect(
      findNameClash('区发改经信局（发改）', { unitId: 9, parentId: null }, [inUse({ name: '区发改经信局 (发改)' })]),
    ).not.toBeNull();
  });
  test("a unit's own names do not clash with it", () => {
    expect(findNameClash('区住建局', { unitId: 1, parentId: null }, [inUse({})])).toBeNull();
  });
  test('two bureaus may each have their 办公室, but not the region and a bureau', () => {
    const office = inUse({ name: '办公室', unitId: 5, parentId: 2 });
    expect(findNameClash('办公室', { unitId: 9, parentId: 3 }, [office])).toBeNull();
    expect(findNameClash('办公室', { unitId: 9, parentId: 2 }, [office])).toBe(office);
    expect(findNameClash('办公室', { unitId: 9, parentId: null }, [office])).toBe(office);
  });
  test('a collective is a name in use', () => {
    expect(
      findNameClash('各区', { unitId: 9, parentId: null }, [inUse({ name: '各区', unitId: null })]),
    ).not.toBeNull();
  });
});

describe('order', () => {
  test('moving keeps everyone and puts the moved one there, for any list', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { minLength: 1 }), fc.nat(50), fc.nat(50), (order, pick, position) => {
        const moved = order[pick % order.length]!;
        const next = moveTo(order, moved, position);
        expect([...next].sort()).toEqual([...order].sort());
        expect(next.indexOf(moved)).toBe(Math.min(Math.max(position, 1), order.length) - 1);
        expect(next.filter((entry) => entry !== moved)).toEqual(order.filter((entry) => entry !== moved));
      }),
    );
  });
  test('dealt places rise strictly and never below the given ones', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100)), (places) => {
        const dealt = dealPlaces(places);
        for (const [index, place] of [...places].sort((a, b) => a - b).entries()) {
          expect(dealt[index]).toBeGreaterThanOrEqual(place);
          if (index > 0) expect(dealt[index]!).toBeGreaterThan(dealt[index - 1]!);
        }
      }),
    );
  });
});

describe('mergeFault', () => {
  const side = (id: number, given: Partial<MergeSide> = {}): MergeSide => ({
    id,
    name: `单位${id}`,
    regionId: 1,
    parentId: null,
    mergedInto: null,
    ...given,
  });
  test('two units of one region may merge', () => expect(mergeFault(side(1), side(2), [])).toBeNull());
  test.each([
    ['itself', side(1), side(1), [], /自身/],
    ['another region', side(1), side(2, { regionId: 2 }), [], /同一地区/],
    ['a unit merged already', side(1, { mergedInto: { id: 3, name: '丙' } }), side(2), [], /再次合并/],
    ['into one that was merged', side(1), side(2, { mergedInto: { id: 3, name: '丙' } }), [3], /合并后的单位/],
    ['in a circle', side(1), side(2, { mergedInto: { id: 1, name: '甲' } }), [1], /循环/],
    ['a bureau into its own division', side(1), side(2, { parentId: 1 }), [], /下级/],
  ])('refuses %s', (_why, from, into, chain, words) => expect(mergeFault(from, into, chain)).toMatch(words));
});
