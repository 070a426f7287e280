import {
  AlignmentType,
  BorderStyle,
  convertMillimetersToTwip,
  Document,
  DocumentGridType,
  Footer,
  Header,
  type IParagraphOptions,
  type IRunOptions,
  LineRuleType,
  Packer,
  PageNumber,
  Paragraph,
  RelativeHorizontalPosition,
  RelativeVerticalPosition,
  Table,
  TableAnchorType,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
} from 'docx';
import { formatDayProse } from '@/lib/dates';
import { deadlineWords, paperMark, replySentence, UNNUMBERED } from './slip.rules';
import type { PaperTask, SlipPaper } from './slip.schema';

// 《党政机关公文格式》GB/T 9704—2012, as far as a slip needs it. Sizes of type in half points: 2号 22 pt, 3号 16 pt, 4号 14 pt, 小4号 12 pt.
const SIZE = { 二号: 44, 三号: 32, 四号: 28, 小四: 24 } as const;
const FONT = {
  小标宋: '方正小标宋简体',
  仿宋: '仿宋_GB2312',
  黑体: '黑体',
  楷体: '楷体_GB2312',
  宋体: '宋体',
} as const;
const RED = 'FF0000';
const INK = '000000';
/** One 字 of 3号 in twips. */
const CHARACTER = 320;
/** 28 characters of 16 points are 448 points, the line has 442: each stands a quarter of a point closer. A grid of characters would say so too, but spreads tables. */
const CLOSER = -5;
/** 28 points, fixed: 22 lines on a page of 225 mm. */
const LINE = { line: 560, lineRule: LineRuleType.EXACT };
const BODY_WIDTH = convertMillimetersToTwip(156);

type FontName = keyof typeof FONT;
type RunWish = Omit<IRunOptions, 'font' | 'size'> & { font?: FontName; size?: number };

function run(text: string, { font = '仿宋', size = SIZE.三号, ...rest }: RunWish = {}): TextRun {
  const name = FONT[font];
  return new TextRun({
    text,
    font: { ascii: name, hAnsi: name, eastAsia: name, cs: name, hint: 'eastAsia' },
    size,
    ...(size === SIZE.三号 ? { characterSpacing: CLOSER } : {}),
    ...rest,
  });
}

function line(text: string, options: IParagraphOptions & { run?: RunWish } = {}): Paragraph {
  const { run: wish, ...rest } = options;
  return new Paragraph({ spacing: LINE, ...rest, children: [run(text, wish)] });
}

const empty = (): Paragraph => line('');

/** 发文机关标志: red, as large as one line allows, its upper edge 35 mm below that of the type area. */
function letterhead(issuer: string): Paragraph {
  const points = Math.max(22, Math.min(42, Math.floor(430 / Math.max(1, Array.from(issuer).length))));
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { before: convertMillimetersToTwip(35) },
    children: [run(issuer, { font: '小标宋', size: points * 2, color: RED })],
  });
}

/** 发文字号 two lines below, and the red line 4 mm beneath it, as wide as the type area. */
function numberLine(paper: SlipPaper): Paragraph[] {
  return [
    empty(),
    empty(),
    new Paragraph({
      alignment: AlignmentType.CENTER,
      spacing: LINE,
      border: { bottom: { style: BorderStyle.SINGLE, size: 12, color: RED, space: 11 } },
      children: [run(paper.number ?? UNNUMBERED)],
    }),
  ];
}

const LEVEL_ONE = /^[一二三四五六七八九十]+、/;
const LEVEL_TWO = /^（[一二三四五六七八九十]+）/;

/** A paragraph of the text, two characters in; headings of the first level in 黑体, of the second in 楷体. */
function bodyLine(text: string, { isHeading = false } = {}): Paragraph {
  const font: FontName = LEVEL_ONE.test(text) ? '黑体' : LEVEL_TWO.test(text) ? '楷体' : '仿宋';
  return line(text, {
    alignment: AlignmentType.BOTH,
    ...(isHeading ? { keepNext: true } : {}),
    indent: { firstLine: 2 * CHARACTER, firstLineChars: 200 },
    run: { font },
  });
}

const COLUMNS = [
  { title: '序号', width: 0.08, align: AlignmentType.CENTER },
  { title: '重点任务', width: 0.48, align: AlignmentType.LEFT },
  { title: '完成时限', width: 0.26, align: AlignmentType.CENTER },
  { title: '当前状态', width: 0.18, align: AlignmentType.CENTER },
] as const;
const RULE = { style: BorderStyle.SINGLE, size: 4, color: INK };

