import { readFileSync } from 'node:fs';
import path from 'node:path';
import XLSX, { CFB } from '@e965/xlsx';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { detectFormat } from './detect';
import { LIMITS } from './source';

const root = path.join(import.meta.dirname, '../../..');
const read = (name: string) => new Uint8Array(readFileSync(path.join(root, name)));
const text = (words: string) => new TextEncoder().encode(words);

function zip(parts: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, words]) => [name, strToU8(words)])));
}

function compound(streams: Record<string, Uint8Array>): Uint8Array {
  const container = CFB.utils.cfb_new();
  for (const [name, bytes] of Object.entries(streams)) CFB.utils.cfb_add(container, `/${name}`, bytes);
  return new Uint8Array(CFB.write(container, { type: 'array' }) as ArrayLike<number>);
}

function workbook(bookType: 'xlsx' | 'biff8' | 'ods'): Uint8Array {
  const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet([['序号', '重点任务']]), '清单');
  return new Uint8Array(XLSX.write(book, { type: 'array', bookType }));
}

function wordDocument(flags: number): Uint8Array {
  const bytes = new Uint8Array(1024);
  bytes.set([0xec, 0xa5, 0xc1, 0x00]);
  bytes[11] = flags;
  return bytes;
}

/** A BIFF8 workbook: BOF, FILEPASS, EOF. */
const LOCKED_WORKBOOK = Uint8Array.from([0x09, 0x08, 2, 0, 0, 6, 0x2f, 0, 2, 0, 1, 0, 0x0a, 0, 0, 0]);

describe('the format is told by the content', () => {
  test.each([
    ['docx', read('seeds/office/ezhou-2022.docx')],
    ['xlsx', workbook('xlsx')],
    ['ods', workbook('ods')],
    ['xls', workbook('biff8')],
    ['doc', read('tests/fixtures/imports/ezhou-2022.doc')],
    ['pdf', read('tests/fixtures/imports/scanned.pdf')],
    ['pdf', text(`junk before\n%PDF-1.7\n`)],
    ['html', read('seeds/office/huarong-2023.html')],
    [
      'html',
      text('<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table><tr><td>序号</td></tr></table>'),
    ],
    ['text', read('seeds/documents/huarong-2023.txt')],
    ['text', text('一、加强领导，压实责任。\n二、完善机制，形成合力。')],
    ['text', text('序号\t任务\n1\t推进“一照多址”')],
    ['csv', text('序号,任务,牵头单位\n1,推进,市住建局\n2,"a,b",市住建局\n3,c,d')],
  ])('%s, whatever its name', (format, bytes) => {
    expect(detectFormat(bytes, '清单.exe')).toBe(format);
  });

  test('between .csv and text the name decides', () => {
    expect(detectFormat(text('序号,任务'), '清单.CSV')).toBe('csv');
    expect(detectFormat(text('序号\t任务\n1\t推进'), '清单.csv')).toBe('text');
  });
});

describe('what cannot be read is refused with what to do', () => {
  test.each([
    ['an empty file', new Uint8Array(0), /空的/],
    ['blank text', text(' \n \n'), /空的/],
    ['a program renamed to .docx', Uint8Array.from([0x4d, 0x5a, 0x90, 0x00, 0x03]), /程序文件/],
    ['a Linux program', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2]), /程序文件/],
    ['a script', text('#!/bin/sh\necho'), /程序文件/],
    ['a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d]), /图片.*文字识别/],
    ['a bitmap', Uint8Array.from([0x42, 0x4d, 9, 9, 9, 9, 0, 0, 0, 0]), /图片/],
    ['a photograph of a telephone', Uint8Array.from([0, 0, 0, 24, ...text('ftypheic')]), /图片/],
    ['an archive', text('Rar!\u001a'), /先解压/],
    ['another zip', zip({ 'a.txt': '1' }), /先解压/],
    ['rich text', text('{\\rtf1\\ansi'), /RTF.*\.docx/],
    ['a single-file web page', text('MIME-Version: 1.0\nContent-Type: multipart/related'), /\.mht/],
    ['an OpenDocument text', zip({ mimetype: 'application/vnd.oasis.opendocument.text' }), /\.odt.*\.docx/],
    ['an OFD', zip({ 'OFD.xml': '<ofd/>' }), /OFD.*另存为 PDF 或 Word/],
    ['slides', zip({ 'ppt/presentation.xml': '<p/>' }), /演示文稿/],
    ['a binary workbook', zip({ 'xl/workbook.bin': '1' }), /\.xlsx/],
    ['a Word document with macros', zip({ 'word/document.xml': '<w/>', 'word/vbaProject.bin': '1' }), /宏.*\.docx/],
    [
      'a workbook for macros',
      zip({
        'xl/workbook.xml': '<w/>',
        '[Content_Types].xml': '<Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>',
      }),
      /宏.*\.xlsx/,
    ],
    ['an encrypted .docx', compound({ EncryptedPackage: text('1'), EncryptionInfo: text('2') }), /密码/],
    ['an encrypted .doc', compound({ WordDocument: wordDocument(0x01) }), /密码/],
    [
      'a .doc with macros',
      compound({ WordDocument: wordDocument(0), 'Macros/VBA/_VBA_PROJECT': text('1') }),
      /宏.*\.docx/,
    ],
    ['an encrypted .xls', compound({ Workbook: LOCKED_WORKBOOK }), /密码/],
    [
      'an .xls with macros',
      compound({ Workbook: LOCKED_WORKBOOK.slice(10), '_VBA_PROJECT_CUR/VBA/_VBA_PROJECT': text('1') }),
      /宏.*\.xlsx/,
    ],
    ['a compound file of another kind', compound({ Something: text('1') }), /另存为/],
    ['a spreadsheet as XML', text('<?xml version="1.0"?><Workbook/>'), /XML.*\.xlsx/],
    ['a zip that breaks off', zip({ 'word/document.xml': '<w/>' }).slice(0, 40), /损坏/],
    ['a compound file that breaks off', read('tests/fixtures/imports/ezhou-2022.doc').slice(0, 600), /损坏/],
    ['binary rubbish', Uint8Array.from({ length: 4000 }, (_, index) => (index * 7919) % 251), /文件/],
  ])('%s', (_, bytes, words) => {
    expect(() => detectFormat(bytes, '清单.docx')).toThrow(
      expect.objectContaining({ code: 'unreadable', message: expect.stringMatching(words) }),
    );
  });

  test('a WPS document of its own format', () => {
    expect(() => detectFormat(compound({ WordDocument: wordDocument(0) }), '清单.wps')).toThrow(
      /WPS 打开后另存为 \.docx/,
    );
  });

  test('a file over the limit, naming its size and the limit', () => {
    expect(() => detectFormat(new Uint8Array(LIMITS.bytes + 1), '清单.docx')).toThrow(/50\.1 MB，超过 50 MB/);
  });
});
