import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { HeatTable } from '@/components/dashboards/heat-table';
import { RegionStrip } from '@/components/dashboards/region-board';
import { withDay } from '@/components/dashboards/task-lines';
import { PlanObjectionsCard } from '@/components/objections/objection-cards';
import { ArchivedResultsCard } from '@/components/plans/archived-results';
import { PlanFacts } from '@/components/plans/plan-facts';
import { ActivateForm, WithdrawForm } from '@/components/plans/plan-forms';
import { PlanStatusBadge } from '@/components/plans/plan-status';
import { PlanTasks } from '@/components/plans/plan-tasks';
import { QuestionList } from '@/components/plans/question-list';
import { PageTitle } from '@/components/shell/page-title';
import { OwedSignForCard, SignForOverviewCard } from '@/components/sign-for/sign-for-cards';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { Tabs } from '@/components/ui/tabs';
import { TextLink } from '@/components/ui/text-link';
import { findBackfillPlan, listBackfillTasks } from '@/lib/backfill/backfill.queries';
import { BoardReader, boardHref, readId } from '@/lib/dashboards/board.filter';
import { countStandings, listHeadings, listPlanLines, totalCounts } from '@/lib/dashboards/board.queries';
import { columnsFor, DEFINITIONS, emptyCounts, totalOf } from '@/lib/dashboards/figures';
import { ledgerLink } from '@/lib/dashboards/ledger-link';
import { type Day, monthEndBefore } from '@/lib/dates';
import { findImportOfPlan } from '@/lib/imports/drafts/plan-import.queries';
import { findPlanObjections } from '@/lib/objections/objection.queries';
import { countArchivedResults } from '@/lib/plans/archive.queries';
import { activatePlanAction, withdrawPlanAction } from '@/lib/plans/plan.actions';
import { findPlan, listPlanQuestions, mayOnPlan } from '@/lib/plans/plan.queries';
import { noLightsSentence, planPhaseOn } from '@/lib/plans/plan.words';
import { readAsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';
import { findSignForOverview, listOwedSignFors } from '@/lib/sign-for/sign-for.queries';
import { taskFilterHref } from '@/lib/tasks/task.filter';

const loadPlan = cache(async (actor: Actor, planId: string, day: Day) => {
  const id = readId(planId);
  const plan = id === null ? null : await findPlan(actor, id, day);
  if (!plan) notFound();
  return plan;
});

export async function generateMetadata({ params, searchParams }: PageProps<'/plans/[planId]'>): Promise<Metadata> {
  const { day } = await readAsOf(searchParams);
  return { title: (await loadPlan(await requireActor(), (await params).planId, day)).title };
}

/** 签收与异议（52 个单位未签收，1 项异议待答复） */
function divisionLabel(unsigned: number, open: number): string {
  const parts = [unsigned > 0 ? `${unsigned} 个单位未签收` : null, open > 0 ? `${open} 项异议待答复` : null];
  const words = parts.filter((part) => part !== null).join('，');
  return words === '' ? '签收与异议' : `签收与异议（${words}）`;
}

const TABS = ['tasks', 'progress', 'division', 'document', 'questions'] as const;
const TASK_SIZES = [100, 200, 500] as const;
const QUESTION_SIZES = [50, 100] as const;

export default async function PlanPage({ params, searchParams }: PageProps<'/plans/[planId]'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const plan = await loadPlan(actor, (await params).planId, asOf.day);
  const link = asOf.isToday ? null : asOf.day;
  if (plan.kind === 'ASSESSMENT') redirect(withDay(`/assessments/${plan.id}`, link));
  const reader = new BoardReader(await searchParams);
  const tab = reader.oneOf('tab', TABS, 'tasks', '栏目');
  const page = reader.page(tab === 'questions' ? QUESTION_SIZES : TASK_SIZES);
  const scope = { access: [plan.access], counted: [plan], regions: [], includesOwn: false, leavesOutIdle: false };
  const phase = planPhaseOn(plan, asOf.day);
  const runs = phase === 'active';
  const mayBackfill = asOf.isToday && plan.status === 'ACTIVE' && mayOnPlan(actor, plan, 'task.backfill');
  const canEnter = async () => {
    const toBackfill = mayBackfill ? await findBackfillPlan(actor, plan.id) : null;
    return toBackfill !== null && (await listBackfillTasks(actor, toBackfill, { page: 1, size: 0 })).enterable > 0;
  };
  const [counts, before, lines, questions, areas, importId, groups, owed, overview, objections, canBackfill, results] =
    await Promise.all([
      countStandings(actor, scope, asOf.day, ['area', 'measure', 'group']),
      countStandings(actor, scope, monthEndBefore(asOf.day)).then(totalCounts),
      tab === 'tasks' ? listPlanLines(actor, plan.access, asOf.day, page) : [],
      tab === 'questions' ? listPlanQuestions(actor, plan.access, asOf.day, page) : [],
      tab === 'progress' ? listHeadings(scope, plan.contents.areas > 0 ? 'area' : 'measure') : [],
      findImportOfPlan(actor, plan.id),
      tab === 'progress' && plan.contents.groups > 0 ? listHeadings(scope, 'group') : [],
      runs && asOf.isToday ? listOwedSignFors(actor, asOf.day, plan.id) : [],
      runs ? findSignForOverview(actor, plan.access, asOf.day) : null,
      findPlanObjections(actor, plan.access, asOf.day, { page: tab === 'division' ? page.page : 1, size: page.size }),
      canEnter(),
      phase === 'archived' ? countArchivedResults(actor, plan.access, asOf.day) : null,
    ]);
  const now = totalCounts(counts);
  const current = reader.current();
  const path = `/plans/${plan.id}`;
  const dimension = plan.contents.areas > 0 ? 'area' : 'measure';
  const noLights = noLightsSentence(plan, asOf.day);
  const canActivate = asOf.isToday && plan.status === 'DRAFT' && mayOnPlan(actor, plan, 'plan.activate');
  const canArchive = asOf.isToday && plan.status === 'ACTIVE' && mayOnPlan(actor, plan, 'plan.archive');
  const canWithdraw = asOf.isToday && plan.status === 'DRAFT' && mayOnPlan(actor, plan, 'plan.withdraw');
  return (
    <>
      <PageTitle
        crumbs={[{ href: withDay('/plans', link), label: '方案' }]}
        title={plan.title}
        facts={[
          plan.ownerUnit ? `${plan.regionName} ${plan.ownerUnit.name}` : plan.regionName,
          `${plan.contents.tasks} 项任务`,
          plan.contents.areas > 0 ? `${plan.contents.areas} 个领域` : null,
          plan.contents.measures > 0 ? `${plan.contents.measures} 项举措` : null,
          plan.effectiveFrom ? `自 ${plan.effectiveFrom} 起生效` : null,
        ].filter((fact) => fact !== null)}
        actions={
          <>
            <PlanStatusBadge plan={plan} day={asOf.day} />
            <TextLink href={taskFilterHref({ plan: plan.id }, link)}>在台账中查看</TextLink>
            {canBackfill ? <TextLink href={`/plans/${plan.id}/backfill`}>补录</TextLink> : null}
            <TextLink href={withDay(`/plans/${plan.id}/cycles`, link)}>填报周期</TextLink>
            {importId === null ? null : <TextLink href={`/imports/${importId}/report`}>导入报告</TextLink>}
          </>
        }
      />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      {noLights ? <Notice tone="info">{noLights}</Notice> : null}
      {results ? <ArchivedResultsCard results={results} /> : null}
      <OwedSignForCard owed={owed} showsPlan={false} />
      {canActivate ? (
        <Card title="启用方案" id="activate">
          {plan.issuedOn === null ? (
            <Notice tone="warn" title="文件未印发文日期">
              请填写实际生效日期并写明依据；在此之前已过时限的任务将标为“印发时已过时限”，待优化办认定。
            </Notice>
          ) : null}
          <ActivateForm action={activatePlanAction} planId={plan.id} version={plan.version} issuedOn={plan.issuedOn} />
        </Card>
      ) : null}
      {phase === 'active' ? (
        <RegionStrip now={now} before={before} linkFor={(filter) => ledgerLink(scope, filter, link)} />
      ) : null}
      <Tabs
        label="方案栏目"
        items={(
          [
            ['tasks', '任务', plan.contents.tasks],
            ['progress', '分项进度', undefined],
            ...(overview || objections
              ? [['division', divisionLabel(overview?.unsigned ?? 0, objections?.open ?? 0), undefined] as const]
              : []),
            ['document', '文件与管理', undefined],
            ['questions', '待确认事项', plan.questions.open],
          ] as const
        ).map(([key, label, count]) => ({
          href: boardHref(path, current, { tab: key === 'tasks' ? null : key, page: null, size: null }),
          label,
          count,
          current: key === tab,
        }))}
      />
      {tab === 'tasks' ? (
        <Card>
          {lines.length === 0 ? (
            <EmptyState title={plan.contents.tasks > 0 ? '没有这一页。' : '没有您可以查看的任务。'} />
          ) : (
            <PlanTasks lines={lines} asOf={link} showsGroup={plan.contents.groups > 0} />
          )}
          <Pagination
            page={page.page}
            pageSize={page.size}
            total={plan.contents.tasks}
            sizes={TASK_SIZES}
            hrefFor={(number, size) =>
              boardHref(path, current, {
                page: number === 1 ? null : number,
                size: size === TASK_SIZES[0] ? null : size,
              })
            }
          />
        </Card>
      ) : null}
      {tab === 'progress' ? (
        <>
          <Card title={dimension === 'area' ? '各政策领域' : '各改革举措'}>
            <HeatTable
              label="分项进度"
              head={dimension === 'area' ? '政策领域' : '改革举措'}
              columns={columnsFor([now])}
              showsCompletion
              rows={areas
                .map((heading) => ({ ...heading, counts: counts[dimension].get(heading.id) ?? emptyCounts() }))
                .filter((heading) => totalOf(heading.counts) > 0)
                .map((heading) => ({
                  key: heading.id,
                  name: heading.name,
                  counts: heading.counts,
                  href: ledgerLink(scope, { [dimension]: heading.id }, link),
                  hrefFor: (column) =>
                    ledgerLink(scope, { [dimension]: heading.id, reason: column ? [...column.reasons] : [] }, link),
                }))}
              total={{
                label: '合计',
                counts: now,
                hrefFor: (column) => ledgerLink(scope, { reason: column ? [...column.reasons] : [] }, link),
              }}
              note={`${DEFINITIONS.overdue}${DEFINITIONS.completion}${DEFINITIONS.onTime}`}
            />
          </Card>
          {groups.length > 0 ? (
            <Card title="各专项组">
              <HeatTable
                label="专项组进度"
                head="专项组"
                columns={columnsFor([now])}
                showsCompletion
                rows={groups.map((heading) => ({
                  key: heading.id,
                  name: heading.name,
                  counts: counts.group.get(heading.id) ?? emptyCounts(),
                  href: ledgerLink(scope, { group: heading.id }, link),
                  hrefFor: (column) =>
                    ledgerLink(scope, { group: heading.id, reason: column ? [...column.reasons] : [] }, link),
                }))}
                note={`${DEFINITIONS.overdue}${DEFINITIONS.completion}${DEFINITIONS.onTime}`}
              />
            </Card>
          ) : null}
        </>
      ) : null}
      {tab === 'division' ? (
        <>
          {objections ? <PlanObjectionsCard objections={objections} /> : null}
          {objections && objections.total > page.size ? (
            <Pagination
              page={page.page}
              pageSize={page.size}
              total={objections.total}
              sizes={TASK_SIZES}
              hrefFor={(number, size) =>
                boardHref(path, current, {
                  page: number === 1 ? null : number,
                  size: size === TASK_SIZES[0] ? null : size,
                })
              }
            />
          ) : null}
          {overview ? <SignForOverviewCard overview={overview} asOf={link} /> : null}
        </>
      ) : null}
      {tab === 'document' ? (
        <>
          <PlanFacts plan={plan} />
          {canArchive ? (
            <Card title="归档方案">
              <p className="mb-2">归档后不再填报、审核和亮灯；先看清哪些任务将记为“未完成”、还有哪些事项没有办完。</p>
              <ButtonLink href={`/plans/${plan.id}/archive`}>查看归档前的情况</ButtonLink>
            </Card>
          ) : null}
          {canWithdraw ? (
            <Card title="撤回草稿">
              <WithdrawForm action={withdrawPlanAction} planId={plan.id} version={plan.version} />
            </Card>
          ) : null}
        </>
      ) : null}
      {tab === 'questions' ? (
        <Card title="待确认事项" note={`共 ${plan.questions.all} 项，待确认 ${plan.questions.open} 项`}>
          {questions.length === 0 ? (
            <EmptyState title={plan.questions.all > 0 ? '没有这一页。' : '没有待确认事项。'} />
          ) : (
            <QuestionList questions={questions} canAnswer={asOf.isToday && mayOnPlan(actor, plan, 'question.answer')} />
          )}
          <Pagination
            page={page.page}
            pageSize={page.size}
            total={plan.questions.all}
            sizes={QUESTION_SIZES}
            hrefFor={(number, size) =>
              boardHref(path, current, {
                page: number === 1 ? null : number,
                size: size === QUESTION_SIZES[0] ? null : size,
              })
            }
          />
        </Card>
      ) : null}
    </>
  );
}
