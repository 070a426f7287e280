import type { Place } from '@/lib/imports/readers/source';
import { compactText } from '@/lib/text';
import { headingRank, type Mark } from './numbering.rules';
import type { Doubt, ListField, RawCell, RawList, RawRow } from './raw-list';
import { FIELD_WORDS } from './raw-list';
import { clip } from './table-doubts.rules';
import type { GridCell } from './table-grid.rules';
import {
  type Body,
  cellAt,
  columnOf,
  headingLines,
  isPrinted,
  type Line,
  type PrintedCell,
  reachesText,
  SAME_AS_ABOVE,
  sameWords,
} from './table-lines.rules';

/** `cells`: what the rows beneath it were given, so that the rest of a heading that a page break cut reaches them. */
type Heading = { text: string; place: Place; cells: RawCell[] } | null;

/** Whether the row begins a page or table, and whether it is the rest of the row above. */
export type LineStart = { afterBreak: boolean; isRest: boolean; isLoose: boolean };

/** 同上 leaves the heading in force. */
function isHeading(cell: GridCell | null): cell is PrintedCell {
  return isPrinted(cell) && !SAME_AS_ABOVE.test(compactText(cell.text));
}

/** The section and the measure in force while the rows of a list are read. */
export class Headings {
  /** A section began since the last row. */
  isNewSection = false;
  readonly leftOver: RawList['leftOver'] = [];
  readonly doubts: Doubt[] = [];
  private section: Heading = null;
  private measure: Heading = null;
  private readonly asked: { text: string; place: Place; field: 'section' | 'measure' }[] = [];

  constructor(private readonly body: Body) {}

  finish(): void {
    this.leaveUnused(this.section);
    this.leaveUnused(this.measure);
    this.ask();
  }

  setRow(text: string, mark: Mark | null, line: Line, isAsked = false): void {
    const hasColumn = (field: ListField) => line.columns.some((column) => column.field === field);
    const { top, low } = this.body.rowMarks;
    const isLow = mark !== null && top !== null && low !== null && mark !== top;
    const field = hasColumn('section') || isLow ? 'measure' : 'section';
    this.set(field, text, line.row.place);
    const isThird = mark !== top && mark !== low;
    if (isAsked || mark === null || isThird || (field === 'measure' && hasColumn('measure'))) {
      this.asked.push({ text, place: line.row.place, field });
    }
  }

  /** Titles over the whole width without a number: one question for all. */
  private ask(): void {
    const [first, ...others] = this.asked;
    if (!first) return;
    const many = others.length === 0 ? '' : `等 ${others.length + 1} 行`;
    this.doubts.push({
      field: 'document',
      kind: 'heading',
      text: `${first.place}的“${clip(first.text)}”${many}已作为${FIELD_WORDS[first.field]}标题读取，请核对。`,
      printed: first.text,
    });
  }

  set(field: 'section' | 'measure', text: string, place: Place): void {
    const heading = { text, place, cells: [] };
    if (field === 'measure') {
      if (this.measure !== null && sameWords(this.measure.text, text)) return;
      this.leaveUnused(this.measure);
      this.measure = heading;
      return;
    }
    if (this.section !== null && sameWords(this.section.text, text)) return;
    this.leaveUnused(this.section);
    this.leaveUnused(this.measure);
    this.section = heading;
    this.measure = null;
    this.isNewSection = true;
  }

  /** A heading without any row beneath it is in no field. */
  private leaveUnused(heading: Heading): void {
    if (heading === null || heading.cells.length > 0) return;
    this.leftOver.push({ place: heading.place, text: heading.text });
    this.doubts.push({
      field: 'document',
      kind: 'heading',
      text: `${heading.place}的标题“${clip(heading.text)}”下没有读到任务，请核对。`,
      printed: heading.text,
    });
  }

  /** Headings printed in this row's own section and measure columns. */
  read(line: Line, start: LineStart): void {
    const section = cellAt(line, 'section');
    if (isHeading(section) && !reachesText(line, section) && !this.goesOn('section', section.text, start)) {
      const { top, low } = this.body.columnMarks;
      const isMixed = top !== null && low !== null && columnOf(line, 'measure') < 0;
      for (const piece of isMixed ? headingLines(section.text) : [section.text]) {
        const mark = headingRank(piece)?.mark ?? top;
        this.set(isMixed && mark !== top ? 'measure' : 'section', piece, line.row.place);
      }
    }
    const measure = cellAt(line, 'measure');
    if (!isHeading(measure) || reachesText(line, measure)) return;
    if (!this.goesOn('measure', measure.text, start)) this.set('measure', measure.text, line.row.place);
  }

  /** Whether the row prints another section than the one in force. */
  startsSection(line: Line): boolean {
    const section = cellAt(line, 'section');
    if (this.isNewSection) return true;
    if (!isHeading(section) || (this.section !== null && sameWords(this.section.text, section.text))) return false;
    return this.body.columnMarks.top === null || headingRank(section.text) !== null;
  }

  /** At the top of a page, words without a number where headings have one, or beside the rest of a row: the rest of the heading above. */
  private goesOn(field: 'section' | 'measure', text: string, { afterBreak, isRest, isLoose }: LineStart): boolean {
    const { columnMarks, measureMarks } = this.body;
    const { top } = field === 'section' ? columnMarks : measureMarks;
    const heading = field === 'section' && columnMarks.low !== null ? (this.measure ?? this.section) : this[field];
    if (!(afterBreak || (isLoose && isRest)) || heading === null || sameWords(heading.text, text)) return false;
    if (top === null ? !isRest : headingRank(text) !== null) return false;
    heading.text += text;
    for (const cell of heading.cells) cell.text = heading.text;
    if (top === null && !isLoose) {
      this.doubts.push({
        field: 'document',
        kind: 'split-row',
        text: `标题“${clip(heading.text)}”在分页处断开，已前后相接，请核对。`,
        printed: text,
      });
    }
    return true;
  }

  give(line: Line, row: RawRow): void {
    const measureCell = cellAt(line, 'measure');
    if (this.section) row.cells.section = this.headingCell(this.section, line);
    if (measureCell && reachesText(line, measureCell)) {
      row.doubts.push({
        field: 'measure',
        kind: 'heading',
        text: '改革举措与任务内容合并为一格，请确定改革举措。',
        printed: measureCell.text,
      });
    } else if (this.measure) row.cells.measure = this.headingCell(this.measure, line);
    else if (columnOf(line, 'measure') >= 0 && this.body.filled.has('measure') && measureCell?.state !== 'left') {
      row.doubts.push({ field: 'measure', kind: 'heading', text: '新的政策领域下没有印出改革举措。' });
    }
  }

  private headingCell(heading: NonNullable<Heading>, line: Line): RawCell {
    const cell = { text: heading.text, isInherited: heading.place !== line.row.place, place: heading.place };
    heading.cells.push(cell);
    return cell;
  }
}
