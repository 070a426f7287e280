import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { PageTitle } from '@/components/shell/page-title';
import { SlipActions } from '@/components/slips/slip-actions';
import { SlipFacts } from '@/components/slips/slip-facts';
import { SlipPaperView } from '@/components/slips/slip-paper';
import { SlipSteps } from '@/components/slips/slip-steps';
import { ButtonLink } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { SavedNotice } from '@/components/ui/saved-notice';
import { readId } from '@/lib/dashboards/board.filter';
import { readAsOf, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { findSlip } from '@/lib/slips/slip-detail.queries';
import { findSlipForms } from '@/lib/slips/slip-forms.queries';

/** What the page says after a form has been carried out; anything else in ?saved= says nothing. */
const SAVED: Record<string, string> = {
  drafted: '已拟稿，等待其他工作人员审核。',
  changed: '修改已保存。',
  discarded: '已撤稿。',
  checked: '已审核，等待签发。',
  'sent-back': '已退回拟稿，拟稿人可以看到理由。',
  issued: '已签发并编号，主送单位已收到通知。',
  'signed-for': '已签收，请在期限内回复。',
  replied: '回复已提交，等待优化办办结。',
  returned: '回复已退回，主送单位可以看到理由和新的期限。',
  closed: '督办单已办结。',
  voided: '督办单已作废，文号保留，不再另用。',
};

// One reading serves the title and the page.
const readSlip = cache(async (slipId: string, day: string, today: string) => {
  const id = readId(slipId);
  return id === null ? null : findSlip(await requireActor(), id, { day, today });
});

export async function generateMetadata({ params, searchParams }: PageProps<'/slips/[slipId]'>): Promise<Metadata> {
  const { day, today } = await readAsOf(searchParams);
  const slip = await readSlip((await params).slipId, day, today);
  if (!slip) notFound();
  return { title: `${slip.paper.number ?? '拟稿'} ${slip.paper.tierWords}` };
}

export default async function SlipPage({ params, searchParams }: PageProps<'/slips/[slipId]'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const slip = await readSlip((await params).slipId, asOf.day, asOf.today);
  if (!slip) notFound();
  const forms = asOf.isToday ? await findSlipForms(actor, slip.id, asOf.today) : null;
  const saved = asOf.isToday ? SAVED[single(await searchParams, 'saved') ?? ''] : undefined;
  const day = asOf.isToday ? null : asOf.day;
  return (
    <>
      <PageTitle
        crumbs={[{ href: day ? `/slips?asOf=${day}` : '/slips', label: '督办单' }]}
        title={`${slip.paper.number ?? '拟稿'} ${slip.paper.tierWords}`}
        facts={[slip.unitName, slip.planTitle]}
        actions={
          asOf.isToday ? (
            <>
              <ButtonLink href={`/slips/${slip.id}/print`}>打印版</ButtonLink>
              <ButtonLink href={`/api/slips/${slip.id}/document`} download>
                下载 Word 文件
              </ButtonLink>
            </>
          ) : null
        }
      />
      {asOf.notice ? <Notice tone="warn">{asOf.notice}</Notice> : null}
      {saved ? <SavedNotice>{saved}</SavedNotice> : null}
      {asOf.isToday ? null : (
        <Notice tone="info">这是 {asOf.day} 的历史视图，只读；签收、回复和审核请回到今天。</Notice>
      )}
      {/* The paper keeps the width of its sheet: beside the facts only where both fit. */}
      <div className="grid items-start gap-x-3.5 xl:grid-cols-[minmax(0,1fr)_26rem] xl:grid-rows-[auto_1fr] print:block">
        <div className="min-w-0 lg:max-xl:grid lg:max-xl:grid-cols-2 lg:max-xl:items-start lg:max-xl:gap-x-3.5 xl:col-start-2 xl:row-start-1">
          <SlipFacts slip={slip} asOf={day} />
          {forms ? <SlipActions forms={forms} unitId={slip.unitId} /> : null}
          <SlipSteps steps={slip.steps} />
        </div>
        <div className="mb-3.5 min-w-0 overflow-x-auto rounded-lg border border-line xl:col-start-1 xl:row-span-2 xl:row-start-1">
          <SlipPaperView paper={slip.paper} />
        </div>
      </div>
    </>
  );
}
