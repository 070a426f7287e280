import { countChars } from '@/lib/text';

export const PASSWORD_RULE =
  '至少 10 个字符，包含大写字母、小写字母、数字、符号中的三类（满 16 个字符的不限种类），不得包含用户名，不得使用常见密码。';
export const PASSWORD_MAX = 128;

/** Words that guessers try first; whatever only adds digits and signs around one of them is as easy. */
const COMMON_CORES = new Set([
  'password', 'passw0rd', 'p@ssword', 'p@ssw0rd', 'qwerty', 'qwertyuiop', 'qwer', 'asdf', 'asdfghjkl', 'zxcvbnm', 'qazwsx', 'qazwsxedc',
  'admin', 'administrator', 'root', 'test', 'guest', 'user', 'welcome', 'letmein', 'iloveyou', 'woaini', 'abc', 'abcd', 'abcdef', 'aa',
  'changeme', 'huawei', 'ezhou', 'hubei', 'youhuaban', 'yingshang', '',
]); // biome-ignore format: a list of words

const classesOf = (password: string): number =>
  [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u].filter((pattern) => pattern.test(password)).length;

/** Why a password may not be used, or null. Length counts what a person counts. */
export function passwordFault(password: string, username: string): string | null {
  const length = countChars(password);
  if (length < 10) return '新密码至少 10 个字符。';
  if (length > PASSWORD_MAX) return `新密码最多 ${PASSWORD_MAX} 个字符。`;
  if (username !== '' && password.toLowerCase().includes(username.toLowerCase())) return '新密码不得包含用户名。';
  if (length < 16 && classesOf(password) < 3)
    return '新密码需包含大写字母、小写字母、数字、符号中的三类，或不少于 16 个字符。';
  const letters = password.toLowerCase().replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  if (COMMON_CORES.has(letters) || new Set(password).size < 5) return '新密码过于常见，容易被猜中，请换一个。';
  return null;
}
