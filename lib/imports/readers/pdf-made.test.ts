import { describe, expect, test } from 'vitest';
import { readPdf } from './pdf';
import type { SourceBlock, SourceTable } from './source';

type Font = 'mapped' | 'unmapped' | 'lost';
type Page = { content: string; rotate?: number; width?: number };

const hex = (text: string) =>
  [...text].map((character) => (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')).join('');

/** Characters are a whole em wide, 10 points. */
const say = (x: number, y: number, text: string) => `BT /F1 10 Tf ${x} ${y} Td <${hex(text)}> Tj ET`;
const line = (x1: number, y1: number, x2: number, y2: number) => `${x1} ${y1} m ${x2} ${y2} l S`;
const box = (x: number, y: number, width: number, height: number) => `${x} ${y} ${width} ${height} re S`;

const MAP = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Made def
1 begincodespacerange <0000> <ffff> endcodespacerange
1 beginbfrange <0020> <fffd> <0020> endbfrange endcmap end end`;

/** A PDF of pages 300 points high, its characters numbered as in Unicode. */
function makePdf(pages: Page[], font: Font = 'mapped'): Uint8Array {
  const encoding = font === 'lost' ? 'GBK-EUC-H' : 'Identity-H';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_, index) => `${7 + index * 2} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    `<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /${encoding} /DescendantFonts [4 0 R] ${font === 'mapped' ? '/ToUnicode 6 0 R' : ''} >>`,
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 /FontDescriptor 5 0 R >>',
    '<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>',
    `<< /Length ${MAP.length} >>\nstream\n${MAP}\nendstream`,
  ];
  for (const { content, rotate, width } of pages) {
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width ?? 400} 300] /Rotate ${rotate ?? 0} /Resources << /Font << /F1 3 0 R >> >> /Contents ${objects.length + 2} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return new TextEncoder().encode(file);
}

const read = async (contents: string[][], options: { rotate?: number; font?: Font } = {}) =>
  readPdf(
    makePdf(
      contents.map((content) => ({ content: content.join('\n'), rotate: options.rotate })),
      options.font,
    ),
  );

function tables(blocks: SourceBlock[]): SourceTable[] {
  return blocks.filter((block) => block.kind === 'table');
}

const grid = (table: SourceTable | undefined) =>
  table?.rows.map((row) =>
    row.cells.map(({ column, columnSpan, rowSpan, text }) => [column, columnSpan, rowSpan, text]),
  );

/** Two columns of 100 points, rows of 40 points. */
const TWO_BY_TWO = [box(50, 200, 100, 40), box(150, 200, 100, 40), box(50, 160, 100, 40), box(150, 160, 100, 40)];

describe('ruled tables', () => {
  test('cells between borders, two lines in one', async () => {
    const { blocks } = await read([
      [...TWO_BY_TWO, say(55, 225, '序号'), say(155, 225, '任务'), say(155, 185, '推进“一照'), say(155, 170, '多址”')],
    ]);
    expect(grid(tables(blocks)[0])).toEqual([
      [
        [0, 1, 1, '序号'],
        [1, 1, 1, '任务'],
      ],
      [
        [0, 1, 1, ''],
        [1, 1, 1, '推进“一照\n多址”'],
      ],
    ]);
  });

  test('a missing border joins cells to one across and down', async () => {
    const { blocks } = await read([
      [
        box(50, 160, 200, 80),
        line(50, 200, 150, 200),
        line(150, 160, 150, 200),
        line(150, 200, 150, 240),
        say(55, 215, '甲'),
        say(155, 215, '乙'),
      ],
    ]);
    expect(grid(tables(blocks)[0])).toEqual([
      [
        [0, 1, 1, '甲'],
        [1, 1, 2, '乙'],
      ],
      [[0, 1, 1, '']],
    ]);
  });

  test('a table open at both sides', async () => {
    const { blocks } = await read([
      [
        line(50, 240, 250, 240),
        line(50, 200, 250, 200),
        line(50, 160, 250, 160),
        line(150, 160, 150, 240),
        say(55, 215, '甲'),
        say(155, 175, '丁'),
      ],
    ]);
    expect(grid(tables(blocks)[0])).toEqual([
      [
        [0, 1, 1, '甲'],
        [1, 1, 1, ''],
      ],
      [
        [0, 1, 1, ''],
        [1, 1, 1, '丁'],
      ],
    ]);
  });

  test('borders drawn as thin filled boxes and as double lines', async () => {
    const thin = (x: number, y: number, width: number, height: number) => `${x} ${y} ${width} ${height} re f`;
    const horizontals = [240, 238.5, 200, 160].map((y) => thin(50, y, 200, 0.5));
    const verticals = [50, 51.5, 150, 250].map((x) => thin(x, 160, 0.5, 80));
    const { blocks } = await read([[...horizontals, ...verticals, say(55, 215, '甲'), say(155, 175, '丁')]]);
    expect(grid(tables(blocks)[0])).toEqual([
      [
        [0, 1, 1, '甲'],
        [1, 1, 1, ''],
      ],
      [
        [0, 1, 1, ''],
        [1, 1, 1, '丁'],
      ],
    ]);
  });

  test('text that fills a cell to its border is not joined to the next cell', async () => {
    const { blocks } = await read([[...TWO_BY_TWO, say(50, 225, '一二三四五六七八九十甲乙丙丁')]]);
    expect(grid(tables(blocks)[0])?.[0]).toEqual([
      [0, 1, 1, '一二三四五六七八九十'],
      [1, 1, 1, '甲乙丙丁'],
    ]);
  });

  test('a part of a border is asked about', async () => {
    const { blocks, notices } = await read([
      [
        box(50, 160, 200, 80),
        line(50, 200, 250, 200),
        line(150, 160, 150, 200),
        line(150, 200, 150, 220),
        say(55, 215, '甲'),
      ],
    ]);
    expect(tables(blocks)[0]?.isReconstructed).toBe(true);
    expect(notices).toContainEqual(expect.objectContaining({ ask: true, place: '第1页' }));
  });

  test('a frame around text is no table', async () => {
    const { blocks } = await read([[box(40, 40, 320, 220), say(60, 200, '通知')]]);
    expect(blocks).toEqual([expect.objectContaining({ kind: 'paragraph', text: '通知' })]);
  });
});

