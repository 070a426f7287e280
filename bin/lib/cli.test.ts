import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

test('everything said reaches a reader that is slow', async () => {
  const script =
    "import { run, say } from './bin/lib/cli.ts'; await run(async () => { say('字'.repeat(200_000)); return 3; });";
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('readable', resolve));
  let length = 0;
  for await (const piece of child.stdout) length += (piece as Buffer).length;
  expect([length, await ended]).toEqual([600_001, 3]);
});
