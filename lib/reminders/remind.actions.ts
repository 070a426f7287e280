'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { remindTask } from './remind.commands';
import { remindSchema } from './remind.schema';

export const remindTaskAction = formAction(
  remindSchema,
  async (actor, input) => {
    await remindTask(actor, input);
    redirect(`/tasks/${input.taskId}?saved=reminded`);
  },
  'task.remind',
);
