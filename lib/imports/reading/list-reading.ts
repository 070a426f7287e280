import { readDeadline } from '@/lib/deadlines/deadline.rules';
import { findLostCells } from '@/lib/imports/finders/lost-cells.rules';
import { readNumber } from '@/lib/imports/finders/numbering.rules';
import { findProse } from '@/lib/imports/finders/prose.rules';
import { findSentenceDeadline } from '@/lib/imports/finders/prose-deadline.rules';
import {
  type Doubt,
  FIELD_WORDS,
  type ListCandidate,
  type ListField,
  type RawCell,
  type RawList,
  type RawRow,
} from '@/lib/imports/finders/raw-list';
import { findStackedRows } from '@/lib/imports/finders/stacked-rows.rules';
import { plainHeading } from '@/lib/imports/finders/table-words.rules';
import { findTables } from '@/lib/imports/finders/tables.rules';
import { LIMITS, type Place, type SourceContent, type SourceParagraph } from '@/lib/imports/readers/source';
import { AppError } from '@/lib/server/errors';
import { cleanText, compactText, hasInvisible, truncate } from '@/lib/text';
import { comparableName, type NameScope } from '@/lib/units/unit-names.rules';
import { printedCharacterDoubts } from './characters.rules';
import { type KnownRegion, readDocumentFacts } from './document-facts.rules';
import type { Reading, ReadQuestion, ReadRow } from './reading.schema';
import { compareTwins } from './twin-lists.rules';
import { readUnitCell, type UnitNames, unitNamesOf } from './unit-cells.rules';

export type ReadingContext = {
  fileName: string;
  /** Units, collectives, aliases and divisions of every region. */
  scope: Omit<NameScope<string>, 'regionCode' | 'ownerUnitName'>;
  regions: readonly KnownRegion[];
  /** Given by the person; read from the title where absent. */
  regionCode?: string;
  year?: number;
  /** null: it is no unit's own list; left out: read from the title. */
  ownerUnitName?: string | null;
  /** Which of the lists the document holds, by its place among the candidates. */
  table?: number;
};

/** A rival list at least this large beside the best one is asked about. */
const RIVAL_SHARE = 0.3;

/** One list of a document, read; every doubt is a question. Throws unreadable where the document holds no list, saying what it holds instead. */
export function readList(content: SourceContent, context: ReadingContext): Reading {
  const candidates = findCandidates(content, context);
  if (candidates.length === 0) throw new AppError('unreadable', refusalOf(content));
  const chosen = context.table ?? 0;
  const candidate = candidates[chosen];
  if (!candidate)
    throw new AppError('unreadable', `文档中只有 ${candidates.length} 份清单，没有第 ${chosen + 1} 份，请重新选择。`);
  const rows = candidate.list.rows.length;
  if (rows > LIMITS.rows)
    throw new AppError(
      'unreadable',
      `清单有 ${rows.toLocaleString('en')} 行，超过 ${LIMITS.rows.toLocaleString('en')} 行的上限。请拆成几个文件分别导入。`,
    );
  return new ListReader(content, context, candidates, chosen).read();
}

function findCandidates(content: SourceContent, context: ReadingContext): ListCandidate[] {
  const names = new Set(
    [
      ...context.scope.units.map(({ name }) => name),
      ...context.scope.aliases.map(({ alias }) => alias),
      ...context.scope.collectives.map(({ phrase }) => phrase),
    ].map(comparableName),
  );
  const registry = { isUnitName: (printed: string) => names.has(comparableName(printed)) };
  // What is shown goes before what is hidden, and of equal weight a table before running text.
  const stacked = findStackedRows(content);
  const lost = stacked.length > 0 ? [] : findLostCells(content, registry);
  return [...findTables(content), ...lost, ...stacked, ...findProse(content)]
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => Number(isHidden(a, content)) - Number(isHidden(b, content)) || b.weight - a.weight);
}

function isHidden({ blocks }: ListCandidate, content: SourceContent): boolean {
  return blocks.every((index) => {
    const block = content.blocks[index];
    return block?.kind === 'table' && block.isHidden === true;
  });
}

