import { z } from 'zod';
import { evidenceIdsSchema } from '@/lib/evidence/evidence.schema';
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

/** One id, many, or many joined by commas as a form given back holds them. */
const idListSchema = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => [
    ...new Set((Array.isArray(value) ? value : [value ?? '']).flatMap((v) => v.split(',')).filter(Boolean)),
  ])
  .pipe(z.array(formIdSchema).max(60));

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
  evidenceIds: evidenceIdsSchema,
  /** Reports of responsible units whose words a lead took over. */
  adoptedFrom: idListSchema,
  idempotencyKey: idempotencyKeySchema,
};

/** A caller that has neither evidence nor adopted words may leave them out. */
type Loosely<T extends { evidenceIds: unknown; adoptedFrom: unknown }> = Omit<
  T,
  'evidenceIds' | 'adoptedFrom' | 'seenReviewId'
> &
  Partial<T>;

export const submitProgressSchema = z.object({
  ...reportFields,
  /** Left out where the plan has no cycles. */
  cycleId: optionalId,
  /** Version of the unit's report in this cycle when the form was drawn; 0: none. */
  expectedVersion: formVersionSchema,
  /** The return the form showed when it was drawn; 0: none. A caller that has shown nobody anything leaves it out. */
  seenReviewId: formVersionSchema.optional().default(0),
});
export type SubmitProgressInput = Loosely<z.output<typeof submitProgressSchema>>;

export const submitResultSchema = z.object({
  ...reportFields,
  /** Version of the task when the form was drawn. */
  taskVersion: formVersionSchema,
});
export type SubmitResultInput = Loosely<z.output<typeof submitResultSchema>>;

export const withdrawReportSchema = z.object({
  taskId: formIdSchema,
  reportId: formIdSchema,
  /** Version of the report when the form was drawn. */
  reportVersion: formVersionSchema,
});
export type WithdrawReportInput = z.output<typeof withdrawReportSchema>;

/** Most tasks of one form. */
export const MOST_AT_ONCE = 30;

type Given = Record<string, string | string[] | undefined>;
const givenText = (fields: Given, name: string) => {
  const value = fields[name];
  return Array.isArray(value) ? value.at(-1) : value;
};

/** Ids as boxes send them or as an address holds them: one, many, or many joined by commas. */
export function readTaskIds(value: string | string[] | undefined): string[] {
  return [...new Set((Array.isArray(value) ? value : [value ?? '']).flatMap((v) => v.split(',')).filter(Boolean))];
}

/**
 * Many tasks in one form: `tasks` holds their ids, each task's own fields carry its id (cycleId-12, percent-12, narrative-12); what is left empty there is said by
 * the common field. Comes out as one input of submitProgress a task, each with its own error place.
 */
export const submitManySchema = z.looseObject({}).transform((raw, context): SubmitProgressInput[] => {
  const fields = raw as Given;
  const ids = readTaskIds(fields.tasks);
  const said = new Set<string>();
  // What is common to all is wrong once, not once a task.
  const refuse = (field: string, message: string) => {
    if (said.has(`${field} ${message}`)) return;
    said.add(`${field} ${message}`);
    context.addIssue({ code: 'custom', path: [field], message, input: givenText(fields, field) });
  };
  if (ids.length === 0) {
    refuse('tasks', '请至少勾选一项任务。');
    return z.NEVER;
  }
  if (ids.length > MOST_AT_ONCE || !ids.every((id) => formIdSchema.safeParse(id).success)) {
    refuse('tasks', `一次最多填报 ${MOST_AT_ONCE} 项任务，请从列表重新选择。`);
    return z.NEVER;
  }
  const key = idempotencyKeySchema.safeParse(givenText(fields, 'idempotencyKey'));
  if (!key.success) {
    refuse('idempotencyKey', '表单已失效，请刷新页面后重试。');
    return z.NEVER;
  }
  const rows: SubmitProgressInput[] = [];
  for (const id of ids) {
    const own = givenText(fields, `narrative-${id}`)?.trim() ?? '';
    const parsed = submitProgressSchema.safeParse({
      taskId: id,
      unitId: givenText(fields, `unitId-${id}`),
      cycleId: givenText(fields, `cycleId-${id}`),
      expectedVersion: givenText(fields, `expectedVersion-${id}`),
      seenReviewId: givenText(fields, `seenReviewId-${id}`),
      percent: givenText(fields, `percent-${id}`),
      narrative: own || (givenText(fields, 'narrative') ?? ''),
      problems: givenText(fields, 'problems'),
      needs: givenText(fields, 'needs'),
      nextSteps: givenText(fields, 'nextSteps'),
      evidenceIds: fields.evidenceIds,
      idempotencyKey: key.data,
    });
    if (parsed.success) {
      rows.push(parsed.data);
      continue;
    }
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0] ?? 'tasks');
      const isOwn =
        name === 'percent' || name === 'expectedVersion' || name === 'cycleId' || (name === 'narrative' && own !== '');
      refuse(isOwn ? `${name}-${id}` : name, issue.message);
    }
  }
  return rows;
});
export type SubmitManyInput = z.output<typeof submitManySchema>;

/** 同意 or 异议 of a co-lead. */
export const giveOpinionSchema = z
  .object({
    taskId: formIdSchema,
    reportId: formIdSchema,
    /** Version of the report that was read. */
    reportVersion: formVersionSchema,
    unitId: optionalId,
    agrees: z.enum(['yes', 'no'], { error: '请选择同意或有异议。' }).transform((value) => value === 'yes'),
    words: note('意见'),
    idempotencyKey: idempotencyKeySchema,
  })
  .refine((input) => input.agrees || input.words !== '', {
    path: ['words'],
    message: '有异议的，请写明是什么、为什么。',
  });
export type GiveOpinionInput = z.output<typeof giveOpinionSchema>;
