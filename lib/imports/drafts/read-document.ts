import 'server-only';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { ReadingContext } from '@/lib/imports/reading/list-reading';
import { type Reading, readingSchema } from '@/lib/imports/reading/reading.schema';
import { AppError } from '@/lib/server/errors';
import { logUnexpected } from '@/lib/server/log';
import type { Registry } from '@/lib/units/registry.schema';
import { registryFromSeed } from '@/lib/units/unit-names.rules';

/** What is known before reading: the register as the database gives it, or seeds/units.json as it is. */
export type DocumentContext = Omit<ReadingContext, 'scope' | 'regions'> &
  (Pick<ReadingContext, 'scope' | 'regions'> | { registry: Registry });

function readingContext(context: DocumentContext): ReadingContext {
  if (!('registry' in context)) return context;
  const { registry, ...rest } = context;
  return { ...rest, scope: registryFromSeed(registry), regions: registry.regions };
}

/** What may be said on the way: per cent, and what is being done. */
export type OnProgress = (percent: number, words: string) => void;

/** One line of the reading process each. `failed`: a fault of the program, for the log. */
const lineSchema = z.union([
  z.object({ progress: z.number(), words: z.string() }),
  z.object({ refusal: z.string() }),
  z.object({ failed: z.string() }),
  z.object({ reading: z.unknown() }),
]);

/** `characters`: of all the process may say. */
export type ReadingLimits = { milliseconds: number; megabytes: number; characters?: number };
/** Ten thousand rows with their sources are a third of it. */
const MOST_CHARACTERS = 100_000_000;
const READING_LIMITS: ReadingLimits = { milliseconds: 30_000, megabytes: 600 };
/** The process ends itself so much later, should nobody be there to end it. */
const SPARE_MILLISECONDS = 5_000;
const TOO_LONG = '读取超过 30 秒，已停止。文件可能过大或含有大量图片、对象，请只保留任务清单的表格后重新上传。';
const TOO_LONG_A_LIST = '清单的内容超过读取上限，已停止。请拆成几个文件分别导入。';
const TOO_LARGE = '读取所需内存超过限度，已停止。请只保留任务清单的表格，删去图片和其他工作表后重新上传。';

/** A list, in a process of its own. Throws as readInChild does. */
export async function readDocument(
  bytes: Uint8Array,
  context: DocumentContext,
  onProgress: OnProgress = () => {},
  limits: ReadingLimits = READING_LIMITS,
): Promise<Reading> {
  return readingSchema.parse(
    await readInChild(bytes, { purpose: 'list', ...readingContext(context) }, onProgress, limits),
  );
}

/** What the reading process is told beside the file; `purpose` says what to read out of it. */
export type ReadingHeader = { purpose: 'list' | 'progress'; fileName: string };

/**
 * Reads a document in a process of its own, so that neither an endless loop nor an exhausted memory of a library reaches the server. Throws
 * AppError('unreadable') with the reader's words, after 30 seconds, or when 600 MB are not enough.
 */
export async function readInChild(
  bytes: Uint8Array,
  context: ReadingHeader,
  onProgress: OnProgress = () => {},
  limits: ReadingLimits = READING_LIMITS,
): Promise<unknown> {
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${limits.megabytes}`,
      '--conditions=react-server',
      '--import',
      'tsx',
      'bin/lib/read-document.ts',
      String(limits.milliseconds + SPARE_MILLISECONDS),
    ],
    // Nothing of the server's settings reaches the process that opens a stranger's file.
    { stdio: ['pipe', 'pipe', 'pipe'], env: { NODE_ENV: 'production' } },
  );
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limits.milliseconds);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-20_000);
  });
  // A process that ends before it has read everything breaks the pipe; its exit says why.
  child.stdin.on('error', () => {});
  const header = Buffer.from(JSON.stringify(context));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(header.length, 0);
  lengths.writeUInt32LE(bytes.length, 4);
  child.stdin.write(lengths);
  child.stdin.write(header);
  child.stdin.end(bytes);

  const closed = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(String(code)));
  });
  let isTooLong = false;
  let said = 0;
  child.stdout.on('data', (piece: Buffer) => {
    said += piece.length;
    if (said <= (limits.characters ?? MOST_CHARACTERS)) return;
    isTooLong = true;
    child.kill('SIGKILL');
  });
  let outcome: { reading: unknown } | AppError | null = null;
  try {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (isTooLong || isLate) break;
      const told = lineSchema.parse(JSON.parse(line, storable));
      if ('progress' in told) onProgress(Math.max(0, Math.min(100, Math.round(told.progress))), told.words);
      else if ('reading' in told) outcome = { reading: told.reading };
      else if ('refusal' in told) outcome = new AppError('unreadable', told.refusal);
      else outcome = unexpected(told.failed);
    }
    const code = await closed;
    if (isTooLong) outcome = new AppError('unreadable', TOO_LONG_A_LIST);
    if (outcome === null && isLate) outcome = new AppError('unreadable', TOO_LONG);
    if (outcome === null && /heap out of memory|Array buffer allocation failed/.test(errors))
      outcome = new AppError('unreadable', TOO_LARGE);
    outcome ??= unexpected(`the reading process ended with ${code}: ${errors}`);
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
  if (outcome instanceof AppError) throw outcome;
  return outcome.reading;
}

/** PostgreSQL stores neither NUL nor half a character. */
function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
}

function unexpected(what: string): AppError {
  return new AppError(
    'unreadable',
    `读取文件时出现意外。请另存为 .docx 或 .xlsx 后重试；如仍不行，请将编号 ${logUnexpected(what)} 告知管理员。`,
  );
}
