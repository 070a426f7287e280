import type { ReactNode } from 'react';
import { classes } from '@/components/ui/classes';

export type NoticeTone = 'info' | 'ok' | 'warn' | 'error';

const TONES: Record<NoticeTone, { box: string; title: string; mark: string }> = {
  info: { box: 'border-blue bg-blue-ground', title: 'text-accent-strong', mark: '提示：' },
  ok: { box: 'border-green bg-green-ground', title: 'text-green', mark: '完成：' },
  warn: { box: 'border-lamp-amber bg-amber-ground', title: 'text-amber', mark: '注意：' },
  error: { box: 'border-red bg-red-ground', title: 'text-red', mark: '错误：' },
};

type NoticeProps = {
  tone?: NoticeTone;
  title?: ReactNode;
  children?: ReactNode;
  /** Read aloud at once (role=alert); an "ok" is announced politely. */
  alert?: boolean;
  className?: string;
};

export function Notice({ tone = 'info', title, children, alert, className }: NoticeProps) {
  const look = TONES[tone];
  return (
    <div
      role={alert ? 'alert' : tone === 'ok' ? 'status' : undefined}
      className={classes('mb-3.5 rounded-sm border-l-4 px-3.5 py-2', look.box, className)}
    >
      <span className="sr-only">{look.mark}</span>
      {title ? <p className={classes('font-semibold', look.title)}>{title}</p> : null}
      {children}
    </div>
  );
}
