// What each may do, typed by hand from DESIGN §3 and §5: it is compared with the table of rights, and with what happens when an action is called.
import type { Action, Relation, Role } from '@/lib/rights/rights.table';
import {
  type Ground,
  gateOf,
  type PlanGround,
  type RegionKey,
  standsInRegion,
  standsOn,
  standsToPlan,
  VIEWER_KEYS,
  VIEWERS,
  type ViewerKey,
} from './viewers';

/** 'done', 'sign_in', 'choose_password', the code of a refusal given in its own words, or what was wrong with the answer. */
export type Outcome = string;

const UNITS_OF_THE_TASK =
  'unit_reporter@lead_unit unit_reporter@responsible_unit unit_head@lead_unit unit_head@responsible_unit unit_head@parent_head office@lead_unit office@responsible_unit';
const OVERSEERS =
  'office@plan_office office@parent_office leader@plan_office leader@parent_office admin@plan_office admin@parent_office admin@platform';
const UNITS_OF_THE_REGION = 'unit_reporter@region_unit unit_head@region_unit office@region_unit';
const OFFICE = 'office@plan_office';
/** And there only of their own units; the office where the unit that represents its district has no head. */
const HEADS =
  'unit_head@lead_unit unit_head@responsible_unit unit_head@parent_head office@lead_unit office@responsible_unit';

/** role@relation of everyone who may, and no one else. */
export const BY_HAND: Record<Action, string> = {
  // other units of the region read printed rows and standing, not narratives
  'task.read': `${UNITS_OF_THE_TASK} ${OVERSEERS} ${UNITS_OF_THE_REGION}`,
  'report.read': `${UNITS_OF_THE_TASK} ${OVERSEERS}`,
  'report.submit_progress': UNITS_OF_THE_TASK,
  'report.submit_result': 'unit_reporter@lead_unit unit_head@lead_unit unit_head@parent_head office@lead_unit', // any lead
  'report.withdraw': UNITS_OF_THE_TASK, // and there only the unit that reported
  'report.return': OFFICE,
  'report.accept': OFFICE,
  'review.read_old': 'leader@plan_office', // a review older than the limit is shown to the leader
  'task.reopen': OFFICE,
  'task.cancel': OFFICE,
  'task.correct': OFFICE,
  'task.reassign': OFFICE,
  'task.decide_issue_lateness': OFFICE,
  // a unit head asks, and the office where the unit that represents its district has none,
  'extension.request': 'unit_head@lead_unit unit_head@parent_head office@lead_unit',
  'extension.decide': OFFICE, // the office decides,
  'extension.decide_again': 'leader@plan_office', // from the second on a leader
  'plan.read': `${UNITS_OF_THE_TASK} ${OVERSEERS} ${UNITS_OF_THE_REGION}`,
  'plan.read_draft': 'office@plan_office admin@plan_office admin@parent_office admin@platform',
  'plan.activate': 'office@plan_office admin@plan_office admin@platform',
  'plan.archive': OFFICE,
  'plan.withdraw': 'admin@plan_office admin@platform',
  'plan.fix_members': OFFICE,
  'question.answer': 'office@plan_office admin@plan_office admin@platform',
  'overdue.read': OVERSEERS,
  'unit.manage': 'admin@plan_office admin@platform',
  'account.manage': 'admin@plan_office admin@parent_office admin@platform',
  'import.commit': 'admin@plan_office admin@platform',
  'task.backfill': OFFICE,
  'task.set_cycle': OFFICE,
  'task.remind': OFFICE,
  'plan.set_rules': OFFICE,
  'sign_for.sign': UNITS_OF_THE_REGION, // and there only a unit on the list
  'sign_for.read': OVERSEERS,
  'objection.raise': UNITS_OF_THE_TASK, // the head alone where the head signs
  'objection.decide': OFFICE,
  'paper.sign': HEADS, // a reporter cannot sign for the head
  'colead.opine': 'unit_reporter@lead_unit unit_head@lead_unit unit_head@parent_head office@lead_unit',
  'node.manage':
    'unit_reporter@lead_unit unit_head@lead_unit unit_head@parent_head office@lead_unit office@plan_office',
  'node.report': `${UNITS_OF_THE_TASK} ${OFFICE}`,
  'handler.set': HEADS,
  'review.message': `${UNITS_OF_THE_TASK} ${OFFICE}`, // a leader's only write is a second extension
  'evidence.upload': `${UNITS_OF_THE_TASK} ${OFFICE}`,
  'slip.oversee': OVERSEERS,
  'slip.issue': OFFICE,
  'slip.answer': UNITS_OF_THE_REGION, // and there only the unit it was sent to
  'reminder.read': OVERSEERS,
  'setting.manage': 'admin@plan_office admin@platform',
  'calendar.correct': 'admin@platform',
  'job.read': 'admin@platform',
};

