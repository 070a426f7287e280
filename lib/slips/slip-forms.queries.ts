import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Day } from '@/lib/dates';
import { listUnsentEvidence } from '@/lib/evidence/evidence.queries';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';
import { planRefusal } from '@/lib/tasks/task.commands';
import { isHeadOf } from '@/lib/unit-papers/head-signs.queries';
import { mayCheck, namesOf, settingOf, stepRefusal, type TierSetting } from './slip.rules';
import type { SlipStatus, Tier } from './slip.schema';
import { lastCodeOf } from './slip-code.queries';
import { readReadable } from './slip-detail.queries';
import { readStandings } from './slip-standing.queries';
import { titleFault } from './slip-tier.queries';

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
  /** What the viewer has uploaded for the reply; for a head who signs, also what the unit's people have prepared. */
  unsent: EvidenceView[];
  canReturn: boolean;
  canClose: boolean;
  needsReasonToClose: boolean;
  /** What stands in the way of checking or issuing it, or has happened to its tasks since, in words for its office. */
  warnings: string[];
  canVoid: boolean;
  /** Why nothing can be done, in words. */
  refusal: string | null;
  keyFor: Record<
    'change' | 'check' | 'sendBack' | 'issue' | 'discard' | 'signFor' | 'reply' | 'return' | 'close' | 'void',
    string
  >;
};

/** Refusals that a check or an issue would meet, and tasks of an issued paper that were cancelled since. */
async function listWarnings(
  slip: { id: number; regionId: number; tier: Tier; title: string; status: SlipStatus },
  today: Day,
): Promise<string[]> {
  const isUnissued = slip.status === 'DRAFT' || slip.status === 'CHECKED';
  if (!isUnissued && stepRefusal(slip.status, 'CLOSED') !== null) return [];
  const taskIds = (await db().slipTask.findMany({ where: { slipId: slip.id } })).map((row) => row.taskId);
  const tasks = await readStandings(db(), taskIds, today);
  const cancelled = tasks.filter((task) => task.state === 'CANCELLED');
  if (!isUnissued) {
    return cancelled.length === 0
      ? []
      : [`${namesOf(cancelled)}任务已取消，督办单仍要求回复；不再要求的，请办结或作废，或另行告知主送单位。`];
  }
  const tiers = (await readSetting('slip_tiers', slip.regionId, today)) as TierSetting[];
  const fault = await titleFault(db(), slip, settingOf(tiers, slip.tier).words);
  const ended = [...cancelled, ...tasks.filter((task) => task.state === 'COMPLETED')].sort((a, b) => a.seq - b.seq);
  return [
    ...(fault ? [`${fault}，改成一致后才能审核签发。`] : []),
    ...(ended.length > 0 ? [`${namesOf(ended)}任务已办结或取消，移除后才能签发。`] : []),
  ];
}

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
  const headSigns = canReply && (await readSetting('head_signs', head.unitId, today));
  const isHeadWanted = headSigns && !(await isHeadOf(db(), actor, head.unitId, today));
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
    unsent: canReply
      ? await listUnsentEvidence(actor, { slipId: id }, db(), { ofColleagues: headSigns && !isHeadWanted })
      : [],
    canReturn: may('issues', 'REPLY_RETURNED'),
    canClose: may('issues', 'CLOSED'),
    needsReasonToClose: head.status !== 'REPLIED',
    warnings: access.issues && refusal === null ? await listWarnings(head, today) : [],
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
