import { ReportFormFields } from '@/components/reports/report-form';
import { WithdrawForm } from '@/components/reports/withdraw-form';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import { cycleWords } from '@/lib/reports/cycle-choice.rules';
import { submitReportAction, withdrawReportAction } from '@/lib/reports/report.actions';
import type { ReportForm } from '@/lib/reports/report.queries';

type ReportCardProps = {
  form: ReportForm;
  taskId: number;
  accountId: number;
  /** What the nodes suggest: shown beside the field, never put into it. */
  suggestedPercent?: number | null;
};

/** Reporting on a task, for the units that owe it. */
export function ReportCard({ form, taskId, accountId, suggestedPercent = null }: ReportCardProps) {
  const others = form.choices.filter((choice) => choice.id !== form.cycle?.id);
  const href = (unitId: number, cycleId?: number) => {
    const query = new URLSearchParams();
    if (form.units.length > 1) query.set('unit', String(unitId));
    if (cycleId) query.set('cycle', String(cycleId));
    // Words that came back go along to another cycle of the same unit.
    if (form.paperId !== null && unitId === form.unitId) query.set('paper', String(form.paperId));
    return `/tasks/${taskId}?${query}#report`;
  };
  return (
    <Card id="report" title="填报进展" note={form.refusal ? undefined : cycleWords(form.cycle)}>
      {form.notice ? <Notice tone="warn">{form.notice}</Notice> : null}
      {form.withdrawable.map((report) => (
        <WithdrawForm key={report.reportId} action={withdrawReportAction} taskId={taskId} report={report} />
      ))}
      {form.refusal ? (
        <p className="text-mute">{form.refusal}</p>
      ) : (
        <>
          {form.units.length > 1 ? (
            <p className="mb-2 text-sm">
              填报单位：
              {form.units.map((unit) => (
                <span key={unit.unitId} className="mr-2">
                  {unit.unitId === form.unitId ? (
                    <strong className="font-semibold">{unit.name}</strong>
                  ) : (
                    <TextLink href={href(unit.unitId)}>{unit.name}</TextLink>
                  )}
                </span>
              ))}
            </p>
          ) : (
            <p className="mb-2 text-sm text-mute">
              填报单位：{form.unitName}
              {form.isLead ? '（牵头）' : '（责任单位，不改变任务状态）'}
            </p>
          )}
          {others.length > 0 ? (
            <p className="mb-2 text-sm">
              <span className="text-mute">其他周期：</span>
              {others.slice(-8).map((choice) => (
                <span key={choice.id} className="mr-2 inline-block">
                  <TextLink href={href(form.unitId, choice.id)}>{choice.label}</TextLink>
                  <span className="text-xs text-mute">
                    {choice.report === 'returned'
                      ? '（被退回）'
                      : choice.isCatchUp
                        ? '（补报）'
                        : choice.report === 'live'
                          ? '（已报）'
                          : '（可报）'}
                  </span>
                </span>
              ))}
            </p>
          ) : null}
          {form.returned !== null ? (
            <Notice tone="warn" title={form.returned.title}>
              {form.returned.reason}
            </Notice>
          ) : form.expectedVersion > 0 ? (
            <p className="mb-2 text-sm">
              <Badge tone="green">本周期已报</Badge> 再次提交会成为第 {form.expectedVersion + 1} 版，此前各版保留。
            </p>
          ) : null}
          {form.last && form.prefilledFrom === null ? (
            <p className="mb-2 text-sm">
              <TextLink
                href={`/tasks/${taskId}?unit=${form.unitId}${form.cycle ? `&cycle=${form.cycle.id}` : ''}&from=last#report`}
              >
                沿用上期
              </TextLink>
              <span className="text-mute">
                （{form.last.on} 提交的{form.last.label}）
              </span>
            </p>
          ) : null}
          <ReportFormFields
            // Another cycle or unit is another form, not the same one with other words in it.
            key={`${form.unitId}-${form.cycle?.id ?? 0}-${form.expectedVersion}-${form.prefilledFrom ?? ''}`}
            action={submitReportAction}
            taskId={taskId}
            unitId={form.unitId}
            cycleId={form.cycle?.id ?? null}
            expectedVersion={form.expectedVersion}
            seenReviewId={form.seenReviewId}
            taskVersion={form.taskVersion}
            idempotencyKey={form.idempotencyKey}
            receivedKeys={form.receivedKeys}
            // A form that starts from other words is a draft of its own: what was typed before is not laid over it.
            storageKey={`ledger-draft:${accountId}:${taskId}:${form.unitId}:${form.cycle?.id ?? 0}${form.prefilledFrom ? ':from' : ''}`}
            isDated={form.isDated}
            suggestedPercent={suggestedPercent}
            isCatchUp={form.cycle?.isCatchUp ?? false}
            canAskResult={form.canAskResult && !(form.cycle?.isCatchUp ?? false)}
            current={form.current}
            prefilledFrom={form.prefilledFrom}
            parts={form.parts}
            adoptedFrom={form.adoptedFrom}
            adoptHref={`/tasks/${taskId}?unit=${form.unitId}${form.cycle ? `&cycle=${form.cycle.id}` : ''}&adopt=`}
            evidence={form.evidence}
            isForHead={form.isForHead}
          />
          {form.resultRefusal ? <p className="mt-2 text-xs text-mute">{form.resultRefusal}</p> : null}
        </>
      )}
    </Card>
  );
}
