import type { Place } from '@/lib/imports/readers/source';

/** Brackets, numbers and page breaks of running text: what can be said of it before anything is known of units and dates. */

/** No bracket that names units is longer; a limit keeps a text full of brackets that nothing closes readable in time. */
const LONGEST_BRACKET = 1500;
/** So many brackets at the end of a text are asked whether they name units though nothing closes them. */
const MOST_UNCLOSED = 10;
const OPENING = '（([〔【［﹝〖';
const CLOSING = '）)]〕】］﹞〗';
const HAS_OPENING = /[（([〔【［﹝〖]/u;

/** `content` without the brackets; `end` is the index behind the closing one, or the end of the text where none closes it. */
export type Bracket = { start: number; end: number; content: string; isClosed: boolean };

/**
 * Outermost brackets in order. Any closing bracket closes any opening one, for documents mix them: （…), 〔…）.
 * An opening bracket that nothing closes is listed only where `keepsUnclosed` says so of its content; else it counts as a letter.
 */
export function outerBrackets(text: string, keepsUnclosed: (content: string) => boolean): Bracket[] {
  if (!HAS_OPENING.test(text)) return [];
  const found: Bracket[] = [];
  const closing = closingIndexes(text);
  let unclosed = 0;
  let from = 0;
  while (from < text.length) {
    if (!OPENING.includes(text[from]!)) {
      from += 1;
      continue;
    }
    const end = closing.get(from);
    if (end !== undefined) {
      found.push({ start: from, end: end + 1, content: text.slice(from + 1, end), isClosed: true });
      from = end + 1;
    } else if (
      text.length - from <= LONGEST_BRACKET &&
      unclosed++ < MOST_UNCLOSED &&
      keepsUnclosed(text.slice(from + 1))
    ) {
      const content = text.slice(from + 1).replace(/[）)\]〕】］﹞〗]\s*[。；;]?\s*$/u, '');
      return [...found, { start: from, end: text.length, content, isClosed: false }];
    } else from += 1;
  }
  return found;
}

/** Where each opening bracket is closed, in one walk: a text of nothing but brackets must not take for ever. */
function closingIndexes(text: string): Map<number, number> {
  const found = new Map<number, number>();
  const open: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    if (OPENING.includes(text[index]!)) open.push(index);
    else if (CLOSING.includes(text[index]!)) {
      const start = open.pop();
      if (start !== undefined && index - start < LONGEST_BRACKET) found.set(start, index);
    }
  }
  return found;
}

const MASK = '▓';

/** The text with the given stretches made unreadable, of the same length. */
export function maskStretches(text: string, stretches: readonly { start: number; end: number }[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of stretches) {
    pieces.push(text.slice(from, start), MASK.repeat(end - start));
    from = end;
  }
  return [...pieces, text.slice(from)].join('');
}

/** The text with everything inside brackets made unreadable: for looking outside of brackets only. */
export function maskBrackets(text: string): string {
  return maskStretches(
    text,
    outerBrackets(text, () => false),
  );
}

/** Splits outside of brackets; the separators are dropped. */
export function splitOutside(text: string, separators: RegExp): string[] {
  const masked = maskBrackets(text);
  const parts: string[] = [];
  let from = 0;
  for (const match of masked.matchAll(separators)) {
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

/** Closing brackets that nothing in the text opens, and opening ones that nothing closes. */
export function unbalanced(text: string): { opened: number; closed: number } {
  let opened = 0;
  let closed = 0;
  for (const letter of text) {
    if (OPENING.includes(letter)) opened += 1;
    else if (CLOSING.includes(letter) && opened > 0) opened -= 1;
    else if (CLOSING.includes(letter)) closed += 1;
  }
  return { opened, closed };
}

/** Kinds of numbers from the outside in; the index is the depth. */
const NUMBER_KINDS = ['chapter', 'section', 'item', 'nested', 'paren', 'half-paren', 'circled', 'ordinal'] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];
export type PrintedNumber = { printed: string; kind: NumberKind; value: number | null };

const CHINESE = '[一二三四五六七八九十百零〇]{1,5}';
const NUMBERS: [NumberKind, RegExp][] = [
  ['section', new RegExp(`^(?:[（(〔【]\\s*${CHINESE}\\s*[）)〕】]|[㈠-㈩])[、.．]?`, 'u')],
  ['chapter', new RegExp(`^(?:${CHINESE}\\s*[、.．]|第${CHINESE}(?:章|部分|篇)[、：:]?)`, 'u')],
  ['item', new RegExp(`^第(?:${CHINESE}|\\d{1,3})条[、：:]?`, 'u')],
  ['item', new RegExp(`^(?:任务|举措|措施|事项)\\s*(?:${CHINESE}|\\d{1,3})\\s*[：:、.．]`, 'u')],
  ['ordinal', new RegExp(`^${CHINESE}(?:是|要)(?=\\S)`, 'u')],
  ['nested', /^[\d０-９]{1,3}(?:[.．][\d０-９]{1,3}){1,3}(?:[.．、]|(?=\s))(?![\d０-９])/u],
  [
    'item',
    /^(?:[\d０-９]{1,4}\s*(?:[.．、]|[,，](?=\D))(?![\d０-９]{1,3}(?!\d)(?:[.．%％、]|个|项|天|日|年|万|亿|家|倍))|[⒈-⒛])/u,
  ],
  ['item', /^\d{1,3}(?=[\t\u3000])/u],
  ['item', /^\d{1,3}(?= +(?![年月日个项天小万亿余多名户家次千百元米公级类号条所人件分期]|工作日)[\u4e00-\u9fff“])/u],
  ['paren', /^(?:[（(〔]\s*[\d０-９]{1,3}\s*[）)〕]|[⑴-⒇])[、.．]?/u],
  ['half-paren', /^[\d０-９]{1,3}\s*[）)]/u],
  ['circled', /^[①-⑳㉑-㉟㊱-㊿❶-❿]/u],
];

