// Time to the first byte of every page, as a multiple of that of an empty dynamic page in the same run. The site is started by bin/up
// itself, on a database that was filled beforehand.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { hash } from '@node-rs/argon2';
import { CommandError, projectRoot, say } from '../bin/lib/cli.ts';
import { Cluster } from '../bin/lib/cluster.ts';
import { openDatabase } from '../bin/lib/database.ts';
import { migrate } from '../bin/lib/migrate.ts';
import { freePort, sleep, waitUntil } from '../bin/lib/processes.ts';
import { median, ratioWords, sayTable, sizeWords } from './measure.ts';
import { grow, tasksPerRegion } from './synthetic.ts';

const rounds = 30;
const warmUps = 5;
const password = 'bench-password-1';
/** The viewer is the office of region 1; ids are those that `grow` gives. */
const pages = [
  '/empty',
  '/',
  '/tasks',
  '/tasks/250',
  '/units',
  '/units/20',
  '/overdue',
  '/plans',
  '/plans/1',
  '/plans/1/cycles',
  '/reviews',
  '/extensions',
  '/slips',
  '/inbox',
  '/reminders',
];
const limits = { toEmpty: 2.5, growth: 1.5 };

const fast = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
};

async function fill(data: string, from: number, to: number): Promise<void> {
  const cluster = await Cluster.start(data, fast);
  try {
    await cluster.asSuperuser('ledger', async (client) => {
      await grow(client, from, to, {
        onProgress: (regions) =>
          process.stderr.isTTY && process.stderr.write(`\r已生成 ${regions * tasksPerRegion} 个任务`),
      });
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
      const passwordHash = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
      await client.query("UPDATE account SET password_hash = $1 WHERE username = 'bench-1-1'", [passwordHash]);
      await client.query("INSERT INTO setting (key, value) VALUES ('data_mode', 'real') ON CONFLICT (key) DO NOTHING");
      await client.query('CHECKPOINT');
    });
  } finally {
    await cluster.stop();
  }
}

interface Site {
  url: string;
  stop: () => Promise<void>;
}

async function start(data: string): Promise<Site> {
  const port = await freePort();
  const { DATABASE_URL: _database, NEXTAUTH_URL: _address, ...environment } = process.env;
  const args = [
    '--conditions=react-server',
    '--import',
    'tsx',
    'bin/lib/up.ts',
    '--data',
    data,
    '--port',
    String(port),
  ];
  const up: ChildProcess = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const hasEnded = () => up.exitCode !== null || up.signalCode !== null;
  let printed = '';
  up.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  const stop = async () => {
    up.kill('SIGINT');
    if (!(await waitUntil(hasEnded, 60_000))) up.kill('SIGKILL');
  };
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + 900_000; Date.now() < end && !hasEnded(); await sleep(100))
    if (printed.includes(url)) return { url, stop };
  await stop();
  throw new CommandError(`网站没有启动成功，不能测量：${printed.trim().split('\n').at(-1) ?? ''}`);
}

/** Signs in as a browser does, and returns the cookies. */
async function signIn(url: string): Promise<string> {
  const jar = new Map<string, string>();
  const take = (response: Response) => {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      jar.set(pair!.slice(0, pair!.indexOf('=')), pair!);
    }
    return response;
  };
  const cookies = () => [...jar.values()].join('; ');
  const { csrfToken } = (await take(await fetch(`${url}/api/auth/csrf`)).json()) as { csrfToken: string };
  take(
    await fetch(`${url}/api/auth/callback/credentials`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookies(), origin: url },
      body: new URLSearchParams({ csrfToken, username: 'bench-1-1', password, json: 'true' }),
    }),
  );
  if (![...jar.keys()].some((name) => name.includes('session'))) throw new CommandError('测量用的账号登录不了。');
  return cookies();
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Milliseconds until the first byte of the body, and the status. */
function request(url: string, cookie: string): Promise<{ milliseconds: number; status: number }> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const sent = http.get(url, { agent, headers: { cookie, accept: 'text/html' } }, (response) => {
      let milliseconds = Number.NaN;
      response.once('data', () => {
        milliseconds = performance.now() - begun;
      });
      response.resume();
      response.once('end', () =>
        resolve({
          milliseconds: Number.isNaN(milliseconds) ? performance.now() - begun : milliseconds,
          status: response.statusCode ?? 0,
        }),
      );
      response.once('error', reject);
    });
    sent.once('error', reject);
  });
}

/** The median of each page, all pages taking turns so that a slow moment of the machine meets them all; null: not answered with 200. */
async function measure(site: Site): Promise<Map<string, number | null>> {
  const cookie = await signIn(site.url);
  const times = new Map(pages.map((page) => [page, [] as number[]]));
  const failed = new Map<string, number>();
  for (let round = -warmUps; round < rounds; round += 1)
    for (const page of pages) {
      const { milliseconds, status } = await request(site.url + page, cookie);
      if (status !== 200) failed.set(page, status);
      else if (round >= 0) times.get(page)!.push(milliseconds);
    }
  for (const [page, status] of failed) say(`${page} 的应答是 ${status}，不计。`);
  return new Map(pages.map((page) => [page, failed.has(page) ? null : median(times.get(page)!)]));
}

export async function benchPages(sizes: readonly number[]): Promise<void> {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger-bench-'));
  fs.chmodSync(data, 0o755); // the server may run as another user
  let site: Site | null = null;
  const clear = () => fs.rmSync(data, { recursive: true, force: true });
  const interrupt = () =>
    void Promise.resolve(site?.stop()).finally(() => {
      clear();
      process.exit(130);
    });
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const opened = await openDatabase(data);
    try {
      await migrate(opened.ownerUrl);
    } finally {
      await opened.cluster?.stop();
    }
    const measured: Map<string, number | null>[] = [];
    let regions = 0;
    for (const size of sizes) {
      const wanted = Math.ceil(size / tasksPerRegion);
      await fill(data, regions, wanted);
      regions = wanted;
      site = await start(data);
      measured.push(await measure(site));
      await site.stop();
      site = null;
    }
    report(sizes, measured);
  } finally {
    await site?.stop();
    clear();
  }
}

function report(sizes: readonly number[], measured: readonly Map<string, number | null>[]): void {
  const toEmpty = (n: number, page: string) =>
    (measured[n]?.get(page) ?? Number.NaN) / (measured[n]?.get('/empty') ?? Number.NaN);
  const last = sizes.length - 1;
  say(
    `首字节时间（预热后 ${rounds} 次的中位数），以同一轮的空白动态页 /empty 为 1；末列为最大规模与次大规模的比值之比：`,
  );
  sayTable(
    ['页面', ...sizes.map((size) => `${sizeWords(size)}任务`), '增长'],
    pages.map((page) => [
      page,
      ...sizes.map((_, n) => ratioWords(toEmpty(n, page))),
      ratioWords(toEmpty(last, page) / toEmpty(last - 1, page)),
    ]),
  );
  const unit = measured.map((one) => ratioWords(one.get('/empty') ?? Number.NaN));
  say(`各轮空白页的首字节时间：${unit.join('、')} 毫秒。`);
  const slow = pages.filter((page) => toEmpty(0, page) > limits.toEmpty);
  const growing = pages.filter((page) => toEmpty(last, page) / toEmpty(last - 1, page) > limits.growth);
  say(`${sizeWords(sizes[0]!)} 任务时超过空白页 ${limits.toEmpty} 倍的页面：${slow.join('、') || '没有'}。`);
  if (last > 0) say(`增长超过 ${limits.growth} 倍的页面：${growing.join('、') || '没有'}。`);
}
