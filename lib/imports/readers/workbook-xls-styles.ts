import { CFB } from '@e965/xlsx';
import { builtInFormat } from './workbook-numbers';

export type XlsStyle = { isStruck: boolean; format: string | null };
/** By sheet in the order of the workbook, then by row and column. */
export type XlsStyles = {
  find(sheet: number, row: number, column: number): XlsStyle | undefined;
  /** A font is struck through that no cell has as a whole: parts of texts may be. */
  hasStruckRuns: boolean;
  /** Row (from 0) of the last cell that is not blank, of all sheets. */
  lastRow: number;
  hasDrawings: boolean;
};

const RECORD = {
  font: 0x31,
  format: 0x41e,
  xf: 0xe0,
  sheet: 0x85,
  begin: 0x809,
  mulRk: 0xbd,
  password: 0x2f,
  link: 0x1b8,
  drawings: 0xeb,
} as const;
/** BLANK, NUMBER, LABEL, BOOLERR, RK, LABELSST, RSTRING, FORMULA: row, column and style stand first in each. */
const BLANK = 0x201;
const CELLS = new Set([0x201, 0x203, 0x204, 0x205, 0x27e, 0xfd, 0xd6, 0x06, 0x206, 0x406]);

/** The library visits each cell under a link: over whole sheets that takes minutes. */
const MOST_LINKED_CELLS = 20_000_000;

/**
 * What the library leaves out of an .xls: strikes, and the formats that stand as a number alone. Null for the bare streams of Excel 4 and older.
 * Throws where the file is cut off.
 */
export function readXlsStyles(bytes: Uint8Array): XlsStyles | null {
  const stream = bookStream(bytes);
  if (!stream) return null;
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const struckFonts: boolean[] = [];
  const ownFormats = new Set<number>();
  const styles: { font: number; format: number }[] = [];
  const starts: number[] = [];
  const cells = new Map<number, Map<number, number>>();
  const counts = { lastRow: -1, linked: 0, hasDrawings: false };
  let sheet: Map<number, number> | null = null;
  for (let at = 0; at + 4 <= view.byteLength; ) {
    const kind = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    const data = at + 4;
    if (kind === 0 && length === 0) break;
    if (data + length > view.byteLength) throw new Error('record is cut off');
    if (kind === RECORD.begin) {
      sheet = new Map();
      cells.set(at, sheet);
    } else if (kind === RECORD.font && length >= 4) struckFonts.push((view.getUint16(data + 2, true) & 8) !== 0);
    else if (kind === RECORD.format && length >= 2) ownFormats.add(view.getUint16(data, true));
    else if (kind === RECORD.xf && length >= 4)
      styles.push({ font: view.getUint16(data, true), format: view.getUint16(data + 2, true) });
    else if (kind === RECORD.sheet && length >= 4) starts.push(view.getUint32(data, true));
    else if (kind === RECORD.password) throw new Error('password');
    else if (kind === RECORD.drawings) counts.hasDrawings = true;
    else if (kind === RECORD.link && length >= 8) {
      counts.linked += linkedCells(view, data);
      if (counts.linked > MOST_LINKED_CELLS) throw new Error('links over whole sheets');
    } else if (sheet && CELLS.has(kind) && length >= 6) {
      const row = view.getUint16(data, true);
      sheet.set(row * 256 + view.getUint16(data + 2, true), view.getUint16(data + 4, true));
      if (kind !== BLANK) counts.lastRow = Math.max(counts.lastRow, row);
    } else if (sheet && kind === RECORD.mulRk && length >= 6) {
      readMulRk(view, data, length, sheet);
      counts.lastRow = Math.max(counts.lastRow, view.getUint16(data, true));
    }
    at = data + length;
  }
  // Font 4 does not exist: the numbers go on from 5.
  const isStruck = (font: number) => struckFonts[font > 4 ? font - 1 : font] ?? false;
  const used = new Set(styles.map(({ font }) => (font > 4 ? font - 1 : font)));
  return {
    find(index, row, column) {
      const style = styles[cells.get(starts[index] ?? -1)?.get(row * 256 + column) ?? -1];
      if (!style) return undefined;
      const format = ownFormats.has(style.format) ? null : builtInFormat(style.format);
      return { isStruck: isStruck(style.font), format };
    },
    hasStruckRuns: struckFonts.some((struck, font) => struck && !used.has(font)),
    lastRow: counts.lastRow,
    hasDrawings: counts.hasDrawings,
  };
}

function linkedCells(view: DataView, data: number): number {
  const height = view.getUint16(data + 2, true) - view.getUint16(data, true) + 1;
  const width = view.getUint16(data + 6, true) - view.getUint16(data + 4, true) + 1;
  return Math.max(0, height) * Math.max(0, width);
}

function readMulRk(view: DataView, data: number, length: number, sheet: Map<number, number>): void {
  const row = view.getUint16(data, true);
  const first = view.getUint16(data + 2, true);
  for (let index = 0; 4 + index * 6 + 6 <= length - 2; index++)
    sheet.set(row * 256 + first + index, view.getUint16(data + 4 + index * 6, true));
}

function bookStream(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 0xd0 || bytes[1] !== 0xcf) return null;
  const container = CFB.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { type: 'buffer' });
  const found = CFB.find(container, '/Workbook') ?? CFB.find(container, '/Book');
  if (!found) return null;
  // The library reads what is left of a file cut off, without a word.
  if (found.size > found.content.length) throw new Error('workbook stream is cut off');
  return Uint8Array.from(found.content as unknown as ArrayLike<number>);
}

/** An .xlsx with a password is wrapped in the container of an .xls. */
export function isEncryptedContainer(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xd0 || bytes[1] !== 0xcf) return false;
  const container = CFB.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { type: 'buffer' });
  return CFB.find(container, '/EncryptedPackage') !== null;
}
