import { z } from 'zod';
import { isDay } from '../dates';

const daySchema = z.string().refine(isDay, 'not a day');

/** A duty that comes back: 每月25日前, 每季度最后一个月的30日前. Kinds and fields fit `planCycles`. */
export const recurrenceSchema = z.object({
  kind: z.enum(['MONTHLY', 'QUARTERLY', 'HALF_YEARLY', 'YEARLY']),
  /** Day of the closing month, cut to its length; null: the last day. */
  closingDay: z.int().min(1).max(31).nullable(),
  /** Month of the quarter, half year or year that closes, from 1; null: the last. */
  closingMonth: z.int().min(1).max(12).nullable(),
  startsOn: daySchema.nullable(),
  /** The words as printed, without white space. */
  text: z.string(),
});
export type Recurrence = z.infer<typeof recurrenceSchema>;

/** One dated part of a deadline: what it is about (null: the task itself), and its days. */
export const deadlinePartSchema = z.object({
  text: z.string().nullable(),
  startsOn: daySchema.nullable(),
  dueOn: daySchema.nullable(),
});
export type DeadlinePart = z.infer<typeof deadlinePartSchema>;

/** The JSON columns `recurrence` and `parts` of a task. */
export const storedRecurrenceSchema = recurrenceSchema.nullable();
export const storedPartsSchema = z.array(deadlinePartSchema);
