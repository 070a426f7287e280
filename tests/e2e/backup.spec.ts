import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Client } from 'pg';
import { expect, test } from './support/test';

const FIGURES = `
  SELECT d.day::text, s.plan_id, s.light::text, s.reason::text, s.state::text, count(*)::int AS n, sum(s.overdue_days)::int AS overdue_days
    FROM (VALUES (DATE '2022-06-30'), (DATE '2022-09-30'), (DATE '2023-09-30')) AS d(day), LATERAL standing_as_of(d.day) s
   GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`;
const HEADS = 'SELECT task_id, event_count, head_hash FROM task_chain ORDER BY task_id';

const dataFolder = process.env.LEDGER_E2E_DATA ?? '';

async function read(folder: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: fs.readFileSync(path.join(folder, 'database-url'), 'utf8').trim() });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function command(name: string, ...args: string[]): { code: number | null; text: string } {
  const { DATABASE_URL: _database, ...env } = process.env;
  const done = spawnSync(path.resolve('bin', name), args, { env, encoding: 'utf8', timeout: 120_000 });
  return { code: done.status, text: `${done.stdout}${done.stderr}` };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function serve(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const { DATABASE_URL: _database, NEXTAUTH_URL: _address, ...env } = process.env;
  const port = await freePort();
  const child = spawn(path.resolve('bin/up'), ['--data', folder, '--port', String(port)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (text) => String(text).includes('http://') && resolve());
    child.once('exit', (code) => reject(new Error(`bin/up ended with ${code}`)));
  });
  return { child, url: `http://127.0.0.1:${port}` };
}

test('a backup taken while serving gives the same figures and a valid chain elsewhere', async () => {
  test.setTimeout(300_000);
  const folder = fs.mkdtempSync(path.join(path.dirname(dataFolder), 'restored-'));
  fs.chmodSync(folder, 0o755);
  const file = path.join(folder, 'ledger.tar.gz');
  const restored = path.join(folder, 'data');
  try {
    const before = { figures: await read(dataFolder, FIGURES), heads: await read(dataFolder, HEADS) };
    expect(before.figures.length).toBeGreaterThan(20);
    const saved = command('backup', file, '--data', dataFolder);
    expect(saved.code, saved.text).toBe(0);
    const again = command('backup', file, '--data', dataFolder);
    expect(again.code, 'an existing file is not overwritten').toBe(1);

    const put = command('restore', file, '--data', restored);
    expect(put.code, put.text).toBe(0);
    const twice = command('restore', file, '--data', restored);
    expect(twice.code, 'only into an empty folder').toBe(1);

    const { child, url } = await serve(restored);
    try {
      expect((await fetch(`${url}/api/health`)).status).toBe(200);
      expect(await read(restored, FIGURES)).toEqual(before.figures);
      expect(await read(restored, HEADS)).toEqual(before.heads);
      const verified = command('verify-history', '--data', restored);
      expect(verified.code, verified.text).toBe(0);
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
