import { expect, test } from 'vitest';
import { printedBeside } from './question.rules';

const cells = { text: '建立机制。', lead: '市科技局', responsible: '', deadline: '2022年6月底', group: null };

test('a question about a cell stands beside that cell', () => {
  expect(printedBeside('lead', cells)).toEqual([{ label: '牵头单位', words: '市科技局' }]);
});

test('a cell printed empty is said to be so, a column the document has not is left out', () => {
  expect(printedBeside('responsible', cells)).toEqual([{ label: '责任单位', words: '（空白）' }]);
  expect(printedBeside('group', cells)).toEqual([]);
});

test('a question about the row stands beside its units and its date, one about the layout beside its text', () => {
  expect(printedBeside('row', cells).map(({ label }) => label)).toEqual(['牵头单位', '责任单位', '完成时限']);
  expect(printedBeside('source', cells)).toEqual([{ label: '任务文字', words: '建立机制。' }]);
});

test('a question about the document has no row beside it', () => {
  expect(printedBeside('document', null)).toEqual([]);
});
