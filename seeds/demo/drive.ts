import { createHash, randomUUID } from 'node:crypto';
import { addWorkingDays, type CalendarExceptions } from '@/lib/cycles/working-days.rules';
import { addDays, type Day, partsOfDay, utcDateOfDay } from '@/lib/dates';
import type { NewNotice } from '@/lib/notices/notice.schema';
import { GROUND_WORDS } from '@/lib/objections/objection.schema';
import type { Prisma, Tx } from '@/lib/server/db';
import type { EvidenceStore } from '@/lib/server/evidence-store';
import { setSetting } from '@/lib/settings/setting.commands';
import { SETTINGS } from '@/lib/settings/setting.schema';
import { listUnitsToSign } from '@/lib/sign-for/sign-for.queries';
import { signForKey } from '@/lib/sign-for/sign-for-notices.commands';
import {
  defaultIssuer,
  defaultTitle,
  documentNumber,
  nextStatus,
  proposeTier,
  type TierSetting,
} from '@/lib/slips/slip.rules';
import type { SlipStatus, SlipStep } from '@/lib/slips/slip.schema';
import { paperTask, readStandings } from '@/lib/slips/slip-standing.queries';
import { truncate } from '@/lib/text';
import { PAPER_WORDS, paperKey, sentBackKey } from '@/lib/unit-papers/paper-writing.commands';
import type { Person } from './accounts';
import type { Driving, SlipPlot } from './driving';
import { fileOf, type Piece } from './files';
import { Random } from './random';
import { allocateIds, type Staff } from './staff';
import type { Report, Story, StoryEvent, StoryUnit } from './story';
import { aboutOf, reportWords } from './words';

const TIERS: readonly TierSetting[] = SETTINGS.slip_tiers.fallback;
/** What is told in these last days lies in the inboxes. */
const TOLD_DAYS = 14;
/** Asks for nothing. */
const MERE_NEWS: ReadonlySet<string> = new Set(['accepted', 'objection', 'slip']);
/** What was told earlier than this has been read. */
const READ_DAYS = 7;

export type DrivenPlan = {
  id: number;
  slug: string;
  title: string;
  issuer: string | null;
  regionId: number;
  regionName: string;
  ownerUnitId: number | null;
  ownerName: string | null;
  effectiveFrom: Day;
  today: Day;
  exceptions: CalendarExceptions;
};

type Told = NewNotice & { on: Day; isSettled?: boolean };

/**
 * What happens beside the tasks' own stories: sign-fors, slips, objections, papers inside a unit, nodes, questions, evidence. `weave` puts its events into the
 * stories, before anything is written, because a task's events come in the order of their days; the rows follow in two parts, around the reports they hang on.
 */
export class Drive {
  private readonly random: Random;
  private readonly told: Told[] = [];
  private readonly slips: { id: number; plot: SlipPlot; number: number | null; steps: SlipRow[] }[] = [];
  private readonly evidence: { piece: Piece; row: Prisma.EvidenceCreateManyInput; on: Day }[] = [];
  private readonly papers: (Omit<Prisma.UnitPaperCreateManyInput, 'reportId'> & { report?: Report })[] = [];
  private readonly nodes: Prisma.NodeCreateManyInput[] = [];
  private readonly objections: Prisma.ObjectionCreateManyInput[] = [];
  private readonly moves: { taskId: number; from: number; to: StoryUnit; on: Day }[] = [];
  private readonly messages: (Prisma.ReviewMessageCreateManyInput & { report: Report | null })[] = [];

  constructor(
    private readonly tx: Tx,
    private readonly plan: DrivenPlan,
    private readonly driving: Driving,
    private readonly stories: Story[],
    private readonly staff: Staff,
    private readonly units: ReadonlyMap<string, StoryUnit>,
  ) {
    this.random = new Random(`driving ${plan.slug}`);
  }

  // ------------------------------------------------------------ finding

  private story(seq: number): Story {
    const found = this.stories.find((story) => story.task.seq === seq);
    if (!found) throw new Error(`${this.plan.slug} has no task ${seq}`);
    return found;
  }

  private unit(name: string): StoryUnit {
    const found = this.units.get(name);
    if (!found) throw new Error(`${this.plan.slug} has no unit ${name}`);
    return found;
  }

  private put(story: Story, event: StoryEvent): void {
    story.events.splice(story.events.findLastIndex((one) => one.day <= event.day) + 1, 0, event);
  }

  private lastReport(story: Story, kind: Report['kind']): Report | undefined {
    return story.reports.filter((report) => report.kind === kind && report.isByLead).at(-1);
  }

  private tell(people: readonly Person[], on: Day, notice: Omit<NewNotice, 'accountId'>, isSettled = false): void {
    const ids = new Set(people.map((person) => person.id));
    this.told.push(...[...ids].map((accountId) => ({ ...notice, accountId, on, isSettled })));
  }

  private peopleOf(unitId: number): Person[] {
    const { reporter, head } = this.staff.of(unitId);
    return [reporter, head];
  }

  private get offices(): Person[] {
    return [this.staff.office, this.staff.second];
  }

  // ------------------------------------------------------------ into the stories

  async weave(): Promise<void> {
    await this.weavePapers();
    await this.weaveSlips();
    await this.weaveNodes();
    await this.weaveObjections();
    await this.weaveMessages();
    this.weaveBackfill();
    this.weaveOpinions();
    this.weaveReminders();
    this.gatherEvidence();
  }

