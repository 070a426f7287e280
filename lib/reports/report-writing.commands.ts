// What a report is in the database: one version, one event, and who is told. Rights are checked by those who call it.
import 'server-only';
import type { Day } from '@/lib/dates';
import { settle, tell } from '@/lib/notices/notice.commands';
import { accountsOfUnits, overseersOfPlan } from '@/lib/notices/recipients.queries';
import { storedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import type { Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { type HeldTask, moveTask } from '@/lib/tasks/task.commands';
import { cycleChoices } from './cycle-choice.rules';
import { listCycleSights } from './cycles.queries';
import type { SpeakingUnit } from './report.policy';
import {
  type Authorship,
  checkProgress,
  checkResult,
  type ProgressWords,
  type ResultWords,
  type Submitted,
  type Words,
} from './report-checks.queries';

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
async function equalsLast(
  tx: Tx,
  { id: taskId, today: day }: HeldTask,
  unitId: number,
  reportId: number,
  words: Words,
): Promise<boolean> {
  const units = await storedUnits([unitId], day, tx);
  const last = await tx.reportVersion.findFirst({
    where: { report: { taskId, unitId: { in: units }, id: { not: reportId }, status: { not: 'WITHDRAWN' } } },
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
    ...((await equalsLast(tx, task, unitId, reportId, words)) ? { isSameAsLast: true } : {}),
    ...(adoptedFrom.length > 0 ? { adoptedFrom: adoptedFrom.map((report) => report.id) } : {}),
    ...(by.paperId === undefined ? {} : { paperId: by.paperId, writtenBy: by.writtenBy ?? '' }),
  };
}

/** Writes a PROGRESS of a unit whose right was checked: one version, one event. Refuses: as submitProgress. */
export async function writeProgress(
  tx: Tx,
  actor: Actor,
  task: HeldTask,
  unit: SpeakingUnit,
  input: ProgressWords,
  by: Authorship,
): Promise<Submitted> {
  const { state, cycle, existing, isCatchUp } = await checkProgress(tx, task, unit, input, {
    isSigned: by.paperId !== undefined,
  });
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
  if (existing?.status === 'RETURNED') await settleReturned(tx, task, unit.unitId, 'PROGRESS');
  return { reportId, version, isCatchUp, isRepeat: false };
}

/** Writes a RESULT of a lead whose right was checked: one version, one event, one move. Refuses: as submitResult. */
export async function writeResult(
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
  await settleReturned(tx, task, unit.unitId, 'RESULT');
  await tellOfResult(tx, task, unit.unitId, report.id);
  return { reportId: report.id, version: 1, isCatchUp: false, isRepeat: false };
}

/** What asked the unit to send it again is done. */
async function settleReturned(tx: Tx, task: HeldTask, unitId: number, kind: 'PROGRESS' | 'RESULT'): Promise<void> {
  const units = await storedUnits([unitId], task.today, tx);
  const returned = await tx.review.findMany({
    where: { decision: 'RETURNED', report: { taskId: task.id, unitId: { in: units }, kind } },
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
