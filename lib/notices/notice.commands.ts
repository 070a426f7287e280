import 'server-only';
import { today } from '@/lib/server/clock';
import { Prisma, type Tx } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import type { NewNotice, NoticeKind } from './notice.schema';

/** Tells people something in the app, within the transaction of what happened. Each key once per person. Returns how many were new. */
export async function tell(tx: Tx, notices: readonly NewNotice[]): Promise<number> {
  if (notices.length === 0) return 0;
  const effectiveOn = toDate(await today(tx));
  const { count } = await tx.notice.createMany({
    data: notices.map((notice) => ({ ...notice, effectiveOn })),
    skipDuplicates: true,
  });
  return count;
}

/**
 * What these notices asked for has been done, whoever did it: they no longer count as open. `keys`: exact keys, for everyone who has them or to whom they
 * were handed over; accountIds: for these people alone.
 */
export async function settle(
  tx: Tx,
  kind: NoticeKind,
  keys: readonly string[],
  accountIds?: readonly number[],
): Promise<void> {
  if (keys.length === 0) return;
  const handed = keys.map((key) => `handed:${key}`);
  await settleWhere(
    tx,
    Prisma.sql`n.kind = ${kind} AND n.key IN (${Prisma.join([...keys, ...handed])}) AND n.settled_at IS NULL
       AND (${accountIds === undefined} OR n.account_id = ANY(${[...(accountIds ?? [])]}::int[]))`,
  );
}

/** Settles the notices `n` of a condition. In one order, like everything that changes several notices at once: two such do not stop each other. */
export async function settleWhere(tx: Tx, condition: Prisma.Sql): Promise<void> {
  await tx.$executeRaw`
    UPDATE notice x SET settled_at = clock_timestamp() FROM (SELECT n.id FROM notice n WHERE ${condition} ORDER BY n.id FOR UPDATE) n WHERE x.id = n.id`;
}

/**
 * Within the transaction in which an account is given another unit, region or fewer roles: what it was told before stays with the place it was told in. No mail
 * takes it up any more, one that waits is not sent, and the inbox shows no words of it. Open work may still be handed over.
 */
export async function leaveNotices(tx: Tx, accountId: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE notice x SET left_at = clock_timestamp()
      FROM (SELECT n.id FROM notice n WHERE n.account_id = ${accountId} AND n.left_at IS NULL ORDER BY n.id FOR UPDATE) n WHERE x.id = n.id`;
  await tx.$executeRaw`
    UPDATE digest SET status = 'FAILED', failure = '本人已调离原岗位，没有发出。' WHERE account_id = ${accountId} AND status = 'PENDING'`;
}
