import { compactText } from '@/lib/text';
import type { Doubt, ListField, RawList } from './raw-list';
import { type Kind, kindOf, LEVELS, type LeadRule, likelyKind, plainHeading, readLeadRule } from './table-words.rules';

/** What each column of a table means, by the words of its heading and by the company it keeps. */

export type HeadingCell = { column: number; columnSpan: number; text: string };

/** What a column's body looks like: merged or blank in places, which tells a heading from a task; letters of its cells on average. */
export type ColumnBody = { isSparse: (column: number) => boolean; lengthOf: (column: number) => number };

const UNSEEN: ColumnBody = { isSparse: () => false, lengthOf: () => 0 };

export type RecognisedColumn = {
  column: number;
  columnSpan: number;
  field: ListField | null;
  /** The printed heading without white space. */
  heading: string;
  /** Key in `RawRow.extra`; null where the column has a field. */
  key: string | null;
};

export type RecognisedColumns = {
  columns: RecognisedColumn[];
  headings: RawList['headings'];
  /** Who leads, where a heading itself says so; the place is added by the caller. */
  leadRule: LeadRule | null;
  /** Whether the words make a header of a list: a task and somebody, some day or some points for it. */
  isHeader: boolean;
  doubts: Doubt[];
};

/** 责任单位（牵头单位）: the bracket names the other party, so that one column holds both. */
function namesBoth(heading: string): boolean {
  const bracket = /[（(〔[【]([^）)〕\]】]*)[）)〕\]】]/.exec(heading)?.[1] ?? '';
  const outside = plainHeading(heading);
  return (
    (/牵头|主办/.test(bracket) && /责任/.test(outside)) || (/责任|配合|协办/.test(bracket) && /牵头|主办/.test(outside))
  );
}

type Entry = { cell: HeadingCell; heading: string; kind: Kind | null; field: ListField | 'leaderInCharge' | null };

function headingDoubt(text: string, printed: string): Doubt {
  return { field: 'document', kind: 'columns', text, printed };
}

const levelOf = ({ kind }: Entry) => LEVELS[kind!] ?? 0;

/** 事项名称 beside 主要内容: plainly a name above its content. */
function isName({ heading }: Entry): boolean {
  return /名称|项目|指标/.test(heading);
}

/** 存在问题 beside 整改措施 or 重点任务 is what was found and no heading; alone it is what has to be done. */
function setProblemsAside(entries: Entry[]): void {
  const hasTask = entries.some(({ kind }) => kind !== 'problem' && kind !== null && (LEVELS[kind] ?? 0) > 1);
  if (!hasTask) return;
  for (const entry of entries) if (entry.kind === 'problem') entry.kind = null;
}

const REQUIREMENT = /^(?:工作|任务|具体|主要|改革|目标|推进)?(?:要求|标准|安排|路径)(?:及要求|和要求)?$/;
const LONGEST_NAME = 12;
const LONGEST_AREA = 30;

/** 工作任务 | 工作要求: where the former are short names, the latter say what is to be done. */
function readRequirements(entries: Entry[], { lengthOf }: ColumnBody, doubts: Doubt[]): void {
  if (entries.some(({ kind }) => kind === 'detail')) return;
  const task = entries.find(({ kind }) => kind === 'task');
  const requirement = entries.find(({ kind, heading }) => kind === null && REQUIREMENT.test(plainHeading(heading)));
  if (!task || !requirement) return;
  const [name, words] = [lengthOf(task.cell.column), lengthOf(requirement.cell.column)];
  if (name === 0 || name > LONGEST_NAME || words < 2 * name) return;
  requirement.kind = 'detail';
  doubts.push(
    headingDoubt(
      `“${task.heading}”一列只有名称，已以“${requirement.heading}”为任务内容、“${task.heading}”为改革举措，请核对。`,
      requirement.heading,
    ),
  );
}

/** A column with unknown words before the task, printed once for several rows: a heading over them. */
function readUnknownHeadings(entries: Entry[], { isSparse, lengthOf }: ColumnBody, doubts: Doubt[]): void {
  const named = entries.filter(({ kind }) => kind !== null && kind in LEVELS);
  const text = entries.indexOf(named.toSorted((a, b) => levelOf(a) - levelOf(b)).at(-1)!);
  if (named.some((entry) => levelOf(entry) < 3)) return;
  const unknown = entries.find(
    ({ kind, heading, cell }, index) =>
      kind === null && index < text && heading !== '' && isSparse(cell.column) && lengthOf(cell.column) <= LONGEST_AREA,
  );
  if (!unknown || /问题|短板|备注|目标|成效|进展/.test(unknown.heading)) return;
  unknown.kind = 'area';
  doubts.push(headingDoubt(`表头“${unknown.heading}”已按政策领域读取，请核对。`, unknown.heading));
}

