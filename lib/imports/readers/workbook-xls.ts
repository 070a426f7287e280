import { type CellObject, read, set_cptable, type WorkSheet } from '@e965/xlsx';
import * as codepages from '@e965/xlsx/dist/cpexcel.full.mjs';
import { LIMITS } from './source';
import { cellName, SheetGrid, tooManyRows } from './workbook-grid';
import { numberText, stringText } from './workbook-numbers';
import { readXlsStyles, type XlsStyles } from './workbook-xls-styles';
import { tellComments, type Workbook } from './workbook-xlsx';

// Workbooks of Excel 95 keep Chinese in code page 936.
set_cptable(codepages);

/** Sheets of an .xls in their order. Throws where the file is broken, and whatever the library throws. */
export function readXls(bytes: Uint8Array): Workbook {
  // Anything else the library would take for a text.
  if (!isContainer(bytes) && !isBareStream(bytes)) throw new Error('no workbook stream');
  const styles = readXlsStyles(bytes);
  // Behind the rows that the library is asked for nothing may be lost without a word.
  if (styles && styles.lastRow > LIMITS.rows) throw tooManyRows('工作簿');
  const book = read(bytes, {
    type: 'array',
    dense: true,
    cellNF: true,
    cellStyles: true,
    cellHTML: false,
    sheetRows: LIMITS.rows + 1,
  });
  const is1904 = book.Workbook?.WBProps?.date1904 === true;
  const workbook: Workbook = { sheets: [], asides: [], notices: [] };
  book.SheetNames.forEach((name, index) => {
    const sheet = new SheetGrid(name);
    sheet.isHidden = (book.Workbook?.Sheets?.[index]?.Hidden ?? 0) !== 0;
    readSheet(book.Sheets[name]!, sheet, { index, styles, is1904 });
    workbook.sheets.push(sheet);
    for (const text of shapeTexts(book.Sheets[name]!))
      workbook.asides.push({ kind: 'paragraph', place: `${sheet.place}的文本框`, text, aside: 'text-box' });
  });
  tellUnread(workbook, styles);
  return workbook;
}

/** A comment is a shape of its own kind and is told as a comment. */
const COMMENT_SHAPE = 0x19;

function shapeTexts(sheet: WorkSheet): string[] {
  const shapes: ({ cmo: number[]; TxO?: { t: string } } | undefined)[] = sheet['!objects'] ?? [];
  return shapes
    .filter((shape) => shape !== undefined && shape.cmo[1] !== COMMENT_SHAPE)
    .flatMap((shape) => wholeText(shape?.TxO?.t ?? '').split('\n'))
    .filter((line) => line.trim() !== '');
}

/** Behind the text of a shape the library gives the bytes of its fonts, which begin with a zero. */
function wholeText(text: string): string {
  return (text.split('\0')[0] ?? '').replace(/\r\n?/g, '\n').trim();
}

function tellUnread({ sheets, notices }: Workbook, styles: XlsStyles | null): void {
  if (styles?.hasStruckRuns)
    notices.push({
      text: '有的单元格里部分文字带删除线，.xls 读不出是哪些。请另存为 .xlsx 后再上传，或对照原表核对。',
      place: null,
      ask: true,
    });
  if (styles?.hasDrawings && sheets.every((sheet) => sheet.isEmpty))
    notices.push({
      text: '工作簿只有图片，没有单元格内容；图片里的文字读不出来，请提供文字版。',
      place: null,
      ask: true,
    });
}

function isContainer(bytes: Uint8Array): boolean {
  return bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11 && bytes[3] === 0xe0;
}

function isBareStream(bytes: Uint8Array): boolean {
  return bytes[0] === 0x09 && [0, 2, 4, 8].includes(bytes[1] ?? -1) && (bytes[2] ?? 0) <= 16 && bytes[3] === 0;
}

type Setting = { index: number; styles: XlsStyles | null; is1904: boolean };

function readSheet(source: WorkSheet, sheet: SheetGrid, setting: Setting): void {
  const data: (CellObject | undefined)[][] = source['!data'] ?? [];
  const comments: { cell: string; text: string }[] = [];
  data.forEach((cells, row) => {
    cells?.forEach((cell, column) => {
      if (!cell) return;
      putCell(sheet, row, column, cell, setting);
      for (const comment of cell.c ?? []) comments.push({ cell: cellName(row, column), text: wholeText(comment.t) });
    });
  });
  for (const { s, e } of source['!merges'] ?? []) sheet.merges.push({ top: s.r, left: s.c, bottom: e.r, right: e.c });
  source['!rows']?.forEach((row, index) => {
    if (row?.hidden) sheet.hiddenRows.add(index);
  });
  source['!cols']?.forEach((column, index) => {
    if (column?.hidden) sheet.hiddenColumns.push({ from: index, to: index });
  });
  sheet.hasFilter = source['!autofilter'] !== undefined;
  tellComments(sheet, comments);
}

function putCell(sheet: SheetGrid, row: number, column: number, cell: CellObject, setting: Setting): void {
  const style = setting.styles?.find(setting.index, row, column);
  const format = style?.format ?? (typeof cell.z === 'string' ? cell.z : 'General');
  const text = textOf(cell, format, setting.is1904);
  if (cell.t === 'e') sheet.ask(`${cellName(row, column)} 是错误值“${text}”，按原样读入，请核对。`, row);
  if (cell.f !== undefined && (cell.v === undefined || cell.v === null))
    sheet.ask(`${cellName(row, column)} 的公式没有保存结果，读不出内容，请对照原表填写。`, row);
  sheet.put(row, column, { text, ...(style?.isStruck && { struck: 'all' as const }) });
}

function textOf(cell: CellObject, format: string, is1904: boolean): string {
  if (cell.t === 'n' && typeof cell.v === 'number') return numberText(cell.v, format, is1904);
  if (cell.t === 's') return stringText(String(cell.v ?? '').replace(/\r\n?/g, '\n'), format);
  if (cell.t === 'b') return cell.v ? 'TRUE' : 'FALSE';
  if (cell.t === 'e') return cell.w ?? '#N/A';
  return '';
}
