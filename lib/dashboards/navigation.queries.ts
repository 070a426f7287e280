import 'server-only';
import type { Day } from '@/lib/dates';
import { requestsToDecide } from '@/lib/extensions/extension.where';
import { listPlanAccess, type PlanAccess } from '@/lib/rights/rights.queries';
import { type Action, isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { slipsWaiting } from '@/lib/slips/slip.where';
import { papersWaiting } from '@/lib/unit-papers/unit-paper.where';
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
  /** Notices not read. */
  unread: number;
  /** Extension requests the viewer is to decide; null: neither asks for nor decides on any. */
  extensions: number | null;
  /** Slips the viewer is to do something about; null: reads none. */
  slips: number | null;
  /** Papers that wait for the viewer as head; null: is no head. */
  papers: number | null;
  /** May read who is told of what. */
  readsReminders: boolean;
};

type Waiting = { unread: number; extensions: number; slips: number; papers: number };

/** What waits for the viewer, each a column of a query of one row; as the pages behind count it. */
function waitingColumns(actor: Actor, access: readonly PlanAccess[], day: Day): Prisma.Sql {
  const signs = actor.roles.includes('unit_head') || actor.representingUnitIds.length > 0;
  const papers = signs ? papersWaiting(actor, access, day) : Prisma.sql`0`;
  return Prisma.sql`(SELECT count(*)::int FROM notice n WHERE n.account_id = ${actor.accountId} AND n.read_at IS NULL) AS unread,
           ${requestsToDecide(actor, access)} AS extensions, ${slipsWaiting(actor, access, day)} AS slips, ${papers} AS papers`;
}

/** What the navigation counts: for an office, leader or admin the region's plans, for a unit the tasks it leads. One query beside the rights. */
export async function getNavigation(actor: Actor, day: Day): Promise<Navigation> {
  const access = await listPlanAccess(actor);
  const may = (action: Action) => access.some((a) => isAllowed(action, actor.roles, a.relations));
  const readsOverdue = may('overdue.read');
  const sees = {
    readsOverdue,
    reviews: may('report.accept'),
    readsOldReviews: may('review.read_old'),
    readsReminders: may('reminder.read'),
  };
  const isUnit = actor.actingUnitIds.length + actor.childUnitIds.length > 0;
  const shown = ({ unread, ...waiting }: Waiting) => ({
    unread,
    extensions: isUnit || may('extension.decide') || may('extension.decide_again') ? waiting.extensions : null,
    slips: may('slip.oversee') || (isUnit && may('slip.answer')) ? waiting.slips : null,
    // An office that may stand for a head is led there only where something waits.
    papers: actor.roles.includes('unit_head') || waiting.papers > 0 ? waiting.papers : null,
  });
  const waiting = waitingColumns(actor, access, day);
  if (readsOverdue && actor.regionId === null) {
    const [own] = await db().$queryRaw<Waiting[]>`SELECT ${waiting}`;
    return { ...sees, overdue: null, underReview: 0, ...shown(own!) };
  }
  const counted = access.filter(
    (a) => !a.isDraft && (!readsOverdue || isAllowed('overdue.read', actor.roles, a.relations)),
  );
  const inside = counted
    .filter((a) => a.relations.includes('region_unit') || a.relations.includes('plan_office'))
    .map((a) => a.planId);
  const rows = await db().$queryRaw<({ overdue: number; underReview: number } & Waiting)[]>`
    WITH base AS MATERIALIZED (
      SELECT x.task_id, x.state, x.reason FROM (${standingRows(actor, { access: counted }, day)}) x JOIN plan p ON p.id = x.plan_id
       WHERE (p.owner_unit_id IS NULL OR p.id = ANY(${inside}::int[])) AND (NOT ${readsOverdue} OR p.region_id = ${actor.regionId ?? 0})
         AND x.reason <> 'PLAN_NOT_ACTIVE' AND (x.reason IN ('OVERDUE', 'ISSUED_PAST_DUE') OR x.state = 'UNDER_REVIEW'))
    SELECT count(*) FILTER (WHERE b.reason IN ('OVERDUE', 'ISSUED_PAST_DUE'))::int AS overdue,
           count(*) FILTER (WHERE b.state = 'UNDER_REVIEW')::int AS "underReview", ${waiting}
      FROM base b
     WHERE ${readsOverdue} OR b.task_id IN (
       SELECT tu.task_id FROM task_units_as_of(${day}::date) tu
        WHERE tu.role = 'LEAD' AND tu.task_id = ANY(ARRAY(SELECT task_id FROM base))
          AND tu.unit_id IN (SELECT coalesce(ru.counted_unit_id, u.id) FROM unnest(${[...actor.actingUnitIds]}::int[]) AS u(id)
                               LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = u.id))`;
  const { overdue, underReview, ...own } = rows[0]!;
  return { ...sees, overdue, underReview, ...shown(own) };
}
