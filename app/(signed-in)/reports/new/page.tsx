import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ManyReportForm } from '@/components/reports/many-form';
import { PageTitle } from '@/components/shell/page-title';
import { buttonClass } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import { calendarDoubt, readCalendar } from '@/lib/cycles/calendar.queries';
import { findBoardScope } from '@/lib/dashboards/board-scope.queries';
import { getUnitHome } from '@/lib/dashboards/unit-home.queries';
import type { Day } from '@/lib/dates';
import { cycleWords } from '@/lib/reports/cycle-choice.rules';
import { findManyForm } from '@/lib/reports/many-reports.queries';
import { submitManyAction } from '@/lib/reports/report.actions';
import { MOST_AT_ONCE, readTaskIds } from '@/lib/reports/report.schema';
import { single } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';
import { readId } from '@/lib/tasks/task-detail.queries';

/** Only who speaks for a unit has anything to report. */
async function requireSpeaker(): Promise<Actor> {
  const actor = await requireActor();
  if (actor.actingUnitIds.length + actor.childUnitIds.length === 0) notFound();
  return actor;
}

export async function generateMetadata(): Promise<Metadata> {
  await requireSpeaker();
  return { title: '批量填报' };
}

export default async function ManyReportsPage({ searchParams }: PageProps<'/reports/new'>) {
  const actor = await requireSpeaker();
  const query = await searchParams;
  const day = await today();
  const given = readTaskIds(query.tasks);
  const ids = given.flatMap((text) => readId(text) ?? []);
  const form = ids.length > 0 ? await findManyForm(actor, ids, day) : null;
  const notices: string[] = [];
  if (ids.length < given.length) notices.push('地址中有无法识别的任务编号，已忽略。');
  if (ids.length > MOST_AT_ONCE) notices.push(`一次最多填报 ${MOST_AT_ONCE} 项，其余请另行填报。`);
  else if (form && form.dropped > 0) notices.push(`有 ${form.dropped} 项任务不由您的单位填报，已略去。`);
  const refused = form?.rows.filter((row) => row.refusal !== null) ?? [];
  const sent = Number(single(query, 'sent') ?? 0);
  const papers = Number(single(query, 'papers') ?? 0);
  return (
    <>
      <PageTitle
        title="批量填报"
        facts={form ? [`${form.rows.length - refused.length} 项`] : [actor.unitName ?? '本单位']}
        crumbs={[{ href: '/', label: '首页' }]}
      />
      {sent > 0 ? <Notice tone="ok">已提交 {sent} 项任务的进展。</Notice> : null}
      {papers > 0 ? <Notice tone="ok">{papers} 项任务的进展已送单位负责人，签发后才算上报。</Notice> : null}
      {notices.map((notice) => (
        <Notice key={notice} tone="warn">
          {notice}
        </Notice>
      ))}
      {form === null ? (
        <ChooseTasks actor={actor} day={day} />
      ) : (
        <>
          {refused.length > 0 ? (
            <Notice tone="warn" title={`${refused.length} 项现在不能填报，未列入`}>
              <ul>
                {refused.map((row) => (
                  <li key={row.taskId}>
                    <TextLink href={`/tasks/${row.taskId}`}>第 {row.seq} 项</TextLink>：{row.refusal}
                  </li>
                ))}
              </ul>
            </Notice>
          ) : null}
          {form.rows.length === refused.length ? (
            <EmptyState title="所选任务现在都不能填报。">
              <TextLink href="/reports/new">重新选择</TextLink>
            </EmptyState>
          ) : (
            <Card>
              <ManyReportForm action={submitManyAction} form={form} accountId={actor.accountId} />
            </Card>
          )}
        </>
      )}
    </>
  );
}

/** What the actor's units owe now, to be ticked. */
async function ChooseTasks({ actor, day }: { actor: Actor; day: Day }) {
  const scope = await findBoardScope(actor, {}, day);
  const [owed, calendar] = await Promise.all([
    scope ? getUnitHome(actor, scope, day).then((home) => home.owed) : [],
    readCalendar(),
  ]);
  if (owed.length === 0) {
    return (
      <EmptyState title="本周期应报的任务都已填报。">
        需要更正已报内容的，请打开该任务。<TextLink href="/tasks">查看任务台账</TextLink>
      </EmptyState>
    );
  }
  return (
    <Card title="选择任务" note={`本周期待填报 ${owed.length} 项，一次最多 ${MOST_AT_ONCE} 项`}>
      <form action="/reports/new">
        <ul className="mb-3 divide-y divide-line-soft">
          {owed.map((item, index) => (
            <li key={item.taskId} className="py-1.5">
              <label className="flex items-start gap-2">
                <input
                  type="checkbox"
                  name="tasks"
                  value={item.taskId}
                  defaultChecked={index < MOST_AT_ONCE}
                  className="mt-1 size-3.5 shrink-0"
                />
                <span>
                  {item.line.text}
                  <span className="block text-xs text-mute">
                    {cycleWords({
                      ...item,
                      isCatchUp: false,
                      doubt: calendarDoubt(calendar, item.closesOn, item.graceEndsOn),
                    })}
                  </span>
                </span>
              </label>
            </li>
          ))}
        </ul>
        <button type="submit" className={buttonClass('main', 'normal')}>
          填报所选任务
        </button>
      </form>
    </Card>
  );
}
