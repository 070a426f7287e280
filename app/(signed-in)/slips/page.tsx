import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { PageTitle } from '@/components/shell/page-title';
import { SlipFilterForm } from '@/components/slips/slip-filter';
import { SlipTable } from '@/components/slips/slip-table';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { formatDayProse } from '@/lib/dates';
import { readAsOf } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { parseSlipFilter, SLIP_PAGE_SIZE, slipFilterHref } from '@/lib/slips/slip.filter';
import { findSlips } from '@/lib/slips/slip-list.queries';

// One reading serves the title and the page.
const readSlips = cache(async (query: string, day: string) =>
  findSlips(await requireActor(), parseSlipFilter(Object.fromEntries(new URLSearchParams(query))).filter, day),
);
const keyOf = (params: Awaited<PageProps<'/slips'>['searchParams']>) =>
  slipFilterHref(parseSlipFilter(params).filter, null).split('?')[1] ?? '';

export async function generateMetadata({ searchParams }: PageProps<'/slips'>): Promise<Metadata> {
  const { day } = await readAsOf(searchParams);
  if (!(await readSlips(keyOf(await searchParams), day))) notFound();
  return { title: '督办单' };
}

export default async function SlipsPage({ searchParams }: PageProps<'/slips'>) {
  await requireActor();
  const asOf = await readAsOf(searchParams);
  const { filter, notices } = parseSlipFilter(await searchParams);
  const list = await readSlips(keyOf(await searchParams), asOf.day);
  if (!list) notFound();
  const day = asOf.isToday ? null : asOf.day;
  const said = [asOf.notice, ...notices];
  if (filter.page > list.pages) said.push(`没有第 ${filter.page} 页，已显示最后一页。`);
  const isFiltered = slipFilterHref({ ...filter, page: 1 }, null) !== slipFilterHref({}, null);
  return (
    <>
      <PageTitle
        title="督办单"
        facts={[
          `${list.total} 份`,
          `逾期未回复 ${list.overdue} 份`,
          ...(asOf.isToday ? [] : [`截至 ${formatDayProse(asOf.day)}`]),
        ]}
        actions={list.canDraft && asOf.isToday ? <ButtonLink href="/slips/new">拟督办单</ButtonLink> : null}
      />
      {said.map((notice) =>
        notice ? (
          <Notice key={notice} tone="warn">
            {notice}
          </Notice>
        ) : null,
      )}
      {asOf.isToday ? null : <Notice tone="info">这是 {asOf.day} 的历史视图，只读。</Notice>}
      <SlipFilterForm list={list} filter={filter} asOf={day} />
      {list.rows.length === 0 ? (
        <EmptyState
          title={
            isFiltered
              ? '没有符合条件的督办单。'
              : list.others > 0
                ? '还没有本级印发或收到的督办单。'
                : '还没有督办单。'
          }
          actions={
            isFiltered ? (
              <ButtonLink href={slipFilterHref({}, day)}>清除条件</ButtonLink>
            ) : (
              <ButtonLink href="/tasks">查看任务台账</ButtonLink>
            )
          }
        >
          {list.oversees ? null : '这里列出主送本单位的督办单。'}
        </EmptyState>
      ) : (
        <div className="rounded-lg border border-line bg-card px-4 py-3">
          <SlipTable rows={list.rows} asOf={day} />
          <Pagination
            page={list.page}
            pageSize={SLIP_PAGE_SIZE}
            total={list.total}
            sizes={[SLIP_PAGE_SIZE]}
            measureWord="份"
            hrefFor={(page) => slipFilterHref({ ...filter, page }, day)}
          />
        </div>
      )}
    </>
  );
}
