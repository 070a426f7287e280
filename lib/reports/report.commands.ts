import 'server-only';
import { claimEvidence } from '@/lib/evidence/evidence.commands';
import { settle } from '@/lib/notices/notice.commands';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { type HeldTask, holdTask, moveTask, nextState } from '@/lib/tasks/task.commands';
import { mustBeSigned } from '@/lib/unit-papers/head-signs.queries';
import type { SpeakingUnit } from './report.policy';
import type { SubmitProgressInput, SubmitResultInput, WithdrawReportInput } from './report.schema';
import { findRepeat, ownWords, type Submitted } from './report-checks.queries';
import { writeProgress, writeResult } from './report-writing.commands';
import { chooseUnit, listSpeakingUnits } from './speaking-units.queries';

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

/** 填报进展 in a transaction of its own. Refuses: as submitProgressIn. */
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

/** 申请办结 in a transaction of its own. Refuses: as submitResultIn. */
export async function submitResult(actor: Actor, input: SubmitResultInput): Promise<Submitted> {
  return inTransaction((tx) => submitResultIn(tx, actor, input));
}

/**
 * 撤回, by the same unit before a decision; a PROGRESS only while its cycle is open. Sending it twice does nothing more. Refuses: not_found,
 * forbidden (another unit's report, or the unit's head signs and the actor is none), invalid_state (decided, entered by the office, cycle closed, plan not running), conflict (another version has come in between).
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
    if (await mustBeSigned(tx, actor, owner!, task.today))
      throw new AppError('forbidden', '本单位的填报由单位负责人签发，上报后也由单位负责人撤回。');
    if (report.status === 'WITHDRAWN') return;
    if (report.status !== 'SUBMITTED') throw new AppError('invalid_state', '该填报已有审核结论，不能撤回。');
    if (report.isBackfill && report.currentVersion === 1)
      throw new AppError('invalid_state', '该填报由优化办补录，不由单位撤回。内容有误的，请提交更正后的版本。');
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
