import { z } from 'zod';
import { formIdSchema, formText, idempotencyKeySchema } from '@/lib/tasks/task.schema';

/** 催办: what the lead units are told. */
export const remindSchema = z.object({
  taskId: formIdSchema,
  words: formText('催办内容', { min: 2, max: 300 }),
  idempotencyKey: idempotencyKeySchema,
});
export type RemindInput = z.output<typeof remindSchema>;
