'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { acceptReport, returnReport } from './review.commands';
import { acceptReportSchema, returnReportSchema } from './review.schema';

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
