import 'server-only';
import type { Day } from '@/lib/dates';
import { claimEvidence, shareEvidence } from '@/lib/evidence/evidence.commands';
import { settle, tell } from '@/lib/notices/notice.commands';
import { accountsOfUnits, overseersOfPlan } from '@/lib/notices/recipients.queries';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Action } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { type HeldTask, holdTask, moveTask, nextState, requireVersion } from '@/lib/tasks/task.commands';
import { mustBeSigned } from '@/lib/unit-papers/head-signs.queries';
import { writePaperIn } from '@/lib/unit-papers/paper-writing.commands';
import { cycleChoices, isOpenOn } from './cycle-choice.rules';
import { listCycleSights } from './cycles.queries';
import { type SpeakingUnit, speakingUnits } from './report.policy';
import type { SubmitProgressInput, SubmitResultInput, WithdrawReportInput } from './report.schema';

export type Submitted = {
  reportId: number;
  version: number;
  /** The report counts from a day after the grace of its cycle. */
  isCatchUp: boolean;
  /** The same form had been received before; nothing was written now. */
  isRepeat: boolean;
};

/** The units for which the actor may take the action on a held task, leads first. */
export async function listSpeakingUnits(
  client: Db,
  actor: Actor,
  action: Action,
  access: { leadUnitIds: readonly number[]; unitIds: readonly number[] },
  day: Day,
): Promise<SpeakingUnit[]> {
  const acting = await countedUnits(actor.actingUnitIds, day, client);
  const children = await countedUnits(actor.childUnitIds, day, client);
  return speakingUnits(action, {
    roles: actor.roles,
    acting,
    children,
    leadUnitIds: access.leadUnitIds,
    unitIds: access.unitIds,
  });
}

async function chooseUnit(
  tx: Tx,
  actor: Actor,
  action: Action,
  task: HeldTask,
  given: number | undefined,
): Promise<SpeakingUnit> {
  const units = await listSpeakingUnits(tx, actor, action, task.access, task.today);
  if (units.length === 0) throw new AppError('forbidden');
  if (given === undefined) return units[0]!;
  // A unit merged away since the form was drawn counts as the one it went into.
  const [counted] = await countedUnits([given], task.today, tx);
  const unit = units.find((u) => u.unitId === counted);
  if (!unit) throw new AppError('forbidden');
  return unit;
}

/** The version a form has already made, where the same actor sent it before. Refuses: conflict (the key stands elsewhere). */
async function findRepeat(tx: Tx, actor: Actor, taskId: number, idempotencyKey: string): Promise<Submitted | null> {
  const version = await tx.reportVersion.findUnique({ where: { idempotencyKey }, include: { report: true } });
  if (!version) return null;
  if (version.authorId !== actor.accountId || version.report.taskId !== taskId) throw new AppError('conflict');
  return { reportId: version.reportId, version: version.version, isCatchUp: version.report.isCatchUp, isRepeat: true };
}

function requireDatedForPercent(task: HeldTask, percent: number | null): void {
  if (percent !== null && task.dueOn === null) {
    throw new AppError('unreadable', '该任务没有完成日期，不填完成程度。请清空后再提交，您填写的文字已保留。');
  }
}

/** What the report now says, for a page to show beside what was typed. */
async function latestOf(tx: Tx, reportId: number, version: number): Promise<Record<string, string>> {
  const row = await tx.reportVersion.findUniqueOrThrow({
    where: { reportId_version: { reportId, version } },
    include: { author: { select: { displayName: true } } },
  });
  return {
    percent: row.percent === null ? '' : String(row.percent),
    narrative: row.narrative,
    problems: row.problems,
    needs: row.needs,
    nextSteps: row.nextSteps,
    version: String(row.version),
    author: row.author.displayName,
    submittedAt: row.submittedAt.toISOString(),
  };
}

type Words = Pick<
  SubmitProgressInput,
  'percent' | 'narrative' | 'problems' | 'needs' | 'nextSteps' | 'idempotencyKey'
> & { evidenceIds: string[]; adoptedFrom: number[] };

/** Whose words they are, and who signed them where somebody else did. */
type Authorship = { authorId: number; signedById: number | null; paperId?: number; writtenBy?: string };

const ownWords = (actor: Actor): Authorship => ({
  authorId: actor.accountId,
  signedById: actor.roles.includes('unit_head') ? actor.accountId : null,
});

