import { countLastRow, kindOf, type RowContext } from './lost-cells-row';
import { bareNumber, endsSentence, type HeadingShape, headingShape, type Line } from './lost-cells-words';

/** The stream of lines below the header, cut into rows at the running numbers. */

export type Heading = { shape: HeadingShape | null; lines: Line[] };
export type RowSegment = {
  seq: Line;
  number: number;
  headings: Heading[];
  /** A group's name where its column stands before the number. */
  group: Line[];
  /** No heading was printed, but one without a number may be hidden behind the row before, whose last column is not printed. */
  mayHideHeading: boolean;
  /** The row before does not end with its last column: what was read as headings here may be cells of that row. */
  isRowBeforeOpen: boolean;
  /** White space stood before the number and no heading was printed. */
  isBlankBefore: boolean;
  lines: Line[];
  /** Numbers between the row before and this one are missing. */
  isAfterGap: boolean;
};

/** Index of the next line with words. */
function textBehind(lines: readonly Line[], index: number): number {
  let next = index + 1;
  while (lines[next]?.text === '') next += 1;
  return next;
}

/** A number counts only where words stand behind it that are no number and no heading: the others are page numbers. */
function isAnchor(lines: readonly Line[], index: number, context: RowContext): boolean {
  const at = textBehind(lines, index);
  const next = lines[at];
  if (!next || bareNumber(next.text) !== null) return false;
  const shape = headingShape(next.text);
  if (shape === null || (shape === 'measure' && context.hasMeasureBehind)) return true;
  // 1 / 一、市场环境 / 推行…。: the heading stands between the number and the task.
  const task = lines[textBehind(lines, at)];
  return context.hasMeasureBehind && task !== undefined && headingShape(task.text) === null && endsSentence(task.text);
}

function findAnchors(
  lines: readonly Line[],
  context: RowContext,
): { index: number; number: number; isAfterGap: boolean }[] {
  const numbers = lines.flatMap((line, index) => {
    const number = bareNumber(line.text);
    return number !== null && isAnchor(lines, index, context) ? [{ index, number }] : [];
  });
  const anchors: { index: number; number: number; isAfterGap: boolean }[] = [];
  for (const [at, { index, number }] of numbers.entries()) {
    const last = anchors.at(-1);
    const expected = last ? last.number + 1 : number;
    const isRestart =
      last !== undefined && number === 1 && lines.slice(last.index, index).some((line) => headingShape(line.text));
    const isGap =
      number > expected && number <= expected + 3 && !numbers.slice(at).some((other) => other.number === expected);
    if (number === expected || isRestart || isGap) anchors.push({ index, number, isAfterGap: isGap });
  }
  return anchors;
}

/** Where the lines between two numbers stop being cells of the first row and begin to be headings of the second. */
function headingStart(lines: readonly Line[], context: RowContext, hasHeadings: boolean): number {
  const isHeadingZone = (from: number) =>
    lines.slice(from).every((line) => {
      const kind = kindOf(line, context);
      return kind === 'heading' || kind === 'blank' || kind === 'other' || (kind === 'group' && !context.isGroupBehind);
    });
  const starts = lines.findIndex(
    (line, index) => index > 0 && headingShape(line.text) !== null && isHeadingZone(index),
  );
  const isPlainHeading = !hasHeadings && !context.isDeadlineFirst && context.hasMeasureBefore;
  const deadline = lines.findLastIndex((line) => kindOf(line, context) === 'deadline');
  const behindDeadline = deadline > 0 ? lines.findIndex((line, index) => index > deadline && line.text !== '') : -1;
  const plain = isPlainHeading && behindDeadline > 0 && isHeadingZone(behindDeadline) ? behindDeadline : -1;
  let start = starts >= 0 ? starts : plain >= 0 ? plain : lines.length;
  const groupBefore = context.isGroupBehind ? -1 : lines.findLastIndex((line) => kindOf(line, context) === 'group');
  if (groupBefore > 0 && groupBefore < start) start = groupBefore;
  // White space behind a row whose last column is printed stands for the headings of the next row.
  const isLastPrinted =
    deadline > 0 && !context.isDeadlineFirst && lines.slice(deadline + 1, start).every((line) => line.text === '');
  return isLastPrinted ? deadline + 1 : start;
}

function endsWithDeadline(lines: readonly Line[], context: RowContext): boolean {
  const last = lines.findLast((line) => line.text !== '');
  return last !== undefined && !context.isDeadlineFirst && kindOf(last, context) === 'deadline';
}

function readHeadings(
  lines: readonly Line[],
  context: RowContext,
): Pick<RowSegment, 'headings' | 'group' | 'isBlankBefore'> {
  const headings: Heading[] = [];
  const group: Line[] = [];
  for (const line of lines) {
    const shape = headingShape(line.text);
    if (line.text === '') continue;
    if (shape || headings.length === 0) {
      if (!context.isGroupBehind && kindOf(line, context) === 'group') group.push(line);
      else headings.push({ shape, lines: [line] });
    } else if (!context.isGroupBehind && kindOf(line, context) === 'group') group.push(line);
    else headings.at(-1)!.lines.push(line);
  }
  return { headings, group, isBlankBefore: headings.length === 0 && lines.some((line) => line.text === '') };
}

/** Rows in the order of the stream; `end`: how many lines belong to the list. */
export function segmentRows(lines: readonly Line[], context: RowContext): { rows: RowSegment[]; end: number } {
  const anchors = findAnchors(lines, context);
  const hasHeadings = anchors.some(({ index }, at) =>
    lines.slice(at === 0 ? 0 : anchors[at - 1]!.index + 2, index).some((line) => headingShape(line.text) !== null),
  );
  const rows: RowSegment[] = [];
  let before = lines.slice(0, anchors[0]?.index ?? 0);
  let end = 0;
  for (const [at, anchor] of anchors.entries()) {
    const isLast = at === anchors.length - 1;
    const between = lines.slice(anchor.index + 1, anchors[at + 1]?.index);
    const count = isLast ? countLastRow(between, context) : headingStart(between, context, hasHeadings);
    const isRowBeforeOpen = at > 0 && !endsWithDeadline(rows[at - 1]!.lines, context);
    rows.push({
      seq: lines[anchor.index]!,
      number: anchor.number,
      isAfterGap: anchor.isAfterGap,
      mayHideHeading: !hasHeadings && context.hasMeasureBefore && isRowBeforeOpen,
      isRowBeforeOpen,
      lines: between.slice(0, count),
      ...readHeadings(before, context),
    });
    before = between.slice(count);
    end = anchor.index + 1 + count;
  }
  return { rows, end };
}
