import type { SourceContent } from '@/lib/imports/readers/source';
import { compactText } from '@/lib/text';
import { type LostHeader, readHeader } from './lost-cells-header';
import { ListBuilder } from './lost-cells-list';
import type { RowContext } from './lost-cells-row';
import { segmentRows } from './lost-cells-stream';
import { bareNumber, type Line, type UnitNames } from './lost-cells-words';
import { headingRank } from './numbering.rules';
import type { Doubt, ListCandidate, RawList, RawRow } from './raw-list';
import { type Kind, kindOf } from './table-words.rules';
import { findLeadRule } from './tables.rules';

/** Lines with words, and lines of white space only as possible traces of blank cells; without them where every second line is one. */
function readLines(content: SourceContent, from: number, to: number): Line[] {
  const lines = content.blocks.slice(from, to).flatMap((block, offset): Line[] => {
    if (block.kind !== 'paragraph' || block.aside || block.text === '') return [];
    return [{ text: block.text.trim(), block: from + offset, place: block.place }];
  });
  const blanks = lines.filter((line) => line.text === '').length;
  return blanks * 2 > lines.length - blanks ? lines.filter((line) => line.text !== '') : lines;
}

function readYear(lines: readonly Line[]): number {
  const counts = new Map<number, number>();
  for (const line of lines) {
    for (const [, year] of line.text.matchAll(/(20\d{2})年/g))
      counts.set(Number(year), (counts.get(Number(year)) ?? 0) + 1);
  }
  // Without a year in the whole text any year serves: only whether words are a date is asked here.
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 2000;
}

function contextOf(header: LostHeader, lines: readonly Line[], units: UnitNames): RowContext {
  const fields = header.columns.map((column) => column.field);
  const firstUnit = fields.findIndex((field) => field === 'lead' || field === 'responsible');
  return {
    units,
    unitFields: fields.filter((field) => field === 'lead' || field === 'responsible'),
    hasGroup: fields.includes('group'),
    groupEnd: header.columns.find((column) => column.field === 'group')?.words.endsWith('专班') ? '专班' : '组',
    hasDeadline: fields.includes('deadline'),
    isGroupBehind: fields.indexOf('group') > fields.indexOf('seq'),
    isGroupLast: fields.includes('group') && fields.indexOf('group') > firstUnit,
    isDeadlineFirst: fields.includes('deadline') && fields.indexOf('deadline') < firstUnit,
    hasMeasureBehind: fields.includes('heading') && fields.indexOf('heading') > fields.indexOf('seq'),
    hasMeasureBefore: fields.includes('heading') && fields.indexOf('heading') < fields.indexOf('seq'),
    year: readYear(lines),
  };
}

type HeaderHit = { at: number; header: LostHeader };

function sameColumns(a: LostHeader, b: LostHeader): boolean {
  return a.columns.map((column) => column.field).join() === b.columns.map((column) => column.field).join();
}

/** For each line the first bare number from it on. */
function numbersAhead(lines: readonly Line[]): (number | null)[] {
  const numbers: (number | null)[] = Array.from({ length: lines.length + 1 }, () => null);
  for (let at = lines.length - 1; at >= 0; at -= 1) numbers[at] = bareNumber(lines[at]!.text) ?? numbers[at + 1]!;
  return numbers;
}

/** Headers that open a list: one that stands again at a page top does not, the numbers go on behind it. */
function findHeaders(lines: readonly Line[]): HeaderHit[][] {
  const lists: HeaderHit[][] = [];
  const numbers = numbersAhead(lines);
  for (let at = 0; at < lines.length; at += 1) {
    const header = readHeader(lines, at);
    if (!header) continue;
    const first = lists.at(-1)?.[0];
    const isRepeated = first !== undefined && sameColumns(first.header, header) && numbers[header.next] !== 1;
    if (isRepeated) lists.at(-1)!.push({ at, header });
    else lists.push([{ at, header }]);
    at = header.next - 1;
  }
  return lists;
}

function headingsOf(header: LostHeader): RawList['headings'] {
  const headings: RawList['headings'] = {};
  for (const { field, words } of header.columns) {
    if (field !== 'heading') headings[field] = words;
    else if (headings.section === undefined) Object.assign(headings, { section: words, measure: words });
    else headings.measure = words;
  }
  return headings;
}

const SECTION_MARKS = ['part', 'chinese', 'chinese-paren'];

