import type { Metadata } from 'next';
import { PasswordForm } from '@/components/accounts/password-form';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import { PASSWORD_RULE } from '@/lib/accounts/password.rules';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export const metadata: Metadata = { title: '修改密码' };

export default async function PasswordPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor({ passwordMayBeDue: true });
  const isChanged = single(await searchParams, 'changed') !== undefined && !actor.mustChangePassword;
  return (
    <>
      <PageTitle title="修改密码" facts={[actor.words]} />
      {actor.mustChangePassword ? (
        <Notice tone="warn" title="请先设置自己的密码">
          当前密码由系统生成或由管理员重置，修改后才能使用其他功能。
        </Notice>
      ) : null}
      {isChanged ? (
        <Notice tone="ok" title="密码已修改">
          其他设备上的登录已退出。<TextLink href="/">回到首页</TextLink>
        </Notice>
      ) : null}
      <Card>
        <PasswordForm username={actor.username} rule={PASSWORD_RULE} />
      </Card>
    </>
  );
}
