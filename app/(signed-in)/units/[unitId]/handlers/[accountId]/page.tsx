import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { HandOver } from '@/components/handlers/hand-over';
import { PageTitle } from '@/components/shell/page-title';
import { Notice } from '@/components/ui/notice';
import { SavedNotice } from '@/components/ui/saved-notice';
import { findHandOver } from '@/lib/handlers/handler.queries';
import { readAsOf, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

const readPage = cache(async (accountId: string, unitId: string) =>
  findHandOver(await requireActor(), accountId, unitId),
);

export async function generateMetadata({
  params,
}: PageProps<'/units/[unitId]/handlers/[accountId]'>): Promise<Metadata> {
  const { accountId, unitId } = await params;
  const page = await readPage(accountId, unitId);
  return { title: page ? `${page.person.displayName}工作交接` : '未找到' };
}

export default async function UnitHandOverPage({
  params,
  searchParams,
}: PageProps<'/units/[unitId]/handlers/[accountId]'>) {
  await requireActor();
  const { accountId, unitId } = await params;
  const page = await readPage(accountId, unitId);
  if (!page) notFound();
  const asOf = await readAsOf(searchParams);
  return (
    <>
      <PageTitle
        title={`${page.person.displayName}工作交接`}
        crumbs={[{ href: `/units/${unitId}/handlers`, label: '经办人' }]}
        facts={[page.person.isActive ? '账号在用' : '账号已停用']}
      />
      {asOf.isToday ? null : <Notice tone="info">工作交接只按今天办理。</Notice>}
      {single(await searchParams, 'saved') === '1' ? <SavedNotice>已移交。</SavedNotice> : null}
      <HandOver page={page} unitId={Number(unitId)} />
    </>
  );
}
