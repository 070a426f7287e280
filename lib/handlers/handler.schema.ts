import { z } from 'zod';
import { formIdSchema, idempotencyKeySchema } from '@/lib/tasks/task.schema';

const optionalId = z
  .string()
  .optional()
  .transform((value) => value || undefined)
  .pipe(formIdSchema.optional())
  .transform((id) => id ?? null);

export const setHandlerSchema = z.object({
  taskId: formIdSchema,
  unitId: formIdSchema,
  /** Empty: nobody in particular, every reporter of the unit. */
  accountId: optionalId,
  /** Who it was when the form was drawn. */
  wasAccountId: optionalId,
});
export type SetHandlerInput = z.output<typeof setHandlerSchema>;

export type HandlerRow = { taskId: number; accountId: number | null; wasAccountId: number | null };

/** A whole table at once: fields `to.<task>` and `was.<task>`. */
export const setHandlersSchema = z.looseObject({ unitId: formIdSchema }).transform((fields, context) => {
  const rows: HandlerRow[] = [];
  const idOf = (value: unknown, path: string): number | null => {
    const parsed = optionalId.safeParse(value);
    if (!parsed.success) context.addIssue({ code: 'custom', path: [path], message: '编号无效，请刷新页面后重试。' });
    return parsed.success ? parsed.data : null;
  };
  for (const [field, value] of Object.entries(fields)) {
    const taskId = /^to\.([1-9]\d{0,9})$/.exec(field)?.[1];
    if (taskId === undefined) continue;
    const row = {
      taskId: Number(taskId),
      accountId: idOf(value, field),
      wasAccountId: idOf((fields as Record<string, unknown>)[`was.${taskId}`], field),
    };
    if (row.accountId !== row.wasAccountId) rows.push(row);
  }
  return { unitId: fields.unitId, rows };
});
export type SetHandlersInput = z.output<typeof setHandlersSchema>;

export const handOverSchema = z.object({
  accountId: formIdSchema,
  /** Empty: only where there is nothing to hand over. */
  successorId: optionalId,
  disable: z
    .string()
    .optional()
    .transform((value) => value === 'on'),
  /** Comes from the unit's page: goes back there. */
  unitId: optionalId,
  idempotencyKey: idempotencyKeySchema,
});
export type HandOverInput = z.output<typeof handOverSchema>;
