import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appUrl, queryAsOwner } from '../support/database';

const firstRegion = 10_001;
const regions = 50;

let client: Client;
beforeAll(async () => {
  // 50 regions of 500 tasks, four stretches of standing each.
  await queryAsOwner(`
    INSERT INTO task_standing (task_id, valid_from, valid_to, plan_id, region_id, state, light, reason, overdue_days_before, missed_cycles, is_rated)
    SELECT 1000000 + r * 500 + k, f, coalesce(lead(f) OVER (PARTITION BY r, k ORDER BY f), '9999-12-31'), ${firstRegion} + r, ${firstRegion} + r,
           'IN_PROGRESS', 'GREEN', 'ON_COURSE', 0, 0, false
      FROM generate_series(0, ${regions - 1}) r, generate_series(1, 500) k,
           unnest(ARRAY['1900-01-01'::date, '2022-04-15'::date + k % 30, '2022-07-01'::date + k % 90, '2022-11-01'::date + k % 30]) f`);
  await queryAsOwner('ANALYZE task_standing');
  client = new Client({ connectionString: appUrl });
  await client.connect();
});
afterAll(() => client.end());

type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
};
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

async function scansOf(sql: string): Promise<PlanNode[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`EXPLAIN (FORMAT JSON) ${sql}`);
  return nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan).filter(
    (node) => node['Relation Name'] === 'task_standing' || node['Index Name']?.startsWith('task_standing'),
  );
}

describe('the plan of standing_as_of', () => {
  const byRegion = `SELECT * FROM standing_as_of('2022-09-30') WHERE region_id = ${firstRegion + 7}`;
  const asked: [string, string, string][] = [
    ['one region', byRegion, 'task_standing_region_id_valid_to_valid_from_idx'],
    [
      'one region today',
      byRegion.replace("'2022-09-30'", 'ledger_today()'),
      'task_standing_region_id_valid_to_valid_from_idx',
    ],
    ['one plan', byRegion.replace('region_id', 'plan_id'), 'task_standing_plan_id_valid_to_valid_from_idx'],
    [
      'a few plans',
      `SELECT light, count(*) FROM standing_as_of('2022-09-30') WHERE plan_id = ANY('{${firstRegion},${firstRegion + 1}}'::int[]) GROUP BY 1`,
      'task_standing_plan_id_valid_to_valid_from_idx',
    ],
    ['one task', "SELECT * FROM standing_as_of('2022-09-30') WHERE task_id = 1000123", 'task_standing_pkey'],
  ];

  for (const [what, sql, index] of asked)
    it(`is a range scan of an index for ${what}`, async () => {
      const scans = await scansOf(sql);
      expect(scans.map((node) => node['Node Type'])).not.toContain('Seq Scan');
      const ranged = scans.find((node) => node['Index Name'] === index);
      expect(ranged?.['Node Type']).toMatch(/^(Index|Bitmap Index|Index Only) Scan$/);
      expect(ranged?.['Index Cond']).toContain(index === 'task_standing_pkey' ? 'valid_from' : 'valid_to');
    });

  it('stays one where the statement is prepared and its plan is kept for any value', async () => {
    await client.query("SET plan_cache_mode = 'force_generic_plan'");
    await client.query('PREPARE board (date, int) AS SELECT * FROM standing_as_of($1) WHERE region_id = $2');
    const scans = await scansOf(`EXECUTE board ('2022-09-30', ${firstRegion})`);
    await client.query('RESET plan_cache_mode');
    expect(scans.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(scans.map((node) => node['Index Name'])).toContain('task_standing_region_id_valid_to_valid_from_idx');
  });

  it('gives each task of the region once', async () => {
    const { rows } = await client.query<{ n: number; tasks: number }>(
      `SELECT count(*)::int AS n, count(DISTINCT task_id)::int AS tasks FROM standing_as_of('2022-09-30') WHERE region_id = ${firstRegion}`,
    );
    expect(rows).toEqual([{ n: 500, tasks: 500 }]);
  });
});
