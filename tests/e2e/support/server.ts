// A server of a test's own, on a data folder of its own, started and ended as a person would with bin/up.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { QueryResultRow } from 'pg';
import { queryAt } from './database';

/** What the application is set to beside what bin/up sets: a mail server, no scheduled work. */
export type Settings = Record<string, string>;

function environment(settings: Settings = {}): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, NEXTAUTH_URL: _address, ...rest } = process.env;
  return { ...rest, ...settings };
}

/** A command of bin/, with what it says. */
export function command(name: string, ...args: string[]): { code: number | null; text: string } {
  const done = spawnSync(path.resolve('bin', name), args, { env: environment(), encoding: 'utf8', timeout: 120_000 });
  return { code: done.status, text: `${done.stdout}${done.stderr}` };
}

/** The same with settings, while this process goes on: it may be the mail server that the command speaks to. */
export async function commandWith(
  settings: Settings,
  name: string,
  ...args: string[]
): Promise<{ code: number | null; text: string }> {
  const child = spawn(path.resolve('bin', name), args, {
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

/** An empty folder beside the demonstration's data, where the database server may go too. */
export function makeFolder(prefix: string): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(path.dirname(process.env.LEDGER_E2E_DATA ?? ''), `${prefix}-`));
  chmodSync(folder, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Reads with the application's role from the database of a data folder. */
export function queryIn<Row extends QueryResultRow>(
  data: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return queryAt<Row>(readFileSync(path.join(data, 'database-url'), 'utf8').trim(), sql, values);
}

export class OwnServer {
  private child: ChildProcess | null = null;
  /** What bin/up has said since it was last started. */
  printed = '';

  private constructor(
    readonly data: string,
    private readonly port: number,
    private readonly settings: Settings,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** `modes`: --empty or --demo for a folder that is to be filled. */
  static start(data: string, ...modes: string[]): Promise<OwnServer> {
    return OwnServer.startWith({}, data, ...modes);
  }

  static async startWith(settings: Settings, data: string, ...modes: string[]): Promise<OwnServer> {
    const server = new OwnServer(data, await freePort(), settings);
    await server.launch(...modes);
    return server;
  }

  /** Starts again after stop or kill, at the same address. */
  async launch(...modes: string[]): Promise<void> {
    this.printed = '';
    const args = [...modes, '--data', this.data, '--port', String(this.port)];
    const child = spawn(path.resolve('bin/up'), args, {
      env: environment(this.settings),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        this.printed += text;
        if (this.printed.includes(this.url)) resolve();
      });
      child.once('exit', (code) => reject(new Error(`bin/up ended with ${code}: ${this.printed}`)));
    });
  }

  query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return queryIn<Row>(this.data, sql, values);
  }

  /** Asks as the role that owns the tables: what an administrator could do behind the application's back. */
  asOwner<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return queryAt<Row>(readFileSync(path.join(this.data, 'owner-url'), 'utf8').trim(), sql, values);
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
  }

  /** SIGKILL: to the web server alone, or as in a power cut to it, to bin/up and to the database. */
  async kill(what: 'web' | 'everything'): Promise<void> {
    const { child } = this;
    if (!child?.pid) throw new Error('the server is not running');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const { child: web } = JSON.parse(readFileSync(path.join(this.data, 'up.lock'), 'utf8')) as {
      child: { pid: number };
    };
    const postmaster = Number.parseInt(readFileSync(path.join(this.data, 'db', 'postmaster.pid'), 'utf8'), 10);
    process.kill(-web.pid, 'SIGKILL');
    if (what === 'everything') {
      child.kill('SIGKILL');
      process.kill(postmaster, 'SIGKILL');
    }
    await ended;
  }
}
