import type { Place, SourceCell } from '@/lib/imports/readers/source';
import { compactText } from '@/lib/text';
import { headingRank, type Mark, ranksAbove } from './numbering.rules';
import type { Doubt, ListField, RawCell, RawList, RawRow } from './raw-list';
import { blankDoubt, clip, hiddenDoubt, questionField, struckDoubt } from './table-doubts.rules';
import { type GridCell, isBlank, printedCells } from './table-grid.rules';
import { Headings } from './table-headings.rules';
import {
  type Body,
  bodyOf,
  cellAt,
  columnOf,
  FINISHED,
  hasSectionsAbove,
  isAlone,
  isCovered,
  isPrinted,
  isTitledNumber,
  type Line,
  LONGEST_SECTION,
  SAME_AS_ABOVE,
  sameWords,
} from './table-lines.rules';
import { type BlankNumber, numberFromTexts, settleBlankNumbers } from './table-numbers.rules';
import { readUnitLabels } from './table-units.rules';

/** The rows of a list from the body of its tables, in order. */

export type ReadRows = Pick<RawList, 'rows' | 'leftOver' | 'doubts'> & {
  /** Labels found inside the cells that stand for a heading of their own. */
  labels: RawList['headings'];
  /** The column headed as section holds the measures. */
  isLowered: boolean;
};

const TOTAL = /^(?:合计|小计|总计|共计|总分|合\s*计|总\s*计)/;
const NOTE = /^(?:注|备注|说明|填表说明|填报说明|注释|附注)(?:[:：]|\d|$)|^[*※]/;
const SIGN_OFF =
  /(?:填表人|审核人|制表人|填报人|联系人|联系电话|填报单位|填报日期|填表日期|制表日期|单位负责人签字|负责人签字|盖章)/;
/** Blank may mean "as above" or "none". */
const ASKED_WHEN_BLANK: ListField[] = ['lead', 'responsible', 'deadline', 'points', 'scoring'];
const CONTINUED: ListField[] = ['group', 'indicator1', 'indicator2'];

class RowReader {
  readonly rows: RawRow[] = [];
  readonly leftOver: { place: Place; text: string }[] = [];
  readonly doubts: Doubt[] = [];
  readonly labels: RawList['headings'] = {};
  private readonly headings: Headings;
  private isNewIndicator = false;
  private isInNotes = false;
  private points = { all: 0, sinceSubtotal: 0 };
  /** Seq cells printed blank, by row: what they mean is known when the next number is. */
  private blankSeqs: BlankNumber[] = [];
  private breakPending = false;
  /** Rows of tables whose lines are uncertain, and whether some of those lines were joined. */
  private readonly loose: RawRow[] = [];
  private hasLooseRest = false;
  /** Cells that went on with the row above, with the whole text: what they cover below has it too. */
  private readonly joined = new Map<SourceCell, RawCell>();

  constructor(private readonly body: Body) {
    this.headings = new Headings(body);
  }

  read(line: Line): void {
    this.breakPending ||= line.afterBreak;
    if (line.headingBefore) this.headings.set('section', line.headingBefore.text, line.headingBefore.place);
    const printed = printedCells(line.row);
    if (printed.length === 0) return;
    const isLooseRest = this.isLooseRest(line, printed);
    if (!isLooseRest && this.readApart(line, printed)) return;
    this.isInNotes = false;
    const isRest = isLooseRest || this.joinsAbove(line);
    this.hasLooseRest ||= isLooseRest;
    this.headings.read(line, { isRest, afterBreak: this.breakPending, isLoose: line.isLoose });
    if (isRest) this.join(line);
    else this.readTask(line);
    this.headings.isNewSection = false;
    this.breakPending = false;
  }

  finish(): ReadRows {
    this.settleSeqs(null);
    this.headings.finish();
    this.askLoose();
    numberFromTexts(this.rows);
    return {
      rows: this.rows,
      leftOver: [...this.leftOver, ...this.headings.leftOver],
      doubts: [...this.doubts, ...this.headings.doubts],
      labels: this.labels,
      isLowered: false,
    };
  }

  /** Once a line had to be joined by its place alone, every row may have a line of its neighbour. */
  private askLoose(): void {
    if (!this.hasLooseRest) return;
    for (const row of this.loose)
      row.doubts.push({ field: 'row', kind: 'split-row', text: '表格没有框线，各行按位置相接，请对照原件核对。' });
  }

