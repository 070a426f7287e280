import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AccountForm } from '@/components/accounts/account-form';
import { RegionPicker } from '@/components/accounts/region-picker';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { canManageAccount, canOpenAdmin } from '@/lib/accounts/account.policy';
import { listAccountRegions, listUnitChoices } from '@/lib/accounts/account.queries';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export async function generateMetadata(): Promise<Metadata> {
  return { title: canOpenAdmin(await requireActor()) ? '新建账号' : '未找到' };
}

export default async function NewAccountPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  if (!canOpenAdmin(actor)) notFound();
  const regions = await listAccountRegions(actor);
  const given = single(await searchParams, 'region');
  const withPlatform = canManageAccount(actor, null);
  const region =
    given === 'platform' && withPlatform
      ? null
      : (regions.find((known) => String(known.id) === given) ??
        regions.find((known) => known.id === actor.regionId) ??
        regions[0] ??
        null);
  return (
    <>
      <PageTitle
        title="新建账号"
        facts={[region?.name ?? '平台']}
        crumbs={[{ href: '/admin/accounts', label: '账号管理' }]}
      />
      <Card>
        <RegionPicker
          action="/admin/accounts/new"
          regions={regions}
          current={region ? String(region.id) : 'platform'}
          withPlatform={withPlatform}
        />
        <div className="mt-3 max-w-3xl">
          <AccountForm
            key={region?.id ?? 'platform'}
            region={region ? String(region.id) : 'platform'}
            units={region ? await listUnitChoices(actor, region.id) : []}
          />
        </div>
      </Card>
    </>
  );
}
