import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { buildApplication } from './build.ts';
import { CommandError, dataFolder, messageOf, projectRoot, readArguments, run, say } from './cli.ts';
import { Cluster, writeSecret } from './cluster.ts';
import { assertUsable, findExternal, type OpenDatabase, openDatabase, recreateDatabase } from './database.ts';
import { generateClient } from './generate.ts';
import { Lock } from './lock.ts';
import { migrate } from './migrate.ts';
import { endGroup, endRunning, isPortFree, readOrNull, sleep } from './processes.ts';
import { type DataMode, type FirstAdmin, readDataMode, seed } from './seeding.ts';

const help = `
用法：bin/up [--demo|--empty] [--port 3000] [--host 127.0.0.1] [--data data]

准备好一切（依赖包、数据库、迁移、五份清单）并启动网站；打印出网址即可使用，按 Ctrl-C 停止。

  --demo        装入清单和模拟进展（标明“演示数据”），账号见 <data>/demo-accounts.json
  --empty       只装入单位和清单（方案为草稿），建一个平台管理员，密码只显示一次
                新的数据文件夹不写这两项时按 --demo；设置了 DATABASE_URL 时必须写明
  --port N      网站端口，默认 3000
  --host 地址   网站监听地址，默认 127.0.0.1（只有本机能访问）
  --data 文件夹 数据文件夹，默认 data

环境变量：DATABASE_URL（改用外部 PostgreSQL 15+，填有建表和建角色权限的用户）、NEXTAUTH_URL（对外网址）。
`;

const modeWanted = '使用 DATABASE_URL 且数据库尚未初始化时，请写明 --empty（正式使用）或 --demo（演示）。';

interface Options {
  mode: DataMode | null;
  port: number;
  host: string;
  data: string;
}

function readOptions(): Options {
  const { values, positionals } = readArguments(
    {
      demo: { type: 'boolean' },
      empty: { type: 'boolean' },
      port: { type: 'string' },
      host: { type: 'string' },
      data: { type: 'string' },
    },
    help,
  );
  if (positionals.length > 0) throw new CommandError(`多余的参数 ${positionals[0]}（用 --help 查看用法）。`);
  if (values.demo && values.empty) throw new CommandError('--demo 和 --empty 只能选一个。');
  const port = Number(values.port ?? 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new CommandError(`端口 ${values.port} 不对：应是 1 到 65535 的整数。`);
  return {
    mode: values.demo ? 'demo' : values.empty ? 'real' : null,
    port,
    host: values.host ?? '127.0.0.1',
    data: dataFolder(values.data),
  };
}

function prepareFolder(data: string): void {
  try {
    fs.mkdirSync(data, { recursive: true });
    fs.accessSync(data, fs.constants.W_OK | fs.constants.X_OK);
  } catch {
    throw new CommandError(`数据文件夹 ${data} 不能建立或不能写入；请检查权限，或用 --data 另选文件夹。`);
  }
  const disk = fs.statfsSync(data);
  const megabytes = Math.floor((disk.bavail * disk.bsize) / 2 ** 20);
  if (megabytes < 500) throw new CommandError(`磁盘空间不足：${data} 所在磁盘只剩 ${megabytes} MB，至少需要 500 MB。`);
}

/** Migrations, and on the first run the lists. Returns what the data is, and the first admin where one was just made. */
async function prepareData(
  opened: OpenDatabase,
  { mode, data }: Options,
): Promise<{ dataMode: DataMode; admin: FirstAdmin | null }> {
  let found = await readDataMode(opened.ownerUrl);
  if (found === 'unfinished') {
    if (!opened.cluster)
      throw new CommandError(
        '该数据库上次的初始化没有完成；请清空它（DROP SCHEMA public CASCADE; CREATE SCHEMA public;）后再运行。',
      );
    say('上次的初始化没有完成，重新开始。');
    await recreateDatabase(opened.cluster);
    found = null;
  }
  if (found === 'real' && mode === 'demo')
    throw new CommandError('该数据库存有正式数据，不能装入演示数据；请去掉 --demo，或用 --data 另选文件夹。');
  if (found === 'demo' && mode === 'real')
    throw new CommandError('该数据库存的是演示数据，不能当作正式数据使用；请去掉 --empty，或用 --data 另选文件夹。');
  if (found === null && mode === null && !opened.cluster) throw new CommandError(modeWanted);
  const applied = await migrate(opened.ownerUrl);
  if (applied.length > 0 && found !== null) say(`已升级数据库：${applied.join('、')}`);
  if (found !== null) return { dataMode: found, admin: null };
  const dataMode = mode ?? 'demo';
  say(dataMode === 'demo' ? '正在装入清单和演示数据……' : '正在装入单位和清单……');
  return { dataMode, admin: await seed(opened, dataMode, data) };
}

function authSecret(data: string): string {
  const file = path.join(data, 'auth-secret');
  const kept = readOrNull(file)?.trim();
  if (kept) return kept;
  const made = randomBytes(32).toString('base64url');
  writeSecret(file, made);
  return made;
}

function startWeb({ port, host, data }: Options, appUrl: string) {
  const log = fs.openSync(path.join(data, 'web.log'), 'a', 0o600);
  const web = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '-H', host, '-p', String(port)], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      DATABASE_URL: appUrl,
      LEDGER_DATA: data,
      NEXTAUTH_URL: process.env.NEXTAUTH_URL ?? `http://127.0.0.1:${port}`,
      NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET ?? authSecret(data),
    },
  });
  fs.closeSync(log);
  return web;
}

