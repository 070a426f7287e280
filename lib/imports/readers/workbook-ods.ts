import { AppError } from '@/lib/server/errors';
import type { Archive } from './archive';
import { LIMITS, type SourceParagraph } from './source';
import { cellName, joinRuns, SheetGrid } from './workbook-grid';
import { isoDateText, numberText } from './workbook-numbers';
import { tellComments, tellPictures, type Workbook } from './workbook-xlsx';
import { attribute, scanXml } from './workbook-xml';

type Run = { text: string; isStruck: boolean };
type OpenCell = {
  column: number;
  repeat: number;
  type: string | null;
  value: string | null;
  hasFormula: boolean;
  isCovered: boolean;
  isError: boolean;
  paragraphs: number;
  /** Format of its style, where that is one of dates. */
  dateFormat: string | null;
  isStruck: boolean;
};

const SHAPES = new Set(['frame', 'custom-shape', 'rect', 'ellipse', 'line', 'connector', 'caption', 'polygon', 'path']);
const ERROR_VALUE = /^(#(REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!)|(Err:|错误:)\d+)$/;

/** Sheets of an .ods in their order; the printed text of each cell is in the file. Refuses: unreadable (password, no sheets inside, too large). */
export function readOds(archive: Archive): Workbook {
  if (archive.has('META-INF/manifest.xml') && /encryption-data/.test(archive.text('META-INF/manifest.xml')))
    throw new AppError('unreadable', '工作簿设有密码，无法读取。请在原软件中取消密码后另存，再上传。');
  if (!archive.has('content.xml'))
    throw new AppError(
      'unreadable',
      '文件里没有工作簿，可能已损坏。请用 LibreOffice 或 WPS 打开后另存为 .xlsx 再上传。',
    );
  const reader = new OdsReader();
  if (archive.has('styles.xml')) scanXml(archive.text('styles.xml'), reader.styleHandler());
  scanXml(archive.text('content.xml'), reader);
  return { sheets: reader.sheets, asides: reader.asides, notices: [] };
}

class OdsReader {
  readonly sheets: SheetGrid[] = [];
  readonly asides: SourceParagraph[] = [];
  private readonly struckStyles = new Set<string>();
  private readonly hiddenTables = new Set<string>();
  private readonly dateFormats = new Map<string, string>();
  private readonly formatOfStyle = new Map<string, string>();
  private dateStyle: string | null = null;
  private style = '';
  private sheet: SheetGrid | null = null;
  /** Tables within a cell's drawing are not sheets. */
  private nested = 0;
  private row = 0;
  private rowRepeat = 1;
  private column = 0;
  private headColumn = 0;
  private cell: OpenCell | null = null;
  private runs: Run[] = [];
  private spans: boolean[] = [];
  private note: { cell: string; text: string } | null = null;
  private comments: { cell: string; text: string }[] = [];
  private pictures = 0;
  private charts = 0;
  private ruby = 0;
  /** Within pictures and drawn shapes; their text is no cell's. */
  private shapes = 0;
  private shapeText = '';
  private isParagraph = 0;

  styleHandler() {
    return {
      open: (name: string, attributes: string) => this.openStyle(name, attributes),
      close: (name: string) => this.closeStyle(name),
      text: (text: string) => this.addDatePart(`"${text}"`),
    };
  }

  open(name: string, attributes: string): void {
    if (this.sheet) this.openInSheet(name, attributes);
    else if (name === 'table') this.openSheet(attributes);
    else this.openStyle(name, attributes);
  }

  private openStyle(name: string, attributes: string): void {
    if (this.dateStyle !== null) this.addDatePart(datePart(name, attributes));
    if (name === 'date-style') {
      this.dateStyle = attribute(attributes, 'name') ?? '';
      this.dateFormats.set(this.dateStyle, '');
    } else if (name === 'style') {
      this.style = attribute(attributes, 'name') ?? '';
      this.formatOfStyle.set(this.style, attribute(attributes, 'data-style-name') ?? '');
      if (this.struckStyles.has(attribute(attributes, 'parent-style-name') ?? '')) this.struckStyles.add(this.style);
    } else if (name === 'text-properties') {
      const line = attribute(attributes, 'text-line-through-style') ?? attribute(attributes, 'text-line-through-type');
      if (line !== null && line !== 'none') this.struckStyles.add(this.style);
      else if (line === 'none') this.struckStyles.delete(this.style);
    } else if (name === 'table-properties' && attribute(attributes, 'display') === 'false')
      this.hiddenTables.add(this.style);
  }

  private addDatePart(part: string): void {
    if (this.dateStyle !== null) this.dateFormats.set(this.dateStyle, this.dateFormats.get(this.dateStyle) + part);
  }

  private closeStyle(name: string): void {
    if (name === 'date-style') this.dateStyle = null;
  }

  private openSheet(attributes: string): void {
    this.sheet = new SheetGrid(attribute(attributes, 'name') ?? '');
    this.sheet.isHidden =
      attribute(attributes, 'display') === 'false' || this.hiddenTables.has(attribute(attributes, 'style-name') ?? '');
    this.row = 0;
    this.headColumn = 0;
    this.comments = [];
    this.pictures = 0;
    this.charts = 0;
  }

  private openInSheet(name: string, attributes: string): void {
    const sheet = this.sheet!;
    if (name === 'table') this.nested++;
    else if (name === 'image') this.pictures++;
    else if (name === 'object') this.charts++;
    if (name === 'ruby-text') this.ruby++;
    if (SHAPES.has(name)) this.shapes++;
    if (this.nested > 0 || this.ruby > 0 || this.shapes > 0) return;
    if (name === 'table-column') this.openColumn(sheet, attributes);
    else if (name === 'table-row') this.openRow(attributes);
    else if (name === 'table-cell' || name === 'covered-table-cell') this.openCell(name, attributes);
    else if (name === 'annotation') this.note = { cell: cellName(this.row, this.column), text: '' };
    else if (this.cell) this.openText(name, attributes);
  }

  private openColumn(sheet: SheetGrid, attributes: string): void {
    const repeat = repeatOf(attributes, 'number-columns-repeated');
    if (isCollapsed(attributes)) sheet.hiddenColumns.push({ from: this.headColumn, to: this.headColumn + repeat - 1 });
    this.headColumn += repeat;
  }

  private openRow(attributes: string): void {
    this.rowRepeat = repeatOf(attributes, 'number-rows-repeated');
    this.column = 0;
    if (!isCollapsed(attributes)) return;
    if (attribute(attributes, 'visibility') === 'filter') this.sheet!.hasFilter = true;
    for (let index = 0; index < Math.min(this.rowRepeat, LIMITS.rows); index++)
      this.sheet!.hiddenRows.add(this.row + index);
  }

  private openCell(name: string, attributes: string): void {
    this.cell = {
      column: this.column,
      repeat: repeatOf(attributes, 'number-columns-repeated'),
      type: attribute(attributes, 'value-type'),
      value:
        attribute(attributes, 'date-value') ??
        attribute(attributes, 'time-value') ??
        attribute(attributes, 'boolean-value') ??
        attribute(attributes, 'string-value') ??
        attribute(attributes, 'value'),
      hasFormula: attribute(attributes, 'formula') !== null,
      isCovered: name === 'covered-table-cell',
      isError: /calcext:value-type\s*=\s*["']error/.test(attributes),
      paragraphs: 0,
      dateFormat: this.dateFormats.get(this.formatOfStyle.get(attribute(attributes, 'style-name') ?? '') ?? '') ?? null,
      isStruck: this.struckStyles.has(attribute(attributes, 'style-name') ?? ''),
    };
    this.runs = [];
    const height = repeatOf(attributes, 'number-rows-spanned');
    const width = repeatOf(attributes, 'number-columns-spanned');
    if (height * width > 1)
      this.sheet!.merges.push({
        top: this.row,
        left: this.column,
        bottom: this.row + height - 1,
        right: this.column + width - 1,
      });
  }

  private openText(name: string, attributes: string): void {
    if (name === 'p' || name === 'h') {
      this.isParagraph++;
      if (this.note) this.note.text += this.note.text === '' ? '' : '\n';
      else if (this.cell!.paragraphs++ > 0) this.add('\n');
    } else if (name === 'span') this.spans.push(this.struckStyles.has(attribute(attributes, 'style-name') ?? ''));
    else if (name === 's') this.add(' '.repeat(Math.min(repeatOf(attributes, 'c'), 1000)));
    else if (name === 'tab') this.add('\t');
    else if (name === 'line-break') this.add('\n');
  }

  text(text: string): void {
    if (!this.sheet) this.addDatePart(`"${text}"`);
    if (this.shapes > 0) this.shapeText += text;
    if (!this.cell || this.isParagraph === 0 || this.nested > 0 || this.ruby > 0 || this.shapes > 0) return;
    this.add(text.replace(/[\t\r\n ]+/g, ' '));
  }

  private add(text: string): void {
    if (this.note) this.note.text += text;
    else this.runs.push({ text, isStruck: this.cell!.isStruck || this.spans.includes(true) });
  }

  close(name: string): void {
    if (!this.sheet) {
      this.closeStyle(name);
      return;
    }
    if (name === 'ruby-text') this.ruby--;
    else if (SHAPES.has(name)) this.shapes--;
    else if (name === 'p' && this.shapes > 0) this.closeShapeLine();
    else if (name === 'table' && this.nested > 0) this.nested--;
    else if (name === 'table') this.closeSheet();
    if (this.nested > 0 || this.ruby > 0 || this.shapes > 0) return;
    if (name === 'p' || name === 'h') this.isParagraph = Math.max(0, this.isParagraph - 1);
    else if (name === 'span') this.spans.pop();
    else if (name === 'annotation' && this.note) {
      this.comments.push(this.note);
      this.note = null;
    } else if ((name === 'table-cell' || name === 'covered-table-cell') && this.cell) this.closeCell(this.cell);
    else if (name === 'table-row') this.row += this.rowRepeat;
  }

  private closeShapeLine(): void {
    const text = this.shapeText.trim();
    this.shapeText = '';
    if (text !== '')
      this.asides.push({ kind: 'paragraph', place: `${this.sheet!.place}的文本框`, text, aside: 'text-box' });
  }

  private closeCell(cell: OpenCell): void {
    const sheet = this.sheet!;
    const joined = joinRuns(this.runs);
    const printed = joined.text;
    const text = shownText(cell, printed);
    if (cell.hasFormula && cell.type === null && printed === '')
      sheet.ask(`${cellName(this.row, cell.column)} 的公式没有保存结果，读不出内容，请对照原表填写。`, this.row);
    if (cell.isError || (cell.hasFormula && ERROR_VALUE.test(text)))
      sheet.ask(`${cellName(this.row, cell.column)} 是错误值“${text}”，按原样读入，请核对。`, this.row);
    if (text.trim() !== '') this.putRepeated(cell, { ...joined, text });
    this.column = cell.column + cell.repeat;
    this.cell = null;
    this.spans = [];
  }

  /** A repeated cell with text is refused by the limits of the sheet before it can fill the memory. */
  private putRepeated(cell: OpenCell, content: { text: string; struck?: 'all' | 'part' }): void {
    for (let down = 0; down < this.rowRepeat; down++)
      for (let right = 0; right < cell.repeat; right++) this.sheet!.put(this.row + down, cell.column + right, content);
  }

  private closeSheet(): void {
    tellComments(this.sheet!, this.comments);
    tellPictures(this.sheet!, this.pictures, this.charts);
    this.sheets.push(this.sheet!);
    this.sheet = null;
  }
}

/** What is printed, save a date in a form that may be read in two ways, and a number with the noise of its storage. */
function shownText(cell: OpenCell, printed: string): string {
  const value = Number(cell.value);
  if (cell.type === 'date' && cell.value !== null)
    return isClearDate(printed) ? printed : isoDateText(cell.value, cell.dateFormat ?? 'General');
  if (cell.type === 'float' && cell.value !== null && Number.isFinite(value)) {
    if (cell.dateFormat !== null) return isClearDate(printed) ? printed : numberText(value, cell.dateFormat);
    return printed === '' || (printed === cell.value && printed.length > 15) ? numberText(value, 'General') : printed;
  }
  if (printed !== '' || cell.value === null) return printed;
  if (cell.type === 'boolean') return cell.value.toUpperCase();
  return cell.type === 'percentage' ? `${Number((value * 100).toPrecision(12))}%` : cell.value;
}

/** With the words 年月日, or year first in full. */
function isClearDate(printed: string): boolean {
  return /[年月日]/.test(printed) || /^\D*\d{4}[-/.]\d/.test(printed);
}

const DATE_PARTS: Record<string, [short: string, long: string]> = {
  year: ['yy', 'yyyy'],
  month: ['m', 'mm'],
  day: ['d', 'dd'],
  hours: ['h', 'hh'],
  minutes: ['mm', 'mm'],
  seconds: ['ss', 'ss'],
  'day-of-week': ['ddd', 'dddd'],
};

function datePart(name: string, attributes: string): string {
  if (name === 'month' && attribute(attributes, 'textual') === 'true') return 'mmm';
  const forms = DATE_PARTS[name];
  return forms ? forms[attribute(attributes, 'style') === 'long' ? 1 : 0] : '';
}

function repeatOf(attributes: string, name: string): number {
  const value = Number(attribute(attributes, name) ?? 1);
  return Number.isInteger(value) && value > 0 ? value : 1;
}

function isCollapsed(attributes: string): boolean {
  const visibility = attribute(attributes, 'visibility');
  return visibility === 'collapse' || visibility === 'filter';
}
