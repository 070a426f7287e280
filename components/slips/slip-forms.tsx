'use client';

import { useId } from 'react';
import { EvidenceField } from '@/components/evidence/evidence-field';
import { TextareaField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { NoEnter } from '@/components/ui/no-enter';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
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

/** 签发; a bureau's office types its 机关代字. */
export function IssueForm({ bureauCode, action, ...target }: Target & { bureauCode: string | null }) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
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

/** Evidence for a reply that the unit's head will give: it lies ready in the head's form. */
export function PreparedEvidence({
  slipId,
  unitId,
  unsent,
}: {
  slipId: number;
  unitId: number;
  unsent: EvidenceView[];
}) {
  return (
    <form>
      <NoEnter />
      <EvidenceField target={{ slipId }} unitId={unitId} initial={unsent} />
      <SecrecyLine />
    </form>
  );
}

/** 回复, with evidence. */
export function ReplyForm({ action, unitId, unsent, ...target }: Target & { unitId: number; unsent: EvidenceView[] }) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
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
      <EvidenceField target={{ slipId: target.slipId }} unitId={unitId} initial={unsent} sent={state.values} />
      <SecrecyLine />
      <SubmitButton>提交回复</SubmitButton>
    </form>
  );
}
