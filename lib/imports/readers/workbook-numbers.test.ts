import { describe, expect, it } from 'vitest';
import { builtInFormat, isoDateText, numberText, stringText } from './workbook-numbers';

/** 2022-05-31 */
const DAY = 44712;

describe('numberText', () => {
  it.each([
    ['yyyy"年"m"月"', '2022年5月'],
    ['yyyy年m月', '2022年5月'],
    ['yyyy\\年m\\月d\\日', '2022年5月31日'],
    ['[$-804]yyyy"年"m"月"d"日";@', '2022年5月31日'],
    ['[DBNum1][$-804]yyyy"年"m"月"d"日"', '2022年5月31日'],
    ['m"月"d"日"', '5月31日'],
    ['yyyy"年底前"', '2022年底前'],
    ['yyyy\\-mm\\-dd', '2022-05-31'],
    ['yyyy/m/d;@', '2022/5/31'],
    ['yyyy"年"m"月"d"日"\\ h"时"', '2022年5月31日 0时'],
  ])('shows a date by %s as the sheet does', (code, text) => expect(numberText(DAY, code)).toBe(text));

  it.each([
    ['m/d/yy', '2022年5月31日'],
    ['mm\\-dd\\-yy', '2022年5月31日'],
    ['d/m/yyyy', '2022年5月31日'],
    ['[$-409]d\\-mmm\\-yy;@', '2022年5月31日'],
    ['[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', '2022年5月31日'],
    ['mmm-yy', '2022年5月'],
    ['yy"年"m"月"', '2022年5月'],
    ['d-mmm', '5月31日'],
    ['mm-dd', '5月31日'],
    ['aaaa', '2022年5月31日'],
  ])('shows a date by %s in a form that has one meaning', (code, text) => expect(numberText(DAY, code)).toBe(text));

  it.each([
    [14, '2022/5/31'],
    [31, '2022年5月31日'],
    [57, '2022年5月'],
    [58, '5月31日'],
    [17, '2022年5月'],
  ])('shows a date by the built-in format %i', (id, text) => expect(numberText(DAY, builtInFormat(id))).toBe(text));

  it.each([
    [0.1 + 0.2, 'General', '0.3'],
    [1, 'General', '1'],
    [420704202200001, 'General', '420704202200001'],
    [0.305, '0.0%', '30.5%'],
    [1, '0%', '100%'],
    [1234.5, '#,##0.00', '1,234.50'],
    [5, '0"分"', '5分'],
    [5, '0分', '5分'],
    [3, '"第"0"季度"', '第3季度'],
    [2.5, '0.0_ ;[Red]\\-0.0', '2.5'],
    [-2, '0_ ;[Red]\\-0\\ ', '-2'],
    [7, '000', '007'],
    [0.5, 'h:mm', '12:00'],
    [3, '@', '3'],
    [3, 'G/通用格式', '3'],
    [3, 'G/通用格式"项"', '3项'],
    [3, ';;;', '3'],
    [12345, '0.00E+00', '1.23E+04'],
    [1234, '[$¥-804]#,##0', '¥1,234'],
    [420704202200001, '@', '420704202200001'],
  ])('shows %d by %s', (value, code, text) => expect(numberText(value, code)).toBe(text));

  it('counts from 1904 where the workbook does', () =>
    expect(numberText(DAY - 1462, 'yyyy/m/d', true)).toBe('2022/5/31'));

  it('shows what is no day as the sheet does, not as a number', () =>
    expect(numberText(-5, 'yyyy/m/d')).toBe('########'));

  it('falls back to the plain number where the format cannot be read', () => expect(numberText(3, '[0')).toBe('3'));
});

describe('stringText', () => {
  it('adds the words that the format prints', () => expect(stringText('住建', '"区"@"局"')).toBe('区住建局'));
  it('adds nothing for paddings', () => expect(stringText('住建局', '_ * #,##0_ ;_ @_ ')).toBe('住建局'));
  it('leaves a text under a number format', () => expect(stringText('持续推进', 'yyyy"年"m"月"')).toBe('持续推进'));
});

describe('isoDateText', () => {
  it('shows the day by the format', () =>
    expect(isoDateText('2022-05-31T00:00:00', 'yyyy"年"m"月"')).toBe('2022年5月'));
  it('shows the whole day where the format is none', () =>
    expect(isoDateText('2022-05-31', 'General')).toBe('2022年5月31日'));
});
