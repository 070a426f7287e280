'use client';

import { useId } from 'react';
import { TextareaField } from '@/components/ui/field';
import { FormFold, type FormFoldLook } from '@/components/ui/fold';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { FREQUENT_RETURN_REASONS } from '@/lib/reviews/review.schema';
import type { FormState } from '@/lib/server/form-action';

type Action = (state: FormState, form: FormData) => Promise<FormState>;

/** The reasons often given, each a box; what is ticked comes before the words below. */
export function FrequentReasons({ id, chosen }: { id: string; chosen: string | undefined }) {
  const ticked = (chosen ?? '').split(',');
  return (
    <fieldset className="mb-3">
      <legend className="mb-1 text-mute">常用理由（可多选）</legend>
      <div key={chosen ?? ''} className="space-y-1">
        {FREQUENT_RETURN_REASONS.map((reason, index) => (
          <label key={reason} className="flex items-start gap-2">
            <input
              type="checkbox"
              name="frequentReason"
              id={index === 0 ? `${id}frequentReason` : undefined}
              value={reason}
              defaultChecked={ticked.includes(reason)}
              className="mt-1 size-3.5 shrink-0"
            />
            <span>{reason}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type MessageFormProps = {
  action: Action;
  taskId: number;
  reportId?: number;
  from: 'task' | 'review';
  idempotencyKey: string;
  asOffice: boolean;
  foldLook?: FormFoldLook;
};

/** 询问 or 答复. */
export function MessageForm({ action, taskId, reportId, from, idempotencyKey, asOffice, foldLook }: MessageFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  const label = asOffice ? '向单位询问' : '答复或向优化办询问';
  return (
    <FormFold {...foldLook} states={[state]}>
      <form action={send} noValidate>
        <FormSummary state={state} labels={{ text: label }} idPrefix={id} />
        <input type="hidden" name="taskId" value={taskId} />
        {reportId === undefined ? null : <input type="hidden" name="reportId" value={reportId} />}
        <input type="hidden" name="from" value={from} />
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        <TextareaField
          name="text"
          id={`${id}text`}
          label={label}
          rows={2}
          required
          defaultValue={state.values?.text ?? ''}
          errors={state.fieldErrors?.text}
        />
        <SecrecyLine />
        <SubmitButton variant="plain">{asOffice ? '发出询问' : '发出'}</SubmitButton>
      </form>
    </FormFold>
  );
}

type AcceptManyFormProps = {
  action: Action;
  idempotencyKey: string;
  items: { value: string; reportId: number; label: string }[];
};

/** 批量审核通过, after the preview; a refusal names each row that stood in the way and takes it off. */
export function AcceptManyForm({ action, idempotencyKey, items }: AcceptManyFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  const refused = items.filter((item) => state.latest?.[item.reportId]);
  const ticked = state.status === 'idle' ? undefined : (state.values?.item ?? '').split(',');
  return (
    <form action={send} noValidate>
      <FormSummary state={state} labels={{ note: '审核意见' }} idPrefix={id} />
      {refused.length > 0 ? <p className="mb-3 text-red">不能通过的项已去掉勾选，核对后可提交其余各项。</p> : null}
      <fieldset className="mb-3">
        <legend className="mb-1 text-mute">通过下列各项（不通过的去掉勾选）</legend>
        <ul key={`${state.values?.item ?? ''}-${refused.length}`} className="flex flex-wrap gap-x-5 gap-y-1">
          {items.map((item, index) => {
            const reason = state.latest?.[item.reportId];
            return (
              <li key={item.reportId} className={reason ? 'basis-full' : undefined}>
                <label className="inline-flex items-start gap-1.5">
                  <input
                    type="checkbox"
                    name="item"
                    id={index === 0 ? `${id}item` : undefined}
                    value={item.value}
                    defaultChecked={!reason && (ticked === undefined || ticked.includes(item.value))}
                    className="mt-1 size-3.5 shrink-0"
                  />
                  <span>
                    {item.label}
                    {reason ? <span className="text-red">：{reason}</span> : null}
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
      </fieldset>
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
      <TextareaField
        name="note"
        id={`${id}note`}
        label="审核意见（可不填，写入每一项）"
        rows={2}
        defaultValue={state.values?.note ?? ''}
        errors={state.fieldErrors?.note}
      />
      <SecrecyLine />
      <SubmitButton>审核通过所勾选的各项</SubmitButton>
    </form>
  );
}
