import { z } from 'zod';
import { commitDraftSchema } from '@/lib/imports/drafts/draft.schema';
import { REVISED_FIELD_WORDS } from '@/lib/tasks/event-words.rules';

/** What the forms of a revised list send, and what is kept of its comparison with the plan that stands. */

const id = z.coerce.number().int().min(1).max(2_147_483_647);
const optionalId = z.preprocess((value) => (value === '' || value === undefined ? null : value), id.nullable());

/** How a row or a task of the two lists stands to the other list. */
export const REVISION_KINDS = ['changed', 'moved', 'added', 'dropped'] as const;
export type RevisionKind = (typeof REVISION_KINDS)[number];
export const REVISION_KIND_WORDS: Record<RevisionKind, string> = {
  changed: '内容有改动',
  moved: '位置有变动',
  added: '新增',
  dropped: '不再列入',
};

/**
 * take: the task takes what the new list says, or comes onto the list · keep: what stands stays · separate: the row is a new task, and the one that
 * stands counts as dropped · leave: the row is not taken over · cancel: the dropped task is cancelled, with the document as reason.
 */
export const ROW_DECISIONS = ['take', 'keep', 'separate', 'leave'] as const;
export type RowDecision = (typeof ROW_DECISIONS)[number];
export const DROPPED_DECISIONS = ['cancel', 'keep'] as const;
export type DroppedDecision = (typeof DROPPED_DECISIONS)[number];
export type RevisionDecision = RowDecision | DroppedDecision;

export const COMPARED_FIELDS = [
  'state',
  'text',
  'lead',
  'responsible',
  'deadline',
  'group',
  'extra',
  'seq',
  'section',
  'measure',
] as const;
export type ComparedField = (typeof COMPARED_FIELDS)[number];
export const COMPARED_FIELD_WORDS: Record<ComparedField, string> = REVISED_FIELD_WORDS;

/** How one row of the new list stands to the plan: the JSON column `change`. A decision holds only for the change it was made on. */
export const rowComparisonSchema = z.object({
  kind: z.enum(['same', 'changed', 'moved', 'added']),
  taskId: z.int().nullable(),
  fields: z.array(z.object({ field: z.enum(COMPARED_FIELDS), before: z.string(), after: z.string() })),
  /** The words differ so much that it may be another task: decided one by one. */
  isUnsure: z.boolean(),
});
export type RowComparison = z.infer<typeof rowComparisonSchema>;

const decision = z.enum([...ROW_DECISIONS, 'cancel'], { error: '请选择处理方式。' });

/** `rowId`: a row of the new list; `taskId`: a task that the new list no longer has. `version`: that row's; of a task 0 before it was decided. */
export const decideRowSchema = z
  .object({
    draftId: id,
    rowId: optionalId,
    taskId: optionalId,
    decision,
    version: z.coerce.number().int().min(0).max(2_147_483_647),
  })
  .refine((input) => (input.rowId === null) !== (input.taskId === null), { message: '缺少编号，请刷新页面后重试。' });
export type DecideRowInput = z.output<typeof decideRowSchema>;

/** All that are still undecided of a kind; the unsure ones stay. */
export const decideAllSchema = z.object({
  draftId: id,
  kind: z.enum(REVISION_KINDS, { error: '没有这一类变动。' }),
  decision,
});
export type DecideAllInput = z.output<typeof decideAllSchema>;

export const commitRevisionSchema = commitDraftSchema;
export type CommitRevisionInput = z.output<typeof commitRevisionSchema>;
