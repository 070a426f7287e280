// How fast "as of" answers, and by which way through the index, at ten thousand and at a million tasks.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import { say } from '../bin/lib/cli.ts';
import { Cluster } from '../bin/lib/cluster.ts';
import { assertUsable, ensureAppRole, withClient } from '../bin/lib/database.ts';
import { migrate } from '../bin/lib/migrate.ts';
import { median, ratioWords, sayTable, sizeWords } from './measure.ts';
import { grow, tasksPerRegion } from './synthetic.ts';

const rounds = 100;
const questions: { name: string; sql: string }[] = [
  { name: '空查询', sql: 'SELECT $1::int' },
  { name: '一个地区，今天', sql: 'SELECT * FROM standing_as_of(ledger_today()) WHERE region_id = $1' },
  { name: '一个地区，100 天前', sql: 'SELECT * FROM standing_as_of(ledger_today() - 100) WHERE region_id = $1' },
  {
    name: '一个地区，各色灯数',
    sql: 'SELECT light, count(*) FROM standing_as_of(ledger_today()) WHERE region_id = $1 GROUP BY light',
  },
  {
    name: '一个方案，连同任务',
    sql: 'SELECT t.seq, t.text, s.* FROM task t JOIN standing_as_of(ledger_today()) s ON s.task_id = t.id WHERE t.plan_id = $1 AND s.plan_id = $1 ORDER BY t.sort_order LIMIT 50',
  },
  { name: '一个任务', sql: 'SELECT * FROM standing_as_of(ledger_today()) WHERE task_id = $1' },
];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

async function explain(client: Client, sql: string): Promise<string> {
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode; 'Execution Time': number }[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql.replaceAll('$1', '1')}`,
  );
  const { Plan: plan } = rows[0]!['QUERY PLAN'][0]!;
  const scans = nodesOf(plan).filter(
    (node) => /Scan/.test(node['Node Type']) && (node['Relation Name'] ?? node['Index Name']),
  );
  const words = scans.map((node) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name']}`);
  return `${words.join(' + ')}；${plan['Actual Rows']} 行，缓冲块 ${(plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)}`;
}

async function measure(client: Client): Promise<{ milliseconds: number; path: string }[]> {
  const times = questions.map((): number[] => []);
  for (let round = -5; round < rounds; round += 1)
    for (const [n, { name, sql }] of questions.entries()) {
      const start = performance.now();
      await client.query({ name, text: sql, values: [1] });
      if (round >= 0) times[n]!.push(performance.now() - start);
    }
  const answers: { milliseconds: number; path: string }[] = [];
  for (const [n, { sql }] of questions.entries())
    answers.push({ milliseconds: median(times[n]!), path: n === 0 ? '' : await explain(client, sql) });
  return answers;
}

export async function benchStanding(sizes: readonly number[]): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger-bench-'));
  fs.chmodSync(folder, 0o755); // the server may run as another user
  const cluster = await Cluster.start(folder, {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_wal_size: '4GB',
  });
  try {
    await cluster.ensureDatabase('bench');
    const ownerUrl = cluster.urlOf('owner', 'bench');
    await assertUsable(ownerUrl);
    const appUrl = await ensureAppRole(ownerUrl, cluster.passwords.app);
    await migrate(ownerUrl);
    const measured: { milliseconds: number; path: string }[][] = [];
    let regions = 0;
    for (const size of sizes) {
      const wanted = Math.ceil(size / tasksPerRegion);
      await cluster.asSuperuser('bench', (client) => grow(client, regions, wanted, { onlyStanding: true }));
      regions = wanted;
      measured.push(await withClient(appUrl, measure));
      say(`${sizeWords(size)} 个任务，${sizeWords(size * 4)} 段状态：`);
      for (const [n, { name }] of questions.entries()) if (n > 0) say(`  ${name}：${measured.at(-1)![n]!.path}`);
    }
    const toEmpty = (at: number, n: number) => {
      const one = measured.at(at);
      return one ? one[n]!.milliseconds / one[0]!.milliseconds : Number.NaN;
    };
    say(`\n各查询的用时（${rounds} 次的中位数），以同一轮的空查询为 1；末列为最大规模与次大规模的比值之比：`);
    sayTable(
      ['查询', ...sizes.map((size) => `${sizeWords(size)}任务`), '增长'],
      questions.map(({ name }, n) => [
        name,
        ...measured.map((_, at) => ratioWords(toEmpty(at, n))),
        ratioWords(toEmpty(-1, n) / toEmpty(-2, n)),
      ]),
    );
  } finally {
    await cluster.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
