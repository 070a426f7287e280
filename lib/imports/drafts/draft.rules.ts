import type { Day } from '@/lib/dates';
import { readDeadline } from '@/lib/deadlines/deadline.rules';
import type { Doubt } from '@/lib/imports/finders/raw-list';
import { inheritCells, type PrintedCells } from '@/lib/imports/list.rules';
import type { List, ListTask } from '@/lib/imports/list.schema';
import type { ReadRow } from '@/lib/imports/reading/reading.schema';
import { cleanText, compactText, countChars } from '@/lib/text';
import { comparableName } from '@/lib/units/unit-names.rules';
import {
  type AnswerWay,
  ASKED_FACTS,
  type AskedFact,
  type CurrentRow,
  type DraftDocument,
  type DraftLeadRule,
  EDIT_FIELDS,
  type EditField,
  FIELD_LABELS,
  HEADING_LIMIT,
  type LeaderRule,
  type NameDecisions,
  TITLE_LIMIT,
} from './draft.schema';

/** Changes of an import draft as pure rules: what a change of one cell does to its row, to the rows merged with it, and to the questions about it. */

/** No word from a reading for so long: its process has died. */
export const STALLED_SECONDS = 90;

export type RowState = { id: number; position: number; isExcluded: boolean; current: CurrentRow };

export type UnitField = 'lead' | 'responsible';
export type RowTools = {
  year: number | null;
  leadRule: DraftLeadRule;
  /** Names of one cell with the doubts about them; the registry of the draft's region behind it. */
  readUnits: (raw: string, field: UnitField) => { names: string[]; doubts: readonly Doubt[] };
  /** What is doubtful about a name that a person has given; null: the register or a decision knows it. */
  doubtOf: (name: string, field: UnitField) => Doubt | null;
  isDecided: (printed: string) => boolean;
};

/** A patch of a row, and the doubts that its fields give rise to now; `touched`: the question fields that were read anew. */
export type RowEdit = { rowId: number; patch: Partial<CurrentRow>; touched: string[]; doubts: Doubt[] };

/** A value that the field cannot hold, in words for people. */
export class UnfitValue extends Error {}

/** Headings: lines of their own in the plan, and keys there. */
const HEADING_FIELDS = ['section', 'measure', 'group', 'indicator1', 'indicator2'] as const;

const RAW_OF = { lead: 'leadRaw', responsible: 'responsibleRaw', deadline: 'deadlineRaw' } as const;
type Merged = keyof typeof RAW_OF;
const TEXT_OF = { lead: 'leadText', responsible: 'responsibleText', deadline: 'deadlineText' } as const;

/** The field a question about an edited field stands under: leadRaw and lead are both asked about as lead. */
export function questionFieldOf(field: EditField): string {
  return field.replace(/Raw$/, '');
}

/** A question's field as one that can be edited; null: a person can only say something about it. */
export function editFieldOf(field: string): EditField | null {
  return (EDIT_FIELDS as readonly string[]).includes(field) ? (field as EditField) : null;
}

/** What a field reads now, as it is typed into a form. */
export function fieldValue(row: CurrentRow, field: EditField): string {
  if (field === 'lead' || field === 'responsible') return row[field].join('、');
  if (field === 'deadline') return deadlineValue(row.deadline);
  const value = row[field];
  return value === null ? '' : String(value);
}

function deadlineValue(deadline: CurrentRow['deadline']): string {
  const words = [deadline.startsAtOnce ? '立即推进' : '', deadline.dueOn ?? '', deadline.ongoing ? '长期推进' : ''];
  return words.filter((part) => part !== '').join('，');
}

/** Names one each: apart by 、 or line breaks, but not inside a bracket. */
export function splitNames(value: string): string[] {
  const names = [''];
  let depth = 0;
  for (const character of cleanText(value)) {
    if (/[（([〔【]/.test(character)) depth += 1;
    if (/[）)\]〕】]/.test(character)) depth = Math.max(0, depth - 1);
    if (character === '\n' || (character === '、' && depth === 0)) names.push('');
    else names[names.length - 1] += character;
  }
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
}

