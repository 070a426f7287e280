import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { HandOver } from '@/components/handlers/hand-over';
import { PageTitle } from '@/components/shell/page-title';
import { SavedNotice } from '@/components/ui/saved-notice';
import { findHandOver } from '@/lib/handlers/handler.queries';
import { single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

const readPage = cache(async (accountId: string) => findHandOver(await requireActor(), accountId));

export async function generateMetadata({
  params,
}: PageProps<'/admin/accounts/[accountId]/hand-over'>): Promise<Metadata> {
  const page = await readPage((await params).accountId);
  return { title: page ? `${page.person.displayName}工作交接` : '未找到' };
}

export default async function HandOverPage({
  params,
  searchParams,
}: PageProps<'/admin/accounts/[accountId]/hand-over'>) {
  await requireActor();
  const page = await readPage((await params).accountId);
  if (!page) notFound();
  return (
    <>
      <PageTitle
        title={`${page.person.displayName}工作交接`}
        crumbs={[
          { href: '/admin/accounts', label: '账号管理' },
          { href: `/admin/accounts/${page.person.id}`, label: page.person.displayName },
        ]}
        facts={[page.person.isActive ? '账号在用' : '账号已停用']}
      />
      {single(await searchParams, 'saved') === '1' ? <SavedNotice>已办理。</SavedNotice> : null}
      <HandOver page={page} unitId={null} />
    </>
  );
}
