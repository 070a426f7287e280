import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { HeatTable } from '@/components/dashboards/heat-table';
import { isAllIdle, NothingInForce } from '@/components/dashboards/region-board';
import { ScopeBar } from '@/components/dashboards/scope-bar';
import { withDay } from '@/components/dashboards/task-lines';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { Tabs } from '@/components/ui/tabs';
import { TextLink } from '@/components/ui/text-link';
import { BoardReader, boardHref } from '@/lib/dashboards/board.filter';
import { findBoardScope } from '@/lib/dashboards/board-scope.queries';
import { columnsFor, countOf, DEFINITIONS, LEAD_TABLE_NOTE, totalOf } from '@/lib/dashboards/figures';
import { ledgerLink } from '@/lib/dashboards/ledger-link';
import { listUnitBoards } from '@/lib/dashboards/unit-board.queries';
import { isUnitSort, sortUnitBoards, UNIT_SORTS } from '@/lib/dashboards/unit-sort';
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

export async function generateMetadata({ searchParams }: PageProps<'/units'>): Promise<Metadata> {
  const { day } = await readAsOf(searchParams);
  const { region, plan, own } = readChoice(new BoardReader(await searchParams));
  if (!(await readScope(region, plan, own, day))) notFound();
  return { title: '单位' };
}

const ROLES = ['lead', 'responsible'] as const;

export default async function UnitsPage({ searchParams }: PageProps<'/units'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const reader = new BoardReader(await searchParams);
  const role = reader.oneOf('as', ROLES, 'lead', '单位角色');
  const sort = reader.oneOf('sort', UNIT_SORTS, 'order', '排序');
  const direction = reader.oneOf(
    'dir',
    ['asc', 'desc'],
    sort === 'order' || sort === 'rank' ? 'asc' : 'desc',
    '排序方向',
  );
  const { region, plan, own } = readChoice(reader);
  const scope = await readScope(region, plan, own, asOf.day);
  if (!scope) notFound();
  const boards = await listUnitBoards(actor, scope, asOf.day);
  const link = asOf.isToday ? null : asOf.day;
  const current = reader.current();
  const rows = sortUnitBoards(
    boards.rows.filter((row) => totalOf(row[role]) + (role === 'responsible' ? totalOf(row.collective) : 0) > 0),
    role,
    sort,
    direction,
  );
  const counts = rows.map((row) => row[role]);
  const isLead = role === 'lead';
  const others = isLead ? [{ key: 'responsible', label: '责任' }] : [{ key: 'collective', label: '集体指称' }];
  return (
    <>
      <PageTitle
        title="单位"
        facts={[scope.region.name, `${boards.rows.length} 个单位承担任务`, `${totalOf(boards.total)} 项任务`]}
      />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      <ScopeBar path="/units" current={current} {...scope} />
      <Card>
        <Tabs
          label="单位角色"
          items={[
            {
              href: boardHref('/units', current, { as: null, sort: null, dir: null }),
              label: '作为牵头单位',
              current: isLead,
            },
            {
              href: boardHref('/units', current, { as: 'responsible', sort: null, dir: null }),
              label: '作为责任单位',
              current: !isLead,
            },
          ]}
        />
        {isAllIdle(boards.total) ? (
          <div className="mb-3">
            <NothingInForce
              total={totalOf(boards.total)}
              notActive={countOf(boards.total, ['PLAN_NOT_ACTIVE'])}
              plans={scope.counted}
              day={asOf.day}
            />
          </div>
        ) : null}
        {rows.length > 0 ? (
          <HeatTable
            label={isLead ? '各单位牵头任务研判' : '各单位责任任务研判'}
            head={isLead ? '牵头单位' : '责任单位'}
            columns={columnsFor([...counts, ...(isLead ? [boards.total] : [])])}
            extras={others}
            showsCompletion={isLead}
            showsRank={isLead}
            showsOnTime={isLead}
            minWidth="min-w-[56rem]"
            sort={{
              key: sort,
              direction: direction === 'asc' ? 'ascending' : 'descending',
              hrefFor: (key) => {
                if (!isUnitSort(key)) return boardHref('/units', current);
                const first = key === 'order' || key === 'rank' ? 'asc' : 'desc';
                const next = key === sort ? (direction === 'asc' ? 'desc' : 'asc') : first;
                return boardHref('/units', current, {
                  sort: key === 'order' ? null : key,
                  dir: next === first ? null : next,
                });
              },
            }}
            rows={rows.map((row) => ({
              key: row.id,
              name: row.name,
              aside: row.parentName,
              href: withDay(`/units/${row.id}`, link),
              counts: row[role],
              rank: row.rank,
              extras: [
                figureLink(
                  totalOf(isLead ? row.responsible : row.collective),
                  ledgerLink(scope, { unit: row.id, as: isLead ? 'responsible' : 'collective' }, link),
                  `${row.name}${others[0]!.label}`,
                ),
              ],
              hrefFor: (column) =>
                ledgerLink(scope, { unit: row.id, as: role, reason: column ? [...column.reasons] : [] }, link),
            }))}
            total={
              isLead
                ? {
                    label: '合计',
                    counts: boards.total,
                    extras: [''],
                    hrefFor: (column) => ledgerLink(scope, { reason: column ? [...column.reasons] : [] }, link),
                  }
                : undefined
            }
            note={
              isLead ? (
                <>
                  {LEAD_TABLE_NOTE}
                  {DEFINITIONS.rank}
                  {scope.canIncludeOwn && !scope.includesOwn && !scope.plan ? DEFINITIONS.ownPlans : null}
                </>
              ) : (
                `${DEFINITIONS.byResponsible}${DEFINITIONS.overdue}`
              )
            }
          />
        ) : (
          <p className="text-mute">没有单位承担此类任务。</p>
        )}
      </Card>
      {boards.idle.length > 0 ? (
        <Card title="未承担任务的单位" note={`${boards.idle.length} 个`}>
          <ul className="flex flex-wrap gap-x-4 gap-y-1">
            {boards.idle.map((unit) => (
              <li key={unit.id}>
                <TextLink quiet href={withDay(`/units/${unit.id}`, link)} className="text-mute">
                  {unit.name}
                </TextLink>
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
    </>
  );
}

function figureLink(value: number, href: string | undefined, label: string) {
  if (value === 0) return '';
  return href ? (
    <TextLink quiet href={href} aria-label={`${label} ${value} 项`} className="text-ink">
      {value}
    </TextLink>
  ) : (
    value
  );
}
