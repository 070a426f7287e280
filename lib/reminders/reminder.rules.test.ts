import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, daysBetween } from '@/lib/dates';
import { Directory, type DirectoryAccount } from '@/lib/notices/directory.rules';
import { SETTINGS } from '@/lib/settings/setting.schema';
import {
  escalationAt,
  passedAhead,
  passedLate,
  planNotices,
  type ReminderFacts,
  type ReminderSettings,
} from './reminder.rules';

const settings: ReminderSettings = {
  days: SETTINGS.reminder_days.fallback as never,
  escalation: SETTINGS.escalation.fallback as never,
  signForLimit: 2,
  reviewLimit: 5,
};
const account = (id: number, changes: Partial<DirectoryAccount>): DirectoryAccount => ({
  id,
  name: `账号${id}`,
  roles: [],
  unitId: null,
  regionId: null,
  scopeUnitId: null,
  workGroupIds: [],
  ...changes,
});
const [REPORTER, HEAD, SUPERVISOR, LEADER, OFFICE, GROUP_LEADER] = [1, 2, 3, 4, 5, 6];
const directory = new Directory(
  [
    account(REPORTER, { roles: ['unit_reporter'], unitId: 10 }),
    account(HEAD, { roles: ['unit_head'], unitId: 10 }),
    account(SUPERVISOR, { roles: ['leader'], regionId: 1, workGroupIds: [8] }),
    account(LEADER, { roles: ['leader'], regionId: 1 }),
    account(OFFICE, { roles: ['office'], regionId: 1 }),
    account(GROUP_LEADER, { roles: ['leader'], regionId: 1, workGroupIds: [7] }),
  ],
  [{ id: 10, countedId: 10, parentId: null, regionId: 1, representsRegionId: null, supervisorId: SUPERVISOR }],
  [],
);
const DUE = '2022-09-20';
function facts(day: string, changes: Partial<ReminderFacts> = {}): ReminderFacts {
  return {
    plans: [{ id: 1, regionId: 1, ownerUnitId: null, title: '清单' }],
    settings: new Map([[1, settings]]),
    tasks: [
      {
        taskId: 45,
        planId: 1,
        seq: 3,
        text: '推进事项',
        workGroupId: null,
        dueOn: DUE,
        daysLeft: daysBetween(day, DUE),
        leadText: '市发改委',
        leadUnitIds: [10],
      },
    ],
    unreported: [],
    nodes: [],
    reviews: [],
    unsigned: [],
    slips: [],
    directory,
    exceptions: new Map(),
    ...changes,
  };
}

describe('thresholds', () => {
  test.each([
    [16, null],
    [15, 15],
    [8, 15],
    [7, 7],
    [3, 3],
    [1, 3],
    [0, null],
    [-1, null],
  ])('%i days ahead', (left, expected) => expect(passedAhead(left, [15, 7, 3])).toBe(expected));
  test.each([
    [0, null],
    [1, 1],
    [6, 1],
    [7, 7],
    [29, 14],
    [400, 30],
  ])('%i days late', (late, expected) => expect(passedLate(late, [1, 7, 14, 30])).toBe(expected));
  test('each step of the escalation adds to those before', () => {
    expect(escalationAt(0, settings)).toEqual([]);
    expect(escalationAt(6, settings)).toEqual([{ to: 'reporter', threshold: 1 }]);
    expect(escalationAt(31, settings).map(({ to, threshold }) => [to, threshold])).toEqual([
      ['reporter', 30],
      ['unit_head', 30],
      ['supervisor', 30],
      ['office_leader', 30],
    ]);
  });
  test('a step between two thresholds is told on its own day', () => {
    const own = { ...settings, escalation: [{ fromDays: 10, to: 'unit_head' as const }] };
    expect(escalationAt(9, own)).toEqual([]);
    expect(escalationAt(10, own)).toEqual([{ to: 'unit_head', threshold: 10 }]);
    expect(escalationAt(15, own)).toEqual([{ to: 'unit_head', threshold: 14 }]);
  });
});

