// The standing of a task worked out a second way, for tests only: written from DESIGN §3 and docs/decisions/0001-standing.md, walking
// through the days one by one. It shares no code with the SQL function it is compared with.
import type { Day } from '../../lib/dates';
import type { LightCode, OutcomeCode, ReasonCode, StateCode } from '../../lib/standing/standing.types';

export type HistoryEvent = {
  type:
    | 'TASK_CREATED'
    | 'REPORT_SUBMITTED'
    | 'REPORT_WITHDRAWN'
    | 'REPORT_RETURNED'
    | 'REPORT_ACCEPTED'
    | 'TASK_REOPENED'
    | 'TASK_CANCELLED'
    | 'TASK_RESTORED'
    | 'EXTENSION_REQUESTED'
    | 'EXTENSION_GRANTED'
    | 'EXTENSION_REFUSED'
    | 'DEADLINE_CORRECTED'
    | 'TASK_REASSIGNED'
    | 'ISSUE_LATENESS_DECIDED'
    | 'COLEAD_AGREED'
    | 'COLEAD_OBJECTED'
    | 'NODE_DONE'
    | 'BACKFILLED'
    | 'TASK_REVISED';
  on: Day;
  report?: { id: number; version: number; kind: 'PROGRESS' | 'RESULT'; cycleId: number | null; isByLead: boolean };
  payload?: {
    to?: Day | null;
    requestedOn?: Day;
    ongoing?: boolean;
    state?: StateCode;
    achievedOn?: Day | null;
    /** TASK_CREATED: a revised list put the task on a running plan. */
    listedBy?: number;
    /** DEADLINE_CORRECTED: by a revised list, before the plan began. */
    isBeforeStart?: boolean;
    /** BACKFILLED: the day the report it carries was made. */
    reportedOn?: Day;
  };
};

/** What the task's printed row says, and what happened since, in the order it was recorded. */
export type History = { originalDueOn: Day | null; ongoing: boolean; events: HistoryEvent[] };
export type PlanFacts = {
  effectiveFrom: Day | null;
  /** When it was in fact set going; not known: a 补录 speaks of all days before its own. */
  activatedOn?: Day | null;
  archivedOn: Day | null;
  dueSoonDays: number;
  /** Other days of 临期 from a day on, in the order they were entered. */
  dueSoonChanges?: readonly { from: Day; days: number }[];
};
/** The cycles this task reports in: the plan's, or its own. */
export type CycleFacts = { id: number; closesOn: Day; graceEndsOn: Day; supersededOn?: Day };
/** Days on which a task has cycles of its own; `to` is the first day after. */
export type OwnStretch = { from: Day; to: Day };

/** The cycles a task owes: its own where they close in one of its stretches, the plan's elsewhere; none taken back. */
export function cyclesOwed(
  ofPlan: readonly CycleFacts[],
  own: readonly CycleFacts[] | null,
  stretches: readonly OwnStretch[] | null,
): CycleFacts[] {
  const isOwn = (day: Day) =>
    stretches === null ? own !== null : stretches.some(({ from, to }) => from <= day && day < to);
  return [
    ...ofPlan.filter(({ closesOn }) => !isOwn(closesOn)),
    ...(own ?? []).filter(({ closesOn }) => isOwn(closesOn)),
  ].filter(({ supersededOn }) => supersededOn === undefined);
}

export type Standing = {
  state: StateCode;
  light: LightCode;
  reason: ReasonCode;
  dueOn: Day | null;
  daysLeft: number | null;
  achievedOn: Day | null;
  outcome: OutcomeCode | null;
  overdueDays: number;
  missedCycles: number;
  isRated: boolean;
};

/** Days counted from 1970-01-01. */
type N = number;
export const toNumber = (day: Day): N =>
  Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8, 10)) / 86_400_000;
