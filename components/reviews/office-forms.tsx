'use client';

import { type ReactNode, useActionState, useId } from 'react';
import { FrequentReasons } from '@/components/reviews/review-forms';
import { TextareaField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import type { FormState } from '@/lib/server/form-action';

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type ReviewTarget = { action: Action; taskId: number; reportId: number; version: number; idempotencyKey: string };

function Target({ taskId, reportId, version, idempotencyKey }: Omit<ReviewTarget, 'action'>) {
  return (
    <>
      <input type="hidden" name="taskId" value={taskId} />
      <input type="hidden" name="reportId" value={reportId} />
      <input type="hidden" name="reportVersion" value={version} />
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
    </>
  );
}

/** 审核通过. */
export function AcceptForm({ action, ...target }: ReviewTarget) {
  const [state, send] = useActionState<FormState, FormData>(action, { status: 'idle' });
  const id = useId();
  return (
    <form action={send}>
      <FormSummary state={state} idPrefix={id} />
      <Target {...target} />
      <TextareaField
        name="note"
        id={`${id}note`}
        label="审核意见（可不填）"
        rows={2}
        defaultValue={state.values?.note ?? ''}
        errors={state.fieldErrors?.note}
      />
      <SecrecyLine />
      <SubmitButton>审核通过</SubmitButton>
    </form>
  );
}

/** 退回, with a frequent reason, one's own words, or both. */
export function ReturnForm({ action, label = '退回', ...target }: ReviewTarget & { label?: string }) {
  const [state, send] = useActionState<FormState, FormData>(action, { status: 'idle' });
  const id = useId();
  return (
    <form action={send}>
      <FormSummary state={state} labels={{ reason: '退回理由' }} idPrefix={id} />
      <Target {...target} />
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
  );
}

type TaskFormProps = {
  action: Action;
  taskId: number;
  version: number;
  idempotencyKey: string;
  field: 'reason' | 'basis';
  label: string;
  hint?: string;
  button: string;
  isDanger?: boolean;
  children?: ReactNode;
};

/** A decision on the task itself, with its reason or the document it rests on. */
export function TaskDecisionForm({
  action,
  taskId,
  version,
  idempotencyKey,
  field,
  label,
  hint,
  button,
  isDanger,
  children,
}: TaskFormProps) {
  const [state, send] = useActionState<FormState, FormData>(action, { status: 'idle' });
  const id = useId();
  return (
    <form action={send}>
      <FormSummary state={state} labels={{ [field]: label }} idPrefix={id} />
      {children}
      <input type="hidden" name="taskId" value={taskId} />
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
      <TextareaField
        name={field}
        id={`${id}${field}`}
        label={label}
        hint={hint}
        rows={2}
        required
        defaultValue={state.values?.[field] ?? ''}
        errors={state.fieldErrors?.[field]}
      />
      <SecrecyLine />
      <SubmitButton variant={isDanger ? 'danger' : 'main'}>{button}</SubmitButton>
    </form>
  );
}
