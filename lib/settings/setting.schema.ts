import { z } from 'zod';

/** Who is told, from how many days late on. */
export const ESCALATION_TARGETS = ['reporter', 'unit_head', 'supervisor', 'office_leader'] as const;
export type EscalationTarget = (typeof ESCALATION_TARGETS)[number];

const days = (most: number) => z.number().int().min(0).max(most);
const ascending = (list: readonly number[]) => list.every((day, at) => at === 0 || day > list[at - 1]!);

/**
 * Every setting that holds from a day on: of what it is (scope), its form, and what holds where nobody has set it. Days are calendar days unless they say
 * working days. Kept in dated_setting; a change never reaches back.
 */
export const SETTINGS = {
  /** Of a plan: so many days before its date a task is 临期. Standing reads it in SQL; without one, plan.due_soon_days. */
  due_soon_days: { scope: 'plan', schema: days(365), fallback: 15 },
  /** Of a unit: what its reporters write is signed by its head before it leaves. */
  head_signs: { scope: 'unit', schema: z.boolean(), fallback: false },
  /** Of a unit: the account of its 分管领导, who is told in the third step of the escalation. */
  supervisor: { scope: 'unit', schema: z.number().int().positive().nullable(), fallback: null },
  /** Of a region: working days a unit has to sign for a plan or a slip. */
  sign_for_limit: { scope: 'region', schema: days(60), fallback: 2 },
  /** Of a region: working days after which a review is shown to the leader. */
  review_limit: { scope: 'region', schema: days(60), fallback: 5 },
  /** Of a region: 机关代字 of its slips, 鄂营商督 in 鄂营商督〔2022〕5号; empty: not fixed yet, no slip can be issued. */
  document_code: { scope: 'region', schema: z.string().max(20), fallback: '' },
  /** Of a region: the three tiers of slips. words are never shown without 督办单; fromDays: near due at most so many days ahead (1), overdue at least so many days (3). */
  slip_tiers: {
    scope: 'region',
    schema: z
      .array(
        z.object({
          tier: z.union([z.literal(1), z.literal(2), z.literal(3)]),
          words: z.string().min(1).max(20).endsWith('督办单'),
          opening: z.string().min(1).max(500),
          fromDays: days(365),
          replyWorkingDays: z.number().int().min(1).max(60),
        }),
      )
      .length(3),
    fallback: [
      {
        tier: 1,
        words: '蓝色督办单',
        opening: '下列任务完成时限临近，请抓紧推进，确保按期办结。',
        fromDays: 15,
        replyWorkingDays: 5,
      },
      {
        tier: 2,
        words: '黄色督办单',
        opening: '下列任务推进滞后或未按期填报进展，请查明原因，限期整改。',
        fromDays: 0,
        replyWorkingDays: 3,
      },
      {
        tier: 3,
        words: '红色督办单',
        opening: '下列任务已逾期未办结，请立即整改，并书面说明原因和完成时间。',
        fromDays: 1,
        replyWorkingDays: 2,
      },
    ],
  },
  /** Of a region: when a task's people are told of its date. */
  reminder_days: {
    scope: 'region',
    schema: z.object({
      ahead: z.array(days(365)).max(6),
      onTheDay: z.boolean(),
      overdue: z.array(z.number().int().min(1).max(365)).max(8).refine(ascending),
      cycleClosing: z.array(days(60)).max(4),
    }),
    fallback: { ahead: [15, 7, 3], onTheDay: true, overdue: [1, 7, 14, 30], cycleClosing: [3] },
  },
  /** Of a region: who is told of a late task, from how many days late on; each step adds to those before. */
  escalation: {
    scope: 'region',
    schema: z.array(z.object({ fromDays: z.number().int().min(1).max(365), to: z.enum(ESCALATION_TARGETS) })).max(8),
    fallback: [
      { fromDays: 1, to: 'reporter' },
      { fromDays: 7, to: 'unit_head' },
      { fromDays: 14, to: 'supervisor' },
      { fromDays: 30, to: 'office_leader' },
    ],
  },
  /** Of a region: address of a 企业微信 group robot; empty: none. */
  webhook_url: { scope: 'region', schema: z.string().max(500), fallback: '' },
} as const satisfies Record<
  string,
  { scope: 'platform' | 'region' | 'plan' | 'unit'; schema: z.ZodType; fallback: unknown }
>;

export type SettingKey = keyof typeof SETTINGS;
export type SettingValue<K extends SettingKey> = z.output<(typeof SETTINGS)[K]['schema']>;
