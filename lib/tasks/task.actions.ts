'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { cancelTask, decideIssueLateness, reopenTask, restoreTask } from './task.commands';
import { basisSchema, correctDeadlineSchema, reasonSchema, reassignSchema } from './task.schema';
import { correctDeadline } from './task-deadline.commands';
import { reassignTask } from './task-units.commands';

export const reopenTaskAction = formAction(
  reasonSchema,
  async (actor, input) => {
    await reopenTask(actor, input);
    redirect(`/tasks/${input.taskId}?saved=reopened`);
  },
  'task.reopen',
);

export const cancelTaskAction = formAction(
  basisSchema,
  async (actor, input) => {
    await cancelTask(actor, input);
    redirect(`/tasks/${input.taskId}?saved=cancelled`);
  },
  'task.cancel',
);

export const restoreTaskAction = formAction(
  basisSchema,
  async (actor, input) => {
    await restoreTask(actor, input);
    redirect(`/tasks/${input.taskId}?saved=restored`);
  },
  'task.restore',
);

export const decideIssueLatenessAction = formAction(
  basisSchema,
  async (actor, input) => {
    await decideIssueLateness(actor, input);
    redirect(`/tasks/${input.taskId}?saved=decided`);
  },
  'task.decide_issue_lateness',
);

export const reassignTaskAction = formAction(
  reassignSchema,
  async (actor, input) => {
    await reassignTask(actor, input);
    redirect(`/tasks/${input.taskId}?saved=reassigned`);
  },
  'task.reassign',
);

export const correctDeadlineAction = formAction(
  correctDeadlineSchema,
  async (actor, input) => {
    await correctDeadline(actor, input);
    redirect(`/tasks/${input.taskId}?saved=corrected`);
  },
  'task.correct',
);
