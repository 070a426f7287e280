import type { Metadata } from 'next';
import { OwnMailForm } from '@/components/accounts/own-mail-form';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { DefinitionList } from '@/components/ui/definition-list';
import { Notice } from '@/components/ui/notice';
import { SavedNotice } from '@/components/ui/saved-notice';
import { mailWords } from '@/lib/accounts/account.words';
import { getOwnMail } from '@/lib/accounts/own-mail.queries';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export const metadata: Metadata = { title: '我的提醒设置' };

export default async function OwnRemindersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const isSaved = single(await searchParams, 'saved') !== undefined;
  const { email, wantsMail, hasMail } = await getOwnMail(actor);
  return (
    <>
      <PageTitle title="我的提醒设置" facts={[actor.words]} crumbs={[{ href: '/inbox', label: '收件箱' }]} />
      {isSaved ? <SavedNotice>已保存。</SavedNotice> : null}
      {hasMail ? null : <Notice tone="info">本系统未配置邮件，提醒只在收件箱。</Notice>}
      <Card>
        <DefinitionList items={[{ term: '每日提醒邮件', detail: mailWords({ email, wantsMail }) }]} />
        <div className="mt-3 border-t border-line-soft pt-3">
          <OwnMailForm key={`${email} ${wantsMail}`} email={email} wantsMail={wantsMail} />
        </div>
      </Card>
    </>
  );
}
