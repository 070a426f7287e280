import { comparableName } from './unit-names.rules';

/** A name in use in a region: of a unit, or of a collective (unitId null). */
export type NameInUse = {
  name: string;
  unitId: number | null;
  parentId: number | null;
  ofUnitName: string;
  isAlias: boolean;
};

/**
 * Who else already goes by a name, as printed names are compared. Two bureaus may each have their 办公室; anything else of the same name in one
 * region would leave a list unable to say whom it means.
 */
export function findNameClash(
  name: string,
  owner: { unitId: number | null; parentId: number | null },
  names: readonly NameInUse[],
): NameInUse | null {
  const wanted = comparableName(name);
  return (
    names.find(
      (other) =>
        comparableName(other.name) === wanted &&
        (other.unitId === null || other.unitId !== owner.unitId) &&
        (other.parentId === owner.parentId || other.parentId === null || owner.parentId === null),
    ) ?? null
  );
}

export function clashWords(clash: NameInUse): string {
  if (clash.unitId === null) return `“${clash.name}”是本地区的集体指称，不能再作单位的名称或别名。`;
  return clash.isAlias
    ? `“${clash.name}”已是${clash.ofUnitName}的别名，同一地区一个名称只能指一个单位。`
    : `本地区已有单位名为“${clash.name}”，同一地区一个名称只能指一个单位。`;
}

/** The order after one entry went to a position counted from 1; a position beyond the end is the end. */
export function moveTo<T>(order: readonly T[], moved: T, position: number): T[] {
  const rest = order.filter((entry) => entry !== moved);
  const index = Math.min(Math.max(position, 1), rest.length + 1) - 1;
  return [...rest.slice(0, index), moved, ...rest.slice(index)];
}

/** The same places dealt out again in a new order: nothing outside these units shifts, and no two end up level. */
export function dealPlaces(places: readonly number[]): number[] {
  const dealt: number[] = [];
  for (const place of [...places].sort((a, b) => a - b))
    dealt.push(dealt.length > 0 ? Math.max(place, dealt.at(-1)! + 1) : place);
  return dealt;
}

export type MergeSide = {
  id: number;
  name: string;
  regionId: number;
  parentId: number | null;
  mergedInto: { id: number; name: string } | null;
};

/** Why one unit cannot go into another, or null. `intoChain`: the units that `into` has itself gone into, nearest first. */
export function mergeFault(from: MergeSide, into: MergeSide, intoChain: readonly number[]): string | null {
  if (from.id === into.id) return '不能并入自身，请选择另一个单位。';
  if (from.regionId !== into.regionId) return '只能合并同一地区的单位。';
  if (from.mergedInto) return `${from.name}已并入${from.mergedInto.name}，不能再次合并。`;
  if (intoChain.includes(from.id)) return `${into.name}已并入${from.name}，反向合并会形成循环。`;
  if (into.mergedInto) return `${into.name}已并入${into.mergedInto.name}，请直接选择合并后的单位。`;
  if (into.parentId === from.id) return `${into.name}是${from.name}的下属，不能把上级并入下级。`;
  return null;
}