describe('pages', () => {
  test('a table goes on over the page number and the running head', async () => {
    const page = (number: number) => [
      say(150, 285, '某市优化办文件'),
      say(195, 10, `- ${number} -`),
      ...TWO_BY_TWO,
      say(55, 225, `甲${number}`),
    ];
    const { blocks } = await read([page(1), page(2)]);
    expect(tables(blocks)).toHaveLength(1);
    expect(tables(blocks)[0]?.rows.map((row) => [row.place, row.startsPage])).toEqual([
      ['第1页第1行', undefined],
      ['第1页第2行', undefined],
      ['第2页第1行', true],
      ['第2页第2行', undefined],
    ]);
    const asides = blocks.filter((block) => block.kind === 'paragraph').map((block) => [block.aside, block.text]);
    expect(asides).toContainEqual(['header', '某市优化办文件']);
    expect(asides).toContainEqual(['footer', '- 2 -']);
  });

  test('text between two tables keeps them apart', async () => {
    const { blocks } = await read([
      [...TWO_BY_TWO, say(55, 225, '甲'), say(50, 100, '附件二')],
      [...TWO_BY_TWO, say(55, 225, '乙')],
    ]);
    expect(blocks.map((block) => block.kind)).toEqual(['table', 'paragraph', 'table']);
  });

  test.each([90, 180, 270])('a page turned by %i degrees reads alike', async (rotate) => {
    const content = [...TWO_BY_TWO, say(55, 225, '序号'), say(155, 225, '任务'), say(155, 185, '推进')];
    const straight = await read([content]);
    const turned = await read([content], { rotate });
    expect(grid(tables(turned.blocks)[0])).toEqual(grid(tables(straight.blocks)[0]));
  });
});

