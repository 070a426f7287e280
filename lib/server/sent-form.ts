import 'server-only';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { AppError } from './errors';
import type { Prisma } from './prisma-client/client';

/** A form under way: whose, by which key, and a digest of everything else it says. */
export type SentForm = { accountId: number; formKey: string; sha256: string };

const underWay = new AsyncLocalStorage<SentForm | null>();

/** Refused because the same form was carried out before and said something else, or because what it did then stands no more. */
export class ChangedFormError extends AppError {
  constructor(
    message = '这份表单此前已经提交过一次，这次的内容与那次不同，没有保存。您填写的内容仍在下面；确要再次提交的，请再按一次。',
  ) {
    super('conflict', message);
  }
}

/** The form as it is remembered; null for a form without a key. */
export function sentFormOf(accountId: number, fields: Record<string, string | string[]>): SentForm | null {
  const { idempotencyKey, ...said } = fields;
  if (typeof idempotencyKey !== 'string' || idempotencyKey === '' || idempotencyKey.length > 64) return null;
  const text = JSON.stringify(Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { accountId, formKey: idempotencyKey, sha256: createHash('sha256').update(text).digest('hex') };
}

/** Whatever is written in here belongs to this form. */
export function withSentForm<T>(form: SentForm | null, run: () => Promise<T>): Promise<T> {
  return underWay.run(form, run);
}

export const currentForm = (): SentForm | null => underWay.getStore() ?? null;

/**
 * Remembers the form within the transaction that carries it out; one sent twice at the same moment waits here. Refuses: conflict (the key has come before, with other words).
 */
export async function holdForm(tx: Prisma.TransactionClient, { accountId, formKey, sha256 }: SentForm): Promise<void> {
  const noted = await tx.$executeRaw`
    INSERT INTO sent_form (account_id, form_key, sha256) VALUES (${accountId}, ${formKey}, ${sha256}) ON CONFLICT DO NOTHING`;
  if (noted > 0) return;
  const before = await tx.sentForm.findUniqueOrThrow({ where: { accountId_formKey: { accountId, formKey } } });
  if (before.sha256 !== sha256) throw new ChangedFormError();
}
