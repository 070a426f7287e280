import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceContent, SourceTable } from './source';
import { readText } from './text';

const document = (slug: string) => readText(readFileSync(`seeds/documents/${slug}.txt`, 'utf8'));
const tablesOf = (content: SourceContent) => content.blocks.filter((block) => block.kind === 'table');
const textsOf = (table: SourceTable | undefined) =>
  (table?.rows ?? []).map((row) => row.cells.map((cell) => cell.text));
const paragraphsOf = (content: SourceContent) =>
  content.blocks.flatMap((block) => (block.kind === 'paragraph' && block.text.trim() !== '' ? [block.text] : []));

function onlyTable(content: SourceContent): SourceTable {
  expect(tablesOf(content)).toHaveLength(1);
  return tablesOf(content)[0]!;
}

/** Every printed character but white space and the marks of headings. */
function charactersOf(content: SourceContent): string {
  const texts = content.blocks.map((block) => (block.kind === 'table' ? textsOf(block).flat().join('') : block.text));
  return texts.join('').replace(/\s+/gu, '');
}

describe('readText', () => {
  it.each(['ezhou-2022', 'ezhou-assessment-2020', 'zengdu-2022', 'ezhou-housing-2022', 'huarong-2023'])(
    '%s keeps every printed character in order',
    (slug) => {
      const printed = readFileSync(`seeds/documents/${slug}.txt`, 'utf8').replace(/^#+ /gm, '').replace(/\s+/gu, '');
      expect(charactersOf(document(slug))).toBe(printed);
    },
  );

  describe('a cell per line that begins with a tab', () => {
    it('finds all rows of ezhou-2022, also those cut by an empty line, without a question', () => {
      const content = document('ezhou-2022');
      const table = onlyTable(content);
      expect(content.notices).toEqual([]);
      expect(table.rows).toHaveLength(155);
      expect(table.rows.slice(1).every((row) => row.cells.length === 7)).toBe(true);
      expect(textsOf(table)[13]!.slice(0, 3)).toEqual(['', '7.持续提高办电效率', '（13）']);
      expect(textsOf(table)[103]!.slice(0, 3)).toEqual(['', '38.优化破产重整机制', '（103）']);
    });

    it('spreads a header cell over the columns before the numbers', () => {
      const header = onlyTable(document('ezhou-2022')).rows[0]!;
      expect(header.cells[0]).toMatchObject({ column: 0, columnSpan: 2, text: '政策措施' });
      expect(header.cells[1]).toMatchObject({ column: 2, columnSpan: 1, text: '序号' });
    });

    it('joins the lines of a cell and leaves the notes behind the table outside', () => {
      const content = document('ezhou-assessment-2020');
      const table = onlyTable(content);
      expect(content.notices).toEqual([]);
      expect(table.rows).toHaveLength(79);
      expect(textsOf(table)[0]![8]).toBe('完成\n\n时限');
      expect(textsOf(table)[1]![6]).toBe('各级政务\n\n服务机构');
      expect(paragraphsOf(content).at(-1)).toMatch(/^3\./);
    });

    it('names the place of a row and asks where a cell is missing', () => {
      const row = (number: number, size = 4) => [
        '',
        ...[`${number}`, '做事。', '某局', '年底'].slice(0, size).map((cell) => `\t${cell}`),
      ];
      const text = [
        '\t序号',
        '\t重点任务',
        '\t牵头单位',
        '\t完成时限',
        ...row(1),
        ...row(2),
        ...row(3, 3),
        ...row(4),
        ...row(5),
      ].join('\n');
      const content = readText(text);
      expect(content.notices).toHaveLength(1);
      expect(content.notices[0]).toMatchObject({ place: '第16行', ask: true });
      expect(textsOf(onlyTable(content)).map((cells) => cells[0])).toEqual(['序号', '1', '2', '3', '4', '5']);
    });

    it('takes tabs at the head of prose for indents', () => {
      const content = readText('\t为贯彻落实部署，制定本方案。\n\t各单位要认真执行。\n\n\t特此通知。');
      expect(tablesOf(content)).toEqual([]);
      expect(paragraphsOf(content)).toHaveLength(3);
    });
  });

  describe('a row per line', () => {
    it.each([
      ['zengdu-2022', 130],
      ['ezhou-housing-2022', 35],
    ])('finds all rows of %s, repeated headers among them', (slug, rows) => {
      const content = document(slug);
      const table = onlyTable(content);
      expect(content.notices).toEqual([]);
      expect(table.rows).toHaveLength(rows);
      expect(table.rows.every((row) => row.cells.length === 6)).toBe(true);
    });

    const header = '序号\t重点任务\t牵头单位\t完成时限';

    it('joins a row broken inside a cell where the columns prove it', () => {
      const content = readText(`${header}\n1\t做好一\n件事\t某局\t年底\n2\t做好又一件事\t某局\t年底`);
      expect(textsOf(onlyTable(content))[1]).toEqual(['1', '做好一\n件事', '某局', '年底']);
      expect(content.notices).toEqual([]);
    });

    it('asks where the columns do not prove to which cell a line belongs', () => {
      const content = readText(`${header}\n1\t做一件事\t某局\t2022年6月底，\n长期推进\n2\t做一件事\t某局\t年底`);
      expect(textsOf(onlyTable(content))[1]![3]).toBe('2022年6月底，\n长期推进');
      expect(content.notices).toMatchObject([{ place: '第3行', ask: true }]);
    });

    it('asks where a row lacks a cell', () => {
      const content = readText(`${header}\n1\t做一件事\t某局\n2\t做一件事\t某局\t年底\n3\t做一件事\t某局\t年底`);
      expect(content.notices).toMatchObject([{ place: '第2行', ask: true }]);
    });

    it('reads the quoted cells of a spreadsheet', () => {
      const content = readText(`${header}\n1\t"做一件事\n再说""又""一件"\t某局\t年底\n2\t做"好"事\t某局\t年底`);
      expect(textsOf(onlyTable(content)).slice(1)).toEqual([
        ['1', '做一件事\n再说"又"一件', '某局', '年底'],
        ['2', '做"好"事', '某局', '年底'],
      ]);
    });

    it('keeps a heading between the rows as a row over all columns', () => {
      const content = readText(`${header}\n（一）优化服务\n1\t做一件事\t某局\t年底\n2\t做一件事\t某局\t年底`);
      expect(onlyTable(content).rows[1]!.cells).toEqual([
        { column: 0, columnSpan: 4, rowSpan: 1, text: '（一）优化服务' },
      ]);
    });

    it('takes no line of prose with a tab for a table', () => {
      const content = readText('联系人：张三\t电话：000\n\n正文。\n\n签发：李四\t2022年\n附：无');
      expect(tablesOf(content)).toEqual([]);
      expect(content.notices).toEqual([]);
    });

    it('reads back any table of plain cells', () => {
      const cell = fc.constantFrom('', '甲', '市住建局、市财政局', '2022年底', '（一）推进', '做好工作。');
      fc.assert(
        fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }), (rows) => {
          const cells = rows.map(([first, second], index) => [first, `${index + 1}`, second, '末']);
          const text = [['政策措施', '序号', '重点任务', '完成时限'], ...cells].map((row) => row.join('\t')).join('\n');
          const content = readText(`标题\n\n${text}\n\n落款`);
          expect(textsOf(onlyTable(content)).slice(1)).toEqual(cells);
          expect(paragraphsOf(content)).toEqual(['标题', '落款']);
        }),
      );
    });
  });

  it('keeps blank lines and lines of white space as they are found', () => {
    const content = readText('序号\n\n \n\u00A0\n重点任务');
    expect(content.blocks.map((block) => (block.kind === 'paragraph' ? block.text : null))).toEqual([
      '序号',
      '',
      ' ',
      '\u00A0',
      '重点任务',
    ]);
    expect(content.blocks[4]!.place).toBe('第5行');
  });

  it('reads the marks of a heading as its level', () => {
    expect(readText('## 任务清单').blocks).toEqual([
      { kind: 'paragraph', place: '第1行', text: '任务清单', headingLevel: 2 },
    ]);
  });

  it('reads a table of bars', () => {
    const content = readText('| 序号 | 重点任务 | 牵头单位 |\n|---|:-:|---|\n| 1 | 做事 |  |\n\n注');
    expect(textsOf(onlyTable(content))).toEqual([
      ['序号', '重点任务', '牵头单位'],
      ['1', '做事', ''],
    ]);
    expect(paragraphsOf(content)).toEqual(['注']);
  });

  it('reads a table of spaces only where every line has the cells of the header, and says so', () => {
    const header = '序号  重点任务  牵头单位';
    expect(onlyTable(readText(`${header}\n1  做事  某局`)).isReconstructed).toBe(true);
    const uneven = readText(`${header}\n1  做事  某局\n2  做事`);
    expect(tablesOf(uneven)).toEqual([]);
    expect(uneven.notices).toMatchObject([{ place: '第1行', ask: true }]);
  });

  it('joins a numbered row that is broken inside several of its cells', () => {
    const content = readText(
      '序号\t重点任务\t牵头单位\t完成时限\n1\t做甲事，\n并做乙事。\t某局、\n某委\t6月\n2\t做丙事。\t某局\t7月',
    );
    expect(textsOf(onlyTable(content)).slice(1)).toEqual([
      ['1', '做甲事，\n并做乙事。', '某局、\n某委', '6月'],
      ['2', '做丙事。', '某局', '7月'],
    ]);
    expect(content.notices).toEqual([]);
  });
});