describe('text', () => {
  test('a full line goes on, an indented one begins a paragraph', async () => {
    const { blocks } = await read([
      [
        say(160, 250, '一、加强组织领导，压实工作'),
        say(140, 232, '责任。'),
        say(160, 214, '二、完善工作机制，形成工作'),
        say(140, 196, '合力。'),
      ],
    ]);
    expect(blocks.map((block) => block.kind === 'paragraph' && block.text)).toEqual([
      '一、加强组织领导，压实工作责任。',
      '二、完善工作机制，形成工作合力。',
    ]);
  });

  test('short lines are paragraphs of their own', async () => {
    const { blocks } = await read([
      [say(50, 250, '关于印发清单的通知'), say(50, 232, '各有关单位'), say(50, 214, '现印发给你们')],
    ]);
    expect(blocks).toHaveLength(3);
  });

  test('broad pages do not make the lines of upright ones short', async () => {
    const upright = [say(160, 250, '一、加强组织领导，压实工作'), say(140, 232, '责任。')];
    const broad = [say(20, 150, '附件一二三四五六七八九十一二三四五六七八九十一二三四五六七八九')];
    const { blocks } = await readPdf(
      makePdf([{ content: upright.join('\n') }, { content: broad.join('\n'), width: 800 }]),
    );
    expect(blocks[0]).toMatchObject({ text: '一、加强组织领导，压实工作责任。' });
  });

  test('characters drawn twice for bold are read once', async () => {
    const { blocks } = await read([[say(50, 250, '重点任务'), say(50.4, 250, '重点任务')]]);
    expect(blocks).toEqual([expect.objectContaining({ text: '重点任务' })]);
  });

  test('struck text is marked', async () => {
    const { blocks } = await read([[say(50, 250, '重点任务'), line(50, 253.5, 90, 253.5)]]);
    expect(blocks).toEqual([expect.objectContaining({ text: '重点任务', struck: 'all' })]);
  });

  test('hidden text is left out and told', async () => {
    const { blocks, notices } = await read([[say(50, 250, '重点任务清单目录公开版'), `3 Tr ${say(50, 200, '隐')}`]]);
    expect(blocks).toEqual([expect.objectContaining({ text: '重点任务清单目录公开版' })]);
    expect(notices).toEqual([expect.objectContaining({ ask: true, text: expect.stringContaining('隐藏') })]);
  });

  test('text that its cell cuts off does not run into the next cell, and is told', async () => {
    const cut = `q 50 200 100 40 re W n ${say(55, 225, '看得见')} ${say(55, 185, '看不见')} Q`;
    const { blocks, notices } = await read([[...TWO_BY_TWO, cut, say(155, 225, '任务')]]);
    expect(grid(tables(blocks)[0])?.map((row) => row[0]?.[3])).toEqual(['看得见', '']);
    expect(notices).toEqual([expect.objectContaining({ ask: true, text: expect.stringContaining('截去') })]);
  });

  test('a watermark stays out of the cells and is told', async () => {
    const askew = `BT /F1 10 Tf 0.7 0.7 -0.7 0.7 60 170 Tm <${hex('内部资料')}> Tj ET`;
    const { blocks, notices } = await read([
      [...TWO_BY_TWO, say(55, 225, '序号'), say(155, 225, '重点任务'), say(155, 185, '推进改革'), askew],
    ]);
    expect(JSON.stringify(blocks)).not.toContain('内');
    expect(notices).toEqual([expect.objectContaining({ ask: true, text: expect.stringContaining('内部资料') })]);
  });
});

describe('tables without borders between columns', () => {
  const ROWS = [
    ['序号', '任务', '单位'],
    ['1', '推进改革', '市住建局'],
    ['2', '优化服务', '市公安局'],
  ];
  const print = (pitch: number) =>
    ROWS.flatMap((row, index) => row.map((text, column) => say(50 + column * 100, 250 - index * pitch, text)));

  test('columns by their white gutters, marked as reconstructed and asked about', async () => {
    const { blocks, notices } = await read([print(20)]);
    expect(grid(tables(blocks)[0])).toEqual(ROWS.map((row) => row.map((text, column) => [column, 1, 1, text])));
    expect(tables(blocks)[0]?.isReconstructed).toBe(true);
    expect(notices).toEqual([expect.objectContaining({ ask: true, text: expect.stringContaining('没有框线') })]);
  });

  test('rows between horizontal lines hold several printed lines', async () => {
    const ruled = [245, 195, 145].map((y) => line(50, y, 330, y));
    const second = [say(150, 185, '全市各类'), say(150, 170, '窗口服务')];
    const { blocks } = await read([[...print(48), ...ruled, ...second]]);
    expect(grid(tables(blocks)[0])?.[1]).toEqual([
      [0, 1, 1, '1'],
      [1, 1, 1, '推进改革'],
      [2, 1, 1, '市住建局'],
    ]);
    expect(grid(tables(blocks)[0])?.[2]?.[1]).toEqual([1, 1, 1, '全市各类\n窗口服务\n优化服务']);
  });
});

describe('what cannot be read', () => {
  test('a font that does not say its characters', async () => {
    await expect(read([[say(50, 250, '重点任务')]], { font: 'unmapped' })).rejects.toThrow(/乱码/);
  });

  test('a Chinese font that is not in the file', async () => {
    await expect(read([[say(50, 250, '重点任务')]], { font: 'lost' })).rejects.toThrow(/没有嵌入/);
  });

  test('a file without any text', async () => {
    await expect(read([TWO_BY_TWO])).rejects.toThrow(/没有可读取的文字/);
  });

  test('more than 300 pages', async () => {
    await expect(read(Array.from({ length: 301 }, () => []))).rejects.toThrow(/301 页，超过 300 页/);
  });
});
