'use client';

import { Hidden, IDLE } from '@/components/imports/action-form';
import { CheckboxField, SelectField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { Notice } from '@/components/ui/notice';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { readAgainAction, setDocumentFactsAction } from '@/lib/imports/drafts/draft.actions';
import type { ImportPlace } from '@/lib/imports/drafts/draft.queries';
import type { DraftDocument } from '@/lib/imports/drafts/draft.schema';

const LABELS = {
  title: '清单名称',
  year: '年份',
  noticeTitle: '印发通知',
  issuer: '印发单位',
  docNumber: '文号',
  issuedOn: '印发日期',
};

type FactsFormProps = { draftId: number; version: number; document: DraftDocument };

/** What the document says of itself, to be completed or put right. */
export function FactsForm({ draftId, version, document }: FactsFormProps) {
  const [state, submit] = useFormAction(setDocumentFactsAction, IDLE);
  const value = (name: keyof typeof LABELS) => state.values?.[name] ?? String(document[name] ?? '');
  const field = (name: keyof typeof LABELS) => ({
    name,
    id: `facts-${name}`,
    label: LABELS[name],
    defaultValue: value(name),
    errors: state.fieldErrors?.[name],
  });
  return (
    <form action={submit} className="mt-2 max-w-4xl">
      <FormSummary state={state} labels={LABELS} idPrefix="facts-" />
      {state.latest ? <Notice tone="warn">草稿已有新的更改，您填写的内容仍在下面；核对后再次保存。</Notice> : null}
      <Hidden fields={{ draftId, version: state.latest?.version ?? version }} />
      <div className="grid gap-x-4 sm:grid-cols-[minmax(0,1fr)_8rem]">
        <TextField {...field('title')} required maxLength={300} />
        <TextField {...field('year')} required inputMode="numeric" maxLength={4} hint="改后重读时限" />
      </div>
      <TextField {...field('noticeTitle')} maxLength={300} />
      <div className="grid gap-x-4 sm:grid-cols-[minmax(0,1fr)_12rem_10rem]">
        <TextField {...field('issuer')} maxLength={300} />
        <TextField {...field('docNumber')} maxLength={100} />
        <TextField {...field('issuedOn')} type="date" />
      </div>
      <SubmitButton size="small">保存文件信息</SubmitButton>
    </form>
  );
}

type ReadAgainFormProps = {
  draftId: number;
  version: number;
  /** Null: leave the place as it is. */
  place: { places: ImportPlace[]; code: string; ownerUnitName: string | null; year: number | null } | null;
  tables: { words: string; place: string }[];
  chosen: number;
  /** Changes that reading again throws away. */
  changes: number;
};

/** Reads the document again: as another of its tables, another region or year. */
export function ReadAgainForm({ draftId, version, place, tables, chosen, changes }: ReadAgainFormProps) {
  const [state, submit] = useFormAction(readAgainAction, IDLE);
  return (
    <form action={submit} className="mt-2 max-w-4xl">
      <FormSummary state={state} idPrefix="again-" />
      <Hidden fields={{ draftId, version: state.latest?.version ?? version }} />
      {tables.length > 1 ? (
        <SelectField
          name="table"
          id="again-table"
          label="清单所在的表"
          defaultValue={state.values?.table ?? String(chosen)}
          options={tables.map((table, index) => ({ value: String(index), label: `${table.words}　${table.place}` }))}
        />
      ) : null}
      {place === null ? null : (
        <div className="grid gap-x-4 sm:grid-cols-3">
          <SelectField
            name="regionCode"
            id="again-regionCode"
            label="地区"
            defaultValue={state.values?.regionCode ?? place.code}
            options={place.places.map(({ code, name }) => ({ value: code, label: name }))}
          />
          <TextField
            name="year"
            id="again-year"
            label="年份"
            inputMode="numeric"
            maxLength={4}
            placeholder="从标题读取"
            defaultValue={state.values?.year ?? String(place.year ?? '')}
            errors={state.fieldErrors?.year}
          />
          <TextField
            name="ownerUnitName"
            id="again-ownerUnitName"
            label="制定单位"
            list="region-units"
            autoComplete="off"
            placeholder="部门自己的清单才需填写"
            defaultValue={state.values?.ownerUnitName ?? place.ownerUnitName ?? ''}
            errors={state.fieldErrors?.ownerUnitName}
          />
        </div>
      )}
      {changes > 0 ? (
        <CheckboxField name="isSure" id="again-isSure" label={`已做的 ${changes} 处更改和答复将丢弃，确要重新读取`} />
      ) : null}
      <SubmitButton size="small" variant="plain" pendingText="提交中…">
        重新读取
      </SubmitButton>
    </form>
  );
}
