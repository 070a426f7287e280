'use client';

import { useActionState } from 'react';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';

type SignForFormProps = {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  planId: number;
  /** Left out: for all the units the person may sign for. */
  unitId?: number;
  label: string;
};

export function SignForForm({ action, planId, unitId, label }: SignForFormProps) {
  const [state, send] = useActionState<FormState, FormData>(action, { status: 'idle' });
  return (
    <form action={send}>
      <FormSummary state={state} />
      <input type="hidden" name="planId" value={planId} />
      {unitId === undefined ? null : <input type="hidden" name="unitId" value={unitId} />}
      <SubmitButton size="small">{label}</SubmitButton>
    </form>
  );
}
