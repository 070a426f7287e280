import 'server-only';
import type { Actor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';

/** Marks one of the actor's own notices as read. Refuses: not_found (none, or another's). */
export async function markNoticeRead(actor: Actor, { noticeId }: { noticeId: bigint }): Promise<void> {
  const found = await db()
    .$executeRaw`UPDATE notice SET read_at = coalesce(read_at, clock_timestamp()) WHERE id = ${noticeId} AND account_id = ${actor.accountId}`;
  if (found === 0) throw new AppError('not_found');
}

/** Marks everything the actor was told up to a notice as read. Refuses: not_found (the notice is none of the actor's own). */
export async function markAllRead(actor: Actor, { upToId }: { upToId: bigint }): Promise<void> {
  const upTo = await db().notice.findFirst({ where: { id: upToId, accountId: actor.accountId }, select: { id: true } });
  if (!upTo) throw new AppError('not_found');
  // In one order, like everything that changes several notices at once (see settleWhere).
  await inTransaction(
    (tx) => tx.$executeRaw`
      UPDATE notice x SET read_at = clock_timestamp()
        FROM (SELECT id FROM notice WHERE account_id = ${actor.accountId} AND read_at IS NULL AND id <= ${upToId} ORDER BY id FOR UPDATE) n WHERE x.id = n.id`,
  );
}
