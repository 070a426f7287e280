import { describe, expect, test } from 'vitest';
import type { SourceContent } from '../imports/readers/source';
import { fieldOfHeading, readProgressSheet } from './progress-sheet.rules';
import { proposeFromSheet } from './workbook-proposal.rules';

type Cell = string | { text: string; rows?: number; columns?: number } | null;

/** A table as a reader gives it; null: covered by a span. */
function content(rows: Cell[][], name = '台账'): SourceContent {
  return {
    format: 'xlsx',
    notices: [],
    blocks: [
      {
        kind: 'table',
        place: `工作表“${name}”`,
        name,
        rows: rows.map((cells, index) => ({
          place: `工作表“${name}”第${index + 1}行`,
          cells: cells.flatMap((cell, column) => {
            if (cell === null) return [];
            const whole = typeof cell === 'string' ? { text: cell } : cell;
            return [{ column, columnSpan: whole.columns ?? 1, rowSpan: whole.rows ?? 1, text: whole.text }];
          }),
        })),
      },
    ],
  };
}

const tasks = [
  { id: 11, seq: 1, text: '推行企业开办“一事联办”，实现半日办结。', dueOn: '2022-05-31', ongoing: false },
  { id: 12, seq: 2, text: '优化水电气报装流程，压减报装时限。', dueOn: '2022-06-30', ongoing: true },
  { id: 13, seq: 3, text: '常态化开展政企恳谈会，收集企业诉求。', dueOn: null, ongoing: true },
  { id: 14, seq: 4, text: '建设全市统一的工程项目审批平台。', dueOn: '2022-12-31', ongoing: false },
];
const context = { year: 2022, today: '2022-09-20', earliest: '2021-01-01' };
function read(rows: Cell[][]) {
  const sheet = readProgressSheet(content(rows));
  return sheet === null ? null : proposeFromSheet(sheet, tasks, context);
}
const [one, two, three, four] = tasks.map(({ text }) => text) as [string, string, string, string];

test.each([
  ['序号', 'seq'],
  ['任务内容', 'text'],
  ['工作任务', 'text'],
  ['进展情况', 'progress'],
  ['推进情况（截至8月底）', 'progress'],
  ['落实情况', 'progress'],
  ['完成情况', 'completion'],
  ['是否完成', 'completion'],
  ['完成进度', 'percent'],
  ['完成时间', 'doneOn'],
  ['办结日期', 'doneOn'],
  ['完成时限', null],
  ['计划完成时间', null],
  ['填报时间', 'reportedOn'],
  ['牵头单位', null],
  ['存在问题', null],
])('the heading %s is %s', (heading, field) => expect(fieldOfHeading(heading)).toBe(field));

test('a plain ledger: state, day, per cent and words; nothing asked', () => {
  const { proposals, unmatched } = read([
    [{ text: '2022年台账', columns: 6 }, null, null, null, null, null],
    ['序号', '任务内容', '完成时限', '进展情况', '完成情况', '办结时间'],
    ['1', one, '2022年5月31日', '企业开办全流程网办，任务已完成。', '已完成', '2022年5月20日'],
    ['2', two, '2022年6月底', '报装流程压减至4个环节。', '完成', '2022-06-10'],
    ['3', three, '长期推进', '截至2022年8月31日，召开恳谈会6场。', '持续推进', ''],
    ['4', four, '2022年12月31日', '已完成立项，正在招标。', '推进中', ''],
  ])!;
  expect(unmatched).toEqual([]);
  expect(proposals.map(({ taskId, state, achievedOn, questions }) => [taskId, state, achievedOn, questions])).toEqual([
    [11, 'COMPLETED', '2022-05-20', []],
    [12, 'SUSTAINED', '2022-06-10', []],
    [13, 'IN_PROGRESS', null, []],
    [14, 'IN_PROGRESS', null, []],
  ]);
  expect(proposals[2]).toMatchObject({ reportedOn: '2022-08-31', narrative: '截至2022年8月31日，召开恳谈会6场。' });
});

