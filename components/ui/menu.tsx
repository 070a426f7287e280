'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { classes } from '@/components/ui/classes';

type MenuProps = {
  /** What one presses. */
  summary: ReactNode;
  children: ReactNode;
  /** Class of the pressed line. */
  summaryClass?: string;
  /** Class of the panel: its place and width, e.g. 'right-0 w-40'. */
  panelClass?: string;
  className?: string;
};

/** A panel beneath a line. Opens without JavaScript; with it, Escape, a press outside or a followed link closes it. */
export function Menu({ summary, children, summaryClass, panelClass, className }: MenuProps) {
  const details = useRef<HTMLDetailsElement>(null);

  useEffect(() => {
    const close = (returnFocus: boolean) => {
      const element = details.current;
      if (!element?.open) return;
      element.open = false;
      if (returnFocus) element.querySelector('summary')?.focus();
    };
    const onPress = (event: MouseEvent) => {
      const target = event.target as Element;
      const isOutside = !details.current?.contains(target);
      if (isOutside || target.closest('a')) close(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close(true);
    };
    document.addEventListener('click', onPress);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('click', onPress);
      document.removeEventListener('keydown', onKey);
    };
  }, []);

  return (
    <details ref={details} className={classes('relative', className)}>
      <summary
        className={classes(
          'inline-flex min-h-7 items-center gap-1 rounded-md border border-line bg-card px-2 whitespace-nowrap hover:border-accent',
          summaryClass,
        )}
      >
        {summary}
        <svg aria-hidden="true" viewBox="0 0 10 6" className="w-2.5 shrink-0 text-mute print:hidden">
          <path d="M1 1l4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </svg>
      </summary>
      <div
        className={classes(
          'absolute top-full z-30 mt-1 rounded-lg border border-line bg-card p-2 shadow-lg print:hidden',
          panelClass,
        )}
      >
        {children}
      </div>
    </details>
  );
}
