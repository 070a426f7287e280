import { type DocFile, type Properties, readProperties } from './doc-file';
import { type Numbering, type PrintedNumber, readNumbering } from './docx-numbering';
import type { XmlElement } from './xml';

/** Places in the file's head of the list definitions, their uses and the styles. */
const LISTS = 0x2e2;
const USES = 0x2ea;
const STYLES = 0xa2;
/** [MS-DOC] counts uses from 1; greater values say that a paragraph once was numbered. */
const LAST_USE = 0x7fe;

/** Names of the numbering formats (MSONFC of [MS-OSHARED]) as .docx writes them. */
const FORMATS: Record<number, string> = {
  0: 'decimal',
  1: 'upperRoman',
  2: 'lowerRoman',
  3: 'upperLetter',
  4: 'lowerLetter',
  10: 'ideographDigital',
  11: 'japaneseCounting',
  14: 'decimalFullWidth',
  15: 'decimalHalfWidth',
  18: 'decimalEnclosedCircle',
  19: 'decimalFullWidth2',
  22: 'decimalZero',
  23: 'bullet',
  26: 'decimalEnclosedFullstop',
  27: 'decimalEnclosedParen',
  28: 'decimalEnclosedCircleChinese',
  29: 'ideographEnclosedCircle',
  30: 'ideographTraditional',
  31: 'ideographZodiac',
  33: 'taiwaneseCounting',
  34: 'ideographLegalTraditional',
  35: 'taiwaneseCountingThousand',
  36: 'taiwaneseDigital',
  37: 'chineseCounting',
  38: 'chineseLegalSimplified',
  39: 'chineseCountingThousand',
  57: 'numberInDash',
  255: 'none',
};
const SUFFIXES = ['tab', 'space', 'nothing'];

