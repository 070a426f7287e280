'use server';

import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { activatePlan, answerQuestion, archivePlan, withdrawPlan } from './plan.commands';
import { activatePlanSchema, answerQuestionSchema, archivePlanSchema, withdrawPlanSchema } from './plan.schema';

export const activatePlanAction = formAction(
  activatePlanSchema,
  async (actor, input) => {
    const { needsBackfill } = await activatePlan(actor, input);
    redirect(needsBackfill ? `/plans/${input.planId}/backfill?activated=1` : `/plans/${input.planId}`);
  },
  'plan.activate',
);

export const archivePlanAction = formAction(
  archivePlanSchema,
  async (actor, input) => {
    await archivePlan(actor, input);
    redirect(`/plans/${input.planId}`);
  },
  'plan.archive',
);

export const withdrawPlanAction = formAction(
  withdrawPlanSchema,
  async (actor, input) => {
    await withdrawPlan(actor, input);
    redirect(`/plans/${input.planId}`);
  },
  'plan.withdraw',
);

export const answerQuestionAction = formAction(
  answerQuestionSchema,
  async (actor, input) => {
    await answerQuestion(actor, input);
    refresh(); // the answer then stands in the list in place of the form
    return '答复已保存。';
  },
  'question.answer',
);
