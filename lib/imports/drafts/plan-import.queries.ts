import 'server-only';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';

/** The draft a plan was imported from; null where there is none, or the actor may not import into its region. */
export async function findImportOfPlan(actor: Actor, planId: number): Promise<number | null> {
  const draft = await db().importDraft.findUnique({ where: { planId }, select: { id: true, regionId: true } });
  return draft && mayDoInRegion(actor, 'import.commit', draft.regionId) ? draft.id : null;
}