  /** A line without a number in a table without lines, where rows have numbers: a further line of the row above. */
  private isLooseRest(line: Line, printed: GridCell[]): boolean {
    if (!line.isLoose || this.rows.length === 0 || columnOf(line, 'seq') < 0 || !this.body.filled.has('seq'))
      return false;
    const first = printed[0]!;
    if (isPrinted(cellAt(line, 'seq')) || NOTE.test(compactText(first.text)) || TOTAL.test(first.text.trim()))
      return false;
    return printed.length > 1 || (headingRank(first.text) === null && !this.isInNotes);
  }

  /** Rows that hold no task: headings over the whole width, totals, notes, signatures. */
  private readApart(line: Line, printed: GridCell[]): boolean {
    const first = printed[0]!;
    if (TOTAL.test(first.text.trim()) && compactText(first.text).length <= 12) return this.readTotal(line, printed);
    if (printed.length > 1 && !isPrinted(cellAt(line, 'text')) && SIGN_OFF.test(first.text))
      return this.leave(line, printed);
    if (isTitledNumber(line, printed)) {
      this.headings.setRow(`${printed[0]!.text.trim()} ${printed[1]!.text.trim()}`, 'chinese', line);
      return true;
    }
    if (!isAlone(line)) return false;
    const field = line.columns[first.originColumn]?.field ?? null;
    const isWide = first.columnSpan >= Math.max(2, line.width - 1);
    const isShort = compactText(first.text).length <= LONGEST_SECTION;
    const rank = headingRank(first.text);
    if (NOTE.test(compactText(first.text)) || (this.isInNotes && field !== 'text')) {
      this.isInNotes = true;
      return this.leave(line, printed);
    }
    if (SIGN_OFF.test(first.text) && isShort && (isWide || field !== 'text')) return this.leave(line, printed);
    if (!isWide && (field === 'section' || field === 'measure')) {
      this.headings.set(field, first.text, line.row.place);
      return true;
    }
    if (rank && rank.rest !== '' && isShort && this.isHeadingRow(line, field, isWide, rank.mark)) {
      this.headings.setRow(first.text, rank.mark, line, !isWide && rank.mark === 'arabic');
      return true;
    }
    if (isWide && isShort && !FINISHED.test(first.text.trim())) {
      this.headings.setRow(first.text, rank?.mark ?? null, line);
      return true;
    }
    if (isWide || field === 'seq' || this.rows.length === 0) {
      if (field === 'text' && !isWide) return false;
      this.doubts.push({
        field: 'document',
        kind: 'text',
        text: `${line.row.place}的“${clip(first.text)}”不属于任何一行，已留在“未归入”栏，请核对。`,
        printed: first.text,
      });
      return this.leave(line, printed);
    }
    return false;
  }

  /** A numbered title in the text column is a heading only where its number stands above those of the tasks. */
  private isHeadingRow(line: Line, field: ListField | null, isWide: boolean, mark: Mark): boolean {
    if (isWide || field === null) return true;
    if (field !== 'text') return line.columns[0]?.field === field;
    if (this.continues(line)) return false;
    const { textMark } = this.body;
    if (textMark !== null) return ranksAbove(mark, textMark);
    return (
      mark === 'chinese' ||
      mark === 'chinese-paren' ||
      mark === 'part' ||
      (mark === 'arabic' && this.body.filled.has('seq'))
    );
  }

  private readTotal(line: Line, printed: GridCell[]): boolean {
    const column = columnOf(line, 'points');
    const cell = column < 0 ? null : line.row.cells[column];
    const total = Number(cell && cell.state === 'own' ? compactText(cell.text).replace(/分$/, '') : Number.NaN);
    const isSubtotal = /小计/.test(printed[0]!.text);
    const sum = Math.round((isSubtotal ? this.points.sinceSubtotal : this.points.all) * 100) / 100;
    if (Number.isFinite(total) && total > 0 && total !== sum) {
      this.doubts.push({
        field: 'points',
        kind: 'points-total',
        text: `${line.row.place}印有合计 ${total}，以上各行分值之和为 ${sum}。`,
        printed: cell!.text,
      });
    }
    if (isSubtotal) this.points.sinceSubtotal = 0;
    return this.leave(line, printed);
  }

  private countPoints({ cells: { points } }: RawRow): void {
    const value = points && !points.isInherited ? Number(compactText(points.text).replace(/分$/, '')) || 0 : 0;
    this.points.all += value;
    this.points.sinceSubtotal += value;
  }

  private leave(line: Line, printed: GridCell[]): true {
    this.leftOver.push({ place: line.row.place, text: printed.map(({ text }) => text).join('\t') });
    return true;
  }

