import 'server-only';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { countStandings, listTaskLines, totalCounts, xHasUnit } from './board.queries';
import { type BoardScope, findBoardScope } from './board-scope.queries';
import { emptyCounts, rankUnits, type StandingCounts, totalOf } from './figures';
import type { NamedUnit, TaskLine } from './task-line';

export type UnitBoardRow = {
  id: number;
  name: string;
  parentName: string | null;
  sortOrder: number;
  lead: StandingCounts;
  /** Named as responsible. */
  responsible: StandingCounts;
  /** A known member of a collective that is responsible. */
  collective: StandingCounts;
  /** By on-time rate among the leads; null where nothing has been judged. */
  rank: number | null;
};

export type UnitBoards = {
  rows: UnitBoardRow[];
  /** Each task once. */
  total: StandingCounts;
  /** Units of the region that neither lead nor share a task of the scope. */
  idle: NamedUnit[];
};

/** All units of a region in protocol order, with their tasks by light. Two queries. */
export async function listUnitBoards(actor: Actor, scope: BoardScope, day: Day): Promise<UnitBoards> {
  const [counts, units] = await Promise.all([
    countStandings(actor, scope, day, ['lead', 'responsible', 'collective']),
    db().$queryRaw<
      {
        id: number;
        name: string;
        parentId: number | null;
        parentName: string | null;
        sortOrder: number;
        isMerged: boolean;
      }[]
    >`
      SELECT u.id, u.name, u.parent_id AS "parentId", o.name AS "parentName", u.sort_order AS "sortOrder",
             EXISTS (SELECT 1 FROM unit_merge m WHERE m.from_unit_id = u.id AND m.effective_on <= ${day}::date) AS "isMerged"
        FROM unit u LEFT JOIN unit o ON o.id = u.parent_id WHERE u.region_id = ${scope.region.id} ORDER BY u.sort_order, u.id`,
  ]);
  const known = units.map((unit) => ({
    id: unit.id,
    name: unit.name,
    parentId: unit.parentId,
    parentName: unit.parentName,
    sortOrder: unit.sortOrder,
    isMerged: unit.isMerged,
    lead: counts.lead.get(unit.id) ?? emptyCounts(),
    responsible: counts.responsible.get(unit.id) ?? emptyCounts(),
    collective: counts.collective.get(unit.id) ?? emptyCounts(),
  }));
  const tasksOf = (unit: (typeof known)[number]) =>
    totalOf(unit.lead) + totalOf(unit.responsible) + totalOf(unit.collective);
  const busy = known.filter((unit) => tasksOf(unit) > 0);
  const ranks = rankUnits(busy);
  return {
    rows: busy.map(({ parentId: _parent, isMerged: _merged, ...unit }) => ({
      ...unit,
      rank: ranks.get(unit.id) ?? null,
    })),
    total: totalCounts(counts),
    idle: known
      .filter((unit) => tasksOf(unit) === 0 && !unit.isMerged && unit.parentId === null)
      .map(({ id, name }) => ({ id, name })),
  };
}

export type UnitFacts = {
  id: number;
  name: string;
  fullName: string | null;
  kind: string;
  note: string | null;
  aliases: string[];
  divisions: string[];
  parent: NamedUnit | null;
  children: NamedUnit[];
  regionName: string;
  regionCode: string;
  representsRegion: { code: string; name: string } | null;
  mergedInto: (NamedUnit & { effectiveOn: Day; basis: string }) | null;
  mergedFrom: (NamedUnit & { effectiveOn: Day })[];
};

/**
 * A unit the actor may read of; null where it does not exist for them: in a region they do not see, or a 科室 of a bureau
 * whose own plans they do not read.
 */