function refusalOf(content: SourceContent): string {
  const text = content.blocks.map((block) =>
    block.kind === 'paragraph'
      ? block.text
      : block.rows.map((row) => row.cells.map((cell) => cell.text).join('')).join(''),
  );
  if (compactText(text.join('')) === '')
    return '文档中没有可以读取的文字。如果内容是图片或扫描件，请先做文字识别，或索取可编辑的版本。';
  const tables = content.blocks.filter((block) => block.kind === 'table');
  const places = tables.slice(0, 5).map(({ place }) => place);
  const isBare = tables.every(
    ({ rows }) => rows.filter(({ cells }) => cells.some(({ text }) => compactText(text))).length < 2,
  );
  if (tables.length > 0 && isBare)
    return `${places.join('、')}只有表头或标题，下面没有内容。请检查文件是否完整，填好清单后再导入。`;
  if (tables.length > 0)
    return `文档中有 ${tables.length} 个表格（${places.join('、')}），但没有一个是任务清单：没有读到“重点任务”“牵头单位”“完成时限”一类的表头，或表头下没有内容。请检查文件，或补上表头后再导入。`;
  return '文档中没有读到任务清单：没有表格，正文中也没有标注牵头单位、责任单位或完成时限的任务。请确认文件是否完整。';
}

/** The fields whose inheritance is noted; a heading simply holds until the next. */
const NOTED_INHERITANCE: readonly ListField[] = [
  'seq',
  'indicator1',
  'indicator2',
  'text',
  'points',
  'scoring',
  'lead',
  'responsible',
  'deadline',
  'group',
];

/** One line: page-layout line breaks and spaces removed, a space between two Latin words kept. */
function tidyLine(printed: string): string {
  return cleanText(printed).replace(/\s+/gu, (_space, at: number, whole: string) => {
    const left = whole[at - 1] ?? '';
    const right = whole.slice(at).trimStart()[0] ?? '';
    return /[A-Za-z]/.test(left) && /[A-Za-z0-9]/.test(right) ? ' ' : '';
  });
}

/** Letters that a full line may be shorter than the widest, where the next word did not fit. */
const LINE_SLACK = 2;

const widthOf = (line: string): number => [...line].reduce((sum, letter) => sum + (letter <= '\u02ff' ? 0.5 : 1), 0);

/** Where a format knows lines only: a paragraph ends with a sentence, or with a clause that leaves its line unfilled. */
function joinLines(lines: readonly string[]): string[] {
  const full = Math.max(...lines.map(widthOf)) - LINE_SLACK;
  const ends = (line: string) => /[。！!？?]$/.test(line) || (/[；;：:]$/.test(line) && widthOf(line) < full);
  return lines.reduce<string[]>((paragraphs, line, index) => {
    const before = lines[index - 1];
    if (before === undefined || ends(before)) paragraphs.push(line);
    else paragraphs[paragraphs.length - 1] += line;
    return paragraphs;
  }, []);
}

/** Paragraphs, one \n between them, inner spaces kept. */
function tidyParagraphs(printed: string, hasLines: boolean): string {
  const lines = cleanText(printed)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (hasLines ? joinLines(lines) : lines).join('\n');
}

/** Nothing but white space stands between the names: it is their separator. */
const arePartedHere = (before: string, after: string, names: readonly string[]): boolean =>
  names.some((name) => before.endsWith(name)) && names.some((name) => after.startsWith(name));

/** Without the white space of the layout. */
const tidyNames = (line: string, names: readonly string[]): string =>
  line.split(/\s+/u).reduce((before, after) => `${before}${arePartedHere(before, after, names) ? ' ' : ''}${after}`);

