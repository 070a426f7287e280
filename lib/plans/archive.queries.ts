import 'server-only';
import type { Day } from '@/lib/dates';
import { mayDoOnPlan, type PlanAccess, taskScope } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma } from '@/lib/server/db';
import type { LightCode, OutcomeCode, ReasonCode, StateCode } from '@/lib/standing/standing.types';
import type { OpenMatters } from './plan.rules';

/** What stands open under a plan now. Asks for no actor: its callers have checked the right. */
export async function countOpenMatters(client: Db, planId: number): Promise<OpenMatters> {
  const [counts] = await client.$queryRaw<OpenMatters[]>`
    SELECT (SELECT count(*)::int FROM task t WHERE t.plan_id = ${planId} AND t.state = 'UNDER_REVIEW') AS reviews,
           (SELECT count(*)::int FROM slip s WHERE s.plan_id = ${planId} AND s.status IN ('DRAFT', 'CHECKED', 'ISSUED', 'SIGNED_FOR', 'REPLIED')) AS slips,
           (SELECT count(*)::int FROM extension e JOIN task t ON t.id = e.task_id WHERE t.plan_id = ${planId} AND e.status = 'REQUESTED') AS extensions,
           (SELECT count(*)::int FROM objection o JOIN task t ON t.id = o.task_id WHERE t.plan_id = ${planId} AND o.status = 'OPEN') AS objections`;
  return counts!;
}

export type OpenTask = {
  taskId: number;
  seq: number;
  text: string;
  /** Its lead units on the day. */
  leads: string;
  state: StateCode;
  light: LightCode;
  reason: ReasonCode;
  dueOn: Day | null;
};
export type OpenThing = { taskId: number | null; slipId: number | null; words: string; on: Day | null };

export type ArchivePreview = {
  open: OpenMatters;
  /** The first of each, with where to settle them. */
  reviews: OpenThing[];
  slips: OpenThing[];
  extensions: OpenThing[];
  objections: OpenThing[];
  /** Papers that wait for a unit's head: they are withdrawn. */
  papers: number;
  /** Open tasks with a date: 未完成 for ever; those without one simply end. */
  unachieved: number;
  undated: number;
  achieved: number;
  /** By lead unit; a task with several leads counts with each. */
  units: { unitId: number | null; name: string; unachieved: number; undated: number }[];
  tasks: OpenTask[];
};

export type ArchivedResults = Record<OutcomeCode, number> & {
  /** Without a date to be held to: achieved, cancelled, or simply over. */
  others: number;
};

/** What became of the tasks of a plan that was archived by the day, those in the actor's scope. */
export async function countArchivedResults(actor: Actor, access: PlanAccess, day: Day): Promise<ArchivedResults> {
  const [counts] = await db().$queryRaw<ArchivedResults[]>`
    SELECT count(*) FILTER (WHERE s.outcome = 'ON_TIME')::int AS "ON_TIME", count(*) FILTER (WHERE s.outcome = 'EXTENDED')::int AS "EXTENDED",
           count(*) FILTER (WHERE s.outcome = 'LATE')::int AS "LATE", count(*) FILTER (WHERE s.outcome = 'NOT_ACHIEVED')::int AS "NOT_ACHIEVED",
           count(*) FILTER (WHERE s.outcome IS NULL)::int AS others
      FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id WHERE ${taskScope(actor, [access])}`;
  return counts!;
}

const SHOWN = 30;
/** A task `t` in a few words. */
const SHORT_TEXT = Prisma.sql`CASE WHEN length(t.text) > 40 THEN left(t.text, 39) || '…' ELSE t.text END`;

