import type { Day } from '@/lib/dates';
import type { PlanAccess } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { Prisma } from '@/lib/server/db';

/** SQL value: how many papers of the actor's units, and for a head of those below, wait for a head in running plans. Merges followed. */
export function papersWaiting(actor: Actor, access: readonly PlanAccess[], day: Day): Prisma.Sql {
  const unitIds = [...actor.actingUnitIds, ...actor.childUnitIds];
  if (unitIds.length === 0) return Prisma.sql`0`;
  return Prisma.sql`(SELECT count(*)::int FROM unit_paper w JOIN task t ON t.id = w.task_id JOIN plan p ON p.id = t.plan_id AND p.status = 'ACTIVE'
      LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = w.unit_id
      WHERE w.status = 'WAITING' AND t.plan_id = ANY(${access.map((a) => a.planId)}::int[]) AND coalesce(ru.counted_unit_id, w.unit_id) IN (
        SELECT coalesce(own.counted_unit_id, u.id) FROM unnest(${unitIds}::int[]) AS u(id) LEFT JOIN unit_rollup(${day}::date) own ON own.unit_id = u.id))`;
}
