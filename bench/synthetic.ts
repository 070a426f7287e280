// Ledgers of any size, written straight into the tables: regions of 500 tasks, each task with units, a report, two events and four
// stretches of standing. Hashes are stand-ins: such a database is for measuring, never for verifying.
import type { Client } from 'pg';

export const tasksPerRegion = 500;
export const unitsPerRegion = 40;
const batch = 100;

const bigTables = [
  'task',
  'task_unit',
  'task_standing',
  'progress_report',
  'report_version',
  'task_event',
  'task_chain',
  'cycle',
];

/** The days of every plan hang on today, so that the newest stretch is the one in force. */
const days = `(SELECT (date_trunc('year', ledger_today() - 200) + interval '14 days')::date AS began) d`;
/** When task k of a region is due, and whether it was done in time: three of five were. */
const due = 'd.began + 20 + (k * 7) % 150';
const isDone = 'k % 5 < 3';

const tasks = `generate_series($1::int, $2::int) r, generate_series(1, ${tasksPerRegion}) k, ${days}`;
const taskId = `((r - 1) * ${tasksPerRegion} + k)`;
const unitId = (shift: number) => `((r - 1) * ${unitsPerRegion} + 1 + (k + ${shift}) % ${unitsPerRegion})`;

const stretch = (from: string, to: string, state: string, light: string, reason: string, more: string) => `
  SELECT ${taskId}, ${from}, ${to}, r, r, ${state}::task_state, ${light}::light, ${reason}::light_reason, ${due}, ${more} FROM ${tasks}`;

const standing = `
  INSERT INTO task_standing (task_id, valid_from, valid_to, plan_id, region_id, state, light, reason, due_on, achieved_on, outcome,
                             overdue_days_before, missed_cycles, is_rated)
  ${stretch("'1900-01-01'", 'd.began', "'NOT_STARTED'", "'NONE'", "'PLAN_NOT_ACTIVE'", 'NULL::date, NULL::outcome, 0, 0, false')}
  UNION ALL
  ${stretch('d.began', `${due} - 15`, "'IN_PROGRESS'", "'GREEN'", "'ON_COURSE'", 'NULL, NULL, 0, 0, false')}
  UNION ALL
  ${stretch(`${due} - 15`, `${due} + 1`, "'IN_PROGRESS'", "'YELLOW'", "'DUE_SOON'", 'NULL, NULL, 0, 1, false')}
  UNION ALL
  ${stretch(
    `${due} + 1`,
    "'9999-12-31'",
    `CASE WHEN ${isDone} THEN 'COMPLETED' ELSE 'IN_PROGRESS' END`,
    `CASE WHEN ${isDone} THEN 'BLUE' ELSE 'RED' END`,
    `CASE WHEN ${isDone} THEN 'COMPLETED' ELSE 'OVERDUE' END`,
    `CASE WHEN ${isDone} THEN ${due} - 2 END, CASE WHEN ${isDone} THEN 'ON_TIME'::outcome END, 0, 0, true`,
  )}`;

