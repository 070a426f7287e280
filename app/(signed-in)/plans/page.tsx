import type { Metadata } from 'next';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { withDay } from '@/components/dashboards/task-lines';
import { PlanMark } from '@/components/plans/plan-mark';
import { PlanStatusBadge } from '@/components/plans/plan-status';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { classes } from '@/components/ui/classes';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { ProgressBar } from '@/components/ui/progress-bar';
import { CARD_CELL, CARD_HEAD, CARD_ROW, Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { BoardReader, boardHref } from '@/lib/dashboards/board.filter';
import { countStandings } from '@/lib/dashboards/board.queries';
import {
  completionRate,
  countOf,
  DEFINITIONS,
  emptyCounts,
  formatRate,
  OVERDUE_REASONS,
} from '@/lib/dashboards/figures';
import { listPlans } from '@/lib/plans/plan.queries';
import { planPhaseOn } from '@/lib/plans/plan.words';
import { readAsOf } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export const metadata: Metadata = { title: '方案' };

const SIZES = [25, 50, 100] as const;

export default async function PlansPage({ searchParams }: PageProps<'/plans'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const reader = new BoardReader(await searchParams);
  const page = reader.page(SIZES);
  const plans = await listPlans(actor, {}, page, asOf.day);
  const counts = await countStandings(actor, { access: plans.access }, asOf.day, ['plan']);
  const link = asOf.isToday ? null : asOf.day;
  return (
    <>
      <PageTitle title="方案" facts={[`${plans.total} 个`]} />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      <Card>
        {plans.rows.length === 0 ? (
          <EmptyState title="还没有可以查看的方案。">清单导入并启用后显示在这里。</EmptyState>
        ) : (
          <Table
            label="方案"
            minWidth="sm:min-w-[46rem] max-xl:[&_td]:px-1.5 max-xl:[&_th]:px-1.5"
            note={`进度条自左至右：红灯、黄灯、绿灯、蓝灯、不亮灯。${DEFINITIONS.completion}`}
          >
            <thead className={CARD_HEAD}>
              <tr>
                <Th className="w-2/5">方案</Th>
                <Th>地区</Th>
                <Th num>年度</Th>
                <Th>状态</Th>
                <Th>印发</Th>
                <Th>生效</Th>
                <Th num>任务</Th>
                <Th className="w-1/5">进度</Th>
                <Th num>逾期</Th>
                <Th num>完成率</Th>
                <Th num>待确认</Th>
              </tr>
            </thead>
            <tbody className="max-sm:block">
              {plans.rows.map((plan) => {
                const of = counts.plan.get(plan.id) ?? emptyCounts();
                const isList = plan.kind === 'TASK_LIST';
                const isLit = isList && planPhaseOn(plan, asOf.day) === 'active';
                return (
                  <tr key={plan.id} className={CARD_ROW}>
                    <Th scope="row" className={CARD_CELL}>
                      <TextLink quiet href={withDay(isList ? `/plans/${plan.id}` : `/assessments/${plan.id}`, link)}>
                        {plan.title}
                      </TextLink>
                      <PlanMark mark={plan.mark} />
                      {isList ? null : <span className="ml-1.5 text-xs whitespace-nowrap text-mute">考核细则</span>}
                    </Th>
                    <Td nowrap className={CARD_CELL} data-caption="地区">
                      {plan.regionName}
                      {plan.ownerUnitName ? (
                        <span className="block text-xs text-mute max-sm:ml-1.5 max-sm:inline">
                          {plan.ownerUnitName}
                        </span>
                      ) : null}
                    </Td>
                    <Td num className={CARD_CELL} data-caption="年度">
                      {plan.year}
                    </Td>
                    <Td nowrap className={CARD_CELL} data-caption="状态">
                      <PlanStatusBadge plan={plan} day={asOf.day} />
                    </Td>
                    <Td nowrap className={CARD_CELL} data-caption="印发">
                      {plan.issuedOn ?? <span className="text-mute">未注明</span>}
                    </Td>
                    <Td nowrap className={CARD_CELL} data-caption="生效">
                      {plan.effectiveFrom ?? '—'}
                    </Td>
                    <Td num className={CARD_CELL} data-caption="任务">
                      {isList ? plan.rows : <span className="text-mute">{plan.rows} 行</span>}
                    </Td>
                    <Td className={classes(CARD_CELL, !isLit && 'max-sm:hidden')}>
                      {isLit ? (
                        <ProgressBar
                          label={plan.title}
                          className="mt-1.5"
                          segments={[
                            {
                              tone: 'red',
                              label: '红灯',
                              count: countOf(of, [...OVERDUE_REASONS, 'REPORTING_LAPSED']),
                            },
                            { tone: 'amber', label: '黄灯', count: countOf(of, ['DUE_SOON', 'UNREPORTED']) },
                            { tone: 'green', label: '绿灯', count: countOf(of, ['ON_COURSE']) },
                            { tone: 'blue', label: '蓝灯', count: countOf(of, ['COMPLETED', 'SUSTAINED']) },
                            { tone: 'none', label: '不亮灯', count: countOf(of, ['NO_DEADLINE', 'CANCELLED']) },
                          ]}
                        />
                      ) : (
                        <span className="text-mute">—</span>
                      )}
                    </Td>
                    <Td num className={classes(CARD_CELL, 'max-sm:empty:hidden')} data-caption="逾期">
                      {isLit ? countOf(of, OVERDUE_REASONS) || '' : ''}
                    </Td>
                    <Td num className={CARD_CELL} data-caption="完成率">
                      {isLit ? formatRate(completionRate(of)) : '—'}
                    </Td>
                    <Td num className={classes(CARD_CELL, 'max-sm:empty:hidden')} data-caption="待确认">
                      {plan.openQuestions || ''}
                    </Td>
                  </tr>
                );
              })}
            </tbody>
          </Table>
        )}
        <Pagination
          page={plans.page}
          pageSize={page.size}
          total={plans.total}
          sizes={SIZES}
          measureWord="个"
          hrefFor={(number, size) =>
            boardHref('/plans', reader.current(), {
              page: number === 1 ? null : number,
              size: size === SIZES[0] ? null : size,
            })
          }
        />
      </Card>
    </>
  );
}
