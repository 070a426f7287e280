import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { catchUp, type DailyRun, type DailyStep, runDaily } from '@/lib/jobs/daily';
import { findFirstEventDay, findJobPage } from '@/lib/jobs/job-run.queries';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { appUrl, queryAsApp, queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, VIEWER_KEYS, type ViewerKey, type World } from '../support/viewers';

const evidence = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger-jobs-'));
process.env.LEDGER_EVIDENCE = evidence; // before the first reading of the settings
let world: World;
const children: ChildProcess[] = [];
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const runs = () => db().jobRun.findMany({ orderBy: { id: 'asc' } });

function child(mode: 'run' | 'hang', trigger = 'SCHEDULE'): ChildProcess {
  const started = fork(path.join(import.meta.dirname, '../support/run-daily.ts'), [mode, trigger], {
    execArgv: ['--conditions=react-server', '--import', 'tsx'],
    env: { ...process.env, DATABASE_URL: appUrl, NODE_ENV: 'production' },
  });
  children.push(started);
  return started;
}
const answerOf = async (started: ChildProcess) => (await once(started, 'message'))[0] as DailyRun;

const step = (label: string, run: DailyStep['run']): DailyStep => ({ label, run });

beforeAll(async () => {
  world = await makeWorld();
  await makeTask(world, 'city');
});
beforeEach(async () => {
  await setToday(DAY);
  await queryAsOwner('TRUNCATE job_run');
});
afterEach(() => {
  for (const started of children.splice(0)) started.kill('SIGKILL');
});

afterAll(() => fs.rmSync(evidence, { recursive: true, force: true }));

test('the first event there is bounds the days that can be made up for', async () => {
  const events = await db().taskEvent.findMany({ select: { effectiveOn: true } });
  const days = events.map(({ effectiveOn }) => effectiveOn.toISOString().slice(0, 10)).toSorted();
  expect(await findFirstEventDay()).toBe(days[0]);
});

