import { randomUUID } from 'node:crypto';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { TaskCycleForm } from '@/components/cycles/task-cycle-form';
import { TaskCycleWords } from '@/components/cycles/task-cycle-words';
import { ExtensionCard } from '@/components/extensions/extension-list';
import { HandlerCard } from '@/components/handlers/handler-card';
import { NodeCard } from '@/components/nodes/node-card';
import { ObjectionCard } from '@/components/objections/objection-cards';
import { RemindCard } from '@/components/reminders/remind-card';
import { OpinionCard } from '@/components/reports/opinion-card';
import { ReportCard } from '@/components/reports/report-card';
import { ReportList } from '@/components/reports/report-list';
import { UnitReportingCard } from '@/components/reports/unit-reporting';
import { OfficeCard, ReturnProgress, ReviewCard } from '@/components/reviews/office-card';
import { ReviewThread } from '@/components/reviews/review-thread';
import { PageTitle } from '@/components/shell/page-title';
import { TaskSlipsCard } from '@/components/slips/slip-cards';
import { StandingBand } from '@/components/tasks/standing-band';
import { TaskChangeFolds } from '@/components/tasks/task-change-folds';
import { TaskElements } from '@/components/tasks/task-elements';
import { TaskTimeline } from '@/components/tasks/task-timeline';
import { Notice } from '@/components/ui/notice';
import { SavedNotice } from '@/components/ui/saved-notice';
import { PapersCard } from '@/components/unit-papers/paper-card';
import { findTaskExtensions } from '@/lib/extensions/extension.queries';
import { findTaskHandlers } from '@/lib/handlers/handler.queries';
import { findNodeBoard } from '@/lib/nodes/node.queries';
import { suggestedPercent } from '@/lib/nodes/node.rules';
import { findTaskObjections } from '@/lib/objections/objection.queries';
import { findTaskReminding } from '@/lib/reminders/task-reminding.queries';
import { findOpinions } from '@/lib/reports/opinion.queries';
import { findReportForm, listReports, listUnitReporting } from '@/lib/reports/report.queries';
import { findOfficeForms } from '@/lib/reviews/review.queries';
import { findThread } from '@/lib/reviews/thread.queries';
import { type AsOf, readAsOf, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { listTaskSignFors } from '@/lib/sign-for/sign-for.queries';
import { openSlipWords } from '@/lib/slips/slip.rules';
import { listTaskSlips } from '@/lib/slips/slip-list.queries';
import { taskFilterHref } from '@/lib/tasks/task.filter';
import { findTaskChangeForms } from '@/lib/tasks/task-change.queries';
import { findTaskCycle } from '@/lib/tasks/task-cycle.queries';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { truncate } from '@/lib/text';
import { listPapersOfTask } from '@/lib/unit-papers/unit-paper.queries';

/** What the page says after a form has been carried out; anything else in ?saved= says nothing. */
const SAVED: Record<string, string> = {
  progress: '进展已提交。',
  'caught-up': '该周期的宽限期已过，进展已作为补报收下。',
  result: '办结申请已提交，等待优化办审核；审核期间计时停在今天。',
  withdrawn: '已撤回。',
  'to-sign': '已提交单位负责人，签发后才算上报。',
  extension: '延期申请已提出，等待决定；其间照常计时。',
  opinion: '共同牵头意见已记录。',
  accepted: '已审核通过。',
  returned: '已退回，填报单位可以看到退回理由。',
  reopened: '已撤销办结，任务回到推进中。',
  cancelled: '任务已取消。',
  restored: '任务已恢复。',
  reminded: '催办已发出。',
  decided: '已认定，任务按逾期计算。',
  reassigned: '单位已调整，自今天起算；印发原文保持不变。',
  corrected: '完成时限已更正。',
  objected: '分工异议已提出，等待优化办答复。',
  'objection-withdrawn': '分工异议已撤回。',
  'objection-decided': '分工异议已答复。',
  cycle: '填报周期已设定；本期照旧，以前各期和各日的统计不变。',
  message: '已发出。',
  handler: '经办人已保存。',
  node: '节点已保存。',
  'node-after': '节点已保存。节点时限晚于任务的完成时限，请核对是否有误。',
  'node-done': '节点已登记完成。',
  'node-undone': '已撤销节点完成。',
  'node-removed': '节点已删除。',
  'nodes-made': '已按文件分期生成节点。',
};

// One reading serves the title and the page.
const readTask = cache(async (taskId: string, day: string, today: string) =>
  findTaskDetail(await requireActor(), taskId, { day, today }),
);

export async function generateMetadata({ params, searchParams }: PageProps<'/tasks/[taskId]'>): Promise<Metadata> {
  const { day, today } = await readAsOf(searchParams);
  const task = await readTask((await params).taskId, day, today);
  return { title: task ? `第${task.seq}项 ${truncate(task.text, 24)}` : '未找到' };
}

export default async function TaskPage({ params, searchParams }: PageProps<'/tasks/[taskId]'>) {
  const actor = await requireActor();
  const asOf: AsOf = await readAsOf(searchParams);
  const task = await readTask((await params).taskId, asOf.day, asOf.today);
  if (!task) notFound();
  const query = await searchParams;
  const day = asOf.isToday ? null : asOf.day;
  const [
    reports,
    units,
    form,
    office,
    nodes,
    thread,
    handlers,
    cycle,
    extensions,
    papers,
    opinions,
    reminding,
    slips,
    changes,
    objections,
    signFors,
  ] = await Promise.all([
    listReports(actor, task, asOf.day),
    listUnitReporting(task, asOf.day),
    asOf.isToday
      ? findReportForm(actor, task, asOf, {
          cycle: single(query, 'cycle'),
          unit: single(query, 'unit'),
          from: single(query, 'from'),
          adopt: single(query, 'adopt'),
          paper: single(query, 'paper'),
        })
      : null,
    asOf.isToday ? findOfficeForms(actor, task, asOf) : null,
    findNodeBoard(actor, task, asOf),
    findThread(actor, task, asOf),
    findTaskHandlers(actor, task, asOf),
    findTaskCycle(actor, task, asOf),
    findTaskExtensions(actor, task, asOf, { paper: single(query, 'paper') }),
    asOf.isToday ? listPapersOfTask(actor, task.id, asOf.today) : [],
    asOf.isToday ? findOpinions(actor, task, asOf.today) : null,
    findTaskReminding(actor, task, asOf),
    listTaskSlips(actor, task.id, asOf.day),
    findTaskChangeForms(actor, task, asOf),
    findTaskObjections(actor, task, asOf),
    listTaskSignFors(task, asOf.day),
  ]);
  const saved = asOf.isToday ? SAVED[single(query, 'saved') ?? ''] : undefined;
  const canReturn = office?.canReturn === true && office.refusal === null;
  // What waits for the viewer's own decision stands with what is to be done.
  const extensionsAwait = extensions?.list.some(({ canDecide }) => canDecide) ?? false;
  const extensionCard = extensions ? <ExtensionCard extensions={extensions} taskId={task.id} asOf={day} /> : null;
  const objectionsAwait = objections.canDecide && objections.list.some(({ status }) => status === 'OPEN');
  const objectionCard = (
    <ObjectionCard
      objections={objections}
      taskId={task.id}
      taskVersion={task.now.version}
      choices={changes?.choices ?? { mentions: [], units: [] }}
      keys={Object.fromEntries(objections.list.map(({ id }) => [id, randomUUID()]))}
    />
  );
  return (
    <>
      <PageTitle
        crumbs={[
          { href: taskFilterHref({}, day), label: '任务台账' },
          { href: taskFilterHref({ plan: task.plan.id }, day), label: task.plan.title },
        ]}
        title={task.text}
        facts={[`第 ${task.seq} 项`, task.plan.ownerUnitName ?? task.plan.regionName, `${task.plan.year} 年`]}
      />
      {asOf.notice ? <Notice tone="warn">{asOf.notice}</Notice> : null}
      {saved ? <SavedNotice>{saved}</SavedNotice> : null}
      <StandingBand facts={task.standing} />
      {/* Narrow: what is to be done, the elements, the other facts, history. Wide: elements and history beside the rest. */}
      <div className="grid items-start gap-x-3.5 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_1fr] xl:grid-cols-[minmax(0,1fr)_24rem] print:block">
        <div className="min-w-0 max-lg:order-2">
          <TaskElements task={task} asOf={day} cycle={<TaskCycleWords cycle={cycle} />} />
          {nodes.nodes.length > 0 ? <NodeCard board={nodes} taskId={task.id} /> : null}
        </div>
        <div className="min-w-0 max-lg:contents lg:col-start-2 lg:row-span-2 lg:row-start-1 print:hidden">
          <div className="min-w-0 max-lg:order-1">
            {asOf.isToday ? null : (
              <Notice tone="info">这是 {asOf.day} 的历史视图，只读；填报和审核请回到今天。</Notice>
            )}
            {office ? <ReviewCard forms={office} taskId={task.id} /> : null}
            {opinions ? <OpinionCard facts={opinions} taskId={task.id} /> : null}
            <PapersCard papers={papers} today={asOf.today} />
            {form ? (
              <ReportCard
                form={form}
                suggestedPercent={suggestedPercent(nodes.nodes)}
                taskId={task.id}
                accountId={actor.accountId}
              />
            ) : null}
            {extensionsAwait ? extensionCard : null}
            {objectionsAwait ? objectionCard : null}
          </div>
          <div className="min-w-0 max-lg:order-3">
            <TaskSlipsCard slips={slips} asOf={day} />
            {extensionsAwait ? null : extensionCard}
            <UnitReportingCard units={units} day={asOf.day} asOf={day} />
            {handlers ? <HandlerCard handlers={handlers} taskId={task.id} /> : null}
            {nodes.nodes.length === 0 ? <NodeCard board={nodes} taskId={task.id} /> : null}
            {objectionsAwait ? null : objectionCard}
            {reminding ? <RemindCard reminding={reminding} taskId={task.id} /> : null}
            {office ? (
              <OfficeCard forms={office} taskId={task.id} cancelNotice={openSlipWords(slips)}>
                {changes ? <TaskChangeFolds forms={changes} taskId={task.id} /> : null}
                {cycle.form ? (
                  <TaskCycleForm
                    taskId={task.id}
                    version={cycle.form.version}
                    formKey={cycle.form.key}
                    kind={cycle.kind}
                  />
                ) : null}
              </OfficeCard>
            ) : null}
          </div>
        </div>
        <div className="min-w-0 max-lg:order-4">
          <ReportList
            reports={reports}
            canRead={task.canReadReports}
            actionsFor={
              canReturn
                ? (report) =>
                    report.kind === 'PROGRESS' &&
                    report.status === 'SUBMITTED' &&
                    !(report.isBackfill && report.versions.length === 1) ? (
                      <ReturnProgress
                        taskId={task.id}
                        reportId={report.id}
                        version={report.versions[0]?.version ?? 1}
                        idempotencyKey={randomUUID()}
                      />
                    ) : null
                : undefined
            }
          />
          {thread ? <ReviewThread thread={thread} taskId={task.id} from="task" /> : null}
          <TaskTimeline task={task} signFors={signFors} />
        </div>
      </div>
    </>
  );
}
