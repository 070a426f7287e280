'use client';

import { DraftKeeper } from '@/components/reports/draft-keeper';
import { Badge } from '@/components/ui/badge';
import { SelectField, TextareaField, TextField } from '@/components/ui/field';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';
import { TextLink } from '@/components/ui/text-link';
import { useFormAction } from '@/components/ui/use-form-action';

type Action = (state: FormState, form: FormData) => Promise<FormState>;

export type BackfillRowView = {
  id: number;
  seq: number;
  text: string;
  leadText: string;
  deadlineText: string;
  version: number;
  states: { value: string; label: string }[];
  hasDate: boolean;
  canEnter: boolean;
  /** What has been entered of it, in words. */
  entered: string | null;
  /** What the workbook prints, and what a person must look at. */
  printed: { place: string; cells: [string, string][]; questions: string[] } | null;
  initial: Record<string, string>;
};

const FIELDS = ['state', 'achievedOn', 'percent', 'reportedOn', 'narrative', 'basis'] as const;
const LABELS: Record<(typeof FIELDS)[number], string> = {
  state: '状态',
  achievedOn: '办结日期',
  percent: '完成程度（%）',
  reportedOn: '进展日期',
  narrative: '最近进展',
  basis: '依据',
};

type BackfillFormProps = {
  action: Action;
  planId: number;
  draftId: number | null;
  idempotencyKey: string;
  rows: BackfillRowView[];
  /** Of the account and the plan: where this browser keeps what is typed. */
  storageKey: string;
  receivedKeys: string[];
  today: string;
  earliest: string;
  /** The common basis to begin with: the workbook that was read. */
  basis: string;
};

const never = () => {};

/** What was already so, row by row, saved in one go. */
export function BackfillForm({
  action,
  planId,
  draftId,
  idempotencyKey,
  rows,
  storageKey,
  receivedKeys,
  today,
  earliest,
  basis,
}: BackfillFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const enterable = rows.filter((row) => row.canEnter);
  const names = enterable.flatMap(({ id }) => FIELDS.map((field) => `${field}-${id}`));
  const labels = Object.fromEntries(
    enterable.flatMap(({ id, seq }) => FIELDS.map((field) => [`${field}-${id}`, `第${seq}项 ${LABELS[field]}`])),
  );
  const typed = (name: string, initial: string) => state.values?.[name] ?? initial;
  return (
    <form action={send}>
      <FormSummary state={state} labels={{ ...labels, basis: '共同依据', reportedOn: '共同的进展日期' }} />
      <input type="hidden" name="planId" value={planId} />
      {draftId === null ? null : <input type="hidden" name="draftId" value={draftId} />}
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
      <input type="hidden" name="expectedVersion" value="0" />
      <DraftKeeper
        storageKey={storageKey}
        fields={['basis', 'reportedOn', ...names]}
        formKey={state.values?.idempotencyKey ?? idempotencyKey}
        receivedKeys={receivedKeys}
        onVersion={never}
      />
      <div className="grid gap-x-4 sm:grid-cols-[minmax(0,1fr)_12rem]">
        <TextField
          name="basis"
          label="共同依据"
          hint="各项没有另写依据的，以此为准，例如：2022年8月台账（市优化办，2022年9月2日）"
          maxLength={500}
          defaultValue={typed('basis', basis)}
          errors={state.fieldErrors?.basis}
        />
        <TextField
          name="reportedOn"
          type="date"
          label="共同的进展日期"
          min={earliest}
          max={today}
          defaultValue={typed('reportedOn', '')}
          errors={state.fieldErrors?.reportedOn}
        />
      </div>
      <ol>
        {rows.map((row) => (
          <li key={row.id} className="border-t border-line py-2.5">
            <p className="mb-1.5">
              <span className="mr-1.5 text-mute">第 {row.seq} 项</span>
              <TextLink href={`/tasks/${row.id}`}>{row.text}</TextLink>
            </p>
            <p className="mb-1.5 text-xs text-mute">
              {row.leadText}
              {row.deadlineText ? ` · ${row.deadlineText}` : ''}
            </p>
            {row.entered ? (
              <p className="mb-1.5">
                <Badge tone="blue">补录</Badge> {row.entered}
              </p>
            ) : null}
            {row.canEnter ? (
              <RowFields row={row} state={state} typed={typed} today={today} earliest={earliest} />
            ) : (
              <p className="text-mute">已有填报、审核或其他办理记录，不再补录。</p>
            )}
          </li>
        ))}
      </ol>
      {enterable.length > 0 ? (
        <div className="sticky bottom-0 border-t border-line bg-card py-2.5">
          <SubmitButton pendingText="正在保存…">保存补录</SubmitButton>
          <span className="ml-3 text-xs text-mute">只保存选了状态的各项；有一处不符，全部不保存。</span>
        </div>
      ) : null}
    </form>
  );
}

