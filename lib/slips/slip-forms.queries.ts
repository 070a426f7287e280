import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Day } from '@/lib/dates';
import { listUnsentEvidence } from '@/lib/evidence/evidence.queries';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { readSetting } from '@/lib/settings/setting.queries';
import { planRefusal } from '@/lib/tasks/task.commands';
import { mayCheck, stepRefusal } from './slip.rules';
import { lastCodeOf } from './slip-code.queries';
import { readReadable } from './slip-detail.queries';

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