  /** Where the head signs, every report of the unit was a paper before; a few of the last days still wait. */
  private async weavePapers(): Promise<void> {
    const signing = new Set(this.driving.headSigns.map((name) => this.unit(name).id));
    for (const name of this.driving.held) await this.holdBack(this.unit(name));
    const versions = this.stories.flatMap((story) =>
      story.reports
        .filter((report) => signing.has(report.unitId))
        .flatMap((report) => report.versions.map((version, at) => ({ story, report, version, at }))),
    );
    const ids = await allocateIds(this.tx, 'unit_paper', versions.length);
    versions.forEach(({ story, report, version, at }, index) => {
      const id = ids[index]!;
      const { reporter, head } = this.staff.of(report.unitId);
      version.isSigned = true;
      const { unit } = version;
      const submitted = story.events.findIndex(
        (event) => event.type === 'REPORT_SUBMITTED' && event.report === report && event.version === at + 1,
      );
      const event = story.events[submitted]!;
      event.by = { unit, as: 'head' };
      event.payload = { ...event.payload, paperId: id, writtenBy: reporter.name };
      const { kind } = report;
      story.events.splice(submitted, 0, {
        day: version.day,
        type: 'PAPER_WRITTEN',
        by: { unit, as: 'reporter' },
        payload: { kind, paperId: id },
      });
      const written = this.paperOf(id, story, unit, kind, this.inputOf(story, report, at), version.day);
      this.papers.push({
        ...written,
        status: 'SIGNED',
        decidedById: head.id,
        decidedOn: utcDateOfDay(version.day),
        version: 2,
        report,
      });
    });
    for (const plot of this.driving.papers) {
      const [story, unit] = [this.story(plot.task), this.unit(plot.unit)];
      const input =
        plot.kind === 'EXTENSION'
          ? { version: story.version, toDueOn: plot.toDueOn, reason: plot.reason, progress: plot.progress }
          : this.resultInput(story, unit, plot.writtenOn);
      await this.lay(story, unit, plot.kind, input, plot.writtenOn, plot.sentBack);
    }
  }

  private paperOf(
    id: number,
    story: Story,
    unit: StoryUnit,
    kind: 'PROGRESS' | 'RESULT' | 'EXTENSION',
    input: Prisma.InputJsonObject,
    on: Day,
  ) {
    const { reporter } = this.staff.of(unit.id);
    return {
      id,
      taskId: story.task.id,
      unitId: unit.id,
      kind,
      input,
      writtenById: reporter.id,
      writtenOn: utcDateOfDay(on),
      heldById: reporter.id,
      idempotencyKey: `demo-paper-${id}`,
    };
  }

  private inputOf(story: Story, report: Report, at: number): Prisma.InputJsonObject {
    const { percent, words } = report.versions[at]!;
    const shared = { percent, ...words, evidenceIds: [], adoptedFrom: [] };
    return report.kind === 'PROGRESS'
      ? { ...shared, cycleId: report.cycleId, expectedVersion: at }
      : { ...shared, taskVersion: story.version };
  }

  private resultInput(story: Story, unit: StoryUnit, on: Day): Prisma.InputJsonObject {
    const { year, month } = partsOfDay(on);
    const scene = {
      about: aboutOf(story.task.text),
      unit: unit.name,
      month: `${year}年${month}月`,
      percent: 100,
      round: 4,
    };
    return {
      taskVersion: story.version,
      percent: 100,
      ...reportWords('result', scene, this.random),
      evidenceIds: [],
      adoptedFrom: [],
    };
  }

  /** A paper that waits for the head, or that the head sent back. */
  private async lay(
    story: Story,
    unit: StoryUnit,
    kind: 'PROGRESS' | 'RESULT' | 'EXTENSION',
    input: Prisma.InputJsonObject,
    on: Day,
    sentBack?: { on: Day; reason: string },
  ): Promise<void> {
    const [id] = await allocateIds(this.tx, 'unit_paper', 1);
    const { reporter, head } = this.staff.of(unit.id);
    this.papers.push({
      ...this.paperOf(id!, story, unit, kind, input, on),
      ...(sentBack && {
        status: 'SENT_BACK' as const,
        decidedById: head.id,
        decidedOn: utcDateOfDay(sentBack.on),
        decisionNote: sentBack.reason,
        version: 2,
      }),
    });
    const payload = { kind, paperId: id! };
    this.put(story, { day: on, type: 'PAPER_WRITTEN', by: { unit, as: 'reporter' }, payload });
    this.tell(
      [head],
      on,
      {
        kind: 'paper_to_sign',
        key: paperKey(id!, 1),
        title: `${PAPER_WORDS[kind]}待您签发`,
        body: story.task.text,
        href: `/papers#paper-${id}`,
        taskId: story.task.id,
      },
      sentBack !== undefined,
    );
    if (!sentBack) return;
    this.put(story, { day: sentBack.on, type: 'PAPER_SENT_BACK', by: { unit, as: 'head' }, payload });
    this.tell([reporter], sentBack.on, {
      kind: 'paper_sent_back',
      key: sentBackKey(id!),
      title: `${PAPER_WORDS[kind]}被单位负责人退改`,
      body: sentBack.reason,
      href: `/tasks/${story.task.id}?paper=${id}#${kind === 'EXTENSION' ? 'extension' : 'report'}`,
      taskId: story.task.id,
    });
  }

