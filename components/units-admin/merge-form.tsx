'use client';

import { TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { FormState } from '@/lib/server/form-action';
import { mergeUnitsAction } from '@/lib/units/unit.actions';

type MergeFormProps = {
  from: { id: number; name: string; version: number };
  into: { id: number; name: string; version: number };
};

export function MergeForm({ from, into }: MergeFormProps) {
  const [state, action] = useFormAction<FormState>(mergeUnitsAction, { status: 'idle' });
  return (
    <form action={action} noValidate className="mt-3 max-w-xl">
      <FormSummary state={state} labels={{ basis: '依据' }} />
      <input type="hidden" name="fromUnitId" value={from.id} />
      <input type="hidden" name="intoUnitId" value={into.id} />
      <input type="hidden" name="fromVersion" value={from.version} />
      <input type="hidden" name="intoVersion" value={into.version} />
      <TextField
        name="basis"
        label="依据"
        hint="机构改革文件的名称和文号"
        maxLength={300}
        required
        defaultValue={state.values?.basis}
        errors={state.fieldErrors?.basis}
      />
      <SecrecyLine />
      <SubmitButton variant="danger">
        确认：{from.name}并入{into.name}
      </SubmitButton>
    </form>
  );
}