export async function findUnitFacts(actor: Actor, unitId: number, day: Day): Promise<UnitFacts | null> {
  const unit = await db().unit.findUnique({
    where: { id: unitId },
    include: {
      region: true,
      representsRegion: true,
      parent: { select: { id: true, name: true } },
      children: { select: { id: true, name: true }, orderBy: [{ sortOrder: 'asc' }, { id: 'asc' }] },
      aliases: { select: { name: true }, orderBy: { id: 'asc' } },
      mergedInto: { include: { intoUnit: { select: { id: true, name: true } } } },
      mergedFrom: { include: { fromUnit: { select: { id: true, name: true } } } },
    },
  });
  if (!unit) return null;
  const scope = await findBoardScope(actor, { region: unit.region.code }, day);
  if (!scope) return null;
  const overseesRegion =
    (actor.roles.includes('admin') && actor.regionId === null) ||
    (actor.roles.some((role) => role === 'office' || role === 'leader' || role === 'admin') &&
      actor.scopeUnitId === null &&
      [actor.regionId, ...actor.childRegionIds].includes(unit.regionId));
  const seesInside = (bureauId: number) =>
    overseesRegion ||
    actor.scopeUnitId === bureauId ||
    actor.unitId === bureauId ||
    scope.plans.some((plan) => plan.ownerUnitId === bureauId && plan.isInside);
  if (unit.parentId !== null && actor.unitId !== unit.id && !seesInside(unit.parentId)) return null;
  const dayOf = (date: Date) => date.toISOString().slice(0, 10);
  const merged = unit.mergedInto && dayOf(unit.mergedInto.effectiveOn) <= day ? unit.mergedInto : null;
  return {
    id: unit.id,
    name: unit.name,
    fullName: unit.fullName,
    kind: unit.kind,
    note: overseesRegion ? unit.note : null,
    aliases: unit.aliases.map((alias) => alias.name),
    divisions: unit.divisions,
    parent: unit.parent,
    children: seesInside(unit.id) ? unit.children : [],
    regionName: unit.region.name,
    regionCode: unit.region.code,
    representsRegion: unit.representsRegion
      ? { code: unit.representsRegion.code, name: unit.representsRegion.name }
      : null,
    mergedInto: merged ? { ...merged.intoUnit, effectiveOn: dayOf(merged.effectiveOn), basis: merged.basis } : null,
    mergedFrom: unit.mergedFrom
      .filter((merge) => dayOf(merge.effectiveOn) <= day)
      .map((merge) => ({ ...merge.fromUnit, effectiveOn: dayOf(merge.effectiveOn) })),
  };
}

export type UnitCounts = { lead: StandingCounts; responsible: StandingCounts; collective: StandingCounts };

/** One unit's figures as lead and as responsible unit, and those of its 科室, in one query. */
export async function countUnits(actor: Actor, scope: BoardScope, day: Day): Promise<(unitId: number) => UnitCounts> {
  const counts = await countStandings(actor, scope, day, ['lead', 'responsible', 'collective']);
  return (unitId) => ({
    lead: counts.lead.get(unitId) ?? emptyCounts(),
    responsible: counts.responsible.get(unitId) ?? emptyCounts(),
    collective: counts.collective.get(unitId) ?? emptyCounts(),
  });
}

/** What units lead and has to be looked at: everything but what is on course, done, cancelled or not in force. Worst first. */
export function listUnitConcerns(
  actor: Actor,
  scope: Pick<BoardScope, 'access'>,
  day: Day,
  unitIds: readonly number[],
  limit: number,
): Promise<TaskLine[]> {
  return listTaskLines(actor, scope, day, {
    where: Prisma.sql`${xHasUnit(unitIds, 'LEAD', day)}
      AND (x.reason IN ('OVERDUE', 'ISSUED_PAST_DUE', 'REPORTING_LAPSED', 'DUE_SOON', 'UNREPORTED', 'NO_DEADLINE') OR (x.state = 'UNDER_REVIEW' AND x.reason <> 'PLAN_NOT_ACTIVE'))`,
    orderBy: Prisma.sql`array_position(ARRAY['OVERDUE', 'ISSUED_PAST_DUE', 'REPORTING_LAPSED', 'DUE_SOON', 'UNREPORTED'], x.reason::text) NULLS LAST, x.days_left NULLS LAST, x.missed_since_on, t.sort_order`,
    limit,
  });
}
