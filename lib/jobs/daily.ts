import 'server-only';
import { hostname } from 'node:os';
import type { Day } from '@/lib/dates';
import { sweepEvidence } from '@/lib/evidence/evidence.commands';
import { buildDigests, sendDigests } from '@/lib/reminders/digest.commands';
import { generateNotices } from '@/lib/reminders/reminder.commands';
import { readInstant } from '@/lib/server/clock';
import { logUnexpected } from '@/lib/server/log';
import { withProcessLock } from '@/lib/server/process-lock';
import { isCatchUpDue, type JobCounts, type JobTrigger } from './job.rules';
import { beginRun, digestChains, endRun, forgetForms, noteCounts } from './job-run.commands';
import { readDailyClock } from './job-run.queries';

export type DailyStep = { label: string; run: (day: Day) => Promise<JobCounts> };

const digestStep: DailyStep = {
  label: '登记事件链摘要',
  run: async (day) => ({ 登记事件: await digestChains(day) }),
};

/** In this order: who is told of something is told of it by the digest of the same morning. */
const STEPS: readonly DailyStep[] = [
  digestStep,
  { label: '生成提醒', run: async (day) => ({ 新增提醒: await generateNotices(day) }) },
  { label: '编写每日汇总', run: async (day) => ({ 每日汇总: await buildDigests(day) }) },
  {
    label: '发出每日汇总',
    run: async () => {
      const { sent, failed } = await sendDigests();
      return { 发出: sent, 未能发出: failed };
    },
  },
  {
    label: '清理无主的佐证文件',
    run: async () => {
      const { files, interrupted } = await sweepEvidence();
      return { 清理佐证文件: files, 清理中断的上传: interrupted };
    },
  },
  { label: '清理旧表单记录', run: async () => ({ 清理表单记录: await forgetForms() }) },
];

export type DailyRun = {
  /** done: it ran · failed: it ran, and a step did not succeed · already: the day was done before, nothing was run. */
  outcome: 'done' | 'failed' | 'already';
  counts: JobCounts;
  /** Which steps did not succeed; empty where all did. */
  words: string;
};

/**
 * The daily run of a day, once however many processes call at the same time: the others wait, find the day done and do nothing. Every step may be run
 * again without doing anything twice, so a run that died in the middle is simply run anew. A step that fails does not keep the others from running.
 * A day before today: its chain digest alone, as notices are always of today.
 */
export async function runDaily(
  { day, trigger }: { day: Day; trigger: JobTrigger },
  steps: readonly DailyStep[] = STEPS,
): Promise<DailyRun> {
  const arrivedAt = await readInstant();
  return withProcessLock('daily', async () => {
    const begun = await beginRun('daily', day, trigger, arrivedAt, `${hostname()} ${process.pid}`);
    if ('doneAs' in begun) return { outcome: 'already', counts: begun.counts, words: '' };
    const { today } = await readDailyClock();
    const counts: JobCounts = {};
    const failures: string[] = [];
    for (const step of day < today ? [digestStep] : steps) {
      try {
        Object.assign(counts, await step.run(day));
        await noteCounts(begun.runId, counts);
      } catch (error) {
        failures.push(`${step.label}（编号 ${logUnexpected(error)}）`);
      }
    }
    const words = failures.length > 0 ? `没有成功：${failures.join('、')}。` : '';
    await endRun(begun.runId, failures.length > 0 ? 'FAILED' : 'DONE', counts, words);
    return { outcome: failures.length > 0 ? 'failed' : 'done', counts, words };
  });
}

/** Makes up for today's run where it was missed; null where none is due. */
export async function catchUp(steps: readonly DailyStep[] = STEPS): Promise<DailyRun | null> {
  const clock = await readDailyClock();
  return isCatchUpDue(clock) ? runDaily({ day: clock.today, trigger: 'CATCH_UP' }, steps) : null;
}
