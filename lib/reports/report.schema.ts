import { z } from 'zod';
import { formIdSchema, formText, formVersionSchema, idempotencyKeySchema } from '@/lib/tasks/task.schema';

/** Most 字 of each field, also shown beside it. */
export const NARRATIVE_LIMITS = { min: 5, max: 5000 } as const;
export const NOTE_LIMIT = 2000;

export const REPORT_LABELS = {
  percent: '完成程度',
  narrative: '进展情况',
  problems: '存在问题',
  needs: '需协调解决事项',
  nextSteps: '下一步',
} as const;

const optionalId = z
  .string()
  .optional()
  .transform((value) => value || undefined)
  .pipe(formIdSchema.optional());

const percentSchema = z
  .string()
  .optional()
  .transform((value) => (value ?? '').normalize('NFKC').replace(/[%\s]/g, ''))
  .superRefine((text, context) => {
    if (text !== '' && !/^(?:\d{1,2}|100)$/.test(text)) {
      context.addIssue({ code: 'custom', message: '完成程度请填 0 到 100 的整数。' });
    }
  })
  .transform((text) => (text === '' ? null : Number(text)));

const note = (label: string) => formText(label, { max: NOTE_LIMIT }).optional().default('');

const reportFields = {
  taskId: formIdSchema,
  /** Which of the actor's units reports; needed only where several stand on the task. */
  unitId: optionalId,
  percent: percentSchema,
  narrative: formText(REPORT_LABELS.narrative, NARRATIVE_LIMITS),
  problems: note(REPORT_LABELS.problems),
  needs: note(REPORT_LABELS.needs),
  nextSteps: note(REPORT_LABELS.nextSteps),
  idempotencyKey: idempotencyKeySchema,
};

export const submitProgressSchema = z.object({
  ...reportFields,
  /** Left out where the plan has no cycles. */
  cycleId: optionalId,
  /** Version of the unit's report in this cycle when the form was drawn; 0: none. */
  expectedVersion: formVersionSchema,
});
export type SubmitProgressInput = z.output<typeof submitProgressSchema>;

export const submitResultSchema = z.object({
  ...reportFields,
  /** Version of the task when the form was drawn. */
  taskVersion: formVersionSchema,
});
export type SubmitResultInput = z.output<typeof submitResultSchema>;

export const withdrawReportSchema = z.object({
  taskId: formIdSchema,
  reportId: formIdSchema,
  /** Version of the report when the form was drawn. */
  reportVersion: formVersionSchema,
});
export type WithdrawReportInput = z.output<typeof withdrawReportSchema>;
