import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AccountImport } from '@/components/accounts/account-import';
import { RegionPicker } from '@/components/accounts/region-picker';
import { PageTitle } from '@/components/shell/page-title';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { canOpenAdmin } from '@/lib/accounts/account.policy';
import { listAccountRegions } from '@/lib/accounts/account.queries';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export async function generateMetadata(): Promise<Metadata> {
  return { title: canOpenAdmin(await requireActor()) ? '批量新建账号' : '未找到' };
}

export default async function ImportAccountsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  if (!canOpenAdmin(actor)) notFound();
  const regions = await listAccountRegions(actor);
  const given = single(await searchParams, 'region');
  const region =
    regions.find((known) => String(known.id) === given) ??
    regions.find((known) => known.id === actor.regionId) ??
    regions[0];
  if (!region) notFound();
  return (
    <>
      <PageTitle
        title="批量新建账号"
        facts={[region.name]}
        crumbs={[{ href: '/admin/accounts', label: '账号管理' }]}
        actions={
          <ButtonLink href="/admin/accounts/import/template" download="">
            下载模板
          </ButtonLink>
        }
      />
      <Card>
        <RegionPicker action="/admin/accounts/import" regions={regions} current={String(region.id)} />
        <p className="my-3 max-w-2xl text-sm text-mute">
          表格中的账号都属于{region.name}
          。单位填名册中的名称或别名，科室和二级单位写作“市住建局/办公室”；优化办工作人员、领导、管理员的单位可留空。角色填“填报员、单位负责人、优化办工作人员、领导、管理员”，多个用顿号隔开。先核对，确认后才写入；有一处不对则全部不写入。
        </p>
        <AccountImport key={region.id} region={String(region.id)} />
      </Card>
    </>
  );
}
