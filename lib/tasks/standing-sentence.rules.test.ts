import { describe, expect, test } from 'vitest';
import { joinCycleLabels, type StandingFacts, standingSentence } from './standing-sentence.rules';

const dated: StandingFacts = {
  day: '2022-06-12',
  state: 'IN_PROGRESS',
  light: 'GREEN',
  reason: 'ON_COURSE',
  dueOn: '2022-08-31',
  originalDueOn: '2022-08-31',
  clockOn: null,
  achievedOn: null,
  outcome: null,
  overdueDays: 0,
  ongoing: false,
  missedLabels: [],
  planStatus: 'ACTIVE',
  effectiveFrom: '2022-03-01',
  archivedOn: null,
};
const say = (changes: Partial<StandingFacts>) => {
  const said = standingSentence({ ...dated, ...changes });
  return [said.headline, said.sentences.join('')];
};

test.each<[string, Partial<StandingFacts>, string, string]>([
  ['on course', {}, '正常', '应于 2022-08-31 完成，还有 80 天。'],
  [
    'overdue',
    { light: 'RED', reason: 'OVERDUE', dueOn: '2022-05-31', originalDueOn: '2022-05-31', overdueDays: 12 },
    '逾期 12 天',
    '应于 2022-05-31 完成，已逾期 12 天。',
  ],
  [
    'overdue with the clock frozen under review',
    {
      light: 'RED',
      reason: 'OVERDUE',
      state: 'UNDER_REVIEW',
      dueOn: '2022-05-31',
      originalDueOn: '2022-05-31',
      clockOn: '2022-06-03',
      overdueDays: 12,
    },
    '逾期 3 天',
    '应于 2022-05-31 完成，2022-06-03 申请办结时已逾期 3 天。正在等待审核，审核期间计时停在 2022-06-03。累计逾期 12 天。',
  ],
  [
    'overdue again after a granted extension',
    { light: 'RED', reason: 'OVERDUE', dueOn: '2022-06-10', originalDueOn: '2022-05-31', overdueDays: 7 },
    '逾期 2 天',
    '应于 2022-06-10 完成，已逾期 2 天。完成时限由 2022-05-31 改为 2022-06-10。累计逾期 7 天。',
  ],
  [
    'issued past its date',
    { light: 'RED', reason: 'ISSUED_PAST_DUE', dueOn: '2022-02-28', originalDueOn: '2022-02-28' },
    '印发时已过时限',
    '文件所定 2022-02-28 早于方案执行日 2022-03-01，已过 104 天；是否按逾期计算，待优化办认定。',
  ],
  [
    'reporting lapsed',
    {
      light: 'RED',
      reason: 'REPORTING_LAPSED',
      dueOn: null,
      originalDueOn: null,
      missedLabels: ['2022年7月', '2022年8月'],
    },
    '断报 2 个周期',
    '2022年7月、8月周期未报。',
  ],
  [
    'due soon',
    { light: 'YELLOW', reason: 'DUE_SOON', dueOn: '2022-06-20', originalDueOn: '2022-06-20' },
    '临期，剩 8 天',
    '应于 2022-06-20 完成，还有 8 天。',
  ],
  [
    'due today',
    { light: 'YELLOW', reason: 'DUE_SOON', dueOn: '2022-06-12', originalDueOn: '2022-06-12' },
    '今日到期',
    '应于 2022-06-12 完成，当日到期。',
  ],
  [
    'returned today',
    { light: 'YELLOW', reason: 'DUE_SOON', dueOn: '2022-06-12', originalDueOn: '2022-06-12', clockOn: '2022-06-10' },
    '临期，剩 2 天',
    '应于 2022-06-12 完成，已于 2022-06-10 申请办结。办结申请于当日退回，次日起恢复计时。',
  ],
  [
    'unreported',
    { light: 'YELLOW', reason: 'UNREPORTED', missedLabels: ['2022年5月'] },
    '未报',
    '2022年5月周期未报。应于 2022-08-31 完成，还有 80 天。',
  ],
  [
    'caught up late',
    { light: 'YELLOW', reason: 'UNREPORTED', dueOn: null, originalDueOn: null },
    '未报',
    '上一周期的进展在宽限期后才补报。',
  ],
  [
    'completed late',
    {
      light: 'BLUE',
      reason: 'COMPLETED',
      state: 'COMPLETED',
      achievedOn: '2022-09-03',
      outcome: 'LATE',
      overdueDays: 3,
    },
    '已办结',
    '2022-09-03 完成并经审核办结。时限 2022-08-31，晚 3 天，逾期办结。累计逾期 3 天。',
  ],
  [
    'sustained on time',
    { light: 'BLUE', reason: 'SUSTAINED', state: 'SUSTAINED', achievedOn: '2022-08-30', outcome: 'ON_TIME' },
    '长期推进',
    '2022-08-30 达到目标，转入长期推进，按周期填报。时限 2022-08-31，按期办结。',
  ],
  ['only ongoing', { dueOn: null, originalDueOn: null, ongoing: true }, '正常', '长期推进，按周期填报，没有缺报。'],
  [
    'no date',
    { light: 'NONE', reason: 'NO_DEADLINE', dueOn: null },
    '时限待确认',
    '文件没有写明完成时限，也没有写长期推进，待确认。',
  ],
  ['cancelled', { light: 'NONE', reason: 'CANCELLED', state: 'CANCELLED' }, '已取消', '任务已取消，不再研判。'],
  [
    'draft',
    { light: 'NONE', reason: 'PLAN_NOT_ACTIVE', planStatus: 'DRAFT' },
    '方案未执行',
    '方案尚为草稿，未开始执行。',
  ],
  [
    'before the plan',
    { light: 'NONE', reason: 'PLAN_NOT_ACTIVE', day: '2022-02-01' },
    '方案未执行',
    '方案自 2022-03-01 起执行，当日尚未开始。',
  ],
  [
    'archived without being done',
    {
      light: 'NONE',
      reason: 'PLAN_NOT_ACTIVE',
      planStatus: 'ARCHIVED',
      archivedOn: '2022-06-01',
      outcome: 'NOT_ACHIEVED',
    },
    '已归档，未完成',
    '方案已于 2022-06-01 归档，不再研判。归档时未完成。',
  ],
  [
    'achieved before it was archived',
    {
      light: 'NONE',
      reason: 'PLAN_NOT_ACTIVE',
      state: 'COMPLETED',
      planStatus: 'ARCHIVED',
      archivedOn: '2022-06-01',
      achievedOn: '2022-05-20',
      outcome: 'ON_TIME',
    },
    '已归档，按期办结',
    '方案已于 2022-06-01 归档，不再研判。时限 2022-08-31，按期办结。',
  ],
])('%s', (_title, changes, headline, sentences) => {
  expect(say(changes)).toEqual([headline, sentences]);
});

describe('joinCycleLabels', () => {
  test('a year is said once', () => {
    expect(joinCycleLabels(['2022年11月', '2022年12月', '2023年1月'])).toBe('2022年11月、12月、2023年1月');
  });
});
