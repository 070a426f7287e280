import type { SourceBlock } from '@/lib/imports/readers/source';
import { type Assignment, isDateLike, isLabelCut, isUnitList, startsWithLabel } from './prose-assignment.rules';
import { joined, readSegments, type Segment } from './prose-segments.rules';
import {
  goesOn,
  isPageNumber,
  type Line,
  LONGEST_PARAGRAPH,
  numberDepth,
  type PrintedNumber,
  splitNumber,
  unbalanced,
} from './prose-text.rules';

/** A paragraph with its number told off and its tasks told apart. */
export type Paragraph = {
  line: Line;
  number: PrintedNumber | null;
  /** Without the number. */
  body: string;
  segments: Segment[];
  isHeading: boolean;
  /** Its units were printed on lines of their own under it. */
  hasUnitsBelow: boolean;
  /** Its number is within the task of another number. */
  isPartOfTask: boolean;
};

/** A number and everything up to the next one that counts; paragraphs before the first number stand in a block without one. */
export type NumberedBlock = { head: Paragraph | null; paragraphs: Paragraph[] };

/** Running text of the document: page breaks mended, asides and page numbers left out. */
export function readLines(blocks: readonly SourceBlock[]): { lines: Line[]; pageNumbers: Line[] } {
  const lines: Line[] = [];
  const pageNumbers: Line[] = [];
  let isCut = true;
  blocks.forEach((block, index) => {
    if (block.kind === 'table') isCut = true;
    if (block.kind === 'table' || block.aside !== undefined) return;
    for (const text of block.text.split('\n').map((part) => closeLabels(part.trim()))) {
      if (text === '') continue;
      const line: Line = {
        text,
        places: [block.place],
        blocks: [index],
        headingLevel: block.headingLevel ?? null,
        isStruck: block.struck !== undefined,
      };
      if (isPageNumber(text)) {
        pageNumbers.push(line);
        continue;
      }
      const last = lines.at(-1);
      if (!isCut && last && goesOn(last, line, startsAnew)) extend(last, line);
      else lines.push(line);
      isCut = false;
    }
  });
  return { lines, pageNumbers };
}

/** 责 任 单 位：… → 责任单位：…, 牵头（责任）单位：… → 牵头单位：… */
function closeLabels(text: string): string {
  const plain = text.replace(
    /(?<=牵头|责任|配合|主办|协办)[（(][\u4e00-\u9fff]{2}[）)](?=(?:单位|部门|科室)\s*[：:])/gu,
    '',
  );
  return plain.replace(
    /(?:牵\s*头|责\s*任|配\s*合|主\s*办|协\s*办|参\s*与|完\s*成|办\s*结)\s*(?:单\s*位|部\s*门|科\s*室|时\s*限|时\s*间)(?=\s*[：:])/gu,
    (label) => label.replace(/\s+/gu, ''),
  );
}