/** Two whole lists of units in one cell stay apart, and names that only a line break parts; any other line break in a units' cell is layout. */
function tidyUnits(printed: string, names: readonly string[], hasLines: boolean): string {
  const lines = cleanText(printed).split(/\n+/);
  const kept = lines.reduce<string[]>((parts, line) => {
    const text = tidyNames(line, names);
    const last = parts.at(-1);
    const isNewList =
      last !== undefined &&
      /、/.test(last) &&
      /、/.test(text) &&
      /(?:[局委办室院会]|中心|公司|政府|单位|部门|[)）])$/.test(last) &&
      /^[省市区县各]/.test(text);
    const isNewName = last !== undefined && !hasLines && arePartedHere(last, text, names);
    if (last === undefined || isNewList || isNewName) parts.push(text);
    else parts[parts.length - 1] = last + text;
    return parts;
  }, []);
  return kept.join('\n');
}

/** '表1第12行' → '表1': that a table begins its numbers again is asked about once, for the document. */
const tableOf = (place: Place): string => place.replace(/第\d+行.*$/, '');
const lineOf = (place: Place): number => Number(/第(\d+)行/.exec(place)?.[1] ?? 0);

/** Words in the rows of the list's own table above its first row; where none stand there, the first left-over words. */
function titlesOf({ leftOver, rows }: RawList): string[] {
  const place = rows[0]?.place ?? '';
  const words = leftOver.filter(({ text }) => compactText(text).length > 3);
  const above = words.filter((left) => tableOf(left.place) === tableOf(place) && lineOf(left.place) < lineOf(place));
  return (above.length > 0 ? above : words.slice(0, 3)).map(({ text }) => text);
}

class ListReader {
  private readonly questions: ReadQuestion[] = [];
  private readonly questionsByRow = new Map<number | null, ReadQuestion[]>();
  private readonly notices: string[] = [];
  private readonly list: RawList;
  private readonly candidate: ListCandidate;
  private openEnded = 0;
  /** Whether the list's year is printed, so that a month without one has it. */
  private isYearSure = true;

  constructor(
    private readonly content: SourceContent,
    private readonly context: ReadingContext,
    private readonly candidates: ListCandidate[],
    private readonly chosen: number,
  ) {
    this.candidate = candidates[chosen]!;
    this.list = this.candidate.list;
  }

  read(): Reading {
    const { content, context, list, candidate } = this;
    const { facts, issuedYear, doubts } = readDocumentFacts(content, {
      fileName: context.fileName,
      regions: context.regions,
      units: context.scope.units,
      regionCode: context.regionCode,
      year: context.year,
      ownerUnitName: context.ownerUnitName,
      listBlocks: candidate.blocks,
      tableTitles: titlesOf(list),
    });
    for (const doubt of [...doubts, ...list.doubts]) this.ask(null, '', doubt);
    this.tellNotices();
    this.askRivals();
    const year = facts.year ?? this.yearOfDeadlines() ?? issuedYear;
    if (facts.year === null) this.tellYear(year);
    if (doubts.some(({ text }) => text.includes('未写年份的时限'))) this.isYearSure = false;

    const units = this.unitNames(facts.regionCode, facts.ownerUnitName);
    const isAssessment = this.has('points') && (this.has('indicator1') || this.has('scoring'));
    const rule = this.leadRule();
    const rows = list.rows.map((row, index) =>
      this.readRow(row, index, { year, units, rule: rule.kind, isAssessment }),
    );
    this.askNoDeadlines(isAssessment);
    this.askNumbering(rows);
    this.askDuplicates(rows);
    const printedTotal = isAssessment ? this.askTotal(rows) : null;
    if (!units.isKnownRegion) this.askUnknownRegion(rows, facts.region);
    if (this.openEnded > 0) this.notices.push(`${this.openEnded} 处单位名单以“等”结尾，“等”字不作单位，原文保留`);
    if (this.content.format === 'pdf' && this.has('scoring'))
      this.notices.push('PDF 只有行、没有段落，计分方法的分段按行末判断');
    this.tellInherited(rows);
    this.tellInvisible();
    this.tellAsides(facts.title);

    const title = facts.title;
    return {
      document: {
        source: context.fileName,
        kind: isAssessment ? 'assessment' : 'task-list',
        ...facts,
        year,
        printedTotal,
      },
      leadRule: rule,
      rows,
      questions: this.questions,
      leftOver: list.leftOver.filter(({ text }) => title === null || compactText(text) !== title),
      notices: this.notices,
      candidates: this.candidates.map(({ words, place }) => ({ words, place })),
      chosen: this.chosen,
    };
  }

