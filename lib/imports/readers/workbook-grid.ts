import { AppError } from '@/lib/server/errors';
import { LIMITS, type Place, type SourceCell, type SourceNotice, type SourceRow, type SourceTable } from './source';

/** One cell of a sheet that holds text; rows and columns count from 0, both ends of a range belong to it. */
export type GridCell = { text: string; struck?: 'all' | 'part' };
export type GridRange = { top: number; left: number; bottom: number; right: number };

/** A sheet of any workbook format before it becomes a table: only cells with text are kept, however large the used range. */
export class SheetGrid {
  readonly rows = new Map<number, Map<number, GridCell>>();
  readonly merges: GridRange[] = [];
  readonly hiddenRows = new Set<number>();
  readonly hiddenColumns: { from: number; to: number }[] = [];
  readonly notices: SourceNotice[] = [];
  isHidden = false;
  hasFilter = false;
  private readonly shadowed: { row: number; column: number; text: string; range: GridRange }[] = [];

  constructor(readonly name: string) {}

  get place(): Place {
    return `工作表“${this.name}”`;
  }

  get isEmpty(): boolean {
    return this.rows.size === 0;
  }

  placeOf(row: number): Place {
    return `${this.place}第${row + 1}行`;
  }

  ask(text: string, row?: number): void {
    this.notices.push({ text, place: row === undefined ? this.place : this.placeOf(row), ask: true });
  }

  tell(text: string): void {
    this.notices.push({ text, place: this.place, ask: false });
  }

  /** Refuses: unreadable (more rows or columns with text than a document may have). */
  put(row: number, column: number, cell: GridCell): void {
    if (cell.text.trim() === '') return;
    if (column >= LIMITS.columns)
      throw new AppError(
        'unreadable',
        `${this.place}的 ${cellName(row, column)} 有内容，超过 ${LIMITS.columns} 列的上限。请只保留任务清单所在的列后再上传。`,
      );
    let cells = this.rows.get(row);
    if (!cells) {
      cells = new Map();
      this.rows.set(row, cells);
      if (this.rows.size > LIMITS.rows) throw tooManyRows(this.place);
    }
    cells.set(column, cell);
  }

  /** The table as a person sees it, without blank rows and columns behind the last text; null where there is no text at all. */
  toTable(): SourceTable | null {
    if (this.isEmpty) return null;
    const bounds = this.bounds();
    const covered = this.coverage(bounds);
    const rows: SourceRow[] = [];
    for (let row = bounds.top; row <= bounds.bottom; row++) {
      const cells: SourceCell[] = [];
      for (let column = 0; column <= bounds.right; column++) this.addCell(cells, row, column, covered);
      rows.push({ place: this.placeOf(row), cells, ...(this.hiddenRows.has(row) && { isHidden: true }) });
    }
    this.reportShadowed();
    this.reportHidden(bounds);
    return {
      kind: 'table',
      place: this.place,
      name: this.name,
      ...(this.isHidden && { isHidden: true }),
      rows,
    };
  }

  private bounds(): GridRange {
    let top = Number.POSITIVE_INFINITY;
    let bottom = 0;
    let right = 0;
    for (const [row, cells] of this.rows) {
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
      for (const column of cells.keys()) right = Math.max(right, column);
    }
    if (bottom - top >= LIMITS.rows) throw tooManyRows(this.place);
    return { top, left: 0, bottom, right };
  }

  /** For each covered position the range that covers it; a range that overlaps an earlier one is left out. */
  private coverage(bounds: GridRange): Map<number, GridRange> {
    const covered = new Map<number, GridRange>();
    for (const merge of this.merges) {
      const range = {
        top: Math.max(merge.top, bounds.top),
        left: merge.left,
        bottom: Math.min(merge.bottom, bounds.bottom),
        right: Math.min(merge.right, bounds.right),
      };
      if (range.top > range.bottom || range.left > range.right) continue;
      if (range.top === range.bottom && range.left === range.right) continue;
      if (this.isTaken(range, covered)) {
        this.ask(`合并单元格 ${rangeName(merge)} 与另一处重叠，按未合并读取，请对照原表核对。`, merge.top);
        continue;
      }
      this.cover(range, covered);
    }
    return covered;
  }

  private isTaken(range: GridRange, covered: Map<number, GridRange>): boolean {
    for (let row = range.top; row <= range.bottom; row++)
      for (let column = range.left; column <= range.right; column++)
        if (covered.has(positionOf(row, column))) return true;
    return false;
  }

