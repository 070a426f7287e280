import { z } from 'zod';
import { daysBetween, isDay } from '@/lib/dates';
import { formDay, optionalFormDay } from '@/lib/form-fields';
import { cleanText } from '@/lib/text';

/** The longest stretch entered at once: no holiday is longer. */
export const MOST_DAYS = 31;

const basis = z
  .string({ error: '请填写依据。' })
  .transform(cleanText)
  .pipe(z.string().min(2, '请填写依据，例如通知的名称和文号。').max(500, '请控制在500字以内。'));

export const correctCalendarSchema = z
  .object({
    from: formDay('请填写有效日期，例如 2026-10-01。'),
    /** Empty: one day. */
    to: optionalFormDay('请填写有效日期，或留空。'),
    kind: z.enum(['HOLIDAY', 'WORKDAY', 'PLAIN'], { error: '请选择放假、上班或平常日。' }),
    basis,
  })
  .superRefine(({ from, to }, context) => {
    if (to === null || !isDay(from) || !isDay(to)) return;
    if (to < from) context.addIssue({ code: 'custom', path: ['to'], message: '结束日期不能早于开始日期。' });
    else if (daysBetween(from, to) >= MOST_DAYS)
      context.addIssue({ code: 'custom', path: ['to'], message: `一次最多更正 ${MOST_DAYS} 天。` });
  });
export type CorrectCalendarInput = z.output<typeof correctCalendarSchema>;

export const publishCalendarSchema = z.object({
  year: z.coerce.number().int().min(2000, '年度无效。').max(2100, '年度无效。'),
  basis,
});
export type PublishCalendarInput = z.output<typeof publishCalendarSchema>;
