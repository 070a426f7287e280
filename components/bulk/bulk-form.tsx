'use client';

import type { ReactNode } from 'react';
import { BulkPreviewTable, type ChosenTask } from '@/components/bulk/bulk-preview';
import { ButtonLink } from '@/components/ui/button';
import { RadioGroup, SelectField, TextareaField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { type BulkState, bulkAction } from '@/lib/bulk/bulk.actions';
import { BULK_WORDS, type BulkDeed } from '@/lib/bulk/bulk.schema';
import { TASK_CYCLE_OPTIONS } from '@/lib/tasks/task-cycle.schema';

type Choices = { units: { id: number; name: string }[]; tiers: { value: string; label: string }[] };
type BulkFormProps = { deed: BulkDeed; tasks: readonly ChosenTask[]; idempotencyKey: string; choices: Choices };

/** What is to be done, then what it would change, then the confirmation: two forms, one state. */
export function BulkForm({ deed, tasks, idempotencyKey, choices }: BulkFormProps) {
  const [state, action] = useFormAction<BulkState>(bulkAction, { status: 'idle' });
  const { preview } = state;
  const typed = state.values ?? {};
  const errors = state.fieldErrors ?? {};
  const possible = preview?.rows.filter((row) => row.refusal === null) ?? [];
  return (
    <>
      <FormSummary state={state} />
      <form action={action} noValidate className="max-w-3xl">
        <input type="hidden" name="do" value={deed} />
        <input type="hidden" name="ids" value={typed.ids ?? tasks.map((task) => task.id).join(',')} />
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        <DeedFields deed={deed} choices={choices} typed={typed} errors={errors} />
        <SecrecyLine />
        <SubmitButton variant={preview ? 'plain' : 'main'} pendingText="预览中…">
          {preview ? '重新预览' : '预览'}
        </SubmitButton>
        <span className="ml-3 text-sm text-mute">预览不写入任何内容。</span>
      </form>
      {preview ? (
        <section aria-labelledby="preview" className="mt-5">
          <h2 id="preview" className="mb-2">
            预览：{preview.rows.length} 项任务，{preview.refused === 0 ? '都可以办理' : `${preview.refused} 项不能办理`}
          </h2>
          <BulkPreviewTable rows={preview.rows} />
          {preview.refused === 0 ? (
            <form action={action} className="mt-3">
              {Object.entries(typed)
                .filter(([name]) => !['confirm', 'versions', 'leftOut'].includes(name))
                .map(([name, value]) => (
                  <input key={name} type="hidden" name={name} value={value} />
                ))}
              <input type="hidden" name="confirm" value="1" />
              <input
                type="hidden"
                name="versions"
                value={preview.rows.map(({ task }) => `${task.id}:${task.version}`).join(',')}
              />
              <input
                type="hidden"
                name="leftOut"
                value={preview.leftOut.map(({ taskId, unitId }) => `${taskId}:${unitId}`).join(',')}
              />
              <SubmitButton variant={deed === 'cancel' ? 'danger' : 'main'}>
                确认{BULK_WORDS[deed]}（{preview.rows.length} 项）
              </SubmitButton>
              <span className="ml-3 text-sm text-mute">全部办理，或有一项不成则全部不办理。</span>
            </form>
          ) : (
            <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
              {possible.length > 0 ? (
                <form action={action}>
                  {Object.entries(typed)
                    .filter(([name]) => !['confirm', 'versions', 'leftOut', 'ids'].includes(name))
                    .map(([name, value]) => (
                      <input key={name} type="hidden" name={name} value={value} />
                    ))}
                  <input type="hidden" name="ids" value={possible.map(({ task }) => task.id).join(',')} />
                  <SubmitButton>去掉不能办理的，预览其余 {possible.length} 项</SubmitButton>
                </form>
              ) : null}
              <ButtonLink variant="link" href="/tasks">
                返回台账重新选择
              </ButtonLink>
            </div>
          )}
        </section>
      ) : (
        <section aria-labelledby="chosen" className="mt-5">
          <h2 id="chosen" className="mb-2">
            所选任务
          </h2>
          <BulkPreviewTable rows={tasks.map((task) => ({ task }))} />
        </section>
      )}
    </>
  );
}

type FieldsProps = {
  deed: BulkDeed;
  choices: Choices;
  typed: Record<string, string>;
  errors: Record<string, string[]>;
};

function DeedFields({ deed, choices, typed, errors }: FieldsProps): ReactNode {
  const basis = (
    <TextareaField
      name="basis"
      label="依据"
      hint="文件名称、文号或会议决定，写入每项任务的记录"
      rows={2}
      required
      defaultValue={typed.basis ?? ''}
      errors={errors.basis}
    />
  );
  const units = choices.units.map((unit) => ({ value: String(unit.id), label: unit.name }));
  switch (deed) {
    case 'remind':
      return (
        <TextareaField
          name="words"
          label="催办内容"
          hint="发给各任务牵头单位的经办人和负责人，写入任务记录"
          rows={3}
          required
          defaultValue={typed.words ?? ''}
          errors={errors.words}
        />
      );
    case 'slip':
      return (
        <>
          <p className="mb-2 text-sm text-mute">
            每个牵头单位拟一份督办单，列入其牵头的各项任务；拟稿后仍须审核、签发。
          </p>
          <SelectField
            name="tier"
            label="督办层级"
            placeholder="按任务状态确定"
            options={choices.tiers}
            className="max-w-xs"
            defaultValue={typed.tier ?? ''}
            errors={errors.tier}
          />
          <TextField
            name="tierReason"
            label="调整层级的理由"
            hint="所选层级与任务状态不符时填写"
            maxLength={200}
            defaultValue={typed.tierReason ?? ''}
            errors={errors.tierReason}
          />
        </>
      );
    case 'reassign':
      return (
        <>
          <RadioGroup
            name="mode"
            label="调整方式"
            required
            options={[
              { value: 'lead', label: '改牵头单位', hint: '原牵头单位全部结束，由新单位牵头' },
              { value: 'add', label: '增加责任单位' },
              {
                value: 'replace',
                label: '以新单位替换原单位',
                hint: '原单位牵头的由新单位牵头，原单位负责的由新单位负责',
              },
            ]}
            defaultValue={typed.mode ?? ''}
            errors={errors.mode}
          />
          <div className="grid gap-x-3 sm:grid-cols-2">
            <SelectField
              name="fromUnitId"
              label="原单位"
              hint="替换时选择"
              placeholder="（不选）"
              options={units}
              defaultValue={typed.fromUnitId ?? ''}
              errors={errors.fromUnitId}
            />
            <SelectField
              name="unitId"
              label="新单位"
              placeholder="请选择"
              required
              options={units}
              defaultValue={typed.unitId ?? ''}
              errors={errors.unitId}
            />
          </div>
          {basis}
        </>
      );
    case 'cycle':
      return (
        <>
          <div className="grid gap-x-3 sm:grid-cols-2">
            <SelectField
              name="kind"
              label="填报周期"
              placeholder="请选择"
              required
              options={TASK_CYCLE_OPTIONS}
              defaultValue={typed.kind ?? ''}
              errors={errors.kind}
            />
            <TextField
              name="closingDay"
              label="截止日"
              hint="1 至 31；留空为月末"
              inputMode="numeric"
              defaultValue={typed.closingDay ?? ''}
              errors={errors.closingDay}
            />
          </div>
          <p className="mb-2 text-xs text-mute">正在进行的周期不变，自下一周期起执行。</p>
          {basis}
        </>
      );
    case 'correct':
      return (
        <>
          <RadioGroup
            name="due"
            label="完成时限"
            required
            inline
            options={[
              { value: 'keep', label: '不变' },
              { value: 'set', label: '改为下面的日期' },
              { value: 'none', label: '改为没有日期' },
            ]}
            defaultValue={typed.due ?? 'set'}
            errors={errors.due}
          />
          <TextField
            name="dueOn"
            label="改为"
            type="date"
            className="max-w-xs"
            defaultValue={typed.dueOn ?? ''}
            errors={errors.dueOn}
          />
          <RadioGroup
            name="ongoing"
            label="长期推进"
            required
            inline
            options={[
              { value: 'keep', label: '不变' },
              { value: 'yes', label: '是' },
              { value: 'no', label: '否' },
            ]}
            defaultValue={typed.ongoing ?? 'keep'}
            errors={errors.ongoing}
          />
          <p className="mb-2 text-xs text-mute">
            更正用于文件印错、录错；单位要求推迟的，请走延期申请。印发时的原定时限保留不变。
          </p>
          {basis}
        </>
      );
    case 'cancel':
      return (
        <>
          <p className="mb-2 text-xs text-mute">
            待签发的材料、未决定的延期申请和分工异议随之撤回，未办的提醒一并了结；督办单请另行办结。
          </p>
          {basis}
        </>
      );
  }
}
