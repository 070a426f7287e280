import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Manifest, readArchive, tableEntry } from './archive.ts';
import {
  CommandError,
  dataFolder,
  evidenceFolder,
  externalUrl,
  messageOf,
  readArguments,
  resolveTyped,
  run,
  say,
} from './cli.ts';
import { openDatabase, withClient } from './database.ts';
import { Lock } from './lock.ts';
import { assertKnown, listMigrations, migrate } from './migrate.ts';

const help = `
用法：bin/restore FILE [--data data]

把 bin/backup 做的备份恢复到一个空的数据文件夹（设置了 DATABASE_URL 时，恢复到那个空数据库）。
写入之前先核对整个文件；文件不完好就什么也不写。
`;

/** Loads all tables in one transaction, with triggers and foreign keys out of the way and put back as they were. */
async function load(client: Client, manifest: Manifest, folder: string): Promise<void> {
  const quote = (name: string) => client.escapeIdentifier(name);
  await client.query('BEGIN');
  const foreignKeys = await client.query<{ table: string; name: string; definition: string }>(`
    SELECT c.conrelid::regclass::text AS "table", c.conname AS name, pg_get_constraintdef(c.oid) AS definition
      FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conparentid = 0`);
  const triggers = await client.query<{ table: string; name: string; enabled: string }>(`
    SELECT t.tgrelid::regclass::text AS "table", t.tgname AS name, t.tgenabled AS enabled
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND c.relnamespace = 'public'::regnamespace AND t.tgenabled <> 'D'`);
  const present = await client.query<{ name: string }>(`
    SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '_prisma_migrations'`);
  const missing = manifest.tables.find(({ name }) => !present.rows.some((row) => row.name === name));
  if (missing) throw new CommandError(`备份中的表 ${missing.name} 在本程序的数据库里没有。`);
  for (const { table, name } of foreignKeys.rows)
    await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${quote(name)}`);
  for (const { table, name } of triggers.rows)
    await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${quote(name)}`);
  // Migrations may have filled some tables already; the backup has those rows too.
  if (present.rows.length > 0) await client.query(`TRUNCATE ${present.rows.map(({ name }) => quote(name)).join(', ')}`);
  for (const { name, columns, rows } of manifest.tables) {
    const list = columns.map(quote).join(', ');
    const copy = client.query(copyFrom(`COPY ${quote(name)} (${list}) FROM STDIN`));
    await pipeline(fs.createReadStream(path.join(folder, tableEntry(name))), copy);
    if (copy.rowCount !== rows) throw new CommandError(`表 ${name} 应有 ${rows} 行，实际装入 ${copy.rowCount} 行。`);
  }
  for (const { name, value, isCalled } of manifest.sequences)
    await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [`public.${quote(name)}`, value, isCalled]);
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const { table, name, definition } of foreignKeys.rows)
    await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${quote(name)} ${definition}`);
  for (const { table, name, enabled } of triggers.rows) {
    const how = { A: 'ENABLE ALWAYS', R: 'ENABLE REPLICA' }[enabled] ?? 'ENABLE';
    await client.query(`ALTER TABLE ${table} ${how} TRIGGER ${quote(name)}`);
  }
  const views = await client.query<{ name: string }>(
    "SELECT matviewname AS name FROM pg_matviews WHERE schemaname = 'public'",
  );
  for (const { name } of views.rows) await client.query(`REFRESH MATERIALIZED VIEW ${quote(name)}`);
  await client.query('COMMIT');
  await client.query('ANALYZE');
}

async function assertEmptyDatabase(url: string): Promise<void> {
  const { rows } = await withClient(url, (client) =>
    client.query(
      "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')",
    ),
  );
  if (rows.length > 0) throw new CommandError('DATABASE_URL 指定的数据库里已有内容；只能恢复到空数据库。');
}

/** The store's own modes: its files are for the application's account alone. */
function putEvidence(from: string, to: string): void {
  fs.cpSync(from, to, { recursive: true, errorOnExist: true, force: false });
  fs.chmodSync(to, 0o700);
  for (const entry of fs.readdirSync(to, { recursive: true, withFileTypes: true }))
    fs.chmodSync(path.join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
}

async function main(): Promise<undefined> {
  const { values, positionals } = readArguments({ data: { type: 'string' } }, help);
  if (positionals.length !== 1) throw new CommandError('请写明一个备份文件：bin/restore FILE。');
  const data = dataFolder(values.data);
  const file = resolveTyped(positionals[0]!);
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) throw new CommandError(`找不到备份文件 ${file}。`);
  const wasThere = fs.existsSync(data);
  if (wasThere && fs.readdirSync(data).length > 0)
    throw new CommandError(`数据文件夹 ${data} 不是空的；只能恢复到空文件夹，请用 --data 另选。`);
  const evidence = evidenceFolder(data);
  if (fs.existsSync(evidence) && fs.readdirSync(evidence).length > 0)
    throw new CommandError(`佐证材料文件夹 ${evidence} 不是空的；只能恢复到空文件夹，请清空或改设 LEDGER_EVIDENCE。`);
  const external = externalUrl();
  if (external) await assertEmptyDatabase(external);
  try {
    fs.mkdirSync(data, { recursive: true });
    fs.accessSync(data, fs.constants.W_OK);
  } catch {
    throw new CommandError(`数据文件夹 ${data} 不能建立或不能写入。`);
  }
  const lock = await Lock.take(data, 'restore');
  const staging = path.join(data, 'restore.part');
  let cluster: Awaited<ReturnType<typeof openDatabase>>['cluster'] = null;
  let isDone = false;
  const undo = async () => {
    await cluster?.stop();
    if (!isDone)
      for (const name of fs.readdirSync(data)) fs.rmSync(path.join(data, name), { recursive: true, force: true });
    lock.release();
    if (!isDone && !wasThere) fs.rmSync(data, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void undo().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143)));

  try {
    const manifest = await readArchive(file, staging);
    assertKnown(manifest.migrations, listMigrations(), '备份');
    const opened = await openDatabase(data);
    cluster = opened.cluster;
    const { ownerUrl } = opened;
    const inBackup = new Set(manifest.migrations.map(({ name }) => name));
    try {
      await migrate(ownerUrl, undefined, (name) => inBackup.has(name));
      await withClient(ownerUrl, (client) => load(client, manifest, staging));
    } catch (error) {
      const rest = cluster
        ? ''
        : '；数据库里留下了空表，重试前请清空（DROP SCHEMA public CASCADE; CREATE SCHEMA public;）';
      throw new CommandError(`未能恢复：${messageOf(error)}${rest}`);
    }
    const newer = await migrate(ownerUrl);
    const files = path.join(staging, 'files');
    if (fs.existsSync(files))
      for (const name of fs.readdirSync(files)) {
        if (name === 'evidence') putEvidence(path.join(files, name), evidence);
        else fs.renameSync(path.join(files, name), path.join(data, name));
      }
    if (fs.existsSync(path.join(data, 'demo-accounts.json')))
      fs.chmodSync(path.join(data, 'demo-accounts.json'), 0o600);
    fs.rmSync(staging, { recursive: true, force: true });
    isDone = true;
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    say(
      `已恢复 ${manifest.createdAt} 的备份：${manifest.tables.length} 张表 ${rows} 行，${manifest.files.length} 个文件。`,
    );
    if (newer.length > 0) say(`并升级了数据库：${newer.join('、')}`);
    const option = values.data === undefined ? '' : ` --data ${values.data}`;
    say(`接下来：用 bin/verify-history${option} 核对历史记录，再用 bin/up${option} 启动。`);
  } finally {
    await undo();
  }
}

await run(main);
