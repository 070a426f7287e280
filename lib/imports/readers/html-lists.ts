import { attributeOf, type HtmlElement, isElement } from './html-style';

/** The numbers of one <ol>; null-like for a list without numbers. */
export type ListNumbers = { next: number; step: 1 | -1; type: string };

export function numbersOf(list: HtmlElement, listType: string | null): ListNumbers | null {
  if (list.tagName !== 'ol') return null;
  const isReversed = attributeOf(list, 'reversed') !== null;
  const start = Number.parseInt(attributeOf(list, 'start') ?? '', 10);
  const count = list.childNodes.filter((node) => isElement(node) && node.tagName === 'li').length;
  return {
    next: Number.isNaN(start) ? (isReversed ? count : 1) : start,
    step: isReversed ? -1 : 1,
    type: listType ?? attributeOf(list, 'type') ?? '1',
  };
}

/** The number as a browser prints it before the item; counts on. */
export function takeNumber(numbers: ListNumbers, item: HtmlElement, listType: string | null): string {
  const value = Number.parseInt(attributeOf(item, 'value') ?? '', 10);
  const number = Number.isNaN(value) ? numbers.next : value;
  numbers.next = number + numbers.step;
  return printNumber(number, listType ?? attributeOf(item, 'type') ?? numbers.type);
}

function printNumber(number: number, type: string): string {
  if (/^(none|disc|circle|square)/.test(type)) return '';
  if (/cjk-ideographic|chinese|cjk-decimal/.test(type)) return `${chineseNumber(number)}、`;
  if (type === 'a' || /lower-(alpha|latin)/.test(type)) return `${letters(number)}.`;
  if (type === 'A' || /upper-(alpha|latin)/.test(type)) return `${letters(number).toUpperCase()}.`;
  if (type === 'i' || /lower-roman/.test(type)) return `${roman(number)}.`;
  if (type === 'I' || /upper-roman/.test(type)) return `${roman(number).toUpperCase()}.`;
  return `${number}.`;
}

function letters(number: number): string {
  if (number < 1) return String(number);
  const last = String.fromCharCode(97 + ((number - 1) % 26));
  return number <= 26 ? last : letters(Math.floor((number - 1) / 26)) + last;
}

const ROMAN: [value: number, sign: string][] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];

function roman(number: number): string {
  if (number < 1 || number > 3999) return String(number);
  let rest = number;
  let text = '';
  for (const [value, sign] of ROMAN)
    while (rest >= value) {
      text += sign;
      rest -= value;
    }
  return text;
}

const DIGITS = '零一二三四五六七八九';

function chineseNumber(number: number): string {
  if (number < 1 || number > 99) return String(number);
  const tens = Math.floor(number / 10);
  const ones = number % 10 === 0 ? '' : DIGITS[number % 10];
  if (tens === 0) return ones!;
  return `${tens === 1 ? '' : DIGITS[tens]}十${ones}`;
}