  private cover(range: GridRange, covered: Map<number, GridRange>): void {
    const shown = this.rows.get(range.top)?.get(range.left)?.text;
    for (let row = range.top; row <= range.bottom; row++)
      for (let column = range.left; column <= range.right; column++) {
        covered.set(positionOf(row, column), range);
        const text = this.rows.get(row)?.get(column)?.text;
        if (text !== undefined && text !== shown) this.shadowed.push({ row, column, text, range });
      }
  }

  private addCell(cells: SourceCell[], row: number, column: number, covered: Map<number, GridRange>): void {
    const range = covered.get(positionOf(row, column));
    if (range && (range.top !== row || range.left !== column)) return;
    const cell = this.rows.get(row)?.get(column);
    cells.push({
      column,
      columnSpan: range ? range.right - range.left + 1 : 1,
      rowSpan: range ? range.bottom - range.top + 1 : 1,
      text: cell?.text ?? '',
      ...(cell?.struck && { struck: cell.struck }),
    });
  }

  /** A merged range shows its first cell only; programs that write workbooks sometimes leave others beneath. */
  private reportShadowed(): void {
    for (const { row, column, text, range } of this.shadowed)
      this.ask(
        `合并单元格 ${rangeName(range)} 下面的 ${cellName(row, column)} 另有看不见的文字“${text}”，没有读入，请确认是否需要。`,
        row,
      );
  }

  private reportHidden({ top, bottom, right }: GridRange): void {
    const columns = new Set<number>();
    for (const { from, to } of this.hiddenColumns)
      for (let column = from; column <= Math.min(to, right); column++) columns.add(column);
    const held = [...columns].filter((column) => [...this.rows.values()].some((cells) => cells.has(column)));
    if (held.length > 0)
      this.ask(`隐藏的列 ${held.map(columnName).join('、')} 有内容，已一并读入，请确认是否属于清单。`);
    const hidden = [...this.hiddenRows].filter((row) => row >= top && row <= bottom).length;
    if (this.hasFilter && hidden > 0) this.tell(`设有筛选，被筛去而隐藏的 ${hidden} 行也已读入。`);
    if (this.isHidden) this.ask('这是隐藏的工作表，请确认其中的内容是否属于清单。');
  }
}

export function tooManyRows(place: Place): AppError {
  return new AppError(
    'unreadable',
    `${place}的内容超过 ${LIMITS.rows.toLocaleString('en')} 行的上限。请只保留任务清单，删去无关的行后再上传。`,
  );
}

/** Wider than any sheet, so that each position has its own number. */
function positionOf(row: number, column: number): number {
  return row * 16_384 + column;
}

/** 0 → 'A', 26 → 'AA'. */
function columnName(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : columnName(Math.floor(column / 26) - 1) + last;
}

/** (4, 2) → 'C5'. */
export function cellName(row: number, column: number): string {
  return `${columnName(column)}${row + 1}`;
}

function rangeName({ top, left, bottom, right }: GridRange): string {
  return `${cellName(top, left)}:${cellName(bottom, right)}`;
}

/** 'C5' or '$C$5' → its place from 0; null where it is no cell. */
export function parseCellName(name: string): { row: number; column: number } | null {
  const match = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/i.exec(name.trim());
  if (!match) return null;
  let column = 0;
  for (const letter of match[1]!.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return { row: Number(match[2]) - 1, column: column - 1 };
}

/** 'A1:C3' or 'A1' → its range; null where it is none. */
export function parseRangeName(name: string): GridRange | null {
  const [from, to] = name.split(':').map(parseCellName);
  if (!from || (name.includes(':') && !to)) return null;
  const end = to ?? from;
  return {
    top: Math.min(from.row, end.row),
    left: Math.min(from.column, end.column),
    bottom: Math.max(from.row, end.row),
    right: Math.max(from.column, end.column),
  };
}

/** Runs of one cell, each with its own strike, as one text. */
export function joinRuns(runs: { text: string; isStruck: boolean }[]): GridCell {
  const text = runs.map((run) => run.text).join('');
  const printed = runs.filter((run) => run.text.trim() !== '');
  const struck = printed.filter((run) => run.isStruck).length;
  if (struck === 0) return { text };
  return { text, struck: struck === printed.length ? 'all' : 'part' };
}
