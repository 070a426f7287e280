import type { Place, SourceContent, SourceTable } from '@/lib/imports/readers/source';
import { compactText } from '@/lib/text';
import { headingRank, readNumber } from './numbering.rules';
import type { Doubt, ListCandidate, RawList, RawRow } from './raw-list';
import { extent, type Grid, type GridRow, isBlank, printedCells, toGrid } from './table-grid.rules';
import { guessHeader, type Header, headerAt, UNNAMED } from './table-header.rules';
import type { Line } from './table-lines.rules';
import { readRows } from './table-rows.rules';
import { readLeadRule } from './table-words.rules';

/** Tables that hold a list of tasks or of assessment rows, by their headings or, without any, by their contents. */

/** The body of one table, or of a part of it, under one header. */
type Stretch = {
  table: SourceTable;
  block: number;
  grid: Grid;
  header: Header;
  rows: GridRow[];
  breaks: Set<GridRow>;
  isGuessed: boolean;
};
type Title = { place: Place; text: string };
type FoundList = { stretches: Stretch[]; titles: Title[] };

/** The document's own rule on who leads among several units, from its paragraphs, notes and headings. */
export function findLeadRule(content: SourceContent): RawList['leadRule'] {
  for (const block of content.blocks) {
    const texts =
      block.kind === 'paragraph'
        ? [{ place: block.place, text: block.text }]
        : block.rows.flatMap((row) => row.cells.map(({ text }) => ({ place: row.place, text })));
    for (const { place, text } of texts) {
      const rule = /牵头|主办|主责/.test(text) ? readLeadRule(text) : null;
      if (rule) return { ...rule, place };
    }
  }
  return null;
}

/** 1 2 3 … or 一 二 三 … under the headings: the columns' own numbers. */
function isColumnNumbers(row: GridRow): boolean {
  const printed = printedCells(row);
  return (
    printed.length >= 3 &&
    printed.every(({ text, originColumn }, index) => {
      const number = readNumber(text);
      return number !== null && (number === originColumn + 1 || number === index + 1 || number === originColumn);
    })
  );
}

/** The same columns, in whatever order. */
function sameColumns(a: Header, b: Header): boolean {
  const fields = (header: Header) =>
    header.columns
      .flatMap(({ field, key }) => field ?? (key?.startsWith(UNNAMED) ? [] : key!))
      .sort()
      .join('|');
  return a.words === b.words || fields(a) === fields(b);
}

function numbersOf({ header, rows }: Stretch): number[] {
  const seq = header.columns.findIndex(({ field }) => field === 'seq');
  return rows.flatMap(({ cells }) => (seq < 0 ? null : readNumber(cells[seq]?.text ?? '')) ?? []);
}

/** The tasks of another table with other columns, whose numbers go on where those of the list end. */
function goesOnCounting(last: Stretch, next: Stretch): boolean {
  const from = numbersOf(last).at(-1);
  return from !== undefined && numbersOf(next)[0] === from + 1;
}

/** Splits a table at its headers; a header printed again does not split. */
function stretchesOf(
  table: SourceTable,
  block: number,
  grid: Grid,
): { stretches: Stretch[]; titles: Title[]; before: GridRow[] } {
  const stretches: Stretch[] = [];
  const before: GridRow[] = [];
  let index = 0;
  while (index < grid.rows.length) {
    const open = stretches.at(-1);
    const header = headerAt(grid, index);
    if (!header) {
      (open?.rows ?? before).push(grid.rows[index]!);
      index += 1;
      continue;
    }
    index = header.to;
    if (grid.rows[index] && isColumnNumbers(grid.rows[index]!)) index += 1;
    const isRepeated = open !== undefined && sameColumns(open.header, header);
    if (!isRepeated) stretches.push({ table, block, grid, header, rows: [], breaks: new Set(), isGuessed: false });
    if (isRepeated && grid.rows[index]) open.breaks.add(grid.rows[index]!);
  }
  const titles = stretches.length === 0 ? [] : before.flatMap(titleOf);
  return { stretches, titles, before };
}

function titleOf(row: GridRow): Title[] {
  const text = printedCells(row)
    .map((cell) => cell.text)
    .join('\t');
  return text === '' ? [] : [{ place: row.place, text }];
}

/** A table without a header goes on with the one before it where its columns are as many and its number column holds numbers. */
function continuesTable(grid: Grid, last: Stretch): boolean {
  const rows = grid.rows.filter((row) => printedCells(row).length > 0);
  if (rows.length === 0 || Math.max(...rows.map(extent)) !== last.grid.columns) return false;
  const seq = last.header.columns.findIndex(({ field }) => field === 'seq');
  const text = last.header.columns.findIndex(({ field }) => field === 'text');
  const isLikeRow = (row: GridRow) => {
    const number = seq < 0 ? null : row.cells[seq];
    return (!number || isBlank(number.text) || readNumber(number.text) !== null) && Boolean(row.cells[text]);
  };
  return rows.filter(isLikeRow).length >= rows.length * 0.8;
}

