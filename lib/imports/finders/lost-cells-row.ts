import type { UnitField } from './lost-cells-header';
import {
  areKnownUnits,
  bareNumber,
  continuesList,
  endsSentence,
  headingShape,
  isDeadline,
  isGroupName,
  isListOpen,
  isShortWords,
  isUnitList,
  type Line,
  type UnitNames,
} from './lost-cells-words';

/** The lines of one row behind its number, told apart by what they are; which unit column they fill is decided elsewhere. */

export type Mark = { kind: 'group' | 'units' | 'deadline' | 'blank'; lines: Line[]; isUncertain: boolean };
export type RowLines = {
  measure: Line[];
  text: Line[];
  marks: Mark[];
  strays: Line[];
  /** Reasons why the row as a whole may be read wrongly, in Chinese. */
  suspicions: string[];
};
export type RowContext = {
  units: UnitNames;
  unitFields: UnitField[];
  hasGroup: boolean;
  groupEnd: string;
  hasDeadline: boolean;
  isGroupBehind: boolean;
  /** The columns of groups or deadlines stand elsewhere than usual: behind the units, before the units. */
  isGroupLast: boolean;
  isDeadlineFirst: boolean;
  /** 序号 stands before the column of headings: the first words behind the number are the heading's. */
  hasMeasureBehind: boolean;
  hasMeasureBefore: boolean;
  year: number;
};

type Kind = 'blank' | 'group' | 'units' | 'deadline' | 'heading' | 'number' | 'other';

export function kindOf(line: Line, context: RowContext): Kind {
  const { text } = line;
  if (text === '') return 'blank';
  if (bareNumber(text) !== null) return 'number';
  if (headingShape(text)) return 'heading';
  if (context.hasGroup && isGroupName(text, context.groupEnd)) return 'group';
  if (isDeadline(text, context.year)) return 'deadline';
  return isUnitList(text, context.units) ? 'units' : 'other';
}

class RowReader {
  readonly row: RowLines = { measure: [], text: [], marks: [], strays: [], suspicions: [] };

  constructor(
    private readonly lines: readonly Line[],
    private readonly context: RowContext,
  ) {}

  private count(kind: Mark['kind']): number {
    return this.row.marks.filter((mark) => mark.kind === kind).length;
  }

  private get lastMark(): Mark | undefined {
    return this.row.marks.findLast((mark) => mark.kind !== 'blank');
  }

  /** A single line of words in front of the cells is the task, whatever column it would stand in. */
  private get taskEnd(): string {
    return (this.row.text.at(-1) ?? this.row.measure.at(-1))?.text ?? '';
  }

  private suspect(reason: string): void {
    if (!this.row.suspicions.includes(reason)) this.row.suspicions.push(reason);
  }

  private kindAfter(index: number): Kind | null {
    const next = this.lines.slice(index + 1).find((line) => line.text !== '');
    return next ? kindOf(next, this.context) : null;
  }

  private isPlaceOfGroup(): boolean {
    const { isGroupLast, isDeadlineFirst } = this.context;
    const isBeforeUnits = this.count('units') === 0 && (this.count('deadline') === 0 || isDeadlineFirst);
    return this.count('group') === 0 && (isBeforeUnits || isGroupLast);
  }

  /** A group's name broken over two lines: 市场 / 环境组. */
  private isGroupHead(index: number): boolean {
    const { hasGroup, isGroupBehind, groupEnd } = this.context;
    const [line, next] = [this.lines[index]!, this.lines[index + 1]];
    if (!hasGroup || !isGroupBehind || !next || !this.isPlaceOfGroup()) return false;
    return (
      line.text.length <= 6 &&
      isShortWords(line.text) &&
      isGroupName(line.text + next.text, groupEnd) &&
      kindOf(line, this.context) === 'other'
    );
  }

  private addUnits(line: Line, isUncertain: boolean): void {
    const last = this.row.marks.at(-1);
    const goesOn = last?.kind === 'units' && (isListOpen(last.lines.at(-1)!.text) || continuesList(line.text));
    if (goesOn) last.lines.push(line);
    else this.row.marks.push({ kind: 'units', lines: [line], isUncertain });
    const { context } = this;
    if (
      !goesOn &&
      this.count('units') === 1 &&
      !endsSentence(this.taskEnd) &&
      !areKnownUnits(line.text, context.units)
    ) {
      if (this.count('group') === 0) this.suspect('任务末尾没有句号，其后一行可能仍属任务');
    }
  }

