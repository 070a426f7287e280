import { z } from 'zod';
import { formDay } from '@/lib/form-fields';
import { cleanText } from '@/lib/text';

const id = z.coerce.number().int().min(1).max(2147483647);
const version = z.coerce.number().int().min(1);
const words = (missing: string, limit: number) =>
  z
    .string()
    .transform(cleanText)
    .pipe(z.string().min(1, missing).max(limit, `请控制在${limit}字以内`));

export const activatePlanSchema = z.object({
  planId: id,
  version,
  effectiveFrom: formDay('请填写有效日期，例如 2022-03-15'),
  basis: words('请写明生效日期的依据', 500),
});
export const archivePlanSchema = z.object({ planId: id, version });
export const withdrawPlanSchema = z.object({ planId: id, version, reason: words('请填写撤回理由', 500) });
export const answerQuestionSchema = z.object({ questionId: id, answer: words('请填写答复', 2000) });

export type ActivatePlanInput = z.infer<typeof activatePlanSchema>;
export type ArchivePlanInput = z.infer<typeof archivePlanSchema>;
export type WithdrawPlanInput = z.infer<typeof withdrawPlanSchema>;
export type AnswerQuestionInput = z.infer<typeof answerQuestionSchema>;
