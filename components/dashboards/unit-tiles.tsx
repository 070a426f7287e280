import { type LightCount, LightCounts } from '@/components/lights/light-counts';
import { type BoardColumn, countOf, OVERDUE_REASONS, type StandingCounts, totalOf } from '@/lib/dashboards/figures';
import { type LinkScope, ledgerLink } from '@/lib/dashboards/ledger-link';
import type { Day } from '@/lib/dates';

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
  return (
    <div className="[&>ul]:sm:max-xl:grid-cols-5">
      <LightCounts
        label={label}
        items={[
          tile('overdue', '逾期', 'RED', OVERDUE_REASONS, pastIssue > 0 ? `含印发时已过时限 ${pastIssue}` : undefined),
          tile('lapsed', '断报', 'RED', ['REPORTING_LAPSED']),
          tile('dueSoon', '临期', 'YELLOW', ['DUE_SOON']),
          tile('unreported', '未报', 'YELLOW', ['UNREPORTED']),
          tile('onCourse', '正常', 'GREEN', ['ON_COURSE']),
          tile('sustained', '长期推进', 'BLUE', ['SUSTAINED']),
          tile('completed', '已办结', 'BLUE', ['COMPLETED']),
          ...rare(tile('noDeadline', '时限待确认', 'NONE', ['NO_DEADLINE'])),
          ...rare(tile('cancelled', '已取消', 'NONE', ['CANCELLED'])),
          ...rare(tile('notActive', '方案未执行', 'NONE', ['PLAN_NOT_ACTIVE'])),
          { key: 'review', label: '待审核', count: counts.underReview, href: link({ state: ['UNDER_REVIEW'] }) },
          {
            key: 'achieved',
            label: '已达标转长期',
            count: counts.sustained,
            href: link({ state: ['SUSTAINED'] }),
          },
          { key: 'total', label: '合计', count: totalOf(counts), href: link({}) },
        ]}
      />
    </div>
  );
}
