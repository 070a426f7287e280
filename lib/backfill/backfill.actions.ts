'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { backfillTasks, discardBackfillDraft } from './backfill.commands';
import { backfillSchema, discardBackfillDraftSchema } from './backfill.schema';

export const backfillTasksAction = formAction(
  backfillSchema,
  async (actor, input) => {
    const count = await backfillTasks(actor, input);
    redirect(`/plans/${input.planId}/backfill?saved=${count}`);
  },
  'task.backfill',
);

export const discardBackfillDraftAction = formAction(
  discardBackfillDraftSchema,
  async (actor, input) => {
    await discardBackfillDraft(actor, input);
    redirect(`/plans/${input.planId}/backfill`);
  },
  'task.backfill',
);
