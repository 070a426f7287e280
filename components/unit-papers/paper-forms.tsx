'use client';

import { useId } from 'react';
import { TextareaField, TextField } from '@/components/ui/field';
import { FormFold } from '@/components/ui/fold';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { StepForm } from '@/components/ui/step-form';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { REPORT_LABELS } from '@/lib/reports/report.schema';
import type { FormState } from '@/lib/server/form-action';
import type { PaperView } from '@/lib/unit-papers/unit-paper.queries';

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type PaperFormProps = { action: Action; paper: PaperView };

const EXTENSION_LABELS = { toDueOn: '延至', reason: '延期理由', progress: '目前进展' } as const;
const LABELS = { ...REPORT_LABELS, ...EXTENSION_LABELS };

/** 签发 as written, or with words corrected. */
export function SignForm({ action, paper }: PaperFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  const errors = state.fieldErrors ?? {};
  const field = (name: keyof typeof LABELS, written: string | null | undefined) => ({
    name,
    id: `${id}${name}`,
    label: LABELS[name],
    defaultValue: state.values?.[name] ?? written ?? '',
    errors: errors[name],
  });
  const { report, extension } = paper;
  return (
    <form action={send}>
      <FormSummary state={state} labels={LABELS} idPrefix={id} />
      <input type="hidden" name="paperId" value={paper.id} />
      <input type="hidden" name="version" value={paper.version} />
      <input type="hidden" name="expectedVersion" value={paper.expectedVersion} />
      <input type="hidden" name="taskVersion" value={paper.taskVersion} />
      <FormFold fold="修改文字后签发" states={[state]} isSmall className="mb-2">
        <p className="mb-1 text-xs text-mute">修改后以您的文字上报，拟稿人的原文留在本单位的待签记录中。</p>
        {report ? (
          <>
            {paper.task.dueOn ? (
              <TextField
                {...field('percent', report.percent === null ? '' : String(report.percent))}
                inputMode="numeric"
                autoComplete="off"
              />
            ) : null}
            <TextareaField {...field('narrative', report.narrative)} rows={5} required />
            <TextareaField {...field('problems', report.problems)} rows={2} />
            <TextareaField {...field('needs', report.needs)} rows={2} />
            <TextareaField {...field('nextSteps', report.nextSteps)} rows={2} />
          </>
        ) : null}
        {extension ? (
          <>
            <TextField {...field('toDueOn', extension.toDueOn)} type="date" required />
            <TextareaField {...field('reason', extension.reason)} rows={4} required />
            <TextareaField {...field('progress', extension.progress)} rows={3} />
          </>
        ) : null}
        <SecrecyLine />
      </FormFold>
      <SubmitButton pendingText="签发中…">签发</SubmitButton>
    </form>
  );
}

/** 退改. */
export function SendBackForm({ action, paper }: PaperFormProps) {
  return (
    <StepForm
      fold="退回修改"
      foldLook={{ isSmall: true, className: 'mt-2' }}
      action={action}
      fields={{ paperId: paper.id, version: paper.version }}
      text={{ name: 'reason', label: '退改意见', hint: '写明要改什么；原文留给拟稿人修改' }}
      button="退改"
      variant="danger"
      size="small"
    />
  );
}

/** 撤回 of who wrote it. */
export function WithdrawPaperForm({ action, paper }: PaperFormProps) {
  return (
    <StepForm
      action={action}
      fields={{ paperId: paper.id, version: paper.version }}
      button="撤回修改"
      pendingText="撤回中…"
      variant="plain"
      size="small"
      className="mt-2"
    />
  );
}

/** Whether a unit's head signs. */
export function HeadSignsForm({ action, unitId, signs }: { action: Action; unitId: number; signs: boolean }) {
  return (
    <StepForm
      action={action}
      fields={{ unitId, signs: signs ? 'off' : 'on' }}
      button={signs ? '改为填报员直接上报' : '改为单位负责人签发'}
      variant="plain"
      size="small"
    >
      <p className="mb-2">
        {signs
          ? '已开启：填报员提交的进展和办结申请，由单位负责人签发后才算上报。'
          : '未开启：填报员提交后即算上报。延期申请一律由单位负责人提出。'}
      </p>
    </StepForm>
  );
}
