'use server';

import { redirect } from 'next/navigation';
import { type FormState, formAction } from '@/lib/server/form-action';
import { submitProgress, submitResult, withdrawReport } from './report.commands';
import { submitProgressSchema, submitResultSchema, withdrawReportSchema } from './report.schema';

export const submitProgressAction = formAction(
  submitProgressSchema,
  async (actor, input) => {
    const { isCatchUp } = await submitProgress(actor, input);
    redirect(`/tasks/${input.taskId}?saved=${isCatchUp ? 'caught-up' : 'progress'}`);
  },
  'report.submit_progress',
);

export const submitResultAction = formAction(
  submitResultSchema,
  async (actor, input) => {
    await submitResult(actor, input);
    redirect(`/tasks/${input.taskId}?saved=result`);
  },
  'report.submit_result',
);

/** The two buttons beneath one form: 提交进展 and 申请办结. */
export async function submitReportAction(previous: FormState, form: FormData): Promise<FormState> {
  return form.get('kind') === 'RESULT' ? submitResultAction(previous, form) : submitProgressAction(previous, form);
}

export const withdrawReportAction = formAction(
  withdrawReportSchema,
  async (actor, input) => {
    await withdrawReport(actor, input);
    redirect(`/tasks/${input.taskId}?saved=withdrawn`);
  },
  'report.withdraw',
);
