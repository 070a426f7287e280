import { AchievedChart } from '@/components/dashboards/achieved-chart';
import { HeatTable } from '@/components/dashboards/heat-table';
import { Leads, LineList, OverdueTable, withDay } from '@/components/dashboards/task-lines';
import { type LightCount, LightCounts } from '@/components/lights/light-counts';
import { Card } from '@/components/ui/card';
import { classes } from '@/components/ui/classes';
import { EmptyState } from '@/components/ui/empty-state';
import { Tabs } from '@/components/ui/tabs';
import { boardHref } from '@/lib/dashboards/board.filter';
import {
  type BoardColumn,
  columnsFor,
  countOf,
  DEFINITIONS,
  LEAD_TABLE_NOTE,
  OVERDUE_REASONS,
  onTimeRate,
  type StandingCounts,
  totalOf,
} from '@/lib/dashboards/figures';
import { type LinkScope, ledgerLink } from '@/lib/dashboards/ledger-link';
import type { TaskLine } from '@/lib/dashboards/task-line';
import type { Day } from '@/lib/dates';

/** 较上月末 +2: how a figure moved, and whether that is good. */
function change(now: number, before: number, better: 'more' | 'less' | null): Pick<LightCount, 'note' | 'noteTone'> {
  const difference = now - before;
  const note = `较上月末 ${difference > 0 ? '+' : difference < 0 ? '−' : ''}${Math.abs(difference)}`;
  if (difference === 0 || better === null) return { note, noteTone: 'mute' };
  return { note, noteTone: difference > 0 === (better === 'more') ? 'good' : 'bad' };
}

type StripProps = {
  now: StandingCounts;
  /** The figures of the last month end. */
  before: StandingCounts;
  linkFor: (filter: Parameters<typeof ledgerLink>[1]) => string | undefined;
};

/** The figures over a region's board, each a link to its tasks. */
export function RegionStrip({ now, before, linkFor }: StripProps) {
  const tile = (
    key: string,
    label: string,
    reasons: BoardColumn['reasons'],
    light: BoardColumn['light'],
    better: 'more' | 'less' | null,
  ): LightCount => ({
    key,
    label,
    light,
    reason: reasons[0],
    count: countOf(now, reasons),
    href: linkFor({ reason: [...reasons] }),
    ...change(countOf(now, reasons), countOf(before, reasons), better),
  });
  const [rate, rateBefore] = [onTimeRate(now), onTimeRate(before)];
  const points = rate === null || rateBefore === null ? null : Math.round((rate - rateBefore) * 1000) / 10;
  return (
    <div className="[&>ul]:sm:max-xl:grid-cols-4">
      <LightCounts
        label="总体情况"
        items={[
          tile('overdue', '逾期', OVERDUE_REASONS, 'RED', 'less'),
          tile('lapsed', '断报', ['REPORTING_LAPSED'], 'RED', 'less'),
          tile('dueSoon', '临期', ['DUE_SOON'], 'YELLOW', null),
          tile('unreported', '未报', ['UNREPORTED'], 'YELLOW', 'less'),
          tile('onCourse', '正常', ['ON_COURSE'], 'GREEN', null),
          tile('done', '蓝灯', ['COMPLETED', 'SUSTAINED'], 'BLUE', 'more'),
          {
            key: 'review',
            label: '待审核',
            count: now.underReview,
            href: linkFor({ state: ['UNDER_REVIEW'] }),
            ...change(now.underReview, before.underReview, null),
          },
          {
            key: 'onTime',
            label: '按期办结率',
            count: rate === null ? '—' : Math.round(rate * 1000) / 10,
            measureWord: rate === null ? undefined : '%',
            note:
              points === null
                ? `已判定 ${now.rated} 项`
                : `较上月末 ${points > 0 ? '+' : points < 0 ? '−' : ''}${Math.abs(points)} 点`,
            noteTone: points === null || points === 0 ? 'mute' : points > 0 ? 'good' : 'bad',
          },
        ]}
      />
    </div>
  );
}

export type PictureRow = { id: number; name: string; aside?: string | null; counts: StandingCounts };
export const PICTURES = ['unit', 'area', 'measure', 'group', 'plan'] as const;
export type Picture = (typeof PICTURES)[number];
export const PICTURE_WORDS: Record<Picture, { tab: string; head: string; title: string }> = {
  unit: { tab: '按单位', head: '牵头单位', title: '各单位研判' },
  area: { tab: '按政策领域', head: '政策领域', title: '各政策领域研判' },
  measure: { tab: '按改革举措', head: '改革举措', title: '各改革举措研判' },
  group: { tab: '按专项组', head: '专项组', title: '各专项组研判' },
  plan: { tab: '按方案', head: '方案', title: '各方案研判' },
};

