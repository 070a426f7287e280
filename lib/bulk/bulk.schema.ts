import { z } from 'zod';
import { isPlausibleDay } from '@/lib/dates';
import { plainDigits } from '@/lib/form-fields';
import { formIdSchema, formText, idempotencyKeySchema } from '@/lib/tasks/task.schema';
import { TASK_CYCLE_KINDS } from '@/lib/tasks/task-cycle.schema';

/** What can be done to many tasks at once. */
export const BULK_DEEDS = ['remind', 'slip', 'reassign', 'cycle', 'correct', 'cancel'] as const;
export type BulkDeed = (typeof BULK_DEEDS)[number];

export const BULK_WORDS: Record<BulkDeed, string> = {
  remind: '催办',
  slip: '拟督办单',
  reassign: '调整单位',
  cycle: '设定填报周期',
  correct: '更正完成时限',
  cancel: '取消任务',
};

/** So many tasks at most at once. */
export const BULK_LIMIT = 200;

/** Ids as a form or an address sends them: repeated, or separated by commas. Malformed ones are left out; null: none is left. */
export function readTaskIds(given: string | readonly string[] | undefined): number[] {
  const parts = (typeof given === 'string' ? [given] : (given ?? [])).flatMap((part) => part.split(','));
  const ids = parts
    .filter((part) => /^[1-9]\d{0,9}$/.test(part))
    .map(Number)
    .filter((id) => id <= 2_147_483_647);
  return [...new Set(ids)].sort((a, b) => a - b);
}

const idsSchema = z
  .union([z.string(), z.array(z.string())], { error: '请先选择任务。' })
  .transform(readTaskIds)
  .pipe(
    z.array(z.number()).min(1, '请先选择任务。').max(BULK_LIMIT, `一次最多办理 ${BULK_LIMIT} 项任务，请分批选择。`),
  );

/** '12:3,15:1' → pairs of numbers; what is none is left out. */
const readPairs = (text: string): [number, number][] =>
  text
    .split(',')
    .map((pair) => /^(\d{1,10}):(\d{1,10})$/.exec(pair))
    .filter((match) => match !== null)
    .map((match) => [Number(match[1]), Number(match[2])]);

/** The version of each task that was previewed. */
const versionsSchema = z
  .string()
  .default('')
  .transform((text) => new Map(readPairs(text)));

const common = {
  ids: idsSchema,
  /** Set by the form that stands beneath the preview: without it nothing is written. */
  confirm: z.preprocess((value) => value === '1', z.boolean()),
  versions: versionsSchema,
  idempotencyKey: idempotencyKeySchema,
};
const basis = formText('依据', { min: 2, max: 1000 });
const optionalId = z
  .string()
  .optional()
  .transform((text) => (text ? text : undefined))
  .pipe(formIdSchema.optional());

const reassignSchema = z
  .object({
    ...common,
    do: z.literal('reassign'),
    mode: z.enum(['lead', 'add', 'replace'], { error: '请选择调整方式。' }),
    fromUnitId: optionalId,
    unitId: z.string({ error: '请选择单位。' }).min(1, '请选择单位。').pipe(formIdSchema),
    basis,
  })
  .superRefine((input, context) => {
    if (input.mode !== 'replace') return;
    if (input.fromUnitId === undefined)
      context.addIssue({ code: 'custom', path: ['fromUnitId'], message: '请选择要替换的原单位。' });
    else if (input.fromUnitId === input.unitId)
      context.addIssue({ code: 'custom', path: ['unitId'], message: '新单位与原单位相同，请重新选择。' });
  });

const correctSchema = z
  .object({
    ...common,
    do: z.literal('correct'),
    due: z.enum(['keep', 'set', 'none'], { error: '请选择完成时限怎样更正。' }),
    dueOn: z
      .string()
      .optional()
      .transform((text) => plainDigits(text ?? '')),
    ongoing: z.enum(['keep', 'yes', 'no'], { error: '请选择是否长期推进。' }),
    basis,
  })
  .superRefine((input, context) => {
    const isGood: boolean = isPlausibleDay(input.dueOn);
    if (input.due === 'set' && !isGood)
      context.addIssue({ code: 'custom', path: ['dueOn'], message: '请填写有效日期，例如 2022-12-31。' });
    if (input.due === 'keep' && input.ongoing === 'keep')
      context.addIssue({
        code: 'custom',
        path: ['due'],
        message: '完成时限和长期推进都选了“不变”，没有可更正的内容。',
      });
  });

export const bulkSchema = z.discriminatedUnion(
  'do',
  [
    z.object({ ...common, do: z.literal('remind'), words: formText('催办内容', { min: 2, max: 300 }) }),
    z.object({
      ...common,
      do: z.literal('slip'),
      /** undefined: as each task's standing says. */
      tier: z
        .enum(['', '1', '2', '3'])
        .optional()
        .transform((tier) => (tier ? (Number(tier) as 1 | 2 | 3) : undefined)),
      tierReason: formText('调整层级的理由', { max: 200 }).optional().default(''),
      /** Task and lead unit, as the preview left them out: on an open slip of the tier already. */
      leftOut: z
        .string()
        .default('')
        .transform((text) => readPairs(text).map(([taskId, unitId]) => ({ taskId, unitId }))),
    }),
    reassignSchema,
    z.object({
      ...common,
      do: z.literal('cycle'),
      kind: z.enum(TASK_CYCLE_KINDS, { error: '请选择填报周期。' }),
      closingDay: z
        .string()
        .optional()
        .transform((text) => plainDigits(text ?? ''))
        .pipe(z.string().regex(/^(|[1-9]|[12]\d|3[01])$/, '请填写 1 至 31，或留空表示月末。'))
        .transform((text) => (text === '' ? null : Number(text))),
      basis,
    }),
    correctSchema,
    z.object({ ...common, do: z.literal('cancel'), basis }),
  ],
  { error: '请选择要办理的事项。' },
);
export type BulkInput = z.output<typeof bulkSchema>;
