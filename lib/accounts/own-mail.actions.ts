'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { setOwnMail } from './own-mail.commands';
import { ownMailSchema } from './own-mail.schema';

export const setOwnMailAction = formAction(
  ownMailSchema,
  async (actor, { wantsMail }) => {
    await setOwnMail(actor, { wantsMail: wantsMail === 'on' });
    redirect('/account/reminders?saved=1');
  },
  'account.own_mail',
);
