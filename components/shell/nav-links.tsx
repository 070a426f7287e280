'use client';

import Link from 'next/link';
import { usePathname, useSearchParams } from 'next/navigation';
import { Count } from '@/components/ui/badge';
import { classes } from '@/components/ui/classes';

export type NavItem = {
  href: string;
  label: string;
  count?: number;
  /** red: something waits that should not. */
  tone?: 'red' | 'plain';
  /** Overrides what the address says. */
  current?: boolean;
  /** A rule is drawn where the number changes. */
  group?: number;
  /** Takes the day of the figures along. */
  keepsAsOf?: boolean;
};

/** How well an entry fits the address; 0 is not at all, the best fit is the current one. */
function rankOf(href: string, pathname: string, searchParams: URLSearchParams): number {
  const [path = '/', query = ''] = href.split('?');
  const isHere = pathname === path;
  if (!isHere && (path === '/' || !pathname.startsWith(`${path}/`))) return 0;
  const wanted = [...new URLSearchParams(query)];
  if (wanted.some(([name, value]) => searchParams.get(name) !== value)) return 0;
  return path.length * 10 + wanted.length;
}

export function NavLinks({ items }: { items: NavItem[] }) {
  const pathname = usePathname();
  const searchParams = useSearchParams();
  const asOf = searchParams.get('asOf');
  const ranks = items.map((item) => rankOf(item.href, pathname, new URLSearchParams(searchParams)));
  const best = Math.max(0, ...ranks);
  const isGiven = items.some((item) => item.current);
  const here = isGiven ? items.findIndex((item) => item.current) : best > 0 ? ranks.indexOf(best) : -1;
  return (
    <ul>
      {items.map((item, index) => {
        const isCurrent = index === here;
        const startsGroup = index > 0 && item.group !== items[index - 1]?.group;
        const withDay = item.keepsAsOf && asOf;
        const href = withDay
          ? `${item.href}${item.href.includes('?') ? '&' : '?'}asOf=${encodeURIComponent(asOf)}`
          : item.href;
        return (
          <li key={item.href} className={classes(startsGroup && 'mt-2 border-t border-line pt-2')}>
            <Link
              href={href}
              prefetch={false}
              aria-current={isCurrent ? 'page' : undefined}
              className={classes(
                'flex items-center justify-between gap-2 rounded-md px-2.5 py-1.5',
                isCurrent ? 'bg-accent-ground font-semibold text-accent' : 'hover:bg-ground',
              )}
            >
              {item.label}
              {item.count ? <Count value={item.count} tone={item.tone} /> : null}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
