import { type DefaultTreeAdapterMap, defaultTreeAdapter, parse, type TreeAdapter } from 'parse5';
import { AppError } from '@/lib/server/errors';
import { truncate } from '@/lib/text';
import { type ListNumbers, numbersOf, takeNumber } from './html-lists';
import { attributeOf, type ElementStyle, type HtmlElement, type HtmlNode, isElement, StyleSheet } from './html-style';
import { cellsOf, placeCells, sectionsOf } from './html-table';
import { TextFlow } from './html-text';
import type { SourceBlock, SourceCell, SourceContent, SourceNotice, SourceParagraph, SourceRow } from './source';

const DEEPEST = 1000;
const MOST_NODES = 1_000_000;

/** A document or a pasted fragment from Word, WPS, Excel or a browser, as it is shown. Refuses: unreadable (nested too deeply, too large). */
export function readHtml(html: string): SourceContent {
  const document = parse(fragmentInTable(html), { treeAdapter: boundedAdapter() });
  const styles = new StyleSheet();
  const reader = new HtmlReader(styles);
  collectRules(document.childNodes, styles);
  reader.read(document.childNodes);
  return { format: 'html', blocks: reader.blocks, notices: reader.notices };
}

/** The clipboard's own head is no text, and rows without their table would be dropped by the parser. */
function fragmentInTable(html: string): string {
  const text = /^\s*Version:[\d.]+\s/.test(html) ? html.slice(html.indexOf('<')) : html;
  return /^\s*(?:<!--StartFragment-->\s*)?<(?:tr|td|th|tbody|thead|col|colgroup)[\s>]/i.test(text)
    ? `<table>${text}`
    : text;
}

type Nested = { depth?: number };

/** Hostile nesting makes the parser itself slow and a tree of many million nodes fills the memory: both stop while parsing. */
function boundedAdapter(): TreeAdapter<DefaultTreeAdapterMap> {
  let nodes = 0;
  // Kept on the nodes: a map of millions of nodes takes longer than the parsing.
  const descend = (parent: object, child: object) => {
    const depth = ((parent as Nested).depth ?? 0) + 1;
    if (depth > DEEPEST)
      throw new AppError('unreadable', `网页的嵌套超过 ${DEEPEST} 层，无法读取。请只复制清单部分，粘贴后再试。`);
    (child as Nested).depth = depth;
  };
  const count = () => {
    nodes++;
    if (nodes > MOST_NODES) throw new AppError('unreadable', '网页内容过大，无法读取。请只复制清单部分，粘贴后再试。');
  };
  return {
    ...defaultTreeAdapter,
    createElement(...args) {
      count();
      return defaultTreeAdapter.createElement(...args);
    },
    appendChild(parent, child) {
      descend(parent, child);
      defaultTreeAdapter.appendChild(parent, child);
    },
    insertBefore(parent, child, reference) {
      descend(parent, child);
      defaultTreeAdapter.insertBefore(parent, child, reference);
    },
  };
}

function collectRules(nodes: HtmlNode[], styles: StyleSheet): void {
  for (const node of nodes) {
    if (!isElement(node)) continue;
    if (node.tagName === 'style') styles.addRules(plainText(node));
    else collectRules(node.childNodes, styles);
  }
}

function plainText(node: HtmlNode): string {
  if (node.nodeName === '#text') return (node as { value: string }).value;
  if (!isElement(node) || DROPPED.has(node.tagName)) return node.nodeName === 'style' ? styleText(node) : '';
  return node.childNodes.map(plainText).join('');
}

function styleText(node: HtmlNode): string {
  return isElement(node) ? node.childNodes.map((child) => ('value' in child ? child.value : '')).join('') : '';
}

const DROPPED = new Set(['script', 'style', 'noscript', 'template', 'head', 'rt', 'rp', 'xml', 'datalist']);
const BLOCKS = new Set(
  (
    'address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary ul caption ' +
    'table tbody thead tfoot tr td th option optgroup'
  ).split(' '),
);

type Context = {
  isStruck: boolean;
  keepsSpace: boolean;
  numbers: ListNumbers | null;
  headingLevel?: number;
  aside?: SourceParagraph['aside'];
};

const START: Context = { isStruck: false, keepsSpace: false, numbers: null };