  /** The last reports of a unit, sent in the last days of the demonstration, wait for the head instead: their cycle is not over. */
  private async holdBack(unit: StoryUnit): Promise<void> {
    let held = 0;
    for (const story of this.stories) {
      const report = story.reports.at(-1);
      const event = story.events.at(-1);
      if (held === 2 || !report || event?.type !== 'REPORT_SUBMITTED' || event.report !== report) continue;
      const isHeld =
        report.unitId === unit.id && report.kind === 'PROGRESS' && report.isByLead && report.versions.length === 1;
      if (!isHeld || story.reports.length < 3 || event.day < `${this.plan.today.slice(0, 8)}21`) continue;
      story.reports.pop();
      story.events.pop();
      held += 1;
      await this.lay(story, unit, 'PROGRESS', this.inputOf(story, report, 0), event.day);
    }
    if (held === 0) throw new Error(`${this.plan.slug}: nothing of ${unit.name} can wait for its head`);
  }

  private async weaveSlips(): Promise<void> {
    const { slips } = this.driving;
    const ids = await allocateIds(this.tx, 'slip', slips.length);
    const numbers = new Map<number, number>();
    slips.forEach((plot, index) => {
      let number: number | null = null;
      if (plot.issuedOn) {
        const { year } = partsOfDay(plot.issuedOn);
        number = (numbers.get(year) ?? 0) + 1;
        numbers.set(year, number);
      }
      const slip = { id: ids[index]!, plot, number, steps: this.stepsOf(ids[index]!, plot) };
      this.slips.push(slip);
      for (const seq of plot.tasks) this.weaveSlip(this.story(seq), slip);
      this.tellOfSlip(slip);
    });
  }

  private replyDueOn(from: Day, tier: SlipPlot['tier']): Day {
    const { replyWorkingDays } = TIERS.find((one) => one.tier === tier)!;
    return addWorkingDays(from, replyWorkingDays, this.plan.exceptions);
  }

  private stepsOf(slipId: number, plot: SlipPlot): SlipRow[] {
    const { office, second } = this.staff;
    const unit = this.unit(plot.unit);
    const { head } = this.staff.of(unit.id);
    const steps: SlipRow[] = [{ step: 'DRAFTED', day: plot.draftedOn, person: office }];
    const add = (step: SlipStep, day: Day | undefined, person: Person, more: Partial<SlipRow> = {}) => {
      if (day) steps.push({ step, day, person, ...more });
    };
    const reply = (given: NonNullable<SlipPlot['reply']>, dueOn: Day) =>
      add('REPLIED', given.on, head, {
        unitId: unit.id,
        text: given.text,
        payload: given.on > dueOn ? { isLate: true } : {},
        evidenceIds: (given.evidence ?? []).map((piece) =>
          this.piece(piece, { slipId, unitId: unit.id, person: head, on: given.on }),
        ),
      });
    add('CHECKED', plot.checkedOn, second);
    if (!plot.issuedOn) return steps;
    const dueOn = this.replyDueOn(plot.issuedOn, plot.tier);
    add('ISSUED', plot.issuedOn, office, { payload: { replyDueOn: dueOn, isCalendarPublished: true } });
    add('SIGNED_FOR', plot.signedOn, head, { unitId: unit.id });
    if (plot.reply) reply(plot.reply, dueOn);
    if (plot.returned) {
      const { on, reason, again } = plot.returned;
      const newDue = this.replyDueOn(on, plot.tier);
      add('REPLY_RETURNED', on, office, { text: reason, payload: { replyDueOn: newDue, isCalendarPublished: true } });
      reply(again, newDue);
    }
    add('CLOSED', plot.closedOn, office, { text: plot.closeWords ?? '' });
    if (plot.voided) add('VOIDED', plot.voided.on, office, { text: plot.voided.reason });
    return steps;
  }

  private weaveSlip(story: Story, { id, plot, number, steps }: Drive['slips'][number]): void {
    if (!plot.issuedOn || number === null) return;
    const unit = this.unit(plot.unit);
    const { words: tierWords } = TIERS.find((one) => one.tier === plot.tier)!;
    const named = documentNumber(this.driving.code, partsOfDay(plot.issuedOn).year, number);
    const shared = { slipId: id, tier: plot.tier, tierWords, number: named };
    for (const { step, day, text, payload } of steps) {
      if (step === 'DRAFTED' || step === 'CHECKED') continue;
      const isUnits = step === 'SIGNED_FOR' || step === 'REPLIED';
      const replyDueOn = payload?.replyDueOn as Day | undefined;
      const isReasoned = step === 'REPLY_RETURNED' || step === 'CLOSED' || step === 'VOIDED';
      this.put(story, {
        day,
        type: `SLIP_${step}` as StoryEvent['type'],
        by: isUnits ? { unit, as: 'head' } : 'office',
        unitId: step === 'ISSUED' ? unit.id : undefined,
        payload: { ...shared, ...(replyDueOn && { replyDueOn }), ...(isReasoned && text ? { reason: text } : {}) },
      });
    }
  }

