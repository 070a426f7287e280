import { formatDayProse } from '@/lib/dates';
import type { ReasonCode, StateCode } from '@/lib/standing/standing.types';
import { REASON_WORDS } from '@/lib/standing/standing.words';
import { compactText } from '@/lib/text';
import type { PaperTask, SlipPaper, SlipStatus, SlipStep, Tier } from './slip.schema';

export const STATUS_WORDS: Record<SlipStatus, string> = {
  DRAFT: '拟稿，待审核',
  CHECKED: '已审核，待签发',
  ISSUED: '已印发，待签收',
  SIGNED_FOR: '已签收，待回复',
  REPLIED: '已回复，待办结',
  CLOSED: '已办结',
  VOID: '已作废',
  DISCARDED: '已撤稿',
};

export const STEP_WORDS: Record<SlipStep, string> = {
  DRAFTED: '拟稿',
  CHANGED: '修改',
  CHECKED: '审核',
  SENT_BACK: '退回修改',
  ISSUED: '签发',
  SIGNED_FOR: '签收',
  REPLIED: '回复',
  REPLY_RETURNED: '退回回复',
  CLOSED: '办结',
  VOIDED: '作废',
  DISCARDED: '撤稿',
};

/** Slips a unit or the office still has to do something about. */
export const OPEN_STATUSES = ['DRAFT', 'CHECKED', 'ISSUED', 'SIGNED_FOR', 'REPLIED'] as const satisfies SlipStatus[];
/** Not yet issued: nobody but the office of the plan knows of them. */
export const UNISSUED_STATUSES = ['DRAFT', 'CHECKED', 'DISCARDED'] as const satisfies SlipStatus[];

type TakenStep = Exclude<SlipStep, 'DRAFTED'>;

/** From where each step may be taken, and to where it leads. */
const STEPS: Record<TakenStep, { from: readonly SlipStatus[]; to: SlipStatus }> = {
  CHANGED: { from: ['DRAFT'], to: 'DRAFT' },
  CHECKED: { from: ['DRAFT'], to: 'CHECKED' },
  SENT_BACK: { from: ['DRAFT', 'CHECKED'], to: 'DRAFT' },
  ISSUED: { from: ['CHECKED'], to: 'ISSUED' },
  SIGNED_FOR: { from: ['ISSUED'], to: 'SIGNED_FOR' },
  REPLIED: { from: ['SIGNED_FOR'], to: 'REPLIED' },
  REPLY_RETURNED: { from: ['REPLIED'], to: 'SIGNED_FOR' },
  CLOSED: { from: ['ISSUED', 'SIGNED_FOR', 'REPLIED'], to: 'CLOSED' },
  VOIDED: { from: ['ISSUED', 'SIGNED_FOR', 'REPLIED'], to: 'VOID' },
  DISCARDED: { from: ['DRAFT', 'CHECKED'], to: 'DISCARDED' },
};

export class SlipRefused extends Error {}

const REFUSED: Record<TakenStep, Partial<Record<SlipStatus, string>>> = {
  CHANGED: { CHECKED: '督办单已审核，修改前请先退回拟稿。' },
  CHECKED: { CHECKED: '督办单已审核，请签发或退回拟稿。' },
  SENT_BACK: {},
  ISSUED: { DRAFT: '督办单尚未审核，审核后才能签发。' },
  SIGNED_FOR: { SIGNED_FOR: '督办单已签收。', REPLIED: '督办单已签收并回复。' },
  REPLIED: {
    ISSUED: '督办单尚未签收，请先签收再回复。',
    REPLIED: '督办单已回复，等待优化办办结；需要补充的，请联系优化办退回。',
  },
  REPLY_RETURNED: { ISSUED: '督办单还没有回复。', SIGNED_FOR: '督办单还没有回复，或回复已退回。' },
  CLOSED: { DRAFT: '督办单尚未印发，不需要的请撤稿。', CHECKED: '督办单尚未印发，不需要的请撤稿。' },
  VOIDED: {
    DRAFT: '督办单尚未印发、没有编号，不需要的请撤稿。',
    CHECKED: '督办单尚未印发、没有编号，不需要的请撤稿。',
  },
  DISCARDED: {},
};

const ENDED: Partial<Record<SlipStatus, string>> = {
  CLOSED: '督办单已办结，不再变动。',
  VOID: '督办单已作废，不再变动。',
  DISCARDED: '督办单已撤稿，不再变动；需要的请重新拟单。',
};
const ISSUED_WORDS = '督办单已印发，内容不再变动；印发有误的请作废后重新拟单。';

/** Why a step cannot be taken from a status, in words; null where it can. Pure. */
export function stepRefusal(status: SlipStatus, step: TakenStep): string | null {
  if (STEPS[step].from.includes(status)) return null;
  if (ENDED[status]) return ENDED[status];
  const own = REFUSED[step][status];
  if (own) return own;
  return (UNISSUED_STATUSES as readonly SlipStatus[]).includes(status) ? '督办单尚未印发。' : ISSUED_WORDS;
}

