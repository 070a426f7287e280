import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { projectRoot } from './cli.ts';

export const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A killed process whose parent has not asked for it yet still has a number.
  const status = readOrNull(`/proc/${pid}/stat`);
  return status === null || !/\) Z /.test(status);
}

/** When a process started, in words that stay the same while it lives: a process number alone is given out again. */
export function startOf(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat !== null) {
    const boot = readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
    return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

export function readOrNull(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

export async function waitUntil(isTrue: () => boolean, milliseconds: number): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(50)) if (isTrue()) return true;
  return isTrue();
}

/** Ends a process group, politely first. */
export async function endGroup(pid: number, milliseconds = 10_000): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', milliseconds],
    ['SIGKILL', 2_000],
  ] as const) {
    try {
      process.kill(-pid, signal);
    } catch {
      return;
    }
    if (await waitUntil(() => !isAlive(pid), patience)) return;
  }
}

export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

export function isPortFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

const running = new Set<ChildProcess>();

/** Runs this Node on a script of the project, gathering what it prints. */
export async function runNode(
  args: string[],
  env: NodeJS.ProcessEnv,
  onMessage?: (message: unknown) => void,
): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe', ...(onMessage ? (['ipc'] as const) : [])],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  if (onMessage) child.on('message', onMessage);
  try {
    return { code: await exitOf(child), output };
  } finally {
    running.delete(child);
  }
}

/** Ends whatever `runNode` still has under way, for a command that is being interrupted. */
export function endRunning(): void {
  for (const child of running) child.kill('SIGTERM');
}
