import { addWorkingDays, type CalendarExceptions, workingDaysBetween } from '@/lib/cycles/working-days.rules';
import { type Day, daysBetween, formatDayProse } from '@/lib/dates';
import type { Directory } from '@/lib/notices/directory.rules';
import type { NoticeKind } from '@/lib/notices/notice.schema';
import type { EscalationTarget, SettingValue } from '@/lib/settings/setting.schema';
import { truncate } from '@/lib/text';

/** What is told by time: pure. The same plan answers "who is told today", "who will be told on Friday" and "what is still open". */

export type ReminderSettings = {
  days: SettingValue<'reminder_days'>;
  escalation: SettingValue<'escalation'>;
  signForLimit: number;
  reviewLimit: number;
};

export type ReminderPlan = {
  id: number;
  regionId: number;
  ownerUnitId: number | null;
  title: string;
};
/** A task that runs, with what standing says of it; under review it does not run late and is left out. */
export type RunningTask = {
  taskId: number;
  planId: number;
  seq: number;
  text: string;
  workGroupId: number | null;
  dueOn: Day;
  daysLeft: number;
  leadText: string;
  leadUnitIds: number[];
};
/** A task that has not been reported for a cycle that is closing. */
export type UnreportedTask = {
  taskId: number;
  planId: number;
  label: string;
  closesOn: Day;
  graceEndsOn: Day;
  leadUnitIds: number[];
};
export type OpenNode = {
  nodeId: number;
  taskId: number;
  planId: number;
  seq: number;
  title: string;
  dueOn: Day;
  unitIds: number[];
};
export type OldReview = {
  taskId: number;
  planId: number;
  seq: number;
  text: string;
  workGroupId: number | null;
  submittedOn: Day;
};
export type UnsignedUnit = {
  planId: number;
  unitId: number;
  unitName: string;
  activatedOn: Day;
  /** From which day it owes the sign-for, and the last day on which it signs in time. */
  sinceOn: Day;
  limitOn: Day;
  isLate: boolean;
};
export type OpenSlip = {
  slipId: number;
  planId: number;
  unitId: number;
  unitName: string;
  words: string;
  issuedOn: Day;
  replyDueOn: Day | null;
  isSigned: boolean;
  /** Of its tasks. */
  workGroupIds: (number | null)[];
};
export type ReminderFacts = {
  plans: ReminderPlan[];
  settings: ReadonlyMap<number, ReminderSettings>;
  tasks: RunningTask[];
  unreported: UnreportedTask[];
  nodes: OpenNode[];
  reviews: OldReview[];
  unsigned: UnsignedUnit[];
  slips: OpenSlip[];
  directory: Directory;
  exceptions: CalendarExceptions;
};

export type PlannedNotice = {
  accountId: number;
  kind: NoticeKind;
  /** Makes it once per person: the item and the threshold passed. */
  key: string;
  /** What it is about: of one item a person is told the newest threshold passed, and that alone. */
  item: string;
  planId: number;
  taskId: number | null;
  slipId: number | null;
  title: string;
  body: string;
  href: string;
};

/** The threshold of those ahead that was passed last: 15, 7, 3 with 5 days left → 7. null: none yet, or the day has come. */
export function passedAhead(daysLeft: number, ahead: readonly number[]): number | null {
  const passed = ahead.filter((days) => days > 0 && days >= daysLeft);
  return daysLeft < 1 || passed.length === 0 ? null : Math.min(...passed);
}

/** The threshold that was passed last: 1, 7, 14, 30 at 20 days late → 14. null: none yet. */
export function passedLate(daysLate: number, thresholds: readonly number[]): number | null {
  const passed = thresholds.filter((days) => days <= daysLate);
  return passed.length === 0 ? null : Math.max(...passed);
}

/** Who is told of something so many days late, and by which threshold: each step of the escalation adds to those before. */
export function escalationAt(
  daysLate: number,
  { days, escalation }: Pick<ReminderSettings, 'days' | 'escalation'>,
): Array<{ to: EscalationTarget; threshold: number }> {
  return escalation.flatMap(({ fromDays, to }) => {
    const threshold = passedLate(daysLate, [...days.overdue.filter((day) => day >= fromDays), fromDays]);
    return threshold === null ? [] : [{ to, threshold }];
  });
}

