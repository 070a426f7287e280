import 'server-only';
import type { Day } from '@/lib/dates';
import { Prisma } from '@/lib/server/db';
import { readSettings } from '@/lib/settings/setting.queries';
import { documentNumber, statusAfter, type TierSetting } from './slip.rules';
import { SLIP_STEPS, type SlipStatus, type Tier } from './slip.schema';

const STATUS_AFTER = JSON.stringify(Object.fromEntries(SLIP_STEPS.map((step) => [step, statusAfter(step)])));

/** Status, reply day and counted unit of slips `s` as of a day, by the record of their steps. */
export const asOfDay = (day: Day) => Prisma.sql`
  JOIN LATERAL (
    SELECT (${STATUS_AFTER}::jsonb ->> e.step::text) AS status
      FROM slip_event e WHERE e.slip_id = s.id AND e.effective_on <= ${day}::date ORDER BY e.id DESC LIMIT 1) now ON true
  LEFT JOIN LATERAL (
    SELECT (e.payload ->> 'replyDueOn')::date AS due_on FROM slip_event e
     WHERE e.slip_id = s.id AND e.step IN ('ISSUED', 'REPLY_RETURNED') AND e.effective_on <= ${day}::date ORDER BY e.id DESC LIMIT 1) reply ON true
  LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = s.unit_id
  JOIN unit u ON u.id = coalesce(ru.counted_unit_id, s.unit_id)`;
export const STATUS = Prisma.sql`now.status`;
export const isReplyLate = (day: Day) =>
  Prisma.sql`(now.status IN ('ISSUED', 'SIGNED_FOR') AND reply.due_on < ${day}::date)`;

/** The words of a tier are those of the day of issue; of a draft, those the region's setting gives. */
export async function tierWordsFor(
  rows: readonly { tier: Tier; storedWords: string; regionId: number }[],
  day: Day,
): Promise<(row: { tier: Tier; storedWords: string; regionId: number }) => string> {
  const regionIds = rows.filter((row) => row.storedWords === '').map((row) => row.regionId);
  const settings = regionIds.length > 0 ? await readSettings('slip_tiers', regionIds, day) : new Map();
  return (row) =>
    row.storedWords ||
    ((settings.get(row.regionId) ?? []) as TierSetting[]).find((one) => one.tier === row.tier)?.words ||
    '督办单';
}

export const ISSUED_LATER: readonly SlipStatus[] = ['DRAFT', 'CHECKED', 'DISCARDED'];

export function readNumber(row: {
  status: SlipStatus;
  documentCode: string | null;
  numberYear: number | null;
  number: number | null;
}): string | null {
  // On a day before its issue it had none yet.
  if (row.number === null || ISSUED_LATER.includes(row.status)) return null;
  return documentNumber(row.documentCode ?? '', row.numberYear ?? 0, row.number);
}
