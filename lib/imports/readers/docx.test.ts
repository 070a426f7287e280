import { readFileSync } from 'node:fs';
import { strToU8 } from 'fflate';
import { describe, expect, test } from 'vitest';
import { AppError } from '@/lib/server/errors';
import { cell, type DocxSource, makeDocx, paragraph, row, run, table } from '@/tests/support/make-docx';
import { openArchive } from './archive';
import { readDocx } from './docx';
import type { SourceContent, SourceParagraph, SourceTable } from './source';

function read(source: DocxSource | string): SourceContent {
  return readDocx(openArchive(makeDocx(typeof source === 'string' ? { body: source } : source)));
}

const tablesOf = (content: SourceContent) =>
  content.blocks.filter((block): block is SourceTable => block.kind === 'table');
const paragraphsOf = (content: SourceContent) =>
  content.blocks.filter((block): block is SourceParagraph => block.kind === 'paragraph');
const textsOf = (content: SourceContent) => paragraphsOf(content).map((block) => block.text);
const rowsOf = (content: SourceContent, index = 0) => tablesOf(content)[index]!.rows;
const cellsOf = (content: SourceContent, index = 0) =>
  rowsOf(content, index).map(({ cells }) => cells.map(({ text }) => text));
/** '列+列数×行数' of each cell. */
const shapeOf = (content: SourceContent) =>
  rowsOf(content).map(({ cells }) => cells.map((one) => `${one.column}+${one.columnSpan}×${one.rowSpan}`).join(' '));
const asksOf = (content: SourceContent) => content.notices.filter((notice) => notice.ask).map((notice) => notice.text);
const tellsOf = (content: SourceContent) =>
  content.notices.filter((notice) => !notice.ask).map((notice) => notice.text);

const restart = '<w:vMerge w:val="restart"/>';
const onward = '<w:vMerge/>';
const wide = (columns: number) => `<w:gridSpan w:val="${columns}"/>`;

describe.each(['ezhou-2022', 'ezhou-housing-2022', 'ezhou-assessment-2020'])('%s.docx', (slug) => {
  const root = `${import.meta.dirname}/../../../seeds`;
  const list = JSON.parse(readFileSync(`${root}/lists/${slug}.json`, 'utf8'));
  const content = readDocx(openArchive(readFileSync(`${root}/office/${slug}.docx`)));
  const bare = (text: string) => text.replace(/\s/g, '');

  test('has a row for each task beneath the heading', () => {
    expect(tablesOf(content)).toHaveLength(1);
    expect(rowsOf(content)).toHaveLength(list.tasks.length + 1);
  });

  test('holds every printed word of each task in its row or in a cell that spans it', () => {
    const rows = rowsOf(content);
    list.tasks.forEach((task: Record<string, string | number | null>, index: number) => {
      const covering = rows.flatMap((one, at) =>
        one.cells.filter((_, which) => at <= index + 1 && at + one.cells[which]!.rowSpan > index + 1),
      );
      const printed = covering.map((one) => bare(one.text));
      for (const field of ['text', 'leadRaw', 'responsibleRaw', 'deadlineRaw', 'measure', 'scoring'] as const) {
        const words = bare(String(task[field] ?? ''));
        expect(
          printed.some((text) => text.includes(words)),
          `${index + 1} ${field} ${words}`,
        ).toBe(true);
      }
    });
  });

  test('fills the grid without gap or overlap', () => {
    const rows = rowsOf(content);
    const width = Math.max(...rows[0]!.cells.map((one) => one.column + one.columnSpan));
    const covered = rows.map(() => new Array(width).fill(0));
    rows.forEach((one, at) => {
      for (const { column, columnSpan, rowSpan } of one.cells) {
        for (let down = 0; down < rowSpan; down++) {
          for (let across = 0; across < columnSpan; across++) covered[at + down]![column + across] += 1;
        }
      }
    });
    expect(covered.flat().every((count) => count === 1)).toBe(true);
  });

  test('has nothing to tell', () => expect(content.notices).toEqual([]));
});

test('every printed character survives', () => {
  const words = '“ ” ‘ ’ 〔〕《》（）() ［］，,、；０９ＡＺ\u{e123}\u{200b}\u{ad} 。國務院\u{20bb7}　文';
  expect(textsOf(read(paragraph(words)))).toEqual([words]);
  expect(cellsOf(read(table(row([words]))))).toEqual([[words]]);
});

test('gives paragraphs and tables in order, each with its place', () => {
  const content = read(
    paragraph('通知') + paragraph('') + table(row(['序号']), row(['1'])) + paragraph('附注') + table(row(['甲'])),
  );
  expect(content.blocks.map((block) => block.place)).toEqual(['第1段', '表1', '第2段', '表2']);
  expect(rowsOf(content).map((one) => one.place)).toEqual(['表1第1行', '表1第2行']);
});

test('keeps tabs, line breaks and hyphens; paragraphs of a cell are lines', () => {
  const inner = `<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>11月</w:t><w:noBreakHyphen/><w:t>12</w:t><w:softHyphen/><w:t>月</w:t><w:cr/></w:r>`;
  expect(cellsOf(read(table(row([cell(paragraph(inner) + paragraph('丙') + paragraph(''))]))))).toEqual([
    ['甲\t乙\n11月-12月\n丙'],
  ]);
});