export function numberDepth(kind: NumberKind): number {
  return NUMBER_KINDS.indexOf(kind);
}

/** The number at the head of a paragraph and what follows it; null where it has none. */
export function splitNumber(text: string): { number: PrintedNumber; rest: string } | null {
  for (const [kind, pattern] of NUMBERS) {
    const printed = pattern.exec(text)?.[0];
    if (printed === undefined || printed.length === text.length) continue;
    const rest = text.slice(printed.length).trim();
    return { number: { printed: printed.trim(), kind, value: numberValue(printed) }, rest };
  }
  return null;
}

function numberValue(printed: string): number | null {
  const plain = printed.normalize('NFKC');
  const digits = /(\d+)\D*$/u.exec(plain);
  if (digits) return Number(digits[1]);
  const chinese = new RegExp(CHINESE, 'u').exec(plain)?.[0];
  return chinese === undefined ? null : chineseValue(chinese);
}

function chineseValue(words: string): number | null {
  const digit = (word: string) => '零一二三四五六七八九'.indexOf(word);
  const match = /^(?:([一二三四五六七八九])?百)?零?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?$/u.exec(
    words,
  );
  if (!match) return null;
  const hundreds = words.includes('百') ? (match[1] ? digit(match[1]) : 1) : 0;
  const tens = match[3] ? (match[2] ? digit(match[2]) : 1) : 0;
  return hundreds * 100 + tens * 10 + (match[4] ? digit(match[4]) : 0);
}

/** A paragraph as it was written, though a page break may have cut it: `blocks` are the indexes of its pieces in the source. */
export type Line = {
  text: string;
  places: Place[];
  blocks: number[];
  headingLevel: number | null;
  isStruck: boolean;
};

export function placeOf(lines: readonly Line[]): Place {
  const places = lines.flatMap((line) => line.places);
  const [first, last] = [places[0] ?? '', places.at(-1) ?? ''];
  return first === last ? first : `${first}至${last}`;
}

/** No task is longer; what is longer is read as mere words, whatever brackets it holds. */
export const LONGEST_PARAGRAPH = 4000;

const ENDED = /[。！？!?；;：:…）)\]〕】］﹞〗]["”’』」]?$/u;
const SENTENCE = /[，,。；;、]/u;

/** Whether `next` goes on where `line` was cut: an open bracket or quotation mark that it closes, or a sentence without an end. */
export function goesOn(line: Line, next: Line, startsAnew: (before: string, text: string) => boolean): boolean {
  if (line.text.length > LONGEST_PARAGRAPH) return false;
  if (line.headingLevel !== null || next.headingLevel !== null || splitNumber(next.text) !== null) return false;
  if (unbalanced(line.text).opened > 0 && unbalanced(next.text).closed > 0) return true;
  if (startsAnew(line.text, next.text)) return false;
  if (isQuoteOpen(line.text)) return /^[^“]*”/u.test(next.text);
  if (/[，,、]$/u.test(line.text) || /^[，,、。；的和及与或等]/u.test(next.text)) return true;
  if (ENDED.test(line.text) || !SENTENCE.test(splitNumber(line.text)?.rest ?? line.text)) return false;
  return !isSalutation(line.text);
}

function isQuoteOpen(text: string): boolean {
  return text.split('“').length > text.split('”').length;
}

/** A line of a letter's head or foot (issuer, date, document number), which ends without a full stop and is whole. */
function isSalutation(text: string): boolean {
  return (
    /^\s*(?:附件|抄送|主送|信息来源|联系人)/u.test(text) ||
    /\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日(?:印发)?$/u.test(text)
  );
}

/** A line that is no more than a page number. */
export function isPageNumber(text: string): boolean {
  return /^\s*(?:[-—–―－·\s]*\d{1,4}[-—–―－·\s]*|第\s*\d+\s*页(?:\s*[/，,共]\s*共?\s*\d+\s*页?)?)\s*$/u.test(text);
}
