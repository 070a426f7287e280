import { z } from 'zod';

const id = (words: string) => z.coerce.number({ error: words }).int(words).min(1, words).max(2147483647, words);

/** 签收: for one unit, or for every unit the actor may sign for. */
export const signForPlanSchema = z.object({
  planId: id('方案编号无效，请刷新页面后重试。'),
  unitId: id('单位编号无效，请刷新页面后重试。').optional(),
});
export type SignForPlanInput = z.output<typeof signForPlanSchema>;
