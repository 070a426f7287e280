import {
  type CellField,
  type FilledRow,
  fillColumns,
  groupName,
  type ListHabits,
  type PrintedCell,
} from './lost-cells-columns';
import { type RowContext, type RowLines, readRowLines } from './lost-cells-row';
import type { Heading, RowSegment } from './lost-cells-stream';
import { HEADING_SHAPES, type HeadingShape, type Line, measureNumber } from './lost-cells-words';
import { type Doubt, FIELD_WORDS, type ListField, type RawCell, type RawList, type RawRow } from './raw-list';

type HeadingField = 'section' | 'measure';
/** What holds for the next row until something else is printed; `isUnsure`: then the rows that take it over are unsure too. */
type Held = { cell: PrintedCell; row: number; isUnsure: boolean };

function levelsOf(
  rows: readonly RowSegment[],
  context: RowContext,
): Partial<Record<HeadingShape | 'plain', HeadingField>> {
  const shapes = HEADING_SHAPES.map((shape) => shape.name).filter((name) =>
    rows.some((row) => row.headings.some((heading) => heading.shape === name)),
  );
  if (shapes.length === 0) return context.hasMeasureBefore ? { plain: 'measure' } : {};
  if (shapes.length === 1) return { [shapes[0]!]: shapes[0] === 'measure' ? 'measure' : 'section' };
  const [section, measure] = shapes.slice(-2);
  return { [section!]: 'section', [measure!]: 'measure' };
}

/** Rows with what holds in them: headings and merged cells go on until something else is printed, and so do the doubts about them. */
export class ListBuilder {
  readonly rows: RawRow[] = [];
  readonly leftOver: RawList['leftOver'] = [];
  private readonly held: Partial<Record<CellField | HeadingField, Held>> = {};
  private readonly levels: ReturnType<typeof levelsOf>;
  private readonly habits: ListHabits = { knownGroups: new Set(), hasBlankBehindGroup: false };
  private doubts: Doubt[] = [];
  private cells: Partial<Record<ListField, RawCell>> = {};
  private changed: Record<HeadingField, boolean> = { section: false, measure: false };

  constructor(
    private readonly segments: readonly RowSegment[],
    private readonly context: RowContext,
    private readonly fields: readonly CellField[],
    private readonly hasTraces: boolean,
  ) {
    this.levels = levelsOf(segments, context);
    for (const segment of segments) {
      const { marks } = readRowLines(segment.lines, context);
      const units = marks.filter((mark) => mark.kind === 'units' && !mark.isUncertain);
      const areUnitsPrinted = units.length === context.unitFields.length;
      const group = marks.find((mark) => mark.kind === 'group');
      if (!group || !areUnitsPrinted) continue;
      this.habits.knownGroups.add(groupName(group));
      if (marks[marks.indexOf(group) + 1]?.kind === 'blank') this.habits.hasBlankBehindGroup = true;
    }
  }

  private has(field: HeadingField): boolean {
    return this.context.hasMeasureBehind && field === 'measure' ? true : Object.values(this.levels).includes(field);
  }

  private ask(doubt: Doubt): void {
    const isAsked = this.doubts.some((asked) => asked.field === doubt.field);
    if (!isAsked) this.doubts.push(doubt);
  }

  private takeHeading(field: HeadingField, lines: readonly Line[]): void {
    const text = lines.map((line) => line.text).join('\n');
    const before = this.held[field];
    if (lines.length > 1)
      this.ask({ field, kind: 'heading', text: '标题占了几行，其中一行可能不属标题，请确认', printed: text });
    this.cells[field] = { text, isInherited: false, place: lines[0]!.place };
    if (before?.cell.text === text) return;
    const [last, next] = [measureNumber(before?.cell.text ?? ''), measureNumber(text)];
    const isOutOfOrder = last !== null && next !== null && next !== last + 1 && !(next === 1 && this.changed.section);
    if (field === 'measure' && isOutOfOrder) {
      this.ask({
        field,
        kind: 'heading',
        text: `标题的序号由${last}变为${next}，其间可能有标题缺失，请确认`,
        printed: text,
      });
    }
    this.changed[field] = true;
    this.held[field] = { cell: { text, place: lines[0]!.place }, row: this.rows.length, isUnsure: lines.length > 1 };
  }

