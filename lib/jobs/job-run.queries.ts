import 'server-only';
import type { Day } from '@/lib/dates';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import {
  type DailyClock,
  isSilent,
  type JobCounts,
  type JobStatus,
  type JobTrigger,
  nextScheduledRun,
} from './job.rules';

/** What decides whether a missed daily run is due. Asks for no actor: the program asks. */
export async function readDailyClock(): Promise<DailyClock> {
  const [row] = await db().$queryRaw<DailyClock[]>`
    SELECT ledger_today()::text AS today, extract(hour FROM clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::int AS hour,
           EXISTS (SELECT FROM setting WHERE key = 'simulated_today') AS "isSimulated",
           (SELECT max(effective_on)::text FROM job_run WHERE job = 'daily' AND status = 'DONE') AS "lastDoneOn",
           (SELECT count(*)::int FROM job_run WHERE job = 'daily' AND status = 'FAILED' AND effective_on = ledger_today()) AS "failuresToday"`;
  return row!;
}

/** The day of the first event there is; null: none yet. Asks for no actor: the program asks. */
export async function findFirstEventDay(): Promise<Day | null> {
  const [row] = await db().$queryRaw<{ day: Day | null }[]>`SELECT min(effective_on)::text AS day FROM task_event`;
  return row!.day;
}

export type JobRunRow = {
  id: number;
  effectiveOn: Day;
  trigger: JobTrigger;
  status: JobStatus;
  process: string;
  startedAt: Date;
  endedAt: Date | null;
  words: string;
  counts: JobCounts;
};

export type JobPage = {
  rows: JobRunRow[];
  total: number;
  nextAt: Date;
  /** No run has ended for 26 hours; never said of a demonstration, whose day stands still. */
  isSilent: boolean;
  lastEndedAt: Date | null;
};

/** Runs of the daily job, newest first; null for whoever may not read them. */
export async function findJobPage(
  actor: Actor,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<JobPage | null> {
  if (!mayDoInRegion(actor, 'job.read', null)) return null;
  const [total, rows, [facts]] = await Promise.all([
    db().jobRun.count({ where: { job: 'daily' } }),
    db().$queryRaw<JobRunRow[]>`
      SELECT id, effective_on::text AS "effectiveOn", trigger::text AS trigger, status::text AS status, process,
             started_at AS "startedAt", ended_at AS "endedAt", words, counts
        FROM job_run WHERE job = 'daily' ORDER BY id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
    db().$queryRaw<{ now: Date; lastEndedAt: Date | null; isSimulated: boolean }[]>`
      SELECT clock_timestamp() AS now, EXISTS (SELECT FROM setting WHERE key = 'simulated_today') AS "isSimulated",
             (SELECT max(ended_at) FROM job_run WHERE job = 'daily') AS "lastEndedAt"`,
  ]);
  const { now, lastEndedAt, isSimulated } = facts!;
  return {
    rows,
    total,
    nextAt: nextScheduledRun(now),
    isSilent: !isSimulated && isSilent(lastEndedAt, now),
    lastEndedAt,
  };
}
