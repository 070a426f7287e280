import 'server-only';
import type { Day } from '@/lib/dates';
import { type PlanAccess, taskScope } from '@/lib/rights/rights.queries';
import { isAllowed, type Relation } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { Prisma } from '@/lib/server/db';
import { escapeLike } from '@/lib/text';
import { searchWords, type TaskFilter, type UnitRole } from './task.filter';

/** Ids of the units that count as one of these on a day, merges followed: what stands in task_unit may be any of them. */
function unitsCountingAs(unitIds: readonly number[], day: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`ARRAY(
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day})),
         wanted AS (SELECT DISTINCT coalesce(r.counted_unit_id, g.id) AS id FROM unnest(${[...unitIds]}::int[]) AS g(id) LEFT JOIN rollup r ON r.unit_id = g.id)
    SELECT id FROM wanted UNION SELECT r.unit_id FROM rollup r JOIN wanted w ON w.id = r.counted_unit_id)`;
}

/**
 * Ids of the tasks on which one of the units stands on a day. The same relation as SQL task_units_as_of(day), written from the unit's side so
 * that it reads one unit's index entries instead of every task (a test compares the two). `collective`: only as a known member of one.
 */
export function tasksOfUnits(unitIds: readonly number[], as: UnitRole, day: Day): Prisma.Sql {
  const units = unitsCountingAs(unitIds, Prisma.sql`${day}::date`);
  const role =
    as === 'lead'
      ? Prisma.sql`AND tu.role = 'LEAD'`
      : as === 'any'
        ? Prisma.empty
        : Prisma.sql`AND tu.role = 'RESPONSIBLE'`;
  const direct = Prisma.sql`
    SELECT tu.task_id FROM task_unit tu
     WHERE tu.unit_id = ANY(${units}) AND tu.valid_from <= ${day}::date AND tu.valid_to > ${day}::date ${role}`;
  const members = Prisma.sql`
    SELECT tu.task_id FROM collective_member cm
      JOIN task_unit tu ON tu.collective_id = cm.collective_id AND tu.valid_from <= ${day}::date AND tu.valid_to > ${day}::date ${role}
      JOIN task mt ON mt.id = tu.task_id AND (cm.plan_id IS NULL OR cm.plan_id = mt.plan_id)
     WHERE cm.unit_id = ANY(${units}) AND cm.valid_from <= ${day}::date AND cm.valid_to > ${day}::date`;
  if (as === 'responsible') return direct;
  if (as === 'collective') return members;
  return Prisma.sql`${direct} UNION ${members}`;
}

const asOverseer: readonly Relation[] = ['plan_office', 'parent_office', 'platform'];

/**
 * True where the actor may read what units report on the task: `report.read` of the table of rights as a condition on alias t. Rights are
 * those of today, whatever day is looked at.
 */
export function mayReadReports(actor: Actor, access: readonly PlanAccess[]): Prisma.Sql {
  const planIds = access
    .filter((a) =>
      isAllowed(
        'report.read',
        actor.roles,
        a.relations.filter((r) => asOverseer.includes(r)),
      ),
    )
    .map((a) => a.planId);
  const parts = [Prisma.sql`t.plan_id = ANY(${planIds}::int[])`];
  const may = (relation: Relation) => isAllowed('report.read', actor.roles, [relation]);
  const asUnit = (unitIds: readonly number[], roles: ('LEAD' | 'RESPONSIBLE')[]) => {
    if (unitIds.length === 0 || roles.length === 0) return;
    parts.push(Prisma.sql`EXISTS (
      SELECT 1 FROM task_unit tu LEFT JOIN collective_member cm ON cm.collective_id = tu.collective_id
         AND (cm.plan_id IS NULL OR cm.plan_id = t.plan_id) AND cm.valid_from <= (SELECT ledger_today()) AND cm.valid_to > (SELECT ledger_today())
       WHERE tu.task_id = t.id AND tu.role = ANY(${roles}::text[]::task_unit_role[])
         AND tu.valid_from <= (SELECT ledger_today()) AND tu.valid_to > (SELECT ledger_today())
         AND coalesce(tu.unit_id, cm.unit_id) = ANY(${unitsCountingAs(unitIds, Prisma.sql`ledger_today()`)}))`);
  };
  asUnit(actor.actingUnitIds, [
    ...(may('lead_unit') ? (['LEAD'] as const) : []),
    ...(may('responsible_unit') ? (['RESPONSIBLE'] as const) : []),
  ]);
  asUnit(actor.childUnitIds, may('parent_head') ? ['LEAD'] : []);
  return Prisma.sql`(${Prisma.join(parts, ' OR ')})`;
}

