import 'server-only';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction } from '@/lib/server/db';
import { recordAudit } from '@/lib/server/events';

/** Turns the actor's own daily mail on or off. Refuses nothing: it is nobody else's. */
export async function setOwnMail(actor: Actor, { wantsMail }: { wantsMail: boolean }): Promise<void> {
  await inTransaction(async (tx) => {
    const changed = await tx.account.updateMany({
      where: { id: actor.accountId, wantsMail: !wantsMail },
      data: { wantsMail, version: { increment: 1 } },
    });
    if (changed.count === 0) return;
    await recordAudit(tx, actor, {
      kind: 'account.mail_changed',
      subject: 'account',
      subjectId: actor.accountId,
      payload: { wantsMail },
    });
  });
}
