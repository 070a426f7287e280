import type { LightCode, OutcomeCode, ReasonCode, StateCode } from '@/lib/standing/standing.types';

export const LIGHT_WORDS: Record<LightCode, string> = {
  RED: '红灯',
  YELLOW: '黄灯',
  GREEN: '绿灯',
  BLUE: '蓝灯',
  NONE: '不亮灯',
};

export const REASON_WORDS: Record<ReasonCode, string> = {
  OVERDUE: '逾期',
  ISSUED_PAST_DUE: '印发时已过时限',
  REPORTING_LAPSED: '断报',
  DUE_SOON: '临期',
  UNREPORTED: '未报',
  COMPLETED: '已办结',
  SUSTAINED: '长期推进',
  NO_DEADLINE: '时限待确认',
  ON_COURSE: '正常',
  CANCELLED: '已取消',
  // Of many tasks at once: before its plan begins, a draft's, or archived. Of one task: inactiveWords.
  PLAN_NOT_ACTIVE: '不在执行期',
};

export const STATE_WORDS: Record<StateCode, string> = {
  NOT_STARTED: '未启动',
  IN_PROGRESS: '推进中',
  UNDER_REVIEW: '待审核',
  COMPLETED: '已办结',
  SUSTAINED: '已达标转长期',
  CANCELLED: '已取消',
};

export const OUTCOME_WORDS: Record<OutcomeCode, string> = {
  ON_TIME: '按期办结',
  EXTENDED: '延期内办结',
  LATE: '逾期办结',
  NOT_ACHIEVED: '未完成',
};

/** A task whose plan shows no light on the day: whether the plan is over, and how the task stood. */
export type InactiveTask = { isArchived: boolean; state: StateCode; outcome: OutcomeCode | null };

/** What became of a task of an archived plan: 按期办结, 未完成, or what it was where there was no date to hold it to. */
export function archivedResult({ state, outcome }: InactiveTask): string {
  if (state === 'CANCELLED' || outcome === null) {
    return state === 'NOT_STARTED' || state === 'IN_PROGRESS' || state === 'UNDER_REVIEW'
      ? '不再推进'
      : STATE_WORDS[state];
  }
  return OUTCOME_WORDS[outcome];
}

/** Beside the light of a task: 已归档, 方案未执行; undefined: the reason's own word. */
export function inactiveWords(task: InactiveTask & { reason: ReasonCode }): string | undefined {
  if (task.reason !== 'PLAN_NOT_ACTIVE') return undefined;
  return task.isArchived ? '已归档' : '方案未执行';
}
