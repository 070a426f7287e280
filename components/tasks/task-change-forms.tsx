'use client';

import { useId } from 'react';
import { UnitChoiceFields, type UnitChoices } from '@/components/tasks/unit-choice';
import { CheckboxField, TextareaField, TextField } from '@/components/ui/field';
import { FormFold } from '@/components/ui/fold';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type Target = {
  action: Action;
  taskId: number;
  version: number;
  idempotencyKey: string;
  /** Words to unfold the form by. */
  fold?: string;
};

function Hidden({ taskId, version, idempotencyKey }: Omit<Target, 'action' | 'fold'>) {
  return (
    <>
      <input type="hidden" name="taskId" value={taskId} />
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
    </>
  );
}

function Basis({ state, id }: { state: FormState; id: string }) {
  return (
    <TextareaField
      name="basis"
      id={`${id}basis`}
      label="依据文件"
      hint="写明文件名称和文号"
      rows={2}
      required
      defaultValue={state.values?.basis ?? ''}
      errors={state.fieldErrors?.basis}
    />
  );
}

/** 调整单位: the printed words stay as they are. */
export function ReassignForm({ action, choices, fold, ...target }: Target & { choices: UnitChoices }) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <FormFold fold={fold} states={[state]}>
      <form action={send}>
        <FormSummary state={state} labels={{ end: '现有单位', basis: '依据文件' }} idPrefix={id} />
        <Hidden {...target} />
        <UnitChoiceFields choices={choices} state={state} idPrefix={id} />
        <Basis state={state} id={id} />
        <SecrecyLine />
        <SubmitButton>调整单位</SubmitButton>
      </form>
    </FormFold>
  );
}

type CorrectProps = Target & { dueOn: string | null; ongoing: boolean };

/** 更正时限: a date read or printed wrongly. Putting a date off is an extension. */
export function CorrectDeadlineForm({ action, dueOn, ongoing, fold, ...target }: CorrectProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  const isTyped = state.values !== undefined;
  return (
    <FormFold fold={fold} states={[state]}>
      <form action={send}>
        <FormSummary state={state} labels={{ dueOn: '完成时限', basis: '依据文件' }} idPrefix={id} />
        <Hidden {...target} />
        <TextField
          name="dueOn"
          id={`${id}dueOn`}
          type="date"
          label="完成时限"
          hint="没有日期的留空；推迟完成时限请走延期。录错的请当日改正，次日起已产生的逾期不再消除"
          defaultValue={state.values?.dueOn ?? dueOn ?? ''}
          errors={state.fieldErrors?.dueOn}
        />
        <CheckboxField
          name="ongoing"
          id={`${id}ongoing`}
          label="长期推进（没有日期，或完成后继续推进）"
          defaultChecked={isTyped ? state.values?.ongoing !== undefined : ongoing}
        />
        <Basis state={state} id={id} />
        <SecrecyLine />
        <SubmitButton>更正完成时限</SubmitButton>
      </form>
    </FormFold>
  );
}
