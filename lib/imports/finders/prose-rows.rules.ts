import { type Part, type Role, splitNames } from './prose-assignment.rules';
import type { Paragraph } from './prose-blocks.rules';
import { findSentenceDeadline } from './prose-deadline.rules';
import type { Segment } from './prose-segments.rules';
import { type PrintedNumber, placeOf } from './prose-text.rules';
import type { Doubt, ListField, RawCell, RawRow } from './raw-list';

/** One task of the running text before the roles of the whole document are known. */
export type ProseRow = {
  number: PrintedNumber | null;
  section: Paragraph | null;
  measure: Paragraph | null;
  /** Headings that stand for the row alone: its number was printed on them. */
  text: string;
  paragraphs: Paragraph[];
  segment: Segment;
  doubts: Doubt[];
};

/** What the document as a whole says of leading: a row is read by it. */
export type Roles = {
  /** Some row names who leads. */
  namesLead: boolean;
  /** None does, but 责任单位 stands beside 配合单位: then the former leads. */
  responsibleLeads: boolean;
};

export function rolesOf(rows: readonly ProseRow[]): Roles {
  const has = (row: ProseRow, role: Role) => partsOf(row, role).length > 0;
  const namesLead = rows.some((row) => has(row, 'lead'));
  return {
    namesLead,
    responsibleLeads: !namesLead && rows.some((row) => has(row, 'responsible') && has(row, 'support')),
  };
}

function partsOf(row: ProseRow, role: Role): Part[] {
  return row.segment.assignment?.parts.filter((part) => part.role === role) ?? [];
}

/** The parts of a row by the field of the form that they fill. */
export function fieldParts(row: ProseRow, roles: Roles): Record<'lead' | 'responsible' | 'deadline' | 'group', Part[]> {
  const [lead, responsible, support] = [partsOf(row, 'lead'), partsOf(row, 'responsible'), partsOf(row, 'support')];
  return {
    lead: roles.responsibleLeads ? responsible : lead,
    responsible: roles.responsibleLeads ? support : inPrintedOrder(row, [...responsible, ...support]),
    deadline: partsOf(row, 'deadline'),
    group: partsOf(row, 'group'),
  };
}

function inPrintedOrder(row: ProseRow, parts: readonly Part[]): Part[] {
  return row.segment.assignment?.parts.filter((part) => parts.includes(part)) ?? [];
}

export function toRawRow(row: ProseRow, roles: Roles): RawRow {
  const place = placeOf(row.paragraphs.map((paragraph) => paragraph.line));
  const cell = (text: string): RawCell => ({ text, isInherited: false, place });
  const cells: Partial<Record<ListField, RawCell>> = { text: cell(row.text) };
  if (row.number) cells.seq = cell(row.number.printed);
  if (row.section) cells.section = headingCell(row.section);
  if (row.measure) cells.measure = headingCell(row.measure);
  const doubts = [...row.doubts];
  const found = fieldParts(row, roles);
  const isInCharge = roles.namesLead && isAloneInCharge(found);
  const fields = isInCharge
    ? { ...found, lead: found.responsible.slice(0, 1), responsible: found.responsible.slice(1) }
    : found;
  if (isInCharge) doubts.push(inCharge(joinParts(fields.lead)));
  const from = row.segment.assignment?.from;
  for (const field of ['lead', 'responsible', 'deadline', 'group'] as const) {
    const parts = fields[field];
    if (parts.length === 0) continue;
    cells[field] = { ...cell(joinParts(parts)), isInherited: from !== undefined && !from.isFirst };
    doubts.push(...doubtsOfParts(field, parts, isInCharge || partsOf(row, 'lead').length > 0));
  }
  if (from?.isFirst) doubts.push(fromHeading(from, cells));
  const extra = readExtra(row, cell, doubts);
  if (!cells.deadline) addSentenceDeadline(row.text, cells, cell, doubts);
  if (roles.namesLead && !cells.lead) doubts.push(noLead(cells.responsible?.text));
  doubts.push(...damageDoubts(row, cells));
  return { place, cells, extra, doubts };
}

