/** A number as a numbering format of Word prints it (ECMA-376 17.18.59 with the corrections of [MS-OI29500]); null: the format is not known. */
export function formatNumber(value: number, format: string): string | null {
  return FORMATS[format]?.(value) ?? null;
}

const DIGITS = '〇一二三四五六七八九';

const FORMATS: Record<string, (value: number) => string | null> = {
  decimal: String,
  decimalHalfWidth: String,
  decimalZero: (value) => String(value).padStart(2, '0'),
  decimalFullWidth: fullWidth,
  decimalFullWidth2: fullWidth,
  numberInDash: (value) => `- ${value} -`,
  none: () => '',
  lowerLetter: (value) => letters(value, 'a'),
  upperLetter: (value) => letters(value, 'A'),
  lowerRoman: (value) => roman(value)?.toLowerCase() ?? null,
  upperRoman: roman,
  decimalEnclosedCircle: circled,
  decimalEnclosedCircleChinese: circled,
  decimalEnclosedParen: (value) => within(value, 20, 0x2474),
  decimalEnclosedFullstop: (value) => within(value, 20, 0x2488),
  // Word encloses these in brackets, whatever the name says.
  ideographEnclosedCircle: (value) => within(value, 10, 0x3220),
  ideographTraditional: (value) => '甲乙丙丁戊己庚辛壬癸'[value - 1] ?? null,
  ideographZodiac: (value) => '子丑寅卯辰巳午未申酉戌亥'[value - 1] ?? null,
  ideographDigital: (value) => positional(value, '〇'),
  japaneseDigitalTenThousand: (value) => positional(value, '〇'),
  taiwaneseDigital: (value) => positional(value, '○'),
  // Counted up to 99 and written digit by digit from 100 on.
  chineseCounting: (value) => (value < 100 ? counted(value, CHINESE) : positional(value, '○')),
  taiwaneseCounting: (value) => (value < 100 ? counted(value, CHINESE) : positional(value, '○')),
  chineseCountingThousand: (value) => counted(value, CHINESE),
  taiwaneseCountingThousand: (value) => counted(value, CHINESE),
  japaneseCounting: (value) => counted(value, JAPANESE),
  chineseLegalSimplified: (value) => counted(value, LEGAL),
  ideographLegalTraditional: (value) => counted(value, LEGAL_TRADITIONAL),
};

function fullWidth(value: number): string {
  return String(value).replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
}

/** a … z, aa, bb … */
function letters(value: number, first: 'a' | 'A'): string | null {
  if (value < 1 || value > 26 * 30) return null;
  const letter = String.fromCharCode(first.charCodeAt(0) + ((value - 1) % 26));
  return letter.repeat(Math.ceil(value / 26));
}

const ROMAN: [number, string][] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

function roman(value: number): string | null {
  if (value < 1 || value > 3999) return null;
  let rest = value;
  let printed = '';
  for (const [worth, sign] of ROMAN) {
    while (rest >= worth) {
      printed += sign;
      rest -= worth;
    }
  }
  return printed;
}

/** ① to ㊿; null beyond. */
export function circled(value: number): string | null {
  if (value > 35) return value <= 50 ? String.fromCodePoint(0x32b1 + value - 36) : null;
  return value > 20 ? String.fromCodePoint(0x3251 + value - 21) : within(value, 20, 0x2460);
}

function within(value: number, last: number, first: number): string | null {
  return value >= 1 && value <= last ? String.fromCodePoint(first + value - 1) : null;
}

function positional(value: number, zero: string): string {
  return [...String(value)].map((digit) => (digit === '0' ? zero : DIGITS[Number(digit)])).join('');
}

type Counting = { digits: string; units: string[]; zero: string; isOneSaid: 'always' | 'but-before-ten' | 'never' };
const CHINESE: Counting = { digits: DIGITS, units: ['', '十', '百', '千'], zero: '零', isOneSaid: 'but-before-ten' };
const JAPANESE: Counting = { digits: DIGITS, units: ['', '十', '百', '千'], zero: '', isOneSaid: 'never' };
const LEGAL: Counting = {
  digits: '零壹贰叁肆伍陆柒捌玖',
  units: ['', '拾', '佰', '仟'],
  zero: '零',
  isOneSaid: 'always',
};
const LEGAL_TRADITIONAL: Counting = {
  digits: '零壹貳參肆伍陸柒捌玖',
  units: ['', '拾', '佰', '仟'],
  zero: '零',
  isOneSaid: 'always',
};

function counted(value: number, { digits, units, zero, isOneSaid }: Counting): string | null {
  if (value < 1 || value > 9999) return null;
  const places = [...String(value)].map(Number);
  let printed = '';
  let isZeroOwed = false;
  places.forEach((digit, index) => {
    const unit = places.length - 1 - index;
    if (digit === 0) {
      isZeroOwed = true;
      return;
    }
    if (isZeroOwed) printed += zero;
    isZeroOwed = false;
    const isOneLeftOut =
      digit === 1 &&
      unit > 0 &&
      (isOneSaid === 'never' || (isOneSaid === 'but-before-ten' && unit === 1 && index === 0));
    printed += (isOneLeftOut ? '' : digits[digit]!) + units[unit]!;
  });
  return printed;
}
