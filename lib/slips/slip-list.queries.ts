import 'server-only';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';
import { SETTINGS } from '@/lib/settings/setting.schema';
import { type OfficeKey, SLIP_PAGE_SIZE, type SlipFilter } from './slip.filter';
import { OPEN_STATUSES, type SlipOfTask } from './slip.rules';
import type { SlipStatus, Tier } from './slip.schema';
import { waitingRows } from './slip.where';
import { readSlipScope, type SlipScope, slipRows } from './slip-access.queries';
import { asOfDay, isReplyLate, readNumber, STATUS, tierWordsFor } from './slip-as-of.queries';

export type SlipRow = {
  id: number;
  tier: Tier;
  tierWords: string;
  status: SlipStatus;
  number: string | null;
  title: string;
  /** Who issues it: 鄂州市优化办, or the bureau. */
  officeName: string;
  unitId: number;
  unitName: string;
  taskCount: number;
  draftedOn: Day;
  issuedOn: Day | null;
  replyDueOn: Day | null;
  isReplyLate: boolean;
  /** To the day of the reply; negative: overdue. */
  daysLeft: number | null;
};

type RawRow = Omit<SlipRow, 'number' | 'tierWords'> & {
  storedWords: string;
  regionId: number;
  documentCode: string | null;
  numberYear: number | null;
  number: number | null;
};

const OFFICE_NAME = Prisma.sql`coalesce((SELECT o.name FROM unit o WHERE o.id = s.owner_unit_id), (SELECT r.name || '优化办' FROM region r WHERE r.id = s.region_id))`;

const rowColumns = (day: Day) => Prisma.sql`
  s.id, s.tier, s.tier_words AS "storedWords", s.region_id AS "regionId", now.status, s.document_code AS "documentCode", s.number_year AS "numberYear",
  s.number, s.title, ${OFFICE_NAME} AS "officeName", u.id AS "unitId", u.name AS "unitName", (SELECT count(*)::int FROM slip_task st WHERE st.slip_id = s.id) AS "taskCount",
  s.drafted_on::text AS "draftedOn", CASE WHEN now.status NOT IN ('DRAFT', 'CHECKED', 'DISCARDED') THEN s.issued_on::text END AS "issuedOn",
  reply.due_on::text AS "replyDueOn", ${isReplyLate(day)} AS "isReplyLate", reply.due_on - ${day}::date AS "daysLeft"`;

async function toRows(raw: readonly RawRow[], day: Day): Promise<SlipRow[]> {
  const wordsOf = await tierWordsFor(raw, day);
  return raw.map((row) => {
    const { storedWords: _words, regionId: _region, documentCode: _code, numberYear: _year, ...rest } = row;
    return { ...rest, number: readNumber(row), tierWords: wordsOf(row) };
  });
}

export type SlipList = {
  rows: SlipRow[];
  total: number;
  page: number;
  pages: number;
  /** Open ones by tier, of the offices asked for. */
  byTier: { tier: Tier; words: string; open: number; total: number }[];
  overdue: number;
  /** Those the viewer is to do something about, whoever issued them; the navigation counts the same. */
  waiting: number;
  /** Units with a slip of the offices asked for. */
  units: { id: number; name: string }[];
  /** Offices with a slip the viewer may read, the viewer's own first. */
  offices: { key: OfficeKey; name: string; count: number }[];
  /** Slips the viewer may read that neither come from the own office nor were sent to it; 0 where the viewer has no office of their own. */
  others: number;
  canDraft: boolean;
  /** Sees slips of other units than the viewer's own. */
  oversees: boolean;
};

const UNIT = Prisma.sql`u.id`;

/** SQL condition: of the viewer's own office, or sent to a unit they speak for. Who has neither reads for everybody: all of them. */
function ownRows(scope: SlipScope): Prisma.Sql {
  if (scope.ownPlanIds.length + scope.answerPlanIds.length === 0) return Prisma.sql`true`;
  return Prisma.sql`(s.plan_id = ANY(${scope.ownPlanIds}::int[]) OR (s.plan_id = ANY(${scope.answerPlanIds}::int[]) AND ${UNIT} = ANY(${scope.unitIds}::int[])))`;
}