async function writeVersion(
  tx: Tx,
  reportId: number,
  version: number,
  words: Words,
  by: Authorship,
  day: Day,
): Promise<void> {
  await tx.reportVersion.create({
    data: {
      reportId,
      version,
      percent: words.percent,
      narrative: words.narrative,
      problems: words.problems,
      needs: words.needs,
      nextSteps: words.nextSteps,
      evidenceIds: words.evidenceIds,
      idempotencyKey: words.idempotencyKey,
      authorId: by.authorId,
      signedById: by.signedById,
      effectiveOn: toDate(day),
    },
    select: { id: true },
  });
}

/** True where these words equal to the letter what the unit said of the task the time before: accepted, and shown to the reviewer. */
async function equalsLast(tx: Tx, taskId: number, unitId: number, reportId: number, words: Words): Promise<boolean> {
  const last = await tx.reportVersion.findFirst({
    where: { report: { taskId, unitId, id: { not: reportId }, status: { not: 'WITHDRAWN' } } },
    orderBy: { id: 'desc' },
    select: { narrative: true, problems: true, needs: true, nextSteps: true },
  });
  return (
    last !== null &&
    last.narrative === words.narrative &&
    last.problems === words.problems &&
    last.needs === words.needs &&
    last.nextSteps === words.nextSteps
  );
}

/** What the event says of the words beside them. */
async function eventPayload(tx: Tx, task: HeldTask, unitId: number, reportId: number, words: Words, by: Authorship) {
  const adoptedFrom =
    words.adoptedFrom.length === 0
      ? []
      : await tx.progressReport.findMany({
          where: { id: { in: words.adoptedFrom }, taskId: task.id, unitId: { not: unitId } },
          select: { id: true },
          orderBy: { id: 'asc' },
        });
  return {
    ...((await equalsLast(tx, task.id, unitId, reportId, words)) ? { isSameAsLast: true } : {}),
    ...(adoptedFrom.length > 0 ? { adoptedFrom: adoptedFrom.map((report) => report.id) } : {}),
    ...(by.paperId === undefined ? {} : { paperId: by.paperId, writtenBy: by.writtenBy ?? '' }),
  };
}

type ProgressWords = Words & Pick<SubmitProgressInput, 'cycleId' | 'expectedVersion'>;

/** Everything that can be said against a PROGRESS before it is written. Refuses: as submitProgress. */
async function checkProgress(tx: Tx, task: HeldTask, unit: SpeakingUnit, input: ProgressWords) {
  const state = nextState(task.state, { type: 'progress', by: unit.isLead ? 'LEAD' : 'RESPONSIBLE' });
  requireDatedForPercent(task, input.percent);

  const sights = await listCycleSights(tx, task, unit, task.today);
  const cycle = sights.find((c) => c.id === input.cycleId);
  if (input.cycleId === undefined && sights.some((c) => isOpenOn(c, task.today))) {
    throw new AppError('unreadable', '请选择填报周期后再提交，您填写的文字已保留。');
  }
  if (input.cycleId !== undefined && !cycle) throw new AppError('not_found');
  if (cycle && cycle.startsOn > task.today)
    throw new AppError('invalid_state', `${cycle.label}周期尚未开始，不能提前填报。`);
  const isPastGrace = cycle !== undefined && task.today > cycle.graceEndsOn;

  const existing =
    cycle === undefined
      ? null
      : await tx.progressReport.findFirst({
          where: {
            taskId: task.id,
            unitId: unit.unitId,
            cycleId: cycle.id,
            kind: 'PROGRESS',
            status: { not: 'WITHDRAWN' },
          },
        });
  // One that was sent back counts anew, on the day it comes again; a correction leaves the day as it was.
  const isCatchUp = existing && existing.status !== 'RETURNED' ? existing.isCatchUp : isPastGrace;
  if (cycle && isPastGrace && !existing && !cycle.isOwed) {
    throw new AppError('invalid_state', `${cycle.label}周期截止时本单位没有应报的进展，无需补报。`);
  }
  if ((existing?.currentVersion ?? 0) !== input.expectedVersion) {
    throw new AppError(
      'conflict',
      existing ? '本单位已有人更新了这一周期的进展。请对照两份内容，确认后再提交；您填写的文字已保留。' : undefined,
      {
        latest: existing ? await latestOf(tx, existing.id, existing.currentVersion) : undefined,
      },
    );
  }
  return { state, cycle, existing, isCatchUp };
}

