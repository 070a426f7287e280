import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { registrySchema } from '@/lib/units/registry.schema';
import { readDocument } from './read-document';

const seed = (path: string) => readFileSync(new URL(`../../../seeds/${path}`, import.meta.url));
const registry = registrySchema.parse(JSON.parse(seed('units.json').toString('utf8')));
const context = { fileName: '曾都.txt', registry };
const bytes = new Uint8Array(seed('documents/zengdu-2022.txt'));
/** Runs with another program in the place of Node. */
async function withProgram<T>(path: string, run: () => Promise<T>): Promise<T> {
  const { execPath } = process;
  process.execPath = path;
  try {
    return await run();
  } finally {
    process.execPath = execPath;
  }
}

const refused = (words: RegExp) =>
  expect.objectContaining({ code: 'unreadable', message: expect.stringMatching(words) });

test('a document is read by a process of its own, which says how far it is', async () => {
  const said: number[] = [];
  const reading = await readDocument(bytes, context, (percent) => said.push(percent));
  expect(reading.rows).toHaveLength(113);
  expect(reading.document.regionCode).toBe('zengdu');
  expect(said).toEqual([...said].sort((a, b) => a - b));
  expect(said.at(-1)).toBeGreaterThan(90);
}, 30_000);

test("what is no document is refused in the reader's words", async () => {
  await expect(readDocument(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), context)).rejects.toEqual(
    refused(/./),
  );
}, 30_000);

test('a reading that takes too long is ended', async () => {
  const limits = { milliseconds: 5, megabytes: 700 };
  await expect(readDocument(bytes, context, () => {}, limits)).rejects.toEqual(refused(/30 秒/));
}, 30_000);

test('a reading that needs too much memory is ended', async () => {
  const limits = { milliseconds: 30_000, megabytes: 8 };
  await expect(readDocument(bytes, context, () => {}, limits)).rejects.toEqual(refused(/内存/));
}, 30_000);

test('a reading that says too much is ended', async () => {
  const limits = { milliseconds: 30_000, megabytes: 600, characters: 10_000 };
  await expect(readDocument(bytes, context, () => {}, limits)).rejects.toEqual(refused(/上限/));
}, 30_000);

test('a process that cannot be started is one refusal, and no rejection that nobody hears', async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', hear);
  try {
    await expect(withProgram('/nonexistent/node', () => readDocument(bytes, context))).rejects.toEqual(refused(/意外/));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(unheard).toEqual([]);
  } finally {
    process.off('unhandledRejection', hear);
  }
}, 30_000);

/** Holds the whole process, as a loop in a library would, under the watch. */
const endless = (milliseconds: number) =>
  `import('./bin/lib/reading-watch.ts').then(({ watchReading }) => { watchReading(${milliseconds}); setTimeout(() => { for (;;); }, 100); })`;

test('the reading process ends by itself when its time is over', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', endless(500)], { stdio: 'ignore' });
  expect(await new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)))).toBe('SIGKILL');
}, 30_000);

test('the reading process ends by itself when whoever started it is gone', async () => {
  const started = `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', ${JSON.stringify(endless(60_000))}], { stdio: 'ignore' });
    setTimeout(() => console.log(child.pid), 2000); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['-e', started], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', (line) => resolve(String(line)))));
  parent.kill('SIGKILL');
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(isAlive, { timeout: 10_000 }).toBe(false);
}, 30_000);
