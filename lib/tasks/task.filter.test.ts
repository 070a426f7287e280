import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIGHT_CODES, REASON_CODES, STATE_CODES } from '@/lib/standing/standing.types';
import {
  EMPTY_FILTER,
  parseTaskFilter,
  TASK_PAGE_SIZES,
  TASK_SORTS,
  type TaskFilter,
  taskFilterHref,
  UNIT_ROLES,
} from './task.filter';

const read = (href: string) => {
  const params: Record<string, string[]> = {};
  for (const [key, value] of new URL(href, 'http://ledger.test').searchParams)
    params[key] = [...(params[key] ?? []), value];
  return parseTaskFilter(params);
};

const id = fc.option(fc.integer({ min: 1, max: 2147483647 }));
const day = fc.option(fc.constantFrom('2022-01-31', '2022-05-31', '2023-02-28'));
const anyFilter: fc.Arbitrary<TaskFilter> = fc.record({
  region: id,
  plan: id,
  area: id,
  measure: id,
  unit: id,
  as: fc.constantFrom(...UNIT_ROLES),
  group: id,
  state: fc.subarray([...STATE_CODES]),
  light: fc.subarray([...LIGHT_CODES]),
  reason: fc.subarray([...REASON_CODES]),
  dueFrom: day,
  dueTo: day,
  q: fc.constantFrom('', '审批', '10% 以上', "O'Neil & 住建_局"),
  sort: fc.constantFrom(...TASK_SORTS),
  dir: fc.constantFrom('asc', 'desc'),
  page: fc.integer({ min: 1, max: 999999999 }),
  size: fc.constantFrom(...TASK_PAGE_SIZES),
  mine: fc.option(fc.boolean()),
  own: fc.boolean(),
});

test('a printed address reads back as the same filter', () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      expect(read(taskFilterHref(filter, '2022-09-30')).filter).toEqual(filter);
    }),
  );
});

test('the plain ledger has the plain address', () => {
  expect(taskFilterHref({})).toBe('/tasks');
  expect(taskFilterHref({ light: ['RED', 'YELLOW'], unit: 7, as: 'lead' })).toBe(
    '/tasks?unit=7&as=lead&light=RED,YELLOW',
  );
  expect(taskFilterHref({ mine: false })).toBe('/tasks?mine=0');
});

test.each([
  ['region', '0', '地区'],
  ['plan', '0', '方案'],
  ['plan', '1e3', '方案'],
  ['plan', '99999999999', '方案'],
  ['unit', "1' OR 1=1", '单位'],
  ['as', 'LEAD', '单位角色'],
  ['state', 'DONE', '状态'],
  ['light', 'PURPLE', '亮灯'],
  ['reason', 'overdue', '研判'],
  ['dueFrom', '2022-02-30', '完成时限起'],
  ['dueTo', '2022-13-01', '完成时限止'],
  ['sort', 'name', '排序'],
  ['dir', 'up', '排序方向'],
  ['page', '-1', '页码'],
  ['size', '10000', '每页条数'],
  ['mine', 'yes', '本单位任务'],
  ['own', '2', '部门自有方案'],
])('%s=%s is dropped and named', (key, value, label) => {
  const parsed = parseTaskFilter({ [key]: value });
  expect(parsed.filter).toEqual(EMPTY_FILTER);
  expect(parsed.notices).toHaveLength(1);
  expect(parsed.notices[0]).toContain(label);
});

describe('lists', () => {
  test('the good values of a list stay where a bad one is dropped', () => {
    const parsed = parseTaskFilter({ light: 'RED,PURPLE,YELLOW' });
    expect(parsed.filter.light).toEqual(['RED', 'YELLOW']);
    expect(parsed.notices).toEqual(['亮灯“PURPLE”无法识别，已忽略。']);
  });
  test('several fields of a form are one list', () => {
    expect(parseTaskFilter({ reason: ['OVERDUE', 'REPORTING_LAPSED'] }).filter.reason).toEqual([
      'OVERDUE',
      'REPORTING_LAPSED',
    ]);
  });
});

test('empty fields of a form are no filter', () => {
  const parsed = parseTaskFilter({ plan: '', q: ' ', state: '', asOf: '2022-09-30' });
  expect(parsed).toEqual({ filter: EMPTY_FILTER, notices: [], isBare: true });
  expect(parseTaskFilter({ q: '审批' }).isBare).toBe(false);
});

test('invisible characters do not reach the search', () => {
  expect(parseTaskFilter({ q: '审\u200b批\u0000  提速' }).filter.q).toBe('审批 提速');
});
