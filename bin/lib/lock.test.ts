import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findHolder, Lock } from './lock.ts';
import { exitOf, startOf } from './processes.ts';

let folder: string;
const write = (holder: object) => fs.writeFileSync(path.join(folder, 'up.lock'), JSON.stringify(holder));

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger-lock-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

test('a living holder keeps others out, and release lets them in', async () => {
  const lock = await Lock.take(folder, 'up');
  expect(findHolder(folder)).toMatchObject({ command: 'up', pid: process.pid });
  await expect(Lock.take(folder, 'backup')).rejects.toThrow(`正由另一个 bin/up 使用（进程 ${process.pid}）`);
  lock.release();
  expect(fs.readdirSync(folder)).toEqual([]);
  (await Lock.take(folder, 'backup')).release();
});

test('the lock of a dead process counts for nothing, and the server it left is ended', async () => {
  const server = spawn('sleep', ['60'], { detached: true });
  const dead = spawn('true');
  await exitOf(dead);
  write({ command: 'up', pid: dead.pid, startedAt: 'x', child: { pid: server.pid, startedAt: startOf(server.pid!) } });
  expect(findHolder(folder)).toBeNull();
  const ended = exitOf(server);
  await Lock.take(folder, 'up');
  await ended;
  expect(server.signalCode).toBe('SIGTERM');
});

test('a process number given out again is not taken for the holder', async () => {
  write({ command: 'up', pid: process.pid, startedAt: 'another start' });
  expect(findHolder(folder)).toBeNull();
  (await Lock.take(folder, 'up')).release();
});

test('a torn lock file counts for nothing', async () => {
  fs.writeFileSync(path.join(folder, 'up.lock'), '{"pid":');
  (await Lock.take(folder, 'up')).release();
});