  private has(field: ListField): boolean {
    return this.list.rows.some((row) => row.cells[field] !== undefined);
  }

  private ask(row: number | null, place: string, doubt: Doubt): void {
    const ofRow = this.questionsOf(row);
    const isKnown = ofRow.some(
      (other) => other.field === doubt.field && other.kind === doubt.kind && other.text === doubt.text,
    );
    if (isKnown) return;
    const question: ReadQuestion = {
      kind: doubt.kind,
      field: doubt.field,
      row,
      text: doubt.text,
      place,
      printed: doubt.printed ?? null,
      candidates: doubt.candidates ?? [],
    };
    ofRow.push(question);
    this.questions.push(question);
  }

  private questionsOf(row: number | null): ReadQuestion[] {
    const known = this.questionsByRow.get(row) ?? [];
    this.questionsByRow.set(row, known);
    return known;
  }

  private tellNotices(): void {
    const hidden = this.list.doubts.filter(({ kind }) => kind === 'hidden').map(({ text }) => text);
    for (const { text, place, ask } of this.content.notices) {
      // The list's own question about its hidden sheet is enough.
      if (place !== null && /隐藏的工作表/.test(text) && hidden.some((asked) => asked.startsWith(place))) continue;
      if (ask) this.ask(null, place ?? '', { field: 'document', kind: 'document', text });
      else this.notices.push(place === null || text.includes(place) ? text : `${place}：${text}`);
    }
  }

  private askRivals(): void {
    const rivals = this.candidates.filter(
      ({ weight }, index) => index !== this.chosen && weight >= this.candidate.weight * RIVAL_SHARE,
    );
    for (const rival of rivals) {
      const twin = compareTwins(this.list, rival.list);
      if (twin === null) {
        this.ask(null, rival.place, {
          field: 'document',
          kind: 'tables',
          text: `文中还有另一份清单：${rival.words}。现在读取的是${this.candidate.words}，请确认`,
          printed: rival.words,
        });
        continue;
      }
      this.notices.push(
        `同样的 ${rival.list.rows.length} 项在${rival.place}又印了一遍；按${this.candidate.words}读取，两处有 ${twin.differences.length} 处文字不同`,
      );
      for (const { row, doubt } of twin.differences) this.ask(row, this.list.rows[row]!.place, doubt);
    }
  }

  /** Where every deadline is of one year there is nothing to decide. */
  private tellYear(year: number | null): void {
    const years = new Set(this.yearsOfDeadlines());
    if (years.size === 1) this.notices.push(`标题没有年份，完成时限都在 ${year} 年，按 ${year} 年读取`);
    else {
      this.isYearSure = false;
      this.ask(null, '', {
        field: 'document',
        kind: 'document',
        text:
          year === null
            ? '文中没有读到清单的年份，请填写'
            : years.size === 0
              ? `标题和完成时限都没有年份，按文号或印发日期取 ${year} 年，请确认`
              : `标题没有年份，按完成时限中最多的年份取 ${year} 年，请确认`,
        printed: 'year',
      });
    }
  }

  private yearsOfDeadlines(): number[] {
    return this.list.rows.flatMap((row) => {
      const year = /(?<!\d)(20\d{2})(?=年|[./-])/.exec(compactText(row.cells.deadline?.text ?? ''))?.[1];
      return year === undefined ? [] : [Number(year)];
    });
  }

