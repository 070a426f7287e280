import { type GridRow, isBlank, toGrid } from '../imports/finders/table-grid.rules';
import type { SourceContent, SourceTable } from '../imports/readers/source';
import { compactText } from '../text';

/** The columns of a workbook kept until now, found by what their headings mean; and its rows, with the printed cells. */

export const SHEET_FIELDS = ['seq', 'text', 'progress', 'completion', 'percent', 'doneOn', 'reportedOn'] as const;
export type SheetField = (typeof SHEET_FIELDS)[number];
export const SHEET_FIELD_LABELS: Record<SheetField, string> = {
  seq: '序号',
  text: '任务内容',
  progress: '进展情况',
  completion: '完成情况',
  percent: '完成程度',
  doneOn: '完成时间',
  reportedOn: '填报时间',
};

export type SheetRow = {
  /** 工作表“任务清单”第5行 */
  place: string;
  seq: number | null;
  cells: Partial<Record<SheetField, string>>;
  /** About the cells themselves: merged over several tasks, several rows taken together. */
  questions: string[];
};

export type ProgressSheet = {
  rows: SheetRow[];
  /** What was read as what, for people: 工作表“台账”：进展情况 ←“工作进展”. */
  columns: string[];
  /** 完成时间 stands alone, without a column of deadlines: it may be the deadline. */
  isDoneOnDoubtful: boolean;
};

const PLANNED = /时限|期限|要求|计划|目标|预计|拟|节点|截止/;

/** Which field a heading names; several headings of one meaning: the first whole one counts. */
export function fieldOfHeading(heading: string): SheetField | null {
  const plain = compactText(heading)
    .normalize('NFKC')
    .replace(/[((【[].*?[))】\]]/g, '');
  if (plain === '' || plain.length > 16) return null;
  if (/^(?:序号|编号|项次|任务序号|任务编号|号|No\.?)$/i.test(plain)) return 'seq';
  if (/(?:填报|更新|报送|统计|上报)(?:时间|日期)|^截至/.test(plain)) return 'reportedOn';
  if (/(?:完成|办结|销号|达标|完结)(?:时间|日期|日)$/.test(plain)) return PLANNED.test(plain) ? null : 'doneOn';
  if (PLANNED.test(plain) && /时间|日期|时限|期限|截止/.test(plain)) return null;
  if (/百分比|完成率|完成比例|完成程度|完成进度|形象进度|进度(?:%|\(%\))?$/.test(plain)) return 'percent';
  if (
    /是否(?:已)?(?:完成|办结|销号|达标)|(?:完成|办理|任务|工作|推进|当前|目前|进展)状态|^状态$|完成与否|办结情况|完成情况|办理结果/.test(
      plain,
    )
  )
    return 'completion';
  if (/进展|推进情况|落实情况|工作情况|开展情况|办理情况|实施情况|工作成效|推进成效|落实成效|最新情况/.test(plain))
    return 'progress';
  if (/问题|困难|下一步|备注|单位|责任|领导|联系|领域|专项组/.test(plain)) return null;
  if (/任务|事项|工作内容|主要内容|改革举措|具体举措|措施|^内容$/.test(plain)) return 'text';
  return null;
}

type Header = { depth: number; columns: Map<SheetField, number>; words: Map<SheetField, string>; hasDeadline: boolean };

const HEADER_ROWS = 20;
const TELLING = ['progress', 'completion', 'percent', 'doneOn'] as const;

function headerAt(rows: readonly GridRow[], index: number): Header | null {
  const first = rows[index]!;
  const depth = Math.min(3, Math.max(1, ...first.cells.map((cell) => (cell?.originRow === index ? cell.rowSpan : 1))));
  const columns = new Map<SheetField, number>();
  const words = new Map<SheetField, string>();
  let hasDeadline = false;
  const best = new Map<number, string>();
  for (const [column] of first.cells.entries()) {
    // The lowest line of a heading in several lines says most: 进展情况 | 8月.
    const lines = Array.from({ length: depth }, (_, line) => rows[index + line]?.cells[column]?.text ?? '');
    const said = [...new Set(lines.map(compactText))].filter(Boolean);
    best.set(column, said.find((line) => fieldOfHeading(line) !== null) ?? said.join(''));
  }
  for (const [column, heading] of best) {
    const cell = first.cells[column];
    if (PLANNED.test(heading) && /时|期|截止/.test(heading)) hasDeadline = true;
    const field = fieldOfHeading(heading);
    if (field === null) continue;
    const isPart = cell?.state === 'left';
    // 任务内容 goes before 主要任务 or 改革举措 to its left; else the first column of a meaning counts, and of several months the last.
    const isBetterText = field === 'text' && /内容|任务/.test(heading) && !/内容/.test(words.get('text') ?? '');
    const isLaterProgress = field === 'progress' && !isPart;
    if (columns.has(field) && !isBetterText && !isLaterProgress) continue;
    columns.set(field, column);
    words.set(field, heading);
  }
  const isKey = columns.has('text') || columns.has('seq');
  return isKey && TELLING.some((field) => columns.has(field)) ? { depth, columns, words, hasDeadline } : null;
}

