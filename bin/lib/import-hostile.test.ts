// What a person is told of files as bad as they come. Each stands around a list that by itself is read without a question, so that whatever is
// asked is about the one thing that is wrong.
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { readSource } from '@/lib/imports/readers/read-source';
import { readList } from '@/lib/imports/reading/list-reading';
import type { Reading } from '@/lib/imports/reading/reading.schema';
import { AppError } from '@/lib/server/errors';
import { registrySchema } from '@/lib/units/registry.schema';
import { registryFromSeed } from '@/lib/units/unit-names.rules';
import {
  compoundOf,
  csvOf,
  docxOf,
  HEADER,
  htmlOf,
  KILLERS,
  makeXlsx,
  manyRows,
  PROGRAM,
  promising,
  proseOf,
  ROWS,
  RUBBISH,
  sheetRows,
  TITLE,
  textOf,
  withStream,
  wordParagraphs,
  xlsOf,
  xlsxOf,
  zipOf,
} from '../../tests/support/hostile-files';
import { cell, makeDocx, paragraph, row, run, table } from '../../tests/support/make-docx';

const registry = registrySchema.parse(JSON.parse(fs.readFileSync('seeds/units.json', 'utf8')));
const scope = registryFromSeed(registry);

/** What stands in docs/bad-input.md, by the title of the case. */
const told = new Map<string, string>();

async function read(bytes: Uint8Array, fileName: string): Promise<Reading> {
  return readList(await readSource(bytes, { fileName }), { fileName, scope, regions: registry.regions });
}

const LIST = [HEADER, ...ROWS];
const SHEET = [[TITLE], ...LIST];
const utf8 = (words: string) => new TextEncoder().encode(words);
const fixture = (name: string) => new Uint8Array(fs.readFileSync(`tests/fixtures/imports/${name}`));
const changed = (at: number, column: number, words: string) =>
  LIST.map((texts, index) => (index === at ? texts.with(column, words) : texts));
const wide = LIST.map((texts, index) => [
  ...texts,
  ...Array.from({ length: 96 }, (_, n) => `${index ? '值' : '列'}${n}`),
]);
const long = [HEADER, ...manyRows(10_001)];
const megabytes = (count: number) => new Uint8Array(count * 1024 * 1024);

/** A Word file of the list whose cells are XML where they begin with an element. */
function word(rows: string[][], around: { before?: string; numbering?: string; comments?: string } = {}): Uint8Array {
  const { before = '', ...parts } = around;
  const cells = (texts: string[]) => row(texts.map((one) => cell(one.startsWith('<w:') ? one : wordParagraphs(one))));
  return makeDocx({ body: `${paragraph(TITLE)}${before}${table(...rows.map(cells))}`, ...parts });
}

const sheet = (rows: string, parts?: Record<string, string>) =>
  makeXlsx({ sheets: [{ name: '任务清单', rows }], ...(parts && { parts }) });
const plainDate = '<c t="inlineStr"><is><t xml:space="preserve">2022年12月底</t></is></c>';

