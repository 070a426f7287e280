import { AppError } from '@/lib/server/errors';
import { LIMITS, type SourceCell, type SourceNotice, type SourceRow } from './source';

/** What the two forms of a text table (rows of tabs, cells of tabs) share. */

export type PrintedRow = { line: number; cells: string[] };
/** `next`: the first line behind it; `rows` null: these lines have tabs, but are no table. */
export type TextTable = { rows: SourceRow[] | null; next: number };

const NUMBER = /^[（(]?\s*\d{1,4}\s*[)）]?[.．、]?$/;
const HEADING =
  /^(?:[（(][一二三四五六七八九十百]+[)）]|[一二三四五六七八九十百]+、|第[一二三四五六七八九十百\d]+[章节部篇类])/;
const HEADER_WORD =
  /^(?:序号|编号|.{0,6}(?:任务|措施|举措|内容|事项|指标|领域|类别)(?:[（(].*[)）])?|.{0,4}(?:单位|部门|科室|处室|领导|责任人|专项组)|.{0,4}(?:时限|时间|期限|节点|日期)|分值|备注|计分方法)$/;

export function placeOfLine(line: number): string {
  return `第${line}行`;
}

export function isBareNumber(text: string): boolean {
  return NUMBER.test(text.trim());
}

export function isHeadingLine(text: string): boolean {
  return HEADING.test(text.trim());
}

/** Two or more of the cells are words that stand at the head of a column. */
export function isHeaderLike(cells: readonly string[]): boolean {
  return cells.filter((cell) => HEADER_WORD.test(cell.replace(/\s+/gu, ''))).length >= 2;
}

/** The number that occurs most often, the larger one of two; 0 where there is none. */
export function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].reduce(
    (best, next) => (next[1] > best[1] || (next[1] === best[1] && next[0] > best[0]) ? next : best),
    [0, 0],
  )[0];
}

/** The column that holds bare numbers in most rows; -1 where none does in at least half of them. */
function numberColumn(rows: readonly PrintedRow[], columns: number): number {
  const full = rows.filter((row) => row.cells.length === columns);
  const counts = Array.from(
    { length: columns },
    (_, column) => full.filter((row) => isBareNumber(row.cells[column]!)).length,
  );
  const best = Math.max(0, ...counts);
  return best * 2 >= full.length && best > 0 ? counts.indexOf(best) : -1;
}

function plainCells(cells: readonly string[]): SourceCell[] {
  return cells.map((text, column) => ({ column, columnSpan: 1, rowSpan: 1, text }));
}

/**
 * A header with fewer cells than the rows below it: one of its cells stands over several columns. Only the numbers tell where: what stands
 * before 序号 covers the columns before the numbers.
 */
function spreadHeader(cells: readonly string[], columns: number, numbers: number): SourceCell[] | null {
  const own = cells.findIndex((cell) => /^(?:序号|编号)$/.test(cell.replace(/\s+/gu, '')));
  const isProved = own === 1 && numbers > 1 && columns - numbers === cells.length - own;
  if (!isProved) return null;
  return plainCells(cells).map((cell, index) =>
    index === 0 ? { ...cell, columnSpan: numbers } : { ...cell, column: cell.column + numbers - 1 },
  );
}

/** Judged before rows are filled up to the width of the widest. */
function judgeSize(rows: readonly PrintedRow[], columns: number): void {
  const refuse = (words: string) => {
    const place = placeOfLine(rows[0]?.line ?? 1);
    throw new AppError('unreadable', `${place}起的表格有 ${words}的上限。请只保留清单所在的表格后再导入。`);
  };
  const number = (count: number) => count.toLocaleString('en');
  if (columns > LIMITS.columns) refuse(`${number(columns)} 列，超过 ${LIMITS.columns} 列`);
  if (rows.length > LIMITS.rows) refuse(`${number(rows.length)} 行，超过 ${number(LIMITS.rows)} 行`);
}

/**
 * Rows as cells of one grid; where a row has another number of cells than the table has columns, a person is asked. Refuses: unreadable
 * (more rows or columns than LIMITS).
 */
export function toGrid(rows: readonly PrintedRow[], columns: number, notices: SourceNotice[]): SourceRow[] {
  judgeSize(rows, columns);
  const numbers = numberColumn(rows, columns);
  return rows.map((row) => {
    const place = placeOfLine(row.line);
    if (row.cells.length === 1 && columns > 1 && isHeadingLine(row.cells[0]!)) {
      return { place, cells: [{ column: 0, columnSpan: columns, rowSpan: 1, text: row.cells[0]! }] };
    }
    if (row.cells.length === columns) return { place, cells: plainCells(row.cells) };
    const header =
      row.cells.length < columns && isHeaderLike(row.cells) ? spreadHeader(row.cells, columns, numbers) : null;
    if (header) return { place, cells: header };
    notices.push({
      text: `${place}起的一行有${row.cells.length}格，而表格有${columns}列，各格所属的栏可能有误，请核对`,
      place,
      ask: true,
    });
    const padding = Array.from({ length: Math.max(columns - row.cells.length, 0) }, () => '');
    return { place, cells: plainCells([...row.cells, ...padding]) };
  });
}