function startsAnew(before: string, text: string): boolean {
  if (isLabelCut(before, text)) return false;
  return startsWithLabel(text) !== null || /^[（([〔【［]/u.test(text);
}

function extend(line: Line, next: Line): void {
  const isWord = /[A-Za-z0-9]$/u.test(line.text) && /^[A-Za-z0-9]/u.test(next.text);
  line.text += isWord && unbalanced(line.text).opened === 0 ? ` ${next.text}` : next.text;
  line.places.push(...next.places);
  line.blocks.push(...next.blocks);
  line.isStruck ||= next.isStruck;
}

const LONGEST_HEADING = 60;

/** One sentence at most. */
function isShort(words: string): boolean {
  return words.length <= LONGEST_HEADING && !/[。；;！？!?]/u.test(words.replace(/[。：:]$/u, ''));
}

/** （2021—2023年） under a title. */
const YEARS_OF_TITLE = /^[（(]\s*\d{4}\s*(?:年?\s*[—–\-~～至]+\s*\d{4}\s*)?年(?:度)?\s*[）)]$/u;

function toParagraph(line: Line, bareUnits: boolean): Paragraph {
  const split = splitNumber(line.text);
  const body = split?.rest ?? line.text;
  const segments =
    body.length > LONGEST_PARAGRAPH || YEARS_OF_TITLE.test(body)
      ? [{ text: body, assignment: null, damage: [], unsure: [] }]
      : readSegments(body, bareUnits);
  const words = segments.map((segment) => segment.text).join('') || body;
  const isHeading = isShort(words) && (line.headingLevel !== null || (split !== null && !/。$/u.test(words)));
  return { line, number: split?.number ?? null, body, segments, isHeading, hasUnitsBelow: false, isPartOfTask: false };
}

export function isAssigned(paragraph: Paragraph): boolean {
  return paragraph.segments.some((segment) => segment.assignment !== null);
}

/** Paragraphs of the document; a bracket or label line on a line of its own belongs to the paragraph above it. */
export function readParagraphs(lines: readonly Line[]): Paragraph[] {
  const firstLook = lines.map((line) => toParagraph(line, false));
  const paragraphs = hasBareUnits(firstLook) ? lines.map((line) => toParagraph(line, true)) : firstLook;
  const merged: Paragraph[] = [];
  for (const paragraph of paragraphs) {
    const above = merged.at(-1);
    if (above && isAttachment(paragraph, above)) attach(above, paragraph);
    else merged.push(paragraph);
  }
  return foldParts(shareHeadings(merged));
}

/**
 * 1.推进甲：（1）…；（2）…。（牵头单位：…）: the bracket behind the last part is for all of them where no other part has one, and where it
 * stands on a line of its own or others of these numbers have theirs directly.
 */
function foldParts(paragraphs: Paragraph[]): Paragraph[] {
  const direct = new Set(paragraphs.filter(isAssigned).map((paragraph) => paragraph.number?.kind));
  paragraphs.forEach((task, index) => {
    if (!task.number || isAssigned(task)) return;
    const parts = tasksUnder(paragraphs, index);
    const isDirectlyNext = paragraphs[index + 1] === parts[0]?.[0];
    const last = parts.at(-1)?.at(-1);
    if (parts.length < 2 || !isDirectlyNext || !last || !isAssigned(last)) return;
    const others = parts.flat().filter((paragraph) => paragraph !== last);
    if (others.some(isAssigned) || !(last.hasUnitsBelow || direct.has(task.number.kind))) return;
    task.isHeading = false;
    for (const part of parts.flat()) part.isPartOfTask = part.number !== null;
  });
  return paragraphs;
}

/** Units printed on a heading hold for the tasks numbered under it that name none. */
function shareHeadings(paragraphs: Paragraph[]): Paragraph[] {
  paragraphs.forEach((heading, index) => {
    const assignment = heading.segments[0]?.assignment;
    const words = heading.segments[0]?.text ?? '';
    if (!heading.number || !assignment || heading.segments.length > 1 || words === '' || !isShort(words)) return;
    const under = tasksUnder(paragraphs, index);
    if (under.length === 0) return;
    heading.segments[0]!.assignment = null;
    heading.isHeading = true;
    const needy = under.filter((task) => !task.some(isAssigned));
    if (needy.length === 0) keepWords(assignment, under[0]!);
    needy.forEach((task, position) => {
      const segment = task.at(-1)!.segments.at(-1);
      const from = { heading: words, isFirst: position === 0, count: needy.length };
      if (segment) segment.assignment = { ...assignment, from };
    });
  });
  return paragraphs;
}

/** Units on a heading whose tasks all have their own are in no field: they are asked about beside the first of the tasks. */
function keepWords(assignment: Assignment, task: Paragraph[]): void {
  const segment = task.flatMap((paragraph) => paragraph.segments).find((candidate) => candidate.assignment !== null);
  const words = assignment.parts.map(({ label, text }) => (label === null ? text : `${label}：${text}`));
  segment?.assignment?.rest.push(...words, ...assignment.rest);
}

/** The tasks of the first deeper kind of number behind a heading, up to the next number that is not deeper than the heading's. */
function tasksUnder(paragraphs: readonly Paragraph[], index: number): Paragraph[][] {
  const depth = numberDepth(paragraphs[index]!.number!.kind);
  const first = paragraphs[index + 1]?.number;
  const tasks: Paragraph[][] = [];
  if (!first || numberDepth(first.kind) <= depth) return tasks;
  for (const paragraph of paragraphs.slice(index + 1)) {
    const own = paragraph.number ? numberDepth(paragraph.number.kind) : Number.POSITIVE_INFINITY;
    if (own <= depth || (paragraph.line.headingLevel !== null && paragraph.number === null)) break;
    if (own <= numberDepth(first.kind)) tasks.push([paragraph]);
    else tasks.at(-1)!.push(paragraph);
  }
  return tasks;
}

function hasBareUnits(paragraphs: readonly Paragraph[]): boolean {
  const segments = paragraphs.flatMap((paragraph) => paragraph.segments);
  const unsure = segments.filter((segment) => segment.unsure.some((words) => isUnitList(words.slice(1, -1)))).length;
  return unsure >= 2 && unsure >= segments.filter((segment) => segment.assignment !== null).length;
}

function isAttachment(paragraph: Paragraph, above: Paragraph): boolean {
  if (paragraph.number !== null || paragraph.line.headingLevel !== null || above.segments.length === 0) return false;
  const [only, ...others] = paragraph.segments;
  if (only && others.length === 0 && only.text === '' && only.assignment !== null) return true;
  return startsWithLabel(paragraph.body)?.role === 'extra' && paragraph.body.length < 80 && isLabelled(above);
}

function isLabelled(paragraph: Paragraph): boolean {
  return paragraph.segments.at(-1)?.assignment?.sign === 'label' && paragraph.line.text.includes('\n');
}

function attach(above: Paragraph, paragraph: Paragraph): void {
  const last = above.segments.at(-1)!;
  const added = paragraph.segments[0]!;
  last.assignment = joined(last.assignment, added.assignment ?? extraOnly(paragraph.body));
  last.damage.push(...added.damage);
  above.hasUnitsBelow = true;
  above.line = {
    ...above.line,
    text: `${above.line.text}\n${paragraph.line.text}`,
    places: [...above.line.places, ...paragraph.line.places],
    blocks: [...above.line.blocks, ...paragraph.line.blocks],
    isStruck: above.line.isStruck || paragraph.line.isStruck,
  };
}

function extraOnly(text: string): NonNullable<Segment['assignment']> {
  const [label = '', ...value] = text.split(/[：:]/u);
  return {
    parts: [{ role: 'extra', label: label.trim(), text: value.join('：').trim() }],
    rest: [],
    remarks: [],
    sign: 'label',
  };
}

/** Blocks by the kinds of numbers that carry tasks and those outside of them; deeper numbers are words of their task. */
export function readBlocks(paragraphs: readonly Paragraph[]): NumberedBlock[] {
  const deepest = deepestKind(paragraphs);
  const blocks: NumberedBlock[] = [{ head: null, paragraphs: [] }];
  for (const paragraph of paragraphs) {
    const counts =
      paragraph.number && !paragraph.isPartOfTask
        ? numberDepth(paragraph.number.kind) <= deepest || isAssigned(paragraph)
        : paragraph.isHeading && !paragraph.isPartOfTask;
    if (counts) blocks.push({ head: paragraph, paragraphs: [] });
    else blocks.at(-1)!.paragraphs.push(paragraph);
  }
  return blocks;
}

function deepestKind(paragraphs: readonly Paragraph[]): number {
  let current: PrintedNumber | null = null;
  let deepest = 1;
  for (const paragraph of paragraphs) {
    current = paragraph.isPartOfTask ? current : (paragraph.number ?? current);
    if (current && isAssigned(paragraph)) deepest = Math.max(deepest, numberDepth(current.kind));
  }
  return deepest;
}

/** Words between the rows that may belong to one of them: they name units or dates and nothing else. */
export function looksLikeCell(text: string): boolean {
  return isUnitList(text) || isDateLike(text);
}
