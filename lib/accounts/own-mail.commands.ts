import 'server-only';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit } from '@/lib/server/events';
import type { OwnMailInput } from './own-mail.schema';

/**
 * The actor's own address for the daily mail, and whether it is sent; sending the same again changes nothing. Of nobody else's account. Refuses: conflict (an
 * admin has entered another address since the form was drawn).
 */
export async function setOwnMail(actor: Actor, { email, emailBefore, wantsMail }: OwnMailInput): Promise<void> {
  await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM account WHERE id = ${actor.accountId} FOR UPDATE`;
    const stored = await tx.account.findUniqueOrThrow({
      where: { id: actor.accountId },
      select: { email: true, wantsMail: true },
    });
    const before = { email: stored.email || null, wantsMail: stored.wantsMail };
    if (before.email === email && before.wantsMail === wantsMail) return;
    if (before.email !== email && (before.email ?? '') !== emailBefore.trim())
      throw new AppError('conflict', '邮箱已由管理员更改，您填写的没有保存。请对照后再提交。', {
        latest: { email: before.email ?? '' },
      });
    await tx.account.update({
      where: { id: actor.accountId },
      data: { email, wantsMail, version: { increment: 1 } },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      kind: 'account.mail_changed',
      subject: 'account',
      subjectId: actor.accountId,
      payload: { before, after: { email, wantsMail } },
    });
  });
}
