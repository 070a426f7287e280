import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CommandError, messageOf, projectRoot, readArguments, run, say } from './cli.ts';
import { generateClient } from './generate.ts';
import { exitOf, freePort, readOrNull, sleep, waitUntil } from './processes.ts';

const help = `
用法：bin/test [unit|integration|e2e]

装好测试需要的一切（浏览器、字体、数据库），然后运行测试；不写参数即全部运行。
不写参数或写 unit 时还做静态检查（类型、格式、模块引用方向），每项计一个测试。
最后一行是“N passed, N failed”；有失败或一个都没通过时退出码为 1。
`;

const suites = ['unit', 'integration', 'e2e'] as const;
type Suite = (typeof suites)[number];

interface Tally {
  passed: number;
  failed: number;
}

const total: Tally = { passed: 0, failed: 0 };
const active = new Set<ChildProcess>();

function count({ passed, failed }: Tally): void {
  total.passed += passed;
  total.failed += failed;
}

/** What the tests see of this shell: never somebody's real database. */
function testEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, NEXTAUTH_URL: _address, NEXTAUTH_SECRET: _secret, ...rest } = process.env;
  return { ...rest, NEXT_TELEMETRY_DISABLED: '1', ...extra };
}

function start(args: string[], env: NodeJS.ProcessEnv, stdio: 'inherit' | ['ignore', 'pipe', 'inherit'] = 'inherit') {
  const child = spawn(process.execPath, args, { cwd: projectRoot, env, stdio });
  active.add(child);
  child.once('exit', () => active.delete(child));
  return child;
}

const bin = (name: string) => `node_modules/${name}`;

async function check(title: string, ...commands: string[][]): Promise<void> {
  let isFine = true;
  for (const command of commands) isFine &&= (await exitOf(start(command, testEnvironment()))) === 0;
  say(`${isFine ? '✓' : '✗'} ${title}`);
  count(isFine ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
}

async function runChecks(): Promise<void> {
  await check(
    'types (next typegen, tsc --noEmit)',
    [bin('next/dist/bin/next'), 'typegen'],
    [bin('typescript/bin/tsc'), '--noEmit'],
  );
  await check('format and lint (biome check)', [bin('@biomejs/biome/bin/biome'), 'check', '.']);
  const rules = [
    '.dependency-cruiser.mjs',
    '.dependency-cruiser.cjs',
    '.dependency-cruiser.js',
    '.dependency-cruiser.json',
  ];
  const config = rules.find((file) => fs.existsSync(path.join(projectRoot, file)));
  const folders = ['app', 'components', 'lib'].filter((folder) => fs.existsSync(path.join(projectRoot, folder)));
  if (config)
    await check('import directions (dependency-cruiser)', [
      bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      config,
      ...folders,
    ]);
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

async function runVitest(projects: Suite[], scratch: string): Promise<void> {
  const file = path.join(scratch, 'vitest.json');
  const args = [bin('vitest/vitest.mjs'), 'run', '--passWithNoTests', '--reporter=default', '--reporter=json'];
  const child = start(
    [...args, `--outputFile.json=${file}`, ...projects.map((name) => `--project=${name}`)],
    testEnvironment(),
  );
  const code = await exitOf(child);
  const text = readOrNull(file);
  const report = text ? (JSON.parse(text) as VitestReport) : null;
  const broken = (report?.testResults ?? []).filter(
    (one) => one.status === 'failed' && !one.assertionResults.some(({ status }) => status === 'failed'),
  );
  const failed = (report?.numFailedTests ?? 0) + broken.length;
  // An unhandled error, or a set-up that fell over, fails the run without failing a test.
  count({ passed: report?.numPassedTests ?? 0, failed: failed === 0 && code !== 0 ? 1 : failed });
}

function ensureChromium(): string {
  const given = process.env.CHROMIUM_PATH;
  const chromium = given ?? '/usr/bin/chromium';
  if (fs.existsSync(chromium)) return chromium;
  if (given) throw new CommandError(`CHROMIUM_PATH 指定的 ${given} 不存在。`);
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (canInstall) {
    say('正在安装 Chromium 和中文字体……');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = () =>
      spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], {
        env,
        stdio: 'inherit',
      }).status;
    if (install() !== 0) {
      spawnSync('apt-get', ['update'], { env, stdio: 'inherit' });
      install();
    }
  }
  if (!fs.existsSync(chromium))
    throw new CommandError('缺少 Chromium：请安装 chromium 和 fonts-noto-cjk，或用 CHROMIUM_PATH 指明浏览器的位置。');
  return chromium;
}

