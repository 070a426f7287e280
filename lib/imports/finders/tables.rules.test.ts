import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceCell, SourceContent, SourceParagraph, SourceRow, SourceTable } from '@/lib/imports/readers/source';
import { compactText } from '@/lib/text';
import type { ListCandidate, ListField, RawRow } from './raw-list';
import { findLeadRule, findTables } from './tables.rules';

type Printed = string | { text: string; columnSpan?: number; rowSpan?: number; struck?: 'all' | 'part' };

/** Cells from left to right as HTML writes them; what spans from above cover is left out. */
function table(rows: Printed[][], more: Partial<SourceTable> = {}): SourceTable {
  const busy = new Set<string>();
  const sourceRows = rows.map((cells, row): SourceRow => {
    let column = 0;
    const placed = cells.map((printed): SourceCell => {
      const { text, columnSpan = 1, rowSpan = 1, struck } = typeof printed === 'string' ? { text: printed } : printed;
      while (busy.has(`${row},${column}`)) column += 1;
      const cell = { column, columnSpan, rowSpan, text, ...(struck ? { struck } : {}) };
      for (let down = 0; down < rowSpan; down += 1) {
        for (let right = 0; right < columnSpan; right += 1) busy.add(`${row + down},${column + right}`);
      }
      column += columnSpan;
      return cell;
    });
    return { place: `表1第${row + 1}行`, cells: placed };
  });
  return { kind: 'table', place: '表1', name: null, rows: sourceRows, ...more };
}
function paragraph(text: string): SourceParagraph {
  return { kind: 'paragraph', place: '第1段', text };
}
function content(...blocks: (SourceTable | SourceParagraph)[]): SourceContent {
  return { format: 'docx', blocks, notices: [] };
}
function read(...blocks: (SourceTable | SourceParagraph)[]): ListCandidate {
  const [best] = findTables(content(...blocks));
  return best!;
}
function values(candidate: ListCandidate, field: ListField): (string | undefined)[] {
  return candidate.list.rows.map(({ cells }) => cells[field]?.text);
}
function doubts(row: RawRow | undefined): string[] {
  return row!.doubts.map(({ field, kind }) => `${field}:${kind}`);
}
const allDoubts = (candidate: ListCandidate) => [
  ...candidate.list.doubts.map(({ field, kind }) => `${field}:${kind}`),
  ...candidate.list.rows.flatMap(doubts),
];

const HEADER = ['序号', '重点任务', '牵头单位', '责任单位', '完成时限'];
const row = (
  seq: string,
  text = `任务${seq}内容。`,
  lead = '市甲局',
  responsible = '市乙局',
  deadline = '2022年5月底',
): string[] => [seq, text, lead, responsible, deadline];