/** A single column of headings: areas where it is called 改革领域 or 任务类别, and where they are numbered 一、 or （一）. */
function isAreaOnly(header: LostHeader, rows: readonly RawRow[]): boolean {
  const headings = header.columns.filter(({ field }) => field === 'heading');
  const words = headings[0]?.words ?? '';
  if (headings.length !== 1 || rows.some(({ cells }) => cells.section)) return false;
  const marks = rows.flatMap(({ cells }) => (cells.measure ? (headingRank(cells.measure.text)?.mark ?? null) : []));
  const isArea = kindOf(words) === 'area' && !/措施|举措/.test(words) && marks.every((mark) => mark === null);
  return isArea || marks.every((mark) => mark !== null && SECTION_MARKS.includes(mark));
}

function raiseMeasure(row: RawRow): void {
  const { measure, ...others } = row.cells;
  if (!measure) return;
  row.cells = { ...others, section: measure };
  row.doubts = row.doubts.map((doubt) => (doubt.field === 'measure' ? { ...doubt, field: 'section' } : doubt));
}

const UNIT_KINDS: (Kind | null)[] = ['lead', 'responsible', 'support', 'leader'];

/** Headings of units between the header and the first number: a second line under 责任分工. */
function hasSecondLine(stream: readonly Line[]): boolean {
  const first = stream.findIndex((line) => bareNumber(line.text) !== null);
  return stream.slice(0, Math.max(0, first)).some((line) => UNIT_KINDS.includes(kindOf(compactText(line.text))));
}

function readCandidate(
  lines: readonly Line[],
  hits: readonly HeaderHit[],
  until: number,
  units: UnitNames,
  leadRule: RawList['leadRule'],
): ListCandidate | null {
  const { at, header } = hits[0]!;
  const headerLines = new Set(hits.flatMap((hit) => lines.slice(hit.at, hit.header.next)));
  const stream = lines.slice(header.next, until).filter((line) => !headerLines.has(line));
  const context = contextOf(header, lines.slice(at, until), units);
  const { rows: segments, end } = segmentRows(stream, context);
  if (segments.length < 2) return null;
  const fields = (['group', 'lead', 'responsible', 'deadline'] as const).filter((field) =>
    header.columns.some((column) => column.field === field),
  );
  const hasTraces = stream.slice(0, end).some((line) => line.text === '');
  const { rows, leftOver } = new ListBuilder(segments, context, fields, hasTraces).build();
  if (isAreaOnly(header, rows)) for (const row of rows) raiseMeasure(row);
  if (hasSecondLine(stream))
    for (const row of rows)
      row.doubts.push({ field: 'row', kind: 'columns', text: '表头分成两行，各栏的含义可能读错，请对照原文核对' });
  const lastBlock = stream[end - 1]!.block;
  const weight = rows.filter(
    ({ cells }) => cells.text?.text && fields.some((field) => field !== 'group' && cells[field]?.text),
  ).length;
  return {
    words: `逐格分行的文字（${header.columns.length} 列，${rows.length} 行）`,
    place: lines[at]!.place,
    weight,
    blocks: lines
      .slice(at, until)
      .map((line) => line.block)
      .filter((block) => block <= lastBlock),
    list: {
      rows,
      headings: headingsOf(header),
      leadRule,
      leftOver,
      doubts: hasTraces ? [] : [askAboutBlanks(rows.length)],
    },
  };
}

/** Once for the list and not in every row: rows with nothing printed are merged rows in nearly all lists. */
function askAboutBlanks(count: number): Doubt {
  const text = `原文没有留下空白格的痕迹，空白格与合并格无法区分：没有印出的单位和时限都读作沿用上一行，请抽查，并核对是否共 ${count} 行`;
  return { field: 'document', kind: 'blank-cell', text };
}

/** Runs of paragraphs between tables: [from, to). */
function paragraphRuns(content: SourceContent): [number, number][] {
  const tables = content.blocks.flatMap((block, index) => (block.kind === 'table' ? [index] : []));
  const edges = [-1, ...tables, content.blocks.length];
  return edges.slice(1).map((edge, index): [number, number] => [edges[index]! + 1, edge]);
}

/**
 * Lists whose cells stand one per line, with the borders and merged cells lost: the rows are rebuilt from the running numbers and from what
 * each line is. What the lines do not prove carries a doubt on its field, and so does every row that takes it over.
 */
export function findLostCells(content: SourceContent, registry: UnitNames): ListCandidate[] {
  const leadRule = findLeadRule(content);
  return paragraphRuns(content).flatMap(([from, to]) => {
    const lines = readLines(content, from, to);
    const lists = findHeaders(lines);
    return lists.flatMap((hits, index) => {
      const candidate = readCandidate(lines, hits, lists[index + 1]?.[0]?.at ?? lines.length, registry, leadRule);
      return candidate ? [candidate] : [];
    });
  });
}
