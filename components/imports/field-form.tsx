'use client';

import { type ReactNode, useState } from 'react';
import { type FormAction, Hidden, IDLE, Refused } from '@/components/imports/action-form';
import { SubmitButton } from '@/components/ui/submit-button';
import { Textarea } from '@/components/ui/textarea';
import { useFormAction } from '@/components/ui/use-form-action';
import { applyToAllAction, editRowAction } from '@/lib/imports/drafts/draft.actions';
import { type EditField, FIELD_LABELS } from '@/lib/imports/drafts/draft.schema';
import type { FormState } from '@/lib/server/form-action';

type FieldFormProps = {
  draftId: number;
  rowId: number;
  rowVersion: number;
  field: EditField;
  value: string;
  same: { count: number; isMore: boolean };
  hint?: ReactNode;
};

/** Fields with a line of their own, and those that need more than one line. */
const WIDE: readonly EditField[] = ['text', 'scoring'];
const LONG: readonly EditField[] = [...WIDE, 'responsibleRaw', 'responsible'];

/** The later answer of two actions of one form; an older refusal must not hide it. */
function useLatest(one: FormState, other: FormState): FormState {
  const [seen, setSeen] = useState({ one, other, answer: one.status === 'idle' ? other : one });
  if (seen.one === one && seen.other === other) return seen.answer;
  const answer = seen.one === one ? other : one;
  setSeen({ one, other, answer });
  return answer;
}

/** One field of a row as a form of its own: for this row, or for all rows that read the same. */
export function FieldForm({ draftId, rowId, rowVersion, field, value, same, hint }: FieldFormProps) {
  const [state, save] = useFormAction<typeof IDLE>(editRowAction as FormAction, IDLE);
  const [allState, saveAll] = useFormAction<typeof IDLE>(applyToAllAction as FormAction, IDLE);
  const id = `row-${rowId}-${field}`;
  const answer = useLatest(state, allState);
  return (
    <form action={save} className={WIDE.includes(field) ? 'sm:col-span-2' : undefined}>
      <Hidden fields={{ draftId, rowId, rowVersion: answer.latest?.version ?? rowVersion, field, printed: value }} />
      <label htmlFor={id} className="mb-0.5 block text-sm text-mute">
        {FIELD_LABELS[field]}
      </label>
      <div className="flex flex-wrap items-start gap-2">
        <Textarea
          key={value}
          id={id}
          name="value"
          rows={LONG.includes(field) ? 3 : 1}
          defaultValue={answer.values?.value ?? value}
          aria-describedby={hint ? `${id}-hint` : undefined}
          className="min-w-40 flex-1 rounded-md border border-edge bg-card px-2 py-1"
        />
        <SubmitButton variant="plain" size="small" pendingText="保存中…">
          保存
        </SubmitButton>
        {same.count > 0 ? (
          <SubmitButton variant="plain" size="small" pendingText="保存中…" formAction={saveAll}>
            {same.isMore ? '同样内容的各行都改' : `同样的 ${same.count + 1} 行都改`}
          </SubmitButton>
        ) : null}
      </div>
      {hint ? (
        <p id={`${id}-hint`} className="mt-0.5 text-xs text-mute">
          {hint}
        </p>
      ) : null}
      <Refused state={answer} />
    </form>
  );
}
