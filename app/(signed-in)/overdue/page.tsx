import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { ScopeBar } from '@/components/dashboards/scope-bar';
import { SilentUnitsTable } from '@/components/dashboards/silent-units';
import { OverdueTable, withDay } from '@/components/dashboards/task-lines';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { PAGE_SIZES, Pagination } from '@/components/ui/pagination';
import { Tabs } from '@/components/ui/tabs';
import { TextLink } from '@/components/ui/text-link';
import { BoardReader, boardHref } from '@/lib/dashboards/board.filter';
import { countStandings, totalCounts } from '@/lib/dashboards/board.queries';
import { findBoardScope, mayAnywhere, narrowScope } from '@/lib/dashboards/board-scope.queries';
import { countOf, DEFINITIONS, OVERDUE_REASONS } from '@/lib/dashboards/figures';
import { ledgerLink } from '@/lib/dashboards/ledger-link';
import { GROUPINGS, type Grouping, listOverdue, listSilentUnits } from '@/lib/dashboards/overdue.queries';
import type { Day } from '@/lib/dates';
import { readAsOf } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

// One reading serves the title and the page: only what the title's reading refuses has the title of a page that is not there.
const readScope = cache(async (region: string | undefined, plan: number | undefined, own: boolean, day: Day) =>
  findBoardScope(await requireActor(), { region, plan, own }, day),
);

function readChoice(reader: BoardReader) {
  return {
    region: reader.code('region'),
    plan: reader.number('plan', '方案'),
    own: reader.flag('own', '部门自有方案'),
  };
}

export async function generateMetadata({ searchParams }: PageProps<'/overdue'>): Promise<Metadata> {
  if (!(await mayAnywhere(await requireActor(), 'overdue.read'))) notFound();
  const { day } = await readAsOf(searchParams);
  const { region, plan, own } = readChoice(new BoardReader(await searchParams));
  if (!(await readScope(region, plan, own, day))) notFound();
  return { title: '逾期清单' };
}

const TABS = ['overdue', 'lapsed', 'silent'] as const;
const GROUPING_WORDS: Record<Grouping, string> = { none: '不分组', unit: '牵头单位', plan: '方案', group: '专项组' };
const SIZES = [50, 100, PAGE_SIZES[0]] as const;

