import { expect, test } from 'vitest';
import { emailSchema } from './account.schema';
import { planAccounts } from './account-import.rules';
import { readAccountTable } from './account-table.rules';

test.each([
  ['', null],
  ['  ', null],
  [undefined, null],
  [' zhangsan＠example.gov.cn ', 'zhangsan@example.gov.cn'],
])('the address %j is kept as %j', (typed, kept) => expect(emailSchema.parse(typed)).toBe(kept));

test.each(['zhangsan', 'a@b', 'a b@example.cn', 'a@example.cn\nBcc: x@example.cn'])('%j is no address', (typed) => {
  expect(emailSchema.safeParse(typed).error?.issues[0]?.message).toMatch(/^邮箱写法不对/);
});

const facts = {
  regionId: 1,
  regionName: '鄂州市',
  takenUsernames: new Set<string>(),
  resolveUnit: () => 'unknown' as const,
};
const table = (text: string) => readAccountTable('a.csv', new TextEncoder().encode(text));

test('the column 邮箱 may be there, be empty, or be left out', () => {
  const withColumn = table('用户名,姓名,角色,单位,邮箱\noffice.a,甲,优化办,,a@example.gov.cn\noffice.b,乙,优化办,,\n');
  expect(planAccounts(withColumn.rows, facts).accounts.map((account) => account.email)).toEqual([
    'a@example.gov.cn',
    null,
  ]);
  const without = table('用户名,姓名,角色,单位\noffice.a,甲,优化办,\n');
  expect(planAccounts(without.rows, facts).accounts.map((account) => account.email)).toEqual([null]);
});

test('a wrong address is named by its row and column', () => {
  const { rows } = table('用户名,姓名,角色,单位,邮箱\noffice.a,甲,优化办,,甲的邮箱\n');
  expect(planAccounts(rows, facts)).toMatchObject({ accounts: [], problems: [{ row: 2, column: '邮箱' }] });
});
