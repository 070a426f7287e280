import { AppError } from '@/lib/server/errors';
import { settingOf } from './docx-styles';
import { elementsWithin } from './docx-walk';
import { LIMITS } from './source';
import { childOf, childrenOf, type XmlElement } from './xml';

/** A cell between two lines of Word's own grid, which has more columns than a person sees. */
export type GridCell = { element: XmlElement; start: number; end: number; joinsLeft: boolean };

/** The column (from 0) that begins at a line of Word's grid. */
export type VisibleColumns = (line: number) => number;

/** Wider than any table: a damaged span must not count to a thousand million. */
const WIDEST = 1_000;
/** About 1.5 mm, in twentieths of a point: lines so near each other are one line that was not drawn exactly. */
const SLIVER = 85;

/** The cells of a row of `table` ('表1'), without those that a tracked change deleted. Throws unreadable for spans beyond reason. */
export function gridCellsOf(row: XmlElement, table: string): GridCell[] {
  let line = lineOf(settingOf(childOf(row, 'w:trPr'), 'w:gridBefore'), 0, table);
  return elementsWithin(row, 'w:tc').flatMap((element, index) => {
    const properties = childOf(element, 'w:tcPr');
    if (childOf(properties, 'w:cellDel')) return [];
    const start = line;
    line += lineOf(settingOf(properties, 'w:gridSpan'), 1, table);
    if (line > WIDEST) refuseWidth(table);
    const merge = childOf(properties, 'w:hMerge');
    return [
      {
        element,
        start,
        end: line,
        joinsLeft: index > 0 && merge !== undefined && merge.attributes['w:val'] !== 'restart',
      },
    ];
  });
}

function lineOf(printed: string | undefined, least: number, table: string): number {
  const number = Number(printed ?? least);
  return Number.isFinite(number) ? Math.max(Math.trunc(number), least) : refuseWidth(table);
}

/** Only lines at which a cell begins or ends make a column, and lines that all but touch make one. Throws unreadable beyond LIMITS. */
export function visibleColumns(table: XmlElement, rows: GridCell[][], name: string): VisibleColumns {
  const cells = rows.flat();
  const lines = new Set([0]);
  for (const row of rows) {
    row.forEach((cell, index) => {
      if (!cell.joinsLeft) lines.add(cell.start);
      if (!row[index + 1]?.joinsLeft) lines.add(cell.end);
    });
  }
  const ordered = [...lines].sort((one, other) => one - other);
  const position = positionsOf(table);
  const nearestEnd = new Map<number, number>();
  for (const { start, end } of cells) nearestEnd.set(start, Math.min(end, nearestEnd.get(start) ?? end));
  const columns = new Map<number, number>();
  let group: number[] = [];
  let column = -1;
  for (const line of ordered) {
    const isSame =
      position(line) - position(group[0] ?? line) <= SLIVER &&
      group.length > 0 &&
      // A cell, however narrow, is never lost.
      group.every((start) => (nearestEnd.get(start) ?? Number.POSITIVE_INFINITY) > line);
    if (isSame) group.push(line);
    else {
      group = [line];
      column += 1;
    }
    columns.set(line, column);
  }
  if (column > LIMITS.columns) refuseWidth(name);
  return (line) => columns.get(line) ?? 0;
}

/** Distance of a line from the left edge; not a number where the file does not say. */
function positionsOf(table: XmlElement): (line: number) => number {
  const widths = childrenOf(childOf(table, 'w:tblGrid'), 'w:gridCol').map((one) =>
    Number(one.attributes['w:w'] ?? 'none'),
  );
  const isDrawn = widths.some((width) => width > SLIVER);
  const positions = [0];
  for (const width of isDrawn ? widths : []) positions.push(positions.at(-1)! + width);
  return (line) => positions[line] ?? Number.NaN;
}

function refuseWidth(table: string): never {
  throw new AppError(
    'unreadable',
    `${table}超过 ${LIMITS.columns} 列，没有读入。请删去与清单无关的列，或拆成几个表格后再上传。`,
  );
}
