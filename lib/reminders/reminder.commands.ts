import 'server-only';
import type { Day } from '@/lib/dates';
import { type Db, db, inTransaction, type Tx } from '@/lib/server/db';
import { listPlansInForce, readReminderFacts } from './reminder.queries';
import { type PlannedNotice, planNotices } from './reminder.rules';

/**
 * Tells everybody what a day's standing asks to be told, once: of each item the newest threshold passed that the person has not been told yet, so that
 * an outage is made up for without a notice per missed day. What is no longer so is settled. Running it again on the same day adds nothing. The daily
 * run acts for nobody. Returns how many notices are new.
 */
export async function generateNotices(day: Day, client: Db = db()): Promise<number> {
  const plans = await listPlansInForce(client, day);
  const byRegion = Map.groupBy(plans, (plan) => plan.regionId);
  let told = 0;
  // Region by region, each on its own: one whose rows cannot be read keeps no other from being told, and memory is that of one region.
  for (const own of byRegion.values()) {
    const planned = planNotices(await readReminderFacts(client, own, day), day);
    told += await inTransaction(
      async (tx) => {
        await settleOutdated(
          tx,
          own.map((plan) => plan.id),
          planned,
          day,
        );
        return writeNotices(tx, planned, day);
      },
      { timeout: 300_000 },
    );
  }
  await client.$executeRaw`
    UPDATE notice SET settled_at = clock_timestamp()
     WHERE settled_at IS NULL AND plan_id IS NOT NULL AND plan_id <> ALL(${plans.map((plan) => plan.id)}::int[])`;
  return told;
}

const BATCH = 2000;

async function writeNotices(tx: Tx, planned: readonly PlannedNotice[], day: Day): Promise<number> {
  let told = 0;
  for (let from = 0; from < planned.length; from += BATCH) {
    told += await tx.$executeRaw`
      INSERT INTO notice (account_id, kind, key, item, plan_id, task_id, slip_id, title, body, href, effective_on)
      SELECT g."accountId", g.kind, g.key, g.item, g."planId", g."taskId", g."slipId", g.title, g.body, g.href, ${day}::date
        FROM jsonb_to_recordset(${JSON.stringify(planned.slice(from, from + BATCH))}::jsonb)
          AS g("accountId" int, kind text, key text, item text, "planId" int, "taskId" int, "slipId" int, title text, body text, href text)
      ON CONFLICT (account_id, key) DO NOTHING`;
  }
  return told;
}

/** Open is what the plan of the day says: the rest is settled, and what has become so again is open again. */
async function settleOutdated(
  tx: Tx,
  planIds: readonly number[],
  planned: readonly PlannedNotice[],
  day: Day,
): Promise<void> {
  const current = JSON.stringify(planned.map(({ accountId, key }) => ({ accountId, key })));
  await tx.$executeRaw`
    WITH current AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(${current}::jsonb) AS g("accountId" int, key text))
    UPDATE notice n SET settled_at = clock_timestamp()
     WHERE n.settled_at IS NULL AND n.plan_id = ANY(${[...planIds]}::int[]) AND n.effective_on <= ${day}::date
       AND NOT EXISTS (SELECT FROM current g WHERE g."accountId" = n.account_id AND g.key = n.key)`;
  await tx.$executeRaw`
    UPDATE notice n SET settled_at = NULL FROM jsonb_to_recordset(${current}::jsonb) AS g("accountId" int, key text)
     WHERE n.account_id = g."accountId" AND n.key = g.key AND n.settled_at IS NOT NULL`;
}
