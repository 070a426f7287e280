import 'server-only';
import { randomUUID } from 'node:crypto';
import { workingDayAfter } from '@/lib/cycles/calendar.queries';
import type { Day } from '@/lib/dates';
import { countedUnits, listPlanAccess, workGroupScope } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';
import {
  defaultIssuer,
  defaultTitle,
  OPEN_STATUSES,
  proposeTier,
  type TierSetting,
  tierNotice,
  tierOfTask,
} from './slip.rules';
import type { Tier } from './slip.schema';
import { readReadable } from './slip-detail.queries';
import { readStandings, type StandingOfTask } from './slip-standing.queries';
import { listTierNames } from './slip-tier.queries';

type DraftPlan = { id: number; title: string; regionId: number };

/** Plans being carried out whose office the actor is of. */
export async function listDraftPlans(actor: Actor): Promise<DraftPlan[]> {
  const ids = (await listPlanAccess(actor))
    .filter((a) => !a.isDraft && isAllowed('slip.issue', actor.roles, a.relations))
    .map((a) => a.planId);
  return db().plan.findMany({
    where: { id: { in: ids }, status: 'ACTIVE', kind: 'TASK_LIST' },
    select: { id: true, title: true, regionId: true },
    orderBy: [{ year: 'desc' }, { id: 'asc' }],
  });
}

export type UnitProposal = { unitId: number; unitName: string; byTier: Record<Tier, number> };

/** The units of a plan that lead tasks which call for a slip, in protocol order. */
export async function listUnitProposals(
  actor: Actor,
  plan: DraftPlan,
  day: Day,
): Promise<{ units: UnitProposal[]; tiers: TierSetting[] }> {
  const tiers = (await readSetting('slip_tiers', plan.regionId, day)) as TierSetting[];
  const tasks = await readPlanStandings(actor, plan.id, day);
  const unitIds = [...new Set(tasks.flatMap((task) => task.leadUnitIds))];
  const units = await db().unit.findMany({
    where: { id: { in: unitIds } },
    select: { id: true, name: true },
    orderBy: [{ sortOrder: 'asc' }, { id: 'asc' }],
  });
  const listed = await readListedTasks(
    tasks.map((task) => task.taskId),
    day,
  );
  const proposals = units
    .map((unit) => {
      const byTier: Record<Tier, number> = { 1: 0, 2: 0, 3: 0 };
      for (const task of tasks) {
        const tier = tierOfTask(task, tiers);
        if (tier === null || !task.leadUnitIds.includes(unit.id)) continue;
        if (!listed.some((one) => one.taskId === task.taskId && one.unitId === unit.id && one.tier === tier))
          byTier[tier] += 1;
      }
      return { unitId: unit.id, unitName: unit.name, byTier };
    })
    .filter(({ byTier }) => byTier[1] + byTier[2] + byTier[3] > 0);
  return { units: proposals, tiers };
}

/** Tasks of a plan that are lit, or some unit's of them. */
async function readPlanStandings(
  actor: Actor,
  planId: number,
  day: Day,
  unitId: number | null = null,
): Promise<StandingOfTask[]> {
  const rows = await db().$queryRaw<{ id: number }[]>`
    SELECT t.id FROM task t JOIN standing_as_of(${day}::date) s ON s.task_id = t.id
     WHERE t.plan_id = ${planId}${workGroupScope(actor)} AND s.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED') AND s.reason <> 'PLAN_NOT_ACTIVE'
       AND (${unitId}::int IS NULL OR t.id IN (SELECT u.task_id FROM task_units_as_of(${day}::date) u WHERE u.role = 'LEAD' AND u.unit_id = ${unitId}::int))`;
  return readStandings(
    db(),
    rows.map((row) => row.id),
    day,
  );
}