test('takes line ends of laid-out XML as the single space that Word shows', () => {
  expect(textsOf(read('<w:p><w:r><w:t>\n  甲 乙\n  丙\n </w:t></w:r></w:p>'))).toEqual(['甲 乙 丙']);
});

test('reads symbols, content controls, smart tags, hyperlinks and inserted XML', () => {
  const inner =
    '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' +
    `<w:sdt><w:sdtPr><w:alias w:val="名"/></w:sdtPr><w:sdtContent>${run('甲')}</w:sdtContent></w:sdt>` +
    `<w:smartTag>${run('乙')}</w:smartTag><w:hyperlink>${run('丙')}</w:hyperlink><w:customXml>${run('丁')}</w:customXml>`;
  expect(textsOf(read(paragraph(inner)))).toEqual(['\u{f0fe}甲乙丙丁']);
});

test('looks through content controls around rows, cells and paragraphs', () => {
  const control = (inner: string) => `<w:sdt><w:sdtPr/><w:sdtContent>${inner}</w:sdtContent></w:sdt>`;
  const content = read(control(table(control(`<w:tr>${control(cell(control(paragraph('甲'))))}${cell('乙')}</w:tr>`))));
  expect(cellsOf(content)).toEqual([['甲', '乙']]);
});

describe('headings', () => {
  const style = (id: string, name: string, inner = '') =>
    `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${inner}</w:style>`;
  const styles =
    style('1', 'heading 1') +
    style('a', '标题 2') +
    style('b', '我的标题', '<w:basedOn w:val="a"/>') +
    style('c', '小节', '<w:pPr><w:outlineLvl w:val="2"/></w:pPr>') +
    style('d', '圈', '<w:basedOn w:val="e"/>') +
    style('e', '圈二', '<w:basedOn w:val="d"/>');
  test.each([
    ['<w:pStyle w:val="1"/>', 1],
    ['<w:pStyle w:val="a"/>', 2],
    ['<w:pStyle w:val="b"/>', 2],
    ['<w:pStyle w:val="c"/>', 3],
    ['<w:pStyle w:val="d"/>', undefined],
    ['<w:outlineLvl w:val="3"/>', 4],
    ['<w:pStyle w:val="c"/><w:outlineLvl w:val="9"/>', undefined],
    ['<w:pStyle w:val="Heading2"/>', 2],
    ['', undefined],
  ])('%s is level %s', (properties, level) => {
    expect(paragraphsOf(read({ styles, body: paragraph('总则', properties) }))[0]!.headingLevel).toBe(level);
  });
});

