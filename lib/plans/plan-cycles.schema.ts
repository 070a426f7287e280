import { z } from 'zod';
import { type Day, isPlausibleDay } from '@/lib/dates';
import { plainDigits } from '@/lib/form-fields';
import { cleanText } from '@/lib/text';

const id = z.coerce.number().int().min(1).max(2147483647);
const version = z.coerce.number().int().min(1);
const idempotencyKey = z.uuid('表单已失效，请刷新页面后重试。');
const basis = z
  .string({ error: '请填写依据。' })
  .transform(cleanText)
  .pipe(z.string().min(2, '请填写依据。').max(500, '请控制在500字以内。'));
const wholeNumber = (label: string, most: number) =>
  z
    .string({ error: `请填写${label}。` })
    .transform(plainDigits)
    .pipe(z.string().regex(/^\d{1,3}$/, `请填写${label}，0 至 ${most} 的整数。`))
    .transform(Number)
    .refine((days) => days <= most, `${label}最多 ${most} 天。`);

/** Closing days typed one a line, or with commas between. */
export const MOST_DATES = 60;
const dates = z
  .string()
  .optional()
  .transform((text, context): Day[] => {
    const written = plainDigits(text ?? '')
      .split(/[\s,，、;；]+/)
      .filter(Boolean);
    const wrong = written.filter((day): boolean => !isPlausibleDay(day));
    if (wrong.length > 0)
      context.addIssue({ code: 'custom', message: `“${wrong[0]!.slice(0, 20)}”不是有效日期，请写成 2022-06-30。` });
    if (written.length > MOST_DATES)
      context.addIssue({ code: 'custom', message: `一次最多填写 ${MOST_DATES} 个截止日。` });
    return written;
  });

const rules = {
  kind: z.enum(['NONE', 'MONTHLY', 'QUARTERLY', 'CUSTOM'], { error: '请选择填报周期。' }),
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
  graceWorkingDays: wholeNumber('宽限的工作日数', 60),
  dates,
};

export const changePlanCyclesSchema = z.object({ planId: id, version, ...rules, basis, idempotencyKey });
export type ChangePlanCyclesInput = z.output<typeof changePlanCyclesSchema>;

/** The same rules in an address, for looking before saving. */
export const previewCyclesSchema = z.object(rules);

export const changeDueSoonDaysSchema = z.object({
  planId: id,
  days: wholeNumber('提前天数', 365),
  /** The days in force when the form was drawn. */
  seenDays: z.coerce.number().int().optional(),
  basis,
  idempotencyKey,
});
export type ChangeDueSoonDaysInput = z.output<typeof changeDueSoonDaysSchema>;
