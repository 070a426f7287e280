'use client';

import { useActionState, useId } from 'react';
import { TextareaField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { remindTaskAction } from '@/lib/reminders/remind.actions';
import { DEFAULT_REMINDER } from '@/lib/reminders/remind.rules';
import type { FormState } from '@/lib/server/form-action';

/** 催办 of one task. */
export function RemindForm({ taskId, idempotencyKey }: { taskId: number; idempotencyKey: string }) {
  const [state, send] = useActionState<FormState, FormData>(remindTaskAction, { status: 'idle' });
  const id = useId();
  return (
    <form action={send}>
      <FormSummary state={state} labels={{ words: '催办内容' }} idPrefix={id} />
      <input type="hidden" name="taskId" value={taskId} />
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
      <TextareaField
        name="words"
        id={`${id}words`}
        label="催办内容"
        hint="送牵头单位的经办人和负责人，并记入任务历史"
        rows={2}
        required
        defaultValue={state.values?.words ?? DEFAULT_REMINDER}
        errors={state.fieldErrors?.words}
      />
      <SecrecyLine />
      <SubmitButton>发出催办</SubmitButton>
    </form>
  );
}
