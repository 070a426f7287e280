import { Lamp } from '@/components/lights/lamp';
import { Badge } from '@/components/ui/badge';
import { classes } from '@/components/ui/classes';
import type { LightCode } from '@/lib/standing/standing.types';
import { STATE_WORDS } from '@/lib/standing/standing.words';
import { type StandingFacts, standingSentence } from '@/lib/tasks/standing-sentence.rules';

const BANDS: Record<LightCode, { box: string; text: string }> = {
  RED: { box: 'border-red bg-red-ground', text: 'text-red' },
  YELLOW: { box: 'border-lamp-amber bg-amber-ground', text: 'text-amber' },
  GREEN: { box: 'border-lamp-green bg-green-ground', text: 'text-green' },
  BLUE: { box: 'border-blue bg-blue-ground', text: 'text-blue' },
  NONE: { box: 'border-lamp-none bg-chip', text: 'text-ink' },
};

/** The light of a task with its reason as a sentence. */
export function StandingBand({ facts }: { facts: StandingFacts }) {
  const { headline, sentences } = standingSentence(facts);
  const band = BANDS[facts.light];
  return (
    <section
      aria-label="状态研判"
      className={classes(
        'mb-3.5 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-sm border-l-4 px-4 py-2.5 print:border print:px-2',
        band.box,
      )}
    >
      <p className={classes('inline-flex items-center gap-2 text-lg font-semibold', band.text)}>
        <Lamp light={facts.light} reason={facts.reason} className="size-4" />
        {headline}
      </p>
      <p className="min-w-0 flex-1 basis-60">{sentences.join('')}</p>
      <Badge>{STATE_WORDS[facts.state]}</Badge>
    </section>
  );
}
