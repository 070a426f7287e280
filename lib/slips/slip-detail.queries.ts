import 'server-only';
import { workingDayAfter } from '@/lib/cycles/calendar.queries';
import { UNPUBLISHED_WORDS } from '@/lib/cycles/holidays';
import type { Day } from '@/lib/dates';
import { listEvidence } from '@/lib/evidence/evidence.queries';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';
import { mayReadSlip } from './slip.policy';
import type { PaperTask, SlipPaper, SlipStatus, SlipStep, Tier } from './slip.schema';
import { findSlipAccess } from './slip-access.queries';
import { asOfDay, ISSUED_LATER, isReplyLate, readNumber, tierWordsFor } from './slip-as-of.queries';
import { paperTask, readStandings } from './slip-standing.queries';

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
  const signFor = issued ? await workingDayAfter(issued.on, limit, undefined, asOf.day) : null;
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

export async function readReadable(actor: Actor, id: number, asOf: Pick<AsOf, 'day' | 'today'>) {
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
