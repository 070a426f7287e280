import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countChars } from '@/lib/text';
import { cleanFileName, extensionOf } from './file-name.rules';

describe('cleanFileName', () => {
  test.each([
    ['营商环境报告.pdf', '营商环境报告.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\Windows\\system32\\x.docx', 'x.docx'],
    ['/srv/data/', '未命名'],
    ['...', '未命名'],
    ['', '未命名'],
    ['.htaccess', 'htaccess'],
    ['报告\u0000\r\n终稿.pdf', '报告 终稿.pdf'],
    ['报\u202Efdp.exe', '报fdp.exe'],
    ['a<b>c:"d".pdf', 'a_b_c__d_.pdf'],
    ['e\u0301.pdf', 'é.pdf'],
    ['名字.pdf. . ', '名字.pdf'],
  ])('%j is kept as %j', (given, kept) => {
    expect(cleanFileName(given, 120)).toBe(kept);
  });

  test('300 字 are cut to 120 with the extension kept', () => {
    const name = cleanFileName(`${'鄂'.repeat(300)}.docx`, 120);
    expect(countChars(name)).toBe(120);
    expect(name).toMatch(/…\.docx$/);
  });

  test('never a path, never invisible, never longer, and cleaning again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = cleanFileName(given, 120);
        expect(name).not.toMatch(/[/\\\u202A-\u202E\p{Control}]/u);
        expect(name).not.toMatch(/^\.{1,2}$/);
        expect(countChars(name)).toBeLessThanOrEqual(120);
        expect(name).not.toBe('');
        expect(cleanFileName(name, 120)).toBe(name);
      }),
    );
  });
});

test.each([
  ['a.PDF', 'pdf'],
  ['a.tar.gz', 'gz'],
  ['a', ''],
  ['.pdf', ''],
  ['a.超长', ''],
])('the extension of %s is "%s"', (name, extension) => {
  expect(extensionOf(name)).toBe(extension);
});
