import { AppError } from '@/lib/server/errors';
import { type Archive, openArchive } from './archive';
import { judgeCompound } from './detect-compound';
import { decodeText } from './encoding';
import { LIMITS, type SourceFormat } from './source';

const SAVE_AS = '请用 Word、Excel 或 WPS 打开后另存为 .docx 或 .xlsx 再导入。';
const MEGABYTE = 1024 * 1024;
/** So much of a text tells what it is. */
const HEAD = 64 * 1024;

const WORDS = {
  empty: '文件是空的，没有内容。请确认选对了文件，或重新下载后再导入。',
  program: '这不是文档，而是程序文件，没有打开。请选择清单的 Word、Excel、PDF 或文本文件。',
  picture: '这是图片，没有可复制的文字。请提供可复制文字的 Word、Excel 或 PDF，或先做文字识别（OCR）并校对后再导入。',
  packed: '这是压缩包。请先解压，再选择其中的清单文件导入。',
  media: '这是音视频文件，不是文档。请选择清单的 Word、Excel、PDF 或文本文件。',
  rtf: '这是 RTF 格式。请用 Word 或 WPS 打开后另存为 .docx 再导入。',
  mime: '这是单个文件网页（.mht）。请用 Word 或 WPS 打开后另存为 .docx，或用浏览器另存为 .html 再导入。',
  odt: '这是 OpenDocument 文本（.odt）。请另存为 .docx 再导入。',
  odf: '这是 OpenDocument 的演示或绘图文件，不能从中读取清单。请提供 Word 或 Excel 文件。',
  ofd: '这是 OFD 版式文件。请在阅读软件中另存为 PDF 或 Word，再导入。',
  slides: '这是演示文稿，不能从中读取清单。请把清单复制到 Word 或 Excel 后再导入。',
  xlsb: '这是二进制的 Excel 工作簿（.xlsb）。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。',
  macroWord: '文件带有宏，为安全起见没有打开。请用 Word 或 WPS 打开，另存为不含宏的 .docx 再导入。',
  macroSheet: '文件带有宏，为安全起见没有打开。请用 Excel 或 WPS 打开，另存为不含宏的 .xlsx 再导入。',
  locked: '文件设有打开密码，无法读取。请用密码打开后取消密码、另存一份再导入。',
  xml: `这是 XML 格式的文件。${SAVE_AS}`,
  otherZip: '这是压缩包，里面不是 Word 或 Excel 文档。请先解压，再选择其中的清单文件导入。',
  unknown: `认不出这是什么文件，或文件已损坏。${SAVE_AS}`,
} as const;

type Reason = keyof typeof WORDS;

function refuse(reason: Reason, cause?: unknown): never {
  throw new AppError('unreadable', WORDS[reason], { cause });
}

function startsWith(bytes: Uint8Array, signature: string | number[], at = 0): boolean {
  const codes = typeof signature === 'string' ? [...signature].map((letter) => letter.charCodeAt(0)) : signature;
  return codes.every((code, index) => bytes[at + index] === code);
}

