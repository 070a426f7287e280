import { classes } from '@/components/ui/classes';
import { TextLink } from '@/components/ui/text-link';

export const PAGE_SIZES = [25, 50, 100] as const;

type PaginationProps = {
  /** From 1. */
  page: number;
  pageSize: number;
  /** Rows in all. */
  total: number;
  hrefFor: (page: number, pageSize: number) => string;
  sizes?: readonly number[];
  /** Counted in: 项, 条, 个单位. */
  measureWord?: string;
  /** Tells two of them on one page apart. */
  label?: string;
};

/** Pages to show: the first, the last, the current and its neighbours; null is a gap. */
export function pagesToShow(page: number, pages: number): Array<number | null> {
  const wanted = [1, page - 1, page, page + 1, pages].filter((n) => n >= 1 && n <= pages);
  const shown: Array<number | null> = [];
  let previous = 0;
  for (const n of [...new Set(wanted)].sort((a, b) => a - b)) {
    if (n - previous === 2) shown.push(n - 1);
    else if (n - previous > 2) shown.push(null);
    shown.push(n);
    previous = n;
  }
  return shown;
}

const STEP = 'inline-flex h-7 min-w-7 items-center justify-center rounded-md border px-2';

export function Pagination({
  page,
  pageSize,
  total,
  hrefFor,
  sizes = PAGE_SIZES,
  measureWord = '项',
  label = '分页',
}: PaginationProps) {
  if (total === 0) return null;
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const first = (page - 1) * pageSize + 1;
  const last = Math.min(total, page * pageSize);
  const offersSizes = total > Math.min(...sizes);
  const link = classes(STEP, 'border-line bg-card hover:border-accent hover:no-underline');
  return (
    <nav aria-label={label} className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm print:hidden">
      <p className="text-mute">
        共 {total} {measureWord}
        {pages > 1 && first <= last ? `，第 ${first}–${last} ${measureWord}` : ''}
      </p>
      {pages > 1 ? (
        <ul className="flex flex-wrap items-center gap-1">
          {page > 1 ? (
            <li>
              <TextLink quiet href={hrefFor(page - 1, pageSize)} rel="prev" className={link}>
                上一页
              </TextLink>
            </li>
          ) : null}
          {pagesToShow(page, pages).map((n, index) =>
            n === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a gap has no name but its place
              <li key={`gap-${index}`} aria-hidden="true" className="px-1 text-mute">
                …
              </li>
            ) : (
              <li key={n}>
                {n === page ? (
                  <span aria-current="page" className={classes(STEP, 'border-accent bg-accent text-white')}>
                    {n}
                  </span>
                ) : (
                  <TextLink quiet href={hrefFor(n, pageSize)} aria-label={`第 ${n} 页`} className={link}>
                    {n}
                  </TextLink>
                )}
              </li>
            ),
          )}
          {page < pages ? (
            <li>
              <TextLink quiet href={hrefFor(page + 1, pageSize)} rel="next" className={link}>
                下一页
              </TextLink>
            </li>
          ) : null}
        </ul>
      ) : null}
      {offersSizes ? (
        <p className="ml-auto flex items-center gap-2 text-mute">
          每页
          {sizes.map((size) =>
            size === pageSize ? (
              <span key={size} aria-current="true" className="font-semibold text-ink">
                {size}
              </span>
            ) : (
              <TextLink quiet key={size} href={hrefFor(1, size)} aria-label={`每页 ${size} ${measureWord}`}>
                {size}
              </TextLink>
            ),
          )}
          {measureWord}
        </p>
      ) : null}
    </nav>
  );
}
