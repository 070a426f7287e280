import { fileTypeFromBuffer } from 'file-type';
import { AppError } from '@/lib/server/errors';
import { extensionOf } from './file-name.rules';
import { type Content, TAKEN, TAKEN_EXTENSIONS, TAKEN_WORDS } from './taken';

/** A file that can be read in places, so that 50 MB never lie in memory. */
export type ByteSource = { size: number; read: (at: number, length: number) => Promise<Uint8Array> };

const HEAD = 64 * 1024;
const PIECE = 1024 * 1024;

const refuse = (message: string, cause?: unknown): never => {
  throw new AppError('unreadable', message, { cause });
};
const isReally = (name: string, what: string): never =>
  refuse(`“${name}”的内容是${what}，没有保存。可上传：${TAKEN_WORDS}。`);
const isBroken = (name: string, what: string): never =>
  refuse(`“${name}”已损坏或没有传完整（${what}读不通），没有保存。请在电脑上打开确认后重新上传。`);

/**
 * What a file is by its content, held against its name. Returns the media type it is served under and the extension to add where the name has none.
 * Refuses: unreadable (not on the list, not what its extension says, damaged, locked, with macros), in words that name what it really is.
 */
export async function judgeContent(
  source: ByteSource,
  name: string,
): Promise<{ mediaType: string; extension: string }> {
  if (source.size === 0) refuse(`“${name}”是空文件（0 字节），没有保存。请确认选对了文件。`);
  const head = await source.read(0, HEAD);
  const content = await contentOf(source, head, name);
  const { words, types } = TAKEN[content];
  const extension = extensionOf(name);
  if (extension === '') {
    const [first] = Object.entries(types);
    return { extension: `.${first![0]}`, mediaType: first![1] };
  }
  const mediaType = types[extension];
  if (mediaType !== undefined) return { extension: '', mediaType };
  if (!TAKEN_EXTENSIONS.includes(extension)) {
    return refuse(`不接受 .${extension} 文件，“${name}”没有保存。可上传：${TAKEN_WORDS}。`);
  }
  return refuse(
    `“${name}”的内容是${words}，与扩展名 .${extension} 不符，没有保存。请改成正确的扩展名（.${Object.keys(types).join('、.')}）后再上传。`,
  );
}

async function contentOf(source: ByteSource, head: Uint8Array, name: string): Promise<Content> {
  const start = latin(head.subarray(0, 8));
  if (start.startsWith('PK')) return contentOfZip(source, name);
  if (start.startsWith('\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1')) return contentOfCompound(source, name);
  const found = await typeOf(head);
  if (found === null) return contentOfText(source, head, name);
  const { ext, mime } = found;
  switch (ext) {
    case 'pdf':
      return /%%EOF|startxref/.test(latin(await tailOf(source, HEAD))) ? 'pdf' : isBroken(name, ' PDF 的结尾');
    case 'png':
      return latin(await tailOf(source, HEAD)).includes('IEND') ? 'png' : isBroken(name, '图片的结尾');
    case 'jpg':
    case 'gif':
    case 'webp':
    case 'bmp':
    case 'tif':
    case 'heic':
    case 'rar':
      return ext;
    case '7z':
      return isWhole7z(source.size, head) ? '7z' : isBroken(name, '压缩包');
    case 'xml':
      return contentOfText(source, head, name);
    default:
      return isReally(name, foreignWords(ext, mime));
  }
}

async function typeOf(head: Uint8Array): Promise<{ ext: string; mime: string } | null> {
  const found = await fileTypeFromBuffer(head);
  return found === undefined ? null : { ext: found.ext as string, mime: found.mime as string };
}

const PROGRAMS = new Set([
  'exe',
  'elf',
  'macho',
  'wasm',
  'class',
  'dex',
  'jar',
  'apk',
  'deb',
  'rpm',
  'lnk',
  'swf',
  'crx',
  'xpi',
]);

function foreignWords(ext: string, mime: string): string {
  if (PROGRAMS.has(ext)) return '可执行程序';
  if (mime.startsWith('video/')) return `视频（${ext}）`;
  if (mime.startsWith('audio/')) return `音频（${ext}）`;
  if (ext === 'rtf') return ' RTF 文档（请另存为 .docx 或 PDF）';
  return ` ${ext.toUpperCase()} 文件`;
}

/** [7-Zip] The signature header says where the next header lies and how long it is. */
function isWhole7z(size: number, head: Uint8Array): boolean {
  if (head.length < 32) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return 32n + view.getBigUint64(12, true) + view.getBigUint64(20, true) <= BigInt(size);
}

const LONGEST_DIRECTORY = 16 * PIECE;

/** Names of a ZIP's entries from its central directory; null where there is none that can be read. */
async function namesInZip(source: ByteSource): Promise<string[] | null> {
  const tail = await tailOf(source, 66_000);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let end = tail.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) return null;
  const length = view.getUint32(end + 12, true);
  const endAt = source.size - tail.length + end;
  // The directory stands right before its end record, wherever it claims to be: bytes put before an archive do not count.
  if (length > LONGEST_DIRECTORY || length > endAt) return null;
  const directory = await source.read(endAt - length, length);
  if (directory.length < length) return null;
  const entries = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const names: string[] = [];
  for (let at = 0; at + 46 <= directory.length; ) {
    if (entries.getUint32(at, true) !== 0x02014b50) return null;
    const nameLength = entries.getUint16(at + 28, true);
    names.push(latin(directory.subarray(at + 46, at + 46 + nameLength)));
    at += 46 + nameLength + entries.getUint16(at + 30, true) + entries.getUint16(at + 32, true);
  }
  return names;
}