  private tellOfSlip({ id, plot, number, steps }: Drive['slips'][number]): void {
    const unit = this.unit(plot.unit);
    const { words } = TIERS.find((one) => one.tier === plot.tier)!;
    const href = `/slips/${id}`;
    const last = steps.at(-1)!;
    const title = defaultTitle(plot.tier, words);
    const about = `${unit.name}：${title}`;
    const notice = (key: string, what: string, body: string) =>
      ({ kind: 'slip', key: `slip:${id}:${key}`, title: what, body, href, slipId: id }) as const;
    if (last.step === 'DRAFTED')
      this.tell([this.staff.second], last.day, notice('to_check:1', `${words}待审核`, about));
    if (last.step === 'CHECKED') this.tell([this.staff.office], last.day, notice('to_issue:2', '督办单待签发', about));
    if (!plot.issuedOn || number === null) return;
    const named = documentNumber(this.driving.code, partsOfDay(plot.issuedOn).year, number);
    const dueOn = this.replyDueOn(plot.issuedOn, plot.tier);
    this.tell(
      this.peopleOf(unit.id),
      plot.issuedOn,
      notice(
        'issued',
        `${words} ${named}：请签收并回复`,
        `${title}，涉及 ${plot.tasks.length} 项任务，请于 ${dueOn} 前回复。`,
      ),
      last.step !== 'ISSUED' && last.step !== 'SIGNED_FOR',
    );
    if (last.step === 'REPLIED')
      this.tell([this.staff.second], last.day, notice(`replied:${id}`, `${words} ${named} 已回复，请核对`, about));
    if (last.step === 'CLOSED')
      this.tell(this.peopleOf(unit.id), last.day, notice(`closed:${id}`, `${words} ${named} 已办结`, last.text ?? ''));
    if (last.step === 'VOIDED')
      this.tell(
        this.peopleOf(unit.id),
        last.day,
        notice('voided', `${words} ${named} 已作废`, `理由：${last.text} 该督办单不需再回复。`),
      );
  }

  private async weaveNodes(): Promise<void> {
    for (const plot of this.driving.nodes) {
      const story = this.story(plot.task);
      const unit = story.task.leads[0]!;
      const ids = await allocateIds(this.tx, 'node', plot.nodes.length);
      plot.nodes.forEach(({ title, dueOn, doneOn }, at) => {
        const id = ids[at]!;
        this.nodes.push({
          id,
          taskId: story.task.id,
          sortOrder: at + 1,
          title,
          dueOn: utcDateOfDay(dueOn),
          unitId: unit.id,
          doneOn: doneOn ? utcDateOfDay(doneOn) : null,
          addedOn: utcDateOfDay(plot.addedOn),
          version: doneOn ? 2 : 1,
        });
        const payload = { nodeId: id, title, dueOn, unitId: unit.id, form: this.uuid() };
        this.put(story, { day: plot.addedOn, type: 'NODE_ADDED', by: { unit, as: 'head' }, payload });
        if (doneOn)
          this.put(story, {
            day: doneOn,
            type: 'NODE_DONE',
            by: { unit, as: 'reporter' },
            payload: { ...payload, form: this.uuid(), doneOn },
          });
      });
    }
  }

  private async weaveObjections(): Promise<void> {
    for (const plot of this.driving.objections) {
      const [story, unit] = [this.story(plot.task), this.unit(plot.unit)];
      const [id] = await allocateIds(this.tx, 'objection', 1);
      const { reporter, head } = this.staff.of(unit.id);
      const { decided } = plot;
      const decision = decided?.instead ? 'REASSIGNED' : 'CONFIRMED';
      this.objections.push({
        id: id!,
        taskId: story.task.id,
        unitId: unit.id,
        ground: plot.ground,
        reason: plot.reason,
        raisedById: head.id,
        raisedOn: utcDateOfDay(plot.raisedOn),
        ...(decided && {
          status: decision,
          decidedById: this.staff.office.id,
          decidedOn: utcDateOfDay(decided.on),
          decisionNote: decided.note,
          version: 2,
        }),
      });
      this.put(story, {
        day: plot.raisedOn,
        type: 'OBJECTION_RAISED',
        by: { unit, as: 'head' },
        payload: {
          objectionId: id!,
          ground: plot.ground,
          groundWords: GROUND_WORDS[plot.ground],
          reason: plot.reason,
          form: this.uuid(),
        },
      });
      this.tell(
        this.offices,
        plot.raisedOn,
        {
          kind: 'objection',
          key: `objection:${id}`,
          title: `${unit.name}对第${story.task.seq}项任务提出分工异议`,
          body: `${GROUND_WORDS[plot.ground]}。${truncate(story.task.text, 40)}`,
          href: `/tasks/${story.task.id}#objections`,
          taskId: story.task.id,
        },
        decided !== undefined,
      );
      if (!decided) continue;
      const form = this.uuid();
      if (decided.instead) await this.weaveMove(story, unit, { ...decided, instead: decided.instead }, id!, form);
      this.put(story, {
        day: decided.on,
        type: 'OBJECTION_DECIDED',
        by: 'office',
        unitId: unit.id,
        payload: { objectionId: id!, decision, note: decided.note, form },
      });
      this.tell([reporter, head], decided.on, {
        kind: 'objection',
        key: `objection-decided:${id}`,
        title: `第${story.task.seq}项任务的分工异议已答复：${decided.instead ? '采纳，调整单位' : '维持原分工'}`,
        body: decided.note,
        href: `/tasks/${story.task.id}#objections`,
        taskId: story.task.id,
      });
    }
  }

