import { z } from 'zod';
import { optionalFormDay } from '@/lib/form-fields';
import { cleanText, countChars } from '@/lib/text';

/** A positive whole number that fits the database, as a form sends it. */
export const formIdSchema = z
  .string({ error: '缺少编号，请刷新页面后重试。' })
  .regex(/^[1-9]\d{0,9}$/, '编号无效，请刷新页面后重试。')
  .transform(Number)
  .refine((id) => id <= 2147483647, '编号无效，请刷新页面后重试。');

/** A version read when the form was drawn; 0: nothing was there. */
export const formVersionSchema = z
  .string({ error: '缺少版本，请刷新页面后重试。' })
  .regex(/^\d{1,9}$/, '版本无效，请刷新页面后重试。')
  .transform(Number);

export const idempotencyKeySchema = z.uuid('表单已失效，请刷新页面后重试。');

/** Text of a form: cleaned of what cannot be seen, then measured in 字. */
export function formText(label: string, { min = 0, max }: { min?: number; max: number }) {
  return z
    .string({ error: `请填写${label}。` })
    .transform(cleanText)
    .superRefine((text, context) => {
      const length = countChars(text);
      if (length === 0 && min > 0) context.addIssue({ code: 'custom', message: `请填写${label}。` });
      else if (length < min)
        context.addIssue({ code: 'custom', message: `${label}至少 ${min} 字，现在只有 ${length} 字。` });
      else if (length > max)
        context.addIssue({ code: 'custom', message: `${label}最多 ${max} 字，现在有 ${length} 字，请删减后再提交。` });
    });
}

/** 撤销办结: a reason. */
export const reasonSchema = z.object({
  taskId: formIdSchema,
  version: formVersionSchema,
  reason: formText('理由', { min: 2, max: 1000 }),
  idempotencyKey: idempotencyKeySchema,
});
export type ReasonInput = z.output<typeof reasonSchema>;

/** 取消, 恢复, 认定: the document it rests on. */
export const basisSchema = z.object({
  taskId: formIdSchema,
  version: formVersionSchema,
  basis: formText('依据', { min: 2, max: 1000 }),
  idempotencyKey: idempotencyKeySchema,
});
export type BasisInput = z.output<typeof basisSchema>;

/** A field that a form may send once, several times or not at all; empty ones are left out. */
export const formIdsSchema = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((given) => (given === undefined ? [] : typeof given === 'string' ? [given] : given))
  .transform((given) => [...new Set(given.filter((id) => id !== ''))])
  .pipe(z.array(formIdSchema).max(100, '一次调整的单位过多，请分次办理。'));

/** 调整单位: mentions that end and units that stand from today on. */
export const reassignSchema = basisSchema.extend({
  /** Ids of the task's mentions (task_unit). */
  end: formIdsSchema,
  addLead: formIdsSchema,
  addResponsible: formIdsSchema,
});
export type ReassignInput = z.output<typeof reassignSchema>;

/** 更正时限: the date as it should read, empty for none, and whether the task goes on. */
export const correctDeadlineSchema = basisSchema.extend({
  dueOn: optionalFormDay('请填写有效日期，例如 2022-12-31；没有日期的留空。'),
  ongoing: z
    .string()
    .optional()
    .transform((text) => text !== undefined && text !== '' && text !== 'no'),
});
export type CorrectDeadlineInput = z.output<typeof correctDeadlineSchema>;