/** Where `wanted` stands in `names`, one after the other; -1: nowhere. */
function indexOfRun(names: readonly string[], wanted: readonly string[]): number {
  if (wanted.length === 0) return -1;
  return names.findIndex((_, at) => wanted.every((name, offset) => names[at + offset] === name));
}

/** The names that a question's printed words were read as: that one name, or several that make them up. */
function namesBehind(names: readonly string[], printed: string): string[] {
  const words = comparableName(printed).replace(/[、,，;；]/g, '');
  for (let from = 0; from < names.length; from += 1)
    for (let to = from + 1; to <= names.length; to += 1)
      if (comparableName(names.slice(from, to).join('')).replace(/[、,，;；]/g, '') === words)
        return names.slice(from, to);
  return [];
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * The names of a field after an answer that was typed: they take the place of the words in question alone, where the other names of the field are not among
 * them, for who types two names for one does not mean to drop the rest. Null: the field does not hold the words any more.
 */
export function answeredNames(
  names: readonly string[],
  printed: string | null,
  given: readonly string[],
): string[] | null {
  if (printed === null) return [...given];
  const asked = namesBehind(names, printed);
  const at = indexOfRun(names, asked);
  if (at < 0) return names.every((name) => given.includes(name)) ? [...given] : null;
  const others = [...names.slice(0, at), ...names.slice(at + asked.length)];
  if (others.every((name) => given.includes(name))) return [...given];
  return [...new Set([...names.slice(0, at), ...given, ...names.slice(at + asked.length)])];
}

/**
 * The names of a field after a candidate was chosen. It gives the whole field as it would be from one of `readings` (how the field was read, the other
 * candidates): what has been changed in the field since then stays. Null: what the candidate changes is not there any more.
 */
export function chosenNames(
  names: readonly string[],
  given: readonly string[],
  readings: readonly (readonly string[])[],
): string[] | null {
  const letters = (of: readonly string[]) => comparableName(of.join(''));
  if (readings.some((reading) => isSame(reading, names))) return [...given];
  for (const reading of readings) {
    const replaced = isSame(reading, given) ? null : replacedAlike(reading, given, names);
    if (replaced !== null) return replaced;
  }
  return letters(given) === letters(names) ? [...given] : null;
}

/** The same replacement in another row; null: what was replaced does not stand there. */
export function replacedAlike(
  before: readonly string[],
  after: readonly string[],
  names: readonly string[],
): string[] | null {
  if (JSON.stringify(before) === JSON.stringify(names)) return [...after];
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const removed = before.slice(head, before.length - tail);
  const at = indexOfRun(names, removed);
  if (at < 0) return null;
  const given = after.slice(head, after.length - tail);
  return [...new Set([...names.slice(0, at), ...given, ...names.slice(at + removed.length)])];
}

/** Fields that differ from what was read. */
export function changedFields(read: ReadRow, current: CurrentRow): EditField[] {
  return EDIT_FIELDS.filter((field) => JSON.stringify(read[field]) !== JSON.stringify(current[field]));
}

export function textsOf(rows: readonly RowState[]): PrintedCells[] {
  return inheritCells(rows.map((row) => row.current));
}

/** One of textsOf, without going through all rows. */
function textAt(rows: readonly RowState[], index: number, field: Merged): string {
  for (let at = index; at >= 0; at -= 1) {
    const printed = rows[at]!.current[RAW_OF[field]];
    if (printed !== null) return printed;
  }
  return '';
}

/** True where a row's cell is merged with the one above. A field without any column prints nothing either, but shares nothing. */
function isMerged(row: RowState | undefined, field: Merged): boolean {
  return row !== undefined && row.current[RAW_OF[field]] === null && row.current.inherited.includes(field);
}

/** The rows from `index` on that share its cell. */
function cellRows(rows: readonly RowState[], index: number, field: Merged): number[] {
  const found = [index];
  for (let next = index + 1; isMerged(rows[next], field); next += 1) found.push(next);
  return found;
}

const without = (list: readonly string[], name: string) => list.filter((other) => other !== name);

type Dealt = Pick<CurrentRow, 'lead' | 'responsible'> & Partial<Pick<CurrentRow, 'leaderAt'>>;

/** Who leads and who is responsible where one column holds them all. */
export function dealNames(rule: DraftLeadRule, names: readonly string[], before: readonly string[] = []): Dealt {
  const all = [...new Set(names)];
  switch (rule.kind) {
    case 'first':
      return { lead: all.slice(0, 1), responsible: all.slice(1) };
    case 'all':
      return { lead: all, responsible: [] };
    case 'unit': {
      const at = all.indexOf(rule.unitName ?? '');
      return {
        lead: rule.unitName ? [rule.unitName] : [],
        responsible: without(all, rule.unitName ?? ''),
        leaderAt: at < 0 ? null : at,
      };
    }
    case 'before-first-comma':
      return { lead: [...before], responsible: all.filter((name) => !before.includes(name)) };
    default:
      return { lead: [], responsible: all };
  }
}

/** True where one printed column holds both, and a rule tells them apart. */
export function isOneColumn(rule: DraftLeadRule): boolean {
  return ['first', 'all', 'unit', 'before-first-comma', 'asked', 'none'].includes(rule.kind);
}

/** The names of a row's one column, in the order in which it holds them, however they are dealt. */
export function columnNames(rule: DraftLeadRule, row: CurrentRow): string[] {
  const leader = rule.kind === 'unit' ? (rule.unitName ?? '') : null;
  if (leader === null) return [...new Set([...row.lead, ...row.responsible])];
  const names = [...new Set([...without(row.lead, leader), ...without(row.responsible, leader)])];
  return typeof row.leaderAt === 'number' ? names.toSpliced(row.leaderAt, 0, leader) : names;
}

/** How many of the first `count` names there are after a change of the whole. */
function countAfter(before: readonly string[], after: readonly string[], count: number): number {
  let head = 0;
  while (head < count && before[head] === after[head]) head += 1;
  if (head === count) return count;
  let tail = 0;
  const rest = Math.min(before.length, after.length) - head;
  while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return Math.max(head, after.length - Math.max(tail, before.length - count));
}

/** A row's one column holds other names: dealt by the rule, or, where a person has set this row's lead, parted where it was. */
function dealtAnew(rule: DraftLeadRule, row: CurrentRow, names: readonly string[]): Dealt {
  const before = columnNames(rule, row);
  const { lead, responsible } = dealNames(rule, before);
  const isDealt = rule.kind !== 'before-first-comma' && isSame([lead, responsible], [row.lead, row.responsible]);
  if (isDealt || rule.kind === 'unit') return dealNames(rule, names);
  const count = countAfter(before, names, row.lead.length);
  return { lead: names.slice(0, count), responsible: names.slice(count) };
}

/** The names an answer is about: of the one column, where a list has but one, else of the field. */
export function namesInQuestion(rule: DraftLeadRule, row: CurrentRow, field: UnitField): string[] {
  return isOneColumn(rule) ? columnNames(rule, row) : [...row[field]];
}

export type AskedName = Pick<Doubt, 'text' | 'candidates'> & { field: string; kind: string; printed: string | null };

/** The names that an answer gives one row; the other questions about them stay where their words are still there. */
export function answerNames(
  rows: readonly RowState[],
  index: number,
  field: UnitField,
  names: readonly string[],
  open: readonly AskedName[],
  tools: RowTools,
): RowEdit[] {
  const rule = tools.leadRule;
  const isShared = isOneColumn(rule);
  const at = isShared ? 'responsible' : field;
  const touched = isShared ? ['lead', 'responsible'] : [field];
  const kept = open
    .filter((asked) => touched.includes(asked.field))
    .filter(({ printed }) => printed === null || namesBehind(names, printed).length > 0) as Doubt[];
  const before = namesInQuestion(rule, rows[index]!.current, field);
  const isAsked = (name: string) =>
    kept.some(({ printed }) => printed && comparableName(printed) === comparableName(name));
  const raised = names.flatMap((name) =>
    before.includes(name) || isAsked(name) ? [] : (tools.doubtOf(name, at) ?? []),
  );
  const now = (row: RowState) => [row.current.lead, row.current.responsible];
  const alike = sameReading(rows, index, at).filter(
    (other) => !isShared || isSame(now(rows[other]!), now(rows[index]!)),
  );
  return alike.map((other) => {
    const row = rows[other]!;
    const patch = isShared ? dealtAnew(rule, row.current, names) : { [field]: [...names] };
    return { rowId: row.id, patch, touched, doubts: [...kept, ...raised] };
  });
}

/** The doubts that a person has not decided already; a row that leads nobody is one. */
function openDoubts(field: UnitField, names: readonly string[], doubts: readonly Doubt[], tools: RowTools): Doubt[] {
  const open = doubts.filter(
    ({ kind, printed }) => kind !== 'unknown-unit' || printed === undefined || !tools.isDecided(printed),
  );
  if (field === 'lead' && names.length === 0 && open.length === 0 && !isOneColumn(tools.leadRule))
    return [{ field: 'lead', kind: 'no-lead', text: '这一行没有牵头单位，请确认' }];
  return open;
}

function namesPatch(field: UnitField, raw: string, tools: RowTools): { patch: Partial<CurrentRow>; doubts: Doubt[] } {
  const { names, doubts } = tools.readUnits(raw, field);
  const kept = openDoubts(field, names, doubts, tools);
  if (field === 'lead' || !isOneColumn(tools.leadRule)) return { patch: { [field]: names }, doubts: kept };
  const head = tools.leadRule.kind === 'before-first-comma' ? compactText(raw).split(/[，,]/)[0]! : '';
  const before = head === '' ? [] : tools.readUnits(head, 'lead').names;
  return { patch: dealNames(tools.leadRule, names, before), doubts: kept };
}

function deadlinePatch(raw: string, year: number | null): { deadline: CurrentRow['deadline']; doubts: Doubt[] } {
  const printed = compactText(raw);
  if (printed === '')
    return {
      deadline: { dueOn: null, ongoing: false, note: null },
      doubts: [{ field: 'deadline', kind: 'no-deadline', text: '这一行没有完成时限，请确认' }],
    };
  const reading = readDeadline(raw, { year: year ?? new Date(0).getUTCFullYear() });
  // Without the plan's year a bare month has no day.
  const isYearMissing = year === null && reading.dueOn !== null && !/\d{4}/.test(printed);
  return {
    deadline: {
      dueOn: isYearMissing ? null : reading.dueOn,
      ongoing: reading.ongoing,
      note: reading.note,
      ...(reading.startsAtOnce ? { startsAtOnce: true } : {}),
      ...(reading.recurrence ? { recurrence: reading.recurrence } : {}),
      ...(reading.parts.length > 0 ? { parts: reading.parts } : {}),
    },
    doubts: reading.questions.map((text) => ({ field: 'deadline' as const, kind: 'deadline' as const, text, printed })),
  };
}

function wholeNumber(value: string): number | null {
  if (value === '') return null;
  const digits = value.normalize('NFKC');
  if (!/^\d{1,6}$/.test(digits)) throw new UnfitValue('序号请填写数字，例如 12；没有序号可留空。');
  return Number(digits);
}

function pointsNumber(value: string): number | null {
  if (value === '') return null;
  const match = /^(-?\d{1,6}(?:\.\d{1,2})?)分?$/.exec(value.normalize('NFKC'));
  if (!match) throw new UnfitValue('分值请填写数字，例如 5 或 2.5。');
  return Number(match[1]);
}

const heading = (field: (typeof HEADING_FIELDS)[number]) => (value: string) => {
  if (countChars(value) > HEADING_LIMIT)
    throw new UnfitValue(`${FIELD_LABELS[field]}请控制在 ${HEADING_LIMIT} 字以内。`);
  return { [field]: value === '' ? null : value };
};

const PLAIN: Partial<Record<EditField, (value: string) => Partial<CurrentRow>>> = {
  ...Object.fromEntries(HEADING_FIELDS.map((field) => [field, heading(field)])),
  seq: (value) => ({ seq: wholeNumber(value) }),
  points: (value) => ({ points: pointsNumber(value) }),
  text: (value) => {
    if (value === '') throw new UnfitValue('任务内容不能为空。如果这一行不是任务，请选择“不导入该行”。');
    return { text: value };
  },
};

/**
 * The edits that make `field` of one row read `value`. A printed cell that other rows are merged with changes for all of them; a row that was merged
 * with the one above gets a cell of its own, and the rows below it keep what they had. Throws UnfitValue.
 */
export function editCell(
  rows: readonly RowState[],
  index: number,
  field: EditField,
  value: string,
  tools: RowTools,
): RowEdit[] {
  const row = rows[index]!;
  if (field === 'leadRaw' || field === 'responsibleRaw' || field === 'deadlineRaw')
    return editRaw(rows, index, field, value, tools);
  if (field === 'lead' || field === 'responsible') {
    // Given one each by a person: nothing is split or read into them.
    const names = splitNames(value);
    const doubts = openDoubts(
      field,
      names,
      names.flatMap((name) => tools.doubtOf(name, field) ?? []),
      tools,
    );
    return sameReading(rows, index, field).map((at) => ({
      rowId: rows[at]!.id,
      patch: { [field]: names },
      touched: [field],
      doubts,
    }));
  }
  if (field === 'deadline') {
    const { deadline, doubts } = deadlinePatch(value, tools.year);
    if (value !== '' && (doubts.length > 0 || (deadline.dueOn === null && !deadline.ongoing)))
      throw new UnfitValue('读不出完成时限。请填写日期，例如 2022-12-31，或“长期推进”，或“2022-12-31，长期推进”。');
    return sameReading(rows, index, field).map((at) => ({
      rowId: rows[at]!.id,
      patch: {
        deadline: { ...besideDate(rows[at]!.current.deadline), ...deadline, note: rows[at]!.current.deadline.note },
      },
      touched: ['deadline'],
      doubts: [],
    }));
  }
  const patch = PLAIN[field]?.(value) ?? ({ [field]: value === '' ? null : value } as Partial<CurrentRow>);
  const inherited = row.current.inherited.includes(field) ? { inherited: without(row.current.inherited, field) } : {};
  return [{ rowId: row.id, patch: { ...patch, ...inherited }, touched: [field], doubts: [] }];
}

/** What the print says beside the date stays known when only the date is set. */
function besideDate({ recurrence, parts }: CurrentRow['deadline']): Partial<CurrentRow['deadline']> {
  return { ...(recurrence ? { recurrence } : {}), ...(parts ? { parts } : {}) };
}

/** The row of a printed cell and those merged with it that are read as it is; a row merged with the one above is meant alone. */
function sameReading(rows: readonly RowState[], index: number, field: Merged): number[] {
  if (index > 0 && isMerged(rows[index], field)) return [index];
  return cellRows(rows, index, field).filter((at) => isSame(rows[at]!.current[field], rows[index]!.current[field]));
}

function editRaw(
  rows: readonly RowState[],
  index: number,
  raw: (typeof RAW_OF)[Merged],
  value: string,
  tools: RowTools,
): RowEdit[] {
  const field = questionFieldOf(raw) as Merged;
  const shared = index > 0 && isMerged(rows[index], field) ? [index] : cellRows(rows, index, field);
  const read =
    field === 'deadline'
      ? (({ deadline, doubts }) => ({ patch: { deadline }, doubts }))(deadlinePatch(value, tools.year))
      : namesPatch(field, value, tools);
  const edits: RowEdit[] = shared.map((at) => ({
    rowId: rows[at]!.id,
    patch:
      at === index
        ? { ...read.patch, [raw]: value, inherited: without(rows[at]!.current.inherited, field) }
        : read.patch,
    touched: [field],
    doubts: read.doubts,
  }));
  // A row below without a cell of its own would come under the new one: it gets what has held for it so far.
  const below = shared.at(-1)! + 1;
  const next = rows[below];
  if (next && next.current[raw] === null) {
    edits.push({
      rowId: next.id,
      patch: { [raw]: textAt(rows, below, field), inherited: without(next.current.inherited, field) },
      touched: [],
      doubts: [],
    });
  }
  return edits;
}

/** The dates of rows whose printed words are read anew for another year; rows where a person has set the date stay. */
export function rereadDeadlines(rows: readonly RowState[], from: number | null, to: number | null): RowEdit[] {
  const texts = textsOf(rows);
  return rows.flatMap((row, index) => {
    const text = texts[index]!.deadlineText;
    if (compactText(text) === '') return [];
    const before = deadlinePatch(text, from);
    if (JSON.stringify(before.deadline) !== JSON.stringify(row.current.deadline)) return [];
    const after = deadlinePatch(text, to);
    if (JSON.stringify(after) === JSON.stringify(before)) return [];
    return [{ rowId: row.id, patch: { deadline: after.deadline }, touched: ['deadline'], doubts: after.doubts }];
  });
}

/** Every row dealt anew by a rule of who leads. */
export function applyLeaderRule(rows: readonly RowState[], from: DraftLeadRule, to: DraftLeadRule): RowEdit[] {
  return rows.flatMap((row) => {
    const { lead, responsible, leaderAt } = row.current;
    const dealt = dealNames(to, columnNames(from, row.current));
    const isDealt = isSame([dealt.lead, dealt.responsible], [lead, responsible]);
    if (isDealt && (dealt.leaderAt ?? null) === (leaderAt ?? null)) return [];
    return [{ rowId: row.id, patch: dealt, touched: [], doubts: [] }];
  });
}

/** Rules a person may choose: only where the document has no column for the lead and no rule of its own. */
export function leaderChoices(rule: DraftLeadRule): LeaderRule[] {
  return rule.kind === 'asked' || rule.isChosen ? ['first', 'all', 'unit', 'none'] : [];
}

type Askable = { kind: string; field: string; rowId: number | null; printed: string | null };

/** The one question about the whole list that a rule of who leads answers. */
export function isLeaderQuestion(question: Pick<Askable, 'kind' | 'rowId'>): boolean {
  return question.kind === 'who-leads' && question.rowId === null;
}

function isDocumentQuestion(question: Askable): boolean {
  return question.rowId === null && question.kind === 'document' && question.field === 'document';
}

/** The fact that a question about the document asks for; null: another one. */
export function askedFact(question: Askable): AskedFact | null {
  if (!isDocumentQuestion(question)) return null;
  return ASKED_FACTS.find((fact) => fact === question.printed) ?? null;
}

/** A question that is settled by what its printed name stands for, in all rows. */
export function isNameQuestion<Asked extends Askable>(question: Asked): question is Asked & { printed: string } {
  return question.kind === 'unknown-unit' && question.printed !== null && question.rowId !== null;
}

/** True where a row holds a name as it is printed. */
export function holdsName(row: CurrentRow, printed: string): boolean {
  const wanted = comparableName(printed);
  return [...row.lead, ...row.responsible].some((name) => comparableName(name) === wanted);
}

/** The answers that make sense for a question, most usual first. */
export function answerWays(question: Askable): AnswerWay[] {
  if (isLeaderQuestion(question)) return ['value', 'later'];
  if (isNameQuestion(question)) return ['unit', 'new-unit', 'no-unit', 'value', 'later'];
  if (question.kind === 'no-lead' || question.kind === 'no-deadline') return ['value', 'keep', 'later'];
  // Another region, or whose list it is, takes another reading of the document.
  if (isDocumentQuestion(question) && (question.printed === 'region' || question.printed === 'ownerUnit'))
    return ['keep', 'later'];
  return ['keep', 'value', 'later'];
}

/** Kinds of which every question wants an answer of its own. */
const ANSWERED_SINGLY: readonly string[] = ['unknown-unit', 'who-leads', 'tables', 'document'];

/** True where a look at the rows can settle all questions of the kind at once. */
export function isConfirmedByKind(kind: string): boolean {
  return !ANSWERED_SINGLY.includes(kind);
}

export type AskedOfRow = { isExcluded: boolean; isBlank: boolean };

/** True where the question is kept as read with all others of its kind; `row`: null where it is about the whole list. What was put off on purpose is not. */
export function isKeptWithKind(
  question: Askable & { status: string; isDeferred: boolean },
  row: AskedOfRow | null,
): boolean {
  if (question.status !== 'OPEN' || question.isDeferred || !isConfirmedByKind(question.kind)) return false;
  if (row?.isExcluded || (question.kind === 'text' && row?.isBlank)) return false;
  return answerWays(question).includes('keep');
}

/** Questions that one answer settles together have the same key. */
export function groupKey(question: Askable & { text: string }): string {
  if (question.rowId === null) return JSON.stringify(['document', question.kind, question.field, question.text]);
  // A printed name is one doubt whichever column it stands in.
  if (question.kind === 'unknown-unit' && question.printed !== null)
    return JSON.stringify([question.kind, comparableName(question.printed)]);
  return JSON.stringify([question.kind, question.field, question.printed ?? '', question.text]);
}

export type AskedRow = { rowId: number | null; field: string; kind: string; printed: string | null };

function positionWords(rows: readonly RowState[]): string {
  const shown = rows.slice(0, 10).map(({ position }) => position);
  return `第 ${shown.join('、')} 行${rows.length > shown.length ? `等 ${rows.length} 行` : ''}`;
}

/** What keeps a list from being committed; everything else may stay open. With `keptCount`, `rows` need be only those that may be at fault. */
export function commitBlocks(document: DraftDocument, rows: readonly RowState[], keptCount?: number): string[] {
  const kept = rows.filter((row) => !row.isExcluded);
  const blocks: string[] = [];
  if (!document.title) blocks.push('缺少清单名称，请在文件信息中填写。');
  if (document.year === null) blocks.push('缺少清单年份，请在文件信息中填写。');
  if ((keptCount ?? kept.length) === 0) blocks.push('没有要导入的行。');
  const lacking = (what: string, isLacking: (row: CurrentRow) => boolean) => {
    const found = kept.filter((row) => isLacking(row.current));
    if (found.length > 0) blocks.push(`${positionWords(found)}没有${what}，请填写，或选择不导入。`);
  };
  if (countChars(document.title ?? '') > TITLE_LIMIT)
    blocks.push(`清单名称超过 ${TITLE_LIMIT} 字，请在文件信息中改短。`);
  for (const field of HEADING_FIELDS) {
    const long = kept.filter(({ current }) => countChars(current[field] ?? '') > HEADING_LIMIT);
    if (long.length > 0)
      blocks.push(`${positionWords(long)}的“${FIELD_LABELS[field]}”超过 ${HEADING_LIMIT} 字，请改短，或选择不导入。`);
  }
  const isLongColumn = ({ current }: RowState) =>
    Object.keys(current.extra).some((name) => countChars(name) > HEADING_LIMIT);
  if (kept.some(isLongColumn)) blocks.push(`有一栏的表头超过 ${HEADING_LIMIT} 字，请在原文件中改短后重新上传。`);
  lacking(document.kind === 'assessment' ? '考核内容' : '任务内容', (row) => row.text.trim() === '');
  if (document.kind === 'assessment') {
    lacking('一级指标', (row) => row.indicator1 === null);
    lacking('分值', (row) => row.points === null);
  }
  return blocks;
}

/** The rows as they are committed: without the excluded ones, whose printed cells go to the first row that was merged with them. */
export function keptRows(rows: readonly RowState[]): RowState[] {
  const texts = textsOf(rows);
  const fields = ['lead', 'responsible', 'deadline'] as const;
  const printedIn: Record<Merged, number> = { lead: -1, responsible: -1, deadline: -1 };
  const keptFrom = { ...printedIn };
  return rows.flatMap((row, index) => {
    for (const field of fields) if (row.current[RAW_OF[field]] !== null) printedIn[field] = index;
    if (row.isExcluded) return [];
    const orphaned = fields.filter(
      (field) => keptFrom[field] !== printedIn[field] && row.current[RAW_OF[field]] === null,
    );
    Object.assign(keptFrom, printedIn);
    const cells = Object.fromEntries(orphaned.map((field) => [RAW_OF[field], texts[index]![TEXT_OF[field]]]));
    const inherited = row.current.inherited.filter((field) => !orphaned.includes(field as Merged));
    return [{ ...row, current: { ...row.current, ...cells, inherited } }];
  });
}

export type CommitFacts = { source: string; regionName: string; level: List['document']['level'] };

/** The list that commitList takes. Rows without a printed number get the running one. Call it only where commitBlocks is empty. */
export function listOf(
  document: DraftDocument,
  rows: readonly RowState[],
  facts: CommitFacts,
  notices: readonly string[],
): unknown {
  const tasks = rows.map(({ current }, index): ListTask & Record<string, unknown> => ({
    seq: current.seq ?? index + 1,
    section: current.section,
    measure: current.measure,
    text: current.text,
    group: current.group,
    leadRaw: current.leadRaw,
    responsibleRaw: current.responsibleRaw,
    deadlineRaw: current.deadlineRaw,
    lead: current.lead,
    responsible: current.responsible,
    deadline: current.deadline,
    ...(Object.keys(current.extra).length > 0 ? { extra: current.extra } : {}),
    inherited: current.inherited,
    flags: [],
    ...(document.kind === 'assessment'
      ? {
          row: index + 1,
          indicator1: current.indicator1,
          indicator2: current.indicator2,
          points: current.points,
          scoring: current.scoring ?? '',
        }
      : {}),
  }));
  return {
    document: {
      source: facts.source,
      title: document.title,
      noticeTitle: document.noticeTitle,
      issuer: document.issuer,
      docNumber: document.docNumber,
      year: document.year,
      issuedOn: document.issuedOn as Day | null,
      region: facts.regionName,
      level: facts.level,
      kind: document.kind,
      ...(document.kind === 'assessment' && document.printedTotal !== null
        ? { printedTotal: document.printedTotal }
        : {}),
    },
    tasks,
    anomalies: notices,
  };
}

/** Doubts that stand in no question yet: names that resolve to nothing, rows without any deadline. */
export function unaskedDoubts(
  rows: readonly RowState[],
  asked: readonly AskedRow[],
  isKnown: (printed: string) => boolean,
  decisions: NameDecisions,
): { rowId: number; field: UnitField | 'deadline'; text: string }[] {
  // A name that went to the lead since it was asked about is the same doubt.
  const isAsked = new Set(
    asked
      .filter(({ field, printed }) => printed !== null && (field === 'lead' || field === 'responsible'))
      .map(({ rowId, printed }) => JSON.stringify([rowId, comparableName(printed!)])),
  );
  const hasField = new Set(asked.map((question) => JSON.stringify([question.rowId, question.field])));
  return rows.flatMap((row) => {
    const names = (['lead', 'responsible'] as const).flatMap((field) =>
      row.current[field]
        .filter((name) => !isKnown(name) && decisions[comparableName(name)]?.kind !== 'none')
        .filter((name) => !isAsked.has(JSON.stringify([row.id, comparableName(name)])))
        .map((name) => ({ rowId: row.id, field, text: `“${name}”在本地区单位库中没有唯一对应的单位，请确认` })),
    );
    const { dueOn, ongoing } = row.current.deadline;
    const noDate =
      dueOn === null && !ongoing && !hasField.has(JSON.stringify([row.id, 'deadline']))
        ? [{ rowId: row.id, field: 'deadline' as const, text: '完成时限中读不出日期，请确认' }]
        : [];
    return [...names, ...noDate];
  });
}
