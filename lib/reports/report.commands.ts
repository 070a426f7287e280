import 'server-only';
import type { Day } from '@/lib/dates';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Action } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { type HeldTask, holdTask, moveTask, nextState, requireVersion } from '@/lib/tasks/task.commands';
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

type Words = Pick<SubmitProgressInput, 'percent' | 'narrative' | 'problems' | 'needs' | 'nextSteps' | 'idempotencyKey'>;

async function writeVersion(
  tx: Tx,
  actor: Actor,
  reportId: number,
  version: number,
  words: Words,
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
      idempotencyKey: words.idempotencyKey,
      authorId: actor.accountId,
      signedById: actor.roles.includes('unit_head') ? actor.accountId : null,
      effectiveOn: toDate(day),
    },
    select: { id: true },
  });
}

/**
 * 填报进展; a second one in the same cycle becomes a new version. Refuses: not_found (outside the actor's scope, a cycle of another task),
 * forbidden, invalid_state (under review, closed, plan not running, a cycle to come or not owed), unreadable (percent without a date, no cycle
 * chosen), conflict (another version has come in between; carries it as `latest`).
 */
export async function submitProgress(actor: Actor, input: SubmitProgressInput): Promise<Submitted> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'report.submit_progress');
    const unit = await chooseUnit(tx, actor, 'report.submit_progress', task, input.unitId);
    const repeat = await findRepeat(tx, actor, task.id, input.idempotencyKey);
    if (repeat) return repeat;
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
    await writeVersion(tx, actor, reportId, version, input, task.today);
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
      payload: isCatchUp ? { isCatchUp } : {},
    });
    return { reportId, version, isCatchUp, isRepeat: false };
  });
}

/**
 * 申请办结, by a lead. Refuses: not_found, forbidden, invalid_state (only ongoing, under review, closed, plan not running), unreadable (percent
 * without a date), conflict (the task has moved since the form was drawn).
 */
export async function submitResult(actor: Actor, input: SubmitResultInput): Promise<Submitted> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'report.submit_result');
    const unit = await chooseUnit(tx, actor, 'report.submit_result', task, input.unitId);
    const repeat = await findRepeat(tx, actor, task.id, input.idempotencyKey);
    if (repeat) return repeat;
    const state = nextState(task.state, { type: 'result', deadline: { dueOn: task.dueOn, ongoing: task.ongoing } });
    requireDatedForPercent(task, input.percent);
    requireVersion(task, input.taskVersion);

    // It also stands for the report of the cycle it falls in.
    const { defaultId } = cycleChoices(await listCycleSights(tx, task, unit, task.today), task.today);
    const report = await tx.progressReport.create({
      data: { taskId: task.id, unitId: unit.unitId, cycleId: defaultId, kind: 'RESULT', isByLead: true },
      select: { id: true },
    });
    await writeVersion(tx, actor, report.id, 1, input, task.today);
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
      payload: {},
    });
    return { reportId: report.id, version: 1, isCatchUp: false, isRepeat: false };
  });
}

/**
 * 撤回, by the same unit before a decision; a PROGRESS only while its cycle is open. Sending it twice does nothing more. Refuses: not_found,
 * forbidden (another unit's report), invalid_state (decided, cycle closed, plan not running), conflict (another version has come in between).
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
