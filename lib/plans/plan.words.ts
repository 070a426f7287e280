import { type Day, formatDayProse } from '@/lib/dates';
import type { PlanStatus } from './plan.rules';

export const PLAN_STATUS_WORDS: Record<PlanStatus, string> = {
  DRAFT: '草稿',
  ACTIVE: '执行中',
  ARCHIVED: '已归档',
  WITHDRAWN: '已撤回',
};

type PlanDays = { status: PlanStatus; effectiveFrom: Day | null; archivedOn: Day | null };

/** What a plan was on a day: not yet begun, carried out, archived. A draft has no dated history. */
export function planPhaseOn(plan: PlanDays, day: Day): 'draft' | 'withdrawn' | 'before' | 'active' | 'archived' {
  if (plan.status === 'WITHDRAWN') return 'withdrawn';
  if (plan.status === 'DRAFT' || plan.effectiveFrom === null) return 'draft';
  if (day < plan.effectiveFrom) return 'before';
  if (plan.archivedOn !== null && plan.archivedOn <= day) return 'archived';
  return 'active';
}

export const PHASE_WORDS: Record<ReturnType<typeof planPhaseOn>, string> = {
  draft: PLAN_STATUS_WORDS.DRAFT,
  withdrawn: PLAN_STATUS_WORDS.WITHDRAWN,
  before: '尚未生效',
  active: PLAN_STATUS_WORDS.ACTIVE,
  archived: PLAN_STATUS_WORDS.ARCHIVED,
};

/** Why a plan shows no light on a day; null where it shows them. */
export function noLightsSentence(plan: PlanDays, day: Day): string | null {
  switch (planPhaseOn(plan, day)) {
    case 'draft':
      return '方案尚未启用，各项任务不亮灯，也不计入统计。';
    case 'withdrawn':
      return '方案已撤回，各项任务不亮灯，也不计入统计。';
    case 'before':
      return `方案自${formatDayProse(plan.effectiveFrom!)}起生效，此前各项任务不亮灯。`;
    case 'archived':
      return `方案已于${formatDayProse(plan.archivedOn!)}归档，各项任务不再亮灯，保留归档时的结果。`;
    case 'active':
      return null;
  }
}
