import { randomUUID } from 'node:crypto';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { z } from 'zod';
import { ComingTable, CyclesTable, OwnCyclesTable } from '@/components/cycles/cycle-tables';
import { DueSoonForm, PreviewForm, type RuleValues, SaveCyclesForm } from '@/components/cycles/plan-cycle-forms';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { withDay } from '@/components/dashboards/task-lines';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { DefinitionList } from '@/components/ui/definition-list';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { SavedNotice } from '@/components/ui/saved-notice';
import { BoardReader, boardHref, readId } from '@/lib/dashboards/board.filter';
import { findCycleReader, listOwnCycleTasks, listPlanCycles } from '@/lib/dashboards/plan-cycles.queries';
import type { Day } from '@/lib/dates';
import { findPlan, mayOnPlan } from '@/lib/plans/plan.queries';
import { noLightsSentence, planPhaseOn } from '@/lib/plans/plan.words';
import { previewCycles, readCycleRules } from '@/lib/plans/plan-cycles.queries';
import { cycleRulesWords } from '@/lib/plans/plan-cycles.rules';
import { previewCyclesSchema } from '@/lib/plans/plan-cycles.schema';
import { readAsOf, type SearchParams } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';

const loadCycles = cache(async (actor: Actor, planId: string, day: Day) => {
  const id = readId(planId);
  const plan = id === null ? null : await findPlan(actor, id, day);
  if (!plan || plan.kind === 'ASSESSMENT') notFound();
  const reader = await findCycleReader(actor, plan.access, day);
  if (!reader) notFound();
  return { plan, reader };
});

