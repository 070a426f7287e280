import 'server-only';
import { randomUUID } from 'node:crypto';
import { workingDayAfter } from '@/lib/cycles/calendar.queries';
import { UNPUBLISHED_WORDS } from '@/lib/cycles/holidays';
import type { Day } from '@/lib/dates';
import { listEvidence, listUnsentEvidence } from '@/lib/evidence/evidence.queries';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import { countedUnits, listPlanAccess, workGroupScope } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import { readSetting, readSettings } from '@/lib/settings/setting.queries';
import { planRefusal } from '@/lib/tasks/task.commands';
import { lastCodeOf, paperTask } from './slip.commands';
import { SLIP_PAGE_SIZE, type SlipFilter } from './slip.filter';
import { mayReadSlip } from './slip.policy';
import {
  defaultIssuer,
  defaultTitle,
  documentNumber,
  mayCheck,
  OPEN_STATUSES,
  proposeTier,
  statusAfter,
  stepRefusal,
  type TierSetting,
  tierOfTask,
} from './slip.rules';
import { type PaperTask, SLIP_STEPS, type SlipPaper, type SlipStatus, type SlipStep, type Tier } from './slip.schema';
import { findSlipAccess, readSlipScope, slipRows } from './slip-access.queries';
import { readStandings, type StandingOfTask } from './slip-standing.queries';

const STATUS_AFTER = JSON.stringify(Object.fromEntries(SLIP_STEPS.map((step) => [step, statusAfter(step)])));

/** Status, reply day and counted unit of slips `s` as of a day, by the record of their steps. */
const asOfDay = (day: Day) => Prisma.sql`
  JOIN LATERAL (
    SELECT (${STATUS_AFTER}::jsonb ->> e.step::text) AS status
      FROM slip_event e WHERE e.slip_id = s.id AND e.effective_on <= ${day}::date ORDER BY e.id DESC LIMIT 1) now ON true
  LEFT JOIN LATERAL (
    SELECT (e.payload ->> 'replyDueOn')::date AS due_on FROM slip_event e
     WHERE e.slip_id = s.id AND e.step IN ('ISSUED', 'REPLY_RETURNED') AND e.effective_on <= ${day}::date ORDER BY e.id DESC LIMIT 1) reply ON true
  LEFT JOIN unit_rollup(${day}::date) ru ON ru.unit_id = s.unit_id
  JOIN unit u ON u.id = coalesce(ru.counted_unit_id, s.unit_id)`;
const STATUS = Prisma.sql`now.status`;
const isReplyLate = (day: Day) => Prisma.sql`(now.status IN ('ISSUED', 'SIGNED_FOR') AND reply.due_on < ${day}::date)`;

export type SlipRow = {
  id: number;
  tier: Tier;
  tierWords: string;
  status: SlipStatus;
  number: string | null;
  title: string;
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

const rowColumns = (day: Day) => Prisma.sql`
  s.id, s.tier, s.tier_words AS "storedWords", s.region_id AS "regionId", now.status, s.document_code AS "documentCode", s.number_year AS "numberYear",
  s.number, s.title, u.id AS "unitId", u.name AS "unitName", (SELECT count(*)::int FROM slip_task st WHERE st.slip_id = s.id) AS "taskCount",
  s.drafted_on::text AS "draftedOn", CASE WHEN now.status NOT IN ('DRAFT', 'CHECKED', 'DISCARDED') THEN s.issued_on::text END AS "issuedOn",
  reply.due_on::text AS "replyDueOn", ${isReplyLate(day)} AS "isReplyLate", reply.due_on - ${day}::date AS "daysLeft"`;

/** The words of a tier are those of the day of issue; of a draft, those the region's setting gives. */
async function tierWordsFor(
  rows: readonly { tier: Tier; storedWords: string; regionId: number }[],
  day: Day,
): Promise<(row: { tier: Tier; storedWords: string; regionId: number }) => string> {
  const regionIds = rows.filter((row) => row.storedWords === '').map((row) => row.regionId);
  const settings = regionIds.length > 0 ? await readSettings('slip_tiers', regionIds, day) : new Map();
  return (row) =>
    row.storedWords ||
    ((settings.get(row.regionId) ?? []) as TierSetting[]).find((one) => one.tier === row.tier)?.words ||
    '督办单';
}

const ISSUED_LATER: readonly SlipStatus[] = ['DRAFT', 'CHECKED', 'DISCARDED'];

function readNumber(row: Pick<RawRow, 'status' | 'documentCode' | 'numberYear' | 'number'>): string | null {
  // On a day before its issue it had none yet.
  if (row.number === null || ISSUED_LATER.includes(row.status)) return null;
  return documentNumber(row.documentCode ?? '', row.numberYear ?? 0, row.number);
}

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
  /** Open ones by tier, of all the viewer may read. */
  byTier: { tier: Tier; words: string; open: number; total: number }[];
  overdue: number;
  /** Units with a slip the viewer may read. */
  units: { id: number; name: string }[];
  canDraft: boolean;
  /** Sees slips of other units than the viewer's own. */
  oversees: boolean;
};

