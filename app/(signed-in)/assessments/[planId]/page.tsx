import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { AssessmentSheet, IndicatorSummary } from '@/components/assessments/assessment-sheet';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { withDay } from '@/components/dashboards/task-lines';
import { PlanFacts } from '@/components/plans/plan-facts';
import { ActivateForm, ArchiveForm, WithdrawForm } from '@/components/plans/plan-forms';
import { PlanStatusBadge } from '@/components/plans/plan-status';
import { QuestionList } from '@/components/plans/question-list';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { Tabs } from '@/components/ui/tabs';
import { TextLink } from '@/components/ui/text-link';
import { getAssessmentSheet } from '@/lib/assessments/assessment.queries';
import { BoardReader, boardHref, readId } from '@/lib/dashboards/board.filter';
import type { Day } from '@/lib/dates';
import { findImportOfPlan } from '@/lib/imports/drafts/plan-import.queries';
import { activatePlanAction, archivePlanAction, withdrawPlanAction } from '@/lib/plans/plan.actions';
import { findPlan, listPlanQuestions, mayOnPlan } from '@/lib/plans/plan.queries';
import { readAsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';

const loadAssessment = cache(async (actor: Actor, planId: string, day: Day) => {
  const id = readId(planId);
  const plan = id === null ? null : await findPlan(actor, id, day);
  if (plan?.kind !== 'ASSESSMENT') notFound();
  return plan;
});

export async function generateMetadata({
  params,
  searchParams,
}: PageProps<'/assessments/[planId]'>): Promise<Metadata> {
  const { day } = await readAsOf(searchParams);
  return { title: (await loadAssessment(await requireActor(), (await params).planId, day)).title };
}

const TABS = ['rows', 'document', 'questions'] as const;
const QUESTION_SIZES = [50, 100] as const;

export default async function AssessmentPage({ params, searchParams }: PageProps<'/assessments/[planId]'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const plan = await loadAssessment(actor, (await params).planId, asOf.day);
  const reader = new BoardReader(await searchParams);
  const tab = reader.oneOf('tab', TABS, 'rows', '栏目');
  const page = reader.page(QUESTION_SIZES);
  const [sheet, questions, importId] = await Promise.all([
    getAssessmentSheet(plan.access, asOf.day),
    tab === 'questions' ? listPlanQuestions(actor, plan.access, asOf.day, page) : [],
    findImportOfPlan(actor, plan.id),
  ]);
  const link = asOf.isToday ? null : asOf.day;
  const path = `/assessments/${plan.id}`;
  const current = reader.current();
  const differs = plan.printedTotal !== null && plan.printedTotal !== sheet.sum;
  return (
    <>
      <PageTitle
        crumbs={[{ href: withDay('/assessments', link), label: '考核' }]}
        title={plan.title}
        facts={[
          plan.regionName,
          `${plan.year}年`,
          `${sheet.blocks.length} 个一级指标`,
          `${sheet.rows} 个计分项`,
          `分值合计 ${sheet.sum}`,
        ]}
        actions={
          <>
            <PlanStatusBadge plan={plan} day={asOf.day} />
            {importId === null ? null : <TextLink href={`/imports/${importId}/report`}>导入报告</TextLink>}
          </>
        }
      />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      {differs ? (
        <Notice
          tone={sheet.totalQuestion?.isOpen === false ? 'info' : 'warn'}
          title={`${sheet.totalQuestion?.isOpen === false ? '已答复' : '待确认'}：分值合计 ${sheet.sum}，文件注明总分 ${plan.printedTotal}`}
        >
          {sheet.totalQuestion?.answer ?? (
            <>相差 {Math.abs((plan.printedTotal ?? 0) - sheet.sum)} 分，文件中没有说明出处，各行分值按原文保留。</>
          )}{' '}
          <TextLink href={boardHref(path, current, { tab: 'questions', page: null })}>查看待确认事项</TextLink>
        </Notice>
      ) : null}
      {asOf.isToday && plan.status === 'DRAFT' && mayOnPlan(actor, plan, 'plan.activate') ? (
        <Card title="启用考核细则" id="activate">
          {plan.issuedOn === null ? (
            <Notice tone="warn" title="文件未印发文日期">
              请填写实际生效日期并写明依据。
            </Notice>
          ) : null}
          <ActivateForm
            action={activatePlanAction}
            planId={plan.id}
            version={plan.version}
            issuedOn={plan.issuedOn}
            isAssessment
          />
        </Card>
      ) : null}
      <Tabs
        label="考核栏目"
        items={(
          [
            ['rows', '计分项', sheet.rows],
            ['document', '文件与管理', undefined],
            ['questions', '待确认事项', plan.questions.open],
          ] as const
        ).map(([key, label, count]) => ({
          href: boardHref(path, current, { tab: key === 'rows' ? null : key, page: null, size: null }),
          label,
          count,
          current: key === tab,
        }))}
      />
      {tab === 'rows' ? (
        <>
          <IndicatorSummary blocks={sheet.blocks} sum={sheet.sum} printedTotal={plan.printedTotal} />
          <AssessmentSheet blocks={sheet.blocks} asOf={link} planId={plan.id} />
        </>
      ) : null}
      {tab === 'document' ? (
        <>
          <PlanFacts plan={plan} />
          {asOf.isToday && plan.status === 'ACTIVE' && mayOnPlan(actor, plan, 'plan.archive') ? (
            <Card title="归档考核细则">
              <ArchiveForm
                action={archivePlanAction}
                planId={plan.id}
                version={plan.version}
                unachieved={0}
                undated={0}
              />
            </Card>
          ) : null}
          {asOf.isToday && plan.status === 'DRAFT' && mayOnPlan(actor, plan, 'plan.withdraw') ? (
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
            <QuestionList
              questions={questions}
              canAnswer={asOf.isToday && mayOnPlan(actor, plan, 'question.answer')}
              rowsHref={path}
            />
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
