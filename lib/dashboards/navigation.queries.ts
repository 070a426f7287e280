import 'server-only';
import type { Day } from '@/lib/dates';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { standingRows } from './board.queries';

export type Navigation = {
  /** May open the overdue list. */
  readsOverdue: boolean;
  /** Decides on results. */
  reviews: boolean;
  /** Is shown results that wait longer than the limit. */
  readsOldReviews: boolean;
  /** Tasks of the region, or those the viewer's unit leads; null for the platform's admin, who stands in no one region. */
  overdue: number | null;
  underReview: number;
};

/** What the navigation counts: for an office, leader or admin the region's plans, for a unit the tasks it leads. One query beside the rights. */
export async function getNavigation(actor: Actor, day: Day): Promise<Navigation> {
  const access = await listPlanAccess(actor);
  const may = (action: 'overdue.read' | 'report.accept' | 'review.read_old') =>
    access.some((a) => isAllowed(action, actor.roles, a.relations));
  const readsOverdue = may('overdue.read');
  const sees = { readsOverdue, reviews: may('report.accept'), readsOldReviews: may('review.read_old') };
  if (readsOverdue && actor.regionId === null) return { ...sees, overdue: null, underReview: 0 };
  const counted = access.filter(
    (a) => !a.isDraft && (!readsOverdue || isAllowed('overdue.read', actor.roles, a.relations)),
  );
  const inside = counted
    .filter((a) => a.relations.includes('region_unit') || a.relations.includes('plan_office'))
    .map((a) => a.planId);
  const rows = await db().$queryRaw<{ overdue: number; underReview: number }[]>`
    WITH base AS MATERIALIZED (
      SELECT x.task_id, x.state, x.reason FROM (${standingRows(actor, { access: counted }, day)}) x JOIN plan p ON p.id = x.plan_id
       WHERE (p.owner_unit_id IS NULL OR p.id = ANY(${inside}::int[])) AND (NOT ${readsOverdue} OR p.region_id = ${actor.regionId ?? 0})
         AND x.reason <> 'PLAN_NOT_ACTIVE' AND (x.reason IN ('OVERDUE', 'ISSUED_PAST_DUE') OR x.state = 'UNDER_REVIEW'))
    SELECT count(*) FILTER (WHERE b.reason IN ('OVERDUE', 'ISSUED_PAST_DUE'))::int AS overdue,
           count(*) FILTER (WHERE b.state = 'UNDER_REVIEW')::int AS "underReview"
      FROM base b
     WHERE ${readsOverdue} OR b.task_id IN (
       SELECT tu.task_id FROM task_units_as_of(${day}::date) tu
        WHERE tu.role = 'LEAD' AND tu.task_id = ANY(ARRAY(SELECT task_id FROM base))
          AND tu.unit_id IN (SELECT coalesce(ru.counted_unit_id, u.id) FROM unnest(${[...actor.actingUnitIds]}::int[]) AS u(id)
                               LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = u.id))`;
  return { ...sees, ...rows[0]! };
}