class HtmlReader {
  readonly blocks: SourceBlock[] = [];
  readonly notices: SourceNotice[] = [];
  private flow = new TextFlow();
  /** Set while the text of a cell is collected: tables within give their text and make no block. */
  private cellPlace: string | null = null;
  private paragraphs = 0;
  private tables = 0;
  private images = 0;
  private frames = 0;
  private hasRevisions = false;

  constructor(private readonly styles: StyleSheet) {}

  read(nodes: HtmlNode[]): void {
    this.walk(nodes, START);
    this.flow.finish();
    this.emit(START);
    const hasTable = this.blocks.some((block) => block.kind === 'table');
    if (this.images > 0) this.notice(`有 ${this.images} 张图片，其中的文字没有读入。`, null, this.blocks.length === 0);
    if (this.frames > 0)
      this.notice(
        `有 ${this.frames} 处内嵌页面（iframe），其内容不在本文件里，没有读入；清单若在其中，请打开该页面后再复制。`,
        null,
        !hasTable,
      );
    if (this.hasRevisions) this.notice('含有修订标记，按接受全部修订后的文字读入。', null, false);
  }

  private notice(text: string, place: string | null, ask: boolean): void {
    this.notices.push({ text, place, ask });
  }

  private walk(nodes: HtmlNode[], context: Context): void {
    for (const node of nodes) {
      if (isElement(node)) this.element(node, context);
      else if (node.nodeName === '#text')
        this.flow.text((node as { value: string }).value, context.isStruck, context.keepsSpace);
      else if (node.nodeName === '#comment') this.comment((node as { data: string }).data);
    }
  }

  /** Word keeps text boxes in comments that only it reads. */
  private comment(data: string): void {
    if (/<v:textbox/i.test(data) && HAN.test(data))
      this.notice('含有文本框，其中的文字在复制时没有带出，请核对原文。', this.cellPlace, true);
  }

  private element(element: HtmlElement, context: Context): void {
    const { tagName } = element;
    if (DROPPED.has(tagName)) return;
    const style = this.styles.of(element);
    if (style.isHidden) this.hidden(element);
    else if (tagName === 'br') this.lineBreak(context);
    else if (tagName === 'img') this.images++;
    else if (tagName === 'input') this.input(element, context);
    else if (this.isDropped(element, style)) return;
    else if (style.word.has('mso-tab-count')) this.flow.text('\t', context.isStruck, true);
    else if (/^ignore/i.test(style.word.get('mso-list') ?? '')) this.listMark(element, context);
    else if (tagName === 'table') this.table(element, context);
    else this.content(element, style, context);
  }

  private content(element: HtmlElement, style: ElementStyle, context: Context): void {
    if (FRAMES.has(element.tagName)) this.frames++;
    const inner = this.contextOf(element, style, context);
    if (element.tagName === 'li') this.item(element, style, context);
    const isBlock = BLOCKS.has(element.tagName);
    if (isBlock) this.endBlock(context);
    this.walk(element.childNodes, inner);
    if (isBlock) this.endBlock(inner);
  }

  private endBlock(context: Context): void {
    this.flow.boundary();
    this.emit(context);
  }

  private lineBreak(context: Context): void {
    this.flow.lineBreak();
    this.emit(context);
  }

  /** What Word and reviewers left that is not part of the accepted text. */
  private isDropped(element: HtmlElement, style: ElementStyle): boolean {
    const classes = attributeOf(element, 'class') ?? '';
    const isTracked = attributeOf(element, 'datetime') !== null || attributeOf(element, 'cite') !== null;
    if (/\bmsoDel\b/i.test(classes) || (element.tagName === 'del' && isTracked)) {
      this.hasRevisions = true;
      return true;
    }
    if (/\bmsoIns\b/i.test(classes) || (element.tagName === 'ins' && isTracked)) this.hasRevisions = true;
    if (/\b(msocomanchor|MsoCommentReference)\b/i.test(classes)) return true;
    if (!/^comment-list/i.test(style.word.get('mso-element') ?? '')) return false;
    this.notice(`有批注“${shorten(plainText(element))}”，没有作为正文读入。`, null, false);
    return true;
  }