/** Which of the columns that name a task or what stands above it holds the text, which the measure, which the section. */
function placeTask(entries: Entry[], isSparse: (column: number) => boolean, doubts: Doubt[]): void {
  const named = entries.filter(({ kind }) => kind !== null && kind in LEVELS);
  if (named.length === 0) return;
  const highest = Math.max(...named.map(levelOf));
  const text = named.findLast((entry) => levelOf(entry) === highest)!;
  text.field = 'text';
  const above = named.filter((entry) => entry !== text);
  const hasIndicators = entries.some(({ field }) => field === 'indicator1');
  const isAmbiguous = above.some((entry) => levelOf(entry) === highest) || (above.length > 2 && !hasIndicators);
  if (isAmbiguous) {
    const names = named.map(({ heading }) => heading).join('、');
    doubts.push(
      headingDoubt(`表中有多列可作任务内容（${names}），已以“${text.heading}”为任务内容，请核对。`, text.heading),
    );
  }
  const [first, second] = above;
  if (hasIndicators || !first) return;
  if (second) {
    first.field = 'section';
    second.field = 'measure';
    return;
  }
  first.field = levelOf(first) === 1 ? 'section' : 'measure';
  if (isAmbiguous || levelOf(first) < 3 || isName(first) || isSparse(first.cell.column)) return;
  doubts.push(
    headingDoubt(
      `“${first.heading}”与“${text.heading}”都可作任务内容，已以“${text.heading}”为任务内容、“${first.heading}”为改革举措，请核对。`,
      first.heading,
    ),
  );
}

/** 州级牵头单位 | 州级配合单位 | 县（市）责任单位: the level that the nearest lead and another column of units share. */
function unitLevel(entries: Entry[]): string | null {
  const lead = entries.findLast(({ kind }) => kind === 'lead');
  const level = /^[省市州县区]/.exec(lead?.heading ?? '')?.[0] ?? null;
  const others = entries.filter(({ kind }) => kind === 'responsible' || kind === 'support');
  return level !== null && others.some(({ heading }) => heading.startsWith(level)) ? level : null;
}

function isOfLevel({ heading }: Entry, level: string | null): boolean {
  return level === null || heading.startsWith(level);
}

/** 牵头/主办 leads; 责任 beside 配合 without 牵头 leads; 责任 alone is responsible and who leads is asked later. */
function placeUnits(entries: Entry[], doubts: Doubt[]): void {
  const level = unitLevel(entries);
  const of = (kind: Kind) => entries.filter((entry) => entry.kind === kind && isOfLevel(entry, level));
  // 省级牵头单位 | 市级牵头单位: the nearer one is the list's own.
  const lead = of('lead').at(-1);
  const nearest = of('lead').length > 1 ? -1 : 0;
  const responsible = of('responsible').at(nearest);
  const support = of('support').at(nearest);
  const [both] = of('lead-and-responsible');
  const give = (entry: Entry | undefined, field: ListField) => {
    if (entry && !entries.some((other) => other.field === field)) entry.field = field;
  };
  if (lead) {
    give(lead, 'lead');
    give(responsible ?? both ?? support, 'responsible');
  } else if (both) give(both, 'responsible');
  else if (responsible && support) {
    give(responsible, 'lead');
    give(support, 'responsible');
  } else give(responsible ?? support, 'responsible');
  const units: Kind[] = ['lead', 'responsible', 'support', 'lead-and-responsible'];
  const left = entries.filter(({ kind, field }) => kind !== null && units.includes(kind) && field === null);
  for (const { heading } of left) {
    doubts.push(headingDoubt(`表中有多列单位，“${heading}”一列已作为附加内容保留，未计入责任单位，请核对。`, heading));
  }
  if (both && both.field === 'responsible' && readLeadRule(both.heading) === null && !lead) {
    doubts.push(headingDoubt(`“${both.heading}”一列同时列出牵头单位和责任单位，请确定如何区分。`, both.heading));
  }
}

const DIRECT: Partial<Record<Kind, ListField>> = {
  seq: 'seq',
  indicator1: 'indicator1',
  indicator2: 'indicator2',
  points: 'points',
  scoring: 'scoring',
  group: 'group',
  deadline: 'deadline',
};

/** 评分标准 beside 计分方法, a second 序号: the first has the field. */
function placeDirect(entries: Entry[], doubts: Doubt[]): void {
  for (const entry of entries) {
    const field = entry.kind === 'leader' ? 'leaderInCharge' : entry.kind && DIRECT[entry.kind];
    if (!field) continue;
    if (!entries.some((other) => other.field === field)) entry.field = field;
    else if (field === 'deadline') {
      doubts.push(headingDoubt(`表中有多列时限，“${entry.heading}”一列已作为附加内容保留，请核对。`, entry.heading));
    }
  }
}

