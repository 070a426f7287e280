import type { Metadata } from 'next';
import { LedgerPicks } from '@/components/bulk/ledger-picks';
import { LightCounts } from '@/components/lights/light-counts';
import { PageTitle } from '@/components/shell/page-title';
import { FilterChips, LedgerFilter } from '@/components/tasks/ledger-filter';
import { LedgerTable } from '@/components/tasks/ledger-table';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { Tabs } from '@/components/ui/tabs';
import { bulkDeedsOf } from '@/lib/bulk/bulk.queries';
import { formatDayProse } from '@/lib/dates';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { readAsOf } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { LIGHT_CODES } from '@/lib/standing/standing.types';
import { LIGHT_WORDS } from '@/lib/standing/standing.words';
import { parseTaskFilter, printTaskFilter, TASK_PAGE_SIZES, taskFilterHref } from '@/lib/tasks/task.filter';
import { listTasks, resolveTaskFilter } from '@/lib/tasks/task.queries';

export const metadata: Metadata = { title: '任务台账' };

/** What each light stands for, in small print beneath its figure. */
const STRIP_NOTES = {
  RED: '逾期、断报',
  YELLOW: '临期、未报',
  GREEN: '正常',
  BLUE: '已办结、长期推进',
  NONE: '取消、待确认等',
} as const;

export default async function TasksPage({ searchParams }: PageProps<'/tasks'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const parsed = parseTaskFilter(await searchParams);
  const hasUnits = actor.actingUnitIds.length > 0;
  const isReporter = actor.roles.includes('unit_reporter') || actor.roles.includes('unit_head');
  // A unit's people come for what is theirs; mine=0 is the way to everything.
  if (parsed.isBare && isReporter && hasUnits) parsed.filter.mine = true;

  const access = await listPlanAccess(actor);
  const { filter, notices, choices, names } = await resolveTaskFilter(actor, parsed.filter, access);
  const { rows, counts, total, page, pages } = await listTasks(actor, filter, asOf.day, access);
  const day = asOf.isToday ? null : asOf.day;
  const all = [asOf.notice, ...parsed.notices, ...notices].filter((notice): notice is string => notice !== null);
  if (filter.page > pages) all.push(`没有第 ${filter.page} 页，已显示最后一页。`);
  const here = { ...filter, page };
  const drafts = choices.plans.filter((plan) => plan.isDraft);
  const hasLights = filter.light.length > 0 || filter.reason.length > 0;

  const deeds = bulkDeedsOf(actor, access);
  // Who speaks for a unit reports on many tasks in one form.
  const reports = isReporter && hasUnits;
  const table = (hasBoxes: boolean) => (
    <LedgerTable
      rows={rows}
      filter={here}
      asOf={day}
      showsPlan={filter.plan === null && choices.plans.length > 1}
      hasBoxes={hasBoxes}
    />
  );

  return (
    <>
      <PageTitle
        title={names.plan ?? '任务台账'}
        facts={[`${counts.all} 项任务`, ...(asOf.isToday ? [] : [`截至 ${formatDayProse(asOf.day)}`])]}
      />
      {all.map((notice) => (
        <Notice key={notice} tone="warn">
          {notice}
        </Notice>
      ))}
      {hasUnits ? (
        <Tabs
          label="任务范围"
          items={[
            {
              href: taskFilterHref({ ...filter, mine: true, page: 1 }, day),
              label: '本单位任务',
              current: filter.mine === true,
            },
            {
              href: taskFilterHref({ ...filter, mine: false, page: 1 }, day),
              label: '全部任务',
              current: filter.mine !== true,
            },
          ]}
        />
      ) : null}
      <LightCounts
        label="按亮灯统计"
        items={[
          {
            key: 'all',
            label: '全部',
            count: counts.all,
            note: '项任务',
            href: taskFilterHref({ ...filter, light: [], reason: [], page: 1 }, day),
            current: !hasLights,
          },
          ...LIGHT_CODES.filter(
            (light) => light !== 'NONE' || counts.byLight.NONE > 0 || filter.light.includes('NONE'),
          ).map((light) => ({
            key: light,
            light,
            label: LIGHT_WORDS[light],
            note: STRIP_NOTES[light],
            count: counts.byLight[light],
            href: taskFilterHref({ ...filter, light: [light], reason: [], page: 1 }, day),
            current: filter.light.includes(light),
          })),
        ]}
      />
      <LedgerFilter filter={filter} choices={choices} asOf={day} offersMine={hasUnits} />
      <FilterChips filter={filter} names={names} asOf={day} />
      {rows.length === 0 ? (
        <EmptyState
          title="没有符合条件的任务。"
          actions={
            <>
              <ButtonLink href={taskFilterHref({ mine: hasUnits ? false : null }, day)}>查看全部任务</ButtonLink>
              {drafts.slice(0, 3).map((plan) => (
                <ButtonLink key={plan.id} href={taskFilterHref({ plan: plan.id }, day)}>
                  {plan.name}（草稿）
                </ButtonLink>
              ))}
            </>
          }
        >
          {drafts.length > 0 ? '草稿方案的任务不计入台账，可选定方案查看。' : '可以放宽条件，或换一个统计日。'}
        </EmptyState>
      ) : (
        <div className="rounded-lg border border-line bg-card px-4 py-3 print:border-0 print:p-0">
          {asOf.isToday && (deeds.length > 0 || reports) && rows.some((row) => !row.isArchived) ? (
            <LedgerPicks
              key={taskFilterHref(here)}
              deeds={deeds}
              reports={reports}
              filter={printTaskFilter({ ...filter, page: 1 })}
              total={total}
            >
              {table(true)}
            </LedgerPicks>
          ) : (
            table(false)
          )}
          <Pagination
            page={page}
            pageSize={filter.size}
            total={total}
            sizes={TASK_PAGE_SIZES}
            hrefFor={(n, size) => taskFilterHref({ ...filter, page: n, size }, day)}
          />
        </div>
      )}
    </>
  );
}
