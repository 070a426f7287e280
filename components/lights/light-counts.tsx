import Link from 'next/link';
import type { ReactNode } from 'react';
import { Lamp } from '@/components/lights/lamp';
import { classes } from '@/components/ui/classes';
import type { LightCode, ReasonCode } from '@/lib/standing/standing.types';

export type LightCount = {
  key: string;
  label: string;
  /** Without a light the cell shows no shape (e.g. 按期办结率). */
  light?: LightCode;
  reason?: ReasonCode;
  count: number | string;
  /** Small, behind the figure, e.g. %. */
  measureWord?: string;
  href?: string;
  /** The filter in force. */
  current?: boolean;
  /** A line beneath, e.g. 较上月 +2. */
  note?: ReactNode;
  noteTone?: 'mute' | 'good' | 'bad';
};

const NOTE_TONES = { mute: 'text-mute', good: 'text-green', bad: 'text-red' };

type LightCountsProps = { label: string; items: LightCount[] };

/** The strip of figures over a board or list; each figure is a link to its tasks. */
export function LightCounts({ label, items }: LightCountsProps) {
  return (
    <ul
      aria-label={label}
      className="mb-3.5 grid grid-cols-[repeat(auto-fit,minmax(7rem,1fr))] overflow-hidden rounded-lg border border-line bg-card max-sm:grid-cols-2"
    >
      {items.map((item) => {
        const cell = (
          <>
            <span className={classes('flex items-center gap-1.5', item.current ? 'text-accent' : 'text-mute')}>
              {item.light ? <Lamp light={item.light} reason={item.reason} /> : null}
              {item.label}
            </span>
            <span className="block text-2xl font-semibold">
              {item.count}
              {item.measureWord ? (
                <span className="ml-0.5 text-lg font-normal text-mute">{item.measureWord}</span>
              ) : null}
            </span>
            {item.note ? (
              <span className={classes('block text-xs', NOTE_TONES[item.noteTone ?? 'mute'])}>{item.note}</span>
            ) : null}
          </>
        );
        return (
          // the hairlines of neighbours fall on one another, whatever the number of columns
          <li key={item.key} className="-mt-px -ml-px border-t border-l border-line max-sm:last:odd:col-span-2">
            {item.href ? (
              <Link
                href={item.href}
                prefetch={false}
                aria-current={item.current ? 'true' : undefined}
                className={classes(
                  'ring-inside block h-full px-4 py-2.5 max-sm:px-3',
                  item.current ? 'bg-accent-ground shadow-[inset_0_-3px_0_var(--color-accent)]' : 'hover:bg-ground',
                )}
              >
                {cell}
              </Link>
            ) : (
              <div className="px-4 py-2.5 max-sm:px-3">{cell}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
