'use client';

import { type ReactNode, useActionState, useId } from 'react';
import { EvidenceField } from '@/components/evidence/evidence-field';
import { TextareaField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import type { FormState } from '@/lib/server/form-action';
import { SLIP_LABELS } from '@/lib/slips/slip.schema';

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type Target = { action: Action; slipId: number; version: number; idempotencyKey: string };

function Hidden({ slipId, version, idempotencyKey }: Omit<Target, 'action'>) {
  return (
    <>
      <input type="hidden" name="slipId" value={slipId} />
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
    </>
  );
}

type StepFormProps = Target & { button: string; variant?: 'main' | 'plain' | 'danger'; children?: ReactNode };

/** A step that needs no words: 审核, 签收, 撤稿. */
export function StepForm({ action, button, variant = 'main', children, ...target }: StepFormProps) {
  const [state, send] = useActionState<FormState, FormData>(action, { status: 'idle' });
  return (
    <form action={send}>
      <FormSummary state={state} />
      <Hidden {...target} />
      {children}
      <SubmitButton variant={variant}>{button}</SubmitButton>
    </form>
  );
}

/** 签发; a bureau's office types its 机关代字. */
export function IssueForm({ bureauCode, action, ...target }: Target & { bureauCode: string | null }) {
  const [state, send] = useActionState<FormState, FormData>(action, { status: 'idle' });
  const id = useId();
  return (
    <form action={send}>
      <FormSummary state={state} labels={SLIP_LABELS} idPrefix={id} />
      <Hidden {...target} />
      {bureauCode === null ? null : (
        <TextField
          name="documentCode"
          id={`${id}documentCode`}
          label={SLIP_LABELS.documentCode}
          hint="本单位督办单文号的前缀，例如“鄂建督”；签发后以后自动沿用"
          maxLength={20}
          defaultValue={state.values?.documentCode ?? bureauCode}
          errors={state.fieldErrors?.documentCode}
        />
      )}
      <p className="mb-2 text-sm text-mute">签发后按年度顺序编号，内容不再变动，并即时通知主送单位签收。</p>
      <SubmitButton>签发</SubmitButton>
    </form>
  );
}

type ReasonFormProps = Target & {
  label: string;
  hint?: string;
  button: string;
  isDanger?: boolean;
  isRequired?: boolean;
};

/** A step with its reason: 退回, 作废, 办结. */
export function ReasonForm({ action, label, hint, button, isDanger, isRequired = true, ...target }: ReasonFormProps) {
  const [state, send] = useActionState<FormState, FormData>(action, { status: 'idle' });
  const id = useId();
  return (
    <form action={send}>
      <FormSummary state={state} labels={{ reason: label }} idPrefix={id} />
      <Hidden {...target} />
      <TextareaField
        name="reason"
        id={`${id}reason`}
        label={label}
        hint={hint}
        rows={2}
        required={isRequired}
        defaultValue={state.values?.reason ?? ''}
        errors={state.fieldErrors?.reason}
      />
      <SecrecyLine />
      <SubmitButton variant={isDanger ? 'danger' : 'main'}>{button}</SubmitButton>
    </form>
  );
}

/** 回复, with evidence. */
export function ReplyForm({ action, unitId, unsent, ...target }: Target & { unitId: number; unsent: EvidenceView[] }) {
  const [state, send] = useActionState<FormState, FormData>(action, { status: 'idle' });
  const id = useId();
  return (
    <form action={send}>
      <FormSummary state={state} labels={SLIP_LABELS} idPrefix={id} />
      <Hidden {...target} />
      <TextareaField
        name="text"
        id={`${id}text`}
        label={SLIP_LABELS.text}
        hint="逐项写明办理情况、未完成的原因和完成时间"
        rows={8}
        required
        defaultValue={state.values?.text ?? ''}
        errors={state.fieldErrors?.text}
      />
      <EvidenceField target={{ slipId: target.slipId }} unitId={unitId} initial={unsent} />
      <SecrecyLine />
      <SubmitButton>提交回复</SubmitButton>
    </form>
  );
}
