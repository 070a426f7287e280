import { readFileSync } from 'node:fs';
import { CFB, utils, type WorkSheet, write } from '@e965/xlsx';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { AppError } from '@/lib/server/errors';
import type { SourceContent, SourceTable } from './source';
import { readWorkbook } from './workbook';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A small .xlsx of one sheet named 任务清单, its parts as Excel writes them. */
function xlsx(
  sheet: string,
  parts: { strings?: string; styles?: string; more?: Record<string, string>; relations?: string } = {},
): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries({
        '_rels/.rels': `${HEAD}<Relationships><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        'xl/workbook.xml': `${HEAD}<workbook><sheets><sheet name="任务清单" sheetId="1" r:id="rId1"/></sheets></workbook>`,
        'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="${OFFICE}/styles" Target="/xl/styles.xml"/></Relationships>`,
        'xl/sharedStrings.xml': `${HEAD}<sst>${parts.strings ?? ''}</sst>`,
        'xl/styles.xml': `${HEAD}<styleSheet>${parts.styles ?? ''}</styleSheet>`,
        'xl/worksheets/sheet1.xml': `${HEAD}<worksheet>${sheet}</worksheet>`,
        ...(parts.relations && {
          'xl/worksheets/_rels/sheet1.xml.rels': `${HEAD}<Relationships>${parts.relations}</Relationships>`,
        }),
        ...parts.more,
      }).map(([name, text]) => [name, strToU8(text)]),
    ),
  );
}

function ods(body: string, styles = ''): Uint8Array {
  return zipSync({
    'content.xml': strToU8(
      `${HEAD}<office:document-content><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${body}</office:spreadsheet></office:body></office:document-content>`,
    ),
  });
}

function saved(
  sheets: Record<string, WorkSheet>,
  bookType: 'xlsx' | 'biff8' | 'ods',
  hidden: number[] = [],
): Uint8Array {
  const book = utils.book_new();
  for (const [name, sheet] of Object.entries(sheets)) utils.book_append_sheet(book, sheet, name);
  book.Workbook = { Sheets: hidden.map((Hidden) => ({ Hidden: Hidden as 0 | 1 | 2 })) };
  return new Uint8Array(write(book, { type: 'array', bookType }));
}

/** A workbook with a password lies in a container of another kind. */
function encrypted(content: Uint8Array): Uint8Array {
  const container = CFB.utils.cfb_new();
  CFB.utils.cfb_add(container, '/EncryptionInfo', Buffer.from([4, 0, 4, 0]));
  CFB.utils.cfb_add(container, '/EncryptedPackage', Buffer.from(content));
  return new Uint8Array(CFB.write(container, { type: 'buffer' }) as Buffer);
}

function tableOf(content: SourceContent, index = 0): SourceTable {
  return content.blocks.filter((block) => block.kind === 'table')[index]!;
}
const textsOf = (content: SourceContent) => tableOf(content).rows.map((row) => row.cells.map((cell) => cell.text));
const asked = (content: SourceContent) => content.notices.filter((notice) => notice.ask).map((notice) => notice.text);
const csv = (text: string) => readWorkbook(new TextEncoder().encode(text), 'csv');

describe('readWorkbook on a real list', () => {
  const content = readWorkbook(readFileSync('seeds/office/zengdu-2022.xlsx'), 'xlsx');
  const table = tableOf(content);

  it('gives every row and the spans of title and headings', () => {
    expect(content.notices).toEqual([]);
    expect(table).toMatchObject({ name: 'Sheet1', place: '工作表“Sheet1”' });
    expect(table.rows).toHaveLength(115);
    expect(table.rows[0]!.cells).toEqual([
      { column: 0, columnSpan: 6, rowSpan: 1, text: '曾都区优化营商环境2022年重点任务清单' },
    ]);
    expect(table.rows[2]!.cells[0]).toEqual({
      column: 0,
      columnSpan: 1,
      rowSpan: 2,
      text: '（一）深化拓展权责清单工作',
    });
    expect(table.rows[3]!.cells[0]!.column).toBe(1);
  });

  it('agrees with the exact reading, quotation marks included', () => {
    const { tasks } = JSON.parse(readFileSync('seeds/lists/zengdu-2022.json', 'utf8'));
    const read = table.rows.slice(2).map((row) => row.cells.find((cell) => cell.column === 2)!.text);
    expect(read.map(bare)).toEqual(tasks.map((task: { text: string }) => bare(task.text)));
  });

  const bare = (text: string) => text.replace(/\s/g, '');
});

