'use client';

import { useId } from 'react';
import { UnitChoiceFields, type UnitChoices } from '@/components/tasks/unit-choice';
import { RadioGroup, SelectField, TextareaField } from '@/components/ui/field';
import { FormFold, type FormFoldLook } from '@/components/ui/fold';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { GROUND_WORDS, OBJECTION_GROUNDS } from '@/lib/objections/objection.schema';

type Action = (state: FormState, form: FormData) => Promise<FormState>;

type RaiseProps = {
  action: Action;
  taskId: number;
  units: { id: number; name: string }[];
  idempotencyKey: string;
  foldLook?: FormFoldLook;
};

export function RaiseObjectionForm({ action, taskId, units, idempotencyKey, foldLook }: RaiseProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <FormFold {...foldLook} states={[state]}>
      <form action={send}>
        <FormSummary state={state} labels={{ ground: '事由', reason: '理由' }} idPrefix={id} />
        <input type="hidden" name="taskId" value={taskId} />
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        {units.length > 1 ? (
          <SelectField
            name="unitId"
            id={`${id}unitId`}
            label="提出单位"
            options={units.map((unit) => ({ value: String(unit.id), label: unit.name }))}
            defaultValue={state.values?.unitId ?? ''}
          />
        ) : (
          <input type="hidden" name="unitId" value={units[0]?.id ?? ''} />
        )}
        <SelectField
          name="ground"
          id={`${id}ground`}
          label="事由"
          placeholder="请选择"
          required
          options={OBJECTION_GROUNDS.map((ground) => ({ value: ground, label: GROUND_WORDS[ground] }))}
          defaultValue={state.values?.ground ?? ''}
          errors={state.fieldErrors?.ground}
        />
        <TextareaField
          name="reason"
          id={`${id}reason`}
          label="理由"
          hint="写明依据的职责规定，以及应由哪个单位承担"
          rows={3}
          required
          defaultValue={state.values?.reason ?? ''}
          errors={state.fieldErrors?.reason}
        />
        <SecrecyLine />
        <SubmitButton>提出异议</SubmitButton>
      </form>
    </FormFold>
  );
}

type DecideProps = {
  action: Action;
  taskId: number;
  objectionId: number;
  version: number;
  taskVersion: number;
  idempotencyKey: string;
  choices: UnitChoices;
  foldLook?: FormFoldLook;
};

export function DecideObjectionForm({
  action,
  taskId,
  objectionId,
  version,
  taskVersion,
  idempotencyKey,
  choices,
  foldLook,
}: DecideProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <FormFold {...foldLook} states={[state]}>
      <form action={send} className="group/decide">
        <FormSummary state={state} labels={{ decision: '答复', note: '答复意见', end: '调整单位' }} idPrefix={id} />
        <input type="hidden" name="taskId" value={taskId} />
        <input type="hidden" name="objectionId" value={objectionId} />
        <input type="hidden" name="version" value={version} />
        <input type="hidden" name="taskVersion" value={taskVersion} />
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        <RadioGroup
          name="decision"
          id={`${id}decision`}
          label="答复"
          options={[
            { value: 'CONFIRMED', label: '维持原分工' },
            { value: 'REASSIGNED', label: '采纳异议，调整单位' },
          ]}
          defaultValue={state.values?.decision ?? ''}
          errors={state.fieldErrors?.decision}
        />
        <div className="hidden group-has-[input[value=REASSIGNED]:checked]/decide:block">
          <UnitChoiceFields choices={choices} state={state} idPrefix={id} />
        </div>
        <TextareaField
          name="note"
          id={`${id}note`}
          label="答复意见"
          rows={2}
          required
          defaultValue={state.values?.note ?? ''}
          errors={state.fieldErrors?.note}
        />
        <SecrecyLine />
        <SubmitButton>答复</SubmitButton>
      </form>
    </FormFold>
  );
}
