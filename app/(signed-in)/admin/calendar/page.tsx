import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AdminTabs } from '@/components/accounts/admin-tabs';
import { CorrectCalendarForm, PublishYearForm } from '@/components/cycles/calendar-forms';
import { CalendarYear, CorrectedDays } from '@/components/cycles/calendar-year';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { SavedNotice } from '@/components/ui/saved-notice';
import { TextLink } from '@/components/ui/text-link';
import { findCalendarYear } from '@/lib/cycles/calendar.queries';
import { UNPUBLISHED_WORDS } from '@/lib/cycles/holidays';
import { BoardReader } from '@/lib/dashboards/board.filter';
import { isDay } from '@/lib/dates';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { SearchParams } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';

export async function generateMetadata(): Promise<Metadata> {
  if (!mayDoInRegion(await requireActor(), 'calendar.correct', null)) notFound();
  return { title: '工作日历' };
}

type CalendarPageProps = { searchParams: Promise<SearchParams> };

export default async function CalendarPage({ searchParams }: CalendarPageProps) {
  const actor = await requireActor();
  const query = new BoardReader(await searchParams);
  const now = await today();
  const asked = query.number('year', '年度');
  const isKnown = asked === undefined || (asked >= 2000 && asked <= 2100);
  if (!isKnown) query.notices.push(`年度“${asked}”不在 2000 至 2100 年之间，已按今年显示。`);
  const year = asked !== undefined && isKnown ? asked : Number(now.slice(0, 4));
  const view = await findCalendarYear(actor, year);
  if (!view) notFound();
  const { day, saved } = query.current();
  const corrected = view.days.filter((row) => row.isCorrected);
  return (
    <>
      <PageTitle title="工作日历" facts={[`${year}年`, view.isPublished ? '安排已公布' : UNPUBLISHED_WORDS]} />
      <AdminTabs current="calendar" />
      <BoardNotices notices={query.notices} />
      {saved !== undefined && /^\d{1,6}$/.test(saved) ? (
        <SavedNotice>
          日历已更正。
          {saved === '0' ? '没有填报周期的宽限期因此变动。' : `${saved} 个填报周期的宽限期已重新推算。`}
        </SavedNotice>
      ) : null}
      <Card
        title={`${year}年`}
        note="休：放假；班：周末上班；其余按周一至周五上班。加点线的日子经管理员更正。点一天可以更正"
        actions={
          <>
            {year > 2000 ? <TextLink href={`/admin/calendar?year=${year - 1}`}>{year - 1}年</TextLink> : null}
            {year < 2100 ? <TextLink href={`/admin/calendar?year=${year + 1}`}>{year + 1}年</TextLink> : null}
          </>
        }
      >
        {view.isPublished ? null : (
          <Notice tone="warn" title={UNPUBLISHED_WORDS}>
            用到 {year} 年工作日的宽限期和回复期限，旁边都会注明。通知公布后请录入放假和调休的日子，再标记为已公布。
          </Notice>
        )}
        <CalendarYear view={view} />
      </Card>
      <Card title="更正日历" id="correct">
        <p className="mb-2 text-sm text-mute">
          宽限期尚未结束的填报周期随之重新推算，不会早于今天；以前各日的统计不变，已发出的督办单回复期限不变。
        </p>
        <CorrectCalendarForm key={day} day={isDay(day) ? day : ''} />
      </Card>
      {view.isPublished ? null : (
        <Card title="标记为已公布" id="publish">
          <PublishYearForm year={year} />
        </Card>
      )}
      {corrected.length > 0 ? (
        <Card title="已更正的日子" note={`共 ${corrected.length} 天`}>
          <CorrectedDays days={corrected} />
        </Card>
      ) : null}
    </>
  );
}