function officeRows(office: SlipFilter['office'], scope: SlipScope): Prisma.Sql {
  if (office === null) return ownRows(scope);
  if (office === 'all') return Prisma.sql`true`;
  const id = Number(office.slice(1));
  return office.startsWith('u')
    ? Prisma.sql`s.owner_unit_id = ${id}`
    : Prisma.sql`(s.region_id = ${id} AND s.owner_unit_id IS NULL)`;
}

/** Slips as of a day, latest first; null where the actor has no part in slips at all. */
export async function findSlips(actor: Actor, filter: SlipFilter, day: Day): Promise<SlipList | null> {
  const scope = await readSlipScope(actor, day);
  if (scope.overseenPlanIds.length === 0 && scope.answerPlanIds.length === 0) return null;
  const readable = Prisma.sql`s.drafted_on <= ${day}::date AND ${slipRows(actor, scope, STATUS, UNIT)}`;
  const ofOffices = Prisma.sql`${readable} AND ${officeRows(filter.office, scope)}`;
  const isWaiting = waitingRows(
    actor,
    { issued: scope.issuedPlanIds, answered: scope.answerPlanIds },
    STATUS,
    Prisma.sql`${UNIT} = ANY(${scope.unitIds}::int[])`,
  );
  const wanted = Prisma.sql`${ofOffices}
    ${filter.status ? Prisma.sql`AND now.status = ${filter.status}` : Prisma.sql`AND now.status <> 'DISCARDED'`}
    ${filter.tier ? Prisma.sql`AND s.tier = ${filter.tier}` : Prisma.empty}
    ${filter.unit ? Prisma.sql`AND u.id = ${filter.unit}` : Prisma.empty}
    ${filter.overdue ? Prisma.sql`AND ${isReplyLate(day)}` : Prisma.empty}
    ${filter.waiting ? Prisma.sql`AND ${isWaiting}` : Prisma.empty}`;
  const [counts, [totals], units, offices, tiers] = await Promise.all([
    db().$queryRaw<{ tier: Tier; open: number; total: number; overdue: number }[]>`
      SELECT s.tier, (count(*) FILTER (WHERE now.status = ANY(${[...OPEN_STATUSES]}::text[])))::int AS open, (count(*) FILTER (WHERE now.status <> 'DISCARDED'))::int AS total,
             (count(*) FILTER (WHERE ${isReplyLate(day)}))::int AS overdue
        FROM slip s ${asOfDay(day)} WHERE ${ofOffices} GROUP BY s.tier`,
    db().$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM slip s ${asOfDay(day)} WHERE ${wanted}`,
    db().$queryRaw<{ id: number; name: string }[]>`
      SELECT x.id, x.name FROM (SELECT DISTINCT u.id, u.name, u.sort_order FROM slip s ${asOfDay(day)} WHERE ${ofOffices}) x ORDER BY x.sort_order, x.id LIMIT 500`,
    db().$queryRaw<{ key: OfficeKey; name: string; count: number; others: number; waiting: number }[]>`
      SELECT coalesce('u' || x.owner_unit_id, 'r' || x.region_id) AS key, x.name, count(*)::int AS count, (count(*) FILTER (WHERE NOT x.is_own))::int AS others,
             (count(*) FILTER (WHERE x.is_waiting))::int AS waiting
        FROM (SELECT s.region_id, s.owner_unit_id, ${OFFICE_NAME} AS name, ${ownRows(scope)} AS is_own, s.plan_id = ANY(${scope.ownPlanIds}::int[]) AS is_ours, ${isWaiting} AS is_waiting
                FROM slip s ${asOfDay(day)} WHERE ${readable} AND now.status <> 'DISCARDED') x
       GROUP BY x.region_id, x.owner_unit_id, x.name ORDER BY bool_or(x.is_ours) DESC, x.region_id, x.owner_unit_id NULLS FIRST`,
    actor.regionId === null ? null : readSetting('slip_tiers', actor.regionId, day),
  ]);
  const total = totals!.total;
  const pages = Math.max(1, Math.ceil(total / SLIP_PAGE_SIZE));
  const page = Math.min(filter.page, pages);
  const raw = await db().$queryRaw<RawRow[]>`
    SELECT ${rowColumns(day)} FROM slip s ${asOfDay(day)} WHERE ${wanted}
     ORDER BY s.drafted_on DESC, s.id DESC LIMIT ${SLIP_PAGE_SIZE} OFFSET ${(page - 1) * SLIP_PAGE_SIZE}`;
  const sum = (of: 'others' | 'waiting') => offices.reduce((all, office) => all + office[of], 0);
  return {
    rows: await toRows(raw, day),
    total,
    page,
    pages,
    byTier: (tiers ?? SETTINGS.slip_tiers.fallback).map(({ tier, words }) => {
      const count = counts.find((one) => one.tier === tier);
      return { tier, words, open: count?.open ?? 0, total: count?.total ?? 0 };
    }),
    overdue: counts.reduce((all, count) => all + count.overdue, 0),
    waiting: sum('waiting'),
    units,
    offices: offices.map(({ key, name, count }) => ({ key, name, count })),
    others: sum('others'),
    canDraft: scope.issuedPlanIds.length > 0,
    oversees: scope.overseenPlanIds.length > 0,
  };
}

/** What a unit still has to sign for or answer, the nearest reply first; at most 20. */
export async function listSlipsToAnswer(actor: Actor, day: Day): Promise<SlipRow[]> {
  const scope = await readSlipScope(actor, day);
  if (scope.answerPlanIds.length === 0) return [];
  const raw = await db().$queryRaw<RawRow[]>`
    SELECT ${rowColumns(day)} FROM slip s ${asOfDay(day)}
     WHERE s.issued_on <= ${day}::date AND now.status IN ('ISSUED', 'SIGNED_FOR') AND s.plan_id = ANY(${scope.answerPlanIds}::int[]) AND u.id = ANY(${scope.unitIds}::int[])
     ORDER BY reply.due_on, s.id LIMIT 20`;
  return toRows(raw, day);
}

type RawOpenSlip = { taskId: number; tierWords: string } & Parameters<typeof readNumber>[0];

/** The open slips of tasks, drafts among them. Those the actor may not read do not exist. */
export async function listOpenSlips(
  actor: Actor,
  taskIds: readonly number[],
  day: Day,
  client: Db = db(),
): Promise<Map<number, SlipOfTask[]>> {
  const scope = await readSlipScope(actor, day, client);
  const rows = await client.$queryRaw<RawOpenSlip[]>`
    SELECT st.task_id AS "taskId", s.tier_words AS "tierWords", now.status, s.document_code AS "documentCode", s.number_year AS "numberYear", s.number
      FROM slip_task st JOIN slip s ON s.id = st.slip_id ${asOfDay(day)}
     WHERE st.task_id = ANY(${[...taskIds]}::int[]) AND now.status = ANY(${[...OPEN_STATUSES]}::text[]) AND ${slipRows(actor, scope, STATUS, Prisma.sql`u.id`)}
     ORDER BY s.id`;
  return Map.groupBy(
    rows.map((row) => ({ ...row, number: readNumber(row) })),
    (row) => row.taskId,
  );
}

/** The slips a task stands on, latest first; at most 50. Those the actor may not read do not exist. */
export async function listTaskSlips(actor: Actor, taskId: number, day: Day): Promise<SlipRow[]> {
  const scope = await readSlipScope(actor, day);
  const raw = await db().$queryRaw<RawRow[]>`
    SELECT ${rowColumns(day)} FROM slip_task mine JOIN slip s ON s.id = mine.slip_id ${asOfDay(day)}
     WHERE mine.task_id = ${taskId} AND s.drafted_on <= ${day}::date AND now.status <> 'DISCARDED' AND ${slipRows(actor, scope, STATUS, Prisma.sql`u.id`)}
     ORDER BY s.id DESC LIMIT 50`;
  return toRows(raw, day);
}