test('who is told of a task, by days', () => {
  const told = (day: string) =>
    planNotices(facts(day), day).map(({ accountId, kind, key }) => [accountId, kind, key.split(':').at(-1)]);
  expect(told('2022-09-01')).toEqual([]);
  expect(told('2022-09-05')).toEqual([[REPORTER, 'due_ahead', '15']]);
  expect(told('2022-09-20')).toEqual([[REPORTER, 'due_today', DUE]]);
  expect(told('2022-09-21')).toEqual([[REPORTER, 'overdue', '1']]);
  expect(told('2022-09-28')).toEqual([
    [REPORTER, 'overdue', '7'],
    [HEAD, 'escalated', '7'],
  ]);
  expect(told('2022-10-04').map(([who]) => who)).toEqual([REPORTER, HEAD, SUPERVISOR]);
  // a leader limited to work groups is told of theirs alone
  expect(told('2022-10-20').map(([who]) => who)).toEqual([REPORTER, HEAD, SUPERVISOR, LEADER]);
});

test('one person is told of one item once, whatever the settings and however they stand to it', () => {
  const both = new Directory(
    [account(REPORTER, { roles: ['unit_reporter', 'unit_head', 'leader'], unitId: 10, regionId: 1 })],
    [{ id: 10, countedId: 10, parentId: null, regionId: 1, representsRegionId: null, supervisorId: REPORTER }],
    [],
  );
  fc.assert(
    fc.property(
      fc.integer({ min: -60, max: 400 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }),
      fc.array(
        fc.record({
          fromDays: fc.integer({ min: 1, max: 60 }),
          to: fc.constantFrom('reporter', 'unit_head', 'supervisor', 'office_leader'),
        }),
        { maxLength: 8 },
      ),
      (offset, overdue, escalation) => {
        const day = addDays(DUE, offset);
        const own = { ...settings, days: { ...settings.days, overdue: overdue.sort((a, b) => a - b) }, escalation };
        const planned = planNotices(facts(day, { directory: both, settings: new Map([[1, own as never]]) }), day);
        expect(planned.length).toBeLessThanOrEqual(1);
        for (const { key } of planned) {
          const late = Number(key.split(':').at(-1));
          if (key.startsWith('overdue:')) expect(late).toBeLessThanOrEqual(offset);
        }
      },
    ),
  );
});

test('over any run of days with outages each threshold is told at most once, and the newest passed always', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -20, max: 60 }), { minLength: 1, maxLength: 30 }), (offsets) => {
      const told = new Set<string>();
      for (const offset of offsets.sort((a, b) => a - b)) {
        const day = addDays(DUE, offset);
        const planned = planNotices(facts(day), day).filter(({ accountId }) => accountId === REPORTER);
        expect(planned.length).toBeLessThanOrEqual(1);
        for (const { key } of planned) told.add(key);
        const newest = passedLate(offset, settings.days.overdue);
        if (newest !== null) expect(told.has(`overdue:45:${DUE}:${newest}`)).toBe(true);
      }
      expect(told.size).toBeLessThanOrEqual(offsets.length);
    }),
  );
});

