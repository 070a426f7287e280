import { z } from 'zod';
import { evidenceIdsSchema } from '@/lib/evidence/evidence.schema';
import { formIdSchema, formText, formVersionSchema, idempotencyKeySchema } from '@/lib/tasks/task.schema';

export const TIERS = [1, 2, 3] as const;
export type Tier = (typeof TIERS)[number];

export const SLIP_STATUSES = [
  'DRAFT',
  'CHECKED',
  'ISSUED',
  'SIGNED_FOR',
  'REPLIED',
  'CLOSED',
  'VOID',
  'DISCARDED',
] as const;
export type SlipStatus = (typeof SLIP_STATUSES)[number];

export const SLIP_STEPS = [
  'DRAFTED',
  'CHANGED',
  'CHECKED',
  'SENT_BACK',
  'ISSUED',
  'SIGNED_FOR',
  'REPLIED',
  'REPLY_RETURNED',
  'CLOSED',
  'VOIDED',
  'DISCARDED',
] as const;
export type SlipStep = (typeof SLIP_STEPS)[number];

/** Most tasks on one paper. */
export const MOST_TASKS = 100;

export const SLIP_LABELS = {
  tier: '督办层级',
  tierReason: '调整层级的理由',
  taskIds: '督办任务',
  title: '标题',
  body: '督办意见',
  issuer: '发文机关',
  copyTo: '抄送',
  contact: '联系人',
  replyWorkingDays: '回复期限',
  documentCode: '机关代字',
  text: '回复内容',
  reason: '理由',
  evidenceIds: '佐证材料',
} as const;

const tierSchema = z
  .string({ error: '请选择督办层级。' })
  .regex(/^[123]$/, '请选择督办层级。')
  .transform((value) => Number(value) as Tier);

const taskIdsSchema = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => [
    ...new Set((Array.isArray(value) ? value : [value ?? '']).flatMap((one) => one.split(',')).filter(Boolean)),
  ])
  .pipe(
    z
      .array(formIdSchema)
      .min(1, '请至少选择一项任务。')
      .max(MOST_TASKS, `一份督办单最多列 ${MOST_TASKS} 项任务，请分开拟单。`),
  );

const replyDaysSchema = z
  .string({ error: '请填写回复期限。' })
  .transform((text) => text.normalize('NFKC').trim())
  .refine(
    (text) => /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 60,
    '回复期限请填 1 到 60 个工作日。',
  )
  .transform(Number);

const oneLine = (label: string, limits: { min?: number; max: number }) =>
  formText(label, limits).transform((text) => text.replace(/\s+/g, ' '));

const COPY_MARKS: Record<string, string> = {
  '，': '，',
  ',': '，',
  '。': '，',
  '、': '、',
  '；': '；',
  ';': '；',
};

/** 抄送 as printed: one mark between two offices, none at either end, and not the word itself. Pure. */
export function copyToWords(text: string): string {
  return text
    .replace(/^\s*抄送\s*[：:]/, '')
    .replace(/\s*([，,、；;。])[，,、；;。\s]*/g, (_run, mark: string) => COPY_MARKS[mark]!)
    .replace(/^[，、；\s]+|[，、；\s]+$/g, '');
}

const paperFields = {
  tier: tierSchema,
  tierReason: oneLine(SLIP_LABELS.tierReason, { max: 200 }).optional().default(''),
  taskIds: taskIdsSchema,
  title: oneLine(SLIP_LABELS.title, { min: 4, max: 80 }),
  body: formText(SLIP_LABELS.body, { min: 5, max: 2000 }),
  issuer: oneLine(SLIP_LABELS.issuer, { min: 2, max: 40 }),
  copyTo: oneLine(SLIP_LABELS.copyTo, { max: 200 }).transform(copyToWords).optional().default(''),
  contact: oneLine(SLIP_LABELS.contact, { max: 60 }).optional().default(''),
  replyWorkingDays: replyDaysSchema,
};

export const draftSlipSchema = z.object({
  planId: formIdSchema,
  unitId: formIdSchema,
  ...paperFields,
  idempotencyKey: idempotencyKeySchema,
});

/** What a draft needs; whatever is left out takes what the region's settings and the plan say. */
export type DraftSlipInput = {
  planId: number;
  unitId: number;
  taskIds: readonly number[];
  /** Left out: the proposed one. */
  tier?: Tier;
  tierReason?: string;
  title?: string;
  body?: string;
  issuer?: string;
  copyTo?: string;
  contact?: string;
  replyWorkingDays?: number;
  idempotencyKey: string;
};

/** Every step on a standing slip: which one, at which version, once. */
const stepFields = {
  slipId: formIdSchema,
  version: formVersionSchema,
  idempotencyKey: idempotencyKeySchema,
};

export const stepSlipSchema = z.object(stepFields);
export type StepSlipInput = z.output<typeof stepSlipSchema>;

export const changeSlipSchema = z.object({ ...stepFields, ...paperFields });
export type ChangeSlipInput = z.output<typeof changeSlipSchema>;

export const reasonSlipSchema = z.object({
  ...stepFields,
  reason: formText(SLIP_LABELS.reason, { min: 2, max: 500 }),
});
export type ReasonSlipInput = z.output<typeof reasonSlipSchema>;

/** The form in which a 机关代字 stands before 〔2022〕5号. */
const DOCUMENT_CODE = /^[\p{Script=Han}A-Za-z0-9]{1,20}$/u;

export const issueSlipSchema = z.object({
  ...stepFields,
  /** Only for a bureau's own plan: a region's stands in its settings. */
  documentCode: z
    .string()
    .optional()
    .transform((value) => (value ?? '').trim())
    .refine(
      (code) => code === '' || DOCUMENT_CODE.test(code),
      '机关代字只用汉字、字母和数字，最多 20 字，例如“鄂营商督”。',
    ),
});
export type IssueSlipInput = z.output<typeof issueSlipSchema>;

export const replySlipSchema = z.object({
  ...stepFields,
  text: formText(SLIP_LABELS.text, { min: 5, max: 5000 }),
  evidenceIds: evidenceIdsSchema,
});
export type ReplySlipInput = z.output<typeof replySlipSchema>;

export const closeSlipSchema = z.object({
  ...stepFields,
  reason: formText('办结意见', { max: 500 }).optional().default(''),
});
export type CloseSlipInput = z.output<typeof closeSlipSchema>;

/** One task on the paper, as it stood on the day of issue. */
export type PaperTask = {
  taskId: number;
  seq: number;
  text: string;
  /** As printed. */
  deadline: string;
  dueOn: string | null;
  /** 逾期 12 天, 临期（剩 3 天） … */
  standing: string;
  daysLate: number | null;
};

/** Everything a paper prints, for the page, the print page and the Word file. */
export type SlipPaper = {
  status: SlipStatus;
  tier: Tier;
  tierWords: string;
  issuer: string;
  /** 鄂营商督〔2022〕5号; null: not issued. */
  number: string | null;
  title: string;
  unitName: string;
  body: string;
  tasks: PaperTask[];
  /** Of the day of issue; null: not issued. */
  replyDueOn: string | null;
  replyWorkingDays: number;
  issuedOn: string | null;
  contact: string;
  copyTo: string;
  voided: { on: string; reason: string } | null;
};