describe('readWorkbook on every format', () => {
  const sheet = utils.aoa_to_sheet([
    ['2022年任务清单', null, null, null],
    ['序号', '重点任务', '完成时限', '分值'],
    [1, '推行\n“一业一证”', 44712, 0.1 + 0.2],
    [2, '推行“一件事”', '持续推进', 5],
    ['003', true, null, null],
  ]);
  sheet.C3!.z = 'yyyy"年"m"月"d"日"';
  sheet['!merges'] = [
    { s: { r: 0, c: 0 }, e: { r: 0, c: 3 } },
    { s: { r: 2, c: 3 }, e: { r: 3, c: 3 } },
  ];
  sheet.D4 = { t: 'z' };
  const other = utils.aoa_to_sheet([['备用']]);

  it.each([
    ['xlsx', 'xlsx'],
    ['xls', 'biff8'],
    ['ods', 'ods'],
  ] as const)('shows the cells of .%s as the sheet does', (format, bookType) => {
    const content = readWorkbook(saved({ 任务清单: sheet, 备用: other }, bookType), format);
    expect(content.format).toBe(format);
    expect(textsOf(content)).toEqual([
      ['2022年任务清单'],
      ['序号', '重点任务', '完成时限', '分值'],
      ['1', '推行\n“一业一证”', '2022年5月31日', '0.3'],
      ['2', '推行“一件事”', '持续推进'],
      ['003', 'TRUE', '', ''],
    ]);
    expect(tableOf(content).rows[2]!.cells[3]!.rowSpan).toBe(2);
    expect(tableOf(content).rows[4]!.place).toBe('工作表“任务清单”第5行');
    expect(tableOf(content, 1).name).toBe('备用');
    expect(asked(content)).toEqual([]);
  });

  it.each([
    ['xlsx', 'xlsx', 1],
    ['xlsx', 'xlsx', 2],
    ['xls', 'biff8', 1],
    ['xls', 'biff8', 2],
  ] as const)('asks about a hidden sheet of .%s', (format, bookType, state) => {
    const content = readWorkbook(saved({ 任务清单: sheet, 备用: other }, bookType, [0, state]), format);
    expect(tableOf(content).isHidden).toBeUndefined();
    expect(tableOf(content, 1).isHidden).toBe(true);
    expect(content.notices).toMatchObject([{ place: '工作表“备用”', ask: true }]);
  });

  it.each(['xlsx', 'xls', 'ods'] as const)('refuses a broken .%s in words for people', (format) => {
    const whole = saved({ 任务清单: sheet }, format === 'xls' ? 'biff8' : format);
    for (const bytes of [whole.slice(0, whole.length >> 1), new Uint8Array(64), new Uint8Array()]) {
      const read = () => readWorkbook(bytes, format);
      expect(read).toThrow(AppError);
      expect(read).toThrow(/[\u4e00-\u9fff]/);
    }
  });
});

