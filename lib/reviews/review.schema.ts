import { z } from 'zod';
import { formIdSchema, formText, formVersionSchema, idempotencyKeySchema } from '@/lib/tasks/task.schema';

/** Reasons often given, at hand beside the text. */
export const FREQUENT_RETURN_REASONS = [
  '只有发文，没有落实情况',
  '没有写明完成的数据或结果',
  '与任务要求不一致',
  '佐证材料不足',
  '责任单位的落实情况没有体现',
  '内容与上一周期相同，没有新进展',
] as const;

const reviewFields = {
  taskId: formIdSchema,
  reportId: formIdSchema,
  /** The version that was read. */
  reportVersion: formVersionSchema,
  idempotencyKey: idempotencyKeySchema,
};

export const acceptReportSchema = z.object({
  ...reviewFields,
  note: formText('审核意见', { max: 1000 }).optional().default(''),
});
export type AcceptReportInput = z.output<typeof acceptReportSchema>;

export const returnReportSchema = z
  .object({
    ...reviewFields,
    frequentReason: z.string().optional().default(''),
    reason: formText('退回理由', { max: 1000 }).optional().default(''),
  })
  .transform(({ frequentReason, reason, ...rest }, context) => {
    const frequent = FREQUENT_RETURN_REASONS.find((text) => text === frequentReason);
    const whole = [frequent, reason].filter(Boolean).join('；');
    if (whole === '')
      context.addIssue({ code: 'custom', path: ['reason'], message: '请选择或填写退回理由，让填报单位知道要补什么。' });
    return { ...rest, reason: whole };
  });
export type ReturnReportInput = z.output<typeof returnReportSchema>;
