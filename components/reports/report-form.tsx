'use client';

import { useActionState, useId, useState } from 'react';
import { DraftKeeper } from '@/components/reports/draft-keeper';
import { TextareaField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { Notice } from '@/components/ui/notice';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import type { ReportWords } from '@/lib/reports/report.queries';
import { NARRATIVE_LIMITS, NOTE_LIMIT, REPORT_LABELS } from '@/lib/reports/report.schema';
import type { FormState } from '@/lib/server/form-action';

type ReportFormFieldsProps = {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  taskId: number;
  unitId: number;
  cycleId: number | null;
  expectedVersion: number;
  taskVersion: number;
  idempotencyKey: string;
  receivedKeys: string[];
  storageKey: string;
  isDated: boolean;
  isCatchUp: boolean;
  canAskResult: boolean;
  current: ReportWords | null;
};

const FIELDS = ['percent', 'narrative', 'problems', 'needs', 'nextSteps'] as const;

/** What stands now beside what was typed: nothing is overwritten unseen. */
function Conflict({ latest, typed }: { latest: Record<string, string>; typed: Record<string, string> }) {
  return (
    <Notice tone="warn" title={`已有第 ${latest.version} 版（${latest.author}）。左为现有内容，右为您填写的内容`}>
      <table className="mt-1 w-full table-fixed border-collapse text-sm">
        <thead>
          <tr>
            <th scope="col" className="border-b border-line p-1 text-left font-medium">
              现有内容
            </th>
            <th scope="col" className="border-b border-line p-1 text-left font-medium">
              您填写的内容
            </th>
          </tr>
        </thead>
        <tbody>
          {FIELDS.filter((name) => (latest[name] ?? '') !== '' || (typed[name] ?? '') !== '').map((name) => (
            <tr key={name} className="align-top">
              <td className="border-b border-line-soft p-1 whitespace-pre-wrap">
                <span className="block text-xs text-mute">{REPORT_LABELS[name]}</span>
                {latest[name] || '（空）'}
              </td>
              <td className="border-b border-line-soft p-1 whitespace-pre-wrap">
                <span className="block text-xs text-mute">{REPORT_LABELS[name]}</span>
                {typed[name] || '（空）'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-1 text-sm">
        请在下面把需要的内容合在一起。再次提交会成为第 {Number(latest.version) + 1} 版，此前各版都保留。
      </p>
    </Notice>
  );
}

/** The fields and buttons of a report: 提交进展, and 申请办结 for a lead. Works without JavaScript; with it, drafts are kept. */
export function ReportFormFields(props: ReportFormFieldsProps) {
  const [state, action] = useActionState<FormState, FormData>(props.action, { status: 'idle' });
  const [draftVersion, setDraftVersion] = useState<string | null>(null);
  const id = useId();
  const values = state.values ?? {};
  const value = (name: (typeof FIELDS)[number]) => {
    if (state.values) return values[name] ?? '';
    const now = props.current?.[name];
    return now === null || now === undefined ? '' : String(now);
  };
  const errors = state.fieldErrors ?? {};
  // A restored draft keeps the version it was written upon, so that a newer one is shown and not overwritten; at 0 there is none to overwrite.
  const drawnUpon = (props.expectedVersion > 0 ? draftVersion : null) ?? String(props.expectedVersion);
  const version = state.latest?.version ?? values.expectedVersion ?? drawnUpon;
  return (
    <form action={action}>
      <FormSummary state={state} labels={REPORT_LABELS} idPrefix={id} />
      {state.latest ? <Conflict latest={state.latest} typed={values} /> : null}
      <DraftKeeper
        storageKey={props.storageKey}
        fields={FIELDS}
        receivedKeys={props.receivedKeys}
        onVersion={setDraftVersion}
      />
      <input type="hidden" name="taskId" value={props.taskId} />
      <input type="hidden" name="unitId" value={props.unitId} />
      {props.cycleId === null ? null : <input type="hidden" name="cycleId" value={props.cycleId} />}
      <input type="hidden" name="expectedVersion" value={version} />
      <input type="hidden" name="taskVersion" value={props.taskVersion} />
      <input type="hidden" name="idempotencyKey" value={values.idempotencyKey ?? props.idempotencyKey} />
      {props.isDated ? (
        <TextField
          name="percent"
          id={`${id}percent`}
          label={`${REPORT_LABELS.percent}（%）`}
          hint="0 到 100 的整数，可不填"
          inputMode="numeric"
          defaultValue={value('percent')}
          errors={errors.percent}
          autoComplete="off"
        />
      ) : null}
      <TextareaField
        name="narrative"
        id={`${id}narrative`}
        label={REPORT_LABELS.narrative}
        hint={`${NARRATIVE_LIMITS.min} 至 ${NARRATIVE_LIMITS.max} 字，写做了什么、到什么程度、有什么数据`}
        rows={6}
        required
        defaultValue={value('narrative')}
        errors={errors.narrative}
      />
      <TextareaField
        name="problems"
        id={`${id}problems`}
        label={REPORT_LABELS.problems}
        rows={2}
        defaultValue={value('problems')}
        errors={errors.problems}
      />
      <TextareaField
        name="needs"
        id={`${id}needs`}
        label={REPORT_LABELS.needs}
        rows={2}
        defaultValue={value('needs')}
        errors={errors.needs}
      />
      <TextareaField
        name="nextSteps"
        id={`${id}nextSteps`}
        label={REPORT_LABELS.nextSteps}
        hint={`以上三项可不填，各不超过 ${NOTE_LIMIT} 字`}
        rows={2}
        defaultValue={value('nextSteps')}
        errors={errors.nextSteps}
      />
      <SecrecyLine />
      <div className="flex flex-wrap gap-2">
        <SubmitButton name="kind" value="PROGRESS">
          {props.expectedVersion > 0 || state.latest ? '提交新版本' : props.isCatchUp ? '提交补报' : '提交进展'}
        </SubmitButton>
        {props.canAskResult ? (
          <SubmitButton variant="plain" name="kind" value="RESULT">
            申请办结
          </SubmitButton>
        ) : null}
      </div>
    </form>
  );
}
