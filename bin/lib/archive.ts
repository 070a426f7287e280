// One backup file: a gzipped tar with manifest.json first, then tables/<name>.copy, then the files of the data folder.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import tar from 'tar-stream';
import { z } from 'zod';
import { CommandError } from './cli.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** A relative path without `..`, so that a forged backup cannot write outside the folder it is restored into. */
const inside = z.string().regex(/^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))[^\0\\]+$/);

export const manifestSchema = z.object({
  format: z.literal(1),
  program: z.literal('reform-ledger'),
  createdAt: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: digest })),
  tables: z.array(
    z.object({
      name: z.string(),
      columns: z.array(z.string()),
      rows: z.number().int(),
      bytes: z.number().int(),
      sha256: digest,
    }),
  ),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), isCalled: z.boolean() })),
  files: z.array(z.object({ path: inside, bytes: z.number().int(), sha256: digest })),
});

export type Manifest = z.infer<typeof manifestSchema>;

export const tableEntry = (name: string) => `tables/${name}.copy`;

export async function digestOf(file: string, bytes?: number): Promise<string> {
  const hash = createHash('sha256');
  if (bytes !== 0) for await (const chunk of readStart(file, bytes)) hash.update(chunk);
  return hash.digest('hex');
}

const readStart = (file: string, bytes?: number): Readable =>
  fs.createReadStream(file, bytes === undefined ? {} : { end: Math.max(0, bytes - 1) });

/** Writes a stream to a new file and tells what went by. */
export async function save(source: AsyncIterable<Buffer>, target: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* watch() {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  await pipeline(watch, fs.createWriteStream(target, { flags: 'wx', mode: 0o600 }));
  return { bytes, sha256: hash.digest('hex') };
}

/** Writes to FILE.part and renames: a file under its own name is whole. */
export async function writeArchive(
  target: string,
  manifest: Manifest,
  tables: string,
  placeOf: (file: string) => string,
): Promise<void> {
  const part = `${target}.part`;
  const pack = tar.pack();
  const written = pipeline(pack, createGzip({ level: 6 }), fs.createWriteStream(part, { mode: 0o600 }));
  written.catch(() => {});
  try {
    await addBuffer(pack, 'manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    for (const { name, bytes } of manifest.tables)
      await addFile(pack, tableEntry(name), path.join(tables, name), bytes);
    for (const { path: name, bytes } of manifest.files) await addFile(pack, `files/${name}`, placeOf(name), bytes);
    pack.finalize();
    await written;
    const handle = fs.openSync(part, 'r');
    fs.fsyncSync(handle);
    fs.closeSync(handle);
    fs.renameSync(part, target);
  } catch (error) {
    pack.destroy();
    fs.rmSync(part, { force: true });
    throw error;
  }
}

function addBuffer(pack: tar.Pack, name: string, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) =>
    pack.entry({ name }, content, (error) => (error ? reject(error) : resolve())),
  );
}

async function addFile(pack: tar.Pack, name: string, file: string, size: number): Promise<void> {
  if (size === 0) return addBuffer(pack, name, Buffer.alloc(0));
  await new Promise<void>((resolve, reject) => {
    const entry = pack.entry({ name, size }, (error) => (error ? reject(error) : resolve()));
    pipeline(readStart(file, size), entry as unknown as Writable).catch(reject);
  });
}

/** Unpacks into `folder` and checks every part against the manifest. Refuses: a file that is cut short, altered or foreign. */
export async function readArchive(file: string, folder: string): Promise<Manifest> {
  let manifest: Manifest | null = null;
  const seen = new Map<string, { bytes: number; sha256: string }>();
  try {
    const extract = tar.extract();
    const unpacking = pipeline(fs.createReadStream(file), createGunzip(), extract);
    unpacking.catch(() => {});
    for await (const entry of extract) {
      const { name } = entry.header;
      if (manifest === null) {
        if (name !== 'manifest.json') throw new CommandError('缺少清单');
        manifest = manifestSchema.parse(JSON.parse(await textOf(entry as unknown as AsyncIterable<Buffer>)));
        continue;
      }
      const target = path.join(folder, inside.parse(name));
      fs.mkdirSync(path.dirname(target), { recursive: true });
      seen.set(name, await save(entry as unknown as AsyncIterable<Buffer>, target));
    }
    await unpacking;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new CommandError('磁盘空间不足，未能展开备份文件。');
    throw new CommandError(`${file} 不是完好的备份文件（不是本程序的备份，或文件被截断、损坏）；没有恢复任何内容。`);
  }
  if (manifest === null) throw new CommandError(`${file} 不是完好的备份文件（内容为空）；没有恢复任何内容。`);
  const expected = new Map<string, { bytes: number; sha256: string }>([
    ...manifest.tables.map((one) => [tableEntry(one.name), one] as const),
    ...manifest.files.map((one) => [`files/${one.path}`, one] as const),
  ]);
  for (const [name, { bytes, sha256 }] of expected) {
    const found = seen.get(name);
    if (!found) throw new CommandError(`备份文件不完整：缺少 ${name}；没有恢复任何内容。`);
    if (found.bytes !== bytes || found.sha256 !== sha256)
      throw new CommandError(`备份文件已损坏：${name} 与清单中的摘要不符；没有恢复任何内容。`);
  }
  for (const name of seen.keys())
    if (!expected.has(name)) throw new CommandError(`备份文件有清单之外的内容 ${name}；没有恢复任何内容。`);
  return manifest;
}

async function textOf(source: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
