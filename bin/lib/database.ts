import { randomBytes, scryptSync } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { CommandError, externalUrl, messageOf } from './cli.ts';
import { Cluster, writeSecret } from './cluster.ts';
import { findHolder, Lock } from './lock.ts';
import { readOrNull, sleep } from './processes.ts';

/** The owner makes and changes tables; the application signs in as `ledger_app`, which owns nothing. */
export interface Connections {
  ownerUrl: string;
  appUrl: string;
}

const databaseName = 'ledger';
const patience = 8_000;

/** `host:port/database`, for messages: never the password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function reasonOf(error: unknown): string {
  const { code } = error as { code?: string };
  const known: Record<string, string> = {
    ECONNREFUSED: '没有服务在该端口应答',
    ENOTFOUND: '找不到该主机',
    EAI_AGAIN: '找不到该主机',
    EHOSTUNREACH: '到不了该主机',
    ETIMEDOUT: '等待超时',
    '28P01': '用户名或密码不对',
    '28000': '服务器不允许这样登录',
    '3D000': '没有这个数据库',
  };
  const message = messageOf(error);
  return (code && known[code]) || (/timeout/i.test(message) ? '等待超时' : message);
}

export async function connect(url: string): Promise<Client> {
  if (!URL.canParse(url))
    throw new CommandError(
      'DATABASE_URL 不是有效的连接地址（应以 postgresql:// 开头，含用户、密码、主机、端口和数据库名）。',
    );
  const client = new Client({ connectionString: url, connectionTimeoutMillis: patience });
  client.on('error', () => {});
  try {
    // pg stops counting once the socket is open: a server that accepts and then says nothing would hang.
    const silence = sleep(patience + 500).then(() => Promise.reject(new Error('timeout')));
    silence.catch(() => {});
    await Promise.race([client.connect(), silence]);
    return client;
  } catch (error) {
    client.end().catch(() => {});
    throw Object.assign(new CommandError(`连接不上数据库 ${placeOf(url)}：${reasonOf(error)}。`), {
      code: (error as { code?: string }).code,
    });
  }
}

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Makes the role the application signs in with, and sees that its password is the given one. */
export async function ensureAppRole(ownerUrl: string, password: string): Promise<string> {
  const url = new URL(ownerUrl);
  url.username = 'ledger_app';
  url.password = password;
  const appUrl = url.toString();
  const secret = `PASSWORD '${password}'`;
  await withClient(ownerUrl, async (owner) => {
    try {
      const { rowCount } = await owner.query("SELECT 1 FROM pg_roles WHERE rolname = 'ledger_app'");
      if (rowCount === 0) await owner.query(`CREATE ROLE ledger_app LOGIN ${secret}`);
      else if (!(await canSignIn(appUrl))) await owner.query(`ALTER ROLE ledger_app LOGIN ${secret}`);
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError(
        `未能建立应用角色 ledger_app：${messageOf(error)}；DATABASE_URL 的用户要能建表，并有 CREATEROLE 权限。`,
      );
    }
  });
  await withClient(appUrl, (app) => app.query('SELECT 1'));
  return appUrl;
}

