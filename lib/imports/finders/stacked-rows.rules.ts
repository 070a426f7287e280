import type { SourceContent, SourceParagraph, SourceRow, SourceTable } from '@/lib/imports/readers/source';
import { compactText } from '@/lib/text';
import { headingRank, readNumber } from './numbering.rules';
import type { ListCandidate } from './raw-list';
import { kindOf, LEVELS } from './table-words.rules';
import { findTables } from './tables.rules';

/**
 * Tables whose cells stand one per line and of which no cell is missing: every row has as many lines as the header, an empty line where a
 * cell is blank or merged. The running numbers prove it; where they do not, nothing is found.
 */

type Cell = { block: number; paragraph: SourceParagraph };
type Header = { from: number; width: number; seq: number; text: number; points: number; deadline: number };
/** A heading over the whole width has a single cell. */
type Row = Cell[];

const MOST_COLUMNS = 16;
const LEAST_COLUMNS = 4;
/** Columns with words that no list is known to have. */
const MOST_UNKNOWN = 2;
const LEAST_ROWS = 2;
const LONGEST_HEADING = 60;

const wordsOf = (cell: Cell | undefined): string => compactText(cell?.paragraph.text ?? '');
const isEmpty = (cell: Cell | undefined): boolean => wordsOf(cell) === '';
const numberIn = (cell: Cell | undefined): number | null => (isEmpty(cell) ? null : readNumber(wordsOf(cell)));

/** Headers of each width that may begin at this line; the first row's number, 1 or the next one, stands right behind. */
function headersAt(cells: readonly Cell[], from: number, last: number): Header[] {
  if (kindOf(wordsOf(cells[from])) === null) return [];
  const found: Header[] = [];
  for (let width = LEAST_COLUMNS; width <= MOST_COLUMNS && from + 2 * width <= cells.length + 1; width += 1) {
    const header = cells.slice(from, from + width);
    if (header.some(isEmpty)) break;
    const kinds = header.map((cell) => kindOf(wordsOf(cell)));
    const seq = kinds.indexOf('seq');
    const text = kinds.findLastIndex((kind) => kind !== null && (LEVELS[kind] ?? 0) > 1);
    const isKnown = kinds.filter((kind) => kind === null).length <= MOST_UNKNOWN;
    const body = from + width + (isHeading(cells[from + width]) && seq === 0 ? 1 : 0);
    const number = numberIn(cells[body + seq]);
    if (seq >= 0 && text >= 0 && isKnown && (number === 1 || number === last + 1))
      found.push({ from, width, seq, text, points: kinds.indexOf('points'), deadline: kinds.indexOf('deadline') });
  }
  return found;
}

function isHeading(cell: Cell | undefined): boolean {
  const words = wordsOf(cell);
  return headingRank(words) !== null && numberIn(cell) === null && words.length <= LONGEST_HEADING;
}

const LONGEST_GAP = 3;
/** Something of a date or of 长期推进; not a page number and not a unit. */
const DATE = /[年月日季周底]|长期|持续|常态|立即|及时|即时|全年|每|\d[.\-/]\d|前$|后$|时限|节点|待定/;

/** The rows under a header; null where one of them has not the header's width. */
function readRows(
  cells: readonly Cell[],
  { from, width, seq, text, points, deadline }: Header,
  before: number,
): Row[] | null {
  const rows: Row[] = [];
  let at = from + width;
  let last = 0;
  const isNext = (number: number | null) =>
    number !== null &&
    (rows.length === 0 ? number === 1 || number === before + 1 : number >= last && number <= last + LONGEST_GAP);
  const isRow = (row: readonly Cell[]) =>
    !isEmpty(row[text]) && (isNext(numberIn(row[seq])) || (isEmpty(row[seq]) && last > 0));
  for (;;) {
    const row = cells.slice(at, at + width);
    const goesOn = row.length > text && isRow(row);
    if (!goesOn && isHeading(cells[at]) && (numberIn(cells[at + 1 + seq]) === last + 1 || rows.length === 0)) {
      rows.push([cells[at]!]);
      at += 1;
      continue;
    }
    if (!goesOn) break;
    // A cell is missing where the next number stands within a row.
    last = numberIn(row[seq]) ?? last;
    if (row.some((cell, index) => index !== seq && index !== points && numberIn(cell) === last + 1)) return null;
    if (deadline >= 0 && !isEmpty(row[deadline]) && !DATE.test(wordsOf(row[deadline]))) return null;
    // So it is where a header that is printed again is reached within a row, or the end of a text that leaves no blank line.
    if (row.some((cell) => kindOf(wordsOf(cell)) === 'seq')) return null;
    if (row.length < width && !cells.some(isEmpty)) return null;
    rows.push(row);
    at += width;
  }
  return rows.filter((row) => row.length > 1).length < LEAST_ROWS ? null : rows;
}