export function mayByHand(action: Action, roles: readonly Role[], relations: readonly Relation[]): boolean {
  const may = BY_HAND[action].split(' ');
  return roles.some((role) => relations.some((relation) => may.includes(`${role}@${relation}`)));
}

export type Expected = Record<string, Outcome>;

/** What every viewer is to meet, from how they stand to the thing. */
export function expectFor(outcomeOf: (key: ViewerKey) => Outcome): Expected {
  return Object.fromEntries(
    VIEWER_KEYS.map((key) => {
      const gate = gateOf(key);
      return [key, gate !== 'open' ? gate : outcomeOf(key)];
    }),
  );
}

// ------------------------------------------------------------------------------------------------ cases

export type Fields = Record<string, string | string[]>;

/** One action on one kind of place, driven by every viewer. */
export type DrivenCase = {
  /** Export of a *.actions.ts. */
  door: string;
  title: string;
  /** On which ground, of which plan, in which region. */
  where: string;
  /** Makes a thing the action can be carried out on, and gives the form that does it. */
  prepare: () => Promise<Fields>;
  /** What a viewer who is let in at all is to meet. A refusal in words of its own counts by its code. */
  wanted: (key: ViewerKey) => Outcome;
};

type Titled = { door: string; title?: string; right: Action };

/** An action on a task: the right decides, and the table of who stands how. */
export function onTasks({
  door,
  title = 'a task',
  right,
  grounds,
  prepare,
  onlyFor,
}: Titled & {
  grounds: readonly Ground[];
  prepare: (ground: Ground) => Promise<Fields>;
  /** Narrower than the right: whose the thing is. */
  onlyFor?: (key: ViewerKey, ground: Ground) => boolean;
}): DrivenCase[] {
  return grounds.map((ground) => ({
    door,
    title,
    where: `on the ground ${ground}`,
    prepare: () => prepare(ground),
    wanted: (key) => {
      const relations = standsOn(key, ground);
      if (relations.length === 0) return 'not_found';
      const may = mayByHand(right, VIEWERS[key].roles, relations) && (onlyFor?.(key, ground) ?? true);
      return may ? 'done' : 'forbidden';
    },
  }));
}

/** An action on a whole plan. */
export function onPlans({
  door,
  title = 'a plan',
  right,
  isDraft,
  grounds = ['city', 'district', 'bureau'],
  prepare,
  onlyFor,
}: Titled & {
  isDraft: boolean;
  grounds?: readonly PlanGround[];
  prepare: (ground: PlanGround) => Promise<Fields>;
  onlyFor?: (key: ViewerKey, ground: PlanGround) => boolean;
}): DrivenCase[] {
  return grounds.map((ground) => ({
    door,
    title,
    where: `of the ground ${ground}`,
    prepare: () => prepare(ground),
    wanted: (key) => {
      const { roles, isLimited } = VIEWERS[key];
      const relations = standsToPlan(key, ground);
      if (!mayByHand(isDraft ? 'plan.read_draft' : 'plan.read', roles, relations)) return 'not_found';
      // Who is limited to work groups moves no whole plan.
      const isBeyond = isLimited && right.startsWith('plan.');
      return mayByHand(right, roles, relations) && !isBeyond && (onlyFor?.(key, ground) ?? true) ? 'done' : 'forbidden';
    },
  }));
}

export type Place = RegionKey | 'platform';

/** An action on what belongs to a region, or to the platform: for everyone else it does not exist. */
export function inRegions({
  door,
  title = 'in a region',
  right,
  places,
  prepare,
}: Titled & { places: readonly Place[]; prepare: (place: Place) => Promise<Fields> }): DrivenCase[] {
  return places.map((place) => ({
    door,
    title,
    where: `in ${place}`,
    prepare: () => prepare(place),
    wanted: (key) => (mayByHand(right, VIEWERS[key].roles, standsInRegion(key, place)) ? 'done' : 'not_found'),
  }));
}

/** An action on what is one person's own: for everybody else it does not exist. */
export function ofPersons({
  door,
  title = "one's own",
  owners,
  prepare,
}: {
  door: string;
  title?: string;
  owners: readonly ViewerKey[];
  prepare: (owner: ViewerKey) => Promise<Fields>;
}): DrivenCase[] {
  return owners.map((owner) => ({
    door,
    title,
    where: `of ${owner}`,
    prepare: () => prepare(owner),
    wanted: (key) => (key === owner ? 'done' : 'not_found'),
  }));
}
