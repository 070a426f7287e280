'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { changeDueSoonDays, changePlanCycles } from './plan-cycles.commands';
import { changeDueSoonDaysSchema, changePlanCyclesSchema } from './plan-cycles.schema';

export const changePlanCyclesAction = formAction(
  changePlanCyclesSchema,
  async (actor, input) => {
    await changePlanCycles(actor, input);
    redirect(`/plans/${input.planId}/cycles?saved=cycles`);
  },
  'plan.set_cycles',
);

export const changeDueSoonDaysAction = formAction(
  changeDueSoonDaysSchema,
  async (actor, input) => {
    await changeDueSoonDays(actor, input);
    redirect(`/plans/${input.planId}/cycles?saved=due-soon`);
  },
  'plan.set_due_soon',
);