interface Application {
  url: string;
  data: string;
  stop: () => Promise<void>;
}

async function startApplication(scratch: string): Promise<Application> {
  const given = { url: process.env.LEDGER_E2E_URL, data: process.env.LEDGER_E2E_DATA };
  if (given.url && given.data) return { url: given.url, data: given.data, stop: async () => {} };
  const data = path.join(scratch, 'data');
  const port = await freePort();
  const args = [
    '--conditions=react-server',
    '--import',
    'tsx',
    'bin/lib/up.ts',
    '--demo',
    '--data',
    data,
    '--port',
    String(port),
  ];
  const up = start(args, testEnvironment(), ['ignore', 'pipe', 'inherit']);
  let printed = '';
  up.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
    process.stdout.write(chunk);
  });
  const stop = async () => {
    if (up.exitCode !== null || up.signalCode !== null) return;
    up.kill('SIGINT');
    if (!(await waitUntil(() => !active.has(up), 60_000))) up.kill('SIGKILL');
  };
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + 900_000; Date.now() < end && active.has(up); await sleep(200))
    if (printed.includes(url)) return { url, data, stop };
  await stop();
  throw new CommandError('bin/up 没有启动成功，浏览器测试无法进行。');
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number };
  errors: unknown[];
}

async function runPlaywright(scratch: string): Promise<void> {
  const chromium = ensureChromium();
  const application = await startApplication(scratch);
  try {
    const file = path.join(scratch, 'playwright.json');
    const env = testEnvironment({
      CHROMIUM_PATH: chromium,
      LEDGER_E2E_URL: application.url,
      LEDGER_E2E_DATA: application.data,
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    });
    const code = await exitOf(
      start([bin('@playwright/test/cli.js'), 'test', '--pass-with-no-tests', '--reporter=list,json'], env),
    );
    const text = readOrNull(file);
    const report = text ? (JSON.parse(text) as PlaywrightReport) : null;
    const failed = report ? report.stats.unexpected + report.stats.flaky + report.errors.length : 0;
    count({ passed: report?.stats.expected ?? 0, failed: failed === 0 && code !== 0 ? 1 : failed });
  } finally {
    await application.stop();
  }
}

async function attempt(title: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`✗ ${title}：${messageOf(error)}\n`);
    count({ passed: 0, failed: 1 });
  }
}

async function main(): Promise<number> {
  const { positionals } = readArguments({}, help);
  const [only, ...rest] = positionals;
  if (rest.length > 0 || (only !== undefined && !suites.includes(only as Suite)))
    throw new CommandError(`不认识的测试 ${rest[0] ?? only}：可写 unit、integration 或 e2e（用 --help 查看用法）。`);
  const chosen = only === undefined ? [...suites] : [only as Suite];
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger-run-'));
  fs.chmodSync(scratch, 0o755); // the database server may run as another user
  process.once('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      for (const child of active) child.kill('SIGINT');
      void waitUntil(() => active.size === 0, 60_000).then(() => process.exit(130));
    });
  await attempt('prisma generate', generateClient);
  if (chosen.includes('unit')) await runChecks();
  const projects = chosen.filter((suite) => suite !== 'e2e');
  if (projects.length > 0) await attempt('vitest', () => runVitest(projects, scratch));
  if (chosen.includes('e2e')) await attempt('e2e', () => runPlaywright(scratch));
  say(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

await run(main);