/** Writes a PROGRESS of a unit whose right was checked: one version, one event. Refuses: as submitProgress. */
async function writeProgress(
  tx: Tx,
  actor: Actor,
  task: HeldTask,
  unit: SpeakingUnit,
  input: ProgressWords,
  by: Authorship,
): Promise<Submitted> {
  const { state, cycle, existing, isCatchUp } = await checkProgress(tx, task, unit, input);
  const version = input.expectedVersion + 1;
  let reportId: number;
  if (existing) {
    reportId = existing.id;
    const written = await tx.progressReport.updateMany({
      where: { id: existing.id, currentVersion: existing.currentVersion },
      data: {
        currentVersion: version,
        status: 'SUBMITTED',
        isByLead: unit.isLead,
        isCatchUp,
      },
    });
    if (written.count !== 1) throw new AppError('conflict');
  } else {
    const created = await tx.progressReport.create({
      data: {
        taskId: task.id,
        unitId: unit.unitId,
        cycleId: cycle?.id ?? null,
        kind: 'PROGRESS',
        isByLead: unit.isLead,
        isCatchUp,
      },
      select: { id: true },
    });
    reportId = created.id;
  }
  await writeVersion(tx, reportId, version, input, by, task.today);
  if (state !== task.state) await moveTask(tx, task, { state });
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: 'REPORT_SUBMITTED',
    effectiveOn: task.today,
    unitId: unit.unitId,
    reportId,
    reportVersion: version,
    reportKind: 'PROGRESS',
    cycleId: cycle?.id ?? null,
    isByLead: unit.isLead,
    payload: {
      ...(isCatchUp ? { isCatchUp } : {}),
      ...(await eventPayload(tx, task, unit.unitId, reportId, input, by)),
    },
  });
  if (existing?.status === 'RETURNED') await settleReturned(tx, task.id, unit.unitId, 'PROGRESS');
  return { reportId, version, isCatchUp, isRepeat: false };
}

type ResultWords = Words & Pick<SubmitResultInput, 'taskVersion'>;

/** Everything that can be said against a RESULT before it is written. Refuses: as submitResult. */
function checkResult(task: HeldTask, input: ResultWords) {
  const state = nextState(task.state, { type: 'result', deadline: { dueOn: task.dueOn, ongoing: task.ongoing } });
  requireDatedForPercent(task, input.percent);
  requireVersion(task, input.taskVersion);
  return state;
}

/** Writes a RESULT of a lead whose right was checked: one version, one event, one move. Refuses: as submitResult. */
async function writeResult(
  tx: Tx,
  actor: Actor,
  task: HeldTask,
  unit: SpeakingUnit,
  input: ResultWords,
  by: Authorship,
): Promise<Submitted> {
  const state = checkResult(task, input);
  // It also stands for the report of the cycle it falls in.
  const { defaultId } = cycleChoices(await listCycleSights(tx, task, unit, task.today), task.today);
  const report = await tx.progressReport.create({
    data: { taskId: task.id, unitId: unit.unitId, cycleId: defaultId, kind: 'RESULT', isByLead: true },
    select: { id: true },
  });
  await writeVersion(tx, report.id, 1, input, by, task.today);
  await moveTask(tx, task, { state, stateBefore: task.state });
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: 'REPORT_SUBMITTED',
    effectiveOn: task.today,
    unitId: unit.unitId,
    reportId: report.id,
    reportVersion: 1,
    reportKind: 'RESULT',
    cycleId: defaultId,
    isByLead: true,
    payload: await eventPayload(tx, task, unit.unitId, report.id, input, by),
  });
  await settleReturned(tx, task.id, unit.unitId, 'RESULT');
  await tellOfResult(tx, task, unit.unitId, report.id);
  return { reportId: report.id, version: 1, isCatchUp: false, isRepeat: false };
}

/** What asked the unit to send it again is done. */
async function settleReturned(tx: Tx, taskId: number, unitId: number, kind: 'PROGRESS' | 'RESULT'): Promise<void> {
  const returned = await tx.review.findMany({
    where: { decision: 'RETURNED', report: { taskId, unitId, kind } },
    select: { id: true },
  });
  await settle(
    tx,
    'returned',
    returned.map((review) => `returned:${review.id}`),
  );
}

