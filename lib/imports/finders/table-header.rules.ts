import { compactText } from '@/lib/text';
import { type HeadingCell, type RecognisedColumn, recogniseColumns } from './columns.rules';
import { headingRank, readNumber } from './numbering.rules';
import type { Doubt, ListField, RawList } from './raw-list';
import { extent, type Grid, type GridCell, type GridRow, isBlank, printedCells } from './table-grid.rules';
import { kindOf, type LeadRule } from './table-words.rules';

/** Finding the header of a table and which column of the body each of its headings stands for. */

export type BodyColumn = { field: ListField | null; key: string | null };

export type Header = {
  /** First row of the header, and the first row after it. */
  from: number;
  to: number;
  /** One entry for each column of the grid. */
  columns: BodyColumn[];
  headings: RawList['headings'];
  leadRule: LeadRule | null;
  doubts: Doubt[];
  /** The headings without white space, by which a repeated header is known. */
  words: string;
};

/** Key of a column without heading, before its number. */
export const UNNAMED = '未命名列';
/** A heading is a few words; a longer cell is a task. */
const LONGEST_HEADING = 60;
const MOST_HEADER_LINES = 3;

type Profile = {
  filled: number;
  numbers: number;
  dates: number;
  units: number;
  ranks: number;
  sections: number;
  length: number;
  isSparse: boolean;
};

const SECTION_MARKS: string[] = ['part', 'chinese', 'chinese-paren'];
const DATE = /\d{1,4}年|\d{1,2}月|月底|季度|长期|持续|年底|全年|年内|立即|\d{4}[.\-/]\d{1,2}/;
const UNIT_END =
  /(?:局|委|办|院|部|中心|政府|会|公司|科|室|处|队|站|所|单位|部门|区|镇|乡|街道|银行|厅|组|机构|法院|办公室|支行)等?[）)]?$/;

function isUnits(compact: string): boolean {
  return compact.split(/[、，,；;]/).some((part) => UNIT_END.test(part)) && !/。/.test(compact);
}

function profileOf(rows: GridRow[], column: number): Profile {
  const cells = rows.map((row) => row.cells[column]);
  const texts = cells.flatMap((cell) => (cell?.state === 'own' && !isBlank(cell.text) ? [cell.text] : []));
  const share = (test: (text: string) => boolean) =>
    texts.length === 0 ? 0 : texts.filter(test).length / texts.length;
  return {
    filled: texts.length,
    numbers: share((text) => readNumber(text) !== null),
    dates: share((text) => compactText(text).length <= 40 && DATE.test(text)),
    units: share((text) => isUnits(compactText(text))),
    ranks: share((text) => headingRank(text) !== null && readNumber(text) === null),
    sections: share((text) => SECTION_MARKS.includes(headingRank(text)?.mark ?? '')),
    length: texts.reduce((sum, text) => sum + compactText(text).length, 0) / Math.max(1, texts.length),
    isSparse: texts.length > 0 && texts.length < rows.filter((row) => printedCells(row).length > 1).length,
  };
}

/** How well a column's content suits a field, from 0. */
function suits(field: ListField | null, profile: Profile, longest: number): number {
  if (field === 'seq' || field === 'points')
    return 3 * profile.numbers - (profile.filled === 0 ? 0 : 1 - profile.numbers);
  if (field === 'deadline') return 3 * profile.dates;
  if (field === 'lead' || field === 'responsible') return 2 * profile.units - profile.dates - profile.numbers;
  if (field === 'text') return (2 * profile.length) / Math.max(1, longest) - profile.numbers;
  if (field === 'section' || field === 'measure') return 2 * profile.ranks - profile.numbers - profile.dates;
  return 0;
}

