import { crc32, inflateRawSync } from 'node:zlib';
import { AppError } from '@/lib/server/errors';

/** The parts of a zip file (docx, xlsx, ods) by name, with '/' between folders; part names are told apart without regard to case. */
export type Archive = {
  names: string[];
  has(name: string): boolean;
  bytes(name: string): Uint8Array;
  text(name: string): string;
};

export const ARCHIVE_LIMITS = {
  entries: 2_000,
  inflatedBytes: 200 * 1024 * 1024,
  ratio: 200,
  /** Small parts may be packed as tightly as they like. */
  ratioCountsFrom: 1024 * 1024,
} as const;

type Entry = {
  name: string;
  flags: number;
  method: number;
  checksum: number;
  packedSize: number;
  size: number;
  headerAt: number;
  dataAt: number;
};
type Directory = { at: number; count: number };

const SIGNATURE = { local: 0x04034b50, entry: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 };
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;

const WORDS = {
  broken: '文件已损坏或没有传完整，压缩包读不通。请重新下载原文件，或用 Word、WPS 打开后另存一份再上传。',
  encrypted: '文件设有密码，无法读取。请用 Word、WPS 打开，取消密码后另存一份再上传。',
  method: '文件用了不常见的压缩方式，无法读取。请用 Word、WPS 打开后另存一份再上传。',
  entries: `文件里的部件超过 ${ARCHIVE_LIMITS.entries.toLocaleString('en')} 个，不像正常的办公文档，没有打开。请用 Word、WPS 打开后另存一份，删去不需要的图片再上传。`,
  size: `文件解压后超过 ${ARCHIVE_LIMITS.inflatedBytes / 1024 / 1024} MB，没有打开。请删去图片等与清单无关的内容，另存一份再上传。`,
  ratio: `文件的压缩比超过 ${ARCHIVE_LIMITS.ratio} 倍，可能是压缩炸弹，没有打开。请用 Word、WPS 打开后另存一份再上传。`,
} as const;

function refuse(reason: keyof typeof WORDS, cause?: unknown): never {
  throw new AppError('unreadable', WORDS[reason], { cause });
}

/** Opens a zip file without inflating anything: sizes are judged by its directory first. Throws unreadable with what to do. */
export function openArchive(bytes: Uint8Array): Archive {
  const entries = readDirectory(bytes);
  judgeSizes(entries);
  judgePlaces(entries);
  const byName = new Map<string, Entry>();
  for (const entry of entries) {
    const key = partKey(entry.name);
    // Two parts of one name are read differently by different programs: what a person sees need not be what would be read.
    if (byName.has(key)) refuse('broken');
    byName.set(key, entry);
  }
  const part = (name: string): Uint8Array => {
    const entry = byName.get(partKey(name));
    if (!entry) refuse('broken', new Error(`no part ${name}`));
    return inflate(bytes, entry);
  };
  return {
    names: entries.map((entry) => entry.name),
    has: (name) => byName.has(partKey(name)),
    bytes: part,
    text: (name) => decode(part(name)),
  };
}

function partKey(name: string): string {
  return name.replace(/^\//, '').toLowerCase();
}

function readDirectory(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const directory = findDirectory(view);
    if (directory.count > ARCHIVE_LIMITS.entries) refuse('entries');
    const entries: Entry[] = [];
    let at = directory.at;
    for (let index = 0; index < directory.count; index++) {
      if (view.getUint32(at, true) !== SIGNATURE.entry) refuse('broken');
      const [entry, next] = readEntry(view, bytes, at);
      if (entry.dataAt + entry.packedSize > directory.at) refuse('broken');
      entries.push(entry);
      at = next;
    }
    return entries;
  } catch (error) {
    // Offsets that point outside the file.
    if (error instanceof RangeError) refuse('broken', error);
    throw error;
  }
}

function findDirectory(view: DataView): Directory {
  const first = Math.max(0, view.byteLength - END_LENGTH - LONGEST_COMMENT);
  for (let at = view.byteLength - END_LENGTH; at >= first; at--) {
    if (view.getUint32(at, true) !== SIGNATURE.end) continue;
    const count = view.getUint16(at + 10, true);
    const start = view.getUint32(at + 16, true);
    if (count === 0xffff || start === 0xffffffff) return findDirectory64(view, at);
    return { at: start, count };
  }
  return refuse('broken');
}

