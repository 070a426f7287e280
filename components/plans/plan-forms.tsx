'use client';

import { CheckboxField, TextareaField, TextField } from '@/components/ui/field';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { StepForm } from '@/components/ui/step-form';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';

type PlanAction = (state: FormState, form: FormData) => Promise<FormState>;
const IDLE: FormState = { status: 'idle' };

type PlanFormProps = { action: PlanAction; planId: number; version: number };

/** Starts a draft: from which day, and by which words of which document. */
export function ActivateForm({
  action,
  planId,
  version,
  issuedOn,
  isAssessment,
}: PlanFormProps & {
  /** The date the document prints, if it does. */
  issuedOn: string | null;
  isAssessment?: boolean;
}) {
  const [state, submit] = useFormAction(action, IDLE);
  return (
    <form action={submit}>
      <FormSummary state={state} labels={{ effectiveFrom: '生效日期', basis: '依据' }} />
      <input type="hidden" name="planId" value={planId} />
      <input type="hidden" name="version" value={version} />
      <div className="grid gap-x-4 sm:grid-cols-[12rem_minmax(0,1fr)]">
        <TextField
          name="effectiveFrom"
          label="生效日期"
          type="date"
          required
          defaultValue={state.values?.effectiveFrom ?? issuedOn ?? ''}
          errors={state.fieldErrors?.effectiveFrom}
          hint={issuedOn ? `文件落款日期为 ${issuedOn}` : '文件未印发文日期，请按实际印发日期填写'}
        />
        <TextareaField
          name="basis"
          label="依据"
          required
          rows={2}
          maxLength={500}
          defaultValue={state.values?.basis ?? (issuedOn ? '文件印发日期' : '')}
          errors={state.fieldErrors?.basis}
          hint={issuedOn ? undefined : '例如：某年某月某日市委办印发，见收文登记第几号'}
        />
      </div>
      <SubmitButton>{isAssessment ? '启用考核细则' : '启用方案'}</SubmitButton>
      <p className="mt-1.5 text-xs text-mute">
        {isAssessment ? '启用后本地区各单位可以查看' : '启用后生成填报周期，各单位开始填报'}；生效日期此后不再更改。
      </p>
    </form>
  );
}

/** Ends a plan; the box must be ticked, so that nobody ends one by a slip. */
export function ArchiveForm({
  action,
  planId,
  version,
  unachieved,
  undated,
}: PlanFormProps & { /** Open tasks with a date, and those without one. */ unachieved: number; undated: number }) {
  const [state, submit] = useFormAction(action, IDLE);
  return (
    <form action={submit}>
      <FormSummary state={state} />
      <input type="hidden" name="planId" value={planId} />
      <input type="hidden" name="version" value={version} />
      <p className="mb-2">
        归档后不再填报、审核和亮灯。
        {unachieved > 0 ? `${unachieved} 项任务将记为“未完成”。` : null}
        {undated > 0 ? `${undated} 项完成时限没有日期的任务不再推进。` : null}
      </p>
      <CheckboxField name="confirmed" id="archive-confirmed" label="我已核对，确认归档本方案" required />
      <SubmitButton variant="danger">归档方案</SubmitButton>
    </form>
  );
}

/** Takes back a draft, with the reason. */
export function WithdrawForm({ action, planId, version }: PlanFormProps) {
  const [state, submit] = useFormAction(action, IDLE);
  return (
    <form action={submit}>
      <FormSummary state={state} labels={{ reason: '撤回理由' }} idPrefix="withdraw-" />
      <input type="hidden" name="planId" value={planId} />
      <input type="hidden" name="version" value={version} />
      <TextField
        name="reason"
        id="withdraw-reason"
        label="撤回理由"
        required
        maxLength={500}
        defaultValue={state.values?.reason ?? ''}
        errors={state.fieldErrors?.reason}
      />
      <SubmitButton variant="danger">撤回草稿</SubmitButton>
    </form>
  );
}

/** The answer to one open doubt. */
export function AnswerForm({ action, questionId }: { action: PlanAction; questionId: number }) {
  return (
    <StepForm
      fold="答复"
      foldLook={{ isSmall: true, className: 'mt-1' }}
      action={action}
      fields={{ questionId }}
      text={{ name: 'answer', label: '答复', hint: '写明如何理解和处理；原文保持不变' }}
      button="保存答复"
      size="small"
    />
  );
}
