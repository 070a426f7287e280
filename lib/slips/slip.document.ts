import {
  AlignmentType,
  BorderStyle,
  convertMillimetersToTwip,
  Document,
  Footer,
  FrameAnchorType,
  FrameWrap,
  Header,
  HeightRule,
  HorizontalPositionAlign,
  type IFrameOptions,
  type IParagraphOptions,
  type IRunOptions,
  LineRuleType,
  Packer,
  PageNumber,
  Paragraph,
  ShadingType,
  Tab,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TabStopType,
  TextRun,
  VerticalAlignTable,
  VerticalPositionAlign,
  WidthType,
} from 'docx';
import { formatDayProse } from '@/lib/dates';
import { deadlineLines, paperMark, replySentence, UNNUMBERED } from './slip.rules';
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
/** 28 points, fixed: 22 lines on a page of 225 mm. A grid of lines would say so too, but LibreOffice spreads tables by it. */
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

/** A paragraph of the text, two characters in; headings of the first level in 黑体, of the second in 楷体. Kept: whole, and on the page of what follows. */
function bodyLine(text: string, { isKept = false } = {}): Paragraph {
  const font: FontName = LEVEL_ONE.test(text) ? '黑体' : LEVEL_TWO.test(text) ? '楷体' : '仿宋';
  return line(text, {
    alignment: AlignmentType.BOTH,
    ...(isKept ? { keepNext: true, keepLines: true } : {}),
    indent: { firstLine: 2 * CHARACTER, firstLineChars: 200 },
    run: { font },
  });
}

const COLUMNS = [
  { title: '序号', width: 0.08, align: AlignmentType.CENTER },
  { title: '重点任务', width: 0.43, align: AlignmentType.LEFT },
  // 2022年12月31日 in brackets fills a line.
  { title: '完成时限', width: 0.29, align: AlignmentType.CENTER },
  { title: '当前状态', width: 0.2, align: AlignmentType.CENTER },
] as const;
const RULE = { style: BorderStyle.SINGLE, size: 4, color: INK };

const CELL_MARGIN = 80;
const widthOfColumn = (at: number): number => Math.round(BODY_WIDTH * COLUMNS[at]!.width);

function cell(lines: readonly string[], at: number, { isHead = false, isLong = false } = {}): TableCell {
  return new TableCell({
    width: { size: widthOfColumn(at), type: WidthType.DXA },
    // What begins on one page and ends on the next stands at the top of both.
    verticalAlign: isLong ? VerticalAlignTable.TOP : VerticalAlignTable.CENTER,
    margins: { top: 40, bottom: 40, left: CELL_MARGIN, right: CELL_MARGIN },
    children: lines.map(
      (text) =>
        new Paragraph({
          alignment: isHead ? AlignmentType.CENTER : COLUMNS[at]!.align,
          widowControl: true,
          spacing: { line: 400, lineRule: LineRuleType.EXACT },
          ...(isHead ? { keepNext: true } : {}),
          children: [run(text, { font: isHead ? '黑体' : '仿宋', size: SIZE.小四 })],
        }),
    ),
  });
}

/** Width of words in 字: what is not of the East counts half. */
const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + (/[\u0020-\u007e]/.test(character) ? 0.5 : 1), 0);

/** Rows of as many lines stay whole, a fourth of the page; a longer one breaks where the page ends rather than leave more of it empty. */
const KEPT_LINES = 8;
/** How many lines words take in a column: 小4号 is 240 twips wide. */
const linesIn = (at: number, text: string): number =>
  Math.ceil(widthOf(text) / Math.floor((widthOfColumn(at) - 2 * CELL_MARGIN) / 240));

/** The first of several rows may always break: its page has the least room, and where it fits by a hair LibreOffice 7.4 would leave out all rows after it. */
function taskRow(task: PaperTask, at: number, { length }: readonly PaperTask[]): TableRow {
  const cells = [[String(task.seq)], [task.text], deadlineLines(task), [task.standing]];
  const heights = cells.map((lines, column) => lines.reduce((sum, text) => sum + linesIn(column, text), 0));
  const isLong = Math.max(...heights) > KEPT_LINES;
  return new TableRow({
    cantSplit: !isLong && (at > 0 || length === 1),
    children: cells.map((lines, column) => cell(lines, column, { isLong })),
  });
}

