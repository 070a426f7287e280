export type AppErrorCode = 'not_found' | 'forbidden' | 'invalid_state' | 'conflict' | 'rate_limited' | 'unreadable';

/** What a person is told by code: what happened and what to do next. Carries no id, no SQL, no library's words. */
export const ERROR_WORDS: Record<AppErrorCode, string> = {
  not_found: '未找到该内容，可能已被移动，或不在您的权限范围内。请返回列表重新选择。',
  forbidden: '您没有进行此操作的权限。如确有需要，请联系本地区优化办或管理员。',
  invalid_state: '当前状态下不能进行此操作。请刷新页面查看最新状态。',
  conflict: '内容已被他人更新，您的修改没有保存。请对照最新内容后再提交，您填写的文字已保留。',
  rate_limited: '操作过于频繁，请稍后再试。',
  unreadable: '无法读取所提交的内容，请检查后重试。',
};

/** A refusal that a person can answer. message overrides the words by code where more can be said. */
export class AppError extends Error {
  readonly code: AppErrorCode;
  /** What the other side now holds, to be shown beside what was typed. */
  readonly latest?: Record<string, unknown>;
  /** What is wrong with single fields that only the database could tell, by the field's name. */
  readonly fieldErrors?: Record<string, string[]>;
  constructor(
    code: AppErrorCode,
    message?: string,
    options: { cause?: unknown; latest?: Record<string, unknown>; fieldErrors?: Record<string, string[]> } = {},
  ) {
    super(message ?? ERROR_WORDS[code], { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.latest = options.latest;
    this.fieldErrors = options.fieldErrors;
  }
}
