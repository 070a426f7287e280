'use client';

import './globals.css';
import ErrorPage from './error';

/** Stands in for the root layout when that itself fails. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="zh-CN">
      <body>
        <title>页面暂时无法显示 · 改革任务台账</title>
        <ErrorPage error={error} retry={retry} />
      </body>
    </html>
  );
}
