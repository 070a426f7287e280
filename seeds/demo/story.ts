import type { CalendarExceptions } from '@/lib/cycles/working-days.rules';
import { addWorkingDays, isWorkingDay } from '@/lib/cycles/working-days.rules';
import { addDays, addMonthsEnd, type Day } from '@/lib/dates';
import { applyMove, canApplyMove, type TaskState } from '@/lib/tasks/task.rules';
import { Random } from './random';
import {
  ACCEPT_NOTES,
  aboutOf,
  EXTENSION_NOTES,
  EXTENSION_REASONS,
  extensionProgress,
  REFUSAL_NOTE,
  RETURN_PROGRESS_REASON,
  RETURN_REASONS,
  reportWords,
  type Tone,
  timely,
  type Words,
} from './words';

export type StoryUnit = { id: number; name: string };
export type StoryTask = {
  id: number;
  seq: number;
  text: string;
  dueOn: Day | null;
  ongoing: boolean;
  leads: StoryUnit[];
  /** Named responsible units that have accounts. */
  responsible: StoryUnit[];
};
export type StoryCycle = { id: number; label: string; startsOn: Day; closesOn: Day; graceEndsOn: Day };
/** A stretch in which a unit reports nothing on any task it leads. */
export type Silence = { unit: string; from: Day; to: Day };

export type Plot =
  | 'cancelled'
  | 'restored'
  | 'reopened'
  | 'extended'
  | 'extended_due_soon'
  | 'extended_late'
  | 'extended_twice'
  | 'extension_refused'
  | 'extension_pending'
  | 'extension_second_pending'
  | 'returned'
  | 'withdrawn'
  | 'late'
  | 'never'
  | 'lapsed'
  | 'in_review'
  | 'in_review_long'
  | 'lateness_decided'
  | 'early';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type StoryPlan = {
  slug: string;
  effectiveFrom: Day;
  today: Day;
  exceptions: CalendarExceptions;
  cycles: StoryCycle[];
  silences: Silence[];
  /** What must happen to a task, by its number; the others fare by chance. */
  plots: Record<number, Plot>;
  officeUnitId: number | null;
};

export type Report = {
  unitId: number;
  cycleId: number;
  kind: 'PROGRESS' | 'RESULT';
  isByLead: boolean;
  isCatchUp: boolean;
  status: 'SUBMITTED' | 'RETURNED' | 'WITHDRAWN' | 'ACCEPTED';
  versions: {
    day: Day;
    percent: number | null;
    words: Words;
    unit: StoryUnit;
    isSigned: boolean;
    evidenceIds?: string[];
  }[];
  reviews: { version: number; decision: 'ACCEPTED' | 'RETURNED'; reason: string; day: Day; isOwnUnit: boolean }[];
};
export type Extension = {
  number: number;
  status: 'REQUESTED' | 'GRANTED' | 'REFUSED';
  from: Day;
  to: Day;
  reason: string;
  requestedOn: Day;
  /** How far the task has come, in the unit's words. */
  progress: string;
  unit: StoryUnit;
  decidedOn: Day | null;
  decidedBy: 'office' | 'leader';
  note: string;
};
/** What driving.ts lays out on a task beside its own story; none of it moves the task. */
type DrivenEvent =
  | 'BACKFILLED'
  | 'PAPER_WRITTEN'
  | 'PAPER_SENT_BACK'
  | 'NODE_ADDED'
  | 'NODE_DONE'
  | 'OBJECTION_RAISED'
  | 'OBJECTION_DECIDED'
  | 'TASK_REASSIGNED'
  | 'REVIEW_MESSAGE'
  | 'REMINDED'
  | 'SLIP_ISSUED'
  | 'SLIP_SIGNED_FOR'
  | 'SLIP_REPLIED'
  | 'SLIP_REPLY_RETURNED'
  | 'SLIP_CLOSED'
  | 'SLIP_VOIDED';
export type StoryEvent = {
  day: Day;
  type:
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
    | 'ISSUE_LATENESS_DECIDED'
    | 'COLEAD_AGREED'
    | 'COLEAD_OBJECTED'
    | DrivenEvent;
  by: { unit: StoryUnit; as: 'reporter' | 'head' } | 'office' | 'second' | 'leader';
  /** The unit an event of the office is about. */
  unitId?: number;
  report?: Report;
  version?: number;
  review?: number;
  payload: Record<string, Json>;
};
export type Story = {
  task: StoryTask;
  events: StoryEvent[];
  reports: Report[];
  extensions: Extension[];
  state: TaskState;
  stateBefore: TaskState | null;
  dueOn: Day | null;
  achievedOn: Day | null;
  version: number;
};