  /** A responsible unit leaves the task, another takes its part: the printed words stay. */
  private async weaveMove(
    story: Story,
    unit: StoryUnit,
    decided: { on: Day; note: string; instead: string },
    objectionId: number,
    form: string,
  ): Promise<void> {
    const instead = this.unit(decided.instead);
    const before = await this.tx.taskUnit.findMany({
      where: { taskId: story.task.id, role: 'RESPONSIBLE' },
      orderBy: { position: 'asc' },
    });
    const stays = before.filter((mention) => mention.unitId !== unit.id);
    if (stays.length !== before.length - 1 || stays.some((mention) => mention.unitId === instead.id))
      throw new Error(`${this.plan.slug}: ${unit.name} cannot be replaced on task ${story.task.seq}`);
    this.moves.push({ taskId: story.task.id, from: unit.id, to: instead, on: decided.on });
    story.version += 1;
    const names = (printed: readonly string[]) => printed.join('、');
    this.put(story, {
      day: decided.on,
      type: 'TASK_REASSIGNED',
      by: 'office',
      payload: {
        responsible: {
          before: names(before.map((mention) => mention.printed)),
          after: names([...stays.map((mention) => mention.printed), instead.name]),
        },
        basis: `采纳分工异议：${decided.note}`,
        byOffice: true,
        objectionId,
        form: `${form}:units`,
      },
    });
  }

  private async weaveMessages(): Promise<void> {
    const ids = await allocateIds(this.tx, 'review_message', this.driving.messages.length);
    this.driving.messages.forEach((plot, index) => {
      const story = this.story(plot.task);
      const report = this.lastReport(story, 'RESULT');
      if (report?.status !== 'SUBMITTED') throw new Error(`${this.plan.slug}: task ${plot.task} has no open result`);
      const unit = report.versions[0]!.unit;
      const isByOffice = plot.from === 'office';
      const author = isByOffice ? this.staff.office : this.staff.of(unit.id).reporter;
      const id = ids[index]!;
      this.messages.push({
        id,
        taskId: story.task.id,
        unitId: isByOffice ? null : unit.id,
        authorId: author.id,
        authorWords: author.words,
        text: plot.text,
        writtenOn: utcDateOfDay(plot.on),
        idempotencyKey: this.uuid(),
        report,
      });
      this.put(story, {
        day: plot.on,
        type: 'REVIEW_MESSAGE',
        by: isByOffice ? 'office' : { unit, as: 'reporter' },
        payload: {
          byOffice: isByOffice,
          messageId: id,
          sha256: createHash('sha256').update(plot.text, 'utf8').digest('hex'),
        },
      });
      const isAnswered = this.driving.messages
        .slice(index + 1)
        .some((later) => later.task === plot.task && later.from === 'unit');
      this.tell(
        isByOffice ? this.peopleOf(unit.id) : this.offices,
        plot.on,
        {
          kind: 'message',
          key: `${isByOffice ? 'message' : 'answer'}:${id}`,
          title: `第 ${story.task.seq} 项${isByOffice ? '：优化办询问' : '：单位答复'}：${truncate(story.task.text, 40)}`,
          body: truncate(plot.text, 300),
          href: `/tasks/${story.task.id}#thread`,
          taskId: story.task.id,
        },
        isByOffice && isAnswered,
      );
    });
  }

  /** What was under way before the list came into force; the first report then finds the task in progress. */
  private weaveBackfill(): void {
    const { backfilled } = this.driving;
    if (!backfilled) return;
    const form = this.uuid();
    for (const seq of backfilled.tasks) {
      const story = this.story(seq);
      const [first] = story.events;
      if (first?.type !== 'REPORT_SUBMITTED' || !first.report?.isByLead)
        throw new Error(`${this.plan.slug}: task ${seq} does not start with a report of its lead`);
      story.events.unshift({
        day: this.plan.effectiveFrom,
        type: 'BACKFILLED',
        by: 'office',
        payload: {
          state: 'IN_PROGRESS',
          achievedOn: null,
          basis: backfilled.basis,
          reportedOn: null,
          percent: null,
          form,
        },
      });
    }
  }

  private weaveOpinions(): void {
    for (const plot of this.driving.objects) {
      const [story, unit] = [this.story(plot.task), this.unit(plot.unit)];
      const report = this.lastReport(story, 'RESULT');
      if (report?.status !== 'SUBMITTED') throw new Error(`${this.plan.slug}: task ${plot.task} has no open result`);
      this.put(story, {
        day: plot.on,
        type: 'COLEAD_OBJECTED',
        by: { unit, as: 'head' },
        report,
        version: report.versions.length,
        payload: { form: this.uuid(), reason: plot.words },
      });
    }
  }

  private weaveReminders(): void {
    for (const plot of this.driving.reminded) {
      const story = this.story(plot.task);
      const form = this.uuid();
      this.put(story, { day: plot.on, type: 'REMINDED', by: 'office', payload: { words: plot.words, form } });
      this.tell(
        story.task.leads.flatMap((unit) => this.peopleOf(unit.id)),
        plot.on,
        {
          kind: 'reminded',
          key: `reminded:${story.task.id}:${form}`,
          title: `催办：${truncate(story.task.text.replace(/\s+/gu, ' '), 40)}`,
          body: `${plot.words}（第 ${story.task.seq} 项）`,
          href: `/tasks/${story.task.id}`,
          taskId: story.task.id,
        },
      );
    }
  }

  private gatherEvidence(): void {
    for (const plot of this.driving.evidence) {
      const story = this.story(plot.task);
      const report = this.lastReport(story, plot.kind);
      const version = report?.versions.at(-1);
      if (!report || !version) throw new Error(`${this.plan.slug}: task ${plot.task} has no ${plot.kind}`);
      const { reporter } = this.staff.of(report.unitId);
      version.evidenceIds = plot.pieces.map((piece) =>
        this.piece(piece, { taskId: story.task.id, unitId: report.unitId, person: reporter, on: version.day }),
      );
    }
  }