function findDirectory64(view: DataView, endAt: number): Directory {
  const locatorAt = endAt - 20;
  if (view.getUint32(locatorAt, true) !== SIGNATURE.locator64) refuse('broken');
  const at = readUint64(view, locatorAt + 8);
  if (view.getUint32(at, true) !== SIGNATURE.end64) refuse('broken');
  return { at: readUint64(view, at + 48), count: readUint64(view, at + 32) };
}

function readUint64(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) refuse('broken');
  return Number(value);
}

function readEntry(view: DataView, bytes: Uint8Array, at: number): [Entry, next: number] {
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const commentLength = view.getUint16(at + 32, true);
  const nameAt = at + 46;
  const nameBytes = bytes.subarray(nameAt, nameAt + nameLength);
  const sizes = {
    size: view.getUint32(at + 24, true),
    packedSize: view.getUint32(at + 20, true),
    headerAt: view.getUint32(at + 42, true),
  };
  readSizes64(view, nameAt + nameLength, extraLength, sizes);
  const entry: Entry = {
    // Some writers use the separator of Windows.
    name: new TextDecoder().decode(nameBytes).replaceAll('\\', '/'),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    checksum: view.getUint32(at + 16, true),
    ...sizes,
    dataAt: findData(view, bytes, sizes.headerAt, nameBytes),
  };
  return [entry, nameAt + nameLength + extraLength + commentLength];
}

function readSizes64(
  view: DataView,
  extraAt: number,
  extraLength: number,
  sizes: { size: number; packedSize: number; headerAt: number },
): void {
  const end = extraAt + extraLength;
  for (let at = extraAt; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let valueAt = at + 4;
    for (const key of ['size', 'packedSize', 'headerAt'] as const) {
      if (sizes[key] !== 0xffffffff) continue;
      sizes[key] = readUint64(view, valueAt);
      valueAt += 8;
    }
  }
}

function findData(view: DataView, bytes: Uint8Array, headerAt: number, nameBytes: Uint8Array): number {
  if (view.getUint32(headerAt, true) !== SIGNATURE.local) refuse('broken');
  const nameLength = view.getUint16(headerAt + 26, true);
  const localName = bytes.subarray(headerAt + 30, headerAt + 30 + nameLength);
  if (Buffer.compare(localName, nameBytes) !== 0) refuse('broken');
  return headerAt + 30 + nameLength + view.getUint16(headerAt + 28, true);
}

function judgeSizes(entries: Entry[]): void {
  let total = 0;
  for (const entry of entries) {
    if (entry.flags & 0x41) refuse('encrypted');
    if (entry.method !== STORED && entry.method !== DEFLATED) refuse('method');
    total += entry.size;
    if (total > ARCHIVE_LIMITS.inflatedBytes) refuse('size');
    if (entry.size > ARCHIVE_LIMITS.ratioCountsFrom && entry.size > entry.packedSize * ARCHIVE_LIMITS.ratio) {
      refuse('ratio');
    }
  }
}

/** Entries that share bytes let a small file inflate without end. */
function judgePlaces(entries: Entry[]): void {
  let end = 0;
  for (const entry of entries.toSorted((one, other) => one.headerAt - other.headerAt)) {
    if (entry.headerAt < end) refuse('broken');
    end = entry.dataAt + entry.packedSize;
  }
}

/** Node's own inflate rather than fflate's: it stops at the promised size, where fflate goes on and cuts the result off without a word. */
function inflate(bytes: Uint8Array, entry: Entry): Uint8Array {
  const packed = bytes.subarray(entry.dataAt, entry.dataAt + entry.packedSize);
  const data = entry.method === STORED ? packed : inflateAtMost(packed, entry.size);
  if (data.byteLength !== entry.size || crc32(data) !== entry.checksum) refuse('broken');
  return data;
}

function inflateAtMost(packed: Uint8Array, size: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    return refuse('broken', error);
  }
}

function decode(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    return refuse('broken', error);
  }
}
