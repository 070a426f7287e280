'use client';

import { useId } from 'react';
import { SelectField, TextareaField, TextField } from '@/components/ui/field';
import { FormFold } from '@/components/ui/fold';
import { FormSummary } from '@/components/ui/form-summary';
import { Notice } from '@/components/ui/notice';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { NODE_LABELS, NODE_TITLE_LIMIT } from '@/lib/nodes/node.schema';
import type { FormState } from '@/lib/server/form-action';

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type NodeTarget = { taskId: number; nodeId: number; version: number; idempotencyKey: string };
const FOLD = { isFramed: true, className: 'mt-1 text-sm open:basis-full print:hidden' };

type UnitChoices = { id: number; name: string; isOfTask: boolean }[];

/** What stands now, where somebody else has changed the node since the form was drawn. */
function Latest({ latest }: { latest: Record<string, string> | undefined }) {
  if (!latest) return null;
  return (
    <Notice tone="warn" title="该节点现有内容">
      {latest.title}，{latest.dueOn}，{latest.unitName}
      {latest.doneOn ? `，已于 ${latest.doneOn} 完成` : ''}。下面仍是您填写的内容，再次提交将以您的为准。
    </Notice>
  );
}

function Target({ taskId, nodeId, version, idempotencyKey, latest }: NodeTarget & { latest?: Record<string, string> }) {
  return (
    <>
      <input type="hidden" name="taskId" value={taskId} />
      <input type="hidden" name="nodeId" value={nodeId} />
      <input type="hidden" name="version" value={latest?.version ?? version} />
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
    </>
  );
}

type NodeWordsProps = {
  id: string;
  state: FormState;
  units: UnitChoices;
  bounds: { min: string; max: string };
  current?: { title: string; dueOn: string; unitId: number | null };
};

function NodeWords({ id, state, units, bounds, current }: NodeWordsProps) {
  const values = state.values;
  return (
    <>
      <TextField
        name="title"
        id={`${id}title`}
        label={NODE_LABELS.title}
        required
        maxLength={NODE_TITLE_LIMIT * 2}
        defaultValue={values?.title ?? current?.title ?? ''}
        errors={state.fieldErrors?.title}
      />
      <div className="grid gap-x-3 sm:grid-cols-2 lg:grid-cols-1 xl:grid-cols-2">
        <TextField
          name="dueOn"
          id={`${id}dueOn`}
          type="date"
          label={NODE_LABELS.dueOn}
          required
          min={bounds.min}
          max={bounds.max}
          defaultValue={values?.dueOn ?? current?.dueOn ?? ''}
          errors={state.fieldErrors?.dueOn}
        />
        <SelectField
          name="unitId"
          id={`${id}unitId`}
          label={NODE_LABELS.unitId}
          options={units.map((unit) => ({
            value: String(unit.id),
            label: unit.isOfTask ? `${unit.name}（本任务单位）` : unit.name,
          }))}
          defaultValue={values?.unitId ?? String(current?.unitId ?? units[0]?.id ?? '')}
          errors={state.fieldErrors?.unitId}
        />
      </div>
    </>
  );
}

type AddNodeFormProps = {
  action: Action;
  taskId: number;
  idempotencyKey: string;
  units: UnitChoices;
  bounds: { min: string; max: string };
  fold: string;
};

/** 增加节点. */
export function AddNodeForm({ action, taskId, idempotencyKey, units, bounds, fold }: AddNodeFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <FormFold {...FOLD} fold={fold} states={[state]}>
      <form action={send} noValidate>
        <FormSummary state={state} labels={NODE_LABELS} idPrefix={id} />
        <input type="hidden" name="taskId" value={taskId} />
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        <NodeWords id={id} state={state} units={units} bounds={bounds} />
        <p className="mb-2 text-xs text-mute">承担单位不是本任务单位的，由牵头单位或优化办登记完成。</p>
        <SecrecyLine />
        <SubmitButton variant="plain">增加节点</SubmitButton>
      </form>
    </FormFold>
  );
}

