import 'server-only';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit, toDate } from '@/lib/server/events';
import {
  findMergeSide,
  findUnitForEditing,
  listMergeChain,
  listNamesInUse,
  listSiblings,
  type UnitForEditing,
} from './unit.queries';
import { clashWords, dealPlaces, findNameClash, mergeFault, moveTo } from './unit.rules';
import type {
  AddAliasInput,
  AddUnitInput,
  ChangeUnitInput,
  MergeUnitsInput,
  MoveUnitInput,
  RemoveAliasInput,
} from './unit.schema';
import { comparableName } from './unit-names.rules';

/** Names and order are kept whole over a region: its register is changed by one at a time. */
async function lockRegister(tx: Tx, regionId: number): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(7310, ${regionId}::int)`;
}

async function openUnit(tx: Tx, actor: Actor, unitId: number, version: number): Promise<UnitForEditing> {
  const seen = await findUnitForEditing(actor, unitId, tx);
  if (!seen) throw new AppError('not_found');
  await lockRegister(tx, seen.regionId);
  const unit = (await findUnitForEditing(actor, unitId, tx))!;
  if (unit.version !== version) throw new AppError('conflict', undefined, { latest: latestOf(unit) });
  return unit;
}

function latestOf(unit: UnitForEditing) {
  return {
    name: unit.name,
    fullName: unit.fullName ?? '',
    divisions: unit.divisions.join('、'),
    aliases: unit.aliases.map((alias) => alias.name).join('、'),
    version: String(unit.version),
  };
}

async function assertNameIsFree(
  tx: Tx,
  name: string,
  regionId: number,
  owner: { unitId: number | null; parentId: number | null },
): Promise<void> {
  const clash = findNameClash(name, owner, await listNamesInUse(tx, regionId));
  if (clash) throw new AppError('invalid_state', clashWords(clash));
}

async function bump(
  tx: Tx,
  unit: UnitForEditing,
  data: { name?: string; fullName?: string | null; divisions?: string[] } = {},
): Promise<void> {
  const changed = await tx.unit.updateMany({
    where: { id: unit.id, version: unit.version },
    data: { ...data, version: { increment: 1 } },
  });
  if (changed.count === 0) throw new AppError('conflict', undefined, { latest: latestOf(unit) });
}

/** Last in its order. Refuses: not_found (region or parent outside the actor's reach), invalid_state (name in use; a parent that is itself a part). */
export async function addUnit(actor: Actor, input: AddUnitInput): Promise<number> {
  return inTransaction(async (tx) => {
    if (!mayDoInRegion(actor, 'unit.manage', input.regionId)) throw new AppError('not_found');
    if (!(await tx.region.findUnique({ where: { id: input.regionId }, select: { id: true } })))
      throw new AppError('not_found');
    await lockRegister(tx, input.regionId);
    if (input.parentId !== null) {
      const parent = await tx.unit.findFirst({
        where: { id: input.parentId, regionId: input.regionId },
        select: { parentId: true, mergedInto: { select: { id: true } } },
      });
      if (!parent) throw new AppError('not_found');
      if (parent.parentId !== null || parent.mergedInto)
        throw new AppError('invalid_state', '只能在未合并的一级单位下新增科室或二级单位。');
    }
    await assertNameIsFree(tx, input.name, input.regionId, { unitId: null, parentId: input.parentId });
    const last = await tx.unit.aggregate({
      where: { regionId: input.regionId, parentId: input.parentId },
      _max: { sortOrder: true },
    });
    const unit = await tx.unit.create({
      data: { ...input, sortOrder: (last._max.sortOrder ?? 0) + 1 },
      select: { id: true },
    });
    await recordAudit(tx, actor, { kind: 'unit.added', subject: 'unit', subjectId: unit.id, payload: input });
    return unit.id;
  });
}

/** A former name stays as an alias, so that older lists still find the unit. Refuses: not_found, invalid_state (name in use), conflict (stale version). */
export async function changeUnit(actor: Actor, input: ChangeUnitInput): Promise<void> {
  await inTransaction(async (tx) => {
    const unit = await openUnit(tx, actor, input.unitId, input.version);
    if (input.name !== unit.name) {
      await assertNameIsFree(tx, input.name, unit.regionId, { unitId: unit.id, parentId: unit.parent?.id ?? null });
      // Back to a former name: it is no longer another one.
      const again = unit.aliases.filter((alias) => comparableName(alias.name) === comparableName(input.name));
      await tx.unitAlias.deleteMany({ where: { id: { in: again.map((alias) => alias.id) } } });
      if (comparableName(unit.name) !== comparableName(input.name)) {
        await tx.unitAlias.createMany({ data: [{ unitId: unit.id, name: unit.name }], skipDuplicates: true });
      }
    }
    await bump(tx, unit, { name: input.name, fullName: input.fullName, divisions: input.divisions });
    await recordAudit(tx, actor, {
      kind: input.name === unit.name ? 'unit.changed' : 'unit.renamed',
      subject: 'unit',
      subjectId: unit.id,
      payload: {
        before: { name: unit.name, fullName: unit.fullName, divisions: unit.divisions },
        after: { name: input.name, fullName: input.fullName, divisions: input.divisions },
      },
    });
  });
}

/** Puts a unit at a position among those of the same parent. Refuses: not_found, conflict (stale version). */
export async function moveUnit(actor: Actor, input: MoveUnitInput): Promise<void> {
  await inTransaction(async (tx) => {
    const unit = await openUnit(tx, actor, input.unitId, input.version);
    const siblings = await listSiblings(tx, unit.regionId, unit.parent?.id ?? null);
    const order = moveTo(
      siblings.map((sibling) => sibling.id),
      unit.id,
      input.position,
    );
    const places = dealPlaces(siblings.map((sibling) => sibling.sortOrder));
    await tx.$executeRaw`
      UPDATE unit SET sort_order = moved.place FROM unnest(${order}::int[], ${places}::int[]) AS moved(id, place)
       WHERE unit.id = moved.id AND unit.sort_order <> moved.place`;
    await bump(tx, unit);
    await recordAudit(tx, actor, {
      kind: 'unit.moved',
      subject: 'unit',
      subjectId: unit.id,
      payload: { from: unit.position, to: order.indexOf(unit.id) + 1 },
    });
  });
}

/** Refuses: not_found, invalid_state (the name already means another unit or a collective), conflict (stale version). */
export async function addAlias(actor: Actor, input: AddAliasInput): Promise<void> {
  await inTransaction(async (tx) => {
    const unit = await openUnit(tx, actor, input.unitId, input.version);
    const own = [unit.name, ...unit.aliases.map((alias) => alias.name)];
    if (own.some((name) => comparableName(name) === comparableName(input.alias)))
      throw new AppError('invalid_state', `“${input.alias}”已是该单位的名称或别名。`);
    await assertNameIsFree(tx, input.alias, unit.regionId, { unitId: unit.id, parentId: unit.parent?.id ?? null });
    await tx.unitAlias.create({ data: { unitId: unit.id, name: input.alias } });
    await bump(tx, unit);
    await recordAudit(tx, actor, {
      kind: 'unit.alias_added',
      subject: 'unit',
      subjectId: unit.id,
      payload: { alias: input.alias },
    });
  });
}

/** What was read by the alias keeps its unit. Refuses: not_found (unit, or alias not of this unit), conflict (stale version). */
export async function removeAlias(actor: Actor, input: RemoveAliasInput): Promise<void> {
  await inTransaction(async (tx) => {
    const unit = await openUnit(tx, actor, input.unitId, input.version);
    const alias = unit.aliases.find((other) => other.id === input.aliasId);
    if (!alias) throw new AppError('not_found');
    await tx.unitAlias.delete({ where: { id: alias.id } });
    await bump(tx, unit);
    await recordAudit(tx, actor, {
      kind: 'unit.alias_removed',
      subject: 'unit',
      subjectId: unit.id,
      payload: { alias: alias.name },
    });
  });
}

/**
 * From today on the figures and duties of one unit count with the other; stored ids stay, so earlier days answer as before.
 * Refuses: not_found (either outside the actor's reach), invalid_state (itself, another region, merged already, a circle, into its own part),
 * conflict (either changed since the preview).
 */
export async function mergeUnits(actor: Actor, input: MergeUnitsInput): Promise<void> {
  await inTransaction(async (tx) => {
    const seen = [await findMergeSide(tx, input.fromUnitId), await findMergeSide(tx, input.intoUnitId)];
    if (seen.some((unit) => !unit || !mayDoInRegion(actor, 'unit.manage', unit.regionId)))
      throw new AppError('not_found');
    for (const regionId of [...new Set(seen.map((unit) => unit!.regionId))].sort((a, b) => a - b))
      await lockRegister(tx, regionId);
    const [from, into] = [(await findMergeSide(tx, input.fromUnitId))!, (await findMergeSide(tx, input.intoUnitId))!];
    const fault = mergeFault(from, into, await listMergeChain(tx, into.id));
    if (fault) throw new AppError('invalid_state', fault);
    if (from.version !== input.fromVersion || into.version !== input.intoVersion)
      throw new AppError('conflict', '单位信息在预览之后有变化，没有合并。请重新预览。');
    const effectiveOn = await today(tx);
    await tx.unitMerge.create({
      data: { fromUnitId: from.id, intoUnitId: into.id, effectiveOn: toDate(effectiveOn), basis: input.basis },
    });
    await tx.unit.updateMany({ where: { id: { in: [from.id, into.id] } }, data: { version: { increment: 1 } } });
    await recordAudit(tx, actor, {
      kind: 'unit.merged',
      subject: 'unit',
      subjectId: from.id,
      payload: {
        fromUnitId: from.id,
        from: from.name,
        intoUnitId: into.id,
        into: into.name,
        basis: input.basis,
        effectiveOn,
      },
    });
  });
}