function toTable(rows: readonly Row[], width: number): SourceTable {
  return {
    kind: 'table',
    place: rows[0]![0]!.paragraph.place,
    name: null,
    rows: rows.map(
      (cells): SourceRow => ({
        place: cells[0]!.paragraph.place,
        cells: cells.map(({ paragraph }, column) => ({
          column,
          columnSpan: cells.length === 1 ? width : 1,
          rowSpan: 1,
          text: paragraph.text.trim(),
        })),
      }),
    ),
  };
}

type Found = { table: SourceTable; cells: Cell[]; last: number };

function findStacks(cells: readonly Cell[]): Found[] {
  const found: Found[] = [];
  let from = 0;
  while (from < cells.length) {
    const last = found.at(-1)?.last ?? 0;
    const stack = stackAt(cells, from, last);
    if (stack) found.push(stack);
    from += stack?.cells.length ?? 1;
  }
  return found;
}

function stackAt(cells: readonly Cell[], from: number, before: number): Found | null {
  for (const header of headersAt(cells, from, before)) {
    const rows = readRows(cells, header, before);
    if (!rows) continue;
    const whole = [cells.slice(from, from + header.width), ...rows];
    const last = rows.findLast((row) => numberIn(row[header.seq]) !== null && row.length > 1);
    return { table: toTable(whole, header.width), cells: whole.flat(), last: numberIn(last?.[header.seq]) ?? 0 };
  }
  return null;
}

/** Lines behind the tables that go on counting: a row of them was not read. */
function isCut(cells: readonly Cell[], stacks: readonly Found[]): boolean {
  const taken = new Set(stacks.flatMap((stack) => stack.cells));
  const { last } = stacks.at(-1)!;
  const end = cells.indexOf(stacks.at(-1)!.cells.at(-1)!);
  return cells.slice(end).some((cell) => !taken.has(cell) && numberIn(cell) === last + 1);
}

/** The document with its stacks as tables, each where its first line stood; `origins`: the blocks that each block was. */
function withTables(content: SourceContent, stacks: readonly Found[]): { content: SourceContent; origins: number[][] } {
  const starts = new Map(stacks.map((stack) => [stack.cells[0]!.block, stack]));
  const taken = new Set(stacks.flatMap((stack) => stack.cells.map(({ block }) => block)));
  const blocks: SourceContent['blocks'] = [];
  const origins: number[][] = [];
  content.blocks.forEach((block, index) => {
    const stack = starts.get(index);
    if (!stack && taken.has(index)) return;
    blocks.push(stack?.table ?? block);
    origins.push(stack ? stack.cells.map((cell) => cell.block) : [index]);
  });
  return { content: { ...content, blocks }, origins };
}

function findAmong(cells: readonly Cell[], content: SourceContent): ListCandidate[] {
  const stacks = findStacks(cells);
  if (stacks.length === 0 || isCut(cells, stacks)) return [];
  const { content: changed, origins } = withTables(content, stacks);
  return findTables(changed).map((found) => ({
    ...found,
    words: `逐格分行的文字（${found.list.rows.length} 行）`,
    blocks: found.blocks.flatMap((block) => origins[block]!),
  }));
}

/** The lists of such tables, blank cells as empty lines or none of them blank; none where a single line is missing. */
export function findStackedRows(content: SourceContent): ListCandidate[] {
  if (content.blocks.some(({ kind }) => kind === 'table')) return [];
  const cells = content.blocks.flatMap((paragraph, block): Cell[] =>
    paragraph.kind === 'table' || paragraph.aside ? [] : [{ block, paragraph }],
  );
  const filled = cells.filter((cell) => !isEmpty(cell));
  const found = findAmong(cells, content);
  return found.length > 0 || filled.length === cells.length ? found : findAmong(filled, content);
}