function cell(text: string, at: number, font: FontName): TableCell {
  const column = COLUMNS[at]!;
  return new TableCell({
    width: { size: Math.round(BODY_WIDTH * column.width), type: WidthType.DXA },
    verticalAlign: VerticalAlignTable.CENTER,
    margins: { top: 40, bottom: 40, left: 80, right: 80 },
    children: [
      new Paragraph({
        alignment: font === '黑体' ? AlignmentType.CENTER : column.align,
        spacing: { line: 400, lineRule: LineRuleType.EXACT },
        children: [run(text, { font, size: SIZE.小四 })],
      }),
    ],
  });
}

function taskTable(tasks: readonly PaperTask[]): Table {
  return new Table({
    width: { size: BODY_WIDTH, type: WidthType.DXA },
    columnWidths: COLUMNS.map(({ width }) => Math.round(BODY_WIDTH * width)),
    layout: TableLayoutType.FIXED,
    borders: { top: RULE, bottom: RULE, left: RULE, right: RULE, insideHorizontal: RULE, insideVertical: RULE },
    rows: [
      // Repeated on every page the table runs to.
      new TableRow({
        tableHeader: true,
        cantSplit: true,
        children: COLUMNS.map(({ title }, at) => cell(title, at, '黑体')),
      }),
      ...tasks.map(
        (task) =>
          new TableRow({
            cantSplit: true,
            children: [String(task.seq), task.text, deadlineWords(task), task.standing].map((text, at) =>
              cell(text, at, '仿宋'),
            ),
          }),
      ),
    ],
  });
}

/** Width of words in 字: what is not of the East counts half. */
const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + (/[\u0020-\u007e]/.test(character) ? 0.5 : 1), 0);

/** 落款: the date four characters from the right, the issuer centred over it as far as the margin allows. */
function signature(paper: SlipPaper): Paragraph[] {
  const date = paper.issuedOn ? formatDayProse(paper.issuedOn) : '（印发日期）';
  const over = Math.max(0, 4 + (widthOf(date) - widthOf(paper.issuer)) / 2);
  const right = (characters: number, text: string) =>
    line(text, {
      alignment: AlignmentType.RIGHT,
      keepLines: true,
      indent: { right: Math.round(characters * CHARACTER) },
    });
  return [empty(), right(over, paper.issuer), right(4, date)];
}

/** 版记: 抄送, then 印发机关 and the day, one character in from either side; thick lines without, a thin one within. */
function imprint(paper: SlipPaper): Table {
  const none = { style: BorderStyle.NONE, size: 0, color: 'auto' };
  const thick = { style: BorderStyle.SINGLE, size: 8, color: INK };
  const thin = { style: BorderStyle.SINGLE, size: 6, color: INK };
  const inset = 280;
  const half = Math.round(BODY_WIDTH / 2);
  const words = (text: string, alignment: (typeof AlignmentType)[keyof typeof AlignmentType], indent: object) =>
    new Paragraph({
      alignment,
      indent,
      spacing: { line: 480, lineRule: LineRuleType.EXACT },
      children: [run(text, { size: SIZE.四号 })],
    });
  const copies = paper.copyTo
    ? [
        new TableRow({
          cantSplit: true,
          children: [
            new TableCell({
              columnSpan: 2,
              borders: { top: thick, bottom: thin, left: none, right: none },
              // 回行时与冒号后的首字对齐
              children: [
                words(`抄送：${paper.copyTo.replace(/[。.]$/, '')}。`, AlignmentType.LEFT, {
                  left: inset * 4,
                  right: inset,
                  hanging: inset * 3,
                }),
              ],
            }),
          ],
        }),
      ]
    : [];
  return new Table({
    // At the foot of the last page, wherever the text ends.
    float: {
      horizontalAnchor: TableAnchorType.MARGIN,
      verticalAnchor: TableAnchorType.MARGIN,
      relativeHorizontalPosition: RelativeHorizontalPosition.LEFT,
      relativeVerticalPosition: RelativeVerticalPosition.BOTTOM,
    },
    width: { size: BODY_WIDTH, type: WidthType.DXA },
    columnWidths: [half + 1200, BODY_WIDTH - half - 1200],
    layout: TableLayoutType.FIXED,
    margins: { left: 0, right: 0 },
    rows: [
      ...copies,
      new TableRow({
        cantSplit: true,
        children: [
          new TableCell({
            width: { size: half + 1200, type: WidthType.DXA },
            borders: { top: copies.length > 0 ? thin : thick, bottom: thick, left: none, right: none },
            children: [words(paper.issuer, AlignmentType.LEFT, { left: inset })],
          }),
          new TableCell({
            width: { size: BODY_WIDTH - half - 1200, type: WidthType.DXA },
            borders: { top: copies.length > 0 ? thin : thick, bottom: thick, left: none, right: none },
            children: [
              words(paper.issuedOn ? `${formatDayProse(paper.issuedOn)}印发` : '未印发', AlignmentType.RIGHT, {
                right: inset,
              }),
            ],
          }),
        ],
      }),
    ],
  });
}

