import 'server-only';
import { addDays, type Day, lastDayOfMonth, partsOfDay } from '@/lib/dates';
import { configuredMailServer } from '@/lib/mail/smtp';
import type { NoticeKind } from '@/lib/notices/notice.schema';
import { listPlanAccess, type PlanAccess, taskScope } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { maskedWebhook } from './digest.rules';
import { listPlansInForce, readReminderFacts } from './reminder.queries';
import { type PlannedNotice, planNotices, type ReminderPlan } from './reminder.rules';

export const REMINDER_PAGE_SIZE = 50;

export type ReminderRegion = { id: number; code: string; name: string };

/** What of the reminders an actor oversees: the plans of one region, of those they may read. */
export type ReminderScope = {
  region: ReminderRegion;
  regions: ReminderRegion[];
  access: PlanAccess[];
  hasMail: boolean;
};

/** null: the actor oversees nothing, or not this region. regionCode null: the own region, or the first. */
export async function findReminderScope(actor: Actor, regionCode: string | null): Promise<ReminderScope | null> {
  const access = (await listPlanAccess(actor)).filter(
    (a) => !a.isDraft && isAllowed('reminder.read', actor.roles, a.relations),
  );
  if (access.length === 0) return null;
  const regions = await db().$queryRaw<(ReminderRegion & { planIds: number[] })[]>`
    SELECT r.id, r.code, r.name, array_agg(p.id) AS "planIds" FROM plan p JOIN region r ON r.id = p.region_id
     WHERE p.id = ANY(${access.map((a) => a.planId)}::int[]) GROUP BY r.id ORDER BY r.id <> ${actor.regionId ?? 0}, r.id`;
  const chosen = regionCode === null ? regions[0] : regions.find((region) => region.code === regionCode);
  if (!chosen) return null;
  const { planIds, ...region } = chosen;
  return {
    region,
    regions: regions.map(({ id, code, name }) => ({ id, code, name })),
    access: access.filter((a) => planIds.includes(a.planId)),
    hasMail: configuredMailServer() !== null,
  };
}

const planIdsOf = (scope: ReminderScope): number[] => scope.access.map((a) => a.planId);

export type ReminderLine = {
  accountName: string;
  placeName: string;
  kind: NoticeKind;
  title: string;
  body: string;
  href: string;
};
export type ReminderPage<Line> = { rows: Line[]; total: number; people: number; page: number; pages: number };

/**
 * Who will be told of what on a day from today on, as far as it can be told today: the very plan the daily run carries out, less what has been told and what
 * the day before will have told.
 */
export async function listToBeTold(
  actor: Actor,
  scope: ReminderScope,
  day: Day,
  today: Day,
  wantedPage: number,
): Promise<ReminderPage<ReminderLine>> {
  const planIds = planIdsOf(scope);
  const plans = (await listPlansInForce(db(), day, [scope.region.id])).filter((plan) => planIds.includes(plan.id));
  const planned = await planOf(plans, day);
  const before = day > today ? await planOf(plans, addDays(day, -1)) : [];
  const keys = JSON.stringify(planned.map(({ accountId, key }) => ({ accountId, key })));
  const told = await db().$queryRaw<{ accountId: number; key: string }[]>`
    SELECT n.account_id AS "accountId", n.key FROM jsonb_to_recordset(${keys}::jsonb) AS g("accountId" int, key text)
      JOIN notice n ON n.account_id = g."accountId" AND n.key = g.key`;
  const done = new Set([...before, ...told].map(({ accountId, key }) => `${accountId} ${key}`));
  const seen = await visibleTasks(actor, scope, planned);
  const fresh = planned
    .filter(({ accountId, key }) => !done.has(`${accountId} ${key}`))
    .filter(({ taskId }) => seen === null || (taskId !== null && seen.has(taskId)));
  const pages = Math.max(1, Math.ceil(fresh.length / REMINDER_PAGE_SIZE));
  const page = Math.min(wantedPage, pages);
  const names = await namesOf(fresh.map(({ accountId }) => accountId));
  const rows = fresh
    .map(({ accountId, kind, title, body, href }) => ({ ...names.get(accountId)!, kind, title, body, href }))
    .sort((a, b) => a.place - b.place || a.accountName.localeCompare(b.accountName, 'zh'))
    .slice((page - 1) * REMINDER_PAGE_SIZE, page * REMINDER_PAGE_SIZE)
    .map(({ place: _place, ...line }) => line);
  return { rows, total: fresh.length, people: names.size, page, pages };
}

