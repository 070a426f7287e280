// Reads one document: the lengths of the context and of the file (4 bytes each), the context as JSON and the file on standard input; JSON lines
// on standard output. The argument is the time it may take at most, in milliseconds.
// It is started by lib/imports/drafts/read-document.ts, with limits of time and memory.

import { readProgressSheet } from '@/lib/backfill/progress-sheet.rules';
import type { ReadingHeader } from '@/lib/imports/drafts/read-document';
import { readSource } from '@/lib/imports/readers/read-source';
import { type ReadingContext, readList } from '@/lib/imports/reading/list-reading';
import { AppError } from '@/lib/server/errors';
import { watchReading } from './reading-watch';

watchReading(Number(process.argv[2]));

/** Two lengths. */
const HEAD_LENGTH = 8;

const say = (line: object): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${JSON.stringify(line)}\n`, () => resolve()));

type Header = ReadingHeader & ReadingContext;

async function readInput(): Promise<{ context: Header; bytes: Uint8Array }> {
  let all = Buffer.alloc(HEAD_LENGTH);
  let filled = 0;
  for await (const piece of process.stdin) {
    let rest = piece as Buffer;
    if (filled < HEAD_LENGTH) {
      const taken = rest.copy(all, filled);
      filled += taken;
      rest = rest.subarray(taken);
      // Made once in its full length: a large file is not held twice.
      if (filled === HEAD_LENGTH)
        all = Buffer.concat([all], HEAD_LENGTH + all.readUInt32LE(0) + all.readUInt32LE(HEAD_LENGTH / 2));
    }
    filled += rest.copy(all, filled);
  }
  const start = HEAD_LENGTH + all.readUInt32LE(0);
  return {
    context: JSON.parse(all.toString('utf8', HEAD_LENGTH, start)) as Header,
    bytes: all.subarray(start),
  };
}

try {
  const { context, bytes } = await readInput();
  await say({ progress: 5, words: '正在打开文件' });
  const content = await readSource(bytes, {
    fileName: context.fileName,
    // Opening is most of the work: it stands for 10 to 70 per cent.
    onProgress: (percent: number, words: string) => void say({ progress: 10 + percent * 0.6, words }),
  });
  await say({ progress: 75, words: '正在识别任务清单' });
  const reading = context.purpose === 'progress' ? readProgressSheet(content) : readList(content, context);
  await say({ progress: 95, words: '正在保存读取结果' });
  await say({ reading });
} catch (error) {
  if (error instanceof AppError) await say({ refusal: error.message });
  else await say({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
