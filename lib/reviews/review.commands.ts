import 'server-only';
import { settle, tell } from '@/lib/notices/notice.commands';
import { accountsOfUnits, handlersOf } from '@/lib/notices/recipients.queries';
import type { Action } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { fromDate, recordEvent, toDate } from '@/lib/server/events';
import { holdTask, moveTask, nextState } from '@/lib/tasks/task.commands';
import { settleAsked, withdrawMatters } from '@/lib/tasks/task-settling.commands';
import { truncate } from '@/lib/text';
import { leadsAreOwn } from './own-unit.queries';
import type { AcceptReportInput, AcceptReportsInput, ReturnReportInput } from './review.schema';

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
  if (report.status !== 'SUBMITTED') throw new AppError('invalid_state', await decidedWords(tx, report.id));
  // What the office has entered itself is entered anew, not sent back to a unit that never wrote it.
  if (report.isBackfill && report.currentVersion === 1)
    throw new AppError('invalid_state', '这是优化办补录的进展，不能退回；内容有误的，请重新补录。');
  if (report.currentVersion !== input.reportVersion) {
    throw new AppError('conflict', '填报单位已提交新的版本，请刷新页面读过新内容后再审核；您填写的文字已保留。');
  }
  return { task, report };
}

/** What was decided, by whom: told to the one who came second. */
async function decidedWords(tx: Tx, reportId: number): Promise<string> {
  const review = await tx.review.findFirst({ where: { reportId }, orderBy: { id: 'desc' } });
  const event =
    review && (await tx.taskEvent.findFirst({ where: { reviewId: review.id }, select: { actorWords: true } }));
  if (!review || !event) return '该填报已有审核结论，请刷新页面查看。';
  const what = review.decision === 'ACCEPTED' ? '审核通过' : `退回，理由：${review.reason}`;
  return `该填报已由${event.actorWords}于 ${fromDate(review.effectiveOn)} ${what}。您的操作没有执行，填写的文字已保留。`;
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
  await tellUnit(tx, actor, { task, report }, review.id, decision, reason);
}

/** Tells the people of the unit who wrote it, look after it or head the unit; what asked the office to review it is done. */
async function tellUnit(
  tx: Tx,
  actor: Actor,
  { task, report }: HeldReport,
  reviewId: number,
  decision: 'ACCEPTED' | 'RETURNED',
  reason: string,
): Promise<void> {
  const [handlers, people, heads, row] = await Promise.all([
    handlersOf(tx, task.id, report.unitId, task.today),
    accountsOfUnits(tx, [report.unitId], ['unit_reporter', 'unit_head'], task.today),
    accountsOfUnits(tx, [report.unitId], ['unit_head'], task.today),
    tx.task.findUniqueOrThrow({ where: { id: task.id }, select: { seq: true, text: true } }),
  ]);
  const writers = report.versions.flatMap((v) => [v.authorId, v.signedById ?? v.authorId]);
  const told = new Set([...handlers, ...writers.filter((id) => people.includes(id)), ...heads]);
  told.delete(actor.accountId);
  const isAccepted = decision === 'ACCEPTED';
  const what = `${report.kind === 'RESULT' ? '办结申请' : '进展'}${isAccepted ? '已审核通过' : '被退回'}`;
  await tell(
    tx,
    [...told].map((accountId) => ({
      accountId,
      kind: isAccepted ? ('accepted' as const) : ('returned' as const),
      key: `${isAccepted ? 'accepted' : 'returned'}:${reviewId}`,
      title: `第 ${row.seq} 项${what}：${truncate(row.text, 40)}`,
      body: reason,
      // What was sent back is put right in the form, which says why and starts from it.
      href: isAccepted
        ? `/tasks/${task.id}#reports`
        : `/tasks/${task.id}${report.kind === 'PROGRESS' && report.cycleId !== null ? `?cycle=${report.cycleId}` : ''}#report`,
      taskId: task.id,
    })),
  );
  await settle(tx, 'to_review', [`to_review:${report.id}`]);
  await settle(tx, 'colead', [`colead:${report.id}`]);
  // What the office has asked about it needs no answer any more.
  const asked = await tx.reviewMessage.findMany({ where: { reportId: report.id, unitId: null }, select: { id: true } });
  await settle(
    tx,
    'message',
    asked.map((message) => `message:${message.id}`),
  );
  await settle(tx, 'review_old', [`review-old:${task.id}:${leftOn({ task, report })}`]);
}

