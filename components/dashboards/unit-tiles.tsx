import { type LightCount, LightCounts } from '@/components/lights/light-counts';
import { type BoardColumn, countOf, OVERDUE_REASONS, type StandingCounts, totalOf } from '@/lib/dashboards/figures';
import { type LinkScope, ledgerLink } from '@/lib/dashboards/ledger-link';
import type { Day } from '@/lib/dates';

/** As many figures as stand beside each other on a wide screen. */
const ONE_ROW = 10;
/** More of them stand in two rows of equal length, so that none is left over by itself. */
const TWO_ROWS: Record<number, string> = {
  11: '[&>ul]:sm:grid-cols-4 [&>ul]:md:grid-cols-6 [&>ul>li]:sm:last:col-span-2',
  12: '[&>ul]:sm:grid-cols-4 [&>ul]:md:grid-cols-6',
  13: '[&>ul]:sm:grid-cols-4 [&>ul]:md:grid-cols-7 [&>ul>li]:md:last:col-span-2',
};

type UnitTilesProps = {
  label: string;
  unitId: number;
  as: 'lead' | 'responsible' | 'collective';
  counts: StandingCounts;
  scope: LinkScope;
  asOf: Day | null;
};

/** One unit's tasks by what has to be done about them; each figure is the total of the ledger behind it. */
export function UnitTiles({ label, unitId, as, counts, scope, asOf }: UnitTilesProps) {
  const link = (filter: Parameters<typeof ledgerLink>[1]) => ledgerLink(scope, { unit: unitId, as, ...filter }, asOf);
  const tile = (
    key: string,
    text: string,
    light: BoardColumn['light'],
    reasons: BoardColumn['reasons'],
    note?: string,
  ): LightCount => ({
    key,
    label: text,
    light,
    reason: reasons[0],
    count: countOf(counts, reasons),
    href: link({ reason: [...reasons] }),
    note,
  });
  const rare = (item: LightCount) => (item.count === 0 ? [] : [item]);
  const pastIssue = countOf(counts, ['ISSUED_PAST_DUE']);
  const items = [
    tile('overdue', '逾期', 'RED', OVERDUE_REASONS, pastIssue > 0 ? `含印发时已过时限 ${pastIssue}` : undefined),
    tile('lapsed', '断报', 'RED', ['REPORTING_LAPSED']),
    tile('dueSoon', '临期', 'YELLOW', ['DUE_SOON']),
    tile('unreported', '未报', 'YELLOW', ['UNREPORTED']),
    tile('onCourse', '正常', 'GREEN', ['ON_COURSE']),
    tile('sustained', '长期推进', 'BLUE', ['SUSTAINED']),
    tile('completed', '已办结', 'BLUE', ['COMPLETED']),
    ...rare(tile('noDeadline', '时限待确认', 'NONE', ['NO_DEADLINE'])),
    ...rare(tile('cancelled', '已取消', 'NONE', ['CANCELLED'])),
    ...rare(tile('notActive', '不在执行期', 'NONE', ['PLAN_NOT_ACTIVE'])),
    { key: 'review', label: '待审核', count: counts.underReview, href: link({ state: ['UNDER_REVIEW'] }) },
    {
      key: 'achieved',
      label: '已达标转长期',
      count: counts.sustained,
      href: link({ state: ['SUSTAINED'] }),
    },
    { key: 'total', label: '合计', count: totalOf(counts), href: link({}) },
  ];
  return (
    <div className={items.length <= ONE_ROW ? '[&>ul]:sm:max-xl:grid-cols-5' : TWO_ROWS[items.length]}>
      <LightCounts label={label} items={items} />
    </div>
  );
}