function taskTable(tasks: readonly PaperTask[]): Table {
  return new Table({
    width: { size: BODY_WIDTH, type: WidthType.DXA },
    columnWidths: COLUMNS.map((_, at) => widthOfColumn(at)),
    layout: TableLayoutType.FIXED,
    borders: { top: RULE, bottom: RULE, left: RULE, right: RULE, insideHorizontal: RULE, insideVertical: RULE },
    rows: [
      // Repeated on every page the table runs to.
      new TableRow({
        tableHeader: true,
        cantSplit: true,
        children: COLUMNS.map(({ title }, at) => cell([title], at, { isHead: true })),
      }),
      ...tasks.map(taskRow),
    ],
  });
}

/** 落款: the date four characters from the right, the issuer centred over it as far as the margin allows. */
function signature(paper: SlipPaper): Paragraph[] {
  const date = paper.issuedOn ? formatDayProse(paper.issuedOn) : '（印发日期）';
  const over = Math.max(0, 4 + (widthOf(date) - widthOf(paper.issuer)) / 2);
  const right = (characters: number, text: string, { isKept = false } = {}) =>
    line(text, {
      alignment: AlignmentType.RIGHT,
      ...(isKept ? { keepNext: true } : {}),
      indent: { right: Math.round(characters * CHARACTER) },
    });
  // Never alone on a page: some of the text goes with it.
  return [line('', { keepNext: true }), right(over, paper.issuer, { isKept: true }), right(4, date)];
}

/**
 * A line across the type area, as a shaded paragraph of its height in twips: where the paragraphs of a frame have borders of their own LibreOffice lets the frame go,
 * and a border would begin at the indent of the words.
 */
const lineAcross = (height: number, frame: IFrameOptions): Paragraph =>
  new Paragraph({
    frame,
    spacing: { line: height, lineRule: LineRuleType.EXACT },
    shading: { type: ShadingType.CLEAR, color: 'auto', fill: INK },
    children: [],
  });

// 0.35 mm without, 0.25 mm within.
const THICK = 20;
const THIN = 15;

/**
 * 版记: 抄送, then 印发机关 and the day, one character in from either side; thick lines without, a thin one within. In a frame at the foot of the page on which
 * the paragraph after it stands: Word, WPS and LibreOffice keep such a frame there, where LibreOffice lets a floating table stand under the text.
 */
function imprint(paper: SlipPaper): Paragraph[] {
  const frame: IFrameOptions = {
    type: 'alignment',
    width: BODY_WIDTH,
    height: 0,
    rule: HeightRule.AUTO,
    anchor: { horizontal: FrameAnchorType.MARGIN, vertical: FrameAnchorType.MARGIN },
    alignment: { x: HorizontalPositionAlign.LEFT, y: VerticalPositionAlign.BOTTOM },
    wrap: FrameWrap.NOT_BESIDE,
  };
  const inset = 280;
  const words = (options: IParagraphOptions, ...texts: (string | Tab)[]) =>
    new Paragraph({
      frame,
      spacing: { line: 480, lineRule: LineRuleType.EXACT },
      ...options,
      children: texts.map((text) =>
        typeof text === 'string' ? run(text, { size: SIZE.四号 }) : new TextRun({ children: [text] }),
      ),
    });
  return [
    lineAcross(THICK, frame),
    ...(paper.copyTo
      ? [
          // 回行时与冒号后的首字对齐
          words(
            { indent: { left: inset * 4, right: inset, hanging: inset * 3 } },
            `抄送：${paper.copyTo.replace(/[。.]$/, '')}。`,
          ),
          lineAcross(THIN, frame),
        ]
      : []),
    words(
      {
        indent: { left: inset, right: inset },
        tabStops: [{ type: TabStopType.RIGHT, position: BODY_WIDTH - inset }],
      },
      paper.issuer,
      new Tab(),
      paper.issuedOn ? `${formatDayProse(paper.issuedOn)}印发` : '未印发',
    ),
    lineAcross(THICK, frame),
    // What the frame stands by: nothing to see, and hardly anything high.
    new Paragraph({ spacing: { line: 20, lineRule: LineRuleType.EXACT }, children: [] }),
  ];
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
          bodyLine('一、督办任务', { isKept: true }),
          taskTable(paper.tasks),
          bodyLine('二、办理要求', { isKept: true }),
          bodyLine(replySentence(paper), { isKept: true }),
          ...signature(paper),
          ...(paper.contact ? [line(`（联系人：${paper.contact}）`, { indent: { left: 2 * CHARACTER } })] : []),
          ...imprint(paper),
        ],
      },
    ],
  });
  return new Uint8Array(await Packer.toBuffer(document));
}

export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