async function main(): Promise<number> {
  const options = readOptions();
  const { port, host, data } = options;
  prepareFolder(data);
  const lock = await Lock.take(data, 'up');

  let opened: OpenDatabase | null = null;
  let web: ReturnType<typeof startWeb> | null = null;
  let isStopping = false;
  let interrupt: () => void = () => {};
  const interrupted = new Promise<'interrupted'>((resolve) => {
    interrupt = () => {
      isStopping = true;
      endRunning();
      resolve('interrupted');
    };
  });
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', interrupt);
  const stop = async () => {
    isStopping = true;
    if (web?.pid) await endGroup(web.pid);
    await opened?.cluster?.stop();
    lock.release();
  };

  const serve = async (): Promise<number> => {
    if (!(await isPortFree(port, host)))
      throw new CommandError(`端口 ${port} 已被占用（或地址 ${host} 不可用）；请用 --port 换一个端口。`);
    // What cannot work should show before the build, not after.
    const external = findExternal(data);
    if (external) {
      await assertUsable(external);
      if (!options.mode && (await readDataMode(external)) === null) throw new CommandError(modeWanted);
    } else await Cluster.assertCanRun(data);
    await generateClient();
    if (isStopping) return 0;
    await buildApplication();
    if (isStopping) return 0;
    opened = await openDatabase(data);
    const { cluster } = opened;
    if (cluster) {
      const restart = async () => {
        if (isStopping) return;
        process.stderr.write(`数据库意外停止（详见 ${data}/postgres.log），正在重新启动……\n`);
        try {
          await sleep(500);
          await cluster.launch();
          if (isStopping) await cluster.stop();
          else process.stderr.write('数据库已恢复。\n');
        } catch (error) {
          process.stderr.write(`错误：${messageOf(error)}\n`);
          interrupt();
        }
      };
      cluster.onUnexpectedExit = () => void restart();
    }
    if (isStopping) return 0;
    const { dataMode, admin } = await prepareData(opened, options);
    try {
      if (isStopping) return 0;
      web = startWeb(options, opened.appUrl);
      const { pid } = web;
      const ended = new Promise<'ended'>((resolve) =>
        web?.once('exit', () => resolve('ended')).once('error', () => resolve('ended')),
      );
      if (pid) lock.noteChild(pid);
      const site = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`;
      const ready = await Promise.race([isHealthy(site), ended, interrupted]);
      if (ready === 'interrupted') return 0;
      if (ready !== true) {
        process.stderr.write(
          `${(readOrNull(path.join(data, 'web.log')) ?? '').trim().split('\n').slice(-15).join('\n')}\n`,
        );
        throw new CommandError(`网站未能启动（详见 ${data}/web.log）。`);
      }
      say(`已启动：${process.env.NEXTAUTH_URL ?? site}`);
      if (dataMode === 'demo') say(`演示账号：${path.join(data, 'demo-accounts.json')}`);
      announce();
      if ((await Promise.race([ended, interrupted])) === 'ended' && !isStopping)
        throw new CommandError(`网站进程意外退出（详见 ${data}/web.log）；请重新运行 bin/up。`);
      return 0;
    } finally {
      announce();
    }

    /** Shown once, whatever happens after: it is written nowhere else. */
    function announce(): void {
      if (!admin?.adminPassword) return;
      say(`平台管理员：${admin.adminUsername}　初始密码：${admin.adminPassword}（只显示这一次，首次登录须修改）`);
      admin.adminPassword = null;
    }
  };

  try {
    return await serve();
  } catch (error) {
    if (isStopping) return 0;
    throw error;
  } finally {
    await stop();
  }
}

async function isHealthy(site: string): Promise<boolean> {
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(150)) {
    try {
      if ((await fetch(`${site}/api/health`, { signal: AbortSignal.timeout(5_000) })).status === 200) return true;
    } catch {
      // not listening yet
    }
  }
  return false;
}

await run(main);
