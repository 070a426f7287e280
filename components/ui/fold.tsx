import type { ReactNode } from 'react';
import { classes } from '@/components/ui/classes';
import type { FormState } from '@/components/ui/form-summary';

type FoldLook = {
  isOpen?: boolean;
  /** Small words to unfold by, beneath something they belong to. */
  isSmall?: boolean;
  /** A frame around what is unfolded. */
  isFramed?: boolean;
  /** Of the whole; without it a line parts each fold from the one before. */
  className?: string;
};

type FoldProps = FoldLook & { title: string; children: ReactNode };

/** What only takes room until it is wanted. */
export function Fold({ title, isOpen, isSmall, isFramed, className, children }: FoldProps) {
  return (
    <details open={isOpen} className={className ?? 'border-t border-line-soft py-2 first:border-0 print:hidden'}>
      <summary
        className={classes(
          'inline-block text-accent underline decoration-accent/30 underline-offset-3',
          isSmall && 'text-sm',
        )}
      >
        {title}
      </summary>
      <div className={isFramed ? 'mt-2 rounded-md border border-line px-3 py-2' : 'mt-2'}>{children}</div>
    </details>
  );
}

/** Where a form may be folded away: without words to unfold by it stands as it is. */
export type FormFoldLook = FoldLook & { fold?: string };

type FormFoldProps = FormFoldLook & { states: readonly FormState[]; children: ReactNode };

/** Folds a form away, and keeps it in sight once it was sent: what was answered and typed must not be hidden, with scripts or without. */
export function FormFold({ fold, states, isOpen, children, ...look }: FormFoldProps) {
  if (fold === undefined) return children;
  return (
    <Fold {...look} title={fold} isOpen={isOpen || states.some(hasAnswer)}>
      {children}
    </Fold>
  );
}

/** True where FormSummary has something to say. */
export function hasAnswer(state: FormState): boolean {
  return state.status === 'ok' ? state.message !== undefined : state.status !== 'idle';
}
