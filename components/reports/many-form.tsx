'use client';

import { useId } from 'react';
import { EvidenceField } from '@/components/evidence/evidence-field';
import { DraftKeeper } from '@/components/reports/draft-keeper';
import { Badge } from '@/components/ui/badge';
import { TextareaField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { NoEnter } from '@/components/ui/no-enter';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { TextLink } from '@/components/ui/text-link';
import { useFormAction } from '@/components/ui/use-form-action';
import { cycleWords } from '@/lib/reports/cycle-choice.rules';
import type { ManyForm } from '@/lib/reports/many-reports.queries';
import { NARRATIVE_LIMITS, REPORT_LABELS } from '@/lib/reports/report.schema';
import type { FormState } from '@/lib/server/form-action';

type ManyReportFormProps = {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  form: ManyForm;
  accountId: number;
};

const COMMON = ['narrative', 'problems', 'needs', 'nextSteps'] as const;
const ignoreVersion = () => {};

/** Many tasks in one form: common words and evidence, and what is particular to each. */
export function ManyReportForm({ action, form, accountId }: ManyReportFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  const values = state.values;
  const errors = state.fieldErrors ?? {};
  const rows = form.rows.filter((row) => row.refusal === null);
  const chosen = values ? (values.tasks ?? '').split(',') : null;
  const labels: Record<string, string> = { ...REPORT_LABELS };
  for (const row of form.rows) {
    labels[`narrative-${row.taskId}`] = `第 ${row.seq} 项进展情况`;
    labels[`percent-${row.taskId}`] = `第 ${row.seq} 项完成程度`;
  }
  const fields = ['tasks', ...COMMON, ...rows.flatMap((row) => [`narrative-${row.taskId}`, `percent-${row.taskId}`])];
  const [first] = rows;
  const drafts = `ledger-draft-many:${accountId}:`;
  return (
    <form action={send}>
      <NoEnter />
      <FormSummary state={state} labels={labels} idPrefix={id} />
      <DraftKeeper
        storageKey={`${drafts}${form.rows.map((row) => row.taskId).join(',')}`}
        fields={fields}
        formKey={values?.idempotencyKey ?? form.idempotencyKey}
        receivedKeys={form.receivedKeys}
        onVersion={ignoreVersion}
        changing={{ labels, prefix: drafts, by: 'tasks' }}
      />
      <input type="hidden" name="idempotencyKey" value={values?.idempotencyKey ?? form.idempotencyKey} />
      <TextareaField
        name="narrative"
        id={`${id}narrative`}
        label="共同的进展情况"
        hint={`${NARRATIVE_LIMITS.min} 至 ${NARRATIVE_LIMITS.max} 字；某项另有内容的，在该项下填写，以该项的为准`}
        rows={5}
        defaultValue={values?.narrative ?? ''}
        errors={errors.narrative}
      />
      <details open={COMMON.slice(1).some((name) => values?.[name] || errors[name])} className="mb-3">
        <summary className="inline-block text-accent underline decoration-accent/30 underline-offset-3">
          存在问题、需协调解决事项、下一步（可不填，各项共用）
        </summary>
        <div className="mt-2">
          {COMMON.slice(1).map((name) => (
            <TextareaField
              key={name}
              name={name}
              id={`${id}${name}`}
              label={REPORT_LABELS[name]}
              rows={2}
              defaultValue={values?.[name] ?? ''}
              errors={errors[name]}
            />
          ))}
        </div>
      </details>
      {first ? (
        <>
          <EvidenceField
            target={{ taskId: first.taskId }}
            unitId={first.unit.id}
            initial={form.evidence}
            sent={values}
          />
          <p className="mb-3 text-xs text-mute">佐证材料附在所选的每一项任务上。</p>
        </>
      ) : null}
      <fieldset id={`${id}tasks`} className="mb-3 min-w-0">
        <legend className="mb-1 text-mute">填报的任务（取消勾选即不填报该项）</legend>
        {errors.tasks ? <p className="mb-1 text-sm text-red">{errors.tasks.join('；')}</p> : null}
        {rows.map((row) => {
          const refusal = state.latest?.[`row-${row.taskId}`];
          return (
            <div
              key={row.taskId}
              className={`border-t border-line-soft py-2.5 ${refusal ? 'border-l-4 border-l-red pl-2.5' : ''}`}
            >
              <label className="flex items-start gap-2">
                <input
                  key={String(chosen?.includes(String(row.taskId)))}
                  type="checkbox"
                  name="tasks"
                  value={row.taskId}
                  defaultChecked={chosen === null ? row.waitingBy === null : chosen.includes(String(row.taskId))}
                  className="mt-1 size-3.5 shrink-0"
                />
                <span>
                  {row.seq}. {row.text}
                </span>
              </label>
              <p className="mb-1.5 flex flex-wrap items-center gap-x-2 pl-5.5 text-sm text-mute">
                {row.unit.name}
                {row.unit.isLead ? '（牵头）' : '（责任单位）'} · {cycleWords(row.cycle)}
                {row.expectedVersion > 0 ? (
                  <Badge tone="green">本周期已报，将成为第 {row.expectedVersion + 1} 版</Badge>
                ) : null}
                {row.waitingBy !== null ? (
                  <Badge tone="amber">{row.waitingBy}已拟，待单位负责人签发</Badge>
                ) : row.isForHead ? (
                  <Badge tone="amber">须单位负责人签发</Badge>
                ) : null}
                <TextLink href={`/tasks/${row.taskId}#report`}>单独填报</TextLink>
              </p>
              {row.returnedReason !== null ? (
                <p className="mb-1.5 pl-5.5 text-sm text-amber">本周期的进展被退回：{row.returnedReason}</p>
              ) : null}
              {refusal ? (
                <p role="alert" className="mb-1.5 pl-5.5 text-sm text-red">
                  {refusal}
                </p>
              ) : null}
              <input type="hidden" name={`unitId-${row.taskId}`} value={row.unit.id} />
              {row.cycle ? <input type="hidden" name={`cycleId-${row.taskId}`} value={row.cycle.id} /> : null}
              <input type="hidden" name={`expectedVersion-${row.taskId}`} value={row.expectedVersion} />
              <input
                type="hidden"
                name={`seenReviewId-${row.taskId}`}
                value={
                  state.latest?.[`seenReviewId-${row.taskId}`] ??
                  values?.[`seenReviewId-${row.taskId}`] ??
                  row.seenReviewId
                }
              />
              <div className={row.isDated ? 'grid gap-x-3 pl-5.5 sm:grid-cols-[8rem_minmax(0,1fr)]' : 'pl-5.5'}>
                {row.isDated ? (
                  <TextField
                    name={`percent-${row.taskId}`}
                    id={`${id}percent-${row.taskId}`}
                    label="完成程度（%）"
                    inputMode="numeric"
                    autoComplete="off"
                    defaultValue={values?.[`percent-${row.taskId}`] ?? ''}
                    errors={errors[`percent-${row.taskId}`]}
                    className="mb-0"
                  />
                ) : null}
                <TextareaField
                  name={`narrative-${row.taskId}`}
                  id={`${id}narrative-${row.taskId}`}
                  label="该项的进展情况（不填则用共同的）"
                  rows={2}
                  defaultValue={values?.[`narrative-${row.taskId}`] ?? ''}
                  errors={errors[`narrative-${row.taskId}`]}
                  className="mb-0"
                />
              </div>
            </div>
          );
        })}
      </fieldset>
      <SecrecyLine />
      <SubmitButton>一并提交</SubmitButton>
      <p className="mt-1 text-xs text-mute">全部成功才提交；有一项不能提交的，都不提交，内容保留。</p>
    </form>
  );
}
