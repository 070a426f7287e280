import { describe, expect, test } from 'vitest';
import { readDay, readNarrative, readPercent, readReportedOn, readStatusCell } from './progress-words.rules';

describe('readDay', () => {
  test.each([
    ['2022年5月31日', '2022-05-31'],
    ['2022-05-31', '2022-05-31'],
    ['2022/5/31', '2022-05-31'],
    ['2022.5.31', '2022-05-31'],
    ['20220531', '2022-05-31'],
    ['２０２２年５月３１日', '2022-05-31'],
    ['二〇二二年十二月三十一日', '2022-12-31'],
    ['二〇二二年五月三日', '2022-05-03'],
  ])('%s is %s', (text, day) => expect(readDay(text, 2022).day).toBe(day));

  test.each(['5月31日', '2022年5月', '2022年5月底', '年底', '2022年2月30日', '2022年5月1日、2022年6月1日'])(
    '%s is asked about, not fixed',
    (text) => {
      const { day, question } = readDay(text, 2022);
      expect(day).toBeNull();
      expect(question).toContain(text);
    },
  );

  test.each(['', '—', '无', '长期'])('%j says nothing', (text) =>
    expect(readDay(text, 2022)).toEqual({ day: null, question: null }),
  );
});

test.each([
  ['截至2022年8月31日，已受理120件。', '2022-08-31'],
  ['截止到2022-08-31 已完成', '2022-08-31'],
  ['截至8月31日，已受理120件。', null],
  ['已受理120件。', null],
])('the day of %s is %s', (text, day) => expect(readReportedOn(text, 2022)).toBe(day));

describe('readPercent', () => {
  test.each([
    ['80%', false, 80],
    ['已完成80％', false, 80],
    ['80', true, 80],
    ['80', false, null],
    ['甲项80%，乙项60%', false, null],
  ])('%s (column: %s) is %s', (text, isColumn, percent) => expect(readPercent(text, isColumn).percent).toBe(percent));
  test.each(['0.8', '120%', '80%或90%'])('%s in its column is asked about', (text) => {
    expect(readPercent(text, true)).toMatchObject({ percent: null, question: expect.stringContaining(text) });
  });
});

describe('readStatusCell', () => {
  test.each([
    ['已完成', 'achieved'],
    ['完成', 'achieved'],
    ['已办结。', 'achieved'],
    ['全部完成', 'achieved'],
    ['已完成并长期坚持', 'achieved'],
    ['√', 'achieved'],
    ['是', 'achieved'],
    ['推进中', 'in_progress'],
    ['正在推进', 'in_progress'],
    ['持续推进', 'in_progress'],
    ['有序推进中', 'in_progress'],
    ['60%', 'in_progress'],
    ['未启动', 'not_started'],
    ['尚未开展', 'not_started'],
    ['暂未启动', 'not_started'],
    ['未完成', 'doubt'],
    ['否', 'doubt'],
    ['已完成100%', 'achieved'],
    ['完成率100%', 'achieved'],
    ['完成率达到１００％', 'achieved'],
    ['100%完成', 'achieved'],
    ['已取消', 'stopped'],
    ['取消', 'stopped'],
    ['不再推进', 'stopped'],
    ['终止', 'stopped'],
    ['暂停实施', 'stopped'],
    ['暂缓推进', 'stopped'],
    ['该任务已终止', 'stopped'],
    ['取消3项审批', null],
    ['网办率100%', null],
    ['基本完成', null],
    ['', null],
  ])('%j is %s', (text, state) => expect(readStatusCell(text)).toBe(state));
});

describe('readNarrative', () => {
  test.each([
    ['任务已完成。', 'achieved'],
    ['出台实施细则，任务已完成。', 'achieved'],
    ['已完成初稿，正在征求意见。', 'in_progress'],
    ['已印发实施方案。', 'in_progress'],
    ['正在开展调研，下一步形成报告。', 'in_progress'],
    ['尚未启动，待省级方案印发。', 'not_started'],
    ['基本完成系统改造。', 'doubt'],
    ['已完成，正在开展后续推广。', 'doubt'],
    ['预计9月底完成。', 'doubt'],
    ['因政策调整，不再推进', 'stopped'],
    ['因政策调整，该项任务已取消。', 'stopped'],
    ['取消审批事项3项，压减材料20份。已印发通知。', 'in_progress'],
    ['全年目标完成率已达100%，正在巩固。', 'doubt'],
    ['网上可办率100%，正在推进跨省通办。', 'in_progress'],
    ['已完成系统改造。', 'doubt'],
    ['', null],
  ])('%j is %s', (text, state) => expect(readNarrative(text)).toBe(state));
});
