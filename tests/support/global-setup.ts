import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { Cluster } from '../../bin/lib/cluster.ts';
import { assertUsable, ensureAppRole } from '../../bin/lib/database.ts';
import { migrate } from '../../bin/lib/migrate.ts';
import { isAlive } from '../../bin/lib/processes.ts';
import { runSeed } from '../../bin/lib/seeding.ts';

export interface TestServer {
  adminUrl: string;
  ownerUrl: string;
  appUrl: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    server: TestServer;
  }
}

const prefix = 'ledger-test-';
const template = 'ledger_template';

/** Servers of runs that were killed: their folders carry the number of the process that made them. */
async function sweep(): Promise<void> {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1] ?? 0);
    if (pid === 0 || isAlive(pid)) continue;
    const folder = path.join(os.tmpdir(), name);
    if (Cluster.existsIn(folder))
      await Cluster.start(folder)
        .then((cluster) => cluster.stop())
        .catch(() => {});
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** A server for this run with a migrated and seeded template; each test file works in a clone of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${prefix}${process.pid}-`));
  fs.chmodSync(folder, 0o755); // the server may run as another user
  const cluster = await Cluster.start(folder, { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
  const teardown = async () => {
    await cluster.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    await cluster.ensureDatabase(template);
    const ownerUrl = cluster.urlOf('owner', template);
    await assertUsable(ownerUrl);
    const appUrl = await ensureAppRole(ownerUrl, cluster.passwords.app);
    await migrate(ownerUrl);
    await runSeed('empty', appUrl, folder);
    project.provide('server', { adminUrl: cluster.urlOf('superuser', 'postgres'), ownerUrl, appUrl });
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}
