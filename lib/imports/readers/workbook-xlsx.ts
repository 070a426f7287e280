import { AppError } from '@/lib/server/errors';
import type { Archive } from './archive';
import type { SourceNotice, SourceParagraph } from './source';
import { readDrawing } from './workbook-drawings';
import { cellName, type GridCell, joinRuns, parseCellName, parseRangeName, SheetGrid } from './workbook-grid';
import { builtInFormat, isoDateText, numberText, stringText } from './workbook-numbers';
import { attribute, isOn, scanXml } from './workbook-xml';

export type Workbook = { sheets: SheetGrid[]; asides: SourceParagraph[]; notices: SourceNotice[] };

type Run = { text: string; isStruck: boolean | null };
type Style = { format: string; isStruck: boolean };
type Book = { strings: Run[][]; styles: Style[]; is1904: boolean };

const PLAIN: Style = { format: 'General', isStruck: false };

/**
 * Sheets of an .xlsx in their order. The parts are read here and not by the library, which gives neither strikes nor hidden marks in full
 * and lets a hyperlink over a whole sheet fill the memory. Refuses: unreadable (no workbook inside, too large).
 */
export function readXlsx(archive: Archive): Workbook {
  const part = workbookPart(archive);
  const entries: { name: string; id: string; state: string | null }[] = [];
  let is1904 = false;
  scanXml(archive.text(part), {
    open(name, attributes) {
      if (name === 'sheet') entries.push(sheetEntry(attributes));
      if (name === 'workbookPr') is1904 = isOn(attribute(attributes, 'date1904'));
    },
    close() {},
  });
  const relations = readRelations(archive, part);
  const book: Book = {
    strings: readStrings(archive, targetOf(relations, 'sharedStrings')),
    styles: readStyles(archive, targetOf(relations, 'styles')),
    is1904,
  };
  const workbook: Workbook = { sheets: [], asides: [], notices: [] };
  for (const entry of entries) {
    const target = relations.get(entry.id)?.target;
    const sheet = new SheetGrid(entry.name);
    sheet.isHidden = entry.state === 'hidden' || entry.state === 'veryHidden';
    if (target && archive.has(target) && /\/worksheet$/.test(relations.get(entry.id)!.type))
      readSheet(archive, target, sheet, book, workbook);
    else workbook.notices.push({ text: '没有单元格（图表页或宏表），没有读入。', place: sheet.place, ask: false });
    workbook.sheets.push(sheet);
  }
  if (archive.names.some((name) => /vbaproject\.bin$/i.test(name)))
    workbook.notices.push({ text: '文件带有宏，宏没有运行，只读取了单元格的内容。', place: null, ask: false });
  return workbook;
}

function sheetEntry(attributes: string) {
  return {
    name: attribute(attributes, 'name') ?? '',
    id: attribute(attributes, 'id') ?? '',
    state: attribute(attributes, 'state'),
  };
}

function workbookPart(archive: Archive): string {
  if (archive.names.some((name) => /^xl\/workbook\.bin$/i.test(name)))
    throw new AppError('unreadable', '这是 .xlsb 二进制工作簿，无法读取。请用 Excel 或 WPS 另存为 .xlsx 后再上传。');
  const stated = [...readRelations(archive, '').values()].find(({ type }) => type.endsWith('/officeDocument'))?.target;
  const part = stated && archive.has(stated) ? stated : 'xl/workbook.xml';
  if (!archive.has(part))
    throw new AppError('unreadable', '文件里没有工作簿，可能已损坏。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。');
  return part;
}

export type Relations = Map<string, { type: string; target: string }>;

/** What a part points to inside the archive; targets outside of it are left out. */
function readRelations(archive: Archive, part: string): Relations {
  const slash = part.lastIndexOf('/');
  const folder = part.slice(0, slash + 1);
  const name = `${folder}_rels/${part.slice(slash + 1)}.rels`;
  const relations: Relations = new Map();
  if (!archive.has(name)) return relations;
  scanXml(archive.text(name), {
    open(tag, attributes) {
      if (tag !== 'Relationship' || attribute(attributes, 'TargetMode') === 'External') return;
      const target = attribute(attributes, 'Target') ?? '';
      relations.set(attribute(attributes, 'Id') ?? '', {
        type: attribute(attributes, 'Type') ?? '',
        target: resolvePath(folder, target),
      });
    },
    close() {},
  });
  return relations;
}

