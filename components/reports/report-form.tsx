'use client';

import { useId, useState } from 'react';
import { EvidenceField } from '@/components/evidence/evidence-field';
import { DraftKeeper } from '@/components/reports/draft-keeper';
import { Badge } from '@/components/ui/badge';
import { TextareaField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { NoEnter } from '@/components/ui/no-enter';
import { Notice } from '@/components/ui/notice';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import { adoptedText } from '@/lib/reports/adoption.rules';
import type { PartReport, ReportWords } from '@/lib/reports/report.queries';
import { NARRATIVE_LIMITS, NOTE_LIMIT, REPORT_LABELS } from '@/lib/reports/report.schema';
import type { FormState } from '@/lib/server/form-action';

type ReportFormFieldsProps = {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  taskId: number;
  unitId: number;
  cycleId: number | null;
  expectedVersion: number;
  /** The return shown above the form; 0: none. */
  seenReviewId: number;
  taskVersion: number;
  idempotencyKey: string;
  receivedKeys: string[];
  storageKey: string;
  isDated: boolean;
  /** What the nodes suggest; never set. */
  suggestedPercent: number | null;
  isCatchUp: boolean;
  canAskResult: boolean;
  current: ReportWords | null;
  /** Where the fields start from something else than the report: said above them until they are changed. */
  prefilledFrom: string | null;
  parts: PartReport[];
  adoptedFrom: number[];
  /** Begins the address of the page with parts adopted: for browsers without JavaScript. */
  adoptHref: string;
  evidence: EvidenceView[];
  isForHead: boolean;
};

const idsOf = (text: string | undefined) => (text ?? '').split(',').filter(Boolean).map(Number);

const FIELDS = ['percent', 'narrative', 'problems', 'needs', 'nextSteps'] as const;

/** What stands now beside what was typed: nothing is overwritten unseen. */
function Conflict({ latest, typed }: { latest: Record<string, string>; typed: Record<string, string> }) {
  const evidence = latest.evidence === undefined ? [] : (JSON.parse(latest.evidence) as EvidenceView[]);
  return (
    <Notice
      tone="warn"
      title={`已有第 ${latest.version} 版（${latest.author}）${latest.returned === undefined ? '' : '，已被退回'}。左为现有内容，右为您填写的内容`}
    >
      {latest.returned === undefined ? null : (
        <p className="mt-1 whitespace-pre-wrap">
          <span className="text-mute">退回理由：</span>
          {latest.returned}
        </p>
      )}
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
          {evidence.length > 0 ? (
            <tr className="align-top">
              <td className="border-b border-line-soft p-1 wrap-anywhere">
                <span className="block text-xs text-mute">佐证材料</span>
                {evidence.map((piece) => (
                  <span key={piece.id} className="block">
                    {piece.title}
                  </span>
                ))}
              </td>
              <td className="border-b border-line-soft p-1">
                <span className="block text-xs text-mute">佐证材料</span>
                见下面的“佐证材料”；左边各件已一并列入，不需要的请取消勾选。
              </td>
            </tr>
          ) : null}
        </tbody>
      </table>
      <p className="mt-1 text-sm">
        请在下面把需要的内容合在一起。再次提交会成为第 {Number(latest.version) + 1} 版，此前各版都保留。
      </p>
    </Notice>
  );
}

type PartsProps = {
  parts: PartReport[];
  adopted: number[];
  adoptHref: string;
  onAdopt: (reportId: number, text: string) => void;
};

/** What the responsible units say in the cycle, each to be taken over; and who says nothing. */
function Parts({ parts, adopted, adoptHref, onAdopt }: PartsProps) {
  const said = parts.filter((part) => part.report !== null);
  const silent = parts.filter((part) => part.report === null);
  return (
    <details open={said.length > 0} className="mb-3 rounded-md border border-line px-2.5 py-1.5">
      <summary>
        责任单位本期填报 <span className="text-xs text-mute">{`${said.length} / ${parts.length} 个单位已报`}</span>
      </summary>
      <ul>
        {said.map(({ unitId, unitName, report }) => {
          if (report === null) return null;
          const isAdopted = adopted.includes(report.id);
          const text = adoptedText({ unitName, narrative: report.narrative });
          return (
            <li key={unitId} className="border-t border-line-soft py-1.5 first:border-0">
              <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
                <span className="font-semibold">{unitName}</span>
                <span className="text-mute">
                  {report.effectiveOn}
                  {report.percent === null ? '' : ` · ${report.percent}%`}
                </span>
                {isAdopted ? <Badge tone="green">已采用</Badge> : null}
                <a
                  href={`${adoptHref}${[...new Set([...adopted, report.id])].join(',')}#report`}
                  className="ml-auto text-accent underline decoration-accent/30 underline-offset-3"
                  onClick={(event) => {
                    event.preventDefault();
                    onAdopt(report.id, text);
                  }}
                >
                  采用<span className="sr-only">{unitName}的文字</span>
                </a>
              </p>
              <p className="max-h-40 overflow-y-auto text-sm whitespace-pre-wrap">{report.narrative}</p>
              {[report.problems, report.needs].filter(Boolean).map((note) => (
                <p key={note} className="text-sm whitespace-pre-wrap text-mute">
                  {note}
                </p>
              ))}
            </li>
          );
        })}
      </ul>
      {silent.length > 0 ? (
        <p className="border-t border-line-soft py-1 text-sm text-mute">
          本期未报：{silent.map((part) => part.unitName).join('、')}
        </p>
      ) : null}
    </details>
  );
}

/** The fields and buttons of a report: 提交进展, and 申请办结 for a lead. Works without JavaScript; with it, drafts are kept. */
export function ReportFormFields(props: ReportFormFieldsProps) {
  const [state, action] = useFormAction<FormState>(props.action, { status: 'idle' });
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
  const [isEdited, setEdited] = useState(false);
  const [adopted, setAdopted] = useState(() => (state.values ? idsOf(state.values.adoptedFrom) : props.adoptedFrom));
  const adopt = (reportId: number, text: string) => {
    const field = document.getElementById(`${id}narrative`);
    if (!(field instanceof HTMLTextAreaElement)) return;
    // Pressed again while the text still stands there, it is not put in twice.
    if (!field.value.includes(text)) {
      field.value = field.value === '' ? text : `${field.value}\n${text}`;
      // The draft keeper hears of it like of anything typed.
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    field.focus();
    setAdopted((before) => (before.includes(reportId) ? before : [...before, reportId]));
  };
  const sends = props.isForHead
    ? '提交单位负责人签发'
    : props.expectedVersion > 0 || state.latest
      ? '提交新版本'
      : props.isCatchUp
        ? '提交补报'
        : '提交进展';
  return (
    <form
      action={action}
      onInput={(event) => {
        const { name } = event.target as HTMLInputElement;
        if ((FIELDS as readonly string[]).includes(name)) setEdited(true);
      }}
    >
      <NoEnter />
      <FormSummary state={state} labels={REPORT_LABELS} idPrefix={id} />
      {state.latest ? <Conflict latest={state.latest} typed={values} /> : null}
      <DraftKeeper
        storageKey={props.storageKey}
        fields={FIELDS}
        formKey={values.idempotencyKey ?? props.idempotencyKey}
        receivedKeys={props.receivedKeys}
        onVersion={setDraftVersion}
        extra={{
          value: adopted.join(','),
          onRestore: (kept) => setAdopted([...new Set([...props.adoptedFrom, ...idsOf(kept)])]),
        }}
      />
      <input type="hidden" name="taskId" value={props.taskId} />
      <input type="hidden" name="unitId" value={props.unitId} />
      {props.cycleId === null ? null : <input type="hidden" name="cycleId" value={props.cycleId} />}
      <input type="hidden" name="expectedVersion" value={version} />
      <input
        type="hidden"
        name="seenReviewId"
        value={state.latest?.seenReviewId ?? values.seenReviewId ?? props.seenReviewId}
      />
      <input type="hidden" name="taskVersion" value={props.taskVersion} />
      <input type="hidden" name="idempotencyKey" value={values.idempotencyKey ?? props.idempotencyKey} />
      <input type="hidden" name="adoptedFrom" value={adopted.join(',')} />
      {props.prefilledFrom !== null && !isEdited ? <Notice tone="warn">{props.prefilledFrom}</Notice> : null}
      {props.parts.length > 0 ? (
        <Parts parts={props.parts} adopted={adopted} adoptHref={props.adoptHref} onAdopt={adopt} />
      ) : null}
      {props.isDated ? (
        <TextField
          name="percent"
          id={`${id}percent`}
          label={`${REPORT_LABELS.percent}（%）`}
          hint={`0 到 100 的整数，可不填${props.suggestedPercent === null ? '' : `；按节点完成情况建议 ${props.suggestedPercent}%`}`}
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
      <EvidenceField
        target={{ taskId: props.taskId }}
        unitId={props.unitId}
        initial={props.evidence}
        sent={state.values}
        joined={state.latest?.evidence}
      />
      <SecrecyLine />
      {props.isForHead ? (
        <p className="mb-2 text-sm text-mute">本单位由负责人签发：提交后先送单位负责人，签发当日才算上报。</p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <SubmitButton name="kind" value="PROGRESS">
          {sends}
        </SubmitButton>
        {props.canAskResult ? (
          <SubmitButton variant="plain" name="kind" value="RESULT">
            {props.isForHead ? '申请办结，送负责人签发' : '申请办结'}
          </SubmitButton>
        ) : null}
      </div>
    </form>
  );
}
