import { ESCALATION_TARGETS, type EscalationTarget, type SettingKey, type SettingValue } from './setting.schema';

/** Settings of a region, in the order in which they are shown. */
export const REGION_SETTINGS = [
  'sign_for_limit',
  'review_limit',
  'document_code',
  'slip_tiers',
  'reminder_days',
  'escalation',
  'webhook_url',
] as const satisfies readonly SettingKey[];
export type RegionSettingKey = (typeof REGION_SETTINGS)[number];

export const SETTING_LABELS: Record<RegionSettingKey, string> = {
  sign_for_limit: '签收期限',
  review_limit: '审核期限',
  document_code: '机关代字',
  slip_tiers: '督办单分级',
  reminder_days: '提醒天数',
  escalation: '逾期升级',
  webhook_url: '企业微信群机器人',
};

export const ESCALATION_WORDS: Record<EscalationTarget, string> = {
  reporter: '经办人（填报员）',
  unit_head: '单位负责人',
  supervisor: '单位分管领导',
  office_leader: '优化办领导',
};
export const ESCALATION_OPTIONS = ESCALATION_TARGETS.map((value) => ({ value, label: ESCALATION_WORDS[value] }));

const TIER_NAMES = { 1: '一级', 2: '二级', 3: '三级' } as const;
export const tierName = (tier: 1 | 2 | 3): string => TIER_NAMES[tier];

/** What the days of a tier mean. */
export function tierDaysWords(tier: 1 | 2 | 3, days: number): string {
  if (tier === 1) return `距完成时限 ${days} 天以内`;
  if (tier === 3) return `逾期 ${days} 天以上`;
  return '推进滞后或未按期填报';
}

/** The host and the last four characters: enough to tell two robots apart, too little to write to one. */
export function maskAddress(address: string): string {
  if (address === '') return '未设置';
  const host = URL.canParse(address) ? new URL(address).host : '';
  return `https://${host}/…${address.slice(-4)}`;
}

const daysOr = (days: readonly number[], none: string) => (days.length === 0 ? none : `${days.join('、')} 天`);

/** A value in words, as the history shows it. */
export const SETTING_WORDS: { [K in RegionSettingKey]: (value: SettingValue<K>) => string } = {
  sign_for_limit: (days) => `${days} 个工作日`,
  review_limit: (days) => `${days} 个工作日`,
  document_code: (code) => (code === '' ? '未确定' : code),
  slip_tiers: (tiers) =>
    tiers
      .map(
        (tier) =>
          `${tierName(tier.tier)}${tier.words}：${tierDaysWords(tier.tier, tier.fromDays)}，${tier.replyWorkingDays} 个工作日内答复，正文“${tier.opening}”`,
      )
      .join('；'),
  reminder_days: ({ ahead, onTheDay, overdue, cycleClosing }) =>
    [
      `提前 ${daysOr(ahead, '不提醒')}`,
      onTheDay ? '当天提醒' : '当天不提醒',
      `逾期 ${daysOr(overdue, '不提醒')}`,
      `填报截止前 ${daysOr(cycleClosing, '不提醒')}`,
    ].join('；'),
  escalation: (steps) =>
    steps.length === 0
      ? '不升级'
      : steps.map((step) => `逾期 ${step.fromDays} 天起告知${ESCALATION_WORDS[step.to]}`).join('；'),
  webhook_url: maskAddress,
};
