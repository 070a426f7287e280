import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, compactText, countChars, escapeLike, halfWidthBrackets, highlightParts, truncate } from './text';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

describe('cleanText', () => {
  test('composes, joins line ends and drops what cannot be seen', () => {
    expect(cleanText('\uFEFF e\u0301\r\n市\u200B住\u202E建\u0000局\r \t科\u0007\u3000')).toBe('é\n市住建局\n \t科');
  });

  test('drops a lone surrogate and keeps a pair', () => {
    expect(cleanText('a\uD800b\u{2070E}')).toBe('ab\u{2070E}');
  });

  test('drops what XML 1.0 does not allow', () => {
    expect(cleanText('请抓紧\uFFFE推\uFFFF进\u{1FFFE}\uFDD0。')).toBe('请抓紧推进。');
  });

  test('twice is the same as once, for any text', () => {
    const hidden = fc.string({
      unit: fc.constantFrom('e', '\u0301', '\u200B', '\r', '\n', ' ', '\uFEFF', '\u0000', '局'),
    });
    fc.assert(
      fc.property(fc.oneof(anyText, hidden), (text) => {
        expect(cleanText(cleanText(text))).toBe(cleanText(text));
      }),
    );
  });

  test('full-width punctuation and Chinese brackets stay as printed', () => {
    expect(cleanText('（一）“1050”，标准。')).toBe('（一）“1050”，标准。');
  });
});

test('compactText removes every kind of white space', () => {
  expect(compactText(' 市 住\u3000建\n局\u00A0 ')).toBe('市住建局');
});

test('halfWidthBrackets leaves other brackets alone', () => {
  expect(halfWidthBrackets('区发改经信局（发改）〔2022〕')).toBe('区发改经信局(发改)〔2022〕');
});

describe('truncate', () => {
  test('counts code points and marks the cut', () => {
    expect(truncate('一二三四五', 5)).toBe('一二三四五');
    expect(truncate('一二三四五', 4)).toBe('一二三…');
    expect(truncate('\u{2070E}\u{2070E}\u{2070E}', 2)).toBe('\u{2070E}…');
  });
  test('never exceeds its limit', () => {
    fc.assert(
      fc.property(anyText, fc.nat(80), (text, limit) => {
        expect(countChars(truncate(text, limit))).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

describe('highlightParts', () => {
  test('finds every occurrence whatever its case', () => {
    expect(highlightParts('App与APP', 'app')).toEqual([
      { text: 'App', hit: true },
      { text: '与', hit: false },
      { text: 'APP', hit: true },
    ]);
  });
  test('takes the query literally', () => {
    expect(highlightParts('a.b(c', '.b(').filter((part) => part.hit)).toEqual([{ text: '.b(', hit: true }]);
    expect(highlightParts('axb', '.')).toEqual([{ text: 'axb', hit: false }]);
  });
  test('an empty query hits nothing', () => {
    expect(highlightParts('局', ' ')).toEqual([{ text: '局', hit: false }]);
    expect(highlightParts('', '局')).toEqual([]);
  });
  test('the parts joined are the text, for any text and query', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, query) => {
        const joined = highlightParts(text, query)
          .map((part) => part.text)
          .join('');
        expect(joined).toBe(text);
      }),
    );
  });
});

test('escapeLike escapes the wildcards and the escape itself', () => {
  expect(escapeLike('100%_a\\b')).toBe('100\\%\\_a\\\\b');
});
