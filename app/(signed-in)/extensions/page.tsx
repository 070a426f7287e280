import type { Metadata } from 'next';
import { EXTENSION_STATUS_WORDS, ExtensionEntry } from '@/components/extensions/extension-list';
import { PageTitle } from '@/components/shell/page-title';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { SavedNotice } from '@/components/ui/saved-notice';
import { TextLink } from '@/components/ui/text-link';
import { formatDayProse } from '@/lib/dates';
import {
  EXTENSION_PAGE_SIZE,
  EXTENSION_STATUSES,
  type ExtensionStatus,
  listExtensions,
} from '@/lib/extensions/extension.queries';
import { readAsOf, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export const metadata: Metadata = { title: '延期' };

const SAVED: Record<string, string> = {
  decided: '决定已记录，申请单位可以看到。',
  withdrawn: '延期申请已撤回。',
};

const isStatus = (text: string): text is ExtensionStatus => (EXTENSION_STATUSES as readonly string[]).includes(text);

export default async function ExtensionsPage({ searchParams }: PageProps<'/extensions'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const query = await searchParams;
  const notices = [asOf.notice];
  const givenStatus = single(query, 'status');
  const status = givenStatus !== undefined && isStatus(givenStatus) ? givenStatus : null;
  if (givenStatus && status === null) notices.push(`筛选“${givenStatus.slice(0, 20)}”无法识别，已忽略。`);
  const givenPage = single(query, 'page');
  const isPage = givenPage !== undefined && /^[1-9]\d{0,6}$/.test(givenPage);
  if (givenPage !== undefined && !isPage) notices.push(`页码“${givenPage.slice(0, 20)}”无法识别，已忽略。`);
  const list = await listExtensions(actor, asOf, { status, page: isPage ? Number(givenPage) : 1 });
  const day = asOf.isToday ? null : asOf.day;
  const href = (to: ExtensionStatus | null, page = 1) => {
    const params = new URLSearchParams();
    if (to) params.set('status', to);
    if (page > 1) params.set('page', String(page));
    if (day) params.set('asOf', day);
    return params.size > 0 ? `/extensions?${params}` : '/extensions';
  };
  const all = Object.values(list.counts).reduce((a, b) => a + b, 0);
  const saved = asOf.isToday ? SAVED[single(query, 'saved') ?? ''] : undefined;
  return (
    <>
      <PageTitle
        title="延期"
        facts={[
          `${list.counts.REQUESTED} 份待决定`,
          ...(list.mine > 0 && asOf.isToday ? [`其中 ${list.mine} 份由您决定`] : []),
          ...(day ? [`截至 ${formatDayProse(day)}`] : []),
        ]}
      />
      {saved ? <SavedNotice>{saved}</SavedNotice> : null}
      {notices.map((notice) =>
        notice ? (
          <Notice key={notice} tone="warn">
            {notice}
          </Notice>
        ) : null,
      )}
      {day ? <Notice tone="info">这是 {day} 的历史视图，只读。</Notice> : null}
      <nav aria-label="按状态筛选" className="mb-2 flex flex-wrap gap-x-4 gap-y-1">
        {([null, ...EXTENSION_STATUSES] as const).map((one) => {
          const words = one === null ? `全部 ${all}` : `${EXTENSION_STATUS_WORDS[one]} ${list.counts[one]}`;
          return one === status ? (
            <span key={one ?? 'all'} aria-current="page" className="font-semibold">
              {words}
            </span>
          ) : (
            <TextLink quiet key={one ?? 'all'} href={href(one)}>
              {words}
            </TextLink>
          );
        })}
      </nav>
      {list.rows.length === 0 ? (
        <EmptyState title="没有延期申请。" actions={<ButtonLink href="/tasks">查看任务台账</ButtonLink>}>
          延期在任务页面提出：由牵头单位负责人申请，第一次由优化办决定，再次延期由领导决定。
        </EmptyState>
      ) : (
        <Card>
          {list.rows.map((row) => (
            <ExtensionEntry key={row.id} row={row} showsTask asOf={day} />
          ))}
          <Pagination
            page={list.page}
            pageSize={EXTENSION_PAGE_SIZE}
            total={list.total}
            sizes={[EXTENSION_PAGE_SIZE]}
            measureWord="份"
            hrefFor={(page) => href(status, page)}
          />
        </Card>
      )}
      <p className="text-xs text-mute">
        延期由牵头单位负责人提出，第一次由优化办决定，再次延期由领导决定。申请等待决定期间照常计时；在原时限当日或之前提出的，同意后可计为延期内办结，之后提出的仍计逾期办结。
      </p>
    </>
  );
}