  private addOther(line: Line, index: number): void {
    const { row, context } = this;
    const last = row.marks.at(-1);
    if (last?.kind === 'units' && (continuesList(line.text) || isListOpen(last.lines.at(-1)!.text))) {
      this.addUnits(line, false);
      return;
    }
    const isShort = isShortWords(line.text);
    const after = this.kindAfter(index);
    const isOpen =
      this.count('units') < context.unitFields.length && (this.count('deadline') === 0 || context.isDeadlineFirst);
    const isCellPlace =
      this.lastMark !== undefined || (endsSentence(this.taskEnd) && (after === 'units' || after === 'deadline'));
    if (isShort && isOpen && isCellPlace) {
      if (this.lastMark === undefined) this.suspect(`“${line.text}”可能仍属任务`);
      this.addUnits(line, true);
    } else if (isShort && context.hasDeadline && this.count('units') > 0 && this.count('deadline') === 0) {
      row.marks.push({ kind: 'deadline', lines: [line], isUncertain: true });
    } else if (this.lastMark === undefined) {
      row.text.push(line);
      this.suspect('任务占了几行，其中一行可能属于别的栏');
    } else this.addStray(line);
  }

  private addStray(line: Line): void {
    this.row.strays.push(line);
    this.suspect(`“${line.text}”未能归入任何一栏`);
  }

  private addMark(kind: 'group' | 'deadline', lines: Line[]): void {
    if (kind === 'group' && !this.isPlaceOfGroup()) {
      this.suspect('专项组的位置与表头不符');
    }
    if (this.lastMark === undefined && kind === 'deadline' && !endsSentence(this.taskEnd)) {
      this.suspect('任务末尾没有句号，其后的时限可能仍属任务');
    }
    this.row.marks.push({ kind, lines, isUncertain: false });
  }

  /** With a column of headings behind the number: the heading is merged with the one above, and a cell of units stands behind the task. */
  private isBehindTask(kind: Kind, index: number): boolean {
    const { row, context } = this;
    if (row.measure.length === 0 || (kind !== 'units' && kind !== 'deadline' && kind !== 'group')) return false;
    if (endsSentence(row.measure[0]!.text)) return true;
    const rest = this.lines.slice(index).filter((line) => kindOf(line, context) === 'units');
    if (rest.length > context.unitFields.length) return false;
    this.suspect('标题与任务只印有一行，读作任务');
    return true;
  }

  private addHeadWords(line: Line, kind: Kind, index: number): boolean {
    const { row, context } = this;
    if (context.hasMeasureBehind && row.measure.length === 0) row.measure.push(line);
    else if (row.text.length > 0 || row.marks.length > 0 || this.isBehindTask(kind, index)) return false;
    else row.text.push(line);
    return true;
  }

  read(): RowLines {
    for (let index = 0; index < this.lines.length; index += 1) {
      const line = this.lines[index]!;
      const kind = kindOf(line, this.context);
      if (kind === 'blank') {
        if (this.row.text.length > 0) this.row.marks.push({ kind: 'blank', lines: [line], isUncertain: true });
      } else if (this.addHeadWords(line, kind, index)) continue;
      else if (this.isGroupHead(index)) {
        this.addMark('group', [line, this.lines[index + 1]!]);
        index += 1;
      } else if (kind === 'units') {
        const isBehind = this.count('deadline') > 0 && !this.context.isDeadlineFirst;
        if (isBehind) this.suspect('完成时限之后又印有单位，可能是两行任务');
        this.addUnits(line, false);
      } else if (kind === 'group' || kind === 'deadline') this.addMark(kind, [line]);
      else if (kind === 'number') this.addStray(line);
      else this.addOther(line, index);
    }
    return this.row;
  }
}

/** With a column of headings behind the number, a single line of words is the task and its heading is merged with the one above. */
function settleMeasure(row: RowLines): RowLines {
  return row.text.length === 0 ? { ...row, text: row.measure, measure: [] } : row;
}

export function readRowLines(lines: readonly Line[], context: RowContext): RowLines {
  return settleMeasure(new RowReader(lines, context).read());
}

/** How many lines belong to the last row: its cells, each at most once and in order; what follows is no part of the list. */
export function countLastRow(lines: readonly Line[], context: RowContext): number {
  const steps: string[] = [];
  const heads = context.hasMeasureBehind ? 2 : 1;
  const isOrderFree = context.isGroupLast || context.isDeadlineFirst;
  let printed = 0;
  let end = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]!;
    const kind = kindOf(line, context);
    if (kind === 'blank') continue;
    const isGroupHead =
      context.hasGroup &&
      (steps.length === 0 || isOrderFree) &&
      kind === 'other' &&
      isGroupName(line.text + (lines[index + 1]?.text ?? ''), context.groupEnd) &&
      line.text.length <= 6;
    if (printed < 1 || (printed < heads && kind === 'other' && !isGroupHead)) printed += 1;
    else if (isGroupHead) continue;
    else if (kind === 'group' && !steps.includes('group') && (steps.length === 0 || isOrderFree)) steps.push('group');
    else if (
      kind === 'units' &&
      (!steps.includes('deadline') || context.isDeadlineFirst) &&
      steps.filter((step) => step === 'units').length < context.unitFields.length
    ) {
      steps.push('units');
    } else if (kind === 'deadline' && context.hasDeadline && !steps.includes('deadline')) steps.push('deadline');
    else break;
    end = index + 1;
  }
  return end;
}
