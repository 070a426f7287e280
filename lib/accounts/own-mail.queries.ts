import 'server-only';
import { configuredMailServer } from '@/lib/mail/smtp';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';

export type OwnMail = { email: string | null; wantsMail: boolean; hasMail: boolean };

/** The actor's own address, and whether they are sent the daily mail. */
export async function getOwnMail(actor: Actor): Promise<OwnMail> {
  const account = await db().account.findUniqueOrThrow({
    where: { id: actor.accountId },
    select: { email: true, wantsMail: true },
  });
  return { ...account, email: account.email || null, hasMail: configuredMailServer() !== null };
}
