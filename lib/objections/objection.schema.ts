import { z } from 'zod';
import {
  formIdSchema,
  formIdsSchema,
  formText,
  formVersionSchema,
  idempotencyKeySchema,
} from '@/lib/tasks/task.schema';

export const OBJECTION_GROUNDS = ['NOT_OURS', 'WRONG_DIVISION', 'OTHER'] as const;
export type ObjectionGround = (typeof OBJECTION_GROUNDS)[number];
export const GROUND_WORDS: Record<ObjectionGround, string> = {
  NOT_OURS: '非本单位职责',
  WRONG_DIVISION: '分工有误',
  OTHER: '其他',
};
export const OBJECTION_STATUS_WORDS = {
  OPEN: '待答复',
  REASSIGNED: '已采纳，调整单位',
  CONFIRMED: '维持原分工',
  WITHDRAWN: '已撤回',
} as const;
export type ObjectionStatus = keyof typeof OBJECTION_STATUS_WORDS;

/** 提出分工异议. */
export const raiseObjectionSchema = z.object({
  taskId: formIdSchema,
  /** Which of the actor's units objects; needed only where several stand on the task. */
  unitId: z
    .string()
    .optional()
    .transform((value) => value || undefined)
    .pipe(formIdSchema.optional()),
  ground: z.enum(OBJECTION_GROUNDS, '请选择事由。'),
  reason: formText('理由', { min: 5, max: 1000 }),
  idempotencyKey: idempotencyKeySchema,
});
export type RaiseObjectionInput = z.output<typeof raiseObjectionSchema>;

export const withdrawObjectionSchema = z.object({
  taskId: formIdSchema,
  objectionId: formIdSchema,
  version: formVersionSchema,
});
export type WithdrawObjectionInput = z.output<typeof withdrawObjectionSchema>;

/** 答复: keep the division as it is, or change it. */
export const decideObjectionSchema = z
  .object({
    taskId: formIdSchema,
    objectionId: formIdSchema,
    version: formVersionSchema,
    /** Of the task, when the form was drawn. */
    taskVersion: formVersionSchema,
    decision: z.enum(['CONFIRMED', 'REASSIGNED'], '请选择维持原分工或调整单位。'),
    note: formText('答复意见', { min: 2, max: 1000 }),
    end: formIdsSchema,
    addLead: formIdsSchema,
    addResponsible: formIdsSchema,
    idempotencyKey: idempotencyKeySchema,
  })
  .superRefine(({ decision, end, addLead, addResponsible }, context) => {
    const isChange = end.length + addLead.length + addResponsible.length > 0;
    if (decision === 'REASSIGNED' && !isChange)
      context.addIssue({
        code: 'custom',
        path: ['end'],
        message: '采纳异议的，请选择要结束的单位，或要增加的单位。',
      });
    if (decision === 'CONFIRMED' && isChange)
      context.addIssue({
        code: 'custom',
        path: ['decision'],
        message: '维持原分工的，请取消所选单位；要调整的，请选“采纳异议”。',
      });
  });
export type DecideObjectionInput = z.output<typeof decideObjectionSchema>;
