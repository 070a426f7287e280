import type { SourceBlock, SourceContent, SourceNotice, SourceParagraph } from './source';
import { isHeaderLike, placeOfLine, type TextTable, toGrid } from './text-rows';
import { isCellStart, readStackedTable } from './text-stacked';
import { readTabbedTable } from './text-tabbed';

type TableReading = TextTable & { isReconstructed?: boolean };

/** |---|:-:| under the header; a row of single dashes is a row of cells. */
const RULE = /^\s*\|?\s*(?::?-{2,}:?|:-:?|-:)\s*(?:\|\s*(?::?-{2,}:?|:-:?|-:)\s*)*\|?\s*$/;

function pipeCells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) =>
      cell
        .replaceAll('\\|', '|')
        .replace(/<br\s*\/?>/gi, '\n')
        .trim(),
    );
}

/** A markdown table: lines between bars, or a line of dashes under a line with bars. */
function readPipeTable(lines: readonly string[], from: number, notices: SourceNotice[]): TableReading | null {
  const isFramed = (line: string | undefined) => /^\s*\|.*\|\s*$/.test(line ?? '');
  const isRuled =
    lines[from]!.includes('|') && (lines[from + 1]?.includes('|') ?? false) && RULE.test(lines[from + 1]!);
  if (!isRuled && !(isFramed(lines[from]) && isFramed(lines[from + 1]))) return null;
  let next = from;
  while (next < lines.length && lines[next]!.includes('|')) next += 1;
  const rows = lines
    .slice(from, next)
    .map((line, index) => ({ line: from + index + 1, cells: pipeCells(line), isRule: RULE.test(line) }))
    .filter((row) => !row.isRule);
  return { rows: toGrid(rows, rows[0]!.cells.length, notices), next };
}

/** Columns told apart by two or more spaces: only where the header says so and every line has the same number of cells. */
function readSpacedTable(lines: readonly string[], from: number, notices: SourceNotice[]): TableReading | null {
  const split = (line: string) => line.trim().split(/[ \u00A0]{2,}|\u3000+/);
  const header = split(lines[from]!);
  if (header.length < 3 || !isHeaderLike(header)) return null;
  let next = from;
  while (next < lines.length && lines[next]!.trim() !== '') next += 1;
  const rows = lines.slice(from, next).map((line, index) => ({ line: from + index + 1, cells: split(line) }));
  if (rows.length < 2) return null;
  if (rows.some((row) => row.cells.length !== header.length)) {
    const place = placeOfLine(from + 1);
    notices.push({ text: `${place}起似为用空格对齐的表格，各行格数不一，未能读成表格`, place, ask: true });
    return null;
  }
  return { rows: toGrid(rows, header.length, notices), next, isReconstructed: true };
}

function readTable(lines: readonly string[], from: number, notices: SourceNotice[]): TableReading | null {
  const line = lines[from]!;
  if (line.includes('|')) return readPipeTable(lines, from, notices);
  if (isCellStart(line)) return readStackedTable(lines, from, notices);
  if (line.trim().includes('\t')) return readTabbedTable(lines, from, notices);
  return readSpacedTable(lines, from, notices);
}

function readParagraph(line: string, number: number): SourceParagraph {
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  const place = placeOfLine(number);
  if (heading) return { kind: 'paragraph', place, text: heading[2]!, headingLevel: heading[1]!.length };
  return { kind: 'paragraph', place, text: line.replace(/\t+$/, '') };
}

/** Plain text as copied from a page, a letter or a PDF: tables of tabs or bars, everything else a paragraph per line, blank lines included. */
export function readText(text: string): SourceContent {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n|\f|\u2028|\u2029/);
  const blocks: SourceBlock[] = [];
  const notices: SourceNotice[] = [];
  let tables = 0;
  let index = 0;
  while (index < lines.length) {
    const table: TableReading = readTable(lines, index, notices) ?? { rows: null, next: index + 1 };
    const { rows, next, isReconstructed } = table;
    if (rows) {
      tables += 1;
      blocks.push({
        kind: 'table',
        place: `表${tables}`,
        name: null,
        rows,
        ...(isReconstructed && { isReconstructed }),
      });
    } else {
      for (let line = index; line < next; line += 1) blocks.push(readParagraph(lines[line]!, line + 1));
    }
    index = next;
  }
  return { format: 'text', blocks, notices };
}
