import { archivedResult } from '@/lib/standing/standing.words';
import type { TaskRow } from '@/lib/tasks/task.queries';

/** 2022-05-31 完成，其后长期推进 … as the system read the printed deadline. */
export function deadlineReading(deadline: {
  dueOn: string | null;
  ongoing: boolean;
  startsAtOnce?: boolean;
  recurrence?: { text?: string } | null;
}): string {
  const parts: string[] = [];
  if (deadline.startsAtOnce) parts.push('立即启动');
  if (deadline.dueOn) parts.push(`${deadline.dueOn} 完成`);
  if (deadline.ongoing) parts.push(deadline.dueOn ? '其后长期推进' : '长期推进');
  if (!deadline.dueOn && !deadline.ongoing) parts.push('没有读到日期，待确认');
  if (deadline.recurrence?.text) parts.push(`按“${deadline.recurrence.text}”填报`);
  return parts.join('，');
}

export type LateWords = { text: string; tone: 'red' | 'amber' | 'mute'; note: string | null };

/** The column 逾期/剩余: days late, days left, or how it ended. */
export function lateWords(
  row: Pick<
    TaskRow,
    'reason' | 'state' | 'daysLeft' | 'dueOn' | 'clockOn' | 'achievedOn' | 'outcome' | 'overdueDays' | 'isArchived'
  >,
): LateWords {
  const total = row.overdueDays > 0 ? `累计逾期 ${row.overdueDays} 天` : null;
  if (row.isArchived && row.reason === 'PLAN_NOT_ACTIVE')
    return { text: archivedResult(row), tone: 'mute', note: total };
  if (row.state === 'CANCELLED' || row.reason === 'PLAN_NOT_ACTIVE') return { text: '—', tone: 'mute', note: total };
  if (row.achievedOn !== null) {
    return {
      text:
        row.outcome === 'LATE'
          ? '逾期办结'
          : row.outcome === 'EXTENDED'
            ? '延期内办结'
            : row.outcome === 'ON_TIME'
              ? '按期办结'
              : '—',
      tone: 'mute',
      note: total,
    };
  }
  if (row.daysLeft === null) return { text: '—', tone: 'mute', note: null };
  if (row.reason === 'OVERDUE') {
    return { text: `逾期 ${-row.daysLeft} 天`, tone: 'red', note: row.overdueDays === -row.daysLeft ? null : total };
  }
  if (row.daysLeft < 0) return { text: `已过 ${-row.daysLeft} 天`, tone: 'red', note: total };
  const text = row.clockOn !== null ? '审核中' : row.daysLeft === 0 ? '今日到期' : `剩 ${row.daysLeft} 天`;
  return { text, tone: row.reason === 'DUE_SOON' ? 'amber' : 'mute', note: total };
}

/** 还有 2 天, 今日到期; under review its clock stands on the day it was sent, and no days are left to count. */
export function leftText({ state, daysLeft }: Pick<TaskRow, 'state' | 'daysLeft'>): string {
  if (state === 'UNDER_REVIEW') return '已申请办结，待审核';
  return daysLeft === 0 ? '今日到期' : `还有 ${daysLeft} 天`;
}

/** 12 天前, 当天 */
export function ageWords(days: number): string {
  return days === 0 ? '当天' : `${days} 天前`;
}