export default async function OverduePage({ searchParams }: PageProps<'/overdue'>) {
  const actor = await requireActor();
  if (!(await mayAnywhere(actor, 'overdue.read'))) notFound();
  const asOf = await readAsOf(searchParams);
  const reader = new BoardReader(await searchParams);
  const tab = reader.oneOf('tab', TABS, 'overdue', '栏目');
  const grouping = reader.oneOf('by', GROUPINGS, 'none', '分组');
  const page = reader.page(SIZES);
  const { region, plan, own } = readChoice(reader);
  const found = await readScope(region, plan, own, asOf.day);
  if (!found) notFound();
  const scope = narrowScope(actor, found, 'overdue.read');
  const [counts, silent, list] = await Promise.all([
    countStandings(actor, scope, asOf.day).then(totalCounts),
    listSilentUnits(actor, scope, asOf.day),
    tab === 'silent' ? null : listOverdue(actor, scope, asOf.day, tab, grouping, page),
  ]);
  const link = asOf.isToday ? null : asOf.day;
  const current = reader.current();
  const overdue = countOf(counts, OVERDUE_REASONS);
  const lapsed = countOf(counts, ['REPORTING_LAPSED']);
  const reasons = tab === 'lapsed' ? (['REPORTING_LAPSED'] as const) : OVERDUE_REASONS;
  const ledger = ledgerLink(scope, { reason: [...reasons] }, link);
  const hasGroups = list !== null && scope.counted.length > 0;
  return (
    <>
      <PageTitle
        title="逾期清单"
        facts={[scope.region.name, `逾期 ${overdue} 项`, `断报 ${lapsed} 项`, `沉默单位 ${silent.length} 个`]}
        actions={ledger && tab !== 'silent' ? <TextLink href={ledger}>在台账中查看</TextLink> : undefined}
      />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      <ScopeBar path="/overdue" current={current} {...scope} />
      <Card>
        <Tabs
          label="逾期、断报与沉默单位"
          items={(
            [
              ['overdue', '逾期任务', overdue],
              ['lapsed', '断报任务', lapsed],
              ['silent', '沉默单位', silent.length],
            ] as const
          ).map(([key, label, count]) => ({
            href: boardHref('/overdue', current, { tab: key === 'overdue' ? null : key, page: null }),
            label,
            count,
            current: key === tab,
          }))}
        />
        {list === null ? (
          <SilentUnitsTable units={silent} scope={scope} day={asOf.day} asOf={link} note={DEFINITIONS.silent} />
        ) : (
          <>
            {hasGroups ? (
              <p className="mb-2 flex flex-wrap gap-x-3 text-sm print:hidden">
                <span className="text-mute">分组</span>
                {GROUPINGS.map((key) =>
                  key === grouping ? (
                    <span key={key} aria-current="true" className="font-semibold">
                      {GROUPING_WORDS[key]}
                    </span>
                  ) : (
                    <TextLink
                      quiet
                      key={key}
                      href={boardHref('/overdue', current, { by: key === 'none' ? null : key, page: null })}
                    >
                      {GROUPING_WORDS[key]}
                    </TextLink>
                  ),
                )}
              </p>
            ) : null}
            {list.rows.length === 0 ? (
              <EmptyState
                title={list.total > 0 ? '没有这一页。' : tab === 'overdue' ? '没有逾期任务。' : '没有断报任务。'}
                actions={
                  list.total > 0 ? (
                    <TextLink href={boardHref('/overdue', current, { page: null })}>回到第一页</TextLink>
                  ) : undefined
                }
              />
            ) : (
              <OverdueTable
                label={tab === 'overdue' ? '逾期任务' : '断报任务'}
                kind={tab === 'lapsed' ? 'lapsed' : 'overdue'}
                day={asOf.day}
                asOf={link}
                showsPlan={scope.counted.length > 1 && grouping !== 'plan'}
                showsMeasure
                rows={list.rows.map((row, index) => ({
                  key: `${row.groupId ?? 0}-${row.line.taskId}`,
                  line: row.line,
                  heading:
                    grouping !== 'none' && (index === 0 || list.rows[index - 1]?.groupId !== row.groupId) ? (
                      <>
                        {grouping === 'unit' && row.groupId !== null ? (
                          <TextLink quiet href={withDay(`/units/${row.groupId}`, link)}>
                            {row.groupName}
                          </TextLink>
                        ) : (
                          row.groupName
                        )}
                        <span className="ml-2 text-sm font-normal text-mute">{row.groupSize} 项</span>
                      </>
                    ) : undefined,
                }))}
                note={
                  <>
                    {tab === 'overdue' ? `${DEFINITIONS.overdue}按逾期天数从多到少。` : DEFINITIONS.lapsed}
                    {grouping === 'unit' && list.total > list.tasks
                      ? `有几个牵头单位的任务在各单位下各列一次，共 ${list.tasks} 项任务。`
                      : null}
                    {scope.canIncludeOwn && !scope.includesOwn && !scope.plan ? DEFINITIONS.ownPlans : null}
                  </>
                }
              />
            )}
            <Pagination
              page={page.page}
              pageSize={page.size}
              total={list.total}
              sizes={[...SIZES].sort((a, b) => a - b)}
              measureWord="条"
              hrefFor={(number, size) =>
                boardHref('/overdue', current, {
                  page: number === 1 ? null : number,
                  size: size === SIZES[0] ? null : size,
                })
              }
            />
          </>
        )}
      </Card>
    </>
  );
}
