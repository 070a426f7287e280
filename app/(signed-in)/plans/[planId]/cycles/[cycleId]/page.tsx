import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { CycleRowsTable } from '@/components/cycles/cycle-tables';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { withDay } from '@/components/dashboards/task-lines';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { Tabs } from '@/components/ui/tabs';
import { BoardReader, boardHref, readId } from '@/lib/dashboards/board.filter';
import { CYCLE_SHOWS, type CycleShow, findCycleDetail, findCycleReader } from '@/lib/dashboards/plan-cycles.queries';
import type { Day } from '@/lib/dates';
import { findPlan } from '@/lib/plans/plan.queries';
import { readAsOf, type SearchParams } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';

const SIZES = [50, 100, 200] as const;
const SHOW_WORDS: Record<CycleShow, string> = { all: '全部', open: '未报', reported: '按期已报', late: '补报' };

const loadCycle = cache(
  async (actor: Actor, planId: string, cycleId: string, day: Day, show: CycleShow, page: number, size: number) => {
    const [id, cycle] = [readId(planId), readId(cycleId)];
    const plan = id === null ? null : await findPlan(actor, id, day);
    if (!plan || cycle === null) notFound();
    const reader = await findCycleReader(actor, plan.access, day);
    const found = reader && (await findCycleDetail(actor, reader, cycle, day, show, { page, size }));
    if (!found) notFound();
    return { plan, reader, cycle: found };
  },
);

type CyclePageProps = {
  params: Promise<{ planId: string; cycleId: string }>;
  searchParams: Promise<SearchParams>;
};

async function read({ params, searchParams }: CyclePageProps) {
  const asOf = await readAsOf(searchParams);
  const query = new BoardReader(await searchParams);
  const show = query.oneOf('show', CYCLE_SHOWS, 'all', '筛选');
  const page = query.page(SIZES);
  const { planId, cycleId } = await params;
  const found = await loadCycle(await requireActor(), planId, cycleId, asOf.day, show, page.page, page.size);
  return { asOf, query, show, page, ...found };
}

export async function generateMetadata(props: CyclePageProps): Promise<Metadata> {
  const { cycle, plan } = await read(props);
  return { title: `${cycle.label}填报情况 · ${plan.title}` };
}

export default async function PlanCyclePage(props: CyclePageProps) {
  const { asOf, query, show, page, plan, reader, cycle } = await read(props);
  const link = asOf.isToday ? null : asOf.day;
  const current = query.current();
  const path = `/plans/${plan.id}/cycles/${cycle.id}`;
  const counts: Record<CycleShow, number> = {
    all: cycle.owed,
    open: cycle.open,
    reported: cycle.reported - cycle.late,
    late: cycle.late,
  };
  return (
    <>
      <PageTitle
        crumbs={[
          { href: withDay('/plans', link), label: '方案' },
          { href: withDay(`/plans/${plan.id}`, link), label: plan.title },
          { href: withDay(`/plans/${plan.id}/cycles`, link), label: '填报周期' },
        ]}
        title={cycle.label}
        facts={[
          `${cycle.startsOn} 至 ${cycle.closesOn}`,
          `宽限期至 ${cycle.graceEndsOn}${cycle.doubt ? `（${cycle.doubt}）` : ''}`,
          reader.unitIds === null ? `应报 ${cycle.owed} 项` : `本单位应报 ${cycle.owed} 项`,
        ]}
      />
      <BoardNotices notices={[asOf.notice, ...query.notices]} />
      <Card>
        <Tabs
          label="填报情况"
          items={CYCLE_SHOWS.map((key) => ({
            href: boardHref(path, current, { show: key === 'all' ? null : key, page: null }),
            label: SHOW_WORDS[key],
            count: counts[key],
            current: key === show,
          }))}
        />
        {cycle.rows.length === 0 ? (
          <EmptyState title={cycle.rowCount > 0 ? '没有这一页。' : '没有这样的任务。'} />
        ) : (
          <CycleRowsTable cycle={cycle} day={asOf.day} asOf={link} />
        )}
        {cycle.rowCount > counts[show] ? (
          <p className="mt-2 text-xs text-mute">有几个牵头单位的任务在各单位下各列一次，共 {counts[show]} 项任务。</p>
        ) : null}
        <Pagination
          page={page.page}
          pageSize={page.size}
          total={cycle.rowCount}
          sizes={SIZES}
          measureWord="条"
          hrefFor={(number, size) =>
            boardHref(path, current, {
              page: number === 1 ? null : number,
              size: size === SIZES[0] ? null : size,
            })
          }
        />
      </Card>
    </>
  );
}