class Reader {
  at = 0;
  private readonly data: DataView;
  constructor(bytes: Uint8Array) {
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get isAtEnd() {
    return this.at >= this.data.byteLength;
  }
  byte = () => this.data.getUint8(this.at++);
  short = () => {
    this.at += 2;
    return this.data.getUint16(this.at - 2, true);
  };
  long = () => {
    this.at += 4;
    return this.data.getUint32(this.at - 4, true);
  };
}

function element(name: string, attributes: Record<string, string>, children: XmlElement[] = []): XmlElement {
  return { name, attributes, children };
}

const value = (name: string, content: string | number) => element(name, { 'w:val': String(content) });

/** One level of a list, as the .docx would define it. */
function readLevel(reader: Reader, index: number): XmlElement {
  const start = reader.long();
  const format = reader.byte();
  const flags = reader.byte();
  reader.at += 9;
  const suffix = SUFFIXES[reader.byte()] ?? 'tab';
  reader.at += 8;
  const characterBytes = reader.byte();
  const paragraphBytes = reader.byte();
  const restart = reader.byte();
  reader.at += 1 + characterBytes + paragraphBytes;
  const count = reader.short();
  const pattern = Array.from({ length: count }, () => reader.short())
    .map((code) => (code < 9 ? `%${code + 1}` : String.fromCharCode(code)))
    .join('');
  return element('w:lvl', { 'w:ilvl': String(index) }, [
    value('w:start', start),
    value('w:numFmt', FORMATS[format] ?? `unknown-${format}`),
    value('w:lvlText', pattern),
    value('w:suff', suffix),
    ...((flags & 0x04) !== 0 ? [value('w:isLgl', '1')] : []),
    ...((flags & 0x08) !== 0 ? [value('w:lvlRestart', restart)] : []),
  ]);
}

function readLists(bytes: Uint8Array): XmlElement[] {
  const reader = new Reader(bytes);
  const lists = Array.from({ length: reader.short() }, () => {
    const id = reader.long();
    reader.at += 4 + 18;
    const isSimple = (reader.byte() & 1) !== 0;
    reader.at += 1;
    return { id, isSimple };
  });
  return lists.map(({ id, isSimple }) => {
    const levels = Array.from({ length: isSimple ? 1 : 9 }, (_, index) => readLevel(reader, index));
    return element('w:abstractNum', { 'w:abstractNumId': String(id) }, levels);
  });
}

function readUses(bytes: Uint8Array): XmlElement[] {
  const reader = new Reader(bytes);
  const uses = Array.from({ length: reader.long() }, () => {
    const list = reader.long();
    reader.at += 8;
    const overrides = reader.byte();
    reader.at += 3;
    return { list, overrides };
  });
  return uses.map(({ list, overrides }, index) => {
    reader.at += reader.isAtEnd ? 0 : 4;
    const changes = Array.from({ length: overrides }, () => readOverride(reader));
    return element('w:num', { 'w:numId': String(index + 1) }, [value('w:abstractNumId', list), ...changes]);
  });
}

function readOverride(reader: Reader): XmlElement {
  const start = reader.long();
  const flags = reader.long();
  const level = flags & 0x0f;
  const children: XmlElement[] = [];
  if ((flags & 0x10) !== 0 && (flags & 0x20) === 0) children.push(value('w:startOverride', start));
  if ((flags & 0x20) !== 0) children.push(readLevel(reader, level));
  return element('w:lvlOverride', { 'w:ilvl': String(level) }, children);
}

type Place = { use?: number; level?: number };

function placeIn(list: Uint8Array): Place {
  const place: Place = {};
  for (const { code, operand } of readProperties(list)) {
    if (code === 0x460b) place.use = (operand[0] ?? 0) | ((operand[1] ?? 0) << 8);
    else if (code === 0x260a) place.level = operand[0] ?? 0;
  }
  return place;
}

/** The numbering that each paragraph style carries, of its own or from the style it is based on. */
function readStyles(bytes: Uint8Array): Map<number, Place> {
  const reader = new Reader(bytes);
  const headSize = reader.short();
  const count = reader.short();
  const baseSize = reader.short();
  reader.at = 2 + headSize;
  const own = new Map<number, { base: number; place: Place }>();
  for (let style = 0; style < count; style += 1) {
    const size = reader.short();
    const start = reader.at;
    if (size > 0) own.set(style, readStyle(bytes.subarray(start, start + size), baseSize));
    reader.at = start + size + (size % 2);
  }
  return new Map([...own.keys()].map((style) => [style, inheritedPlace(own, style)]));
}

const PARAGRAPH_STYLE = 1;

function readStyle(bytes: Uint8Array, baseSize: number): { base: number; place: Place } {
  const reader = new Reader(bytes);
  reader.at = 2;
  const kindAndBase = reader.short();
  const base = kindAndBase >> 4;
  if ((kindAndBase & 0x0f) !== PARAGRAPH_STYLE) return { base, place: {} };
  reader.at = baseSize;
  reader.at += reader.short() * 2 + 2;
  reader.at += reader.at % 2;
  const size = reader.short();
  return { base, place: placeIn(bytes.subarray(reader.at + 2, reader.at + size)) };
}

function inheritedPlace(styles: Map<number, { base: number; place: Place }>, style: number): Place {
  const seen = new Set<number>();
  let place: Place = {};
  for (let at = style; styles.has(at) && !seen.has(at); at = styles.get(at)?.base ?? -1) {
    seen.add(at);
    place = { ...styles.get(at)?.place, ...place };
  }
  return place;
}

type Numberer = { isBroken: boolean; next: (properties: Properties) => PrintedNumber | null };

/** Counts the paragraphs of a file in their order; `next`: the number that Word prints before a paragraph, null for none. */
export function createNumberer(file: DocFile): Numberer {
  try {
    return { isBroken: false, next: readNumberer(file) };
  } catch (error) {
    // Offsets that point outside the lists: the text itself can still be read.
    if (error instanceof RangeError) return { isBroken: true, next: () => null };
    throw error;
  }
}

function readNumberer(file: DocFile): Numberer['next'] {
  const [lists, uses, styles] = [file.tablePart(LISTS), file.tablePart(USES), file.tablePart(STYLES)];
  if (!lists || !uses) return () => null;
  const root = element('w:numbering', {}, [...readLists(lists), ...readUses(uses)]);
  const numbering: Numbering = readNumbering(root, () => undefined);
  const byStyle = styles ? readStyles(styles) : new Map<number, Place>();
  return ({ style, list }) => {
    const { use, level } = { ...byStyle.get(style), ...placeIn(list) };
    return use && use <= LAST_USE ? numbering.next(String(use), level ?? 0) : null;
  };
}
