import 'server-only';
import { Prisma } from '@/lib/server/db';
import { STALLED_SECONDS } from './draft.rules';

/** SQL condition on import_draft: whoever reads it, or was to begin, has said nothing for too long by the database's clock. */
export const readingIsSilent = Prisma.sql`coalesce(last_word_at, uploaded_at) < now() - make_interval(secs => ${STALLED_SECONDS}::int)`;
