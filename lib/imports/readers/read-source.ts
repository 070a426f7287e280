import { AppError } from '@/lib/server/errors';
import { openArchive } from './archive';
import { declaredCharset, detectFormat } from './detect';
import { readDoc } from './doc';
import { readDocx } from './docx';
import { decodeText } from './encoding';
import { readHtml } from './html';
import { readPdf } from './pdf';
import { LIMITS, type SourceContent, type SourceFormat, type SourceTable } from './source';
import { readText } from './text';
import { readWorkbook } from './workbook';

export type ReadSourceOptions = { fileName: string; onProgress?: (percent: number, words: string) => void };

const BROKEN = '文件已损坏或不是完整的文档，无法读取。请重新下载原文件，或用 Word、Excel、WPS 打开后另存一份再导入。';

const FORMAT_WORDS: Record<SourceFormat, string> = {
  docx: 'Word 文档',
  doc: 'Word 97–2003 文档',
  xlsx: 'Excel 工作簿',
  xls: 'Excel 97–2003 工作簿',
  ods: 'OpenDocument 表格',
  csv: 'CSV 表格',
  html: '网页',
  text: '文本',
  pdf: 'PDF 文档',
};

/** Far above what a list of LIMITS.rows needs (its lines are cells, where the cells' borders are lost), and what memory and patterns can bear. */
const TEXT_LIMITS = { bytes: 20 * 1024 * 1024, lines: 300_000, characters: 50_000 } as const;

function refuseText(what: string): never {
  throw new AppError('unreadable', `${what}的上限，不像任务清单。请只保留清单部分，逐条分行后再导入。`);
}

/** Judged before the text is cut up: a piece of a text takes far more memory than its bytes. */
function judgeText(bytes: Uint8Array): void {
  const limit = TEXT_LIMITS.bytes / 1024 / 1024;
  if (bytes.length > TEXT_LIMITS.bytes)
    refuseText(`文本有 ${Math.ceil(bytes.length / 1024 / 1024)} MB，超过 ${limit} MB `);
  const ends = { 10: 0, 13: 0 };
  for (const byte of bytes) if (byte === 10 || byte === 13) ends[byte] += 1;
  const lines = Math.max(ends[10], ends[13]);
  if (lines > TEXT_LIMITS.lines)
    refuseText(`文本有 ${lines.toLocaleString('en')} 行，超过 ${TEXT_LIMITS.lines.toLocaleString('en')} 行`);
}

/** Text in an encoding that had to be inferred from few characters is read, and asked about. */
function readDecoded(bytes: Uint8Array, read: (text: string) => SourceContent): SourceContent {
  const { text, encoding, isCertain } = decodeText(bytes, declaredCharset(bytes));
  const content = read(text);
  if (isCertain) return content;
  const notice = { text: `文件没有注明文字编码，按 ${encoding} 读入。请核对有无乱码。`, place: null, ask: true };
  return { ...content, notices: [notice, ...content.notices] };
}

async function readFormat(format: SourceFormat, bytes: Uint8Array, options: ReadSourceOptions): Promise<SourceContent> {
  switch (format) {
    case 'docx':
      return readDocx(openArchive(bytes));
    case 'doc':
      return readDoc(bytes);
    case 'pdf':
      return readPdf(bytes, options.onProgress);
    case 'html':
      return readDecoded(bytes, readHtml);
    case 'text':
      judgeText(bytes);
      return readDecoded(bytes, readText);
    case 'csv':
      judgeText(bytes);
      return readWorkbook(bytes, format);
    default:
      return readWorkbook(bytes, format);
  }
}

function countColumns(table: SourceTable): number {
  let count = 0;
  for (const row of table.rows) for (const cell of row.cells) count = Math.max(count, cell.column + cell.columnSpan);
  return count;
}

/** No unit and no task is so long; a single run of text of that length is a file that has lost its form. */
function judgeLengths(content: SourceContent): void {
  const judge = (text: string, place: string) => {
    if (text.length > TEXT_LIMITS.characters)
      refuseText(
        `${place}有 ${text.length.toLocaleString('en')} 字，超过每段（格）${TEXT_LIMITS.characters.toLocaleString('en')} 字`,
      );
  };
  for (const block of content.blocks) {
    if (block.kind === 'paragraph') judge(block.text, block.place);
    else for (const { cells, place } of block.rows) for (const { text } of cells) judge(text, place);
  }
}

function withinLimits(content: SourceContent): SourceContent {
  judgeLengths(content);
  const tables = content.blocks.filter((block) => block.kind === 'table');
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  const columns = Math.max(0, ...tables.map(countColumns));
  const refuse = (words: string) => {
    throw new AppError('unreadable', `${words}的上限。请只保留清单所在的表格后再导入。`);
  };
  if (rows > LIMITS.rows)
    refuse(`文件的表格共 ${rows.toLocaleString('en')} 行，超过 ${LIMITS.rows.toLocaleString('en')} 行`);
  if (columns > LIMITS.columns) refuse(`文件的表格有 ${columns} 列，超过 ${LIMITS.columns} 列`);
  return content;
}

function refuseBroken(error: unknown): never {
  if (error instanceof AppError) throw error;
  throw new AppError('unreadable', BROKEN, { cause: error });
}

/** Tables and paragraphs of a file, told apart by its content. Refuses ('unreadable') with what to do; percent runs from 0 to 100. */
export async function readSource(given: Uint8Array, options: ReadSourceOptions): Promise<SourceContent> {
  // A Buffer, which file systems give, is no plain array to PDF.js.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  try {
    const format = detectFormat(bytes, options.fileName);
    options.onProgress?.(0, `正在读取${FORMAT_WORDS[format]}`);
    const content = withinLimits(await readFormat(format, bytes, options));
    options.onProgress?.(100, '读取完毕');
    return content;
  } catch (error) {
    return refuseBroken(error);
  }
}
