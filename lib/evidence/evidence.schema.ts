import { z } from 'zod';
import { type Day, isDay } from '@/lib/dates';
import { cleanText, countChars } from '@/lib/text';

export const EVIDENCE_LIMITS = {
  /** Of one file. */
  bytes: 50 * 1024 * 1024,
  /** What one account may have lying with one task or slip that nothing names yet. */
  unsentPerTarget: 50,
  /** Uploads of one account at the same time, per process. */
  atOnce: 4,
  /** 字 of a file's name with its extension. */
  title: 120,
  /** Named by one report or reply. */
  perReport: 50,
} as const;

/** What evidence goes with until something names it: a task's report or a slip's reply. */
export type EvidenceTarget = { taskId: number } | { slipId: number };

/** One piece of evidence as people see it. */
export type EvidenceView = {
  id: string;
  kind: 'FILE' | 'LINK';
  title: string;
  mediaType: string;
  bytes: number;
  url: string;
  docNumber: string;
  issuer: string;
  signedOn: Day | null;
  unitName: string | null;
  uploadedByName: string;
  uploadedOn: Day;
  /** A report, a reply or a paper waiting for the head names it: it can no longer be taken back. */
  isNamed: boolean;
};

/** Form field `evidenceIds`: none, one or many ids; a form given back joins them by commas. */
export const evidenceIdsSchema = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => [
    ...new Set((Array.isArray(value) ? value : [value ?? '']).flatMap((v) => v.split(',')).filter(Boolean)),
  ])
  .pipe(
    z
      .array(z.uuid('佐证材料的编号无效，请刷新页面后重试。'))
      .max(EVIDENCE_LIMITS.perReport, `一次最多附 ${EVIDENCE_LIMITS.perReport} 件佐证材料，请合并或删减。`),
  );

const idSchema = z
  .string({ error: '缺少编号，请刷新页面后重试。' })
  .regex(/^[1-9]\d{0,9}$/, '编号无效，请刷新页面后重试。')
  .transform(Number)
  .refine((id) => id <= 2147483647, '编号无效，请刷新页面后重试。');

const words = (label: string, max: number, min = 0) =>
  z
    .string({ error: `请填写${label}。` })
    .transform((text) => cleanText(text).replace(/\s+/g, ' '))
    .refine((text) => countChars(text) >= min, `请填写${label}。`)
    .refine((text) => countChars(text) <= max, `${label}最多 ${max} 字，请删减后再提交。`);

const optionalId = z
  .string()
  .optional()
  .transform((value) => value || undefined)
  .pipe(idSchema.optional());

const targetFields = { taskId: optionalId, slipId: optionalId, unitId: optionalId };

type TargetFields = { taskId?: number | undefined; slipId?: number | undefined };
const isOneTarget = (fields: TargetFields) => (fields.taskId === undefined) !== (fields.slipId === undefined);

export function targetOf(fields: TargetFields): EvidenceTarget {
  return fields.slipId === undefined ? { taskId: fields.taskId! } : { slipId: fields.slipId };
}

const signedOnSchema = z
  .string()
  .optional()
  .transform((value) => (value ?? '').trim())
  .refine((text) => text === '' || isDay(text), '成文日期请按 2022-05-31 的样式填写。')
  .transform((text): Day | null => (text === '' ? null : text));

const factFields = {
  docNumber: words('文号', 60).optional().default(''),
  issuer: words('发文单位', 60).optional().default(''),
  signedOn: signedOnSchema,
};

/** Where an upload goes, and what its unit says of it. */
export const uploadEvidenceSchema = z
  .object({ ...targetFields, ...factFields })
  .refine(isOneTarget, '请从任务或督办单的页面上传。');
export type UploadEvidenceInput = z.output<typeof uploadEvidenceSchema>;

/** http and https alone: whatever else a link may be, a browser could run it. */
const linkSchema = z
  .string({ error: '请填写网址。' })
  .transform((text) => text.trim())
  .refine((text) => text.length <= 2000, '网址过长，最多 2000 个字符。')
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    return (
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      url.hostname !== '' &&
      url.username === '' &&
      url.password === ''
    );
  }, '网址应以 http:// 或 https:// 开头，且不含用户名、密码，请从浏览器地址栏复制。');

export const addLinkSchema = z
  .object({ ...targetFields, ...factFields, url: linkSchema, title: words('标题', EVIDENCE_LIMITS.title, 1) })
  .refine(isOneTarget, '请从任务或督办单的页面添加。');
export type AddLinkInput = z.output<typeof addLinkSchema>;

const evidenceIdSchema = z.uuid('佐证材料的编号无效，请刷新页面后重试。');

export const describeEvidenceSchema = z.object({ evidenceId: evidenceIdSchema, ...factFields });
export type DescribeEvidenceInput = z.output<typeof describeEvidenceSchema>;

export const discardEvidenceSchema = z.object({ evidenceId: evidenceIdSchema });
export type DiscardEvidenceInput = z.output<typeof discardEvidenceSchema>;