async function planOf(plans: readonly ReminderPlan[], day: Day): Promise<PlannedNotice[]> {
  return plans.length === 0 ? [] : planNotices(await readReminderFacts(db(), plans, day), day);
}

/** Who is limited to work groups sees what is told of their tasks. null: everything. */
async function visibleTasks(
  actor: Actor,
  scope: ReminderScope,
  planned: readonly PlannedNotice[],
): Promise<Set<number> | null> {
  if (actor.workGroupIds.length === 0) return null;
  const ids = planned.flatMap(({ taskId }) => taskId ?? []);
  const rows = await db().$queryRaw<{ id: number }[]>`
    SELECT t.id FROM task t WHERE t.id = ANY(${ids}::int[]) AND ${taskScope(actor, scope.access)}`;
  return new Set(rows.map(({ id }) => id));
}

async function namesOf(
  accountIds: readonly number[],
): Promise<Map<number, { accountName: string; placeName: string; place: number }>> {
  const rows = await db().$queryRaw<{ id: number; accountName: string; placeName: string; place: number }[]>`
    SELECT a.id, a.display_name AS "accountName", coalesce(u.name, o.name, r.name, '平台') AS "placeName",
           (row_number() OVER (ORDER BY u.parent_id NULLS FIRST, u.sort_order NULLS LAST, a.id))::int AS place
      FROM account a LEFT JOIN unit u ON u.id = a.unit_id LEFT JOIN unit o ON o.id = a.scope_unit_id LEFT JOIN region r ON r.id = a.region_id
     WHERE a.id = ANY(${[...new Set(accountIds)]}::int[])`;
  return new Map(rows.map(({ id, ...names }) => [id, names]));
}

export type ToldLine = ReminderLine & {
  id: string;
  isRead: boolean;
  isSettled: boolean;
  /** What became of it by mail; null: in no mail. */
  mail: 'PENDING' | 'SENT' | 'FAILED' | null;
};

/**
 * What was told on a day, by time and at once, of the tasks, slips and plans of the scope; not what stays within a unit (papers before its head) or within
 * another office (slips before their issue). One query.
 */
export async function listTold(
  actor: Actor,
  scope: ReminderScope,
  day: Day,
  wantedPage: number,
): Promise<ReminderPage<ToldLine>> {
  const planIds = planIdsOf(scope);
  const ownPlanIds = scope.access
    .filter((a) => a.relations.includes('plan_office') || a.relations.includes('platform'))
    .map((a) => a.planId);
  const isLimited = actor.workGroupIds.length > 0;
  const from = Prisma.sql`
      FROM notice n JOIN account a ON a.id = n.account_id LEFT JOIN task t ON t.id = n.task_id LEFT JOIN slip s ON s.id = n.slip_id
     WHERE n.effective_on = ${day}::date AND n.kind NOT IN ('paper_to_sign', 'paper_sent_back')
       AND (n.key !~ '^(handed:)?slip:[0-9]+:(to_check|to_issue|sent_back)' OR s.plan_id = ANY(${ownPlanIds}::int[]))
       AND ((t.id IS NOT NULL AND ${taskScope(actor, scope.access)})
        OR (NOT ${isLimited} AND t.id IS NULL AND (n.plan_id = ANY(${planIds}::int[]) OR s.plan_id = ANY(${planIds}::int[]))))`;
  const [counted] = await db().$queryRaw<{ total: number; people: number }[]>`
    SELECT count(*)::int AS total, count(DISTINCT n.account_id)::int AS people ${from}`;
  const { total, people } = counted!;
  const pages = Math.max(1, Math.ceil(total / REMINDER_PAGE_SIZE));
  const page = Math.min(wantedPage, pages);
  const rows = await db().$queryRaw<ToldLine[]>`
    WITH x AS MATERIALIZED (SELECT n.id, n.kind, n.title, n.body, n.href, n.read_at, n.settled_at, n.digest_id, a.id AS account_id, a.display_name, a.unit_id, a.scope_unit_id, a.region_id ${from})
    SELECT x.id::text AS id, x.kind, x.title, x.body, x.href, x.read_at IS NOT NULL AS "isRead", x.settled_at IS NOT NULL AS "isSettled",
           d.status::text AS mail, x.display_name AS "accountName", coalesce(u.name, o.name, r.name, '平台') AS "placeName"
      FROM x LEFT JOIN digest d ON d.id = x.digest_id
      LEFT JOIN unit u ON u.id = x.unit_id LEFT JOIN unit o ON o.id = x.scope_unit_id LEFT JOIN region r ON r.id = x.region_id
     ORDER BY u.parent_id NULLS FIRST, u.sort_order NULLS LAST, x.account_id, x.id
     LIMIT ${REMINDER_PAGE_SIZE} OFFSET ${(page - 1) * REMINDER_PAGE_SIZE}`;
  return { rows, total, people, page, pages };
}

