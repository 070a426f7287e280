import type { ReactNode } from 'react';
import { classes } from '@/components/ui/classes';

export type Tone = 'plain' | 'red' | 'amber' | 'green' | 'blue';

const OUTLINED: Record<Tone, string> = {
  plain: 'border-edge text-mute',
  red: 'border-red text-red',
  amber: 'border-amber text-amber',
  green: 'border-green text-green',
  blue: 'border-blue text-blue',
};

const FILLED: Record<Tone, string> = {
  plain: 'border-transparent bg-chip text-ink',
  red: 'border-transparent bg-red-1 text-red-strong',
  amber: 'border-transparent bg-amber-ground text-amber',
  green: 'border-transparent bg-green-1 text-green',
  blue: 'border-transparent bg-blue-1 text-accent-strong',
};

type BadgeProps = { tone?: Tone; filled?: boolean; children: ReactNode; className?: string };

/** A word in a small frame: a state, a kind, a mark such as 演示数据. */
export function Badge({ tone = 'plain', filled = false, children, className }: BadgeProps) {
  return (
    <span
      className={classes(
        'inline-block rounded-sm border px-1.5 text-xs leading-[1.35rem] whitespace-nowrap',
        filled ? FILLED[tone] : OUTLINED[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

type CountProps = { value: number; tone?: 'plain' | 'red'; label?: string };

/** A number on a pill, as beside an entry of the navigation. `label` completes it when read aloud, e.g. 项. */
export function Count({ value, tone = 'plain', label }: CountProps) {
  return (
    <span
      className={classes(
        'inline-block min-w-5 rounded-full px-1.5 text-center text-xs leading-5',
        tone === 'red' ? 'bg-red text-white' : 'bg-chip text-ink',
      )}
    >
      {value}
      {label ? <span className="sr-only">{label}</span> : null}
    </span>
  );
}