  /** Whether a text may be the rest of the row above: no number of its own, and nothing that says it is a task by itself. */
  private continues(line: Line): boolean {
    const last = this.rows.at(-1);
    const text = cellAt(line, 'text');
    if (!last || !isPrinted(text) || isPrinted(cellAt(line, 'seq')) || isCovered(cellAt(line, 'seq'))) return false;
    if ((['lead', 'responsible', 'deadline'] as const).some((field) => isCovered(cellAt(line, field)))) return false;
    const isUnfinished = !FINISHED.test((last.cells.text?.text ?? '').trim());
    if (!isUnfinished || headingRank(text.text) !== null) return false;
    const isOnlyText = !(['lead', 'responsible', 'deadline', 'points', 'scoring'] as const).some((field) =>
      isPrinted(cellAt(line, field)),
    );
    const isWithoutSeq = columnOf(line, 'seq') < 0 || !this.body.filled.has('seq');
    if (isWithoutSeq) return this.breakPending && isOnlyText;
    return isOnlyText || this.breakPending;
  }

  private joinsAbove(line: Line): boolean {
    if (this.continues(line)) return true;
    const text = cellAt(line, 'text');
    const isTextBlank = text === null || (text.state === 'own' && isBlank(text.text));
    return (
      this.breakPending &&
      this.rows.length > 0 &&
      isTextBlank &&
      !isPrinted(cellAt(line, 'seq')) &&
      !this.headings.startsSection(line)
    );
  }

  /** The rest of a row that a page break cut: each cell goes on with the one above. */
  private join(line: Line): void {
    const last = this.rows.at(-1)!;
    const printed = printedCells(line.row).filter(({ originColumn }) => {
      const field = line.columns[originColumn]?.field;
      return field !== 'section' && field !== 'measure';
    });
    const isSure = line.isLoose || (this.breakPending && this.body.hasFullStops && isPrinted(cellAt(line, 'text')));
    for (const cell of printed) {
      const { field, key } = line.columns[cell.originColumn]!;
      const before = field ? last.cells[field] : last.extra[key!];
      if (before && sameWords(before.text, cell.text)) continue;
      const joined = {
        text: `${before?.text ?? ''}${cell.text}`,
        isInherited: false,
        place: before?.place ?? line.row.place,
      };
      if (field) last.cells[field] = joined;
      else last.extra[key!] = joined;
      this.joined.set(cell.source, joined);
      if (!isSure || field === 'points') {
        last.doubts.push({
          field: questionField(field),
          kind: 'split-row',
          text: `${line.row.place}的“${clip(cell.text)}”没有序号，已接在本行之后，请核对。`,
          printed: cell.text,
        });
      }
      this.noteMarks(cell, field, last);
    }
    this.keepEmpty(line, last);
    if (line.row.isHidden) last.doubts.push(hiddenDoubt(line.row.place));
  }

  /** An empty cell of the rest of a row is the rest of the cell above: what it covers below has that one. */
  private keepEmpty(line: Line, last: RawRow): void {
    for (const [index, { field }] of line.columns.entries()) {
      const cell = line.row.cells[index];
      const before = field && last.cells[field];
      if (before && cell?.state === 'own' && isBlank(cell.text)) this.joined.set(cell.source, before);
    }
  }

  private inherit(cell: GridCell): RawCell {
    const { text, place } = this.joined.get(cell.source) ?? cell;
    return { text, isInherited: true, place };
  }

  private readTask(line: Line): void {
    const text = cellAt(line, 'text');
    const hasOwn = (fields: ListField[]) => fields.some((field) => isPrinted(cellAt(line, field)));
    const hasExtra = line.columns.some(({ key }, index) => key !== null && isPrinted(line.row.cells[index] ?? null));
    if (
      !isPrinted(text) &&
      !hasExtra &&
      !hasOwn(['seq', 'lead', 'responsible', 'deadline', 'points', 'scoring', 'group', 'indicator1', 'indicator2'])
    ) {
      this.leaveUnread(line);
      return;
    }
    const row: RawRow = { place: line.row.place, cells: {}, extra: {}, doubts: [] };
    this.readText(line, row);
    this.readSeq(line, row);
    this.headings.give(line, row);
    for (const field of CONTINUED) this.readContinued(line, row, field);
    for (const field of ASKED_WHEN_BLANK) this.readAsked(line, row, field);
    this.splitUnits(line, row);
    this.readExtra(line, row);
    this.readMarks(line, row);
    this.countPoints(row);
    this.rows.push(row);
    if (line.isLoose) this.loose.push(row);
  }

