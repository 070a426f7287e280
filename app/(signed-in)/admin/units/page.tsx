import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AdminTabs } from '@/components/accounts/admin-tabs';
import { RegionPicker } from '@/components/accounts/region-picker';
import { PageTitle } from '@/components/shell/page-title';
import { Badge } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { canKeepUnits } from '@/lib/units/unit.policy';
import { findRegister, listUnitRegions } from '@/lib/units/unit.queries';
import { UNIT_KIND_LABELS, type UnitKind } from '@/lib/units/unit.schema';

export async function generateMetadata(): Promise<Metadata> {
  return { title: canKeepUnits(await requireActor()) ? '单位名册' : '未找到' };
}

export default async function UnitsAdminPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  if (!canKeepUnits(actor)) notFound();
  const regions = await listUnitRegions(actor);
  const params = await searchParams;
  const given = single(params, 'region');
  const region =
    regions.find((known) => String(known.id) === given) ??
    regions.find((known) => known.id === actor.regionId) ??
    regions[0];
  if (!region) notFound();
  const rows = await findRegister(actor, region.id, null);
  if (!rows) notFound();
  const isDropped = given !== undefined && given !== '' && String(region.id) !== given;
  return (
    <>
      <PageTitle
        title="单位名册"
        facts={[region.name, `${rows.length} 个一级单位`]}
        actions={
          <ButtonLink variant="main" href={`/admin/units/new?region=${region.id}`}>
            新增单位
          </ButtonLink>
        }
      />
      <AdminTabs current="units" />
      {isDropped ? <Notice tone="warn">没有找到所选地区，已显示{region.name}。</Notice> : null}
      <Card>
        <div className="mb-2">
          <RegionPicker action="/admin/units" regions={regions} current={String(region.id)} />
        </div>
        {rows.length === 0 ? (
          <EmptyState title="名册中还没有单位。" />
        ) : (
          <Table
            label={`${region.name}单位名册`}
            minWidth="min-w-[52rem]"
            note="按名册位次排列，各类表格默认同此顺序。已合并的单位保留在册，旧文件仍能识别，自合并之日起计入合并后的单位。"
          >
            <thead>
              <tr>
                <Th num>位次</Th>
                <Th>名称</Th>
                <Th>类别</Th>
                <Th>别名</Th>
                <Th>内设和加挂机构</Th>
                <Th num>下属单位</Th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <Td num mute>
                    {row.position}
                  </Td>
                  <Th scope="row">
                    <TextLink quiet href={`/admin/units/${row.id}`}>
                      {row.name}
                    </TextLink>
                    {row.mergedInto ? (
                      <span className="ml-2 text-xs text-mute">
                        <Badge>已并入</Badge> {row.mergedInto.name}，{row.mergedInto.effectiveOn} 起
                      </span>
                    ) : null}
                    {row.representsRegion ? (
                      <span className="ml-2">
                        <Badge tone="blue">代表{row.representsRegion}</Badge>
                      </span>
                    ) : null}
                    {row.fullName ? <span className="block text-xs text-mute">{row.fullName}</span> : null}
                  </Th>
                  <Td nowrap>{UNIT_KIND_LABELS[row.kind as UnitKind] ?? row.kind}</Td>
                  <Td>{row.aliases.join('、') || '—'}</Td>
                  <Td>{row.divisions.join('、') || '—'}</Td>
                  <Td num>{row.childCount || '—'}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Card>
    </>
  );
}
