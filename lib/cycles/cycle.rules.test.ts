import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, daysBetween, partsOfDay } from '../dates';
import { type CyclePlan, planCycles } from './cycle.rules';
import { workingDaysBetween } from './working-days.rules';

const monthly: CyclePlan = {
  effectiveFrom: '2022-06-10',
  kind: 'MONTHLY',
  closingDay: null,
  graceWorkingDays: 5,
  count: 3,
  exceptions: new Map(),
};
const anyPlan = fc.record<CyclePlan>({
  effectiveFrom: fc.integer({ min: 0, max: 3000 }).map((days) => addDays('2020-01-01', days)),
  kind: fc.constantFrom('MONTHLY', 'QUARTERLY', 'HALF_YEARLY', 'YEARLY'),
  closingDay: fc.option(fc.integer({ min: 1, max: 31 })),
  graceWorkingDays: fc.nat(10),
  count: fc.nat(15),
  exceptions: fc.constant(new Map()),
  minimumDays: fc.constantFrom(0, 15, 40),
});

describe('planCycles', () => {
  test('monthly, closing on the last day, five working days of grace', () => {
    expect(planCycles(monthly)).toEqual([
      { startsOn: '2022-06-10', closesOn: '2022-06-30', graceEndsOn: '2022-07-07', label: '2022年6月' },
      { startsOn: '2022-07-01', closesOn: '2022-07-31', graceEndsOn: '2022-08-05', label: '2022年7月' },
      { startsOn: '2022-08-01', closesOn: '2022-08-31', graceEndsOn: '2022-09-07', label: '2022年8月' },
    ]);
  });

  test('a first closing day 15 days after the start counts, one 14 days after does not', () => {
    expect(planCycles({ ...monthly, effectiveFrom: '2022-06-15', count: 1 })[0]?.closesOn).toBe('2022-06-30');
    expect(planCycles({ ...monthly, effectiveFrom: '2022-06-16', count: 1 })[0]).toMatchObject({
      startsOn: '2022-06-16',
      closesOn: '2022-07-31',
      label: '2022年7月',
    });
  });

  test('a closing day is cut to the length of its month', () => {
    expect(
      planCycles({ ...monthly, effectiveFrom: '2022-01-01', closingDay: 30 }).map((cycle) => cycle.closesOn),
    ).toEqual(['2022-01-30', '2022-02-28', '2022-03-30']);
  });

  test('the 25th of each month: the label names the closing month', () => {
    expect(planCycles({ ...monthly, closingDay: 25, count: 2 })).toMatchObject([
      { startsOn: '2022-06-10', closesOn: '2022-06-25', label: '2022年6月' },
      { startsOn: '2022-06-26', closesOn: '2022-07-25', label: '2022年7月' },
    ]);
  });

  test('quarterly, also with an earlier closing month', () => {
    expect(planCycles({ ...monthly, kind: 'QUARTERLY', closingDay: 30 })).toMatchObject([
      { startsOn: '2022-06-10', closesOn: '2022-06-30', label: '2022年第二季度' },
      { startsOn: '2022-07-01', closesOn: '2022-09-30', label: '2022年第三季度' },
      { startsOn: '2022-10-01', closesOn: '2022-12-30', label: '2022年第四季度' },
    ]);
    expect(planCycles({ ...monthly, kind: 'QUARTERLY', closingDay: 10, closingMonth: 1, count: 2 })).toMatchObject([
      { closesOn: '2022-07-10', label: '2022年第三季度' },
      { closesOn: '2022-10-10', label: '2022年第四季度' },
    ]);
  });

  test('no cycles for a plan without them', () => {
    expect(planCycles({ ...monthly, kind: 'NONE' })).toEqual([]);
  });

  test('settings out of range are refused', () => {
    for (const wrong of [
      { closingDay: 0 },
      { closingDay: 32 },
      { closingMonth: 2 },
      { closingMonth: 0 },
      { count: -1 },
    ])
      expect(() => planCycles({ ...monthly, ...wrong })).toThrow(RangeError);
  });

  test('stretches follow each other without a gap, from the first day on, with distinct labels', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const cycles = planCycles(plan);
        expect(cycles).toHaveLength(plan.count);
        let expectedStart = plan.effectiveFrom;
        for (const cycle of cycles) {
          expect(cycle.startsOn).toBe(expectedStart);
          expect(cycle.closesOn >= cycle.startsOn).toBe(true);
          expect(workingDaysBetween(cycle.closesOn, cycle.graceEndsOn, plan.exceptions)).toBe(plan.graceWorkingDays);
          const { year, month } = partsOfDay(cycle.closesOn);
          expect(cycle.label.startsWith(`${year}年`)).toBe(true);
          if (plan.kind === 'MONTHLY') expect(cycle.label).toBe(`${year}年${month}月`);
          expectedStart = addDays(cycle.closesOn, 1);
        }
        expect(new Set(cycles.map((cycle) => cycle.label)).size).toBe(cycles.length);
      }),
    );
  });

  test('the first closing is the first that leaves the minimum of days', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const [first] = planCycles({ ...plan, count: 1 });
        const [unbound] = planCycles({ ...plan, count: 1, minimumDays: 0 });
        const days = daysBetween(plan.effectiveFrom, first!.closesOn);
        expect(days).toBeGreaterThanOrEqual(plan.minimumDays!);
        if (daysBetween(plan.effectiveFrom, unbound!.closesOn) >= plan.minimumDays!) expect(first).toEqual(unbound);
      }),
    );
  });
});
