import 'server-only';
import type { Day } from '@/lib/dates';
import { Prisma } from '@/lib/server/db';

/** SQL condition on a question alias `q`: not answered yet by the end of a day. */
export function questionOpenOn(day: Day): Prisma.Sql {
  return Prisma.sql`(q.answered_on IS NULL OR q.answered_on > ${day}::date)`;
}
