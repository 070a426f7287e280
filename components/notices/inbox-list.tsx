import { NoticeForm } from '@/components/notices/notice-form';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { classes } from '@/components/ui/classes';
import { TextLink } from '@/components/ui/text-link';
import { formatDayProse } from '@/lib/dates';
import { markNoticeReadAction } from '@/lib/notices/inbox.actions';
import { byDayAndKind, type InboxAddress } from '@/lib/notices/inbox.filter';
import type { InboxNotice } from '@/lib/notices/notice.queries';
import { NOTICE_KINDS } from '@/lib/notices/notice.schema';

/** What a person was told, by day and kind; what is settled is greyed, what is unread is bold. */
export function InboxList({
  notices,
  address,
  today,
}: {
  notices: InboxNotice[];
  address: InboxAddress;
  today: string;
}) {
  return byDayAndKind(notices).map(({ day, kinds }) => (
    <Card key={day} id={`day-${day}`} title={day === today ? `今天（${formatDayProse(day)}）` : formatDayProse(day)}>
      {kinds.map(({ kind, notices: own }) => (
        <section
          key={kind}
          aria-label={NOTICE_KINDS[kind]}
          className="border-t border-line-soft py-2 first-of-type:border-0"
        >
          <h3 className="mb-1 text-sm font-medium text-mute">
            {NOTICE_KINDS[kind]} {own.length} 条
          </h3>
          <ul className="space-y-1.5">
            {own.map((notice) => (
              <li key={notice.id} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-0.5">
                <div className={classes('min-w-0 flex-1 basis-72', notice.isSettled && 'text-mute')}>
                  {notice.isRead ? null : (
                    <Badge tone="blue" filled className="mr-1.5">
                      未读
                    </Badge>
                  )}
                  <TextLink
                    quiet
                    href={notice.href}
                    className={classes(!notice.isRead && 'font-semibold', notice.isSettled && 'text-mute')}
                  >
                    {notice.title}
                  </TextLink>
                  {notice.isSettled ? <Badge className="ml-1.5">已办</Badge> : null}
                  {notice.body ? <p className="text-sm break-words text-mute">{notice.body}</p> : null}
                </div>
                {notice.isRead ? null : (
                  <NoticeForm
                    action={markNoticeReadAction}
                    fields={{ noticeId: notice.id, show: address.filter, page: address.page }}
                    button="标为已读"
                    about={notice.title}
                  />
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Card>
  ));
}
