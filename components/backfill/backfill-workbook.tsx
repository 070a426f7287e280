'use client';

import { DropZone } from '@/components/imports/drop-zone';
import { KINDS_LINE } from '@/components/imports/import-words';
import { Button } from '@/components/ui/button';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { Notice } from '@/components/ui/notice';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';

/** Takes the workbook kept until now: a plain multipart form. */
export function WorkbookUpload({ planId, error }: { planId: number; error: string | null }) {
  return (
    <form action={`/api/plans/${planId}/backfill`} method="post" encType="multipart/form-data">
      {error ? <Notice tone="error" title={error} alert /> : null}
      <DropZone name="file" note={KINDS_LINE} />
      <Button type="submit" variant="plain">
        读取台账
      </Button>
      <p className="mt-1.5 text-xs text-mute">
        按“序号”“任务内容”“进展情况”“完成情况”“完成时间”等栏目读取；读出的内容逐项列在下面，核对保存后才生效。
      </p>
    </form>
  );
}

type DiscardProps = {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  planId: number;
  draftId: number;
  label: string;
};

export function DiscardDraftForm({ action, planId, draftId, label }: DiscardProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  return (
    <form action={send} className="inline-block">
      <FormSummary state={state} />
      <input type="hidden" name="planId" value={planId} />
      <input type="hidden" name="draftId" value={draftId} />
      <SubmitButton variant="link">{label}</SubmitButton>
    </form>
  );
}
