import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { verify } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/lib/server/db';
import { evidenceStore } from '@/lib/server/evidence-store';
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

  test.each([
    ['ezhou', null],
    ['zengdu', null],
    ['huarong', null],
    ['ezhou', '市住建局'],
  ])('the office of %s %s has issued slips of each tier, numbered 1, 2, 3 … by the year', async (region, owner) => {
    const rows = await queryAsOwner<{
      tier: number;
      status: string;
      year: number | null;
      number: number | null;
      issued_on: string | null;
      is_own: boolean;
      steps: number;
      version: number;
      told: boolean;
    }>(
      `SELECT s.tier, s.status::text, s.number_year AS year, s.number, s.issued_on::text, s.checked_by_id = s.drafted_by_id AS is_own, s.version,
              (SELECT count(*)::int FROM slip_event e WHERE e.slip_id = s.id) AS steps,
              (SELECT bool_and(EXISTS (SELECT FROM task_event e WHERE e.task_id = st.task_id AND e.type = 'SLIP_ISSUED' AND e.effective_on = s.issued_on
                                          AND e.payload ->> 'number' = s.document_code || '〔' || s.number_year || '〕' || s.number || '号'))
                 FROM slip_task st WHERE st.slip_id = s.id) AS told
         FROM slip s JOIN region r ON r.id = s.region_id LEFT JOIN unit u ON u.id = s.owner_unit_id
        WHERE r.code = $1 AND u.name IS NOT DISTINCT FROM $2 ORDER BY s.number_year, s.number`,
      [region, owner],
    );
    const issued = rows.filter((row) => row.number !== null);
    for (const [year, own] of Map.groupBy(issued, (row) => row.year)) {
      expect(own.map((row) => row.number)).toEqual(own.map((_, at) => at + 1));
      expect(own.map((row) => row.issued_on!).every((day) => day.startsWith(String(year)))).toBe(true);
      const [last] = await queryAsOwner<{ last: number }>(
        'SELECT last FROM slip_number n JOIN region r ON r.id = n.region_id LEFT JOIN unit u ON u.id = n.owner_unit_id WHERE r.code = $1 AND u.name IS NOT DISTINCT FROM $2 AND year = $3',
        [region, owner, year],
      );
      expect(last!.last).toBe(own.length);
    }
    expect([...new Set(rows.map((row) => row.tier))].sort()).toEqual(owner ? [1, 2] : [1, 2, 3]);
    const shown = new Set(rows.map((row) => row.status));
    for (const status of owner
      ? ['CLOSED', 'SIGNED_FOR', 'DRAFT']
      : ['CLOSED', 'VOID', 'SIGNED_FOR', 'REPLIED', 'CHECKED', 'DRAFT'])
      expect(shown).toContain(status);
    for (const row of rows) expect(row).toMatchObject({ steps: row.version });
    for (const row of issued) expect(row).toMatchObject({ is_own: false, told: true });
  });

  test.each(['2022-09-30', '2023-09-30'])('on %s a reply to a slip is overdue', async (day) => {
    const [row] = await queryAsOwner<{ overdue: number }>(
      `SELECT count(*)::int AS overdue FROM slip s WHERE s.issued_on <= $1::date AND s.reply_due_on < $1::date AND s.voided_on IS NULL
          AND NOT EXISTS (SELECT FROM slip_event e WHERE e.slip_id = s.id AND e.step IN ('REPLIED', 'CLOSED') AND e.effective_on <= $1::date)`,
      [day],
    );
    expect(row!.overdue).toBeGreaterThan(0);
  });

  test('every unit with somebody to do so has signed for its lists, two of each late, one not yet', async () => {
    const rows = await queryAsOwner<{ slug: string; signed: number; late: number }>(
      `SELECT p.slug, count(*)::int AS signed, count(*) FILTER (WHERE s.signed_on > p.activated_on + 3)::int AS late
         FROM sign_for s JOIN plan p ON p.id = s.plan_id GROUP BY p.slug ORDER BY p.slug`,
    );
    expect(rows.map((row) => row.slug)).toEqual(['ezhou-2022', 'ezhou-housing-2022', 'huarong-2023', 'zengdu-2022']);
    for (const row of rows) expect(row).toMatchObject({ late: 2 });
    const missing = await queryAsOwner<{ slug: string; name: string }>(
      `SELECT DISTINCT p.slug, u.name FROM task_units_as_of('2023-09-30') m JOIN task t ON t.id = m.task_id JOIN plan p ON p.id = t.plan_id JOIN unit u ON u.id = m.unit_id
        WHERE p.status = 'ACTIVE' AND p.kind = 'TASK_LIST' AND NOT EXISTS (SELECT FROM sign_for s WHERE s.plan_id = p.id AND s.unit_id = u.id)`,
    );
    expect(missing).toEqual([{ slug: 'huarong-2023', name: '葛华天然气公司' }]);
  });

  test('on the last day something waits for everybody', async () => {
    const [row] = await queryAsOwner<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM unit_paper WHERE status = 'WAITING' AND kind = 'PROGRESS') AS progress_papers,
              (SELECT count(*)::int FROM unit_paper WHERE status = 'WAITING' AND kind = 'RESULT') AS result_papers,
              (SELECT count(*)::int FROM unit_paper WHERE status = 'WAITING' AND kind = 'EXTENSION') AS extension_papers,
              (SELECT count(*)::int FROM unit_paper WHERE status = 'SENT_BACK') AS sent_back,
              (SELECT count(*)::int FROM extension WHERE status = 'REQUESTED' AND number = 1) AS for_the_office,
              (SELECT count(*)::int FROM extension WHERE status = 'REQUESTED' AND number = 2) AS for_the_leader,
              (SELECT count(*)::int FROM objection WHERE status = 'OPEN') AS open_objections,
              (SELECT count(*)::int FROM objection WHERE status = 'CONFIRMED') AS confirmed,
              (SELECT count(*)::int FROM task_event WHERE type = 'TASK_REASSIGNED' AND payload ? 'objectionId') AS reassigned,
              (SELECT count(*)::int FROM colead_opinion o JOIN progress_report r ON r.id = o.report_id WHERE NOT o.agrees AND r.status = 'SUBMITTED') AS doubted,
              (SELECT count(*)::int FROM node WHERE done_on IS NULL AND due_on < '2023-09-30') AS late_nodes,
              (SELECT count(*)::int FROM node WHERE done_on IS NOT NULL) AS done_nodes,
              (SELECT count(*)::int FROM review_message m WHERE m.unit_id IS NULL AND NOT EXISTS (
                 SELECT FROM review_message x WHERE x.task_id = m.task_id AND x.id > m.id)) AS unanswered,
              (SELECT count(*)::int FROM task_handler) AS handlers,
              (SELECT count(*)::int FROM task_event e JOIN task t ON t.id = e.task_id JOIN plan p ON p.id = t.plan_id
                WHERE e.type = 'BACKFILLED' AND e.effective_on = p.effective_from AND p.slug = 'zengdu-2022') AS entered,
              (SELECT count(*)::int FROM job_run WHERE job = 'daily' AND status = 'DONE' AND effective_on = '2023-09-30') AS runs`,
    );
    for (const [what, count] of Object.entries(row!)) expect(count, what).toBeGreaterThan(0);
    const unread = await queryAsOwner<{ username: string }>(
      `SELECT a.username FROM account a WHERE EXISTS (SELECT FROM notice n WHERE n.account_id = a.id AND n.read_at IS NULL AND n.settled_at IS NULL)`,
    );
    const names = unread.map((one) => one.username);
    for (const region of ['ezhou', 'huarong', 'zengdu'])
      for (const role of ['office', 'office2', 'leader']) expect(names).toContain(`${region}.${role}`);
    for (const name of [
      'ezhou.zhujian.office',
      'ezhou.fagai.reporter',
      'huarong.fagaijingxin.head',
      'zengdu.zhujian.head',
    ])
      expect(names).toContain(name);
  });

  test('where the head signs, every report of the unit came from a paper that its head had signed', async () => {
    const wrong = await queryAsOwner(
      `SELECT e.task_id FROM task_event e JOIN dated_setting d ON d.scope = 'unit' AND d.key = 'head_signs' AND d.scope_id = e.unit_id
        WHERE e.type = 'REPORT_SUBMITTED' AND NOT EXISTS (
          SELECT FROM unit_paper p JOIN account a ON a.id = p.decided_by_id WHERE p.id = (e.payload ->> 'paperId')::int AND p.report_id = e.report_id
             AND p.status = 'SIGNED' AND p.decided_by_id = e.actor_id AND 'unit_head' = ANY(a.roles))`,
    );
    expect(wrong).toEqual([]);
    expect(await db().unitPaper.count({ where: { status: 'SIGNED' } })).toBeGreaterThan(50);
  });

  test('evidence lies in the store as its rows say, and reports and replies name it', async () => {
    const rows = await queryAsOwner<{ sha256: string; bytes: string; named: boolean }>(
      "SELECT sha256, bytes::text, evidence_is_submitted(id) AS named FROM evidence WHERE kind = 'FILE'",
    );
    expect(rows.length).toBeGreaterThan(10);
    const store = evidenceStore();
    for (const { sha256, bytes, named } of rows) {
      expect(named).toBe(true);
      expect(await store.digest(sha256)).toBe(sha256);
      const found = await store.open(sha256);
      found?.stream.destroy();
      expect(found?.bytes).toBe(Number(bytes));
    }
    expect(await db().evidence.count({ where: { kind: 'LINK' } })).toBeGreaterThan(0);
    expect(await db().evidence.count({ where: { slipId: { not: null } } })).toBeGreaterThan(0);
  });

  test('nobody is asked to send again what was sent again, or what a task that has ended needs no more', async () => {
    const stale = await queryAsOwner(`
      SELECT n.id, n.kind, t.state FROM notice n JOIN task t ON t.id = n.task_id
        LEFT JOIN review v ON n.kind = 'returned' AND n.key = 'returned:' || v.id LEFT JOIN progress_report r ON r.id = v.report_id
       WHERE n.settled_at IS NULL AND (
             (n.kind IN ('returned', 'to_review', 'extension', 'paper_to_sign', 'colead') AND t.state IN ('COMPLETED', 'CANCELLED'))
          OR (r.kind = 'RESULT' AND (t.state = 'SUSTAINED' OR EXISTS (
               SELECT FROM progress_report x WHERE x.task_id = r.task_id AND x.unit_id = r.unit_id AND x.kind = 'RESULT' AND x.id > r.id))))`);
    expect(stale).toEqual([]);
    const forgotten = await queryAsOwner(`
      SELECT r.id FROM progress_report r JOIN task t ON t.id = r.task_id JOIN review v ON v.report_id = r.id AND v.report_version = r.current_version
       WHERE r.status = 'RETURNED' AND t.state IN ('NOT_STARTED', 'IN_PROGRESS')
         AND NOT EXISTS (SELECT FROM progress_report x WHERE x.task_id = r.task_id AND x.unit_id = r.unit_id AND x.kind = r.kind AND x.id > r.id)
         AND NOT EXISTS (SELECT FROM notice n WHERE n.key = 'returned:' || v.id AND n.settled_at IS NULL)`);
    expect(forgotten).toEqual([]);
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
        'SELECT (SELECT count(*) FROM task_event) AS events, (SELECT count(*) FROM notice) AS notices, (SELECT count(*) FROM slip_event) AS steps, (SELECT count(*) FROM job_run) AS runs, (SELECT count(*) FROM audit_event) AS audits, (SELECT md5(string_agg(a::text, chr(10) ORDER BY id)) FROM account a) AS accounts, (SELECT md5(string_agg(p::text, chr(10) ORDER BY id)) FROM plan p) AS plans',
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
