'use server';

import { redirect } from 'next/navigation';
import { requireActor } from '@/lib/server/auth/session';
import { AppError } from '@/lib/server/errors';
import { type FormState, formAction, readFields } from '@/lib/server/form-action';
import { type BulkPreview, carryOutBulk, previewBulk } from './bulk.commands';
import { type BulkInput, bulkSchema } from './bulk.schema';

/** FormState with what would be done; `values` are the fields that the confirmation sends again. */
export type BulkState = FormState & { preview?: BulkPreview };

/**
 * Preview and confirmation in one action and so with one state: without JavaScript a page keeps the state of the form that was sent and of no other. Without
 * `confirm` it writes nothing; where a confirmation is refused, what stands now is previewed anew.
 */
export async function bulkAction(previous: BulkState, form: FormData): Promise<BulkState> {
  const found: { preview?: BulkPreview } = {};
  const run = formAction(
    bulkSchema,
    async (actor, input) => {
      if (input.confirm) {
        await carryOutBulk(actor, input);
        redirect(`/tasks/bulk?done=${input.do}&ids=${input.ids.join(',')}`);
      }
      found.preview = await previewBulk(actor, input);
    },
    'task.bulk',
  );
  const state = await run(previous, form);
  const values = Object.fromEntries(
    Object.entries(readFields(form)).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  if (state.status === 'ok') return { status: 'idle', values, preview: found.preview };
  if (state.status === 'refused' && values.confirm === '1') {
    const again = bulkSchema.safeParse({ ...values, confirm: '' });
    const preview = again.success ? await previewAgain(again.data) : undefined;
    return { ...state, preview };
  }
  return state;
}

/** What stands now; nothing where the actor may not see or change it at all, which the refusal already says. */
async function previewAgain(input: BulkInput): Promise<BulkPreview | undefined> {
  try {
    return await previewBulk(await requireActor({ passwordMayBeDue: false }), input);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
