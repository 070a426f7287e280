'use client';

import { Light } from '@/components/lights/light';
import { classes } from '@/components/ui/classes';
import { TextareaField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { useFormAction } from '@/components/ui/use-form-action';
import type { FormState } from '@/lib/server/form-action';
import { deadlineWords, standingWords } from '@/lib/slips/slip.rules';
import { SLIP_LABELS } from '@/lib/slips/slip.schema';
import type { DraftForm, DraftTask } from '@/lib/slips/slip-draft.queries';

/** On a phone each row stands as a block of its own. */
const CELL = 'max-sm:block max-sm:border-0 max-sm:px-0 max-sm:py-0.5 max-sm:text-left';

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type SlipDraftFormProps = {
  action: Action;
  form: DraftForm;
  /** A standing draft; otherwise a new one. */
  slip: { id: number; version: number } | null;
};

function TaskRow({ task, isChosen, words }: { task: DraftTask; isChosen: boolean; words: (tier: number) => string }) {
  const isListed = task.onSlipId !== null;
  return (
    <tr className="max-sm:block max-sm:border-b max-sm:border-line max-sm:py-2">
      <Td className={classes(CELL, 'sm:w-8')}>
        <input
          type="checkbox"
          name="taskIds"
          value={task.taskId}
          defaultChecked={isChosen}
          disabled={isListed}
          aria-label={`选择第 ${task.seq} 项`}
          className="mt-1 size-3.5"
        />
        <span className="ml-1.5 text-mute sm:hidden">第 {task.seq} 项</span>
      </Td>
      <Td num mute className="max-sm:hidden">
        {task.seq}
      </Td>
      <Th scope="row" className={classes(CELL, 'sm:min-w-56')}>
        <TextLink quiet href={`/tasks/${task.taskId}`}>
          {task.text}
        </TextLink>
        {isListed ? (
          <span className="block text-xs text-amber">
            已列入同一层级未办结的
            <TextLink href={`/slips/${task.onSlipId}`}>督办单</TextLink>
            ，不能重复列入
          </span>
        ) : null}
      </Th>
      <Td className={classes(CELL, 'sm:min-w-32')}>
        <span className="text-mute sm:hidden">完成时限 </span>
        {deadlineWords(task)}
      </Td>
      <Td className={classes(CELL, 'sm:min-w-36')}>
        <Light light={task.light} reason={task.reason}>
          <span className="whitespace-normal">{standingWords(task)}</span>
        </Light>
      </Td>
      <Td nowrap mute={task.tier === null} className={CELL}>
        {task.tier === null ? '不需督办' : words(task.tier)}
      </Td>
    </tr>
  );
}

/** 拟稿 and its later changes: tasks, tier and words of a slip. */
export function SlipDraftForm({ action, form, slip }: SlipDraftFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const words = (tier: number) => form.tiers.find((one) => one.tier === tier)?.words ?? '督办单';
  const typed = state.status === 'idle' ? null : (state.values ?? null);
  const chosen = typed ? (typed.taskIds ?? '').split(',').map(Number) : null;
  const value = (name: keyof DraftForm['values']) => typed?.[name] ?? String(form.values[name]);
  return (
    <form action={send}>
      <FormSummary state={state} labels={SLIP_LABELS} />
      {slip ? (
        <>
          <input type="hidden" name="slipId" value={slip.id} />
          <input type="hidden" name="version" value={slip.version} />
        </>
      ) : (
        <>
          <input type="hidden" name="planId" value={form.plan.id} />
          <input type="hidden" name="unitId" value={form.unit.id} />
        </>
      )}
      <input type="hidden" name="tier" value={form.tier} />
      <input type="hidden" name="idempotencyKey" value={form.idempotencyKey} />
      <fieldset id="taskIds" className="mb-3 min-w-0">
        <legend className="mb-1 text-mute">督办任务</legend>
        <Table label="可列入的任务" minWidth="sm:min-w-[46rem]" note="状态截至今天；只列该单位牵头、尚未办结的任务。">
          <thead className="max-sm:sr-only">
            <tr>
              <Th>
                <span className="sr-only">选择</span>
              </Th>
              <Th num>序号</Th>
              <Th>重点任务</Th>
              <Th>完成时限</Th>
              <Th>状态</Th>
              <Th>按状态应为</Th>
            </tr>
          </thead>
          <tbody key={chosen?.join(',') ?? form.tier} className="max-sm:block">
            {form.tasks.map((task) => (
              <TaskRow
                key={task.taskId}
                task={task}
                isChosen={chosen ? chosen.includes(task.taskId) : task.isChosen}
                words={words}
              />
            ))}
          </tbody>
        </Table>
        {state.fieldErrors?.taskIds ? (
          <p className="mt-1 text-sm text-red">{state.fieldErrors.taskIds.join('；')}</p>
        ) : null}
      </fieldset>
      <TextField
        name="tierReason"
        label={SLIP_LABELS.tierReason}
        hint={
          form.tierNotice === null
            ? '层级与任务状态一致的不填'
            : `勾选的任务按状态不应为${words(form.tier)}的请写明理由；理由只在办公室内部留存`
        }
        maxLength={200}
        defaultValue={value('tierReason')}
        errors={state.fieldErrors?.tierReason}
      />
      <div className="grid gap-x-4 sm:grid-cols-2">
        <TextField
          name="title"
          label={SLIP_LABELS.title}
          required
          maxLength={80}
          defaultValue={value('title')}
          errors={state.fieldErrors?.title}
          className="sm:col-span-2"
        />
        <TextField
          name="issuer"
          label={SLIP_LABELS.issuer}
          hint="印在红头和落款处的全称"
          required
          maxLength={40}
          defaultValue={value('issuer')}
          errors={state.fieldErrors?.issuer}
        />
        <TextField
          name="replyWorkingDays"
          label="回复期限（工作日）"
          hint={`自印发次日起算；今天签发的，回复期限为 ${form.replyOn}${form.calendarNotice ? `（${form.calendarNotice}）` : ''}`}
          required
          inputMode="numeric"
          maxLength={2}
          defaultValue={value('replyWorkingDays')}
          errors={state.fieldErrors?.replyWorkingDays}
        />
      </div>
      <TextareaField
        name="body"
        label={SLIP_LABELS.body}
        hint="印在任务表之前；每行一段，“一、”开头的排黑体，“（一）”开头的排楷体"
        rows={5}
        required
        defaultValue={value('body')}
        errors={state.fieldErrors?.body}
      />
      <div className="grid gap-x-4 sm:grid-cols-2">
        <TextField
          name="copyTo"
          label="抄送（可不填）"
          hint="多个单位以逗号隔开"
          maxLength={200}
          defaultValue={value('copyTo')}
          errors={state.fieldErrors?.copyTo}
        />
        <TextField
          name="contact"
          label="联系人（可不填）"
          hint="姓名和电话，印在附注中"
          maxLength={60}
          defaultValue={value('contact')}
          errors={state.fieldErrors?.contact}
        />
      </div>
      <SecrecyLine />
      <SubmitButton>{slip ? '保存修改' : '提交审核'}</SubmitButton>
    </form>
  );
}
