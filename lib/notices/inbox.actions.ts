'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { markAllRead, markNoticeRead } from './inbox.commands';
import { inboxHref } from './inbox.filter';
import { markAllReadSchema, markNoticeReadSchema } from './inbox.schema';

export const markNoticeReadAction = formAction(
  markNoticeReadSchema,
  async (actor, input) => {
    await markNoticeRead(actor, input);
    redirect(inboxHref({ filter: input.show, page: input.page }));
  },
  'notice.read',
);

export const markAllReadAction = formAction(
  markAllReadSchema,
  async (actor, input) => {
    await markAllRead(actor, input);
    redirect(inboxHref({ filter: input.show, page: 1 }));
  },
  'notice.read_all',
);