  /** Words of a row without task that are in no heading either. */
  private leaveUnread(line: Line): void {
    const rest = printedCells(line.row).filter(({ originColumn }) => {
      const field = line.columns[originColumn]?.field;
      return field !== 'section' && field !== 'measure';
    });
    if (rest.length > 0) this.leave(line, rest);
  }

  private readText(line: Line, row: RawRow): void {
    const cell = cellAt(line, 'text');
    const above = this.rows.at(-1)?.cells.text;
    const number = cellAt(line, 'seq');
    if (isPrinted(cell)) {
      row.cells.text = { text: cell.text, isInherited: false, place: cell.place };
      const isBare =
        this.rows.length > 0 &&
        number !== null &&
        number.state === 'own' &&
        isBlank(number.text) &&
        this.body.filled.has('seq') &&
        (['lead', 'responsible', 'deadline'] as const).every(
          (field) => !isPrinted(cellAt(line, field)) && !isCovered(cellAt(line, field)),
        );
      if (isBare) {
        row.doubts.push({
          field: 'row',
          kind: 'split-row',
          text: '本行只印有任务内容，没有序号，可能是上一行的续文。',
          printed: cell.text,
        });
      }
    } else if (isCovered(cell)) {
      row.cells.text = this.inherit(cell);
      const doubt: Doubt = {
        field: 'row',
        kind: 'split-row',
        text: '一项任务对应多行单位或时限，已按行分列，任务内容相同，请确定是否合并。',
        printed: cell.text,
      };
      row.doubts.push(doubt);
      // The row where it is printed is one of them.
      const first = this.rows.findLast((other) => other.place === cell.place);
      if (first && !first.doubts.some(({ text }) => text === doubt.text)) first.doubts.push(doubt);
    } else if (cell?.state === 'left') {
      row.cells.text = { text: cell.text, isInherited: true, place: cell.place };
      row.doubts.push({
        field: 'text',
        kind: 'blank-cell',
        text: `任务内容与左侧单元格合并，已取“${clip(cell.text)}”，请核对。`,
        printed: cell.text,
      });
    } else if (above && !isPrinted(number)) {
      row.cells.text = { text: above.text, isInherited: true, place: above.place };
      row.doubts.push({
        field: 'text',
        kind: 'split-row',
        text: '本行没有任务内容，已取上一行的内容，请核对。',
        printed: above.text,
      });
    } else {
      row.cells.text = { text: '', isInherited: false, place: line.row.place };
      row.doubts.push({ field: 'text', kind: 'text', text: '本行没有任务内容。' });
    }
  }

  private readSeq(line: Line, row: RawRow): void {
    if (columnOf(line, 'seq') < 0 || !this.body.filled.has('seq')) return;
    const cell = cellAt(line, 'seq');
    if (isPrinted(cell)) {
      row.cells.seq = { text: cell.text, isInherited: false, place: cell.place };
      this.settleSeqs(row);
      return;
    }
    if (isCovered(cell)) {
      row.cells.seq = this.inherit(cell);
      return;
    }
    row.cells.seq = { text: '', isInherited: false, place: line.row.place };
    this.blankSeqs.push({ row, isNewSection: this.headings.isNewSection });
  }

  private settleSeqs(next: RawRow | null): void {
    settleBlankNumbers(this.rows, this.blankSeqs, next);
    this.blankSeqs = [];
  }

  /** Printed once and blank below it: the value above goes on. */
  private readContinued(line: Line, row: RawRow, field: ListField): void {
    if (columnOf(line, field) < 0 || !this.body.filled.has(field)) return;
    const cell = cellAt(line, field);
    const above = this.rows.at(-1)?.cells[field];
    if (field === 'indicator1')
      this.isNewIndicator = isPrinted(cell) && (above === undefined || !sameWords(above.text, cell.text));
    if (isPrinted(cell) && !SAME_AS_ABOVE.test(compactText(cell.text))) {
      row.cells[field] = { text: cell.text, isInherited: false, place: cell.place };
    } else if (isCovered(cell)) {
      row.cells[field] = this.inherit(cell);
    } else if (!above || above.text === '' || (field === 'indicator2' && this.isNewIndicator)) {
      row.cells[field] = { text: '', isInherited: false, place: line.row.place };
      row.doubts.push(blankDoubt(field, above?.text));
    } else {
      row.cells[field] = { text: above.text, isInherited: true, place: above.place };
      if (field === 'group' && this.headings.isNewSection) {
        row.doubts.push({
          field: 'group',
          kind: 'inherited',
          text: `新的政策领域下没有印出责任专项组，已取上一行的“${clip(above.text)}”，请核对。`,
          printed: above.text,
        });
      }
    }
  }

