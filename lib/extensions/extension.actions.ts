'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { decideExtension, requestExtension, sendExtension, withdrawExtension } from './extension.commands';
import { decideExtensionSchema, requestExtensionSchema, withdrawExtensionSchema } from './extension.schema';

/** Of a head: out at once. */
export const requestExtensionAction = formAction(
  requestExtensionSchema,
  async (actor, input) => {
    await requestExtension(actor, input);
    redirect(`/tasks/${input.taskId}?saved=extension#extension`);
  },
  'extension.request',
);

/** Of a reporter: laid before the head. */
export const sendExtensionAction = formAction(
  requestExtensionSchema,
  async (actor, input) => {
    const sent = await sendExtension(actor, input);
    redirect(`/tasks/${input.taskId}?saved=${'paperId' in sent ? 'to-sign' : 'extension'}#extension`);
  },
  'extension.send',
);

export const decideExtensionAction = formAction(
  decideExtensionSchema,
  async (actor, input) => {
    await decideExtension(actor, input);
    redirect('/extensions?saved=decided');
  },
  'extension.decide',
);

export const withdrawExtensionAction = formAction(
  withdrawExtensionSchema,
  async (actor, input) => {
    await withdrawExtension(actor, input);
    redirect('/extensions?saved=withdrawn');
  },
  'extension.withdraw',
);
