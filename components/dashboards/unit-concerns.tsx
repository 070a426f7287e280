import { Fragment, type ReactNode } from 'react';
import { ConcernCard, type ConcernCardProps, lateWords, leftWords, linesWith } from '@/components/dashboards/unit-home';
import { countOf, OVERDUE_REASONS, type StandingCounts } from '@/lib/dashboards/figures';
import type { ledgerLink } from '@/lib/dashboards/ledger-link';
import type { TaskLine } from '@/lib/dashboards/task-line';
import type { Day } from '@/lib/dates';
import type { ReasonCode } from '@/lib/standing/standing.types';

type UnitConcernsProps = {
  /** The unit's tasks as lead. */
  lead: StandingCounts;
  concerns: readonly TaskLine[];
  linkFor: (filter: Parameters<typeof ledgerLink>[1]) => string | undefined;
  asOf: Day | null;
  /** What has to be reported now. */
  owed: ReactNode;
  owesNothing: boolean;
};

const UNREPORTED = ['REPORTING_LAPSED', 'UNREPORTED'] as const;

/** What a unit has to look after, most urgent first; what there is nothing of shares a row beneath, so that no card stands half empty. */
export function UnitConcerns({ lead, concerns, linkFor, asOf, owed, owesNothing }: UnitConcernsProps) {
  const concern = (
    key: string,
    reasons: readonly ReasonCode[],
    words: Pick<ConcernCardProps, 'title' | 'empty' | 'before' | 'after'>,
  ) => {
    const total = countOf(lead, reasons);
    const href = linkFor({ reason: [...reasons] });
    const card = <ConcernCard {...words} lines={linesWith(concerns, reasons)} total={total} href={href} asOf={asOf} />;
    return { key, isEmpty: total === 0, card };
  };
  const cards = [
    concern('overdue', OVERDUE_REASONS, { title: '已逾期', empty: '没有逾期任务。', after: lateWords }),
    { key: 'owed', isEmpty: owesNothing, card: owed },
    concern('unreported', UNREPORTED, { title: '断报、未报', empty: '以往周期没有漏报。', after: lateWords }),
    concern('due-soon', ['DUE_SOON'], {
      title: '即将到期',
      empty: '近期没有到期任务。',
      before: (line) => line.dueOn,
      after: leftWords,
    }),
    {
      key: 'waiting',
      isEmpty: lead.underReview === 0,
      card: (
        <ConcernCard
          title="已提交，待审核"
          lines={concerns.filter((line) => line.state === 'UNDER_REVIEW')}
          total={lead.underReview}
          href={linkFor({ state: ['UNDER_REVIEW'] })}
          asOf={asOf}
          empty="没有等待审核的办结申请。"
          before={(line) => line.clockOn}
        />
      ),
    },
  ];
  const show = (isEmpty: boolean) =>
    cards.filter((one) => one.isEmpty === isEmpty).map(({ key, card }) => <Fragment key={key}>{card}</Fragment>);
  return (
    <>
      {show(false)}
      <div className="grid gap-x-3.5 empty:hidden md:auto-cols-fr md:grid-flow-col">{show(true)}</div>
    </>
  );
}
