import 'server-only';
import { type Job, PgBoss } from 'pg-boss';
import { sendDigests } from '@/lib/reminders/digest.commands';
import { env } from '@/lib/server/env';
import { logUnexpected } from '@/lib/server/log';
import { catchUp, runDaily } from './daily';
import { DAILY_HOUR } from './job.rules';
import { readDailyClock } from './job-run.queries';

const DAILY = 'ledger-daily';
const CATCH_UP = 'ledger-catch-up';
const RETRY_MS = 60_000;

const globals = globalThis as unknown as { ledgerJobs?: 'started' };

/**
 * Lets this process take part in the scheduled work; the schema of the queue was made by the owner (bin/lib/job-queue.ts). Of many processes one takes
 * each job. Never blocks the start: a database that does not answer is asked again every minute. Off with LEDGER_JOBS=off.
 */
export function startJobs(): void {
  if (env().LEDGER_JOBS === 'off' || globals.ledgerJobs) return;
  globals.ledgerJobs = 'started';
  void keepStarting();
}

async function keepStarting(): Promise<void> {
  const boss = makeBoss();
  try {
    await boss.start();
    await takeWork(boss);
  } catch (error) {
    logUnexpected(error);
    await boss.stop({ graceful: false }).catch(logUnexpected);
    setTimeout(() => void keepStarting(), RETRY_MS).unref();
    return;
  }
  const stop = () => void boss.stop({ timeout: 5000 }).catch(logUnexpected);
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // What an outage of all processes left undone.
  await catchUp().catch(logUnexpected);
}

function makeBoss(): PgBoss {
  const boss = new PgBoss({
    connectionString: env().DATABASE_URL,
    application_name: 'ledger jobs',
    max: 2,
    connectionTimeoutMillis: 8000,
    // The application's role owns nothing: it neither makes nor changes the schema, nor rebuilds its indexes.
    migrate: false,
    createSchema: false,
    reindex: false,
    monitorVacuum: false,
  });
  // While the database is away every poll fails: one line a minute says so.
  let toldAt = 0;
  boss.on('error', (error) => {
    if (Date.now() - toldAt < RETRY_MS) return;
    toldAt = Date.now();
    logUnexpected(error);
  });
  return boss;
}

async function takeWork(boss: PgBoss): Promise<void> {
  // Not tried again by the queue: a run that failed is made up for by the next hour's look.
  const options = { policy: 'exclusive', retryLimit: 0, expireInSeconds: 3600 } as const;
  await boss.createQueue(DAILY, options);
  await boss.createQueue(CATCH_UP, options);
  await boss.work(DAILY, { pollingIntervalSeconds: 30 }, async (_jobs: Job[]) => {
    await runDaily({ day: (await readDailyClock()).today, trigger: 'SCHEDULE' });
  });
  await boss.work(CATCH_UP, { pollingIntervalSeconds: 30 }, async (_jobs: Job[]) => {
    // Where the day is done: what could not be sent this morning is tried again.
    if ((await catchUp()) === null) await sendDigests();
  });
  await boss.schedule(DAILY, `0 ${DAILY_HOUR} * * *`, null, { tz: 'Asia/Shanghai' });
  await boss.schedule(CATCH_UP, '20 * * * *', null, { tz: 'Asia/Shanghai' });
}
