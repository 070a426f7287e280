import 'server-only';
import type { Db } from '@/lib/server/db';

/** The code a bureau's office numbered its last slip under. */
export async function lastCodeOf(client: Db, ownerUnitId: number): Promise<string | null> {
  const last = await client.slip.findFirst({
    where: { ownerUnitId, number: { not: null } },
    orderBy: [{ issuedOn: 'desc' }, { id: 'desc' }],
    select: { documentCode: true },
  });
  return last?.documentCode ?? null;
}
