import 'server-only';
import { randomUUID } from 'node:crypto';
import { type Db, db } from '../db';
import { SESSION_HOURS } from './session-cookie';

const SID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export async function startSession(client: Db, accountId: number, address: string): Promise<string> {
  const sid = randomUUID();
  await client.$executeRaw`
    INSERT INTO sign_in_session (id, account_id, address, created_at, last_seen_at)
    VALUES (${sid}::uuid, ${accountId}, ${address}, clock_timestamp(), clock_timestamp())`;
  return sid;
}

/**
 * The account of a live sign-in: not ended, seen within the setting idle_minutes (30), not older than a working day. Being asked is being
 * seen, noted at most once a minute. null otherwise.
 */
export async function findSessionAccountId(sid: string): Promise<number | null> {
  if (!SID.test(sid)) return null;
  const rows = await db().$queryRaw<{ account_id: number; is_due: boolean }[]>`
    SELECT s.account_id, s.last_seen_at < clock_timestamp() - interval '1 minute' AS is_due
      FROM sign_in_session s
     WHERE s.id = ${sid}::uuid AND s.ended_at IS NULL
       AND s.created_at > clock_timestamp() - make_interval(hours => ${SESSION_HOURS}::int)
       AND s.last_seen_at > clock_timestamp() - make_interval(mins => coalesce(
             (SELECT value::int FROM setting WHERE key = 'idle_minutes' AND value ~ '^[1-9][0-9]{0,3}$'), 30))`;
  const session = rows[0];
  if (!session) return null;
  if (session.is_due) {
    await db()
      .$executeRaw`UPDATE sign_in_session SET last_seen_at = clock_timestamp() WHERE id = ${sid}::uuid AND ended_at IS NULL`;
  }
  return session.account_id;
}

export async function endSession(sid: string): Promise<void> {
  if (!SID.test(sid)) return;
  await db()
    .$executeRaw`UPDATE sign_in_session SET ended_at = clock_timestamp() WHERE id = ${sid}::uuid AND ended_at IS NULL`;
}

/** Ends every sign-in of an account, or every other one than `exceptSid`. */
export async function endSessionsOf(client: Db, accountId: number, exceptSid: string | null = null): Promise<void> {
  const kept = exceptSid !== null && SID.test(exceptSid) ? exceptSid : null;
  await client.$executeRaw`
    UPDATE sign_in_session SET ended_at = clock_timestamp()
     WHERE account_id = ${accountId} AND ended_at IS NULL AND (${kept}::uuid IS NULL OR id <> ${kept}::uuid)`;
}
