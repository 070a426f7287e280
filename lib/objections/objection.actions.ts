'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { decideObjection, raiseObjection, withdrawObjection } from './objection.commands';
import { decideObjectionSchema, raiseObjectionSchema, withdrawObjectionSchema } from './objection.schema';

export const raiseObjectionAction = formAction(
  raiseObjectionSchema,
  async (actor, input) => {
    await raiseObjection(actor, input);
    redirect(`/tasks/${input.taskId}?saved=objected`);
  },
  'objection.raise',
);

export const withdrawObjectionAction = formAction(
  withdrawObjectionSchema,
  async (actor, input) => {
    await withdrawObjection(actor, input);
    redirect(`/tasks/${input.taskId}?saved=objection-withdrawn`);
  },
  'objection.withdraw',
);

export const decideObjectionAction = formAction(
  decideObjectionSchema,
  async (actor, input) => {
    await decideObjection(actor, input);
    redirect(`/tasks/${input.taskId}?saved=objection-decided`);
  },
  'objection.decide',
);
