import type { ReactNode } from 'react';
import { classes } from '@/components/ui/classes';
import { TextLink } from '@/components/ui/text-link';

type CardProps = {
  title?: ReactNode;
  /** Small print beside the title: the definition of the figures, a count. */
  note?: ReactNode;
  /** A link at the right end of the title, e.g. 查看全部. */
  action?: { href: string; label: string };
  /** Anything else at the right end, e.g. buttons. */
  actions?: ReactNode;
  /** Id of the title: the card becomes a region named by it and can be linked to. */
  id?: string;
  children: ReactNode;
  className?: string;
};

export function Card({ title, note, action, actions, id, children, className }: CardProps) {
  const head = title ? (
    <div className="mb-2 flex flex-wrap items-baseline gap-x-2 gap-y-1">
      <h2 id={id}>{title}</h2>
      {note ? <p className="text-xs text-mute">{note}</p> : null}
      {action || actions ? (
        <div className="ml-auto flex flex-wrap items-baseline gap-3 text-sm print:hidden">
          {actions}
          {action ? (
            <TextLink quiet href={action.href}>
              {action.label}
            </TextLink>
          ) : null}
        </div>
      ) : null}
    </div>
  ) : null;
  return (
    <section
      aria-labelledby={title && id ? id : undefined}
      className={classes(
        'mb-3.5 min-w-0 rounded-lg border border-line bg-card px-4 py-3 print:mb-4 print:border-0 print:p-0',
        className,
      )}
    >
      {head}
      {children}
    </section>
  );
}