/** The day event e says its report was made: of a 补录 what it declares, however late it was entered. */
export const reportedOn = Prisma.sql`CASE WHEN e.type = 'BACKFILLED' THEN coalesce((e.payload ->> 'reportedOn')::date, e.effective_on) ELSE e.effective_on END`;

/**
 * The last report on task t as of a day, one not withdrawn by then, nor of a 补录 that another has replaced: sequence, reported_on, is_backfill, is_returned (by then),
 * report_id, report_version, report_kind, unit_id. What every page calls 最近进展; `only` narrows whose it is (alias e).
 */
export function lastReportOf(day: Day, only: Prisma.Sql = Prisma.empty): Prisma.Sql {
  return Prisma.sql`
    SELECT e.sequence, ${reportedOn} AS reported_on, e.type = 'BACKFILLED' AS is_backfill, e.report_id, e.report_version, e.report_kind, e.unit_id,
           EXISTS (SELECT 1 FROM task_event b WHERE b.task_id = t.id AND b.report_id = e.report_id AND b.sequence > e.sequence
                      AND b.type = 'REPORT_RETURNED' AND b.effective_on <= ${day}::date) AS is_returned
      FROM task_event e
     WHERE e.task_id = t.id AND e.report_id IS NOT NULL AND e.type IN ('REPORT_SUBMITTED', 'BACKFILLED') AND e.effective_on <= ${day}::date ${only}
       AND NOT EXISTS (SELECT 1 FROM task_event w WHERE w.task_id = t.id AND w.report_id = e.report_id AND w.sequence > e.sequence
                          AND w.type = 'REPORT_WITHDRAWN' AND w.effective_on <= ${day}::date)
       AND (e.type <> 'BACKFILLED' OR NOT EXISTS (SELECT 1 FROM task_event w WHERE w.task_id = t.id AND w.type = 'BACKFILLED' AND w.sequence > e.sequence AND w.effective_on <= ${day}::date))
     ORDER BY e.sequence DESC LIMIT 1`;
}

/** What is printed of a task, or was until a revised list replaced it: one condition on `t` and on a former wording `w`. */
function printedCondition(alias: 't' | 'w', like: string, word: string): Prisma.Sql {
  const x = Prisma.raw(alias);
  const parts = [
    Prisma.sql`${x}.text ILIKE ${like}`,
    Prisma.sql`${x}.lead_text ILIKE ${like}`,
    Prisma.sql`${x}.responsible_text ILIKE ${like}`,
    Prisma.sql`EXISTS (SELECT 1 FROM measure m WHERE m.id = ${x}.measure_id AND m.heading ILIKE ${like})`,
    Prisma.sql`EXISTS (SELECT 1 FROM policy_area a WHERE a.id = ${x}.area_id AND a.heading ILIKE ${like})`,
  ];
  if (/^\d{1,6}$/.test(word)) parts.push(Prisma.sql`${x}.seq = ${Number(word)}`);
  return Prisma.sql`(${Prisma.join(parts, ' OR ')})`;
}

/**
 * A word is looked for in what stood on the day: the same words as task_as_of(day) gives, written so that the few tasks that have been revised since are read by
 * the index of their wordings and all others stay as they are. For today there are none.
 */
