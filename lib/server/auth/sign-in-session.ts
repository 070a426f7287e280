import 'server-only';
import { randomUUID } from 'node:crypto';
import { type Db, db, Prisma } from '../db';
import { ACCOUNT_COLUMNS, ACCOUNT_TABLES, type AccountRow, type Actor, actorOf } from './actor';
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
 * Condition on a sign-in s: not ended, seen within the setting idle_minutes (30), not older than a working day.
 */
const isLive = (sid: string) => Prisma.sql`
  s.id = ${sid}::uuid AND s.ended_at IS NULL
  AND s.created_at > clock_timestamp() - make_interval(hours => ${SESSION_HOURS}::int)
  AND s.last_seen_at > clock_timestamp() - make_interval(mins => coalesce(
        (SELECT value::int FROM setting WHERE key = 'idle_minutes' AND value ~ '^[1-9][0-9]{0,3}$'), 30))`;

/** Being asked is being seen, noted at most once a minute. */
const IS_DUE = Prisma.sql`s.last_seen_at < clock_timestamp() - interval '1 minute' AS is_due`;

async function noteSeen(sid: string): Promise<void> {
  await db()
    .$executeRaw`UPDATE sign_in_session SET last_seen_at = clock_timestamp() WHERE id = ${sid}::uuid AND ended_at IS NULL`;
}

/** Who a live sign-in is, read in one round trip with the sign-in itself: every request begins with it. null otherwise. */
export async function findSessionActor(sid: string): Promise<Actor | null> {
  if (!SID.test(sid)) return null;
  const [row] = await db().$queryRaw<(AccountRow & { is_due: boolean })[]>`
    SELECT ${ACCOUNT_COLUMNS}, ${IS_DUE} FROM sign_in_session s JOIN ${ACCOUNT_TABLES} ON a.id = s.account_id WHERE ${isLive(sid)} AND a.is_active`;
  if (!row) return null;
  if (row.is_due) await noteSeen(sid);
  return actorOf(row);
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
