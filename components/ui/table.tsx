import type { ComponentProps, ReactNode } from 'react';
import { classes } from '@/components/ui/classes';
import { TextLink } from '@/components/ui/text-link';

type TableProps = {
  /** Name of the table for people who cannot see it, e.g. 逾期清单. */
  label: string;
  children: ReactNode;
  /** Tailwind min width of the table, below which the region scrolls, e.g. 'min-w-[60rem]'. */
  minWidth?: string;
  /** The definition of the figures, in small print beneath. */
  note?: ReactNode;
  className?: string;
};

/** A table in a region of its own that scrolls sideways, also by keyboard; rows light up under the pointer. */
export function Table({ label, children, minWidth, note, className }: TableProps) {
  return (
    <div className={className}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (axe scrollable-region-focusable) */}
      <section aria-label={label} tabIndex={0} className="ring-inside relative overflow-x-auto print:overflow-visible">
        <table
          className={classes(
            'w-full border-collapse [&_tbody_tr:hover]:bg-ground [&_tbody_tr:last-child>*]:border-b-0',
            minWidth,
          )}
        >
          {children}
        </table>
      </section>
      {note ? <p className="mt-2 text-xs text-mute">{note}</p> : null}
    </div>
  );
}

type CellProps = {
  /** Right-aligned figures. */
  num?: boolean;
  center?: boolean;
  /** Never breaks: dates, units, lights. */
  nowrap?: boolean;
};

function align({ num, center, nowrap }: CellProps): string {
  return classes(
    num ? 'text-right whitespace-nowrap' : center ? 'text-center' : 'text-left',
    nowrap && 'whitespace-nowrap',
  );
}

export type SortDirection = 'ascending' | 'descending';

type ThProps = Omit<ComponentProps<'th'>, 'align'> &
  CellProps & {
    /** `href` sorts by this column the next way round; `direction` is how it is sorted now, if it is. */
    sort?: { href: string; direction?: SortDirection | null };
  };

/** Head of a column, or of a row with scope="row" (then it looks like any other cell). */
export function Th({ sort, num, center, nowrap, scope = 'col', className, children, ...props }: ThProps) {
  const look =
    scope === 'row'
      ? 'border-b border-line-soft px-2 py-1.5 align-top font-normal'
      : 'border-b border-line px-2 py-1.5 align-bottom font-medium whitespace-nowrap text-mute';
  return (
    <th
      scope={scope}
      aria-sort={sort ? (sort.direction ?? 'none') : undefined}
      className={classes(look, align({ num, center, nowrap }), className)}
      {...props}
    >
      {sort ? (
        <TextLink quiet href={sort.href} className={sort.direction ? 'font-semibold' : 'text-mute hover:text-accent'}>
          {children}
          <span aria-hidden="true" className="ml-0.5 inline-block w-[1em] text-center text-xs print:hidden">
            {sort.direction === 'ascending' ? '▲' : sort.direction === 'descending' ? '▼' : '↕'}
          </span>
        </TextLink>
      ) : (
        children
      )}
    </th>
  );
}

/** Below this width a row is a card: its cells stack, and the heads are only read aloud. */
export const CARD_HEAD = 'max-sm:sr-only';
export const CARD_ROW = 'max-sm:relative max-sm:block max-sm:border-b max-sm:border-line max-sm:py-2.5';
/** data-caption says what a cell is about, in place of the head of its column. */
export const CARD_CELL =
  'max-sm:block max-sm:border-0 max-sm:px-0 max-sm:py-0.5 max-sm:text-left max-sm:data-caption:before:mr-1.5 max-sm:data-caption:before:text-mute max-sm:data-caption:before:content-[attr(data-caption)]';
/** A number in the document, on a card. */
export const CARD_SEQ = "max-sm:before:content-['第_'] max-sm:after:content-['_项']";

type TdProps = Omit<ComponentProps<'td'>, 'align'> & CellProps & { mute?: boolean };

export function Td({ num, center, nowrap, mute, className, ...props }: TdProps) {
  return (
    <td
      className={classes(
        'border-b border-line-soft px-2 py-1.5 align-top',
        align({ num, center, nowrap }),
        mute && 'text-mute',
        className,
      )}
      {...props}
    />
  );
}