type ChangeNodeFormsProps = NodeTarget & {
  changeAction: Action;
  removeAction: Action;
  units: UnitChoices;
  bounds: { min: string; max: string };
  current: { title: string; dueOn: string; unitId: number | null };
  /** A node that is done is not changed any more. */
  canChange: boolean;
  /** Its date is changed with a reason alone. */
  isMissed: boolean;
};

/** 调整 and 删除 of a node, behind one fold. */
export function ChangeNodeForms(props: ChangeNodeFormsProps) {
  const { changeAction, removeAction, units, bounds, current, canChange, isMissed, ...target } = props;
  const [changed, change] = useFormAction<FormState>(changeAction, { status: 'idle' });
  const [removed, remove] = useFormAction<FormState>(removeAction, { status: 'idle' });
  const id = useId();
  return (
    <FormFold {...FOLD} fold={canChange ? '调整或删除' : '删除'} states={[changed, removed]}>
      {canChange ? (
        <form action={change} noValidate>
          <FormSummary state={changed} labels={NODE_LABELS} idPrefix={id} />
          <Latest latest={changed.latest} />
          <Target {...target} latest={changed.latest} />
          <NodeWords id={id} state={changed} units={units} bounds={bounds} current={current} />
          {isMissed ? (
            <TextareaField
              name="reason"
              id={`${id}reason`}
              label="改动时限的理由"
              hint="已过时限未完成；单位自行改动时限的，在优化办调整或节点完成之前仍按逾期计"
              rows={2}
              defaultValue={changed.values?.reason ?? ''}
              errors={changed.fieldErrors?.reason}
            />
          ) : null}
          <SubmitButton variant="plain" size="small">
            保存调整
          </SubmitButton>
        </form>
      ) : null}
      <Reason {...target} state={removed} send={remove} button="删除节点" />
    </FormFold>
  );
}

/** 登记完成, with the day. */
export function NodeDoneForm({
  action,
  today,
  fold,
  ...target
}: NodeTarget & { action: Action; today: string; fold: string }) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <FormFold {...FOLD} fold={fold} states={[state]}>
      <form action={send} noValidate>
        <FormSummary state={state} labels={NODE_LABELS} idPrefix={id} />
        <Latest latest={state.latest} />
        <Target {...target} latest={state.latest} />
        <div className="flex flex-wrap items-end gap-2">
          <TextField
            name="doneOn"
            id={`${id}doneOn`}
            type="date"
            label={NODE_LABELS.doneOn}
            required
            max={today}
            className="mb-0! w-40"
            defaultValue={state.values?.doneOn ?? today}
            errors={state.fieldErrors?.doneOn}
          />
          <SubmitButton variant="plain">登记完成</SubmitButton>
        </div>
      </form>
    </FormFold>
  );
}

type ReasonProps = NodeTarget & { state: FormState; send: (form: FormData) => void; button: string };

function Reason({ state, send, button, ...target }: ReasonProps) {
  const id = useId();
  return (
    <form action={send} noValidate className="mt-2">
      <FormSummary state={state} labels={NODE_LABELS} idPrefix={id} />
      <Latest latest={state.latest} />
      <Target {...target} latest={state.latest} />
      <TextareaField
        name="reason"
        id={`${id}reason`}
        label={NODE_LABELS.reason}
        rows={2}
        required
        defaultValue={state.values?.reason ?? ''}
        errors={state.fieldErrors?.reason}
      />
      <SubmitButton variant="danger" size="small">
        {button}
      </SubmitButton>
    </form>
  );
}

/** 撤销完成, with a reason. */
export function UndoNodeForm({ action, ...target }: NodeTarget & { action: Action }) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  return (
    <FormFold {...FOLD} fold="撤销完成" states={[state]}>
      <Reason {...target} state={state} send={send} button="撤销完成" />
    </FormFold>
  );
}
