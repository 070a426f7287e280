import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { CommandError, projectRoot, say } from './cli.ts';
import { readOrNull, runNode } from './processes.ts';

const stamp = path.join(projectRoot, process.env.LEDGER_DIST_DIR ?? '.next', 'ledger-build');

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (file === path.join(projectRoot, 'lib/server/prisma-client')) continue;
    if (entry.isDirectory()) yield* sourceFiles(file);
    else if (!/\.test\.tsx?$/.test(entry.name)) yield file;
  }
}

function sourceHash(): string {
  const hash = createHash('sha256').update(process.version);
  const add = (file: string) => hash.update(`\n${path.relative(projectRoot, file)}\n`).update(fs.readFileSync(file));
  for (const name of fs.readdirSync(projectRoot).sort())
    if (
      /\.(json|mjs|js|ts|tsx)$/.test(name) &&
      !/^(next-env\.d|vitest\.config|playwright\.config)\.ts$|^biome/.test(name)
    )
      add(path.join(projectRoot, name));
  for (const folder of ['app', 'components', 'lib', 'prisma', 'public', 'seeds'])
    if (fs.existsSync(path.join(projectRoot, folder)))
      for (const file of sourceFiles(path.join(projectRoot, folder))) add(file);
  return hash.digest('hex');
}

/** Runs `next build` unless the last one was made of the same sources. */
export async function buildApplication(): Promise<void> {
  const wanted = sourceHash();
  if (readOrNull(stamp) === wanted) return;
  say('正在构建网页程序（首次约需一两分钟）……');
  fs.rmSync(stamp, { force: true });
  const { NEXTAUTH_URL: _address, ...environment } = process.env;
  const { code, output } = await runNode(['node_modules/next/dist/bin/next', 'build'], {
    ...environment,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    // Nothing is read from a database while building; the modules only want the names to be there.
    DATABASE_URL: 'postgresql://build@127.0.0.1:1/build',
    NEXTAUTH_SECRET: 'only-while-building-0123456789abcdef',
  });
  if (code !== 0) {
    process.stderr.write(output);
    throw new CommandError('构建没有成功（next build），原因见上。');
  }
  fs.writeFileSync(stamp, wanted);
}
