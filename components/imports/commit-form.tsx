'use client';

import { Hidden, IDLE, ShowLatest } from '@/components/imports/action-form';
import { CheckboxField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { commitDraftAction, withdrawImportAction } from '@/lib/imports/drafts/draft.actions';

type CommitFormProps = {
  draftId: number;
  version: number;
  /** Questions still open, also those left for later. */
  open: number;
  label: string;
};

/** Makes the plan. Open questions go along only where that is ticked. */
export function CommitForm({ draftId, version, open, label }: CommitFormProps) {
  const [state, submit] = useFormAction(commitDraftAction, IDLE);
  return (
    <form action={submit} className="min-w-0">
      <FormSummary state={state} idPrefix="commit-" />
      <ShowLatest state={state} />
      <Hidden fields={{ draftId, version }} />
      {open > 0 ? (
        <CheckboxField
          name="confirmOpen"
          id="commit-confirmOpen"
          required
          label={`还有 ${open} 处没有确认，随方案保留，先行导入`}
        />
      ) : null}
      <SubmitButton pendingText="正在导入…">{label}</SubmitButton>
    </form>
  );
}

/** Takes a committed import back, with the reason, while its plan is a draft. */
export function WithdrawImportForm({ draftId }: { draftId: number }) {
  const [state, submit] = useFormAction(withdrawImportAction, IDLE);
  return (
    <form action={submit} className="max-w-xl">
      <FormSummary state={state} labels={{ reason: '撤回理由' }} idPrefix="withdraw-" />
      <Hidden fields={{ draftId }} />
      <TextField
        name="reason"
        id="withdraw-reason"
        label="撤回理由"
        required
        maxLength={500}
        defaultValue={state.values?.reason ?? ''}
        errors={state.fieldErrors?.reason}
        hint="方案标为“已撤回”，各行保留可查；可重新上传后再导入"
      />
      <SubmitButton variant="danger" pendingText="撤回中…">
        撤回导入
      </SubmitButton>
    </form>
  );
}
