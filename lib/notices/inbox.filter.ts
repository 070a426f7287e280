import type { NoticeKind } from './notice.schema';

/** The address of the inbox, /inbox?…, and how its page is laid out. Pure. */
export const INBOX_FILTERS = ['unread', 'open', 'all'] as const;
export type InboxFilter = (typeof INBOX_FILTERS)[number];
export const INBOX_FILTER_WORDS: Record<InboxFilter, string> = { unread: '未读', open: '未办', all: '全部' };
export const DEFAULT_INBOX_FILTER: InboxFilter = 'open';

export type InboxAddress = { filter: InboxFilter; page: number };

/** Reads the address; what cannot be read is dropped, and said. */
export function readInboxAddress(
  show: string | undefined,
  page: string | undefined,
): InboxAddress & { notices: string[] } {
  const notices: string[] = [];
  let filter = DEFAULT_INBOX_FILTER;
  if (show !== undefined && show !== '') {
    const known = INBOX_FILTERS.find((one) => one === show);
    if (known) filter = known;
    else notices.push(`筛选“${show.slice(0, 20)}”无法识别，已忽略。`);
  }
  const isPage = page === undefined || page === '' || /^[1-9]\d{0,8}$/.test(page);
  if (!isPage) notices.push(`页码“${page.slice(0, 20)}”无法识别，已忽略。`);
  return { filter, page: isPage && page ? Number(page) : 1, notices };
}

export function inboxHref({ filter, page }: InboxAddress): string {
  const params = new URLSearchParams();
  if (filter !== DEFAULT_INBOX_FILTER) params.set('show', filter);
  if (page > 1) params.set('page', String(page));
  return params.size > 0 ? `/inbox?${params}` : '/inbox';
}

export type DayOfNotices<N> = { day: string; kinds: { kind: NoticeKind; notices: N[] }[] };

/** Days as they come, and within a day the kinds as they come. */
export function byDayAndKind<N extends { effectiveOn: string; kind: NoticeKind }>(
  notices: readonly N[],
): DayOfNotices<N>[] {
  return [...Map.groupBy(notices, (notice) => notice.effectiveOn)].map(([day, own]) => ({
    day,
    kinds: [...Map.groupBy(own, (notice) => notice.kind)].map(([kind, list]) => ({ kind, notices: list })),
  }));
}
