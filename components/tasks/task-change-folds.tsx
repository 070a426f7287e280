import { CorrectDeadlineForm, ReassignForm } from '@/components/tasks/task-change-forms';
import { correctDeadlineAction, reassignTaskAction } from '@/lib/tasks/task.actions';
import type { TaskChangeForms } from '@/lib/tasks/task-change.queries';

/** The office's forms that change who answers for a task and by when, for the card 任务管理. */
export function TaskChangeFolds({ forms, taskId }: { forms: TaskChangeForms; taskId: number }) {
  const shared = { taskId, version: forms.version };
  return (
    <>
      {forms.canReassign ? (
        <ReassignForm
          fold="调整单位"
          {...shared}
          action={reassignTaskAction}
          choices={forms.choices}
          idempotencyKey={forms.keyFor.reassign}
        />
      ) : null}
      {forms.canCorrect ? (
        <CorrectDeadlineForm
          fold="更正完成时限"
          {...shared}
          action={correctDeadlineAction}
          dueOn={forms.dueOn}
          ongoing={forms.ongoing}
          idempotencyKey={forms.keyFor.correct}
        />
      ) : null}
    </>
  );
}
