'use client';

import { Button, ButtonLink } from '@/components/ui/button';

type ErrorPageProps = { error: unknown; retry: () => void };

function referenceOf(error: unknown): string | null {
  const digest = typeof error === 'object' && error !== null && 'digest' in error ? error.digest : null;
  return typeof digest === 'string' ? digest : null;
}

export default function ErrorPage({ error, retry }: ErrorPageProps) {
  const reference = referenceOf(error);
  return (
    <main id="main" className="mx-auto max-w-lg px-4 pt-[14vh] pb-12 text-center">
      <h1>页面暂时无法显示</h1>
      <p className="mt-2 text-mute">系统出现意外情况，已记录。已保存的内容不受影响，请稍后重试。</p>
      {reference ? (
        <p className="mt-2 text-sm text-mute">
          如多次出现，请将编号 <span className="font-semibold text-ink">{reference}</span> 告知管理员。
        </p>
      ) : null}
      <div className="mt-5 flex justify-center gap-2">
        <Button variant="main" onClick={() => retry()}>
          重试
        </Button>
        <ButtonLink href="/">回到首页</ButtonLink>
      </div>
    </main>
  );
}