describe('merged cells', () => {
  test('down and across become spans', () => {
    const content = read(
      table(
        row([cell('甲', restart), cell('乙', wide(2))]),
        row([cell('', onward), '1', '2']),
        row([cell('', onward), '3', '4']),
        row(['丙', '5', '6']),
      ),
    );
    expect(shapeOf(content)).toEqual(['0+1×3 1+2×1', '1+1×1 2+1×1', '1+1×1 2+1×1', '0+1×1 1+1×1 2+1×1']);
    expect(asksOf(content)).toEqual([]);
  });

  test('two merges below each other stay apart', () => {
    const merged = [cell('甲', restart), cell('', onward), cell('乙', restart), cell('', onward)];
    expect(shapeOf(read(table(...merged.map((one) => row([one, '文'])))))).toEqual([
      '0+1×2 1+1×1',
      '1+1×1',
      '0+1×2 1+1×1',
      '1+1×1',
    ]);
  });

  test('the old horizontal merge becomes a span', () => {
    const content = read(
      table(row([cell('甲', '<w:hMerge w:val="restart"/>'), cell('', '<w:hMerge/>'), '乙']), row(['1', '2', '3'])),
    );
    expect(shapeOf(content)).toEqual(['0+2×1 2+1×1', '0+1×1 1+1×1 2+1×1']);
    const alone = read(table(row([cell('甲', '<w:hMerge w:val="restart"/>'), cell('', '<w:hMerge/>'), '乙'])));
    expect(shapeOf(alone)).toEqual(['0+1×1 1+1×1']);
  });

  test('columns skipped before a row are left free', () => {
    const content = read(
      table(row(['甲', '乙', '丙']), row(['丁'], '<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>')),
    );
    expect(shapeOf(content)).toEqual(['0+1×1 1+1×1 2+1×1', '1+1×1']);
  });

  test('columns of the grid at which no cell ends are not counted', () => {
    const content = read(
      table(row([cell('甲', wide(3)), cell('乙', wide(5))]), row([cell('丙', wide(3)), cell('丁', wide(5))])),
    );
    expect(shapeOf(content)).toEqual(['0+1×1 1+1×1', '0+1×1 1+1×1']);
  });

  test('lines that all but touch are one line', () => {
    const grid =
      '<w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="20"/><w:gridCol w:w="1980"/><w:gridCol w:w="40"/></w:tblGrid>';
    const rows = [
      row([cell('甲', restart), cell('乙', wide(3))]),
      row([cell('', onward + wide(2)), cell('丙', wide(1))]),
      row(['丁', cell('戊', wide(2))]),
    ];
    const content = read(table(...rows).replace('<w:tblPr/>', `<w:tblPr/>${grid}`));
    expect(shapeOf(content)).toEqual(['0+1×2 1+1×1', '1+1×1', '0+1×1 1+1×1']);
    expect(asksOf(content)).toEqual([]);
  });

  test('a cell is kept however narrow', () => {
    const grid = '<w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="20"/><w:gridCol w:w="1980"/></w:tblGrid>';
    const content = read(table(row(['甲', '乙', '丙'])).replace('<w:tblPr/>', `<w:tblPr/>${grid}`));
    expect(shapeOf(content)).toEqual(['0+1×1 1+1×1 2+1×1']);
  });

  test('a continued cell without a beginning stands by itself and is asked about', () => {
    const content = read(table(row([cell('甲', onward), '乙']), row(['丙', '丁']), row([cell('', onward), '戊'])));
    expect(shapeOf(content)).toEqual(['0+1×1 1+1×1', '0+1×1 1+1×1', '0+1×1 1+1×1']);
    expect(cellsOf(content)[0]).toEqual(['甲', '乙']);
    expect(asksOf(content)).toEqual([expect.stringMatching(/2 处.*表1第1行、表1第3行/)]);
  });

  test('words of a continued cell are kept with the first and asked about', () => {
    const content = read(table(row([cell('甲', restart), '1']), row([cell('乙', onward), '2'])));
    expect(cellsOf(content)).toEqual([['甲\n乙', '1'], ['2']]);
    expect(asksOf(content)).toEqual([expect.stringMatching(/合并.*表1第2行/)]);
  });

  test('a merge ends where a row has no cell of that width, and what follows is asked about', () => {
    const wider = read(
      table(row(['1', '2', '3']), row([cell('甲', restart), '乙', '丙']), row([cell('', wide(2) + onward), '丁'])),
    );
    expect(shapeOf(wider).slice(1)).toEqual(['0+1×1 1+1×1 2+1×1', '0+2×1 2+1×1']);
    const broken = read(
      table(row([cell('甲', restart), '乙']), row(['丙'], '<w:gridBefore w:val="1"/>'), row([cell('', onward), '丁'])),
    );
    expect(shapeOf(broken)).toEqual(['0+1×1 1+1×1', '1+1×1', '0+1×1 1+1×1']);
    expect([asksOf(wider).length, asksOf(broken).length]).toEqual([1, 1]);
  });

  test('a merge that was tracked counts', () => {
    const content = read(
      table(
        row([cell('甲', '<w:cellMerge w:vMerge="rest"/>'), '1']),
        row([cell('', '<w:cellMerge w:vMerge="cont"/>'), '2']),
      ),
    );
    expect(shapeOf(content)).toEqual(['0+1×2 1+1×1', '1+1×1']);
  });
});

describe('rows', () => {
  test('headers repeated on each page and hidden rows are marked', () => {
    const content = read(
      table(
        row(['序号'], '<w:tblHeader/>'),
        row(['1'], '<w:hidden/>'),
        row(['2'], '<w:tblHeader w:val="0"/><w:hidden w:val="false"/>'),
      ),
    );
    expect(rowsOf(content).map(({ isHeader, isHidden }) => [isHeader, isHidden])).toEqual([
      [true, undefined],
      [undefined, true],
      [undefined, undefined],
    ]);
  });

  test('a row whose every word is hidden is given and marked', () => {
    const hidden = (text: string) => cell(paragraph(run(text, '<w:vanish/>')));
    const content = read(table(row(['1', '甲']), row([hidden('2'), hidden('乙')])));
    expect(cellsOf(content)).toEqual([
      ['1', '甲'],
      ['2', '乙'],
    ]);
    expect(rowsOf(content).map((one) => one.isHidden)).toEqual([undefined, true]);
    expect(content.notices).toEqual([]);
  });

  test('more than 10,000 are refused', () => {
    expect(() => read(table(...Array.from({ length: 10_001 }, () => '<w:tr/>')))).toThrow(/10,000 行/);
  });

  test('more than 100 columns are refused', () => {
    expect(() => read(table(row(Array.from({ length: 101 }, () => ''))))).toThrow(/100 列/);
    expect(() => read(table(row([cell('甲', wide(1_000_000_000))])))).toThrow(AppError);
  });
});

