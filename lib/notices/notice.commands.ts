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
  await tx.$executeRaw`UPDATE notice SET settled_at = clock_timestamp() WHERE kind = ${kind} AND key IN (${Prisma.join([...keys, ...handed])}) AND settled_at IS NULL
       AND (${accountIds === undefined} OR account_id = ANY(${[...(accountIds ?? [])]}::int[]))`;
}
