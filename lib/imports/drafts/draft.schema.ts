import { z } from 'zod';
import { isDay } from '@/lib/dates';
import { FIELD_WORDS, type QuestionKind } from '@/lib/imports/finders/raw-list';
import { readDocumentSchema, readRowSchema } from '@/lib/imports/reading/reading.schema';
import { cleanText, countChars } from '@/lib/text';
import { UNIT_KINDS } from '@/lib/units/unit.schema';

/**
 * What the forms of an import draft send. Every form carries `draftId`; a change of one thing carries that thing's version (`rowVersion`,
 * `questionVersion`), a change of the whole draft the draft's `version`. Sending the same form twice changes nothing the second time.
 */

const id = z.coerce.number().int().min(1).max(2_147_483_647);
const version = z.coerce.number().int().min(1);
/** A checkbox: present is true. */
const checkbox = z.preprocess(
  (value) => value === true || value === 'on' || value === '1' || value === 'true',
  z.boolean(),
);
const optionalId = z.preprocess((value) => (value === '' || value === undefined ? null : value), id.nullable());
const words = (limit: number) =>
  z
    .string()
    .transform(cleanText)
    .refine((text) => countChars(text) <= limit, `请控制在 ${limit} 字以内。`);
const optionalWords = (limit: number) =>
  z.preprocess((value) => value ?? '', words(limit)).transform((text) => (text === '' ? null : text));
const optionalYear = z.preprocess(
  (value) => (value === '' || value === undefined ? null : value),
  z.coerce
    .number({ error: '请填写四位年份。' })
    .int('请填写四位年份。')
    .min(1949, '年份有误。')
    .max(2200, '年份有误。')
    .nullable(),
);

/**
 * The cells of a row that can be changed. `leadRaw`, `responsibleRaw`, `deadlineRaw` are the printed words (where the reader cut a cell
 * wrongly): names and date are read from them anew. `lead`, `responsible` are the names, one each, apart by 、 or line breaks, and `deadline`
 * is the date in any form the grammar knows ('2022-12-31', '2022年底前，长期推进'): what is meant by printed words that stay as they are.
 */
export const EDIT_FIELDS = [
  'seq',
  'section',
  'measure',
  'indicator1',
  'indicator2',
  'text',
  'points',
  'scoring',
  'group',
  'leadRaw',
  'responsibleRaw',
  'deadlineRaw',
  'lead',
  'responsible',
  'deadline',
] as const;
export type EditField = (typeof EDIT_FIELDS)[number];

export const FIELD_LABELS: Record<EditField, string> = {
  ...FIELD_WORDS,
  leadRaw: `${FIELD_WORDS.lead}（原文）`,
  responsibleRaw: `${FIELD_WORDS.responsible}（原文）`,
  deadlineRaw: `${FIELD_WORDS.deadline}（原文）`,
};

export const VALUE_LIMIT = 5000;
/** Characters of a heading (政策领域, 改革举措, 专项组, 指标): some of them are keys of the database. */
export const HEADING_LIMIT = 500;
export const TITLE_LIMIT = 300;
const field = z.enum(EDIT_FIELDS, { error: '没有这一栏。' });
const value = words(VALUE_LIMIT);

/** Who leads where the document does not say: one decision for the whole list. */
export const LEADER_RULES = ['first', 'all', 'unit', 'none'] as const;
export type LeaderRule = (typeof LEADER_RULES)[number];
export const LEADER_RULE_LABELS: Record<LeaderRule, string> = {
  first: '每行第一个单位牵头',
  all: '所列单位共同牵头',
  unit: '由指定单位统一牵头，所列单位为责任单位',
  none: '暂不确定牵头单位，只登记责任单位',
};

export const DRAFT_STATUSES = ['READING', 'UNREADABLE', 'REVIEW', 'COMMITTED', 'WITHDRAWN', 'DISCARDED'] as const;
export type DraftStatus = (typeof DRAFT_STATUSES)[number];
export const DRAFT_STATUS_WORDS: Record<DraftStatus, string> = {
  READING: '正在读取',
  UNREADABLE: '无法读取',
  REVIEW: '待核对',
  COMMITTED: '已导入',
  WITHDRAWN: '已撤回',
  DISCARDED: '已放弃',
};

/** Which rows the review shows: those with open questions, those changed by hand, those left out, all. */
export const ROW_FILTERS = ['questions', 'changed', 'excluded', 'all'] as const;
export type RowFilter = (typeof ROW_FILTERS)[number];

/** What an upload says beside the file. `isAgain`: import it although the same file is here already. */
export const uploadSchema = z.object({
  regionCode: words(60).pipe(z.string().min(1, '请选择地区。')),
  year: optionalYear,
  ownerUnitName: optionalWords(60),
  basePlanId: optionalId,
  isAgain: checkbox,
});
export type UploadInput = z.output<typeof uploadSchema>;