/** What is meant to happen on a day; it happens if the task's state then allows it. */
type Intent = { day: Day; rank: number; run: () => void };

const cancelBasis = (day: Day) =>
  `演示数据：工作专班会议纪要〔${day.slice(0, 4)}〕3号，该项任务并入上级统一平台建设，不再单列`;

/** What happens to one task from the start of its plan to today, in order. Pure: the same plan and task give the same story. */
export function tellTask(plan: StoryPlan, task: StoryTask): Story {
  return new Telling(plan, task).tell();
}

class Telling {
  private readonly random: Random;
  private readonly intents: Intent[] = [];
  private readonly story: Story;
  private readonly lead: StoryUnit;
  private open: { report: Report; submittedOn: Day; before: TaskState } | null = null;
  /** The day the story has come to. */
  private current: Day;
  private round = 0;
  private ranks = 0;

  constructor(
    private readonly plan: StoryPlan,
    private readonly task: StoryTask,
  ) {
    this.random = new Random(`${plan.slug}#${task.seq}`);
    this.lead = task.leads[0]!;
    this.current = plan.effectiveFrom;
    this.story = {
      task,
      events: [],
      reports: [],
      extensions: [],
      state: 'NOT_STARTED',
      stateBefore: null,
      dueOn: task.dueOn,
      achievedOn: null,
      version: 1,
    };
  }

  tell(): Story {
    const goal = this.plotTask();
    this.plotReports(goal);
    // Intents may breed others (a decision after a submission), so the earliest is taken each time.
    for (;;) {
      this.intents.sort((a, b) => (a.day === b.day ? a.rank - b.rank : a.day < b.day ? -1 : 1));
      const next = this.intents.shift();
      if (!next) return this.story;
      if (next.day > this.plan.today) continue;
      this.current = next.day;
      next.run();
    }
  }

  // ------------------------------------------------------------ days

  private workday(day: Day): Day {
    let at = day < this.plan.effectiveFrom ? this.plan.effectiveFrom : day;
    if (at === this.plan.effectiveFrom) return isWorkingDay(at, this.plan.exceptions) ? at : this.after(at, 1);
    while (!isWorkingDay(at, this.plan.exceptions) && at > this.plan.effectiveFrom) at = addDays(at, -1);
    return at;
  }

  private after(day: Day, workingDays: number): Day {
    return addWorkingDays(day, workingDays, this.plan.exceptions);
  }

  private at(day: Day, run: () => void): void {
    this.ranks += 1;
    this.intents.push({ day: this.workday(day < this.current ? this.current : day), rank: this.ranks, run });
  }

  private silenceOf(unit: StoryUnit, day: Day): Silence | undefined {
    return this.plan.silences.find((s) => s.unit === unit.name && s.from <= day && day <= s.to);
  }

  /** A day on which the lead speaks: one in a silence moves behind it. */
  private spoken(day: Day): Day {
    const silence = this.silenceOf(this.lead, day);
    return silence ? this.after(silence.to, 2) : day;
  }

  // ------------------------------------------------------------ what becomes of the task