  private piece(
    piece: Piece,
    { person, on, ...of }: { taskId?: number; slipId?: number; unitId: number; person: Person; on: Day },
  ): string {
    const id = this.uuid();
    const row = {
      id,
      kind: piece.kind === 'link' ? ('LINK' as const) : ('FILE' as const),
      title: piece.title,
      url: piece.kind === 'link' ? piece.url : '',
      docNumber: piece.docNumber ?? '',
      issuer: piece.issuer ?? '',
      signedOn: piece.signedOn ? utcDateOfDay(piece.signedOn) : null,
      uploadedById: person.id,
      uploadedOn: utcDateOfDay(on),
      ...of,
    };
    this.evidence.push({ piece, row, on });
    return id;
  }

  /** Where a form's key would stand. */
  private uuid(): string {
    return randomUUID();
  }

  // ------------------------------------------------------------ rows

  /** Settings and sign-fors from the start on, and the evidence that reports will name: its files lie in the store before any row says so. */
  async writeBefore(store: EvidenceStore): Promise<void> {
    const { tx, plan, driving } = this;
    const from = { validFrom: plan.effectiveFrom, basis: '演示数据' };
    if (plan.ownerUnitId === null) await setSetting(tx, null, 'document_code', plan.regionId, driving.code, from);
    for (const name of driving.headSigns) await setSetting(tx, null, 'head_signs', this.unit(name).id, true, from);
    for (const name of driving.supervised)
      await setSetting(tx, null, 'supervisor', this.unit(name).id, this.staff.supervisor.id, from);
    await this.writeSignFors();
    await this.writeHandlers();
    await this.writeEvidence(
      store,
      this.evidence.filter(({ row }) => row.taskId),
    );
  }

  private async writeSignFors(): Promise<void> {
    const { plan, driving } = this;
    const units = await listUnitsToSign(this.tx, plan.id, plan.effectiveFrom);
    const rows = units.flatMap(({ unitId, name }) => {
      const days = driving.signed[name] === undefined ? this.random.int(0, 2) : driving.signed[name];
      const person = this.staff.find(unitId);
      if (days === null || !person) return [];
      const on = days === 0 ? plan.effectiveFrom : addWorkingDays(plan.effectiveFrom, days, plan.exceptions);
      return [
        { planId: plan.id, unitId, signedById: person.id, signedByWords: person.words, signedOn: utcDateOfDay(on) },
      ];
    });
    await this.tx.signFor.createMany({ data: rows });
    for (const { unitId, name } of units.filter((unit) => !rows.some((row) => row.unitId === unit.unitId))) {
      const person = this.staff.find(unitId);
      if (!person) continue;
      this.tell([person], plan.effectiveFrom, {
        kind: 'sign_for',
        key: signForKey(plan.id, unitId),
        title: `请签收《${plan.title}》`,
        body: `${name}在清单中承担任务，请核对分工后签收；对分工有异议的，可在任务页提出。`,
        href: `/plans/${plan.id}#sign-for`,
      });
    }
  }

  /** The tasks of a unit shared out in turn among its reporters, its head by turns where there is one reporter. */
  private async writeHandlers(): Promise<void> {
    const rows = this.driving.handled.flatMap((name) => {
      const unit = this.unit(name);
      const { head } = this.staff.of(unit.id);
      const reporters = this.staff.reportersOf(unit.id);
      return this.stories
        .filter((story) => story.task.leads.some((lead) => lead.id === unit.id))
        .map((story, at) => ({
          taskId: story.task.id,
          unitId: unit.id,
          accountId: reporters[at % reporters.length]!.id,
          validFrom: utcDateOfDay(this.plan.effectiveFrom),
          setById: head.id,
        }));
    });
    await this.tx.taskHandler.createMany({ data: rows });
  }

  private async writeEvidence(store: EvidenceStore, pieces: Drive['evidence']): Promise<void> {
    const rows: Prisma.EvidenceCreateManyInput[] = [];
    for (const { piece, row } of pieces) {
      const file = fileOf(piece);
      const stored = file && (await store.put(file.content));
      rows.push({ ...row, ...(stored && { sha256: stored.sha256, bytes: stored.bytes, mediaType: file!.mediaType }) });
    }
    await this.tx.evidence.createMany({ data: rows });
  }

  /** Everything that hangs on reports and events, once they are written and standing is worked out. */
  async writeAfter(
    store: EvidenceStore,
    ids: {
      report: ReadonlyMap<Report, number>;
      review: ReadonlyMap<Report['reviews'][number], number>;
      extension: ReadonlyMap<Story['extensions'][number], number>;
    },
  ): Promise<void> {
    const { tx } = this;
    await tx.node.createMany({ data: this.nodes });
    await tx.objection.createMany({ data: this.objections });
    for (const move of this.moves) await this.writeMove(move);
    await tx.unitPaper.createMany({
      data: this.papers.map(({ report, ...paper }) => ({
        ...paper,
        reportId: report ? ids.report.get(report)! : null,
      })),
    });
    await tx.reviewMessage.createMany({
      data: this.messages.map(({ report, ...message }) => ({
        ...message,
        reportId: report ? ids.report.get(report)! : null,
      })),
    });
    await tx.coleadOpinion.createMany({ data: this.opinions(ids.report) });
    for (const slip of this.slips) await this.writeSlip(store, slip);
    await this.writeNumbers();
    this.tellOfReports(ids);
    await this.writeNotices();
  }

