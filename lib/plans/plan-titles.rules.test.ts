import { expect, test } from 'vitest';
import { markedTitle, marksOfAlike, type TitledPlan } from './plan-titles.rules';

const plan = (id: number, given: Partial<TitledPlan> = {}): TitledPlan => ({
  id,
  title: '重点任务清单',
  year: 2022,
  regionName: '鄂州市',
  ownerUnitName: null,
  status: 'ACTIVE',
  createdOn: '2022-03-01',
  ...given,
});

test('a title that stands alone gets no mark', () => {
  const plans = [plan(1), plan(2, { title: '另一份清单' })];
  const marks = marksOfAlike(plans);
  expect(marks.size).toBe(0);
  expect(markedTitle(plans[0]!, marks)).toBe('重点任务清单');
});

test.each([
  [{ year: 2023 }, '2022年', '2023年'],
  [{ regionName: '华容区' }, '鄂州市', '华容区'],
  [{ ownerUnitName: '市住建局' }, '本级', '市住建局'],
  [{ status: 'DRAFT' as const }, '执行中', '草稿'],
  [{ createdOn: '2022-03-02' }, '2022-03-01 导入', '2022-03-02 导入'],
  [{}, '编号 1', '编号 2'],
])('two plans that differ in %o are told apart by it alone', (given, one, other) => {
  const plans = [plan(1), plan(2, given)];
  const marks = marksOfAlike(plans);
  expect([...marks]).toEqual([
    [1, one],
    [2, other],
  ]);
  expect(markedTitle(plans[1]!, marks)).toBe(`重点任务清单（${other}）`);
});

test('as many traits are named as it takes to tell all of them apart', () => {
  const marks = marksOfAlike([plan(1), plan(2, { year: 2023 }), plan(3, { year: 2023, status: 'DRAFT' })]);
  expect([...marks.values()]).toEqual(['2022年，执行中', '2023年，执行中', '2023年，草稿']);
});

test('what a list does not know of its plans is not named', () => {
  const { regionName: _region, ownerUnitName: _owner, status: _status, ...bare } = plan(1);
  expect([...marksOfAlike([bare, { ...bare, id: 2 }]).values()]).toEqual(['编号 1', '编号 2']);
});