function searchCondition(actor: Actor, access: readonly PlanAccess[], word: string, day: Day): Prisma.Sql {
  const like = `%${escapeLike(word)}%`;
  const parts = [
    Prisma.sql`(${printedCondition('t', like, word)} AND t.id NOT IN (SELECT x.task_id FROM task_wording x WHERE x.valid_to > ${day}::date))`,
    Prisma.sql`t.id IN (SELECT w.task_id FROM (SELECT DISTINCT ON (x.task_id) x.* FROM task_wording x WHERE x.valid_to > ${day}::date
                                                ORDER BY x.task_id, x.valid_to, x.id) w WHERE ${printedCondition('w', like, word)})`,
    Prisma.sql`EXISTS (SELECT 1 FROM task_unit tu JOIN unit u ON u.id = tu.unit_id WHERE tu.task_id = t.id AND tu.valid_from <= ${day}::date AND tu.valid_to > ${day}::date
                  AND (u.name ILIKE ${like} OR u.full_name ILIKE ${like}))`,
    Prisma.sql`EXISTS (SELECT 1 FROM (${lastReportOf(day)}) l JOIN report_version v ON v.report_id = l.report_id AND v.version = l.report_version
                WHERE v.narrative ILIKE ${like} AND ${mayReadReports(actor, access)})`,
  ];
  return Prisma.sql`(${Prisma.join(parts, ' OR ')})`;
}

/** The task stood under a heading on the day: a revised list may have moved it since. The heading's plan bounds what is looked at. */
function stoodUnder(
  table: 'policy_area' | 'measure' | 'work_group',
  column: 'area_id' | 'measure_id' | 'work_group_id',
  id: number,
  day: Day,
): Prisma.Sql {
  return Prisma.sql`t.id IN (SELECT d.id FROM task_as_of(${day}::date) d
    WHERE d.plan_id = (SELECT h.plan_id FROM ${Prisma.raw(table)} h WHERE h.id = ${id}) AND d.${Prisma.raw(column)} = ${id})`;
}

/**
 * The ledger's WHERE: which tasks a filter means for an actor on a day, over the aliases t (task), s (standing_as_of(day)) and p (plan).
 * Drafts and withdrawn plans count only where `plan` names them; a bureau's own plan where `plan` names it, `own` is set, or the actor is
 * inside that bureau. Boards count with the same condition.
 */
export function taskWhere(actor: Actor, access: readonly PlanAccess[], filter: TaskFilter, day: Day): Prisma.Sql {
  const plans =
    filter.plan === null ? access.filter((a) => !a.isDraft) : access.filter((a) => a.planId === filter.plan);
  const planIds = plans.map((a) => a.planId);
  const conditions = [taskScope(actor, plans), Prisma.sql`s.plan_id = ANY(${planIds}::int[])`];
  if (filter.plan === null && !filter.own) {
    const inside = plans
      .filter((a) => a.relations.includes('region_unit') || a.relations.includes('plan_office'))
      .map((a) => a.planId);
    conditions.push(Prisma.sql`(p.owner_unit_id IS NULL OR p.id = ANY(${inside}::int[]))`);
  }
  if (filter.region !== null) conditions.push(Prisma.sql`t.region_id = ${filter.region}`);
  if (filter.area !== null) conditions.push(stoodUnder('policy_area', 'area_id', filter.area, day));
  if (filter.measure !== null) conditions.push(stoodUnder('measure', 'measure_id', filter.measure, day));
  if (filter.group !== null) conditions.push(stoodUnder('work_group', 'work_group_id', filter.group, day));
  if (filter.unit !== null) conditions.push(Prisma.sql`t.id IN (${tasksOfUnits([filter.unit], filter.as, day)})`);
  if (filter.mine) conditions.push(Prisma.sql`t.id IN (${tasksOfUnits(actor.actingUnitIds, 'any', day)})`);
  if (filter.state.length > 0) conditions.push(Prisma.sql`s.state = ANY(${filter.state}::text[]::task_state[])`);
  if (filter.light.length > 0) conditions.push(Prisma.sql`s.light = ANY(${filter.light}::text[]::light[])`);
  if (filter.reason.length > 0) conditions.push(Prisma.sql`s.reason = ANY(${filter.reason}::text[]::light_reason[])`);
  if (filter.dueFrom !== null) conditions.push(Prisma.sql`s.due_on >= ${filter.dueFrom}::date`);
  if (filter.dueTo !== null) conditions.push(Prisma.sql`s.due_on <= ${filter.dueTo}::date`);
  for (const word of searchWords(filter.q)) conditions.push(searchCondition(actor, access, word, day));
  return Prisma.join(conditions, ' AND ');
}