describe('readWorkbook on .xlsx', () => {
  const styles =
    '<numFmts><numFmt numFmtId="180" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>' +
    '<fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>' +
    '<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/><xf numFmtId="0" fontId="2"/>' +
    '<xf numFmtId="180"/><xf numFmtId="57"/><xf numFmtId="14"/><xf numFmtId="9"/></cellXfs>';
  const rows = (cells: string) => `<sheetData><row r="1">${cells}</row></sheetData>`;

  it('tells wholly from partly struck cells', () => {
    const strings =
      '<si><t>取消的任务</t></si>' +
      '<si><r><t>保留</t></r><r><rPr><strike/></rPr><t>删去</t></r></si>' +
      '<si><r><rPr><strike/></rPr><t>全部</t></r><r><rPr><strike val="true"/></rPr><t>删去</t></r></si>';
    const cells =
      '<c r="A1" s="1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" s="2" t="s"><v>0</v></c><c r="E1" s="1"><v>7</v></c>';
    const read = tableOf(readWorkbook(xlsx(rows(cells), { strings, styles }), 'xlsx')).rows[0]!.cells;
    expect(read.map((cell) => [cell.text, cell.struck])).toEqual([
      ['取消的任务', 'all'],
      ['保留删去', 'part'],
      ['全部删去', 'all'],
      ['取消的任务', undefined],
      ['7', 'all'],
    ]);
  });

  it('does not double phonetic readings and decodes escaped characters', () => {
    const strings =
      '<si><t>牵头</t><rPh sb="0" eb="2"><t>qiantou</t></rPh><phoneticPr/></si><si><t xml:space="preserve">一_x000D_\n二 &amp; _x005F_x0041_&#10;三</t></si>';
    const read = readWorkbook(
      xlsx(rows('<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'), { strings }),
      'xlsx',
    );
    expect(textsOf(read)).toEqual([['牵头', '一\n二 & _x0041_\n三']]);
  });

  it('shows dates by their formats, never as numbers', () => {
    const cells = [3, 4, 5].map((style, index) => `<c r="${'ABC'[index]}1" s="${style}"><v>44712</v></c>`).join('');
    const read = readWorkbook(
      xlsx(rows(`${cells}<c r="D1" t="d" s="5"><v>2022-05-31T00:00:00</v></c><c r="E1" s="6"><v>0.3</v></c>`), {
        styles,
      }),
      'xlsx',
    );
    expect(textsOf(read)).toEqual([['2022年5月', '2022年5月', '2022/5/31', '2022/5/31', '30%']]);
  });

  it('takes the saved values of formulas and asks where there is none, or an error', () => {
    const cells =
      '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>A1&amp;""</f><v>2项</v></c><c r="C1"><f>NOW()</f></c><c r="D1" t="e"><f>A9</f><v>#REF!</v></c><c r="E1" t="str"><f>""</f><v></v></c><c r="F1" t="inlineStr"><is><t>末</t></is></c>';
    const content = readWorkbook(xlsx(rows(cells)), 'xlsx');
    expect(textsOf(content)).toEqual([['2', '2项', '', '#REF!', '', '末']]);
    expect(asked(content)).toEqual([expect.stringContaining('C1'), expect.stringContaining('D1')]);
  });

  it('marks hidden rows and asks about hidden columns that hold text', () => {
    const content = readWorkbook(
      xlsx(
        '<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2" hidden="1"><c r="A2"><v>3</v></c></row></sheetData><autoFilter ref="A1:B2"/>',
      ),
      'xlsx',
    );
    expect(tableOf(content).rows.map((row) => row.isHidden)).toEqual([undefined, true]);
    expect(asked(content)).toEqual([expect.stringMatching(/列 B 有内容/)]);
    expect(content.notices.some((notice) => /筛去而隐藏的 1 行/.test(notice.text))).toBe(true);
  });

  it('asks about other text under a merged range', () => {
    const content = readWorkbook(
      xlsx(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>9</v></c><c r="B2"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>',
      ),
      'xlsx',
    );
    expect(textsOf(content)).toEqual([['1', ''], ['2']]);
    expect(asked(content)).toEqual([expect.stringMatching(/A2 另有看不见的文字“9”/)]);
  });

  it('drops blank rows and columns behind the text, however many are formatted', () => {
    const blank = Array.from(
      { length: 30_000 },
      (_, row) => `<row r="${row + 3}"><c r="A${row + 3}" s="1"/><c r="XFD${row + 3}" s="1"/></row>`,
    );
    const content = readWorkbook(
      xlsx(
        `<dimension ref="A1:XFD1048576"/><sheetData><row r="2"><c r="B2"><v>1</v></c><c r="C2" t="inlineStr"><is><t> </t></is></c></row>${blank.join('')}</sheetData><mergeCells><mergeCell ref="B2:XFD1048576"/></mergeCells>`,
      ),
      'xlsx',
    );
    expect(tableOf(content).rows).toEqual([
      {
        place: '工作表“任务清单”第2行',
        cells: [
          { column: 0, columnSpan: 1, rowSpan: 1, text: '' },
          { column: 1, columnSpan: 1, rowSpan: 1, text: '1' },
        ],
      },
    ]);
  });

  it('refuses more rows or columns than a list may have', () => {
    const many = Array.from(
      { length: 10_001 },
      (_, row) => `<row r="${row + 1}"><c r="A${row + 1}"><v>1</v></c></row>`,
    ).join('');
    expect(() => readWorkbook(xlsx(`<sheetData>${many}</sheetData>`), 'xlsx')).toThrow(/10,000 行/);
    expect(() => readWorkbook(xlsx(rows('<c r="CW1"><v>1</v></c>')), 'xlsx')).toThrow(/CW1.*100 列/);
    const far =
      '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>';
    expect(() => readWorkbook(xlsx(far), 'xlsx')).toThrow(/10,000 行/);
  });

  it('tells comments, text boxes and pictures', () => {
    const relations = `<Relationship Id="a" Type="${OFFICE}/comments" Target="../comments1.xml"/><Relationship Id="b" Type="${OFFICE}/drawing" Target="../drawings/drawing1.xml"/>`;
    const more = {
      'xl/comments1.xml':
        '<comments><commentList><comment ref="B2"><text><r><t>已取消</t></r></text></comment></commentList></comments>',
      'xl/drawings/drawing1.xml':
        '<xdr:wsDr><xdr:pic/><xdr:sp><xdr:txBody><a:p><a:r><a:t>注：以</a:t></a:r><a:r><a:t>此为准</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>',
    };
    const content = readWorkbook(xlsx(rows('<c r="A1"><v>1</v></c>'), { relations, more }), 'xlsx');
    expect(content.notices.map((notice) => notice.text)).toEqual([
      expect.stringContaining('B2 有批注“已取消”'),
      expect.stringContaining('1 张图片'),
    ]);
    expect(content.blocks[1]).toMatchObject({ text: '注：以此为准', aside: 'text-box' });
    expect(asked(readWorkbook(xlsx('<sheetData/>', { relations, more }), 'xlsx'))).toEqual([
      expect.stringContaining('只有1 张图片'),
    ]);
  });

  it('says what to do where there is a password', () => {
    const container = readFileSync('seeds/office/zengdu-2022.xlsx');
    expect(() => readWorkbook(encrypted(container), 'xlsx')).toThrow(/密码/);
    expect(() => readWorkbook(encrypted(container), 'xls')).toThrow(/密码/);
  });
});

