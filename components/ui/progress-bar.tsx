import { classes } from '@/components/ui/classes';

export type BarTone = 'red' | 'amber' | 'green' | 'blue' | 'none';

const FILLS: Record<BarTone, string> = {
  red: 'bg-lamp-red',
  amber: 'bg-lamp-amber',
  green: 'bg-lamp-green',
  blue: 'bg-lamp-blue',
  none: 'bg-lamp-none',
};

type ProgressBarProps = {
  /** What the bar is of, e.g. 市住建局. */
  label: string;
  segments: Array<{ tone: BarTone; label: string; count: number }>;
  /** What the whole bar stands for; the sum of the segments unless given (then the rest stays empty). */
  total?: number;
  /** The counts in words beneath; without it they are only read aloud and shown on hover. */
  legend?: boolean;
  className?: string;
};

/** Shares of a whole as one bar, with the same figures in words. */
export function ProgressBar({ label, segments, total, legend, className }: ProgressBarProps) {
  const shown = segments.filter((segment) => segment.count > 0);
  const whole = total ?? shown.reduce((sum, segment) => sum + segment.count, 0);
  const words = shown.map((segment) => `${segment.label} ${segment.count}`).join('，') || '无';
  return (
    <div className={className}>
      <div
        role="img"
        aria-label={`${label}：${words}`}
        title={words}
        className="print-colour flex h-2 gap-px overflow-hidden rounded-full bg-chip"
      >
        {shown.map((segment) => (
          <span
            key={segment.label}
            className={classes('min-w-0.5', FILLS[segment.tone])}
            style={{ width: `${whole > 0 ? (segment.count / whole) * 100 : 0}%` }}
          />
        ))}
      </div>
      {legend ? (
        <p aria-hidden="true" className="mt-1 flex flex-wrap gap-x-3 text-xs text-mute">
          {shown.map((segment) => (
            <span key={segment.label} className="inline-flex items-center gap-1">
              <span className={classes('print-colour size-2 rounded-[2px]', FILLS[segment.tone])} />
              {segment.label} {segment.count}
            </span>
          ))}
        </p>
      ) : null}
    </div>
  );
}