  private readAsked(line: Line, row: RawRow, field: ListField): void {
    if (columnOf(line, field) < 0 || !this.body.filled.has(field)) return;
    const cell = cellAt(line, field);
    const above = this.rows.at(-1)?.cells[field];
    if (isPrinted(cell) && SAME_AS_ABOVE.test(compactText(cell.text)) && above) {
      row.cells[field] = { text: above.text, isInherited: true, place: above.place };
      row.doubts.push({
        field: questionField(field),
        kind: 'inherited',
        text: `印作“${cell.text.trim()}”，已取上一行的“${clip(above.text)}”，请核对。`,
        printed: cell.text,
      });
    } else if (isPrinted(cell)) {
      row.cells[field] = { text: cell.text, isInherited: false, place: cell.place };
    } else if (isCovered(cell)) {
      row.cells[field] = this.inherit(cell);
      if (field === 'points') {
        row.doubts.push({
          field,
          kind: 'inherited',
          text: `分值与上一行合并（${clip(cell.text)}），请确定是各自计分还是合计。`,
          printed: cell.text,
        });
      }
    } else if (cell?.state === 'above') {
      // Merged and empty: the question stands at its first row.
      row.cells[field] = this.inherit(cell);
    } else {
      row.cells[field] = { text: '', isInherited: false, place: line.row.place };
      row.doubts.push(
        blankDoubt(
          field,
          cell?.state === 'left' ? cell.text : above?.text,
          cell?.state === 'left' ? '与左侧合并的单元格相同' : '同上一行',
        ),
      );
    }
  }

  /** '牵头单位：甲；责任单位：乙' and '甲牵头，乙配合' in one column of units. */
  private splitUnits(line: Line, row: RawRow): void {
    const cell = row.cells.responsible;
    if (!cell || columnOf(line, 'lead') >= 0) return;
    const parts = readUnitLabels(cell.text);
    if (!parts) return;
    row.cells.lead = { ...cell, text: parts.lead };
    row.cells.responsible = { ...cell, text: parts.responsible };
    this.labels.lead ??= parts.label;
    row.doubts = row.doubts.filter(({ field, kind }) => !(field === 'responsible' && kind === 'blank-cell'));
  }

  private readExtra(line: Line, row: RawRow): void {
    line.columns.forEach(({ key }, index) => {
      if (key === null || !this.body.filled.has(key)) return;
      const cell = line.row.cells[index] ?? null;
      const isHere = isPrinted(cell) || isCovered(cell);
      row.extra[key] = isHere
        ? isCovered(cell)
          ? this.inherit(cell)
          : { text: cell.text, isInherited: false, place: cell.place }
        : { text: '', isInherited: false, place: line.row.place };
    });
  }

  /** Struck-through words and hidden rows are asked about. */
  private readMarks(line: Line, row: RawRow): void {
    const printed = printedCells(line.row);
    if (printed.length > 0 && printed.every(({ struck }) => struck === 'all')) {
      row.doubts.push({
        field: 'row',
        kind: 'struck',
        text: '整行加了删除线，请确定是否保留。',
        candidates: [{ value: '', why: '按删除线不列入' }],
      });
    } else for (const cell of printed) this.noteMarks(cell, line.columns[cell.originColumn]?.field ?? null, row);
    if (line.row.isHidden) row.doubts.push(hiddenDoubt(line.row.place));
  }

  private noteMarks(cell: GridCell, field: ListField | null, row: RawRow): void {
    const doubt = struckDoubt(cell, field);
    if (doubt) row.doubts.push(doubt);
  }
}

/** Reads the lines of one list; `lines` in the order of the document, without headers. */
export function readRows(lines: Line[]): ReadRows {
  const body = bodyOf(lines);
  if (!hasSectionsAbove(lines, body)) return readBody(lines, body);
  const lowered = lines.map((line) => ({
    ...line,
    columns: line.columns.map((column) =>
      column.field === 'section' ? { ...column, field: 'measure' as const } : column,
    ),
  }));
  return { ...readBody(lowered, bodyOf(lowered)), isLowered: true };
}

function readBody(lines: Line[], body: Body): ReadRows {
  const reader = new RowReader(body);
  for (const line of lines) reader.read(line);
  return reader.finish();
}
