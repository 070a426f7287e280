import Link from 'next/link';
import type { ComponentProps } from 'react';
import { classes } from '@/components/ui/classes';

type TextLinkProps = ComponentProps<typeof Link> & {
  /** No underline until pointed at: only where the link stands alone, so that colour need not tell it from other text. */
  quiet?: boolean;
};

/** A link in the accent colour. Does not prefetch: a table of a hundred links would ask the server a hundred times. */
export function TextLink({ quiet, className, ...props }: TextLinkProps) {
  return (
    <Link
      prefetch={false}
      className={classes(
        'rounded-sm text-accent underline-offset-3 hover:decoration-accent',
        quiet ? 'hover:underline' : 'underline decoration-accent/30',
        className,
      )}
      {...props}
    />
  );
}
