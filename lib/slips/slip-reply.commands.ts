import 'server-only';
import { workingDayAfter } from '@/lib/cycles/calendar.queries';
import { claimEvidence } from '@/lib/evidence/evidence.commands';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { toDate } from '@/lib/server/events';
import { mustBeSigned } from '@/lib/unit-papers/head-signs.queries';
import type { ReasonSlipInput, ReplySlipInput, StepSlipInput } from './slip.schema';
import { settleSlip, tellOffice, tellUnit } from './slip-notices.commands';
import { type HeldSlip, holdForStep, numberOf, recordOnTasks, takeStep } from './slip-step.commands';

/** 签收, for the unit it was sent to. Refuses: not_found, forbidden, invalid_state (signed, ended, plan not running), conflict. */
export async function signForSlip(actor: Actor, input: StepSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'answers', 'SIGNED_FOR');
    if (!held) return;
    const { slip, status } = held;
    const eventId = await takeStep(tx, actor, slip, {
      step: 'SIGNED_FOR',
      status,
      form: input.idempotencyKey,
      unitId: slip.unitId,
      data: { signedForOn: toDate(slip.today) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_SIGNED_FOR', { unitId: slip.unitId });
  });
}

async function requireHeadWhereHeadSigns(tx: Tx, actor: Actor, slip: HeldSlip): Promise<void> {
  const [unitId] = await countedUnits([slip.unitId], slip.today, tx);
  if (await mustBeSigned(tx, actor, unitId ?? slip.unitId, slip.today)) {
    throw new AppError('forbidden', '该单位的材料由单位负责人签发，请由单位负责人回复督办单；已上传的佐证材料保留。');
  }
}

/**
 * 回复, with evidence. Refuses: not_found, forbidden (where the head signs, anyone else), invalid_state (not signed for, replied, ended, plan not running),
 * unreadable (evidence of another slip or unit), conflict.
 */
export async function replySlip(actor: Actor, input: ReplySlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'answers', 'REPLIED');
    if (!held) return;
    const { slip, status } = held;
    await requireHeadWhereHeadSigns(tx, actor, slip);
    const evidenceIds = await claimEvidence(tx, actor, { slipId: slip.id }, input.evidenceIds);
    const eventId = await takeStep(tx, actor, slip, {
      step: 'REPLIED',
      status,
      form: input.idempotencyKey,
      text: input.text,
      evidenceIds,
      unitId: slip.unitId,
      payload: slip.replyDueOn !== null && slip.today > slip.replyDueOn ? { isLate: true } : {},
      data: { repliedOn: toDate(slip.today) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_REPLIED', { unitId: slip.unitId });
    await settleSlip(tx, slip.id, ['issued', 'returned']);
    await tellOffice(
      tx,
      actor,
      slip.id,
      `slip:${slip.id}:replied:${eventId}`,
      `${slip.tierWords} ${numberOf(slip)} 已回复，请核对`,
    );
  });
}

/** 退回回复, with a reason: the reply is asked for again. Refuses: not_found, forbidden, invalid_state (no reply, ended, plan not running), conflict. */
export async function returnReply(actor: Actor, input: ReasonSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'REPLY_RETURNED');
    if (!held) return;
    const { slip, status } = held;
    const reply = await workingDayAfter(slip.today, slip.replyWorkingDays, tx);
    const eventId = await takeStep(tx, actor, slip, {
      step: 'REPLY_RETURNED',
      status,
      form: input.idempotencyKey,
      text: input.reason,
      payload: { replyDueOn: reply.day, isCalendarPublished: reply.doubt === null },
      data: { repliedOn: null, replyDueOn: toDate(reply.day) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_REPLY_RETURNED', {
      replyDueOn: reply.day,
      reason: input.reason,
    });
    await settleSlip(tx, slip.id, ['replied']);
    await tellUnit(tx, slip, `slip:${slip.id}:returned:${eventId}`, {
      title: `${slip.tierWords} ${numberOf(slip)} 的回复被退回`,
      body: `理由：${input.reason} 请于 ${reply.day} 前重新回复。`,
    });
  });
}