export type DigestLine = {
  id: number;
  channel: 'MAIL' | 'WEBHOOK';
  to: string;
  placeName: string;
  address: string;
  status: 'PENDING' | 'SENT' | 'FAILED';
  noticeCount: number;
  attempts: number;
  failure: string;
  sentAt: Date | null;
};

/** Digests of a day to people and groups of the region, failed ones first. Their texts are their readers' alone. */
export async function listDigests(
  actor: Actor,
  scope: ReminderScope,
  day: Day,
  wantedPage: number,
): Promise<ReminderPage<DigestLine> & { sent: number; failed: number }> {
  // Who oversees a bureau's own plan, or some work groups, sees the digests of nobody else's people: they hold more than those plans.
  const isWhole = actor.scopeUnitId === null && actor.workGroupIds.length === 0;
  const from = Prisma.sql`
      FROM digest d LEFT JOIN account a ON a.id = d.account_id LEFT JOIN unit u ON u.id = a.unit_id
     WHERE d.effective_on = ${day}::date AND CASE WHEN ${isWhole} THEN d.region_id = ${scope.region.id} OR u.region_id = ${scope.region.id} OR a.region_id = ${scope.region.id}
                                               ELSE d.account_id = ${actor.accountId} OR u.id = ${actor.scopeUnitId ?? 0} OR u.parent_id = ${actor.scopeUnitId ?? 0} END`;
  const [counted] = await db().$queryRaw<{ total: number; people: number; sent: number; failed: number }[]>`
    SELECT count(*)::int AS total, count(DISTINCT d.account_id)::int AS people, (count(*) FILTER (WHERE d.status = 'SENT'))::int AS sent,
           (count(*) FILTER (WHERE d.status = 'FAILED'))::int AS failed ${from}`;
  const pages = Math.max(1, Math.ceil(counted!.total / REMINDER_PAGE_SIZE));
  const page = Math.min(wantedPage, pages);
  const rows = await db().$queryRaw<DigestLine[]>`
    SELECT d.id, d.channel::text AS channel, coalesce(a.display_name, '群机器人') AS to, coalesce(u.name, (SELECT name FROM region WHERE id = coalesce(d.region_id, a.region_id)), '') AS "placeName",
           d.address, d.status::text AS status, d.notice_count AS "noticeCount", d.attempts, d.failure, d.sent_at AS "sentAt" ${from}
     ORDER BY array_position(ARRAY['FAILED', 'PENDING', 'SENT'], d.status::text), d.channel DESC, d.id LIMIT ${REMINDER_PAGE_SIZE} OFFSET ${(page - 1) * REMINDER_PAGE_SIZE}`;
  return {
    ...counted!,
    rows: rows.map((row) => (row.channel === 'WEBHOOK' ? { ...row, address: maskedWebhook(row.address) } : row)),
    page,
    pages,
  };
}

export type Burden = {
  unitId: number;
  unitName: string;
  /** Tasks and cycles closing in the month for which it owes a report as lead. */
  reports: number;
  slips: number;
  reminders: number;
};

