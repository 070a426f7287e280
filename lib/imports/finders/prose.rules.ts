import type { SourceContent } from '@/lib/imports/readers/source';
import {
  isAssigned,
  looksLikeCell,
  type NumberedBlock,
  type Paragraph,
  readBlocks,
  readLines,
  readParagraphs,
} from './prose-blocks.rules';
import { fieldParts, fillEmpty, headingParts, type ProseRow, type Roles, rolesOf, toRawRow } from './prose-rows.rules';
import { type Line, numberDepth, placeOf } from './prose-text.rules';
import type { Doubt, ListCandidate, ListField, RawList, RawRow } from './raw-list';
import { findLeadRule } from './tables.rules';

/**
 * The list of a document that is printed in running text: paragraphs with their units and dates in brackets behind them or on lines of
 * their own. None where no paragraph names a unit or a date in that way. What stands between two rows and is in none is left over.
 */
export function findProse(content: SourceContent): ListCandidate[] {
  const { lines, pageNumbers } = readLines(content.blocks);
  const paragraphs = readParagraphs(lines);
  if (!paragraphs.some(isAssigned)) return [];
  const { rows: found, stray } = readRows(readBlocks(paragraphs));
  const roles = rolesOf(found);
  const rows = found.map((row) => toRawRow(row, roles));
  const weight = rows.filter(isWeighty).length;
  const documentDoubts = [...numberingDoubts(found), ...deadlineDoubts(rows), ...strayDoubts(stray)];
  documentDoubts.push(...fillEmpty(rows));
  const headings = [
    ...new Set(found.flatMap((row) => [row.section, row.measure].filter((heading) => heading !== null))),
  ];
  const used = new Set([...found.flatMap((row) => row.paragraphs), ...headings]);
  const taken = found.flatMap((row) => row.paragraphs.flatMap((paragraph) => paragraph.line.blocks));
  const [first, last] = [Math.min(...taken), Math.max(...taken)];
  const left: { line: Line; text: string }[] = [
    ...stray.filter((paragraph) => !used.has(paragraph)).map(({ line }) => ({ line, text: line.text })),
    ...headings.map((heading) => ({ line: heading.line, text: headingParts(heading).remainder })),
    ...pageNumbers.map((line) => ({ line, text: line.text })),
  ]
    .filter(({ line, text }) => text !== '' && line.blocks[0]! > first && line.blocks[0]! < last)
    .sort((a, b) => a.line.blocks[0]! - b.line.blocks[0]!);
  const list: RawList = {
    rows,
    headings: headingsOf(found, roles),
    leadRule: findLeadRule(content),
    leftOver: [
      ...left.map(({ line, text }) => ({ place: placeOf([line]), text })),
      ...found.flatMap((row, index) => unfiled(row).map((text) => ({ place: rows[index]!.place, text }))),
    ],
    doubts: documentDoubts,
  };
  askUnnumbered(found, rows);
  const place = placeOf(found.flatMap((row) => row.paragraphs.map((paragraph) => paragraph.line)));
  const blocks = [
    ...new Set([...[...used].flatMap(({ line }) => line.blocks), ...left.flatMap(({ line }) => line.blocks)]),
  ];
  return [
    {
      words: `正文${place}（${rows.length} 项）`,
      place,
      weight,
      blocks: blocks.sort((a, b) => a - b),
      list,
    },
  ];
}

/** Words of a bracket that are in no field; the tasks under one heading have them once. */
function unfiled({ segment: { assignment } }: ProseRow): string[] {
  return assignment && assignment.from?.isFirst !== false ? [...assignment.rest, ...assignment.remarks] : [];
}

function isWeighty({ cells }: RawRow): boolean {
  return cells.lead !== undefined || cells.responsible !== undefined || cells.deadline !== undefined;
}

/** Chapters that say what they are (重点任务, 工作内容及分工) and not what they are about. */
const GENERAL_CHAPTER =
  /^(?:(?:20\d\d年(?:度)?)?(?:重点|主要|工作|具体|目标|改革|年度)*(?:任务|内容|措施|举措|事项|目标任务)(?:(?:及|和|与)?(?:责任)?(?:分工|清单|安排|措施))?|任务分解|责任分工)$/u;

type Chapter = { section: Paragraph | null; chapter: Paragraph | null; measure: Paragraph | null };

