import type { ReactNode } from 'react';

type EmptyStateProps = {
  /** What is empty, as a sentence: 没有逾期任务。 */
  title: ReactNode;
  /** Why, or what to do next. */
  children?: ReactNode;
  /** Links or buttons. */
  actions?: ReactNode;
};

export function EmptyState({ title, children, actions }: EmptyStateProps) {
  return (
    <div className="rounded-md border border-dashed border-line px-4 py-8 text-center">
      <p className="font-medium">{title}</p>
      {children ? <div className="mt-1 text-sm text-mute">{children}</div> : null}
      {actions ? <div className="mt-3 flex justify-center gap-2">{actions}</div> : null}
    </div>
  );
}
