import type { ReactNode } from 'react';
import { classes } from '@/components/ui/classes';

type RawTextProps = {
  children: ReactNode;
  /** On lines of its own (keeps line breaks) instead of inside a sentence. */
  block?: boolean;
  className?: string;
};

/** Words exactly as the document prints them, on parchment, so that nobody takes the system's reading for the source. */
export function RawText({ children, block, className }: RawTextProps) {
  return (
    <span
      className={classes(
        'border-l-[3px] border-raw-line bg-raw px-2 py-0.5',
        block ? 'block whitespace-pre-wrap' : 'box-decoration-clone',
        className,
      )}
    >
      <span className="sr-only">原文：</span>
      {children}
    </span>
  );
}
