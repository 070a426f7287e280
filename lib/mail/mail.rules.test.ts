import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headerLine, htmlOf, isMailAddress } from './mail.rules';

test.each([
  'a@example.gov.cn\nBcc: b@example.com',
  'a@example.gov.cn, b@example.com',
  'A <a@example.gov.cn>',
  'a@example.gov.cn ',
  '"x"@example.gov.cn',
  'a@',
  '',
])('%j is no plain address', (address) => expect(isMailAddress(address)).toBe(false));

test('a plain address is one', () => expect(isMailAddress('zhang.san@ezhou.gov.cn')).toBe(true));

test('a header is one line', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Control}\u2028\u2029]/u.test(headerLine(text))));
  expect(headerLine('提醒\r\nBcc: x@example.com')).toBe('提醒 Bcc: x@example.com');
});

test('HTML shows text and links, and runs nothing', () => {
  const html = htmlOf('<script>alert(1)</script>\nhttps://ledger.example/tasks/1?a=1&b="2"。');
  expect(html).not.toContain('<script');
  expect(html).toContain('<a href="https://ledger.example/tasks/1?a=1&amp;b=&quot;2&quot;">');
});
