import { z } from 'zod';
import { INBOX_FILTERS } from './inbox.filter';

const noticeIdSchema = z
  .string({ error: '缺少编号，请刷新页面后重试。' })
  .regex(/^[1-9]\d{0,17}$/, '编号无效，请刷新页面后重试。')
  .transform(BigInt);
/** Where the form stood, to come back to. */
const backSchema = {
  show: z.enum(INBOX_FILTERS).catch('open'),
  page: z.coerce.number().int().min(1).max(999_999_999).catch(1),
};

export const markNoticeReadSchema = z.object({ noticeId: noticeIdSchema, ...backSchema });
/** upToId: the newest that was on the page: what came since stays unread. */
export const markAllReadSchema = z.object({ upToId: noticeIdSchema, ...backSchema });
