import { AppError } from '@/lib/server/errors';
import { decodeText } from './encoding';
import type { SourceContent, SourceNotice, SourceRow } from './source';
import { LIMITS } from './source';

const SEPARATORS = [',', ';', '\t'] as const;

/** One table of a .csv; a quoted cell may hold separators, quotes and line breaks. Refuses: unreadable (encoding, too many rows or columns). */
export function readCsv(bytes: Uint8Array): SourceContent {
  const { text, encoding, isCertain } = decodeText(bytes);
  const notices: SourceNotice[] = [];
  if (!isCertain)
    notices.push({
      text: `文字编码按 ${encoding.toUpperCase()} 读取，不能确定，请核对有无乱码。`,
      place: null,
      ask: true,
    });
  const stated = /^sep=(.)\n/.exec(text);
  const body = stated ? text.slice(stated[0].length) : text;
  const { records, isOpen } = splitCsv(body, stated?.[1] ?? separatorOf(body));
  if (isOpen)
    notices.push({
      text: '有一个引号没有配对，其后的内容可能并到了一格里，请核对。',
      place: placeOf(records.at(-1)!.line),
      ask: true,
    });
  const rows = tableRows(records, stated ? 1 : 0);
  if (rows.length === 0) return { format: 'csv', blocks: [], notices };
  return { format: 'csv', blocks: [{ kind: 'table', place: '表1', name: null, rows }], notices };
}

type CsvRecord = { line: number; cells: string[] };

/** Records with the line each starts on, from 1. A quote opens a cell only at its head, as spreadsheets read it. */
function splitCsv(text: string, separator: string): { records: CsvRecord[]; isOpen: boolean; strays: number } {
  const records: CsvRecord[] = [];
  let line = 1;
  let record: CsvRecord = { line, cells: [] };
  let at = 0;
  let isOpen = false;
  let strays = 0;
  while (at <= text.length) {
    const { cell, end, isClosed, isStray } =
      text[at] === '"' ? quotedCell(text, at, separator) : bareCell(text, at, separator);
    isOpen ||= !isClosed;
    if (isStray) strays++;
    record.cells.push(cell);
    for (let index = at; index < end; index++) if (text[index] === '\n') line++;
    if (text[end] !== separator) {
      records.push(record);
      line++;
      record = { line, cells: [] };
    }
    at = end + 1;
  }
  return { records, isOpen, strays };
}

/** isStray: words behind the closing quote. */
type CsvCell = { cell: string; end: number; isClosed: boolean; isStray?: boolean };

function bareCell(text: string, start: number, separator: string): CsvCell {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n') end++;
  return { cell: text.slice(start, end), end, isClosed: true };
}

function quotedCell(text: string, start: number, separator: string): CsvCell {
  let cell = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { cell: cell + text.slice(at), end: text.length, isClosed: false };
    cell += text.slice(at, quote);
    at = quote + 1;
    if (text[at] !== '"') break;
    cell += '"';
    at++;
  }
  const rest = bareCell(text, at, separator);
  // Words behind the closing quote: the quotes were printed and not written by a spreadsheet.
  if (rest.cell.trim() !== '')
    return { cell: text.slice(start, rest.end), end: rest.end, isClosed: true, isStray: true };
  return { cell, end: rest.end, isClosed: true };
}

/** The separator by which the quotes close cells, then the one that gives the most rows of one width; a comma where none does. */
function separatorOf(text: string): string {
  const sample = text.slice(0, 64 * 1024);
  let best = { separator: ',', strays: Number.POSITIVE_INFINITY, weight: 0 };
  for (const separator of SEPARATORS) {
    const { records, strays } = splitCsv(sample, separator);
    const weight = weightOf(records);
    if (weight === 0 || strays > best.strays) continue;
    if (strays < best.strays || weight > best.weight) best = { separator, strays, weight };
  }
  return best.separator;
}

function weightOf(records: CsvRecord[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of records) if (cells.length > 1) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

function tableRows(records: CsvRecord[], before: number): SourceRow[] {
  const last = records.findLastIndex(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const used = records.slice(0, last + 1);
  if (used.length > LIMITS.rows)
    throw new AppError(
      'unreadable',
      `文件有 ${used.length.toLocaleString('en')} 行，超过 ${LIMITS.rows.toLocaleString('en')} 行的上限。请只保留任务清单后再上传。`,
    );
  let width = 0;
  for (const { cells } of used) width = Math.max(width, cells.findLastIndex((cell) => cell.trim() !== '') + 1);
  if (width > LIMITS.columns)
    throw new AppError(
      'unreadable',
      `文件有 ${width} 列，超过 ${LIMITS.columns} 列的上限。请只保留任务清单所在的列后再上传。`,
    );
  return used.map(({ line, cells }) => ({
    place: placeOf(line + before),
    cells: Array.from({ length: width }, (_, column) => ({
      column,
      columnSpan: 1,
      rowSpan: 1,
      text: cells[column] ?? '',
    })),
  }));
}

function placeOf(line: number): string {
  return `第${line}行`;
}