/** The office learns of a result to review, the other leads of one they may agree to. */
async function tellOfResult(tx: Tx, task: HeldTask, unitId: number, reportId: number): Promise<void> {
  const { text } = await tx.task.findUniqueOrThrow({ where: { id: task.id }, select: { text: true } });
  const { name } = await tx.unit.findUniqueOrThrow({ where: { id: unitId }, select: { name: true } });
  const office = await overseersOfPlan(tx, task.planId, 'office', task.id);
  const others = task.access.leadUnitIds.filter((id) => id !== unitId);
  const coleads = await accountsOfUnits(tx, others, ['unit_reporter', 'unit_head'], task.today);
  await tell(tx, [
    ...office.map((accountId) => ({
      accountId,
      kind: 'to_review' as const,
      key: `to_review:${reportId}`,
      title: `${name}申请办结，待审核`,
      body: text,
      href: `/tasks/${task.id}#review`,
      taskId: task.id,
    })),
    ...coleads.map((accountId) => ({
      accountId,
      kind: 'colead' as const,
      key: `colead:${reportId}`,
      title: `${name}已申请办结，请提出共同牵头意见`,
      body: text,
      href: `/tasks/${task.id}#opinions`,
      taskId: task.id,
    })),
  ]);
}

const MUST_BE_SIGNED = '本单位的填报须由单位负责人签发，不能直接提交。';

async function requireNoHead(tx: Tx, actor: Actor, unit: SpeakingUnit, task: HeldTask): Promise<void> {
  if (await mustBeSigned(tx, actor, unit.unitId, task.today)) throw new AppError('forbidden', MUST_BE_SIGNED);
}

/**
 * 填报进展; a second one in the same cycle becomes a new version. Refuses: not_found (outside the actor's scope, a cycle of another task),
 * forbidden (also where the unit's head signs and the actor is none), invalid_state (under review, closed, plan not running, a cycle to come or not owed),
 * unreadable (percent without a date, no cycle chosen, evidence that is not theirs), conflict (another version has come in between; carries it as `latest`).
 */
export async function submitProgressIn(tx: Tx, actor: Actor, input: SubmitProgressInput): Promise<Submitted> {
  const task = await holdTask(tx, actor, input.taskId, 'report.submit_progress');
  const unit = await chooseUnit(tx, actor, 'report.submit_progress', task, input.unitId);
  const repeat = await findRepeat(tx, actor, task.id, input.idempotencyKey);
  if (repeat) return repeat;
  await requireNoHead(tx, actor, unit, task);
  const evidenceIds = await claimEvidence(tx, actor, { taskId: task.id }, input.evidenceIds ?? []);
  return writeProgress(
    tx,
    actor,
    task,
    unit,
    { ...input, evidenceIds, adoptedFrom: input.adoptedFrom ?? [] },
    ownWords(actor),
  );
}

export async function submitProgress(actor: Actor, input: SubmitProgressInput): Promise<Submitted> {
  return inTransaction((tx) => submitProgressIn(tx, actor, input));
}

/**
 * 申请办结, by a lead. Refuses: not_found, forbidden (also where the unit's head signs and the actor is none), invalid_state (only ongoing, under review,
 * closed, plan not running), unreadable (percent without a date, evidence that is not theirs), conflict (the task has moved since the form was drawn).
 */
export async function submitResultIn(tx: Tx, actor: Actor, input: SubmitResultInput): Promise<Submitted> {
  const task = await holdTask(tx, actor, input.taskId, 'report.submit_result');
  const unit = await chooseUnit(tx, actor, 'report.submit_result', task, input.unitId);
  const repeat = await findRepeat(tx, actor, task.id, input.idempotencyKey);
  if (repeat) return repeat;
  await requireNoHead(tx, actor, unit, task);
  const evidenceIds = await claimEvidence(tx, actor, { taskId: task.id }, input.evidenceIds ?? []);
  return writeResult(
    tx,
    actor,
    task,
    unit,
    { ...input, evidenceIds, adoptedFrom: input.adoptedFrom ?? [] },
    ownWords(actor),
  );
}

export async function submitResult(actor: Actor, input: SubmitResultInput): Promise<Submitted> {
  return inTransaction((tx) => submitResultIn(tx, actor, input));
}

/** What became of a form: a report of the unit, or a paper that waits for its head. */
export type Sent = { report: Submitted; paperId: null } | { report: null; paperId: number };

/** A paper's own copy of the words, without what the database gives it. */
function paperInput(words: Words, where: { cycleId?: number; expectedVersion?: number; taskVersion?: number }) {
  const { percent, narrative, problems, needs, nextSteps, evidenceIds, adoptedFrom } = words;
  const given = Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));
  return { ...given, percent, narrative, problems, needs, nextSteps, evidenceIds, adoptedFrom };
}

