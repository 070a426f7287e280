// How long it takes to read a list of 2,000 rows, and to make a plan of it. The lists are the real ones, repeated with texts of their own.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readDocument } from '@/lib/imports/drafts/read-document';
import { listJson } from '@/lib/imports/reading/list-json.rules';
import { registrySchema } from '@/lib/units/registry.schema';
import { projectRoot, say } from '../bin/lib/cli.ts';
import { Cluster } from '../bin/lib/cluster.ts';
import { assertUsable, ensureAppRole, withClient } from '../bin/lib/database.ts';
import { migrate } from '../bin/lib/migrate.ts';
import { docxOf, HEADER, htmlOf, textOf, xlsxOf } from '../tests/support/hostile-files.ts';
import { median, ratioWords, sayTable } from './measure.ts';

const rounds = 3;
const wanted = { read: 5, commit: 5 };
const forms = { docx: docxOf, xlsx: xlsxOf, html: htmlOf, txt: textOf } as const;

const seed = (name: string): unknown => JSON.parse(fs.readFileSync(path.join(projectRoot, 'seeds', name), 'utf8'));

type PrintedTask = { text: string; lead: string[]; responsible: string[]; deadlineRaw: string | null };

/** Rows of the city's list over and over, numbered through, each text its own. */
function rowsOf(count: number): string[][] {
  const { tasks } = seed('lists/ezhou-2022.json') as { tasks: PrintedTask[] };
  let deadline = '';
  return Array.from({ length: count }, (_, index) => {
    const task = tasks[index % tasks.length]!;
    deadline = task.deadlineRaw || deadline;
    const batch = Math.floor(index / tasks.length) + 1;
    return [
      String(index + 1),
      `${task.text}（第${batch}批第${index + 1}项）`,
      task.lead.join('、'),
      task.responsible.join('、'),
      deadline,
    ];
  });
}

async function timed<T>(work: () => Promise<T> | T): Promise<{ seconds: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
}

/** Rows of the table: form, seconds, as a multiple of an almost empty list, as a multiple of JSON.parse. */
async function measureReading(count: number): Promise<string[][]> {
  const registry = registrySchema.parse(seed('units.json'));
  const list = [HEADER, ...rowsOf(count)];
  const lines: string[][] = [];
  for (const [form, make] of Object.entries(forms)) {
    const read = (rows: string[][]) => {
      const bytes = make(rows);
      return timed(() => readDocument(bytes, { fileName: `清单.${form}`, registry }));
    };
    const whole: number[] = [];
    const empty: number[] = [];
    const parse: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { seconds, result } = await read(list);
      whole.push(seconds);
      empty.push((await read(list.slice(0, 2))).seconds);
      const json = JSON.stringify(listJson(result));
      parse.push((await timed(() => JSON.parse(json))).seconds);
    }
    const seconds = median(whole);
    lines.push([
      `读取 ${form}`,
      seconds.toFixed(2),
      ratioWords(seconds / median(empty)),
      ratioWords(seconds / median(parse)),
      seconds < wanted.read ? '是' : '否',
    ]);
  }
  return lines;
}

/** The data layer reads DATABASE_URL once, when it loads: it is loaded only after the database is there. */
async function measureCommit(count: number): Promise<string[][]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger-bench-'));
  fs.chmodSync(folder, 0o755); // the server may run as another user
  const cluster = await Cluster.start(folder);
  try {
    await cluster.ensureDatabase('bench');
    const ownerUrl = cluster.urlOf('owner', 'bench');
    await assertUsable(ownerUrl);
    const appUrl = await ensureAppRole(ownerUrl, cluster.passwords.app);
    await migrate(ownerUrl);
    const plain = await withClient(ownerUrl, async (client) => {
      await client.query('CREATE TABLE plain (id int PRIMARY KEY, words text)');
      const texts = rowsOf(count).map((row) => row.join('\n'));
      return timed(() =>
        client.query('INSERT INTO plain SELECT ordinality, words FROM unnest($1::text[]) WITH ORDINALITY AS t(words)', [
          texts,
        ]),
      );
    });
    process.env.DATABASE_URL = appUrl;
    const { db, inTransaction } = await import('@/lib/server/db');
    const { commitDraft, importFromTerminal } = await import('@/lib/imports/drafts/draft.commands');
    const { loadActor } = await import('@/lib/server/auth/actor');
    const { seedRegistry } = await import('@/lib/units/registry.commands');
    const { readHolidayTable } = await import('@/lib/cycles/holidays');
    try {
      await inTransaction((tx) =>
        seedRegistry(tx, registrySchema.parse(seed('units.json')), readHolidayTable(seed('holidays.json'))),
      );
      const account = await db().account.create({
        data: { username: 'bench', displayName: '测量', passwordHash: '-', roles: ['admin'] },
      });
      const actor = (await loadActor(account.id))!;
      const bytes = xlsxOf([HEADER, ...rowsOf(count)]);
      const draft = await timed(() =>
        importFromTerminal({ fileName: '清单.xlsx', bytes, regionCode: 'ezhou', year: 2022 }),
      );
      const { draftId } = draft.result;
      const { version } = await db().importDraft.findUniqueOrThrow({
        where: { id: draftId },
        select: { version: true },
      });
      const commit = await timed(() => commitDraft(actor, { draftId, version, confirmOpen: true }));
      const line = (name: string, seconds: number, limit: number) => [
        name,
        seconds.toFixed(2),
        '',
        ratioWords(seconds / plain.seconds),
        seconds < limit ? '是' : '否',
      ];
      return [line('读取并存为草稿', draft.seconds, wanted.read), line('提交为方案', commit.seconds, wanted.commit)];
    } finally {
      await db().$disconnect();
    }
  } finally {
    await cluster.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export async function benchImport(sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    say(`${size} 行的清单，秒（读取为 ${rounds} 次的中位数，含读取进程的启动；要求各在 5 秒以内）：`);
    const lines = [...(await measureReading(size)), ...(await measureCommit(size))];
    sayTable(['', '秒', '与只有一行的清单之比', '与基线之比', '在 5 秒以内'], lines);
    say('基线：读取为解析同一结果的 JSON，存草稿和提交为把同样的文字一次写入一张只有两列的表。');
  }
}
