import Link from 'next/link';
import { Count } from '@/components/ui/badge';
import { classes } from '@/components/ui/classes';

type TabsProps = {
  /** Names the group, e.g. 任务视图. */
  label: string;
  items: Array<{ href: string; label: string; count?: number; current?: boolean }>;
};

/** Views of one thing, each with an address of its own. */
export function Tabs({ label, items }: TabsProps) {
  return (
    <nav aria-label={label} className="mb-3.5 border-b border-line print:hidden">
      <ul className="flex flex-wrap gap-x-1">
        {items.map((item) => (
          <li key={item.href}>
            <Link
              href={item.href}
              prefetch={false}
              aria-current={item.current ? 'page' : undefined}
              className={classes(
                'ring-inside inline-flex items-center gap-1.5 border-b-2 px-3 py-1.5 whitespace-nowrap max-sm:px-2.5',
                item.current
                  ? 'border-accent font-semibold text-accent'
                  : 'border-transparent text-mute hover:border-line hover:text-ink',
              )}
            >
              {item.label}
              {item.count === undefined ? null : <Count value={item.count} />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