  private contextOf(element: HtmlElement, style: ElementStyle, context: Context): Context {
    const { tagName } = element;
    const level = /^h([1-6])$/.exec(tagName)?.[1] ?? /^[1-6]$/.exec(style.word.get('mso-outline-level') ?? '')?.[0];
    const isNote = /^(foot|end)note-list/i.test(style.word.get('mso-element') ?? '');
    const isStruck = context.isStruck || style.isStruck || STRUCK.has(tagName);
    const isList = tagName === 'ol' || tagName === 'ul' || tagName === 'menu';
    return {
      ...context,
      isStruck,
      keepsSpace: context.keepsSpace || style.keepsSpace || tagName === 'pre' || tagName === 'textarea',
      numbers: isList ? numbersOf(element, style.listType) : context.numbers,
      ...(level && { headingLevel: Number(level) }),
      ...(isNote && { aside: 'note' as const }),
    };
  }

  private item(element: HtmlElement, style: ElementStyle, context: Context): void {
    if (!context.numbers) return;
    this.endBlock(context);
    this.flow.number(takeNumber(context.numbers, element, style.listType));
    this.emit(context);
  }

  /** The number that Word prints for its automatic lists; the blanks behind it stand for a tab. */
  private listMark(element: HtmlElement, context: Context): void {
    this.flow.text(
      plainText(element)
        .replace(/[\s\u00a0]+/g, ' ')
        .trim(),
      context.isStruck,
      false,
    );
  }

  private input(element: HtmlElement, context: Context): void {
    const type = attributeOf(element, 'type')?.toLowerCase() ?? 'text';
    if (type === 'text') this.flow.text(attributeOf(element, 'value') ?? '', context.isStruck, false);
  }

  private hidden(element: HtmlElement): void {
    const text = plainText(element);
    if (!HAN.test(text)) return;
    const ask = this.cellPlace !== null || element.tagName === 'table' || tablesIn(element).length > 0;
    this.notice(`有隐藏的文字“${shorten(text)}”，没有读入${ask ? '，请确认是否需要' : ''}。`, this.cellPlace, ask);
  }

  /** Turns the finished lines into paragraphs; inside a cell they stay with the cell. */
  private emit(context: Context): void {
    if (this.cellPlace !== null) return;
    for (const { text, struck } of this.flow.lines.splice(0)) {
      if (text.trim() === '') continue;
      this.paragraphs++;
      this.blocks.push({
        kind: 'paragraph',
        place: `第${this.paragraphs}段`,
        text,
        ...(context.headingLevel && { headingLevel: context.headingLevel }),
        ...(struck && { struck }),
        ...(context.aside && { aside: context.aside }),
      });
    }
  }

  private table(table: HtmlElement, context: Context): void {
    this.endBlock(context);
    if (this.cellPlace !== null) this.nestedTable(table, context);
    else if (isLayout(table)) this.walk(table.childNodes, context);
    else this.ownTable(table, context);
    this.endBlock(context);
  }

  private nestedTable(table: HtmlElement, context: Context): void {
    this.notice('单元格里还有一个表格，只按文字并入该单元格，请对照原文核对。', this.cellPlace, true);
    this.walk(table.childNodes, context);
  }

  private ownTable(table: HtmlElement, context: Context): void {
    for (const child of table.childNodes)
      if (isElement(child) && child.tagName === 'caption') this.element(child, context);
    this.tables++;
    const name = `表${this.tables}`;
    const inner = this.contextOf(table, this.styles.of(table), { ...START, isStruck: context.isStruck });
    const grid = placeCells(table, name, (cell) => this.isShown(cell, name));
    const rows: SourceRow[] = [];
    grid.rows.forEach((row, index) => {
      const place = `${name}第${index + 1}行`;
      if (grid.overlaps.includes(index))
        this.notice('合并单元格的范围互相重叠，列的对应可能有误，请对照原文核对。', place, true);
      const isHidden = this.isRowHidden(row.element);
      const rowContext = this.contextOf(row.element, this.styles.of(row.element), inner);
      const cells = row.cells.map((cell) => ({
        column: cell.column,
        columnSpan: cell.columnSpan,
        rowSpan: cell.rowSpan,
        ...this.cellText(cell.element, place, rowContext),
      }));
      const isBlank = cells.every((cell) => cell.text.trim() === '' && cell.rowSpan === 1);
      if (isBlank && !row.isCovered && (isHidden || cells.length === 0)) return;
      rows.push({ place, cells, ...(isHidden && { isHidden }), ...(row.isHeader && { isHeader: true }) });
    });
    this.askHiddenColumns(table, rows, name);
    if (rows.some((row) => row.cells.some((cell) => cell.text.trim() !== '')))
      this.blocks.push({ kind: 'table', place: name, name: null, rows });
    else this.tables--;
  }

