import { z } from 'zod';
import { formDay } from '@/lib/form-fields';
import { cleanText } from '@/lib/text';

const id = z.coerce.number().int().min(1).max(2147483647);
const version = z.coerce.number().int().min(1);
const words = z.string().transform(cleanText);

export const requestExtensionSchema = z.object({
  taskId: id,
  version,
  toDueOn: formDay('请填写有效日期，例如 2022-10-31'),
  reason: words.pipe(z.string().min(1, '请填写延期理由').max(2000, '请控制在2000字以内')),
  /** How far the task has come. */
  progress: words.pipe(z.string().max(2000, '请控制在2000字以内')).optional(),
  /** Which of the asker's units; needed only where several lead. */
  unitId: z.preprocess((value) => (value === '' ? undefined : value), id.optional()),
  /** Makes a reporter's paper once. */
  idempotencyKey: z.uuid('表单已失效，请刷新页面后重试。').optional(),
});
export const decideExtensionSchema = z
  .object({
    extensionId: id,
    version,
    decision: z.enum(['GRANTED', 'REFUSED']),
    note: words.pipe(z.string().max(2000, '请控制在2000字以内')).default(''),
  })
  .refine((input) => input.decision === 'GRANTED' || input.note !== '', {
    path: ['note'],
    message: '不同意延期的，请写明理由',
  });

export const withdrawExtensionSchema = z.object({ extensionId: id });
export type WithdrawExtensionInput = z.infer<typeof withdrawExtensionSchema>;

export type RequestExtensionInput = z.infer<typeof requestExtensionSchema>;
export type DecideExtensionInput = z.infer<typeof decideExtensionSchema>;