describe('other things told by time', () => {
  const about = (day: string, changes: Partial<ReminderFacts>) =>
    planNotices(facts(day, { tasks: [], ...changes }), day);
  test('all that a person has not reported of a cycle is one notice', () => {
    const unreported = [45, 46, 47].map((taskId) => ({
      taskId,
      planId: 1,
      label: '2022年9月',
      closesOn: '2022-09-30',
      graceEndsOn: '2022-10-12',
      leadUnitIds: [10],
    }));
    expect(about('2022-09-26', { unreported })).toEqual([]);
    const [notice, ...more] = about('2022-09-27', { unreported });
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      accountId: REPORTER,
      kind: 'cycle_closing',
      key: 'cycle-closing:1:2022-09-30:3',
      title: '2022年9月填报还有 3 天截止，尚有 3 项任务未填报',
    });
    // after the closing: the same threshold, told already; on the last day of grace a new one
    expect(about('2022-10-05', { unreported })[0]?.key).toBe('cycle-closing:1:2022-09-30:3');
    expect(about('2022-10-12', { unreported })[0]?.key).toBe('cycle-closing:1:2022-09-30:grace');
    expect(about('2022-10-13', { unreported })).toEqual([]);
  });
  test('a node near and late, to its own unit', () => {
    const nodes = [{ nodeId: 8, taskId: 45, planId: 1, seq: 3, title: '出台办法', dueOn: DUE, unitIds: [10] }];
    expect(about('2022-09-17', { nodes })).toMatchObject([
      { kind: 'node', key: `node:8:${DUE}:a3`, accountId: REPORTER },
    ]);
    expect(about(DUE, { nodes })).toMatchObject([{ key: `node:8:${DUE}:t` }]);
    expect(about('2022-09-27', { nodes })).toMatchObject([
      { key: `node:8:${DUE}:l7`, title: '节点已逾期 7 天：出台办法' },
    ]);
  });
  test('a review past the limit, to the leader', () => {
    const reviews = [{ taskId: 45, planId: 1, seq: 3, text: '推进', workGroupId: 7, submittedOn: '2022-09-01' }];
    expect(about('2022-09-08', { reviews })).toEqual([]);
    expect(about('2022-09-09', { reviews }).map(({ accountId }) => accountId)).toEqual([LEADER, GROUP_LEADER]);
  });
  test('a plan not signed for, to the unit and in one piece to the office', () => {
    const since = { activatedOn: '2022-09-01', sinceOn: '2022-09-01' };
    const unsigned = [
      { planId: 1, unitId: 10, unitName: '市发改委', ...since, limitOn: '2022-09-05', isLate: true },
      { planId: 1, unitId: 11, unitName: '市财政局', ...since, limitOn: '2022-09-08', isLate: false },
    ];
    expect(about('2022-09-08', { unsigned }).map(({ accountId, title }) => [accountId, title])).toEqual([
      [REPORTER, '方案尚未签收：《清单》'],
      [HEAD, '方案尚未签收：《清单》'],
      [OFFICE, '1 个单位超过 2 个工作日未签收：《清单》'],
    ]);
  });
  test('a slip: unsigned past the limit, its reply near, due and late; the office once it is late', () => {
    const slip = {
      slipId: 5,
      planId: 1,
      unitId: 10,
      unitName: '市发改委',
      words: '红色督办单 鄂督〔2022〕5号',
      issuedOn: '2022-09-01',
      replyDueOn: '2022-09-08',
      isSigned: true,
      workGroupIds: [null],
    };
    const keys = (day: string, isSigned = true) =>
      about(day, { slips: [{ ...slip, isSigned }] }).map(({ accountId, key }) => `${accountId} ${key}`);
    expect(keys('2022-09-06')).toEqual([]);
    expect(keys('2022-09-07')).toEqual([
      `${REPORTER} slip-reply:5:2022-09-08:a1`,
      `${HEAD} slip-reply:5:2022-09-08:a1`,
    ]);
    expect(keys('2022-09-08')).toHaveLength(2);
    expect(keys('2022-09-09')).toEqual([REPORTER, HEAD, OFFICE].map((id) => `${id} slip-reply:5:2022-09-08:l1`));
    expect(keys('2022-09-05', false)).toEqual([]);
    expect(keys('2022-09-06', false)).toEqual([REPORTER, HEAD, OFFICE].map((id) => `${id} slip-unsigned:5`));
  });
  test('a unit without an account is told nothing, and nothing fails', () => {
    expect(planNotices(facts('2022-09-21', { directory: new Directory([], [], []) }), '2022-09-21')).toEqual([]);
  });
});
