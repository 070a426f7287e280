import { randomUUID } from 'node:crypto';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { BulkForm } from '@/components/bulk/bulk-form';
import { BulkPreviewTable } from '@/components/bulk/bulk-preview';
import { PageTitle } from '@/components/shell/page-title';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { bulkDeedsOf, listBulkTasks, listFilteredIds, readBulkChoices } from '@/lib/bulk/bulk.queries';
import { BULK_DEEDS, BULK_LIMIT, BULK_WORDS, type BulkDeed, readTaskIds } from '@/lib/bulk/bulk.schema';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { parseTaskFilter } from '@/lib/tasks/task.filter';
import { resolveTaskFilter } from '@/lib/tasks/task.queries';

const deedOf = (given: string | undefined): BulkDeed | undefined => BULK_DEEDS.find((deed) => deed === given);

/** What was asked for, where the actor may do it on some plan: what has been done, else what is to be done. */
async function allowedDeed(params: SearchParams): Promise<BulkDeed | undefined> {
  const actor = await requireActor();
  const deed = deedOf(single(params, 'done')) ?? deedOf(single(params, 'do'));
  return deed && bulkDeedsOf(actor, await listPlanAccess(actor)).includes(deed) ? deed : undefined;
}

// Only what the title's reading refuses has the title of a page that is not there.
export async function generateMetadata({ searchParams }: { searchParams: Promise<SearchParams> }): Promise<Metadata> {
  if (!(await allowedDeed(await searchParams))) notFound();
  return { title: '批量办理' };
}

const DONE: Record<BulkDeed, string> = {
  remind: '已催办。各牵头单位的经办人和负责人会在收件箱中看到。',
  slip: '督办单已拟稿，每个牵头单位一份，审核、签发后送达。',
  reassign: '单位已调整，自今日起执行；印发的单位名称保留在记录中。',
  cycle: '填报周期已调整。',
  correct: '时限已更正。',
  cancel: '任务已取消。',
};

export default async function BulkPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const params = await searchParams;
  const access = await listPlanAccess(actor);
  const done = deedOf(single(params, 'done'));
  const deed = await allowedDeed(params);
  if (!deed) notFound();

  const notices: string[] = [];
  let ids = [...new Set([params.ids, params.tasks].flatMap((given) => readTaskIds(given)))];
  if (single(params, 'all') === '1') {
    const { filter } = await resolveTaskFilter(actor, parseTaskFilter(params).filter, access);
    const found = await listFilteredIds(actor, filter, access);
    ids = found.ids;
    if (found.total > BULK_LIMIT)
      notices.push(`符合筛选条件的有 ${found.total} 项，一次最多办理 ${BULK_LIMIT} 项，已取前 ${BULK_LIMIT} 项。`);
  } else if (ids.length > BULK_LIMIT) {
    notices.push(`选了 ${ids.length} 项，一次最多办理 ${BULK_LIMIT} 项，已取前 ${BULK_LIMIT} 项。`);
    ids = ids.slice(0, BULK_LIMIT);
  }
  const tasks = await listBulkTasks(actor, ids);
  if (tasks.length < ids.length) notices.push(`有 ${ids.length - tasks.length} 项不存在或不在您的权限范围内，已去掉。`);
  const choices = await readBulkChoices(deed, tasks);
  const isOfManyPlans = deed === 'reassign' && new Set(tasks.map((task) => task.planId)).size > 1;

  return (
    <>
      <PageTitle
        title={BULK_WORDS[deed]}
        facts={[`${tasks.length} 项任务`]}
        crumbs={[{ href: '/tasks', label: '任务台账' }]}
        actions={done === 'slip' ? <ButtonLink href="/slips">查看督办单</ButtonLink> : undefined}
      />
      {done ? <Notice tone="ok">{DONE[done]}</Notice> : null}
      {notices.map((notice) => (
        <Notice key={notice} tone="warn">
          {notice}
        </Notice>
      ))}
      {tasks.length === 0 ? (
        <EmptyState title="没有选择任务。" actions={<ButtonLink href="/tasks">返回任务台账</ButtonLink>}>
          在台账中勾选任务后再办理。
        </EmptyState>
      ) : (
        <Card title={done ? '办理后的情况' : undefined} id={done ? 'chosen' : undefined}>
          {done ? (
            <BulkPreviewTable rows={tasks.map((task) => ({ task }))} />
          ) : isOfManyPlans ? (
            <Notice tone="warn" title="所选任务属于不同方案">
              各方案的单位名录不同，请先在台账中选定一个方案，再调整单位。
            </Notice>
          ) : (
            <BulkForm
              key={`${deed} ${ids.join(',')}`}
              deed={deed}
              tasks={tasks}
              idempotencyKey={randomUUID()}
              choices={choices}
            />
          )}
        </Card>
      )}
    </>
  );
}
