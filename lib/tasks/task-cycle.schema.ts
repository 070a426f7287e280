import { z } from 'zod';
import { plainDigits } from '@/lib/form-fields';
import { formIdSchema, formText, formVersionSchema, idempotencyKeySchema } from './task.schema';

export const TASK_CYCLE_KINDS = ['PLAN', 'NONE', 'MONTHLY', 'QUARTERLY', 'HALF_YEARLY', 'YEARLY'] as const;
export type TaskCycleKind = (typeof TASK_CYCLE_KINDS)[number];

export const setTaskCycleSchema = z.object({
  taskId: formIdSchema,
  /** Read when the form was drawn; absent where several tasks are set at once. */
  version: formVersionSchema.optional(),
  kind: z.enum(TASK_CYCLE_KINDS, { error: '请选择填报周期。' }),
  closingDay: z
    .string()
    .optional()
    .transform((text, context) => {
      const day = plainDigits(text ?? '');
      if (day === '') return null;
      if (/^\d{1,2}$/.test(day) && Number(day) >= 1 && Number(day) <= 31) return Number(day);
      context.addIssue({ code: 'custom', message: '请填写 1 至 31，或留空表示月末。' });
      return z.NEVER;
    }),
  basis: formText('依据', { min: 2, max: 1000 }),
  idempotencyKey: idempotencyKeySchema,
});
export type SetTaskCycleInput = z.output<typeof setTaskCycleSchema>;

const KIND_WORDS: Record<TaskCycleKind, string> = {
  PLAN: '按方案的周期填报',
  NONE: '不再按周期填报',
  MONTHLY: '每月填报',
  QUARTERLY: '每季度填报',
  HALF_YEARLY: '每半年填报',
  YEARLY: '每年填报',
};

/** What a form offers. */
export const TASK_CYCLE_OPTIONS = TASK_CYCLE_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }));

/** 每季度填报，季末月 25 日截止 */
export function taskCycleWords(kind: TaskCycleKind, closingDay: number | null): string {
  if (kind === 'PLAN' || kind === 'NONE') return KIND_WORDS[kind];
  const month = { MONTHLY: '当月', QUARTERLY: '季末月', HALF_YEARLY: '半年末月', YEARLY: '12 月' }[kind];
  return `${KIND_WORDS[kind]}，${month}${closingDay === null ? '最后一天' : ` ${closingDay} 日`}截止`;
}