const LAUGHS = `<!DOCTYPE a [<!ENTITY a0 "哈">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`).join('')}]>`;
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const laughing = `<?xml version="1.0"?>${LAUGHS}<w:document xmlns:w="${WORD}"><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>`;

type Refused = [input: string, fileName: string, bytes: () => Uint8Array, words: RegExp];

const REFUSED: Refused[] = [
  [
    '设有打开密码的 .docx、.xlsx',
    '清单.docx',
    () => compoundOf({ EncryptedPackage: utf8('1'), EncryptionInfo: utf8('2') }),
    /密码.*取消密码/,
  ],
  [
    '设有打开密码的 .doc',
    '清单.doc',
    () => withStream(fixture('zengdu-2022.doc'), 'WordDocument', (content) => content!.with(11, content![11]! | 1)),
    /密码.*取消密码/,
  ],
  ['设有打开密码的 PDF', '清单.pdf', () => fixture('locked.pdf'), /密码.*另存/],
  [
    '带宏的 Word 文档（.docm）',
    '清单.docm',
    () => zipOf({ 'word/document.xml': '<w/>', 'word/vbaProject.bin': '1' }),
    /宏.*\.docx/,
  ],
  [
    '带宏的工作簿（.xlsm）',
    '清单.xlsm',
    () => zipOf({ 'xl/workbook.xml': '<w/>', 'xl/vbaProject.bin': '1' }),
    /宏.*\.xlsx/,
  ],
  [
    '带宏的 .doc',
    '清单.doc',
    () => withStream(fixture('zengdu-2022.doc'), 'Macros/VBA/_VBA_PROJECT', () => utf8('1')),
    /宏.*\.docx/,
  ],
  [
    '带宏的 .xls',
    '清单.xls',
    () => withStream(xlsOf(LIST), '_VBA_PROJECT_CUR/VBA/_VBA_PROJECT', () => utf8('1')),
    /宏.*\.xlsx/,
  ],
  [
    '压缩炸弹：一个部件压到千分之一',
    '清单.docx',
    () => zipOf({ 'word/document.xml': megabytes(150) }),
    /压缩比超过 200 倍/,
  ],
  [
    '压缩炸弹：许多部件，合计过大',
    '清单.xlsx',
    () => zipOf(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`xl/${n}.xml`, megabytes(1)]))),
    /超过 200 MB/,
  ],
  ['压缩炸弹：压缩包里的压缩包', '清单.zip', () => zipOf({ 'a.zip': zipOf({ b: megabytes(50) }) }), /先解压/],
  ['压缩炸弹：谎报的大小', '清单.docx', () => promising(zipOf({ 'word/document.xml': megabytes(50) }), 1000), /损坏/],
  ['docx 里的实体声明（十亿次哈）', '清单.docx', () => zipOf({ 'word/document.xml': laughing }), /DOCTYPE.*另存/],
  [
    'xlsx 里的实体声明（十亿次哈）',
    '清单.xlsx',
    () =>
      sheet(sheetRows(SHEET), {
        'xl/sharedStrings.xml': `<?xml version="1.0"?>${LAUGHS}<sst><si><t>&a9;</t></si></sst>`,
      }),
    /DOCTYPE.*另存/,
  ],
  [
    '内部 XML 嵌套极深的 docx',
    '清单.docx',
    () => makeDocx({ body: `${'<w:sdt>'.repeat(5000)}${'</w:sdt>'.repeat(5000)}` }),
    /嵌套超过 500 层/,
  ],
  ['嵌套极深的网页', '清单.html', () => utf8(`${'<div>'.repeat(100_000)}序号`), /嵌套超过 1000 层/],
  ['超过 50 MB 的文件', '清单.docx', () => megabytes(60), /60\.0 MB，超过 50 MB/],
  ['超过 10,000 行的 docx', '清单.docx', () => docxOf(long), /表1.*10,000 行/],
  ['超过 10,000 行的 xlsx', '清单.xlsx', () => xlsxOf(long), /工作表“任务清单”.*10,000 行/],
  ['超过 10,000 行的 xls', '清单.xls', () => xlsOf(long), /10,000 行/],
  ['超过 10,000 行的 csv', '清单.csv', () => csvOf(long), /10,000 行/],
  ['超过 10,000 行的网页', '清单.html', () => htmlOf(long), /表1.*10,000 行/],
  ['超过 10,000 行的文本表格', '清单.txt', () => textOf(long), /10,000 行/],
  ['超过 10,000 项的正文清单', '清单.txt', () => proseOf(manyRows(10_001)), /10,001 行.*10,000 行/],
  ['超过 100 列的 docx', '清单.docx', () => docxOf(wide), /表1.*100 列/],
  ['超过 100 列的 xlsx', '清单.xlsx', () => xlsxOf(wide), /工作表“任务清单”的 CW2.*100 列/],
  ['超过 100 列的 csv', '清单.csv', () => csvOf(wide), /101 列.*100 列/],
  ['超过 100 列的网页', '清单.html', () => htmlOf(wide), /表1.*100 列/],
  ['超过 100 列的文本', '清单.txt', () => textOf(wide), /101 列.*100 列/],
  ['WPS 专有格式 .wps', '清单.wps', () => fixture('zengdu-2022.doc'), /WPS 打开后另存为 \.docx/],
  ['OFD', '清单.ofd', () => zipOf({ 'OFD.xml': '<ofd/>' }), /OFD.*另存为 PDF 或 Word/],
  ['只有表头的空表', '清单.docx', () => word([HEADER]), /表1只有表头/],
  ['各格都空的表', '清单.docx', () => word([HEADER, ...ROWS.map((texts) => texts.map(() => ''))]), /表1只有表头/],
  [
    '没有表格、也没有标注单位的正文',
    '清单.docx',
    () => makeDocx({ body: paragraph('各有关单位：请认真贯彻执行。') }),
    /没有读到任务清单/,
  ],
  [
    '不是任务清单的表格',
    '清单.docx',
    () =>
      word([
        ['姓名', '电话'],
        ['张三', '1234567'],
      ]),
    /没有一个是任务清单/,
  ],
  ['改名为 .docx 的程序', '清单.docx', () => PROGRAM, /程序文件/],
  ['改名为 .xlsx 的程序', '清单.xlsx', () => PROGRAM, /程序文件/],
  ['改名为 .pdf 的程序', '清单.pdf', () => PROGRAM, /程序文件/],
  ['没传完的 docx', '清单.docx', () => docxOf(LIST).slice(0, -400), /没有传完整/],
  ['没传完的 xlsx', '清单.xlsx', () => xlsxOf(LIST).slice(0, -400), /没有传完整/],
  ['没传完的 doc', '清单.doc', () => fixture('zengdu-2022.doc').slice(0, 150_000), /没有传完整/],
  ['没传完的 xls', '清单.xls', () => fixture('zengdu-2022.xls').slice(0, 30_000), /没有传完整/],
  ['没传完的 PDF', '清单.pdf', () => fixture('ezhou-housing-2022.pdf').slice(0, 100_000), /已损坏/],
  ['坏字节的 docx', '清单.docx', () => docxOf(LIST).fill(0, 60, 400), /损坏/],
  [
    '只有图片的 docx',
    '清单.docx',
    () => makeDocx({ body: '<w:p><w:r><w:drawing><pic:pic/></w:drawing></w:r></w:p>' }),
    /图片或扫描件.*文字识别/,
  ],
  ['扫描件 PDF', '清单.pdf', () => fixture('scanned.pdf'), /扫描件.*文字识别/],
  ['空文件', '清单.docx', () => new Uint8Array(), /空的/],
  ['杂乱的字节', '清单.docx', () => RUBBISH, /认不出/],
  ['杂乱的字节，名为 .txt', '清单.txt', () => RUBBISH, /不是可读的文本/],
  [
    '一行 5 MB 的文本',
    '清单.txt',
    () => utf8('优化营商环境。'.repeat(250_000)),
    /第1行有 1,750,000 字，超过.*50,000 字/,
  ],
];

const isForPeople = (words: string) =>
  /^[^\n]*请[^\n]*。$/u.test(words) && !/Error|undefined|null|node_modules|\bat |\/\w+\/|编号 [0-9A-F]{8}/.test(words);

test.each(REFUSED)(
  '%s is refused with what to do',
  async (input, fileName, bytes, words) => {
    const error = await read(bytes(), fileName).then(
      (reading) => new Error(`read ${reading.rows.length} rows`),
      (refusal: unknown) => refusal,
    );
    expect(error).toBeInstanceOf(AppError);
    const { code, message } = error as AppError;
    told.set(input, `不读：${message}`);
    expect([code, message]).toEqual(['unreadable', expect.stringMatching(words)]);
    expect([message, isForPeople(message)]).toEqual([message, true]);
  },
  30_000,
);

const BOX = `<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx><w:txbxContent><w:p>${run('第4项另行通知')}</w:p></w:txbxContent></wps:txbx></wps:wsp></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>`;
const AUTOMATIC = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>';
const NUMBERING =
  '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>';
const revised = `<w:p>${run('2022年')}<w:del w:id="1" w:author="a"><w:r><w:delText>6</w:delText></w:r></w:del><w:ins w:id="2" w:author="a">${run('9')}</w:ins>${run('月底')}</w:p>`;
const remarked = `<w:p>${run('2022年5月底')}<w:r><w:commentReference w:id="0"/></w:r></w:p>`;

/** asked: one pattern for each question, in order; told: one for each notice. check: what else must be so. */
type Wanted = { rows?: number; asked?: RegExp[]; told?: RegExp[]; check?: (reading: Reading) => void };
type Readable = [input: string, fileName: string, bytes: () => Uint8Array, wanted: Wanted];

const dueOf = (index: number, dueOn: string) => (reading: Reading) =>
  expect(reading.rows[index]!.deadline.dueOn).toBe(dueOn);
const asRead = (reading: Reading) => expect(reading.rows.map(({ text }) => text)).toEqual(ROWS.map(([, text]) => text));

const READABLE: Readable[] = [
  [
    '修订痕迹',
    '清单.docx',
    () => word(changed(1, 4, revised)),
    { told: [/修订痕迹.*表1第2行.*接受全部修订/], check: dueOf(0, '2022-09-30') },
  ],
  [
    '修订中删去的整行',
    '清单.docx',
    () =>
      makeDocx({
        body: `${paragraph(TITLE)}${table(...LIST.map((texts, n) => row(texts, n === 3 ? '<w:del w:id="1" w:author="a"/>' : '')))}`,
      }),
    { rows: 2, told: [/修订痕迹.*表1第4行/] },
  ],
  [
    '批注',
    '清单.docx',
    () =>
      word(changed(1, 4, remarked), {
        comments: `<w:comment w:id="0" w:author="a"><w:p>${run('时限要改')}</w:p></w:comment>`,
      }),
    { told: [/1 条批注（表1第2行）/], check: dueOf(0, '2022-05-31') },
  ],
  [
    '整行加删除线',
    '清单.docx',
    () => word(LIST.map((texts, n) => (n === 2 ? texts.map((one) => `<w:p>${run(one, '<w:strike/>')}</w:p>`) : texts))),
    { asked: [/^表1第3行，整行加了删除线/] },
  ],
  [
    '自动编号（数字不在文件里）',
    '清单.docx',
    () =>
      word(
        LIST.map((texts, n) => (n > 0 ? texts.with(0, AUTOMATIC) : texts)),
        { numbering: NUMBERING },
      ),
    { check: (reading) => expect(reading.rows.map(({ seq }) => seq)).toEqual([1, 2, 3]) },
  ],
  [
    '自动编号，编号的定义已丢失',
    '清单.docx',
    () => word(LIST.map((texts, n) => (n > 0 ? texts.with(0, AUTOMATIC) : texts))),
    { asked: [/没有序号/] },
  ],
  [
    '文本框',
    '清单.docx',
    () => word(LIST, { before: BOX }),
    { asked: [/文本框里的文字.*第4项另行通知/], check: asRead },
  ],
  [
    '表格套表格',
    '清单.docx',
    () => word(changed(2, 1, `${table(row(['并联审批', '联合验收']))}<w:p/>`)),
    { asked: [/套着表格（表1第3行）/] },
  ],
  [
    '单元格里只有图片',
    '清单.docx',
    () => word(changed(2, 4, '<w:p><w:r><w:drawing><pic:pic/></w:drawing></w:r></w:p>')),
    { asked: [/只有图片（表1第3行）/, /完成时限为空/], told: [/1 张图片/] },
  ],
  [
    '公式',
    '清单.xlsx',
    () => sheet(sheetRows(SHEET).replace(plainDate, '<c t="str"><f>A1</f><v>2022年10月底</v></c>')),
    { check: dueOf(1, '2022-10-31') },
  ],
  [
    '没有存下结果的公式',
    '清单.xlsx',
    () => sheet(sheetRows(SHEET).replace(plainDate, '<c t="str"><f>A1</f></c>')),
    { asked: [/E4 的公式没有保存结果/, /完成时限为空/] },
  ],
  [
    '错误值',
    '清单.xlsx',
    () => sheet(sheetRows(SHEET).replace(plainDate, '<c t="e"><v>#REF!</v></c>')),
    { asked: [/E4 是错误值“#REF!”/, /#REF!/] },
  ],
  [
    '隐藏的行',
    '清单.xlsx',
    () => sheet(sheetRows(SHEET, (n) => (n === 3 ? ' hidden="1"' : ''))),
    { asked: [/隐藏的/] },
  ],
  [
    '隐藏的工作表',
    '清单.xlsx',
    () =>
      makeXlsx({
        sheets: [
          { name: '旧稿', rows: [[TITLE], HEADER, ...manyRows(6)], state: 'hidden' },
          { name: '任务清单', rows: SHEET },
        ],
      }),
    { asked: [/隐藏/, /还有另一份清单：工作表“旧稿”/], check: asRead },
  ],
  [
    '两个表，像是同一份清单',
    '清单.docx',
    () =>
      makeDocx({
        body: [
          LIST,
          [
            ['序号', '工作任务', '完成时限', '责任单位', '牵头单位'],
            ...ROWS.map((r) => [r[0]!, `再${r[1]}`, r[4]!, r[3]!, r[2]!]),
          ],
        ]
          .map((rows, n) => paragraph(n === 0 ? TITLE : '附件2：工作安排') + table(...rows.map((texts) => row(texts))))
          .join(''),
      }),
    { rows: 6, asked: [/表2的列与表1相同.*已作为同一份清单读取/] },
  ],
  [
    '全角数字、半角标点混用',
    '清单.html',
    () =>
      htmlOf(
        changed(2, 4, '２０２２年１２月底').map((r, n) => (n === 1 ? r.with(3, '市税务局,市公安局;市司法局') : r)),
      ),
    { check: dueOf(1, '2022-12-31') },
  ],
  ['繁体字的单位', '清单.html', () => htmlOf(changed(2, 3, '市稅務局')), { asked: [/“市稅務局”/] }],
  ['私用区字符', '清单.html', () => htmlOf(changed(2, 1, '实行工程\ue123建设审批。')), { asked: [/认不出的字符/] }],
  [
    '零宽字符',
    '清单.html',
    () => htmlOf(changed(2, 4, '2022年1\u200b2月底')),
    { told: [/表1第3行.*看不见的字符/], check: dueOf(1, '2022-12-31') },
  ],
  [
    '以等号开头的单元格（表格公式注入）',
    '清单.csv',
    () => csvOf(changed(1, 1, "=cmd|' /C calc'!A0")),
    { check: (reading) => expect(reading.rows[0]!.text).toContain('=cmd|') },
  ],
  [
    'UTF-16 文本',
    '清单.txt',
    () => new Uint8Array(Buffer.from(`\ufeff${new TextDecoder().decode(textOf(LIST))}`, 'utf16le')),
    { check: asRead },
  ],
  ['名为 .wps 的 docx', '清单.wps', () => word(LIST), { check: asRead }],
];

test.each(READABLE)('%s: read, and the person hears of it', async (input, fileName, bytes, wanted) => {
  const { rows = 3, asked = [], told: heard = [], check } = wanted;
  const reading = await read(bytes(), fileName);
  const questions = reading.questions.map(({ text, place, row }) => {
    const where = row === null ? place : reading.rows[row]!.source.place;
    return where === '' || text.includes(where) ? text : `${where}，${text}`;
  });
  const notices = reading.notices.map((notice) => `说明：${notice}`);
  told.set(input, [...questions.map((text) => `问：${text}`), ...notices].join('；') || '照常读取');
  expect(reading.rows).toHaveLength(rows);
  expect(questions).toEqual(asked.map((pattern) => expect.stringMatching(pattern)));
  expect(notices).toEqual(heard.map((pattern) => expect.stringMatching(pattern)));
  check?.(reading);
});

test('the table in docs/bad-input.md is what was told', async () => {
  const line = ([input]: Refused | Readable) => `| ${input} | ${(told.get(input) ?? '').replaceAll('|', '\\|')} |`;
  const table = [
    '# What bad input is told',
    '',
    'Printed and checked by `bin/test` (bin/lib/import-hostile.test.ts). 不读: refused, exit code 1. 问: a question of the review. 说明: said, nothing to decide.',
    '',
    '| 文件 | 告诉的话 |',
    '|---|---|',
    ...REFUSED.map(line),
    ...READABLE.map(line),
    '',
  ].join('\n');
  await expect(table).toMatchFileSnapshot('../../docs/bad-input.md');
});

const shapes: [shape: string, fileName: string, of: (words: string) => Uint8Array][] = [
  [
    'every cell',
    '清单.html',
    (words) =>
      htmlOf([...LIST, ...HEADER.map((_, column) => ['4', '推进。', '市住建局', '', '全年'].with(column, words))]),
  ],
  ['the header', '清单.html', (words) => htmlOf(changed(0, 1, `重点任务${words}`))],
  [
    'the head of the page',
    '清单.html',
    (words) => utf8(`<meta charset="utf-8"><p>${words}</p>${new TextDecoder().decode(htmlOf(LIST))}`),
  ],
  ['running text', '清单.txt', (words) => utf8(`${new TextDecoder().decode(proseOf(ROWS))}${words}\n`)],
  [
    'brackets',
    '清单.txt',
    (words) => proseOf([...ROWS, ['4', '推进。', ...Array.from({ length: 3 }, () => words.slice(0, 16_000))]]),
  ],
  ['a text', '清单.txt', utf8],
  ['tabbed lines', '清单.txt', (words) => textOf([...LIST, ['4', words, words, words, words]])],
];

/** The whole must stay under 30 seconds; a pattern that goes wrong takes minutes. */
const PATIENCE = 20_000;

test.each(shapes)(
  'no pattern takes for ever over a cell full of like characters in %s',
  async (_, fileName, of) => {
    for (const [name, words] of Object.entries(KILLERS)) {
      const start = performance.now();
      await read(of(words), fileName).catch((error: unknown) => expect(error).toBeInstanceOf(AppError));
      expect(`${name} ${performance.now() - start < PATIENCE}`).toBe(`${name} true`);
    }
  },
  120_000,
);
