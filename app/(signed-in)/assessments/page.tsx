import type { Metadata } from 'next';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { withDay } from '@/components/dashboards/task-lines';
import { PlanMark } from '@/components/plans/plan-mark';
import { PlanStatusBadge } from '@/components/plans/plan-status';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { BoardReader, boardHref } from '@/lib/dashboards/board.filter';
import { listPlans } from '@/lib/plans/plan.queries';
import { readAsOf } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export const metadata: Metadata = { title: '考核' };

const SIZES = [25, 50, 100] as const;

export default async function AssessmentsPage({ searchParams }: PageProps<'/assessments'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const reader = new BoardReader(await searchParams);
  const page = reader.page(SIZES);
  const plans = await listPlans(actor, { kind: 'ASSESSMENT' }, page, asOf.day);
  const link = asOf.isToday ? null : asOf.day;
  return (
    <>
      <PageTitle title="考核" facts={[`${plans.total} 个考核细则`]} />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      <Card>
        {plans.rows.length === 0 ? (
          <EmptyState title="还没有可以查看的考核细则。">细则导入并启用后显示在这里。</EmptyState>
        ) : (
          <Table label="考核细则" minWidth="min-w-[44rem]">
            <thead>
              <tr>
                <Th className="w-1/2">考核细则</Th>
                <Th>地区</Th>
                <Th num>年度</Th>
                <Th>状态</Th>
                <Th>生效</Th>
                <Th num>计分项</Th>
                <Th num>待确认</Th>
              </tr>
            </thead>
            <tbody>
              {plans.rows.map((plan) => (
                <tr key={plan.id}>
                  <Th scope="row">
                    <TextLink quiet href={withDay(`/assessments/${plan.id}`, link)}>
                      {plan.title}
                    </TextLink>
                    <PlanMark mark={plan.mark} />
                  </Th>
                  <Td nowrap>{plan.regionName}</Td>
                  <Td num>{plan.year}</Td>
                  <Td nowrap>
                    <PlanStatusBadge plan={plan} day={asOf.day} />
                  </Td>
                  <Td nowrap>{plan.effectiveFrom ?? '—'}</Td>
                  <Td num>{plan.rows}</Td>
                  <Td num>{plan.openQuestions || ''}</Td>
                </tr>
              ))}
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
            boardHref('/assessments', reader.current(), {
              page: number === 1 ? null : number,
              size: size === SIZES[0] ? null : size,
            })
          }
        />
      </Card>
    </>
  );
}
