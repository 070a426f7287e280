'use server';

import { refresh } from 'next/cache';
import { formAction } from '@/lib/server/form-action';
import { signForPlan } from './sign-for.commands';
import { signForPlanSchema } from './sign-for.schema';

export const signForPlanAction = formAction(
  signForPlanSchema,
  async (actor, input) => {
    const names = await signForPlan(actor, input);
    refresh(); // the card then says who signed
    return names.length > 0 ? `已签收：${names.join('、')}。` : '此前已经签收。';
  },
  'sign_for.sign',
);