const short = (text: string, limit = 40): string => truncate(text.replace(/\s+/gu, ' '), limit);
const SUFFIX: Partial<Record<NoticeKind, string>> = { due_ahead: 'due-ahead', due_today: 'due-today' };

/** Everything that stands to be told on a day, whether or not it has been told before. One notice per person and item. */
export function planNotices(facts: ReminderFacts, day: Day): PlannedNotice[] {
  const plans = new Map(facts.plans.map((plan) => [plan.id, plan]));
  const found = new Map<string, PlannedNotice & { rank: number }>();
  /** rank: of two for one person and item the higher one stays; at the same rank the first. */
  const add = (accountIds: readonly number[], rank: number, notice: Omit<PlannedNotice, 'accountId'>) => {
    for (const accountId of accountIds) {
      const place = `${accountId} ${notice.item}`;
      const before = found.get(place);
      if (before === undefined || before.rank < rank) found.set(place, { ...notice, accountId, rank });
    }
  };
  const of = (planId: number) => {
    const plan = plans.get(planId);
    const settings = plan && facts.settings.get(plan.regionId);
    return plan && settings ? { plan, settings } : null;
  };

  for (const task of facts.tasks) {
    const known = of(task.planId);
    if (known) planTask(task, known.plan, known.settings, facts.directory, add);
  }
  planCycles(facts, of, day, add);
  for (const node of facts.nodes) {
    const known = of(node.planId);
    if (!known) continue;
    const left = daysBetween(day, node.dueOn);
    const { days } = known.settings;
    const ahead = passedAhead(left, days.ahead);
    const late = passedLate(-left, days.overdue);
    const step =
      left === 0 && days.onTheDay ? 't' : ahead !== null ? `a${ahead}` : left < 0 && late !== null ? `l${late}` : null;
    if (step === null) continue;
    const when = left === 0 ? '今日到期' : left > 0 ? `还有 ${left} 天到期` : `已逾期 ${-left} 天`;
    for (const unitId of node.unitIds) {
      add(facts.directory.handlersOf(node.taskId, unitId), 1, {
        kind: 'node',
        item: `node:${node.nodeId}:${node.dueOn}`,
        key: `node:${node.nodeId}:${node.dueOn}:${step}`,
        planId: node.planId,
        taskId: node.taskId,
        slipId: null,
        title: `节点${when}：${short(node.title)}`,
        body: `节点时限 ${formatDayProse(node.dueOn)}，《${short(known.plan.title)}》第 ${node.seq} 项。`,
        href: `/tasks/${node.taskId}`,
      });
    }
  }
  for (const review of facts.reviews) {
    const known = of(review.planId);
    if (!known) continue;
    const waited = workingDaysBetween(review.submittedOn, day, facts.exceptions);
    if (waited <= known.settings.reviewLimit) continue;
    add(facts.directory.overseersOf(known.plan, 'leader', [review.workGroupId]), 1, {
      kind: 'review_old',
      item: `review:${review.taskId}:${review.submittedOn}`,
      key: `review-old:${review.taskId}:${review.submittedOn}`,
      planId: review.planId,
      taskId: review.taskId,
      slipId: null,
      title: `办结申请已等待审核超过 ${known.settings.reviewLimit} 个工作日：${short(review.text)}`,
      body: `${formatDayProse(review.submittedOn)}提交，《${short(known.plan.title)}》第 ${review.seq} 项。`,
      href: `/tasks/${review.taskId}`,
    });
  }
  planSignFors(facts, of, add);
  for (const slip of facts.slips) {
    const known = of(slip.planId);
    if (known) planSlip(slip, known.plan, known.settings, facts, day, add);
  }
  return [...found.values()].map(({ rank: _rank, ...notice }) => notice);
}

type Add = (accountIds: readonly number[], rank: number, notice: Omit<PlannedNotice, 'accountId'>) => void;
type Known = (planId: number) => { plan: ReminderPlan; settings: ReminderSettings } | null;

