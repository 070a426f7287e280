import { AppError } from '@/lib/server/errors';
import { attributeOf, type HtmlElement, isElement } from './html-style';
import { LIMITS } from './source';

export type TableRow = { element: HtmlElement; isHeader: boolean; cells: PlacedCell[]; isCovered: boolean };
export type PlacedCell = { element: HtmlElement; column: number; columnSpan: number; rowSpan: number };
export type TableGrid = { rows: TableRow[]; overlaps: number[] };

type Section = { rows: HtmlElement[]; isHeader: boolean };

/** Rows of a table itself, not of tables within; the foot comes last, as it is shown. */
export function sectionsOf(table: HtmlElement): Section[] {
  const sections: Section[] = [];
  const feet: Section[] = [];
  for (const child of table.childNodes) {
    if (!isElement(child)) continue;
    if (child.tagName === 'tr') sections.push({ rows: [child], isHeader: false });
    if (child.tagName !== 'thead' && child.tagName !== 'tbody' && child.tagName !== 'tfoot') continue;
    const rows = child.childNodes.filter((node): node is HtmlElement => isElement(node) && node.tagName === 'tr');
    (child.tagName === 'tfoot' ? feet : sections).push({ rows, isHeader: child.tagName === 'thead' });
  }
  return [...sections, ...feet];
}

export function cellsOf(row: HtmlElement): HtmlElement[] {
  return row.childNodes.filter(
    (node): node is HtmlElement => isElement(node) && (node.tagName === 'td' || node.tagName === 'th'),
  );
}

/**
 * Places the shown cells as a browser does: a span ends with its part of the table and, where it would run over another, before it
 * (`overlaps`: indexes of such rows). Refuses: unreadable (more rows or columns than LIMITS).
 */
export function placeCells(table: HtmlElement, name: string, isShown: (cell: HtmlElement) => boolean): TableGrid {
  const sections = sectionsOf(table);
  const count = sections.reduce((sum, section) => sum + section.rows.length, 0);
  if (count > LIMITS.rows)
    throw new AppError(
      'unreadable',
      `${name}有 ${count.toLocaleString('en')} 行，超过 ${LIMITS.rows.toLocaleString('en')} 行的上限。请只保留任务清单后再上传。`,
    );
  const grid: TableGrid = { rows: [], overlaps: [] };
  const marksHeader = sections.some((section) => !section.isHeader && section.rows.length > 0);
  for (const section of sections) placeSection(section, marksHeader, grid, name, isShown);
  clipWidths(grid);
  return grid;
}

function placeSection(
  section: Section,
  marksHeader: boolean,
  grid: TableGrid,
  name: string,
  isShown: (cell: HtmlElement) => boolean,
): void {
  /** For each column the number of rows, this one included, that a cell above still covers. */
  const taken: number[] = [];
  section.rows.forEach((element, index) => {
    const left = section.rows.length - index;
    const isCovered = taken.some((rows) => rows > 0);
    const started: PlacedCell[] = [];
    let column = 0;
    for (const cell of cellsOf(element).filter(isShown)) {
      while (
        (taken[column] ?? 0) > 0 ||
        started.some((one) => column >= one.column && column < one.column + one.columnSpan)
      )
        column++;
      if (column >= LIMITS.columns)
        throw new AppError('unreadable', `${name}超过 ${LIMITS.columns} 列的上限。请只保留任务清单所在的列后再上传。`);
      const wanted = spanOf(cell, 'colspan') || 1;
      let columnSpan = 1;
      while (columnSpan < wanted && !(taken[column + columnSpan]! > 0)) columnSpan++;
      if (columnSpan < wanted) grid.overlaps.push(grid.rows.length);
      const rowSpan = Math.min(spanOf(cell, 'rowspan') || left, left);
      started.push({ element: cell, column, columnSpan, rowSpan });
      column += columnSpan;
    }
    for (let at = 0; at < taken.length; at++) if (taken[at]! > 0) taken[at]!--;
    for (const cell of started)
      for (let at = cell.column; at < cell.column + cell.columnSpan; at++) taken[at] = cell.rowSpan - 1;
    grid.rows.push({ element, isHeader: section.isHeader && marksHeader, cells: started, isCovered });
  });
}

/** As browsers bound it; 0 of a rowspan means to the end. */
function spanOf(cell: HtmlElement, name: 'colspan' | 'rowspan'): number {
  const value = Number.parseInt(attributeOf(cell, name) ?? '1', 10);
  if (Number.isNaN(value) || value < 0) return 1;
  return Math.min(value, name === 'colspan' ? LIMITS.columns : LIMITS.rows);
}

/** A title is often given more columns than there are: the table is as wide as the cells that begin in it. */
function clipWidths(grid: TableGrid): void {
  let width = 1;
  for (const { cells } of grid.rows) for (const cell of cells) width = Math.max(width, cell.column + 1);
  for (const { cells } of grid.rows)
    for (const cell of cells) cell.columnSpan = Math.min(cell.columnSpan, width - cell.column);
}
