// The demonstration: registry, lists, accounts and simulated progress up to a simulated today. DATABASE_URL is the application's role.

import path from 'node:path';
import { runDaily } from '@/lib/jobs/daily';
import { activatePlanIn } from '@/lib/plans/plan.commands';
import { db, inTransaction } from '@/lib/server/db';
import { env } from '@/lib/server/env';
import { EvidenceStore } from '@/lib/server/evidence-store';
import { seedAccounts } from './demo/accounts';
import { CHAPTERS, DEMO_TODAY, STARTS } from './demo/chapters';
import { DRIVING } from './demo/driving';
import { simulatePlan } from './demo/write';
import { readMode, seedRegistryAndLists } from './seed';

/**
 * Fills a database with the demonstration and writes its accounts to <dataDir>/demo-accounts.json. Each step is all or nothing, so an
 * interrupted run goes on where it stopped; a second one changes nothing. Refuses a database that holds real data.
 */
export async function seedDemo(dataDir: string): Promise<void> {
  await inTransaction(async (tx) => {
    const { mode, seeding } = await readMode(tx);
    const isReal = mode === 'real' && seeding !== 'demo';
    const isInUse = mode === null && seeding === null && (await tx.account.count()) > 0;
    if (isReal || isInUse) throw new Error('数据库中是正式数据，不能装入演示数据。请换用空的数据目录或空的数据库。');
    for (const [key, value] of [
      ['data_mode', 'demo'],
      ['simulated_today', DEMO_TODAY],
    ] as const) {
      await tx.setting.upsert({ where: { key }, create: { key, value }, update: { value } });
    }
  });
  await seedRegistryAndLists();
  const people = await seedAccounts(dataDir);
  const store = new EvidenceStore(path.resolve(env().LEDGER_EVIDENCE || path.join(dataDir, 'evidence')));
  for (const [slug, start] of Object.entries(STARTS)) {
    await inTransaction(
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('seed demo'))`;
        const plan = await tx.plan.findUniqueOrThrow({ where: { slug } });
        if (plan.status !== 'DRAFT') return;
        await activatePlanIn(tx, null, { planId: plan.id, version: plan.version, ...start });
        const chapter = CHAPTERS.find((one) => one.slug === slug);
        if (chapter) await simulatePlan(tx, plan.id, chapter, people, DRIVING[chapter.slug]!, store);
      },
      { timeout: 300_000 },
    );
  }
  // The daily run of the simulated today: inboxes and the admin's page show one.
  if ((await db().jobRun.count()) === 0) await runDaily({ day: DEMO_TODAY, trigger: 'SCHEDULE' });
}