/**
 * 提交进展 as a form does: reported at once, or laid before the unit's head where the head signs. What would be refused then is refused now. Sending the
 * same form twice does nothing more. `isShared`: the evidence goes with many tasks. Refuses: as submitProgress; invalid_state (a paper about the same waits).
 */
export async function sendProgressIn(
  tx: Tx,
  actor: Actor,
  input: SubmitProgressInput,
  { isShared = false } = {},
): Promise<Sent> {
  const task = await holdTask(tx, actor, input.taskId, 'report.submit_progress');
  const unit = await chooseUnit(tx, actor, 'report.submit_progress', task, input.unitId);
  const repeat = await findSent(tx, actor, task.id, input.idempotencyKey);
  if (repeat) return repeat;
  const isForHead = await mustBeSigned(tx, actor, unit.unitId, task.today);
  const evidenceIds = isShared
    ? await shareEvidence(tx, actor, { taskId: task.id }, input.evidenceIds ?? [])
    : await claimEvidence(tx, actor, { taskId: task.id }, input.evidenceIds ?? []);
  const words = { ...input, evidenceIds, adoptedFrom: input.adoptedFrom ?? [] };
  if (!isForHead) return { report: await writeProgress(tx, actor, task, unit, words, ownWords(actor)), paperId: null };
  await checkProgress(tx, task, unit, words);
  const { cycleId, expectedVersion } = input;
  const paperId = await writePaperIn(tx, actor, task, {
    unitId: unit.unitId,
    kind: 'PROGRESS',
    input: paperInput(words, { cycleId, expectedVersion }),
    cycleId,
    idempotencyKey: input.idempotencyKey,
  });
  return { report: null, paperId };
}

export async function sendProgress(actor: Actor, input: SubmitProgressInput): Promise<Sent> {
  return inTransaction((tx) => sendProgressIn(tx, actor, input));
}

/** 申请办结 as a form does: at once, or laid before the unit's head. Refuses: as submitResult; invalid_state (a paper about the same waits). */
export async function sendResult(actor: Actor, input: SubmitResultInput): Promise<Sent> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'report.submit_result');
    const unit = await chooseUnit(tx, actor, 'report.submit_result', task, input.unitId);
    const repeat = await findSent(tx, actor, task.id, input.idempotencyKey);
    if (repeat) return repeat;
    const isForHead = await mustBeSigned(tx, actor, unit.unitId, task.today);
    const evidenceIds = await claimEvidence(tx, actor, { taskId: task.id }, input.evidenceIds ?? []);
    const words = { ...input, evidenceIds, adoptedFrom: input.adoptedFrom ?? [] };
    if (!isForHead) return { report: await writeResult(tx, actor, task, unit, words, ownWords(actor)), paperId: null };
    checkResult(task, words);
    const paperId = await writePaperIn(tx, actor, task, {
      unitId: unit.unitId,
      kind: 'RESULT',
      input: paperInput(words, { taskVersion: input.taskVersion }),
      idempotencyKey: input.idempotencyKey,
    });
    return { report: null, paperId };
  });
}

async function findSent(tx: Tx, actor: Actor, taskId: number, idempotencyKey: string): Promise<Sent | null> {
  const report = await findRepeat(tx, actor, taskId, idempotencyKey);
  if (report) return { report, paperId: null };
  const paper = await tx.unitPaper.findUnique({ where: { idempotencyKey } });
  if (!paper) return null;
  if (paper.writtenById !== actor.accountId || paper.taskId !== taskId) throw new AppError('conflict');
  return { report: null, paperId: paper.id };
}

/** One row of many that could not be sent. */
export const rowErrorKey = (taskId: number): string => `row-${taskId}`;

/**
 * Many tasks in one form, all or nothing: one event a task. Where rows are refused nothing is written and `latest` says why under rowErrorKey(taskId).
 * Refuses: not_found (a task outside the actor's scope), unreadable (rows that cannot be sent), else as sendProgress.
 */
