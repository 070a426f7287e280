import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerpts } from './excerpts';

const head = Array.from({ length: 20 }, (_, index) => `市${index}局`).join('、');

describe('excerpts', () => {
  test('short values stay whole', () => {
    expect(excerpts(['市商务局', '市文旅局'])).toEqual(['市商务局', '市文旅局']);
  });
  test('long values show the names in which they differ, with a neighbour', () => {
    expect(excerpts([`${head}、市商务局、市文旅局、${head}`, `${head}、市商务局市文旅局、${head}`])).toEqual([
      '…市19局、市商务局、市文旅局、市0局…',
      '…市19局、市商务局市文旅局、市0局…',
    ]);
  });
  test('different values never look the same', () => {
    const names = fc.array(fc.constantFrom('市财政局', '市公安局', '各区', '市税务局'), {
      minLength: 12,
      maxLength: 30,
    });
    fc.assert(
      fc.property(names, names, (one, other) => {
        const values = [one.join('、'), other.join('、')];
        fc.pre(values[0] !== values[1]);
        const [first, second] = excerpts(values);
        expect(first).not.toBe(second);
      }),
    );
  });
});