  private async writeMove({ taskId, from, to, on }: Drive['moves'][number]): Promise<void> {
    const { tx } = this;
    await tx.taskUnit.updateMany({
      where: { taskId, role: 'RESPONSIBLE', unitId: from },
      data: { validTo: utcDateOfDay(on) },
    });
    const last = await tx.taskUnit.aggregate({ where: { taskId }, _max: { position: true } });
    await tx.taskUnit.create({
      data: {
        taskId,
        role: 'RESPONSIBLE',
        position: (last._max.position ?? 0) + 1,
        printed: to.name,
        unitId: to.id,
        divisions: [],
        coUnitIds: [],
        isByOffice: true,
        validFrom: utcDateOfDay(on),
      },
    });
  }

  private opinions(reportIds: ReadonlyMap<Report, number>): Prisma.ColeadOpinionCreateManyInput[] {
    return this.stories.flatMap((story) =>
      story.events.flatMap((event) => {
        const agrees = event.type === 'COLEAD_AGREED';
        if ((!agrees && event.type !== 'COLEAD_OBJECTED') || !event.report || typeof event.by === 'string') return [];
        const person = this.staff.of(event.by.unit.id)[event.by.as];
        return [
          {
            reportId: reportIds.get(event.report)!,
            reportVersion: event.version ?? 1,
            unitId: event.by.unit.id,
            agrees,
            words: agrees ? '' : String(event.payload.reason ?? ''),
            givenById: person.id,
            givenByWords: person.words,
            givenOn: utcDateOfDay(event.day),
          },
        ];
      }),
    );
  }

  private async writeSlip(store: EvidenceStore, { id, plot, number, steps }: Drive['slips'][number]): Promise<void> {
    const { tx, plan, driving } = this;
    const unit = this.unit(plot.unit);
    const tier = TIERS.find((one) => one.tier === plot.tier)!;
    const tasks = await readStandings(
      tx,
      plot.tasks.map((seq) => this.story(seq).task.id),
      plot.issuedOn ?? plot.draftedOn,
    );
    const isFit =
      proposeTier(tasks, TIERS) === plot.tier &&
      tasks.every((task) => task.leadUnitIds.includes(unit.id) && task.state !== 'COMPLETED');
    if (!isFit) throw new Error(`${plan.slug}: no slip of tier ${plot.tier} to ${plot.unit} on ${plot.draftedOn}`);
    const dayOf = (step: SlipStep) => {
      const day = steps.findLast((one) => one.step === step)?.day;
      return day ? utcDateOfDay(day) : null;
    };
    const personOf = (step: SlipStep) => steps.find((one) => one.step === step)?.person.id ?? null;
    const year = plot.issuedOn ? partsOfDay(plot.issuedOn).year : null;
    const replyDueOn = steps.findLast((one) => one.payload?.replyDueOn)?.payload?.replyDueOn as Day | undefined;
    const drafted = personOf('DRAFTED')!;
    await tx.slip.create({
      data: {
        id,
        regionId: plan.regionId,
        ownerUnitId: plan.ownerUnitId,
        planId: plan.id,
        unitId: unit.id,
        tier: plot.tier,
        title: defaultTitle(plot.tier, tier.words),
        body: tier.opening,
        issuer: defaultIssuer(plan),
        contact: this.staff.office.name,
        replyWorkingDays: tier.replyWorkingDays,
        draftedById: drafted,
        draftedOn: utcDateOfDay(plot.draftedOn),
        heldById: drafted,
        idempotencyKey: this.uuid(),
        tasks: { create: tasks.map((task, at) => ({ taskId: task.taskId, sortOrder: at + 1 })) },
      },
      select: { id: true },
    });
    let status: SlipStatus = 'DRAFT';
    for (const { step } of steps) if (step !== 'DRAFTED') status = nextStatus(status, step);
    await tx.slip.update({
      where: { id },
      data: {
        status,
        version: steps.length,
        checkedById: personOf('CHECKED'),
        checkedOn: dayOf('CHECKED'),
        ...(number !== null && {
          tierWords: tier.words,
          unitWords: unit.name,
          documentCode: driving.code,
          numberYear: year,
          number,
          issuedById: personOf('ISSUED'),
          issuedOn: dayOf('ISSUED'),
          replyDueOn: utcDateOfDay(replyDueOn!),
          snapshot: tasks.map(paperTask),
          signedForOn: dayOf('SIGNED_FOR'),
          repliedOn: dayOf('REPLIED'),
          closedOn: dayOf('CLOSED'),
          voidedOn: dayOf('VOIDED'),
        }),
      },
      select: { id: true },
    });
    await this.writeEvidence(
      store,
      this.evidence.filter(({ row }) => row.slipId === id),
    );
    for (const { step, day, person, unitId, text, evidenceIds, payload } of steps)
      await tx.slipEvent.create({
        data: {
          slipId: id,
          step,
          actorId: person.id,
          actorWords: person.words,
          unitId: unitId ?? null,
          text: text ?? '',
          evidenceIds: evidenceIds ?? [],
          effectiveOn: utcDateOfDay(day),
          payload: {
            ...(step === 'ISSUED' ? { number: documentNumber(driving.code, year!, number!) } : {}),
            ...payload,
            form: this.uuid(),
          },
        },
        select: { id: true },
      });
  }