async function canSignIn(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.query('SELECT 1'));
    return true;
  } catch (error) {
    if (['28P01', '28000'].includes((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
}

/** Refuses: a server too old, one that is not UTF-8, or one that cannot index Chinese text. */
export async function assertUsable(ownerUrl: string): Promise<void> {
  await withClient(ownerUrl, async (owner) => {
    const { rows } = await owner.query(
      "SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding",
    );
    if (rows[0].version < 150000) throw new CommandError('数据库版本太低：需要 PostgreSQL 15 或更高版本。');
    if (rows[0].encoding !== 'UTF8') throw new CommandError(`数据库编码是 ${rows[0].encoding}：需要 UTF8。`);
    try {
      await owner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    } catch (error) {
      throw new CommandError(`数据库缺少扩展 pg_trgm：${messageOf(error)}`);
    }
    const trigrams = await owner.query("SELECT cardinality(show_trgm('优化营商环境')) AS count");
    if (trigrams.rows[0].count === 0)
      throw new CommandError(
        '数据库的区域设置认不出汉字，不能检索中文；请以 UTF-8 区域设置（如 C.UTF-8）重建该数据库。',
      );
  });
}

/** Every data folder that uses the same server must come to the same password: it is derived from the owner's. */
function externalAppPassword(data: string, ownerUrl: string): string {
  const owner = decodeURIComponent(new URL(ownerUrl).password);
  if (owner) return scryptSync(owner, 'ledger_app', 24).toString('base64url');
  const file = path.join(data, 'app-password');
  const kept = readOrNull(file)?.trim();
  if (kept) return kept;
  const made = randomBytes(24).toString('base64url');
  writeSecret(file, made);
  return made;
}

function keep(data: string, connections: Connections): Connections {
  writeSecret(path.join(data, 'database-url'), connections.appUrl);
  writeSecret(path.join(data, 'owner-url'), connections.ownerUrl);
  return connections;
}

export interface OpenDatabase extends Connections {
  /** Null where the server is somebody else's. */
  cluster: Cluster | null;
}

/** The owner's address of a server elsewhere, or null where the data folder keeps its own. Refuses: both at once. */
export function findExternal(data: string): string | null {
  const external = externalUrl();
  if (!Cluster.existsIn(data)) return external ?? readOrNull(path.join(data, 'owner-url'))?.trim() ?? null;
  if (!external) return null;
  throw new CommandError(
    `${data} 里已有内置数据库，同时又设置了 DATABASE_URL；请取消 DATABASE_URL，或用 --data 另选文件夹。`,
  );
}

/** Starts or reaches the database of a data folder, with both roles in place. The caller holds the folder's lock. */
export async function openDatabase(data: string): Promise<OpenDatabase> {
  const ownerUrl = findExternal(data);
  if (ownerUrl) {
    await assertUsable(ownerUrl);
    const appUrl = await ensureAppRole(ownerUrl, externalAppPassword(data, ownerUrl));
    return { ...keep(data, { ownerUrl, appUrl }), cluster: null };
  }
  const cluster = await Cluster.start(data);
  try {
    return { ...(await prepare(cluster, databaseName)), cluster };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function prepare(cluster: Cluster, name: string): Promise<Connections> {
  await cluster.ensureDatabase(name);
  const ownerUrl = cluster.urlOf('owner', name);
  await assertUsable(ownerUrl);
  const appUrl = await ensureAppRole(ownerUrl, cluster.passwords.app);
  return keep(cluster.data, { ownerUrl, appUrl });
}

/** Throws away what an interrupted first run left and begins again with an empty database. */
export async function recreateDatabase(cluster: Cluster): Promise<void> {
  await cluster.dropDatabase(databaseName);
  await prepare(cluster, databaseName);
}

/** For commands beside `bin/up`: uses the database while it is served, else starts it for as long as the work takes. */
export async function withDatabase<T>(
  data: string,
  command: string,
  work: (connections: Connections) => Promise<T>,
): Promise<T> {
  const kept = (name: string) => readOrNull(path.join(data, name))?.trim();
  const isSetUp = Boolean(kept('database-url') && kept('owner-url'));
  const external = externalUrl();
  if (!isSetUp && !external)
    throw new CommandError(`${data} 里没有数据库（缺少 database-url）；请先运行 bin/up，或用 --data 指定数据文件夹。`);
  if (external || !Cluster.existsIn(data)) {
    if (external && !isSetUp) fs.mkdirSync(data, { recursive: true });
    const { ownerUrl, appUrl } = await openDatabase(data);
    return work({ ownerUrl, appUrl });
  }
  if (findHolder(data)?.command === 'up') return work({ ownerUrl: kept('owner-url')!, appUrl: kept('database-url')! });
  const lock = await Lock.take(data, command);
  let cluster: Cluster | null = null;
  const stop = async () => {
    await cluster?.stop();
    lock.release();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143)));
  try {
    const opened = await openDatabase(data);
    cluster = opened.cluster;
    return await work(opened);
  } finally {
    await stop();
  }
}
