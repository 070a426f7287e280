import 'server-only';
import { settle } from '@/lib/notices/notice.commands';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit, toDate } from '@/lib/server/events';
import { listSigningUnits, listUnitsToSign } from './sign-for.queries';
import type { SignForPlanInput } from './sign-for.schema';
import { signForKey } from './sign-for-notices.commands';

/**
 * 签收方案, for one unit or for all the actor speaks for; signing again changes nothing. Returns the names of the units that signed now. Refuses:
 * not_found (plan outside the scope), forbidden (no unit of the actor's stands on the list), invalid_state (the plan is not carried out).
 */
export async function signForPlan(actor: Actor, input: SignForPlanInput): Promise<string[]> {
  return inTransaction(async (tx) => {
    const access = (await listPlanAccess(actor, tx)).find((a) => a.planId === input.planId);
    if (!access) throw new AppError('not_found');
    if (!isAllowed('sign_for.sign', actor.roles, access.relations)) throw new AppError('forbidden');
    // Two people of one unit sign one after the other.
    const [plan] = await tx.$queryRaw<{ status: string; kind: string }[]>`
      SELECT status::text AS status, kind::text AS kind FROM plan WHERE id = ${input.planId} FOR UPDATE`;
    if (!plan) throw new AppError('not_found');
    if (plan.status !== 'ACTIVE' || plan.kind !== 'TASK_LIST')
      throw new AppError('invalid_state', '只有执行中的任务清单需要签收。方案尚未启用或已归档，请刷新页面查看。');
    const day = await today(tx);
    const speaking = await listSigningUnits(actor, access, day, tx);
    const standing = (await listUnitsToSign(tx, input.planId, day)).filter(({ unitId }) => speaking.includes(unitId));
    const wanted = input.unitId === undefined ? standing : standing.filter(({ unitId }) => unitId === input.unitId);
    if (wanted.length === 0) throw new AppError('forbidden', '您所在的单位不在这份清单上，或您不能代该单位签收。');
    const signing = wanted.filter(({ signedOn }) => signedOn === null);
    for (const { unitId, name } of signing) {
      await tx.signFor.create({
        data: {
          planId: input.planId,
          unitId,
          signedById: actor.accountId,
          signedByWords: actor.words,
          signedOn: toDate(day),
        },
        select: { id: true },
      });
      await recordAudit(tx, actor, {
        kind: 'plan.signed_for',
        subject: 'plan',
        subjectId: input.planId,
        payload: { unitId, unit: name },
      });
    }
    await settle(
      tx,
      'sign_for',
      signing.map(({ unitId }) => signForKey(input.planId, unitId)),
    );
    return signing.map(({ name }) => name);
  });
}
