import { Worker } from 'node:worker_threads';

// In a thread of its own: a loop that never ends in the reading would hold back any timer beside it.
const WATCH = `
  const { workerData } = require('node:worker_threads');
  const over = Date.now() + workerData.milliseconds;
  setInterval(() => {
    if (Date.now() > over || process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL');
  }, 250);
`;

/** Ends this process when its time is over, or when the process that started it is gone and nobody else would. */
export function watchReading(milliseconds: number): void {
  const workerData = { milliseconds, parent: process.ppid };
  new Worker(WATCH, { eval: true, workerData, execArgv: [], env: {} }).unref();
}
