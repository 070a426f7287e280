'use client';

import { useId } from 'react';
import { RadioGroup, TextareaField } from '@/components/ui/field';
import { FormFold, type FormFoldLook } from '@/components/ui/fold';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { FormState } from '@/lib/server/form-action';

type OpinionFormProps = {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  taskId: number;
  unitId: number;
  report: { id: number; version: number };
  idempotencyKey: string;
  foldLook?: FormFoldLook;
};

/** 同意 or 异议. */
export function OpinionForm({ action, taskId, unitId, report, idempotencyKey, foldLook }: OpinionFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <FormFold {...foldLook} states={[state]}>
      <form action={send} className="mt-1">
        <FormSummary state={state} labels={{ agrees: '意见', words: '说明' }} idPrefix={id} />
        <input type="hidden" name="taskId" value={taskId} />
        <input type="hidden" name="unitId" value={unitId} />
        <input type="hidden" name="reportId" value={report.id} />
        <input type="hidden" name="reportVersion" value={report.version} />
        <input type="hidden" name="idempotencyKey" value={state.values?.idempotencyKey ?? idempotencyKey} />
        <RadioGroup
          name="agrees"
          id={`${id}agrees`}
          label="意见"
          options={[
            { value: 'yes', label: '同意办结' },
            { value: 'no', label: '有异议' },
          ]}
          defaultValue={state.values?.agrees}
          errors={state.fieldErrors?.agrees}
          required
          inline
        />
        <TextareaField
          name="words"
          id={`${id}words`}
          label="说明"
          hint="有异议的，请写明是什么、为什么"
          rows={2}
          defaultValue={state.values?.words ?? ''}
          errors={state.fieldErrors?.words}
        />
        <SecrecyLine />
        <SubmitButton size="small">提交意见</SubmitButton>
      </form>
    </FormFold>
  );
}