  /** Plans results, extensions and the office's own moves; returns the day on which the work is meant to be done, if ever. */
  private plotTask(): Day | null {
    const { random, plan, task } = this;
    const plot = plan.plots[task.seq];
    const due = task.dueOn;
    if (plot === 'cancelled' || plot === 'restored') {
      const day = addDays(
        due !== null && due > plan.effectiveFrom ? due : plan.effectiveFrom,
        plot === 'restored' ? 50 : 25,
      );
      this.at(day, () => this.cancel());
      if (plot === 'restored') {
        this.at(addDays(day, 40), () => this.restore());
        this.plotResult(addDays(day, 75));
      }
      return null;
    }
    if (due === null) return null;
    if (plot === 'never' || plot === 'lapsed') return null;

    if (due < plan.effectiveFrom && plot === undefined) {
      const roll = random.next();
      if (roll > 0.88) return null;
      return this.plotResult(addDays(plan.effectiveFrom, roll < 0.7 ? random.int(12, 80) : random.int(95, 240)));
    }
    if (plot === 'lateness_decided') {
      this.at(addDays(plan.effectiveFrom, 20), () => this.decideLateness());
      return this.plotResult(addDays(plan.effectiveFrom, 45));
    }
    if (plot === 'in_review') return this.plotResult(addDays(plan.today, -random.int(1, 9)), 'undecided');
    if (plot === 'in_review_long') return this.plotResult(addDays(plan.today, -17), 'undecided');
    if (plot === 'reopened') {
      const done = this.plotResult(addDays(due, -4));
      this.at(addDays(due, 100), () => this.reopen());
      this.plotResult(addDays(due, 150));
      return done;
    }
    if (plot === 'late') return this.plotResult(addDays(due, random.int(8, 28)));
    if (plot === 'early') return this.plotResult(addDays(due, -random.int(95, 170)));
    if (plot === 'returned') return this.plotReturned(due);
    if (plot === 'withdrawn') return this.plotResult(addDays(due, -7), 'withdrawn');
    if (plot?.startsWith('exten')) return this.plotExtension(plot, due);

    const isLongAway = due > addDays(plan.effectiveFrom, 200);
    const roll = random.next();
    if (roll < 0.52)
      return this.plotResult(
        addDays(due, isLongAway && random.chance(0.3) ? -random.int(80, 180) : -random.int(0, 16)),
      );
    if (roll < 0.6) return this.plotReturned(due);
    if (roll < 0.69) return this.plotResult(addDays(due, random.int(3, 28)));
    if (roll < 0.82) return this.plotResult(addDays(due, random.int(40, 190)));
    if (roll < 0.9) return this.plotExtension('extended', due);
    if (roll < 0.925) return this.plotExtension('extended_late', due);
    if (roll < 0.94) return this.plotExtension('extension_refused', due);
    if (roll < 0.96) return this.plotResult(addDays(due, -random.int(2, 9)), 'withdrawn');
    return null;
  }

  private plotResult(day: Day, turn: 'accepted' | 'undecided' | 'withdrawn' = 'accepted'): Day {
    const earliest = addDays(this.plan.effectiveFrom, 12);
    const on = this.workday(this.spoken(day < earliest ? earliest : day));
    this.at(on, () => {
      const report = this.submitResult();
      if (!report) return;
      if (turn === 'withdrawn') {
        this.at(this.after(on, 1), () => this.withdraw(report));
        this.plotResult(this.after(on, 4));
      } else if (turn === 'accepted') {
        const wait = this.random.chance(0.12) ? this.random.int(6, 9) : this.random.int(1, 4);
        this.at(this.after(on, wait), () => this.accept(report));
      }
    });
    return on;
  }

  private plotReturned(due: Day): Day {
    const { random } = this;
    const first = this.workday(this.spoken(addDays(due, -random.int(10, 16))));
    this.at(first, () => {
      const report = this.submitResult();
      if (report) this.at(this.after(first, random.int(2, 4)), () => this.giveBack(report));
    });
    const second = random.chance(0.7) ? addDays(due, -random.int(0, 2)) : addDays(due, random.int(6, 30));
    return this.plotResult(second > first ? second : this.after(first, 8));
  }

  private plotExtension(plot: Plot, due: Day): Day {
    const { random, plan } = this;
    const isLate = plot === 'extended_late';
    const isPending = plot === 'extension_pending';
    const asked = addDays(isPending ? plan.today : due, isLate ? random.int(3, 9) : -random.int(4, 12));
    const isSoon = plot === 'extended_due_soon';
    // Soon due both on the day a reader looks at (month end of September) and not before.
    const to = isSoon
      ? `${due.slice(0, 4)}-10-12`
      : addMonthsEnd(
          isPending && asked > due ? asked : due,
          plot === 'extension_second_pending' ? 2 : random.int(1, 3),
        );
    this.at(asked, () => this.requestExtension(to));
    if (isPending) return to;
    const decide = this.after(this.workday(asked), random.int(2, 4));
    if (plot === 'extension_refused') {
      this.at(decide, () => this.decideExtension(false));
      return this.plotResult(addDays(due, random.int(12, 45)));
    }
    this.at(decide, () => this.decideExtension(true));
    if (plot === 'extension_second_pending') {
      this.at(addDays(plan.today, -3), () => this.requestExtension(addMonthsEnd(to, 2)));
      return addMonthsEnd(to, 2);
    }
    if (plot === 'extended_twice') {
      const again = addMonthsEnd(to, 2);
      this.at(addDays(to, -6), () => this.requestExtension(again));
      this.at(this.after(addDays(to, -6), 3), () => this.decideExtension(true));
      return this.plotResult(addDays(again, -3));
    }
    const isKept = isSoon || random.chance(0.8);
    return this.plotResult(addDays(to, isKept ? -random.int(0, 9) : random.int(5, 40)));
  }