/** What archiving a plan today would settle; null where the actor may not archive it. */
export async function findArchivePreview(
  actor: Actor,
  access: PlanAccess,
  day: Day,
  page: { page: number; size: number },
): Promise<ArchivePreview | null> {
  if (!mayDoOnPlan(actor, 'plan.archive', access.relations)) return null;
  const { planId } = access;
  const scope = taskScope(actor, [access]);
  const client = db();
  const [open, [counts], units, tasks, things] = await Promise.all([
    countOpenMatters(client, planId),
    client.$queryRaw<Pick<ArchivePreview, 'unachieved' | 'undated' | 'achieved' | 'papers'>[]>`
      SELECT count(*) FILTER (WHERE s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW') AND s.due_on IS NOT NULL)::int AS unachieved,
             count(*) FILTER (WHERE s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW') AND s.due_on IS NULL)::int AS undated,
             count(*) FILTER (WHERE s.state IN ('COMPLETED', 'SUSTAINED'))::int AS achieved,
             (SELECT count(*)::int FROM unit_paper p JOIN task x ON x.id = p.task_id WHERE x.plan_id = ${planId} AND p.status = 'WAITING') AS papers
        FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id WHERE ${scope}`,
    client.$queryRaw<ArchivePreview['units']>`
      SELECT u.id AS "unitId", coalesce(u.name, '没有确定的牵头单位') AS name, count(DISTINCT t.id) FILTER (WHERE s.due_on IS NOT NULL)::int AS unachieved,
             count(DISTINCT t.id) FILTER (WHERE s.due_on IS NULL)::int AS undated
        FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id AND s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW')
        LEFT JOIN (SELECT x.task_id, x.unit_id FROM task_units_as_of(${day}::date) x
                    WHERE x.role = 'LEAD' AND x.task_id = ANY(ARRAY(SELECT y.id FROM task y WHERE y.plan_id = ${planId}))) m ON m.task_id = t.id
        LEFT JOIN unit u ON u.id = m.unit_id
       WHERE ${scope} GROUP BY u.id ORDER BY u.parent_id NULLS FIRST, u.sort_order NULLS LAST, u.id`,
    client.$queryRaw<OpenTask[]>`
      SELECT t.id AS "taskId", t.seq, t.text, coalesce((
               SELECT string_agg(y.name, '、' ORDER BY y.place) FROM (
                 SELECT coalesce(u.name, k.phrase, x.printed) AS name, min(x.position) AS place
                   FROM task_unit x LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = x.unit_id LEFT JOIN unit u ON u.id = coalesce(r.counted_unit_id, x.unit_id)
                   LEFT JOIN collective k ON k.id = x.collective_id
                  WHERE x.task_id = t.id AND x.role = 'LEAD' AND x.valid_from <= ${day}::date AND x.valid_to > ${day}::date GROUP BY 1) y), t.lead_text) AS leads,
             s.state::text AS state, s.light::text AS light, s.reason::text AS reason, s.due_on::text AS "dueOn"
        FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id
       WHERE ${scope} AND s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW')
       ORDER BY s.due_on IS NULL, t.sort_order LIMIT ${page.size} OFFSET ${(page.page - 1) * page.size}`,
    client.$queryRaw<(OpenThing & { kind: 'reviews' | 'slips' | 'extensions' | 'objections' })[]>`
      SELECT x.kind, x."taskId", x."slipId", x.words, x."on"::text AS "on" FROM (
        SELECT 'reviews' AS kind, t.id AS "taskId", NULL::int AS "slipId", '第 ' || t.seq || ' 项 ' || ${SHORT_TEXT} AS words, s.clock_on AS "on"
          FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id WHERE t.plan_id = ${planId} AND t.state = 'UNDER_REVIEW'
        UNION ALL
        SELECT 'slips', NULL, s.id, CASE WHEN s.number IS NULL THEN '尚未印发 ' || s.title ELSE s.tier_words || ' ' || s.document_code || '〔' || s.number_year || '〕' || s.number || '号' END
               || ' ' || u.name, coalesce(s.issued_on, s.drafted_on)
          FROM slip s JOIN unit u ON u.id = s.unit_id WHERE s.plan_id = ${planId} AND s.status IN ('DRAFT', 'CHECKED', 'ISSUED', 'SIGNED_FOR', 'REPLIED')
        UNION ALL
        SELECT 'extensions', t.id, NULL, '第 ' || t.seq || ' 项 ' || ${SHORT_TEXT}, e.requested_on
          FROM extension e JOIN task t ON t.id = e.task_id WHERE t.plan_id = ${planId} AND e.status = 'REQUESTED'
        UNION ALL
        SELECT 'objections', t.id, NULL, '第 ' || t.seq || ' 项 ' || u.name, o.raised_on
          FROM objection o JOIN task t ON t.id = o.task_id JOIN unit u ON u.id = o.unit_id WHERE t.plan_id = ${planId} AND o.status = 'OPEN') x
       ORDER BY x.kind, x."on", x."taskId" LIMIT 200`,
  ]);
  const of = (kind: string) => things.filter((thing) => thing.kind === kind).slice(0, SHOWN);
  return {
    open,
    ...counts!,
    units,
    tasks,
    reviews: of('reviews'),
    slips: of('slips'),
    extensions: of('extensions'),
    objections: of('objections'),
  };
}