function readRows(blocks: readonly NumberedBlock[]): { rows: ProseRow[]; stray: Paragraph[] } {
  const rows: ProseRow[] = [];
  const stray: Paragraph[] = [];
  const range = listRange(blocks);
  const tasks = new Set(range);
  const last = range.at(-1) ?? -1;
  // Not by push(...all): a text of 100,000 lines has more pieces than a call can have arguments.
  const leaveOut = (paragraphs: readonly Paragraph[]) => {
    for (const paragraph of paragraphs) stray.push(paragraph);
  };
  const titles = readTitles(blocks);
  const current: Chapter = { section: null, chapter: null, measure: null };
  blocks.forEach((block, index) => {
    const isTask = tasks.has(index);
    enterBlock(current, block, isTask && !isHeadingOfMany(block, titles));
    if (!isTask) {
      if (block.head) stray.push(block.head);
      leaveOut(block.paragraphs);
      return;
    }
    const read = rowsOfBlock(block, current, titles);
    const isAmongRows = block.head?.number != null && index < last;
    askStray(read, isAmongRows);
    if (block.head && !read.rows.some((row) => row.paragraphs.includes(block.head!))) stray.push(block.head);
    for (const row of read.rows) rows.push(row);
    leaveOut(read.stray);
  });
  return { rows, stray };
}

/** A heading holds until the next one of its depth or above. */
function enterBlock(current: Chapter, block: NumberedBlock, isTask: boolean): void {
  const head = block.head;
  if (!head) return;
  const kind = head.number?.kind ?? 'section';
  if (kind === 'chapter') Object.assign(current, { chapter: isTask ? null : head, section: null, measure: null });
  else if (kind === 'section') Object.assign(current, { section: isTask ? null : head, measure: null });
  else current.measure = isTask ? currentMeasure(current, head) : head;
}

/** A task keeps the measure above it only where that is numbered from further out. */
function currentMeasure(current: Chapter, head: Paragraph): Paragraph | null {
  const above = current.measure?.number;
  if (!above || !head.number) return above ? current.measure : null;
  return numberDepth(above.kind) < numberDepth(head.number.kind) ? current.measure : null;
}

/** Kinds of numbers whose headings stand above exactly one task each: the number is the task's; `rare`: most tasks of the kind have no heading. */
type Titles = { single: Set<string>; rare: Set<string> };

function isTitle(block: NumberedBlock): boolean {
  return block.head?.isHeading === true && !isAssigned(block.head) && block.paragraphs.some(isAssigned);
}

function readTitles(blocks: readonly NumberedBlock[]): Titles {
  const titled = blocks.filter((block) => isTitle(block));
  const kinds = [...new Set(titled.map(kindOf))];
  const hasOneTask = (block: NumberedBlock) =>
    block.head?.number != null && block.paragraphs.filter(isAssigned).length === 1;
  const untitled = (kind: string) =>
    blocks.filter((block) => kindOf(block) === kind && block.head && isAssigned(block.head));
  const titledOf = (kind: string) => titled.filter((block) => kindOf(block) === kind);
  return {
    single: new Set(kinds.filter((kind) => titledOf(kind).every(hasOneTask))),
    rare: new Set(kinds.filter((kind) => titledOf(kind).length <= untitled(kind).length)),
  };
}

function isHeadingOfMany(block: NumberedBlock, titles: Titles): boolean {
  return isTitle(block) && !titles.single.has(kindOf(block));
}

/** Blocks that hold tasks: those with units or dates, and those of the same numbering among them or next to them that lack both. */
function listRange(blocks: readonly NumberedBlock[]): number[] {
  const heads = chapterHeads(blocks);
  const isTask = (block: NumberedBlock, index: number) =>
    holdsUnits(block) && (!isSupporting(heads[index] ?? null) || isPlainlyAssigned(block));
  const assigned = blocks.flatMap((block, index) => (isTask(block, index) ? [index] : []));
  const kinds = new Set(assigned.map((index) => kindOf(blocks[index]!)));
  const chapters = chapterNumbers(blocks);
  const listed = new Set(assigned.map((index) => chapters[index]));
  const isCandidate = (index: number) => {
    const block = blocks[index]!;
    if (!block.head?.number || !kinds.has(kindOf(block)) || holdsUnits(block) || !listed.has(chapters[index]))
      return false;
    if (isSupporting(heads[index] ?? null)) return false;
    return !isOutsideNumber(blocks, index);
  };
  const range = new Set(assigned);
  const [first, last] = [assigned[0]!, assigned.at(-1)!];
  for (let index = first + 1; index < last; index += 1) if (isCandidate(index)) range.add(index);
  for (
    let index = last + 1;
    index < blocks.length && isCandidate(index) && follows(blocks, index - 1, index);
    index += 1
  )
    range.add(index);
  for (let index = first - 1; index >= 0 && isCandidate(index) && follows(blocks, index, index + 1); index -= 1)
    range.add(index);
  return [...range].sort((a, b) => a - b);
}

