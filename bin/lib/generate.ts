import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { CommandError, projectRoot } from './cli.ts';
import { readOrNull, runNode } from './processes.ts';

const output = path.join(projectRoot, 'lib/server/prisma-client');

/** Writes the database client into lib/server/prisma-client where the schema has changed since. */
export async function generateClient(): Promise<void> {
  const hash = createHash('sha256');
  for (const file of ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'])
    hash.update(fs.readFileSync(path.join(projectRoot, file)));
  const wanted = hash.digest('hex');
  const stamp = path.join(output, '.stamp');
  if (readOrNull(stamp) === wanted) return;
  const { code, output: printed } = await runNode(['node_modules/prisma/build/index.js', 'generate'], {
    ...process.env,
    // prisma 7.10 looks for this program on the internet even to generate, which never runs it: any executable will do.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  });
  if (code !== 0) {
    process.stderr.write(printed);
    throw new CommandError('未能由 prisma/schema.prisma 生成数据库客户端（prisma generate），原因见上。');
  }
  fs.writeFileSync(stamp, wanted);
}
