import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PageTitle } from '@/components/shell/page-title';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { SavedNotice } from '@/components/ui/saved-notice';
import { Paper } from '@/components/unit-papers/paper-card';
import { single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';
import { hasPapers, listPapers, PAPER_PAGE_SIZE } from '@/lib/unit-papers/unit-paper.queries';

export async function generateMetadata(): Promise<Metadata> {
  if (!hasPapers(await requireActor())) notFound();
  return { title: '待签发' };
}

const SAVED: Record<string, string> = {
  signed: '已签发，材料已从本单位上报。',
  'sent-back': '已退改，拟稿人可以看到退改意见。',
  withdrawn: '已撤回。',
};

export default async function PapersPage({ searchParams }: PageProps<'/papers'>) {
  const actor = await requireActor();
  if (!hasPapers(actor)) notFound();
  const query = await searchParams;
  const day = await today();
  const given = single(query, 'page');
  const isPage = given !== undefined && /^[1-9]\d{0,6}$/.test(given);
  const { rows, total, page } = await listPapers(actor, day, isPage ? Number(given) : 1);
  const saved = SAVED[single(query, 'saved') ?? ''];
  const signs = actor.roles.includes('unit_head') || rows.some((paper) => paper.canSign);
  return (
    <>
      <PageTitle title="待签发" facts={[actor.unitName ?? '本单位', `${total} 份`]} />
      {saved ? <SavedNotice>{saved}</SavedNotice> : null}
      {given !== undefined && !isPage ? (
        <Notice tone="warn">页码“{given.slice(0, 20)}”无法识别，已忽略。</Notice>
      ) : null}
      {signs ? null : (
        <Notice tone="info">这些材料等待单位负责人签发，签发当日才算上报。需要修改的，由拟稿人撤回。</Notice>
      )}
      {rows.length === 0 ? (
        <EmptyState title="没有等待签发的材料。" actions={<ButtonLink href="/tasks">查看任务台账</ButtonLink>} />
      ) : (
        <Card>
          {rows.map((paper) => (
            <Paper key={paper.id} paper={paper} today={day} showsTask />
          ))}
          <Pagination
            page={page}
            pageSize={PAPER_PAGE_SIZE}
            total={total}
            sizes={[PAPER_PAGE_SIZE]}
            measureWord="份"
            hrefFor={(to) => (to > 1 ? `/papers?page=${to}` : '/papers')}
          />
        </Card>
      )}
    </>
  );
}
