import 'server-only';
import { calendarDoubt, readCalendarOn } from '@/lib/cycles/calendar.queries';
import { addWorkingDays } from '@/lib/cycles/working-days.rules';
import type { Day } from '@/lib/dates';
import { countedUnits, listPlanAccess, mayDoOnPlan, type PlanAccess } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma } from '@/lib/server/db';
import { readSettings } from '@/lib/settings/setting.queries';

export type UnitToSign = {
  unitId: number;
  name: string;
  /** Tasks it leads, and those it stands on otherwise. */
  leads: number;
  responsible: number;
  /** The first day of the time it has stood on the list without a break. */
  sinceOn: Day;
  /** null: not signed by the day. */
  signedOn: Day | null;
  signedBy: string | null;
};

/** CTEs over rollup and mine (id and plan_id of tasks): listed, from which day on each unit of a plan has stood on its list without a break. */
const listedSince = (day: Day) => Prisma.sql`
    spans AS (
      SELECT t.plan_id, coalesce(r.counted_unit_id, tu.unit_id) AS unit_id, tu.valid_from AS from_on, tu.valid_to AS to_on
        FROM mine t JOIN task_unit tu ON tu.task_id = t.id LEFT JOIN rollup r ON r.unit_id = tu.unit_id WHERE tu.unit_id IS NOT NULL AND tu.valid_from <= ${day}::date
      UNION
      SELECT t.plan_id, coalesce(r.counted_unit_id, cm.unit_id), greatest(tu.valid_from, cm.valid_from), least(tu.valid_to, cm.valid_to)
        FROM mine t JOIN task_unit tu ON tu.task_id = t.id JOIN collective_member cm ON cm.collective_id = tu.collective_id AND (cm.plan_id IS NULL OR cm.plan_id = t.plan_id)
        LEFT JOIN rollup r ON r.unit_id = cm.unit_id
       WHERE greatest(tu.valid_from, cm.valid_from) < least(tu.valid_to, cm.valid_to) AND greatest(tu.valid_from, cm.valid_from) <= ${day}::date),
    listed AS MATERIALIZED (
      SELECT b.plan_id, b.unit_id, max(b.from_on) AS since_on
        FROM (SELECT s.*, max(s.to_on) OVER (PARTITION BY s.plan_id, s.unit_id ORDER BY s.from_on, s.to_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_on
                FROM spans s) b
       WHERE b.until_on IS NULL OR b.from_on > b.until_on GROUP BY b.plan_id, b.unit_id)`;

/**
 * The units that stand on a plan's list on a day — named, or known members of a collective; merges followed — and whether they had signed for it.
 * A unit signed where it did so itself, or one that has gone into it. In protocol order. Asks for no actor: its callers have checked the right.
 */
export function listUnitsToSign(client: Db, planId: number, day: Day): Promise<UnitToSign[]> {
  return client.$queryRaw<UnitToSign[]>`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date)),
    mine AS MATERIALIZED (SELECT id, plan_id FROM task WHERE plan_id = ${planId}), ${listedSince(day)},
    standing AS (SELECT m.unit_id, m.task_id, bool_or(m.role = 'LEAD') AS leads
                   -- an array, so that both halves of the function read by task and not every task of every region
                   FROM task_units_as_of(${day}::date) m WHERE m.task_id = ANY(ARRAY(SELECT t.id FROM task t WHERE t.plan_id = ${planId})) GROUP BY 1, 2),
    signed AS (SELECT DISTINCT ON (coalesce(r.counted_unit_id, s.unit_id)) coalesce(r.counted_unit_id, s.unit_id) AS unit_id, s.signed_on, s.signed_by_words
                 FROM sign_for s LEFT JOIN rollup r ON r.unit_id = s.unit_id WHERE s.plan_id = ${planId} AND s.signed_on <= ${day}::date ORDER BY 1, s.id)
    SELECT u.id AS "unitId", u.name, count(*) FILTER (WHERE x.leads)::int AS leads, count(*) FILTER (WHERE NOT x.leads)::int AS responsible,
           (SELECT l.since_on::text FROM listed l WHERE l.unit_id = u.id) AS "sinceOn", g.signed_on::text AS "signedOn", g.signed_by_words AS "signedBy"
      FROM standing x JOIN unit u ON u.id = x.unit_id LEFT JOIN signed g ON g.unit_id = u.id
     GROUP BY u.id, g.signed_on, g.signed_by_words ORDER BY u.parent_id NULLS FIRST, u.sort_order, u.id`;
}

