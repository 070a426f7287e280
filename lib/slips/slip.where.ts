import type { Day } from '@/lib/dates';
import type { PlanAccess } from '@/lib/rights/rights.queries';
import { type Action, isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { Prisma } from '@/lib/server/db';

/** SQL condition on a slip alias `s`: none of its tasks is outside the work groups an office or leader is limited to. */
export function slipGroupScope(actor: Actor): Prisma.Sql {
  return actor.workGroupIds.length === 0
    ? Prisma.empty
    : Prisma.sql` AND NOT EXISTS (SELECT FROM slip_task gt JOIN task g ON g.id = gt.task_id
        WHERE gt.slip_id = s.id AND (g.work_group_id = ANY(${[...actor.workGroupIds]}::int[])) IS NOT TRUE)`;
}

/** SQL value: how many slips wait for the actor: as the office to check, issue or close; as a unit to sign for or answer. */
export function slipsWaiting(actor: Actor, access: readonly PlanAccess[], day: Day): Prisma.Sql {
  const plansFor = (action: Action) =>
    access.filter((a) => isAllowed(action, actor.roles, a.relations)).map((a) => a.planId);
  const unitIds = [...actor.actingUnitIds, ...actor.childUnitIds];
  const [issued, answered] = [plansFor('slip.issue'), unitIds.length > 0 ? plansFor('slip.answer') : []];
  if (issued.length + answered.length === 0) return Prisma.sql`0`;
  const isSentToActor = Prisma.sql`coalesce(ru.counted_unit_id, s.unit_id) IN (
               SELECT coalesce(own.counted_unit_id, u.id) FROM unnest(${unitIds}::int[]) AS u(id) LEFT JOIN unit_rollup(${day}::date) own ON own.unit_id = u.id)`;
  return Prisma.sql`(SELECT count(*)::int FROM slip s LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = s.unit_id
      WHERE ${waitingRows(actor, { issued, answered }, Prisma.sql`s.status`, isSentToActor)})`;
}

/** SQL condition on a slip `s` of this `status`: it waits for the actor, as an office of the plans `issued` or as the unit it was sent to under those `answered`. */
export function waitingRows(
  actor: Actor,
  { issued, answered }: { issued: readonly number[]; answered: readonly number[] },
  status: Prisma.Sql,
  isSentToActor: Prisma.Sql,
): Prisma.Sql {
  return Prisma.sql`((s.plan_id = ANY(${[...issued]}::int[]) AND ${status} IN ('DRAFT', 'CHECKED', 'REPLIED')${slipGroupScope(actor)})
         OR (s.plan_id = ANY(${[...answered]}::int[]) AND ${status} IN ('ISSUED', 'SIGNED_FOR') AND ${isSentToActor}))`;
}