async function contentOfZip(source: ByteSource, name: string): Promise<Content> {
  const names = await namesInZip(source);
  if (names === null) return isBroken(name, '压缩结构');
  const has = (wanted: string) => names.some((entry) => entry.toLowerCase() === wanted.toLowerCase());
  if (has('META-INF/MANIFEST.MF') || has('AndroidManifest.xml')) return isReally(name, '可执行程序包');
  if (names.some((entry) => /(^|\/)vbaProject\.bin$/i.test(entry))) {
    return refuse(`“${name}”带有宏，为安全起见没有保存。请另存为不含宏的文件或 PDF 后再上传。`);
  }
  if (has('OFD.xml')) return 'ofd';
  if (has('[Content_Types].xml')) {
    if (has('word/document.xml')) return 'docx';
    if (has('xl/workbook.xml')) return 'xlsx';
    if (has('ppt/presentation.xml')) return 'pptx';
  }
  return 'zip';
}

const ENTRY = 128;

/** The names in an OLE compound file's directory: entries of 128 bytes on their own boundaries, wherever their sectors lie. */
async function namesInCompound(source: ByteSource): Promise<Set<string>> {
  const names = new Set<string>();
  for (let at = 0; at < source.size; at += PIECE) {
    const piece = await source.read(at, PIECE);
    for (let entry = 0; entry + ENTRY <= piece.length; entry += ENTRY) {
      const length = piece[entry + 64]! | (piece[entry + 65]! << 8);
      const type = piece[entry + 66]!;
      if (length < 4 || length > 64 || length % 2 !== 0 || (type !== 1 && type !== 2)) continue;
      let word = '';
      for (let letter = 0; letter < length - 2 && word !== null; letter += 2) {
        const code = piece[entry + letter]! | (piece[entry + letter + 1]! << 8);
        if (code === 0) break;
        word += String.fromCharCode(code);
      }
      if (word.length === (length - 2) / 2 && names.size < 5000) names.add(word);
    }
  }
  return names;
}

async function contentOfCompound(source: ByteSource, name: string): Promise<Content> {
  const names = await namesInCompound(source);
  if (names.has('EncryptedPackage')) {
    return refuse(`“${name}”设有打开密码，审核人无法查看，没有保存。请取消密码后再上传。`);
  }
  if (names.has('_VBA_PROJECT')) {
    return refuse(`“${name}”带有宏，为安全起见没有保存。请另存为不含宏的文件或 PDF 后再上传。`);
  }
  if (names.has('WordDocument')) return 'doc';
  if (names.has('Workbook') || names.has('Book')) return 'xls';
  if (names.has('PowerPoint Document')) return 'ppt';
  return isReally(name, '认不出的复合文档（不是 Word、Excel、PowerPoint 或 WPS 文件）');
}

/** Tags that make a browser take words for a page, and what else a double click would run. */
const PAGE = /<(?:!doctype\s+html|html|head|body|script|iframe|frameset|object|embed|base|meta|link\s|style)\b/i;
const PICTURE = /<svg[\s>:]|<!doctype\s+svg/i;
const SCRIPT = /^(?:#!|@echo\b|<\?php|<%|on error resume next|windows registry editor)/i;

async function contentOfText(source: ByteSource, head: Uint8Array, name: string): Promise<Content> {
  const start = latin(head).replace(/^(?:\xEF\xBB\xBF)?\s+|^\xEF\xBB\xBF/, '');
  if (PICTURE.test(start)) return isReally(name, ' SVG 图形（其中可以带有脚本）');
  if (PAGE.test(start)) return isReally(name, '网页（HTML）');
  if (SCRIPT.test(start)) return isReally(name, '脚本程序');
  if (/^<\?xml\b/i.test(start)) return isReally(name, ' XML 文件');
  if (!(await isText(source))) {
    return refuse(`认不出“${name}”是什么文件，没有保存。可上传：${TAKEN_WORDS}；文本文件请另存为 UTF-8 编码后再上传。`);
  }
  return 'text';
}

/** C0 controls that no text has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const BINARY = /[\x00-\x08\x0E-\x19\x1B-\x1F\x7F]/;

/** All of it is UTF-8, or all of it is GB 18030, without binary controls. */
async function isText(source: ByteSource): Promise<boolean> {
  for (const encoding of ['utf-8', 'gb18030']) {
    if (await isTextIn(source, encoding)) return true;
  }
  return false;
}

async function isTextIn(source: ByteSource, encoding: string): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for (let at = 0; at < source.size; at += PIECE) {
      if (BINARY.test(decoder.decode(await source.read(at, PIECE), { stream: true }))) return false;
    }
    return !BINARY.test(decoder.decode());
  } catch (error) {
    if (error instanceof TypeError) return false; // what a fatal decoder says of bytes that are no such text
    throw error;
  }
}

async function tailOf(source: ByteSource, length: number): Promise<Uint8Array> {
  const at = Math.max(0, source.size - length);
  return source.read(at, source.size - at);
}

/** Bytes as characters of the same code, for looking at signatures. */
function latin(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
