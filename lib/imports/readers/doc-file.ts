import { CFB } from '@e965/xlsx';
import { AppError } from '@/lib/server/errors';

/** Streams and tables of a Word 97–2003 file; the names are those of Microsoft's [MS-DOC]. */
export type DocFile = {
  /** Characters with their place in the file, in the order of the text. */
  characters: { code: number; at: number }[];
  lengths: { body: number; footnotes: number; headers: number; comments: number; endnotes: number; textBoxes: number };
  paragraphAt: (at: number) => Properties;
  charactersAt: (at: number) => Properties;
  /** The part of the table stream that a pair (offset, length) of the file's head points to, on to the stream's end; null where it is empty. */
  tablePart: (headOffset: number) => Uint8Array | null;
  /** Saved as changes to an earlier state: some formatting stands where it is not read. */
  isFastSaved: boolean;
};

/** `style`: number of the paragraph style; 1 to 9 are the headings. `list`: see `readProperties`. */
export type Properties = { style: number; list: Uint8Array };

const NO_PROPERTIES: Properties = { style: 0, list: new Uint8Array(0) };
const PAGE_SIZE = 512;
/** sprmPHugePapx: the properties stand in the Data stream. */
const HUGE = new Set([0x6645, 0x6646]);
const BROKEN = '该 Word 文档已损坏或格式过旧，无法读取。请用 Word 或 WPS 打开后另存为 .docx 再导入。';

/** windows-1252 where it differs from Latin-1; Word stores compressed pieces in it. */
const WESTERN = new TextDecoder('windows-1252');

function refuseBrokenDoc(cause?: unknown): never {
  throw new AppError('unreadable', BROKEN, { cause });
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function stream(container: unknown, name: string): Uint8Array | null {
  const entry = CFB.find(container, `/${name}`) as { content?: ArrayLike<number> } | null;
  return entry?.content ? Uint8Array.from(entry.content) : null;
}

/** Properties (sprm: number and operand) of a list of them. */
export function* readProperties(list: Uint8Array): Generator<{ code: number; operand: Uint8Array }> {
  const data = view(list);
  let at = 0;
  while (at + 2 < list.length + 1 && at + 2 <= list.length) {
    const code = data.getUint16(at, true);
    at += 2;
    const size = operandSize(code, data, at);
    if (at + size > list.length) return;
    yield { code, operand: list.subarray(at, at + size) };
    at += size;
  }
}

function operandSize(code: number, data: DataView, at: number): number {
  const fixed = [1, 1, 2, 4, 2, 2, null, 3][code >> 13];
  if (fixed) return fixed;
  if (at >= data.byteLength) return 0;
  // sprmTDefTable counts in two bytes, one less than it holds; sprmPChgTabs may be too long for its count.
  if (code === 0xd608) return at + 2 <= data.byteLength ? data.getUint16(at, true) + 1 : 0;
  return data.getUint8(at) + 1;
}

type Range = { from: number; to: number; properties: Properties };

/** The ranges of one kind of property pages (FKP): 13 bytes a paragraph, 1 byte a run of characters. */
function readRanges(
  document: Uint8Array,
  table: Uint8Array,
  offset: number,
  length: number,
  kind: 'paragraph' | 'character',
): Range[] {
  const data = view(table);
  const count = Math.max(0, Math.floor((length - 4) / 8));
  const ranges: Range[] = [];
  for (let index = 0; index < count; index += 1) {
    const number = data.getUint32(offset + (count + 1) * 4 + index * 4, true) & 0x3fffff;
    const page = document.subarray(number * PAGE_SIZE, (number + 1) * PAGE_SIZE);
    if (page.length < PAGE_SIZE) refuseBrokenDoc();
    ranges.push(...readPropertyPage(page, kind));
  }
  return ranges.sort((a, b) => a.from - b.from);
}

function readPropertyPage(page: Uint8Array, kind: 'paragraph' | 'character'): Range[] {
  const data = view(page);
  const count = page[PAGE_SIZE - 1] ?? 0;
  const entrySize = kind === 'paragraph' ? 13 : 1;
  if ((count + 1) * 4 + count * entrySize >= PAGE_SIZE) refuseBrokenDoc();
  return Array.from({ length: count }, (_, index) => {
    const offset = (page[(count + 1) * 4 + index * entrySize] ?? 0) * 2;
    return {
      from: data.getUint32(index * 4, true),
      to: data.getUint32((index + 1) * 4, true),
      properties:
        offset === 0 ? NO_PROPERTIES : kind === 'paragraph' ? paragraphList(page, offset) : characterList(page, offset),
    };
  });
}

function paragraphList(page: Uint8Array, offset: number): Properties {
  const count = page[offset] ?? 0;
  const start = count === 0 ? offset + 2 : offset + 1;
  const size = count === 0 ? (page[offset + 1] ?? 0) * 2 : count * 2 - 1;
  return {
    style: (page[start] ?? 0) | ((page[start + 1] ?? 0) << 8),
    list: page.subarray(start + 2, Math.min(start + size, PAGE_SIZE - 1)),
  };
}

function characterList(page: Uint8Array, offset: number): Properties {
  return { style: 0, list: page.subarray(offset + 1, offset + 1 + (page[offset] ?? 0)) };
}

function lookUp(ranges: Range[]): (at: number) => Properties {
  return (at) => {
    let low = 0;
    let high = ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = ranges[middle];
      if (!range) break;
      if (at < range.from) high = middle - 1;
      else if (at >= range.to) low = middle + 1;
      else return range.properties;
    }
    return NO_PROPERTIES;
  };
}