type PictureProps = {
  picture: Picture;
  /** Pictures that have anything to show. */
  offered: readonly Picture[];
  rows: readonly PictureRow[];
  /** Rows there are in all, where only some are shown. */
  allRows: number;
  total: StandingCounts;
  scope: LinkScope;
  asOf: Day | null;
  path: string;
  current: Record<string, string>;
};

/** The region's tasks by unit, area, measure, group or plan. */
export function RegionPicture({ picture, offered, rows, allRows, total, scope, asOf, path, current }: PictureProps) {
  const words = PICTURE_WORDS[picture];
  const filterOf = (id: number) => (picture === 'unit' ? { unit: id, as: 'lead' as const } : { [picture]: id });
  const hrefOf = (id: number) =>
    picture === 'unit'
      ? withDay(`/units/${id}`, asOf)
      : picture === 'plan'
        ? withDay(`/plans/${id}`, asOf)
        : ledgerLink(scope, filterOf(id), asOf);
  return (
    <Card
      id="picture"
      title={words.title}
      note={
        picture === 'unit'
          ? rows.length < allRows
            ? `红灯、黄灯最多的 ${rows.length} 个牵头单位`
            : '按牵头单位'
          : `${allRows} 个`
      }
      action={picture === 'unit' ? { href: boardHref('/units', keep(current)), label: '查看全部单位' } : undefined}
    >
      {offered.length > 1 ? (
        <Tabs
          label="统计维度"
          items={offered.map((key) => ({
            href: `${boardHref(path, current, { by: key === 'unit' ? null : key })}`,
            label: PICTURE_WORDS[key].tab,
            current: key === picture,
          }))}
        />
      ) : null}
      <HeatTable
        label={`${words.title}表`}
        head={words.head}
        columns={columnsFor([total])}
        showsCompletion={picture !== 'unit'}
        rows={rows.map((row) => ({
          key: row.id,
          name: row.name,
          aside: row.aside,
          href: hrefOf(row.id),
          counts: row.counts,
          hrefFor: (column) =>
            ledgerLink(scope, { ...filterOf(row.id), reason: column ? [...column.reasons] : [] }, asOf),
        }))}
        total={{
          label: '合计',
          counts: total,
          hrefFor: (column) => ledgerLink(scope, { reason: column ? [...column.reasons] : [] }, asOf),
        }}
        note={
          picture === 'unit' ? LEAD_TABLE_NOTE : `${DEFINITIONS.overdue}${DEFINITIONS.completion}${DEFINITIONS.onTime}`
        }
      />
    </Card>
  );
}

/** What of the address goes along to another board. */
function keep(current: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(current).filter(([key]) => ['region', 'plan', 'own', 'asOf'].includes(key)));
}

type TrendPoints = { day: Day; achieved: number }[];

function TrendCard({ points, className }: { points: TrendPoints; className?: string }) {
  return (
    <Card title="办结趋势" note="累计，按月末" className={className}>
      {points.length === 0 ? <p className="text-mute">方案尚未执行。</p> : <AchievedChart points={points} />}
      <p className="mt-1 text-xs text-mute">{DEFINITIONS.achievedByMonth}</p>
    </Card>
  );
}

type DueCardProps = { lines: TaskLine[]; total: number; href?: string; asOf: Day | null };

function DueCard({ lines, total, href, asOf }: DueCardProps) {
  return (
    <Card
      title="未来 30 天到期"
      note={`${total} 项`}
      action={href && total > 0 ? { href, label: '查看全部' } : undefined}
    >
      {lines.length === 0 ? (
        <p className="text-mute">未来 30 天没有到期任务。</p>
      ) : (
        <LineList
          lines={lines}
          asOf={asOf}
          limit={40}
          before={(line) => line.dueOn?.slice(5)}
          below={(line) => <Leads line={line} asOf={asOf} />}
        />
      )}
    </Card>
  );
}

export type WaitingLine = { line: TaskLine; workingDays: number };

type ReviewCardProps = {
  /** Those the viewer is told of: a leader, of what has waited beyond the limit. */
  waiting: WaitingLine[];
  total: number;
  /** Working days after which a review is shown to the leader. */
  limit: number;
  href?: string;
  asOf: Day | null;
  isLeader: boolean;
};