/** The status a step leads to. Throws SlipRefused with words for the person. Pure. */
export function nextStatus(status: SlipStatus, step: TakenStep): SlipStatus {
  const refusal = stepRefusal(status, step);
  if (refusal) throw new SlipRefused(refusal);
  return STEPS[step].to;
}

/** The status after a step was taken, for reading a past day. Pure. */
export function statusAfter(step: SlipStep): SlipStatus {
  return step === 'DRAFTED' ? 'DRAFT' : STEPS[step].to;
}

/** What a tier is proposed from. */
export type TaskStanding = {
  state: StateCode;
  reason: ReasonCode;
  daysLeft: number | null;
  missedCycles: number;
  /** Nodes past their date and not done. */
  lateNodes: number;
};
export type TierSetting = { tier: Tier; words: string; opening: string; fromDays: number; replyWorkingDays: number };

export const settingOf = (tiers: readonly TierSetting[], tier: Tier): TierSetting =>
  tiers.find((one) => one.tier === tier)!;

const daysOf = (tiers: readonly TierSetting[], tier: Tier): number =>
  tiers.find((one) => one.tier === tier)?.fromDays ?? 0;

/**
 * The tier one task calls for: 3 overdue, 2 behind or not reported, 1 near due; null: none. What waits for the office's review is not the unit's to hurry, and a
 * task that was past its date when the list was issued is behind, not overdue, until the office has decided so. Pure.
 */
export function tierOfTask(task: TaskStanding, tiers: readonly TierSetting[]): Tier | null {
  const isOpen = task.state === 'NOT_STARTED' || task.state === 'IN_PROGRESS' || task.state === 'SUSTAINED';
  if (!isOpen || task.reason === 'PLAN_NOT_ACTIVE') return null;
  if (task.reason === 'OVERDUE') return -(task.daysLeft ?? 0) >= daysOf(tiers, 3) ? 3 : 2;
  const isUnreported = task.reason === 'UNREPORTED' || task.reason === 'REPORTING_LAPSED' || task.missedCycles > 0;
  if (isUnreported || task.lateNodes > 0 || task.reason === 'ISSUED_PAST_DUE') return 2;
  if (task.reason === 'DUE_SOON' && (task.daysLeft ?? 0) <= daysOf(tiers, 1)) return 1;
  return null;
}

/** The gravest task decides; null: none of them calls for a slip. Pure. */
export function proposeTier(tasks: readonly TaskStanding[], tiers: readonly TierSetting[]): Tier | null {
  return tasks.reduce<Tier | null>((gravest, task) => {
    const own = tierOfTask(task, tiers);
    return own !== null && (gravest === null || own > gravest) ? own : gravest;
  }, null);
}

/** A task's standing as the paper prints it: 逾期 12 天. Pure. */
export function standingWords(task: TaskStanding): string {
  const { reason, daysLeft, missedCycles, lateNodes } = task;
  const late = daysLeft !== null && daysLeft < 0 ? -daysLeft : 0;
  const words = [
    reason === 'OVERDUE'
      ? `逾期 ${late} 天`
      : reason === 'DUE_SOON'
        ? `临期（${daysLeft === 0 ? '今日到期' : `剩 ${daysLeft} 天`}）`
        : REASON_WORDS[reason],
  ];
  if (missedCycles > 0) words.push(`${missedCycles} 个周期未填报`);
  if (lateNodes > 0) words.push(`${lateNodes} 个节点逾期`);
  return words.join('，');
}

/** Days late by the date in force; null where it is not late. Pure. */
export const daysLateOf = ({ daysLeft }: Pick<TaskStanding, 'daysLeft'>): number | null =>
  daysLeft !== null && daysLeft < 0 ? -daysLeft : null;

/**
 * What is to be said where the tier being drafted is not the one the tasks call for; null: nothing. `isChosen`: a tier or tasks were asked for, so that somebody
 * is to be asked why. Pure.
 */
export function tierNotice(
  form: { proposed: Tier | null; tier: Tier; hasTasks: boolean; isChosen: boolean },
  tiers: readonly TierSetting[],
): string | null {
  const { proposed, tier, hasTasks, isChosen } = form;
  if (proposed === tier) return null;
  const words = settingOf(tiers, tier).words;
  const called = proposed === null ? null : settingOf(tiers, proposed).words;
  if (!isChosen) return '该单位牵头的任务今天都不需新发督办单；确需督办的，请选择层级、勾选任务并写明理由。';
  if (!hasTasks) {
    const instead = called === null ? '' : `按任务状态应为${called}；`;
    return `该单位没有按状态应发${words}、又未列入督办单的任务。${instead}确需印发的，请勾选任务并写明理由。`;
  }
  return called === null
    ? '所选任务没有临期、滞后、未报或逾期的情形，确需督办的请写明理由。'
    : `按任务状态应为${called}，改用${words}的请写明理由。`;
}

/** 鄂营商督〔2022〕5号. */
export const documentNumber = (code: string, year: number, number: number): string => `${code}〔${year}〕${number}号`;