  private isRowHidden(row: HtmlElement): boolean {
    const group = row.parentNode;
    return (
      this.styles.of(row).isHidden ||
      (group !== null && 'tagName' in group && group.tagName !== 'table' && this.styles.of(group).isHidden)
    );
  }

  /** Editors write the covered cells of a merged range as hidden ones: they take no place. */
  private isShown(cell: HtmlElement, place: string): boolean {
    if (!this.styles.of(cell).isHidden) return true;
    const text = plainText(cell);
    if (HAN.test(text)) this.notice(`有隐藏的单元格“${shorten(text)}”，没有读入，请确认是否需要。`, place, true);
    return false;
  }

  private cellText(cell: HtmlElement, place: string, context: Context): Pick<SourceCell, 'text' | 'struck'> {
    const outer = this.flow;
    const images = this.images;
    this.flow = new TextFlow();
    this.cellPlace = place;
    const inner = this.contextOf(cell, this.styles.of(cell), { ...context, numbers: null });
    this.walk(cell.childNodes, inner);
    const text = this.flow.toCell();
    this.flow = outer;
    this.cellPlace = null;
    if (this.images > images && text.text.trim() === '')
      this.notice('有单元格只有图片，其中的文字读不出来，请对照原文填写。', place, true);
    return text;
  }

  private askHiddenColumns(table: HtmlElement, rows: SourceRow[], place: string): void {
    const hidden = hiddenColumns(table, (element) => this.styles.of(element).isHidden);
    const held = hidden.filter((column) =>
      rows.some((row) => row.cells.some((cell) => cell.column === column && cell.text.trim() !== '')),
    );
    if (held.length > 0)
      this.notice(
        `隐藏的第 ${held.map((column) => column + 1).join('、')} 列有内容，已一并读入，请确认是否属于清单。`,
        place,
        true,
      );
  }
}

const HAN = /\p{Script=Han}/u;
const FRAMES = new Set(['iframe', 'frame', 'object', 'embed']);
const STRUCK = new Set(['s', 'strike', 'del']);

function shorten(text: string): string {
  return truncate(text.replace(/\s+/g, ' ').trim(), 60);
}

function hiddenColumns(table: HtmlElement, isHidden: (element: HtmlElement) => boolean): number[] {
  const hidden: number[] = [];
  let column = 0;
  const pass = (element: HtmlElement, inHidden: boolean) => {
    const span = Math.min(Math.max(Number.parseInt(attributeOf(element, 'span') ?? '1', 10) || 1, 1), 1000);
    for (let index = 0; index < span; index++, column++) if (inHidden || isHidden(element)) hidden.push(column);
  };
  for (const child of table.childNodes) {
    if (!isElement(child)) continue;
    if (child.tagName === 'col') pass(child, false);
    if (child.tagName !== 'colgroup') continue;
    const columns = child.childNodes.filter((node): node is HtmlElement => isElement(node) && node.tagName === 'col');
    if (columns.length === 0) pass(child, false);
    for (const one of columns) pass(one, isHidden(child));
  }
  return hidden;
}

/** A frame for the page: it has one cell, or a table within that has more rows than itself. */
function isLayout(table: HtmlElement): boolean {
  const rows = sectionsOf(table).flatMap((section) => section.rows);
  const cells = rows.flatMap(cellsOf);
  const within = cells.flatMap((cell) => tablesIn(cell));
  if (within.length === 0) return false;
  return cells.length === 1 || within.some((inner) => rowCount(inner) > rows.length);
}

function rowCount(table: HtmlElement): number {
  return sectionsOf(table).reduce((sum, section) => sum + section.rows.length, 0);
}

function tablesIn(element: HtmlElement, found: HtmlElement[] = []): HtmlElement[] {
  for (const node of element.childNodes) {
    if (!isElement(node)) continue;
    if (node.tagName === 'table') found.push(node);
    tablesIn(node, found);
  }
  return found;
}
