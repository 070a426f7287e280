import 'server-only';
import { readCalendarOn } from '@/lib/cycles/calendar.queries';
import { countingReports } from '@/lib/dashboards/board.queries';
import type { Day } from '@/lib/dates';
import { readDirectory } from '@/lib/notices/recipients.queries';
import { type Db, Prisma, readTogether } from '@/lib/server/db';
import { readSettings } from '@/lib/settings/setting.queries';
import { unsignedOf } from '@/lib/sign-for/sign-for.queries';
import { documentNumber } from '@/lib/slips/slip.rules';
import type {
  OldReview,
  OpenNode,
  OpenSlip,
  ReminderFacts,
  ReminderPlan,
  ReminderSettings,
  RunningTask,
  UnreportedTask,
} from './reminder.rules';

/** Task lists in force on a day. regionIds: of these regions alone. */
export function listPlansInForce(client: Db, day: Day, regionIds?: readonly number[]): Promise<ReminderPlan[]> {
  return client.$queryRaw<ReminderPlan[]>`
    SELECT id, region_id AS "regionId", owner_unit_id AS "ownerUnitId", title FROM plan
     WHERE kind = 'TASK_LIST' AND status IN ('ACTIVE', 'ARCHIVED') AND effective_from <= ${day}::date AND (archived_on IS NULL OR archived_on > ${day}::date)
       AND (${regionIds === undefined} OR region_id = ANY(${[...(regionIds ?? [])]}::int[])) ORDER BY region_id, id`;
}

/** Leads of the tasks in the CTE x, in protocol order. */
const leadsOfX = (day: Day) => Prisma.sql`
  SELECT tu.task_id, array_agg(DISTINCT tu.unit_id) AS unit_ids FROM task_units_as_of(${day}::date) tu
   WHERE tu.role = 'LEAD' AND tu.task_id = ANY(ARRAY(SELECT task_id FROM x)) GROUP BY tu.task_id`;
const LEADS = Prisma.sql`coalesce(u.unit_ids, '{}') AS "leadUnitIds"`;