function planTask(
  task: RunningTask,
  plan: ReminderPlan,
  settings: ReminderSettings,
  directory: Directory,
  add: Add,
): void {
  const { days } = settings;
  const about = {
    item: `task:${task.taskId}:${task.dueOn}`,
    planId: task.planId,
    taskId: task.taskId,
    slipId: null,
    body: `完成时限 ${formatDayProse(task.dueOn)}，《${short(plan.title)}》第 ${task.seq} 项。`,
    href: `/tasks/${task.taskId}`,
  };
  if (task.daysLeft >= 0) {
    const ahead = passedAhead(task.daysLeft, days.ahead);
    const kind = task.daysLeft === 0 && days.onTheDay ? 'due_today' : ahead === null ? null : 'due_ahead';
    if (kind === null) return;
    const key = `${SUFFIX[kind]}:${task.taskId}:${task.dueOn}${kind === 'due_ahead' ? `:${ahead}` : ''}`;
    const title = kind === 'due_today' ? '任务今日到期' : `任务还有 ${task.daysLeft} 天到期`;
    for (const unitId of task.leadUnitIds) {
      add(directory.handlersOf(task.taskId, unitId), 1, {
        ...about,
        kind,
        key,
        title: `${title}：${short(task.text)}`,
      });
    }
    return;
  }
  const late = -task.daysLeft;
  for (const { to, threshold } of escalationAt(late, settings)) {
    const kind = to === 'reporter' ? 'overdue' : 'escalated';
    const notice = {
      ...about,
      kind,
      key: `overdue:${task.taskId}:${task.dueOn}:${threshold}`,
      title: `任务已逾期 ${late} 天：${short(task.text)}`,
      body: `${about.body}${kind === 'escalated' ? `牵头单位：${short(task.leadText)}。` : ''}`,
    } as const;
    if (to === 'office_leader') {
      add(directory.overseersOf(plan, 'leader', [task.workGroupId]), threshold, notice);
      continue;
    }
    for (const unitId of task.leadUnitIds) {
      const told =
        to === 'reporter'
          ? directory.handlersOf(task.taskId, unitId)
          : to === 'unit_head'
            ? directory.headsOf(unitId)
            : directory.supervisorsOf(unitId);
      add(told, threshold, notice);
    }
  }
}

/** One notice for all that a person has not reported for cycles of one plan that close on the same day. */
function planCycles(facts: ReminderFacts, of: Known, day: Day, add: Add): void {
  const owed = new Map<string, { first: UnreportedTask; tasks: Set<number>; accountId: number }>();
  for (const task of facts.unreported) {
    for (const unitId of task.leadUnitIds) {
      for (const accountId of facts.directory.handlersOf(task.taskId, unitId)) {
        const place = `${accountId} ${task.planId} ${task.closesOn}`;
        const group = owed.get(place) ?? { first: task, tasks: new Set<number>(), accountId };
        group.tasks.add(task.taskId);
        owed.set(place, group);
      }
    }
  }
  for (const { first, tasks, accountId } of owed.values()) {
    const known = of(first.planId);
    if (!known) continue;
    const left = daysBetween(day, first.closesOn);
    const ahead = known.settings.days.cycleClosing.filter((days) => days >= Math.max(left, 0));
    const isLastDay = day === first.graceEndsOn;
    if (day > first.graceEndsOn || (!isLastDay && ahead.length === 0)) continue;
    const when = isLastDay
      ? '宽限期今日结束'
      : left > 0
        ? `还有 ${left} 天截止`
        : left === 0
          ? '今日截止'
          : `已截止，宽限至 ${first.graceEndsOn}`;
    const item = `cycle:${first.planId}:${first.closesOn}`;
    add([accountId], 1, {
      kind: 'cycle_closing',
      item,
      key: `cycle-closing:${first.planId}:${first.closesOn}:${isLastDay ? 'grace' : Math.min(...ahead)}`,
      planId: first.planId,
      taskId: tasks.size === 1 ? first.taskId : null,
      slipId: null,
      title: `${first.label}填报${when}，尚有 ${tasks.size} 项任务未填报`,
      body: `《${short(known.plan.title)}》。${formatDayProse(first.closesOn)}截止，宽限期至 ${formatDayProse(first.graceEndsOn)}，此后填报的计为补报。`,
      href: tasks.size === 1 ? `/tasks/${first.taskId}` : '/',
    });
  }
}