  private takeHeadings(segment: RowSegment): void {
    this.changed = { section: false, measure: false };
    const isMeant = (heading: Heading, field: HeadingField) => this.levels[heading.shape ?? 'plain'] === field;
    for (const field of ['section', 'measure'] as const) {
      const printed = segment.headings.filter((heading) => isMeant(heading, field));
      if (printed.length > 1)
        this.ask({ field, kind: 'heading', text: '同一级标题接连印有两个，请确认此行属于哪一个' });
      if (printed.length > 0) this.takeHeading(field, printed.at(-1)!.lines);
      for (const heading of printed.slice(0, -1)) this.leaveOver(heading.lines);
      if (field === 'section' && this.changed.section && this.levels.measure === 'measure') this.forgetMeasure(segment);
    }
    const unknown = segment.headings.filter((heading) => this.levels[heading.shape ?? 'plain'] === undefined);
    for (const heading of unknown) {
      this.leaveOver(heading.lines);
      const printed = heading.lines[0]!.text;
      this.ask({
        field: 'section',
        kind: 'heading',
        text: `“${printed}”似为更高一级的标题或别的文字，未读入，请确认`,
        printed,
      });
    }
  }

  /** Under a new section the measure of the section before does not go on. */
  private forgetMeasure(segment: RowSegment): void {
    if (segment.headings.some((heading) => heading.shape === 'measure')) return;
    this.ask({ field: 'measure', kind: 'heading', text: '新的领域之下没有印出举措标题，请确认' });
  }

  private leaveOver(lines: readonly Line[]): void {
    this.leftOver.push(...lines.map((line) => ({ place: line.place, text: line.text })));
  }

  private holdHeadings(): void {
    for (const field of ['section', 'measure'] as const) {
      const held = this.held[field];
      if (this.cells[field]) continue;
      if (!held) {
        if (this.has(field)) this.ask({ field, kind: 'heading', text: '此行之前没有印出标题，请确认' });
        continue;
      }
      this.cells[field] = { ...held.cell, isInherited: true };
      if (this.doubts.some((doubt) => doubt.field === field)) held.isUnsure = true;
      else if (held.isUnsure)
        this.ask({
          field,
          kind: 'inherited',
          text: `沿用${this.nameOf(held)}的标题，该处待确认`,
          printed: held.cell.text,
        });
    }
  }

  private nameOf(held: Held): string {
    return `序号${this.segments[held.row]!.number}`;
  }

  /** Nothing printed in a column: merged with the row above, which only the frame of headings makes certain. */
  private inherit(field: CellField, printedFields: number): void {
    const held = this.held[field];
    const words = FIELD_WORDS[field];
    if (!held) {
      this.ask({ field, kind: 'blank-cell', text: `没有印出${words}，上面也没有可以沿用的，请补充` });
      return;
    }
    this.cells[field] = { ...held.cell, isInherited: true };
    const printed = held.cell.text;
    const source = this.nameOf(held);
    const isNewFrame = this.changed.section || (this.changed.measure && (field !== 'group' || !this.has('section')));
    const isPart = field !== 'group' && printedFields > 0;
    const hasFrame = this.has('section') || this.has('measure');
    if (this.isUnsure(field)) return;
    if (isNewFrame)
      this.ask({
        field,
        kind: 'inherited',
        text: `标题已换，却没有印出${words}，暂沿用${source}的“${printed}”，请确认`,
        printed,
      });
    else if (held.isUnsure)
      this.ask({ field, kind: 'inherited', text: `沿用${source}的${words}“${printed}”，该处待确认`, printed });
    else if (!this.hasTraces && (isPart || !hasFrame)) {
      this.ask({ field, kind: 'inherited', text: `没有印出${words}，暂沿用${source}的“${printed}”，请确认`, printed });
    }
  }

  /** A doubt about the row is about each of its cells, but blank cells behind the group's say nothing about the group. */
  private isUnsure(field: CellField): boolean {
    return this.doubts.some(
      (doubt) => doubt.field === field || (doubt.field === 'row' && (field !== 'group' || doubt.kind !== 'blank-cell')),
    );
  }

