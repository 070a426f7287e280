import 'server-only';
import type { Day } from '@/lib/dates';
import { settleWhere } from '@/lib/notices/notice.commands';
import { type Db, db, inTransaction, Prisma, type Tx } from '@/lib/server/db';
import { listPlansInForce, readReminderFacts } from './reminder.queries';
import { type PlannedNotice, planNotices, type ReminderPlan } from './reminder.rules';

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
  const failures: unknown[] = [];
  for (const own of byRegion.values()) {
    try {
      told += await tellRegion(client, own, day);
    } catch (error) {
      failures.push(error);
    }
  }
  const planIds = plans.map((plan) => plan.id);
  await inTransaction(
    (tx) =>
      settleWhere(
        tx,
        Prisma.sql`n.settled_at IS NULL AND n.plan_id IS NOT NULL AND n.plan_id <> ALL(${planIds}::int[])`,
      ),
    { timeout: 300_000 },
  );
  if (failures.length > 0) throw new AggregateError(failures, 'reminders of some regions could not be made');
  return told;
}

async function tellRegion(client: Db, plans: readonly ReminderPlan[], day: Day): Promise<number> {
  const planned = planNotices(await readReminderFacts(client, plans, day), day);
  return inTransaction(
    async (tx) => {
      await settleOutdated(
        tx,
        plans.map((plan) => plan.id),
        planned,
        day,
      );
      return writeNotices(tx, planned, day);
    },
    { timeout: 300_000 },
  );
}

const BATCH = 2000;

/** What has been told is left out before it is tried: ON CONFLICT alone waits for whoever is marking that notice as read, who may wait for this run. */
async function writeNotices(tx: Tx, planned: readonly PlannedNotice[], day: Day): Promise<number> {
  let told = 0;
  for (let from = 0; from < planned.length; from += BATCH) {
    told += await tx.$executeRaw`
      INSERT INTO notice (account_id, kind, key, item, plan_id, task_id, slip_id, title, body, href, effective_on)
      SELECT g."accountId", g.kind, g.key, g.item, g."planId", g."taskId", g."slipId", g.title, g.body, g.href, ${day}::date
        FROM jsonb_to_recordset(${JSON.stringify(planned.slice(from, from + BATCH))}::jsonb)
          AS g("accountId" int, kind text, key text, item text, "planId" int, "taskId" int, "slipId" int, title text, body text, href text)
       WHERE NOT EXISTS (SELECT FROM notice n WHERE n.account_id = g."accountId" AND n.key = g.key)
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
  const changed = await tx.$queryRaw<{ id: bigint; isCurrent: boolean }[]>`
    WITH current AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(${current}::jsonb) AS g("accountId" int, key text)),
    changed AS MATERIALIZED (
      SELECT n.id, false AS is_current FROM notice n
       WHERE n.settled_at IS NULL AND n.plan_id = ANY(${[...planIds]}::int[]) AND n.effective_on <= ${day}::date
         AND NOT EXISTS (SELECT FROM current g WHERE g."accountId" = n.account_id AND g.key = n.key)
      UNION ALL
      SELECT n.id, true FROM current g JOIN notice n ON n.account_id = g."accountId" AND n.key = g.key WHERE n.settled_at IS NOT NULL OR n.left_at IS NOT NULL)
    SELECT n.id, c.is_current AS "isCurrent" FROM changed c JOIN notice n ON n.id = c.id ORDER BY n.id FOR UPDATE OF n`;
  const idsOf = (wanted: boolean) => changed.filter((row) => row.isCurrent === wanted).map(({ id }) => String(id));
  // All of them are held in one order before any is changed: whoever marks their inbox as read meanwhile waits, and is not waited for.
  await tx.$executeRaw`UPDATE notice SET settled_at = clock_timestamp() WHERE id = ANY(${idsOf(false)}::bigint[]) AND settled_at IS NULL`;
  await tx.$executeRaw`UPDATE notice SET settled_at = NULL, left_at = NULL WHERE id = ANY(${idsOf(true)}::bigint[])`;
}