/** — 1 — in 4号 half-width 宋体, one character from the outer edge: right on odd pages, left on even ones. */
function pageNumber(side: 'right' | 'left'): Footer {
  const wish: RunWish = { font: '宋体', size: SIZE.四号 };
  const name = FONT.宋体;
  return new Footer({
    children: [
      new Paragraph({
        alignment: side === 'right' ? AlignmentType.RIGHT : AlignmentType.LEFT,
        indent: side === 'right' ? { right: 280 } : { left: 280 },
        children: [
          run('— ', wish),
          new TextRun({
            children: [PageNumber.CURRENT],
            font: { ascii: name, hAnsi: name, eastAsia: name, cs: name },
            size: SIZE.四号,
          }),
          run(' —', wish),
        ],
      }),
    ],
  });
}

/** 作废 or 拟稿 on every page; nothing on a paper in force. */
function pageMark(paper: SlipPaper): Header {
  const mark = paperMark(paper.status);
  const words =
    paper.voided && mark ? `${mark}（${formatDayProse(paper.voided.on)}，${paper.voided.reason}）` : (mark ?? '');
  return new Header({
    children: [
      new Paragraph({
        alignment: AlignmentType.RIGHT,
        children: words === '' ? [] : [run(words, { font: '黑体', size: SIZE.三号, color: RED })],
      }),
    ],
  });
}

/** A slip's paper as a Word file. Pure but for the time the package carries. */
export async function slipDocument(paper: SlipPaper): Promise<Uint8Array> {
  const body = paper.body.split('\n').filter((text) => text.trim() !== '');
  const document = new Document({
    creator: paper.issuer,
    title: [paper.number, paper.title].filter(Boolean).join(' '),
    evenAndOddHeaderAndFooters: true,
    styles: {
      default: {
        document: {
          run: {
            font: { ascii: FONT.仿宋, hAnsi: FONT.仿宋, eastAsia: FONT.仿宋, cs: FONT.仿宋 },
            size: SIZE.三号,
            language: { value: 'zh-CN', eastAsia: 'zh-CN' },
          },
        },
      },
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: 11906, height: 16838 },
            // 天头 37, 订口 28: a type area of 156 by 225 mm; the page number stands 7 mm below it.
            margin: {
              top: convertMillimetersToTwip(37),
              bottom: convertMillimetersToTwip(35),
              left: convertMillimetersToTwip(28),
              right: convertMillimetersToTwip(26),
              header: convertMillimetersToTwip(20),
              footer: convertMillimetersToTwip(22),
              gutter: 0,
            },
          },
          // 22 lines to a page.
          grid: { type: DocumentGridType.LINES, linePitch: 579 },
        },
        headers: { default: pageMark(paper), even: pageMark(paper) },
        footers: { default: pageNumber('right'), even: pageNumber('left') },
        children: [
          letterhead(paper.issuer),
          ...numberLine(paper),
          empty(),
          empty(),
          line(paper.title, {
            alignment: AlignmentType.CENTER,
            spacing: { line: 720, lineRule: LineRuleType.EXACT },
            run: { font: '小标宋', size: SIZE.二号 },
          }),
          empty(),
          line(`${paper.unitName}：`, { alignment: AlignmentType.LEFT }),
          ...body.map((text) => bodyLine(text)),
          bodyLine('一、督办任务', { isHeading: true }),
          taskTable(paper.tasks),
          bodyLine('二、办理要求', { isHeading: true }),
          bodyLine(replySentence(paper)),
          ...signature(paper),
          ...(paper.contact ? [line(`（联系人：${paper.contact}）`, { indent: { left: 2 * CHARACTER } })] : []),
          empty(),
          imprint(paper),
          empty(),
        ],
      },
    ],
  });
  return new Uint8Array(await Packer.toBuffer(document));
}

export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
