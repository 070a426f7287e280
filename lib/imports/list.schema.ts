import { z } from 'zod';
import { isDay } from '@/lib/dates';
import { deadlinePartSchema, recurrenceSchema } from '@/lib/deadlines/deadline.schema';

/** The form of seeds/lists/*.json (seeds/SCHEMA.md): what a reading of a document gives and `commitList` takes. */

const daySchema = z.string().refine(isDay, 'not a day');
const heading = z.string().min(1).nullable();
/** A cell as printed; null: merged with the cell above; '': printed empty. */
const cell = z.string().nullable();
const names = z.array(z.string().min(1));

export const listDeadlineSchema = z.object({
  dueOn: daySchema.nullable(),
  ongoing: z.boolean(),
  note: z.string().nullable(),
  startsAtOnce: z.boolean().optional(),
  recurrence: recurrenceSchema.nullish(),
  parts: z.array(deadlinePartSchema).nullish(),
});

const rowFields = {
  seq: z.int().min(0),
  section: heading,
  measure: heading,
  text: z.string().min(1),
  group: heading,
  leadRaw: cell,
  responsibleRaw: cell,
  deadlineRaw: cell,
  lead: names,
  responsible: names,
  deadline: listDeadlineSchema,
  extra: z.record(z.string(), z.string().nullable()).optional(),
  inherited: z.array(z.string()),
  flags: z.array(z.string().min(1)),
};

export const listTaskSchema = z.object(rowFields);
export const listAssessmentRowSchema = z.object({
  ...rowFields,
  row: z.int().min(1),
  indicator1: z.string().min(1),
  indicator2: heading,
  points: z.number(),
  scoring: z.string(),
});

const documentFields = {
  source: z.string(),
  title: z.string().min(1),
  noticeTitle: z.string().nullish(),
  issuer: z.string().nullable(),
  docNumber: z.string().nullable(),
  year: z.int().min(1949).max(9000),
  issuedOn: daySchema.nullable(),
  region: z.string().min(1),
  level: z.enum(['city', 'district', 'bureau']),
};

export const taskListSchema = z.object({
  document: z.object({ ...documentFields, kind: z.literal('task-list') }),
  tasks: z.array(listTaskSchema),
  anomalies: z.array(z.string().min(1)),
});
export const assessmentListSchema = z.object({
  document: z.object({ ...documentFields, kind: z.literal('assessment'), printedTotal: z.number().optional() }),
  tasks: z.array(listAssessmentRowSchema),
  anomalies: z.array(z.string().min(1)),
});
export const listSchema = z.union([taskListSchema, assessmentListSchema]);

export type ListTask = z.infer<typeof listTaskSchema>;
export type ListAssessmentRow = z.infer<typeof listAssessmentRowSchema>;
export type TaskList = z.infer<typeof taskListSchema>;
export type AssessmentList = z.infer<typeof assessmentListSchema>;
export type List = z.infer<typeof listSchema>;

export function isAssessment(list: List): list is AssessmentList {
  return list.document.kind === 'assessment';
}
