'use client';

import { FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { Withdrawable } from '@/lib/reports/report.queries';
import type { FormState } from '@/lib/server/form-action';

type WithdrawFormProps = {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  taskId: number;
  report: Withdrawable;
};

/** Takes back what has been sent and not yet been decided. */
export function WithdrawForm({ action, taskId, report }: WithdrawFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const what = report.kind === 'RESULT' ? '办结申请' : `${report.cycleLabel ?? ''}进展`;
  return (
    <form action={send} className="mb-2">
      <FormSummary state={state} />
      <input type="hidden" name="taskId" value={taskId} />
      <input type="hidden" name="reportId" value={report.reportId} />
      <input type="hidden" name="reportVersion" value={report.version} />
      <p className="flex flex-wrap items-center gap-2 text-sm">
        {report.unitName}的{what}已提交。
        <SubmitButton variant="plain" size="small" pendingText="撤回中…">
          撤回{what}
        </SubmitButton>
      </p>
    </form>
  );
}