type DatedPlan = { id: number; regionId: number; title: string; activatedOn: Day };

/** Plans in force on a day for which their units owe a sign-for. A plan set going before the ledger asked for sign-fors has its first day instead. */
function listSignedPlans(planIds: readonly number[], day: Day): Promise<DatedPlan[]> {
  return db().$queryRaw<DatedPlan[]>`
    SELECT id, region_id AS "regionId", title, coalesce(activated_on, effective_from)::text AS "activatedOn" FROM plan
     WHERE id = ANY(${[...planIds]}::int[]) AND kind = 'TASK_LIST' AND status IN ('ACTIVE', 'ARCHIVED') AND coalesce(activated_on, effective_from) <= ${day}::date
       AND (archived_on IS NULL OR archived_on > ${day}::date) ORDER BY id`;
}

type Limit = {
  /** The last day on which the plan can be signed for in time. */
  on: Day;
  /** What must be said beside it where a year's holidays are not published yet. */
  doubt: string | null;
  /** The same for a unit: counted from the day it came onto the list where the plan was in force already. */
  onFor: (sinceOn: Day) => Day;
};

const laterOf = (a: Day, b: Day): Day => (a < b ? b : a);

async function limitsOf(plans: readonly DatedPlan[], day: Day): Promise<Map<number, Limit>> {
  const [limits, calendar] = await Promise.all([
    readSettings(
      'sign_for_limit',
      plans.map(({ regionId }) => regionId),
      day,
    ),
    readCalendarOn(day),
  ]);
  return new Map(
    plans.map(({ id, regionId, activatedOn }) => {
      const onFor = (sinceOn: Day) =>
        addWorkingDays(laterOf(activatedOn, sinceOn), limits.get(regionId)!, calendar.exceptions);
      const on = onFor(activatedOn);
      return [id, { on, doubt: calendarDoubt(calendar, activatedOn, on), onFor }];
    }),
  );
}

export type SignForOverview = {
  activatedOn: Day;
  /** Signed after this day is late. */
  limitOn: Day;
  limitDoubt: string | null;
  /** Unsigned past the limit first, then unsigned, then signed. */
  units: (UnitToSign & { isLate: boolean })[];
  unsigned: number;
  late: number;
};

/** Who has signed for a plan on a day, for those who oversee it; null for others and where nothing is to be signed. */
export async function findSignForOverview(actor: Actor, access: PlanAccess, day: Day): Promise<SignForOverview | null> {
  if (!mayDoOnPlan(actor, 'sign_for.read', access.relations)) return null;
  const [plan] = await listSignedPlans([access.planId], day);
  if (!plan) return null;
  const { on: limitOn, doubt: limitDoubt, onFor } = (await limitsOf([plan], day)).get(plan.id)!;
  const units = (await listUnitsToSign(db(), plan.id, day)).map((unit) => ({
    ...unit,
    isLate: (unit.signedOn ?? day) > onFor(unit.sinceOn),
  }));
  const place = ({ signedOn, isLate }: { signedOn: Day | null; isLate: boolean }) =>
    signedOn !== null ? 2 : isLate ? 0 : 1;
  const unsigned = units.filter(({ signedOn }) => signedOn === null);
  return {
    activatedOn: plan.activatedOn,
    limitOn,
    limitDoubt,
    units: units.toSorted((a, b) => place(a) - place(b)),
    unsigned: unsigned.length,
    late: unsigned.filter(({ isLate }) => isLate).length,
  };
}

export type Unsigned = {
  planId: number;
  planTitle: string;
  unitId: number;
  unitName: string;
  activatedOn: Day;
  /** From which day it owes the sign-for: of the plan, or of its coming onto the list. */
  sinceOn: Day;
  limitOn: Day;
  isLate: boolean;
};

/** Units that have not signed by a day for the plans the actor oversees as their office or leader, those past the limit first. */
export async function listUnsigned(actor: Actor, day: Day): Promise<Unsigned[]> {
  const access = (await listPlanAccess(actor)).filter(
    (a) => a.relations.includes('plan_office') && mayDoOnPlan(actor, 'sign_for.read', a.relations),
  );
  return unsignedOf(
    access.map((a) => a.planId),
    day,
  );
}

