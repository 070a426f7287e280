'use client';

import { SelectField, TextField } from '@/components/ui/field';
import { FormFold } from '@/components/ui/fold';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { setTaskCycleAction } from '@/lib/tasks/task-cycle.actions';
import { TASK_CYCLE_OPTIONS, type TaskCycleKind } from '@/lib/tasks/task-cycle.schema';

const IDLE: FormState = { status: 'idle' };

type TaskCycleFormProps = {
  taskId: number;
  version: number;
  formKey: string;
  kind: TaskCycleKind;
};

/** Sets the cycles of one task; folded away until it is wanted. */
export function TaskCycleForm({ taskId, version, formKey, kind }: TaskCycleFormProps) {
  const [state, action] = useFormAction(setTaskCycleAction, IDLE);
  return (
    <FormFold fold="设定填报周期" states={[state]}>
      <form action={action}>
        <FormSummary
          state={state}
          labels={{ kind: '填报周期', closingDay: '截止日', basis: '依据' }}
          idPrefix="cycle-"
        />
        <input type="hidden" name="taskId" value={taskId} />
        <input type="hidden" name="version" value={version} />
        <input type="hidden" name="idempotencyKey" value={formKey} />
        <SelectField
          name="kind"
          id="cycle-kind"
          label="填报周期"
          required
          defaultValue={state.values?.kind ?? kind}
          errors={state.fieldErrors?.kind}
          options={TASK_CYCLE_OPTIONS}
        />
        <TextField
          name="closingDay"
          id="cycle-closingDay"
          label="截止日"
          inputMode="numeric"
          defaultValue={state.values?.closingDay ?? ''}
          errors={state.fieldErrors?.closingDay}
          hint="周期最后一个月的第几日；留空为最后一天"
        />
        <TextField
          name="basis"
          id="cycle-basis"
          label="依据"
          required
          maxLength={1000}
          defaultValue={state.values?.basis ?? ''}
          errors={state.fieldErrors?.basis}
        />
        <SubmitButton size="small">保存周期</SubmitButton>
        <p className="mt-1.5 text-xs text-mute">本期照旧截止，新周期自其次日起；以前各期和各日的统计不变。</p>
      </form>
    </FormFold>
  );
}