const written = new Map<N, Day>();
export const toDay = (n: N): Day => {
  const known = written.get(n) ?? new Date(n * 86_400_000).toISOString().slice(0, 10);
  written.set(n, known);
  return known;
};
const orNull = (day: Day | null | undefined): N | null => (day == null ? null : toNumber(day));

type Facts = {
  /** Where the task stands, or would stand were it not cancelled. */
  state: Exclude<StateCode, 'CANCELLED'>;
  isCancelled: boolean;
  stateBeforeReview: Exclude<StateCode, 'CANCELLED'>;
  dueOn: N | null;
  ongoing: boolean;
  achievedOn: N | null;
  /** The day the RESULT under review, or last reviewed, left the unit. */
  leftUnitOn: N | null;
  returnedOn: N | null;
  extensions: number;
  movedLate: boolean;
  /** The date in force as the day began, or as an extension of the day set it: what the day's corrections are measured by. */
  dawnDueOn: N | null;
  /** Dates that corrections left behind after they had passed: each excused for as long as the task has kept it. */
  leftBehind: N[];
  /** At the end of some day the date was another than before. */
  hasMoved: boolean;
  issueLatenessDecided: boolean;
  /** The date the task was issued with. */
  issuedDueOn: N | null;
  /** Reports of leads; countsSince null: returned or withdrawn. */
  reports: Map<number, { cycleId: number | null; countsSince: N | null; isEntered: boolean }>;
  /** Cycles that closed before this day are as a 补录 entered them. */
  enteredBefore: N | null;
  overdueDays: number;
  /** Days shown red for being overdue, whatever a 补录 declares of them. */
  shownDays: number;
  /** A 补录 of the day says that it was achieved. */
  declares: boolean;
};

/** Due before the task stood at all, by the date it was issued with, and the office has not decided on that. */
const isUndecidedIssueOf = (facts: Facts, first: N): boolean =>
  facts.issuedDueOn !== null &&
  facts.issuedDueOn < first &&
  facts.dueOn === facts.issuedDueOn &&
  !facts.hasMoved &&
  !facts.issueLatenessDecided;

/** The day up to which the task's time has run on `day`. */
function clockOf(facts: Facts, day: N): N {
  if (facts.leftUnitOn === null) return day;
  const isHeld = facts.state === 'UNDER_REVIEW' || (facts.state === 'IN_PROGRESS' && facts.returnedOn === day);
  return isHeld ? facts.leftUnitOn : day;
}

/** The day on which the task was done as far as anybody has said so and nobody has taken it back; null: it is open. */
const keptOn = (facts: Facts): N | null =>
  facts.achievedOn ?? (facts.state === 'UNDER_REVIEW' ? facts.leftUnitOn : null);

/** What is judged once, by what holds at the end of a day: its corrections, and the overdue days a 补录 declares. */
function endDay(facts: Facts, day: N, first: N): void {
  if (facts.dueOn !== facts.dawnDueOn) {
    facts.hasMoved = true;
    const hadPassed = facts.dawnDueOn !== null && facts.dawnDueOn < day;
    if (hadPassed && (facts.dueOn === null || facts.dueOn > facts.dawnDueOn!)) facts.leftBehind.push(facts.dawnDueOn!);
  }
  const kept = keptOn(facts);
  if (facts.leftBehind.some((due) => kept === null || kept > due)) facts.movedLate = true;
  if (!facts.declares || facts.achievedOn === null) return;
  facts.overdueDays = 0;
  if (facts.dueOn === null || isUndecidedIssueOf(facts, first)) return;
  for (let late = Math.max(facts.dueOn + 1, first); late <= facts.achievedOn; late += 1) facts.overdueDays += 1;
}

