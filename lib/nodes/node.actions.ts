'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { addNode, changeNode, makeNodesOfParts, removeNode, reportNodeDone, undoNode } from './node.commands';
import {
  addNodeSchema,
  changeNodeSchema,
  makeNodesOfPartsSchema,
  nodeReasonSchema,
  reportNodeDoneSchema,
} from './node.schema';

export const addNodeAction = formAction(
  addNodeSchema,
  async (actor, input) => {
    const { isAfterDue } = await addNode(actor, input);
    redirect(`/tasks/${input.taskId}?saved=${isAfterDue ? 'node-after' : 'node'}#nodes`);
  },
  'node.add',
);

export const changeNodeAction = formAction(
  changeNodeSchema,
  async (actor, input) => {
    const { isAfterDue } = await changeNode(actor, input);
    redirect(`/tasks/${input.taskId}?saved=${isAfterDue ? 'node-after' : 'node'}#nodes`);
  },
  'node.change',
);

export const removeNodeAction = formAction(
  nodeReasonSchema,
  async (actor, input) => {
    await removeNode(actor, input);
    redirect(`/tasks/${input.taskId}?saved=node-removed#nodes`);
  },
  'node.remove',
);

export const reportNodeDoneAction = formAction(
  reportNodeDoneSchema,
  async (actor, input) => {
    await reportNodeDone(actor, input);
    redirect(`/tasks/${input.taskId}?saved=node-done#nodes`);
  },
  'node.done',
);

export const undoNodeAction = formAction(
  nodeReasonSchema,
  async (actor, input) => {
    await undoNode(actor, input);
    redirect(`/tasks/${input.taskId}?saved=node-undone#nodes`);
  },
  'node.undo',
);

export const makeNodesOfPartsAction = formAction(
  makeNodesOfPartsSchema,
  async (actor, input) => {
    await makeNodesOfParts(actor, input);
    redirect(`/tasks/${input.taskId}?saved=nodes-made#nodes`);
  },
  'node.of_parts',
);
