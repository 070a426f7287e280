import { type PlanAccess, taskScope } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { Prisma } from '@/lib/server/db';

/** SQL value: how many requests wait for a decision the actor may take. The office decides the first of a task, a leader every further one. */
export function requestsToDecide(actor: Actor, access: readonly PlanAccess[]): Prisma.Sql {
  const plansFor = (action: 'extension.decide' | 'extension.decide_again') =>
    access.filter((plan) => isAllowed(action, actor.roles, plan.relations)).map((plan) => plan.planId);
  const [first, again] = [plansFor('extension.decide'), plansFor('extension.decide_again')];
  if (first.length + again.length === 0) return Prisma.sql`0`;
  return Prisma.sql`(SELECT count(*)::int FROM extension e JOIN task t ON t.id = e.task_id JOIN plan p ON p.id = t.plan_id AND p.status = 'ACTIVE'
      WHERE e.status = 'REQUESTED' AND ${taskScope(actor, access)}
        AND t.plan_id = ANY(CASE WHEN EXISTS (SELECT FROM extension b WHERE b.task_id = e.task_id AND b.status = 'GRANTED' AND b.number < e.number)
                                 THEN ${again}::int[] ELSE ${first}::int[] END))`;
}
