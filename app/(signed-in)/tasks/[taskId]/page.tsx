import { randomUUID } from 'node:crypto';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { ReportCard } from '@/components/reports/report-card';
import { ReportList } from '@/components/reports/report-list';
import { UnitReportingCard } from '@/components/reports/unit-reporting';
import { OfficeCard, ReturnProgress, ReviewCard } from '@/components/reviews/office-card';
import { PageTitle } from '@/components/shell/page-title';
import { StandingBand } from '@/components/tasks/standing-band';
import { TaskElements } from '@/components/tasks/task-elements';
import { TaskTimeline } from '@/components/tasks/task-timeline';
import { Notice } from '@/components/ui/notice';
import { findReportForm, listReports, listUnitReporting } from '@/lib/reports/report.queries';
import { findOfficeForms } from '@/lib/reviews/review.queries';
import { type AsOf, readAsOf, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { taskFilterHref } from '@/lib/tasks/task.filter';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { truncate } from '@/lib/text';

/** What the page says after a form has been carried out; anything else in ?saved= says nothing. */
const SAVED: Record<string, string> = {
  progress: '进展已提交。',
  'caught-up': '该周期的宽限期已过，进展已作为补报收下。',
  result: '办结申请已提交，等待优化办审核；审核期间计时停在今天。',
  withdrawn: '已撤回。',
  accepted: '已审核通过。',
  returned: '已退回，填报单位可以看到退回理由。',
  reopened: '已撤销办结，任务回到推进中。',
  cancelled: '任务已取消。',
  restored: '任务已恢复。',
  decided: '已认定，任务按逾期计算。',
};

// One reading serves the title and the page.
const readTask = cache(async (taskId: string, day: string, today: string) =>
  findTaskDetail(await requireActor(), taskId, { day, today }),
);

export async function generateMetadata({ params, searchParams }: PageProps<'/tasks/[taskId]'>): Promise<Metadata> {
  const { day, today } = await readAsOf(searchParams);
  const task = await readTask((await params).taskId, day, today);
  return { title: task ? `第${task.seq}项 ${truncate(task.text, 24)}` : '未找到' };
}

export default async function TaskPage({ params, searchParams }: PageProps<'/tasks/[taskId]'>) {
  const actor = await requireActor();
  const asOf: AsOf = await readAsOf(searchParams);
  const task = await readTask((await params).taskId, asOf.day, asOf.today);
  if (!task) notFound();
  const query = await searchParams;
  const day = asOf.isToday ? null : asOf.day;
  const [reports, units, form, office] = await Promise.all([
    listReports(actor, task, asOf.day),
    listUnitReporting(task, asOf.day),
    asOf.isToday
      ? findReportForm(actor, task, asOf, { cycle: single(query, 'cycle'), unit: single(query, 'unit') })
      : null,
    asOf.isToday ? findOfficeForms(actor, task, asOf) : null,
  ]);
  const saved = asOf.isToday ? SAVED[single(query, 'saved') ?? ''] : undefined;
  const canReturn = office?.canReturn === true && office.refusal === null;
  return (
    <>
      <PageTitle
        crumbs={[
          { href: taskFilterHref({}, day), label: '任务台账' },
          { href: taskFilterHref({ plan: task.plan.id }, day), label: task.plan.title },
        ]}
        title={task.text}
        facts={[`第 ${task.seq} 项`, task.plan.ownerUnitName ?? task.plan.regionName, `${task.plan.year} 年`]}
      />
      {asOf.notice ? <Notice tone="warn">{asOf.notice}</Notice> : null}
      {saved ? <Notice tone="ok">{saved}</Notice> : null}
      <StandingBand facts={task.standing} />
      {/* Narrow: elements, forms, history. Wide: the forms stand beside the elements and the history. */}
      <div className="grid items-start gap-x-3.5 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_1fr] xl:grid-cols-[minmax(0,1fr)_24rem] print:block">
        <div className="min-w-0">
          <TaskElements task={task} asOf={day} />
        </div>
        <div className="min-w-0 lg:col-start-2 lg:row-span-2 lg:row-start-1 print:hidden">
          {asOf.isToday ? null : <Notice tone="info">这是 {asOf.day} 的历史视图，只读；填报和审核请回到今天。</Notice>}
          {office ? <ReviewCard forms={office} taskId={task.id} /> : null}
          {form ? <ReportCard form={form} taskId={task.id} accountId={actor.accountId} /> : null}
          <UnitReportingCard units={units} day={asOf.day} asOf={day} />
          {office ? <OfficeCard forms={office} taskId={task.id} /> : null}
        </div>
        <div className="min-w-0">
          <ReportList
            reports={reports}
            canRead={task.canReadReports}
            actionsFor={
              canReturn
                ? (report) =>
                    report.kind === 'PROGRESS' && report.status === 'SUBMITTED' ? (
                      <ReturnProgress
                        taskId={task.id}
                        reportId={report.id}
                        version={report.versions[0]?.version ?? 1}
                        idempotencyKey={randomUUID()}
                      />
                    ) : null
                : undefined
            }
          />
          <TaskTimeline task={task} />
        </div>
      </div>
    </>
  );
}
