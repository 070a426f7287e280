import type { Day } from '@/lib/dates';
import type { PlanStatus } from './plan.rules';
import { PLAN_STATUS_WORDS } from './plan.words';

/** What may tell a plan from another of the same title; what a list does not know is left out. */
export type TitledPlan = {
  id: number;
  title: string;
  year: number;
  regionName?: string;
  ownerUnitName?: string | null;
  status?: PlanStatus;
  /** The day on which it was imported. */
  createdOn: Day;
};

const TRAITS: ((plan: TitledPlan) => string | null)[] = [
  (plan) => `${plan.year}年`,
  (plan) => plan.regionName ?? null,
  (plan) => (plan.ownerUnitName === undefined ? null : (plan.ownerUnitName ?? '本级')),
  (plan) => (plan.status === undefined ? null : PLAN_STATUS_WORDS[plan.status]),
  (plan) => `${plan.createdOn} 导入`,
  (plan) => `编号 ${plan.id}`,
];

/** 2022年，草稿: what tells plans of one list apart whose titles are alike, by id; those with a title of their own are not in it. */
export function marksOfAlike(plans: readonly TitledPlan[]): Map<number, string> {
  const marks = new Map<number, string>();
  for (const alike of Map.groupBy(plans, (plan) => plan.title).values()) {
    if (alike.length < 2) continue;
    let words = alike.map((): string[] => []);
    for (const trait of TRAITS) {
      if (areDistinct(words)) break;
      const named = alike.map(trait);
      if (new Set(named).size > 1) words = words.map((said, index) => [...said, named[index] ?? '']);
    }
    for (const [index, plan] of alike.entries()) marks.set(plan.id, words[index]!.filter(Boolean).join('，'));
  }
  return marks;
}

function areDistinct(words: readonly string[][]): boolean {
  return new Set(words.map((said) => said.join('\n'))).size === words.length;
}

/** The title as a list of plans shows it: with its mark, where another of the list has the same. */
export function markedTitle(plan: { id: number; title: string }, marks: ReadonlyMap<number, string>): string {
  const mark = marks.get(plan.id);
  return mark ? `${plan.title}（${mark}）` : plan.title;
}
