import 'server-only';
import type { Action } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { fromDate, recordEvent, toDate } from '@/lib/server/events';
import { holdTask, moveTask, nextState } from '@/lib/tasks/task.commands';
import { leadsAreOwn } from './own-unit.queries';
import type { AcceptReportInput, ReturnReportInput } from './review.schema';

type Reviewed = { taskId: number; reportId: number; reportVersion: number; idempotencyKey: string };

/** The report a review is about, held with its task; null: the same form has been carried out before. */
async function holdReport(tx: Tx, actor: Actor, input: Reviewed, action: Action) {
  const task = await holdTask(tx, actor, input.taskId, action);
  const report = await tx.progressReport.findFirst({
    where: { id: input.reportId, taskId: task.id },
    include: { versions: { select: { version: true, authorId: true, signedById: true, effectiveOn: true } } },
  });
  if (!report) throw new AppError('not_found');
  const before = await tx.review.findUnique({ where: { idempotencyKey: input.idempotencyKey } });
  if (before) {
    if (before.reviewerId !== actor.accountId || before.reportId !== report.id) throw new AppError('conflict');
    return null;
  }
  if (report.status === 'WITHDRAWN') throw new AppError('invalid_state', '该填报已被填报单位撤回，无需审核。');
  if (report.status !== 'SUBMITTED') throw new AppError('invalid_state', '该填报已有审核结论，请刷新页面查看。');
  if (report.currentVersion !== input.reportVersion) {
    throw new AppError('conflict', '填报单位已提交新的版本，请刷新页面读过新内容后再审核；您填写的文字已保留。');
  }
  return { task, report };
}

type HeldReport = NonNullable<Awaited<ReturnType<typeof holdReport>>>;

async function writeReview(
  tx: Tx,
  actor: Actor,
  { task, report }: HeldReport,
  decision: 'ACCEPTED' | 'RETURNED',
  reason: string,
  idempotencyKey: string,
): Promise<void> {
  const review = await tx.review.create({
    data: {
      reportId: report.id,
      reportVersion: report.currentVersion,
      decision,
      reason,
      reviewerId: actor.accountId,
      isOwnUnit: await leadsAreOwn(tx, actor, task),
      effectiveOn: toDate(task.today),
      idempotencyKey,
    },
    select: { id: true },
  });
  await tx.progressReport.update({ where: { id: report.id }, data: { status: decision }, select: { id: true } });
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: decision === 'ACCEPTED' ? 'REPORT_ACCEPTED' : 'REPORT_RETURNED',
    effectiveOn: task.today,
    unitId: report.unitId,
    reportId: report.id,
    reportVersion: report.currentVersion,
    reportKind: report.kind,
    cycleId: report.cycleId,
    isByLead: report.isByLead,
    reviewId: review.id,
    payload: {},
  });
}

/**
 * 审核通过 a RESULT. Refuses: not_found, forbidden (the account that wrote or signed it), invalid_state (a PROGRESS, decided, withdrawn, plan not
 * running), conflict (another version has come in between).
 */
export async function acceptReport(actor: Actor, input: AcceptReportInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdReport(tx, actor, input, 'report.accept');
    if (!held) return;
    const { task, report } = held;
    if (report.kind !== 'RESULT')
      throw new AppError('invalid_state', '进展提交后即计入，不需审核通过；内容不实的可以退回。');
    if (report.versions.some((v) => v.authorId === actor.accountId || v.signedById === actor.accountId)) {
      throw new AppError('forbidden', '办结申请由您填写或签发，不能由您本人审核通过，请交其他工作人员审核。');
    }
    const state = nextState(task.state, { type: 'accept', deadline: { dueOn: task.dueOn, ongoing: task.ongoing } });
    await writeReview(tx, actor, held, 'ACCEPTED', input.note, input.idempotencyKey);
    await moveTask(tx, task, { state, stateBefore: null, achievedOn: leftOn(held) });
  });
}

/** The day the words under review left the unit. */
function leftOn({ report }: HeldReport) {
  return fromDate(report.versions.find((v) => v.version === 1)!.effectiveOn);
}

/**
 * 退回 a RESULT or a PROGRESS, with a reason. Refuses: not_found, forbidden, invalid_state (decided, withdrawn, plan not running), unreadable (no
 * reason), conflict (another version has come in between).
 */
export async function returnReport(actor: Actor, input: ReturnReportInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdReport(tx, actor, input, 'report.return');
    if (!held) return;
    if (input.reason.trim() === '') throw new AppError('unreadable', '请填写退回理由。');
    const { task, report } = held;
    const moved = report.kind === 'RESULT' ? nextState(task.state, { type: 'return', reason: input.reason }) : null;
    await writeReview(tx, actor, held, 'RETURNED', input.reason, input.idempotencyKey);
    if (moved) await moveTask(tx, task, { state: moved, stateBefore: null });
  });
}
