import { expect, test } from 'vitest';
import { type Standpoint, speakingUnits } from './report.policy';

const base: Standpoint = { roles: ['unit_reporter'], acting: [1], children: [], leadUnitIds: [], unitIds: [] };

test.each<[string, Parameters<typeof speakingUnits>[0], Partial<Standpoint>, [number, boolean][]]>([
  ['a lead reports progress', 'report.submit_progress', { leadUnitIds: [1], unitIds: [1] }, [[1, true]]],
  [
    'a responsible unit reports progress',
    'report.submit_progress',
    { leadUnitIds: [9], unitIds: [1, 9] },
    [[1, false]],
  ],
  ['a responsible unit asks for no result', 'report.submit_result', { leadUnitIds: [9], unitIds: [1, 9] }, []],
  ['another unit reports nothing', 'report.submit_progress', { leadUnitIds: [9], unitIds: [9] }, []],
  [
    'a unit that is lead and responsible speaks once, as lead',
    'report.submit_progress',
    { leadUnitIds: [1], unitIds: [1, 1] },
    [[1, true]],
  ],
  [
    'a head signs for a 科室 that leads',
    'report.submit_result',
    { roles: ['unit_head'], children: [5, 6], leadUnitIds: [6], unitIds: [6] },
    [[6, true]],
  ],
  [
    'a reporter does not speak for a 科室',
    'report.submit_progress',
    { children: [5], leadUnitIds: [5], unitIds: [5] },
    [],
  ],
  [
    'a head does not speak for a responsible 科室',
    'report.submit_progress',
    { roles: ['unit_head'], children: [5], leadUnitIds: [], unitIds: [5] },
    [],
  ],
  [
    'an office acts for the unit of its region',
    'report.submit_result',
    { roles: ['office'], leadUnitIds: [1], unitIds: [1] },
    [[1, true]],
  ],
  ['a leader reports nothing', 'report.submit_progress', { roles: ['leader'], leadUnitIds: [1], unitIds: [1] }, []],
  [
    'leads stand first among several',
    'report.submit_progress',
    { roles: ['unit_head'], acting: [1], children: [5], leadUnitIds: [5], unitIds: [1, 5] },
    [
      [5, true],
      [1, false],
    ],
  ],
])('%s', (_title, action, changes, units) => {
  expect(speakingUnits(action, { ...base, ...changes }).map((u) => [u.unitId, u.isLead])).toEqual(units);
});
