import { utils, type WorkBook, write } from '@e965/xlsx';
import { formatInstant } from '@/lib/dates';
import type { ImportReport } from './draft.queries';
import { DRAFT_STATUS_WORDS } from './draft.schema';

type Cell = string | number | null;
type Sheet = { name: string; widths: number[]; rows: Cell[][] };

/** A cell of a workbook holds at most 32,767 UTF-16 units. */
const CELL_LIMIT = 32_767;
const CUT = '（内容过长，此处截断，全文见原文件）';

/** Columns that the form has no field for, by their heading; one of them goes by a name of its own. */
const EXTRA_WORDS: Record<string, string> = { leaderInCharge: '责任领导' };

const instant = (at: Date | null) => (at === null ? '' : formatInstant(at));

function summary(report: ImportReport): Sheet {
  const { counts } = report;
  return {
    name: '概况',
    widths: [18, 90],
    rows: [
      ['项目', '内容'],
      ['清单', report.title],
      ['状态', DRAFT_STATUS_WORDS[report.status]],
      ['地区', report.regionName],
      ['所属单位', report.ownerUnitName],
      ['年份', report.year],
      ['发文机关', report.issuer],
      ['文号', report.docNumber],
      ['发文日期', report.issuedOn],
      ['文件', report.fileName],
      ['文件大小（字节）', report.bytes],
      ['SHA-256', report.sha256],
      ['上传人', report.uploadedBy ?? '命令行'],
      ['上传时间', instant(report.uploadedAt)],
      ['导入人', report.committedBy],
      ['导入时间', instant(report.committedAt)],
      ['牵头单位的确定', report.leadRule],
      ['行数', counts.rows],
      ['其中不导入', counts.excluded],
      ['待确认：已答复', counts.answered],
      ['待确认：已更改', counts.resolved],
      ['待确认：未答复', counts.open + counts.deferred],
      ['更改次数', counts.changes],
      ...report.notices.map((notice): Cell[] => ['读取说明', notice]),
      ...report.leftOver.map(({ place, text }): Cell[] => [`未归入任何栏（${place}）`, text]),
    ],
  };
}

function rows(report: ImportReport): Sheet {
  const extras = [...new Set(report.rows.flatMap(({ current }) => Object.keys(current.extra)))];
  return {
    name: '任务',
    widths: [6, 8, 22, 24, 60, 30, 30, 18, 26, 16, 8, 30, 18, 10, 30, 30, ...extras.map(() => 20)],
    rows: [
      [
        '行',
        '序号',
        '政策领域或一级指标',
        '改革举措或二级指标',
        '任务内容',
        '牵头单位',
        '责任单位',
        '完成时限（原文）',
        '完成时限（读法）',
        '责任专项组',
        '分值',
        '计分方法',
        '原文位置',
        '导入',
        '牵头单位（原文）',
        '责任单位（原文）',
        ...extras.map((heading) => EXTRA_WORDS[heading] ?? heading),
      ],
      ...report.rows.map(({ position, isExcluded, place, current, texts, deadlineWords }): Cell[] => [
        position,
        current.seq,
        current.section ?? current.indicator1,
        current.measure ?? current.indicator2,
        current.text,
        current.lead.join('、'),
        current.responsible.join('、'),
        texts.deadlineText,
        deadlineWords,
        current.group,
        current.points,
        current.scoring,
        place,
        isExcluded ? '否' : '是',
        texts.leadText,
        texts.responsibleText,
        ...extras.map((heading) => current.extra[heading] ?? null),
      ]),
    ],
  };
}

const ANSWERED = { OPEN: '未答复', ANSWERED: '已答复', RESOLVED: '已更改' } as const;

function questions(report: ImportReport): Sheet {
  return {
    name: '待确认',
    widths: [6, 18, 12, 60, 10, 50, 16, 18],
    rows: [
      ['行', '原文位置', '栏目', '问题', '状态', '答复', '答复人', '答复时间'],
      ...report.questions.map((question): Cell[] => [
        question.position,
        question.place,
        question.field,
        question.text,
        question.isDeferred ? '留待以后确认' : ANSWERED[question.status],
        question.answer,
        question.answeredBy,
        instant(question.answeredAt),
      ]),
    ],
  };
}

function changes(report: ImportReport): Sheet {
  return {
    name: '更改',
    widths: [6, 30, 18, 90, 18, 30],
    rows: [
      ['次序', '更改人', '时间', '更改', '撤销时间', '撤销人'],
      ...report.changes.map(({ sequence, by, at, words, undoneAt, undoneBy }): Cell[] => [
        sequence,
        by,
        instant(at),
        words,
        instant(undoneAt),
        undoneBy,
      ]),
    ],
  };
}

const isTooLong = (cell: Cell): cell is string => typeof cell === 'string' && cell.length > CELL_LIMIT;

/** What a cell can hold of a text; where it is cut, it says so. */
const bounded = (cell: Cell): Cell =>
  isTooLong(cell) ? cell.slice(0, CELL_LIMIT - CUT.length).toWellFormed() + CUT : cell;

/** Which cells are cut, in words for the sheet in front. */
function cutWords({ name, rows: cells }: Sheet): Cell[][] {
  return cells.flatMap((row, line) =>
    row.flatMap((cell, column): Cell[][] =>
      isTooLong(cell)
        ? [
            [
              '内容截断',
              `“${name}”第 ${line + 1} 行“${cells[0]![column]}”共 ${cell.length} 字，超过单元格上限，只写了前一部分`,
            ],
          ]
        : [],
    ),
  );
}

function append(book: WorkBook, { name, widths, rows: cells }: Sheet): void {
  const sheet = utils.aoa_to_sheet(cells.map((row) => row.map(bounded)));
  sheet['!cols'] = widths.map((wch) => ({ wch }));
  utils.book_append_sheet(book, sheet, name);
}

/** The import report as .xlsx: 概况, 任务, 待确认, 更改. */
export function makeReportWorkbook(report: ImportReport): Uint8Array<ArrayBuffer> {
  const book = utils.book_new();
  const front = summary(report);
  const sheets = [rows(report), questions(report), changes(report)];
  front.rows.push(...[front, ...sheets].flatMap(cutWords));
  for (const sheet of [front, ...sheets]) append(book, sheet);
  return new Uint8Array(write(book, { type: 'array', bookType: 'xlsx', compression: true }) as ArrayBuffer);
}
