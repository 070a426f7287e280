import { z } from 'zod';
import { formDay } from '@/lib/form-fields';
import { formIdSchema, formText, formVersionSchema, idempotencyKeySchema } from '@/lib/tasks/task.schema';

export const NODE_LABELS = {
  title: '节点内容',
  dueOn: '节点时限',
  unitId: '承担单位',
  doneOn: '完成日期',
  reason: '理由',
};
export const NODE_TITLE_LIMIT = 200;

const dayField = (label: string) => formDay(`${label}请填写为 2022-05-31 这样的日期。`);

const unitField = z
  .string()
  .optional()
  .transform((value) => value || undefined)
  .pipe(formIdSchema.optional());

const words = {
  title: formText(NODE_LABELS.title, { min: 2, max: NODE_TITLE_LIMIT }),
  dueOn: dayField(NODE_LABELS.dueOn),
  /** Left out: the first lead. */
  unitId: unitField,
};
const one = {
  taskId: formIdSchema,
  nodeId: formIdSchema,
  /** Version of the node when the form was drawn. */
  version: formVersionSchema,
  idempotencyKey: idempotencyKeySchema,
};

export const addNodeSchema = z.object({ taskId: formIdSchema, ...words, idempotencyKey: idempotencyKeySchema });
export type AddNodeInput = z.output<typeof addNodeSchema>;

export const changeNodeSchema = z.object({
  ...one,
  ...words,
  /** Asked for where a date is changed that has been missed. */
  reason: formText(NODE_LABELS.reason, { max: 500 }).optional(),
});
export type ChangeNodeInput = z.output<typeof changeNodeSchema>;

export const reportNodeDoneSchema = z.object({ ...one, doneOn: dayField(NODE_LABELS.doneOn) });
export type ReportNodeDoneInput = z.output<typeof reportNodeDoneSchema>;

/** Taking back that a node is done, or the node itself. */
export const nodeReasonSchema = z.object({ ...one, reason: formText(NODE_LABELS.reason, { min: 2, max: 500 }) });
export type NodeReasonInput = z.output<typeof nodeReasonSchema>;

export const makeNodesOfPartsSchema = z.object({ taskId: formIdSchema, idempotencyKey: idempotencyKeySchema });
export type MakeNodesOfPartsInput = z.output<typeof makeNodesOfPartsSchema>;
