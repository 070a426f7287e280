import 'server-only';
import { createHash, randomUUID } from 'node:crypto';
import type { ReadStream } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { env } from './env';

const SHA256 = /^[0-9a-f]{64}$/;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** More bytes came than the caller allows. */
export class TooLargeError extends Error {}
/** The disk took no more. */
export class StoreFullError extends Error {}

const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | null)?.code ?? '');

/** Bytes that have come in whole and synced, but do not belong to the store yet: keep() or drop() them. */
export type Received = { sha256: string; bytes: number; path: string };

/**
 * The evidence store: files by the sha256 of what they hold, in a folder outside the web root that only this account may read. A file is written and synced under
 * `incoming/` first and moved to its own place before the row that names it is committed; so a row never names a file that is not there, and what a killed
 * process leaves is at most a file nobody names. The same bytes are stored once.
 */
export class EvidenceStore {
  readonly folder: string;
  /** Where the bytes go down to the disk; a test puts a failing disk here. */
  private readonly write: (handle: FileHandle, chunk: Uint8Array) => Promise<void>;

  constructor(folder: string, write: (handle: FileHandle, chunk: Uint8Array) => Promise<void> = writeWhole) {
    this.folder = folder;
    this.write = write;
  }

  private placeOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw new RangeError('not a sha256');
    return path.join(this.folder, sha256.slice(0, 2), sha256);
  }

  /** Takes bytes down to the disk. Leaves nothing where it fails. Throws TooLargeError, StoreFullError, or whatever broke the source. */
  async receive(
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<Received> {
    const incoming = path.join(this.folder, 'incoming');
    const target = path.join(incoming, randomUUID());
    try {
      await makeFolder(this.folder);
      await makeFolder(incoming);
      const hash = createHash('sha256');
      let bytes = 0;
      const handle = await open(target, 'wx', FILE_MODE);
      try {
        for await (const chunk of source) {
          bytes += chunk.length;
          if (bytes > limit) throw new TooLargeError();
          hash.update(chunk);
          await this.write(handle, chunk);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      return { sha256: hash.digest('hex'), bytes, path: target };
    } catch (error) {
      await rm(target, { force: true });
      throw isFull(error) ? new StoreFullError('the evidence store is full', { cause: error }) : error;
    }
  }

  async drop(received: Received): Promise<void> {
    await rm(received.path, { force: true });
  }

  /** Moves received bytes to their place. Call it while holding the name (see evidence.commands), so that no sweep removes what is about to be named. */
  async keep(received: Received): Promise<void> {
    const target = this.placeOf(received.sha256);
    try {
      if (await this.has(received.sha256)) {
        // As good as new: a sweep goes by the age.
        const now = new Date();
        await utimes(target, now, now);
        await this.drop(received);
        return;
      }
      await makeFolder(path.dirname(target));
      await rename(received.path, target);
      await syncFolder(path.dirname(target));
    } catch (error) {
      await this.drop(received);
      throw isFull(error) ? new StoreFullError('the evidence store is full', { cause: error }) : error;
    }
  }

  /** receive() and keep() in one. */
  async put(source: AsyncIterable<Uint8Array> | Uint8Array): Promise<{ sha256: string; bytes: number }> {
    const received = await this.receive(source instanceof Uint8Array ? [source] : source);
    await this.keep(received);
    return { sha256: received.sha256, bytes: received.bytes };
  }

  async has(sha256: string): Promise<boolean> {
    return (await ageOf(this.placeOf(sha256))) !== null;
  }

  /** The bytes, and how many; null where the file is not there. The stream must be read or destroyed. */
  async open(sha256: string): Promise<{ bytes: number; stream: ReadStream } | null> {
    let handle: FileHandle;
    try {
      handle = await open(this.placeOf(sha256), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    try {
      const { size } = await handle.stat();
      return { bytes: size, stream: handle.createReadStream() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The sha256 of what the file holds now; null where it is not there. */
  async digest(sha256: string): Promise<string | null> {
    const found = await this.open(sha256);
    if (!found) return null;
    const hash = createHash('sha256');
    for await (const chunk of found.stream) hash.update(chunk as Uint8Array);
    return hash.digest('hex');
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.placeOf(sha256), { force: true });
  }

  /** Names and ages of all files, in order. */
  async *list(): AsyncGenerator<{ sha256: string; changedAt: Date }> {
    for (const prefix of await namesIn(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
      for (const name of await namesIn(path.join(this.folder, prefix))) {
        const changedAt = SHA256.test(name) ? await ageOf(path.join(this.folder, prefix, name)) : null;
        if (changedAt) yield { sha256: name, changedAt };
      }
    }
  }

  /** When a file was stored or last stored again; null where it is not there. */
  async changedAt(sha256: string): Promise<Date | null> {
    return ageOf(this.placeOf(sha256));
  }

  /** Removes what killed uploads have left under incoming/ before that moment, and says how many. */
  async sweepIncoming(before: Date): Promise<number> {
    let removed = 0;
    const incoming = path.join(this.folder, 'incoming');
    for (const name of await namesIn(incoming)) {
      const changedAt = await ageOf(path.join(incoming, name));
      if (changedAt === null || changedAt >= before) continue;
      await rm(path.join(incoming, name), { force: true });
      removed += 1;
    }
    return removed;
  }
}

/** fs may take a part of what it is given. */
async function writeWhole(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
}

async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if (made === undefined) return;
  await chmod(folder, FOLDER_MODE);
  await syncFolder(path.dirname(folder));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function ageOf(file: string): Promise<Date | null> {
  try {
    return (await stat(file)).mtime;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** This installation's store. */
export function evidenceStore(): EvidenceStore {
  const { LEDGER_EVIDENCE, LEDGER_DATA } = env();
  // No folder by default: a sweep with the wrong database would empty it.
  if (!LEDGER_EVIDENCE && !LEDGER_DATA) throw new Error('LEDGER_DATA is not set: there is no place for evidence');
  return new EvidenceStore(path.resolve(LEDGER_EVIDENCE || path.join(LEDGER_DATA, 'evidence')));
}
