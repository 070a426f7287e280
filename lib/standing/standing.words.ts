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
  PLAN_NOT_ACTIVE: '方案未执行',
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
