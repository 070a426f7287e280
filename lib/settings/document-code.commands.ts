import 'server-only';
import type { Day } from '@/lib/dates';
import type { Tx } from '@/lib/server/db';

/** Who numbers papers under a code: a region's office, or (ownerUnitId) that of a bureau's own plan there. */
type IssuingOffice = { regionId: number; ownerUnitId: number | null };

/**
 * Holds a 机关代字 until the transaction ends, whether it is being set for a region or a slip is being numbered under it: of two offices that take the same one at
 * the same moment the second sees whose it has become. Nothing but a slip's number is locked after it. True: another office's, by its slips or by a region's setting.
 */
export async function holdDocumentCode(
  tx: Tx,
  code: string,
  { regionId, ownerUnitId }: IssuingOffice,
  day: Day,
): Promise<boolean> {
  await tx.$executeRaw`SELECT hold_document_code(${code})`;
  const [row] = await tx.$queryRaw<{ elsewhere: boolean }[]>`
    SELECT EXISTS (SELECT FROM slip s WHERE s.document_code = ${code} AND (s.region_id <> ${regionId} OR coalesce(s.owner_unit_id, 0) <> ${ownerUnitId ?? 0}))
        OR EXISTS (SELECT FROM region r WHERE (${ownerUnitId !== null} OR r.id <> ${regionId})
                      AND setting_as_of('region', r.id, 'document_code', ${day}::date) = to_jsonb(${code}::text)) AS elsewhere`;
  return row!.elsewhere;
}
