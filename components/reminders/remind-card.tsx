import { RemindForm } from '@/components/reminders/remind-form';
import { Card } from '@/components/ui/card';
import { NOTICE_KINDS } from '@/lib/notices/notice.schema';
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
        <details className="mt-2 border-t border-line-soft pt-2 print:hidden">
          <summary className="inline-block text-accent underline decoration-accent/30 underline-offset-3">催办</summary>
          <div className="mt-2">
            <RemindForm taskId={taskId} idempotencyKey={formKey} />
          </div>
        </details>
      )}
    </Card>
  );
}