const TITLE_WORDS: Record<Tier, string> = {
  1: '关于抓紧推进临期重点任务的',
  2: '关于整改推进滞后重点任务的',
  3: '关于限期办结逾期重点任务的',
};
export const defaultTitle = (tier: Tier, tierWords: string): string => `${TITLE_WORDS[tier]}${tierWords}`;

/**
 * The name of a tier that a title carries and that is not the tier's own, among names given to tiers at any time; null: title and tier agree. A name within a
 * longer one is no name of its own: 深红色督办单 does not name 红色督办单. Pure.
 */
export function foreignName(title: string, own: string, names: readonly string[]): string | null {
  let rest = compactText(title);
  const ownName = compactText(own);
  // 督办单 alone tells no tier from another.
  const known = [...new Set([ownName, ...names.map(compactText)])].filter(
    (name) => name === ownName || name !== '督办单',
  );
  known.sort((a, b) => b.length - a.length || Number(b === ownName) - Number(a === ownName));
  for (const name of known) {
    if (!rest.includes(name)) continue;
    if (name !== ownName) return name;
    rest = rest.replaceAll(name, '\n');
  }
  return null;
}

/** 发文机关 as proposed: the office that issued the plan where it is one, else the leading group's office of the region or bureau. Pure. */
export function defaultIssuer(plan: { issuer: string | null; regionName: string; ownerName: string | null }): string {
  const printed = plan.issuer?.trim() ?? '';
  if (/办公室$/.test(printed) && Array.from(printed).length <= 40) return printed;
  return `${plan.ownerName ?? plan.regionName}优化营商环境领导小组办公室`;
}

/** The sentence that asks for the reply. Pure. */
export function replySentence(paper: Pick<SlipPaper, 'replyDueOn' | 'replyWorkingDays'>): string {
  const until = paper.replyDueOn
    ? `请于${formatDayProse(paper.replyDueOn)}前`
    : `请自印发之日起${paper.replyWorkingDays}个工作日内`;
  return `${until}将办理情况书面回复我办，并附佐证材料；收到本督办单后请及时签收。`;
}

/** What stands in place of a number on a paper without one. */
export const UNNUMBERED = '（拟稿，未编号）';

/** 鄂营商督〔2022〕5号 蓝色督办单 市住建局.docx */
export function slipFileName(paper: Pick<SlipPaper, 'status' | 'number' | 'tierWords' | 'unitName'>): string {
  const mark = paper.status === 'VOID' ? '（作废）' : '';
  const parts = [paper.number ?? '拟稿', paper.tierWords, paper.unitName];
  return `${parts.join(' ').replace(/[\\/:*?"<>|]/g, '')}${mark}.docx`;
}

/** A plain mark on paper: 作废 or 拟稿. Null: a paper in force. */
export function paperMark(status: SlipStatus): string | null {
  if (status === 'VOID') return '作废';
  return (UNISSUED_STATUSES as readonly SlipStatus[]).includes(status) ? '拟稿' : null;
}

/** The deadline column of the paper: as printed, and beneath it the date in force where it says another. Pure. */
export function deadlineLines(task: Pick<PaperTask, 'deadline' | 'dueOn'>): string[] {
  if (!task.dueOn) return [task.deadline || '未定'];
  const day = formatDayProse(task.dueOn);
  return task.deadline === '' || task.deadline === task.dueOn ? [day] : [task.deadline, `（${day}）`];
}

/** The same in one line. Pure. */
export const deadlineWords = (task: Pick<PaperTask, 'deadline' | 'dueOn'>): string => deadlineLines(task).join('');

/** Nobody checks what they wrote: neither who drafted it nor who last changed it. Pure. */
export function mayCheck(accountId: number, slip: { draftedById: number; lastWriterId: number | null }): boolean {
  return accountId !== slip.draftedById && accountId !== slip.lastWriterId;
}

/** A slip a task stands on, as far as words about it need. */
export type SlipOfTask = { status: SlipStatus; number: string | null; tierWords: string };

/** What is said before a task is cancelled that stands on open slips; null: on none. Pure. */
export function openSlipWords(slips: readonly SlipOfTask[]): string | null {
  const open = slips.filter((slip) => (OPEN_STATUSES as readonly SlipStatus[]).includes(slip.status));
  if (open.length === 0) return null;
  const issued = open.flatMap((slip) => (slip.number === null ? [] : [`${slip.tierWords} ${slip.number}`]));
  const drafts = open.length - issued.length;
  const parts = [...issued, ...(drafts > 0 ? [`拟稿 ${drafts} 份`] : [])];
  return `任务仍列在未办结的督办单上：${parts.join('、')}；取消任务不影响督办单，请另行办结、作废或修改`;
}

/** How a refusal names tasks: 第 3 项、第 12 项. Pure. */
export const namesOf = (tasks: readonly { seq: number }[]): string =>
  tasks.map((task) => `第 ${task.seq} 项`).join('、');