/** The same for these plans. Asks for no actor: its callers have checked the right. */
export async function unsignedOf(planIds: readonly number[], day: Day): Promise<Unsigned[]> {
  const plans = await listSignedPlans(planIds, day);
  if (plans.length === 0) return [];
  const limits = await limitsOf(plans, day);
  const rows = await db().$queryRaw<{ planId: number; unitId: number; unitName: string; listedOn: Day }[]>`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date)),
    mine AS MATERIALIZED (SELECT id, plan_id FROM task WHERE plan_id = ANY(${plans.map(({ id }) => id)}::int[])), ${listedSince(day)},
    standing AS (SELECT DISTINCT t.plan_id, m.unit_id FROM task_units_as_of(${day}::date) m JOIN mine t ON t.id = m.task_id
                  WHERE m.task_id = ANY(ARRAY(SELECT id FROM mine)))
    SELECT x.plan_id AS "planId", u.id AS "unitId", u.name AS "unitName", l.since_on::text AS "listedOn"
      FROM standing x JOIN unit u ON u.id = x.unit_id JOIN listed l ON l.plan_id = x.plan_id AND l.unit_id = x.unit_id
     WHERE NOT EXISTS (SELECT FROM sign_for s LEFT JOIN rollup r ON r.unit_id = s.unit_id
                        WHERE s.plan_id = x.plan_id AND coalesce(r.counted_unit_id, s.unit_id) = x.unit_id AND s.signed_on <= ${day}::date)
     ORDER BY x.plan_id, u.parent_id NULLS FIRST, u.sort_order, u.id`;
  const planOf = new Map(plans.map((plan) => [plan.id, plan]));
  return rows
    .map(({ listedOn, ...row }) => {
      const { title, activatedOn } = planOf.get(row.planId)!;
      const sinceOn = laterOf(activatedOn, listedOn);
      const limitOn = limits.get(row.planId)!.onFor(sinceOn);
      return { ...row, planTitle: title, activatedOn, sinceOn, limitOn, isLate: day > limitOn };
    })
    .toSorted((a, b) => Number(b.isLate) - Number(a.isLate));
}

/** The units for which the actor may sign for a plan: those they act for, and for a head the 科室 below. Merges followed. */
export async function listSigningUnits(
  actor: Actor,
  access: Pick<PlanAccess, 'relations'>,
  day: Day,
  client: Db = db(),
): Promise<number[]> {
  if (!isAllowed('sign_for.sign', actor.roles, access.relations)) return [];
  return countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], day, client);
}

export type OwedSignFor = { planId: number; planTitle: string; activatedOn: Day; units: UnitToSign[] };

/** What the actor's own units still have to sign for on a day; of one plan alone, also what they have signed for. */
export async function listOwedSignFors(actor: Actor, day: Day, onlyPlanId?: number): Promise<OwedSignFor[]> {
  const access = (await listPlanAccess(actor)).filter((a) => !a.isDraft && a.planId === (onlyPlanId ?? a.planId));
  const owed: OwedSignFor[] = [];
  const units = await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], day);
  if (units.length === 0) return owed;
  const signable = access.filter((a) => isAllowed('sign_for.sign', actor.roles, a.relations));
  for (const plan of await listSignedPlans(
    signable.map((a) => a.planId),
    day,
  )) {
    const own = (await listUnitsToSign(db(), plan.id, day)).filter(({ unitId }) => units.includes(unitId));
    if (own.some(({ signedOn }) => onlyPlanId !== undefined || signedOn === null))
      owed.push({ planId: plan.id, planTitle: plan.title, activatedOn: plan.activatedOn, units: own });
  }
  return owed;
}

export type TaskSignFor = { id: number; unitName: string; signedOn: Day; signedBy: string; recordedAt: Date };

/** Sign-fors for the plan by the units that stand on one task on a day: part of its history, not of its chain. */
export function listTaskSignFors(task: { id: number; plan: { id: number } }, day: Day): Promise<TaskSignFor[]> {
  return db().$queryRaw<TaskSignFor[]>(Prisma.sql`
    SELECT s.id, u.name AS "unitName", s.signed_on::text AS "signedOn", s.signed_by_words AS "signedBy", s.recorded_at AS "recordedAt"
      FROM sign_for s JOIN unit u ON u.id = s.unit_id LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = s.unit_id
     WHERE s.plan_id = ${task.plan.id} AND s.signed_on <= ${day}::date
       AND coalesce(r.counted_unit_id, s.unit_id) IN (SELECT m.unit_id FROM task_units_as_of(${day}::date) m WHERE m.task_id = ${task.id})
     ORDER BY s.id`);
}