/** Wide tables are too long for a property page; their definition stands in the Data stream. */
function withHugeProperties(find: (at: number) => Properties, data: Uint8Array | null): (at: number) => Properties {
  return (at) => {
    const found = find(at);
    for (const { code, operand } of readProperties(found.list)) {
      if (!HUGE.has(code)) continue;
      const offset = view(operand).getUint32(0, true);
      if (!data || offset + 2 > data.length) return refuseBrokenDoc();
      const size = view(data).getUint16(offset, true);
      if (offset + 2 + size > data.length) return refuseBrokenDoc();
      return { style: found.style, list: data.subarray(offset + 2, offset + 2 + size) };
    }
    return found;
  };
}

function readCharacters(
  document: Uint8Array,
  table: Uint8Array,
  offset: number,
  length: number,
): DocFile['characters'] {
  const data = view(table);
  let at = offset;
  while (at < offset + length && table[at] === 1) at += 3 + data.getUint16(at + 1, true);
  if (table[at] !== 2) refuseBrokenDoc();
  const size = data.getUint32(at + 1, true);
  const start = at + 5;
  const count = Math.floor((size - 4) / 12);
  const characters: DocFile['characters'] = [];
  for (let index = 0; index < count; index += 1) {
    const from = data.getUint32(start + index * 4, true);
    const to = data.getUint32(start + (index + 1) * 4, true);
    const position = data.getUint32(start + (count + 1) * 4 + index * 8 + 2, true);
    readPiece(document, position, to - from, characters);
  }
  return characters;
}

function readPiece(document: Uint8Array, position: number, count: number, into: DocFile['characters']) {
  const isCompressed = (position & 0x40000000) !== 0;
  const start = isCompressed ? (position & 0x3fffffff) / 2 : position & 0x3fffffff;
  const size = isCompressed ? count : count * 2;
  if (start + size > document.length) refuseBrokenDoc();
  if (isCompressed) {
    const text = WESTERN.decode(document.subarray(start, start + size));
    for (let index = 0; index < count; index += 1) into.push({ code: text.charCodeAt(index), at: start + index });
    return;
  }
  const data = view(document);
  for (let index = 0; index < count; index += 1) {
    const code = data.getUint16(start + index * 2, true);
    // No text holds this code: the bytes were overwritten.
    if (code === 0xffff) refuseBrokenDoc();
    into.push({ code, at: start + index * 2 });
  }
}

/** Refuses ('unreadable') what is no Word 97–2003 file or breaks off. */
export function openDoc(bytes: Uint8Array): DocFile {
  try {
    return readFile(bytes);
  } catch (error) {
    // Offsets that point outside the file.
    return refuseBrokenDoc(error);
  }
}

function readFile(bytes: Uint8Array): DocFile {
  const container = CFB.read(bytes, { type: 'array' });
  const document = stream(container, 'WordDocument');
  if (!document || document.length < 0x1aa) return refuseBrokenDoc();
  const head = view(document);
  if (head.getUint16(0, true) !== 0xa5ec || head.getUint16(2, true) < 0x00c1) return refuseBrokenDoc();
  const table = stream(container, (head.getUint16(0x0a, true) & 0x0200) !== 0 ? '1Table' : '0Table');
  if (!table) return refuseBrokenDoc();
  const place = (offset: number) => [head.getUint32(offset, true), head.getUint32(offset + 4, true)] as const;
  const data = stream(container, 'Data');
  const length = (offset: number) => head.getUint32(offset, true);
  return {
    characters: readCharacters(document, table, ...place(0x1a2)),
    lengths: {
      body: length(0x4c),
      footnotes: length(0x50),
      headers: length(0x54),
      comments: length(0x5c),
      endnotes: length(0x60),
      textBoxes: length(0x64),
    },
    paragraphAt: withHugeProperties(lookUp(readRanges(document, table, ...place(0x102), 'paragraph')), data),
    charactersAt: lookUp(readRanges(document, table, ...place(0xfa), 'character')),
    tablePart: (headOffset) => {
      const [offset, size] = place(headOffset);
      return size > 0 && offset < table.length ? table.subarray(offset) : null;
    },
    isFastSaved: (head.getUint16(0x0a, true) & 0x0004) !== 0,
  };
}
