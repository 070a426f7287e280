import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { SignInForm } from '@/components/accounts/sign-in-form';
import { Notice } from '@/components/ui/notice';
import { SIGN_IN_WORDS } from '@/lib/accounts/sign-in.rules';
import { type SearchParams, single } from '@/lib/server/as-of';
import { safeNext } from '@/lib/server/auth/next-address';
import { findActor } from '@/lib/server/auth/session';
import { isDemo } from '@/lib/server/data-mode';

export const metadata: Metadata = { title: '登录' };

/** What next-auth's own endpoint sends back to this page. */
function wordsOf(error: string | undefined): string | null {
  if (error === undefined || error === '') return null;
  if (error === 'CredentialsSignin') return SIGN_IN_WORDS.wrong;
  if (error === 'locked') return SIGN_IN_WORDS.locked;
  return '登录没有完成，请重试。';
}

export default async function LoginPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  // next-auth names the place to come back to callbackUrl.
  const next = safeNext(single(params, 'next') ?? single(params, 'callbackUrl'));
  if (await findActor({ passwordMayBeDue: true })) redirect(next);
  const refused = wordsOf(single(params, 'error'));
  const hasLeft = single(params, 'left') !== undefined;
  return (
    <main id="main" className="flex min-h-screen flex-col items-center px-4 pt-[12vh] pb-8">
      <div className="w-full max-w-sm">
        <p className="text-center text-sm text-mute">优化营商环境</p>
        <h1 className="mb-5 text-center">改革任务台账</h1>
        {(await isDemo()) ? (
          <Notice tone="warn" title="演示数据">
            各项进展均为模拟，不反映任何单位的真实工作。
          </Notice>
        ) : null}
        {hasLeft && !refused ? <Notice tone="ok">已退出登录。</Notice> : null}
        {next !== '/' && !hasLeft && !refused ? <Notice>请先登录，登录后回到刚才的页面。</Notice> : null}
        <div className="rounded-lg border border-line bg-card px-5 py-4">
          <SignInForm next={next} before={refused ? { status: 'refused', message: refused } : undefined} />
        </div>
        <div className="mt-4 space-y-0.5 text-center text-xs text-mute">
          <p>忘记密码或没有账号，请联系本地区管理员。</p>
          <p>长时间不操作会自动退出，离开时请退出登录。</p>
        </div>
      </div>
    </main>
  );
}
