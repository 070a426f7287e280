'use client';

import { SelectField, TextareaField, TextField } from '@/components/ui/field';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { TextLink } from '@/components/ui/text-link';
import { useFormAction } from '@/components/ui/use-form-action';
import { changeDueSoonDaysAction, changePlanCyclesAction } from '@/lib/plans/plan-cycles.actions';

const IDLE: FormState = { status: 'idle' };
const LABELS = {
  kind: '填报周期',
  closingDay: '截止日',
  graceWorkingDays: '宽限',
  dates: '自定截止日',
  basis: '依据',
  days: '提前天数',
};

export type RuleValues = { kind: string; closingDay: string; graceWorkingDays: string; dates: string };

const KINDS = [
  { value: 'MONTHLY', label: '每月' },
  { value: 'QUARTERLY', label: '每季度' },
  { value: 'CUSTOM', label: '自定截止日' },
  { value: 'NONE', label: '不设周期' },
];

/** The rules as fields; both looking before saving and saving carry them. */
function RuleFields({
  values,
  errors,
  prefix,
}: {
  values: RuleValues;
  errors?: Record<string, string[]>;
  prefix: string;
}) {
  return (
    <div className="grid gap-x-4 sm:grid-cols-3">
      <SelectField
        name="kind"
        id={`${prefix}kind`}
        label="填报周期"
        required
        options={KINDS}
        defaultValue={values.kind}
        errors={errors?.kind}
      />
      <TextField
        name="closingDay"
        id={`${prefix}closingDay`}
        label="截止日（每月、每季度）"
        inputMode="numeric"
        defaultValue={values.closingDay}
        errors={errors?.closingDay}
        hint="当月第几日；留空为月末"
      />
      <TextField
        name="graceWorkingDays"
        id={`${prefix}graceWorkingDays`}
        label="宽限（工作日）"
        inputMode="numeric"
        required
        defaultValue={values.graceWorkingDays}
        errors={errors?.graceWorkingDays}
        hint="截止后仍可按期填报的工作日数"
      />
      <TextareaField
        name="dates"
        id={`${prefix}dates`}
        className="sm:col-span-3"
        label="自定截止日"
        rows={3}
        defaultValue={values.dates}
        errors={errors?.dates}
        hint="仅“自定截止日”时填写，一行一个，例如 2022-06-30，依次推后"
      />
    </div>
  );
}

/** Looking at the next closing days before saving: an address, nothing is written. */
export function PreviewForm({
  planId,
  values,
  errors,
}: {
  planId: number;
  values: RuleValues;
  errors?: Record<string, string[]>;
}) {
  return (
    <form action={`/plans/${planId}/cycles#rules`} method="get">
      <input type="hidden" name="preview" value="1" />
      <RuleFields values={values} errors={errors} prefix="preview-" />
      <SubmitButton variant="plain">预览</SubmitButton>
    </form>
  );
}

/** Saves the rules that were looked at. */
export function SaveCyclesForm({
  planId,
  version,
  values,
  formKey,
}: {
  planId: number;
  version: number;
  values: RuleValues;
  formKey: string;
}) {
  const [state, action] = useFormAction(changePlanCyclesAction, IDLE);
  return (
    <form action={action} className="mt-3 max-w-2xl">
      <FormSummary state={state} labels={LABELS} />
      <input type="hidden" name="planId" value={planId} />
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="idempotencyKey" value={formKey} />
      {Object.entries(values).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <TextField
        name="basis"
        label="依据"
        required
        maxLength={500}
        defaultValue={state.values?.basis ?? ''}
        errors={state.fieldErrors?.basis}
        hint="例如会议纪要或通知的名称和文号"
      />
      <SecrecyLine />
      <div className="flex flex-wrap items-center gap-3">
        <SubmitButton>按此保存</SubmitButton>
        <TextLink href={`/plans/${planId}/cycles`}>放弃</TextLink>
      </div>
    </form>
  );
}

/** Days before its date from which a task is 临期, from today on. */
export function DueSoonForm({ planId, days, formKey }: { planId: number; days: number; formKey: string }) {
  const [state, action] = useFormAction(changeDueSoonDaysAction, IDLE);
  return (
    <form action={action} className="max-w-2xl">
      <FormSummary state={state} labels={LABELS} idPrefix="soon-" />
      <input type="hidden" name="planId" value={planId} />
      <input type="hidden" name="idempotencyKey" value={formKey} />
      <input type="hidden" name="seenDays" value={days} />
      <div className="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
        <TextField
          name="days"
          id="soon-days"
          label="完成时限前（天）"
          inputMode="numeric"
          required
          defaultValue={state.values?.days ?? String(days)}
          errors={state.fieldErrors?.days}
        />
        <TextField
          name="basis"
          id="soon-basis"
          label="依据"
          required
          maxLength={500}
          defaultValue={state.values?.basis ?? ''}
          errors={state.fieldErrors?.basis}
        />
      </div>
      <SubmitButton variant="plain">保存</SubmitButton>
    </form>
  );
}