function ReviewCard({ waiting, total, limit, href, asOf, isLeader }: ReviewCardProps) {
  const late = waiting.filter((item) => item.workingDays > limit).length;
  return (
    <Card
      title={isLeader ? `超过 ${limit} 个工作日未审核` : '待审核'}
      note={isLeader ? `${late} 项` : `${total} 项${late > 0 ? `，其中 ${late} 项超过 ${limit} 个工作日` : ''}`}
      action={href && total > 0 ? { href, label: '查看全部' } : undefined}
    >
      {waiting.length === 0 ? (
        <p className="text-mute">{isLeader ? '没有积压的办结申请。' : '没有待审核的办结申请。'}</p>
      ) : (
        <LineList
          lines={waiting.slice(0, 4).map((item) => item.line)}
          asOf={asOf}
          limit={40}
          before={(line) => {
            const days = waiting.find((item) => item.line.taskId === line.taskId)?.workingDays ?? 0;
            return <span className={days > limit ? 'font-semibold text-red' : undefined}>已等 {days} 天</span>;
          }}
          below={(line) => <Leads line={line} asOf={asOf} />}
        />
      )}
      <p className="mt-1 text-xs text-mute">{DEFINITIONS.review}</p>
    </Card>
  );
}

type RegionConcernsProps = { due: DueCardProps; review: ReviewCardProps; trend: TrendPoints };

/** What comes next beside how it has gone: three cards where both lists have lines, else the lists above each other, so that none stands empty. */
export function RegionConcerns({ due, review, trend }: RegionConcernsProps) {
  const cards = [<ReviewCard key="review" {...review} />, <DueCard key="due" {...due} />];
  if (review.waiting.length === 0 || due.lines.length > 0) cards.reverse();
  const areBothFilled = due.lines.length > 0 && review.waiting.length > 0;
  return (
    <div className={classes('grid gap-x-3.5 md:grid-cols-2', areBothFilled && 'xl:grid-cols-3')}>
      {areBothFilled ? cards : <div className="flex min-w-0 flex-col [&>:last-child]:grow">{cards}</div>}
      <TrendCard points={trend} className={areBothFilled ? 'md:max-xl:col-span-2' : undefined} />
    </div>
  );
}

type OverdueCardProps = {
  lines: TaskLine[];
  total: number;
  day: Day;
  asOf: Day | null;
  href: string;
  showsPlan: boolean;
};

export function OverdueCard({ lines, total, day, asOf, href, showsPlan }: OverdueCardProps) {
  return (
    <Card
      title="逾期清单"
      note={`按逾期天数，共 ${total} 项`}
      action={total > 0 ? { href, label: '查看全部' } : undefined}
    >
      {lines.length === 0 ? (
        <EmptyState title="没有逾期任务。" />
      ) : (
        <OverdueTable
          label="逾期最久的任务"
          rows={lines.map((line) => ({ key: String(line.taskId), line }))}
          day={day}
          asOf={asOf}
          kind="overdue"
          showsPlan={showsPlan}
        />
      )}
    </Card>
  );
}

/** A board without a single task in force. */
export function NothingInForce({
  total,
  notActive,
  plans,
  day,
}: {
  total: number;
  notActive: number;
  plans: { title: string; effectiveFrom: Day | null; archivedOn: Day | null }[];
  day: Day;
}) {
  if (total === 0) {
    return <EmptyState title="本地区还没有执行中的方案。">方案导入并启用后，这里显示各单位的任务和进展。</EmptyState>;
  }
  if (notActive < total) return null;
  const coming = plans.filter((plan) => plan.effectiveFrom !== null && plan.effectiveFrom > day);
  const archived = plans.filter((plan) => plan.archivedOn !== null && plan.archivedOn <= day);
  return (
    <EmptyState title={`${day} 没有执行中的方案，各项任务不亮灯。`}>
      {coming.map((plan) => (
        <p key={plan.title}>
          《{plan.title}》自 {plan.effectiveFrom} 起生效。
        </p>
      ))}
      {archived.map((plan) => (
        <p key={plan.title}>
          《{plan.title}》已于 {plan.archivedOn} 归档，各项结果见方案和台账。
        </p>
      ))}
    </EmptyState>
  );
}

export function isAllIdle(total: StandingCounts): boolean {
  return totalOf(total) === countOf(total, ['PLAN_NOT_ACTIVE']);
}
