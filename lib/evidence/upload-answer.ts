import { AppError, type AppErrorCode } from '@/lib/server/errors';
import { StoreFullError, TooLargeError } from '@/lib/server/evidence-store';
import { EVIDENCE_LIMITS } from './evidence.schema';
import { InterruptedError } from './upload-body';

const STATUS: Record<AppErrorCode, number> = {
  not_found: 404,
  forbidden: 403,
  invalid_state: 409,
  conflict: 409,
  rate_limited: 429,
  unreadable: 400,
};

export type Refusal = { code: string; message: string; status: number };

/** What a refused upload is answered; null for what nobody foresaw. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof AppError) return { code: error.code, message: error.message, status: STATUS[error.code] };
  if (error instanceof TooLargeError) {
    return {
      code: 'large',
      message: `文件超过 ${EVIDENCE_LIMITS.bytes / 1024 / 1024} MB 的上限，没有保存。请压缩、拆分后再上传，或改为添加网址。`,
      status: 413,
    };
  }
  if (error instanceof StoreFullError) {
    return {
      code: 'full',
      message: '存储空间不足，文件没有保存，已填写的内容不受影响，请联系管理员。',
      status: 507,
    };
  }
  if (error instanceof InterruptedError) {
    return { code: 'interrupted', message: '上传中断，文件没有保存。请检查网络后重试。', status: 400 };
  }
  return null;
}

export const UPLOAD_UNKNOWN = '系统暂时无法接收文件，已填写的内容不受影响，请稍后重试。';