function resolvePath(folder: string, target: string): string {
  const path = target.startsWith('/') ? target : `${folder}${target}`;
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

function targetOf(relations: Relations, kind: string): string | undefined {
  return [...relations.values()].find(({ type }) => type.endsWith(`/${kind}`))?.target;
}

/** Collects the runs of rich text of one string; phonetic readings (rPh) are not part of what is printed. */
class RunCollector {
  runs: Run[] = [];
  private isText = false;
  private phonetic = 0;
  private isStruck: boolean | null = null;

  start(): void {
    this.runs = [];
    this.isStruck = null;
  }

  open(name: string, attributes: string): void {
    if (name === 'rPh') this.phonetic++;
    else if (name === 'r') this.isStruck = null;
    else if (name === 'rPr') this.isStruck = false;
    else if (name === 'strike')
      this.isStruck = attribute(attributes, 'val') === null || isOn(attribute(attributes, 'val'));
    else if (name === 't') this.isText = true;
  }

  close(name: string): void {
    if (name === 'rPh') this.phonetic--;
    else if (name === 't') this.isText = false;
  }

  text(text: string): void {
    if (this.isText && this.phonetic === 0) this.runs.push({ text: unescapeControls(text), isStruck: this.isStruck });
  }
}

/** Excel writes characters that XML forbids as _x000D_, and a literal underscore before such a form as _x005F_. */
function unescapeControls(text: string): string {
  const plain = text.includes('_x')
    ? text.replace(/_x([0-9A-F]{4})_/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
  return plain.replace(/\r\n?/g, '\n');
}

/** Characters of XML: a string takes ten times its length once it is told apart. */
const MOST_STRINGS = 60_000_000;

function readStrings(archive: Archive, part: string | undefined): Run[][] {
  const strings: Run[][] = [];
  if (!part || !archive.has(part)) return strings;
  const collector = new RunCollector();
  const xml = archive.text(part);
  if (xml.length > MOST_STRINGS)
    throw new AppError(
      'unreadable',
      '工作簿里的文字过多，没有打开。请删去其他工作表，只保留任务清单后另存为 .xlsx 再上传。',
    );
  scanXml(xml, {
    open(name, attributes) {
      if (name === 'si') collector.start();
      else collector.open(name, attributes);
    },
    close(name) {
      if (name === 'si') strings.push(collector.runs);
      else collector.close(name);
    },
    text: (text) => collector.text(text),
  });
  return strings;
}

function readStyles(archive: Archive, part: string | undefined): Style[] {
  const styles: Style[] = [];
  if (!part || !archive.has(part)) return styles;
  const formats = new Map<number, string>();
  const strikes: boolean[] = [];
  let section = '';
  scanXml(archive.text(part), {
    open(name, attributes) {
      if (name === 'fonts' || name === 'cellXfs' || name === 'numFmts') section = name;
      else if (section === 'numFmts' && name === 'numFmt')
        formats.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? 'General');
      else if (section === 'fonts' && name === 'font') strikes.push(false);
      else if (section === 'fonts' && name === 'strike')
        strikes[strikes.length - 1] = attribute(attributes, 'val') === null || isOn(attribute(attributes, 'val'));
      else if (section === 'cellXfs' && name === 'xf') {
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        const isStruck = strikes[Number(attribute(attributes, 'fontId') ?? 0)] ?? false;
        styles.push({ format: formats.get(id) ?? builtInFormat(id), isStruck });
      }
    },
    close(name) {
      if (name === section) section = '';
    },
  });
  return styles;
}

type OpenCell = { row: number; column: number; type: string; style: Style; value: string | null; formula: boolean };

function readSheet(archive: Archive, part: string, sheet: SheetGrid, book: Book, workbook: Workbook): void {
  const collector = new RunCollector();
  let row = -1;
  let column = -1;
  let cell: OpenCell | null = null;
  let inside = '';
  scanXml(archive.text(part), {
    open(name, attributes) {
      if (name === 'c') {
        const at = parseCellName(attribute(attributes, 'r') ?? '');
        column = at?.column ?? column + 1;
        collector.start();
        cell = {
          row: at?.row ?? row,
          column,
          type: attribute(attributes, 't') ?? 'n',
          style: book.styles[Number(attribute(attributes, 's') ?? 0)] ?? PLAIN,
          value: null,
          formula: false,
        };
      } else if (cell) {
        inside = name;
        if (name === 'v') cell.value = '';
        else if (name === 'f') cell.formula = true;
        else collector.open(name, attributes);
      } else if (name === 'row') {
        row = Number(attribute(attributes, 'r') ?? row + 2) - 1;
        column = -1;
        if (isOn(attribute(attributes, 'hidden')) || attribute(attributes, 'ht') === '0') sheet.hiddenRows.add(row);
      } else openSheetPart(sheet, name, attributes);
    },
    close(name) {
      if (name === 'c' && cell) {
        putCell(sheet, cell, collector.runs, book);
        cell = null;
      } else if (cell) collector.close(name);
      inside = '';
    },
    text(text) {
      if (!cell) return;
      if (inside === 'v') cell.value += text;
      else collector.text(text);
    },
  });
  readComments(archive, part, sheet);
  readDrawings(archive, part, sheet, workbook);
}

function openSheetPart(sheet: SheetGrid, name: string, attributes: string): void {
  if (name === 'autoFilter') sheet.hasFilter = true;
  if (name === 'mergeCell') {
    const range = parseRangeName(attribute(attributes, 'ref') ?? '');
    if (range) sheet.merges.push(range);
  }
  if (name === 'col' && (isOn(attribute(attributes, 'hidden')) || attribute(attributes, 'width') === '0'))
    sheet.hiddenColumns.push({
      from: Number(attribute(attributes, 'min')) - 1,
      to: Number(attribute(attributes, 'max')) - 1,
    });
}

function putCell(sheet: SheetGrid, cell: OpenCell, runs: Run[], book: Book): void {
  const { row, column, type, style } = cell;
  if (cell.formula && (cell.value === null || (cell.value === '' && type !== 'str')))
    sheet.ask(`${cellName(row, column)} 的公式没有保存结果，读不出内容，请对照原表填写。`, row);
  const content = contentOf(cell, runs, book);
  if (!content) return;
  if (type === 'e') sheet.ask(`${cellName(row, column)} 是错误值“${content.text}”，按原样读入，请核对。`, row);
  const struck = content.struck ?? (style.isStruck && runsOf(cell, runs, book).length === 0 ? 'all' : undefined);
  sheet.put(row, column, { text: content.text, ...(struck && { struck }) });
}

function runsOf(cell: OpenCell, runs: Run[], book: Book): Run[] {
  if (cell.type === 'inlineStr') return runs;
  return cell.type === 's' ? (book.strings[Number(cell.value)] ?? []) : [];
}

function contentOf(cell: OpenCell, runs: Run[], book: Book): GridCell | null {
  const { style, type } = cell;
  if (type === 's' || type === 'inlineStr') {
    const joined = joinRuns(
      runsOf(cell, runs, book).map((run) => ({ text: run.text, isStruck: run.isStruck ?? style.isStruck })),
    );
    return { ...joined, text: stringText(joined.text, style.format) };
  }
  if (cell.value === null || cell.value === '') return null;
  if (type === 'str') return { text: stringText(unescapeControls(cell.value), style.format) };
  if (type === 'b') return { text: isOn(cell.value) ? 'TRUE' : 'FALSE' };
  if (type === 'e') return { text: cell.value };
  if (type === 'd') return { text: isoDateText(cell.value, style.format) };
  const value = Number(cell.value);
  return { text: Number.isFinite(value) ? numberText(value, style.format, book.is1904) : cell.value };
}

function readComments(archive: Archive, part: string, sheet: SheetGrid): void {
  const target = targetOf(readRelations(archive, part), 'comments');
  if (!target || !archive.has(target)) return;
  const comments: { cell: string; text: string }[] = [];
  const collector = new RunCollector();
  scanXml(archive.text(target), {
    open(name, attributes) {
      if (name === 'comment') {
        comments.push({ cell: attribute(attributes, 'ref') ?? '', text: '' });
        collector.start();
      } else collector.open(name, attributes);
    },
    close(name) {
      collector.close(name);
      if (name === 'comment')
        comments.at(-1)!.text = collector.runs
          .map((run) => run.text)
          .join('')
          .trim();
    },
    text: (text) => collector.text(text),
  });
  tellComments(sheet, comments);
}

/** Comments are no part of the list, but what stands in them is told. */
export function tellComments(sheet: SheetGrid, comments: { cell: string; text: string }[]): void {
  for (const { cell, text } of comments) if (text !== '') sheet.tell(`${cell} 有批注“${text}”，没有作为表格内容读入。`);
}

function readDrawings(archive: Archive, part: string, sheet: SheetGrid, workbook: Workbook): void {
  for (const { type, target } of readRelations(archive, part).values()) {
    if (!type.endsWith('/drawing') || !archive.has(target)) continue;
    const { pictures, charts, texts } = readDrawing(archive.text(target));
    for (const text of texts.flatMap((box) => box.split('\n')))
      workbook.asides.push({ kind: 'paragraph', place: `${sheet.place}的文本框`, text, aside: 'text-box' });
    tellPictures(sheet, pictures, charts);
  }
}

/** An image on an otherwise empty sheet may be the list itself: asked about. */
export function tellPictures(sheet: SheetGrid, pictures: number, charts: number): void {
  if (pictures + charts === 0) return;
  const what = [pictures > 0 ? `${pictures} 张图片` : '', charts > 0 ? `${charts} 个图表` : '']
    .filter(Boolean)
    .join('、');
  if (sheet.isEmpty) sheet.ask(`只有${what}，没有单元格内容；图片里的文字读不出来，请提供文字版。`);
  else sheet.tell(`有${what}，其中的文字没有读入。`);
}
