import type { Day } from '@/lib/dates';

export type JobTrigger = 'SCHEDULE' | 'CATCH_UP' | 'BY_HAND';
export type JobStatus = 'RUNNING' | 'DONE' | 'FAILED';

export const JOB_TRIGGER_WORDS: Record<JobTrigger, string> = { SCHEDULE: '定时', CATCH_UP: '补跑', BY_HAND: '手工' };
export const JOB_STATUS_WORDS: Record<JobStatus, string> = { RUNNING: '运行中', DONE: '完成', FAILED: '有步骤未成功' };

/** The hour in Shanghai at which the daily run is due. */
export const DAILY_HOUR = 8;
/** A day whose runs keep failing is tried again so many times, once an hour, then left to the next day. */
const MOST_TRIES = 5;
/** Without a run for so long, the admin is told. */
const SILENT_HOURS = 26;

export type DailyClock = {
  today: Day;
  /** Hour of the day in Shanghai, 0–23. */
  hour: number;
  /** The day of a demonstration has no hours: its run is always due. */
  isSimulated: boolean;
  /** The newest day whose run is done; null: none ever was. */
  lastDoneOn: Day | null;
  failuresToday: number;
};

/** Whether today's run was missed and is to be made up for: today's alone, however many days an outage lasted. */
export function isCatchUpDue({ today, hour, isSimulated, lastDoneOn, failuresToday }: DailyClock): boolean {
  if (lastDoneOn !== null && lastDoneOn >= today) return false;
  return failuresToday < MOST_TRIES && (isSimulated || hour >= DAILY_HOUR);
}

/** Why the daily run cannot be made of a day typed by hand, in words; null where it can. `firstOn`: the day of the first event there is. */
export function asOfRefusal(day: Day, { today, firstOn }: { today: Day; firstOn: Day | null }): string | null {
  if (day > today) return `日期 ${day} 在今天（${today}）之后。`;
  if (day === today) return null;
  if (firstOn === null) return `日期 ${day} 不能补登：台账还没有任何记录。`;
  return day < firstOn ? `日期 ${day} 早于台账的第一条记录（${firstOn}），没有可登记的事件。` : null;
}

/** When the schedule runs next. Shanghai has kept UTC+8 all year since 1992. */
export function nextScheduledRun(now: Date): Date {
  const next = new Date(now);
  next.setUTCHours(DAILY_HOUR - 8, 0, 0, 0);
  if (next <= now) next.setUTCDate(next.getUTCDate() + 1);
  return next;
}

/** True where no run has ended within the last 26 hours. */
export function isSilent(lastEndedAt: Date | null, now: Date): boolean {
  return lastEndedAt === null || now.getTime() - lastEndedAt.getTime() > SILENT_HOURS * 3_600_000;
}

/** What a run counted, by the words under which it is shown. */
export type JobCounts = Record<string, number>;

/** 新增提醒 12、发出邮件 3; zeros left out. */
export function countWords(counts: JobCounts): string {
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  return told.length === 0 ? '没有需要处理的事项' : told.map(([label, count]) => `${label} ${count}`).join('、');
}
