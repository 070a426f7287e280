'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { sendBackPaper, setHeadSigns, signPaper, withdrawPaper } from './unit-paper.commands';
import { sendBackPaperSchema, setHeadSignsSchema, signPaperSchema, withdrawPaperSchema } from './unit-paper.schema';

export const signPaperAction = formAction(
  signPaperSchema,
  async (actor, input) => {
    await signPaper(actor, input);
    redirect('/papers?saved=signed');
  },
  'paper.sign',
);

export const sendBackPaperAction = formAction(
  sendBackPaperSchema,
  async (actor, input) => {
    await sendBackPaper(actor, input);
    redirect('/papers?saved=sent-back');
  },
  'paper.send_back',
);

export const withdrawPaperAction = formAction(
  withdrawPaperSchema,
  async (actor, input) => {
    const { taskId, kind } = await withdrawPaper(actor, input);
    // The form then starts from what was withdrawn.
    redirect(
      `/tasks/${taskId}?saved=withdrawn&paper=${input.paperId}#${kind === 'EXTENSION' ? 'extension' : 'report'}`,
    );
  },
  'paper.withdraw',
);

export const setHeadSignsAction = formAction(
  setHeadSignsSchema,
  async (actor, input) => {
    await setHeadSigns(actor, input);
    redirect(`/units/${input.unitId}?saved=head-signs`);
  },
  'unit.head_signs',
);