describe('readWorkbook on .xls', () => {
  const plain = utils.aoa_to_sheet([
    ['序号', '任务'],
    [1, '推行“一业一证”'],
  ]);

  /** The same workbook with its stream of records changed. */
  function changed(xls: Uint8Array, change: (stream: Buffer) => Buffer): Uint8Array {
    const container = CFB.read(Buffer.from(xls), { type: 'buffer' });
    const found = CFB.find(container, '/Workbook')!;
    const stream = change(Buffer.from(found.content as unknown as Uint8Array));
    const copy = CFB.utils.cfb_new();
    CFB.utils.cfb_add(copy, '/Workbook', stream);
    return new Uint8Array(CFB.write(copy, { type: 'buffer' }) as Buffer);
  }
  const record = (kind: number, ...values: number[]) =>
    Buffer.from(Uint16Array.of(kind, values.length * 2, ...values).buffer);
  /** Before the end of the last sheet. */
  const adding = (added: Buffer) => (stream: Buffer) =>
    Buffer.concat([stream.subarray(0, -4), added, stream.subarray(-4)]);
  const read = (change: (stream: Buffer) => Buffer) =>
    readWorkbook(changed(saved({ 清单: plain }, 'biff8'), change), 'xls');

  it('marks hidden rows', () => {
    const content = read(adding(record(0x208, 1, 0, 2, 255, 0, 0, 0x20, 0)));
    expect(tableOf(content).rows.map((row) => row.isHidden)).toEqual([undefined, true]);
  });

  it('marks cells in a struck font', () => {
    const content = read((stream) => {
      const fonts = stream.indexOf(Buffer.from([0x31, 0x00]));
      stream.writeUInt16LE(8, fonts + 6);
      return stream;
    });
    expect(tableOf(content).rows[1]!.cells.map((cell) => cell.struck)).toEqual(['all', 'all']);
  });

  it('gives the text of shapes, but tells comments', () => {
    const shape = Buffer.concat([
      record(0x5d, 0x15, 0x12, 6, 1, ...Array(7).fill(0), 0, 0),
      record(0x1b6, 0, 0, 0, 0, 0, 4, 0, 0, 0),
      Buffer.from([0x3c, 0, 9, 0, 1]),
      Buffer.from('注：以上', 'utf16le'),
      record(0x3c, 0, 0, 0, 0),
    ]);
    expect(read(adding(shape)).blocks[1]).toMatchObject({ text: '注：以上', aside: 'text-box' });
    const commented = utils.aoa_to_sheet([['序号']]);
    commented.A1!.c = [{ a: '甲', t: '批注' }];
    const content = readWorkbook(saved({ 清单: commented }, 'biff8'), 'xls');
    expect(content.blocks).toHaveLength(1);
    expect(content.notices).toMatchObject([{ text: expect.stringContaining('A1 有批注'), ask: false }]);
  });

  it('refuses rows behind the limit, links over whole sheets and passwords', () => {
    expect(() => read(adding(record(0x27e, 20_000, 0, 15, 0, 0)))).toThrow(/10,000 行/);
    expect(() => read(adding(record(0x1b8, 0, 65_535, 0, 65_535, 0, 0)))).toThrow(AppError);
    expect(() => read(adding(record(0x2f, 0, 0, 0)))).toThrow(/密码/);
  });
});

