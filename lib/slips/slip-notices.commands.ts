import 'server-only';
import type { Day } from '@/lib/dates';
import { settle, tell } from '@/lib/notices/notice.commands';
import { handlersOf, headsOf, overseersOfPlan } from '@/lib/notices/recipients.queries';
import type { Actor } from '@/lib/server/auth/actor';
import type { Tx } from '@/lib/server/db';

type Words = { title: string; body?: string };

const hrefOf = (slipId: number): string => `/slips/${slipId}`;

async function tellAccounts(
  tx: Tx,
  slipId: number,
  accountIds: Iterable<number>,
  key: string,
  { title, body = '' }: Words,
): Promise<void> {
  await tell(
    tx,
    [...new Set(accountIds)].map((accountId) => ({
      accountId,
      kind: 'slip',
      key,
      title,
      body,
      href: hrefOf(slipId),
      slipId,
    })),
  );
}

/** The head of the unit (of its parent where it has none), and who looks after the slip's tasks there. */
export async function tellUnit(
  tx: Tx,
  slip: { id: number; unitId: number; taskIds: readonly number[]; today: Day },
  key: string,
  words: Words,
): Promise<void> {
  const recipients = new Set(await headsOf(tx, slip.unitId, slip.today));
  for (const taskId of slip.taskIds) {
    for (const id of await handlersOf(tx, taskId, slip.unitId, slip.today)) recipients.add(id);
  }
  await tellAccounts(tx, slip.id, recipients, key, words);
}

/** The others of the office that runs the slip's plan, who may see all its tasks. */
export async function tellOffice(tx: Tx, actor: Actor, slipId: number, key: string, title: string): Promise<void> {
  const slip = await tx.slip.findUniqueOrThrow({
    where: { id: slipId },
    select: { planId: true, title: true, unit: { select: { name: true } } },
  });
  const office = (await overseersOfPlan(tx, slip.planId, 'office')).filter((id) => id !== actor.accountId);
  const bound = await tx.$queryRaw<{ id: number }[]>`
    SELECT DISTINCT g.account_id AS id FROM account_work_group g
     WHERE g.account_id = ANY(${office}::int[]) AND EXISTS (
       SELECT FROM slip_task st JOIN task t ON t.id = st.task_id WHERE st.slip_id = ${slipId}
          AND NOT EXISTS (SELECT FROM account_work_group x WHERE x.account_id = g.account_id AND x.work_group_id = t.work_group_id))`;
  const blind = new Set(bound.map((row) => row.id));
  await tellAccounts(
    tx,
    slipId,
    office.filter((id) => !blind.has(id)),
    key,
    { title, body: `${slip.unit.name}：${slip.title}` },
  );
}

/** Who looks after the draft, unless it is the actor. */
export async function tellWriter(
  tx: Tx,
  actor: Actor,
  slipId: number,
  accountId: number,
  key: string,
  reason: string,
): Promise<void> {
  if (accountId === actor.accountId) return;
  await tellAccounts(tx, slipId, [accountId], key, { title: '督办单退回修改', body: `理由：${reason}` });
}

/** What these notices of a slip asked for has been done; kinds are the third part of their keys. */
export async function settleSlip(tx: Tx, slipId: number, kinds: readonly string[]): Promise<void> {
  // One that was handed over stands under its own key with a prefix (see settle).
  const open = await tx.$queryRaw<{ key: string }[]>`
    SELECT DISTINCT k.key FROM notice n CROSS JOIN LATERAL (SELECT regexp_replace(n.key, '^handed:', '') AS key) k
     WHERE n.slip_id = ${slipId} AND n.kind = 'slip' AND n.settled_at IS NULL AND split_part(k.key, ':', 3) = ANY(${[...kinds]}::text[])`;
  await settle(
    tx,
    'slip',
    open.map((row) => row.key),
  );
}
