// What the running demonstration holds, read beside the application: its accounts, and its tables as they lie in the database.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { QueryResultRow } from 'pg';
import { queryAt } from './database';

/** The demonstration's own today. */
export const DEMO_TODAY = '2023-09-30';

function dataFile(name: string): string {
  const folder = process.env.LEDGER_E2E_DATA;
  if (!folder) throw new Error('LEDGER_E2E_DATA is not set: run bin/test e2e');
  return readFileSync(path.join(folder, name), 'utf8');
}

export type DemoAccount = {
  username: string;
  password: string;
  role: 'unit_reporter' | 'unit_head' | 'office' | 'leader' | 'admin';
  unit: string | null;
  region: string | null;
};

let accounts: DemoAccount[] | undefined;

export function account(username: string): DemoAccount {
  accounts ??= JSON.parse(dataFile('demo-accounts.json')) as DemoAccount[];
  const found = accounts.find((one) => one.username === username);
  if (!found) throw new Error(`no demo account ${username}`);
  return found;
}

/** The reporter of a unit. */
export function reporterOf(region: string, unit: string): DemoAccount {
  account('ezhou.office');
  const found = accounts?.find((one) => one.role === 'unit_reporter' && one.region === region && one.unit === unit);
  if (!found) throw new Error(`no reporter of ${unit} in ${region}`);
  return found;
}

/** Reads with the application's role. */
export function query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  return queryAt<Row>(dataFile('database-url').trim(), sql, values);
}

/** Runs as the role that owns the tables: what an administrator could do behind the application's back. */
export function asOwner<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  return queryAt<Row>(dataFile('owner-url').trim(), sql, values);
}

/** How often something was recorded on a task, and its last report's words: what a refused save must leave alone. */
export async function historyOf(taskId: number): Promise<{ events: number; versions: number; narratives: string[] }> {
  const [events] = await query<{ n: number }>('SELECT count(*)::int AS n FROM task_event WHERE task_id = $1', [taskId]);
  const versions = await query<{ narrative: string }>(
    `SELECT v.narrative FROM report_version v JOIN progress_report r ON r.id = v.report_id WHERE r.task_id = $1 ORDER BY v.id`,
    [taskId],
  );
  return { events: events!.n, versions: versions.length, narratives: versions.map((v) => v.narrative) };
}

/**
 * Units of 华容 with one reporter each whose own tasks a test may write on; a test takes one by its name here, so that no two tests meet.
 * Each leads several dated tasks alone.
 */
export type Desk = { unit: string; unitId: number; reporter: DemoAccount };

const DESKS = ['reports', 'office', 'without-script', 'keyboard', 'draft', 'disabled', 'forged'] as const;
export type DeskName = (typeof DESKS)[number];

export async function desk(name: DeskName): Promise<Desk> {
  // By the list alone, which no test changes.
  const units = await query<{ id: number; name: string }>(`
    SELECT u.id, u.name FROM unit u
      JOIN task_unit tu ON tu.unit_id = u.id AND tu.role = 'LEAD'
      JOIN task t ON t.id = tu.task_id
      JOIN plan p ON p.id = t.plan_id AND p.slug = 'huarong-2023'
      JOIN account a ON a.unit_id = u.id AND a.roles = ARRAY['unit_reporter']::role[] AND a.username LIKE 'huarong.%'
     WHERE t.original_due_on > DATE '2023-06-30' AND NOT t.ongoing AND (SELECT count(*) FROM task_unit x WHERE x.task_id = t.id AND x.role = 'LEAD') = 1
     GROUP BY u.id, u.name ORDER BY count(*) DESC, u.id`);
  const unit = units[DESKS.indexOf(name)];
  if (!unit) throw new Error(`the list has only ${units.length} units for the tests to write with`);
  return { unit: unit.name, unitId: unit.id, reporter: reporterOf('huarong', unit.name) };
}

/** An open, dated task the unit leads alone, so that its RESULT may be asked for; `skip` leaves out the first few. */
export async function openTask(unitId: number, skip = 0): Promise<{ id: number; seq: number; text: string }> {
  const rows = await query<{ id: number; seq: number; text: string }>(
    `SELECT t.id, t.seq, t.text FROM task t JOIN plan p ON p.id = t.plan_id AND p.slug = 'huarong-2023'
      WHERE t.state IN ('NOT_STARTED', 'IN_PROGRESS') AND t.due_on IS NOT NULL AND NOT t.ongoing
        AND EXISTS (SELECT FROM task_unit x WHERE x.task_id = t.id AND x.role = 'LEAD' AND x.unit_id = $1)
        AND (SELECT count(*) FROM task_unit x WHERE x.task_id = t.id AND x.role = 'LEAD') = 1
      ORDER BY t.sort_order OFFSET $2 LIMIT 1`,
    [unitId, skip],
  );
  if (!rows[0]) throw new Error(`unit ${unitId} has no open task left`);
  return rows[0];
}
