import { z } from 'zod';
import { webhookUrlRefusal } from '@/lib/mail/public-address.rules';
import { cleanText, compactText } from '@/lib/text';
import { ESCALATION_TARGETS, type SettingValue } from './setting.schema';
import { type RegionSettingKey, tierName } from './setting.words';

// The forms of a region's settings: what people type, and the value it becomes.

const MAX_ID = 2_147_483_647;
const id = z.coerce.number().int().min(1).max(MAX_ID);

/** What every form of a setting carries: of which region, why, and the newest entry it was drawn from (0: none yet). */
const common = {
  regionId: id,
  lastId: z.coerce.number().int().min(0).max(MAX_ID),
  basis: z.string().default('').transform(cleanText).pipe(z.string().max(200, '依据最多 200 个字。')),
};

/** A whole number as typed, full-width digits too. */
function typedNumber(label: string, least: number, most: number) {
  const words = `${label}请填 ${least} 到 ${most} 的整数。`;
  return z
    .string({ error: words })
    .transform((text) => text.normalize('NFKC').trim())
    .pipe(z.string().regex(/^\d{1,4}$/, words))
    .transform(Number)
    .pipe(z.number().min(least, words).max(most, words));
}

/** Numbers as people list them: 15、7、3. Empty: none. */
export function parseDayList(text: string): number[] | null {
  const parts = text
    .normalize('NFKC')
    .split(/[、,;\s]+/u)
    .filter((part) => part !== '');
  if (parts.some((part) => !/^\d{1,4}$/.test(part))) return null;
  return [...new Set(parts.map(Number))];
}

function typedDays(
  label: string,
  { least, most, atMost, order }: { least: number; most: number; atMost: number; order: 1 | -1 },
) {
  return z
    .string()
    .default('')
    .transform((text, context): number[] => {
      const days = parseDayList(text);
      const fault = (message: string) => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      if (days === null) return fault(`${label}请写成用顿号隔开的天数，如 15、7、3。`);
      if (days.some((day) => day < least || day > most)) return fault(`${label}的天数应在 ${least} 到 ${most} 之间。`);
      if (days.length > atMost) return fault(`${label}最多写 ${atMost} 个。`);
      return days.sort((a, b) => order * (a - b));
    });
}

const box = z.preprocess((value) => value === 'on', z.boolean());
const days = typedNumber('期限', 0, 60);
const line = (label: string, most: number) =>
  z
    .string({ error: `请填写${label}。` })
    .transform(cleanText)
    .pipe(z.string().min(1, `请填写${label}。`).max(most, `${label}最多 ${most} 个字。`));

const tierFields = (n: 1 | 2 | 3) => ({
  [`words${n}`]: line('名称', 20).pipe(
    z
      .string()
      .endsWith('督办单', '名称须以“督办单”结尾，如“蓝色督办单”。')
      .regex(/^[^\n\t]*$/, '名称不能换行。'),
  ),
  [`opening${n}`]: line('正文', 500),
  // The second tier is for what is behind or unreported: no days.
  ...(n === 2 ? {} : { [`fromDays${n}`]: typedNumber('天数', n === 3 ? 1 : 0, 365) }),
  [`replyWorkingDays${n}`]: typedNumber('回复期限', 1, 60),
});

export const LADDER_ROWS = 6;
const ladderFields = Object.fromEntries(
  Array.from({ length: LADDER_ROWS }, (_, index) => [
    [`fromDays${index + 1}`, z.string().default('')],
    [`to${index + 1}`, z.union([z.literal(''), z.enum(ESCALATION_TARGETS)]).default('')],
  ]).flat(),
) as Record<string, z.ZodType<string>>;

/** Where the name leads is checked again whenever something is sent. */
function addressFault(text: string): string | null {
  if (text === '') return '请填写地址；不再使用请勾选“停用”。';
  if (text.length > 500) return '地址最长 500 个字符。';
  return webhookUrlRefusal(text);
}

type Values = { [K in RegionSettingKey]: { key: K; value: SettingValue<K> } }[RegionSettingKey];
type Common = { regionId: number; lastId: number; basis: string };
/** One setting of one region, as a command takes it. */
export type ChangeRegionSettingInput = Common & Values;

const given = <K extends RegionSettingKey>(
  { regionId, lastId, basis }: Common,
  key: K,
  value: SettingValue<K>,
): ChangeRegionSettingInput => ({ regionId, lastId, basis, key, value }) as ChangeRegionSettingInput;

type TierFields = Record<string, string | number>;