describe('readWorkbook on .ods', () => {
  it('reads hidden parts, strikes, spaces, comments and repeated cells', () => {
    const styles =
      '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style><style:style style:name="T1" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>';
    const content = readWorkbook(
      ods(
        '<table:table table:name="清单"><table:table-column/><table:table-column table:number-columns-repeated="3" table:visibility="collapse"/>' +
          '<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation><text:p>一<text:s text:c="2"/>二</text:p><text:p>三</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"><text:p>同</text:p></table:table-cell><table:table-cell><text:p>留<text:span text:style-name="T1">删</text:span></text:p></table:table-cell></table:table-row>' +
          '<table:table-row table:visibility="collapse"><table:table-cell office:value-type="date" office:date-value="2022-05-31"><text:p>05/31/22</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2022-05-31"><text:p>2022年5月</text:p></table:table-cell></table:table-row>' +
          '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>' +
          '<table:table table:name="旧" table:style-name="ta2"><table:table-row><table:table-cell><text:p>旧</text:p></table:table-cell></table:table-row></table:table>',
        styles,
      ),
      'ods',
    );
    expect(textsOf(content)).toEqual([
      ['一  二\n三', '同', '同', '留删'],
      ['2022年5月31日', '2022年5月', '', ''],
    ]);
    expect(tableOf(content).rows[0]!.cells[3]!.struck).toBe('part');
    expect(tableOf(content).rows[1]!.isHidden).toBe(true);
    expect(tableOf(content, 1).isHidden).toBe(true);
    expect(asked(content)).toEqual([expect.stringContaining('列 B、C、D'), expect.stringContaining('隐藏的工作表')]);
    expect(content.notices.some((notice) => notice.text.includes('A1 有批注“批注”'))).toBe(true);
  });

  it('gives the text of shapes apart from the cells', () => {
    const content = readWorkbook(
      ods(
        '<table:table table:name="清单"><table:shapes><draw:custom-shape><text:p>注：以上</text:p></draw:custom-shape></table:shapes><table:table-row><table:table-cell><draw:frame><draw:text-box><text:p>另见</text:p></draw:text-box></draw:frame><text:p>甲</text:p></table:table-cell></table:table-row></table:table>',
      ),
      'ods',
    );
    expect(textsOf(content)).toEqual([['甲']]);
    expect(content.blocks.slice(1)).toMatchObject([
      { text: '注：以上', aside: 'text-box' },
      { text: '另见', place: '工作表“清单”的文本框' },
    ]);
  });

  it('refuses a cell repeated over the whole sheet', () => {
    const bomb =
      '<table:table table:name="清单"><table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="9"><text:p>同</text:p></table:table-cell></table:table-row></table:table>';
    expect(() => readWorkbook(ods(bomb), 'ods')).toThrow(/10,000 行/);
  });
});

