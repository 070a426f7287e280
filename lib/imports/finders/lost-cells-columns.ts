import type { Place } from '@/lib/imports/readers/source';
import type { UnitField } from './lost-cells-header';
import type { Mark, RowContext, RowLines } from './lost-cells-row';
import { isDoubled } from './lost-cells-words';
import type { Doubt, QuestionKind } from './raw-list';

/** Which column each printed cell of a row fills. A column that is not among the result is merged with the row above. */

export type CellField = 'group' | UnitField | 'deadline';
export type PrintedCell = { text: string; place: Place };
export type FilledRow = { cells: Partial<Record<CellField, PrintedCell>>; doubts: Doubt[] };

/** What the rows whose units are all printed show of the whole list. */
export type ListHabits = {
  /** Names that stand in the column of groups. */
  knownGroups: Set<string>;
  /** White space behind a group's name is its layout, no cell. */
  hasBlankBehindGroup: boolean;
};

const NAMES: Record<UnitField, string> = { lead: '牵头单位', responsible: '责任单位' };

function printedCell(mark: Mark, joint = '\n'): PrintedCell {
  return { text: mark.lines.map((line) => line.text).join(joint), place: mark.lines[0]!.place };
}

export function groupName(mark: Mark): string {
  return printedCell(mark, '').text;
}

class ColumnFiller {
  readonly filled: FilledRow = { cells: {}, doubts: [] };
  private readonly behindGroup: Mark[];
  private readonly units: Mark[];
  private readonly deadlines: Mark[];

  constructor(
    private readonly row: RowLines,
    private readonly context: RowContext,
    private readonly habits: ListHabits,
  ) {
    const group = context.isGroupLast ? -1 : row.marks.findLastIndex((mark) => mark.kind === 'group');
    this.behindGroup = row.marks.slice(group + 1);
    this.units = row.marks.filter((mark) => mark.kind === 'units');
    this.deadlines = row.marks.filter((mark) => mark.kind === 'deadline');
  }

  private ask(field: Doubt['field'], kind: QuestionKind, text: string, printed?: string): void {
    this.filled.doubts.push({ field, kind, text, ...(printed && { printed }) });
  }

  private put(field: CellField, mark: Mark, joint?: string): void {
    this.filled.cells[field] = printedCell(mark, joint);
  }

  private putBlank(field: CellField, mark: Mark): void {
    this.filled.cells[field] = { text: '', place: mark.lines[0]!.place };
    this.ask(field, 'blank-cell', '此处只有空白：可能是空格，也可能与上一行合并，请确认');
  }

  private isBlankBefore(mark: Mark | undefined): boolean {
    const end = mark ? this.behindGroup.indexOf(mark) : this.behindGroup.length;
    return this.behindGroup[end - 1]?.kind === 'blank';
  }

  private blankAfter(mark: Mark): Mark | null {
    const next = this.behindGroup[this.behindGroup.indexOf(mark) + 1];
    return next?.kind === 'blank' ? next : null;
  }

  private fillGroup(): void {
    if (!this.context.hasGroup) return;
    const groups = this.row.marks.filter((mark) => mark.kind === 'group');
    const first = this.row.marks[0];
    if (groups.length > 0) this.put('group', groups[0]!, '');
    if (groups.length > 1) this.ask('group', 'split-row', '此行印有两个专项组，请确认');
    const [head, rest] = groups[0]?.lines ?? [];
    if (head && rest && this.habits.knownGroups.has(rest.text)) {
      this.ask('row', 'split-row', `“${head.text}”与“${rest.text}”合读作专项组，前者也可能属于任务，请确认`);
    }
    const isOnlyHere = groups.length > 0 && !this.habits.knownGroups.has(groupName(groups[0]!));
    const certainUnits = this.units.filter((mark) => !mark.isUncertain).length;
    if (isOnlyHere && certainUnits < this.context.unitFields.length) {
      const name = groupName(groups[0]!);
      this.ask('group', 'split-row', `“${name}”也可能是单位：此行的单位没有印全，请确认`, name);
      for (const field of this.context.unitFields)
        this.ask(field, 'split-row', `“${name}”读作专项组，也可能是单位，请确认`, name);
    }
    const isFilledBehind = this.units.length > 0 || this.deadlines.length > 0;
    if (this.context.isGroupBehind && groups.length === 0 && first?.kind === 'blank' && isFilledBehind) {
      this.ask('group', 'blank-cell', '任务之后有一空白行：专项组可能为空，也可能与上一行合并，请确认');
    }
  }

