import 'server-only';
import { cache } from 'react';
import type { Day } from '@/lib/dates';
import { importedOn } from '@/lib/plans/plan.queries';
import { marksOfAlike, type TitledPlan } from '@/lib/plans/plan-titles.rules';
import { listPlanAccess, type PlanAccess } from '@/lib/rights/rights.queries';
import { type Action, isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';

export type ReadableRegion = { id: number; code: string; name: string };

export type BoardPlan = {
  id: number;
  title: string;
  /** What tells it from another of the region with the same title. */
  mark: string | null;
  year: number;
  status: 'DRAFT' | 'ACTIVE' | 'ARCHIVED' | 'WITHDRAWN';
  effectiveFrom: Day | null;
  archivedOn: Day | null;
  ownerUnitId: number | null;
  ownerUnitName: string | null;
  /** The viewer is inside the bureau that owns it. */
  isInside: boolean;
};

/** Which tasks a board is about: those of the region's plans the viewer may read. */
export type BoardScope = {
  region: ReadableRegion;
  /** Every region the viewer may choose, the own one first. */
  regions: ReadableRegion[];
  /** Readable task lists of the region that are no drafts. */
  plans: BoardPlan[];
  /** The one plan chosen, if any. */
  plan: BoardPlan | null;
  /** Bureaus' own plans are counted. */
  includesOwn: boolean;
  /** There are bureaus' plans which are counted only when chosen. */
  canIncludeOwn: boolean;
  /** The plans counted: those in force on the day; where none is, those to come; one chosen, always. */
  counted: BoardPlan[];
  /** Readable plans of the region are left out because they are not in force on the day. */
  leavesOutIdle: boolean;
  access: PlanAccess[];
};

const MAX_REGIONS = 500;

function isPlatform(actor: Actor): boolean {
  return actor.roles.includes('admin') && actor.regionId === null;
}

/** Regions the actor reads boards of: their own, those beneath, those of the units they act for; all of them for the platform. */
const listReadableRegions = cache(async (actor: Actor): Promise<ReadableRegion[]> => {
  const own = [actor.regionId ?? 0, ...actor.childRegionIds];
  return db().$queryRaw<ReadableRegion[]>`
    SELECT r.id, r.code, r.name FROM region r
     WHERE ${isPlatform(actor)} OR r.id = ANY(${own}::int[])
        OR r.id IN (SELECT region_id FROM unit WHERE id = ANY(${[...actor.actingUnitIds]}::int[]))
     ORDER BY r.id <> ${actor.regionId ?? 0}, r.id LIMIT ${MAX_REGIONS}`;
});

/** Once in a rendering for the same access, which listPlanAccess gives once too. */
const listReadablePlans = cache(async (access: readonly PlanAccess[], regionId: number): Promise<BoardPlan[]> => {
  const ids = access.map((a) => a.planId);
  const inside = access
    .filter((a) => a.relations.includes('region_unit') || a.relations.includes('plan_office'))
    .map((a) => a.planId);
  const plans = await db().$queryRaw<(Omit<BoardPlan, 'mark'> & TitledPlan)[]>`
    SELECT p.id, p.title, p.year, ${importedOn}::text AS "createdOn", p.status::text AS status, p.effective_from::text AS "effectiveFrom", p.archived_on::text AS "archivedOn",
           p.owner_unit_id AS "ownerUnitId", o.name AS "ownerUnitName", p.id = ANY(${inside}::int[]) AS "isInside"
      FROM plan p LEFT JOIN unit o ON o.id = p.owner_unit_id
     WHERE p.id = ANY(${ids}::int[]) AND p.region_id = ${regionId} AND p.kind = 'TASK_LIST' AND p.status IN ('ACTIVE', 'ARCHIVED')
     ORDER BY p.year DESC, p.owner_unit_id NULLS FIRST, p.id`;
  const marks = marksOfAlike(plans);
  return plans.map(({ createdOn: _createdOn, ...plan }) => ({ ...plan, mark: marks.get(plan.id) ?? null }));
});

export type BoardChoice = { region?: string; plan?: number; own?: boolean };

function isInForce(plan: BoardPlan, day: Day): boolean {
  return (
    plan.effectiveFrom !== null && plan.effectiveFrom <= day && (plan.archivedOn === null || day < plan.archivedOn)
  );
}

/** The scope of a board for a viewer on a day; null where nothing of it may be read (an unknown region, an unseen plan). */
export async function findBoardScope(actor: Actor, choice: BoardChoice, day: Day): Promise<BoardScope | null> {
  const [regions, access] = await Promise.all([listReadableRegions(actor), listPlanAccess(actor)]);
  const chosenPlan =
    choice.plan === undefined
      ? null
      : await db().plan.findFirst({
          where: { id: choice.plan, AND: { id: { in: access.map((a) => a.planId) } } },
          select: { regionId: true },
        });
  if (choice.plan !== undefined && !chosenPlan) return null;
  const region = chosenPlan
    ? regions.find((r) => r.id === chosenPlan.regionId)
    : choice.region === undefined
      ? regions[0]
      : regions.find((r) => r.code === choice.region);
  if (!region) return null;
  const plans = await listReadablePlans(access, region.id);
  const plan = choice.plan === undefined ? null : (plans.find((p) => p.id === choice.plan) ?? null);
  if (choice.plan !== undefined && !plan) return null;
  const includesOwn = choice.own === true;
  const wanted = plans.filter((p) => p.ownerUnitId === null || p.isInside || includesOwn);
  const inForce = wanted.filter((p) => isInForce(p, day));
  const counted = plan
    ? [plan]
    : inForce.length > 0
      ? inForce
      : wanted.filter((p) => p.archivedOn === null || day < p.archivedOn);
  const countedIds = new Set(counted.map((p) => p.id));
  return {
    region,
    regions,
    plans,
    plan,
    includesOwn,
    canIncludeOwn: plans.some((p) => p.ownerUnitId !== null && !p.isInside),
    counted,
    leavesOutIdle: plan === null && counted.length < wanted.length,
    access: access.filter((a) => countedIds.has(a.planId)),
  };
}

/** The same scope cut down to the plans for which the viewer may take an action. */
export function narrowScope(actor: Actor, scope: BoardScope, action: Action): BoardScope {
  const access = scope.access.filter((a) => isAllowed(action, actor.roles, a.relations));
  const ids = new Set(access.map((a) => a.planId));
  return { ...scope, access, counted: scope.counted.filter((p) => ids.has(p.id)) };
}

/** True where the actor may take the action on some plan, whatever the region. */
export async function mayAnywhere(actor: Actor, action: Action): Promise<boolean> {
  return (await listPlanAccess(actor)).some((a) => isAllowed(action, actor.roles, a.relations));
}

/** Condition on the standing alias `s`, beside taskScope on `t`: lets the standing's own index answer. */
export function standingScope(scope: Pick<BoardScope, 'access'>): Prisma.Sql {
  return Prisma.sql`s.plan_id = ANY(${scope.access.map((a) => a.planId)}::int[])`;
}
