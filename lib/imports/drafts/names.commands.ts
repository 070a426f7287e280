import 'server-only';
import type { Actor } from '@/lib/server/auth/actor';
import type { Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit } from '@/lib/server/events';
import { countChars, truncate } from '@/lib/text';
import { listNamesInUse } from '@/lib/units/unit.queries';
import { clashWords, findNameClash, type NameInUse } from '@/lib/units/unit.rules';
import { comparableName } from '@/lib/units/unit-names.rules';
import type { NameDecision } from './draft.schema';
import type { OpenDraft } from './draft-change.commands';

type NewUnit = Extract<NameDecision, { kind: 'new' }>;

/**
 * Registers the units an import names for the first time and remembers the aliases its admin has confirmed, in the caller's transaction. Returns the ids of
 * the new units by the comparable printed name. Refuses: invalid_state (a name that already means something else).
 */
export async function registerDecidedNames(tx: Tx, actor: Actor, draft: OpenDraft): Promise<Map<string, number>> {
  const used = new Set(
    draft.rows
      .filter((row) => !row.isExcluded)
      .flatMap(({ current }) => [...current.lead, ...current.responsible].map(comparableName)),
  );
  const decisions = Object.entries(draft.names).filter(([key]) => used.has(key));
  if (decisions.length === 0) return new Map();
  // The register of a region is changed by one at a time (lib/units/unit.commands.ts).
  await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(7310, ${draft.regionId}::int)`;
  const register = await listNamesInUse(tx, draft.regionId);
  const made = new Map<string, number>();
  for (const [key, decision] of decisions) {
    if (decision.kind === 'new') {
      const unitId = await findOrAddUnit(tx, actor, draft, decision, register);
      made.set(key, unitId);
      if (decision.isRemembered) await remember(tx, actor, draft, unitId, decision.printed, register);
    } else if (decision.kind === 'unit' && decision.isRemembered) {
      await remember(tx, actor, draft, decision.unitId, decision.printed, register);
    }
  }
  return made;
}

/**
 * What is decided about a name can be carried out at the commit, as the register stands. Refuses: invalid_state (the new unit's name is taken, or too long; a
 * 科室 outside a bureau's own list; the alias means something else already).
 */
export async function assertDecidable(tx: Tx, draft: OpenDraft, decision: NameDecision): Promise<void> {
  if (decision.kind !== 'new' && !(decision.kind === 'unit' && decision.isRemembered)) return;
  const register = await listNamesInUse(tx, draft.regionId);
  if (decision.kind === 'unit') return assertAliasFree(decision.unitId, decision.printed, register);
  const { unitName } = decision;
  if (countChars(unitName) > NAME_LIMIT)
    throw new AppError('invalid_state', `单位名称请控制在 ${NAME_LIMIT} 字以内，请另填规范的名称。`);
  if (isInside(decision) && draft.ownerUnitId === null)
    throw new AppError('invalid_state', '这不是某个单位自己的清单，不能登记科室或二级单位，请改选其他单位类型。');
  const owner = { unitId: null, parentId: parentOf(draft, decision) };
  const clash = findNameClash(unitName, owner, register);
  if (clash)
    throw new AppError(
      'invalid_state',
      `“${unitName}”不能登记为新单位：${clashWords(clash)}请改选“是单位库中的单位”。`,
    );
  if (!decision.isRemembered || comparableName(unitName) === comparableName(decision.printed)) return;
  const aliasClash = findNameClash(decision.printed, owner, register);
  if (aliasClash) throw new AppError('invalid_state', `“${decision.printed}”不能记为别名：${clashWords(aliasClash)}`);
}

const NAME_LIMIT = 60;

const isInside = ({ unitKind }: NewUnit) => unitKind === 'division' || unitKind === 'affiliated';
const parentOf = (draft: OpenDraft, decision: NewUnit) => (isInside(decision) ? draft.ownerUnitId : null);

/** Refuses: invalid_state (the alias means something else already, or is too long). */
function assertAliasFree(unitId: number, alias: string, register: readonly NameInUse[]): void {
  const own = register.filter((name) => name.unitId === unitId);
  if (own.some(({ name }) => comparableName(name) === comparableName(alias))) return;
  const clash = findNameClash(alias, { unitId, parentId: own[0]?.parentId ?? null }, register);
  if (clash) throw new AppError('invalid_state', `“${alias}”不能记为别名：${clashWords(clash)}`);
  if (countChars(alias) > NAME_LIMIT)
    throw new AppError('invalid_state', `“${truncate(alias, NAME_LIMIT)}”过长，不能记为别名。`);
}

/** Two printed forms may have been decided to be one new unit; another import may have registered it meanwhile. */
async function findOrAddUnit(
  tx: Tx,
  actor: Actor,
  draft: OpenDraft,
  decision: NewUnit,
  register: NameInUse[],
): Promise<number> {
  const parentId = parentOf(draft, decision);
  const owner = { unitId: null, parentId };
  const clash = findNameClash(decision.unitName, owner, register);
  if (clash) {
    const isSame = !clash.isAlias && clash.unitId !== null && clash.parentId === parentId;
    if (isSame) return clash.unitId!;
    throw new AppError('invalid_state', `“${decision.unitName}”不能登记为新单位：${clashWords(clash)}`);
  }
  const last = await tx.unit.aggregate({ where: { regionId: draft.regionId, parentId }, _max: { sortOrder: true } });
  const data = { regionId: draft.regionId, parentId, name: decision.unitName, kind: decision.unitKind };
  const unit = await tx.unit.create({
    data: { ...data, divisions: [], sortOrder: (last._max.sortOrder ?? 0) + 1 },
    select: { id: true },
  });
  await recordAudit(tx, actor, {
    kind: 'unit.added',
    subject: 'unit',
    subjectId: unit.id,
    payload: { ...data, importId: draft.id },
  });
  register.push({ name: data.name, unitId: unit.id, parentId, ofUnitName: data.name, isAlias: false });
  return unit.id;
}

async function remember(
  tx: Tx,
  actor: Actor,
  draft: OpenDraft,
  unitId: number,
  alias: string,
  register: NameInUse[],
): Promise<void> {
  const own = register.filter((name) => name.unitId === unitId);
  if (own.some(({ name }) => comparableName(name) === comparableName(alias))) return;
  assertAliasFree(unitId, alias, register);
  await tx.unitAlias.create({ data: { unitId, name: alias }, select: { id: true } });
  await tx.unit.update({ where: { id: unitId }, data: { version: { increment: 1 } }, select: { id: true } });
  await recordAudit(tx, actor, {
    kind: 'unit.alias_added',
    subject: 'unit',
    subjectId: unitId,
    payload: { alias, importId: draft.id },
  });
  register.push({ ...own[0]!, name: alias, isAlias: true });
}
