import fs from 'node:fs';
import path from 'node:path';
import { CommandError } from './cli.ts';
import { endGroup, isAlive, readOrNull, startOf } from './processes.ts';

interface Holder {
  command: string;
  pid: number;
  startedAt: string | null;
  /** The web server started by the holder, which outlives it when the holder is killed hard. */
  child?: { pid: number; startedAt: string | null };
}

const isRunning = (one: { pid: number; startedAt: string | null }) =>
  isAlive(one.pid) && (one.startedAt === null || startOf(one.pid) === one.startedAt);

const fileIn = (folder: string) => path.join(folder, 'up.lock');

function readHolder(folder: string): Holder | null {
  try {
    return JSON.parse(readOrNull(fileIn(folder)) ?? 'null');
  } catch {
    return null;
  }
}

/** Who works with this data folder now; a lock left by a dead process counts for nothing. */
export function findHolder(folder: string): Holder | null {
  const holder = readHolder(folder);
  return holder && isRunning(holder) ? holder : null;
}

export class Lock {
  private constructor(
    private readonly folder: string,
    private readonly holder: Holder,
  ) {}

  /** Refuses: another live process holds the data folder. */
  static async take(folder: string, command: string): Promise<Lock> {
    const lock = new Lock(folder, { command, pid: process.pid, startedAt: startOf(process.pid) });
    const mine = `${fileIn(folder)}.${process.pid}`;
    for (let attempt = 0; attempt < 3; attempt++) {
      fs.writeFileSync(mine, JSON.stringify(lock.holder), { mode: 0o600 });
      try {
        fs.linkSync(mine, fileIn(folder)); // fails where the lock exists, and never shows a half-written one
        return lock;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      } finally {
        fs.rmSync(mine, { force: true });
      }
      const left = readHolder(folder);
      if (left && isRunning(left))
        throw new CommandError(
          `数据文件夹 ${folder} 正由另一个 bin/${left.command} 使用（进程 ${left.pid}）；请先停止它，或用 --data 另选文件夹。`,
        );
      if (left?.child && isRunning(left.child)) await endGroup(left.child.pid);
      fs.rmSync(fileIn(folder), { force: true });
    }
    throw new CommandError(`无法锁定数据文件夹 ${folder}，请稍后重试。`);
  }

  noteChild(pid: number): void {
    const next = `${fileIn(this.folder)}.${process.pid}`;
    fs.writeFileSync(next, JSON.stringify({ ...this.holder, child: { pid, startedAt: startOf(pid) } }), {
      mode: 0o600,
    });
    fs.renameSync(next, fileIn(this.folder));
  }

  release(): void {
    if (readHolder(this.folder)?.pid === process.pid) fs.rmSync(fileIn(this.folder), { force: true });
  }
}
