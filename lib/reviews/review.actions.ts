'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { acceptReport, acceptReports, returnReport } from './review.commands';
import { acceptReportSchema, acceptReportsSchema, returnReportSchema, writeReviewMessageSchema } from './review.schema';
import { writeReviewMessage } from './thread.commands';

export const acceptReportAction = formAction(
  acceptReportSchema,
  async (actor, input) => {
    await acceptReport(actor, input);
    redirect(`/tasks/${input.taskId}?saved=accepted`);
  },
  'report.accept',
);

export const returnReportAction = formAction(
  returnReportSchema,
  async (actor, input) => {
    await returnReport(actor, input);
    redirect(`/tasks/${input.taskId}?saved=returned`);
  },
  'report.return',
);

export const acceptReportsAction = formAction(
  acceptReportsSchema,
  async (actor, input) => {
    const accepted = await acceptReports(actor, input);
    redirect(`/reviews?accepted=${accepted}`);
  },
  'report.accept',
);

export const writeReviewMessageAction = formAction(
  writeReviewMessageSchema,
  async (actor, { from, ...input }) => {
    await writeReviewMessage(actor, input);
    redirect(
      from === 'review' && input.reportId !== undefined
        ? `/reviews/${input.reportId}?saved=message#thread`
        : `/tasks/${input.taskId}?saved=message#thread`,
    );
  },
  'review.message',
);
