import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headingRank, ranksAbove, readChineseNumber, readNumber } from './numbering.rules';

const DIGITS = '零一二三四五六七八九';
function chinese(number: number): string {
  const [hundreds, tens, ones] = [Math.floor(number / 100), Math.floor(number / 10) % 10, number % 10];
  const head = hundreds ? `${DIGITS[hundreds]}百` : '';
  const middle = tens ? `${tens === 1 && !hundreds ? '' : DIGITS[tens]}十` : hundreds && ones ? '零' : '';
  return `${head}${middle}${ones ? DIGITS[ones] : ''}`;
}

describe('readNumber', () => {
  it.each([
    ['1', 1],
    ['1.', 1],
    ['1、', 1],
    ['（1）', 1],
    ['(1)', 1],
    ['( 12 )', 12],
    ['①', 1],
    ['⑳', 20],
    ['㉑', 21],
    ['⑴', 1],
    ['⒈', 1],
    ['㈡', 2],
    ['一', 1],
    ['一.', 1],
    ['一、', 1],
    ['（十二）', 12],
    ['4)', 4],
    ['1）', 1],
    ['１２', 12],
    ['第1项', 1],
    ['第三条', 3],
    ['No.7', 7],
    ['1\n2', 12],
  ])('reads %s', (printed, number) => expect(readNumber(printed)).toBe(number));

  it.each(['', '政策措施', '2022年', '1.5', '1-2', '（一）推进', '一起', '零', '十十'])('is null for %s', (printed) =>
    expect(readNumber(printed)).toBeNull(),
  );

  it('reads back every number below 1000 in every mark', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), (number) => {
        expect(readChineseNumber(chinese(number))).toBe(number);
        for (const printed of [`${number}`, `（${number}）`, `${number}、`, `（${chinese(number)}）`, `第${number}项`])
          expect(readNumber(printed)).toBe(number);
      }),
    );
  });
});

describe('headingRank', () => {
  it.each([
    ['（一）推进企业登记', 'chinese-paren', 1, '推进企业登记'],
    ['(三) 推进', 'chinese-paren', 3, '推进'],
    ['（二十\n四）开辟', 'chinese-paren', 24, '开辟'],
    ['一、总体要求', 'chinese', 1, '总体要求'],
    ['1.持续提升', 'arabic', 1, '持续提升'],
    ['12．深化', 'arabic', 12, '深化'],
    ['（3）推行', 'arabic-paren', 3, '推行'],
    ['2）推行', 'arabic-half-paren', 2, '推行'],
    ['①推行', 'circled', 1, '推行'],
    ['1.2 推行', 'dotted', 2, '推行'],
    ['第一部分 总则', 'part', 1, '总则'],
  ])('reads %s', (text, mark, number, rest) => expect(headingRank(text)).toEqual({ mark, number, rest }));

  it.each(['2022年底前完成', '1.5%的保证金', '推进“一件事”', '一件事', '三个月内', ''])('is null for %s', (text) =>
    expect(headingRank(text)).toBeNull(),
  );

  it('orders the marks as documents nest them', () => {
    expect(ranksAbove('chinese', 'chinese-paren')).toBe(true);
    expect(ranksAbove('chinese-paren', 'arabic')).toBe(true);
    expect(ranksAbove('arabic', 'chinese-paren')).toBe(false);
  });
});