describe('runDaily', () => {
  test('runs every step in order, and keeps what each counted', async () => {
    const order: string[] = [];
    const done = await runDaily({ day: DAY, trigger: 'SCHEDULE' }, [
      step('甲', async (day) => {
        order.push(`甲 ${day}`);
        return { 甲: 2 };
      }),
      step('乙', async () => {
        order.push('乙');
        return { 乙: 0 };
      }),
    ]);
    expect(done).toEqual({ outcome: 'done', counts: { 甲: 2, 乙: 0 }, words: '' });
    expect(order).toEqual([`甲 ${DAY}`, '乙']);
    expect(await runs()).toMatchObject([
      {
        job: 'daily',
        effectiveOn: toDate(DAY),
        trigger: 'SCHEDULE',
        status: 'DONE',
        words: '',
        counts: { 甲: 2, 乙: 0 },
        endedAt: expect.any(Date),
      },
    ]);
  });

  test('a step that fails does not keep the others from running; the run says which', async () => {
    const done = await runDaily({ day: DAY, trigger: 'SCHEDULE' }, [
      step('甲', async () => {
        throw new Error('out of order');
      }),
      step('乙', async () => ({ 乙: 1 })),
    ]);
    expect(done).toMatchObject({ outcome: 'failed', counts: { 乙: 1 } });
    expect(done.words).toMatch(/^没有成功：甲（编号 [0-9A-F]{8}）。$/);
    expect(await runs()).toMatchObject([{ status: 'FAILED', words: done.words }]);
  });

  test('a day that is done is not run again by the schedule', async () => {
    await runDaily({ day: DAY, trigger: 'SCHEDULE' }, [step('甲', async () => ({ 甲: 1 }))]);
    const again = await runDaily({ day: DAY, trigger: 'SCHEDULE' }, [
      step('甲', async () => expect.unreachable('ran twice')),
    ]);
    expect(again).toMatchObject({ outcome: 'already', counts: { 甲: 1 } });
    expect(await runs()).toHaveLength(1);
  });

  test('by hand it runs again, and its steps do nothing twice', async () => {
    const first = await runDaily({ day: DAY, trigger: 'SCHEDULE' });
    const second = await runDaily({ day: DAY, trigger: 'BY_HAND' });
    expect([first.outcome, second.outcome]).toEqual(['done', 'done']);
    expect(Object.values(second.counts).every((count) => count === 0)).toBe(true);
  });

  test('of a day before today: the chain digest alone', async () => {
    const done = await runDaily({ day: '2022-09-10', trigger: 'BY_HAND' }, [
      step('甲', async () => expect.unreachable('notices are of today')),
    ]);
    expect(Object.keys(done.counts)).toEqual(['登记事件']);
  });

  test('three processes at once: one run, one digest, no notice twice', async () => {
    await makeTask(world, 'city', { dueOn: '2022-09-23' });
    const before = await queryAsApp<{ n: number }>('SELECT count(*)::int AS n FROM chain_digest');
    const answers = await Promise.all([1, 2, 3].map(() => child('run')).map((started) => answerOf(started)));
    expect(answers.map((answer) => answer.outcome).sort()).toEqual(['already', 'already', 'done']);
    expect(await runs()).toMatchObject([{ status: 'DONE' }]);
    const after = await queryAsApp<{ n: number }>('SELECT count(*)::int AS n FROM chain_digest');
    expect(after[0]!.n - before[0]!.n).toBe(1);
    const told = await queryAsApp<{ n: number }>("SELECT count(*)::int AS n FROM notice WHERE kind = 'due_ahead'");
    expect(told[0]!.n).toBeGreaterThan(0);
    const twice = await queryAsApp('SELECT 1 FROM notice GROUP BY account_id, key HAVING count(*) > 1');
    expect(twice).toEqual([]);
  });

  test('three by hand at once: whoever waited finds the day done', async () => {
    const waiting = async () =>
      (await queryAsApp("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).length;
    const steps = [
      step('甲', async () => {
        while ((await waiting()) < 2); // until both others stand at the lock
        return { 甲: 1 };
      }),
    ];
    const answers = await Promise.all([1, 2, 3].map(() => runDaily({ day: DAY, trigger: 'BY_HAND' }, steps)));
    expect(answers.map((answer) => answer.outcome).sort()).toEqual(['already', 'already', 'done']);
    expect(await runs()).toHaveLength(1);
  });

  test('killed in the middle: the next run closes it and does everything', async () => {
    const hanging = child('hang');
    expect(await answerOf(hanging)).toBe('hanging');
    const waiting = runDaily({ day: DAY, trigger: 'SCHEDULE' }, [step('甲', async () => ({ 甲: 1 }))]);
    expect(await runs()).toMatchObject([{ status: 'RUNNING', counts: { 第一步: 1 } }]);
    hanging.kill('SIGKILL');
    expect(await waiting).toMatchObject({ outcome: 'done', counts: { 甲: 1 } });
    expect(await runs()).toMatchObject([
      { status: 'FAILED', words: '运行中断，由下一次运行补做。', counts: { 第一步: 1 } },
      { status: 'DONE' },
    ]);
  });
});

describe('catchUp', () => {
  const one = [step('甲', async () => ({ 甲: 1 }))];
  test('after an outage of days: one run, of today', async () => {
    await runDaily({ day: DAY, trigger: 'SCHEDULE' }, one);
    await setToday('2022-09-27');
    expect(await catchUp(one)).toMatchObject({ outcome: 'done' });
    expect(await catchUp(one)).toBeNull();
    expect((await runs()).map((run) => [run.trigger, run.effectiveOn])).toEqual([
      ['SCHEDULE', toDate(DAY)],
      ['CATCH_UP', toDate('2022-09-27')],
    ]);
  });

  test('a run that failed is tried again, five times a day at most', async () => {
    const broken = [step('甲', async () => Promise.reject(new Error('out of order')))];
    for (let n = 0; n < 5; n += 1) expect(await catchUp(broken)).toMatchObject({ outcome: 'failed' });
    expect(await catchUp(broken)).toBeNull();
    await setToday('2022-09-21');
    expect(await catchUp(one)).toMatchObject({ outcome: 'done' });
  });
});

describe('the page of runs', () => {
  test('is read by the admin of the platform alone', async () => {
    await runDaily({ day: DAY, trigger: 'BY_HAND' });
    const paging = { page: 1, pageSize: 25 };
    const active = VIEWER_KEYS.filter((key) => !['nobody', 'disabled_office', 'disabled_admin'].includes(key));
    const readers: ViewerKey[] = [];
    for (const key of active) if (await findJobPage(await actorOf(world, key), paging)) readers.push(key);
    expect(readers).toEqual(['platform_admin']);
    const page = (await findJobPage(await actorOf(world, 'platform_admin'), paging))!;
    expect(page).toMatchObject({ total: 1, isSilent: false });
    expect(page.rows[0]).toMatchObject({ effectiveOn: DAY, trigger: 'BY_HAND', status: 'DONE' });
  });
});

test('the queue runs as the application’s role, which owns nothing of it', async () => {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({ connectionString: appUrl, max: 2, migrate: false, createSchema: false, reindex: false });
  await boss.start();
  try {
    await boss.createQueue('jobs-test', { policy: 'exclusive' });
    const ran = new Promise<unknown>((resolve) => {
      void boss.work('jobs-test', { pollingIntervalSeconds: 0.5 }, async (jobs) => resolve(jobs[0]?.data));
    });
    await boss.send('jobs-test', { day: DAY });
    expect(await ran).toEqual({ day: DAY });
  } finally {
    await boss.stop({ graceful: false });
  }
  await expect(queryAsApp('CREATE TABLE pgboss.mine (id int)')).rejects.toThrow(/permission denied/);
});