function addTable(lists: FoundList[], table: SourceTable, block: number): void {
  const grid = toGrid(table);
  const { stretches, titles, before } = stretchesOf(table, block, grid);
  const open = lists.at(-1)?.stretches.at(-1);
  const isSameSheetKind = open !== undefined && (open.table.isHidden === true) === (table.isHidden === true);
  if (stretches.length === 0) {
    if (open && isSameSheetKind && open.table.name === table.name && continuesTable(grid, open)) {
      lists
        .at(-1)!
        .stretches.push({ ...open, table, block, grid, rows: grid.rows, breaks: new Set(grid.rows.slice(0, 1)) });
      return;
    }
    const header = guessHeader(grid);
    if (header)
      lists.push({
        stretches: [{ table, block, grid, header, rows: before, breaks: new Set(), isGuessed: true }],
        titles: [],
      });
    return;
  }
  stretches.forEach((stretch, index) => {
    const list = lists.find((candidate) => {
      const [first] = candidate.stretches;
      return (
        (first!.table.isHidden === true) === (table.isHidden === true) &&
        (sameColumns(first!.header, stretch.header) || goesOnCounting(candidate.stretches.at(-1)!, stretch))
      );
    });
    const own = index === 0 ? titles : [];
    if (list) {
      const [head] = stretch.rows;
      if (head) stretch.breaks.add(head);
      list.stretches.push(stretch);
      list.titles.push(...own);
    } else lists.push({ stretches: [stretch], titles: own });
  });
}

type HeadingAbove = { block: number; text: string; place: Place };

const LONGEST_CAPTION = 30;
const NO_CAPTION = /[。；;：:，,]$|^[-—–\s]*\d+[-—–\s]*$|续|清单|台账|方案|计划|任务表|分工|附件|单位：|页/;

/** The paragraph right above a stretch's table that may be the heading of its rows. */
function headingAbove(content: SourceContent, stretch: Stretch): HeadingAbove | null {
  for (let index = stretch.block - 1; index >= 0; index -= 1) {
    const block = content.blocks[index]!;
    if (block.kind === 'table') return null;
    if (block.aside || isBlank(block.text)) continue;
    const { text, place } = block;
    const length = compactText(text).length;
    const isHeading = headingRank(text)
      ? length <= 60
      : length <= LONGEST_CAPTION && !NO_CAPTION.test(compactText(text));
    return isHeading ? { block: index, text, place } : null;
  }
  return null;
}

/** Headings right above the tables, where several tables of one list have one each, all numbered in one way or none numbered. */
function headingsAbove(content: SourceContent, list: FoundList): Map<Stretch, HeadingAbove> {
  const found = new Map<Stretch, HeadingAbove>();
  if (list.stretches.some(({ header }) => header.columns.some(({ field }) => field === 'section'))) return found;
  for (const stretch of list.stretches) {
    const heading = headingAbove(content, stretch);
    if (heading) found.set(stretch, heading);
  }
  const tables = new Set([...found.values()].map(({ block }) => block)).size;
  const marks = new Set([...found.values()].map(({ text }) => headingRank(text)?.mark ?? null));
  const isPartial = marks.has(null) && found.size < list.stretches.length;
  if (tables < 2 || marks.size > 1 || isPartial) found.clear();
  return found;
}

/** Captions without numbers may say something else than the area of the rows. */
function captionDoubts(headings: ReadonlyMap<Stretch, HeadingAbove>): Doubt[] {
  const captions = [...headings.values()].filter(({ text }) => headingRank(text) === null);
  if (captions.length === 0) return [];
  const text = `各表上方的“${captions.map((caption) => compactText(caption.text)).join('”“')}”已作为政策领域读取，请核对。`;
  return [{ field: 'document', kind: 'heading', text }];
}

function linesOf(list: FoundList, headings: ReturnType<typeof headingsAbove>): Line[] {
  return list.stretches.flatMap((stretch) =>
    stretch.rows.map(
      (row, index): Line => ({
        row,
        columns: stretch.header.columns,
        width: stretch.grid.columns,
        afterBreak: stretch.breaks.has(row) || row.startsPage,
        isLoose: stretch.table.isReconstructed === true,
        headingBefore: index === 0 ? (headings.get(stretch) ?? null) : null,
      }),
    ),
  );
}

/** White space cut the columns of these rows apart: one with too few cells may have them in the wrong columns. */
function doubtShortRows(list: FoundList, rows: RawRow[]): void {
  const short = new Set<Place>();
  for (const { table, rows: body, header } of list.stretches) {
    if (!table.isReconstructed) continue;
    const width = header.columns.findLastIndex(({ key, field }) => field !== null || !key?.startsWith(UNNAMED)) + 1;
    for (const row of body) if (extent(row) < width) short.add(row.place);
  }
  for (const row of rows) {
    if (!short.has(row.place)) continue;
    row.doubts.push({ field: 'row', kind: 'columns', text: '本行的单元格比表头少，各列可能错位，请对照原文核对。' });
  }
}

