import { Fragment, type ReactNode } from 'react';
import { classes } from '@/components/ui/classes';

type DefinitionListProps = {
  items: Array<{ term: string; detail: ReactNode }>;
  className?: string;
};

/** Terms at the left, what they mean at the right; below each other on a narrow screen. Empty details show a dash. */
export function DefinitionList({ items, className }: DefinitionListProps) {
  return (
    <dl className={classes('grid gap-x-3 sm:grid-cols-[6rem_minmax(0,1fr)] sm:gap-y-1.5', className)}>
      {items.map((item) => (
        <Fragment key={item.term}>
          <dt className="text-mute max-sm:text-sm">{item.term}</dt>
          <dd className="min-w-0 max-sm:mb-2">
            {item.detail === null || item.detail === undefined || item.detail === '' ? '—' : item.detail}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
