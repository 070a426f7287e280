import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AdminTabs } from '@/components/accounts/admin-tabs';
import { JobRuns } from '@/components/jobs/job-runs';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { listAddress, readPaging } from '@/lib/accounts/list.rules';
import { formatInstant } from '@/lib/dates';
import { findJobPage } from '@/lib/jobs/job-run.queries';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export async function generateMetadata(): Promise<Metadata> {
  return { title: mayDoInRegion(await requireActor(), 'job.read', null) ? '每日任务' : '未找到' };
}

export default async function JobsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const params = await searchParams;
  const paging = readPaging(single(params, 'page'), single(params, 'size'));
  const found = await findJobPage(actor, paging);
  if (!found) notFound();
  return (
    <>
      <PageTitle
        title="每日任务"
        facts={[
          `下次定时运行 ${formatInstant(found.nextAt)}`,
          found.lastEndedAt ? `上次结束 ${formatInstant(found.lastEndedAt)}` : '尚未运行过',
        ]}
      />
      <AdminTabs current="jobs" />
      {found.isSilent ? (
        <Notice tone="warn" title="已超过 26 小时没有运行">
          提醒和每日汇总可能没有发出。请检查网站进程是否在运行、是否设置了 LEDGER_JOBS=off；也可在服务器上运行 bin/jobs
          run daily 补做当天一次。
        </Notice>
      ) : null}
      <Card
        title="运行记录"
        id="runs"
        note="每天 8 时（北京时间）运行一次；错过的在恢复后补跑当天一次，不补发以前各日的提醒"
      >
        <JobRuns rows={found.rows} />
        <Pagination
          page={paging.page}
          pageSize={paging.pageSize}
          total={found.total}
          measureWord="次"
          hrefFor={(page, size) =>
            listAddress('/admin/jobs', { page: page > 1 ? page : null, size: size === 25 ? null : size })
          }
        />
      </Card>
    </>
  );
}
