import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { DecidedTable, ReviewQueueTable } from '@/components/reviews/review-queue';
import { PageTitle } from '@/components/shell/page-title';
import { Button, ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { Tabs } from '@/components/ui/tabs';
import { type Day, formatDayProse } from '@/lib/dates';
import {
  DECIDED_DAYS,
  findReviewQueue,
  REVIEW_PAGE_SIZE,
  REVIEW_TABS,
  type ReviewTab,
} from '@/lib/reviews/review.queries';
import { readAsOf, type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

const TAB_WORDS: Record<ReviewTab, string> = { waiting: '待审核', answered: '已答复询问', decided: '近期已审' };

// One reading serves the title and the page: only what the title's reading refuses has the title of a page that is not there.
const readQueue = cache(async (day: Day, page: number, tab: ReviewTab) =>
  findReviewQueue(await requireActor(), day, page, tab),
);

function wantedPage(given: string | undefined): number {
  return given && /^[1-9]\d{0,8}$/.test(given) ? Number(given) : 1;
}

const readTab = (query: SearchParams): ReviewTab =>
  REVIEW_TABS.find((tab) => tab === single(query, 'tab')) ?? 'waiting';

export async function generateMetadata({ searchParams }: PageProps<'/reviews'>): Promise<Metadata> {
  const { day } = await readAsOf(searchParams);
  const query = await searchParams;
  if (!(await readQueue(day, wantedPage(single(query, 'page')), readTab(query)))) notFound();
  return { title: '待审核' };
}

export default async function ReviewsPage({ searchParams }: PageProps<'/reviews'>) {
  await requireActor();
  const asOf = await readAsOf(searchParams);
  const query = await searchParams;
  const given = single(query, 'page');
  const wanted = wantedPage(given);
  const tab = readTab(query);
  const queue = await readQueue(asOf.day, wanted, tab);
  if (!queue) notFound();
  const day = asOf.isToday ? null : asOf.day;
  const notices = [asOf.notice];
  const givenTab = single(query, 'tab');
  if (givenTab && givenTab !== tab) notices.push(`分类“${givenTab.slice(0, 20)}”无法识别，已忽略。`);
  if (given && String(wanted) !== given) notices.push(`页码“${given.slice(0, 20)}”无法识别，已忽略。`);
  if (wanted > queue.pages) notices.push(`没有第 ${wanted} 页，已显示最后一页。`);
  const accepted = asOf.isToday ? /^[1-9]\d?$/.exec(single(query, 'accepted') ?? '')?.[0] : undefined;
  const href = (page: number, of: ReviewTab = tab) => {
    const params = new URLSearchParams();
    if (of !== 'waiting') params.set('tab', of);
    if (page > 1) params.set('page', String(page));
    if (day) params.set('asOf', day);
    return params.size > 0 ? `/reviews?${params}` : '/reviews';
  };
  const canChoose = queue.canDecide && asOf.isToday;
  const empty = {
    waiting: queue.isOldOnly ? `没有超过 ${queue.limit} 个工作日仍未审核的办结申请。` : '没有等待审核的办结申请。',
    answered: '没有单位已答复、等待审核的办结申请。',
    decided: `近 ${DECIDED_DAYS} 天没有审核结论。`,
  }[tab];
  const table =
    tab === 'decided' ? (
      <DecidedTable rows={queue.decided} asOf={day} />
    ) : (
      <ReviewQueueTable rows={queue.rows} asOf={day} limit={queue.limit} canChoose={canChoose} />
    );
  return (
    <>
      <PageTitle
        title={queue.isOldOnly ? '超期未审核' : '待审核'}
        facts={[
          `${queue.counts.waiting} 项`,
          `其中 ${queue.counts.old} 项超过 ${queue.limit} 个工作日`,
          ...(asOf.isToday ? [] : [`截至 ${formatDayProse(asOf.day)}，只读`]),
        ]}
      />
      {notices.map((notice) =>
        notice ? (
          <Notice key={notice} tone="warn">
            {notice}
          </Notice>
        ) : null,
      )}
      {accepted ? <Notice tone="ok">{accepted} 项已审核通过。</Notice> : null}
      {queue.isOldOnly ? (
        <Notice tone="info">此处只列等待审核超过 {queue.limit} 个工作日的办结申请。</Notice>
      ) : (
        <Tabs
          label="审核视图"
          items={REVIEW_TABS.map((of) => ({
            href: href(1, of),
            label: TAB_WORDS[of],
            count: queue.counts[of],
            current: of === tab,
          }))}
        />
      )}
      {queue.total === 0 ? (
        <EmptyState title={empty} actions={<ButtonLink href="/tasks">查看任务台账</ButtonLink>} />
      ) : (
        <div className="rounded-lg border border-line bg-card px-4 py-3">
          {canChoose && tab !== 'decided' ? (
            <form method="get" action="/reviews/accept">
              {table}
              <p className="mt-2 flex flex-wrap items-center gap-2">
                <Button type="submit">核对所选，批量通过</Button>
                <span className="text-xs text-mute">先列出各项情况供核对，确认后才执行；单项审核请点任务名称。</span>
              </p>
            </form>
          ) : (
            table
          )}
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
