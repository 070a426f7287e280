import { Card } from '@/components/ui/card';
import { StepForm } from '@/components/ui/step-form';
import { NOTICE_KINDS } from '@/lib/notices/notice.schema';
import { remindTaskAction } from '@/lib/reminders/remind.actions';
import { DEFAULT_REMINDER } from '@/lib/reminders/remind.rules';
import type { TaskReminding } from '@/lib/reminders/task-reminding.queries';

/** What the task's people were told last, and the form for one more 催办. */
export function RemindCard({ reminding, taskId }: { reminding: TaskReminding; taskId: number }) {
  const { last, formKey } = reminding;
  if (last.length === 0 && formKey === null) return null;
  return (
    <Card id="remind" title="提醒与催办">
      <p className="text-sm text-mute">
        {last.length === 0
          ? '尚未提醒。'
          : `已提醒：${last.map(({ on, kind, people }) => `${on} ${NOTICE_KINDS[kind]}（${people} 人）`).join('；')}`}
      </p>
      {formKey === null ? null : (
        <StepForm
          fold="催办"
          foldLook={{ className: 'mt-2 border-t border-line-soft pt-2 print:hidden' }}
          action={remindTaskAction}
          fields={{ taskId, idempotencyKey: formKey }}
          text={{
            name: 'words',
            label: '催办内容',
            hint: '送牵头单位的经办人和负责人，并记入任务历史',
            start: DEFAULT_REMINDER,
          }}
          button="发出催办"
        />
      )}
    </Card>
  );
}