test('a header of two lines, the numbers in another order, a percentage column', () => {
  const { proposals } = read([
    [{ text: '序号', rows: 2 }, { text: '任务', rows: 2 }, { text: '推进', columns: 2 }, null],
    [null, null, '工作进展', '完成率'],
    ['2', four, '主体已搭建，正在联调。', '70%'],
    ['1', one, '任务已完成。', '100%'],
  ])!;
  expect(proposals.find(({ taskId }) => taskId === 14)).toMatchObject({ state: 'IN_PROGRESS', percent: 70 });
  expect(proposals.find(({ taskId }) => taskId === 11)).toMatchObject({ state: 'COMPLETED', achievedOn: null });
  // The words are the task's own, whatever the number; the missing day of completion is asked for.
  expect(proposals.find(({ taskId }) => taskId === 11)!.questions).toEqual(['表中没有办结日期，请填写']);
});

test('only numbers: every row is asked about, and nothing is filled in', () => {
  const { proposals } = read([
    ['序号', '是否完成'],
    ['1', '是'],
    ['4', '否'],
  ])!;
  expect(proposals.map(({ taskId, state, questions }) => [taskId, state, questions.length])).toEqual([
    [11, null, 1],
    [14, null, 1],
  ]);
});

test('words that differ much, or stand under another number, are asked about before anything is filled in', () => {
  const { proposals, unmatched } = read([
    ['序号', '任务内容', '进展情况'],
    ['1', '推行企业开办一事联办，实现一日办结，推广电子营业执照。', '任务已完成。'],
    ['9', '优化水电气报装流程，压减报装的时限。', '正在推进。'],
    ['7', '开展档案数字化加工。', '正在推进。'],
  ])!;
  for (const { state, narrative, questions } of proposals) {
    expect(state).toBeNull();
    expect(narrative).toBe('');
    expect(questions[0]).toMatch(/请核对是否同一项任务$/);
  }
  expect(proposals.map(({ taskId }) => taskId)).toEqual([11, 12]);
  expect(unmatched).toMatchObject([{ seq: 7, text: '开展档案数字化加工。' }]);
});

test('the first words of a task under its own number are asked about; under another number they are nobody’s', () => {
  const { proposals, unmatched } = read([
    ['序号', '任务内容', '进展情况'],
    ['1', '推行企业开办', '正在推进。'],
    ['4', '工程项目审批', '正在推进。'],
    ['3', '审批平台', '正在推进。'],
  ])!;
  expect(proposals).toMatchObject([
    { taskId: 11, state: null, questions: [expect.stringMatching(/是否同一项任务$/)] },
    { taskId: 14, state: null, questions: [expect.stringMatching(/是否同一项任务$/)] },
  ]);
  expect(unmatched).toMatchObject([{ seq: 3 }]);
});

