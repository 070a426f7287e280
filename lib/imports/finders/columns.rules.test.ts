import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recogniseColumns } from './columns.rules';

/** '序号|重点任务' → 'seq|text', extras in brackets by their key. */
function meanings(headings: string): string {
  return read(headings)
    .columns.map(({ field, key }) => field ?? `[${key}]`)
    .join('|');
}
function read(headings: string, { sparse = [], lengths = [] }: { sparse?: number[]; lengths?: number[] } = {}) {
  const cells = headings.split('|').map((text, column) => ({ column, columnSpan: 1, text }));
  return recogniseColumns(cells, {
    isSparse: (column) => sparse.includes(column),
    lengthOf: (column) => lengths[column] ?? 0,
  });
}
const doubtful = (headings: string) => read(headings).doubts.map(({ kind }) => kind);

describe('recogniseColumns', () => {
  it.each([
    ['政策措施|序号|重点任务|牵头单位|责任单位|完成时限', 'section|seq|text|lead|responsible|deadline'],
    [
      '政策措施|改革举措|序号|重点任务|责任专项组|牵头单位|责任单位|完成时限',
      'section|measure|seq|text|group|lead|responsible|deadline',
    ],
    ['改革措施|序号|重点任务|牵头单位|责任单位|完成时限', 'measure|seq|text|lead|responsible|deadline'],
    [
      '序号|一级指标|二级指标|考核内容（要求）|分值|计  分  方  法|牵头单位|责  任  单  位|完成\n\n时限',
      'seq|indicator1|indicator2|text|points|scoring|lead|responsible|deadline',
    ],
    ['编号|工作内容|主办单位|协办单位|办结时限', 'seq|text|lead|responsible|deadline'],
    [
      '序号|任务类别|重点任务|工作举措|牵头领导|牵头单位|责任单位|时间节点',
      'seq|section|measure|text|[leaderInCharge]|lead|responsible|deadline',
    ],
    ['序号|存在问题|整改措施|整改时限|责任单位|责任人', 'seq|[存在问题]|text|deadline|responsible|[leaderInCharge]'],
    ['类别|改革举措|主责单位|协同单位|完成时间', 'section|text|lead|responsible|deadline'],
    [
      '一级指标|序号|改革任务|具体措施|牵头部门|配合部门|完成期限',
      'section|seq|measure|text|lead|responsible|deadline',
    ],
    ['序号|重点任务|责任\n专项组|牵头单位（部门）|完成时限（2022年）', 'seq|text|group|lead|deadline'],
    ['序号|专项行动|任务内容|责任单位', 'seq|section|text|responsible'],
    ['指标|序号|改革任务|牵头部门', 'section|seq|text|lead'],
    ['序号|存在问题|整改时限|责任单位', 'seq|text|deadline|responsible'],
    ['突破事项|责任单位|备注事项', 'text|responsible|[备注事项]'],
    ['重点任务|责任单位|起止时间', 'text|responsible|deadline'],
    ['1.序号|2.工作任务|3.责任单位：', 'seq|text|responsible'],
  ])('reads %s without any question', (headings, expected) => {
    expect([meanings(headings), doubtful(headings)]).toEqual([expected, []]);
    expect(read(headings).isHeader).toBe(true);
  });

  describe('who leads', () => {
    it.each([
      ['牵头 beside 责任', '任务|牵头单位|责任单位', 'text|lead|responsible'],
      ['责任 beside 配合', '任务|责任单位|配合单位', 'text|lead|responsible'],
      ['责任 beside 参与', '任务|责任部门|参与部门', 'text|lead|responsible'],
      ['责任 alone', '任务|责任单位', 'text|responsible'],
      ['both in one column', '任务|责任单位和配合单位', 'text|responsible'],
    ])('%s', (_, headings, expected) => expect([meanings(headings), doubtful(headings)]).toEqual([expected, []]));

    it('keeps 配合 beside 牵头 and 责任 as a further column and asks', () => {
      const headings = '任务|牵头单位|责任单位|配合单位';
      expect([meanings(headings), doubtful(headings)]).toEqual(['text|lead|responsible|[配合单位]', ['columns']]);
    });

    it('asks where one heading names both parties and no rule', () => {
      expect([meanings('任务|牵头（责任）单位'), doubtful('任务|牵头（责任）单位')]).toEqual([
        'text|responsible',
        ['columns'],
      ]);
    });

    it('takes the nearer of two levels and asks', () => {
      const headings = '任务|省级牵头单位|市级牵头单位|市级责任单位';
      expect([meanings(headings), doubtful(headings)]).toEqual(['text|[省级牵头单位]|lead|responsible', ['columns']]);
    });

    it('keeps to the level of the lead', () => {
      const headings = '任务|省级指导单位|州级牵头单位|州级配合单位|县（市）责任主体';
      expect(meanings(headings)).toBe('text|[省级指导单位]|lead|responsible|[县（市）责任主体]');
    });

    it('lets whom the others assist lead and asks', () => {
      expect([meanings('任务|揭榜单位|协助单位'), doubtful('任务|揭榜单位|协助单位')]).toEqual([
        'text|lead|responsible',
        ['columns'],
      ]);
    });

    it.each([
      ['责任单位（第一个为牵头单位）', 'first'],
      ['责任单位（列第一位的为牵头单位）', 'first'],
      ['责任单位（第一个逗号前为牵头单位）', 'before-first-comma'],
    ])('finds the rule in %s', (heading, kind) => {
      const found = read(`任务|${heading}`);
      expect([found.leadRule?.kind, found.headings.responsible, found.doubts]).toEqual([kind, heading, []]);
    });
  });

  describe('two readings', () => {
    it('asks whether 重点任务 or 具体措施 is the task', () => {
      expect([meanings('重点任务|具体措施|责任单位'), doubtful('重点任务|具体措施|责任单位')]).toEqual([
        'measure|text|responsible',
        ['columns'],
      ]);
    });

    it('does not ask where the first of them is merged over rows', () => {
      expect(read('重点任务|具体措施|责任单位', { sparse: [0] }).doubts).toEqual([]);
    });

    it.each([
      ['short names before long requirements are measures', [6, 30], 'measure|text|responsible'],
      ['whole tasks before requirements are the text', [25, 30], 'text|[工作要求]|responsible'],
    ])('%s', (_, lengths, expected) => {
      const { columns } = read('工作任务|工作要求|责任单位', { lengths });
      expect(columns.map(({ field, key }) => field ?? `[${key}]`).join('|')).toBe(expected);
    });

    it('takes a sparse column with unknown words before the task as the area and asks', () => {
      const found = read('赛道|序号|重点任务|责任单位', { sparse: [0] });
      expect([found.columns[0]!.field, found.doubts.map(({ kind }) => kind)]).toEqual(['section', ['columns']]);
    });

    it('asks about a heading it knows only by a word in it', () => {
      const headings = '序号|具体工作任务及要求|责任单位|完成时限';
      expect([meanings(headings), doubtful(headings)]).toEqual(['seq|text|responsible|deadline', ['columns']]);
    });
  });

  it('reads no deadline from what is reached by each quarter', () => {
    const found = read('任务|进度安排\n\n一季度|进度安排\n\n二季度|责任单位');
    expect(found.columns.map(({ field }) => field)).toEqual(['text', null, null, 'responsible']);
    expect(found.doubts).toEqual([]);
  });

  it('keeps unknown columns under their headings, a second one numbered', () => {
    expect(meanings('任务|责任单位|备 注|备注|责任领导|分管领导')).toBe(
      'text|responsible|[备注]|[备注（2）]|[leaderInCharge]|[分管领导]',
    );
  });

  it.each([
    '序号|专项|牵头单位|任务数',
    '姓名|单位|电话',
    '事项|法定时限',
    '1|推进登记便利化。|市甲局|2022年5月底',
    '序号|重点任务',
  ])('%s is no header', (headings) => expect(read(headings).isHeader).toBe(false));

  it('reads a word the same with any white space inside it', () => {
    const space = fc.constantFrom('', ' ', '\n', '　', '  ');
    fc.assert(
      fc.property(fc.array(space, { minLength: 3, maxLength: 3 }), ([a, b, c]) => {
        expect(meanings(`重${a}点${b}任${c}务|牵${a}头${b}单${c}位|完${c}成${b}时${a}限`)).toBe('text|lead|deadline');
      }),
    );
  });
});
