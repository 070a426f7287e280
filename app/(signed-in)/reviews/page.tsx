import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { ReviewQueueTable } from '@/components/reviews/review-queue';
import { PageTitle } from '@/components/shell/page-title';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { type Day, formatDayProse } from '@/lib/dates';
import { findReviewQueue, REVIEW_PAGE_SIZE } from '@/lib/reviews/review.queries';
import { readAsOf, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

// One reading serves the title and the page: only what the title's reading refuses has the title of a page that is not there.
const readQueue = cache(async (day: Day, page: number) => findReviewQueue(await requireActor(), day, page));

function wantedPage(given: string | undefined): number {
  return given && /^[1-9]\d{0,8}$/.test(given) ? Number(given) : 1;
}

export async function generateMetadata({ searchParams }: PageProps<'/reviews'>): Promise<Metadata> {
  const { day } = await readAsOf(searchParams);
  if (!(await readQueue(day, wantedPage(single(await searchParams, 'page'))))) notFound();
  return { title: '待审核' };
}

export default async function ReviewsPage({ searchParams }: PageProps<'/reviews'>) {
  await requireActor();
  const asOf = await readAsOf(searchParams);
  const given = single(await searchParams, 'page');
  const wanted = wantedPage(given);
  const queue = await readQueue(asOf.day, wanted);
  if (!queue) notFound();
  const day = asOf.isToday ? null : asOf.day;
  const notices = [asOf.notice];
  if (given && String(wanted) !== given) notices.push(`页码“${given.slice(0, 20)}”无法识别，已忽略。`);
  if (wanted > queue.pages) notices.push(`没有第 ${wanted} 页，已显示最后一页。`);
  const href = (page: number) => {
    const params = new URLSearchParams();
    if (page > 1) params.set('page', String(page));
    if (day) params.set('asOf', day);
    return params.size > 0 ? `/reviews?${params}` : '/reviews';
  };
  return (
    <>
      <PageTitle
        title="待审核"
        facts={[
          `${queue.total} 项`,
          `其中 ${queue.old} 项超过 5 个工作日`,
          ...(asOf.isToday ? [] : [`截至 ${formatDayProse(asOf.day)}`]),
        ]}
      />
      {notices.map((notice) =>
        notice ? (
          <Notice key={notice} tone="warn">
            {notice}
          </Notice>
        ) : null,
      )}
      {queue.isOldOnly ? <Notice tone="info">此处只列等待审核超过 5 个工作日的办结申请。</Notice> : null}
      {queue.rows.length === 0 ? (
        <EmptyState
          title={queue.isOldOnly ? '没有超过 5 个工作日仍未审核的办结申请。' : '没有等待审核的办结申请。'}
          actions={<ButtonLink href="/tasks">查看任务台账</ButtonLink>}
        />
      ) : (
        <div className="rounded-lg border border-line bg-card px-4 py-3">
          <ReviewQueueTable rows={queue.rows} asOf={day} />
          <Pagination
            page={queue.page}
            pageSize={REVIEW_PAGE_SIZE}
            total={queue.total}
            sizes={[REVIEW_PAGE_SIZE]}
            hrefFor={(page) => href(page)}
          />
        </div>
      )}
    </>
  );
}
