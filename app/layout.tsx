import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import './globals.css';

export const metadata: Metadata = {
  title: { default: '改革任务台账', template: '%s · 改革任务台账' },
  description: '营商环境改革任务台账',
  robots: { index: false, follow: false },
  formatDetection: { telephone: false },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="zh-CN">
      <body>
        <p className="old-browser">
          您的浏览器版本过低，页面可能无法正常显示。请使用 Chrome 111
          或更高版本，或同等内核的浏览器（360、奇安信等请切换到“极速模式”）。
        </p>
        {children}
      </body>
    </html>
  );
}
