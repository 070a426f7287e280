'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { handOver, setHandler, setHandlers } from './handler.commands';
import { handOverSchema, setHandlerSchema, setHandlersSchema } from './handler.schema';

export const setHandlerAction = formAction(
  setHandlerSchema,
  async (actor, input) => {
    await setHandler(actor, input);
    redirect(`/tasks/${input.taskId}?saved=handler#handlers`);
  },
  'handler.set',
);

export const setHandlersAction = formAction(
  setHandlersSchema,
  async (actor, input) => {
    const changed = await setHandlers(actor, input);
    redirect(`/units/${input.unitId}/handlers?saved=${changed}`);
  },
  'handler.set',
);

export const handOverAction = formAction(
  handOverSchema,
  async (actor, input) => {
    await handOver(actor, input);
    redirect(
      input.unitId === null
        ? `/admin/accounts/${input.accountId}/hand-over?saved=1`
        : `/units/${input.unitId}/handlers/${input.accountId}?saved=1`,
    );
  },
  'account.hand_over',
);
