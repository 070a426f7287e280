'use server';

import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { commitRevision, decideAll, decideRow } from './revision.commands';
import { commitRevisionSchema, decideAllSchema, decideRowSchema } from './revision.schema';

/** Fields: draftId, rowId or taskId, decision, version. */
export const decideRowAction = formAction(
  decideRowSchema,
  async (actor, input) => {
    await decideRow(actor, input);
    refresh();
    return '已记下。';
  },
  'import.revise',
);

/** Fields: draftId, kind, decision. */
export const decideAllAction = formAction(
  decideAllSchema,
  async (actor, input) => {
    const { decided, open } = await decideAll(actor, input);
    refresh();
    return open === 0 ? `已处理 ${decided} 项。` : `已处理 ${decided} 项，另有 ${open} 项须逐项选择。`;
  },
  'import.revise',
);

/** Fields: draftId, version, confirmOpen. Goes to the plan. */
export const commitRevisionAction = formAction(
  commitRevisionSchema,
  async (actor, input) => {
    const planId = await commitRevision(actor, input);
    redirect(`/plans/${planId}`);
  },
  'import.commit',
);