describe('tables within tables', () => {
  test('become lines of their cell and are asked about', () => {
    const inner = table(row(['5月', '开工']), row(['6月', '完工']));
    const remark = paragraph(`<w:r><w:t>乙</w:t><w:commentReference w:id="0"/></w:r>`);
    const content = read(table(row(['1', cell(paragraph('节点：') + inner + paragraph('')), cell(remark)])));
    expect(cellsOf(content)).toEqual([['1', '节点：\n5月\t开工\n6月\t完工', '乙']]);
    expect(tellsOf(content)).toEqual([expect.stringMatching(/批注（表1第1行）/)]);
    expect(asksOf(content)).toEqual([expect.stringMatching(/套着表格（表1第1行）/)]);
  });

  test('around which one cell only frames the page are tables of their own', () => {
    const inner = table(row(['序号', '任务']), row(['1', '甲']));
    const content = read(table(row([cell(paragraph('清单') + inner + paragraph(''))])));
    expect(textsOf(content)).toEqual(['清单']);
    expect(cellsOf(content)).toEqual([
      ['序号', '任务'],
      ['1', '甲'],
    ]);
    expect([rowsOf(content)[1]!.place, content.notices]).toEqual(['表1第2行', []]);
  });
});

describe('tracked changes', () => {
  const del = (text: string) => `<w:del><w:r><w:delText>${text}</w:delText></w:r></w:del>`;
  const ins = (text: string) => `<w:ins>${run(text)}</w:ins>`;

  test('insertions are kept, deletions dropped, and it is said so', () => {
    const content = read(table(row([cell(paragraph(run('2022年') + del('5') + ins('6') + run('月底')))])));
    expect(cellsOf(content)).toEqual([['2022年6月底']]);
    expect(tellsOf(content)).toEqual([expect.stringMatching(/插入 1 处、删除 1 处：表1第1行.*接受全部修订/)]);
    expect(asksOf(content)).toEqual([]);
  });

  test('moved words stand where they were moved to', () => {
    const moved = `<w:moveFrom>${run('甲')}</w:moveFrom>${run('乙')}<w:moveTo>${run('甲')}</w:moveTo>`;
    expect(textsOf(read(paragraph(moved)))).toEqual(['乙甲']);
  });

  test('a deleted paragraph mark joins two paragraphs, which take the properties of the second', () => {
    const content = read(
      paragraph('推进', '<w:rPr><w:del/></w:rPr>') + paragraph('登记', '<w:outlineLvl w:val="0"/>') + paragraph('末'),
    );
    expect(paragraphsOf(content).map(({ text, headingLevel }) => [text, headingLevel])).toEqual([
      ['推进登记', 1],
      ['末', undefined],
    ]);
  });

  test('rows and cells follow what was decided about them', () => {
    const content = read(
      table(
        row(['1', '甲']),
        row(['2', '乙'], '<w:del/>'),
        row(['3', cell('旧', '<w:cellDel/>'), cell('新', '<w:cellIns/>')], '<w:ins/>'),
      ),
    );
    expect(cellsOf(content)).toEqual([
      ['1', '甲'],
      ['3', '新'],
    ]);
    expect(shapeOf(content)[1]).toBe('0+1×1 1+1×1');
    expect(tellsOf(content)).toEqual([expect.stringMatching(/插入 2 处、删除 2 处/)]);
  });

  test('a table whose rows are all deleted is none', () => {
    const content = read(table(row(['1'], '<w:del/>')) + table(row(['2'])));
    expect(tablesOf(content).map((one) => one.place)).toEqual(['表1']);
    const framed = read(table(row([cell(table(row(['1'])) + paragraph(''))], '<w:del/>')));
    expect(framed.blocks).toEqual([]);
  });

  test('a deleted paragraph mark before a table joins nothing', () => {
    const content = read(paragraph('甲', '<w:rPr><w:del/></w:rPr>') + table(row(['1'])) + paragraph('乙'));
    expect(content.blocks.map((block) => (block.kind === 'table' ? '表' : block.text))).toEqual(['甲', '表', '乙']);
  });

  test('the former look of a paragraph is not its look', () => {
    const former = '<w:pPrChange><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:pPrChange>';
    expect(paragraphsOf(read(paragraph('文', former)))[0]!.headingLevel).toBeUndefined();
  });
});

test('comments are left out and counted', () => {
  const remark = '<w:r><w:commentReference w:id="0"/></w:r>';
  const content = read({
    body: table(row([cell(paragraph(run('甲') + remark))])),
    comments: `<w:comment w:id="0">${paragraph('请核')}</w:comment>`,
  });
  expect(cellsOf(content)).toEqual([['甲']]);
  expect(tellsOf(content)).toEqual([expect.stringMatching(/1 条批注（表1第1行）/)]);
});