  // ------------------------------------------------------------ what is reported cycle by cycle

  private plotReports(goal: Day | null): void {
    const { random, plan, task } = this;
    const plot = plan.plots[task.seq];
    const end = goal ?? (task.dueOn === null ? addDays(plan.today, 400) : addDays(task.dueOn, 260));
    const percentOn = (day: Day): number | null => {
      if (task.dueOn === null) return null;
      const span = Date.parse(end) - Date.parse(plan.effectiveFrom);
      const done = span <= 0 ? 1 : (Date.parse(day) - Date.parse(plan.effectiveFrom)) / span;
      return Math.max(5, Math.min(95, Math.round((done ** 0.85 * 100) / 5) * 5));
    };
    const care = random.next();
    const speakers = task.leads.slice(1).filter(() => random.chance(0.35));
    const helpers = random.chance(0.3) ? task.responsible.slice(0, 2) : [];
    for (const cycle of plan.cycles) {
      if (cycle.startsOn > plan.today) break;
      const isLapsed =
        plot === 'lapsed' &&
        (['2022年7月', '2022年8月'].includes(cycle.label) || cycle.closesOn > addDays(plan.today, -90));
      const roll = random.next();
      const habit = care < 0.6 ? 0.015 : care < 0.9 ? 0.05 : 0.13;
      let day: Day | null;
      if (isLapsed || roll < habit) day = null;
      else if (roll < habit + 0.03) day = this.after(cycle.graceEndsOn, random.int(1, 5));
      else if (roll < habit + 0.15) day = this.after(cycle.closesOn, random.int(1, 4));
      else day = this.workday(addDays(cycle.closesOn, -random.int(0, 7)));
      if (day !== null && !this.silenceOf(this.lead, day)) {
        const on = day < cycle.startsOn ? cycle.closesOn : day;
        this.at(on, () => this.submitProgress(this.lead, cycle, percentOn(on), true));
      }
      for (const unit of isLapsed ? [] : speakers) {
        const on = this.workday(addDays(cycle.closesOn, -random.int(1, 8)));
        if (on >= cycle.startsOn && !this.silenceOf(unit, on))
          this.at(on, () => this.submitProgress(unit, cycle, percentOn(on), true));
      }
      for (const unit of helpers) {
        if (!random.chance(0.5)) continue;
        const on = this.workday(addDays(cycle.closesOn, -random.int(2, 9)));
        if (on >= cycle.startsOn) this.at(on, () => this.submitProgress(unit, cycle, null, false));
      }
    }
  }

  private cycleOn(day: Day): StoryCycle {
    return this.plan.cycles.find((cycle) => day <= cycle.closesOn)!;
  }

  private words(tone: Tone, unit: StoryUnit, percent: number | null, label: string): Words {
    const scene = { about: aboutOf(this.task.text), unit: unit.name, month: label, percent, round: this.round };
    return reportWords(tone, scene, this.random);
  }

  // ------------------------------------------------------------ moves

  private get deadline() {
    return { dueOn: this.story.dueOn, ongoing: this.task.ongoing };
  }

  private push(event: StoryEvent): void {
    this.story.events.push(event);
  }

  private move(state: TaskState): void {
    if (state === this.story.state) return;
    this.story.state = state;
    this.story.version += 1;
  }

  private submitProgress(unit: StoryUnit, cycle: StoryCycle, percent: number | null, isByLead: boolean): void {
    const { story, random } = this;
    const day = this.current;
    const move = { type: 'progress', by: isByLead ? 'LEAD' : 'RESPONSIBLE' } as const;
    if (!canApplyMove(story.state, move)) return;
    if (story.reports.some((r) => r.cycleId === cycle.id && r.unitId === unit.id && r.status !== 'WITHDRAWN')) return;
    const isSustained = story.state === 'SUSTAINED';
    const shown = percent === null ? null : isSustained ? 100 : percent;
    const tone: Tone = isByLead ? (isSustained ? 'sustained' : 'progress') : 'responsible';
    const report: Report = {
      unitId: unit.id,
      cycleId: cycle.id,
      kind: 'PROGRESS',
      isByLead,
      isCatchUp: day > cycle.graceEndsOn,
      status: 'SUBMITTED',
      versions: [
        { day, percent: shown, words: this.words(tone, unit, shown, cycle.label), unit, isSigned: random.chance(0.25) },
      ],
      reviews: [],
    };
    story.reports.push(report);
    if (isByLead) this.round += 1;
    this.submitted(report, unit);
    this.move(applyMove(story.state, move));
    if (isByLead && !isSustained && random.chance(0.02)) {
      const back = this.after(day, 2);
      this.at(back, () => this.giveBack(report, RETURN_PROGRESS_REASON));
      this.at(this.after(back, 2), () => this.improve(report, unit, shown, cycle));
    } else if (isByLead && random.chance(0.02) && day < cycle.closesOn) {
      this.at(this.after(day, 1), () => this.improve(report, unit, shown, cycle));
    }
  }

