import { Fragment, type ReactNode } from 'react';
import { TextLink } from '@/components/ui/text-link';

type PageTitleProps = {
  title: ReactNode;
  /** Small facts beside the title, e.g. ['鄂州市', '154 项任务']. */
  facts?: ReactNode[];
  /** Buttons and links at the right. */
  actions?: ReactNode;
  /** The way here, without the page itself. */
  crumbs?: Array<{ href: string; label: string }>;
};

export function PageTitle({ title, facts, actions, crumbs }: PageTitleProps) {
  return (
    <div className="mb-3">
      {crumbs?.length ? (
        <nav aria-label="当前位置" className="text-sm text-mute print:hidden">
          {crumbs.map((crumb) => (
            <Fragment key={crumb.href}>
              <TextLink quiet href={crumb.href}>
                {crumb.label}
              </TextLink>
              <span aria-hidden="true"> / </span>
            </Fragment>
          ))}
        </nav>
      ) : null}
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1.5">
        <h1>{title}</h1>
        {facts?.length ? (
          <p className="text-sm text-mute">
            {facts.map((fact, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: facts are told apart by their place
              <Fragment key={index}>
                {index > 0 ? ' · ' : null}
                {fact}
              </Fragment>
            ))}
          </p>
        ) : null}
        {actions ? <div className="ml-auto flex flex-wrap items-center gap-2 print:hidden">{actions}</div> : null}
      </div>
    </div>
  );
}
