import 'server-only';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { escapeLike } from '@/lib/text';
import { accountRegions } from './account.policy';

export type SignInFilter = { q: string; result: 'all' | 'ok' | 'failed'; page: number; pageSize: number };

export type SignInRow = {
  id: number;
  /** null: no account of that name; `mark` tells one such name from another. */
  username: string | null;
  displayName: string | null;
  mark: string | null;
  address: string;
  attemptedAt: Date;
  reason: string;
};

/** The sign-in log: of the accounts the actor manages; names without an account are the platform's admin's to see. */
export async function listSignIns(actor: Actor, filter: SignInFilter): Promise<{ rows: SignInRow[]; total: number }> {
  const regions = accountRegions(actor);
  if (regions !== 'all' && regions.length === 0) return { rows: [], total: 0 };
  const pattern = `%${escapeLike(filter.q.trim())}%`;
  const where = Prisma.sql`
    (${regions === 'all'} OR coalesce(a.region_id, u.region_id, su.region_id) = ANY(${regions === 'all' ? [] : regions}::int[]))
    AND (${filter.q.trim() === ''} OR a.username ILIKE ${pattern} OR a.display_name ILIKE ${pattern} OR s.address ILIKE ${pattern})
    AND (${filter.result === 'all'} OR s.succeeded = ${filter.result === 'ok'})`;
  const from = Prisma.sql`
    FROM sign_in_attempt s
    LEFT JOIN account a ON a.username = s.username
    LEFT JOIN unit u ON u.id = a.unit_id
    LEFT JOIN unit su ON su.id = a.scope_unit_id`;
  const [rows, counted] = await Promise.all([
    db().$queryRaw<
      {
        id: number;
        username: string | null;
        display_name: string | null;
        logged: string;
        address: string;
        attempted_at: Date;
        reason: string;
      }[]
    >`
      SELECT s.id, a.username, a.display_name, s.username AS logged, s.address, s.attempted_at, s.reason ${from} WHERE ${where}
       ORDER BY s.id DESC LIMIT ${filter.pageSize} OFFSET ${(filter.page - 1) * filter.pageSize}`,
    db().$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n ${from} WHERE ${where}`,
  ]);
  return {
    total: counted[0]!.n,
    rows: rows.map((row) => ({
      id: row.id,
      username: row.username,
      displayName: row.display_name,
      mark: row.username === null ? row.logged.replace(/^\?/, '') : null,
      address: row.address,
      attemptedAt: row.attempted_at,
      reason: row.reason,
    })),
  };
}
