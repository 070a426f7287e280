'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import {
  changeSlipSchema,
  closeSlipSchema,
  draftSlipSchema,
  issueSlipSchema,
  reasonSlipSchema,
  replySlipSchema,
  stepSlipSchema,
} from './slip.schema';
import { closeSlip, voidSlip } from './slip-close.commands';
import { changeSlip, discardSlip, draftSlip } from './slip-draft.commands';
import { checkSlip, issueSlip, sendBackSlip } from './slip-issue.commands';
import { replySlip, returnReply, signForSlip } from './slip-reply.commands';

export const draftSlipAction = formAction(
  draftSlipSchema,
  async (actor, input) => {
    const { slipId } = await draftSlip(actor, input);
    redirect(`/slips/${slipId}?saved=drafted`);
  },
  'slip.draft',
);

export const changeSlipAction = formAction(
  changeSlipSchema,
  async (actor, input) => {
    await changeSlip(actor, input);
    redirect(`/slips/${input.slipId}?saved=changed`);
  },
  'slip.change',
);

export const discardSlipAction = formAction(
  stepSlipSchema,
  async (actor, input) => {
    await discardSlip(actor, input);
    redirect(`/slips/${input.slipId}?saved=discarded`);
  },
  'slip.discard',
);

export const checkSlipAction = formAction(
  stepSlipSchema,
  async (actor, input) => {
    await checkSlip(actor, input);
    redirect(`/slips/${input.slipId}?saved=checked`);
  },
  'slip.check',
);

export const sendBackSlipAction = formAction(
  reasonSlipSchema,
  async (actor, input) => {
    await sendBackSlip(actor, input);
    redirect(`/slips/${input.slipId}?saved=sent-back`);
  },
  'slip.send_back',
);

export const issueSlipAction = formAction(
  issueSlipSchema,
  async (actor, input) => {
    await issueSlip(actor, input);
    redirect(`/slips/${input.slipId}?saved=issued`);
  },
  'slip.issue',
);

export const signForSlipAction = formAction(
  stepSlipSchema,
  async (actor, input) => {
    await signForSlip(actor, input);
    redirect(`/slips/${input.slipId}?saved=signed-for`);
  },
  'slip.sign_for',
);

export const replySlipAction = formAction(
  replySlipSchema,
  async (actor, input) => {
    await replySlip(actor, input);
    redirect(`/slips/${input.slipId}?saved=replied`);
  },
  'slip.reply',
);

export const returnReplyAction = formAction(
  reasonSlipSchema,
  async (actor, input) => {
    await returnReply(actor, input);
    redirect(`/slips/${input.slipId}?saved=returned`);
  },
  'slip.return_reply',
);

export const closeSlipAction = formAction(
  closeSlipSchema,
  async (actor, input) => {
    await closeSlip(actor, input);
    redirect(`/slips/${input.slipId}?saved=closed`);
  },
  'slip.close',
);

export const voidSlipAction = formAction(
  reasonSlipSchema,
  async (actor, input) => {
    await voidSlip(actor, input);
    redirect(`/slips/${input.slipId}?saved=voided`);
  },
  'slip.void',
);