function planSignFors(facts: ReminderFacts, of: Known, add: Add): void {
  const late = new Map<number, UnsignedUnit[]>();
  for (const unsigned of facts.unsigned) {
    if (unsigned.isLate && of(unsigned.planId))
      late.set(unsigned.planId, [...(late.get(unsigned.planId) ?? []), unsigned]);
  }
  for (const [planId, units] of late) {
    const { plan, settings } = of(planId)!;
    const about = {
      kind: 'sign_for',
      planId,
      taskId: null,
      slipId: null,
      href: `/plans/${planId}#sign-for`,
    } as const;
    for (const { unitId, unitName, activatedOn, sinceOn } of units) {
      add(facts.directory.ofUnit(unitId, ['unit_reporter', 'unit_head']), 1, {
        ...about,
        item: `sign-for:${planId}:${unitId}`,
        key: `sign-for-late:${planId}:${unitId}`,
        title: `方案尚未签收：《${short(plan.title)}》`,
        body: `${unitName}应在 ${settings.signForLimit} 个工作日内签收（${formatDayProse(sinceOn)}${sinceOn > activatedOn ? '列入清单' : '启用'}）。`,
      });
    }
    // Told anew when further units let their time pass.
    const lastLimit = units
      .map(({ limitOn }) => limitOn)
      .sort()
      .at(-1);
    add(facts.directory.overseersOf(plan, 'office'), 1, {
      ...about,
      item: `sign-for:${planId}:office`,
      key: `sign-for-late:${planId}:office:${lastLimit}`,
      title: `${units.length} 个单位超过 ${settings.signForLimit} 个工作日未签收：《${short(plan.title)}》`,
      body: `${units
        .slice(0, 8)
        .map((unit) => unit.unitName)
        .join('、')}${units.length > 8 ? ' 等' : ''}。`,
    });
  }
}

/** One day before a reply is due, on the day, and after it as after a task's date. */
const SLIP_AHEAD = [1] as const;

function planSlip(
  slip: OpenSlip,
  plan: ReminderPlan,
  settings: ReminderSettings,
  { directory, exceptions }: ReminderFacts,
  day: Day,
  add: Add,
): void {
  const about = {
    kind: 'slip',
    planId: slip.planId,
    taskId: null,
    slipId: slip.slipId,
    href: `/slips/${slip.slipId}`,
  } as const;
  const unit = directory.ofUnit(slip.unitId, ['unit_reporter', 'unit_head']);
  const office = directory.overseersOf(plan, 'office', slip.workGroupIds);
  if (!slip.isSigned && day > addWorkingDays(slip.issuedOn, settings.signForLimit, exceptions)) {
    const unsigned = {
      ...about,
      item: `slip-sign:${slip.slipId}`,
      key: `slip-unsigned:${slip.slipId}`,
      title: `${slip.words}超过 ${settings.signForLimit} 个工作日未签收`,
      body: `${formatDayProse(slip.issuedOn)}印发，送${slip.unitName}。`,
    };
    add(unit, 1, unsigned);
    add(office, 1, unsigned);
  }
  if (slip.replyDueOn === null) return;
  const left = daysBetween(day, slip.replyDueOn);
  const ahead = passedAhead(left, SLIP_AHEAD);
  const late = passedLate(-left, settings.days.overdue);
  const step = left === 0 ? 't' : ahead !== null ? `a${ahead}` : left < 0 && late !== null ? `l${late}` : null;
  if (step === null) return;
  const when = left === 0 ? '今日应当回复' : left > 0 ? `还有 ${left} 天到回复期限` : `已超过回复期限 ${-left} 天`;
  const reply = {
    ...about,
    item: `slip:${slip.slipId}:${slip.replyDueOn}`,
    key: `slip-reply:${slip.slipId}:${slip.replyDueOn}:${step}`,
    title: `${slip.words}${when}`,
    body: `要求 ${formatDayProse(slip.replyDueOn)}前回复，送${slip.unitName}。`,
  };
  add(unit, 1, reply);
  if (left < 0) add(office, 1, reply);
}