  /** The same report in a new version: corrected, or sent in again after its return. */
  private improve(report: Report, unit: StoryUnit, percent: number | null, cycle: StoryCycle): void {
    const day = this.current;
    if (!canApplyMove(this.story.state, { type: 'progress', by: 'LEAD' })) return;
    const words = this.words('progress', unit, percent, cycle.label);
    report.versions.push({ day, percent, words, unit, isSigned: true });
    report.status = 'SUBMITTED';
    this.submitted(report, unit);
  }

  private submitted(report: Report, unit: StoryUnit): void {
    const version = report.versions.at(-1)!;
    this.push({
      day: version.day,
      type: 'REPORT_SUBMITTED',
      by: { unit, as: version.isSigned ? 'head' : 'reporter' },
      report,
      version: report.versions.length,
      payload: report.isCatchUp ? { isCatchUp: true } : {},
    });
  }

  private submitResult(): Report | null {
    const { story, lead } = this;
    const day = this.current;
    const move = { type: 'result', deadline: this.deadline } as const;
    if (!canApplyMove(story.state, move)) return null;
    const cycle = this.cycleOn(day);
    const report: Report = {
      unitId: lead.id,
      cycleId: cycle.id,
      kind: 'RESULT',
      isByLead: true,
      isCatchUp: false,
      status: 'SUBMITTED',
      versions: [
        { day, percent: 100, words: this.words('result', lead, 100, cycle.label), unit: lead, isSigned: true },
      ],
      reviews: [],
    };
    story.reports.push(report);
    this.open = { report, submittedOn: day, before: story.state };
    story.stateBefore = story.state;
    this.submitted(report, lead);
    this.move(applyMove(story.state, move));
    for (const unit of this.task.leads.slice(1)) {
      if (this.silenceOf(unit, day) || !this.random.chance(0.6)) continue;
      const objects = this.random.chance(0.12);
      const on = this.after(day, 1);
      this.at(on, () => {
        if (this.open?.report !== report) return;
        this.push({
          day: on,
          type: objects ? 'COLEAD_OBJECTED' : 'COLEAD_AGREED',
          by: { unit, as: 'head' },
          report,
          version: 1,
          payload: objects ? { reason: '我单位负责部分尚有收尾工作，建议核实后再办结。' } : {},
        });
      });
    }
    return report;
  }

  private review(report: Report, day: Day, decision: 'ACCEPTED' | 'RETURNED', reason: string): void {
    const isOwnUnit = this.task.leads.some((unit) => unit.id === this.plan.officeUnitId);
    report.reviews.push({ version: report.versions.length, decision, reason, day, isOwnUnit });
    report.status = decision;
    this.push({
      day,
      type: decision === 'ACCEPTED' ? 'REPORT_ACCEPTED' : 'REPORT_RETURNED',
      by: 'office',
      report,
      version: report.versions.length,
      review: report.reviews.length - 1,
      payload: {},
    });
  }

  private accept(report: Report): void {
    const { story } = this;
    if (this.open?.report !== report) return;
    const move = { type: 'accept', deadline: this.deadline } as const;
    this.review(report, this.current, 'ACCEPTED', this.random.pick(ACCEPT_NOTES));
    story.achievedOn = this.open.submittedOn;
    this.open = null;
    story.stateBefore = null;
    this.move(applyMove(story.state, move));
  }

  private giveBack(report: Report, reason = this.random.pick(RETURN_REASONS)): void {
    const { story } = this;
    if (report.kind === 'PROGRESS') {
      if (story.state !== 'UNDER_REVIEW' && report.status === 'SUBMITTED')
        this.review(report, this.current, 'RETURNED', reason);
      return;
    }
    if (this.open?.report !== report) return;
    this.review(report, this.current, 'RETURNED', reason);
    this.open = null;
    story.stateBefore = null;
    this.move(applyMove(story.state, { type: 'return', reason }));
  }

