import 'server-only';
import { createHmac } from 'node:crypto';
import { NOBODYS_HASH, verifyPassword } from '@/lib/server/auth/password';
import { startSession } from '@/lib/server/auth/sign-in-session';
import { type Db, db, inTransaction } from '@/lib/server/db';
import { signingSecret } from '@/lib/server/env';
import { AppError } from '@/lib/server/errors';
import { PASSWORD_MAX } from './password.rules';
import {
  type FailureCounts,
  isLocked,
  plainUsername,
  SIGN_IN_WORDS,
  type SignInRefusal,
  WINDOW_MINUTES,
} from './sign-in.rules';

export type SignInResult = { ok: true; accountId: number; sid: string } | { ok: false; reason: SignInRefusal };

/** What attempts at a name without an account are counted under. Not the name itself: it may be a password typed into the wrong field. */
export function unknownNameKey(username: string): string {
  return `?${createHmac('sha256', signingSecret()).update(username).digest('hex').slice(0, 12)}`;
}

/** Failures that count: within the window, for a name since its last success and its last new password. */
async function countFailures(client: Db, name: string, address: string): Promise<FailureCounts> {
  const rows = await client.$queryRaw<{ account: number; address: number }[]>`
    SELECT
      (SELECT count(*)::int FROM sign_in_attempt a
        WHERE a.username = ${name} AND NOT a.succeeded AND a.reason <> 'locked'
          AND a.attempted_at > clock_timestamp() - make_interval(mins => ${WINDOW_MINUTES}::int)
          AND a.id > coalesce((SELECT max(s.id) FROM sign_in_attempt s WHERE s.username = ${name} AND s.succeeded
                                 AND s.attempted_at > clock_timestamp() - make_interval(mins => ${WINDOW_MINUTES}::int)), 0)
          AND a.attempted_at > coalesce((SELECT c.password_changed_at FROM account c WHERE c.username = ${name}), '-infinity')) AS account,
      (SELECT count(*)::int FROM sign_in_attempt a
        WHERE a.address = ${address} AND NOT a.succeeded AND a.reason <> 'locked'
          AND a.attempted_at > clock_timestamp() - make_interval(mins => ${WINDOW_MINUTES}::int)) AS address`;
  return rows[0]!;
}

async function logAttempt(client: Db, name: string, address: string, reason: string): Promise<void> {
  await client.$executeRaw`
    INSERT INTO sign_in_attempt (username, address, attempted_at, succeeded, reason)
    VALUES (${name}, ${address}, clock_timestamp(), ${reason === 'ok'}, ${reason})`;
}

/** A locked name hammered on leaves one line a minute in the log, not millions. */
async function logLocked(client: Db, name: string, address: string): Promise<void> {
  await client.$executeRaw`
    INSERT INTO sign_in_attempt (username, address, attempted_at, succeeded, reason)
    SELECT ${name}, ${address}, clock_timestamp(), false, 'locked'
     WHERE NOT EXISTS (SELECT 1 FROM sign_in_attempt WHERE username = ${name} AND address = ${address} AND reason = 'locked'
                          AND attempted_at > clock_timestamp() - interval '1 minute')`;
}

/**
 * Answers the same, and as fast, for an unknown name, a disabled account and a wrong password; 'locked' goes by the attempts alone. The hash is
 * computed outside the transaction, but its outcome counts only after the attempts were counted under a lock: guesses sent side by side are
 * still taken one by one.
 */
export async function signIn(input: { username: string; password: string; address: string }): Promise<SignInResult> {
  const { address } = input;
  const username = plainUsername(input.username).slice(0, 64);
  const account = await db().account.findUnique({
    where: { username },
    select: { id: true, username: true, passwordHash: true, isActive: true },
  });
  const name = account?.username ?? unknownNameKey(username);
  if (isLocked(await countFailures(db(), name, address))) {
    await logLocked(db(), name, address);
    return { ok: false, reason: 'locked' };
  }
  const fits = input.password.length <= PASSWORD_MAX * 2;
  const isRight = await verifyPassword(
    account && fits ? account.passwordHash : NOBODYS_HASH,
    fits ? input.password : '',
  );
  return inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(7301, hashtext(${name}))`;
    await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(7302, hashtext(${address}))`;
    if (isLocked(await countFailures(tx, name, address))) {
      await logLocked(tx, name, address);
      return { ok: false, reason: 'locked' };
    }
    // Read again: a password may have been reset, or the account disabled, while the hash was computed. For an unknown name too: it takes as long.
    const now = await tx.account.findUnique({
      where: { id: account?.id ?? 0 },
      select: { passwordHash: true, isActive: true },
    });
    if (!account || !now) {
      await logAttempt(tx, name, address, 'unknown');
      return { ok: false, reason: 'wrong' };
    }
    if (!isRight || now.passwordHash !== account.passwordHash) {
      await logAttempt(tx, name, address, 'wrong');
      return { ok: false, reason: 'wrong' };
    }
    if (!now.isActive) {
      await logAttempt(tx, name, address, 'disabled');
      return { ok: false, reason: 'wrong' };
    }
    await logAttempt(tx, name, address, 'ok');
    return { ok: true, accountId: account.id, sid: await startSession(tx, account.id, address) };
  });
}

/** For the signed-in who must give their password again. Refuses: rate_limited. */
export async function assertMayGuess(username: string, address: string): Promise<void> {
  if (isLocked(await countFailures(db(), username, address))) throw new AppError('rate_limited', SIGN_IN_WORDS.locked);
}

export async function noteWrongPassword(username: string, address: string): Promise<void> {
  await logAttempt(db(), username, address, 'wrong');
}
