import { classes } from '@/components/ui/classes';
import type { LightCode, ReasonCode } from '@/lib/standing/standing.types';

export type LampShape = 'triangle' | 'diamond' | 'circle' | 'square' | 'dash';

const SHAPES: Record<LightCode, LampShape> = {
  RED: 'triangle',
  YELLOW: 'diamond',
  GREEN: 'circle',
  BLUE: 'square',
  NONE: 'dash',
};

const COLOURS: Record<LightCode, string> = {
  RED: 'text-lamp-red',
  YELLOW: 'text-lamp-amber',
  GREEN: 'text-lamp-green',
  BLUE: 'text-lamp-blue',
  NONE: 'text-lamp-none',
};

/** Of two reasons for one colour, the second is hollow: a black-and-white print still tells them apart. */
const HOLLOW: ReadonlySet<ReasonCode> = new Set(['REPORTING_LAPSED', 'UNREPORTED', 'SUSTAINED']);

const POINTS: Record<'triangle' | 'diamond', string> = {
  triangle: '6,1.5 11,10.5 1,10.5',
  diamond: '6,0.8 11.2,6 6,11.2 0.8,6',
};

type LampProps = { light: LightCode; reason?: ReasonCode; className?: string };

/** The shape of a light, without words: never use it where the words are not beside it. */
export function Lamp({ light, reason, className = 'size-3' }: LampProps) {
  const shape = SHAPES[light];
  const isHollow = reason !== undefined && HOLLOW.has(reason);
  const paint = {
    fill: isHollow ? 'none' : 'currentColor',
    stroke: 'currentColor',
    strokeWidth: isHollow ? 1.6 : 0.8,
    strokeLinejoin: 'round' as const,
  };
  return (
    <svg aria-hidden="true" viewBox="0 0 12 12" className={classes('shrink-0', COLOURS[light], className)}>
      {shape === 'circle' ? <circle cx="6" cy="6" r="4.8" {...paint} /> : null}
      {shape === 'square' ? <rect x="1.6" y="1.6" width="8.8" height="8.8" rx="1" {...paint} /> : null}
      {shape === 'dash' ? <rect x="1.5" y="5" width="9" height="2" rx="1" fill="currentColor" /> : null}
      {shape === 'triangle' || shape === 'diamond' ? <polygon points={POINTS[shape]} {...paint} /> : null}
    </svg>
  );
}
