import 'server-only';
import type { Day } from '@/lib/dates';
import { db } from '@/lib/server/db';
import type { JobCounts, JobStatus, JobTrigger } from './job.rules';

// Written by the program alone, on nobody's behalf: no actor.

export type BegunRun = { runId: number } | { doneAs: number; counts: JobCounts };

/**
 * Begins a run of a day, to be called under the job's lock. A run still marked as under way died with its process, and is closed. Of a day that is done
 * nothing is begun again, but by hand: and there too not where another run ended while this one waited for the lock (arrivedAt).
 */
export async function beginRun(
  job: string,
  day: Day,
  trigger: JobTrigger,
  arrivedAt: Date,
  process: string,
): Promise<BegunRun> {
  await db().$executeRaw`
    UPDATE job_run SET status = 'FAILED', ended_at = clock_timestamp(), words = '运行中断，由下一次运行补做。' WHERE job = ${job} AND status = 'RUNNING'`;
  const [done] = await db().$queryRaw<{ id: number; counts: JobCounts }[]>`
    SELECT id, counts FROM job_run WHERE job = ${job} AND effective_on = ${day}::date AND status = 'DONE'
       AND (${trigger !== 'BY_HAND'} OR ended_at >= ${arrivedAt}) ORDER BY id DESC LIMIT 1`;
  if (done) return { doneAs: done.id, counts: done.counts };
  const [run] = await db().$queryRaw<{ id: number }[]>`
    INSERT INTO job_run (job, effective_on, trigger, process, started_at)
    VALUES (${job}, ${day}::date, ${trigger}::job_trigger, ${process}, clock_timestamp()) RETURNING id`;
  return { runId: run!.id };
}

/** Keeps what a run has counted so far, so that one which is killed shows how far it came. */
export async function noteCounts(runId: number, counts: JobCounts): Promise<void> {
  await db().jobRun.update({ where: { id: runId }, data: { counts }, select: { id: true } });
}

export async function endRun(
  runId: number,
  status: Exclude<JobStatus, 'RUNNING'>,
  counts: JobCounts,
  words: string,
): Promise<void> {
  await db().$executeRaw`
    UPDATE job_run SET status = ${status}::job_status, counts = ${JSON.stringify(counts)}::jsonb, words = ${words}, ended_at = clock_timestamp() WHERE id = ${runId}`;
}

/** Forgets what forms said that no browser brings back any more. Returns how many. */
export async function forgetForms(): Promise<number> {
  return db().$executeRaw`DELETE FROM sent_form WHERE sent_at < now() - interval '60 days'`;
}

/** Digests the heads of all chains as of a day. Returns how many events the digest covers; 0: nothing has changed since the last. */
export async function digestChains(day: Day): Promise<number> {
  const [row] = await db().$queryRaw<{ told: string }[]>`SELECT run_daily(${day}::date)::text AS told`;
  return Number(/^digested (\d+)$/.exec(row!.told)?.[1] ?? 0);
}
