import { AnswerForms } from '@/components/imports/answer-forms';
import { FieldForm } from '@/components/imports/field-form';
import type { RowKind } from '@/components/imports/row-columns';
import type { SameCounter } from '@/components/imports/same-values';
import { Badge } from '@/components/ui/badge';
import { RawText } from '@/components/ui/raw-text';
import { TextLink } from '@/components/ui/text-link';
import type { DraftRow } from '@/lib/imports/drafts/draft.queries';
import { fieldValue } from '@/lib/imports/drafts/draft.rules';
import { type EditField, kindWords } from '@/lib/imports/drafts/draft.schema';

const FIELDS: Record<RowKind, readonly EditField[]> = {
  'task-list': [
    'seq',
    'group',
    'section',
    'measure',
    'text',
    'lead',
    'leadRaw',
    'responsible',
    'responsibleRaw',
    'deadline',
    'deadlineRaw',
  ],
  assessment: [
    'seq',
    'points',
    'indicator1',
    'indicator2',
    'text',
    'scoring',
    'lead',
    'leadRaw',
    'responsible',
    'responsibleRaw',
    'deadline',
    'deadlineRaw',
  ],
};

/** What a merged cell takes from above, said beside its empty form. */
function hintOf(row: DraftRow, field: EditField): string | undefined {
  const held = {
    leadRaw: row.texts.leadText,
    responsibleRaw: row.texts.responsibleText,
    deadlineRaw: row.texts.deadlineText,
  };
  if (field !== 'leadRaw' && field !== 'responsibleRaw' && field !== 'deadlineRaw') {
    if (field === 'deadline') return '例如 2022-12-31，或 2022年底前，长期推进；原文不变';
    return field === 'lead' || field === 'responsible' ? '单位名称，多个用顿号隔开；原文不变' : undefined;
  }
  if (row.current[field] === null && held[field] !== '') return `与上一行合并：${held[field]}`;
  return '原文读错时在此更正，将重新识别';
}

type RowPanelProps = {
  draftId: number;
  row: DraftRow;
  kind: RowKind;
  closeHref: string;
  sameAs: SameCounter;
};

/** All fields of one row and its questions one by one, each a form; works before JavaScript has loaded. */
export function RowPanel({ draftId, row, kind, closeHref, sameAs }: RowPanelProps) {
  const open = row.questions.filter(({ status }) => status === 'OPEN');
  return (
    <div className="my-1 rounded-md border border-accent bg-accent-ground px-3 py-2">
      <p className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <strong className="font-semibold">编辑第 {row.position} 行</strong>
        <span className="text-xs text-mute">每一栏单独保存</span>
        <TextLink quiet href={closeHref} scroll={false} className="ml-auto">
          收起
        </TextLink>
      </p>
      {open.map((question) => (
        <div key={question.id} className="mb-2 rounded-sm border-l-4 border-lamp-amber bg-card px-3 py-2">
          <p>
            <Badge tone="amber" filled className="mr-1.5">
              {kindWords(question.kind)}
            </Badge>
            {question.printed ? <RawText className="mr-1.5">{question.printed}</RawText> : null}
            {question.text}
          </p>
          <AnswerForms
            draftId={draftId}
            id={`row-question-${question.id}`}
            questionId={question.id}
            questionVersion={question.version}
            kind={question.kind}
            field={question.field}
            editHref={null}
            printed={question.printed}
            candidates={question.candidates}
            ways={question.ways}
            count={1}
            isDeferred={question.isDeferred}
          />
        </div>
      ))}
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
        {FIELDS[kind].map((field) => (
          <FieldForm
            key={field}
            draftId={draftId}
            rowId={row.id}
            rowVersion={row.version}
            field={field}
            value={fieldValue(row.current, field)}
            same={sameAs(row, field)}
            hint={hintOf(row, field)}
          />
        ))}
      </div>
    </div>
  );
}
