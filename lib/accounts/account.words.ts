import { ROLES, type Role } from '@/lib/rights/rights.table';
import { compactText } from '@/lib/text';

export const ROLE_LABELS: Record<Role, string> = {
  unit_reporter: '单位填报员',
  unit_head: '单位负责人',
  office: '优化办工作人员',
  leader: '领导',
  admin: '管理员',
};

export const ROLE_HINTS: Record<Role, string> = {
  unit_reporter: '填报本单位承担任务的进展',
  unit_head: '签发本单位材料、申请延期',
  office: '审核、督办本地区方案',
  leader: '查看全局、决定再次延期',
  admin: '管理单位、账号、导入清单',
};

/** Other words people write into the table of accounts. */
const OTHER_WORDS: Record<string, Role> = {
  填报员: 'unit_reporter',
  负责人: 'unit_head',
  优化办: 'office',
  工作人员: 'office',
};

/** '填报员、负责人' → roles; null where a word is no role. */
export function readRoles(words: string): Role[] | null {
  const parts = words
    .split(/[、，,；;/\s]+/u)
    .map(compactText)
    .filter(Boolean);
  const read = parts.map((part) => ROLES.find((role) => ROLE_LABELS[role] === part) ?? OTHER_WORDS[part] ?? null);
  if (read.length === 0 || read.includes(null)) return null;
  return ROLES.filter((role) => read.includes(role));
}

export function roleLabels(roles: readonly Role[]): string {
  return roles.map((role) => ROLE_LABELS[role]).join('、');
}

/** Where the daily mail of an account goes, for those who manage it and for its owner. */
export function mailWords({ email, wantsMail }: { email: string | null; wantsMail: boolean }): string {
  if (!email) return '未填写邮箱，仅在站内提醒';
  return wantsMail ? email : `${email}（已关闭每日邮件，仅在站内提醒）`;
}

export const SIGN_IN_REASONS: Record<string, string> = {
  ok: '成功',
  wrong: '密码错误',
  unknown: '用户名不存在',
  disabled: '账号已停用',
  locked: '已锁定，未核对密码',
};