function documentDoubts(list: FoundList, rows: RawRow[]): Doubt[] {
  const [first, ...others] = list.stretches;
  const doubts = [...first!.header.doubts];
  if (first!.table.isHidden) {
    doubts.push({
      field: 'document',
      kind: 'hidden',
      text: `${first!.table.place}在原文件中是隐藏的，请确定是否导入。`,
    });
  }
  for (const { table, rows: body, block } of others) {
    if (block === first!.block) continue;
    const places = new Set(body.map(({ place }) => place));
    const start = rows.findIndex((row) => places.has(row.place));
    const number = start < 0 ? null : readNumber(rows[start]!.cells.seq?.text ?? '');
    if (number === 1) {
      doubts.push({
        field: 'document',
        kind: 'tables',
        text: `${table.place}的列与${first!.table.place}相同，序号重新从 1 开始，已作为同一份清单读取，请核对。`,
      });
    }
  }
  return doubts;
}

const DEFAULT_SHEET = /^(?:sheet|工作表|表格?|table)\s*\d*$/i;

/** One list over several sheets: the names of the sheets are its groups (…组, …专班) or its areas. */
function nameBySheets(list: FoundList, rows: RawRow[]): Doubt[] {
  const names = new Map(list.stretches.flatMap(({ table, rows: body }) => body.map(({ place }) => [place, table])));
  const sheets = new Set(list.stretches.map(({ table }) => table.name?.trim() ?? ''));
  if (sheets.size < 2 || [...sheets].some((name) => name === '' || DEFAULT_SHEET.test(name))) return [];
  const field = [...sheets].every((name) => /(?:组|专班)$/.test(name)) ? 'group' : 'section';
  if (rows.some(({ cells }) => cells[field])) return [];
  for (const row of rows) {
    const table = names.get(row.place);
    if (table?.name) row.cells[field] = { text: table.name.trim(), isInherited: false, place: table.place };
  }
  const words = field === 'group' ? '责任专项组' : '政策领域';
  return [
    {
      field: 'document',
      kind: 'heading',
      text: `工作表名（${[...sheets].join('、')}）已作为${words}读取，请核对。`,
    },
  ];
}

function hasDuty({ cells }: RawRow): boolean {
  const isFilled = (cell: { text: string } | undefined) => cell !== undefined && !isBlank(cell.text);
  return isFilled(cells.text) && [cells.lead, cells.responsible, cells.deadline, cells.points].some(isFilled);
}

function wordsOf(list: FoundList, rows: RawRow[]): string {
  const places = [...new Set(list.stretches.map(({ table }) => table.place))];
  const where = places.length === 1 ? places[0]! : `${places[0]!}等 ${places.length} 个表`;
  const columns = list.stretches[0]!.header.columns.filter(
    ({ field, key }) => field !== null || !key?.startsWith(UNNAMED),
  ).length;
  return `${where}（${columns} 列，${rows.length} 行）`;
}

function lowered({ section, ...others }: RawList['headings']): RawList['headings'] {
  return section === undefined ? others : { ...others, measure: section };
}

function toCandidate(content: SourceContent, list: FoundList): ListCandidate {
  const headings = headingsAbove(content, list);
  const read = readRows(linesOf(list, headings));
  doubtShortRows(list, read.rows);
  const sheetDoubts = nameBySheets(list, read.rows);
  const [first] = list.stretches;
  const { header, table } = first!;
  const ruleHere = header.leadRule ? { ...header.leadRule, place: table.place } : null;
  return {
    words: wordsOf(list, read.rows),
    place: table.place,
    weight: read.rows.filter(hasDuty).length,
    blocks: [
      ...new Set([...list.stretches.map(({ block }) => block), ...[...headings.values()].map(({ block }) => block)]),
    ].sort((a, b) => a - b),
    list: {
      rows: read.rows,
      headings: { ...read.labels, ...(read.isLowered ? lowered(header.headings) : header.headings) },
      leadRule: ruleHere ?? findLeadRule(content),
      leftOver: [...list.titles, ...read.leftOver],
      doubts: [...documentDoubts(list, read.rows), ...sheetDoubts, ...captionDoubts(headings), ...read.doubts],
    },
  };
}

/** Every list that the tables of a document may hold, the weightiest first. Refuses (unreadable): more rows or columns than LIMITS. */
export function findTables(content: SourceContent): ListCandidate[] {
  const lists: FoundList[] = [];
  content.blocks.forEach((block, index) => {
    if (block.kind === 'table') addTable(lists, block, index);
  });
  return lists
    .map((list) => ({ isHidden: list.stretches[0]!.table.isHidden === true, candidate: toCandidate(content, list) }))
    .filter(({ candidate }) => candidate.list.rows.length > 0)
    .sort((a, b) => Number(a.isHidden) - Number(b.isHidden) || b.candidate.weight - a.candidate.weight)
    .map(({ candidate }) => candidate);
}