function holdsUnits(block: NumberedBlock): boolean {
  return (block.head !== null && isAssigned(block.head)) || block.paragraphs.some(isAssigned);
}

function kindOf(block: NumberedBlock): string {
  return block.head?.number?.kind ?? 'none';
}

function follows(blocks: readonly NumberedBlock[], earlier: number, later: number): boolean {
  const [first, second] = [blocks[earlier]!.head?.number, blocks[later]!.head?.number];
  return first?.kind === second?.kind && first?.value != null && second?.value === first.value + 1;
}

/** A number that has deeper numbers under it is a heading, not a task. */
function isOutsideNumber(blocks: readonly NumberedBlock[], index: number): boolean {
  const [here, next] = [blocks[index]?.head?.number, blocks[index + 1]?.head?.number];
  return here != null && next != null && numberDepth(next.kind) > numberDepth(here.kind);
}

function chapterNumbers(blocks: readonly NumberedBlock[]): number[] {
  let chapter = 0;
  return blocks.map((block) => {
    if (block.head?.number?.kind === 'chapter' || (block.head && block.head.number === null)) chapter += 1;
    return chapter;
  });
}

/** The heading of the chapter in which each block stands. */
function chapterHeads(blocks: readonly NumberedBlock[]): (Paragraph | null)[] {
  let chapter: Paragraph | null = null;
  return blocks.map(({ head }) => {
    if (head && (head.number === null || head.number.kind === 'chapter')) chapter = head;
    return chapter;
  });
}

/** 牵头单位：… or …牵头; not 纳入考核（督查室负责）. */
function isPlainlyAssigned(block: NumberedBlock): boolean {
  return [...(block.head ? [block.head] : []), ...block.paragraphs]
    .flatMap(({ segments }) => segments)
    .some(({ assignment }) => assignment?.sign === 'label' || assignment?.parts.some(({ role }) => role === 'lead'));
}

const SUPPORTING_CHAPTER =
  /^(?:(?:强化|加强|完善|落实)?(?:组织|工作|实施)(?:保障|领导)(?:措施|机制)?|保障措施|保障机制|(?:有关|相关|工作|几点|具体)?要求|组织实施|总体要求|(?:工作|总体|主要)?目标(?:要求)?|附则)$/u;

/** A chapter that says how the work is held together and not what the work is. */
function isSupporting(chapter: Paragraph | null): boolean {
  return chapter !== null && SUPPORTING_CHAPTER.test(chapter.body.replace(/\s|[。：:]$/gu, ''));
}

function rowsOfBlock(block: NumberedBlock, current: Chapter, titles: Titles): { rows: ProseRow[]; stray: Paragraph[] } {
  const { head } = block;
  const isRare = isTitle(block) && titles.rare.has(kindOf(block)) && titles.single.has(kindOf(block));
  const hasTitle = head?.isHeading === true && !isAssigned(head) && block.paragraphs.length > 0 && !isRare;
  const numbered = head !== null && head.number !== null && !isHeadingOfMany(block, titles);
  const { chunks, stray } = chunksOf(
    head === null || hasTitle ? block.paragraphs : [head, ...block.paragraphs],
    numbered,
  );
  const section = current.section ?? (isGeneral(current.chapter) ? null : current.chapter);
  const headIsMeasure =
    hasTitle && head.number?.kind !== 'chapter' && head.number?.kind !== 'section' && head.number !== null;
  const rows = chunks.flatMap((chunk) =>
    rowsOfChunk(chunk).map(
      (row): ProseRow => ({
        ...row,
        number: numbered ? head.number : null,
        section: hasTitle && !headIsMeasure ? head : section,
        measure: headIsMeasure ? head : current.measure,
      }),
    ),
  );
  if (isSupporting(current.chapter))
    for (const row of rows)
      row.doubts.push({
        field: 'row',
        kind: 'text',
        text: `这一项在“${current.chapter!.body}”一章，请确认是否列为任务`,
      });
  if (head && isRare)
    for (const row of rows)
      row.doubts.push({
        field: 'row',
        kind: 'heading',
        text: `“${head.body}”独立成行，其他任务没有标题，已读作任务文字的开头，请确认`,
        printed: head.body,
      });
  if (numbered && rows.length > 1)
    for (const row of rows)
      row.doubts.push({
        field: 'row',
        kind: 'split-row',
        text: `序号 ${head.number!.printed} 下有 ${rows.length} 组单位，已分成 ${rows.length} 行`,
      });
  return { rows, stray };
}

/** Words behind the units of a number and before the next one may belong to its task. */
function askStray({ rows, stray }: { rows: ProseRow[]; stray: Paragraph[] }, isAmongRows: boolean): void {
  for (const paragraph of stray)
    if (isAmongRows || looksLikeCell(paragraph.body)) rows.at(-1)?.doubts.push(strayDoubt(paragraph));
}