/** On which open slips tasks stand. */
function readListedTasks(taskIds: readonly number[], day: Day) {
  return db().$queryRaw<{ taskId: number; unitId: number; tier: Tier; slipId: number }[]>`
    SELECT st.task_id AS "taskId", coalesce(r.counted_unit_id, s.unit_id) AS "unitId", s.tier, s.id AS "slipId"
      FROM slip_task st JOIN slip s ON s.id = st.slip_id LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = s.unit_id
     WHERE st.task_id = ANY(${[...taskIds]}::int[]) AND s.status::text = ANY(${[...OPEN_STATUSES]}::text[]) ORDER BY s.id`;
}

export type DraftTask = StandingOfTask & {
  /** What it calls for by itself. */
  tier: Tier | null;
  /** Already on an open slip of the tier being drafted. */
  onSlipId: number | null;
  isChosen: boolean;
};

export type DraftForm = {
  plan: DraftPlan;
  unit: { id: number; name: string };
  tiers: TierSetting[];
  /** For the chosen tasks. */
  proposed: Tier | null;
  tier: Tier;
  /** What is to be said of the tier; null: it is the one the tasks call for. */
  tierNotice: string | null;
  /** A tier or tasks were asked for; otherwise the form is drawn upon nobody's choice. */
  isTierChosen: boolean;
  tasks: DraftTask[];
  values: {
    title: string;
    body: string;
    issuer: string;
    copyTo: string;
    contact: string;
    tierReason: string;
    replyWorkingDays: number;
  };
  replyOn: Day;
  calendarNotice: string | null;
  idempotencyKey: string;
};

type DraftWish = { planId: number; unitId: number; taskIds: readonly number[]; tier: Tier | null };

/** The form of a new slip for a unit; null where the plan or unit is outside the actor's office, or the unit leads nothing open there. */
export async function findDraftForm(actor: Actor, wish: DraftWish, day: Day): Promise<DraftForm | null> {
  const plan = (await listDraftPlans(actor)).find((one) => one.id === wish.planId);
  if (!plan) return null;
  const [unitId] = await countedUnits([wish.unitId], day);
  const unit =
    unitId === undefined
      ? null
      : await db().unit.findUnique({ where: { id: unitId }, select: { id: true, name: true } });
  const standings = unit ? await readPlanStandings(actor, plan.id, day, unit.id) : [];
  if (!unit || standings.length === 0) return null;
  const full = await db().plan.findUniqueOrThrow({
    where: { id: plan.id },
    include: { region: { select: { name: true } }, ownerUnit: { select: { name: true, fullName: true } } },
  });
  const ownerName = full.ownerUnit && (full.ownerUnit.fullName ?? full.ownerUnit.name);
  return drawForm({
    plan,
    unit,
    standings,
    chosen: wish.taskIds,
    tier: wish.tier,
    slipId: null,
    day,
    values: {
      issuer: defaultIssuer({ issuer: full.issuer, regionName: full.region.name, ownerName }),
      copyTo: '',
      contact: '',
      tierReason: '',
    },
  });
}

/** The form of a standing draft; null where it cannot be changed. */
export async function findChangeForm(
  actor: Actor,
  id: number,
  wanted: Tier | null,
  day: Day,
): Promise<(DraftForm & { version: number }) | null> {
  const found = await readReadable(actor, id, { day, today: day });
  if (!found?.access.issues || found.head.status !== 'DRAFT') return null;
  const { head } = found;
  const chosen = (await db().slipTask.findMany({ where: { slipId: id }, select: { taskId: true } })).map(
    (t) => t.taskId,
  );
  const standings = await readPlanStandings(actor, head.planId, day, head.unitId);
  // One that has been closed since stays on the form, so that it can be taken off.
  const gone = chosen.filter((taskId) => !standings.some((task) => task.taskId === taskId));
  const tier = wanted ?? head.tier;
  const tiers = (await readSetting('slip_tiers', head.regionId, day)) as TierSetting[];
  const before = tiers.find((one) => one.tier === head.tier)!;
  const names = (await listTierNames(db(), head.regionId)).filter((one) => one.tier === head.tier);
  // Words that were the old tier's own follow the new one, and its name where that has changed; what a person wrote stays.
  const isOwn = {
    title: names.some(({ words }) => head.title === defaultTitle(head.tier, words)),
    body: head.body === before.opening,
    replyWorkingDays: head.replyWorkingDays === before.replyWorkingDays,
  };
  const follows = tier !== head.tier;
  const form = await drawForm({
    plan: { id: head.planId, title: head.planTitle, regionId: head.regionId },
    unit: { id: head.unitId, name: head.unitName },
    standings: [...standings, ...(await readStandings(db(), gone, day))],
    chosen,
    tier,
    slipId: id,
    day,
    values: {
      ...head,
      title: isOwn.title ? undefined : head.title,
      body: follows && isOwn.body ? undefined : head.body,
      replyWorkingDays: follows && isOwn.replyWorkingDays ? undefined : head.replyWorkingDays,
    },
  });
  return { ...form, version: head.version };
}

