import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { AcceptForm, ReturnForm } from '@/components/reviews/office-forms';
import { BeforeCard, DecisionList, NowCard, OthersCard, TaskWordsCard } from '@/components/reviews/review-sheet';
import { ReviewThread } from '@/components/reviews/review-thread';
import { PageTitle } from '@/components/shell/page-title';
import { StandingBand } from '@/components/tasks/standing-band';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { SavedNotice } from '@/components/ui/saved-notice';
import { formatDayProse } from '@/lib/dates';
import { findNodeBoard } from '@/lib/nodes/node.queries';
import { acceptReportAction, returnReportAction } from '@/lib/reviews/review.actions';
import { findReviewSheet, findTaskOfReport } from '@/lib/reviews/review.queries';
import { findThread } from '@/lib/reviews/thread.queries';
import { readAsOf, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { truncate } from '@/lib/text';

// One reading serves the title and the page.
const readReview = cache(async (reportId: string, day: string, today: string) => {
  const actor = await requireActor();
  const found = await findTaskOfReport(reportId);
  const task = found && (await findTaskDetail(actor, String(found.taskId), { day, today }));
  const sheet =
    task && (await findReviewSheet(actor, task, found.reportId, { day, today, isToday: day === today, notice: null }));
  return sheet ? { task, sheet } : null;
});

export async function generateMetadata({ params, searchParams }: PageProps<'/reviews/[reportId]'>): Promise<Metadata> {
  const { day, today } = await readAsOf(searchParams);
  const review = await readReview((await params).reportId, day, today);
  return { title: review ? `审核 第${review.task.seq}项 ${truncate(review.task.text, 20)}` : '未找到' };
}

export default async function ReviewPage({ params, searchParams }: PageProps<'/reviews/[reportId]'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const review = await readReview((await params).reportId, asOf.day, asOf.today);
  if (!review) notFound();
  const { task, sheet } = review;
  const [board, thread] = await Promise.all([findNodeBoard(actor, task, asOf), findThread(actor, task, asOf)]);
  const day = asOf.isToday ? null : asOf.day;
  const taskHref = day ? `/tasks/${task.id}?asOf=${day}` : `/tasks/${task.id}`;
  const { report, now } = sheet;
  const isResult = report.kind === 'RESULT';
  const target = { taskId: task.id, reportId: report.id, version: now.version };
  return (
    <>
      <PageTitle
        crumbs={[{ href: day ? `/reviews?asOf=${day}` : '/reviews', label: '待审核' }]}
        title={task.text}
        facts={[
          `第 ${task.seq} 项`,
          report.unitName,
          `${sheet.submittedOn} 提交`,
          ...(report.status === 'SUBMITTED' ? [`已 ${sheet.workingDays} 个工作日`] : []),
        ]}
      />
      {asOf.notice ? <Notice tone="warn">{asOf.notice}</Notice> : null}
      {single(await searchParams, 'saved') === 'message' && asOf.isToday ? <SavedNotice>已发出。</SavedNotice> : null}
      {asOf.isToday ? null : (
        <Notice tone="info">这是{formatDayProse(asOf.day)}的历史视图，只读；审核请回到今天。</Notice>
      )}
      {sheet.isOld ? (
        <Notice tone="warn">等待审核已超过 {sheet.limit} 个工作日，已报领导。单位不因此计逾期。</Notice>
      ) : null}
      {report.status === 'WITHDRAWN' ? <Notice tone="info">填报单位已撤回，无需审核。</Notice> : null}
      <StandingBand facts={task.standing} />
      <div className="grid items-start gap-x-3.5 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)] print:block">
        <div className="min-w-0">
          <NowCard sheet={sheet} board={board} />
          <BeforeCard sheet={sheet} />
          <OthersCard sheet={sheet} board={board} />
        </div>
        <div className="min-w-0">
          {sheet.canDecide ? (
            <Card id="review" title={isResult ? '审核办结申请' : '退回进展'}>
              {isResult ? (
                sheet.isOwnWork ? (
                  <Notice tone="info">办结申请由您填写或签发，请交其他工作人员审核通过。</Notice>
                ) : (
                  <AcceptForm action={acceptReportAction} {...target} idempotencyKey={sheet.keyFor.accept} />
                )
              ) : (
                <p className="mb-2 text-mute">进展提交后即计入，不需审核通过；内容不实的可以退回。</p>
              )}
              <div className="mt-3 border-t border-line pt-3">
                <ReturnForm
                  action={returnReportAction}
                  {...target}
                  idempotencyKey={sheet.keyFor.return}
                  label={isResult ? '退回办结申请' : '退回进展'}
                />
              </div>
            </Card>
          ) : null}
          <DecisionList sheet={sheet} taskHref={taskHref} />
          <TaskWordsCard task={task} href={taskHref} />
          {thread ? <ReviewThread thread={thread} taskId={task.id} reportId={report.id} from="review" /> : null}
        </div>
      </div>
    </>
  );
}
