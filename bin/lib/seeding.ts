import type { Client } from 'pg';
import { CommandError } from './cli.ts';
import { type Connections, withClient } from './database.ts';
import { runNode } from './processes.ts';

export type DataMode = 'demo' | 'real';

export interface FirstAdmin {
  adminUsername: string;
  adminPassword: string | null;
}

/** The setting that stands while a seed is under way: a database that still carries it was interrupted. */
const unfinishedKey = 'seeding';

async function readSetting(client: Client, key: string): Promise<string | null> {
  const table = await client.query("SELECT to_regclass('public.setting') AS name");
  if (table.rows[0].name === null) return null;
  const { rows } = await client.query<{ value: string }>('SELECT value FROM setting WHERE key = $1', [key]);
  return rows[0]?.value ?? null;
}

const write = (client: Client, key: string, value: string) =>
  client.query('INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2', [
    key,
    value,
  ]);

/** What a database holds: null before the first seed, `unfinished` where one was interrupted. */
export function readDataMode(ownerUrl: string): Promise<DataMode | 'unfinished' | null> {
  return withClient(ownerUrl, async (client) => {
    if (await readSetting(client, unfinishedKey)) return 'unfinished';
    return (await readSetting(client, 'data_mode')) as DataMode | null;
  });
}

export async function runSeed(script: 'empty' | 'demo', appUrl: string, data: string): Promise<FirstAdmin | null> {
  let admin: FirstAdmin | null = null;
  const args = ['--conditions=react-server', '--import', 'tsx', 'bin/lib/seed.ts', script, data];
  const { code, output } = await runNode(
    args,
    {
      ...process.env,
      DATABASE_URL: appUrl,
      LEDGER_DATA: data,
      NODE_ENV: 'production',
    },
    (message) => {
      admin = message as FirstAdmin;
    },
  );
  if (code !== 0) {
    const [reason, ...rest] = output.trim().split('\n').reverse();
    if (rest.length > 0) process.stderr.write(`${rest.reverse().join('\n')}\n`);
    throw new CommandError(`未能装入初始数据（${script}）：${(reason ?? '').replace(/^错误：/, '')}`);
  }
  return admin;
}

/** Loads the registry and the lists; the seed of a demonstration does so itself, with accounts of its own and simulated progress. */
export async function seed(connections: Connections, mode: DataMode, data: string): Promise<FirstAdmin | null> {
  await withClient(connections.ownerUrl, (client) => write(client, unfinishedKey, mode));
  const admin = await runSeed(mode === 'demo' ? 'demo' : 'empty', connections.appUrl, data);
  await withClient(connections.ownerUrl, async (client) => {
    await client.query('BEGIN');
    await write(client, 'data_mode', mode);
    await client.query('DELETE FROM setting WHERE key = $1', [unfinishedKey]);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  });
  return admin;
}