describe('readWorkbook on .csv', () => {
  it('keeps quoted separators, quotes and line breaks, and names the line', () => {
    const content = csv('序号,重点任务\r\n1,"推行""一业一证"",\r\n深化改革"\r\n2,续\r\n,\r\n');
    expect(textsOf(content)).toEqual([
      ['序号', '重点任务'],
      ['1', '推行"一业一证",\n深化改革'],
      ['2', '续'],
    ]);
    expect(tableOf(content).rows.map((row) => row.place)).toEqual(['第1行', '第2行', '第4行']);
  });

  it.each([',', ';', '\t'])('tells the separator %j', (separator) => {
    const lines = [
      ['序号', '重点任务', '单位'],
      ['1', '推行，深化', 'A;B'],
      ['2', '甲', '乙'],
    ];
    const quote = (cell: string) => (cell.includes(separator) ? `"${cell}"` : cell);
    expect(textsOf(csv(lines.map((line) => line.map(quote).join(separator)).join('\n')))).toEqual(lines);
  });

  it('gives back any cells that were written with quotes', () => {
    const cell = fc.string({ unit: fc.constantFrom('一', 'a', '"', ',', ';', '\t', '\n', '“', ' ') });
    const record = fc.tuple(fc.constant('头'), cell, cell, fc.constant('尾'));
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), (records) => {
        const text = records.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect(textsOf(csv(text))).toEqual(records);
      }),
    );
  });

  it('guesses no dates or numbers', () =>
    expect(textsOf(csv('2022-05,001,1/2\n'))).toEqual([['2022-05', '001', '1/2']]));

  it('keeps quotation marks that a person wrote', () =>
    expect(textsOf(csv('1,"一网通办"改革\n'))).toEqual([['1', '"一网通办"改革']]));

  it('asks about a quote without its pair', () =>
    expect(asked(csv('1,"一\n2,二'))).toEqual([expect.stringContaining('引号')]));

  it('reads GB18030', () => {
    const bytes = Uint8Array.from([0xd0, 0xf2, 0xba, 0xc5, 0x2c, 0xc8, 0xce, 0xce, 0xf1]);
    expect(textsOf(readWorkbook(bytes, 'csv'))).toEqual([['序号', '任务']]);
  });

  it('refuses too many rows', () => expect(() => csv('1,2\n'.repeat(10_001))).toThrow(/10,001 行/));
});
