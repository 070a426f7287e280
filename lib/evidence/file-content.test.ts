import { CFB } from '@e965/xlsx';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { docxOf, HEADER, makeXlsx } from '../../tests/support/hostile-files';
import { type ByteSource, judgeContent } from './file-content';

const bytesAsSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (at, length) => bytes.subarray(at, at + length),
});

const text = (words: string) => new TextEncoder().encode(words);
const bytes = (...values: number[]) => Uint8Array.from(values);
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const latin = (words: string) => new Uint8Array(Buffer.from(words, 'latin1'));
const compound = (...streams: string[]) => {
  const file = CFB.utils.cfb_new();
  for (const name of streams) CFB.utils.cfb_add(file, `/${name}`, Buffer.alloc(5000, 1));
  return new Uint8Array(CFB.write(file, { type: 'buffer' }) as Buffer);
};

const PDF = latin('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n');
const PNG = joined(
  bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13),
  latin('IHDR'),
  bytes(0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 12),
  latin('IDAT'),
  bytes(8, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0),
  latin('IEND'),
  bytes(0xae, 0x42, 0x60, 0x82),
);
const JPG = bytes(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xd9);
const GIF = joined(
  latin('GIF89a'),
  bytes(1, 0, 1, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b),
);
const ZIP = zipSync({ '说明.txt': strToU8('内容') });
const EXE = joined(latin('MZ'), bytes(0x90, 0, 3, 0, 0, 0), new Uint8Array(512));
const HTML = text('<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>');
const SVG = text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
const GB = latin('\xb6\xf5\xd6\xdd\xca\xd0\n'); // 鄂州市

const OFFICE_XML = '[Content_Types].xml';
const part = (name: string) => zipSync({ [OFFICE_XML]: strToU8('<Types/>'), [name]: strToU8('<x/>') });

const TAKEN: [title: string, name: string, content: Uint8Array, mediaType: string][] = [
  ['PDF', '报告.pdf', PDF, 'application/pdf'],
  ['大写的扩展名', '报告.PDF', PDF, 'application/pdf'],
  ['OFD', '批复.ofd', zipSync({ 'OFD.xml': strToU8('<ofd/>') }), 'application/ofd'],
  ['Word', '方案.docx', docxOf([HEADER]), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  [
    'Excel',
    '台账.xlsx',
    (() => {
      return makeXlsx({ sheets: [{ name: '一', rows: [['1']] }], parts: { [OFFICE_XML]: '<Types/>' } });
    })(),
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ],
  [
    'PowerPoint',
    '汇报.pptx',
    part('ppt/presentation.xml'),
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ],
  ['Word 97', '方案.doc', compound('WordDocument', '1Table'), 'application/msword'],
  ['WPS 文字', '方案.wps', compound('WordDocument'), 'application/wps-office.wps'],
  ['Excel 97', '台账.xls', compound('Workbook'), 'application/vnd.ms-excel'],
  ['WPS 表格', '台账.et', compound('Workbook'), 'application/wps-office.et'],
  ['PowerPoint 97', '汇报.ppt', compound('PowerPoint Document'), 'application/vnd.ms-powerpoint'],
  ['JPG', '现场.jpeg', JPG, 'image/jpeg'],
  ['PNG', '截图.png', PNG, 'image/png'],
  ['GIF', '图.gif', GIF, 'image/gif'],
  ['BMP', '图.bmp', joined(latin('BM'), bytes(70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0)), 'image/bmp'],
  ['WEBP', '图.webp', joined(latin('RIFF'), bytes(26, 0, 0, 0), latin('WEBPVP8L'), new Uint8Array(16)), 'image/webp'],
  [
    'HEIC',
    '照片.heic',
    joined(bytes(0, 0, 0, 24), latin('ftypheic'), bytes(0, 0, 0, 0), latin('mif1heic')),
    'image/heic',
  ],
  ['UTF-8 的文本', '说明.txt', text('\uFEFF鄂州市'), 'text/plain'],
  ['GB 18030 的文本', '数据.csv', GB, 'text/csv'],
  ['ZIP', '附件.zip', ZIP, 'application/zip'],
  ['RAR', '附件.rar', joined(latin('Rar!\x1A\x07\x01\x00'), new Uint8Array(20)), 'application/vnd.rar'],
  [
    '7Z',
    '附件.7z',
    joined(bytes(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4, 0, 0, 0, 0), new Uint8Array(20)),
    'application/x-7z-compressed',
  ],
];

test.each(TAKEN)('%s is taken: %s', async (_, name, content, mediaType) => {
  expect(await judgeContent(bytesAsSource(content), name)).toEqual({ mediaType, extension: '' });
});

test('a name without an extension gets that of its content', async () => {
  expect(await judgeContent(bytesAsSource(PDF), '报告')).toEqual({ mediaType: 'application/pdf', extension: '.pdf' });
});

const REFUSED: [title: string, name: string, content: Uint8Array][] = [
  ['空文件', '报告.pdf', new Uint8Array()],
  ['.exe 改名为 .pdf', '报告.pdf', EXE],
  ['.exe', '安装.exe', EXE],
  ['程序改名为 .docx', '方案.docx', joined(bytes(0x7f), latin('ELF'), bytes(2, 1, 1, 0), new Uint8Array(64))],
  ['网页', '页面.html', HTML],
  ['网页改名为 .txt', '说明.txt', HTML],
  ['网页改名为 .pdf', '报告.pdf', HTML],
  ['前面空了许多行的网页改名为 .csv', '数据.csv', joined(text('\n'.repeat(3000)), HTML)],
  ['带脚本的 SVG', '图.svg', SVG],
  ['带脚本的 SVG 改名为 .png', '图.png', joined(text('<?xml version="1.0"?>\n<!-- 图 -->\n'), SVG)],
  ['脚本改名为 .txt', '说明.txt', text('#!/bin/sh\nrm -rf /')],
  ['批处理改名为 .txt', '说明.txt', text('@echo off\r\ndel *.*')],
  ['XML', '数据.txt', text('<?xml version="1.0"?><data/>')],
  ['图片的扩展名不对', '截图.jpg', PNG],
  ['PDF 改名为 .docx', '方案.docx', PDF],
  ['没有传完整的 PDF', '报告.pdf', PDF.subarray(0, 40)],
  ['没有传完整的 Word', '方案.docx', docxOf([HEADER]).subarray(0, 400)],
  ['没有传完整的 PNG', '截图.png', PNG.subarray(0, 40)],
  ['带宏的 Word', '方案.docx', zipSync({ 'word/vbaProject.bin': strToU8('x'), 'word/document.xml': strToU8('x') })],
  ['带宏的 .xls', '台账.xls', compound('Workbook', '_VBA_PROJECT')],
  ['设有打开密码的 Word', '方案.docx', compound('EncryptedPackage', 'EncryptionInfo')],
  ['安装包（.msi）改名为 .doc', '方案.doc', compound('Property')],
  ['Java 程序改名为 .zip', '附件.zip', zipSync({ 'META-INF/MANIFEST.MF': strToU8('x'), 'A.class': strToU8('x') })],
  ['安卓程序', '办事.apk', zipSync({ 'AndroidManifest.xml': strToU8('x') })],
  ['RTF', '方案.rtf', text('{\\rtf1\\ansi x}')],
  ['视频', '现场.mp4', joined(bytes(0, 0, 0, 24), latin('ftypisom'), bytes(0, 0, 2, 0), latin('isomiso2'))],
  ['含有零字节的“文本”', '说明.txt', joined(text('鄂州'), bytes(0, 1, 2, 3))],
  ['什么都不是的字节', '报告.pdf', bytes(0xff, 0xff, 0xff, 0xff, 0x80, 0x80)],
];

/** What stands in docs/bad-evidence.md, by the title of the case. */
const told = new Map<string, string>();

test.each(REFUSED)('%s is refused: %s', async (title, name, content) => {
  const refusal = await judgeContent(bytesAsSource(content), name).then(
    () => null,
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ name: 'AppError', code: 'unreadable' });
  const { message } = refusal as Error;
  expect(message).toMatch(/没有保存/);
  told.set(title, message);
});

