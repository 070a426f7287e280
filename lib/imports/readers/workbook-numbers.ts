import { SSF } from '@e965/xlsx';

/** Formats that Excel keeps by number alone and prints in the words of its Chinese edition. */
const CHINESE_FORMATS: Record<number, string> = {
  27: 'yyyy"年"m"月"',
  28: 'm"月"d"日"',
  29: 'm"月"d"日"',
  30: 'yyyy/m/d',
  31: 'yyyy"年"m"月"d"日"',
  32: 'h"时"mm"分"',
  33: 'h"时"mm"分"ss"秒"',
  34: 'h"时"mm"分"',
  35: 'h"时"mm"分"ss"秒"',
  36: 'yyyy"年"m"月"',
  50: 'yyyy"年"m"月"',
  51: 'm"月"d"日"',
  52: 'yyyy"年"m"月"',
  53: 'm"月"d"日"',
  54: 'm"月"d"日"',
  55: 'h"时"mm"分"',
  56: 'h"时"mm"分"ss"秒"',
  57: 'yyyy"年"m"月"',
  58: 'm"月"d"日"',
};

/** The format of a built-in number in a Chinese Excel; 'General' where there is none. */
export function builtInFormat(id: number): string {
  const table = SSF.get_table() as Record<number, string | undefined>;
  return CHINESE_FORMATS[id] ?? STANDARD[id] ?? (id < 23 || id > 36 ? table[id] : undefined) ?? 'General';
}

/** The library's table takes in the formats of whatever was read before: what the standard fixes is fixed here. */
const STANDARD: Record<number, string> = {
  0: 'General',
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  14: 'yyyy/m/d',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy/m/d h:mm',
  49: '@',
};

/** A number as the sheet shows it; a date in words of its year-first form, never as a serial number or in American order. */
export function numberText(value: number, code: string, is1904 = false): string {
  const plain = quoteWords(code);
  if (isDateFormat(plain)) return dateText(is1904 ? value + 1462 : value, plain);
  if (plain.trim() === '@') return generalText(value);
  if (/general/i.test(plain)) return generalInWords(value, plain);
  // A format may print nothing (;;;): the value is shown rather than lost.
  return formatted(plain, value)?.trim() || (value === 0 ? '' : generalText(value));
}

/** A text under a format with words around '@' is printed with these words. */
export function stringText(text: string, code: string): string {
  const bare = quoteWords(code).replace(/[_*]./g, '');
  if (text === '' || !bare.includes('@') || /^[^"\\]*$/.test(bare)) return text;
  return formatted(bare, text) ?? text;
}

/** Day of an ISO instant as the sheet shows it. */
export function isoDateText(iso: string, code: string): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(iso) ?? [];
  if (!year) return iso;
  const instant = Date.UTC(+year, +month! - 1, +day!, +(hour ?? 0), +(minute ?? 0), +(second ?? 0));
  const serial = instant / 86_400_000 + 25_569;
  const plain = quoteWords(code);
  return dateText(serial, isDateFormat(plain) ? plain : 'yyyy"年"m"月"d"日"');
}

function generalText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return formatted('General', value) ?? String(Number(value.toPrecision(15)));
}

/** The library forgets the words around General (General"项"). */
function generalInWords(value: number, code: string): string {
  const section = code.split(';')[0]!;
  return section
    .replace(/"([^"]*)"|\\(.)|[_*].|\[[^\]]*\]|general/gi, (part, words?: string, escaped?: string) =>
      /^general$/i.test(part) ? generalText(value) : (words ?? escaped ?? ''),
    )
    .trim();
}

function formatted(code: string, value: number | string): string | null {
  try {
    return SSF.format(code, value);
  } catch {
    return null;
  }
}

/** The library knows words of a format only in quotes, and no 上午/下午. */
function quoteWords(code: string): string {
  return code
    .replace(/G\/通用格式/g, 'General')
    .replace(/"[^"]*"|\\.|_.|\[[^\]]*\]|上午\/下午|[\u0080-\uffff]+/g, (part) => {
      if (part === '上午/下午') return 'AM/PM';
      return part.charCodeAt(0) > 0x7f ? `"${part}"` : part;
    });
}

/** Letters of the first section, without words, colours and paddings. */
function lettersOf(code: string): string {
  const letters = code.replace(/"[^"]*"|\\.|[_*]./g, '').replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '');
  return (letters.split(';')[0] ?? '').replace(/am\/pm|a\/p|general/gi, '').toLowerCase();
}

function isDateFormat(code: string): boolean {
  const letters = lettersOf(code);
  return /[ymdhs]|e(?![+-])|a{3,}/.test(letters) && !/[0#?]/.test(letters.replace(/\.0+/g, ''));
}

type DateParts = { y: number; m: number; d: number; H: number; M: number; S: number };

function dateText(serial: number, code: string): string {
  const letters = lettersOf(code);
  const hasYear = /[ye]/.test(letters);
  const hasDay = /d/.test(letters) || /a{3,}/.test(letters);
  const hasTime = /[hs]/.test(letters);
  if (!hasYear && !hasDay && hasTime) return formatted(code, serial) ?? formatted('h:mm', serial) ?? '########';
  const parts = SSF.parse_date_code(serial) as DateParts | null;
  if (!parts) return '########';
  return (isYearFirst(letters, code) ? formatted(code, serial)?.trim() : null) ?? composed(parts, letters, hasTime);
}

/** Whether what the sheet shows can be understood in one way only: year, month, day in this order, the year in full, or with the words 年月日. */
function isYearFirst(letters: string, code: string): boolean {
  if (/mmm|ddd|a{3,}|b/.test(letters)) return false;
  const year = letters.search(/y{3,}|e/);
  if (year < 0) return !/y/.test(letters) && /[年月日号]/.test(code);
  const month = letters.indexOf('m');
  const day = letters.indexOf('d');
  if (month < 0) return day < 0;
  return year < month && (day < 0 || month < day);
}

function composed({ y, m, d, H, M }: DateParts, letters: string, hasTime: boolean): string {
  const hasYear = /[ye]/.test(letters);
  const hasMonth = /m/.test(letters);
  const hasDay = /d(?!dd)/.test(letters.replace(/d{3,}/g, ''));
  const time = hasTime && (H > 0 || M > 0) ? ` ${H}:${String(M).padStart(2, '0')}` : '';
  if (hasYear && hasMonth && !hasDay) return `${y}年${m}月${time}`;
  if (hasYear && !hasMonth && !hasDay) return `${y}年${time}`;
  if (!hasYear && hasMonth && hasDay) return `${m}月${d}日${time}`;
  if (!hasYear && hasMonth && !hasDay && !/d/.test(letters)) return `${m}月${time}`;
  return `${y}年${m}月${d}日${time}`;
}