type RowFieldsProps = {
  row: BackfillRowView;
  state: FormState;
  typed: (name: string, initial: string) => string;
  today: string;
  earliest: string;
};

function RowFields({ row, state, typed, today, earliest }: RowFieldsProps) {
  const of = (field: (typeof FIELDS)[number]) => {
    const name = `${field}-${row.id}`;
    return {
      name,
      label: LABELS[field],
      defaultValue: typed(name, row.initial[field] ?? ''),
      errors: state.fieldErrors?.[name],
      className: 'mb-1.5',
    };
  };
  const fields = (
    <div className="min-w-0">
      <input type="hidden" name={`version-${row.id}`} value={row.version} />
      {row.printed && !row.initial.state ? (
        <input type="hidden" name={`read-${row.id}`} value={row.initial.narrative ?? ''} />
      ) : null}
      <div className="grid grid-cols-2 gap-x-3 lg:grid-cols-4">
        <SelectField {...of('state')} placeholder="不补录" options={row.states} />
        <TextField {...of('achievedOn')} type="date" min={earliest} max={today} />
        {row.hasDate ? <TextField {...of('percent')} inputMode="numeric" maxLength={4} /> : null}
        <TextField {...of('reportedOn')} type="date" min={earliest} max={today} />
      </div>
      <div className="grid gap-x-3 lg:grid-cols-2">
        <TextareaField {...of('narrative')} rows={2} />
        <TextareaField {...of('basis')} rows={2} maxLength={500} />
      </div>
    </div>
  );
  const isOpen = row.entered === null || FIELDS.some((field) => typed(`${field}-${row.id}`, row.initial[field] ?? ''));
  if (row.printed)
    return (
      <div className="grid gap-x-4 gap-y-2 xl:grid-cols-[20rem_minmax(0,1fr)]">
        <Printed printed={row.printed} />
        {fields}
      </div>
    );
  if (isOpen) return fields;
  return (
    <details>
      <summary className="inline-block text-sm text-accent underline decoration-accent/30 underline-offset-3">
        重新补录
      </summary>
      <div className="mt-2">{fields}</div>
    </details>
  );
}

function Printed({ printed }: { printed: NonNullable<BackfillRowView['printed']> }) {
  return (
    <div className="min-w-0 rounded-md bg-ground px-3 py-2 text-sm">
      <p className="text-xs text-mute">{printed.place}</p>
      <dl>
        {printed.cells.map(([label, text]) => (
          <div key={label} className="mt-1">
            <dt className="text-xs text-mute">{label}</dt>
            <dd className="break-words whitespace-pre-wrap">{text}</dd>
          </div>
        ))}
      </dl>
      {printed.questions.length > 0 ? (
        <ul className="mt-1.5 list-disc border-t border-line-soft pt-1.5 pl-4 text-amber">
          {printed.questions.map((question) => (
            <li key={question}>{question}。</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
