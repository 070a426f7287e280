'use server';

import { redirect } from 'next/navigation';
import { type FormState, formAction } from '@/lib/server/form-action';
import { giveOpinion } from './opinion.commands';
import { withdrawReport } from './report.commands';
import {
  giveOpinionSchema,
  submitManySchema,
  submitProgressSchema,
  submitResultSchema,
  withdrawReportSchema,
} from './report.schema';
import { sendManyProgress, sendProgress, sendResult } from './report-sending.commands';

export const submitProgressAction = formAction(
  submitProgressSchema,
  async (actor, input) => {
    const { report } = await sendProgress(actor, input);
    redirect(`/tasks/${input.taskId}?saved=${report ? (report.isCatchUp ? 'caught-up' : 'progress') : 'to-sign'}`);
  },
  'report.submit_progress',
);

export const submitResultAction = formAction(
  submitResultSchema,
  async (actor, input) => {
    const { report } = await sendResult(actor, input);
    redirect(`/tasks/${input.taskId}?saved=${report ? 'result' : 'to-sign'}`);
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

/** Many tasks in one form. */
export const submitManyAction = formAction(
  submitManySchema,
  async (actor, input) => {
    const sent = await sendManyProgress(actor, input);
    const papers = sent.filter((one) => one.paperId !== null).length;
    redirect(`/reports/new?sent=${sent.length - papers}&papers=${papers}`);
  },
  'report.submit_many',
);

export const giveOpinionAction = formAction(
  giveOpinionSchema,
  async (actor, input) => {
    await giveOpinion(actor, input);
    redirect(`/tasks/${input.taskId}?saved=opinion#opinions`);
  },
  'colead.opine',
);