  /** The next slip goes on from here. */
  private async writeNumbers(): Promise<void> {
    const last = new Map<number, number>();
    for (const { plot, number } of this.slips)
      if (plot.issuedOn && number !== null) last.set(partsOfDay(plot.issuedOn).year, number);
    const { regionId, ownerUnitId } = this.plan;
    await this.tx.slipNumber.createMany({
      data: [...last].map(([year, number]) => ({ regionId, ownerUnitId: ownerUnitId ?? 0, year, last: number })),
    });
  }

  // ------------------------------------------------------------ inboxes

  /** Results that wait, requests for extensions, and what the office decided in the last days. */
  private tellOfReports(ids: Parameters<Drive['writeAfter']>[1]): void {
    for (const story of this.stories) {
      const { id: taskId, seq, text } = story.task;
      for (const report of story.reports) {
        const reportId = ids.report.get(report)!;
        const unit = report.versions[0]!.unit;
        if (report.kind === 'RESULT' && report.status === 'SUBMITTED') this.tellOfResult(story, report, reportId);
        for (const review of report.reviews) {
          const isAccepted = review.decision === 'ACCEPTED';
          if (isAccepted && report.kind === 'PROGRESS') continue;
          const what = `${report.kind === 'RESULT' ? '办结申请' : '进展'}${isAccepted ? '已审核通过' : '被退回'}`;
          this.tell(
            this.peopleOf(unit.id),
            review.day,
            {
              kind: isAccepted ? 'accepted' : 'returned',
              key: `${isAccepted ? 'accepted' : 'returned'}:${ids.review.get(review)!}`,
              title: `第 ${seq} 项${what}：${truncate(text, 40)}`,
              body: review.reason,
              href: `/tasks/${taskId}#reports`,
              taskId,
            },
            !isAccepted && isAnswered(story, report),
          );
        }
      }
      for (const extension of story.extensions) {
        if (extension.status !== 'REQUESTED') continue;
        const isFirst = extension.decidedBy === 'office';
        const id = ids.extension.get(extension)!;
        this.tell(isFirst ? this.offices : [this.staff.leader], extension.requestedOn, {
          kind: 'extension',
          key: `extension:${id}:asked`,
          title: `${extension.unit.name}申请${isFirst ? '' : '再次'}延期至 ${extension.to}，待决定`,
          body: text,
          href: `/extensions#extension-${id}`,
          taskId,
        });
      }
    }
  }

  private tellOfResult(story: Story, report: Report, reportId: number): void {
    const { id: taskId, text, leads } = story.task;
    const { day, unit } = report.versions[0]!;
    this.tell(this.offices, day, {
      kind: 'to_review',
      key: `to_review:${reportId}`,
      title: `${unit.name}申请办结，待审核`,
      body: text,
      href: `/tasks/${taskId}#review`,
      taskId,
    });
    for (const other of leads.filter((lead) => lead.id !== unit.id)) {
      const opinion = story.events.find(
        (event) =>
          event.report === report &&
          typeof event.by !== 'string' &&
          event.by.unit.id === other.id &&
          (event.type === 'COLEAD_AGREED' || event.type === 'COLEAD_OBJECTED'),
      );
      this.tell(
        this.peopleOf(other.id),
        day,
        {
          kind: 'colead',
          key: `colead:${reportId}`,
          title: `${unit.name}已申请办结，请提出共同牵头意见`,
          body: text,
          href: `/tasks/${taskId}#opinions`,
          taskId,
        },
        opinion !== undefined,
      );
      if (opinion?.type !== 'COLEAD_OBJECTED') continue;
      this.tell(this.offices, opinion.day, {
        kind: 'colead',
        key: `colead_objected:${reportId}:${other.id}:${String(opinion.payload.form ?? 'demo')}`,
        title: `${other.name}对办结申请有异议`,
        body: String(opinion.payload.reason ?? ''),
        href: `/tasks/${taskId}#opinions`,
        taskId,
      });
    }
  }

  /** What is open, and what was told in the last days; older ones have been read. */
  private async writeNotices(): Promise<void> {
    const [shown, read] = [addDays(this.plan.today, -TOLD_DAYS), addDays(this.plan.today, -READ_DAYS)];
    const at = (day: Day) => new Date(`${day}T10:00:00+08:00`);
    await this.tx.notice.createMany({
      data: this.told
        .filter(({ on, isSettled, kind }) => on >= shown || (!isSettled && !MERE_NEWS.has(kind)))
        .map(({ on, isSettled, ...notice }) => ({
          ...notice,
          effectiveOn: utcDateOfDay(on),
          readAt: isSettled || on < read ? at(on) : null,
          settledAt: isSettled ? at(on) : null,
        })),
      skipDuplicates: true,
    });
  }
}

/** What was returned asks for nothing any more: it was sent again, or its task has come to an end. */
function isAnswered(story: Story, report: Report): boolean {
  const { state, reports } = story;
  if (report.status !== 'RETURNED' || state === 'COMPLETED' || state === 'CANCELLED') return true;
  if (report.kind === 'PROGRESS') return false;
  // A result is sent again as another one.
  const later = reports.slice(reports.indexOf(report) + 1);
  return state === 'SUSTAINED' || later.some(({ kind, unitId }) => kind === 'RESULT' && unitId === report.unitId);
}

type SlipRow = {
  step: SlipStep;
  day: Day;
  person: Person;
  unitId?: number;
  text?: string;
  evidenceIds?: string[];
  payload?: Record<string, string | boolean>;
};
