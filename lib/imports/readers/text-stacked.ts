import type { SourceNotice } from './source';
import { isBareNumber, isHeaderLike, mostFrequent, type PrintedRow, type TextTable, toGrid } from './text-rows';

/** A table whose every cell is a line that begins with a tab (copied out of a web page); lines without a tab continue the cell. */

type StackedCell = { line: number; text: string };
type Group = { cells: StackedCell[] };

const isBlank = (line: string) => line.trim() === '' && !line.startsWith('\t');
export const isCellStart = (line: string) => line.startsWith('\t') && !line.slice(1).includes('\t');
const NOTE = /^\s*(?:注|备注|说明|附件|附表|附注|填表|联系)/;

type Collected = { groups: Group[]; next: number };

/** The table's columns, judged by the cells between blank lines alone. */
function countColumns(lines: readonly string[], from: number): number {
  const sizes: number[] = [];
  let isApart = true;
  for (const line of lines.slice(from)) {
    if (isCellStart(line)) {
      if (isApart) sizes.push(0);
      sizes[sizes.length - 1]! += 1;
    }
    isApart = isBlank(line);
  }
  const body = sizes.length > 1 ? sizes.slice(1) : sizes;
  const common = mostFrequent(body);
  return body.length > 1 && body.filter((size) => size === common).length * 2 > body.length ? common : sizes[0]!;
}

/** Cells in the groups that blank lines make; behind a whole row a gap of two blank lines, or a note without a tab, ends the table. */
function collectCells(lines: readonly string[], from: number, columns: number): Collected {
  const groups: Group[] = [];
  const isRowWhole = () => {
    const [last = 0, before = 0] = groups
      .slice(-2)
      .reverse()
      .map((group) => group.cells.length);
    return last === columns || last + before === columns;
  };
  let blanks = 0;
  let index = from;
  for (; index < lines.length; index += 1) {
    const line = lines[index]!;
    if (isBlank(line)) {
      blanks += 1;
      continue;
    }
    const group = groups.at(-1);
    if (isCellStart(line)) {
      const cell = { line: index + 1, text: line.slice(1).trim() };
      if (group && blanks === 0) group.cells.push(cell);
      else groups.push({ cells: [cell] });
    } else {
      if (line.includes('\t') || (isRowWhole() && (blanks > 1 || (blanks > 0 && NOTE.test(line))))) break;
      group!.cells.at(-1)!.text += `${'\n'.repeat(blanks + 1)}${line.trim()}`;
    }
    blanks = 0;
  }
  return { groups, next: index - blanks };
}

function sizesOf(groups: readonly Group[]): number[] {
  return groups.map((group) => group.cells.length);
}

/** A table in the sense of this module: a header, or the same number of cells again and again; else the tabs are indents of prose. */
function isTable(groups: readonly Group[]): boolean {
  if (isHeaderLike(groups[0]!.cells.map((cell) => cell.text))) return true;
  const sizes = sizesOf(groups);
  const columns = mostFrequent(sizes);
  return columns >= 3 && sizes.filter((size) => size === columns).length >= Math.max(2, groups.length / 2);
}

class RowFinder {
  readonly rows: PrintedRow[] = [];
  private open: StackedCell[] = [];
  private readonly header: string;

  constructor(
    groups: readonly Group[],
    readonly columns: number,
  ) {
    this.header = RowFinder.words(groups[0]!.cells);
  }

  private static words(cells: readonly StackedCell[]): string {
    return cells.map((cell) => cell.text).join('\t');
  }

  private push(cells: readonly StackedCell[]): void {
    if (cells.length > 0) this.rows.push({ line: cells[0]!.line, cells: cells.map((cell) => cell.text) });
  }

  /** What stands open is no whole row: it is given as it is, and toGrid asks. */
  flush(): void {
    if (this.open.length > this.columns && this.isChunked()) {
      for (let at = 0; at < this.open.length; at += this.columns) this.push(this.open.slice(at, at + this.columns));
    } else this.push(this.open);
    this.open = [];
  }

  /** Rows without a blank line between them: whole rows in number, and a number or nothing in the same column of each. */
  private isChunked(): boolean {
    if (this.open.length % this.columns !== 0) return false;
    const starts = Array.from({ length: this.open.length / this.columns }, (_, row) => row * this.columns);
    return Array.from({ length: this.columns }, (_, column) => column).some(
      (column) =>
        starts.filter((start) => isBareNumber(this.open[start + column]!.text)).length * 2 >= starts.length &&
        starts.every(
          (start) => isBareNumber(this.open[start + column]!.text) || this.open[start + column]!.text === '',
        ),
    );
  }

  add(group: Group): void {
    const isWhole = group.cells.length === this.columns;
    const isHeader = RowFinder.words(group.cells) === this.header && isHeaderLike(group.cells.map((cell) => cell.text));
    if (isWhole || isHeader) {
      this.flush();
      this.push(group.cells);
      return;
    }
    if (this.open.length > 0 && this.open.length + group.cells.length > this.columns) this.flush();
    for (const cell of group.cells) this.open.push(cell);
    if (this.open.length >= this.columns) this.flush();
  }
}

/** Reads the table whose first cell is line `from` (index into `lines`); if the tabs are no indents. */
export function readStackedTable(lines: readonly string[], from: number, notices: SourceNotice[]): TextTable {
  const columns = countColumns(lines, from);
  const { groups, next } = collectCells(lines, from, columns);
  if (!isTable(groups)) return { rows: null, next };
  const finder = new RowFinder(groups, columns);
  for (const group of groups) finder.add(group);
  finder.flush();
  const rows = toGrid(finder.rows, finder.columns, notices);
  return { rows, next };
}
