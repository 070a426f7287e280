import type { SourceNotice } from './source';
import {
  isBareNumber,
  isHeaderLike,
  isHeadingLine,
  mostFrequent,
  type PrintedRow,
  placeOfLine,
  type TextTable,
  toGrid,
} from './text-rows';

/** Rows of a text whose cells are separated by tabs, a row per line. */

const isBlank = (line: string | undefined) => line === undefined || line.trim() === '';
const hasTab = (line: string | undefined) => line?.includes('\t') ?? false;

/** A spreadsheet puts a cell of several lines between quotation marks; the lines joined, or null where the marks do not pair. */
function quotedLines(lines: readonly string[], from: number): { cells: string[]; next: number } | null {
  if (!/(?:^|\t)"[^"\t]*$/.test(lines[from]!.replaceAll('""', ''))) return null;
  for (let next = from + 1; next < Math.min(lines.length, from + 60); next += 1) {
    const joined = lines.slice(from, next + 1).join('\n');
    if ((joined.match(/"/g)?.length ?? 0) % 2 === 1) continue;
    const cells = [...`${joined}\t`.matchAll(/(?:"((?:[^"]|"")*)"|([^\t]*))\t/g)];
    if (cells.map((cell) => cell[0]).join('') !== `${joined}\t`) return null;
    return { cells: cells.map((cell) => cell[1]?.replaceAll('""', '"') ?? cell[2]!), next: next + 1 };
  }
  return null;
}

/** A numbered row broken inside several of its cells: its lines together have exactly the table's columns; null where they do not. */
function brokenRow(lines: readonly string[], from: number, columns: number): { cells: string[]; next: number } | null {
  const cells = lines[from]!.split('\t').map((cell) => cell.trim());
  if (!isBareNumber(cells[0]!)) return null;
  for (let next = from + 1; next < lines.length && cells.length < columns; next += 1) {
    const [rest = '', ...others] = lines[next]!.split('\t').map((cell) => cell.trim());
    if (rest === '' || isBareNumber(rest) || cells.length + others.length > columns) return null;
    cells.splice(-1, 1, `${cells.at(-1)}\n${rest}`, ...others);
    if (cells.length === columns) return { cells, next: next + 1 };
  }
  return null;
}

/** The table's columns: as many as most of its lines have, and not fewer than its header has. */
function countColumns(lines: readonly string[], from: number): number {
  const counts: number[] = [];
  for (let index = from; index < lines.length && counts.length < 200; index += 1) {
    const line = lines[index]!;
    if (hasTab(line)) counts.push(line.split('\t').length);
    else if (!isBlank(line) && isBlank(lines[index - 1]) && isBlank(lines[index + 1])) break;
  }
  const first = lines[from]!.split('\t');
  return isHeaderLike(first) ? Math.max(first.length, mostFrequent(counts)) : mostFrequent(counts);
}

class TabbedTable {
  readonly rows: PrintedRow[] = [];

  readonly notices: SourceNotice[] = [];

  constructor(private readonly columns: number) {}

  private get last(): PrintedRow | undefined {
    return this.rows.at(-1);
  }

  get isOpen(): boolean {
    const last = this.last;
    return (
      last !== undefined &&
      last.cells.length < this.columns &&
      !isHeaderLike(last.cells) &&
      !isHeadingLine(last.cells.join(''))
    );
  }

  /** A row broken inside a cell: the two parts have together exactly the table's columns. */
  private isRestOfRow(cells: readonly string[]): boolean {
    return this.isOpen && cells[0] !== '' && this.last!.cells.length + cells.length - 1 === this.columns;
  }

  add(line: number, cells: string[]): void {
    if (!this.isRestOfRow(cells)) {
      this.rows.push({ line, cells });
      return;
    }
    const last = this.last!;
    last.cells.splice(-1, 1, `${last.cells.at(-1)}\n${cells[0]}`, ...cells.slice(1));
  }

  continueCell(line: number, text: string): void {
    const last = this.last!;
    if (!this.isOpen) {
      this.notices.push({
        text: `${placeOfLine(line)}接在上一行最后一格之后，请核对`,
        place: placeOfLine(line),
        ask: true,
      });
    }
    last.cells[last.cells.length - 1] += `\n${text}`;
  }
}

/** Lines with a tab that are no table: 联系人：…→电话：…, a list of contents. */
function isTable(rows: readonly PrintedRow[], columns: number): boolean {
  return rows.length > 1 && (columns > 2 || rows.slice(0, 3).some((row) => isHeaderLike(row.cells)));
}

/** Reads the table that begins with line `from` (index into `lines`), if it is one. */
export function readTabbedTable(lines: readonly string[], from: number, notices: SourceNotice[]): TextTable {
  const columns = countColumns(lines, from);
  const table = new TabbedTable(columns);
  let index = from;
  let next = from;
  while (index < lines.length) {
    const line = lines[index]!;
    if (isBlank(line) && !hasTab(line)) {
      index += 1;
      continue;
    }
    const quoted = hasTab(line) ? (quotedLines(lines, index) ?? brokenRow(lines, index, columns)) : null;
    if (quoted) table.add(index + 1, quoted.cells);
    else if (hasTab(line))
      table.add(
        index + 1,
        line.split('\t').map((cell) => cell.trim()),
      );
    else if (table.isOpen) table.continueCell(index + 1, line.trim());
    else if (isHeadingLine(line) && lines.slice(index + 1, index + 4).some(hasTab)) {
      table.rows.push({ line: index + 1, cells: [line.trim()] });
    } else if (!isBlank(lines[index - 1]) && hasTab(lines[index + 1])) table.continueCell(index + 1, line.trim());
    else break;
    index = quoted?.next ?? index + 1;
    next = index;
  }
  if (!isTable(table.rows, columns)) return { rows: null, next };
  notices.push(...table.notices);
  return { rows: toGrid(table.rows, columns, notices), next };
}
