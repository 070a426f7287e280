import { type GridCell, gridCellsOf, type VisibleColumns, visibleColumns } from './docx-grid';
import { pageBreaksOf } from './docx-pages';
import type { DocxState } from './docx-state';
import { switchOf } from './docx-styles';
import { readParagraph, trimLines } from './docx-text';
import { blocksOf, elementsWithin } from './docx-walk';
import type { SourceCell, SourceRow } from './source';
import { childOf, holds, type XmlElement } from './xml';

/** What one cell holds: its words, and those formatted as hidden. */
type CellText = { text: string; hidden: string; struck: SourceCell['struck'] };
type OpenCell = SourceCell & { hidden: string };
type OpenRow = Omit<SourceRow, 'cells'> & { cells: OpenCell[] };
/** The cell that a vertically merged column continues, and the last row it reaches. */
type Span = { cell: OpenCell; lastRow: number };
type Reading = { name: string; rows: OpenRow[]; spans: Map<number, Span>; columnOf: VisibleColumns; state: DocxState };

/** Rows of a table with its merged cells; `name` is how its rows are named ('表1'). Rows deleted by a tracked change are left out. */
export function readTable(table: XmlElement, name: string, state: DocxState): SourceRow[] {
  const standing = standingRows(table, name, state);
  const grid = standing.map((row) => gridCellsOf(row, name));
  const reading: Reading = { name, rows: [], spans: new Map(), columnOf: visibleColumns(table, grid, name), state };
  standing.forEach((row, index) => {
    state.countRow(name);
    readRow(row, grid[index]!, reading);
  });
  return reading.rows.map((row) => revealHiddenRow(row, state));
}

/** Rows not deleted by a tracked change; changes of rows and cells are told (by places without a page: pages are not counted yet). */
function standingRows(table: XmlElement, name: string, state: DocxState): XmlElement[] {
  const standing: XmlElement[] = [];
  for (const row of elementsWithin(table, 'w:tr')) {
    const place = `${name}第${standing.length + 1}行`;
    const properties = childOf(row, 'w:trPr');
    if (childOf(properties, 'w:del')) {
      state.notices.add('deleted', place);
      continue;
    }
    if (childOf(properties, 'w:ins')) state.notices.add('inserted', place);
    for (const cell of elementsWithin(row, 'w:tc')) {
      const changes = childOf(cell, 'w:tcPr');
      if (childOf(changes, 'w:cellIns')) state.notices.add('inserted', place);
      if (childOf(changes, 'w:cellDel')) state.notices.add('deleted', place);
    }
    standing.push(row);
  }
  return standing;
}

function readRow(element: XmlElement, cells: GridCell[], reading: Reading): void {
  const { state } = reading;
  const properties = childOf(element, 'w:trPr');
  const breaks = cells.map((cell) => pageBreaksOf(cell.element));
  const isNewPage = breaks.some((found) => found.leads);
  const firstPage = state.page;
  if (state.page !== null && isNewPage) state.page += 1;
  state.place = state.placeOf(`${reading.name}第${reading.rows.length + 1}行`);
  const row: OpenRow = { place: state.place, cells: [] };
  if (switchOf(properties, 'w:hidden')) row.isHidden = true;
  if (switchOf(properties, 'w:tblHeader')) row.isHeader = true;
  if (isNewPage || state.startsPage) row.startsPage = true;
  state.startsPage = false;
  reading.rows.push(row);
  for (const cell of cells) placeCell(cell, row, reading);
  // A row that runs over a page end holds a break in each of its cells.
  if (firstPage !== null) state.page = firstPage + Math.max(0, ...breaks.map((found) => found.count));
}

/** Puts the cell into the row, or into the merged cell that it continues. */
function placeCell({ element, start, end, joinsLeft }: GridCell, row: OpenRow, reading: Reading): void {
  const { spans, columnOf, state } = reading;
  const properties = childOf(element, 'w:tcPr');
  const merge = mergeOf(properties) ?? trackedMergeOf(properties);
  const content = merge === 'continue' && isBare(element, state) ? NOTHING : readCell(element, state);
  const column = columnOf(start);
  const before = row.cells.at(-1);
  if (joinsLeft && before) {
    before.columnSpan = columnOf(end) - before.column;
    append(before, content, state);
    return;
  }
  const columnSpan = columnOf(end) - column;
  const index = reading.rows.length - 1;
  const span = spans.get(column);
  if (merge === 'continue' && span?.lastRow === index - 1 && span.cell.columnSpan === columnSpan) {
    span.lastRow = index;
    span.cell.rowSpan += 1;
    append(span.cell, content, state);
    return;
  }
  if (merge === 'continue') state.notices.add('loose-merged-cell', state.place);
  const cell: OpenCell = { column, columnSpan, rowSpan: 1, text: content.text, hidden: content.hidden };
  if (content.struck) cell.struck = content.struck;
  row.cells.push(cell);
  if (merge) spans.set(column, { cell, lastRow: index });
}