function fromHeading({ heading, count }: { heading: string; count: number }, cells: RawRow['cells']): Doubt {
  const field = cells.lead ? 'lead' : cells.responsible ? 'responsible' : 'deadline';
  const text = `单位和时限印在标题“${heading}”上，已用于其下未写单位的 ${count} 项，请确认`;
  return { field, kind: 'inherited', text, printed: cells[field]?.text ?? '' };
}

const LONGEST_TITLE = 40;

/** The heading of a paragraph that may go on with an introduction: （一）优化审批。坚持…，抓好以下任务。 */
export function headingParts(paragraph: Paragraph): { heading: string; remainder: string } {
  const number = paragraph.number?.printed ?? '';
  const words = paragraph.segments.map((segment) => segment.text).join('') || paragraph.body;
  const stop = words.search(/[。！？!?]/u);
  const isTitled = !paragraph.isHeading && stop > 0 && stop <= LONGEST_TITLE && stop < words.length - 1;
  if (!isTitled) return { heading: number + words, remainder: '' };
  return { heading: number + words.slice(0, stop), remainder: words.slice(stop + 1).trim() };
}

function headingCell(paragraph: Paragraph): RawCell {
  return { text: headingParts(paragraph).heading, isInherited: false, place: placeOf([paragraph.line]) };
}

function joinParts(parts: readonly Part[]): string {
  return parts
    .map((part) => part.text)
    .filter((text) => text !== '')
    .join('；');
}

function doubtsOfParts(
  field: 'lead' | 'responsible' | 'deadline' | 'group',
  parts: readonly Part[],
  namesLead: boolean,
): Doubt[] {
  const labels = parts.map((part) => part.label);
  const isTwice = labels.some((label, index) => labels.indexOf(label) !== index);
  const doubts: Doubt[] = [];
  if (isTwice || (field !== 'responsible' && parts.length > 1))
    doubts.push({
      field,
      kind: field === 'deadline' ? 'deadline' : 'text',
      text: `印了${parts.length}次，已合在一起：${joinParts(parts)}`,
      printed: joinParts(parts),
    });
  if (!namesLead && parts.some((part) => part.label === '会同'))
    doubts.push({ field: 'lead', kind: 'who-leads', text: '原文写“会同”，请确认由谁牵头', printed: joinParts(parts) });
  return doubts;
}

function readExtra(row: ProseRow, cell: (text: string) => RawCell, doubts: Doubt[]): Record<string, RawCell> {
  const extra: Record<string, RawCell> = {};
  const leaders = partsOf(row, 'leader');
  if (leaders.length > 0) extra.leaderInCharge = cell(joinParts(leaders));
  for (const part of partsOf(row, 'extra')) {
    const label = part.label ?? '其他';
    extra[label] = cell(extra[label] ? `${extra[label].text}；${part.text}` : part.text);
    if (/单位|部门|科室/u.test(label))
      doubts.push({
        field: 'extra',
        kind: 'columns',
        text: `“${label}”不是台账的栏目，已另存，请确认是否属于牵头或责任单位`,
        printed: label,
      });
  }
  return extra;
}

function addSentenceDeadline(
  text: string,
  cells: RawRow['cells'],
  cell: (text: string) => RawCell,
  doubts: Doubt[],
): void {
  const found = findSentenceDeadline(text);
  if (!found) return;
  cells.deadline = cell(found.words);
  if (found.isSure) return;
  const among = found.others.length > 0 ? `，文中还有“${found.others.join('”“')}”` : '';
  doubts.push({
    field: 'deadline',
    kind: 'deadline',
    text: `时限“${found.words}”取自任务文字${among}，请确认是否为完成时限`,
    printed: found.words,
    candidates: [...new Set(found.others)].map((value) => ({ value, why: '任务文字中的另一个日期' })),
  });
}