/** Headings over fewer columns than the body has: each takes one or more columns in order, so that the contents suit best. */
function stretch(columns: RecognisedColumn[], profiles: Profile[]): number[] | null {
  const extra = profiles.length - columns.length;
  if (extra <= 0 || extra > columns.length) return null;
  const longest = Math.max(...profiles.map(({ length }) => length));
  const count = columns.length;
  type Best = { score: number; spans: number[] };
  const best: (Best | null)[][] = Array.from({ length: count + 1 }, () =>
    Array.from({ length: profiles.length + 1 }, () => null),
  );
  best[0]![0] = { score: 0, spans: [] };
  for (let index = 0; index < count; index += 1) {
    for (let column = 0; column < profiles.length; column += 1) {
      const before = best[index]![column];
      if (!before) continue;
      let gain = 0;
      for (let span = 1; column + span <= profiles.length; span += 1) {
        const profile = profiles[column + span - 1]!;
        gain += suits(columns[index]!.field, profile, longest) - (span > 1 ? 0.5 : 0);
        const score = before.score + gain;
        const reached = best[index + 1]![column + span];
        if (!reached || score > reached.score + 1e-9)
          best[index + 1]![column + span] = { score, spans: [...before.spans, span] };
      }
    }
  }
  return best[count]![profiles.length]?.spans ?? null;
}

/** Cells of the header lines at each column, top to bottom, each cell once. */
function headingCells(lines: GridRow[], width: number): HeadingCell[] {
  const cells: HeadingCell[] = [];
  let last: { cells: GridCell[]; heading: HeadingCell } | null = null;
  for (let column = 0; column < width; column += 1) {
    const stack: GridCell[] = [];
    for (const line of lines) {
      const cell = line.cells[column];
      if (!cell || isBlank(cell.text)) continue;
      if (!stack.some((other) => other.originRow === cell.originRow && other.originColumn === cell.originColumn))
        stack.push(cell);
    }
    const isSame =
      last !== null &&
      stack.length > 0 &&
      stack.length === last.cells.length &&
      stack.every(
        (cell, index) =>
          cell.originRow === last!.cells[index]!.originRow && cell.originColumn === last!.cells[index]!.originColumn,
      );
    if (isSame) last!.heading.columnSpan += 1;
    else {
      const heading = { column, columnSpan: 1, text: stack.map(({ text }) => text).join('\n\n') };
      cells.push(heading);
      last = { cells: stack, heading };
    }
  }
  return cells;
}

/** The field of each column under a heading that stands over several. */
function shareOut(column: RecognisedColumn, profiles: Profile[], taken: (field: ListField) => boolean): BodyColumn[] {
  const own: BodyColumn = { field: column.field, key: column.key };
  const unnamed = profiles.map((_, index): BodyColumn => ({ field: null, key: `${column.heading}（${index + 1}）` }));
  if (profiles.length === 1) return [own];
  if (column.field === null) return [own, ...unnamed.slice(1)];
  if (
    (column.field === 'section' || column.field === 'text') &&
    profiles.length === 2 &&
    profiles[0]!.numbers > 0.8 &&
    !taken('seq')
  ) {
    return [{ field: 'seq', key: null }, own];
  }
  if (column.field === 'section' && profiles.length === 2 && !taken('measure'))
    return [own, { field: 'measure', key: null }];
  if (column.field === 'text' && profiles.length === 2 && !taken('measure') && profiles[0]!.isSparse) {
    return [{ field: 'measure', key: null }, own];
  }
  const filled = profiles.findIndex(({ filled }) => filled > 0);
  return unnamed.map((cell, index) => (index === Math.max(0, filled) ? own : cell));
}

function isBare(row: GridRow): boolean {
  return printedCells(row).every(({ text }) => compactText(text).length <= LONGEST_HEADING);
}

function bodyAfter(grid: Grid, to: number): GridRow[] {
  return grid.rows.slice(to).filter((row) => printedCells(row).length > 1);
}

/** Width by which at least a third of the body's rows reach: a stray cell at the far right makes no column. */
function bodyWidth(body: GridRow[]): number {
  const widths = body.map(extent).sort((a, b) => b - a);
  return widths[Math.floor(widths.length / 3)] ?? 0;
}