async function drawForm(from: {
  plan: DraftPlan;
  unit: { id: number; name: string };
  standings: StandingOfTask[];
  chosen: readonly number[];
  tier: Tier | null;
  slipId: number | null;
  day: Day;
  values: {
    title?: string;
    body?: string;
    issuer: string;
    copyTo: string;
    contact: string;
    tierReason: string;
    replyWorkingDays?: number;
  };
}): Promise<DraftForm> {
  const { plan, unit, standings, day, values } = from;
  const tiers = (await readSetting('slip_tiers', plan.regionId, day)) as TierSetting[];
  const listed = (
    await readListedTasks(
      standings.map((task) => task.taskId),
      day,
    )
  ).filter((one) => one.unitId === unit.id && one.slipId !== from.slipId);
  const asked = standings.filter((task) => from.chosen.includes(task.taskId));
  const isListed = (taskId: number, tier: Tier | null) =>
    listed.some((one) => one.taskId === taskId && one.tier === tier);
  // What still calls for a slip; what is on one of its tier already calls for none.
  const calling = standings.filter((task) => !isListed(task.taskId, tierOfTask(task, tiers)));
  const ofTier = calling.filter((task) => from.tier !== null && from.tier === tierOfTask(task, tiers));
  // Of what is chosen, or would be by the tier alone: who draws up a yellow slip is not told of the red tasks beside.
  const proposed = proposeTier([asked, ofTier, calling].find((some) => some.length > 0) ?? [], tiers);
  const tier = from.tier ?? proposed ?? 1;
  const setting = tiers.find((one) => one.tier === tier)!;
  const tasks = standings.map((task) => {
    const own = tierOfTask(task, tiers);
    const onSlipId = listed.find((one) => one.taskId === task.taskId && one.tier === tier)?.slipId ?? null;
    // Without a wish: everything of this tier. Other slips of the tier keep theirs.
    const isWanted = asked.length > 0 ? from.chosen.includes(task.taskId) : own === tier;
    return { ...task, tier: own, onSlipId, isChosen: isWanted && onSlipId === null };
  });
  const hasTasks = tasks.some((task) => task.isChosen);
  const isChosen = from.tier !== null || asked.length > 0;
  const replyWorkingDays = values.replyWorkingDays ?? setting.replyWorkingDays;
  const reply = await workingDayAfter(day, replyWorkingDays);
  return {
    plan,
    unit,
    tiers,
    proposed,
    tier,
    tierNotice: tierNotice({ proposed, tier, hasTasks, isChosen }, tiers),
    isTierChosen: isChosen,
    tasks: tasks.sort((a, b) => (b.tier ?? 0) - (a.tier ?? 0) || a.seq - b.seq),
    values: {
      title: values.title ?? defaultTitle(tier, setting.words),
      body: values.body ?? setting.opening,
      issuer: values.issuer,
      copyTo: values.copyTo,
      contact: values.contact,
      tierReason: values.tierReason,
      replyWorkingDays,
    },
    replyOn: reply.day,
    calendarNotice: reply.doubt,
    idempotencyKey: randomUUID(),
  };
}
