import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatNumber } from './docx-number-formats';

test.each([
  ['decimal', 12, '12'],
  ['decimalZero', 3, '03'],
  ['decimalFullWidth', 12, '１２'],
  ['lowerLetter', 28, 'bb'],
  ['upperLetter', 2, 'B'],
  ['upperRoman', 49, 'XLIX'],
  ['lowerRoman', 4, 'iv'],
  ['decimalEnclosedCircle', 1, '①'],
  ['decimalEnclosedCircle', 21, '㉑'],
  ['decimalEnclosedCircle', 36, '㊱'],
  ['decimalEnclosedCircleChinese', 50, '㊿'],
  ['decimalEnclosedParen', 2, '⑵'],
  ['decimalEnclosedFullstop', 20, '⒛'],
  ['ideographEnclosedCircle', 10, '㈩'],
  ['ideographTraditional', 3, '丙'],
  ['ideographZodiac', 12, '亥'],
  ['ideographDigital', 10, '一〇'],
  ['chineseCounting', 1, '一'],
  ['chineseCounting', 10, '十'],
  ['chineseCounting', 11, '十一'],
  ['chineseCounting', 20, '二十'],
  ['chineseCounting', 99, '九十九'],
  ['chineseCounting', 101, '一○一'],
  ['chineseCountingThousand', 10, '十'],
  ['chineseCountingThousand', 15, '十五'],
  ['chineseCountingThousand', 101, '一百零一'],
  ['chineseCountingThousand', 110, '一百一十'],
  ['chineseCountingThousand', 1005, '一千零五'],
  ['japaneseCounting', 12, '十二'],
  ['japaneseCounting', 111, '百十一'],
  ['chineseLegalSimplified', 12, '壹拾贰'],
  ['numberInDash', 3, '- 3 -'],
  ['none', 3, ''],
])('prints %s %i as %s', (format, value, printed) => {
  expect(formatNumber(value, format)).toBe(printed);
});

test.each([
  ['decimalEnclosedCircle', 51],
  ['decimalEnclosedParen', 21],
  ['ideographTraditional', 11],
  ['upperRoman', 0],
  ['chineseCountingThousand', 10_000],
  ['hebrew1', 1],
])('does not make up %s %i', (format, value) => {
  expect(formatNumber(value, format)).toBeNull();
});

test.each(['chineseCounting', 'chineseCountingThousand', 'ideographDigital', 'upperRoman', 'lowerLetter'])(
  'prints no two numbers alike: %s',
  (format) => {
    const number = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(number, number, (one, other) => {
        expect(formatNumber(one, format) === formatNumber(other, format)).toBe(one === other);
      }),
    );
  },
);