/** A heading that was stretched over columns which are not plainly its own is asked about. */
function doubtStretched(named: RecognisedColumn[], spans: number[], columns: BodyColumn[], doubts: Doubt[]): void {
  let from = 0;
  named.forEach(({ heading }, index) => {
    const under = columns.slice(from, from + spans[index]!);
    from += spans[index]!;
    if (under.length < 2 || under.every(({ field }) => field !== null)) return;
    doubts.push({
      field: 'document',
      kind: 'columns',
      text: `表头比内容少列，“${heading}”已对应 ${under.length} 列，请核对各列的含义。`,
      printed: heading,
    });
  });
}

/** Columns that hold words under no heading: the number column and the measures beside their sections show by content. */
function nameUnnamed(columns: BodyColumn[], profiles: Profile[], doubts: Doubt[]): void {
  const has = (field: ListField) => columns.some((column) => column.field === field);
  profiles.forEach((profile, index) => {
    const column = columns[index];
    if (!column?.key?.startsWith(UNNAMED) || profile.filled === 0) return;
    const isMeasure = columns[index - 1]?.field === 'section' && !has('measure') && profile.ranks >= 0.8;
    if (isMeasure) column.field = 'measure';
    else if (!has('seq') && profile.numbers >= 0.8) column.field = 'seq';
    else if (profile.filled > 1) {
      doubts.push({
        field: 'document',
        kind: 'columns',
        text: `第 ${index + 1} 列没有表头，已作为附加内容保留，请核对。`,
      });
    }
    if (column.field !== null) column.key = null;
  });
}

/** 一、… or （一）… in the only column of headings: policy areas, whatever the column is called. */
function raiseSections(columns: BodyColumn[], profiles: Profile[], headings: Header['headings']): Header['headings'] {
  const index = columns.findIndex(({ field }) => field === 'measure');
  if (index < 0 || columns.some(({ field }) => field === 'section') || (profiles[index]?.sections ?? 0) < 0.8)
    return headings;
  columns[index]!.field = 'section';
  const { measure, ...others } = headings;
  return measure === undefined ? others : { ...others, section: measure };
}

function columnsOf(grid: Grid, from: number, to: number): Omit<Header, 'from' | 'to'> | null {
  const lines = grid.rows.slice(from, to);
  const width = Math.max(...lines.map(extent));
  const cells = headingCells(lines, width);
  // Most rows are no header: judge by the words before looking at the whole body.
  if (!recogniseColumns(cells).isHeader) return null;
  const body = bodyAfter(grid, to);
  const profileAt = (column: number) => profileOf(body, column);
  const named = recogniseColumns(cells, {
    isSparse: (column) => profileAt(column).isSparse,
    lengthOf: (column) => profileAt(column).length,
  });
  const wide = Math.max(bodyWidth(body), width);
  const profiles = Array.from({ length: wide }, (_, column) => profileAt(column));
  const isRagged = wide > width && lines.every((line) => line.cells.every((cell) => (cell?.columnSpan ?? 1) === 1));
  const spans =
    (isRagged ? stretch(named.columns, profiles) : null) ?? named.columns.map(({ columnSpan }) => columnSpan);
  const taken = (field: ListField) => named.columns.some((column) => column.field === field);
  const columns: BodyColumn[] = [];
  named.columns.forEach((column, index) => {
    const span = spans[index]!;
    const under = profiles.slice(columns.length, columns.length + span);
    columns.push(...shareOut(column, under, taken));
  });
  const doubts = [...named.doubts];
  if (isRagged) doubtStretched(named.columns, spans, columns, doubts);
  nameUnnamed(columns, profiles, doubts);
  while (columns.length < grid.columns) columns.push({ field: null, key: `${UNNAMED}（第${columns.length + 1}列）` });
  const headings = raiseSections(columns, profiles, named.headings);
  return {
    columns,
    headings,
    leadRule: named.leadRule,
    doubts,
    words: cells.map(({ text }) => compactText(text)).join('|'),
  };
}

