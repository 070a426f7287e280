'use client';

import { RadioGroup, TextField } from '@/components/ui/field';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { correctCalendarAction, publishCalendarYearAction } from '@/lib/cycles/calendar.actions';

const IDLE: FormState = { status: 'idle' };

/** Makes one day, or a stretch of days, holidays, working days or plain ones. */
export function CorrectCalendarForm({ day }: { day: string }) {
  const [state, action] = useFormAction(correctCalendarAction, IDLE);
  return (
    <form action={action} className="max-w-2xl">
      <FormSummary state={state} labels={{ from: '日期', to: '至', kind: '更正为', basis: '依据' }} />
      <div className="grid gap-x-4 sm:grid-cols-2">
        <TextField
          name="from"
          label="日期"
          type="date"
          required
          defaultValue={state.values?.from ?? day}
          errors={state.fieldErrors?.from}
        />
        <TextField
          name="to"
          label="至"
          type="date"
          defaultValue={state.values?.to ?? ''}
          errors={state.fieldErrors?.to}
          hint="只更正一天时留空"
        />
      </div>
      <RadioGroup
        name="kind"
        label="更正为"
        required
        inline
        defaultValue={state.values?.kind}
        errors={state.fieldErrors?.kind}
        options={[
          { value: 'HOLIDAY', label: '放假' },
          { value: 'WORKDAY', label: '上班' },
          { value: 'PLAIN', label: '平常日（周一至周五上班，周末休息）' },
        ]}
      />
      <TextField
        name="basis"
        label="依据"
        required
        maxLength={500}
        defaultValue={state.values?.basis ?? ''}
        errors={state.fieldErrors?.basis}
        hint="例如放假通知的名称和文号"
      />
      <SecrecyLine />
      <SubmitButton>保存更正</SubmitButton>
    </form>
  );
}

/** Says that a year's holiday notice has come out. */
export function PublishYearForm({ year }: { year: number }) {
  const [state, action] = useFormAction(publishCalendarYearAction, IDLE);
  return (
    <form action={action} className="max-w-2xl">
      <FormSummary state={state} labels={{ basis: '依据' }} idPrefix="publish-" />
      <input type="hidden" name="year" value={year} />
      <TextField
        name="basis"
        id="publish-basis"
        label="依据"
        required
        maxLength={500}
        defaultValue={state.values?.basis ?? ''}
        errors={state.fieldErrors?.basis}
        hint={`${year}年放假通知的名称和文号；请先录入放假和调休的日子`}
      />
      <SubmitButton variant="plain">标记 {year} 年安排已公布</SubmitButton>
    </form>
  );
}
