'use client';

import { useId } from 'react';
import { RadioGroup, TextareaField, TextField } from '@/components/ui/field';
import { FormFold, type FormFoldLook } from '@/components/ui/fold';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { ExtensionForm } from '@/lib/extensions/extension.queries';
import type { FormState } from '@/lib/server/form-action';

type Action = (state: FormState, form: FormData) => Promise<FormState>;

const REQUEST_LABELS = { toDueOn: '延至', reason: '延期理由', progress: '目前进展' } as const;

/** Asking for an extension: a head's goes out, a reporter's waits for the head. */
export function RequestExtensionForm({
  action,
  taskId,
  form,
  foldLook,
}: {
  action: Action;
  taskId: number;
  form: ExtensionForm;
  foldLook?: FormFoldLook;
}) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  const errors = state.fieldErrors ?? {};
  const value = (name: 'toDueOn' | 'reason' | 'progress') => state.values?.[name] ?? form.start?.[name] ?? '';
  return (
    <FormFold {...foldLook} states={[state]}>
      <form action={send}>
        <FormSummary state={state} labels={REQUEST_LABELS} idPrefix={id} />
        <input type="hidden" name="taskId" value={taskId} />
        <input type="hidden" name="unitId" value={form.unitId} />
        <input type="hidden" name="version" value={form.taskVersion} />
        <input type="hidden" name="idempotencyKey" value={state.values?.idempotencyKey ?? form.idempotencyKey} />
        <TextField
          name="toDueOn"
          id={`${id}toDueOn`}
          label="延至"
          hint={`现时限 ${form.dueOn}`}
          type="date"
          required
          defaultValue={value('toDueOn')}
          errors={errors.toDueOn}
        />
        <TextareaField
          name="reason"
          id={`${id}reason`}
          label="延期理由"
          rows={3}
          required
          defaultValue={value('reason')}
          errors={errors.reason}
        />
        <TextareaField
          name="progress"
          id={`${id}progress`}
          label="目前进展"
          hint="已完成什么，还差什么"
          rows={3}
          defaultValue={value('progress')}
          errors={errors.progress}
        />
        <p className="mb-1 text-sm text-amber">{form.consequence}</p>
        <p className="mb-2 text-sm text-mute">
          申请等待决定期间照常计时。
          {form.isHead ? '' : '延期由单位负责人提出：提交后先送单位负责人签发，以签发当日为提出日。'}
        </p>
        <SecrecyLine />
        <SubmitButton>{form.isHead ? '提出延期申请' : '提交单位负责人签发'}</SubmitButton>
      </form>
    </FormFold>
  );
}

/** 同意 or 不同意. */
export function DecideExtensionForm({
  action,
  extensionId,
  version,
  decider,
}: {
  action: Action;
  extensionId: number;
  version: number;
  decider: 'office' | 'leader';
}) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <form action={send} className="mt-2 max-w-xl">
      <FormSummary state={state} labels={{ decision: '决定', note: '意见' }} idPrefix={id} />
      <input type="hidden" name="extensionId" value={extensionId} />
      <input type="hidden" name="version" value={version} />
      <RadioGroup
        name="decision"
        id={`${id}decision`}
        label={decider === 'leader' ? '决定（再次延期，由领导决定）' : '决定'}
        options={[
          { value: 'GRANTED', label: '同意延期' },
          { value: 'REFUSED', label: '不同意延期' },
        ]}
        defaultValue={state.values?.decision}
        errors={state.fieldErrors?.decision}
        required
        inline
      />
      <TextareaField
        name="note"
        id={`${id}note`}
        label="意见"
        hint="不同意的，请写明理由"
        rows={2}
        defaultValue={state.values?.note ?? ''}
        errors={state.fieldErrors?.note}
      />
      <SecrecyLine />
      <SubmitButton>提交决定</SubmitButton>
    </form>
  );
}
