import { readProperties } from './doc-file';
import { clusterNumbers } from './pdf-grid';
import type { SourceCell, SourceRow } from './source';

/** A row as the row's end mark defines it: edges in twips, one flag pair a cell. */
export type RowDefinition = {
  edges: number[];
  cells: { vertical: 'none' | 'first' | 'covered'; isCovered: boolean }[];
  isHeader: boolean;
};
export type DocCell = { text: string; struck?: 'all' | 'part' };
export type DocRow = { place: string; cells: DocCell[]; definition: RowDefinition };

/** Rows drawn by hand differ by hairs; a column is never this narrow. */
const EDGE_TOLERANCE = 60;

const VERTICAL = ['none', 'covered', 'none', 'first'] as const;

function readDefinition(operand: Uint8Array): Pick<RowDefinition, 'edges' | 'cells'> {
  const data = new DataView(operand.buffer, operand.byteOffset, operand.byteLength);
  const count = data.getUint8(2);
  const edges = Array.from({ length: count + 1 }, (_, index) => data.getInt16(3 + index * 2, true));
  const start = 3 + (count + 1) * 2;
  const cells = Array.from({ length: count }, (_, index) => {
    const at = start + index * 20;
    const flags = at + 2 <= operand.length ? data.getUint16(at, true) : 0;
    return { vertical: VERTICAL[(flags >> 5) & 3] ?? 'none', isCovered: (flags & 3) === 1 };
  });
  return { edges, cells };
}

/** The definition of a row from the properties of its end mark. */
export function readRowDefinition(list: Uint8Array): RowDefinition {
  const row: RowDefinition = { edges: [], cells: [], isHeader: false };
  for (const { code, operand } of readProperties(list)) {
    if (code === 0xd608 && operand.length > 2) Object.assign(row, readDefinition(operand));
    else if (code === 0x3404) row.isHeader = operand[0] === 1;
    else if (code === 0xd62b) {
      const cell = row.cells[operand[1] ?? 0];
      if (cell) cell.vertical = VERTICAL[(operand[2] ?? 0) & 3] ?? 'none';
    } else if (code === 0x5624) {
      for (let index = (operand[0] ?? 0) + 1; index < (operand[1] ?? 0); index += 1) {
        const cell = row.cells[index];
        if (cell) cell.isCovered = true;
      }
    } else if (code === 0x7623) changeWidths(row, operand);
  }
  return row;
}

/** sprmTDxaCol: first and end column, width. */
function changeWidths(row: RowDefinition, operand: Uint8Array) {
  const width = (operand[2] ?? 0) | ((operand[3] ?? 0) << 8);
  for (let index = operand[0] ?? 0; index < (operand[1] ?? 0); index += 1) {
    const shift = (row.edges[index] ?? 0) + width - (row.edges[index + 1] ?? 0);
    row.edges = row.edges.map((edge, at) => (at > index ? edge + shift : edge));
  }
}

function nearest(edges: number[], value: number): number {
  let best = 0;
  edges.forEach((edge, index) => {
    if (Math.abs(edge - value) < Math.abs((edges[best] ?? 0) - value)) best = index;
  });
  return best;
}

type Placed = SourceCell & { vertical: 'none' | 'first' | 'covered' };

function placeCells(row: DocRow, edges: number[]): Placed[] {
  const placed: Placed[] = [];
  row.cells.forEach((cell, index) => {
    const { definition } = row;
    const own = definition.cells[index];
    const column = nearest(edges, definition.edges[index] ?? 0);
    const end = nearest(edges, definition.edges[index + 1] ?? 0);
    const before = placed.at(-1);
    if (own?.isCovered && before) {
      before.columnSpan = Math.max(before.columnSpan, end - before.column);
      before.text = [before.text, cell.text].filter(Boolean).join('\n');
      return;
    }
    placed.push({
      column,
      columnSpan: Math.max(1, end - column),
      rowSpan: 1,
      vertical: own?.vertical ?? 'none',
      ...cell,
    });
  });
  return placed;
}

function toSourceRow(row: DocRow, cells: Placed[]): SourceRow {
  return {
    place: row.place,
    cells: cells.map(({ vertical: _, ...cell }) => cell),
    ...(row.definition.isHeader && { isHeader: true }),
  };
}

/** Rows with spans. `isSure`: every row says where its cells stand; otherwise cells are counted from the left. */
export function toSourceRows(rows: DocRow[]): { rows: SourceRow[]; isSure: boolean } {
  const isSure = rows.every((row) => row.definition.cells.length === row.cells.length && row.cells.length > 0);
  if (!isSure) return { rows: rows.map(countCells), isSure };
  const edges = clusterNumbers(
    rows.flatMap((row) => row.definition.edges),
    EDGE_TOLERANCE,
  );
  const open = new Map<number, Placed>();
  const done = rows.map((row) => {
    const own: Placed[] = [];
    const placed = placeCells(row, edges);
    for (const cell of placed) {
      const above = open.get(cell.column);
      if (cell.vertical === 'covered' && above && above.columnSpan === cell.columnSpan) {
        above.rowSpan += 1;
        above.text = [above.text, cell.text].filter(Boolean).join('\n');
        continue;
      }
      own.push(cell);
    }
    keepOpen(open, placed, own);
    return { row, own };
  });
  return { rows: done.map(({ row, own }) => toSourceRow(row, own)), isSure };
}

/** A vertical span goes on only while each row covers it. */
function keepOpen(open: Map<number, Placed>, placed: Placed[], own: Placed[]) {
  const covered = new Set(placed.filter((cell) => !own.includes(cell)).map((cell) => cell.column));
  for (const column of [...open.keys()]) if (!covered.has(column)) open.delete(column);
  for (const cell of own) if (cell.vertical === 'first') open.set(cell.column, cell);
}

function countCells(row: DocRow): SourceRow {
  const cells = row.cells.map(
    (cell, column): Placed => ({ column, columnSpan: 1, rowSpan: 1, vertical: 'none', ...cell }),
  );
  return toSourceRow(row, cells);
}
