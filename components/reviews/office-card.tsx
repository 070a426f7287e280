import type { ReactNode } from 'react';
import { AcceptForm, ReturnForm } from '@/components/reviews/office-forms';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { StepForm } from '@/components/ui/step-form';
import { acceptReportAction, returnReportAction } from '@/lib/reviews/review.actions';
import type { OfficeForms } from '@/lib/reviews/review.queries';
import {
  cancelTaskAction,
  decideIssueLatenessAction,
  reopenTaskAction,
  restoreTaskAction,
} from '@/lib/tasks/task.actions';

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

type OfficeCardProps = {
  forms: OfficeForms;
  taskId: number;
  /** What to know before the task is cancelled. */
  cancelNotice?: string | null;
  children?: ReactNode;
};

/** What else the office may decide about a task: what changes it first, what ends it last. */
export function OfficeCard({ forms, taskId, cancelNotice, children }: OfficeCardProps) {
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
        <StepForm
          fold="认定印发时已过时限"
          action={decideIssueLatenessAction}
          fields={{ ...shared, idempotencyKey: forms.keyFor.decide }}
          text={{ name: 'basis', label: '认定依据', hint: '认定后按逾期计算，并计入按期办结率' }}
          button="认定为逾期"
          variant="danger"
        />
      ) : null}
      {forms.canReopen ? (
        <StepForm
          fold="撤销办结"
          action={reopenTaskAction}
          fields={{ ...shared, idempotencyKey: forms.keyFor.reopen }}
          text={{ name: 'reason', label: '撤销理由', hint: '任务回到推进中，恢复计时；此前的办结记录保留' }}
          button="撤销办结"
          variant="danger"
        />
      ) : null}
      {forms.canCancel ? (
        <StepForm
          fold="取消任务"
          action={cancelTaskAction}
          fields={{ ...shared, idempotencyKey: forms.keyFor.cancel }}
          text={{
            name: 'basis',
            label: '依据文件',
            hint: '写明文件名称和文号；待签发的材料、未决定的延期申请和分工异议随之撤回，督办单请另行办结',
          }}
          button="取消任务"
          variant="danger"
        >
          {cancelNotice ? <Notice tone="warn">{cancelNotice}。</Notice> : null}
        </StepForm>
      ) : null}
      {forms.canRestore ? (
        <StepForm
          fold="恢复任务"
          action={restoreTaskAction}
          fields={{ ...shared, idempotencyKey: forms.keyFor.restore }}
          text={{ name: 'basis', label: '依据文件', hint: '写明文件名称和文号' }}
          button="恢复任务"
        />
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
    <ReturnForm
      foldLook={{ fold: '退回这份进展', isSmall: true, isFramed: true, className: 'mt-1 print:hidden' }}
      action={returnReportAction}
      taskId={taskId}
      reportId={reportId}
      version={version}
      idempotencyKey={idempotencyKey}
      label="退回进展"
    />
  );
}