/** First bytes of files that are no documents, or documents of a kind that is not read. */
const SIGNATURES: [Reason, string | number[], number?][] = [
  ['program', 'MZ'],
  ['program', [0x7f, 0x45, 0x4c, 0x46]],
  ['program', [0xfe, 0xed, 0xfa, 0xce]],
  ['program', [0xfe, 0xed, 0xfa, 0xcf]],
  ['program', [0xce, 0xfa, 0xed, 0xfe]],
  ['program', [0xcf, 0xfa, 0xed, 0xfe]],
  ['program', [0xca, 0xfe, 0xba, 0xbe]],
  ['program', [0x00, 0x61, 0x73, 0x6d]],
  ['program', [0x4c, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00]],
  ['program', '#!'],
  ['program', '@echo off'],
  ['picture', [0x89, 0x50, 0x4e, 0x47]],
  ['picture', [0xff, 0xd8, 0xff]],
  ['picture', 'GIF8'],
  ['picture', [0x49, 0x49, 0x2a, 0x00]],
  ['picture', [0x4d, 0x4d, 0x00, 0x2a]],
  ['picture', 'WEBP', 8],
  ['picture', 'ftyphei', 4],
  ['picture', 'ftypmif1', 4],
  ['picture', 'ftypavif', 4],
  ['picture', 'AT&TFORM'],
  ['picture', '8BPS'],
  ['packed', 'Rar!'],
  ['packed', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['packed', [0x1f, 0x8b]],
  ['packed', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['packed', [0x28, 0xb5, 0x2f, 0xfd]],
  ['packed', 'BZh'],
  ['packed', 'ustar', 257],
  ['media', 'ftyp', 4],
  ['media', 'ID3'],
  ['media', 'OggS'],
  ['media', 'WAVE', 8],
  ['rtf', '{\\rtf'],
];

/** 'BM' alone could begin a text; a bitmap has zeros where its size is kept. */
function isBitmap(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'BM') && startsWith(bytes, [0, 0, 0, 0], 6);
}

function judgeArchive(archive: Archive): SourceFormat {
  const { names } = archive;
  const types = archive.has('[Content_Types].xml') ? archive.text('[Content_Types].xml') : '';
  const holds = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const isWord = holds(/^\/?word\/document\d*\.xml$/i);
  const hasMacros = holds(/vbaProject\.bin$|^\/?xl\/macrosheets\//i) || /<Override[^>]*\.macroEnabled/i.test(types);
  if (hasMacros) refuse(isWord ? 'macroWord' : 'macroSheet');
  if (isWord) return 'docx';
  if (archive.has('xl/workbook.xml')) return 'xlsx';
  if (archive.has('xl/workbook.bin')) refuse('xlsb');
  if (holds(/^\/?ppt\/presentation\.xml$/i)) refuse('slides');
  if (archive.has('OFD.xml')) refuse('ofd');
  if (archive.has('mimetype')) return judgeOpenDocument(archive);
  return refuse('otherZip');
}

function judgeOpenDocument(archive: Archive): SourceFormat {
  const type = archive.text('mimetype').trim();
  if (!type.startsWith('application/vnd.oasis.opendocument')) refuse('otherZip');
  const manifest = archive.has('META-INF/manifest.xml') ? archive.text('META-INF/manifest.xml') : '';
  if (/encryption-data/.test(manifest)) refuse('locked');
  if (/\.text/.test(type)) refuse('odt');
  if (!/\.spreadsheet/.test(type)) refuse('odf');
  if (archive.names.some((name) => /^(Basic|Scripts)\/.+/.test(name))) refuse('macroSheet');
  return 'ods';
}

const HTML = /<!doctype\s+html|<html[\s>]|<(table|body|head|div|p|span|td|tr)[\s>]/i;

/** Many lines with the same number of half-width commas, which a Chinese text has seldom. */
function looksDelimited(text: string): boolean {
  const lines = text
    .split('\n')
    .filter((line) => line.trim())
    .slice(0, 200);
  if (lines.length < 3 || lines.some((line) => line.includes('\t'))) return false;
  const counts = new Map<number, number>();
  for (const line of lines) {
    const count = line.replace(/"[^"]*"/g, '').split(',').length - 1;
    counts.set(count, (counts.get(count) ?? 0) + 1);
  }
  return [...counts].some(([commas, share]) => commas >= 2 && share >= lines.length * 0.8);
}

function judgeText(text: string, fileName: string): SourceFormat {
  const head = text.slice(0, HEAD);
  if (!text.trim()) refuse('empty');
  if (/^\s*MIME-Version:/im.test(head.slice(0, 2000)) && /^Content-(Type|Location):/im.test(head)) refuse('mime');
  if (/^\s*\{\\rtf/.test(head)) refuse('rtf');
  const start = head.trimStart();
  if (start.startsWith('<')) {
    if (/^<\?xml/i.test(start) && !/<html[\s>]/i.test(head)) refuse('xml');
    if (HTML.test(head)) return 'html';
    if (/^<(svg|uof:|pkg:|Workbook)/i.test(start)) refuse('xml');
  }
  if (/<table[\s>][\s\S]*<t[dh][\s>]/i.test(head)) return 'html';
  if (/(?![\t\n\f\v\r])\p{Cc}/u.test(head)) refuse('unknown');
  if (/\.csv$/i.test(fileName.trim())) return isTabbed(text) ? 'text' : 'csv';
  return looksDelimited(text) ? 'csv' : 'text';
}

/** A list that was saved with tabs under the name .csv. */
function isTabbed(text: string): boolean {
  const lines = text
    .split('\n')
    .filter((line) => line.trim())
    .slice(0, 50);
  return lines.length > 0 && lines.filter((line) => line.includes('\t')).length > lines.length / 2;
}

/** The charset a web page declares, null where it does not. */
export function declaredCharset(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
  return /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ?? null;
}

function findPdf(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-');
}

/** What a file is by its content; the name decides only between .csv and text. Refuses ('unreadable') everything that is no list to be read, with what to do. */
export function detectFormat(bytes: Uint8Array, fileName: string): SourceFormat {
  if (bytes.length === 0) refuse('empty');
  if (bytes.length > LIMITS.bytes) {
    const size = (Math.ceil((bytes.length / MEGABYTE) * 10) / 10).toFixed(1);
    throw new AppError(
      'unreadable',
      `文件有 ${size} MB，超过 ${LIMITS.bytes / MEGABYTE} MB 的上限。请删去图片或无关的页后再导入。`,
    );
  }
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])) return judgeCompound(bytes, fileName);
  if (startsWith(bytes, 'PK')) {
    if (startsWith(bytes, [3, 4], 2) || startsWith(bytes, [5, 6], 2)) return judgeArchive(openArchive(bytes));
  }
  const known = SIGNATURES.find(([, signature, at]) => startsWith(bytes, signature, at));
  if (known) refuse(known[0]);
  if (isBitmap(bytes)) refuse('picture');
  if (findPdf(bytes)) return 'pdf';
  return judgeText(decodeAny(bytes, fileName), fileName);
}

/** How to save a text again is no help where the name promises a document. */
function decodeAny(bytes: Uint8Array, fileName: string): string {
  try {
    return decodeText(bytes, declaredCharset(bytes)).text;
  } catch (error) {
    if (/\.(docx?|xlsx?|ods|wps|et|pdf)$/i.test(fileName.trim())) refuse('unknown', error);
    throw error;
  }
}
