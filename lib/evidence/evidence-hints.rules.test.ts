import { describe, expect, test } from 'vitest';
import { evidenceHints, type HintFacts, isDocNumber } from './evidence-hints.rules';

const piece = {
  kind: 'FILE' as 'FILE' | 'LINK',
  title: '实施方案.pdf',
  url: '',
  docNumber: '鄂州政发〔2022〕5号',
  issuer: '鄂州市住建局',
  signedOn: '2022-05-30',
};
const facts: HintFacts = { dueOn: '2022-05-31', unitNames: ['市住建局'], otherReports: 0, otherTasks: 0 };
const words = (changes: Partial<typeof piece>, more: Partial<HintFacts> = {}) =>
  evidenceHints({ ...piece, ...changes }, { ...facts, ...more }).map((hint) => `${hint.tone} ${hint.words}`);

describe('evidenceHints', () => {
  test('a signed document of the lead within the limit speaks for itself', () => {
    expect(words({})).toEqual(['ok 有文号', 'ok 发文单位是本任务的牵头或责任单位', 'ok 成文日期在完成时限之前']);
  });
  test.each([
    [{ signedOn: '2022-06-01' }, 'ask 成文日期 2022-06-01 晚于完成时限 2022-05-31'],
    [{ issuer: '市税务局' }, 'ask 发文单位“市税务局”不在本任务的牵头、责任单位之中'],
    [{ issuer: '' }, 'ask 未填发文单位'],
    [{ docNumber: '五号文' }, 'ask 文号“五号文”不是〔年份〕序号的样式'],
    [{ docNumber: '' }, 'ask 未填文号'],
    [{ docNumber: '', title: '鄂州政办发〔2022〕12号.pdf' }, 'ok 有文号'],
  ])('%j: %s', (changes, expected) => {
    expect(words(changes)).toContain(expected);
  });
  test('the day of the limit is within it', () => {
    expect(words({ signedOn: '2022-05-31' })).toContain('ok 成文日期在完成时限之前');
  });
  test('a link to a front page, and one on the inside', () => {
    expect(words({ kind: 'LINK', url: 'https://a.example/' })).toContain('ask 网址是网站首页，不是具体页面');
    expect(words({ kind: 'LINK', url: 'http://10.0.0.1/a' })).toContain('ask 网址在内网，外单位可能打不开');
  });
  test('the same file elsewhere', () => {
    expect(words({}, { otherReports: 2, otherTasks: 3 }).slice(-2)).toEqual([
      'ask 同一材料还用于本清单另外 3 项任务',
      'ask 同一材料在本任务的另外 2 次填报中用过',
    ]);
  });
});

test.each([
  ['鄂州政发〔2022〕5号', true],
  ['鄂政办发[2022]12 号', true],
  ['鄂营商督（2022）第5号', true],
  ['2022年5号', false],
  ['〔2022〕5号', false],
])('%s is a document number: %s', (text, expected) => {
  expect(isDocNumber(text)).toBe(expected);
});
