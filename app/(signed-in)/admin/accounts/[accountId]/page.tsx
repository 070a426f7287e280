import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { AccountForm } from '@/components/accounts/account-form';
import { RegionPicker } from '@/components/accounts/region-picker';
import { ResetPasswordForm } from '@/components/accounts/reset-password-form';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { SavedNotice } from '@/components/ui/saved-notice';
import { TextLink } from '@/components/ui/text-link';
import { canManageAccount } from '@/lib/accounts/account.policy';
import { findAccount, listAccountRegions, listUnitChoices } from '@/lib/accounts/account.queries';
import { mailWords } from '@/lib/accounts/account.words';
import { formatInstant } from '@/lib/dates';
import { countOpenWork } from '@/lib/handlers/handler.queries';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

type AccountPageProps = { params: Promise<{ accountId: string }>; searchParams: Promise<SearchParams> };

const readAccount = cache(async (accountId: string) =>
  /^\d{1,10}$/.test(accountId) ? findAccount(await requireActor(), Number(accountId)) : null,
);

export async function generateMetadata({ params }: AccountPageProps): Promise<Metadata> {
  return { title: (await readAccount((await params).accountId))?.displayName ?? '未找到' };
}

export default async function AccountPage({ params, searchParams }: AccountPageProps) {
  const actor = await requireActor();
  const account = await readAccount((await params).accountId);
  if (!account) notFound();
  const query = await searchParams;
  const regions = await listAccountRegions(actor);
  const withPlatform = canManageAccount(actor, null);
  const given = single(query, 'region');
  const region =
    given === 'platform' && withPlatform
      ? 'platform'
      : (regions.find((known) => String(known.id) === given)?.id ?? account.regionId ?? 'platform');
  const openWork = await countOpenWork(account.id);
  const keptUnit = region === account.regionId ? (account.unitId ?? account.scopeUnitId) : null;
  return (
    <>
      <PageTitle
        title={account.displayName}
        facts={[
          account.username,
          account.isActive ? '启用' : '停用',
          `建于 ${formatInstant(account.createdAt)}`,
          mailWords(account),
        ]}
        crumbs={[{ href: '/admin/accounts', label: '账号管理' }]}
      />
      {single(query, 'saved') !== undefined ? <SavedNotice>已保存，下一次操作起生效。</SavedNotice> : null}
      {openWork > 0 ? (
        <Notice tone="warn" title={`该账号名下有 ${openWork} 项未办结的工作`}>
          停用账号或调整单位前，请先<TextLink href={`/admin/accounts/${account.id}/hand-over`}>办理工作交接</TextLink>
          ，可在交接时一并停用。
        </Notice>
      ) : null}
      <Card title="资料与权限" id="profile">
        <RegionPicker
          action={`/admin/accounts/${account.id}`}
          regions={regions}
          current={String(region)}
          withPlatform={withPlatform}
        />
        <div className="mt-3 max-w-3xl">
          <AccountForm
            key={`${region} ${account.version}`}
            region={String(region)}
            units={region === 'platform' ? [] : await listUnitChoices(actor, region, keptUnit)}
            account={region === account.regionId ? account : { ...account, unitId: null, scopeUnitId: null }}
          />
        </div>
      </Card>
      <Card title="密码" id="password" note={`上次修改 ${formatInstant(account.passwordChangedAt)}`}>
        <ResetPasswordForm accountId={account.id} version={account.version} />
      </Card>
    </>
  );
}
