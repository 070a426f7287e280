import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameDifference, wordDifference } from './word-difference';

describe('wordDifference', () => {
  test('names the changed words', () => {
    expect(wordDifference('在超市等19个行业推进', '在超市等25个行业推进')).toContainEqual({
      text: '19',
      side: 'before',
    });
  });

  test('each side joined is its text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const parts = wordDifference(before, after);
        const side = (one: 'before' | 'after') =>
          parts
            .filter((part) => part.side === 'both' || part.side === one)
            .map(({ text }) => text)
            .join('');
        expect([side('before'), side('after')]).toEqual([before, after]);
      }),
    );
  });
});

test('nameDifference takes no name apart', () => {
  expect(nameDifference('市发改委', '市财政局、市发改委')).toEqual([
    { text: '市财政局、', side: 'after' },
    { text: '市发改委', side: 'both' },
  ]);
  expect(nameDifference('', '各区')).toEqual([{ text: '各区', side: 'after' }]);
});