const NOTHING: CellText = { text: '', hidden: '', struck: undefined };
const SHOWN = new Set(
  't delText sym fldChar fldSimple drawing pict object tbl altChunk commentReference footnoteReference endnoteReference'
    .split(' ')
    .map((name) => `w:${name}`),
);

/** Nothing but an empty paragraph, whose automatic number is not shown in a continued cell. */
function isBare(element: XmlElement, state: DocxState): boolean {
  if (holds(element, (inner) => SHOWN.has(inner.name) || inner.name === 'm:t')) return false;
  const isNumbered = holds(element, (inner) => inner.name === 'w:numId' && inner.attributes['w:val'] !== '0');
  if (isNumbered) state.notices.add('number-in-merged-cell', state.place);
  return true;
}

function mergeOf(properties: XmlElement | undefined): 'restart' | 'continue' | undefined {
  const merge = childOf(properties, 'w:vMerge');
  if (!merge) return undefined;
  return merge.attributes['w:val'] === 'restart' ? 'restart' : 'continue';
}

/** A merge made while changes were tracked. */
function trackedMergeOf(properties: XmlElement | undefined): 'restart' | 'continue' | undefined {
  const merged = childOf(properties, 'w:cellMerge')?.attributes['w:vMerge'];
  if (merged === undefined) return undefined;
  return merged === 'rest' ? 'restart' : 'continue';
}

/** A continued cell is not shown, so words in it are doubtful; they are kept. */
function append(cell: OpenCell, content: CellText, state: DocxState): void {
  cell.hidden = join(cell.hidden, content.hidden);
  if (content.text === '') return;
  state.notices.add('text-in-merged-cell', state.place, content.text);
  cell.struck = joinStruck(cell, content);
  cell.text = join(cell.text, content.text);
}

function joinStruck(one: SourceCell, other: CellText): SourceCell['struck'] {
  if (one.text === '') return other.struck;
  if (!one.struck && !other.struck) return undefined;
  return one.struck === 'all' && other.struck === 'all' ? 'all' : 'part';
}

function join(one: string, other: string): string {
  return one === '' ? other : other === '' ? one : `${one}\n${other}`;
}

function readCell(element: XmlElement, state: DocxState): CellText {
  const pictures = state.pictures;
  const boxes = state.textBoxes.length;
  const lines: CellText[] = [];
  for (const block of blocksOf(element)) {
    if (block.kind === 'paragraph') lines.push(readParagraph(block.elements, state));
    else if (block.kind === 'table') lines.push(readNestedTable(block.element, state));
    else state.notices.add('embedded', state.place);
  }
  const printed = lines.filter((line) => line.text.trim() !== '');
  const isAllStruck = printed.length > 0 && printed.every((line) => line.struck === 'all');
  const content: CellText = {
    text: trimLines(lines.map((line) => line.text).join('\n')),
    hidden: lines.map((line) => line.hidden).reduce(join, ''),
    struck: isAllStruck ? 'all' : printed.some((line) => line.struck) ? 'part' : undefined,
  };
  if (state.textBoxes.length > boxes) state.notices.add('text-box-in-table', state.place);
  if (state.pictures > pictures && content.text === '') state.notices.add('picture-in-cell', state.place);
  return content;
}

/** A table within a cell becomes lines of the cell, one for each of its rows. */
function readNestedTable(table: XmlElement, state: DocxState): CellText {
  const { place, page } = state;
  // The outer row's place names the page already.
  state.page = null;
  const rows = readTable(table, `${place}内层表`, state);
  state.place = place;
  state.page = page;
  state.notices.add('nested-table', place);
  const cells = rows.flatMap((row) => row.cells).filter((cell) => cell.text.trim() !== '');
  const isAllStruck = cells.length > 0 && cells.every((cell) => cell.struck === 'all');
  return {
    text: rows.map((row) => row.cells.map((cell) => cell.text).join('\t')).join('\n'),
    hidden: '',
    struck: isAllStruck ? 'all' : cells.some((cell) => cell.struck) ? 'part' : undefined,
  };
}

/** Word hides a row by hiding all of its words: such a row is given with them and marked. Hidden words elsewhere are told. */
function revealHiddenRow(row: OpenRow, state: DocxState): SourceRow {
  const hidden = row.cells.filter((cell) => cell.hidden.trim() !== '');
  const isHiddenWhole = hidden.length > 0 && row.cells.every((cell) => cell.text.trim() === '');
  for (const cell of hidden) if (!isHiddenWhole) state.notices.add('hidden-text', row.place, cell.hidden);
  const cells = row.cells.map(({ hidden: words, ...cell }) => (isHiddenWhole ? { ...cell, text: words } : cell));
  return isHiddenWhole ? { ...row, cells, isHidden: true } : { ...row, cells };
}
