import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { PageTitle } from '@/components/shell/page-title';
import { TierTabs } from '@/components/slips/draft-choices';
import { SlipDraftForm } from '@/components/slips/draft-form';
import { Card } from '@/components/ui/card';
import { readId } from '@/lib/dashboards/board.filter';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';
import { changeSlipAction } from '@/lib/slips/slip.actions';
import { parseDraftWish } from '@/lib/slips/slip.filter';
import { findChangeForm } from '@/lib/slips/slip-draft.queries';

const readForm = cache(async (slipId: string, tier: 1 | 2 | 3 | null) => {
  const id = readId(slipId);
  const actor = await requireActor();
  return id === null ? null : findChangeForm(actor, id, tier, await today());
});

export async function generateMetadata({
  params,
  searchParams,
}: PageProps<'/slips/[slipId]/change'>): Promise<Metadata> {
  const { wish } = parseDraftWish(await searchParams);
  if (!(await readForm((await params).slipId, wish.tier))) notFound();
  return { title: '修改督办单' };
}

export default async function ChangeSlipPage({ params, searchParams }: PageProps<'/slips/[slipId]/change'>) {
  await requireActor();
  const { slipId } = await params;
  const { wish } = parseDraftWish(await searchParams);
  const form = await readForm(slipId, wish.tier);
  if (!form) notFound();
  return (
    <>
      <PageTitle
        crumbs={[
          { href: '/slips', label: '督办单' },
          { href: `/slips/${slipId}`, label: form.values.title },
        ]}
        title={`修改督办单：${form.unit.name}`}
        facts={[form.plan.title]}
      />
      <TierTabs form={form} hrefFor={(tier) => `/slips/${slipId}/change?tier=${tier}`} />
      <Card>
        <SlipDraftForm
          key={form.tier}
          action={changeSlipAction}
          form={form}
          slip={{ id: Number(slipId), version: form.version }}
        />
      </Card>
    </>
  );
}
