import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AccountTable } from '@/components/accounts/account-table';
import { AdminTabs } from '@/components/accounts/admin-tabs';
import { PageTitle } from '@/components/shell/page-title';
import { Button, ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { SelectField, TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { TextLink } from '@/components/ui/text-link';
import { canOpenAdmin } from '@/lib/accounts/account.policy';
import { listAccountRegions, listAccounts } from '@/lib/accounts/account.queries';
import { ROLE_LABELS } from '@/lib/accounts/account.words';
import { listAddress, readPaging } from '@/lib/accounts/list.rules';
import { ROLES } from '@/lib/rights/rights.table';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export async function generateMetadata(): Promise<Metadata> {
  return { title: canOpenAdmin(await requireActor()) ? '账号管理' : '未找到' };
}

export default async function AccountsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  if (!canOpenAdmin(actor)) notFound();
  const params = await searchParams;
  const regions = await listAccountRegions(actor);
  const given = (name: string) => single(params, name) ?? '';
  const role = ROLES.find((known) => known === given('role')) ?? null;
  const region = regions.find((known) => String(known.id) === given('region')) ?? null;
  const active: 'all' | 'yes' | 'no' =
    given('active') === 'yes' || given('active') === 'no' ? (given('active') as 'yes' | 'no') : 'all';
  const isDropped =
    (given('role') !== '' && !role) ||
    (given('region') !== '' && !region) ||
    (given('active') !== '' && active === 'all');
  const { page, pageSize } = readPaging(given('page'), given('size'));
  const filter = {
    q: given('q').slice(0, 60),
    role,
    regionId: region?.id ?? null,
    unit: given('unit').slice(0, 60),
    active,
  };
  const { rows, total } = await listAccounts(actor, { ...filter, page, pageSize });
  const isFiltered = filter.q !== '' || role || region || filter.unit !== '' || active !== 'all';
  const address = (to: number, size: number) =>
    listAddress('/admin/accounts', {
      q: filter.q,
      role,
      region: region?.id,
      unit: filter.unit,
      active: active === 'all' ? null : active,
      page: to > 1 ? to : null,
      size: size === 25 ? null : size,
    });
  return (
    <>
      <PageTitle
        title="账号管理"
        facts={[actor.regionName ?? '平台', `${total} 个账号`]}
        actions={
          <>
            <ButtonLink href="/admin/accounts/import">批量新建</ButtonLink>
            <ButtonLink variant="main" href="/admin/accounts/new">
              新建账号
            </ButtonLink>
          </>
        }
      />
      <AdminTabs current="accounts" />
      {isDropped ? <Notice tone="warn">有筛选条件无法识别，已忽略。</Notice> : null}
      <Card>
        <form
          method="get"
          action="/admin/accounts"
          className="mb-2 grid grid-cols-2 items-end gap-x-3 gap-y-2 sm:grid-cols-3 lg:grid-cols-[1.4fr_1fr_1fr_1.2fr_0.8fr_auto]"
        >
          <TextField
            name="q"
            label="用户名或姓名"
            className="mb-0!"
            type="search"
            maxLength={60}
            defaultValue={filter.q}
          />
          <SelectField
            name="role"
            label="角色"
            className="mb-0!"
            placeholder="全部"
            defaultValue={role ?? ''}
            options={ROLES.map((known) => ({ value: known, label: ROLE_LABELS[known] }))}
          />
          <SelectField
            name="region"
            label="地区"
            className="mb-0!"
            placeholder="全部"
            defaultValue={String(region?.id ?? '')}
            options={regions.map((known) => ({ value: String(known.id), label: known.name }))}
          />
          <TextField
            name="unit"
            label="单位"
            className="mb-0!"
            type="search"
            maxLength={60}
            defaultValue={filter.unit}
          />
          <SelectField
            name="active"
            label="状态"
            className="mb-0!"
            placeholder="全部"
            defaultValue={active === 'all' ? '' : active}
            options={[
              { value: 'yes', label: '启用' },
              { value: 'no', label: '停用' },
            ]}
          />
          <div className="flex items-center gap-2">
            <Button type="submit">筛选</Button>
            {isFiltered ? (
              <TextLink quiet href="/admin/accounts" className="whitespace-nowrap">
                清除
              </TextLink>
            ) : null}
          </div>
        </form>
        {rows.length === 0 ? (
          <EmptyState title={isFiltered ? '没有符合条件的账号。' : '还没有账号。'} />
        ) : (
          <AccountTable rows={rows} />
        )}
        <Pagination page={page} pageSize={pageSize} total={total} hrefFor={address} measureWord="个账号" />
      </Card>
    </>
  );
}
