import 'server-only';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { toDate } from '@/lib/server/events';
import type { CloseSlipInput, ReasonSlipInput } from './slip.schema';
import { settleSlip, tellUnit } from './slip-notices.commands';
import { holdForStep, numberOf, recordOnTasks, takeStep } from './slip-step.commands';

/**
 * 办结. Without a reply only with words why. Refuses: not_found, forbidden, invalid_state (not issued, ended, plan not running), unreadable (no reply and no
 * words), conflict.
 */
export async function closeSlip(actor: Actor, input: CloseSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'CLOSED');
    if (!held) return;
    const { slip, status } = held;
    if (slip.status !== 'REPLIED' && input.reason === '') {
      throw new AppError('unreadable', '该督办单还没有回复；确需办结的，请在办结意见中写明理由。');
    }
    const eventId = await takeStep(tx, actor, slip, {
      step: 'CLOSED',
      status,
      form: input.idempotencyKey,
      text: input.reason,
      data: { closedOn: toDate(slip.today) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_CLOSED', input.reason === '' ? {} : { reason: input.reason });
    await settleSlip(tx, slip.id, ['issued', 'returned', 'replied']);
    await tellUnit(tx, slip, `slip:${slip.id}:closed:${eventId}`, {
      title: `${slip.tierWords} ${numberOf(slip)} 已办结`,
      body: input.reason,
    });
  });
}

/** 作废, with a reason; its number is not given out again. Refuses: not_found, forbidden, invalid_state (not issued, ended, plan not running), conflict. */
export async function voidSlip(actor: Actor, input: ReasonSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'VOIDED');
    if (!held) return;
    const { slip, status } = held;
    const eventId = await takeStep(tx, actor, slip, {
      step: 'VOIDED',
      status,
      form: input.idempotencyKey,
      text: input.reason,
      data: { voidedOn: toDate(slip.today) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_VOIDED', { reason: input.reason });
    await settleSlip(tx, slip.id, ['issued', 'returned', 'replied']);
    await tellUnit(tx, slip, `slip:${slip.id}:voided`, {
      title: `${slip.tierWords} ${numberOf(slip)} 已作废`,
      body: `理由：${input.reason} 该督办单不需再回复。`,
    });
  });
}
