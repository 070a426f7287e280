import 'server-only';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import type { InboxFilter } from './inbox.filter';
import { NOTICE_KINDS, type NoticeKind, TELLING_KEYS, TELLING_KINDS } from './notice.schema';

export const INBOX_PAGE_SIZE = 50;

export type InboxNotice = {
  /** As text: the database counts them beyond what a number holds. */
  id: string;
  kind: NoticeKind;
  title: string;
  body: string;
  href: string;
  effectiveOn: Day;
  isRead: boolean;
  isSettled: boolean;
};

export type Inbox = {
  notices: InboxNotice[];
  counts: Record<InboxFilter, number>;
  page: number;
  pages: number;
  /** The newest notice there is: what "all read" speaks of. null: none at all. */
  newestId: string | null;
};

/** What is still to be done about: what asks, until it is done or the place is left in which it was asked; what only tells, until it is read (asksForSomething). */
const OPEN = Prisma.sql`(n.settled_at IS NULL AND n.left_at IS NULL AND (n.read_at IS NULL OR NOT (n.kind = ANY(${[...TELLING_KINDS]}::text[]) OR n.key ~ ${TELLING_KEYS})))`;

const CONDITION: Record<InboxFilter, Prisma.Sql> = {
  unread: Prisma.sql`n.read_at IS NULL`,
  open: OPEN,
  all: Prisma.sql`true`,
};

/** What was told in a place that has been left: that something was, and of which kind. */
const withoutWords = (kind: NoticeKind) => ({
  title: NOTICE_KINDS[kind],
  body: '调离原岗位前的提醒，内容不再显示。',
  href: '/inbox?show=all',
});

/** A page of what the actor has been told, newest day first. Nobody reads another's. Two queries. */
export async function findInbox(actor: Actor, filter: InboxFilter, wantedPage: number): Promise<Inbox> {
  const [facts] = await db().$queryRaw<(Record<InboxFilter, number> & { newestId: string | null })[]>`
    SELECT count(*)::int AS all, (count(*) FILTER (WHERE read_at IS NULL))::int AS unread, (count(*) FILTER (WHERE ${OPEN}))::int AS open,
           max(id)::text AS "newestId" FROM notice n WHERE account_id = ${actor.accountId}`;
  const { newestId, ...counts } = facts!;
  const pages = Math.max(1, Math.ceil(counts[filter] / INBOX_PAGE_SIZE));
  const page = Math.min(wantedPage, pages);
  const rows = await db().$queryRaw<(InboxNotice & { isLeft: boolean })[]>`
    SELECT n.id::text AS id, n.kind, n.title, n.body, n.href, n.effective_on::text AS "effectiveOn", n.read_at IS NOT NULL AS "isRead",
           (n.settled_at IS NOT NULL OR n.left_at IS NOT NULL) AS "isSettled", n.left_at IS NOT NULL AS "isLeft"
      FROM notice n WHERE n.account_id = ${actor.accountId} AND ${CONDITION[filter]}
     ORDER BY n.effective_on DESC, n.id DESC LIMIT ${INBOX_PAGE_SIZE} OFFSET ${(page - 1) * INBOX_PAGE_SIZE}`;
  const notices = rows.map(({ isLeft, ...notice }) => (isLeft ? { ...notice, ...withoutWords(notice.kind) } : notice));
  return { notices, counts, page, pages, newestId };
}