type CyclesPageProps = { params: Promise<{ planId: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata({ params, searchParams }: CyclesPageProps): Promise<Metadata> {
  const { day } = await readAsOf(searchParams);
  const { plan } = await loadCycles(await requireActor(), (await params).planId, day);
  return { title: `填报周期 · ${plan.title}` };
}

const SIZES = [12, 24, 48] as const;
const SAVED: Record<string, string> = {
  cycles: '填报周期已调整。本期照旧，之后的周期按新规则截止；以前各期和各日的统计不变。',
  'due-soon': '临期天数已调整，自今天起按新的天数亮灯；以前各日的统计不变。',
};

export default async function PlanCyclesPage({ params, searchParams }: CyclesPageProps) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const { plan, reader } = await loadCycles(actor, (await params).planId, asOf.day);
  const query = new BoardReader(await searchParams);
  const page = query.page(SIZES);
  const current = query.current();
  const link = asOf.isToday ? null : asOf.day;
  // An archived plan's cycles stand as on the day it was archived.
  const isArchived = planPhaseOn(plan, asOf.day) === 'archived';
  const shownOn = isArchived ? plan.archivedOn! : asOf.day;
  const [cycles, own, rules] = await Promise.all([
    listPlanCycles(actor, reader, shownOn, page),
    listOwnCycleTasks(actor, reader, shownOn),
    readCycleRules(plan),
  ]);
  const canSet =
    asOf.isToday && (plan.status === 'ACTIVE' || plan.status === 'DRAFT') && mayOnPlan(actor, plan, 'plan.set_rules');
  const asked = canSet && current.preview === '1' ? current : null;
  const values: RuleValues = {
    kind: asked?.kind ?? rules.kind,
    closingDay: asked ? (asked.closingDay ?? '') : String(rules.closingDay ?? ''),
    graceWorkingDays: asked?.graceWorkingDays ?? String(rules.graceWorkingDays),
    dates: asked ? (asked.dates ?? '') : rules.dates.join('\n'),
  };
  const parsed = asked ? previewCyclesSchema.safeParse(values) : null;
  const preview = parsed?.success ? await previewCycles(plan, parsed.data, asOf.today) : null;
  const noLights = noLightsSentence(plan, asOf.day);
  return (
    <>
      <PageTitle
        crumbs={[
          { href: withDay('/plans', link), label: '方案' },
          { href: withDay(`/plans/${plan.id}`, link), label: plan.title },
        ]}
        title="填报周期"
        facts={[reader.unitIds === null ? plan.regionName : '本单位牵头的任务']}
      />
      <BoardNotices notices={[asOf.notice, ...query.notices]} />
      {asOf.isToday && SAVED[current.saved ?? ''] ? <SavedNotice>{SAVED[current.saved ?? '']}</SavedNotice> : null}
      {noLights ? <Notice tone="info">{noLights}</Notice> : null}
      <Card title={isArchived ? '归档时的规则' : '现行规则'}>
        <DefinitionList
          items={[
            { term: '填报周期', detail: cycleRulesWords(rules) },
            ...(rules.kind === 'CUSTOM' ? [{ term: '截止日', detail: rules.dates.join('、') }] : []),
            { term: '临期', detail: `完成时限前 ${plan.dueSoonDays} 天` },
          ]}
        />
        {asOf.isToday ? null : <p className="mt-2 text-xs text-mute">填报周期为现在的规则，临期天数为统计日的规则。</p>}
      </Card>
      <Card title="各期填报情况">
        {cycles.begun.length === 0 ? (
          <EmptyState title={cycles.total > 0 ? '没有这一页。' : '还没有开始的填报周期。'} />
        ) : (
          <CyclesTable planId={plan.id} cycles={cycles.begun} asOf={link} isArchived={isArchived} />
        )}
        <Pagination
          page={page.page}
          pageSize={page.size}
          total={cycles.total}
          sizes={SIZES}
          measureWord="期"
          hrefFor={(number, size) =>
            boardHref(`/plans/${plan.id}/cycles`, current, {
              page: number === 1 ? null : number,
              size: size === SIZES[0] ? null : size,
            })
          }
        />
      </Card>
      {cycles.coming.length > 0 && !isArchived ? (
        <Card title="接下来的周期">
          <ComingTable cycles={cycles.coming} label="接下来的周期" />
        </Card>
      ) : null}
      {own.total > 0 ? (
        <Card
          title="单独设定周期的任务"
          note={own.total > own.rows.length ? `共 ${own.total} 项，列出前 ${own.rows.length} 项` : `共 ${own.total} 项`}
        >
          <OwnCyclesTable planId={plan.id} tasks={own.rows} asOf={link} />
        </Card>
      ) : null}
      {canSet ? (
        <>
          <Card title="调整填报周期" id="rules" note="先预览，再保存">
            <p className="mb-2 text-sm text-mute">
              {plan.status === 'ACTIVE'
                ? '正在进行的一期照旧截止和宽限，新规则自其次日起执行；单独设定周期的任务不受影响。'
                : '草稿启用后按此生成填报周期。'}
            </p>
            <PreviewForm
              planId={plan.id}
              values={values}
              errors={parsed && !parsed.success ? z.flattenError(parsed.error).fieldErrors : undefined}
            />
            {preview?.fault ? (
              <Notice tone="error" title={preview.fault} className="mt-3" />
            ) : preview ? (
              <div className="mt-3">
                <p className="mb-2">
                  {preview.running
                    ? `本期（${preview.running.label}）照旧于 ${preview.running.closesOn} 截止。`
                    : plan.status === 'ACTIVE'
                      ? '现在没有进行中的周期。'
                      : '以下按方案的生效日期推算，启用时以实际生效日期为准。'}
                  {preview.next.length === 0 ? '此后不再有填报周期。' : `自 ${preview.beginsOn} 起按新规则：`}
                </p>
                {preview.next.length > 0 ? <ComingTable cycles={preview.next} label="预览" /> : null}
                <SaveCyclesForm planId={plan.id} version={plan.version} values={values} formKey={randomUUID()} />
              </div>
            ) : null}
          </Card>
          <Card title="调整临期天数" id="due-soon" note={plan.status === 'ACTIVE' ? '自今天起执行' : undefined}>
            <DueSoonForm planId={plan.id} days={plan.dueSoonDays} formKey={randomUUID()} />
          </Card>
        </>
      ) : null}
    </>
  );
}