const perRegion = [
  `INSERT INTO region (id, code, name, level) SELECT r, 'bench-' || r, '第' || r || '区', 'district' FROM generate_series($1::int, $2::int) r`,
  `INSERT INTO unit (id, region_id, name, kind, divisions, sort_order)
   SELECT (r - 1) * ${unitsPerRegion} + u, r, '区' || u || '局', 'department', '{}', u
     FROM generate_series($1::int, $2::int) r, generate_series(1, ${unitsPerRegion}) u`,
  `INSERT INTO plan (id, kind, region_id, title, year, level, anomalies, status, effective_from, effective_basis)
   SELECT r, 'TASK_LIST', r, '第' || r || '区优化营商环境重点任务清单', extract(year FROM d.began), 'district', '{}', 'ACTIVE', d.began, '印发通知'
     FROM generate_series($1::int, $2::int) r, ${days}`,
  `INSERT INTO policy_area (id, plan_id, sort_order, heading)
   SELECT (r - 1) * 25 + a, r, a, '（' || a || '）政策领域' FROM generate_series($1::int, $2::int) r, generate_series(1, 25) a`,
  `INSERT INTO measure (id, plan_id, area_id, sort_order, heading)
   SELECT (r - 1) * 50 + m, r, (r - 1) * 25 + (m + 1) / 2, m, m || '.改革举措' FROM generate_series($1::int, $2::int) r, generate_series(1, 50) m`,
  `INSERT INTO cycle (id, plan_id, label, starts_on, closes_on, grace_ends_on)
   SELECT (r - 1) * 24 + c, r, c || '月', d.began + (c - 1) * 30, d.began + c * 30 - 1, d.began + c * 30 + 6
     FROM generate_series($1::int, $2::int) r, generate_series(1, 24) c, ${days}`,
  `INSERT INTO account (id, username, display_name, password_hash, must_change_password, roles, unit_id, region_id)
   SELECT (r - 1) * 2 + n, 'bench-' || r || '-' || n, '王芳', '', false, CASE n WHEN 1 THEN '{office}' ELSE '{unit_reporter}' END::role[],
          CASE n WHEN 2 THEN (r - 1) * ${unitsPerRegion} + 1 END, CASE n WHEN 1 THEN r END
     FROM generate_series($1::int, $2::int) r, generate_series(1, 2) n`,
  `INSERT INTO task (id, plan_id, region_id, seq, sort_order, area_id, measure_id, text, lead_raw, responsible_raw, deadline_raw, lead_text,
                     responsible_text, deadline_text, original_due_on, due_on, ongoing, inherited, state, achieved_on)
   SELECT ${taskId}, r, r, k, k, (r - 1) * 25 + 1 + (k - 1) / 20, (r - 1) * 50 + 1 + (k - 1) / 10,
          '推进“一网通办”第' || k || '项，压减办理环节和申报材料，实现企业开办、不动产登记等事项一窗受理、并联审批（' || r || '）。',
          '区' || 1 + k % ${unitsPerRegion} || '局', '区' || 1 + (k + 1) % ${unitsPerRegion} || '局', '年底前',
          '区' || 1 + k % ${unitsPerRegion} || '局', '区' || 1 + (k + 1) % ${unitsPerRegion} || '局', '年底前', ${due}, ${due}, false, '{}',
          CASE WHEN ${isDone} AND ${due} < ledger_today() THEN 'COMPLETED' ELSE 'IN_PROGRESS' END::task_state,
          CASE WHEN ${isDone} AND ${due} < ledger_today() THEN ${due} - 2 END
     FROM ${tasks}`,
  `INSERT INTO task_unit (task_id, role, position, printed, unit_id, divisions, co_unit_ids)
   SELECT ${taskId}, 'LEAD'::task_unit_role, 0, '区' || 1 + k % ${unitsPerRegion} || '局', ${unitId(0)}, '{}'::text[], '{}'::int[] FROM ${tasks}
   UNION ALL
   SELECT ${taskId}, 'RESPONSIBLE', 0, '区' || 1 + (k + 1) % ${unitsPerRegion} || '局', ${unitId(1)}, '{}', '{}' FROM ${tasks}`,
  standing,
  `INSERT INTO progress_report (id, task_id, unit_id, cycle_id, kind, is_by_lead)
   SELECT ${taskId}, ${taskId}, ${unitId(0)}, (r - 1) * 24 + 1 + k % 6, 'PROGRESS', true FROM ${tasks}`,
  `INSERT INTO report_version (id, report_id, version, percent, narrative, author_id, effective_on, idempotency_key, digest)
   SELECT ${taskId}, ${taskId}, 1, k % 100, '本月完成系统联调和窗口人员培训，办理时限压减至2个工作日。', (r - 1) * 2 + 2, d.began + 20, 'bench-' || ${taskId}, ''
     FROM ${tasks}`,
  `INSERT INTO task_event (id, task_id, sequence, type, origin, effective_on, actor_words, unit_id, report_id, report_version, report_kind, cycle_id,
                           is_by_lead, hash)
   SELECT ${taskId}::bigint * 2 - 1, ${taskId}, 1, 'TASK_CREATED'::event_type, 'SEED'::event_origin, d.began, '系统', NULL::int, NULL::int, NULL::int,
          NULL::report_kind, NULL::int, NULL::boolean, 'bench' FROM ${tasks}
   UNION ALL
   SELECT ${taskId}::bigint * 2, ${taskId}, 2, 'REPORT_SUBMITTED', 'SEED', d.began + 20, '王芳（区住建局 填报员）', ${unitId(0)}, ${taskId}, 1, 'PROGRESS',
          (r - 1) * 24 + 1 + k % 6, true, 'bench' FROM ${tasks}`,
  `INSERT INTO task_chain (task_id, event_count, head_hash, last_effective_on) SELECT ${taskId}, 2, 'bench', d.began + 20 FROM ${tasks}`,
];

/** Only what the function of standing reads. */
const standingOnly = perRegion.filter((sql) =>
  /INSERT INTO (region|plan|task|task_standing|policy_area|measure) /.test(sql),
);

/** Grows the ledger from `from` to `to` regions. Needs a superuser: no trigger and no foreign key is looked at. */
export async function grow(
  client: Client,
  from: number,
  to: number,
  options: { onlyStanding?: boolean; onProgress?: (regions: number) => void } = {},
): Promise<void> {
  await client.query("SET session_replication_role = 'replica'");
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = ANY($1::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)`,
    [bigTables],
  );
  const inBulk = to - from > batch;
  if (inBulk) for (const { name } of indexes) await client.query(`DROP INDEX ${client.escapeIdentifier(name)}`);
  for (let first = from + 1; first <= to; first += batch) {
    const last = Math.min(to, first + batch - 1);
    await client.query('BEGIN');
    for (const sql of options.onlyStanding ? standingOnly : perRegion) await client.query(sql, [first, last]);
    await client.query('COMMIT');
    options.onProgress?.(last);
  }
  if (inBulk) {
    await client.query("SET maintenance_work_mem = '512MB'");
    for (const { definition } of indexes) await client.query(definition);
  }
  await client.query(`
    SELECT setval(pg_get_serial_sequence(t.name, 'id'), greatest((xpath('/row/m/text()', query_to_xml('SELECT max(id) AS m FROM ' || t.name, false, true, '')))[1]::text::bigint, 1))
      FROM unnest(ARRAY['region', 'unit', 'plan', 'policy_area', 'measure', 'cycle', 'account', 'task', 'task_unit', 'progress_report', 'report_version', 'task_event']) AS t(name)
     WHERE query_to_xml('SELECT 1 FROM ' || t.name || ' LIMIT 1', false, true, '')::text <> ''`);
  await client.query("SET session_replication_role = 'origin'");
  await client.query('VACUUM ANALYZE');
}
