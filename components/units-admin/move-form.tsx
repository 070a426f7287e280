'use client';

import { TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { FormState } from '@/lib/server/form-action';
import { moveUnitAction } from '@/lib/units/unit.actions';

type MoveFormProps = { unitId: number; version: number; position: number; count: number };

export function MoveForm({ unitId, version, position, count }: MoveFormProps) {
  const [state, action] = useFormAction<FormState>(moveUnitAction, { status: 'idle' });
  return (
    <form action={action} noValidate className="max-w-xs">
      <FormSummary state={state} labels={{ position: '位次' }} />
      <input type="hidden" name="unitId" value={unitId} />
      <input type="hidden" name="version" value={state.latest?.version ?? version} />
      <TextField
        name="position"
        label="位次"
        type="number"
        inputMode="numeric"
        min={1}
        max={count}
        required
        hint={`现为第 ${position} 位，共 ${count} 个；其他单位顺延`}
        defaultValue={state.values?.position ?? position}
        errors={state.fieldErrors?.position}
      />
      <SecrecyLine />
      <SubmitButton variant="plain">调整位次</SubmitButton>
    </form>
  );
}