describe('struck-through words', () => {
  const struck = '<w:strike/>';
  const styles =
    '<w:style w:type="character" w:styleId="x"><w:name w:val="废止"/><w:rPr><w:dstrike/></w:rPr></w:style>' +
    '<w:style w:type="paragraph" w:styleId="y"><w:name w:val="废段"/><w:rPr><w:strike/></w:rPr></w:style>';
  test.each([
    ['wholly', paragraph(run('甲', struck)), 'all'],
    ['doubly', paragraph(run('甲', '<w:dstrike/>')), 'all'],
    ['in part', paragraph(run('甲', struck) + run('乙')), 'part'],
    ['but for white space', paragraph(run('甲', struck) + run(' ')), 'all'],
    ['by a character style', paragraph(run('甲', '<w:rStyle w:val="x"/>')), 'all'],
    ['by the paragraph style', paragraph(run('甲'), '<w:pStyle w:val="y"/>'), 'all'],
    [
      'by neither, where the run says no',
      paragraph(run('甲', '<w:strike w:val="0"/>'), '<w:pStyle w:val="y"/>'),
      undefined,
    ],
    ['not at all', paragraph(run('甲')), undefined],
  ])('%s', (_, body, expected) => {
    expect(paragraphsOf(read({ styles, body }))[0]!.struck).toBe(expected);
    expect(rowsOf(read({ styles, body: table(row([cell(body)])) }))[0]!.cells[0]!.struck).toBe(expected);
  });

  test('in one of two paragraphs are a part of the cell', () => {
    const content = read(table(row([cell(paragraph(run('甲', struck)) + paragraph('乙'))])));
    expect(rowsOf(content)[0]!.cells[0]).toMatchObject({ text: '甲\n乙', struck: 'part' });
  });
});

test('hidden words are left out and asked about', () => {
  const styles = '<w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>';
  const content = read({
    styles,
    body:
      paragraph(run('甲') + run('密', '<w:vanish/>')) +
      table(row(['1', cell(paragraph(run('乙') + run('藏', '<w:rStyle w:val="h"/>')))])),
  });
  expect([textsOf(content), cellsOf(content)]).toEqual([['甲'], [['1', '乙']]]);
  expect(asksOf(content)).toEqual([expect.stringMatching(/2 处隐藏文字.*第1段、表1第1行.*“密”、“藏”/)]);
});

describe('fields', () => {
  const mark = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
  const instruction = (text: string) => `<w:r><w:instrText xml:space="preserve">${text}</w:instrText></w:r>`;
  const field = (code: string, result: string) =>
    mark('begin') + instruction(code) + mark('separate') + run(result) + mark('end');

  test('show their result, also within each other', () => {
    const nested = mark('begin') + instruction('IF ') + field('PAGE', '9') + mark('separate') + run('乙') + mark('end');
    const simple = `<w:fldSimple w:instr="DATE">${run('丙')}</w:fldSimple>`;
    expect(textsOf(read(paragraph(field('REF x', '甲') + nested + simple)))).toEqual(['甲乙丙']);
  });

  test('may run over several paragraphs', () => {
    const content = read(
      paragraph(mark('begin') + instruction('REF') + mark('separate') + run('甲')) +
        paragraph(run('乙') + mark('end') + run('丙')),
    );
    expect(textsOf(content)).toEqual(['甲', '乙丙']);
  });

  test('that were never closed swallow nothing', () => {
    expect(textsOf(read(paragraph(mark('begin') + run('甲')) + paragraph('乙')))).toEqual(['甲', '乙']);
  });

  test('that draw a circle around a number give the circled number', () => {
    const circle = mark('begin') + instruction('eq \\o\\ac(○,') + instruction('11)') + mark('end');
    expect(textsOf(read(paragraph(circle + run('文字'))))).toEqual(['⑪文字']);
  });

  test('whose result is not in the file are asked about', () => {
    const content = read(paragraph(run('甲') + mark('begin') + instruction(' AUTONUM ') + mark('end')));
    expect(asksOf(content)).toEqual([expect.stringMatching(/第1段.*AUTONUM/)]);
  });
});

