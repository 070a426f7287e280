'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { setOwnMail } from './own-mail.commands';
import { ownMailSchema } from './own-mail.schema';

export const setOwnMailAction = formAction(
  ownMailSchema,
  async (actor, input) => {
    await setOwnMail(actor, input);
    redirect('/account/reminders?saved=1');
  },
  'account.own_mail',
);
