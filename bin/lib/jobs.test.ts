import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

function jobs(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=react-server', '--import', 'tsx', 'bin/lib/jobs.ts', ...args],
    { encoding: 'utf8', env: { ...process.env, DATABASE_URL: '' } },
  );
  return { status, stdout, stderr: stderr.trim() };
}

test('bin/jobs --help says what the run does', () => {
  const { status, stdout } = jobs('--help');
  expect([status, stdout]).toEqual([0, expect.stringContaining('bin/jobs run daily')]);
});

test.each([
  [[], '错误：用法：bin/jobs run daily（用 --help 查看说明）。'],
  [['run', 'weekly'], '错误：用法：bin/jobs run daily（用 --help 查看说明）。'],
  [['run', 'daily', '--as-of', '2022-02-30'], '错误：日期 2022-02-30 不对：应写成 YYYY-MM-DD。'],
  [['run', 'daily', '--day', '2022-02-20'], '错误：不认识的选项 --day（用 --help 查看用法）。'],
])('bin/jobs %j is refused in one line', (args, words) => {
  expect(jobs(...args)).toMatchObject({ status: 1, stderr: words });
});