/** Everything a day's reminders are planned from, for these plans. A fixed number of queries, whatever the number of tasks. */
export async function readReminderFacts(client: Db, plans: readonly ReminderPlan[], day: Day): Promise<ReminderFacts> {
  const planIds = plans.map((plan) => plan.id);
  const regionIds = [...new Set(plans.map((plan) => plan.regionId))];
  const settings = await readReminderSettings(client, regionIds, day);
  const all = [...settings.values()];
  const furthest = Math.max(0, ...all.flatMap(({ days }) => days.ahead));
  const closing = Math.max(0, ...all.flatMap(({ days }) => days.cycleClosing));

  const readTasks = () => client.$queryRaw<RunningTask[]>`
    WITH x AS MATERIALIZED (
      SELECT s.task_id, s.plan_id, s.due_on, s.days_left FROM standing_as_of(${day}::date) s
       WHERE s.plan_id = ANY(${planIds}::int[]) AND s.state IN ('NOT_STARTED', 'IN_PROGRESS') AND s.reason NOT IN ('PLAN_NOT_ACTIVE', 'ISSUED_PAST_DUE')
         AND s.days_left <= ${furthest}::int),
    u AS MATERIALIZED (${leadsOfX(day)})
    SELECT x.task_id AS "taskId", x.plan_id AS "planId", t.seq, left(t.text, 120) AS text, t.work_group_id AS "workGroupId", x.due_on::text AS "dueOn",
           x.days_left AS "daysLeft", t.lead_text AS "leadText", ${LEADS}
      FROM x JOIN task t ON t.id = x.task_id LEFT JOIN u ON u.task_id = x.task_id ORDER BY x.plan_id, t.sort_order`;
  const readUnreported = () => client.$queryRaw<UnreportedTask[]>`
    WITH c AS MATERIALIZED (
      SELECT * FROM cycle WHERE plan_id = ANY(${planIds}::int[]) AND superseded_on IS NULL AND starts_on <= ${day}::date
         AND closes_on <= ${day}::date + ${closing}::int AND grace_ends_on >= ${day}::date),
    x AS MATERIALIZED (
      SELECT t.id AS task_id, t.plan_id, t.sort_order, c.id AS cycle_id, c.label, c.closes_on, c.grace_ends_on
        FROM c JOIN task t ON t.plan_id = c.plan_id AND (c.task_id IS NULL OR c.task_id = t.id)
        JOIN LATERAL task_owed_from(t.id, ${day}::date) o ON c.closes_on >= o.day
        JOIN standing_as_of(${day}::date) s ON s.task_id = t.id AND s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED') AND s.reason <> 'PLAN_NOT_ACTIVE'
       WHERE c.id IN (SELECT o.id FROM cycles_of_task(t.id) o)
         -- owed as it stood at the closing, where that is past
         AND (c.closes_on >= ${day}::date OR EXISTS (SELECT FROM task_standing z WHERE z.task_id = t.id AND z.valid_from <= c.closes_on AND z.valid_to > c.closes_on
                                                        AND z.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED')))),
    u AS MATERIALIZED (${leadsOfX(day)}),
    said AS MATERIALIZED (SELECT r.task_id, r.cycle_id FROM (${countingReports(day)}) r)
    SELECT x.task_id AS "taskId", x.plan_id AS "planId", x.label, x.closes_on::text AS "closesOn", x.grace_ends_on::text AS "graceEndsOn", ${LEADS}
      FROM x LEFT JOIN u ON u.task_id = x.task_id
     WHERE NOT EXISTS (SELECT FROM said WHERE said.task_id = x.task_id AND said.cycle_id = x.cycle_id)
     ORDER BY x.plan_id, x.closes_on, x.sort_order`;
  const readNodes = () => client.$queryRaw<OpenNode[]>`
    WITH n AS MATERIALIZED (
      SELECT n.id, n.task_id, n.title, n.due_on, n.unit_id, t.plan_id, t.seq FROM task t JOIN node n ON n.task_id = t.id
        JOIN standing_as_of(${day}::date) s ON s.task_id = t.id AND s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED') AND s.reason <> 'PLAN_NOT_ACTIVE'
       WHERE t.plan_id = ANY(${planIds}::int[]) AND n.due_on <= ${day}::date + ${furthest}::int
         AND (n.done_on IS NULL OR n.done_on > ${day}::date) AND (n.removed_on IS NULL OR n.removed_on > ${day}::date)),
    x AS (SELECT DISTINCT task_id FROM n WHERE unit_id IS NULL),
    u AS MATERIALIZED (${leadsOfX(day)})
    SELECT n.id AS "nodeId", n.task_id AS "taskId", n.plan_id AS "planId", n.seq, n.title, n.due_on::text AS "dueOn",
           CASE WHEN n.unit_id IS NULL THEN coalesce(u.unit_ids, '{}') ELSE ARRAY[n.unit_id] END AS "unitIds"
      FROM n LEFT JOIN u ON u.task_id = n.task_id ORDER BY n.plan_id, n.task_id, n.id`;
  const readReviews = () => client.$queryRaw<OldReview[]>`
    SELECT t.id AS "taskId", t.plan_id AS "planId", t.seq, left(t.text, 120) AS text, t.work_group_id AS "workGroupId", s.clock_on::text AS "submittedOn"
      FROM standing_as_of(${day}::date) s JOIN task t ON t.id = s.task_id
     WHERE s.plan_id = ANY(${planIds}::int[]) AND s.state = 'UNDER_REVIEW' AND s.reason <> 'PLAN_NOT_ACTIVE' AND s.clock_on < ${day}::date
     ORDER BY t.plan_id, t.sort_order`;
  const readSlips = () => client.$queryRaw<
    (Omit<OpenSlip, 'words'> & { tierWords: string; code: string; year: number; number: number })[]
  >`
    SELECT s.id AS "slipId", s.plan_id AS "planId", s.unit_id AS "unitId", u.name AS "unitName", s.tier_words AS "tierWords", s.document_code AS code,
           s.number_year AS year, s.number, s.issued_on::text AS "issuedOn", s.reply_due_on::text AS "replyDueOn", s.signed_for_on IS NOT NULL AS "isSigned",
           ARRAY(SELECT DISTINCT t.work_group_id FROM slip_task st JOIN task t ON t.id = st.task_id WHERE st.slip_id = s.id) AS "workGroupIds"
      FROM slip s JOIN unit u ON u.id = s.unit_id
     WHERE s.plan_id = ANY(${planIds}::int[]) AND s.status IN ('ISSUED', 'SIGNED_FOR') AND s.issued_on <= ${day}::date ORDER BY s.id`;
  const [tasks, unreported, nodes, reviews, slips, unsigned] = await readTogether(
    client,
    readTasks,
    readUnreported,
    readNodes,
    readReviews,
    readSlips,
    () => unsignedOf(planIds, day),
  );
  const directory = await readDirectory(
    client,
    regionIds,
    [...tasks, ...unreported, ...nodes].map(({ taskId }) => taskId),
    day,
  );
  const { exceptions } = await readCalendarOn(day, client);
  return {
    plans: [...plans],
    settings,
    tasks,
    unreported,
    nodes,
    reviews,
    unsigned,
    slips: slips.map(({ tierWords, code, year, number, ...slip }) => ({
      ...slip,
      words: `${tierWords} ${documentNumber(code, year, number)}`,
    })),
    directory,
    exceptions,
  };
}

async function readReminderSettings(
  client: Db,
  regionIds: readonly number[],
  day: Day,
): Promise<Map<number, ReminderSettings>> {
  const [days, escalation, signFor, review] = await readTogether(
    client,
    () => readSettings('reminder_days', regionIds, day, client),
    () => readSettings('escalation', regionIds, day, client),
    () => readSettings('sign_for_limit', regionIds, day, client),
    () => readSettings('review_limit', regionIds, day, client),
  );
  return new Map(
    regionIds.map((id) => [
      id,
      {
        days: days.get(id)!,
        escalation: escalation.get(id)!,
        signForLimit: signFor.get(id)!,
        reviewLimit: review.get(id)!,
      },
    ]),
  );
}