export async function sendManyProgress(actor: Actor, input: readonly SubmitProgressInput[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  const refusals: Record<string, string> = {};
  const rows = [...input].sort((a, b) => a.taskId - b.taskId);
  await inTransaction(async (tx) => {
    // Plans before tasks, as everywhere.
    await tx.$queryRaw`
      SELECT p.id FROM plan p WHERE p.id IN (SELECT plan_id FROM task WHERE id = ANY(${rows.map((row) => row.taskId)}::int[])) ORDER BY p.id FOR SHARE`;
    for (const row of rows) {
      try {
        sent.push(
          await sendProgressIn(
            tx,
            actor,
            { ...row, idempotencyKey: `${row.idempotencyKey}:${row.taskId}` },
            { isShared: true },
          ),
        );
      } catch (error) {
        // Every refusal is made before anything of its row is written, so the other rows can still be asked; nothing is kept in the end.
        if (!(error instanceof AppError) || error.code === 'not_found') throw error;
        refusals[rowErrorKey(row.taskId)] = error.message;
      }
    }
    const count = Object.keys(refusals).length;
    if (count > 0) {
      throw new AppError(
        'unreadable',
        `${rows.length} 项中有 ${count} 项不能提交，全部没有提交，您填写的内容已保留。请按各项下的提示修改，或去掉这些任务后再提交。`,
        { latest: refusals },
      );
    }
  });
  return sent;
}

/** What a head signs of a report: the words that go out, and who wrote them. */
export type SignedWords = Words & { by: Authorship; unitId: number; cycleId?: number };

/** A report as its head signs it, on a task held with `paper.sign`. Refuses: as submitProgress and submitResult. */
export async function submitSigned(
  tx: Tx,
  actor: Actor,
  task: HeldTask,
  words: SignedWords & ({ kind: 'PROGRESS'; expectedVersion: number } | { kind: 'RESULT'; taskVersion: number }),
): Promise<Submitted> {
  const unit = { unitId: words.unitId, isLead: task.access.leadUnitIds.includes(words.unitId) };
  if (!unit.isLead && (words.kind === 'RESULT' || !task.access.unitIds.includes(words.unitId))) {
    throw new AppError('invalid_state', '本单位已不再承担该任务，不能签发。请退改说明情况。');
  }
  return words.kind === 'PROGRESS'
    ? writeProgress(tx, actor, task, unit, words, words.by)
    : writeResult(tx, actor, task, unit, words, words.by);
}

/**
 * 撤回, by the same unit before a decision; a PROGRESS only while its cycle is open. Sending it twice does nothing more. Refuses: not_found,
 * forbidden (another unit's report, or the unit's head signs and the actor is none), invalid_state (decided, cycle closed, plan not running), conflict (another version has come in between).
 */
export async function withdrawReport(actor: Actor, input: WithdrawReportInput): Promise<void> {
  await inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'report.withdraw');
    const report = await tx.progressReport.findFirst({
      where: { id: input.reportId, taskId: task.id },
      include: { cycle: true },
    });
    if (!report) throw new AppError('not_found');
    const [owner] = await countedUnits([report.unitId], task.today, tx);
    const units = await listSpeakingUnits(tx, actor, 'report.withdraw', task.access, task.today);
    if (!units.some((unit) => unit.unitId === owner)) throw new AppError('forbidden');
    if (await mustBeSigned(tx, actor, report.unitId, task.today))
      throw new AppError('forbidden', '本单位的填报由单位负责人签发，上报后也由单位负责人撤回。');
    if (report.status === 'WITHDRAWN') return;
    if (report.status !== 'SUBMITTED') throw new AppError('invalid_state', '该填报已有审核结论，不能撤回。');
    if (report.currentVersion !== input.reportVersion)
      throw new AppError('conflict', '该填报已有新的版本，请刷新页面核对后再决定是否撤回。');
    if (report.kind === 'RESULT') {
      const state = nextState(task.state, { type: 'withdraw', stateBefore: task.stateBefore });
      await moveTask(tx, task, { state, stateBefore: null });
    } else if (report.cycle && toDate(task.today) > report.cycle.graceEndsOn) {
      throw new AppError('invalid_state', '该周期的填报期已过，不能撤回；内容有误的，请提交更正后的版本。');
    }
    await tx.progressReport.update({ where: { id: report.id }, data: { status: 'WITHDRAWN' }, select: { id: true } });
    if (report.kind === 'RESULT') {
      await settle(tx, 'to_review', [`to_review:${report.id}`]);
      await settle(tx, 'colead', [`colead:${report.id}`]);
    }
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'REPORT_WITHDRAWN',
      effectiveOn: task.today,
      unitId: report.unitId,
      reportId: report.id,
      reportVersion: report.currentVersion,
      reportKind: report.kind,
      cycleId: report.cycleId,
      isByLead: report.isByLead,
      payload: {},
    });
  });
}
