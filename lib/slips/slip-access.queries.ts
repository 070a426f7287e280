import 'server-only';
import type { Day } from '@/lib/dates';
import { countedUnits, listPlanAccess } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma } from '@/lib/server/db';
import { type SlipAccess, slipAccess } from './slip.policy';
import { UNISSUED_STATUSES } from './slip.rules';
import { slipGroupScope } from './slip.where';

/** How an actor stands to one slip on a day; null where its plan is outside their scope. */
export async function findSlipAccess(
  client: Db,
  actor: Actor,
  slip: { id: number; planId: number; unitId: number },
  day: Day,
): Promise<SlipAccess | null> {
  const plan = (await listPlanAccess(actor, client)).find((access) => access.planId === slip.planId);
  if (!plan) return null;
  const [counted] = await countedUnits([slip.unitId], day, client);
  return slipAccess({
    roles: actor.roles,
    relations: plan.relations,
    isOutsideGroups: await isOutsideGroups(client, actor, slip.id),
    unitIds: await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], day, client),
    slipUnitId: counted ?? slip.unitId,
  });
}

async function isOutsideGroups(client: Db, actor: Actor, slipId: number): Promise<boolean> {
  if (actor.workGroupIds.length === 0) return false;
  const [row] = await client.$queryRaw<{ outside: boolean }[]>`
    SELECT EXISTS (SELECT FROM slip_task st JOIN task t ON t.id = st.task_id
                    WHERE st.slip_id = ${slipId} AND (t.work_group_id = ANY(${[...actor.workGroupIds]}::int[])) IS NOT TRUE) AS outside`;
  return row!.outside;
}

/** What an actor sees of slips in general. */
export type SlipScope = {
  overseenPlanIds: number[];
  draftPlanIds: number[];
  issuedPlanIds: number[];
  /** Plans whose office the actor is of. */
  ownPlanIds: number[];
  answerPlanIds: number[];
  /** Units the actor speaks or signs for, merges followed. */
  unitIds: number[];
};

export async function readSlipScope(actor: Actor, day: Day, client: Db = db()): Promise<SlipScope> {
  const access = await listPlanAccess(actor, client);
  const plansFor = (action: 'slip.oversee' | 'slip.issue' | 'slip.answer', isOwn = false) =>
    access
      .filter((a) =>
        isAllowed(
          action,
          actor.roles,
          isOwn ? a.relations.filter((r) => r === 'plan_office' || r === 'platform') : a.relations,
        ),
      )
      .map((a) => a.planId);
  const unitIds = await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], day, client);
  return {
    overseenPlanIds: plansFor('slip.oversee'),
    draftPlanIds: plansFor('slip.oversee', true),
    issuedPlanIds: plansFor('slip.issue'),
    ownPlanIds: access.filter((a) => a.relations.includes('plan_office')).map((a) => a.planId),
    answerPlanIds: unitIds.length > 0 ? plansFor('slip.answer') : [],
    unitIds,
  };
}

/** SQL condition on a slip `s`, its status `status` and the unit it counts for `unit`: the slips an actor may read. */
export function slipRows(actor: Actor, scope: SlipScope, status: Prisma.Sql, unit: Prisma.Sql): Prisma.Sql {
  const unissued = Prisma.sql`${status} = ANY(${[...UNISSUED_STATUSES]}::text[])`;
  return Prisma.sql`(
    (s.plan_id = ANY(${scope.overseenPlanIds}::int[]) AND (NOT ${unissued} OR s.plan_id = ANY(${scope.draftPlanIds}::int[]))${slipGroupScope(actor)})
    OR (s.plan_id = ANY(${scope.answerPlanIds}::int[]) AND NOT ${unissued} AND ${unit} = ANY(${scope.unitIds}::int[])))`;
}
