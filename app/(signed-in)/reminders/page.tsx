import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { DaySteps } from '@/components/reminders/day-steps';
import { BurdenTable, DigestTable, ToBeToldTable, ToldTable } from '@/components/reminders/reminder-tables';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { Tabs } from '@/components/ui/tabs';
import { partsOfDay } from '@/lib/dates';
import {
  REMINDER_VIEW_WORDS,
  REMINDER_VIEWS,
  type ReminderAddress,
  readReminderAddress,
  reminderHref,
} from '@/lib/reminders/reminder-page.filter';
import {
  findReminderScope,
  listBurden,
  listDigests,
  listToBeTold,
  listTold,
  REMINDER_PAGE_SIZE,
  type ReminderScope,
} from '@/lib/reminders/reminder-page.queries';
import { single } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';
import { today as readToday } from '@/lib/server/clock';

// One reading serves the title and the page: only what the title's reading refuses has the title of a page that is not there.
const readScope = cache(async (region: string | null) => findReminderScope(await requireActor(), region));

async function readAddress(searchParams: PageProps<'/reminders'>['searchParams']) {
  const query = await searchParams;
  const today = await readToday();
  const given = {
    view: single(query, 'view'),
    day: single(query, 'day'),
    region: single(query, 'region'),
    page: single(query, 'page'),
  };
  return { today, ...readReminderAddress(given, today) };
}

export async function generateMetadata({ searchParams }: PageProps<'/reminders'>): Promise<Metadata> {
  if (!(await readScope((await readAddress(searchParams)).region))) notFound();
  return { title: '提醒' };
}

export default async function RemindersPage({ searchParams }: PageProps<'/reminders'>) {
  const actor = await requireActor();
  const { today, notices, ...address } = await readAddress(searchParams);
  const scope = await readScope(address.region);
  if (!scope) notFound();
  return (
    <>
      <PageTitle
        title="提醒"
        facts={[scope.region.name, scope.hasMail ? '邮件已配置' : '未配置邮件，只在系统内提醒']}
      />
      {notices.map((words) => (
        <Notice key={words} tone="warn">
          {words}
        </Notice>
      ))}
      <Tabs
        label="提醒视图"
        items={REMINDER_VIEWS.map((view) => ({
          href: reminderHref({ ...address, view, page: 1 }, today),
          label: REMINDER_VIEW_WORDS[view],
          current: view === address.view,
        }))}
      />
      <DaySteps address={address} today={today} regions={scope.regions} regionCode={scope.region.code} />
      {address.view === 'notices' ? (
        <Notices actor={actor} scope={scope} address={address} today={today} />
      ) : address.view === 'digests' ? (
        <Digests actor={actor} scope={scope} address={address} today={today} />
      ) : (
        <BurdenCard actor={actor} scope={scope} address={address} />
      )}
    </>
  );
}

type ViewProps = { actor: Actor; scope: ReminderScope; address: ReminderAddress; today: string };

async function Notices({ actor, scope, address, today }: ViewProps) {
  const { day, page } = address;
  const [planned, told] = await Promise.all([
    day >= today ? listToBeTold(actor, scope, day, today, page) : null,
    day <= today ? listTold(actor, scope, day, page) : null,
  ]);
  const hrefFor = (next: number) => reminderHref({ ...address, page: next }, today);
  const paging = { pageSize: REMINDER_PAGE_SIZE, sizes: [REMINDER_PAGE_SIZE], measureWord: '条', hrefFor };
  return (
    <>
      {planned ? (
        <Card
          id="planned"
          title={day === today ? '下次运行将提醒' : '将要提醒'}
          note={`${planned.people} 人，${planned.total} 条`}
        >
          {planned.rows.length === 0 ? (
            <EmptyState title={day === today ? '今天没有还要提醒的事项。' : '这一天没有要提醒的事项。'} />
          ) : (
            <ToBeToldTable rows={planned.rows} />
          )}
          <Pagination page={planned.page} total={planned.total} label="将要提醒的分页" {...paging} />
        </Card>
      ) : null}
      {told ? (
        <Card id="told" title="已提醒" note={`${told.people} 人，${told.total} 条`}>
          {told.rows.length === 0 ? <EmptyState title="这一天没有提醒过。" /> : <ToldTable rows={told.rows} />}
          <Pagination page={told.page} total={told.total} label="已提醒的分页" {...paging} />
        </Card>
      ) : null}
    </>
  );
}

async function Digests({ actor, scope, address, today }: ViewProps) {
  const digests = await listDigests(actor, scope, address.day, address.page);
  return (
    <>
      {scope.hasMail ? null : (
        <Notice tone="info" title="未配置邮件">
          提醒照常送到各人的收件箱；需要邮件的，请管理员按运维说明配置邮件服务器。
        </Notice>
      )}
      <Card
        id="digests"
        title="每日汇总"
        note={`${digests.total} 件，已发 ${digests.sent} 件，未能发出 ${digests.failed} 件`}
      >
        {digests.rows.length === 0 ? <EmptyState title="这一天没有汇总。" /> : <DigestTable rows={digests.rows} />}
        <Pagination
          page={digests.page}
          pageSize={REMINDER_PAGE_SIZE}
          total={digests.total}
          sizes={[REMINDER_PAGE_SIZE]}
          measureWord="件"
          hrefFor={(next) => reminderHref({ ...address, page: next }, today)}
        />
      </Card>
    </>
  );
}

async function BurdenCard({ actor, scope, address }: Omit<ViewProps, 'today'>) {
  const rows = await listBurden(actor, scope, address.day);
  const { year, month } = partsOfDay(address.day);
  return (
    <Card id="burden" title={`${year}年${month}月向各单位提出的要求`} note={`${rows.length} 个单位`}>
      {rows.length === 0 ? <EmptyState title="这个月没有向单位提出填报、督办或催办。" /> : <BurdenTable rows={rows} />}
    </Card>
  );
}
