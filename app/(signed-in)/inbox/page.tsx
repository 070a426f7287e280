import type { Metadata } from 'next';
import { InboxList } from '@/components/notices/inbox-list';
import { NoticeForm } from '@/components/notices/notice-form';
import { PageTitle } from '@/components/shell/page-title';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { Tabs } from '@/components/ui/tabs';
import { TextLink } from '@/components/ui/text-link';
import { markAllReadAction } from '@/lib/notices/inbox.actions';
import { INBOX_FILTER_WORDS, INBOX_FILTERS, inboxHref, readInboxAddress } from '@/lib/notices/inbox.filter';
import { findInbox, INBOX_PAGE_SIZE } from '@/lib/notices/notice.queries';
import { single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';

export const metadata: Metadata = { title: '收件箱' };

const EMPTY = { unread: '没有未读的提醒。', open: '没有未办的提醒。', all: '还没有收到提醒。' };

export default async function InboxPage({ searchParams }: PageProps<'/inbox'>) {
  const actor = await requireActor();
  const query = await searchParams;
  const { filter, page: wanted, notices: dropped } = readInboxAddress(single(query, 'show'), single(query, 'page'));
  const [inbox, day] = await Promise.all([findInbox(actor, filter, wanted), today()]);
  if (wanted > inbox.pages) dropped.push(`没有第 ${wanted} 页，已显示最后一页。`);
  return (
    <>
      <PageTitle
        title="收件箱"
        facts={[
          `未读 ${inbox.counts.unread} 条`,
          <TextLink key="settings" href="/account/reminders">
            我的提醒设置
          </TextLink>,
        ]}
        actions={
          inbox.counts.unread > 0 && inbox.newestId !== null ? (
            <NoticeForm
              action={markAllReadAction}
              fields={{ upToId: inbox.newestId, show: filter, page: 1 }}
              button="全部标为已读"
              variant="plain"
            />
          ) : null
        }
      />
      {dropped.map((words) => (
        <Notice key={words} tone="warn">
          {words}
        </Notice>
      ))}
      <Tabs
        label="提醒筛选"
        items={INBOX_FILTERS.map((one) => ({
          href: inboxHref({ filter: one, page: 1 }),
          label: INBOX_FILTER_WORDS[one],
          count: inbox.counts[one],
          current: one === filter,
        }))}
      />
      {inbox.notices.length === 0 ? (
        <EmptyState title={EMPTY[filter]}>提醒每天早上生成；退回、催办、督办单等即时送达。</EmptyState>
      ) : (
        <>
          <InboxList notices={inbox.notices} address={{ filter, page: inbox.page }} today={day} />
          <Pagination
            page={inbox.page}
            pageSize={INBOX_PAGE_SIZE}
            total={inbox.counts[filter]}
            sizes={[INBOX_PAGE_SIZE]}
            measureWord="条"
            hrefFor={(page) => inboxHref({ filter, page })}
          />
        </>
      )}
    </>
  );
}
