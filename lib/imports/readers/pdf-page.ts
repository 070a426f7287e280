import { findGrids, type Grid, type GridCell } from './pdf-grid';
import { findGutterTables, type GutterTable } from './pdf-gutters';
import type { Glyph, PageMarks, Segment } from './pdf-marks';
import { middleOf, type TextLine, toLines } from './pdf-text';

export type PageCell = { left: number; right: number; rowSpan: number; text: string; struck?: 'all' | 'part' };
export type PageTable = {
  kind: 'table';
  page: number;
  top: number;
  bottom: number;
  /** Column edges in points, from left to right. */
  edges: number[];
  rows: PageCell[][];
  /** No ruling lines stood between the columns, or some of them were broken. */
  isReconstructed: boolean;
  hasGaps: boolean;
};
export type PageLine = {
  kind: 'line';
  page: number;
  number: number;
  top: number;
  bottom: number;
  line: TextLine;
  struck?: 'all' | 'part';
};
export type PageBlock = PageTable | PageLine;

/** A thin line through the middle of a character strikes it. */
function isStruck(glyph: Glyph, segments: Segment[]): boolean {
  const { x } = middleOf(glyph);
  return segments.some(
    (segment) =>
      segment.isHorizontal &&
      segment.from <= x &&
      segment.to >= x &&
      segment.at < glyph.baseline - glyph.size * 0.15 &&
      segment.at > glyph.baseline - glyph.size * 0.6,
  );
}

function struckOf(glyphs: Glyph[], segments: Segment[]): 'all' | 'part' | undefined {
  const inked = glyphs.filter((glyph) => glyph.text.trim());
  const count = inked.filter((glyph) => isStruck(glyph, segments)).length;
  if (count === 0) return undefined;
  return count === inked.length ? 'all' : 'part';
}

function isInside(grid: Grid, glyph: Glyph): boolean {
  const { x, y } = middleOf(glyph);
  return x >= (grid.xs[0] ?? 0) && x <= (grid.xs.at(-1) ?? 0) && y >= (grid.ys[0] ?? 0) && y <= (grid.ys.at(-1) ?? 0);
}

function indexAt(edges: number[], value: number): number {
  let index = 0;
  while (index < edges.length - 2 && value > (edges[index + 1] ?? 0)) index += 1;
  return index;
}

function toTable(page: number, grid: Grid, glyphs: Glyph[], loose: Segment[]): PageTable {
  const owner = new Map<number, GridCell>();
  const columnCount = grid.xs.length - 1;
  for (const cell of grid.cells) {
    for (let row = cell.row; row < cell.row + cell.rowSpan; row += 1) {
      for (let column = cell.column; column < cell.column + cell.columnSpan; column += 1) {
        owner.set(row * columnCount + column, cell);
      }
    }
  }
  const contents = new Map<GridCell, Glyph[]>(grid.cells.map((cell) => [cell, []]));
  for (const glyph of glyphs) {
    const { x, y } = middleOf(glyph);
    const cell = owner.get(indexAt(grid.ys, y) * columnCount + indexAt(grid.xs, x));
    if (cell) contents.get(cell)?.push(glyph);
  }
  const rows: PageCell[][] = grid.ys.slice(1).map(() => []);
  for (const [cell, own] of contents) {
    const struck = struckOf(own, loose);
    rows[cell.row]?.push({
      left: grid.xs[cell.column] ?? 0,
      right: grid.xs[cell.column + cell.columnSpan] ?? 0,
      rowSpan: cell.rowSpan,
      text: textOf(own),
      ...(struck && { struck }),
    });
  }
  return {
    kind: 'table',
    page,
    top: grid.ys[0] ?? 0,
    bottom: grid.ys.at(-1) ?? 0,
    edges: grid.xs,
    rows,
    isReconstructed: grid.hasGaps,
    hasGaps: grid.hasGaps,
  };
}

function toGutterTable(page: number, table: GutterTable, loose: Segment[]): PageTable {
  return {
    kind: 'table',
    page,
    top: table.top,
    bottom: table.bottom,
    edges: table.edges,
    rows: table.rows.map((row) =>
      row.map((glyphs, column): PageCell => {
        const struck = struckOf(glyphs, loose);
        return {
          left: table.edges[column] ?? 0,
          right: table.edges[column + 1] ?? 0,
          rowSpan: 1,
          text: textOf(glyphs),
          ...(struck && { struck }),
        };
      }),
    ),
    isReconstructed: true,
    hasGaps: false,
  };
}

function textOf(glyphs: Glyph[]): string {
  return toLines(glyphs)
    .map((line) => line.text)
    .join('\n');
}

/** The smallest table around a glyph holds it: a table within a table. */
function smallestFirst(grids: Grid[]): Grid[] {
  const area = (grid: Grid) =>
    ((grid.xs.at(-1) ?? 0) - (grid.xs[0] ?? 0)) * ((grid.ys.at(-1) ?? 0) - (grid.ys[0] ?? 0));
  return [...grids].sort((a, b) => area(a) - area(b));
}

/** Tables and lines of one page from top to bottom. Lines are numbered on the page. */
export function readPage(page: number, marks: PageMarks): PageBlock[] {
  const grids = findGrids(marks.segments);
  const order = smallestFirst(grids);
  const held = new Map<Grid, Glyph[]>(grids.map((grid) => [grid, []]));
  const free: Glyph[] = [];
  for (const glyph of marks.glyphs) {
    const grid = order.find((candidate) => isInside(candidate, glyph));
    if (grid) held.get(grid)?.push(glyph);
    else free.push(glyph);
  }
  const isBorder = (segment: Segment) =>
    segment.isHorizontal && grids.some((grid) => grid.ys.some((y) => Math.abs(y - segment.at) <= 2));
  const loose = marks.segments.filter((segment) => segment.isHorizontal && !isBorder(segment));
  const tables = grids.map((grid) => toTable(page, grid, held.get(grid) ?? [], loose));
  const gutterTables = findGutterTables(free, loose);
  const inGutters = new Set(gutterTables.flatMap((table) => table.lines.flatMap((line) => line.glyphs)));
  const lines = toLines(free.filter((glyph) => !inGutters.has(glyph))).map((line): PageBlock => {
    const struck = struckOf(line.glyphs, loose);
    return {
      kind: 'line',
      page,
      number: 0,
      top: line.baseline - line.size,
      bottom: line.baseline,
      line,
      ...(struck && { struck }),
    };
  });
  const blocks = [...tables, ...gutterTables.map((table) => toGutterTable(page, table, loose)), ...lines].sort(
    (a, b) => a.top - b.top,
  );
  let number = 0;
  for (const block of blocks) {
    if (block.kind !== 'line') continue;
    number += 1;
    block.number = number;
  }
  return blocks;
}
