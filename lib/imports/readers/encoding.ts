import { AppError } from '@/lib/server/errors';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';
export type DecodedText = { text: string; encoding: TextEncoding; isCertain: boolean };

const RESAVE = '请在原软件中另存为 UTF-8 编码后再上传。';

/** Text of a file, line ends as \n; a byte order mark, then the declared charset, then the bytes decide. Refuses: unreadable (fits no encoding, or is damaged). */
export function decodeText(bytes: Uint8Array, declared?: string | null): DecodedText {
  return fromMark(bytes) ?? fromDeclaration(bytes, declared) ?? fromBytes(bytes, declared);
}

function fromMark(bytes: Uint8Array): DecodedText | null {
  const encoding = markOf(bytes);
  if (!encoding) return null;
  const text = decode(bytes, encoding);
  if (text === null) throw damaged(bytes, encoding);
  return { text, encoding, isCertain: true };
}

function markOf(bytes: Uint8Array): TextEncoding | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0x84 && second === 0x31 && third === 0x95 && fourth === 0x33) return 'gb18030';
  return null;
}

/** A page saved again in another encoding keeps its old declaration: bytes that are strict UTF-8 and poor GB are not read as GB. */
function fromDeclaration(bytes: Uint8Array, declared?: string | null): DecodedText | null {
  const encoding = declaredEncoding(declared);
  if (!encoding || hasZeroBytes(bytes)) return null;
  const text = decode(bytes, encoding);
  if (text === null) return null;
  if (encoding === 'utf-8') return { text, encoding, isCertain: true };
  const isCertain = gbShare(bytes) >= COMMON;
  if (!isCertain && decode(bytes, 'utf-8') !== null) return null;
  return { text, encoding, isCertain };
}

/** Charsets other than these three families are either wrong declarations of Chinese pages or refused later. */
function declaredEncoding(declared?: string | null): 'utf-8' | 'gb18030' | null {
  const name = declared?.trim().toLowerCase() ?? '';
  if (/^utf-?8$/.test(name)) return 'utf-8';
  return /^(gb[-_]?(2312|k|18030)([-_]80)?|x-gbk|cp936|ms936|windows-936|euc-cn|hz-gb-2312|chinese)$/.test(name)
    ? 'gb18030'
    : null;
}

function fromBytes(bytes: Uint8Array, declared?: string | null): DecodedText {
  if (hasZeroBytes(bytes)) return fromZeroBytes(bytes);
  const strict = decode(bytes, 'utf-8');
  if (strict !== null) return { text: strict, encoding: 'utf-8', isCertain: true };
  if (/big-?5|shift|sjis|euc-(jp|kr|tw)/i.test(declared ?? ''))
    throw new AppError('unreadable', `文件声明的文字编码是“${declared?.trim()}”，无法准确读取。${RESAVE}`);
  const damage = damagedLine(bytes);
  if (damage !== null)
    throw new AppError('unreadable', `文件是 UTF-8 编码，但第${damage}行附近的字节已损坏。${RESAVE}`);
  const text = decode(bytes, 'gb18030');
  const isCertain = gbShare(bytes) >= COMMON;
  const wide = isCertain ? null : withoutZeroBytes(bytes);
  if (wide) return wide;
  if (text === null) throw new AppError('unreadable', `无法识别文件的文字编码。${RESAVE}`);
  return { text, encoding: 'gb18030', isCertain };
}

/** Neither UTF-8 nor GB18030 text holds a zero byte; UTF-16 does (digits, spaces, line ends, 一). The side that gives ordinary characters is right. */
function fromZeroBytes(bytes: Uint8Array): DecodedText {
  const [best] = (['utf-16le', 'utf-16be'] as const)
    .map((encoding) => ({ encoding, text: decode(bytes, encoding) }))
    .filter((reading): reading is { encoding: typeof reading.encoding; text: string } => reading.text !== null)
    .filter(({ text }) => !hasControls(text))
    .map((reading) => ({ ...reading, share: ordinaryShare(reading.text) }))
    .sort((one, other) => other.share - one.share);
  if (!best || best.share < 0.5) throw new AppError('unreadable', `文件不是可读的文本，或文字编码已损坏。${RESAVE}`);
  return { text: best.text, encoding: best.encoding, isCertain: best.share >= COMMON };
}

/** Pure Chinese in UTF-16 has no zero byte; told by nearly every character being a common one. */
function withoutZeroBytes(bytes: Uint8Array): DecodedText | null {
  for (const encoding of ['utf-16le', 'utf-16be'] as const) {
    const text = decode(bytes, encoding);
    if (text && !hasControls(text) && ordinaryShare(text) >= COMMON) return { text, encoding, isCertain: false };
  }
  return null;
}

const COMMON = 0.95;

function hasZeroBytes(bytes: Uint8Array): boolean {
  return bytes.includes(0);
}

function hasControls(text: string): boolean {
  return /(?![\t\n\f\v])\p{Control}/u.test(text);
}

/** Share of the characters that are ASCII or usual in Chinese print. */
function ordinaryShare(text: string): number {
  const usual = text.match(/[\t\n\x20-\x7e\u3000-\u303f\u4e00-\u9fa5\uff00-\uff5e“”‘’—…·]/g)?.length ?? 0;
  return usual / text.length;
}

/** Share of the two-byte characters that lie in GB 2312, where nearly every character of an official text lies; 1 where there are none. */
function gbShare(bytes: Uint8Array): number {
  let all = 0;
  let common = 0;
  for (let index = 0; index < bytes.length; index++) {
    const first = bytes[index]!;
    if (first < 0x80) continue;
    const second = bytes[++index] ?? 0;
    all++;
    if (first >= 0xa1 && first <= 0xf7 && second >= 0xa1) common++;
  }
  return all === 0 ? 1 : common / all;
}

/** The line of the first broken byte where the text is UTF-8 but for a few; null where it is not. Such bytes often pass as GB18030 and would be read as nonsense. */
function damagedLine(bytes: Uint8Array): number | null {
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = text.match(/\uFFFD/g)?.length ?? 0;
  const whole = text.match(/[\u3000-\u303f\u4e00-\u9fa5\uff00-\uff5e“”]/g)?.length ?? 0;
  if (broken === 0 || broken * 10 > whole) return null;
  return normaliseLines(text.slice(0, text.indexOf('\uFFFD'))).split('\n').length;
}

function decode(bytes: Uint8Array, encoding: TextEncoding): string | null {
  try {
    return normaliseLines(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function normaliseLines(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

function damaged(bytes: Uint8Array, encoding: TextEncoding): AppError {
  const before = new TextDecoder(encoding).decode(bytes);
  const line = normaliseLines(before.slice(0, Math.max(0, before.indexOf('\uFFFD')))).split('\n').length;
  return new AppError('unreadable', `文件的文字编码标记与内容不符，第${line}行附近的字节已损坏。${RESAVE}`);
}
