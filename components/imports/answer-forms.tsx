'use client';

import { useState } from 'react';
import { Hidden, IDLE, Refused } from '@/components/imports/action-form';
import { excerpts } from '@/components/imports/excerpts';
import { ButtonLink } from '@/components/ui/button';
import { CheckboxField, SelectField, TextField } from '@/components/ui/field';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { answerDraftQuestionAction } from '@/lib/imports/drafts/draft.actions';
import { editFieldOf } from '@/lib/imports/drafts/draft.rules';
import { ANSWER_WAY_LABELS, type AnswerWay } from '@/lib/imports/drafts/draft.schema';
import { UNIT_KIND_LABELS, UNIT_KINDS } from '@/lib/units/unit.schema';

export type AnswerFormsProps = {
  draftId: number;
  /** For the ids of its controls. */
  id: string;
  questionId: number;
  questionVersion: number;
  kind: string;
  /** A question field; not one that a form can change: the answer is in words. */
  field: string;
  printed: string | null;
  candidates: { value: string; why: string }[];
  ways: AnswerWay[];
  /** How many alike are open. */
  count: number;
  isDeferred: boolean;
  /** The row's own forms, where a cell is put right as a whole. */
  editHref: string | null;
};

/** Fields whose new value is the same in every row that asks alike; elsewhere a value is that of one row's cell as a whole. */
const SHARED = ['deadline', 'section', 'measure', 'group', 'indicator1', 'indicator2'];

const QUICK: readonly AnswerWay[] = ['keep', 'no-unit', 'later'];
const SHORT_LABELS: Partial<Record<AnswerWay, string>> = { later: '暂不确定' };

function useAnswer() {
  return useFormAction(answerDraftQuestionAction, IDLE);
}

type PartProps = { fields: Record<string, string | number>; id: string };

type CandidateProps = {
  fields: Record<string, string | number>;
  candidate: { value: string; why: string };
  /** The value, cut to what sets it apart. */
  shown: string;
  isName: boolean;
};

/** A candidate is one press; for a name a second one remembers it as an alias. */
function CandidateForm({ fields, candidate, shown, isName }: CandidateProps) {
  const [state, submit] = useAnswer();
  return (
    <form action={submit} className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Hidden fields={{ ...fields, way: 'value', value: candidate.value }} />
      <SubmitButton
        size="small"
        variant="plain"
        pendingText="保存中…"
        className="max-w-full text-left whitespace-normal!"
      >
        {isName ? `是“${shown}”` : shown}
      </SubmitButton>
      {isName ? (
        <SubmitButton size="small" variant="link" name="isRemembered" value="on" pendingText="保存中…">
          是，并记为别名
        </SubmitButton>
      ) : null}
      <span className="text-xs text-mute">{candidate.why}</span>
      <Refused state={state} />
    </form>
  );
}

function TypedForm({ fields, id, label, isName }: PartProps & { label: string; isName: boolean }) {
  const [state, submit] = useAnswer();
  return (
    <form action={submit} className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Hidden fields={fields} />
      <label htmlFor={`${id}-value`} className="text-mute">
        {label}
      </label>
      <input
        id={`${id}-value`}
        name="value"
        required
        list={isName ? 'region-units' : undefined}
        autoComplete="off"
        placeholder={isName ? '单位名称' : undefined}
        defaultValue={state.values?.value ?? ''}
        className="h-7 w-48 max-w-full rounded-md border border-edge bg-card px-2"
      />
      {isName ? (
        <label className="inline-flex items-center gap-1.5 text-sm">
          <input
            type="checkbox"
            name="isRemembered"
            defaultChecked={state.values?.isRemembered === 'on'}
            className="size-3.5"
          />
          记为别名
        </label>
      ) : null}
      <SubmitButton size="small" variant="plain" name="way" value="value" pendingText="保存中…">
        确定
      </SubmitButton>
      <Refused state={state} />
    </form>
  );
}

