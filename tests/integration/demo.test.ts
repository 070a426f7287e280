import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { verify } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/lib/server/db';
import { seedDemo } from '@/seeds/demo';
import { seedEmpty } from '@/seeds/seed';
import { queryAsOwner } from '../support/database';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ledger-demo-'));
const file = path.join(folder, 'demo-accounts.json');
type Entry = { username: string; password: string; role: string; unit: string | null; region: string | null };
let entries: Entry[] = [];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('refuses a database that holds real data', async () => {
  await expect(seedDemo(folder)).rejects.toThrow('正式数据');
  expect(await db().account.count()).toBe(1);
  expect(await db().plan.count({ where: { status: { not: 'DRAFT' } } })).toBe(0);
});

describe('the demonstration', () => {
  beforeAll(async () => {
    await queryAsOwner("DELETE FROM setting WHERE key = 'data_mode'");
    await queryAsOwner('DELETE FROM account');
    await seedDemo(folder);
    entries = JSON.parse(readFileSync(file, 'utf8'));
  }, 180_000);

  test('verifies: chains, reports and rebuilt standing', { timeout: 120_000 }, async () => {
    expect(await queryAsOwner('SELECT * FROM verify_history() LIMIT 5')).toEqual([]);
  });

  test.each([
    ['2022-09-30', ['ezhou-2022', 'zengdu-2022']],
    ['2023-09-30', ['ezhou-2022', 'zengdu-2022', 'huarong-2023']],
  ])('on %s every light shows in each of %j', async (day, slugs) => {
    for (const slug of slugs) {
      const rows = await queryAsOwner<{ light: string }>(
        'SELECT DISTINCT light::text FROM standing_as_of($1::date) s JOIN plan p ON p.id = s.plan_id WHERE p.slug = $2',
        [day, slug],
      );
      expect(rows.map((row) => row.light).sort(), slug).toEqual(['BLUE', 'GREEN', 'NONE', 'RED', 'YELLOW']);
    }
    const rows = await queryAsOwner<{ reason: string }>(
      'SELECT DISTINCT reason::text FROM standing_as_of($1::date) s',
      [day],
    );
    const shown = rows.map((row) => row.reason);
    for (const reason of [
      'OVERDUE',
      'REPORTING_LAPSED',
      'DUE_SOON',
      'UNREPORTED',
      'COMPLETED',
      'SUSTAINED',
      'ON_COURSE',
      'NO_DEADLINE',
      'CANCELLED',
      'ISSUED_PAST_DUE',
    ])
      expect(shown).toContain(reason);
  });

  test.each(['2022-09-30', '2023-09-30'])('by %s there were returns, extensions and late completions', async (day) => {
    const [row] = await queryAsOwner<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM task_event WHERE type = 'REPORT_RETURNED' AND report_kind = 'RESULT' AND effective_on <= $1) AS returns,
              (SELECT count(*)::int FROM task_event WHERE type = 'EXTENSION_GRANTED' AND (payload ->> 'requestedOn') <= (payload ->> 'from') AND effective_on <= $1) AS in_time,
              (SELECT count(*)::int FROM task_event WHERE type = 'EXTENSION_GRANTED' AND (payload ->> 'requestedOn') > (payload ->> 'from') AND effective_on <= $1) AS too_late,
              (SELECT count(*)::int FROM standing_as_of($1::date) WHERE outcome = 'LATE') AS late`,
      [day],
    );
    for (const [what, count] of Object.entries(row!)) expect(count, what).toBeGreaterThan(0);
  });

  test.each([
    ['2022-09-30', 'ezhou', '市科技局'],
    ['2022-09-30', 'zengdu', '区人社局'],
    ['2023-09-30', 'ezhou', '市文旅局'],
    ['2023-09-30', 'zengdu', '区公安分局'],
    ['2023-09-30', 'huarong', '区财政局'],
  ])('on %s %s %s is silent: no counting report in the last two closed cycles', async (day, region, unit) => {
    const rows = await queryAsOwner<{ closes_on: string; leads: number; reports: number }>(
      `WITH me AS (SELECT u.id FROM unit u JOIN region r ON r.id = u.region_id WHERE r.code = $2 AND u.name = $3),
            mine AS (SELECT DISTINCT t.id, t.plan_id FROM task t JOIN task_unit tu ON tu.task_id = t.id AND tu.role = 'LEAD' JOIN me ON me.id = tu.unit_id),
            closed AS (SELECT c.*, row_number() OVER (PARTITION BY plan_id ORDER BY closes_on DESC) AS n FROM cycle c WHERE c.grace_ends_on < $1::date AND plan_id IN (SELECT plan_id FROM mine))
       SELECT c.closes_on::text, (SELECT count(*)::int FROM mine) AS leads,
              (SELECT count(*)::int FROM progress_report r JOIN report_version v ON v.report_id = r.id AND v.version = 1
                WHERE r.cycle_id = c.id AND r.unit_id IN (SELECT id FROM me) AND r.task_id IN (SELECT id FROM mine)
                  AND r.status IN ('SUBMITTED', 'ACCEPTED') AND v.effective_on <= $1::date) AS reports
         FROM closed c WHERE n <= 2`,
      [day, region, unit],
    );
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toMatchObject({ reports: 0 });
    expect(rows[0]!.leads).toBeGreaterThan(0);
  });

  test('no event lies after the simulated today, and each is marked as demonstration', async () => {
    expect(await queryAsOwner('SELECT max(effective_on)::text AS day FROM task_event')).toEqual([
      { day: '2023-09-28' },
    ]);
    expect(await queryAsOwner("SELECT DISTINCT type::text FROM task_event WHERE origin <> 'DEMO'")).toEqual([
      { type: 'TASK_CREATED' },
    ]);
    expect(await db().setting.findMany({ orderBy: { key: 'asc' } })).toEqual([
      { key: 'data_mode', value: 'demo' },
      { key: 'simulated_today', value: '2023-09-30' },
    ]);
  });

  test('what a task row says agrees with its reports and reviews', async () => {
    const wrong = await queryAsOwner(`
      SELECT t.id FROM task t
       WHERE (t.state = 'UNDER_REVIEW') <> EXISTS (SELECT 1 FROM progress_report r WHERE r.task_id = t.id AND r.kind = 'RESULT' AND r.status = 'SUBMITTED')
          OR (t.state IN ('UNDER_REVIEW', 'CANCELLED')) <> (t.state_before IS NOT NULL)`);
    expect(wrong).toEqual([]);
    const [percents] = await queryAsOwner<{ undated: number }>(
      'SELECT count(*)::int AS undated FROM report_version v JOIN progress_report r ON r.id = v.report_id JOIN task t ON t.id = r.task_id WHERE t.due_on IS NULL AND v.percent IS NOT NULL',
    );
    expect(percents!.undated).toBe(0);
    const own = await queryAsOwner(`
      SELECT v.id FROM review w JOIN report_version v ON v.report_id = w.report_id AND v.version = w.report_version WHERE w.reviewer_id IN (v.author_id, v.signed_by_id)`);
    expect(own).toEqual([]);
  });

  test('accounts for each role of each place are in a file that only its owner reads, and their passwords work', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const region of ['ezhou', 'huarong', 'zengdu']) {
      for (const role of ['unit_reporter', 'unit_head', 'office', 'leader', 'admin'])
        expect(
          entries.some((entry) => entry.region === region && entry.role === role),
          `${region} ${role}`,
        ).toBe(true);
      expect(new Set(entries.filter((e) => e.region === region && e.unit).map((e) => e.unit)).size).toBeGreaterThan(5);
    }
    for (const role of ['unit_reporter', 'unit_head', 'office', 'leader', 'admin'])
      expect(
        entries.some((entry) => entry.unit === '市住建局' && entry.role === role),
        role,
      ).toBe(true);
    expect(entries.filter((entry) => entry.region === null)).toMatchObject([{ username: 'admin', role: 'admin' }]);
    for (const entry of entries.filter((_, index) => index % 40 === 0)) {
      const account = await db().account.findUniqueOrThrow({ where: { username: entry.username } });
      expect(await verify(account.passwordHash, entry.password)).toBe(true);
      expect(account).toMatchObject({ roles: [entry.role], mustChangePassword: false, isActive: true });
    }
  });

  test('a second run changes neither the database nor the file', { timeout: 60_000 }, async () => {
    const count = () =>
      queryAsOwner(
        'SELECT (SELECT count(*) FROM task_event) AS events, (SELECT count(*) FROM audit_event) AS audits, (SELECT md5(string_agg(a::text, chr(10) ORDER BY id)) FROM account a) AS accounts, (SELECT md5(string_agg(p::text, chr(10) ORDER BY id)) FROM plan p) AS plans',
      );
    const before = await count();
    const written = readFileSync(file, 'utf8');
    await seedDemo(folder);
    expect(await count()).toEqual(before);
    expect(readFileSync(file, 'utf8')).toBe(written);
  });

  test('cannot be turned into real data by loading the lists', async () => {
    await expect(seedEmpty()).rejects.toThrow('演示数据');
  });
});
