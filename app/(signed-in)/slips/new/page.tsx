import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PageTitle } from '@/components/shell/page-title';
import { TierTabs, UnitProposals } from '@/components/slips/draft-choices';
import { SlipDraftForm } from '@/components/slips/draft-form';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';
import { draftSlipAction } from '@/lib/slips/slip.actions';
import { parseDraftWish } from '@/lib/slips/slip.filter';
import { findDraftForm, listDraftPlans, listUnitProposals } from '@/lib/slips/slip-draft.queries';

export async function generateMetadata(): Promise<Metadata> {
  if ((await listDraftPlans(await requireActor())).length === 0) notFound();
  return { title: '拟督办单' };
}

const CRUMBS = [{ href: '/slips', label: '督办单' }];

export default async function NewSlipPage({ searchParams }: PageProps<'/slips/new'>) {
  const actor = await requireActor();
  const day = await today();
  const plans = await listDraftPlans(actor);
  if (plans.length === 0) notFound();
  const { wish, notices } = parseDraftWish(await searchParams);
  const plan = plans.find((one) => one.id === wish.planId) ?? (plans.length === 1 ? plans[0]! : null);
  if (wish.planId !== null && plan?.id !== wish.planId)
    notices.push('所选方案不在执行中，或不在您的权限范围内，已忽略。');
  const said = notices.map((notice) => (
    <Notice key={notice} tone="warn">
      {notice}
    </Notice>
  ));
  if (!plan) {
    return (
      <>
        <PageTitle crumbs={CRUMBS} title="拟督办单" />
        {said}
        <Card title="选择方案">
          <ul className="divide-y divide-line-soft">
            {plans.map((one) => (
              <li key={one.id} className="py-1.5">
                <TextLink href={`/slips/new?plan=${one.id}`}>{one.title}</TextLink>
              </li>
            ))}
          </ul>
        </Card>
      </>
    );
  }
  const form =
    wish.unitId === null
      ? null
      : await findDraftForm(
          actor,
          { planId: plan.id, unitId: wish.unitId, taskIds: wish.taskIds, tier: wish.tier },
          day,
        );
  if (!form) {
    const { units, tiers } = await listUnitProposals(actor, plan, day);
    return (
      <>
        <PageTitle crumbs={CRUMBS} title="拟督办单" facts={[plan.title]} />
        {said}
        {wish.unitId === null ? null : (
          <Notice tone="warn">该单位在本方案中没有牵头的未办结任务，请在下面另选。</Notice>
        )}
        {units.length === 0 ? (
          <EmptyState title="今天没有临期、滞后、未报或逾期、又未列入督办单的任务。">
            确需督办的，可在任务台账中选择任务后拟单。
          </EmptyState>
        ) : (
          <UnitProposals planId={plan.id} units={units} tiers={tiers} />
        )}
      </>
    );
  }
  return (
    <>
      <PageTitle
        crumbs={[...CRUMBS, { href: `/slips/new?plan=${plan.id}`, label: '拟督办单' }]}
        title={`拟督办单：${form.unit.name}`}
        facts={[plan.title]}
      />
      {said}
      <TierTabs
        form={form}
        hrefFor={(tier) => {
          const params = new URLSearchParams({ plan: String(plan.id), unit: String(form.unit.id), tier: String(tier) });
          if (wish.taskIds.length > 0) params.set('tasks', wish.taskIds.join(','));
          return `/slips/new?${params}`;
        }}
      />
      <Card>
        <SlipDraftForm key={form.tier} action={draftSlipAction} form={form} slip={null} />
      </Card>
    </>
  );
}