describe('doubts', () => {
  const heading = ['序号', '任务内容', '进展情况', '完成情况', '完成时间'];
  const row = (progress: string, completion: string, doneOn: string) =>
    read([heading, ['1', one, progress, completion, doneOn]])!.proposals[0]!;
  test('the two cells contradict each other', () => {
    expect(row('尚未启动。', '已完成', '')).toMatchObject({
      state: null,
      questions: ['完成情况与进展情况说法不一，请选择状态'],
    });
  });
  test('未完成 does not say whether it has begun', () => {
    expect(row('', '未完成', '').questions[0]).toContain('未完成');
  });
  test('a lone 完成时间 that equals the deadline may be the deadline', () => {
    expect(row('', '已完成', '2022年5月31日')).toMatchObject({ state: 'COMPLETED', achievedOn: null });
    expect(row('', '已完成', '2022年5月20日')).toMatchObject({
      achievedOn: '2022-05-20',
      questions: [expect.stringContaining('可能是时限')],
    });
  });
  test('a day without a year, or after today', () => {
    expect(row('', '已完成', '5月20日')).toMatchObject({
      achievedOn: null,
      questions: [expect.stringContaining('没有年份')],
    });
    expect(row('', '已完成', '2022年10月1日').questions[0]).toContain('不在合理范围内');
  });
  const closing = ['序号', '任务内容', '进展情况', '完成情况', '办结时间'];
  const said = (progress: string, completion: string, doneOn = '') =>
    read([closing, ['1', one, progress, completion, doneOn]])!.proposals[0]!;
  test.each(['已完成100%', '完成率100%', '100%'])('%s is done, and its printed day is taken', (completion) => {
    expect(said('全流程网办。', completion, '2022.5.31')).toMatchObject({
      state: 'COMPLETED',
      achievedOn: '2022-05-31',
      percent: 100,
      questions: [],
    });
  });
  test.each([
    ['', '已取消'],
    ['', '不再推进'],
    ['因政策调整，不再推进', ''],
    ['该任务已终止。', '推进中'],
    ['', '暂停'],
  ])('%s|%s: given up is never going on', (progress, completion) => {
    expect(said(progress, completion)).toMatchObject({ state: null, questions: [expect.stringContaining('取消任务')] });
  });
  test('推进中 beside 100% or a printed day of completion', () => {
    expect(said('', '推进中100%')).toMatchObject({ state: null, questions: [expect.stringContaining('100%')] });
    expect(said('正在推进。', '推进中', '2022.5.31')).toMatchObject({
      state: null,
      achievedOn: '2022-05-31',
      questions: [expect.stringContaining('办结日期 2022-05-31')],
    });
    expect(said('正在推进。', '', '2022年5月').questions).toEqual([expect.stringContaining('没有印到日')]);
  });
  test('a share of something else is no completion', () => {
    expect(said('网办率100%，正在推广。', '')).toMatchObject({ state: 'IN_PROGRESS', percent: null, questions: [] });
  });
  test('a task that only goes on is not closed', () => {
    const { proposals } = read([heading, ['3', three, '', '已完成', '']])!;
    expect(proposals[0]).toMatchObject({ state: 'IN_PROGRESS', questions: [expect.stringContaining('不作办结')] });
    for (const completion of ['已完成', '推进中']) {
      const printed = read([closing, ['3', three, '', completion, '2022.5.31']])!.proposals[0];
      expect(printed).toMatchObject({
        state: 'IN_PROGRESS',
        achievedOn: null,
        questions: [expect.stringContaining('不作办结')],
      });
    }
  });
});

test('cells merged over tasks and rows of several units are joined and asked about', () => {
  const { proposals } = read([
    ['序号', '任务内容', '责任单位', '进展情况'],
    ['1', one, '市场监管局', { text: '正在推进。', rows: 2 }],
    ['2', two, '供电公司', null],
    [{ text: '4', rows: 2 }, { text: four, rows: 2 }, '住建局', '完成立项。'],
    [null, null, '政数局', '正在开发。'],
  ])!;
  expect(proposals.find(({ taskId }) => taskId === 12)!.questions).toEqual([expect.stringContaining('合并')]);
  expect(proposals.find(({ taskId }) => taskId === 14)).toMatchObject({
    narrative: '完成立项。\n正在开发。',
    questions: [expect.stringContaining('分几行填写')],
  });
});

test('headings between the rows and the header printed again are no rows', () => {
  const heading = ['序号', '任务内容', '进展情况'];
  const { proposals, unmatched } = read([
    heading,
    [{ text: '（一）市场准入', columns: 3 }, null, null],
    ['1', one, '正在推进。'],
    heading,
    ['4', four, '正在推进。'],
  ])!;
  expect(proposals.map(({ taskId }) => taskId)).toEqual([11, 14]);
  expect(unmatched).toEqual([]);
});

test('a document without such a table', () => {
  expect(
    read([
      ['序号', '任务内容', '牵头单位'],
      ['1', one, '市发改委'],
    ]),
  ).toBeNull();
});
