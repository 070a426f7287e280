/** Printed numbers of lists and headings: 1. （1） ① 一、 （一） 第1项 … */

const MARKS = [
  'part',
  'chinese',
  'chinese-paren',
  'arabic',
  'dotted',
  'arabic-paren',
  'arabic-half-paren',
  'circled',
] as const;
export type Mark = (typeof MARKS)[number];

/** `rest`: the words after the number, trimmed. */
export type HeadingRank = { mark: Mark; number: number; rest: string };

const CHINESE_DIGITS = '零一二三四五六七八九';
/** White space may stand inside a number where a narrow column broke the line. */
const CHINESE = '[〇零一二两三四五六七八九十百](?:\\s?[〇零一二两三四五六七八九十百]){0,6}';
/** First character and length of each run of ready-made numbers, by the mark they stand for. */
const READY_MADE: { from: number; count: number; mark: Mark }[] = [
  { from: 0x2460, count: 20, mark: 'circled' },
  { from: 0x2474, count: 20, mark: 'arabic-paren' },
  { from: 0x2488, count: 20, mark: 'arabic' },
  { from: 0x24f5, count: 10, mark: 'circled' },
  { from: 0x2776, count: 10, mark: 'circled' },
  { from: 0x2780, count: 10, mark: 'circled' },
  { from: 0x278a, count: 10, mark: 'circled' },
  { from: 0x3220, count: 10, mark: 'chinese-paren' },
  { from: 0x3251, count: 15, mark: 'circled' },
];

/** Full-width digits, brackets and points as half-width ones; one character stays one character. */
function halfWidth(text: string): string {
  return text
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[（﹙〔［【]/g, '(')
    .replace(/[）﹚〕］】]/g, ')')
    .replace(/[．。﹒·]/g, '.')
    .replace(/[﹑]/g, '、');
}

/** 十二 → 12, 二十 → 20, 一百零三 → 103; null where it is no such number. Below 1000. */
export function readChineseNumber(printed: string): number | null {
  const text = printed.replace(/〇/g, '零').replace(/两/g, '二');
  const match = /^(?:([一二三四五六七八九])百)?零?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?$/.exec(text);
  if (!match || text === '' || text === '零') return null;
  const [, hundreds, tens, ten, ones] = match;
  const digit = (character: string | undefined) => (character ? CHINESE_DIGITS.indexOf(character) : 0);
  return digit(hundreds) * 100 + (ten ? (tens ? digit(tens) : 1) * 10 : 0) + digit(ones);
}

function readPlain(text: string): number | null {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  return readChineseNumber(text);
}

function readReadyMade(text: string): { mark: Mark; number: number } | null {
  const code = text.codePointAt(0) ?? 0;
  const run = READY_MADE.find(({ from, count }) => code >= from && code < from + count);
  if (run) return { mark: run.mark, number: code - run.from + (run.from === 0x3251 ? 21 : 1) };
  return null;
}

/** The number in a cell that holds nothing else ('1、', '（十二）', '⑴', '第1项'); null where it is no number. */
export function readNumber(printed: string): number | null {
  const text = halfWidth(printed.replace(/\s+/gu, ''));
  const readyMade = readReadyMade(text);
  if (readyMade) return /^.[.、]?$/u.test(text) ? readyMade.number : null;
  const match =
    /^第?\(([^()]+)\)[.、:：]?$/.exec(text) ??
    /^第([^()]+?)[项条号款]?[.、:：]?$/.exec(text) ??
    /^(?:[Nn][Oo]\.?)?([^()]+?)[.、:：)]?$/.exec(text);
  return match ? readPlain(match[1]!) : null;
}

const HEADS: { mark: Mark; pattern: RegExp }[] = [
  { mark: 'part', pattern: new RegExp(`^第\\s*(${CHINESE}|\\d{1,3})\\s*(?:部分|章|篇|节)[、.:：\\s]*`) },
  { mark: 'chinese-paren', pattern: new RegExp(`^\\(\\s*(${CHINESE})\\s*\\)[、.:：]?\\s*`) },
  { mark: 'arabic-paren', pattern: /^\(\s*(\d(?:\s?\d){0,3})\s*\)[、.:：]?\s*/ },
  { mark: 'chinese', pattern: new RegExp(`^(${CHINESE})\\s*[、.]\\s*`) },
  { mark: 'dotted', pattern: /^\d{1,3}(?:\.\d{1,3})*\.(\d{1,3})(?:[、.]\s*|\s+)(?=\D)/ },
  { mark: 'arabic-half-paren', pattern: /^(\d{1,4})\s*\)[、.]?\s*/ },
  { mark: 'arabic', pattern: /^(\d{1,4})\s*(?:、|\.(?!\d))\s*/ },
];

/** The number at the head of a heading or paragraph ('（一）推进…' → chinese-paren, 1, '推进…'); null where none is printed. */
export function headingRank(text: string): HeadingRank | null {
  const trimmed = text.trim();
  const readyMade = readReadyMade(trimmed);
  if (readyMade) return { ...readyMade, rest: trimmed.replace(/^.[.、．]?\s*/u, '') };
  const plain = halfWidth(trimmed);
  for (const { mark, pattern } of HEADS) {
    const match = pattern.exec(plain);
    const number = match && readPlain(match[1]!.replace(/\s/g, ''));
    if (match && number !== null) return { mark, number, rest: trimmed.slice(match[0].length) };
  }
  return null;
}

/** Whether headings of mark `a` stand above those of mark `b` (一、 above （一） above 1. above （1） above ①). */
export function ranksAbove(a: Mark, b: Mark): boolean {
  return MARKS.indexOf(a) < MARKS.indexOf(b);
}