describe('automatic numbers', () => {
  const level = (index: number, format: string, pattern: string, more = '') =>
    `<w:lvl w:ilvl="${index}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${pattern}"/></w:lvl>`;
  const abstract = (id: number, ...levels: string[]) =>
    `<w:abstractNum w:abstractNumId="${id}">${levels.join('')}</w:abstractNum>`;
  const num = (id: number, abstractId: number, more = '') =>
    `<w:num w:numId="${id}"><w:abstractNumId w:val="${abstractId}"/>${more}</w:num>`;
  const item = (text: string, id: number, index = 0) =>
    paragraph(text, `<w:numPr><w:ilvl w:val="${index}"/><w:numId w:val="${id}"/></w:numPr>`);
  const parts = abstract(
    0,
    level(0, 'chineseCounting', '（%1）'),
    level(1, 'decimal', '%2.'),
    level(2, 'decimal', '%1.%2.%3 ', '<w:isLgl/>'),
  );

  test('count within their level and begin again below a higher one', () => {
    const items: [string, number][] = [
      ['甲', 0],
      ['乙', 1],
      ['丙', 1],
      ['丁', 0],
      ['戊', 1],
      ['己', 2],
    ];
    const content = read({
      numbering: parts + num(1, 0),
      body: items.map(([text, index]) => item(text, 1, index)).join(''),
    });
    expect(textsOf(content)).toEqual(['（一）甲', '1.乙', '2.丙', '（二）丁', '1.戊', '2.1.1 己']);
    expect(content.notices).toEqual([]);
  });

  test('are the whole of a cell that holds nothing else', () => {
    const numbering = abstract(0, level(0, 'decimal', '%1')) + num(1, 0);
    expect(
      cellsOf(read({ numbering, body: table(...['甲', '乙'].map((text) => row([cell(item('', 1)), text]))) })),
    ).toEqual([
      ['1', '甲'],
      ['2', '乙'],
    ]);
  });

  test('of a continued cell are neither shown nor counted, and are asked about', () => {
    const numbering = abstract(0, level(0, 'decimal', '%1')) + num(1, 0);
    const body = table(
      row([cell(item('', 1), restart), '甲']),
      row([cell(item('', 1), onward), '乙']),
      row([cell(item('', 1)), '丙']),
    );
    const content = read({ numbering, body });
    expect(cellsOf(content)).toEqual([['1', '甲'], ['乙'], ['2', '丙']]);
    expect(asksOf(content)).toEqual([expect.stringMatching(/自动编号（表1第2行）/)]);
  });

  test('go on over lists of one definition, and begin again where the list says so', () => {
    const override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>';
    const numbering = abstract(0, level(0, 'decimal', '%1、')) + num(1, 0) + num(2, 0) + num(3, 0, override);
    const body = [1, 1, 2, 3, 3].map((id) => item('文', id)).join('');
    expect(textsOf(read({ numbering, body }))).toEqual(['1、文', '2、文', '3、文', '5、文', '6、文']);
  });

  test('go on where a level never begins again', () => {
    const numbering =
      abstract(0, level(0, 'decimal', '%1.'), level(1, 'decimal', '（%2）', '<w:lvlRestart w:val="0"/>')) + num(1, 0);
    const body = [0, 1, 0, 1].map((index) => item('文', 1, index)).join('');
    expect(textsOf(read({ numbering, body }))).toEqual(['1.文', '（1）文', '2.文', '（2）文']);
  });

  test('come from a style too, and a paragraph may decline them', () => {
    const style = (id: string, inner: string) =>
      `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${id}"/>${inner}</w:style>`;
    const styles =
      style('章', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>') +
      style('条', '<w:basedOn w:val="章"/>') +
      '<w:style w:type="numbering" w:styleId="列"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>';
    const numbering =
      abstract(
        0,
        level(0, 'chineseCountingThousand', '第%1章', '<w:pStyle w:val="章"/>'),
        level(1, 'decimal', '%2.', '<w:pStyle w:val="条"/>'),
      ) +
      '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="列"/></w:abstractNum>' +
      num(1, 0) +
      num(2, 1);
    const body =
      paragraph('总则', '<w:pStyle w:val="章"/>') +
      paragraph('甲', '<w:pStyle w:val="条"/>') +
      paragraph('无号', '<w:pStyle w:val="条"/><w:numPr><w:numId w:val="0"/></w:numPr>') +
      item('附则', 2);
    expect(textsOf(read({ styles, numbering, body }))).toEqual(['第一章 总则', '1.甲', '无号', '第二章 附则']);
  });

  test.each([
    ['', '%1.', '推进', '1.推进'],
    ['', '%1', '2022年', '1 2022年'],
    ['', '（%1）', '推进', '（1）推进'],
    ['<w:suff w:val="space"/>', '%1.', '推进', '1. 推进'],
    ['<w:suff w:val="nothing"/>', '%1', '推进', '1推进'],
    ['<w:suff w:val="nothing"/>', '%1', '2022年', '1 2022年'],
  ])('stand at the head of their words: %s %s', (suffix, pattern, text, printed) => {
    const numbering = abstract(0, level(0, 'decimal', pattern, suffix)) + num(1, 0);
    expect(textsOf(read({ numbering, body: item(text, 1) }))).toEqual([printed]);
  });

  test('are not made of bullets', () => {
    const numbering =
      abstract(0, level(0, 'bullet', '\u{f0b7}')) + abstract(1, level(0, 'bullet', '★')) + num(1, 0) + num(2, 1);
    expect(textsOf(read({ numbering, body: item('甲', 1) + item('乙', 2) }))).toEqual(['甲', '★乙']);
  });

  test('that different programs would show differently are asked about', () => {
    const odd = abstract(1, level(0, 'hebrew1', '%1.'));
    const content = read({
      numbering: parts + odd + num(1, 0) + num(2, 1),
      body: item('甲', 1, 2) + item('乙', 1, 0) + item('丙', 2),
    });
    expect(asksOf(content)).toEqual([
      expect.stringMatching(/3 处自动编号.*第1段、第2段、第3段.*“1\.1\.1 ”、“（一）”、“1\.”/),
    ]);
  });

  test('are sure again where a doubtful level begins anew', () => {
    const body = [0, 2, 0, 1].map((index) => item('文', 1, index)).join('');
    const content = read({ numbering: parts + num(1, 0), body });
    expect(textsOf(content)).toEqual(['（一）文', '1.1.1 文', '（二）文', '1.文']);
    expect(asksOf(content)).toEqual([expect.stringMatching(/1 处自动编号/)]);
  });

  test('do not count paragraphs that are hidden whole', () => {
    const numbering = abstract(0, level(0, 'decimal', '%1.')) + num(1, 0);
    const properties = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:vanish/></w:rPr>';
    const content = read({
      numbering,
      body: item('甲', 1) + paragraph(run('密', '<w:vanish/>'), properties) + item('乙', 1),
    });
    expect(textsOf(content)).toEqual(['1.甲', '2.乙']);
  });

  test('do not count deleted paragraphs', () => {
    const numbering = abstract(0, level(0, 'decimal', '%1.')) + num(1, 0);
    const gone =
      '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>';
    expect(
      textsOf(
        read({ numbering, body: item('甲', 1) + gone + item('乙', 1) + gone + table(row(['丙'])) + item('丁', 1) }),
      ),
    ).toEqual(['1.甲', '2.乙', '3.丁']);
  });
});

describe('what stands beside the text', () => {
  const box = (text: string) => `<w:txbxContent>${paragraph(text)}</w:txbxContent>`;
  const both = (text: string) =>
    `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>${box(text)}</wps:txbx></w:drawing></mc:Choice>` +
    `<mc:Fallback><w:pict><v:textbox>${box(text)}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`;

  test('text boxes are read once and stand after their paragraph', () => {
    const content = read(paragraph(run('甲') + both('框中')) + paragraph('乙'));
    expect(paragraphsOf(content).map(({ text, aside, place }) => [text, aside, place])).toEqual([
      ['甲', undefined, '第1段'],
      ['框中', 'text-box', '第1段旁的文本框'],
      ['乙', undefined, '第2段'],
    ]);
  });

  test('a text box that only the fallback holds is read', () => {
    const only = `<w:r><mc:AlternateContent><mc:Choice Requires="x"/><mc:Fallback><w:pict>${box('旧')}</w:pict></mc:Fallback></mc:AlternateContent></w:r>`;
    expect(textsOf(read(paragraph(only)))).toEqual(['旧']);
  });

  test('a text box within a cell is asked about', () => {
    const content = read(table(row(['1', cell(paragraph(run('甲') + both('框中')))])));
    expect([cellsOf(content), textsOf(content)]).toEqual([[['1', '甲']], ['框中']]);
    expect(asksOf(content)).toEqual([expect.stringMatching(/文本框（表1第1行）/)]);
  });

  test('a table within a text box is a table', () => {
    const boxed = `<w:r><w:pict><w:txbxContent>${table(row(['甲', '乙']))}</w:txbxContent></w:pict></w:r>`;
    expect(cellsOf(read(paragraph(boxed)))).toEqual([['甲', '乙']]);
  });

  test('words after a table within a text box keep the place of the box', () => {
    const boxed = `<w:r><w:pict><w:txbxContent>${table(row(['甲']))}${paragraph('乙')}</w:txbxContent></w:pict></w:r>`;
    expect(paragraphsOf(read(paragraph(run('文') + boxed))).map(({ place }) => place)).toEqual([
      '第1段',
      '第1段旁的文本框',
    ]);
  });

  test('headers and footers are given, page numbers are not', () => {
    const content = read({
      body: paragraph('文'),
      header: paragraph('内部资料') + paragraph('内部资料'),
      footer: paragraph('第 3 页 共 10 页'),
    });
    expect(paragraphsOf(content).map(({ text, aside }) => [text, aside])).toEqual([
      ['文', undefined],
      ['内部资料', 'header'],
    ]);
  });

  test('notes stand after the block that refers to them', () => {
    const reference = '<w:r><w:footnoteReference w:id="2"/></w:r>';
    const content = read({
      body: table(row([cell(paragraph(run('各区') + reference))])) + paragraph('末'),
      footnotes: `<w:footnote w:id="2">${paragraph(`<w:r><w:footnoteRef/></w:r>${run('含开发区')}`)}</w:footnote>`,
    });
    expect(cellsOf(content)).toEqual([['各区']]);
    expect(paragraphsOf(content).map(({ text, aside, place }) => [text, aside, place])).toEqual([
      ['含开发区', 'note', '表1第1行的脚注'],
      ['末', undefined, '第1段'],
    ]);
  });

  test('a note that refers to itself ends', () => {
    const reference = '<w:r><w:footnoteReference w:id="2"/></w:r>';
    const footnotes = `<w:footnote w:id="2">${paragraph(run('注') + reference)}</w:footnote>`;
    expect(textsOf(read({ body: paragraph(run('文') + reference), footnotes }))).toEqual(['文', '注']);
  });

  test('a table of contents is left out and told', () => {
    const styles = '<w:style w:type="paragraph" w:styleId="t"><w:name w:val="toc 1"/></w:style>';
    const content = read({ styles, body: paragraph('（一）推进登记\t3', '<w:pStyle w:val="t"/>') + paragraph('文') });
    expect([textsOf(content), tellsOf(content)]).toEqual([['文'], [expect.stringMatching(/目录/)]]);
  });
});

describe('what cannot be read', () => {
  const picture = '<w:r><w:drawing><pic:pic/></w:drawing></w:r>';

  test('a document of pictures is asked about, with what to do', () => {
    const content = read(paragraph(picture) + paragraph(picture));
    expect(asksOf(content)).toEqual([expect.stringMatching(/2 张图片，几乎没有文字.*文字识别/)]);
  });

  test('a picture beside much text is only told', () => {
    const content = read(paragraph(picture) + paragraph('文'.repeat(60)));
    expect([asksOf(content), tellsOf(content)]).toEqual([[], [expect.stringMatching(/1 张图片/)]]);
  });

  test('a cell that holds a picture alone is asked about', () => {
    const content = read(paragraph('文'.repeat(60)) + table(row(['1', cell(paragraph(picture))])));
    expect(asksOf(content)).toEqual([expect.stringMatching(/只有图片（表1第1行）/)]);
  });

  test.each([
    [
      'an embedded object',
      paragraph(`<w:r><w:object><v:shape><v:imagedata/></v:shape><o:OLEObject/></w:object></w:r>`),
    ],
    ['an embedded file', '<w:altChunk r:id="x"/>'],
  ])('%s is asked about', (_, body) => {
    expect(asksOf(read(body))).toEqual([expect.stringMatching(/嵌入.*第1段/)]);
  });

  test('macros are told', () => {
    expect(tellsOf(read({ body: paragraph('文'), extra: { 'word/vbaProject.bin': strToU8('x') } }))).toEqual([
      expect.stringMatching(/宏/),
    ]);
  });
});

describe('pages', () => {
  const end = '<w:r><w:lastRenderedPageBreak/></w:r>';

  test('are named where the file says where they ended', () => {
    const content = read(
      paragraph('甲') +
        paragraph(end + run('乙')) +
        table(row(['1', '2']), row([cell(paragraph(end + run('3'))), '4']), row(['5', '6'])),
    );
    expect(content.blocks.map((block) => block.place)).toEqual(['第1页第1段', '第2页第2段', '第2页表1']);
    expect(rowsOf(content).map(({ place, startsPage }) => [place, startsPage])).toEqual([
      ['第2页表1第1行', undefined],
      ['第3页表1第2行', true],
      ['第3页表1第3行', undefined],
    ]);
  });

  test('that end within a row are counted once, though each cell notes it', () => {
    const broken = cell(paragraph(run('上') + end + run('下')));
    const content = read(table(row([broken, broken]), row(['1', '2'])));
    expect(rowsOf(content).map(({ place, startsPage }) => [place, startsPage])).toEqual([
      ['第1页表1第1行', undefined],
      ['第2页表1第2行', undefined],
    ]);
  });

  test('are named once for a table within a table', () => {
    const inner = table(row(['5月', cell(paragraph(run('开工') + run('密', '<w:vanish/>')))]));
    const content = read(paragraph(end + run('甲')) + table(row(['1', cell(inner + paragraph(''))]), row(['2', '3'])));
    expect(rowsOf(content).map(({ place }) => place)).toEqual(['第2页表1第1行', '第2页表1第2行']);
    expect(content.notices.map(({ place }) => place)).toEqual(['第2页表1第1行内层表第1行', '第2页表1第1行']);
  });

  test('do not begin with a table that words part from the break', () => {
    const content = read(paragraph(`<w:r><w:br w:type="page"/></w:r>${run('附件')}`) + table(row(['1'])));
    expect(rowsOf(content)[0]!.startsPage).toBeUndefined();
  });

  test('begin with the table that follows a section', () => {
    const section = (type: string) =>
      paragraph('', `<w:sectPr><w:type w:val="${type}"/></w:sectPr>`) + table(row(['1']));
    expect(rowsOf(read(section('nextPage')))[0]!.startsPage).toBe(true);
    expect(rowsOf(read(section('continuous')))[0]!.startsPage).toBeUndefined();
  });

  test('begin with the table that follows a page break', () => {
    const content = read(
      paragraph('甲') + paragraph('<w:r><w:br w:type="page"/></w:r>') + table(row(['1']), row(['2'])),
    );
    expect(rowsOf(content).map(({ place, startsPage }) => [place, startsPage])).toEqual([
      ['表1第1行', true],
      ['表1第2行', undefined],
    ]);
  });
});

describe('other writers', () => {
  test('may use other prefixes and the strict namespaces', () => {
    const body =
      '<n:document xmlns:n="http://purl.oclc.org/ooxml/wordprocessingml/main"><n:body><n:p><n:r><n:t>甲</n:t></n:r></n:p></n:body></n:document>';
    expect(textsOf(read({ body: '', extra: { 'word/document.xml': strToU8(body) } }))).toEqual(['甲']);
  });

  test('may name the main part otherwise', () => {
    const relation =
      '<Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/文/正文.xml"/>';
    const body =
      '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:body></w:document>';
    const extra = {
      '_rels/.rels': strToU8(
        `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relation}</Relationships>`,
      ),
      '文/正文.xml': strToU8(body),
    };
    expect(textsOf(read({ body: '', extra }))).toEqual(['乙']);
  });

  test.each([
    ['without a document', '<x/>', /没有 Word 正文/],
    ['with an entity', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', /DOCTYPE/],
    ['cut off', '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>', /XML/],
  ])('a file %s is refused', (_, text, words) => {
    const extra = { 'word/document.xml': strToU8(text) };
    expect(() => read({ body: '', extra })).toThrow(AppError);
    expect(() => read({ body: '', extra })).toThrow(words);
  });
});