  private yearOfDeadlines(): number | null {
    const counts = new Map<number, number>();
    for (const year of this.yearsOfDeadlines()) counts.set(year, (counts.get(year) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? null;
  }

  private unitNames(regionCode: string | null, ownerUnitName: string | null): UnitNames {
    return unitNamesOf({ ...this.context.scope, regionCode: regionCode ?? '', ownerUnitName });
  }

  /** Who leads: by a column of its own, by the document's own words, or asked once for the whole list. */
  private leadRule(): Reading['leadRule'] {
    const { headings, leadRule } = this.list;
    if (this.has('lead')) {
      const printed = headings.lead ?? '牵头单位';
      if (/牵头|主办|主责/.test(plainHeading(printed))) return { kind: 'lead-column', words: `“${printed}”牵头` };
      return {
        kind: 'responsible-leads',
        words: `没有“牵头单位”一栏，“${printed}”牵头，“${headings.responsible ?? '配合单位'}”为责任单位`,
      };
    }
    if (leadRule) {
      const words = leadRule.kind === 'first' ? '列第一位的单位牵头' : '第一个逗号之前的单位牵头';
      return { kind: leadRule.kind, words: `${words}（${leadRule.place}：“${leadRule.words}”）` };
    }
    const heading = headings.responsible ?? '责任单位';
    this.ask(null, '', {
      field: 'lead',
      kind: 'who-leads',
      text: `清单只有“${heading}”一栏，没有说明由谁牵头，请为整份清单选定`,
      candidates: [
        { value: 'first', why: '每行第一个单位牵头' },
        { value: 'all', why: '所列单位共同牵头' },
      ],
    });
    return { kind: 'asked', words: `只有“${heading}”，由谁牵头待确认` };
  }

  private readRow(
    row: RawRow,
    index: number,
    how: { year: number | null; units: UnitNames; rule: Reading['leadRule']['kind']; isAssessment: boolean },
  ): ReadRow {
    const ask = (doubt: Doubt) => this.ask(index, row.place, doubt);
    for (const doubt of row.doubts) ask(doubt);
    const cell = (field: ListField) => row.cells[field];
    const line = (field: ListField) => {
      const text = tidyLine(cell(field)?.text ?? '');
      return text === '' ? null : text;
    };
    const raw = (field: ListField, tidy: (text: string) => string) => {
      const found = cell(field);
      return found === undefined || found.isInherited ? null : tidy(found.text);
    };
    for (const [field, found] of Object.entries(row.cells) as [ListField, RawCell][]) {
      if (!found.isInherited) for (const doubt of printedCharacterDoubts(field, found.text)) ask(doubt);
    }

    const seqCell = cell('seq');
    // A list without numbers is numbered as it comes, and asked about once.
    const seq = seqCell === undefined ? (this.has('seq') ? null : index + 1) : readNumber(seqCell.text);
    const text = line('text') ?? '';
    if (text === '') ask({ field: 'text', kind: 'text', text: '这一行没有任务内容，请确认' });
    if (seq === null && seqCell !== undefined && !row.doubts.some(({ kind }) => kind === 'numbering'))
      ask({
        field: 'seq',
        kind: 'numbering',
        text: compactText(seqCell.text) === '' ? '这一行没有序号' : `序号“${compactText(seqCell.text)}”读不出数字`,
        printed: compactText(seqCell.text),
      });

    const named = this.readUnits(row, index, how.units, how.rule);
    // In these a line ends where its column does, in the others where somebody ended it.
    const isLaidOut = this.content.format === 'pdf' || this.content.format === 'text';
    const asNames = (printed: string) => tidyUnits(printed, [...named.lead, ...named.responsible], isLaidOut);
    const deadline = this.readDeadline(row, index, how.year);
    const points = cell('points') === undefined ? null : readPoints(cell('points')!.text);
    if (how.isAssessment && points === null)
      ask({
        field: 'points',
        kind: 'text',
        text: `分值“${line('points') ?? ''}”读不出数字`,
        printed: line('points') ?? '',
      });

    const hasLines = this.content.format === 'pdf';
    const scoring = cell('scoring') === undefined ? null : tidyParagraphs(cell('scoring')!.text, hasLines);
    return {
      seq,
      section: line('section'),
      measure: line('measure'),
      indicator1: line('indicator1'),
      indicator2: line('indicator2'),
      text,
      points,
      scoring,
      group: line('group'),
      leadRaw: raw('lead', asNames),
      responsibleRaw: raw('responsible', asNames),
      deadlineRaw: raw('deadline', compactText),
      ...named,
      deadline,
      extra: Object.fromEntries(
        Object.entries(row.extra).map(([heading, found]) => [
          heading,
          found.isInherited ? null : tidyParagraphs(found.text, hasLines),
        ]),
      ),
      inherited: [
        ...NOTED_INHERITANCE.filter((field) => cell(field)?.isInherited),
        ...Object.keys(row.extra).filter((heading) => row.extra[heading]!.isInherited),
      ],
      source: { place: row.place, cells: this.sourceCells(row) },
    };
  }

  private sourceCells(row: RawRow): ReadRow['source']['cells'] {
    const known = (Object.entries(row.cells) as [ListField, RawCell][]).map(([field, { text, isInherited }]) => ({
      heading: this.list.headings[field] ?? FIELD_WORDS[field],
      text,
      isInherited,
    }));
    const extra = Object.entries(row.extra).map(([heading, { text, isInherited }]) => ({ heading, text, isInherited }));
    return [...known, ...extra];
  }

  private readUnits(
    row: RawRow,
    index: number,
    units: UnitNames,
    rule: Reading['leadRule']['kind'],
  ): Pick<ReadRow, 'lead' | 'responsible'> {
    const read = (field: 'lead' | 'responsible'): string[] => {
      const cell = row.cells[field];
      if (cell === undefined) return [];
      const { names, doubts, notes } = readUnitCell(tidyBlankLines(cell.text), field, units);
      for (const doubt of doubts) this.ask(index, row.place, doubt);
      if (!cell.isInherited && notes.some((note) => note.includes('等'))) this.openEnded += 1;
      return names;
    };
    const lead = read('lead');
    const responsible = read('responsible');
    const isAsked = (field: string) => this.questionsOf(index).some((other) => other.field === field);
    // A further table of the list may have no column for it.
    const isMissing = row.cells.lead !== undefined || rule === 'lead-column' || rule === 'responsible-leads';
    if (isMissing && lead.length === 0 && !isAsked('lead') && !row.doubts.some(({ kind }) => kind === 'no-lead'))
      this.ask(index, row.place, { field: 'lead', kind: 'no-lead', text: '这一行没有牵头单位，请确认' });
    if (rule === 'first' && responsible.length > 0)
      return { lead: responsible.slice(0, 1), responsible: responsible.slice(1) };
    if (rule === 'before-first-comma' && responsible.length > 0) {
      const head = compactText(row.cells.responsible!.text).split(/[，,]/)[0]!;
      const leading = readUnitCell(head, 'lead', units).names;
      return { lead: leading, responsible: responsible.filter((name) => !leading.includes(name)) };
    }
    return { lead, responsible };
  }

  private readDeadline(row: RawRow, index: number, year: number | null): ReadRow['deadline'] {
    const cell = row.cells.deadline;
    if (cell === undefined) return this.deadlineOfHeading(row, index, year);
    const reading = readDeadline(cell.text, { year: year ?? new Date(0).getUTCFullYear() });
    const printed = compactText(cell.text);
    const isAsked = row.doubts.some(({ field }) => field === 'deadline');
    if (printed === '') {
      // Where most rows print none, the list itself asks once.
      if (!isAsked && !this.list.doubts.some(({ kind }) => kind === 'no-deadline'))
        this.ask(index, row.place, { field: 'deadline', kind: 'no-deadline', text: '这一行没有完成时限，请确认' });
      return { dueOn: null, ongoing: false, note: null };
    }
    for (const text of reading.questions)
      this.ask(index, row.place, { field: 'deadline', kind: 'deadline', text, printed });
    const { dueOn, ongoing, note, startsAtOnce, recurrence, parts } = reading;
    // Without the plan's year a bare month has no day.
    const isYearMissing = year === null && dueOn !== null && !/\d{4}/.test(printed);
    if (isYearMissing && !isAsked)
      this.ask(index, row.place, {
        field: 'deadline',
        kind: 'deadline',
        text: `“${printed}”没有年份，清单的年份也没有读到，请确认`,
        printed,
      });
    else if (!this.isYearSure && dueOn !== null && !/\d{4}/.test(printed) && !isAsked)
      this.ask(index, row.place, {
        field: 'deadline',
        kind: 'deadline',
        text: `“${printed}”没有年份，暂按 ${year} 年读取，请确认`,
        printed,
      });
    return {
      dueOn: isYearMissing ? null : dueOn,
      ongoing,
      note,
      ...(startsAtOnce ? { startsAtOnce } : {}),
      ...(recurrence ? { recurrence } : {}),
      ...(parts.length > 0 ? { parts } : {}),
    };
  }

  private askNoDeadlines(isAssessment: boolean): void {
    if (isAssessment || this.has('deadline')) return;
    if (this.questions.some(({ field, kind }) => field === 'deadline' && kind !== 'duplicate')) return;
    this.ask(null, '', { field: 'deadline', kind: 'no-deadline', text: '清单没有“完成时限”一栏，请确认' });
  }

  /** Without a column of deadlines the heading may print one: 一、2022年6月底前完成的任务. */
  private deadlineOfHeading(row: RawRow, index: number, year: number | null): ReadRow['deadline'] {
    const none = { dueOn: null, ongoing: false, note: null };
    if (year === null) return none;
    const headings = [row.cells.measure, row.cells.section].map((cell) => compactText(cell?.text ?? ''));
    const words = headings.map((text) => findSentenceDeadline(text)?.words).find((found) => found !== undefined);
    if (words === undefined) return none;
    this.ask(index, row.place, {
      field: 'deadline',
      kind: 'deadline',
      text: `时限“${words}”取自标题，请确认`,
      printed: words,
    });
    const { dueOn, ongoing, note } = readDeadline(words, { year });
    return { dueOn, ongoing, note };
  }

  /** Gaps and repeats in the running number; a new section may begin again at 1. */
  private askNumbering(rows: readonly ReadRow[]): void {
    const numbered = rows.flatMap((row, index) =>
      row.seq === null || row.inherited.includes('seq')
        ? []
        : [{ index, seq: row.seq, part: `${row.section}|${row.indicator1}`, measure: row.measure }],
    );
    if (this.has('seq') === false && rows.length > 0)
      this.ask(null, '', { field: 'seq', kind: 'numbering', text: '清单没有序号，按出现的先后编号，请确认' });
    for (const [position, { index, seq, part, measure }] of numbered.entries()) {
      const previous = numbered[position - 1];
      const isNext = previous === undefined ? seq === 1 : seq === previous.seq + 1;
      const isNewPart =
        seq === 1 &&
        (previous === undefined ||
          part !== previous.part ||
          measure !== previous.measure ||
          tableOf(rows[index]!.source.place) !== tableOf(rows[previous.index]!.source.place));
      if (isNext || isNewPart || rows[index]!.source.place === '') continue;
      const text =
        previous === undefined
          ? `序号从 ${seq} 开始，前面可能有缺行`
          : seq === previous.seq
            ? `序号 ${seq} 重复`
            : `序号由 ${previous.seq} 跳到 ${seq}，可能有缺行或误印`;
      const isAsked = this.questionsOf(index).some(({ kind }) => kind === 'numbering' || kind === 'split-row');
      if (!isAsked) this.ask(index, rows[index]!.source.place, { field: 'seq', kind: 'numbering', text });
    }
  }

  private askDuplicates(rows: readonly ReadRow[]): void {
    const seen = new Map<string, number>();
    for (const [index, row] of rows.entries()) {
      if (row.text === '' || row.inherited.includes('text')) continue;
      const key = compactText(row.text);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, index);
      else
        this.ask(index, row.source.place, {
          field: 'row',
          kind: 'duplicate',
          text: `内容与${rows[first]!.source.place}（序号 ${rows[first]!.seq ?? '无'}）相同`,
        });
    }
  }

  /** The printed total beside the sum of the rows. */
  private askTotal(rows: readonly ReadRow[]): number | null {
    const texts = [
      ...this.content.blocks.flatMap((block) =>
        block.kind === 'paragraph' ? [{ text: block.text, place: block.place }] : [],
      ),
      ...this.list.leftOver,
    ];
    const found = texts
      .map(({ text, place }) => ({
        match: /(?:总分|满分|合计|总计)(?:为|共)?(\d+(?:\.\d+)?)分?/.exec(compactText(text)),
        place,
      }))
      .find(({ match }) => match !== null);
    if (!found?.match) return null;
    const total = Number(found.match[1]);
    const sum = rows.reduce((all, { points }) => all + Math.round((points ?? 0) * 100), 0) / 100;
    const isAsked = this.questions.some(({ kind }) => kind === 'points-total');
    if (sum !== total && !isAsked)
      this.ask(null, found.place, {
        field: 'points',
        kind: 'points-total',
        text: `分值合计 ${sum}，文件注明总分 ${total}`,
      });
    return total;
  }

  private askUnknownRegion(rows: readonly ReadRow[], region: string | null): void {
    const names = new Set(rows.flatMap((row) => [...row.lead, ...row.responsible]));
    this.ask(null, '', {
      field: 'document',
      kind: 'unknown-unit',
      text: `单位库中没有${region === null ? '这个地区' : `“${region}”`}的单位，文中 ${names.size} 个单位名称无从核对，请登记或确认`,
    });
  }

  private tellInherited(rows: readonly ReadRow[]): void {
    const fields: readonly ListField[] = ['lead', 'responsible', 'deadline'];
    const counts = fields
      .map((field) => ({ field, count: rows.filter((row) => row.inherited.includes(field)).length }))
      .filter(({ count }) => count > 0)
      .map(({ field, count }) => `${this.list.headings[field] ?? FIELD_WORDS[field]} ${count} 处`);
    if (counts.length > 0) this.notices.push(`合并单元格按其首行读取：${counts.join('，')}，表中以“承上”标出`);
  }

  private tellInvisible(): void {
    const places = this.list.rows.flatMap(({ cells, extra }) =>
      [...Object.values(cells), ...Object.values(extra)]
        .filter(({ text, isInherited }) => !isInherited && hasInvisible(text))
        .map(({ place }) => place),
    );
    if (places.length > 0)
      this.notices.push(`${firstPlaces(places)}有看不见的字符（零宽字符、控制符等），读取时已略去`);
  }

  /** Words beside the running text belong to no row by themselves. */
  private tellAsides(title: string | null): void {
    const asides = (kind: SourceParagraph['aside']) =>
      this.content.blocks.filter(
        (block, index): block is SourceParagraph =>
          block.kind === 'paragraph' &&
          block.aside === kind &&
          !this.candidate.blocks.includes(index) &&
          compactText(block.text) !== '' &&
          compactText(block.text) !== title,
      );
    const words = (blocks: readonly SourceParagraph[]) =>
      truncate(blocks.map(({ text }) => `“${compactText(text)}”`).join(''), 100);
    const boxes = asides('text-box');
    if (boxes.length > 0)
      this.ask(null, boxes[0]!.place, {
        field: 'document',
        kind: 'document',
        text: `文本框里的文字没有列入清单：${words(boxes)}，请确认是否属于清单`,
      });
    const notes = asides('note');
    if (notes.length > 0) this.notices.push(`${notes[0]!.place}等注释没有列入清单：${words(notes)}`);
  }
}

function firstPlaces(places: readonly string[]): string {
  const different = [...new Set(places)];
  return different.slice(0, 5).join('、') + (different.length > 5 ? `等 ${different.length} 处` : '');
}

const tidyBlankLines = (text: string): string => cleanText(text).replace(/\n{2,}/g, '\n');

function readPoints(printed: string): number | null {
  const match = /^(\d+(?:\.\d+)?)分?$/.exec(compactText(printed).normalize('NFKC'));
  return match ? Number(match[1]) : null;
}