  /** One list of units for two columns: which of the two it fills cannot be seen. */
  private fillOneOfTwo(): void {
    const mark = this.units[0]!;
    const [first, second] = this.context.unitFields as [UnitField, UnitField];
    const blank = this.blankAfter(mark);
    const printed = printedCell(mark).text;
    if (blank && this.deadlines.length === 0) {
      this.put(first, mark);
      this.filled.cells[second] = { text: '', place: blank.lines[0]!.place };
      this.ask(
        'row',
        'blank-cell',
        `只印有“${printed}”和一处空白，暂读作${NAMES[first]}，${NAMES[second]}为空，其余沿用上一行，请确认`,
        printed,
      );
      return;
    }
    const hasGroup = this.row.marks.some((other) => other.kind === 'group');
    const isBlankFirst = this.isBlankBefore(mark) && !(hasGroup && this.habits.hasBlankBehindGroup);
    if (blank) {
      this.put(first, mark);
      this.putBlank(second, blank);
      if (isBlankFirst)
        this.ask(first, 'blank-cell', `“${printed}”前后都有空白，可能属于${NAMES[second]}，请确认`, printed);
      return;
    }
    const isSecond = this.deadlines.length > 0;
    const field = isSecond ? second : first;
    const other = isSecond ? first : second;
    this.put(field, mark);
    const why = `此行只印有一组单位“${printed}”，暂读作${NAMES[field]}，${NAMES[other]}沿用上一行，请确认`;
    this.filled.doubts.push(
      { field, kind: 'inherited', text: why, printed },
      { field: other, kind: 'inherited', text: why, printed, candidates: [{ value: printed, why: '此行所印的单位' }] },
    );
  }

  private fillNone(): void {
    const deadline = this.deadlines[0];
    const fields = this.context.unitFields;
    const blanks = this.behindGroup
      .slice(0, deadline ? this.behindGroup.indexOf(deadline) : undefined)
      .filter((mark) => mark.kind === 'blank');
    if (blanks.length === 0) return;
    if (deadline && blanks.length >= fields.length) {
      fields.forEach((field, index) => {
        this.putBlank(field, blanks[index]!);
      });
    } else this.ask('row', 'blank-cell', '此行未印单位，却有空白行：可能有一格为空，也可能都与上一行合并，请确认');
  }

  private fillUnits(): void {
    const fields = this.context.unitFields;
    const { units } = this;
    if (units.length === 0) this.fillNone();
    else if (units.length < fields.length) this.fillOneOfTwo();
    else {
      fields.forEach((field, index) => {
        const own = index === fields.length - 1 ? units.slice(index) : units.slice(index, index + 1);
        this.filled.cells[field] = {
          text: own.map((mark) => printedCell(mark).text).join('\n'),
          place: own[0]!.lines[0]!.place,
        };
      });
    }
    if (units.length > fields.length) {
      for (const field of fields)
        this.ask(field, 'split-row', `此行印有${units.length}组单位，多于表头的单位栏，请确认各属哪一栏`);
    }
    const uncertain = units.find((mark) => mark.isUncertain);
    if (!uncertain) return;
    const words = printedCell(uncertain).text;
    const unsure = this.context.hasDeadline && this.deadlines.length === 0 ? [...fields, 'deadline' as const] : fields;
    for (const field of unsure) this.ask(field, 'split-row', `“${words}”按位置读作单位，请确认`, words);
  }

  private fillDeadline(): void {
    if (!this.context.hasDeadline) return;
    const { deadlines, units } = this;
    if (deadlines.length === 0) {
      const blank =
        units.length >= this.context.unitFields.length && units.length > 0 ? this.blankAfter(units.at(-1)!) : null;
      if (blank) this.putBlank('deadline', blank);
      return;
    }
    const text = deadlines.map((mark) => printedCell(mark).text).join('\n');
    this.filled.cells.deadline = { text, place: deadlines[0]!.lines[0]!.place };
    if (deadlines.length > 1)
      this.ask('deadline', 'split-row', '此行印有两处时限，可能有一处属于相邻的任务，请确认', text);
    else if (isDoubled(text))
      this.ask('deadline', 'deadline', '同一时限印了两遍，可能有一遍属于相邻的任务，请确认', text);
    else if (deadlines[0]!.isUncertain) this.ask('deadline', 'deadline', `“${text}”按位置读作完成时限，请确认`, text);
  }

  /** In an order of columns that is seldom, only a row with all its cells is certain. */
  private askAboutOrder(): void {
    const { context, row } = this;
    if (!context.isGroupLast && !context.isDeadlineFirst) return;
    const isFull =
      this.units.length === context.unitFields.length && this.deadlines.length === (context.hasDeadline ? 1 : 0);
    if (isFull && !row.marks.some((mark) => mark.kind === 'blank')) return;
    this.ask('row', 'inherited', '此行各栏没有印全，没有印出的暂沿用上一行，请确认');
  }

  fill(): FilledRow {
    this.askAboutOrder();
    this.fillGroup();
    this.fillUnits();
    this.fillDeadline();
    for (const reason of this.row.suspicions) this.ask('row', 'split-row', `${reason}，请对照原文核对此行`);
    return this.filled;
  }
}

export function fillColumns(row: RowLines, context: RowContext, habits: ListHabits): FilledRow {
  return new ColumnFiller(row, context, habits).fill();
}
