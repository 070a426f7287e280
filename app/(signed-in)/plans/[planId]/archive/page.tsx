import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { Light } from '@/components/lights/light';
import { ArchiveForm } from '@/components/plans/plan-forms';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { BoardReader, boardHref, readId } from '@/lib/dashboards/board.filter';
import { type ArchivePreview, findArchivePreview, type OpenThing } from '@/lib/plans/archive.queries';
import { archivePlanAction } from '@/lib/plans/plan.actions';
import { findPlan, mayOnPlan } from '@/lib/plans/plan.queries';
import { openMattersWords, planMoveRefusal } from '@/lib/plans/plan.rules';
import { readAsOf } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';
import { STATE_WORDS } from '@/lib/standing/standing.words';

// One reading serves the title and the page: only what the title's reading refuses has the title of a page that is not there.
const readPlan = cache(async (planId: string) => {
  const actor = await requireActor();
  const id = readId(planId);
  const plan = id === null ? null : await findPlan(actor, id, await today());
  return plan && plan.kind !== 'ASSESSMENT' && mayOnPlan(actor, plan, 'plan.archive') ? plan : null;
});

export async function generateMetadata({ params }: PageProps<'/plans/[planId]/archive'>): Promise<Metadata> {
  if (!(await readPlan((await params).planId))) notFound();
  return { title: '归档前的情况' };
}

const SIZES = [100, 200] as const;

export default async function ArchivePage({ params, searchParams }: PageProps<'/plans/[planId]/archive'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const plan = await readPlan((await params).planId);
  if (!plan) notFound();
  // What became of each task stands on the plan's own page.
  if (plan.status === 'ARCHIVED') redirect(`/plans/${plan.id}`);
  const reader = new BoardReader(await searchParams);
  const page = reader.page(SIZES);
  const preview = await findArchivePreview(actor, plan.access, asOf.today, page);
  if (!preview) notFound();
  const { open, unachieved, undated, achieved } = preview;
  const refusal = planMoveRefusal(plan.status, {
    type: 'archive',
    today: asOf.today,
    effectiveFrom: plan.effectiveFrom,
    open,
  });
  const path = `/plans/${plan.id}/archive`;
  return (
    <>
      <PageTitle
        crumbs={[
          { href: '/plans', label: '方案' },
          { href: `/plans/${plan.id}`, label: plan.title },
        ]}
        title="归档前的情况"
        facts={[`已办结 ${achieved} 项`, `将记为未完成 ${unachieved} 项`, `时限没有日期 ${undated} 项`]}
      />
      <BoardNotices
        notices={[asOf.isToday ? asOf.notice : '归档按今天的情况办理，这里显示的是今天。', ...reader.notices]}
      />
      {refusal ? (
        <Notice tone="warn" title="现在还不能归档">
          {refusal}
        </Notice>
      ) : null}
      {openMattersWords(open) ? <OpenMattersCard preview={preview} /> : null}
      {preview.papers > 0 ? (
        <Notice tone="info">{`另有 ${preview.papers} 份材料等单位负责人签发，归档时自动撤回，不再上报。`}</Notice>
      ) : null}
      <Card title="按牵头单位" note="时限有日期而没有办结的，归档时记为“未完成”；按牵头单位统计，合计大于任务数">
        {preview.units.length === 0 ? (
          <EmptyState title="没有未办结的任务。" />
        ) : (
          <Table label="按牵头单位" className="max-w-2xl">
            <thead>
              <tr>
                <Th>单位</Th>
                <Th num>将记为未完成</Th>
                <Th num>时限没有日期</Th>
              </tr>
            </thead>
            <tbody>
              {preview.units.map((unit) => (
                <tr key={unit.unitId ?? 0}>
                  <Th scope="row">{unit.name}</Th>
                  <Td num>{unit.unachieved}</Td>
                  <Td num>{unit.undated}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Card>
      <Card title="没有办结的任务" note={`${unachieved + undated} 项`}>
        {preview.tasks.length === 0 ? (
          <EmptyState title={unachieved + undated > 0 ? '没有这一页。' : '没有未办结的任务。'} />
        ) : (
          <Table label="没有办结的任务" minWidth="min-w-[44rem]">
            <thead>
              <tr>
                <Th num>序号</Th>
                <Th>任务</Th>
                <Th>牵头单位</Th>
                <Th>完成时限</Th>
                <Th>状态</Th>
                <Th>归档后</Th>
              </tr>
            </thead>
            <tbody>
              {preview.tasks.map((task) => (
                <tr key={task.taskId}>
                  <Td num>{task.seq}</Td>
                  <Td>
                    <TextLink quiet href={`/tasks/${task.taskId}`}>
                      {task.text}
                    </TextLink>
                  </Td>
                  <Td>{task.leads}</Td>
                  <Td nowrap>{task.dueOn ?? '—'}</Td>
                  <Td nowrap>
                    <Light light={task.light} reason={task.reason} /> {STATE_WORDS[task.state]}
                  </Td>
                  <Td nowrap>{task.dueOn ? '未完成' : '不再推进'}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
        <Pagination
          page={page.page}
          pageSize={page.size}
          total={unachieved + undated}
          sizes={SIZES}
          hrefFor={(number, size) =>
            boardHref(path, reader.current(), {
              page: number === 1 ? null : number,
              size: size === SIZES[0] ? null : size,
            })
          }
        />
      </Card>
      {refusal === null && asOf.isToday ? (
        <Card title="归档方案" id="archive">
          <ArchiveForm
            action={archivePlanAction}
            planId={plan.id}
            version={plan.version}
            unachieved={unachieved}
            undated={undated}
          />
        </Card>
      ) : null}
    </>
  );
}

const KINDS = [
  ['reviews', '等待审核的办结申请'],
  ['slips', '没有办结的督办单'],
  ['extensions', '没有决定的延期申请'],
  ['objections', '没有答复的分工异议'],
] as const;

function OpenMattersCard({ preview }: { preview: ArchivePreview }) {
  return (
    <Card title="须先处理的事项" id="open-matters">
      {KINDS.filter(([kind]) => preview.open[kind] > 0).map(([kind, label]) => (
        <div key={kind} className="mb-2">
          <h3 className="font-semibold">
            {label}（{preview.open[kind]}）
          </h3>
          <ul className="list-disc pl-5">
            {preview[kind].map((thing) => (
              <li key={`${thing.taskId ?? ''}-${thing.slipId ?? ''}-${thing.words}`}>
                <TextLink href={hrefOf(thing)}>{thing.words}</TextLink>
                {thing.on ? <span className="text-mute">（{thing.on}）</span> : null}
              </li>
            ))}
          </ul>
          {preview.open[kind] > preview[kind].length ? (
            <p className="text-xs text-mute">另有 {preview.open[kind] - preview[kind].length} 项。</p>
          ) : null}
        </div>
      ))}
    </Card>
  );
}

function hrefOf({ taskId, slipId }: OpenThing): string {
  return slipId === null ? `/tasks/${taskId}` : `/slips/${slipId}`;
}
