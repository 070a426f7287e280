import 'server-only';
import { tell } from '@/lib/notices/notice.commands';
import { accountsOfUnits } from '@/lib/notices/recipients.queries';
import { today } from '@/lib/server/clock';
import type { Tx } from '@/lib/server/db';
import { listUnitsToSign } from './sign-for.queries';

export const signForKey = (planId: number, unitId: number): string => `sign-for:${planId}:${unitId}`;

/** Tells the reporters and heads of the units that owe a sign-for for a plan; unitIds: only these of them. Within the transaction of what happened. */
export async function tellUnitsToSign(tx: Tx, planId: number, unitIds?: readonly number[]): Promise<void> {
  if (unitIds?.length === 0) return;
  const day = await today(tx);
  const plan = await tx.plan.findUniqueOrThrow({ where: { id: planId }, select: { title: true, kind: true } });
  if (plan.kind === 'ASSESSMENT') return;
  const owing = (await listUnitsToSign(tx, planId, day)).filter(
    ({ unitId, signedOn }) => signedOn === null && (unitIds === undefined || unitIds.includes(unitId)),
  );
  for (const { unitId, name } of owing) {
    const accounts = await accountsOfUnits(tx, [unitId], ['unit_reporter', 'unit_head'], day);
    await tell(
      tx,
      accounts.map((accountId) => ({
        accountId,
        kind: 'sign_for' as const,
        key: signForKey(planId, unitId),
        title: `请签收《${plan.title}》`,
        body: `${name}在清单中承担任务，请核对分工后签收；对分工有异议的，可在任务页提出。`,
        href: `/plans/${planId}#sign-for`,
      })),
    );
  }
}
