import type { Role } from '@/lib/rights/rights.table';
import { type AccountRow, displayNameSchema, emailSchema, placementFaults, usernameSchema } from './account.schema';
import { readRoles } from './account.words';
import type { TableProblem } from './account-table.rules';

export type PlannedAccount = {
  row: number;
  username: string;
  displayName: string;
  roles: Role[];
  unitId: number | null;
  unitName: string | null;
  email: string | null;
};

export type ImportFacts = {
  regionId: number;
  regionName: string;
  takenUsernames: ReadonlySet<string>;
  /** 'unknown': no unit of the region, or several; 'merged': it has gone into another. */
  resolveUnit: (printed: string) => { id: number; name: string } | 'unknown' | 'merged';
};

/** Checks every cell of every row; accounts are planned only where nothing is wrong anywhere. */
export function planAccounts(
  rows: readonly AccountRow[],
  facts: ImportFacts,
): { accounts: PlannedAccount[]; problems: TableProblem[] } {
  const problems: TableProblem[] = [];
  const accounts: PlannedAccount[] = [];
  const firstRowOf = new Map<string, number>();
  for (const row of rows) {
    const found: TableProblem[] = [];
    const fault = (column: TableProblem['column'], message: string) => found.push({ row: row.row, column, message });

    const username = usernameSchema.safeParse(row.username);
    if (!username.success) fault('用户名', username.error.issues[0]!.message);
    else if (firstRowOf.has(username.data)) fault('用户名', `与第 ${firstRowOf.get(username.data)} 行重复。`);
    else {
      firstRowOf.set(username.data, row.row);
      if (facts.takenUsernames.has(username.data)) fault('用户名', '该用户名已被使用，请换一个。');
    }

    const displayName = displayNameSchema.safeParse(row.displayName);
    if (!displayName.success) fault('姓名', displayName.error.issues[0]!.message);

    const roles = readRoles(row.roles);
    if (!roles)
      fault(
        '角色',
        row.roles
          ? `“${row.roles}”不是角色。可填：填报员、单位负责人、优化办工作人员、领导、管理员，多个用顿号隔开。`
          : '请填写角色。',
      );

    // The region's own name stands for "no unit": people write it for the office, leaders and admins.
    const printedUnit =
      row.unit === facts.regionName && roles && !roles.some((r) => r === 'unit_reporter' || r === 'unit_head')
        ? ''
        : row.unit;
    const unit = printedUnit === '' ? null : facts.resolveUnit(printedUnit);
    if (unit === 'unknown')
      fault('单位', `${facts.regionName}没有名为“${row.unit}”的单位。请填写单位名册中的名称或别名。`);
    else if (unit === 'merged') fault('单位', `“${row.unit}”已并入其他单位，请填写合并后的单位。`);
    const unitId = unit !== null && typeof unit === 'object' ? unit.id : null;
    if (roles && typeof unit !== 'string') {
      for (const { field, message } of placementFaults({ region: facts.regionId, roles, unitId, scopeUnitId: null }))
        fault(field === 'roles' ? '角色' : '单位', message);
    }

    const email = emailSchema.safeParse(row.email);
    if (!email.success) fault('邮箱', email.error.issues[0]!.message);

    problems.push(...found);
    if (found.length === 0) {
      accounts.push({
        row: row.row,
        username: username.data!,
        displayName: displayName.data!,
        roles: roles!,
        unitId,
        unitName: unit !== null && typeof unit === 'object' ? unit.name : null,
        email: email.data!,
      });
    }
  }
  return { accounts, problems };
}