function apply(facts: Facts, event: HistoryEvent, effectiveFrom: N, wentLive: N | null): void {
  const on = toNumber(event.on);
  const { report, payload = {} } = event;
  const isResult = report?.kind === 'RESULT';
  switch (event.type) {
    case 'REPORT_SUBMITTED': {
      if (!report?.isByLead) return; // recorded, moves nothing and reports for nobody else
      const known = facts.reports.get(report.id);
      if (known?.countsSince == null)
        facts.reports.set(report.id, {
          cycleId: report.cycleId,
          countsSince: on,
          isEntered: known?.isEntered ?? false,
        });
      if (isResult) {
        facts.stateBeforeReview = facts.state;
        facts.state = 'UNDER_REVIEW';
        facts.leftUnitOn = on;
        facts.returnedOn = null;
      } else if (facts.state === 'NOT_STARTED') facts.state = 'IN_PROGRESS';
      return;
    }
    case 'REPORT_WITHDRAWN':
    case 'REPORT_RETURNED': {
      const known = report && facts.reports.get(report.id);
      if (known) known.countsSince = null;
      if (!isResult) return;
      if (event.type === 'REPORT_WITHDRAWN') facts.state = facts.stateBeforeReview;
      else {
        facts.state = 'IN_PROGRESS';
        facts.returnedOn = on;
      }
      return;
    }
    case 'REPORT_ACCEPTED':
      if (!isResult) return;
      facts.state = facts.ongoing ? 'SUSTAINED' : 'COMPLETED';
      facts.achievedOn = facts.leftUnitOn;
      return;
    case 'TASK_REOPENED':
      facts.state = 'IN_PROGRESS';
      facts.achievedOn = null;
      facts.leftUnitOn = null;
      facts.declares = false;
      facts.overdueDays = Math.max(facts.overdueDays, facts.shownDays);
      return;
    case 'TASK_CANCELLED':
      facts.isCancelled = true;
      return;
    case 'TASK_RESTORED':
      facts.isCancelled = false;
      return;
    case 'EXTENSION_GRANTED':
      facts.extensions += 1;
      if (facts.dawnDueOn !== null && toNumber(payload.requestedOn!) > facts.dawnDueOn) facts.movedLate = true;
      facts.dueOn = toNumber(payload.to!);
      facts.dawnDueOn = facts.dueOn;
      facts.hasMoved = true;
      return;
    case 'DEADLINE_CORRECTED': {
      if (payload.to !== undefined) facts.dueOn = orNull(payload.to);
      if (payload.isBeforeStart) facts.issuedDueOn = facts.dueOn;
      if (payload.isBeforeStart || on < effectiveFrom) facts.dawnDueOn = facts.dueOn;
      if (payload.ongoing !== undefined) facts.ongoing = payload.ongoing;
      return;
    }
    case 'ISSUE_LATENESS_DECIDED':
      facts.issueLatenessDecided = true;
      return;
    case 'BACKFILLED':
      facts.state = payload.state as Facts['state'];
      facts.achievedOn = orNull(payload.achievedOn);
      facts.enteredBefore = wentLive === null ? on : Math.min(on, wentLive);
      facts.declares = facts.achievedOn !== null;
      if (facts.declares) {
        facts.leftUnitOn = null;
        facts.returnedOn = null;
      } else facts.overdueDays = facts.shownDays;
      for (const known of facts.reports.values()) if (known.isEntered) known.countsSince = null;
      if (report?.isByLead && !facts.reports.has(report.id))
        facts.reports.set(report.id, {
          cycleId: report.cycleId,
          countsSince: orNull(payload.reportedOn) ?? on,
          isEntered: true,
        });
      return;
  }
}

/** Nothing is in force in a draft, but a revised list may have changed its tasks. */
function inDraft({ events, originalDueOn }: History, inactive: Standing): (day: Day) => Standing {
  let isCancelled = false;
  let dueOn = originalDueOn;
  for (const { type, payload } of events) {
    if (type === 'TASK_CANCELLED') isCancelled = true;
    if (type === 'TASK_RESTORED') isCancelled = false;
    if (type === 'DEADLINE_CORRECTED' && payload?.to !== undefined) dueOn = payload.to;
  }
  return (day) => ({
    ...inactive,
    ...(isCancelled ? { state: 'CANCELLED' as const, reason: 'CANCELLED' as const } : {}),
    dueOn,
    daysLeft: isCancelled || dueOn === null ? null : toNumber(dueOn) - toNumber(day),
  });
}

