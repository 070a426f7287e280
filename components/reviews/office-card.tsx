import type { ReactNode } from 'react';
import { AcceptForm, ReturnForm, TaskDecisionForm } from '@/components/reviews/office-forms';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { acceptReportAction, returnReportAction } from '@/lib/reviews/review.actions';
import type { OfficeForms } from '@/lib/reviews/review.queries';
import {
  cancelTaskAction,
  decideIssueLatenessAction,
  reopenTaskAction,
  restoreTaskAction,
} from '@/lib/tasks/task.actions';

function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="border-t border-line-soft py-2 first:border-0">
      <summary className="inline-block text-accent underline decoration-accent/30 underline-offset-3">{title}</summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}

/** The decision on a result that waits, beside its history. */
export function ReviewCard({ forms, taskId }: { forms: OfficeForms; taskId: number }) {
  if (!forms.open || forms.refusal) return null;
  const { reportId, version, submittedOn, workingDays, limit, isOld, isOwnWork } = forms.open;
  return (
    <Card
      id="review"
      title="审核办结申请"
      note={
        <>
          {submittedOn} 提交 · 已{' '}
          <span className={isOld ? 'font-semibold text-red' : undefined}>{workingDays} 个工作日</span>
          {isOld ? `，超过 ${limit} 个工作日` : ''}
        </>
      }
      action={{ href: `/reviews/${reportId}`, label: '对照审核' }}
    >
      {isOwnWork ? (
        <Notice tone="info">办结申请由您填写或签发，请交其他工作人员审核通过。</Notice>
      ) : (
        <AcceptForm
          action={acceptReportAction}
          taskId={taskId}
          reportId={reportId}
          version={version}
          idempotencyKey={forms.keyFor.accept}
        />
      )}
      <div className="mt-3 border-t border-line pt-3">
        <ReturnForm
          action={returnReportAction}
          taskId={taskId}
          reportId={reportId}
          version={version}
          idempotencyKey={forms.keyFor.return}
          label="退回办结申请"
        />
      </div>
    </Card>
  );
}

/** What else the office may decide about a task: what changes it first, what ends it last. */
export function OfficeCard({ forms, taskId, children }: { forms: OfficeForms; taskId: number; children?: ReactNode }) {
  const any = children || forms.canReopen || forms.canCancel || forms.canRestore || forms.canDecideIssueLateness;
  if (forms.refusal) {
    return (
      <Card id="office" title="任务管理">
        <p className="text-mute">{forms.refusal}</p>
      </Card>
    );
  }
  if (!any) return null;
  const shared = { taskId, version: forms.taskVersion };
  return (
    <Card id="office" title="任务管理">
      {children}
      {forms.canDecideIssueLateness ? (
        <Fold title="认定印发时已过时限">
          <TaskDecisionForm
            {...shared}
            action={decideIssueLatenessAction}
            idempotencyKey={forms.keyFor.decide}
            field="basis"
            label="认定依据"
            hint="认定后按逾期计算，并计入按期办结率"
            button="认定为逾期"
            isDanger
          />
        </Fold>
      ) : null}
      {forms.canReopen ? (
        <Fold title="撤销办结">
          <TaskDecisionForm
            {...shared}
            action={reopenTaskAction}
            idempotencyKey={forms.keyFor.reopen}
            field="reason"
            label="撤销理由"
            hint="任务回到推进中，恢复计时；此前的办结记录保留"
            button="撤销办结"
            isDanger
          />
        </Fold>
      ) : null}
      {forms.canCancel ? (
        <Fold title="取消任务">
          <TaskDecisionForm
            {...shared}
            action={cancelTaskAction}
            idempotencyKey={forms.keyFor.cancel}
            field="basis"
            label="依据文件"
            hint="写明文件名称和文号"
            button="取消任务"
            isDanger
          />
        </Fold>
      ) : null}
      {forms.canRestore ? (
        <Fold title="恢复任务">
          <TaskDecisionForm
            {...shared}
            action={restoreTaskAction}
            idempotencyKey={forms.keyFor.restore}
            field="basis"
            label="依据文件"
            hint="写明文件名称和文号"
            button="恢复任务"
          />
        </Fold>
      ) : null}
    </Card>
  );
}

/** Sending back one progress report, folded beneath it. */
export function ReturnProgress({
  taskId,
  reportId,
  version,
  idempotencyKey,
}: {
  taskId: number;
  reportId: number;
  version: number;
  idempotencyKey: string;
}) {
  return (
    <details className="mt-1 print:hidden">
      <summary className="inline-block text-sm text-accent underline decoration-accent/30 underline-offset-3">
        退回这份进展
      </summary>
      <div className="mt-2 rounded-md border border-line px-3 py-2">
        <ReturnForm
          action={returnReportAction}
          taskId={taskId}
          reportId={reportId}
          version={version}
          idempotencyKey={idempotencyKey}
          label="退回进展"
        />
      </div>
    </details>
  );
}
