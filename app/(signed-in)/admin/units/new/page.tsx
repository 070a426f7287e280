import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { RegionPicker } from '@/components/accounts/region-picker';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { UnitForm } from '@/components/units-admin/unit-form';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { canKeepUnits } from '@/lib/units/unit.policy';
import { findRegister, listUnitRegions } from '@/lib/units/unit.queries';

export async function generateMetadata(): Promise<Metadata> {
  return { title: canKeepUnits(await requireActor()) ? '新增单位' : '未找到' };
}

export default async function NewUnitPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
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
  const register = await findRegister(actor, region.id, null);
  if (!register) notFound();
  const parents = register.filter((unit) => !unit.mergedInto).map((unit) => ({ id: unit.id, label: unit.name }));
  const parentId = parents.find((parent) => String(parent.id) === single(params, 'parent'))?.id;
  return (
    <>
      <PageTitle
        title="新增单位"
        facts={[region.name]}
        crumbs={[{ href: `/admin/units?region=${region.id}`, label: '单位名册' }]}
      />
      <Card>
        <RegionPicker action="/admin/units/new" regions={regions} current={String(region.id)} />
        <div className="mt-3 max-w-3xl">
          <UnitForm
            key={region.id}
            regionId={region.id}
            parents={parents}
            parentId={parentId ? String(parentId) : undefined}
          />
        </div>
      </Card>
    </>
  );
}
