import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '@/lib/dates';
import { type CycleRules, cyclesOfPlan } from './plan.rules';
import { changeCycles, closingDatesFault, cycleRulesWords, freeLabel, runningCycle } from './plan-cycles.rules';

const monthly: CycleRules = { kind: 'MONTHLY', closingDay: null, graceWorkingDays: 5 };
const anyRules = fc.record<CycleRules>({
  kind: fc.constantFrom('NONE', 'MONTHLY', 'QUARTERLY'),
  closingDay: fc.option(fc.integer({ min: 1, max: 31 })),
  graceWorkingDays: fc.nat(10),
});

test('the running cycle stays, and the new ones follow it without a gap, the first no shorter than 15 days', () => {
  fc.assert(
    fc.property(anyRules, anyRules, fc.integer({ min: -30, max: 700 }), (before, after, days) => {
      const effectiveFrom = '2022-03-15';
      const today = addDays(effectiveFrom, days);
      const cycles = cyclesOfPlan(before, effectiveFrom, new Map());
      const change = changeCycles(cycles, after, { effectiveFrom, today }, new Map());
      const running = cycles.find((cycle) => cycle.startsOn <= today && today <= cycle.closesOn) ?? null;
      expect(change.running).toEqual(running);
      expect(change.beginsOn >= today).toBe(true);
      let starts = change.beginsOn;
      for (const [at, cycle] of change.cycles.entries()) {
        expect(cycle.startsOn).toBe(starts);
        if (at === 0) expect(cycle.closesOn >= addDays(starts, 15)).toBe(true);
        starts = addDays(cycle.closesOn, 1);
      }
      const labels = [...cycles.filter((cycle) => cycle.startsOn <= today), ...change.cycles].map(({ label }) => label);
      expect(new Set(labels).size).toBe(labels.length);
    }),
  );
});

test('no cycle runs before the first day, in a gap, or after the last', () => {
  const cycles = [
    { startsOn: '2022-03-01', closesOn: '2022-03-31', label: '三月' },
    { startsOn: '2022-04-01', closesOn: '2022-04-30', label: '四月' },
  ];
  expect(runningCycle(cycles, '2022-02-28')).toBeNull();
  expect(runningCycle(cycles, '2022-04-01')?.label).toBe('四月');
  expect(runningCycle(cycles, '2022-05-01')).toBeNull();
});

test('closing days typed by hand follow each other and the running cycle', () => {
  const running = { startsOn: '2022-05-01', closesOn: '2022-05-31', label: '2022年5月' };
  expect(closingDatesFault([], '2022-06-01', running)).toMatch(/至少填写一个/);
  expect(closingDatesFault(['2022-06-30', '2022-06-30'], '2022-06-01', running)).toMatch(/依次推后/);
  expect(closingDatesFault(['2022-05-31'], '2022-06-01', running)).toMatch(/照旧于 2022-05-31 截止/);
  expect(closingDatesFault(['2022-05-19'], '2022-05-20', null)).toMatch(/不能早于 2022-05-20/);
  expect(closingDatesFault(['2022-06-01', '2022-07-31'], '2022-06-01', running)).toBeNull();
  const custom: CycleRules = {
    kind: 'CUSTOM',
    closingDay: null,
    graceWorkingDays: 1,
    dates: ['2022-06-10', '2022-07-31'],
  };
  expect(cyclesOfPlan(custom, '2022-06-01', new Map())).toEqual([
    { startsOn: '2022-06-01', closesOn: '2022-06-10', graceEndsOn: '2022-06-13', label: '截至2022年6月10日' },
    { startsOn: '2022-06-11', closesOn: '2022-07-31', graceEndsOn: '2022-08-01', label: '截至2022年7月31日' },
  ]);
});

test('words', () => {
  expect(cycleRulesWords(monthly)).toBe('每月填报，月末截止，宽限 5 个工作日');
  expect(cycleRulesWords({ ...monthly, kind: 'QUARTERLY', closingDay: 25 })).toBe(
    '每季度填报，25 日截止，宽限 5 个工作日',
  );
  expect(cycleRulesWords({ ...monthly, kind: 'NONE' })).toBe('不设填报周期');
  const cycle = { startsOn: '2022-06-06', closesOn: '2022-06-30', graceEndsOn: '2022-07-07', label: '2022年6月' };
  expect(freeLabel(cycle, new Set(['2022年6月']))).toBe('截至2022年6月30日');
});