/** Headings with unknown words beside known ones: what they most likely mean, with a question. */
function guessKinds(entries: Entry[], doubts: Doubt[]): void {
  const has = (...kinds: Kind[]) => entries.some(({ kind }) => kind !== null && kinds.includes(kind));
  const known = entries.filter(({ kind }) => kind !== null).length;
  if (known < 2) return;
  const open: Kind[] = [];
  if (!has('area', 'item', 'step', 'task', 'detail')) open.push('task');
  if (!has('deadline')) open.push('deadline');
  if (!has('lead', 'responsible', 'support', 'lead-and-responsible')) open.push('lead', 'responsible', 'support');
  // 揭榜单位 | 协助单位: whoever the others assist.
  if (has('support') && !has('lead', 'responsible', 'lead-and-responsible')) open.push('lead', 'responsible');
  for (const entry of entries) {
    if (entry.kind !== null) continue;
    entry.kind = likelyKind(entry.heading, open);
    if (entry.kind === null) continue;
    if (open.includes(entry.kind)) open.splice(open.indexOf(entry.kind), 1);
    const meaning = { task: '任务内容', deadline: '完成时限', lead: '牵头单位' }[entry.kind as string] ?? '责任单位';
    doubts.push(headingDoubt(`表头“${entry.heading}”已按${meaning}读取，请核对。`, entry.heading));
  }
}

/** 一级指标 in a list without points is no assessment: the indicators stand above the tasks like policy areas. */
function demoteIndicators(entries: Entry[]): void {
  if (entries.some(({ kind }) => kind === 'points' || kind === 'scoring')) return;
  for (const entry of entries) {
    if (entry.kind === 'indicator1') entry.kind = 'area';
    else if (entry.kind === 'indicator2') entry.kind = 'step';
  }
}

/** 一级指标 | 二级指标 | 分值: the lowest indicator is what is assessed. */
function lowestIndicatorAsText(entries: Entry[], doubts: Doubt[]): void {
  if (entries.some(({ kind }) => kind !== null && kind in LEVELS) || !entries.some(({ kind }) => kind === 'points'))
    return;
  const lowest =
    entries.findLast(({ kind }) => kind === 'indicator2') ?? entries.findLast(({ kind }) => kind === 'indicator1');
  if (!lowest) return;
  lowest.kind = 'task';
  doubts.push(headingDoubt(`表中没有考核内容一列，已以“${lowest.heading}”为考核内容，请核对。`, lowest.heading));
}

/** A task, and somebody, some day or some points for it; 专项 | 牵头单位 | 任务数 only counts tasks. */
function isListHeader(entries: Entry[]): boolean {
  const has = (field: Entry['field']) => entries.some((entry) => entry.field === field);
  const isCount = entries.some(({ heading }) => /(?:数|数量)$/.test(plainHeading(heading)));
  if (isCount && entries.some(({ field, kind }) => field === 'text' && kind === 'area')) return false;
  return has('text') && (['lead', 'responsible', 'deadline', 'points'] as const).some(has);
}

function keysOf(entries: Entry[]): (string | null)[] {
  const seen = new Map<string, number>();
  return entries.map(({ field, heading }) => {
    if (field !== null && field !== 'leaderInCharge') return null;
    const name = field ?? (heading === '' ? '未命名列' : heading);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}（${count}）`;
  });
}

/**
 * The columns of a header row. `texts` of two-line headers stand in one cell, parent before child, separated by '\n\n'.
 */
export function recogniseColumns(cells: readonly HeadingCell[], body: ColumnBody = UNSEEN): RecognisedColumns {
  const doubts: Doubt[] = [];
  const entries = cells.map((cell): Entry => {
    const lines = cell.text.split('\n\n').map(compactText);
    const whole = lines.join('');
    const child = lines.at(-1)!;
    const isTwin = cells.some((other) => other !== cell && compactText(other.text.split('\n\n').at(-1)!) === child);
    const heading = kindOf(child) === null || isTwin ? whole : child;
    // 进度安排 over 一季度, 二季度 …: what is reached by then, no deadline.
    const isShared = cells.some((other) => other !== cell && compactText(other.text.split('\n\n')[0]!) === lines[0]);
    const parents = isShared && kindOf(lines[0]!) === 'deadline' ? [] : [lines[0]!];
    const kind = [child, whole, ...parents].map(kindOf).find((found) => found !== null) ?? null;
    const isBoth = (kind === 'responsible' || kind === 'lead') && namesBoth(heading);
    return { cell, heading, kind: isBoth ? 'lead-and-responsible' : kind, field: null };
  });
  demoteIndicators(entries);
  setProblemsAside(entries);
  readRequirements(entries, body, doubts);
  readUnknownHeadings(entries, body, doubts);
  guessKinds(entries, doubts);
  lowestIndicatorAsText(entries, doubts);
  placeDirect(entries, doubts);
  placeTask(entries, body.isSparse, doubts);
  placeUnits(entries, doubts);
  const keys = keysOf(entries);
  const columns = entries.map(
    ({ cell, field, heading }, index): RecognisedColumn => ({
      column: cell.column,
      columnSpan: cell.columnSpan,
      field: field === 'leaderInCharge' ? null : field,
      heading,
      key: keys[index]!,
    }),
  );
  const headings: RawList['headings'] = {};
  for (const { field, heading } of columns) if (field) headings[field] = heading;
  const leadRule = columns.map(({ heading }) => readLeadRule(heading)).find((rule) => rule !== null) ?? null;
  return { columns, headings, leadRule, isHeader: isListHeader(entries), doubts };
}
