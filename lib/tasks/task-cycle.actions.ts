'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { setTaskCycle } from './task-cycle.commands';
import { setTaskCycleSchema } from './task-cycle.schema';

export const setTaskCycleAction = formAction(
  setTaskCycleSchema,
  async (actor, input) => {
    await setTaskCycle(actor, input);
    redirect(`/tasks/${input.taskId}?saved=cycle`);
  },
  'task.set_cycle',
);
