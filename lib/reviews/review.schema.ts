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

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/** Most results accepted at once. */
export const MOST_ACCEPTED = 50;

/** Several results at once: `item` is task:report:version, once for each. */
export const acceptReportsSchema = z
  .object({
    item: oneOrMany
      .optional()
      .transform((items) => items ?? [])
      .pipe(z.array(z.string().regex(/^[1-9]\d{0,9}:[1-9]\d{0,9}:\d{1,9}$/, '编号无效，请刷新页面后重试。')))
      .refine((items) => items.length > 0, '请至少勾选一项。')
      .refine((items) => items.length <= MOST_ACCEPTED, `一次最多通过 ${MOST_ACCEPTED} 项，请分批提交。`)
      .transform((items) =>
        [...new Set(items)].map((item) => {
          const [taskId, reportId, reportVersion] = item.split(':').map(Number);
          return { taskId: taskId!, reportId: reportId!, reportVersion: reportVersion! };
        }),
      ),
    note: formText('审核意见', { max: 1000 }).optional().default(''),
    idempotencyKey: idempotencyKeySchema,
  })
  .transform(({ item, ...rest }) => ({ items: item, ...rest }));
export type AcceptReportsInput = z.output<typeof acceptReportsSchema>;

export const MESSAGE_LIMIT = 1000;

export const writeReviewMessageSchema = z.object({
  taskId: formIdSchema,
  /** The report it is about; left out, the result that waits, else the task as a whole. */
  reportId: z
    .string()
    .optional()
    .transform((value) => value || undefined)
    .pipe(formIdSchema.optional()),
  text: formText('内容', { min: 2, max: MESSAGE_LIMIT }),
  /** Where the form stood: the review or the task's page. */
  from: z.enum(['task', 'review']).optional().default('task'),
  idempotencyKey: idempotencyKeySchema,
});
export type WriteReviewMessageInput = Omit<z.output<typeof writeReviewMessageSchema>, 'from'>;

export const returnReportSchema = z
  .object({
    ...reviewFields,
    /** One box or several. */
    frequentReason: oneOrMany.optional().default([]),
    reason: formText('退回理由', { max: 1000 }).optional().default(''),
  })
  .transform(({ frequentReason, reason, ...rest }, context) => {
    const frequent = FREQUENT_RETURN_REASONS.filter((text) => frequentReason.includes(text));
    const whole = [...frequent, reason].filter(Boolean).join('；');
    if (whole === '')
      context.addIssue({ code: 'custom', path: ['reason'], message: '请选择或填写退回理由，让填报单位知道要补什么。' });
    return { ...rest, reason: whole };
  });
export type ReturnReportInput = z.output<typeof returnReportSchema>;