describe('findTables', () => {
  it('reads a plain table without any question', () => {
    const found = read(table([HEADER, row('1'), row('2')]));
    expect(values(found, 'text')).toEqual(['任务1内容。', '任务2内容。']);
    expect(found.list.headings.lead).toBe('牵头单位');
    expect(allDoubts(found)).toEqual([]);
    expect(found.words).toBe('表1（5 列，2 行）');
    expect(found.weight).toBe(2);
  });

  it('keeps title and notes around the body as left over', () => {
    const wide = (text: string) => [{ text, columnSpan: 5 }];
    const found = read(table([wide('某市2022年重点任务清单'), HEADER, row('1'), wide('注：列第一位的为牵头单位。')]));
    expect(found.list.leftOver.map(({ text }) => text)).toEqual([
      '某市2022年重点任务清单',
      '注：列第一位的为牵头单位。',
    ]);
    expect(found.list.leadRule).toMatchObject({ kind: 'first', place: '表1第4行' });
    expect(found.list.rows).toHaveLength(1);
  });

  it('takes over a cell that a span covers, without a question', () => {
    const found = read(
      table([
        HEADER,
        ['1', '任务一。', { text: '市甲局', rowSpan: 2 }, '市乙局', '长期推进'],
        ['2', '任务二。', '市丙局', '全年'],
      ]),
    );
    expect(found.list.rows[1]!.cells.lead).toMatchObject({ text: '市甲局', isInherited: true, place: '表1第2行' });
    expect(found.list.rows[1]!.cells.responsible!.text).toBe('市丙局');
    expect(allDoubts(found)).toEqual([]);
  });

  it('asks about a blank lead and offers the one above', () => {
    const found = read(table([HEADER, row('1'), row('2', '任务二。', '')]));
    const [doubt] = found.list.rows[1]!.doubts;
    expect(found.list.rows[1]!.cells.lead!.text).toBe('');
    expect(doubt).toMatchObject({
      field: 'lead',
      kind: 'blank-cell',
      candidates: [{ value: '市甲局', why: '同上一行' }],
    });
  });

  it('does not ask about a column that is blank throughout', () => {
    const found = read(table([HEADER, row('1', '任务一。', '市甲局', ''), row('2', '任务二。', '市甲局', '')]));
    expect(allDoubts(found)).toEqual([]);
  });

  it('resolves 同上 to the row above and asks', () => {
    const found = read(table([HEADER, row('1'), row('2', '任务二。', '同上')]));
    expect(found.list.rows[1]!.cells.lead).toMatchObject({ text: '市甲局', isInherited: true });
    expect(doubts(found.list.rows[1])).toEqual(['lead:inherited']);
  });

  it('reads a two-line header', () => {
    const found = read(
      table([
        [
          { text: '序号', rowSpan: 2 },
          { text: '重点任务', rowSpan: 2 },
          { text: '责任单位', columnSpan: 2 },
          { text: '完成时限', rowSpan: 2 },
        ],
        ['牵头单位', '配合单位'],
        row('1'),
      ]),
    );
    expect([values(found, 'lead'), values(found, 'responsible')]).toEqual([['市甲局'], ['市乙局']]);
    expect(allDoubts(found)).toEqual([]);
  });

  it('drops a header printed again and the numbers of the columns', () => {
    const found = read(table([HEADER, ['1', '2', '3', '4', '5'], row('1'), HEADER, row('2')]));
    expect(values(found, 'seq')).toEqual(['1', '2']);
    expect(found.list.leftOver).toEqual([]);
  });

  it('joins a row that a page break cut in two, without a question where all says so', () => {
    const found = read(
      table([HEADER, row('1'), row('2', '提出建议供市委、'), HEADER, ['', '市政府参考。', '', '', ''], row('3')]),
    );
    expect(values(found, 'text')).toEqual(['任务1内容。', '提出建议供市委、市政府参考。', '任务3内容。']);
    expect(allDoubts(found)).toEqual([]);
  });

  it('joins a heading that a page break cut, for the rows before and after', () => {
    const header = ['改革举措', ...HEADER];
    const found = read(
      table([header, ['1.推进一照', ...row('1')], header, ['多址改革', ...row('2')], ['2.乙举措', ...row('3')]]),
    );
    expect(values(found, 'measure')).toEqual(['1.推进一照多址改革', '1.推进一照多址改革', '2.乙举措']);
    expect(allDoubts(found)).toEqual([]);
  });

  it('gives the rows under a merged cell that a page break cut the whole of it', () => {
    const covering = { text: '、市丙局', rowSpan: 2 };
    const found = read(
      table([
        HEADER,
        row('1', '提出建议供市委、'),
        HEADER,
        ['', '市政府参考。', '', covering, ''],
        ['2', '任务二。', '市甲局', '全年'],
      ]),
    );
    expect(values(found, 'responsible')).toEqual(['市乙局、市丙局', '市乙局、市丙局']);
  });

  it('joins what may be cut without a page break and asks', () => {
    const found = read(table([HEADER, row('1', '提出建议供市委、'), ['', '市政府参考。', '', '', ''], row('2')]));
    expect(values(found, 'text')).toEqual(['提出建议供市委、市政府参考。', '任务2内容。']);
    expect(doubts(found.list.rows[0])).toEqual(['text:split-row']);
  });

  it('keeps every row of one number', () => {
    const found = read(table([HEADER, row('1'), row('', '另一事项。'), row('2')]));
    expect(found.list.rows.map(({ cells }) => [cells.seq!.text, cells.seq!.isInherited])).toEqual([
      ['1', false],
      ['1', true],
      ['2', false],
    ]);
  });

  it('asks for a number that was left out', () => {
    const found = read(table([HEADER, row('1'), row('', '另一事项。'), row('3')]));
    expect(found.list.rows[1]!.cells.seq!.text).toBe('');
    expect(found.list.rows[1]!.doubts[0]).toMatchObject({
      field: 'seq',
      kind: 'numbering',
      candidates: [{ value: '2' }],
    });
  });

  it('keeps the groups of units of one task as rows and asks', () => {
    const found = read(
      table([
        HEADER,
        [{ text: '1', rowSpan: 2 }, { text: '任务一。', rowSpan: 2 }, '市甲局', '市乙局', '全年'],
        ['市丙局', '市丁局', '全年'],
      ]),
    );
    expect(values(found, 'lead')).toEqual(['市甲局', '市丙局']);
    expect(values(found, 'text')).toEqual(['任务一。', '任务一。']);
    expect(doubts(found.list.rows[1])).toEqual(['row:split-row']);
  });

  it('takes rows over the whole width as section and measure by their numbers', () => {
    const wide = (text: string) => [{ text, columnSpan: 5 }];
    const found = read(
      table([
        HEADER,
        wide('（一）甲领域'),
        wide('1.甲举措'),
        row('1'),
        wide('2.乙举措'),
        row('2'),
        ['（二）乙领域', '', '', '', ''],
        row('3'),
      ]),
    );
    expect(values(found, 'section')).toEqual(['（一）甲领域', '（一）甲领域', '（二）乙领域']);
    expect(values(found, 'measure')).toEqual(['1.甲举措', '2.乙举措', undefined]);
    expect(allDoubts(found)).toEqual([]);
  });

  it('reads a Chinese number and a title in a row of their own as a section', () => {
    const found = read(table([HEADER, ['一', '优化政务环境', '', '', ''], row('1')]));
    expect(values(found, 'section')).toEqual(['一 优化政务环境']);
  });

  it('tells section and measure apart inside one column', () => {
    const header = ['政策措施', ...HEADER];
    const found = read(
      table([
        header,
        ['（一）甲领域', '', '', '', '', ''],
        ['1.甲举措', ...row('1')],
        ['', ...row('2')],
        ['2.乙举措', ...row('3')],
        ['（二）乙领域\n3.丙举措', ...row('4')],
      ]),
    );
    expect(values(found, 'section')).toEqual(['（一）甲领域', '（一）甲领域', '（一）甲领域', '（二）乙领域']);
    expect(values(found, 'measure')).toEqual(['1.甲举措', '1.甲举措', '2.乙举措', '3.丙举措']);
  });

  it('finds by content that one heading stands over two columns', () => {
    const header = ['政策措施', ...HEADER];
    const found = read(
      table(
        [
          header,
          ['（一）甲领域', '1.甲举措', ...row('（1）')],
          ['', '', ...row('（2）')],
          ['', '2.乙举措', ...row('（3）')],
        ],
        { isReconstructed: true },
      ),
    );
    expect(values(found, 'section')).toEqual(['（一）甲领域', '（一）甲领域', '（一）甲领域']);
    expect(values(found, 'measure')).toEqual(['1.甲举措', '1.甲举措', '2.乙举措']);
    expect(values(found, 'seq')).toEqual(['（1）', '（2）', '（3）']);
    expect(values(found, 'deadline')[2]).toBe('2022年5月底');
  });

  it('asks about a group that is blank where a new section starts', () => {
    const header = ['政策措施', ...HEADER, '责任专项组'];
    const found = read(
      table([header, ['（一）甲', ...row('1'), '市场环境组'], ['', ...row('2'), ''], ['（二）乙', ...row('3'), '']]),
    );
    expect(found.list.rows.map(doubts)).toEqual([[], [], ['group:inherited']]);
    expect(values(found, 'group')[2]).toBe('市场环境组');
  });

  it('continues one list over several tables and keeps a different one as a rival', () => {
    const rest = table([row('3'), row('4')], { place: '表2' });
    const other = table(
      [
        ['序号', '工作内容', '责任单位'],
        ['1', '另一表。', '市甲局'],
      ],
      { place: '表3' },
    );
    const found = findTables(content(table([HEADER, row('1'), row('2')]), paragraph(''), rest, other));
    expect(found.map(({ list }) => list.rows.length)).toEqual([4, 1]);
    expect(found[0]!.blocks).toEqual([0, 2]);
  });

  it('asks where the numbers begin again in a further table with the same columns', () => {
    const found = read(table([HEADER, row('1')]), table([HEADER, row('1', '另一项。')], { place: '表2' }));
    expect(found.list.rows).toHaveLength(2);
    expect(found.list.doubts.map(({ kind }) => kind)).toEqual(['tables']);
  });

  it('takes the numbered paragraphs above several tables as sections', () => {
    const found = read(
      paragraph('一、甲领域'),
      table([HEADER, row('1')]),
      paragraph('二、乙领域'),
      table([HEADER, row('2')]),
    );
    expect(values(found, 'section')).toEqual(['一、甲领域', '二、乙领域']);
    expect(found.blocks).toEqual([0, 1, 2, 3]);
  });

  it('takes titles in rows of their own above a column of headings as sections', () => {
    const header = ['序号', '项目', '工作内容', '责任单位'];
    const wide = (text: string) => [{ text, columnSpan: 4 }];
    const found = read(
      table([
        header,
        wide('一、甲领域'),
        ['1', '乙项目', '内容一。', '市甲局'],
        wide('二、丙领域'),
        ['2', '丁项目', '内容二。', '市甲局'],
      ]),
    );
    expect([values(found, 'section'), values(found, 'measure')]).toEqual([
      ['一、甲领域', '二、丙领域'],
      ['乙项目', '丁项目'],
    ]);
    expect(found.list.headings).toMatchObject({ measure: '项目' });
  });

  it('reads headings numbered 一、 as sections, whatever their column is called', () => {
    const found = read(
      table([
        ['工作任务', '工作内容', '责任单位'],
        ['一、甲领域', '任务一。', '市甲局'],
        ['', '任务二。', '市甲局'],
      ]),
    );
    expect([values(found, 'section'), values(found, 'measure')]).toEqual([
      ['一、甲领域', '一、甲领域'],
      [undefined, undefined],
    ]);
    expect(found.list.headings).toMatchObject({ section: '工作任务' });
  });

  it('asks once about titles without a number', () => {
    const wide = (text: string) => [{ text, columnSpan: 5 }];
    const found = read(table([HEADER, wide('甲领域'), row('1'), wide('乙领域'), row('2')]));
    expect(values(found, 'section')).toEqual(['甲领域', '乙领域']);
    expect(allDoubts(found)).toEqual(['document:heading']);
  });

  it('does not take a numbered task without units for a title', () => {
    const found = read(
      table([
        ['重点任务', '责任单位'],
        ['一、甲领域', ''],
        ['1.任务一', '市甲局'],
        ['2.任务二', ''],
        ['3.任务三', '市甲局'],
      ]),
    );
    expect(values(found, 'text')).toEqual(['任务一', '任务二', '任务三']);
    expect(values(found, 'seq')).toEqual(['1.', '2.', '3.']);
    expect(found.list.rows.map(doubts)).toEqual([[], ['responsible:blank-cell'], []]);
  });

  it('names a heading under which no row stands', () => {
    const found = read(table([HEADER, row('1'), ['（二）乙领域', '', '', '', '']]));
    expect(found.list.leftOver.map(({ text }) => text)).toEqual(['（二）乙领域']);
    expect(found.list.doubts.map(({ kind }) => kind)).toEqual(['heading']);
  });

  it('gives no measure to a task whose cell reaches over the measures, and asks', () => {
    const header = ['改革举措', '重点任务', '责任单位'];
    const found = read(
      table([header, ['1.甲举措', '任务一。', '市甲局'], [{ text: '任务二。', columnSpan: 2 }, '市甲局']]),
    );
    expect(values(found, 'measure')).toEqual(['1.甲举措', undefined]);
    expect(doubts(found.list.rows[1])).toEqual(['text:blank-cell', 'measure:heading']);
  });

  it('reads a two-line header whose merged cells are lost', () => {
    const found = read(
      table([['序号', '重点任务', '责任单位', '', '完成时限'], ['', '', '牵头单位', '配合单位', ''], row('1')]),
    );
    expect([values(found, 'lead'), values(found, 'responsible')]).toEqual([['市甲局'], ['市乙局']]);
  });

  it('does not take the first heading under a group for a second line of the header', () => {
    const header = [{ text: '政策措施', columnSpan: 2 }, ...HEADER];
    const found = read(table([header, ['（一）甲领域', '', '', '', '', '', ''], ['', '1.甲举措', ...row('1')]]));
    expect([values(found, 'section'), values(found, 'measure')]).toEqual([['（一）甲领域'], ['1.甲举措']]);
  });

  it('leaves totals out of the rows and asks where the points do not sum to them', () => {
    const header = ['序号', '考核内容', '分值', '责任单位'];
    const right = read(
      table([header, ['1', '甲。', '2', '市甲局'], ['2', '乙。', '3.5', '市甲局'], ['合计', '', '5.5', '']]),
    );
    const wrong = read(table([header, ['1', '甲。', '2', '市甲局'], ['合计', '', '5', '']]));
    expect(right.list.rows).toHaveLength(2);
    expect(allDoubts(right)).toEqual([]);
    expect(allDoubts(wrong)).toEqual(['points:points-total']);
    expect(wrong.list.leftOver[0]!.text).toBe('合计\t5');
  });

  it('asks about struck rows, struck words and hidden rows', () => {
    const struck = row('1').map((text) => ({ text, struck: 'all' as const }));
    const source = table([
      HEADER,
      struck,
      [...row('2').slice(0, 4), { text: '2022年5月底', struck: 'part' }],
      row('3'),
    ]);
    source.rows[3]!.isHidden = true;
    expect(read(source).list.rows.map(doubts)).toEqual([['row:struck'], ['deadline:struck'], ['row:hidden']]);
  });

  it('puts a hidden sheet behind a visible one', () => {
    const hidden = table([HEADER, row('1'), row('2')], { isHidden: true, place: '表0' });
    const found = findTables(content(hidden, table([HEADER, row('1')])));
    expect(found.map(({ place }) => place)).toEqual(['表1', '表0']);
    expect(found[1]!.list.doubts.map(({ kind }) => kind)).toEqual(['hidden']);
  });

  it('keeps unknown columns under their headings', () => {
    const header = [...HEADER, '责任领导', '备 注', '备注'];
    const found = read(table([header, [...row('1'), '张三', '甲', '乙']]));
    const extra = Object.entries(found.list.rows[0]!.extra).map(([key, { text }]) => [key, text]);
    expect(extra).toEqual([
      ['leaderInCharge', '张三'],
      ['备注', '甲'],
      ['备注（2）', '乙'],
    ]);
  });

  it('reads a table without headings by its contents and asks', () => {
    const found = read(
      table([
        row('1', '推进企业登记注销便利化改革。'),
        row('2', '优化用电用水用气服务。'),
        row('3', '深化证照分离改革工作。'),
      ]),
    );
    expect(values(found, 'lead')).toEqual(['市甲局', '市甲局', '市甲局']);
    expect(found.list.doubts.map(({ kind }) => kind)).toEqual(['columns']);
  });

  it('is no list where nothing says what the columns are', () => {
    expect(
      findTables(
        content(
          table([
            ['姓名', '电话'],
            ['张三', '123'],
            ['李四', '456'],
          ]),
        ),
      ),
    ).toEqual([]);
  });

  it('reads lead and responsible units from labels inside one column', () => {
    const header = ['序号', '重点任务', '责任单位', '完成时限'];
    const found = read(
      table([
        header,
        ['1', '甲。', '牵头单位：市甲局\n配合单位：市乙局', '全年'],
        ['2', '乙。', '市丙局牵头，市丁局配合', '全年'],
      ]),
    );
    expect(values(found, 'lead')).toEqual(['市甲局', '市丙局']);
    expect(values(found, 'responsible')).toEqual(['市乙局', '市丁局']);
  });

  it('asks about a reconstructed row with too few cells', () => {
    const found = read(table([HEADER, row('1'), row('2').slice(0, 4)], { isReconstructed: true }));
    expect(doubts(found.list.rows[1])).toContain('row:columns');
  });

  it('refuses more columns and more rows than the limits', () => {
    const wide = Array.from({ length: 101 }, () => '甲');
    const long = Array.from({ length: 10_001 }, () => ['甲']);
    expect(() => findTables(content(table([wide])))).toThrow('100 列');
    expect(() => findTables(content(table(long)))).toThrow('10000 行');
  });

  it('loses no printed character', () => {
    const word = fc.constantFrom(
      '',
      '甲',
      '市乙局',
      '2022年5月底',
      '（一）丙',
      '合计',
      '同上',
      '注：丁',
      '任务。',
      '3',
      '1.戊',
    );
    const full = fc.array(word, { minLength: 6, maxLength: 6 });
    const sparse = fc.tuple(fc.nat(5), fc.nat(5), word, word).map(([one, other, first, second]) => {
      const cells = Array.from({ length: 6 }, () => '');
      cells[one] = first;
      if (other % 2 === 0) cells[other] = second;
      return cells;
    });
    const wide = word.map((text) => [{ text, columnSpan: 6 }]);
    const pair = fc
      .tuple(full, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), full)
      .map(([upper, spans, lower]) => [
        upper.map((text, column) => ({ text, rowSpan: spans[column] ? 2 : 1 })),
        lower.filter((_, column) => !spans[column]),
      ]);
    const lines = fc.array(
      fc.oneof(
        full.map((one) => [one]),
        sparse.map((one) => [one]),
        wide.map((one) => [one]),
        pair,
      ),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(lines, (groups) => {
        // A mark of its own on each cell, but for those that must stay as they are.
        let mark = 0x5000;
        const marked = groups.flat().map((cells) =>
          cells.map((cell) => {
            const printed = typeof cell === 'string' ? { text: cell } : cell;
            mark += 1;
            return /^(?:|合计|同上|3)$/.test(printed.text)
              ? printed
              : { ...printed, text: `${printed.text}${String.fromCharCode(mark)}` };
          }),
        );
        const [candidate] = findTables(content(table([['政策措施', ...HEADER], ...marked])));
        if (!candidate) return;
        const { rows, leftOver } = candidate.list;
        const kept = [
          ...rows.flatMap(({ cells, extra }) => [...Object.values(cells), ...Object.values(extra)]),
          // A number may have been taken off the head of its text.
          ...rows.map(({ cells }) => ({ text: `${cells.seq?.text ?? ''}${cells.text?.text ?? ''}` })),
          ...leftOver,
        ].map(({ text }) => compactText(text));
        // 同上 gives way to what it stands for.
        const printed = marked
          .flat()
          .map(({ text }) => text)
          .filter((text) => text !== '' && text !== '同上');
        for (const text of printed) expect(kept.join('\n')).toContain(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('findLeadRule', () => {
  it.each([
    ['注：列第一位的为牵头单位', 'first'],
    ['责任单位中排在第一位的为牵头单位。', 'first'],
    ['“牵头单位”为责任单位中第一个单位', 'first'],
    ['责任单位第一个逗号前为牵头单位', 'before-first-comma'],
  ])('reads %s', (text, kind) => expect(findLeadRule(content(paragraph(text)))?.kind).toBe(kind));

  it('finds none in an ordinary sentence', () => {
    expect(findLeadRule(content(paragraph('各牵头单位要积极作为，第一时间落实责任。')))).toBeNull();
  });
});

describe('several tables of one list', () => {
  const row = (number: string, task: string) => [number, task, '市甲局', '市乙局', '2022年6月'];

  it('joins tables whose columns stand in another order', () => {
    const found = read(
      table([HEADER, row('1', '做甲事。'), row('2', '做乙事。')]),
      table([
        ['序号', '完成时限', '重点任务', '牵头单位', '责任单位'],
        ['1', '2022年7月', '做丙事。', '市丙局', '市丁局'],
      ]),
    );
    expect([values(found, 'text'), values(found, 'lead')]).toEqual([
      ['做甲事。', '做乙事。', '做丙事。'],
      ['市甲局', '市甲局', '市丙局'],
    ]);
  });

  it('joins a table with other columns where its numbers go on', () => {
    const found = read(
      table([HEADER, row('1', '做甲事。'), row('2', '做乙事。')]),
      table([
        ['序号', '重点任务', '责任单位', '备注'],
        ['3', '做丙事。', '市丙局', '新增'],
      ]),
    );
    expect(values(found, 'text')).toEqual(['做甲事。', '做乙事。', '做丙事。']);
  });

  it('takes captions without numbers above every table as areas and asks', () => {
    const found = read(
      paragraph('市场环境组（1项）'),
      table([HEADER, row('1', '做甲事。')]),
      paragraph('法治环境组（1项）'),
      table([HEADER, row('2', '做乙事。')]),
    );
    expect([values(found, 'section'), found.list.doubts.filter(({ kind }) => kind === 'heading').length]).toEqual([
      ['市场环境组（1项）', '法治环境组（1项）'],
      1,
    ]);
  });

  it('takes no title and no mark of a continued table for a caption', () => {
    const found = read(
      paragraph('某县重点任务清单'),
      table([HEADER, row('1', '做甲事。')]),
      paragraph('续表'),
      table([HEADER, row('2', '做乙事。')]),
    );
    expect(values(found, 'section')).toEqual([undefined, undefined]);
  });

  it.each([
    ['groups', ['市场环境组', '法治环境组'], 'group'],
    ['areas', ['市场环境', '法治环境'], 'section'],
  ] as const)('takes the names of sheets as %s and asks', (_, names, field) => {
    const sheets = names.map((name, index) => {
      const sheet = table([HEADER, row(String(index + 1), `做${name}的事。`)], { name, place: name });
      return { ...sheet, rows: sheet.rows.map((one) => ({ ...one, place: `${name}${one.place}` })) };
    });
    const found = read(...sheets);
    expect([values(found, field), found.list.doubts.map(({ kind }) => kind)]).toEqual([names, ['heading']]);
  });
});

describe('cells that stand for the one above', () => {
  it('keeps the heading in force where 同上 or 〃 is printed', () => {
    const found = read(
      table([
        ['类别', ...HEADER],
        ['要素保障', '1', '做甲事。', '市甲局', '市乙局', '2022年6月'],
        ['〃', '2', '做乙事。', '市甲局', '市乙局', '2022年6月'],
        ['同上', '3', '做丙事。', '市甲局', '市乙局', '2022年6月'],
      ]),
    );
    expect([values(found, 'section'), allDoubts(found)]).toEqual([['要素保障', '要素保障', '要素保障'], []]);
  });

  it('asks once about a cell that is merged over two rows and empty', () => {
    const found = read(
      table([
        HEADER,
        ['1', '做甲事。', '市甲局', '市乙局', '2022年6月'],
        ['2', '做乙事。', '市甲局', { text: '', rowSpan: 2 }, '2022年6月'],
        ['3', '做丙事。', '市甲局', '2022年6月'],
      ]),
    );
    expect(found.list.rows.map(({ cells }) => cells.responsible?.isInherited)).toEqual([false, false, true]);
    expect(allDoubts(found)).toEqual(['responsible:blank-cell']);
  });

  it('gives what an empty cell of a cut row covers the cell above the page break', () => {
    const whole = table([
      HEADER,
      ['1', '做甲事，', '市甲局', '市乙局', '2022年6月'],
      ['', '并做乙事。', { text: '', rowSpan: 2 }, { text: '', rowSpan: 2 }, { text: '', rowSpan: 2 }],
      ['2', '做丙事。'],
    ]);
    const rows = whole.rows.map((row, index) => (index === 2 ? { ...row, startsPage: true } : row));
    const found = read({ ...whole, rows });
    expect([values(found, 'text'), values(found, 'responsible'), allDoubts(found)]).toEqual([
      ['做甲事，并做乙事。', '做丙事。'],
      ['市乙局', '市乙局'],
      [],
    ]);
  });
});

describe('a table whose rows were told apart by place alone', () => {
  const lines = [
    ['类别', ...HEADER],
    ['一、市场', '1', '企业开办全程', '市甲局', '市乙局、市', '2022年6月'],
    ['环境', '', '网上办理。', '', '丙局', '底'],
    ['', '2', '推行证照分离。', '市甲局', '市乙局', '2022年7月底'],
    ['', '', '', '', '市丁局', ''],
  ];

  it('joins the lines without a number and asks about every row', () => {
    const found = read(table(lines, { isReconstructed: true }));
    expect([values(found, 'section'), values(found, 'text'), values(found, 'deadline')]).toEqual([
      ['一、市场环境', '一、市场环境'],
      ['企业开办全程网上办理。', '推行证照分离。'],
      ['2022年6月底', '2022年7月底'],
    ]);
    expect(found.list.rows.map(doubts)).toEqual([['row:split-row'], ['row:split-row']]);
  });

  it('asks nothing where every row has its number', () => {
    const found = read(table([lines[0]!, lines[1]!, lines[3]!], { isReconstructed: true }));
    expect(allDoubts(found)).toEqual([]);
  });
});

it('asks about every row of a task that is merged over several, the first as well', () => {
  const found = read(
    table([
      HEADER,
      ['1', { text: '做甲事。', rowSpan: 2 }, '市甲局', '市乙局', '2022年6月'],
      ['2', '市丙局', '市丁局', '2022年7月'],
    ]),
  );
  expect(found.list.rows.map(doubts)).toEqual([['row:split-row'], ['row:split-row']]);
});
