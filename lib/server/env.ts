import 'server-only';
import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.string().min(1),
  /** Signs the sign-in cookie; read through signingSecret(). */
  NEXTAUTH_SECRET: z.string().default(''),
  /** The address people type, e.g. https://ledger.example.gov.cn; with https the sign-in cookie travels over https only. */
  NEXTAUTH_URL: z.string().default(''),
  /** Addresses of reverse proxies whose X-Forwarded-For is believed, separated by commas. */
  LEDGER_TRUSTED_PROXIES: z.string().default(''),
  /** The data folder, and the folder of the evidence store where it lies elsewhere. */
  LEDGER_DATA: z.string().default(''),
  LEDGER_EVIDENCE: z.string().default(''),
  LEDGER_DEBUG: z.string().default(''),
  /** 'off': this process takes no part in the scheduled work. */
  LEDGER_JOBS: z.string().default(''),
  /** Mail server for the daily digest, smtps://user:password@mail.example.gov.cn:465, and the address it is sent from. Left out: no mail. */
  LEDGER_SMTP_URL: z.string().default(''),
  LEDGER_MAIL_FROM: z.string().default(''),
  // Two at least: the try of a sending is noted beside the transaction that holds it.
  LEDGER_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
});

export type Env = z.infer<typeof schema>;
let cached: Env | undefined;

/** The process's settings, checked once. The only place that reads process.env. */
export function env(): Env {
  cached ??= schema.parse(process.env);
  return cached;
}

/** The secret that signs. Only outside production does one stand in for it; seeding and other commands need none. */
export function signingSecret(): string {
  const { NEXTAUTH_SECRET: secret } = env();
  if (secret.length >= 16) return secret;
  if (process.env.NODE_ENV === 'production')
    throw new Error('NEXTAUTH_SECRET is missing or shorter than 16 characters');
  return 'development-secret-change-me';
}
