import { describe, expect, it } from 'vitest';
import { findStackedRows } from './stacked-rows.rules';

const HEADER = ['序号', '重点任务', '责任领导', '牵头单位', '责任单位', '完成时限'];
const first = ['1', '做甲事。', '王某', '县甲局', '县乙局', '2023年5月底'];
const second = ['2', '做乙事。', '李某', '县丙局', '县丁局', '2023年6月底'];

function read(lines: string[]) {
  const blocks = lines.map((text, index) => ({ kind: 'paragraph' as const, place: `第${index + 1}行`, text }));
  return findStackedRows({ format: 'text', blocks, notices: [] });
}

describe('findStackedRows', () => {
  it('reads rows as wide as the header, with columns the form does not have', () => {
    const [found] = read(['某县任务清单', ...HEADER, ...first, ...second, '打印本页']);
    expect(
      found!.list.rows.map(({ cells, extra }) => [cells.text?.text, cells.lead?.text, extra.leaderInCharge?.text]),
    ).toEqual([
      ['做甲事。', '县甲局', '王某'],
      ['做乙事。', '县丙局', '李某'],
    ]);
    expect(found!.blocks).toEqual(Array.from({ length: 18 }, (_, index) => index + 1));
  });

  it('finds nothing where a cell is missing', () => {
    expect(read([...HEADER, ...first, ...second.filter((text) => text !== '李某'), '3', ...second.slice(1)])).toEqual(
      [],
    );
  });

  it('takes an empty line for a blank cell, and a numbered line for a heading over the whole width', () => {
    const [found] = read([
      ...HEADER,
      ...['一、市场环境', ...first],
      ...['', '做乙事。', '', '', '县丁局', '2023年6月底'],
      ...['二、法治环境', ...second],
    ]);
    const { rows } = found!.list;
    expect(rows.map(({ cells }) => [cells.section?.text, cells.seq?.text, cells.text?.text, cells.lead?.text])).toEqual(
      [
        ['一、市场环境', '1', '做甲事。', '县甲局'],
        ['一、市场环境', '1', '做乙事。', ''],
        ['二、法治环境', '2', '做乙事。', '县丙局'],
      ],
    );
    expect(rows[1]!.doubts.map(({ field, kind }) => `${field}:${kind}`)).toEqual(['lead:blank-cell']);
  });

  it('finds the numbers in a column that is not the first', () => {
    const swap = ([seq, text, ...others]: string[]) => [text!, seq!, ...others];
    expect(read([...swap(HEADER), ...swap(first), ...swap(second)])[0]!.list.rows).toHaveLength(2);
  });
});