/** How many rows the header that starts here may have, the most first. */
function lineCounts(grid: Grid, from: number): number[] {
  const first = grid.rows[from]!;
  const reach = Math.max(...first.cells.map((cell) => (cell && cell.state !== 'above' ? cell.rowSpan : 1)));
  const longest = Math.min(MOST_HEADER_LINES, Math.max(reach, 2));
  return Array.from({ length: longest }, (_, index) => longest - index);
}

/** The header that starts at this row; null where the row starts none. */
export function headerAt(grid: Grid, from: number): Header | null {
  const row = grid.rows[from];
  if (!row || printedCells(row).length < 2 || !isBare(row)) return null;
  for (const count of lineCounts(grid, from)) {
    const lines = grid.rows.slice(from, from + count);
    if (lines.length < count || !lines.every(isBare)) continue;
    if (count > 1 && !isSecondLine(lines)) continue;
    const header = columnsOf(grid, from, from + count);
    if (header) return { from, to: from + count, ...header };
  }
  return null;
}

/** Below the first line stand only parts of its groups, or words that are headings themselves under a heading or a blank. */
function isSecondLine(lines: GridRow[]): boolean {
  const [first, ...others] = lines;
  return others.every((line) => {
    const printed = printedCells(line);
    return (
      printed.length > 1 &&
      printed.length < printedCells(first!).length &&
      printed.every(({ originColumn, text }) => {
        const above = first!.cells[originColumn];
        const isGrouped = above !== null && above !== undefined && (above.columnSpan > 1 || above.state === 'left');
        return (
          headingRank(text) === null && readNumber(text) === null && (isGrouped || kindOf(compactText(text)) !== null)
        );
      })
    );
  });
}

const MIN_GUESSED_ROWS = 3;

/** Columns of a table that prints no headings: plainly a list only with a running number or ranked texts, a task and units or dates. */
export function guessHeader(grid: Grid): Header | null {
  const body = bodyAfter(grid, 0);
  if (body.length < MIN_GUESSED_ROWS) return null;
  const profiles = Array.from({ length: bodyWidth(body) }, (_, column) => profileOf(body, column));
  const columns = Array.from(
    { length: grid.columns },
    (_, column): BodyColumn => ({ field: null, key: `${UNNAMED}（第${column + 1}列）` }),
  );
  const give = (column: number, field: ListField) => {
    if (column >= 0) columns[column] = { field, key: null };
  };
  const isFree = (column: number) => columns[column]!.field === null;
  const pick = (test: (profile: Profile) => boolean) =>
    profiles.findIndex((profile, column) => isFree(column) && profile.filled > 0 && test(profile));
  const longest = Math.max(...profiles.map(({ length }) => length));
  give(
    pick(({ numbers }) => numbers > 0.8),
    'seq',
  );
  give(
    pick(({ length }) => length === longest && longest >= 12),
    'text',
  );
  give(
    pick(({ dates, units }) => dates > 0.8 && dates > units),
    'deadline',
  );
  const units = profiles.flatMap((profile, column) =>
    isFree(column) && profile.filled > 0 && profile.units > 0.8 ? [column] : [],
  );
  if (units.length > 1) give(units[0]!, 'lead');
  give(units[units.length > 1 ? 1 : 0] ?? -1, 'responsible');
  const has = (field: ListField) => columns.some((column) => column.field === field);
  if (!has('seq') || !has('text') || (!has('responsible') && !has('deadline'))) return null;
  const text = columns.findIndex(({ field }) => field === 'text');
  give(
    profiles.findIndex((profile, column) => column < text && isFree(column) && profile.filled > 0),
    'section',
  );
  const doubts: Doubt[] = [
    { field: 'document', kind: 'columns', text: '表格没有印出表头，各列的含义是按内容判断的，请核对。' },
  ];
  return { from: 0, to: 0, columns, headings: {}, leadRule: null, doubts, words: '' };
}
