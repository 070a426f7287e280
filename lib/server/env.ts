import 'server-only';
import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.string().min(1),
  /** Signs the sign-in cookie. Only outside production does one stand in for it. */
  NEXTAUTH_SECRET:
    process.env.NODE_ENV === 'production'
      ? z.string().min(16)
      : z.string().min(16).default('development-secret-change-me'),
  /** The address people type, e.g. https://ledger.example.gov.cn; with https the sign-in cookie travels over https only. */
  NEXTAUTH_URL: z.string().default(''),
  /** Addresses of reverse proxies whose X-Forwarded-For is believed, separated by commas. */
  LEDGER_TRUSTED_PROXIES: z.string().default(''),
  LEDGER_DEBUG: z.string().default(''),
  LEDGER_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),
});

export type Env = z.infer<typeof schema>;
let cached: Env | undefined;

/** The process's settings, checked once. The only place that reads process.env. */
export function env(): Env {
  cached ??= schema.parse(process.env);
  return cached;
}
