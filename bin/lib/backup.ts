import fs from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { digestOf, type Manifest, save, writeArchive } from './archive.ts';
import { CommandError, dataFolder, evidenceFolder, readArguments, resolveTyped, run, say } from './cli.ts';
import { withClient, withDatabase } from './database.ts';
import { listApplied } from './migrate.ts';

const help = `
用法：bin/backup FILE [--data data]

把数据库和佐证材料备份到一个文件（gzip 压缩的 tar）；网站运行时也可以备份，内容是同一时刻的。
已有的文件不会被覆盖。用 bin/restore FILE 恢复到新的数据文件夹。
`;

/** What of the data folder belongs in a backup beside the evidence; passwords and keys of this installation do not. */
const keptFiles = ['demo-accounts.json'];

async function copyTables(client: Client, folder: string): Promise<Manifest['tables']> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.oid ORDER BY c.relname`);
  const tables: Manifest['tables'] = [];
  for (const { name, columns } of rows) {
    const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
    const copy = client.query(copyTo(`COPY ${client.escapeIdentifier(name)} (${list}) TO STDOUT`));
    const saved = await save(copy, path.join(folder, name));
    tables.push({ name, columns, rows: copy.rowCount ?? 0, ...saved });
  }
  return tables;
}

/** The sha256 of the files that evidence names in this snapshot; what an upload under way or a killed one has left is no part of it. */
async function listNamed(client: Client): Promise<string[]> {
  const { rows: tables } = await client.query("SELECT to_regclass('public.evidence') AS name");
  if (tables[0].name === null) return []; // a database from before there was evidence
  const { rows } = await client.query<{ sha256: string }>(
    "SELECT DISTINCT sha256 FROM evidence WHERE kind = 'FILE' AND discarded_at IS NULL ORDER BY sha256",
  );
  return rows.map((row) => row.sha256);
}

const evidenceEntry = (sha256: string) => `evidence/${sha256.slice(0, 2)}/${sha256}`;
const placeIn = (data: string) => (name: string) =>
  name.startsWith('evidence/')
    ? path.join(evidenceFolder(data), name.slice('evidence/'.length))
    : path.join(data, name);

/** The files with their digests, and how many of them are not there. */
async function listFiles(data: string, named: string[]): Promise<{ files: Manifest['files']; missing: number }> {
  const files: Manifest['files'] = [];
  const wanted = [...named.map(evidenceEntry), ...keptFiles];
  for (const name of wanted) {
    const place = placeIn(data)(name);
    const stat = fs.statSync(place, { throwIfNoEntry: false });
    if (stat?.isFile()) files.push({ path: name, bytes: stat.size, sha256: await digestOf(place, stat.size) });
  }
  return { files, missing: named.length - files.filter(({ path: name }) => name.startsWith('evidence/')).length };
}

async function main(): Promise<undefined> {
  const { values, positionals } = readArguments({ data: { type: 'string' } }, help);
  if (positionals.length !== 1) throw new CommandError('请写明一个备份文件名：bin/backup FILE。');
  const data = dataFolder(values.data);
  const target = resolveTyped(positionals[0]!);
  if (fs.existsSync(target)) throw new CommandError(`${target} 已存在，不会覆盖；请换一个文件名。`);
  const parent = path.dirname(target);
  let staging: string;
  try {
    staging = fs.mkdtempSync(path.join(parent, '.ledger-backup-'));
  } catch {
    throw new CommandError(`文件夹 ${parent} 不存在或不能写入。`);
  }
  process.once('exit', () => fs.rmSync(staging, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => fs.rmSync(`${target}.part`, { force: true }));

  let missing = 0;
  const manifest = await withDatabase(data, 'backup', ({ ownerUrl }) =>
    withClient(ownerUrl, async (client): Promise<Manifest> => {
      // One snapshot for all tables, whatever is written meanwhile.
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query('SET LOCAL row_security = off');
      const migrations = await listApplied(client);
      if (migrations.length === 0) throw new CommandError('数据库还没有建表，没有可备份的内容。');
      const tables = await copyTables(client, staging);
      const sequences = await client.query<{ name: string; value: string; isCalled: boolean }>(`
        SELECT sequencename AS name, coalesce(last_value, start_value)::text AS value, last_value IS NOT NULL AS "isCalled"
          FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename`);
      const named = await listNamed(client);
      await client.query('COMMIT');
      // after the snapshot: a file is written before the row that names it, and stays a day after it was taken back
      const found = await listFiles(data, named);
      missing = found.missing;
      return {
        format: 1,
        program: 'reform-ledger',
        createdAt: new Date().toISOString(),
        migrations,
        tables,
        sequences: sequences.rows,
        files: found.files,
      };
    }),
  );
  await writeArchive(target, manifest, staging, placeIn(data));
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`已备份到 ${target}：${manifest.tables.length} 张表 ${rows} 行，${manifest.files.length} 个文件。`);
  if (missing > 0)
    process.stderr.write(
      `注意：有 ${missing} 个佐证文件在存储中缺失，没有备份到；请用 bin/verify-history 查明是哪些。\n`,
    );
}

await run(main);
