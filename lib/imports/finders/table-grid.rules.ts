import { LIMITS, type Place, type SourceCell, type SourceRow, type SourceTable } from '@/lib/imports/readers/source';
import { AppError } from '@/lib/server/errors';
import { compactText } from '@/lib/text';

/** A table with its spans spread out: what holds at each place of the grid, and whether it is printed there. */

export type GridCell = {
  text: string;
  /** own: printed here; above: a span from a row above covers it; left: a span from the left covers it, the words stand there. */
  state: 'own' | 'above' | 'left';
  columnSpan: number;
  rowSpan: number;
  /** Row of the grid where it is printed. */
  originRow: number;
  originColumn: number;
  struck?: 'all' | 'part';
  /** The cell it stands for: one for all places that a span covers. */
  source: SourceCell;
  /** Where it is printed. */
  place: Place;
};

export type GridRow = {
  place: Place;
  /** null: the row has no cell there. */
  cells: (GridCell | null)[];
  isHidden: boolean;
  startsPage: boolean;
};

export type Grid = { columns: number; rows: GridRow[] };

export function isBlank(text: string): boolean {
  return compactText(text) === '';
}

function lastColumn(row: SourceRow): number {
  return row.cells.reduce((last, cell) => Math.max(last, cell.column + (isBlank(cell.text) ? 1 : cell.columnSpan)), 0);
}

function refuseTooLarge(table: SourceTable): void {
  const rows = table.rows.filter((row) => row.cells.some(({ text }) => !isBlank(text))).length;
  if (rows > LIMITS.rows) {
    throw new AppError('unreadable', `${table.place}有 ${rows} 行，超过上限 ${LIMITS.rows} 行。请拆分后再导入。`);
  }
  const columns = table.rows.reduce(
    (most, row) =>
      row.cells.reduce((last, cell) => (isBlank(cell.text) ? last : Math.max(last, cell.column + 1)), most),
    0,
  );
  if (columns > LIMITS.columns) {
    throw new AppError(
      'unreadable',
      `${table.place}有 ${columns} 列，超过上限 ${LIMITS.columns} 列。请删去无关的列后再导入。`,
    );
  }
}

function spread(rows: GridRow[], rowIndex: number, source: SourceRow, columns: number): void {
  for (const cell of source.cells) {
    const struck = cell.struck === undefined ? {} : { struck: cell.struck };
    const whole = {
      text: cell.text,
      columnSpan: cell.columnSpan,
      rowSpan: cell.rowSpan,
      originRow: rowIndex,
      originColumn: cell.column,
      source: cell,
      place: source.place,
      ...struck,
    };
    const bottom = Math.min(rows.length, rowIndex + cell.rowSpan);
    const right = Math.min(columns, cell.column + cell.columnSpan);
    for (let row = rowIndex; row < bottom; row += 1) {
      for (let column = cell.column; column < right; column += 1) {
        const state = column > cell.column ? 'left' : row > rowIndex ? 'above' : 'own';
        rows[row]!.cells[column] = { ...whole, state };
      }
    }
  }
}

/** Spreads a table's spans. Refuses (unreadable): more rows or columns than LIMITS. */
export function toGrid(table: SourceTable): Grid {
  refuseTooLarge(table);
  const columns = Math.min(LIMITS.columns, Math.max(0, ...table.rows.map(lastColumn)));
  const rows = table.rows.map(
    (row): GridRow => ({
      place: row.place,
      cells: Array.from({ length: columns }, () => null),
      isHidden: row.isHidden === true,
      startsPage: row.startsPage === true,
    }),
  );
  table.rows.forEach((row, index) => {
    spread(rows, index, row, columns);
  });
  return { columns, rows };
}

/** The cells printed in this row that hold words, from left to right. */
export function printedCells(row: GridRow): GridCell[] {
  return row.cells.filter((cell): cell is GridCell => cell !== null && cell.state === 'own' && !isBlank(cell.text));
}

/** Number of columns up to the last cell of the row. */
export function extent(row: GridRow): number {
  return row.cells.findLastIndex((cell) => cell !== null) + 1;
}
