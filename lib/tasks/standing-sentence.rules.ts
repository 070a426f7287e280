import { type Day, daysBetween } from '@/lib/dates';
import type { LightCode, OutcomeCode, ReasonCode, StateCode } from '@/lib/standing/standing.types';
import { archivedResult, inactiveWords, OUTCOME_WORDS, REASON_WORDS } from '@/lib/standing/standing.words';

/** What the sentences need to know of a task's standing on a day. Pure. */
export type StandingFacts = {
  day: Day;
  state: StateCode;
  light: LightCode;
  reason: ReasonCode;
  dueOn: Day | null;
  originalDueOn: Day | null;
  /** The day the clock stands on while a review is open. */
  clockOn: Day | null;
  achievedOn: Day | null;
  outcome: OutcomeCode | null;
  /** Days ever red for being overdue. */
  overdueDays: number;
  ongoing: boolean;
  /** Labels of the cycles missed in a row, oldest first: 2022年7月, 2022年8月. */
  missedLabels: string[];
  planStatus: 'DRAFT' | 'ACTIVE' | 'ARCHIVED' | 'WITHDRAWN';
  effectiveFrom: Day | null;
  archivedOn: Day | null;
};

export type StandingSentence = {
  /** A few words beside the light: 逾期 12 天. */
  headline: string;
  /** Why, as one or more sentences ending in 。 */
  sentences: string[];
};

/** 2022年7月, 2022年8月 → 2022年7月、8月. Labels of another year, or of no year, stand whole. */
export function joinCycleLabels(labels: readonly string[]): string {
  let year = '';
  return labels
    .map((label) => {
      const match = /^(\d{4}年)(.+)$/.exec(label);
      if (!match) return label;
      const isSameYear = match[1] === year;
      year = match[1]!;
      return isSameYear ? match[2]! : label;
    })
    .join('、');
}

function missedWords(labels: readonly string[]): string {
  const shown = labels.slice(-6);
  return `${joinCycleLabels(shown)}${labels.length > shown.length ? `等 ${labels.length} 个` : ''}周期未报`;
}

/** The light of a task on a day, said in words. */
export function standingSentence(facts: StandingFacts): StandingSentence {
  const { day, reason, state, dueOn, clockOn, achievedOn, missedLabels } = facts;
  const clock = clockOn ?? day;
  const late = dueOn === null ? 0 : daysBetween(dueOn, clock);
  const sentences: string[] = [];
  let headline: string = REASON_WORDS[reason];

  switch (reason) {
    case 'OVERDUE':
      headline = `逾期 ${late} 天`;
      sentences.push(
        clockOn === null
          ? `应于 ${dueOn} 完成，已逾期 ${late} 天。`
          : `应于 ${dueOn} 完成，${clockOn} 申请办结时已逾期 ${late} 天。`,
      );
      break;
    case 'ISSUED_PAST_DUE':
      headline = `印发时已过时限`;
      sentences.push(
        `文件所定 ${dueOn} 早于方案执行日 ${facts.effectiveFrom}，已过 ${late} 天；是否按逾期计算，待优化办认定。`,
      );
      break;
    case 'REPORTING_LAPSED':
      headline = missedLabels.length > 0 ? `断报 ${missedLabels.length} 个周期` : REASON_WORDS.REPORTING_LAPSED;
      break;
    case 'DUE_SOON':
      headline = late === 0 ? '今日到期' : `临期，剩 ${-late} 天`;
      sentences.push(
        clockOn === null
          ? late === 0
            ? `应于 ${dueOn} 完成，当日到期。`
            : `应于 ${dueOn} 完成，还有 ${-late} 天。`
          : `应于 ${dueOn} 完成，已于 ${clockOn} 申请办结。`,
      );
      break;
    case 'UNREPORTED':
      if (missedLabels.length === 0) sentences.push('上一周期的进展在宽限期后才补报。');
      break;
    case 'COMPLETED':
      sentences.push(`${achievedOn} 完成并经审核办结。`);
      break;
    case 'SUSTAINED':
      sentences.push(`${achievedOn} 达到目标，转入长期推进，按周期填报。`);
      break;
    case 'NO_DEADLINE':
      sentences.push('文件没有写明完成时限，也没有写长期推进，待确认。');
      break;
    case 'CANCELLED':
      sentences.push('任务已取消，不再研判。');
      break;
    case 'PLAN_NOT_ACTIVE':
      headline = inactiveHeadline(facts);
      sentences.push(planSentence(facts));
      break;
    case 'ON_COURSE':
      if (dueOn !== null && clockOn === null) sentences.push(`应于 ${dueOn} 完成，还有 ${-late} 天。`);
      else if (dueOn !== null) sentences.push(`应于 ${dueOn} 完成，已于 ${clockOn} 申请办结。`);
      else sentences.push('长期推进，按周期填报，没有缺报。');
      break;
  }

  if (missedLabels.length > 0 && reason !== 'COMPLETED' && reason !== 'CANCELLED' && reason !== 'PLAN_NOT_ACTIVE') {
    sentences.push(`${missedWords(missedLabels)}。`);
  }
  if (
    (reason === 'REPORTING_LAPSED' || reason === 'UNREPORTED') &&
    dueOn !== null &&
    state !== 'SUSTAINED' &&
    clockOn === null
  ) {
    sentences.push(`应于 ${dueOn} 完成，还有 ${-late} 天。`);
  }
  if (clockOn !== null && reason !== 'CANCELLED' && reason !== 'PLAN_NOT_ACTIVE') {
    sentences.push(
      state === 'UNDER_REVIEW' ? `正在等待审核，审核期间计时停在 ${clockOn}。` : '办结申请于当日退回，次日起恢复计时。',
    );
  }
  if (dueOn !== null && facts.originalDueOn !== null && dueOn !== facts.originalDueOn) {
    sentences.push(`完成时限由 ${facts.originalDueOn} 改为 ${dueOn}。`);
  }
  if (facts.outcome !== null) sentences.push(outcomeSentence(facts, facts.outcome));
  if (facts.overdueDays > 0 && !(reason === 'OVERDUE' && facts.overdueDays === late)) {
    sentences.push(`累计逾期 ${facts.overdueDays} 天。`);
  }
  return { headline, sentences };
}

function inactiveHeadline(facts: StandingFacts): string {
  const isArchived = facts.archivedOn !== null && facts.archivedOn <= facts.day;
  const words = inactiveWords({ ...facts, isArchived })!;
  return isArchived ? `${words}，${archivedResult({ ...facts, isArchived })}` : words;
}

function planSentence(facts: StandingFacts): string {
  if (facts.planStatus === 'DRAFT') return '方案尚为草稿，未开始执行。';
  if (facts.planStatus === 'WITHDRAWN') return '方案草稿已撤回。';
  if (facts.archivedOn !== null && facts.archivedOn <= facts.day)
    return `方案已于 ${facts.archivedOn} 归档，不再研判。`;
  return facts.effectiveFrom === null ? '方案未开始执行。' : `方案自 ${facts.effectiveFrom} 起执行，当日尚未开始。`;
}

function outcomeSentence(facts: StandingFacts, outcome: OutcomeCode): string {
  const words = OUTCOME_WORDS[outcome];
  if (outcome === 'NOT_ACHIEVED') return `归档时${words}。`;
  if (facts.dueOn === null || facts.achievedOn === null) return `${words}。`;
  const late = daysBetween(facts.dueOn, facts.achievedOn);
  if (late > 0) return `时限 ${facts.dueOn}，晚 ${late} 天，${words}。`;
  return `时限 ${facts.dueOn}，${words}。`;
}