  private withdraw(report: Report): void {
    const { story } = this;
    if (this.open?.report !== report) return;
    report.status = 'WITHDRAWN';
    this.push({
      day: this.current,
      type: 'REPORT_WITHDRAWN',
      by: { unit: this.lead, as: 'head' },
      report,
      version: 1,
      payload: {},
    });
    const before = this.open.before;
    this.open = null;
    story.stateBefore = null;
    this.move(applyMove(story.state, { type: 'withdraw', stateBefore: before }));
  }

  private reopen(): void {
    const reason = '复核发现部分措施落实有反复，未稳定达到清单要求，撤销办结，继续推进。';
    if (!canApplyMove(this.story.state, { type: 'reopen', reason })) return;
    this.push({ day: this.current, type: 'TASK_REOPENED', by: 'office', payload: { reason, from: this.story.state } });
    this.story.achievedOn = null;
    this.move('IN_PROGRESS');
  }

  private cancel(): void {
    const { story } = this;
    const basis = cancelBasis(this.current);
    if (story.state === 'UNDER_REVIEW' || !canApplyMove(story.state, { type: 'cancel', basis })) return;
    this.push({
      day: this.current,
      type: 'TASK_CANCELLED',
      by: 'office',
      payload: { basis, from: story.state, beforeReview: null },
    });
    story.stateBefore = story.state;
    this.move('CANCELLED');
  }

  private restore(): void {
    const { story } = this;
    const basis = `演示数据：工作专班会议纪要〔${this.current.slice(0, 4)}〕9号，该项任务恢复单列`;
    const move = { type: 'restore', basis, stateBefore: story.stateBefore } as const;
    if (!canApplyMove(story.state, move)) return;
    this.push({ day: this.current, type: 'TASK_RESTORED', by: 'office', payload: { basis, to: story.stateBefore } });
    this.move(applyMove(story.state, move));
    story.stateBefore = null;
  }

  private decideLateness(): void {
    const basis = '演示数据：工作专班会议研究，文件印发时已过原定时限，按逾期计算，纳入按期率统计';
    this.push({
      day: this.current,
      type: 'ISSUE_LATENESS_DECIDED',
      by: 'office',
      payload: { basis, countsAs: 'OVERDUE' },
    });
    this.story.version += 1;
  }

  private requestExtension(to: Day): void {
    const { story } = this;
    const from = story.dueOn;
    if (from === null || to <= from || this.silenceOf(this.lead, this.current)) return;
    if (story.extensions.some((e) => e.status === 'REQUESTED')) return;
    if (!canApplyMove(story.state, { type: 'extend', deadline: this.deadline })) return;
    const number = story.extensions.length + 1;
    const requestedOn = this.current;
    const reason = this.random.pick(timely(EXTENSION_REASONS, requestedOn));
    const isFurther = story.extensions.some((e) => e.status === 'GRANTED');
    story.extensions.push({
      number,
      status: 'REQUESTED',
      from,
      to,
      reason,
      requestedOn,
      progress: extensionProgress(aboutOf(this.task.text), this.round),
      unit: this.lead,
      decidedOn: null,
      decidedBy: isFurther ? 'leader' : 'office',
      note: '',
    });
    this.push({
      day: requestedOn,
      type: 'EXTENSION_REQUESTED',
      by: { unit: this.lead, as: 'head' },
      payload: { from, to, requestedOn, number, reason },
    });
  }

  private decideExtension(isGranted: boolean): void {
    const { story } = this;
    const extension = story.extensions.find((e) => e.status === 'REQUESTED');
    if (!extension || !canApplyMove(story.state, { type: 'extend', deadline: this.deadline })) return;
    extension.status = isGranted ? 'GRANTED' : 'REFUSED';
    extension.decidedOn = this.current;
    extension.note = isGranted ? this.random.pick(EXTENSION_NOTES) : REFUSAL_NOTE;
    const { from, to, requestedOn, number, note } = extension;
    this.push({
      day: this.current,
      type: isGranted ? 'EXTENSION_GRANTED' : 'EXTENSION_REFUSED',
      by: extension.decidedBy,
      payload: { from, to, requestedOn, number, note },
    });
    if (!isGranted) return;
    story.dueOn = to;
    story.version += 1;
  }
}