function findHeader(rows: readonly GridRow[]): { header: Header; at: number } | null {
  let best: { header: Header; at: number } | null = null;
  for (let at = 0; at < Math.min(rows.length, HEADER_ROWS); at += 1) {
    const header = headerAt(rows, at);
    if (header && (best === null || header.columns.size > best.header.columns.size)) best = { header, at };
  }
  return best;
}

/** 12, 12., （12）, 第12项; null for 一、 and anything else. */
function readSeq(text: string): number | null {
  const match = /^[((第]?(\d{1,4})(?:\.0)?[))项.、]?$/.exec(compactText(text).normalize('NFKC'));
  return match ? Number(match[1]) : null;
}

function readTable(table: SourceTable): { rows: SheetRow[]; header: Header } | null {
  const grid = toGrid(table);
  const found = findHeader(grid.rows);
  if (!found) return null;
  const { header, at } = found;
  const key = header.columns.has('text') ? 'text' : 'seq';
  const rows: SheetRow[] = [];
  let keyRow = -1;
  for (let index = at + header.depth; index < grid.rows.length; index += 1) {
    const row = grid.rows[index]!;
    if (row.isHidden) continue;
    const cellOf = (field: SheetField) => {
      const column = header.columns.get(field);
      return column === undefined ? null : (row.cells[column] ?? null);
    };
    const keyCell = cellOf(key);
    const own = (field: SheetField) => {
      const cell = cellOf(field);
      return cell && cell.state !== 'left' && !isBlank(cell.text) ? cell : null;
    };
    if (!keyCell || isBlank(keyCell.text)) {
      const rest = TELLING.some((field) => own(field) !== null);
      const last = rows.at(-1);
      if (rest && last) last.questions.push(`${row.place}没有任务内容，其中的进展没有读入`);
      continue;
    }
    // A heading over the whole width, or the header printed again on a new page.
    if (fieldOfHeading(keyCell.text) === key && readSeq(keyCell.text) === null) continue;
    if (keyCell.columnSpan > 1 && !TELLING.some((field) => own(field) !== null)) continue;
    const isContinuation = keyCell.state === 'above' && keyCell.originRow === keyRow;
    if (isContinuation) {
      joinInto(rows.at(-1)!, own, index);
      continue;
    }
    keyRow = keyCell.originRow;
    const cells: SheetRow['cells'] = {};
    const questions: string[] = [];
    for (const field of SHEET_FIELDS) {
      const cell = own(field);
      if (!cell) continue;
      cells[field] = cell.text.trim();
      if (cell.state === 'above' && (TELLING as readonly string[]).includes(field))
        questions.push(`“${SHEET_FIELD_LABELS[field]}”一格与上一行合并，请核对是否也适用于本项`);
    }
    const isHeading =
      !TELLING.some((field) => field in cells) && readSeq(cells.seq ?? '') === null && header.columns.has('seq');
    if (isHeading) continue;
    rows.push({ place: row.place, seq: readSeq(cells.seq ?? ''), cells, questions });
  }
  return { rows, header };
}

/** A task whose units fill a row each: what they wrote is one progress, and a person is told so. */
function joinInto(
  row: SheetRow,
  own: (field: SheetField) => { text: string; originRow: number } | null,
  index: number,
): void {
  let isJoined = false;
  for (const field of TELLING) {
    const cell = own(field);
    if (!cell || cell.originRow !== index || row.cells[field] === cell.text.trim()) continue;
    row.cells[field] = [row.cells[field], cell.text.trim()].filter(Boolean).join('\n');
    isJoined = true;
  }
  const words = '该任务在表中分几行填写，已合在一起，请核对';
  if (isJoined && !row.questions.includes(words)) row.questions.push(words);
}

/** Every table with a task and how it stands; null where the document has none. Pure. */
export function readProgressSheet(content: SourceContent): ProgressSheet | null {
  const sheet: ProgressSheet = { rows: [], columns: [], isDoneOnDoubtful: false };
  for (const block of content.blocks) {
    if (block.kind !== 'table' || block.isHidden) continue;
    const read = readTable(block);
    if (!read || read.rows.length === 0) continue;
    sheet.rows.push(...read.rows);
    const { words, hasDeadline } = read.header;
    sheet.columns.push(
      `${block.place}：${[...words].map(([field, heading]) => `${SHEET_FIELD_LABELS[field]}←“${heading}”`).join('，')}`,
    );
    if (words.has('doneOn') && !hasDeadline && !/实际|办结|销号/.test(words.get('doneOn')!))
      sheet.isDoneOnDoubtful = true;
  }
  return sheet.rows.length > 0 ? sheet : null;
}
