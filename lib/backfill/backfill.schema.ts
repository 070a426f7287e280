import { z } from 'zod';
import { type Day, isDay, isPlausibleDay } from '@/lib/dates';
import { plainDigits } from '@/lib/form-fields';
import { idempotencyKeySchema } from '@/lib/tasks/task.schema';
import { cleanText } from '@/lib/text';
import type { EnteredState } from './backfill.rules';
import { SHEET_FIELDS } from './progress-sheet.rules';

/** Most rows that one form may carry. */
export const MOST_ROWS = 500;
export const BACKFILL_STATES = ['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'SUSTAINED'] as const;
const ROW_FIELDS = ['version', 'state', 'achievedOn', 'narrative', 'percent', 'reportedOn', 'basis'] as const;
export type RowField = (typeof ROW_FIELDS)[number];

/** Name of a row's field in the form: state-12. */
export const rowFieldName = (field: RowField, taskId: number): string => `${field}-${taskId}`;

export type BackfillInputRow = {
  taskId: number;
  version: number;
  state: EnteredState;
  achievedOn: Day | null;
  narrative: string;
  percent: number | null;
  reportedOn: Day | null;
  /** Empty: the common one. */
  basis: string;
};
export type BackfillInput = {
  planId: number;
  /** The proposal the form was drawn from. */
  draftId: number | null;
  /** For every row that names none of its own. */
  basis: string;
  reportedOn: Day | null;
  rows: BackfillInputRow[];
  idempotencyKey: string;
};

const BASIS_LIMIT = 500;
const DAY_WORDS = '请填写有效日期，例如 2022-08-31';

/**
 * Fields `state-12`, `achievedOn-12` … of each task beside the common ones. A row without a state is left as it is; one with words but without a state
 * is a fault, so that nothing typed is dropped in silence.
 */
export const backfillSchema = z
  .record(z.string(), z.union([z.string(), z.array(z.string())]))
  .transform((fields, context): BackfillInput => {
    const fault = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    const textOf = (field: string) => {
      const given = fields[field];
      return cleanText((Array.isArray(given) ? given[0] : given) ?? '').trim();
    };
    const idOf = (text: string) => (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= 2147483647 ? Number(text) : null);
    const dayOf = (field: string): Day | null => {
      const text = plainDigits(textOf(field));
      if (text === '') return null;
      if (isPlausibleDay(text)) return text;
      fault(field, DAY_WORDS);
      return null;
    };
    const basisOf = (field: string) => {
      const text = textOf(field);
      if (text.length > BASIS_LIMIT) fault(field, `依据请控制在 ${BASIS_LIMIT} 字以内`);
      return text;
    };
    const planId = idOf(textOf('planId'));
    if (planId === null) fault('planId', '方案编号无效，请刷新页面后重试。');
    const key = idempotencyKeySchema.safeParse(fields.idempotencyKey);
    if (!key.success) fault('idempotencyKey', '表单已失效，请刷新页面后重试。');
    const basis = basisOf('basis');
    const reportedOn = dayOf('reportedOn');
    const ids = Object.keys(fields).flatMap((name) => {
      const id = /^state-(\d{1,10})$/.exec(name)?.[1];
      return id === undefined ? [] : (idOf(id) ?? []);
    });
    if (ids.length > MOST_ROWS) fault('rows', `一次最多补录 ${MOST_ROWS} 项，请分页保存。`);
    const rows = ids.slice(0, MOST_ROWS).flatMap((taskId): BackfillInputRow[] => {
      const name = (field: RowField) => rowFieldName(field, taskId);
      const state = textOf(name('state'));
      if (state === '') {
        // What a workbook said and nobody has decided upon yet waits; what a person typed does not get lost.
        const isTyped = (['achievedOn', 'percent', 'basis'] as const).some((field) => textOf(name(field)) !== '');
        if (isTyped || textOf(name('narrative')) !== textOf(`read-${taskId}`))
          fault(name('state'), '请选择状态；不补录本项的，请清空本行');
        return [];
      }
      if (!(BACKFILL_STATES as readonly string[]).includes(state)) {
        fault(name('state'), '请选择状态');
        return [];
      }
      const percent = textOf(name('percent')).normalize('NFKC').replace(/[%\s]/g, '');
      if (percent !== '' && !/^(?:\d{1,2}|100)$/.test(percent)) fault(name('percent'), '请填 0 到 100 的整数');
      const version = textOf(name('version'));
      if (!/^\d{1,9}$/.test(version)) fault(name('state'), '缺少版本，请刷新页面后重试');
      const narrative = textOf(name('narrative'));
      return [
        {
          taskId,
          version: Number(version),
          state: state as EnteredState,
          achievedOn: dayOf(name('achievedOn')),
          narrative,
          percent: percent === '' ? null : Number(percent),
          reportedOn: dayOf(name('reportedOn')) ?? (narrative === '' ? null : reportedOn),
          basis: basisOf(name('basis')),
        },
      ];
    });
    return {
      planId: planId ?? 0,
      draftId: idOf(textOf('draftId')),
      basis,
      reportedOn,
      rows,
      idempotencyKey: key.success ? key.data : '',
    };
  });

export const discardBackfillDraftSchema = z.object({
  planId: z.coerce.number().int().min(1).max(2147483647),
  draftId: z.coerce.number().int().min(1).max(2147483647),
});
export type DiscardBackfillDraftInput = z.output<typeof discardBackfillDraftSchema>;

const day = z.string().refine(isDay);
const cells = z.partialRecord(z.enum(SHEET_FIELDS), z.string());

/** What the reading process gives. */
export const progressSheetSchema = z
  .object({
    rows: z.array(
      z.object({ place: z.string(), seq: z.number().int().nullable(), cells, questions: z.array(z.string()) }),
    ),
    columns: z.array(z.string()),
    isDoneOnDoubtful: z.boolean(),
  })
  .nullable();

/** What a draft keeps. */
export const storedProposalSchema = z.object({
  proposals: z.array(
    z.object({
      taskId: z.number().int(),
      place: z.string(),
      printed: cells,
      state: z.enum(BACKFILL_STATES).nullable(),
      achievedOn: day.nullable(),
      narrative: z.string(),
      percent: z.number().int().nullable(),
      reportedOn: day.nullable(),
      questions: z.array(z.string()),
    }),
  ),
  unmatched: z.array(
    z.object({ place: z.string(), seq: z.number().int().nullable(), text: z.string(), progress: z.string() }),
  ),
  columns: z.array(z.string()),
  /** Why nothing could be read, in words for people. */
  refusal: z.string().nullable().default(null),
});
export type StoredProposal = z.output<typeof storedProposalSchema>;

/** Answers of the upload by their codes, for a plain form. */
export const BACKFILL_UPLOAD_WORDS = {
  large: '文件超过 50 MB，请只保留台账的表格，删去图片和附件后再上传。',
  empty: '请选择要上传的文件。',
  form: '上传的内容不完整，请重新选择文件后上传。',
  state: '只有执行中的方案可以补录，请刷新页面查看方案状态。',
} as const;
export type BackfillUploadError = keyof typeof BACKFILL_UPLOAD_WORDS;