/** Units beside words that are no task: 保障措施 of which one is somebody's. */
function strayDoubts(stray: readonly Paragraph[]): Doubt[] {
  return stray.filter(isAssigned).map((paragraph) => ({
    field: 'document',
    kind: 'text',
    text: `${placeOf([paragraph.line])}的“${paragraph.line.text.slice(0, 30)}”写有单位，没有列为任务，请确认`,
    printed: paragraph.line.text,
  }));
}

function strayDoubt(paragraph: Paragraph): Doubt {
  const text = `其后的文字“${paragraph.body.slice(0, 30)}”没有归入这一行，请确认`;
  return { field: 'row', kind: 'text', text, printed: paragraph.body };
}

function isGeneral(chapter: Paragraph | null): boolean {
  return chapter !== null && GENERAL_CHAPTER.test(chapter.body.replace(/\s|[。：:]$/gu, ''));
}

/** Paragraphs up to and with one that names units are one task where they stand under one number; else each stands alone. */
function chunksOf(paragraphs: readonly Paragraph[], numbered: boolean): { chunks: Paragraph[][]; stray: Paragraph[] } {
  const chunks: Paragraph[][] = [];
  const stray: Paragraph[] = [];
  let open: Paragraph[] = [];
  for (const paragraph of paragraphs) {
    if (numbered || isAssigned(paragraph)) open.push(paragraph);
    else stray.push(paragraph);
    if (!isAssigned(paragraph)) continue;
    chunks.push(open);
    open = [];
  }
  if (open.length > 0 && chunks.length === 0) chunks.push(open);
  else stray.push(...open);
  return { chunks, stray };
}

type RowOfChunk = Pick<ProseRow, 'text' | 'paragraphs' | 'segment' | 'doubts'>;

function rowsOfChunk(chunk: Paragraph[]): RowOfChunk[] {
  const ending = chunk.at(-1)!;
  const before = chunk.slice(0, -1).map((paragraph) => paragraph.line.text);
  if (chunk.length > 0 && chunk[0]!.number) before[0] = before.length > 0 ? chunk[0]!.body : '';
  const partNumber = ending.isPartOfTask ? (ending.number?.printed ?? '') : '';
  const doubts: Doubt[] = [];
  if (chunk.some((paragraph) => paragraph.line.isStruck))
    doubts.push({ field: 'row', kind: 'struck', text: '原文有删除线，请确认是否保留' });
  if (partNumber !== '')
    doubts.push({ field: 'row', kind: 'split-row', text: '只有最后一个子项之后写有单位，各子项已合为一行，请确认' });
  const segments =
    ending.segments.length > 0 ? ending.segments : [{ text: ending.body, assignment: null, damage: [], unsure: [] }];
  return segments.map((segment, index) => ({
    text: [...(index === 0 ? before : []), partNumber + segment.text].filter((text) => text !== '').join('\n'),
    paragraphs: index === 0 ? chunk : [ending],
    segment,
    doubts: [...doubts],
  }));
}

const LABELLED_FIELDS = ['lead', 'responsible', 'deadline', 'group'] as const;

/** The label that most rows print. */
function headingsOf(rows: readonly ProseRow[], roles: Roles): RawList['headings'] {
  const headings: Partial<Record<ListField, string>> = {};
  for (const field of LABELLED_FIELDS) {
    const counts = new Map<string, number>();
    for (const row of rows)
      for (const { label } of fieldParts(row, roles)[field]) if (label) counts.set(label, (counts.get(label) ?? 0) + 1);
    const most = [...counts].sort((a, b) => b[1] - a[1])[0];
    if (most) headings[field] = most[0];
  }
  return headings;
}

function numberingDoubts(rows: readonly ProseRow[]): Doubt[] {
  if (rows.some((row) => row.number !== null)) return [];
  return [{ field: 'seq', kind: 'numbering', text: '清单没有序号，按出现的先后编号，请确认' }];
}

function deadlineDoubts(rows: readonly RawRow[]): Doubt[] {
  if (rows.some(({ cells }) => cells.deadline !== undefined)) return [];
  return [{ field: 'deadline', kind: 'no-deadline', text: '正文没有写明各项任务的完成时限，请确认' }];
}

/** Where others are numbered, a row without a number is asked about by itself. */
function askUnnumbered(found: readonly ProseRow[], rows: readonly RawRow[]): void {
  if (found.every((row) => row.number === null)) return;
  found.forEach((row, index) => {
    if (row.number === null) rows[index]!.doubts.push({ field: 'seq', kind: 'numbering', text: '这一项没有编号' });
  });
}
