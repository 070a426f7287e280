/** Wrong passwords for one account before it is locked, and from one address, within the window. */
export const ACCOUNT_LIMIT = 5;
export const ADDRESS_LIMIT = 50;
export const WINDOW_MINUTES = 15;

export type FailureCounts = {
  /** For this user name, since its last success. */
  account: number;
  /** From this address; a success does not reset it, or an owner of one account could guess at all the others. */
  address: number;
};

export function isLocked(failures: FailureCounts): boolean {
  return failures.account >= ACCOUNT_LIMIT || failures.address >= ADDRESS_LIMIT;
}

/** User names are kept in lower case and without blanks around them. */
export function plainUsername(typed: string): string {
  return typed.normalize('NFKC').trim().toLowerCase();
}

export type SignInRefusal = 'wrong' | 'locked';

export const SIGN_IN_WORDS: Record<SignInRefusal, string> = {
  wrong: `用户名或密码不正确。连续输错 ${ACCOUNT_LIMIT} 次将锁定 ${WINDOW_MINUTES} 分钟。`,
  locked: `尝试次数过多，该账号或所在网络已暂时锁定。请 ${WINDOW_MINUTES} 分钟后再试，或联系管理员重置密码。`,
};