/** Codes of /imports?error=… after an upload that was not taken; with `same` the address carries draft=… or plan=… of the earlier one. */
export const UPLOAD_ERROR_WORDS = {
  large: '文件超过 50 MB。请只保留任务清单，删去图片和附件后重新上传。',
  empty: '没有选择文件，也没有粘贴内容，或文件是空的。',
  place: '请选择您所管理的地区。',
  unit: '单位库中没有所填的单位，或该方案不能再修订。请检查后重新上传。',
  form: '填写的内容有误：年份应为四位数字。请检查后重新上传。',
  same: '这份文件此前已经上传过。如确需再次导入，请勾选“仍要再次导入”后重新上传。',
} as const;
export type UploadError = keyof typeof UPLOAD_ERROR_WORDS;

export const draftIdSchema = z.object({ draftId: id });
export const draftVersionSchema = z.object({ draftId: id, version });

/** Reads the document again, as another of its tables, region or year; what was changed by hand is lost, so `isSure` must be ticked where there is any. */
export const readAgainSchema = z.object({
  draftId: id,
  version,
  table: z.preprocess(
    (given) => (given === '' ? undefined : given),
    z.coerce.number().int().min(0).max(10_000).optional(),
  ),
  regionCode: z.preprocess((given) => (given === '' ? undefined : given), words(60).optional()),
  year: optionalYear.optional(),
  /** '' where a unit stood: it is nobody's own list, whatever its title says; left out: as before. */
  ownerUnitName: optionalWords(60).optional(),
  isSure: checkbox,
});
export type ReadAgainInput = z.output<typeof readAgainSchema>;

export const editRowSchema = z.object({ draftId: id, rowId: id, rowVersion: version, field, value });
export type EditRowInput = z.output<typeof editRowSchema>;

/** The same change in every row whose `field` now reads `printed`. */
export const applyToAllSchema = z.object({ draftId: id, field, printed: words(VALUE_LIMIT), value });
export type ApplyToAllInput = z.output<typeof applyToAllSchema>;

/**
 * keep: right as it was read · value: the field's value is `value` (a candidate's or a typed one; of names, those for the words in question suffice) · unit: the printed name is the unit
 * `unitId` · new-unit: it is a unit that the register lacks, `unitName` (else as printed) of `unitKind` · no-unit: it names no unit ·
 * later: seen and left open; it goes with the plan.
 */
export const ANSWER_WAYS = ['keep', 'value', 'unit', 'new-unit', 'no-unit', 'later'] as const;
export type AnswerWay = (typeof ANSWER_WAYS)[number];
export const ANSWER_WAY_LABELS: Record<AnswerWay, string> = {
  keep: '确认无误',
  value: '改为',
  unit: '是单位库中的单位',
  'new-unit': '登记为新单位',
  'no-unit': '不是单位名称',
  later: '暂不确定，随方案保留',
};

export const answerDraftQuestionSchema = z
  .object({
    draftId: id,
    questionId: id,
    questionVersion: version,
    way: z.enum(ANSWER_WAYS, { error: '请选择处理方式。' }),
    value: value.optional(),
    unitId: optionalId,
    unitName: optionalWords(60),
    unitKind: z.enum(UNIT_KINDS).default('department'),
    /** The printed name becomes another name of the unit, so that the next list finds it. */
    isRemembered: checkbox,
    /** Answers all open questions of the same kind, field and printed words. */
    isForAll: checkbox,
  })
  .superRefine((input, context) => {
    if (input.way === 'value' && !input.value)
      context.addIssue({ code: 'custom', path: ['value'], message: '请填写内容。' });
    if (input.way === 'unit' && input.unitId === null)
      context.addIssue({ code: 'custom', path: ['unitId'], message: '请选择单位。' });
  });
export type AnswerDraftQuestionInput = z.output<typeof answerDraftQuestionSchema>;

/** What a question is about, in a word or two. */
const QUESTION_KIND_LABELS: Record<QuestionKind, string> = {
  'unknown-unit': '未识别单位',
  'lost-separator': '单位可能漏隔开',
  'shared-prefix': '共用前缀',
  deadline: '时限不明',
  'no-deadline': '无完成时限',
  'no-lead': '无牵头单位',
  'who-leads': '由谁牵头',
  inherited: '承上内容',
  'blank-cell': '空白格',
  numbering: '序号不连续',
  duplicate: '内容重复',
  'points-total': '分值合计不符',
  struck: '有删除线',
  hidden: '隐藏内容',
  'split-row': '行被拆开',
  heading: '标题归属',
  text: '正文',
  columns: '分栏',
  tables: '选用哪张表',
  characters: '特殊字符',
  document: '文件信息',
};

