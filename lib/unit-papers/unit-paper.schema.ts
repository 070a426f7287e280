import { z } from 'zod';
import { isDay } from '@/lib/dates';
import { formDay } from '@/lib/form-fields';
import { formIdSchema, formText, formVersionSchema } from '@/lib/tasks/task.schema';

/** What a paper carries of a report, as the database keeps it. */
export const storedReportSchema = z.object({
  cycleId: z.number().int().optional(),
  /** Of a PROGRESS: version of the unit's report in the cycle. */
  expectedVersion: z.number().int().optional(),
  /** Of a RESULT: version of the task. */
  taskVersion: z.number().int().optional(),
  percent: z.number().int().nullable(),
  narrative: z.string(),
  problems: z.string(),
  needs: z.string(),
  nextSteps: z.string(),
  evidenceIds: z.array(z.string()),
  adoptedFrom: z.array(z.number().int()),
});
export type StoredReport = z.output<typeof storedReportSchema>;

/** What a paper carries of a request for an extension. */
export const storedExtensionSchema = z.object({
  version: z.number().int(),
  toDueOn: z.string().refine(isDay),
  reason: z.string(),
  progress: z.string(),
});
export type StoredExtension = z.output<typeof storedExtensionSchema>;

const paper = {
  paperId: formIdSchema,
  /** Version of the paper when the form was drawn. */
  version: formVersionSchema,
};
const words = (max: number) =>
  z
    .string()
    .optional()
    .transform((text) => text?.trim())
    .pipe(formText('内容', { max }).optional());

/** 签发: the head's words where he corrects something; left out, those of the writer stand. */
export const signPaperSchema = z.object({
  ...paper,
  /** What the head saw beside the paper: the version of the unit's report in the cycle, and of the task. */
  expectedVersion: formVersionSchema.optional(),
  taskVersion: formVersionSchema.optional(),
  percent: z
    .string()
    .optional()
    .transform((text) => text?.normalize('NFKC').replace(/[%\s]/g, ''))
    .pipe(
      z
        .string()
        .regex(/^(?:|\d{1,2}|100)$/, '完成程度请填 0 到 100 的整数。')
        .optional(),
    )
    .transform((text) => (text === undefined ? undefined : text === '' ? null : Number(text))),
  narrative: formText('进展情况', { min: 5, max: 5000 }).optional(),
  problems: words(2000),
  needs: words(2000),
  nextSteps: words(2000),
  reason: formText('延期理由', { min: 1, max: 2000 }).optional(),
  progress: words(2000),
  toDueOn: formDay('请填写有效日期，例如 2022-10-31').optional(),
});
export type SignPaperInput = z.input<typeof signPaperSchema>;
export type SignPaper = z.output<typeof signPaperSchema>;

/** 退改, with what is to be changed. */
export const sendBackPaperSchema = z.object({ ...paper, reason: formText('退改意见', { min: 2, max: 1000 }) });
export type SendBackPaperInput = z.output<typeof sendBackPaperSchema>;

export const withdrawPaperSchema = z.object(paper);
export type WithdrawPaperInput = z.output<typeof withdrawPaperSchema>;

export const setHeadSignsSchema = z.object({
  unitId: formIdSchema,
  signs: z.enum(['on', 'off'], { error: '请选择是否由单位负责人签发。' }).transform((value) => value === 'on'),
});
export type SetHeadSignsInput = z.output<typeof setHeadSignsSchema>;
