/** The figures of the boards: what is counted, how a rate is made, and the words printed beneath every table that uses them. Pure. */
import { type LightCode, REASON_CODES, type ReasonCode } from '@/lib/standing/standing.types';
import { REASON_WORDS } from '@/lib/standing/standing.words';

/** Tasks on a day, counted once each; by lead unit a task with several leads counts for every one of them. */
export type StandingCounts = {
  /** Tasks by the reason of their light; all of them together are the tasks there are. */
  byReason: Record<ReasonCode, number>;
  underReview: number;
  /** State COMPLETED or SUSTAINED, with or without a date. */
  completed: number;
  sustained: number;
  /** With a date and not cancelled: what 完成率 divides by. */
  dated: number;
  /** Of these COMPLETED or SUSTAINED. */
  datedAchieved: number;
  /** Judged: what 按期办结率 divides by. */
  rated: number;
  /** Of these on time or within an extension asked for in time. */
  onTime: number;
};

export function emptyCounts(): StandingCounts {
  return {
    byReason: Object.fromEntries(REASON_CODES.map((code) => [code, 0])) as Record<ReasonCode, number>,
    underReview: 0,
    completed: 0,
    sustained: 0,
    dated: 0,
    datedAchieved: 0,
    rated: 0,
    onTime: 0,
  };
}

export function countOf(counts: StandingCounts, reasons: readonly ReasonCode[]): number {
  return reasons.reduce((sum, reason) => sum + counts.byReason[reason], 0);
}

/** Every task, also cancelled ones and those of a plan that is not being carried out. */
export function totalOf(counts: StandingCounts): number {
  return countOf(counts, REASON_CODES);
}

/** 完成率, 0 to 1; null where no task has a date. */
export function completionRate(counts: StandingCounts): number | null {
  return counts.dated === 0 ? null : counts.datedAchieved / counts.dated;
}

/** 按期办结率, 0 to 1; null where nothing has been judged. */
export function onTimeRate(counts: StandingCounts): number | null {
  return counts.rated === 0 ? null : counts.onTime / counts.rated;
}

/** 0.917 → '91.7%'; one decimal, a whole number without; never 100% or 0% by rounding; nothing to divide by: '—'. */
export function formatRate(rate: number | null): string {
  if (rate === null) return '—';
  const shown = Math.round(rate * 1000) / 10;
  if (shown === 100 && rate < 1) return '99.9%';
  if (shown === 0 && rate > 0) return '0.1%';
  return `${shown}%`;
}

export type BoardColumn = {
  key: string;
  label: string;
  light: LightCode;
  reasons: readonly ReasonCode[];
  /** Shown only where there is one. */
  isRare?: boolean;
};

/** The columns of every board, worst first; each reason stands in exactly one of them. */
export const BOARD_COLUMNS: readonly BoardColumn[] = [
  { key: 'overdue', label: '逾期', light: 'RED', reasons: ['OVERDUE', 'ISSUED_PAST_DUE'] },
  { key: 'lapsed', label: REASON_WORDS.REPORTING_LAPSED, light: 'RED', reasons: ['REPORTING_LAPSED'] },
  { key: 'dueSoon', label: REASON_WORDS.DUE_SOON, light: 'YELLOW', reasons: ['DUE_SOON'] },
  { key: 'unreported', label: REASON_WORDS.UNREPORTED, light: 'YELLOW', reasons: ['UNREPORTED'] },
  { key: 'onCourse', label: REASON_WORDS.ON_COURSE, light: 'GREEN', reasons: ['ON_COURSE'] },
  { key: 'completed', label: REASON_WORDS.COMPLETED, light: 'BLUE', reasons: ['COMPLETED'] },
  { key: 'sustained', label: REASON_WORDS.SUSTAINED, light: 'BLUE', reasons: ['SUSTAINED'] },
  { key: 'noDeadline', label: REASON_WORDS.NO_DEADLINE, light: 'NONE', reasons: ['NO_DEADLINE'], isRare: true },
  { key: 'cancelled', label: REASON_WORDS.CANCELLED, light: 'NONE', reasons: ['CANCELLED'], isRare: true },
  { key: 'notActive', label: REASON_WORDS.PLAN_NOT_ACTIVE, light: 'NONE', reasons: ['PLAN_NOT_ACTIVE'], isRare: true },
];