export function kindWords(kind: string): string {
  return QUESTION_KIND_LABELS[kind as QuestionKind] ?? '待确认';
}

/** All questions of one kind are right as they were read. */
export const confirmKindSchema = z.object({
  draftId: id,
  version,
  kind: z.enum(Object.keys(QUESTION_KIND_LABELS), { error: '没有这一类问题。' }),
});
export type ConfirmKindInput = z.output<typeof confirmKindSchema>;

export const setLeaderRuleSchema = z
  .object({
    draftId: id,
    version,
    rule: z.enum(LEADER_RULES, { error: '请选择由谁牵头。' }),
    /** With rule 'unit'. */
    unitName: optionalWords(60),
  })
  .refine((input) => input.rule !== 'unit' || input.unitName !== null, {
    path: ['unitName'],
    message: '请填写牵头单位。',
  });
export type SetLeaderRuleInput = z.output<typeof setLeaderRuleSchema>;

export const excludeRowSchema = z.object({ draftId: id, rowId: id, rowVersion: version });
export type ExcludeRowInput = z.output<typeof excludeRowSchema>;

const documentFacts = {
  title: words(TITLE_LIMIT).pipe(z.string().min(1, '请填写清单名称。')),
  year: optionalYear.refine((year) => year !== null, '请填写年份。'),
  issuedOn: z
    .preprocess((given) => given ?? '', z.string().trim())
    .refine((day) => day === '' || isDay(day), '请填写有效日期，例如 2022-03-15。')
    .transform((day) => (day === '' ? null : day)),
};

export const setDocumentFactsSchema = z.object({
  draftId: id,
  version,
  ...documentFacts,
  noticeTitle: optionalWords(TITLE_LIMIT),
  issuer: optionalWords(TITLE_LIMIT),
  docNumber: optionalWords(100),
});
export type SetDocumentFactsInput = z.output<typeof setDocumentFactsSchema>;

/** The facts that a question about the document asks for, by the key it carries as `printed`; one fact as an answer gives it. */
export const ASKED_FACTS = ['title', 'year', 'issuedOn'] as const;
export type AskedFact = (typeof ASKED_FACTS)[number];
export const askedFactSchemas: { [Fact in AskedFact]: z.ZodType<DraftDocument[Fact]> } = documentFacts;

/** `confirmOpen`: goes on though questions are open; they go with the plan. */
export const commitDraftSchema = z.object({ draftId: id, version, confirmOpen: checkbox });
export type CommitDraftInput = z.output<typeof commitDraftSchema>;

export const withdrawImportSchema = z.object({
  draftId: id,
  reason: words(500).pipe(z.string().min(1, '请填写撤回理由。')),
});
export type WithdrawImportInput = z.output<typeof withdrawImportSchema>;

// ---- what stands in the database's JSON columns

/** A row as it stands now: what was read, without its source. */
export const currentRowSchema = readRowSchema.omit({ source: true }).extend({
  /** Where one unit leads every row: its place among the names of this row's one column; null: it is not printed there. */
  leaderAt: z.int().min(0).nullable().optional(),
});
export type CurrentRow = z.infer<typeof currentRowSchema>;

export const draftDocumentSchema = readDocumentSchema;
export type DraftDocument = z.infer<typeof draftDocumentSchema>;

export const draftLeadRuleSchema = z.object({
  kind: z.string(),
  words: z.string(),
  /** With 'unit': the unit that was put in front. */
  unitName: z.string().optional(),
  /** A person chose it, and may choose another; else the document itself says so. */
  isChosen: z.boolean().optional(),
});
export type DraftLeadRule = z.infer<typeof draftLeadRuleSchema>;

/** What a person decided about a printed name, for the whole draft. */
export const nameDecisionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('unit'),
    printed: z.string(),
    unitId: z.int(),
    unitName: z.string(),
    isRemembered: z.boolean(),
  }),
  z.object({ kind: z.literal('collective'), printed: z.string(), collectiveId: z.int(), phrase: z.string() }),
  z.object({
    kind: z.literal('new'),
    printed: z.string(),
    unitName: z.string(),
    unitKind: z.enum(UNIT_KINDS),
    isRemembered: z.boolean(),
  }),
  z.object({ kind: z.literal('none'), printed: z.string() }),
]);
export type NameDecision = z.infer<typeof nameDecisionSchema>;
/** By comparable name. */
export const nameDecisionsSchema = z.record(z.string(), nameDecisionSchema);
export type NameDecisions = z.infer<typeof nameDecisionsSchema>;
