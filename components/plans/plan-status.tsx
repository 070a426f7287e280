import { Badge, type Tone } from '@/components/ui/badge';
import { PHASE_WORDS, planPhaseOn } from '@/lib/plans/plan.words';

const TONES: Record<ReturnType<typeof planPhaseOn>, Tone> = {
  draft: 'amber',
  withdrawn: 'plain',
  before: 'amber',
  active: 'green',
  archived: 'plain',
};

type PlanStatusProps = { plan: Parameters<typeof planPhaseOn>[0]; day: string };

/** What a plan is on a day: 草稿, 执行中, 已归档 … */
export function PlanStatusBadge({ plan, day }: PlanStatusProps) {
  const phase = planPhaseOn(plan, day);
  return <Badge tone={TONES[phase]}>{PHASE_WORDS[phase]}</Badge>;
}