/** The columns a table needs: the rare ones only where they hold a task. */
export function columnsFor(all: readonly StandingCounts[]): BoardColumn[] {
  return BOARD_COLUMNS.filter((column) => !column.isRare || all.some((counts) => countOf(counts, column.reasons) > 0));
}

export const OVERDUE_REASONS: readonly ReasonCode[] = ['OVERDUE', 'ISSUED_PAST_DUE'];

/** Printed beneath the tables: one definition each. */
export const DEFINITIONS = {
  overdue: '逾期含印发时已过时限的任务。',
  completion: '完成率 =（已办结 + 已达标转长期）÷ 有完成时限的任务，已取消的不计。',
  onTime:
    '按期办结率 =（按期办结 + 延期内办结）÷ 已判定任务；已判定指已办结、已达标转长期，或已过完成时限的任务，印发时已过时限的在优化办认定前不计。',
  byLead: '按牵头单位统计：一项任务有几个牵头单位就在几个单位各计一次，合计大于任务数；“合计”行每项任务只计一次。',
  byResponsible:
    '按文件点名的责任单位统计；“集体指称”一列为该单位作为已明确成员承担的任务。排名与按期办结率只按牵头任务计算。',
  rank: '排名按牵头任务的按期办结率，相同者按完成率；没有已判定任务的单位不排名。',
  silent:
    '沉默单位：至少牵头一项应填报的任务，且在这些任务最近两个已截止（含宽限期）的填报周期内，没有提交过一次有效进展的单位。已退回、已撤回的不算有效。',
  lapsed: '断报：只需长期推进或已达标转长期的任务，连续两个以上填报周期没有任何牵头单位的有效进展。',
  achievedByMonth:
    '每月末累计已办结、已达标转长期的任务数，按当日状态统计；转长期后断报、未报的亮红灯或黄灯，不在“蓝灯”之内，因此可多于蓝灯数。',
  dueNext: '未来 30 天内到期且尚未达标的任务。',
  review: '待审核天数自提交次日起按工作日计算，超过审核期限的以红色标出。',
  owed: '本周期待填报：正在填报或处于宽限期的周期内，还没有任何牵头单位的有效进展的任务。',
  ownPlans: '不含各部门自行印发的方案。',
} as const;

/** What is printed beneath a table of units by lead. */
export const LEAD_TABLE_NOTE = [
  DEFINITIONS.byLead,
  DEFINITIONS.overdue,
  DEFINITIONS.completion,
  DEFINITIONS.onTime,
].join('');

/** Ranks by on-time rate, then completion rate; equals share a rank; null without anything judged. */
export function rankUnits(rows: readonly { id: number; lead: StandingCounts }[]): Map<number, number> {
  const judged = rows.filter((row) => row.lead.rated > 0);
  const score = (row: { lead: StandingCounts }) => [onTimeRate(row.lead) ?? 0, completionRate(row.lead) ?? 0] as const;
  const ranks = new Map<number, number>();
  for (const row of judged) {
    const [onTime, completion] = score(row);
    const better = judged.filter((other) => {
      const [a, b] = score(other);
      return a > onTime || (a === onTime && b > completion);
    });
    ranks.set(row.id, better.length + 1);
  }
  return ranks;
}

/** Strength of a heat cell, 0 to 3, by its share of the column's greatest value. */
export function heatLevel(value: number, greatest: number): 0 | 1 | 2 | 3 {
  if (value <= 0 || greatest <= 0) return 0;
  const share = value / greatest;
  return share > 2 / 3 ? 3 : share > 1 / 3 ? 2 : 1;
}