function NewUnitForm({ fields, id, printed }: PartProps & { printed: string }) {
  const [state, submit] = useAnswer();
  return (
    <details className="w-full" open={state.status !== 'idle' ? true : undefined}>
      <summary className="inline-block text-accent hover:underline">{ANSWER_WAY_LABELS['new-unit']}</summary>
      <form action={submit} className="mt-1.5 max-w-2xl">
        <Hidden fields={fields} />
        <div className="grid gap-x-4 sm:grid-cols-2">
          <TextField
            name="unitName"
            id={`${id}-unitName`}
            label="单位名称"
            required
            maxLength={60}
            defaultValue={state.values?.unitName ?? printed}
            errors={state.fieldErrors?.unitName}
          />
          <SelectField
            name="unitKind"
            id={`${id}-unitKind`}
            label="类别"
            options={UNIT_KINDS.map((unitKind) => ({ value: unitKind, label: UNIT_KIND_LABELS[unitKind] }))}
            defaultValue={state.values?.unitKind ?? 'department'}
          />
        </div>
        <CheckboxField
          name="isRemembered"
          id={`${id}-isRemembered`}
          label={`名称与原文不同时，把“${printed}”记为别名`}
          defaultChecked
        />
        <SubmitButton size="small" name="way" value="new-unit" pendingText="保存中…">
          登记并采用
        </SubmitButton>
        <Refused state={state} />
      </form>
    </details>
  );
}

/** The ways out of one question, each a form; those alike are answered with it unless that is unticked. */
export function AnswerForms(props: AnswerFormsProps) {
  const { draftId, id, questionId, questionVersion, kind, field, printed, candidates, ways, count, editHref } = props;
  const [state, submit] = useAnswer();
  const [isForAll, setIsForAll] = useState(count > 1);
  const isName = ways.includes('unit') && printed !== null;
  const isInWords = editFieldOf(field) === null;
  // A refusal says nothing of the next question of its kind, which takes this one's place once it is settled.
  const latest = state.values?.questionId === String(questionId) ? state.latest : undefined;
  const own = { draftId, questionId, questionVersion: latest?.version ?? questionVersion };
  const forAll = { ...own, ...(isForAll || isName ? { isForAll: 'on' } : {}) };
  const forValue = isName || isInWords || SHARED.includes(field) ? forAll : own;
  const isTyped = ways.includes('value') && (isName || isInWords || field === 'deadline');
  const quick = QUICK.filter((way) => ways.includes(way) && !(way === 'later' && props.isDeferred));
  const offered = ways.includes('value') ? candidates : [];
  const shown = excerpts(offered.map(({ value }) => value));
  return (
    <div className="space-y-1.5 max-xl:mt-1.5">
      {offered.map((candidate, index) => (
        <CandidateForm
          key={candidate.value}
          fields={forValue}
          candidate={candidate}
          shown={shown[index]!}
          isName={isName}
        />
      ))}
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1.5">
        <form action={submit} className="flex flex-wrap items-center gap-2">
          <Hidden fields={isName ? forAll : own} />
          {quick.map((way) => (
            <SubmitButton key={way} size="small" variant="plain" name="way" value={way} pendingText="保存中…">
              {SHORT_LABELS[way] ?? ANSWER_WAY_LABELS[way]}
            </SubmitButton>
          ))}
          {count > 1 && !isName ? (
            <label className="inline-flex items-center gap-1.5 text-sm">
              <input
                type="checkbox"
                name="isForAll"
                checked={isForAll}
                onChange={(event) => setIsForAll(event.currentTarget.checked)}
                className="size-3.5"
              />
              同类 {count} 处一并处理
              {forValue === forAll && (isTyped || offered.length > 0) ? (
                <noscript>（未启用脚本时，候选和填写的内容总是一并处理）</noscript>
              ) : null}
            </label>
          ) : null}
          <Refused state={state} />
        </form>
        {isTyped ? (
          <TypedForm
            fields={forValue}
            id={id}
            label={isName ? '即单位' : isInWords ? '处理说明' : '改为'}
            isName={isName}
          />
        ) : null}
        {editHref && (!isTyped || isInWords) ? (
          <ButtonLink href={editHref} scroll={false} size="small">
            到该行修改
          </ButtonLink>
        ) : null}
        {kind === 'tables' ? (
          <a href="#tables" className="leading-7 text-accent underline">
            换用另一张表
          </a>
        ) : null}
        {ways.includes('new-unit') && printed !== null ? (
          <NewUnitForm fields={forAll} id={id} printed={printed} />
        ) : null}
      </div>
      {isName && (count > 1 || editHref === null) ? (
        <p className="text-xs text-mute">
          {count > 1 ? `对清单中全部 ${count} 处有效。` : '清单中同样写法的各处一并处理。'}
        </p>
      ) : null}
      {count > 1 && offered.length > 0 && forValue === own ? (
        <p className="text-xs text-mute">候选内容逐处处理，先处理第一处。</p>
      ) : null}
    </div>
  );
}
