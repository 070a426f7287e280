import type { Place } from '@/lib/imports/readers/source';
import { compactText, halfWidthBrackets } from '@/lib/text';
import { headingRank, type Mark, ranksAbove, readNumber } from './numbering.rules';
import type { ListField } from './raw-list';
import { type GridCell, type GridRow, isBlank, printedCells } from './table-grid.rules';
import type { BodyColumn } from './table-header.rules';

/** The lines of a list's body and what can be seen of them before any row is read. */

export type Line = {
  row: GridRow;
  columns: BodyColumn[];
  /** Number of columns of its table. */
  width: number;
  /** A page or a table begins here: the row may be the rest of the one before. */
  afterBreak: boolean;
  /** The rows were told apart by a weak sign: a line of a cell may stand as a row of its own. */
  isLoose: boolean;
  /** A heading printed as a paragraph above the table that begins here. */
  headingBefore: { text: string; place: Place } | null;
};

export type PrintedCell = GridCell & { state: 'own' };
export type CoveredCell = GridCell & { state: 'above' };
export const FINISHED = /[。；;！!？?][”"』）)]*$/;
export const SAME_AS_ABOVE = /^(?:同上|同前|同上一?行|同上一项|〃+|″+|["“”]{1,2}|''|〞|々|”)[。.]?$/;
/** Letters of the longest title; a longer text is a task. */
export const LONGEST_SECTION = 60;

export function sameWords(a: string, b: string): boolean {
  const plain = (text: string) => halfWidthBrackets(compactText(text)).replace(/[。．.、,，]/g, '');
  return plain(a) === plain(b);
}

export function columnOf(line: Line, field: ListField): number {
  return line.columns.findIndex((column) => column.field === field);
}

export function cellAt(line: Line, field: ListField): GridCell | null {
  const column = columnOf(line, field);
  return column < 0 ? null : (line.row.cells[column] ?? null);
}

export function isPrinted(cell: GridCell | null): cell is PrintedCell {
  return cell !== null && cell.state === 'own' && !isBlank(cell.text);
}

export function isCovered(cell: GridCell | null): cell is CoveredCell {
  return cell !== null && cell.state === 'above' && !isBlank(cell.text);
}

/** One cell over a heading's column and the text's: no heading of its own. */
export function reachesText(line: Line, cell: GridCell): boolean {
  const text = columnOf(line, 'text');
  return cell.state === 'own' && cell.originColumn < text && cell.originColumn + cell.columnSpan > text;
}

/** Facts about the whole body that tell what a single row cannot. */
export type Body = {
  filled: ReadonlySet<string>;
  /** Mark of the section headings and of those below them in a column or in rows of their own. */
  columnMarks: Marks;
  rowMarks: Marks;
  measureMarks: Marks;
  /** Mark of the numbers at the head of most texts that have units or dates beside them. */
  textMark: Mark | null;
  /** Most texts end with a full stop: one that does not is cut off. */
  hasFullStops: boolean;
};
export type Marks = { top: Mark | null; low: Mark | null };

function marksOf(texts: string[]): Marks {
  const marks = texts.flatMap((text) => headingRank(text)?.mark ?? []);
  if (marks.length * 2 < texts.length) return { top: null, low: null };
  const sorted = [...new Set(marks)].sort((a, b) => (ranksAbove(a, b) ? -1 : 1));
  return { top: sorted[0] ?? null, low: sorted[1] ?? null };
}

export function bodyOf(lines: Line[]): Body {
  const filled = new Set<string>();
  const texts: string[] = [];
  const taskTexts: string[] = [];
  const columnHeadings: string[] = [];
  const rowHeadings: string[] = [];
  const measures: string[] = [];
  for (const line of lines) {
    line.columns.forEach((column, index) => {
      const cell = line.row.cells[index] ?? null;
      if (!isPrinted(cell)) return;
      if (cell.columnSpan >= Math.max(2, line.width - 1)) return;
      filled.add(column.field ?? column.key!);
      if (column.field === 'text') texts.push(cell.text);
      if (column.field === 'text' && !isAlone(line)) taskTexts.push(cell.text);
      if (column.field === 'measure') measures.push(cell.text);
      if (column.field === 'section') columnHeadings.push(...headingLines(cell.text));
    });
    const alone = isAlone(line) ? printedCells(line.row)[0]!.text : null;
    if (isTitledNumber(line, printedCells(line.row))) rowHeadings.push('一、标题');
    if (alone !== null && headingRank(alone) && alone.length <= LONGEST_SECTION) rowHeadings.push(alone);
  }
  return {
    filled,
    columnMarks: marksOf(columnHeadings),
    rowMarks: marksOf(rowHeadings),
    measureMarks: marksOf(measures),
    textMark: marksOf(taskTexts).top,
    hasFullStops: texts.filter((text) => FINISHED.test(text.trim())).length >= texts.length * 0.6,
  };
}

/** One printed cell, and nothing from above that would make it part of a task. */
export function isAlone(line: Line): boolean {
  if (printedCells(line.row).length !== 1) return false;
  return !line.row.cells.some((cell, index) => {
    const field = line.columns[index]?.field;
    return isCovered(cell) && field !== 'section' && field !== 'measure' && field !== 'group' && field !== 'indicator1';
  });
}

/** 一 | 优化政务环境 | | |: a Chinese number in the number column and a title, nothing else. */
export function isTitledNumber(line: Line, printed: GridCell[]): boolean {
  if (printed.length !== 2) return false;
  const [number, title] = printed as [GridCell, GridCell];
  if (line.columns[number.originColumn]?.field !== 'seq' || /\d/.test(number.text) || readNumber(number.text) === null)
    return false;
  const field = line.columns[title.originColumn]?.field;
  return field === 'text' || field === 'section' || field === 'measure';
}

/** '（一）推进…\n1.持续…' → its headings, each with the lines that go on with it. */
export function headingLines(text: string): string[] {
  const pieces: string[] = [];
  for (const line of text.split('\n')) {
    if (pieces.length === 0 || (headingRank(line) && headingRank(pieces[0]!))) pieces.push(line);
    else pieces[pieces.length - 1] += `\n${line}`;
  }
  return pieces;
}

/** Rows of titles stand above a column of headings: the column holds the measures. */
export function hasSectionsAbove(lines: Line[], { rowMarks, columnMarks }: Body): boolean {
  const has = (field: ListField) => lines.some((line) => columnOf(line, field) >= 0);
  if (rowMarks.top === null || !has('section') || has('measure') || columnMarks.low !== null) return false;
  return columnMarks.top === null || ranksAbove(rowMarks.top, columnMarks.top);
}