describe('files that are two things at once are served as the one they are stored as, which nothing runs', () => {
  const INERT: [title: string, name: string, content: Uint8Array, mediaType: string][] = [
    ['PDF 里夹着网页', '报告.pdf', joined(PDF.subarray(0, 9), HTML, PDF.subarray(9)), 'application/pdf'],
    ['GIF 后面接着 ZIP', '图.gif', joined(GIF, ZIP), 'image/gif'],
    [
      'GIF 的注释里夹着脚本',
      '图.gif',
      joined(GIF.subarray(0, 13), text('/*<script>alert(1)</script>*/'), GIF.subarray(13)),
      'image/gif',
    ],
    ['ZIP 里夹着 PDF', '附件.zip', zipSync({ 'a.pdf': PDF }), 'application/zip'],
  ];
  test.each(INERT)('%s', async (title, name, content, mediaType) => {
    expect((await judgeContent(bytesAsSource(content), name)).mediaType).toBe(mediaType);
    told.set(title, `收下，按 ${mediaType} 保存；只能作为附件下载，任何浏览器都不会运行其中的内容。`);
  });
  test.each([
    ['网页后面接着 PDF，名为 .pdf', '报告.pdf', joined(HTML, PDF)],
    ['GIF 后面接着 ZIP，名为 .zip', '附件.zip', joined(GIF, ZIP)],
    ['程序后面接着 ZIP，名为 .zip', '附件.zip', joined(EXE, ZIP)],
  ] as const)('%s is refused', async (title, name, content) => {
    const refusal = (await judgeContent(bytesAsSource(content), name).catch((error: unknown) => error)) as Error;
    expect(refusal).toMatchObject({ code: 'unreadable' });
    told.set(title, refusal.message);
  });
});

test('the table in docs/bad-evidence.md is what was told', async () => {
  const table = [
    '# What bad evidence is told',
    '',
    'Printed and checked by `bin/test` (lib/evidence/file-content.test.ts). What is said of the size, a cut line and a full disk is checked by tests/integration/evidence.test.ts.',
    '',
    '| 文件 | 告诉的话 |',
    '|---|---|',
    ...[...told].map(([title, words]) => `| ${title} | ${words.replaceAll('|', '\\|')} |`),
    '',
  ].join('\n');
  await expect(table).toMatchFileSnapshot('../../docs/bad-evidence.md');
});
