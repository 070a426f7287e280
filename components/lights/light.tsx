import type { ReactNode } from 'react';
import { Lamp } from '@/components/lights/lamp';
import { classes } from '@/components/ui/classes';
import type { LightCode, ReasonCode } from '@/lib/standing/standing.types';
import { REASON_WORDS } from '@/lib/standing/standing.words';

const TEXT: Record<LightCode, string> = {
  RED: 'text-red',
  YELLOW: 'text-amber',
  GREEN: 'text-green',
  BLUE: 'text-blue',
  NONE: 'text-mute',
};

const SIZES = {
  small: { text: 'gap-1 text-xs', lamp: 'size-2.5' },
  normal: { text: 'gap-1.5', lamp: 'size-3' },
  large: { text: 'gap-2 text-lg font-semibold', lamp: 'size-4' },
};

type LightProps = {
  light: LightCode;
  reason: ReasonCode;
  size?: 'small' | 'normal' | 'large';
  /** Instead of the reason's word, e.g. 逾期 61 天; must say the reason too. */
  children?: ReactNode;
};

/** A task's light: shape, word and colour, so that no one of them is needed to read it. */
export function Light({ light, reason, size = 'normal', children }: LightProps) {
  const look = SIZES[size];
  return (
    <span className={classes('inline-flex items-center whitespace-nowrap', look.text, TEXT[light])}>
      <Lamp light={light} reason={reason} className={look.lamp} />
      {children ?? REASON_WORDS[reason]}
    </span>
  );
}