/** A slip's title names its tier, so no name may be read as another's. Faults by the number of the tier. */
function tierNameFaults(names: readonly string[]): { tier: number; words: string }[] {
  const bare = names.map(compactText);
  return bare.flatMap((name, at) => {
    const tier = at + 1;
    if (name === '督办单') return { tier, words: '名称不能只写“督办单”，请加上区分层级的字样，如“蓝色督办单”。' };
    const same = bare.indexOf(name);
    if (same < at) return { tier, words: `名称与${tierName((same + 1) as 1)}相同，请改用不同的名称。` };
    const wider = bare.findIndex((other, i) => i !== at && other !== name && other.includes(name));
    return wider < 0
      ? []
      : {
          tier,
          words: `${tierName((wider + 1) as 1)}的名称“${names[wider]}”中含有这个名称，标题会分不清层级，请改用不同的名称。`,
        };
  });
}

export const changeRegionSettingSchema = z.discriminatedUnion(
  'key',
  [
    z
      .object({ ...common, key: z.literal('sign_for_limit'), days })
      .transform((input) => given(input, input.key, input.days)),
    z
      .object({ ...common, key: z.literal('review_limit'), days })
      .transform((input) => given(input, input.key, input.days)),
    z
      .object({
        ...common,
        key: z.literal('document_code'),
        code: z
          .string()
          .default('')
          .transform(cleanText)
          .pipe(
            z
              .string()
              .regex(/^\p{Script=Han}{0,20}$/u, '机关代字只写汉字，最多 20 个，如“鄂营商督”；年份和序号由系统编。'),
          ),
      })
      .transform((input) => given(input, input.key, input.code)),
    z
      .object({ ...common, key: z.literal('slip_tiers'), ...tierFields(1), ...tierFields(2), ...tierFields(3) })
      .superRefine((input, context) => {
        const fields = input as unknown as TierFields;
        for (const { tier, words } of tierNameFaults([1, 2, 3].map((n) => String(fields[`words${n}`]))))
          context.addIssue({ code: 'custom', path: [`words${tier}`], message: words });
      })
      .transform((input) => {
        const fields = input as unknown as TierFields;
        return given(
          input as unknown as Common,
          'slip_tiers',
          ([1, 2, 3] as const).map((tier) => ({
            tier,
            words: String(fields[`words${tier}`]),
            opening: String(fields[`opening${tier}`]),
            fromDays: Number(fields[`fromDays${tier}`] ?? 0),
            replyWorkingDays: Number(fields[`replyWorkingDays${tier}`]),
          })),
        );
      }),
    z
      .object({
        ...common,
        key: z.literal('reminder_days'),
        ahead: typedDays('提前提醒', { least: 1, most: 365, atMost: 6, order: -1 }),
        onTheDay: box,
        overdue: typedDays('逾期提醒', { least: 1, most: 365, atMost: 8, order: 1 }),
        cycleClosing: typedDays('填报截止提醒', { least: 0, most: 60, atMost: 4, order: -1 }),
      })
      .transform((input) => {
        const { ahead, onTheDay, overdue, cycleClosing } = input;
        return given(input, input.key, { ahead, onTheDay, overdue, cycleClosing });
      }),
    z
      .object({ ...common, key: z.literal('escalation'), ...ladderFields })
      .superRefine((input, context) => {
        const fields = input as unknown as Record<string, string>;
        for (let n = 1; n <= LADDER_ROWS; n += 1) {
          const typed = fields[`fromDays${n}`]!.normalize('NFKC').trim();
          const to = fields[`to${n}`]!;
          const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
          if (typed === '' && to === '') continue;
          if (to === '') fault(`to${n}`, `第 ${n} 行请选择告知谁。`);
          if (!/^\d{1,3}$/.test(typed) || Number(typed) < 1 || Number(typed) > 365)
            fault(`fromDays${n}`, `第 ${n} 行的天数请填 1 到 365 的整数；不用的行两格都留空。`);
        }
      })
      .transform((input) => {
        const fields = input as unknown as Record<string, string>;
        const steps: SettingValue<'escalation'> = [];
        for (let n = 1; n <= LADDER_ROWS; n += 1) {
          const to = fields[`to${n}`];
          if (to)
            steps.push({
              fromDays: Number(fields[`fromDays${n}`]!.normalize('NFKC').trim()),
              to: to as SettingValue<'escalation'>[number]['to'],
            });
        }
        return given(
          input as unknown as Common,
          'escalation',
          steps.sort((a, b) => a.fromDays - b.fromDays),
        );
      }),
    z
      .object({
        ...common,
        key: z.literal('webhook_url'),
        url: z.string().default('').transform(cleanText),
        clear: box,
      })
      .superRefine(({ url, clear }, context) => {
        const fault = clear ? null : addressFault(url);
        if (fault) context.addIssue({ code: 'custom', path: ['url'], message: fault });
      })
      .transform((input) => given(input, input.key, input.clear ? '' : input.url)),
  ],
  { error: '表单已失效，请刷新页面后重试。' },
);

/** 分管领导 of a unit. */
export const setSupervisorSchema = z.object({
  unitId: id,
  lastId: common.lastId,
  basis: common.basis,
  accountId: z.preprocess((value) => (value === '' || value === undefined ? null : value), id.nullable()),
});
export type SetSupervisorInput = z.output<typeof setSupervisorSchema>;