/** 区税务局负责, 省甲厅会同省乙厅负责, where others print who leads: the one name before the verb. */
function isAloneInCharge({ lead, responsible }: ReturnType<typeof fieldParts>): boolean {
  const [first, ...others] = responsible;
  if (lead.length > 0 || !first || others.some(({ label }) => label !== '会同')) return false;
  return /^(?:具体|组织)?负责/u.test(first.label ?? '') && splitNames(first.text).length === 1;
}

function inCharge(name: string): Doubt {
  return {
    field: 'row',
    kind: 'no-lead',
    text: `这一项只写由“${name}”负责，已作为牵头单位，请确认`,
    printed: name,
  };
}

function noLead(responsible: string | undefined): Doubt {
  return {
    field: 'lead',
    kind: 'no-lead',
    text: '其他任务写明了牵头单位，这一项没有',
    ...(responsible ? { printed: responsible, candidates: [{ value: responsible, why: '这一项只写了这些单位' }] } : {}),
  };
}

/** Where most rows print no deadline, that a row prints none is no sign of an omission: asked once for the list. */
const LEAST_SHARE = 0.5;
const SHORT_LIST = 3;

/** A field that other rows print and a row does not is printed empty there, not merged with the row above. Doubts are of the whole list. */
export function fillEmpty(rows: readonly RawRow[]): Doubt[] {
  const dated = rows.filter(({ cells }) => cells.deadline !== undefined).length;
  const areRare = dated > 0 && rows.length > SHORT_LIST && dated < rows.length * LEAST_SHARE;
  for (const field of ['lead', 'responsible', 'deadline', 'group'] as const) {
    if (rows.every(({ cells }) => cells[field] === undefined)) continue;
    for (const { place, cells, doubts } of rows) {
      if (cells[field] !== undefined) continue;
      cells[field] = { text: '', isInherited: false, place };
      if (field === 'deadline' && !areRare)
        doubts.push({ field, kind: 'no-deadline', text: '其他任务写明了完成时限，这一项没有' });
    }
  }
  const text = `${rows.length} 项任务中只有 ${dated} 项写明了完成时限，请确认其余各项的时限`;
  return areRare ? [{ field: 'deadline', kind: 'no-deadline', text }] : [];
}

/** Each field that the damage may have spoilt is asked about. */
function damageDoubts(row: ProseRow, cells: RawRow['cells']): Doubt[] {
  const { damage, unsure, assignment } = row.segment;
  const doubts: Doubt[] = damage.map((text) => ({ field: 'row', kind: 'text', text: `${text}，请对照原文` }));
  const last = (['deadline', 'responsible', 'lead', 'group'] as const).find((field) => cells[field]);
  if (damage.length > 0 && last)
    doubts.push({ field: last, kind: 'text', text: '所在括号不完整，请对照原文', printed: cells[last]!.text });
  if (row.segment.trailing)
    doubts.push({
      field: 'text',
      kind: 'text',
      text: `括号之后还有文字“${row.segment.trailing}”，已接在任务文字后面，请对照原文`,
      printed: row.segment.trailing,
    });
  for (const words of unsure)
    doubts.push({
      field: 'responsible',
      kind: 'text',
      text: `${words}像是单位，但留在任务文字里，请确认`,
      printed: words,
    });
  const lastBracket = assignment === null && /[（(〔[【][^（(〔[【]{2,60}[）)〕\]】]\s*[。；;]?$/u.exec(row.text)?.[0];
  if (lastBracket && unsure.length === 0)
    doubts.push({
      field: 'responsible',
      kind: 'text',
      text: `句末的${lastBracket}没有读作单位，请确认`,
      printed: lastBracket,
    });
  for (const words of assignment?.rest ?? [])
    doubts.push({ field: 'row', kind: 'text', text: `括号里的“${words}”没有归入任何一栏`, printed: words });
  return doubts;
}
