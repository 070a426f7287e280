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
    const said = names.length > 0 ? `已签收：${names.join('、')}。` : '此前已经签收。';
    return `${said}签收日期和签收人可在方案页和各项任务的“全程留痕”中查看。`;
  },
  'sign_for.sign',
);
