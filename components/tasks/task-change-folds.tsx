import type { ReactNode } from 'react';
import { CorrectDeadlineForm, ReassignForm } from '@/components/tasks/task-change-forms';
import { correctDeadlineAction, reassignTaskAction } from '@/lib/tasks/task.actions';
import type { TaskChangeForms } from '@/lib/tasks/task-change.queries';

function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="border-t border-line-soft py-2 first:border-0">
      <summary className="inline-block text-accent underline decoration-accent/30 underline-offset-3">{title}</summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}

/** The office's forms that change who answers for a task and by when, for the card 任务管理. */
export function TaskChangeFolds({ forms, taskId }: { forms: TaskChangeForms; taskId: number }) {
  const shared = { taskId, version: forms.version };
  return (
    <>
      {forms.canReassign ? (
        <Fold title="调整单位">
          <ReassignForm
            {...shared}
            action={reassignTaskAction}
            choices={forms.choices}
            idempotencyKey={forms.keyFor.reassign}
          />
        </Fold>
      ) : null}
      {forms.canCorrect ? (
        <Fold title="更正完成时限">
          <CorrectDeadlineForm
            {...shared}
            action={correctDeadlineAction}
            dueOn={forms.dueOn}
            ongoing={forms.ongoing}
            idempotencyKey={forms.keyFor.correct}
          />
        </Fold>
      ) : null}
    </>
  );
}