/** Walks from the first day of the plan to `lastDay` and answers for every day up to it. */
export function simulate(
  history: History,
  plan: PlanFacts,
  cycles: readonly CycleFacts[],
  lastDay: Day,
): (day: Day) => Standing {
  const inactive: Standing = {
    state: 'NOT_STARTED',
    light: 'NONE',
    reason: 'PLAN_NOT_ACTIVE',
    dueOn: history.originalDueOn,
    daysLeft: null,
    achievedOn: null,
    outcome: null,
    overdueDays: 0,
    missedCycles: 0,
    isRated: false,
  };
  const beforeStart = (day: Day): Standing => ({
    ...inactive,
    daysLeft: history.originalDueOn === null ? null : toNumber(history.originalDueOn) - toNumber(day),
  });
  if (plan.effectiveFrom === null) return inDraft(history, inactive);
  const listed = history.events.find(({ type, payload }) => type === 'TASK_CREATED' && payload?.listedBy !== undefined);
  const begins = toNumber(plan.effectiveFrom);
  const first = listed ? Math.max(begins, toNumber(listed.on)) : begins;
  const owesFrom = first > begins ? first + 15 : begins;
  const activated = orNull(plan.activatedOn);
  const liveDays = [...(activated === null ? [] : [activated]), ...(listed ? [toNumber(listed.on)] : [])];
  const wentLive = liveDays.length === 0 ? null : Math.max(...liveDays);
  const archivedOn = orNull(plan.archivedOn);
  const originalDueOn = orNull(history.originalDueOn);

  const facts: Facts = {
    state: 'NOT_STARTED',
    isCancelled: false,
    stateBeforeReview: 'NOT_STARTED',
    dueOn: originalDueOn,
    ongoing: history.ongoing,
    achievedOn: null,
    leftUnitOn: null,
    returnedOn: null,
    extensions: 0,
    movedLate: false,
    dawnDueOn: originalDueOn,
    leftBehind: [],
    hasMoved: false,
    issueLatenessDecided: false,
    issuedDueOn: originalDueOn,
    reports: new Map(),
    enteredBefore: null,
    overdueDays: 0,
    shownDays: 0,
    declares: false,
  };
  const dueSoonOn = (day: N): number => {
    let inForce = { from: Number.NEGATIVE_INFINITY, days: plan.dueSoonDays };
    for (const change of plan.dueSoonChanges ?? []) {
      const from = toNumber(change.from);
      if (from <= day && from >= inForce.from) inForce = { from, days: change.days };
    }
    return inForce.days;
  };
  const newestFirst = cycles
    .map((cycle) => ({ id: cycle.id, closesOn: toNumber(cycle.closesOn), graceEndsOn: toNumber(cycle.graceEndsOn) }))
    .sort((a, b) => b.closesOn - a.closesOn);
  const stateAt: StateCode[] = []; // at the end of each day since the first
  const byDay: Standing[] = [];
  let next = 0;

  const isOwed = (closesOn: N): boolean => {
    if (closesOn < owesFrom || (facts.enteredBefore !== null && closesOn < facts.enteredBefore)) return false;
    const state = stateAt[closesOn - first];
    return state === 'NOT_STARTED' || state === 'IN_PROGRESS' || state === 'SUSTAINED';
  };
  const firstCounted = (cycleId: number): N | null => {
    let earliest: N | null = null;
    for (const report of facts.reports.values())
      if (
        report.cycleId === cycleId &&
        report.countsSince !== null &&
        (earliest === null || report.countsSince < earliest)
      )
        earliest = report.countsSince;
    return earliest;
  };

  for (let day = first; day <= toNumber(lastDay); day += 1) {
    facts.dawnDueOn = facts.dueOn;
    facts.declares = false;
    for (; next < history.events.length && toNumber(history.events[next]!.on) <= day; next += 1)
      apply(facts, history.events[next]!, begins, wentLive);
    endDay(facts, day, first);

    const state: StateCode = facts.isCancelled ? 'CANCELLED' : facts.state;
    stateAt.push(state);
    const isArchived = archivedOn !== null && archivedOn <= day;
    const isAchieved = facts.state === 'COMPLETED' || facts.state === 'SUSTAINED';
    const clock = facts.isCancelled ? day : clockOf(facts, day);
    const left = facts.dueOn === null ? null : facts.dueOn - clock;
    const isPastDue = !isAchieved && left !== null && left < 0;
    const isUndecidedIssue = isUndecidedIssueOf(facts, first);

    let missed = 0;
    let wasCaughtUpLate = false;
    if (state !== 'COMPLETED' && state !== 'CANCELLED' && !isArchived) {
      const owed = newestFirst.filter((cycle) => cycle.graceEndsOn < day && isOwed(cycle.closesOn));
      while (missed < owed.length && firstCounted(owed[missed]!.id) === null) missed += 1;
      const latest = owed[0];
      wasCaughtUpLate = latest !== undefined && missed === 0 && firstCounted(latest.id)! > latest.graceEndsOn;
    }

    const [light, reason] = ((): [LightCode, ReasonCode] => {
      if (state === 'CANCELLED') return ['NONE', 'CANCELLED'];
      if (isArchived) return ['NONE', 'PLAN_NOT_ACTIVE'];
      if (state === 'COMPLETED') return ['BLUE', 'COMPLETED'];
      if (isPastDue) return ['RED', isUndecidedIssue ? 'ISSUED_PAST_DUE' : 'OVERDUE'];
      const goesOn = state === 'SUSTAINED' || (facts.dueOn === null && facts.ongoing);
      if (goesOn && missed >= 2) return ['RED', 'REPORTING_LAPSED'];
      if (!isAchieved && left !== null && left <= dueSoonOn(day)) return ['YELLOW', 'DUE_SOON'];
      if (missed > 0 || wasCaughtUpLate) return ['YELLOW', 'UNREPORTED'];
      if (state === 'SUSTAINED') return ['BLUE', 'SUSTAINED'];
      if (facts.dueOn === null && !facts.ongoing) return ['NONE', 'NO_DEADLINE'];
      return ['GREEN', 'ON_COURSE'];
    })();
    if (reason === 'OVERDUE') {
      facts.overdueDays += 1;
      facts.shownDays += 1;
    }

    let outcome: OutcomeCode | null = null;
    if (facts.dueOn !== null && !facts.isCancelled) {
      if (isAchieved) {
        const isLate = facts.movedLate || (facts.achievedOn !== null && facts.achievedOn > facts.dueOn);
        outcome = isLate ? 'LATE' : facts.extensions > 0 ? 'EXTENDED' : 'ON_TIME';
      } else if (isArchived) outcome = 'NOT_ACHIEVED';
    }

    byDay.push({
      state,
      light,
      reason,
      dueOn: facts.dueOn === null ? null : toDay(facts.dueOn),
      daysLeft: isAchieved || facts.isCancelled ? null : left,
      achievedOn: facts.achievedOn === null ? null : toDay(facts.achievedOn),
      outcome,
      overdueDays: facts.overdueDays,
      missedCycles: Math.min(missed, 2),
      isRated: facts.dueOn !== null && !facts.isCancelled && !isUndecidedIssue && (outcome !== null || isPastDue),
    });
  }
  return (day) => {
    const index = toNumber(day) - first;
    return index < 0 ? beforeStart(day) : byDay[index]!;
  };
}

/** The standing of a task at the end of a day. */
export function standing(history: History, plan: PlanFacts, cycles: readonly CycleFacts[], day: Day): Standing {
  return simulate(history, plan, cycles, day)(day);
}