/**
 * What was asked of each unit in the month of a day, as of that day: reports owed at the closing of a cycle in that month by the tasks it led then (by the
 * tasks it leads, for one still to close), slips issued to it and not voided, 催办 of tasks it led. In protocol order; units of which nothing was asked are left
 * out. One query.
 */
export async function listBurden(actor: Actor, scope: Pick<ReminderScope, 'access'>, day: Day): Promise<Burden[]> {
  const { year, month } = partsOfDay(day);
  const [from, to] = [`${day.slice(0, 8)}01`, lastDayOfMonth(year, month)];
  const planIds = scope.access.map((a) => a.planId);
  return db().$queryRaw<Burden[]>`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date)),
    c AS MATERIALIZED (SELECT * FROM cycle WHERE plan_id = ANY(${planIds}::int[]) AND superseded_on IS NULL AND closes_on BETWEEN ${from}::date AND ${to}::date),
    x AS MATERIALIZED (
      SELECT t.id AS task_id, c.id AS cycle_id, least(c.closes_on, ${day}::date) AS on_day FROM c JOIN task t ON t.plan_id = c.plan_id AND (c.task_id IS NULL OR c.task_id = t.id)
        JOIN LATERAL task_owed_from(t.id, ${day}::date) o ON c.closes_on >= o.day
        JOIN task_standing s ON s.task_id = t.id AND s.valid_from <= least(c.closes_on, ${day}::date) AND s.valid_to > least(c.closes_on, ${day}::date)
             AND s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED') AND s.reason <> 'PLAN_NOT_ACTIVE'
       WHERE ${taskScope(actor, scope.access)} AND c.id IN (SELECT o.id FROM cycles_of_task(t.id) o)),
    e AS MATERIALIZED (
      SELECT e.task_id, e.effective_on AS on_day FROM task t JOIN task_event e ON e.task_id = t.id
       WHERE ${taskScope(actor, scope.access)} AND e.type = 'REMINDED' AND e.effective_on BETWEEN ${from}::date AND ${day}::date),
    leads AS MATERIALIZED (
      SELECT DISTINCT d.on_day, tu.task_id, coalesce(ru.counted_unit_id, tu.unit_id) AS unit_id
        FROM (SELECT on_day, array_agg(DISTINCT task_id) AS task_ids FROM (SELECT task_id, on_day FROM x UNION SELECT task_id, on_day FROM e) y GROUP BY on_day) d
       CROSS JOIN LATERAL (SELECT * FROM task_units_as_of(d.on_day) u WHERE u.role = 'LEAD' AND u.task_id = ANY(d.task_ids)) tu
        LEFT JOIN rollup ru ON ru.unit_id = tu.unit_id),
    asked AS (
      SELECT l.unit_id, count(*)::int AS reports, 0 AS slips, 0 AS reminders FROM x JOIN leads l ON l.task_id = x.task_id AND l.on_day = x.on_day GROUP BY l.unit_id
      UNION ALL
      SELECT coalesce(ru.counted_unit_id, s.unit_id), 0, count(*)::int, 0 FROM slip s LEFT JOIN rollup ru ON ru.unit_id = s.unit_id
       WHERE s.plan_id = ANY(${planIds}::int[]) AND s.issued_on BETWEEN ${from}::date AND ${day}::date AND (s.status <> 'VOID' OR s.voided_on > ${day}::date)
         AND (NOT ${actor.workGroupIds.length > 0} OR EXISTS (SELECT FROM slip_task st JOIN task t ON t.id = st.task_id WHERE st.slip_id = s.id AND ${taskScope(actor, scope.access)}))
       GROUP BY 1
      UNION ALL
      SELECT l.unit_id, 0, 0, count(*)::int FROM e JOIN leads l ON l.task_id = e.task_id AND l.on_day = e.on_day GROUP BY l.unit_id)
    SELECT u.id AS "unitId", u.name AS "unitName", sum(a.reports)::int AS reports, sum(a.slips)::int AS slips, sum(a.reminders)::int AS reminders
      FROM asked a JOIN unit u ON u.id = a.unit_id GROUP BY u.id ORDER BY u.parent_id NULLS FIRST, u.sort_order, u.id`;
}
