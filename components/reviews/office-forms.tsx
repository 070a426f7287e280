'use client';

import { useId } from 'react';
import { FrequentReasons } from '@/components/reviews/review-forms';
import { TextareaField } from '@/components/ui/field';
import { FormFold, type FormFoldLook } from '@/components/ui/fold';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { StepForm } from '@/components/ui/step-form';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { FormState } from '@/lib/server/form-action';

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type ReviewTarget = { action: Action; taskId: number; reportId: number; version: number; idempotencyKey: string };

/** 审核通过. */
export function AcceptForm({ action, taskId, reportId, version, idempotencyKey }: ReviewTarget) {
  return (
    <StepForm
      action={action}
      fields={{ taskId, reportId, reportVersion: version, idempotencyKey }}
      text={{ name: 'note', label: '审核意见（可不填）', isOptional: true }}
      button="审核通过"
    />
  );
}

type ReturnFormProps = ReviewTarget & { label?: string; foldLook?: FormFoldLook };

/** 退回, with a frequent reason, one's own words, or both. */
export function ReturnForm({
  action,
  label = '退回',
  foldLook,
  taskId,
  reportId,
  version,
  idempotencyKey,
}: ReturnFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <FormFold {...foldLook} states={[state]}>
      <form action={send}>
        <FormSummary state={state} labels={{ reason: '退回理由' }} idPrefix={id} />
        <input type="hidden" name="taskId" value={taskId} />
        <input type="hidden" name="reportId" value={reportId} />
        <input type="hidden" name="reportVersion" value={version} />
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        <FrequentReasons id={id} chosen={state.values?.frequentReason} />
        <TextareaField
          name="reason"
          id={`${id}reason`}
          label="退回理由"
          hint="写明还缺什么、需要补什么；选了常用理由的可不填"
          rows={2}
          defaultValue={state.values?.reason ?? ''}
          errors={state.fieldErrors?.reason}
        />
        <SecrecyLine />
        <SubmitButton variant="danger">{label}</SubmitButton>
      </form>
    </FormFold>
  );
}
