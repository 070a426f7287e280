// Prisma's own schema engine in its WebAssembly build: the native one is fetched from a host that offices without internet
// cannot reach. It fills _prisma_migrations exactly as `prisma migrate deploy` does.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { Client } from 'pg';
import { CommandError, messageOf, projectRoot, say } from './cli.ts';
import { withClient } from './database.ts';
import { prepareJobQueue } from './job-queue.ts';

export interface Migration {
  name: string;
  checksum: string;
}

interface MigrationFile extends Migration {
  sql: string;
}

export const migrationsFolder = path.join(projectRoot, 'prisma/migrations');

export function listMigrations(folder = migrationsFolder): MigrationFile[] {
  return fs
    .readdirSync(folder)
    .filter((name) => fs.existsSync(path.join(folder, name, 'migration.sql')))
    .sort()
    .map((name) => {
      const sql = fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/** The migrations a database has been through, oldest first. */
export async function listApplied(client: Client): Promise<Migration[]> {
  const table = await client.query("SELECT to_regclass('public._prisma_migrations') AS name");
  if (table.rows[0].name === null) return [];
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name',
  );
  return rows;
}

/** Refuses: a database that is newer than this program, or that was built by other migrations of the same name. */
export function assertKnown(applied: Migration[], present: Migration[], whose: string): void {
  for (const one of applied) {
    const here = present.find(({ name }) => name === one.name);
    if (!here) throw new CommandError(`${whose}比本程序新（多出迁移 ${one.name}）；请改用与它相同或更新的程序版本。`);
    if (here.checksum !== one.checksum)
      throw new CommandError(`${whose}的迁移 ${one.name} 与本程序的内容不同；请改用生成它的程序版本。`);
  }
}

/**
 * Each migration is one transaction of its own, so one that was interrupted or failed has left nothing but its line in the
 * record; that line is closed here and the migration runs again.
 */
async function closeUnfinished(client: Client): Promise<void> {
  const table = await client.query("SELECT to_regclass('public._prisma_migrations') AS name");
  if (table.rows[0].name === null) return;
  const { rows } = await client.query<{ name: string }>(
    'UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL RETURNING migration_name AS name',
  );
  for (const { name } of rows) say(`上次的数据库迁移 ${name} 没有完成（数据库未被改动），现在重试。`);
}

/**
 * adapter-pg 7.10 cuts a script at every semicolon, also inside function bodies and comments, and runs the pieces one by one.
 * Sent whole, PostgreSQL runs it as one transaction. Wanted until the adapter does so itself.
 */
class WholeScripts extends PrismaPg {
  private readonly adapters: { dispose: () => Promise<void> }[] = [];

  constructor(
    url: string,
    private readonly runScript: (script: string) => Promise<void>,
  ) {
    super({ connectionString: url });
  }

  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = this.runScript;
    this.adapters.push(adapter);
    return adapter;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.adapters.map((adapter) => adapter.dispose()));
  }
}

async function loadEngine() {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  // Node cannot import a .wasm file as a module without a flag: it is instantiated by hand.
  const require = createRequire(import.meta.url);
  const file = path.join(path.dirname(require.resolve('@prisma/schema-engine-wasm')), 'schema_engine_bg.wasm');
  const wasm = await WebAssembly.instantiate(new WebAssembly.Module(fs.readFileSync(file)), {
    './schema_engine_bg.js': engine as unknown as WebAssembly.ModuleImports,
  });
  engine.__wbg_set_wasm(wasm.exports);
  (wasm.exports.__wbindgen_start as () => void)();
  return engine.SchemaEngine;
}

/**
 * Brings a database to the newest migration (or to those `wanted`) and the job queue's schema to its package's version; returns the names of the
 * migrations applied. Refuses: an unknown or altered migration in the database, a migration that fails.
 */
export async function migrate(
  ownerUrl: string,
  folder = migrationsFolder,
  wanted: (name: string) => boolean = () => true,
): Promise<string[]> {
  const applied = await applyMigrations(ownerUrl, folder, wanted);
  await prepareJobQueue(ownerUrl);
  return applied;
}

async function applyMigrations(ownerUrl: string, folder: string, wanted: (name: string) => boolean): Promise<string[]> {
  const present = listMigrations(folder);
  return withClient(ownerUrl, async (client) => {
    // Two processes starting beside each other on one server take turns.
    await client.query("SELECT pg_advisory_lock(hashtext('ledger migrations'))");
    const applied = await listApplied(client);
    assertKnown(applied, present, '数据库');
    const chosen = present.filter(({ name }) => wanted(name));
    if (chosen.every(({ name }) => applied.some((one) => one.name === name))) return [];
    await closeUnfinished(client);
    const SchemaEngine = await loadEngine();
    let cause: unknown = null;
    const factory = new WholeScripts(ownerUrl, async (script) => {
      try {
        await client.query(script);
      } catch (error) {
        cause = error;
        throw error;
      }
    });
    const engine = await SchemaEngine.new(
      { datamodels: [['schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n']] },
      () => {},
      bindMigrationAwareSqlAdapterFactory(factory),
    );
    try {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: {
          baseDir: folder,
          lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
          shadowDbInitScript: '',
          migrationDirectories: chosen.map(({ name, sql }) => ({
            path: name,
            migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
          })),
        },
        filters: { externalTables: [], externalEnums: [] },
      });
      return appliedMigrationNames;
    } catch (error) {
      throw new CommandError(await explainFailure(client, cause ?? error));
    } finally {
      await factory.dispose();
    }
  });
}

async function explainFailure(client: Client, error: unknown): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL',
  );
  const last = (await listApplied(client)).at(-1)?.name ?? '空库';
  return (
    `数据库迁移 ${rows[0]?.name ?? ''} 失败：${messageOf(error)}。该迁移已整体撤销，数据未变（停在 ${last}）；` +
    '请修正原因后再运行一次，或改回上一版程序继续使用。'
  );
}
