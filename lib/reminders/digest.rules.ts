import { type Day, formatDayProse } from '@/lib/dates';
import { NOTICE_KINDS, type NoticeKind } from '@/lib/notices/notice.schema';

export type DigestNotice = { kind: string; title: string; body: string; href: string; isSettled: boolean };

/** Lines shown of one kind; the rest stands in the inbox. */
const MOST_OF_A_KIND = 20;
const KINDS = Object.keys(NOTICE_KINDS) as NoticeKind[];

/** What one person is told by mail on a day, in one piece: by kind, with counts and links. base: the address of the system, '' where it is not known. Pure. */
export function mailDigest(
  name: string,
  day: Day,
  notices: readonly DigestNotice[],
  base: string,
): { subject: string; text: string } {
  const address = (href: string) => (base === '' ? '' : `\n  ${base.replace(/\/+$/, '')}${href}`);
  const parts = KINDS.flatMap((kind) => {
    const own = notices.filter((notice) => notice.kind === kind);
    if (own.length === 0) return [];
    const lines = own
      .slice(0, MOST_OF_A_KIND)
      .map(
        ({ title, body, href, isSettled }, index) =>
          `${index + 1}. ${title}${isSettled ? '（已办）' : ''}${body ? `\n  ${body}` : ''}${address(href)}`,
      );
    if (own.length > MOST_OF_A_KIND) lines.push(`另有 ${own.length - MOST_OF_A_KIND} 条，见收件箱。`);
    return [`【${NOTICE_KINDS[kind]}】${own.length} 条\n${lines.join('\n')}`];
  });
  const counts = KINDS.map((kind) => ({ kind, n: notices.filter((notice) => notice.kind === kind).length }))
    .filter(({ n }) => n > 0)
    .map(({ kind, n }) => `${NOTICE_KINDS[kind]} ${n} 条`)
    .join('、');
  return {
    subject: `改革任务台账 ${day} 提醒：${counts}`,
    text: [
      `${name}：`,
      `${formatDayProse(day)}，您有 ${notices.length} 条提醒（${counts}）。`,
      ...parts,
      `全部提醒见系统收件箱。${address('/inbox')}`,
      '本邮件由改革任务台账自动发出，每天至多一封，请勿回复。不需要的，可在系统“我的提醒”中关闭邮件。',
    ].join('\n\n'),
  };
}

export type UnitCounts = { name: string; overdue: number; dueSoon: number; unreported: number };

/** 企业微信 takes at most so many bytes of UTF-8 in a markdown message. */
export const MOST_WEBHOOK_BYTES = 4096;

/** A region's digest for its group: counts by unit, no task and no narrative. null: there is nothing to say. Pure. */
export function webhookDigest(
  regionName: string,
  day: Day,
  units: readonly UnitCounts[],
  totals: Omit<UnitCounts, 'name'>,
  base: string,
): string | null {
  if (totals.overdue + totals.dueSoon + totals.unreported === 0) return null;
  const head = [
    `**${plain(regionName)}改革任务 ${day}**`,
    `逾期 ${totals.overdue} 项，临期 ${totals.dueSoon} 项，未报或断报 ${totals.unreported} 项。按牵头单位统计，合计小于各单位之和。`,
  ];
  const foot = base === '' ? [] : [`[打开台账](${base.replace(/\/+$/, '')}/)`];
  const lines = units.map(
    ({ name, overdue, dueSoon, unreported }) =>
      `> ${plain(name)}：${[
        overdue > 0 ? `逾期 ${overdue}` : '',
        dueSoon > 0 ? `临期 ${dueSoon}` : '',
        unreported > 0 ? `未报 ${unreported}` : '',
      ]
        .filter(Boolean)
        .join('，')}`,
  );
  const write = (shown: number) =>
    [
      ...head,
      ...lines.slice(0, shown),
      ...(shown < lines.length ? [`> 另有 ${lines.length - shown} 个单位，见台账。`] : []),
      ...foot,
    ].join('\n');
  let shown = lines.length;
  while (shown > 0 && Buffer.byteLength(write(shown)) > MOST_WEBHOOK_BYTES) shown -= 1;
  return write(shown);
}

/** A name without what markdown would read as its own. */
const plain = (text: string): string => text.replace(/[\p{Control}*_`[\]()<>#]/gu, ' ').trim();

/** An address of a robot without its secret: https://qyapi.weixin.qq.com/… */
export function maskedWebhook(url: string): string {
  return URL.canParse(url) ? `${new URL(url).origin}/…` : '…';
}
