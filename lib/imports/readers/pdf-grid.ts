import type { Segment } from './pdf-marks';

/** A cell of a ruled table: its place in the grid and on the page. */
export type GridCell = { row: number; column: number; rowSpan: number; columnSpan: number };
export type Grid = { xs: number[]; ys: number[]; cells: GridCell[]; hasGaps: boolean };

/** Lines nearer than this are one line: double borders, borders of neighbouring cells. */
const TOLERANCE = 3.5;
/** A border with holes up to this is whole: dashes, corners left open. */
const HOLE = 4;

/** A page with more crossings than this is a drawing, not a table. */
const CROSSING_LIMIT = 4_000_000;

type Line = { at: number; from: number; to: number };

/** Pieces on the same height joined into whole lines. */
function joinPieces(segments: Segment[]): Line[] {
  const sorted = [...segments].sort((a, b) => a.at - b.at || a.from - b.from);
  const lines: Line[] = [];
  let group: Line[] = [];
  const flush = () => {
    group.sort((a, b) => a.from - b.from);
    let open: Line | null = null;
    for (const piece of group) {
      if (open && piece.from <= open.to + HOLE) open.to = Math.max(open.to, piece.to);
      else {
        open = { ...piece };
        lines.push(open);
      }
    }
    group = [];
  };
  for (const segment of sorted) {
    const first = group[0];
    if (first && segment.at - first.at > 0.3) flush();
    group.push({ at: segment.at, from: segment.from, to: segment.to });
  }
  flush();
  return lines;
}

function touch(horizontal: Line, vertical: Line): boolean {
  return (
    vertical.at >= horizontal.from - TOLERANCE &&
    vertical.at <= horizontal.to + TOLERANCE &&
    horizontal.at >= vertical.from - TOLERANCE &&
    horizontal.at <= vertical.to + TOLERANCE
  );
}

/** Lines that touch each other belong to one table. */
function groupLines(horizontals: Line[], verticals: Line[]): { horizontals: Line[]; verticals: Line[] }[] {
  const parent = new Map<Line, Line>();
  const root = (line: Line): Line => {
    let top = line;
    for (let next = parent.get(top); next; next = parent.get(top)) top = next;
    if (top !== line) parent.set(line, top);
    return top;
  };
  const join = (a: Line, b: Line) => {
    const [first, second] = [root(a), root(b)];
    if (first !== second) parent.set(second, first);
  };
  for (const horizontal of horizontals) {
    for (const vertical of verticals) if (touch(horizontal, vertical)) join(horizontal, vertical);
  }
  const groups = new Map<Line, { horizontals: Line[]; verticals: Line[] }>();
  const groupOf = (line: Line) => {
    const key = root(line);
    const group = groups.get(key) ?? { horizontals: [], verticals: [] };
    groups.set(key, group);
    return group;
  };
  for (const line of horizontals) groupOf(line).horizontals.push(line);
  for (const line of verticals) groupOf(line).verticals.push(line);
  return [...groups.values()];
}

/** Numbers that lie near each other as one: their mean. */
export function clusterNumbers(values: number[], tolerance: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const clusters: number[][] = [];
  for (const value of sorted) {
    const last = clusters.at(-1);
    const start = last?.[0];
    if (last && start !== undefined && value - start <= tolerance) last.push(value);
    else clusters.push([value]);
  }
  return clusters.map((cluster) => cluster.reduce((sum, value) => sum + value, 0) / cluster.length);
}

/** Edges of the grid: where lines stand, and where the lines across end (tables are often open at both sides). */
function edgesOf(lines: Line[], across: Line[]): number[] {
  const ends = [Math.min(...across.map((line) => line.from)), Math.max(...across.map((line) => line.to))];
  const inner = clusterNumbers(
    lines.map((line) => line.at),
    TOLERANCE,
  );
  return clusterNumbers([...inner, ...ends.filter((end) => inner.every((at) => Math.abs(at - end) > TOLERANCE))], 0.1);
}