/** Slips as of a day, latest first; null where the actor has no part in slips at all. */
export async function findSlips(actor: Actor, filter: SlipFilter, day: Day): Promise<SlipList | null> {
  const scope = await readSlipScope(actor, day);
  if (scope.overseenPlanIds.length === 0 && scope.answerPlanIds.length === 0) return null;
  const readable = Prisma.sql`s.drafted_on <= ${day}::date AND ${slipRows(actor, scope, STATUS, Prisma.sql`u.id`)}`;
  const wanted = Prisma.sql`${readable}
    ${filter.status ? Prisma.sql`AND now.status = ${filter.status}` : Prisma.sql`AND now.status <> 'DISCARDED'`}
    ${filter.tier ? Prisma.sql`AND s.tier = ${filter.tier}` : Prisma.empty}
    ${filter.unit ? Prisma.sql`AND u.id = ${filter.unit}` : Prisma.empty}
    ${filter.overdue ? Prisma.sql`AND ${isReplyLate(day)}` : Prisma.empty}`;
  const [counts, [totals], units, tiers] = await Promise.all([
    db().$queryRaw<{ tier: Tier; open: number; total: number; overdue: number }[]>`
      SELECT s.tier, (count(*) FILTER (WHERE now.status = ANY(${[...OPEN_STATUSES]}::text[])))::int AS open, (count(*) FILTER (WHERE now.status <> 'DISCARDED'))::int AS total,
             (count(*) FILTER (WHERE ${isReplyLate(day)}))::int AS overdue
        FROM slip s ${asOfDay(day)} WHERE ${readable} GROUP BY s.tier`,
    db().$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM slip s ${asOfDay(day)} WHERE ${wanted}`,
    db().$queryRaw<{ id: number; name: string }[]>`
      SELECT x.id, x.name FROM (SELECT DISTINCT u.id, u.name, u.sort_order FROM slip s ${asOfDay(day)} WHERE ${readable}) x ORDER BY x.sort_order, x.id LIMIT 500`,
    actor.regionId === null ? null : readSetting('slip_tiers', actor.regionId, day),
  ]);
  const total = totals!.total;
  const pages = Math.max(1, Math.ceil(total / SLIP_PAGE_SIZE));
  const page = Math.min(filter.page, pages);
  const raw = await db().$queryRaw<RawRow[]>`
    SELECT ${rowColumns(day)} FROM slip s ${asOfDay(day)} WHERE ${wanted}
     ORDER BY s.drafted_on DESC, s.id DESC LIMIT ${SLIP_PAGE_SIZE} OFFSET ${(page - 1) * SLIP_PAGE_SIZE}`;
  const fallback = ['蓝色督办单', '黄色督办单', '红色督办单'];
  return {
    rows: await toRows(raw, day),
    total,
    page,
    pages,
    byTier: ([1, 2, 3] as const).map((tier) => {
      const count = counts.find((one) => one.tier === tier);
      const words = (tiers as TierSetting[] | null)?.find((one) => one.tier === tier)?.words ?? fallback[tier - 1]!;
      return { tier, words, open: count?.open ?? 0, total: count?.total ?? 0 };
    }),
    overdue: counts.reduce((sum, count) => sum + count.overdue, 0),
    units,
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

/** The slips a task stands on, latest first; at most 50. Those the actor may not read do not exist. */
export async function listTaskSlips(actor: Actor, taskId: number, day: Day): Promise<SlipRow[]> {
  const scope = await readSlipScope(actor, day);
  const raw = await db().$queryRaw<RawRow[]>`
    SELECT ${rowColumns(day)} FROM slip_task mine JOIN slip s ON s.id = mine.slip_id ${asOfDay(day)}
     WHERE mine.task_id = ${taskId} AND s.drafted_on <= ${day}::date AND now.status <> 'DISCARDED' AND ${slipRows(actor, scope, STATUS, Prisma.sql`u.id`)}
     ORDER BY s.id DESC LIMIT 50`;
  return toRows(raw, day);
}

// ---------------------------------------------------------------- one slip

export type SlipStepView = {
  id: number;
  step: SlipStep;
  actorWords: string;
  text: string;
  on: Day;
  recordedAt: Date;
  evidence: EvidenceView[];
  replyDueOn: Day | null;
  isLate: boolean;
};

export type SlipDetail = {
  id: number;
  planId: number;
  planTitle: string;
  unitId: number;
  unitName: string;
  paper: SlipPaper;
  status: SlipStatus;
  tierReason: string;
  steps: SlipStepView[];
  /** In force: after a returned reply, the new one. */
  replyDueOn: Day | null;
  /** The last day to sign for it in time. */
  signForDueOn: Day | null;
  /** Said beside the days where a year's holidays are not published. */
  calendarNotice: string | null;
  isReplyLate: boolean;
};

type Head = {
  id: number;
  regionId: number;
  ownerUnitId: number | null;
  planId: number;
  planTitle: string;
  unitId: number;
  unitName: string;
  unitWords: string;
  tier: Tier;
  storedWords: string;
  status: SlipStatus;
  title: string;
  body: string;
  issuer: string;
  copyTo: string;
  contact: string;
  tierReason: string;
  replyWorkingDays: number;
  documentCode: string | null;
  numberYear: number | null;
  number: number | null;
  issuedOn: Day | null;
  draftedById: number;
  version: number;
  snapshot: PaperTask[];
  replyDueOn: Day | null;
  isReplyLate: boolean;
  planStatus: string;
  effectiveFrom: Day | null;
};

async function readHead(id: number, day: Day): Promise<Head | null> {
  const [head] = await db().$queryRaw<Head[]>`
    SELECT s.id, s.region_id AS "regionId", s.owner_unit_id AS "ownerUnitId", s.plan_id AS "planId", p.title AS "planTitle", u.id AS "unitId", u.name AS "unitName",
           s.unit_words AS "unitWords", s.tier, s.tier_words AS "storedWords", now.status, s.title, s.body, s.issuer, s.copy_to AS "copyTo", s.contact,
           s.tier_reason AS "tierReason", s.reply_working_days AS "replyWorkingDays", s.document_code AS "documentCode", s.number_year AS "numberYear", s.number,
           s.issued_on::text AS "issuedOn", s.drafted_by_id AS "draftedById", s.version, s.snapshot, reply.due_on::text AS "replyDueOn",
           ${isReplyLate(day)} AS "isReplyLate", p.status::text AS "planStatus", p.effective_from::text AS "effectiveFrom"
      FROM slip s ${asOfDay(day)} JOIN plan p ON p.id = s.plan_id
     WHERE s.id = ${id} AND s.drafted_on <= ${day}::date`;
  return head ?? null;
}

type RawStep = Omit<SlipStepView, 'evidence'> & { actorId: number | null; evidenceIds: string[]; isPublished: boolean };

function readSteps(id: number, day: Day): Promise<RawStep[]> {
  return db().$queryRaw<RawStep[]>`
    SELECT e.id, e.step::text AS step, e.actor_id AS "actorId", e.actor_words AS "actorWords", e.text, e.effective_on::text AS "on", e.recorded_at AS "recordedAt",
           e.evidence_ids AS "evidenceIds", e.payload ->> 'replyDueOn' AS "replyDueOn", coalesce((e.payload ->> 'isLate')::boolean, false) AS "isLate",
           coalesce((e.payload ->> 'isCalendarPublished')::boolean, true) AS "isPublished"
      FROM slip_event e WHERE e.slip_id = ${id} AND e.effective_on <= ${day}::date ORDER BY e.id LIMIT 500`;
}

async function readPaper(head: Head, steps: readonly RawStep[], day: Day): Promise<SlipPaper> {
  const isIssued = !ISSUED_LATER.includes(head.status);
  const wordsOf = await tierWordsFor([head], day);
  const taskIds = isIssued
    ? []
    : (await db().slipTask.findMany({ where: { slipId: head.id }, select: { taskId: true } })).map((row) => row.taskId);
  const voided = steps.find((step) => step.step === 'VOIDED');
  return {
    status: head.status,
    tier: head.tier,
    tierWords: wordsOf(head),
    issuer: head.issuer,
    number: readNumber(head),
    title: head.title,
    unitName: (isIssued && head.unitWords) || head.unitName,
    body: head.body,
    tasks: isIssued ? head.snapshot : (await readStandings(db(), taskIds, day)).map(paperTask),
    // The paper keeps the day it was issued with, whatever was agreed on later.
    replyDueOn: isIssued ? (steps.find((step) => step.step === 'ISSUED')?.replyDueOn ?? null) : null,
    replyWorkingDays: head.replyWorkingDays,
    issuedOn: isIssued ? head.issuedOn : null,
    contact: head.contact,
    copyTo: head.copyTo,
    voided: voided ? { on: voided.on, reason: voided.text } : null,
  };
}

/** A slip with its steps and paper as of a day; null where it does not exist for the actor. */
export async function findSlip(
  actor: Actor,
  id: number,
  asOf: Pick<AsOf, 'day' | 'today'>,
): Promise<SlipDetail | null> {
  const found = await readReadable(actor, id, asOf);
  if (!found) return null;
  const { head, access } = found;
  const all = await readSteps(id, asOf.day);
  // Who overseas the plan sees how the paper came about; its unit begins with the issue.
  const steps = access.oversees ? all : all.filter((step) => !UNSEEN_BY_UNITS.includes(step.step));
  const evidence = new Map(
    (await listEvidence([...new Set(steps.flatMap((step) => step.evidenceIds))])).map((item) => [item.id, item]),
  );
  const issued = all.find((step) => step.step === 'ISSUED');
  const limit = issued ? await readSetting('sign_for_limit', head.regionId, issued.on) : 0;
  const signFor = issued ? await workingDayAfter(issued.on, limit) : null;
  const isPublished = all.every((step) => step.isPublished) && !signFor?.doubt;
  return {
    id,
    planId: head.planId,
    planTitle: head.planTitle,
    unitId: head.unitId,
    unitName: head.unitName,
    paper: await readPaper(head, all, asOf.day),
    status: head.status,
    tierReason: access.oversees ? head.tierReason : '',
    steps: steps.map(({ evidenceIds, isPublished: _published, actorId: _actor, ...step }) => ({
      ...step,
      evidence: evidenceIds.flatMap((one) => evidence.get(one) ?? []),
    })),
    replyDueOn: ISSUED_LATER.includes(head.status) ? null : head.replyDueOn,
    signForDueOn: signFor?.day ?? null,
    calendarNotice: isPublished ? null : UNPUBLISHED_WORDS,
    isReplyLate: head.isReplyLate,
  };
}

const UNSEEN_BY_UNITS: readonly SlipStep[] = ['DRAFTED', 'CHANGED', 'SENT_BACK', 'CHECKED', 'DISCARDED'];

async function readReadable(actor: Actor, id: number, asOf: Pick<AsOf, 'day' | 'today'>) {
  const head = await readHead(id, asOf.day);
  // Rights are those of today, whatever day is looked at.
  const access = head && (await findSlipAccess(db(), actor, head, asOf.today));
  return head && access && mayReadSlip(access, head.status) ? { head, access } : null;
}

/** What a slip's paper prints today; null where it does not exist for the actor. */
export async function findSlipPaper(actor: Actor, id: number, today: Day): Promise<SlipPaper | null> {
  const found = await readReadable(actor, id, { day: today, today });
  return found ? readPaper(found.head, await readSteps(id, today), today) : null;
}

/** What the viewer may do next with a slip, today. */
export type SlipForms = {
  slipId: number;
  version: number;
  canChange: boolean;
  canCheck: boolean;
  /** Their own words: somebody else checks. */
  isOwnDraft: boolean;
  canSendBack: boolean;
  canIssue: boolean;
  /** A bureau's own slip: the code is typed, this one was used last. */
  bureauCode: string | null;
  canDiscard: boolean;
  canSignFor: boolean;
  canReply: boolean;
  /** The head signs in this unit and the viewer is not its head. */
  isHeadWanted: boolean;
  unsent: EvidenceView[];
  canReturn: boolean;
  canClose: boolean;
  needsReasonToClose: boolean;
  canVoid: boolean;
  /** Why nothing can be done, in words. */
  refusal: string | null;
  keyFor: Record<
    'change' | 'check' | 'sendBack' | 'issue' | 'discard' | 'signFor' | 'reply' | 'return' | 'close' | 'void',
    string
  >;
};

/** The forms of a slip today; null where the viewer only reads it. */
export async function findSlipForms(actor: Actor, id: number, today: Day): Promise<SlipForms | null> {
  const found = await readReadable(actor, id, { day: today, today });
  if (!found || (!found.access.issues && !found.access.answers)) return null;
  const { head, access } = found;
  const refusal = planRefusal({ status: head.planStatus, effectiveFrom: head.effectiveFrom }, today);
  const may = (need: 'issues' | 'answers', step: Parameters<typeof stepRefusal>[1]) =>
    access[need] && refusal === null && stepRefusal(head.status, step) === null;
  const canReply = may('answers', 'REPLIED');
  const lastWriter = await db().slipEvent.findFirst({
    where: { slipId: id, step: { in: ['DRAFTED', 'CHANGED'] } },
    orderBy: { id: 'desc' },
    select: { actorId: true },
  });
  const isOwnDraft = !mayCheck(actor.accountId, {
    draftedById: head.draftedById,
    lastWriterId: lastWriter?.actorId ?? null,
  });
  const headed = actor.roles.includes('unit_head')
    ? await countedUnits([...(actor.unitId === null ? [] : [actor.unitId]), ...actor.childUnitIds], today)
    : [];
  const isHeadWanted =
    canReply && !headed.includes(head.unitId) && (await readSetting('head_signs', head.unitId, today));
  return {
    slipId: id,
    version: head.version,
    canChange: may('issues', 'CHANGED'),
    canCheck: may('issues', 'CHECKED') && !isOwnDraft,
    isOwnDraft: may('issues', 'CHECKED') && isOwnDraft,
    canSendBack: may('issues', 'SENT_BACK'),
    canIssue: may('issues', 'ISSUED'),
    bureauCode: head.ownerUnitId === null ? null : ((await lastCodeOf(db(), head.ownerUnitId)) ?? ''),
    canDiscard: may('issues', 'DISCARDED'),
    canSignFor: may('answers', 'SIGNED_FOR'),
    canReply,
    isHeadWanted,
    unsent: canReply ? await listUnsentEvidence(actor, { slipId: id }) : [],
    canReturn: may('issues', 'REPLY_RETURNED'),
    canClose: may('issues', 'CLOSED'),
    needsReasonToClose: head.status !== 'REPLIED',
    canVoid: may('issues', 'VOIDED'),
    refusal: head.status === 'CLOSED' || head.status === 'VOID' || head.status === 'DISCARDED' ? null : refusal,
    keyFor: {
      change: randomUUID(),
      check: randomUUID(),
      sendBack: randomUUID(),
      issue: randomUUID(),
      discard: randomUUID(),
      signFor: randomUUID(),
      reply: randomUUID(),
      return: randomUUID(),
      close: randomUUID(),
      void: randomUUID(),
    },
  };
}

// ---------------------------------------------------------------- 拟稿

export type DraftPlan = { id: number; title: string; regionId: number };

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
  // Words that were the old tier's own follow the new one; what a person wrote stays.
  const isOwn = {
    title: head.title === defaultTitle(head.tier, before.words),
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
      title: follows && isOwn.title ? undefined : head.title,
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
  // Of what is chosen, or would be by the tier alone: who draws up a yellow slip is not told of the red tasks beside.
  const meant = asked.length > 0 ? asked : standings.filter((task) => from.tier === tierOfTask(task, tiers));
  const proposed = proposeTier(meant.length > 0 ? meant : standings, tiers);
  const tier = from.tier ?? proposed ?? 1;
  const setting = tiers.find((one) => one.tier === tier)!;
  const tasks = standings.map((task) => {
    const own = tierOfTask(task, tiers);
    const onSlipId = listed.find((one) => one.taskId === task.taskId && one.tier === tier)?.slipId ?? null;
    // Without a wish: everything of this tier. Other slips of the tier keep theirs.
    const isWanted = asked.length > 0 ? from.chosen.includes(task.taskId) : own === tier;
    return { ...task, tier: own, onSlipId, isChosen: isWanted && onSlipId === null };
  });
  const replyWorkingDays = values.replyWorkingDays ?? setting.replyWorkingDays;
  const reply = await workingDayAfter(day, replyWorkingDays);
  return {
    plan,
    unit,
    tiers,
    proposed,
    tier,
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
