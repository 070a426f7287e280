'use client';

import { useId } from 'react';
import { classes } from '@/components/ui/classes';
import { CheckboxField, SelectField } from '@/components/ui/field';
import { FormFold, type FormFoldLook } from '@/components/ui/fold';
import { FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { useFormAction } from '@/components/ui/use-form-action';
import type { HandlerBoard, HandlerChoice } from '@/lib/handlers/handler.queries';
import type { FormState } from '@/lib/server/form-action';

type Action = (state: FormState, form: FormData) => Promise<FormState>;
/** On a phone each row stands as a block of its own. */
const CELL = 'max-sm:block max-sm:border-0 max-sm:px-0 max-sm:py-0.5 max-sm:text-left';
const ROW = 'max-sm:block max-sm:border-b max-sm:border-line max-sm:py-2';
const NOBODY = '（不指定）';

/** The choices, and who stands there now where that account is none of them any more. */
function optionsOf(choices: HandlerChoice[], current: { accountId: number | null; name: string | null }) {
  const options = choices.map((choice) => ({ value: String(choice.id), label: choice.name }));
  if (current.accountId !== null && !choices.some((choice) => choice.id === current.accountId))
    options.unshift({ value: String(current.accountId), label: `${current.name ?? ''}（账号已停用或已调离）` });
  return options;
}

type HandlerFormProps = {
  action: Action;
  taskId: number;
  unitId: number;
  accountId: number | null;
  name: string | null;
  choices: HandlerChoice[];
  foldLook?: FormFoldLook;
};

/** Names the 经办人 of one task. */
export function HandlerForm({ action, taskId, unitId, accountId, name, choices, foldLook }: HandlerFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <FormFold {...foldLook} states={[state]}>
      <form action={send}>
        <FormSummary state={state} labels={{ accountId: '经办人' }} idPrefix={id} />
        <input type="hidden" name="taskId" value={taskId} />
        <input type="hidden" name="unitId" value={unitId} />
        <input type="hidden" name="wasAccountId" value={accountId ?? ''} />
        <div className="flex flex-wrap items-end gap-2">
          <SelectField
            name="accountId"
            id={`${id}accountId`}
            label="经办人"
            className="mb-0! min-w-40 flex-1"
            placeholder={NOBODY}
            options={optionsOf(choices, { accountId, name })}
            defaultValue={state.values?.accountId ?? String(accountId ?? '')}
            errors={state.fieldErrors?.accountId}
          />
          <SubmitButton variant="plain">保存</SubmitButton>
        </div>
      </form>
    </FormFold>
  );
}

type HandlerTableProps = { action: Action; board: HandlerBoard };

/** The tasks of a unit, each with its person; saved at once, all or nothing. */
export function HandlerTable({ action, board }: HandlerTableProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  return (
    <form action={send}>
      <FormSummary state={state} />
      <input type="hidden" name="unitId" value={board.unit.id} />
      <Table label="各项任务的经办人" minWidth="sm:min-w-[44rem]">
        <thead className="max-sm:sr-only">
          <tr>
            <Th num>序号</Th>
            <Th>重点任务</Th>
            <Th>承担</Th>
            <Th>完成时限</Th>
            <Th>经办人</Th>
          </tr>
        </thead>
        <tbody className="max-sm:block">
          {board.tasks.map((task) => {
            const reason = state.latest?.[task.taskId];
            const field = `to.${task.taskId}`;
            const chosen = state.values?.[field] ?? String(task.accountId ?? '');
            return (
              <tr key={task.taskId} className={ROW}>
                <Td num mute className={CELL}>
                  <span className="sm:hidden">第 </span>
                  {task.seq}
                  <span className="sm:hidden"> 项</span>
                </Td>
                <Th scope="row" className={classes(CELL, 'sm:min-w-56')}>
                  <TextLink quiet href={`/tasks/${task.taskId}`}>
                    {task.text}
                  </TextLink>
                  <span className="block text-xs text-mute">{task.planTitle}</span>
                </Th>
                <Td nowrap className={CELL}>
                  {task.role === 'LEAD' ? '牵头' : '责任'}
                </Td>
                <Td nowrap className={CELL}>
                  <span className="text-mute sm:hidden">完成时限 </span>
                  {task.dueOn ?? '—'}
                </Td>
                <Td className={classes(CELL, 'sm:min-w-48')}>
                  <input type="hidden" name={`was.${task.taskId}`} value={task.accountId ?? ''} />
                  <select
                    key={chosen}
                    name={field}
                    id={field}
                    aria-label={`第 ${task.seq} 项的经办人`}
                    aria-describedby={reason ? `${field}-error` : undefined}
                    defaultValue={chosen}
                    className={classes(
                      'h-8.5 w-full rounded-md border bg-card px-2.5 py-1 text-ink',
                      reason ? 'border-red' : 'border-edge',
                    )}
                  >
                    <option value="">{NOBODY}</option>
                    {optionsOf(board.choices, task).map((option) => (
                      <option key={option.value} value={option.value}>
                        {option.label}
                      </option>
                    ))}
                  </select>
                  {reason ? (
                    <p id={`${field}-error`} className="mt-1 text-sm text-red">
                      {reason}
                    </p>
                  ) : null}
                </Td>
              </tr>
            );
          })}
        </tbody>
      </Table>
      <p className="mt-2">
        <SubmitButton>保存本页经办人</SubmitButton>
      </p>
    </form>
  );
}

type HandOverFormProps = {
  action: Action;
  accountId: number;
  /** Set on the unit's page: the form comes back to it. */
  unitId: number | null;
  idempotencyKey: string;
  successors: { id: number; label: string }[];
  canDisable: boolean;
  hasWork: boolean;
};

/** 工作交接: to whom, and whether the account ends with it. */
export function HandOverForm(props: HandOverFormProps) {
  const [state, send] = useFormAction<FormState>(props.action, { status: 'idle' });
  const id = useId();
  return (
    <form action={send} noValidate>
      <FormSummary state={state} labels={{ successorId: '接手人' }} idPrefix={id} />
      <input type="hidden" name="accountId" value={props.accountId} />
      {props.unitId === null ? null : <input type="hidden" name="unitId" value={props.unitId} />}
      <input type="hidden" name="idempotencyKey" value={props.idempotencyKey} />
      {props.hasWork ? (
        <SelectField
          name="successorId"
          id={`${id}successorId`}
          label="接手人"
          hint="同一单位的填报员、负责人，或同一优化办的工作人员；账号须在用"
          placeholder="请选择"
          required
          options={props.successors.map((one) => ({ value: String(one.id), label: one.label }))}
          defaultValue={state.values?.successorId ?? ''}
          errors={state.fieldErrors?.successorId}
        />
      ) : null}
      {props.canDisable ? (
        <CheckboxField
          name="disable"
          id={`${id}disable`}
          label="同时停用该账号"
          hint="停用后立即不能使用，已登录的也会退出；记录全部保留"
          defaultChecked={state.values ? state.values.disable === 'on' : !props.hasWork}
        />
      ) : null}
      <SubmitButton>{props.hasWork ? '全部移交' : '停用账号'}</SubmitButton>
    </form>
  );
}