function coveredShare(lines: Line[], at: number, from: number, to: number): number {
  const pieces = lines
    .filter((line) => Math.abs(line.at - at) <= TOLERANCE)
    .map((line) => [Math.max(line.from, from), Math.min(line.to, to)] as const)
    .filter(([start, end]) => end > start)
    .sort((a, b) => a[0] - b[0]);
  let covered = 0;
  let reach = from;
  for (const [start, end] of pieces) {
    covered += Math.max(0, end - Math.max(start, reach));
    reach = Math.max(reach, end);
  }
  return covered / (to - from);
}

type Separation = 'line' | 'open' | 'part';

function separation(lines: Line[], at: number, from: number, to: number): Separation {
  const share = coveredShare(lines, at, from, to);
  if (share >= 0.75) return 'line';
  return share <= 0.25 ? 'open' : 'part';
}

/** Cells as rectangles of the grid: places without a line between them are one cell. */
function readCells(
  xs: number[],
  ys: number[],
  horizontals: Line[],
  verticals: Line[],
): { cells: GridCell[]; hasGaps: boolean } {
  const rowCount = ys.length - 1;
  const columnCount = xs.length - 1;
  let hasGaps = false;
  const isOpen = (lines: Line[], at: number, from: number, to: number) => {
    const found = separation(lines, at, from, to);
    if (found === 'part') hasGaps = true;
    return found === 'open';
  };
  const opensRight = (row: number, column: number) =>
    column + 1 < columnCount && isOpen(verticals, xs[column + 1] ?? 0, ys[row] ?? 0, ys[row + 1] ?? 0);
  const opensDown = (row: number, column: number) =>
    row + 1 < rowCount && isOpen(horizontals, ys[row + 1] ?? 0, xs[column] ?? 0, xs[column + 1] ?? 0);
  const taken = new Set<number>();
  const key = (row: number, column: number) => row * columnCount + column;
  const cells: GridCell[] = [];
  for (let row = 0; row < rowCount; row += 1) {
    for (let column = 0; column < columnCount; column += 1) {
      if (taken.has(key(row, column))) continue;
      let columnSpan = 1;
      while (opensRight(row, column + columnSpan - 1) && !taken.has(key(row, column + columnSpan))) columnSpan += 1;
      const across = Array.from({ length: columnSpan }, (_, index) => column + index);
      let rowSpan = 1;
      while (
        across.every((at) => opensDown(row + rowSpan - 1, at) && !taken.has(key(row + rowSpan, at))) &&
        across.slice(1).every((at) => opensRight(row + rowSpan, at - 1))
      ) {
        rowSpan += 1;
      }
      if (across.some((at) => opensDown(row + rowSpan - 1, at))) hasGaps = true;
      for (let down = row; down < row + rowSpan; down += 1) for (const at of across) taken.add(key(down, at));
      cells.push({ row, column, rowSpan, columnSpan });
    }
  }
  return { cells, hasGaps };
}

function toGrid(horizontals: Line[], verticals: Line[]): Grid | null {
  if (horizontals.length < 2 || verticals.length < 1) return null;
  const xs = edgesOf(verticals, horizontals);
  const ys = edgesOf(horizontals, verticals);
  if (xs.length < 3 && ys.length < 3) return null;
  if (xs.length < 2 || ys.length < 2) return null;
  return { xs, ys, ...readCells(xs, ys, horizontals, verticals) };
}

/** Ruled tables of a page from top to bottom; a frame around text (one cell) is none. */
export function findGrids(segments: Segment[]): Grid[] {
  const horizontals = joinPieces(segments.filter((segment) => segment.isHorizontal));
  const verticals = joinPieces(segments.filter((segment) => !segment.isHorizontal));
  if (horizontals.length * verticals.length > CROSSING_LIMIT) return [];
  return groupLines(horizontals, verticals)
    .flatMap((group) => toGrid(group.horizontals, group.verticals) ?? [])
    .filter((grid) => grid.cells.length > 1)
    .sort((a, b) => (a.ys[0] ?? 0) - (b.ys[0] ?? 0));
}
