import { z } from 'zod';
import { ROLES, type Role } from '@/lib/rights/rights.table';
import { cleanText } from '@/lib/text';
import { plainUsername } from './sign-in.rules';

const MAX_ID = 2_147_483_647;
const id = z.coerce.number().int().min(1).max(MAX_ID);
/** An empty field is no choice. */
const optionalId = z.preprocess((value) => (value === '' || value === undefined ? null : value), id.nullable());
const regionChoice = z.union([z.literal('platform'), id], { error: '请选择地区。' });

export const usernameSchema = z
  .string()
  .transform(plainUsername)
  .pipe(z.string().regex(/^[a-z0-9][a-z0-9._-]{1,31}$/, '用户名为 2–32 个小写字母、数字或 . _ -，以字母或数字开头。'));

export const displayNameSchema = z
  .string()
  .transform(cleanText)
  .pipe(
    z
      .string()
      .min(1, '请填写姓名。')
      .max(40, '姓名最多 40 个字。')
      .regex(/^[^\n\t]*$/, '姓名不能换行。'),
  );

const EMAIL_FAULT = '邮箱写法不对，应如 zhangsan@example.gov.cn；没有邮箱请留空。';

/** 邮箱 to which the daily digest goes; empty: none. */
export const emailSchema = z
  .string()
  .default('')
  .transform((text) => text.normalize('NFKC').trim())
  .pipe(z.union([z.literal(''), z.email(EMAIL_FAULT).max(200, EMAIL_FAULT)]))
  .transform((text) => (text === '' ? null : text));

export const rolesSchema = z
  .preprocess(
    (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
    z.array(z.enum(ROLES)),
  )
  .transform((roles): Role[] => ROLES.filter((role) => roles.includes(role)))
  .pipe(z.array(z.enum(ROLES)).min(1, '请至少选择一个角色。'));

const placementShape = {
  region: regionChoice,
  roles: rolesSchema,
  unitId: optionalId,
  scopeUnitId: optionalId,
};
const mailShape = { email: emailSchema, wantsMail: z.preprocess((value) => value === 'on', z.boolean()) };

type PlacementInput = { region: 'platform' | number; roles: Role[]; unitId: number | null; scopeUnitId: number | null };

/** Whether roles, region and units go together; what needs the database is checked with it. */
export function placementFaults(
  input: PlacementInput,
): Array<{ field: 'roles' | 'unitId' | 'scopeUnitId' | 'region'; message: string }> {
  const faults: ReturnType<typeof placementFaults> = [];
  const inUnit = input.roles.includes('unit_reporter') || input.roles.includes('unit_head');
  const oversees = input.roles.some((role) => role === 'office' || role === 'leader' || role === 'admin');
  if (input.region === 'platform' && input.roles.some((role) => role !== 'admin'))
    faults.push({ field: 'roles', message: '平台账号只能是管理员；其他角色请先选择地区。' });
  if (input.region === 'platform' && (input.unitId !== null || input.scopeUnitId !== null))
    faults.push({ field: 'region', message: '平台账号不属于任何单位。' });
  if (input.region !== 'platform' && inUnit && input.unitId === null)
    faults.push({ field: 'unitId', message: '填报员和单位负责人需选择所在单位。' });
  if (input.scopeUnitId !== null && !oversees)
    faults.push({ field: 'scopeUnitId', message: '只有优化办工作人员、领导和管理员可限于一个单位的方案。' });
  return faults;
}

function checkPlacement(input: PlacementInput, context: z.RefinementCtx): void {
  for (const { field, message } of placementFaults(input)) context.addIssue({ code: 'custom', path: [field], message });
}

export const createAccountSchema = z
  .object({ username: usernameSchema, displayName: displayNameSchema, ...mailShape, ...placementShape })
  .superRefine(checkPlacement);
export type CreateAccountInput = z.output<typeof createAccountSchema>;

export const updateAccountSchema = z
  .object({
    accountId: id,
    version: id,
    displayName: displayNameSchema,
    isActive: z.preprocess((value) => value === 'on' || value === 'true', z.boolean()),
    ...mailShape,
    ...placementShape,
  })
  .superRefine(checkPlacement);
export type UpdateAccountInput = z.output<typeof updateAccountSchema>;

export const resetPasswordSchema = z.object({ accountId: id, version: id });
export type ResetPasswordInput = z.output<typeof resetPasswordSchema>;

export const changePasswordSchema = z
  .object({
    oldPassword: z.string().min(1, '请填写原密码。').max(1000, '原密码不正确。'),
    newPassword: z.string().min(1, '请填写新密码。').max(1000, '新密码过长。'),
    repeatedPassword: z.string().min(1, '请再次填写新密码。').max(1000, '新密码过长。'),
  })
  .refine((input) => input.newPassword === input.repeatedPassword, {
    path: ['repeatedPassword'],
    message: '两次填写的新密码不一致。',
  });
export type ChangePasswordInput = z.output<typeof changePasswordSchema>;

/** One row of the table of accounts, as typed. */
export const accountRowSchema = z.object({
  row: z.number().int(),
  username: z.string(),
  displayName: z.string(),
  roles: z.string(),
  unit: z.string(),
  /** Where the table has the column. */
  email: z.string().optional(),
});
export type AccountRow = z.output<typeof accountRowSchema>;
export const ROW_LIMIT = 200;

export const importAccountsSchema = z.object({
  region: id,
  rows: z.string().transform((text, context): AccountRow[] => {
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch {
      given = null;
    }
    const parsed = z.array(accountRowSchema).min(1).max(ROW_LIMIT).safeParse(given);
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: '没有可导入的内容，请重新上传表格。' });
    return z.NEVER;
  }),
});
export type ImportAccountsInput = z.output<typeof importAccountsSchema>;