  private takeCells(filled: FilledRow): void {
    for (const doubt of filled.doubts) this.ask(doubt);
    const printedFields = Object.keys(filled.cells).filter((field) => field !== 'group').length;
    for (const field of this.fields) {
      const cell = filled.cells[field];
      if (cell) {
        this.cells[field] = { ...cell, isInherited: false };
        this.held[field] = { cell, row: this.rows.length, isUnsure: this.isUnsure(field) };
      } else {
        this.inherit(field, printedFields);
        const held = this.held[field];
        if (held && this.isUnsure(field)) this.held[field] = { ...held, isUnsure: true };
      }
    }
  }

  private takeText(row: RowLines): void {
    const text = row.text.map((line) => line.text).join('\n');
    this.cells.text = { text, isInherited: false, place: row.text[0]?.place ?? this.cells.seq!.place };
    if (row.text.length === 0) this.ask({ field: 'row', kind: 'text', text: '序号之后没有任务，请核对' });
    if (row.text.length > 1)
      this.ask({ field: 'text', kind: 'text', text: '任务占了几行，请确认都属于任务', printed: text });
    if (row.measure.length > 0) this.takeHeading('measure', row.measure);
    else if (this.context.hasMeasureBehind) {
      this.ask({ field: 'measure', kind: 'inherited', text: '没有印出举措，暂沿用上一行，请确认' });
      this.ask({ field: 'text', kind: 'inherited', text: '序号之后只有一段文字，暂读作任务，请确认' });
    }
  }

  private askAboutPlace(segment: RowSegment, filled: FilledRow, isLast: boolean): void {
    const printed = (Object.keys(filled.cells) as CellField[]).length;
    if (segment.isBlankBefore && printed === 0 && this.has('measure')) {
      this.ask({
        field: 'measure',
        kind: 'blank-cell',
        text: '序号之前有一空白行：标题一格可能另为空白，暂沿用上一行的标题，请确认',
      });
    }
    if (segment.isAfterGap)
      this.ask({ field: 'row', kind: 'numbering', text: '此行之前序号有缺，缺少的任务可能混在相邻的行里，请核对' });
    const expected = this.fields.filter((field) => field !== 'group');
    if (isLast && expected.some((field) => !filled.cells[field])) {
      this.ask({ field: 'row', kind: 'split-row', text: '这是最后一行，其单位或时限没有印全，请核对清单在何处结束' });
    }
  }

  /** A heading out of order behind a row that is not printed in full may be the rest of that row. */
  private askAboutRowBefore(segment: RowSegment): void {
    const words = segment.headings.flatMap((heading) => heading.lines).map((line) => line.text);
    const text = `此行之后的“${words.join(' ')}”读作标题，也可能属于此行，请核对`;
    this.rows.at(-1)?.doubts.push({ field: 'row', kind: 'heading', text });
  }

  private addRow(segment: RowSegment, isLast: boolean): void {
    this.doubts = [];
    this.cells = { seq: { text: segment.seq.text, isInherited: false, place: segment.seq.place } };
    const lines = readRowLines(segment.lines, this.context);
    const filled = fillColumns(lines, this.context, this.habits);
    const group = segment.group[0];
    if (group && !this.context.isGroupBehind)
      filled.cells.group = { text: segment.group.map((line) => line.text).join(''), place: group.place };
    this.takeHeadings(segment);
    if (segment.isRowBeforeOpen && this.doubts.length > 0) this.askAboutRowBefore(segment);
    this.takeText(lines);
    if (segment.mayHideHeading && !this.cells.measure) {
      this.ask({
        field: 'measure',
        kind: 'heading',
        text: '没有单独印出举措，可能混在上一行的末尾，暂沿用上一行，请确认',
      });
    }
    this.askAboutPlace(segment, filled, isLast);
    this.holdHeadings();
    this.takeCells(filled);
    this.leaveOver(lines.strays);
    this.rows.push({ place: segment.seq.place, cells: this.cells, extra: {}, doubts: this.doubts });
  }

  build(): this {
    for (const [index, segment] of this.segments.entries()) this.addRow(segment, index === this.segments.length - 1);
    for (const [index, segment] of this.segments.entries()) {
      const before = this.rows[index - 1];
      if (segment.isAfterGap && before) {
        before.doubts.push({
          field: 'row',
          kind: 'numbering',
          text: '此行之后序号有缺，缺少的任务可能混在此行里，请核对',
        });
      }
    }
    return this;
  }
}