/**
 * 审核通过 a RESULT, within a transaction. Refuses: not_found, forbidden (the account that wrote or signed it), invalid_state (a PROGRESS, decided by
 * somebody, withdrawn, plan not running), conflict (another version has come in between).
 */
export async function acceptReportIn(tx: Tx, actor: Actor, input: AcceptReportInput): Promise<void> {
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
  const end = state === 'SUSTAINED' ? 'SUSTAINED' : 'COMPLETED';
  await withdrawMatters(tx, actor, [task.id], end, task.today);
  await settleAsked(tx, [task.id], end);
}

/** 审核通过 a RESULT. Refuses: as acceptReportIn. */
export async function acceptReport(actor: Actor, input: AcceptReportInput): Promise<void> {
  await inTransaction((tx) => acceptReportIn(tx, actor, input));
}

/**
 * 批量审核通过: one review and one event each, all or nothing; the reasons by report come with the refusal as `latest`. Returns how many. Refuses:
 * not_found (any of them outside the scope), invalid_state (any of them refused, for the other reasons of acceptReportIn).
 */
export async function acceptReports(actor: Actor, input: AcceptReportsInput): Promise<number> {
  return inTransaction(async (tx) => {
    const reasons: Record<string, string> = {};
    // In one order, so that two such lists wait for each other instead of stopping each other.
    for (const { taskId, reportId, reportVersion } of input.items.toSorted((a, b) => a.taskId - b.taskId)) {
      try {
        await acceptReportIn(tx, actor, {
          taskId,
          reportId,
          reportVersion,
          note: input.note,
          idempotencyKey: `${input.idempotencyKey}:${reportId}`,
        });
      } catch (error) {
        // The others are checked too, so that all reasons are told at once; then everything is taken back.
        if (!(error instanceof AppError) || error.code === 'not_found') throw error;
        reasons[reportId] = error.message;
      }
    }
    const refused = Object.keys(reasons).length;
    if (refused > 0) {
      throw new AppError('invalid_state', `有 ${refused} 项不能通过，全部没有执行。`, {
        latest: reasons,
      });
    }
    return input.items.length;
  });
}

/** The day the words under review left the unit. */
function leftOn({ report }: HeldReport) {
  return fromDate(report.versions.find((v) => v.version === 1)!.effectiveOn);
}

/**
 * 退回 a RESULT or a PROGRESS, with a reason, within a transaction. Refuses: not_found, forbidden, invalid_state (decided by somebody, withdrawn, plan not
 * running, a PROGRESS of a task that has ended), unreadable (no reason), conflict (another version has come in between).
 */
export async function returnReportIn(tx: Tx, actor: Actor, input: ReturnReportInput): Promise<void> {
  const held = await holdReport(tx, actor, input, 'report.return');
  if (!held) return;
  if (input.reason.trim() === '') throw new AppError('unreadable', '请填写退回理由。');
  const { task, report } = held;
  // Who could not send it again is not asked to.
  if (report.kind === 'PROGRESS' && (task.state === 'COMPLETED' || task.state === 'CANCELLED'))
    throw new AppError('invalid_state', '任务已办结或已取消，单位不能再填报，进展不再退回。您填写的文字已保留。');
  const moved = report.kind === 'RESULT' ? nextState(task.state, { type: 'return', reason: input.reason }) : null;
  await writeReview(tx, actor, held, 'RETURNED', input.reason, input.idempotencyKey);
  if (moved) await moveTask(tx, task, { state: moved, stateBefore: null });
}

/** 退回 a RESULT or a PROGRESS, with a reason. Refuses: as returnReportIn. */
export async function returnReport(actor: Actor, input: ReturnReportInput): Promise<void> {
  await inTransaction((tx) => returnReportIn(tx, actor, input));
}
