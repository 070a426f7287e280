// What a form sends: reported at once, or laid before the unit's head; one task or many.
import 'server-only';
import { claimEvidence, releaseShared, shareEvidence } from '@/lib/evidence/evidence.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { ChangedFormError } from '@/lib/server/sent-form';
import { holdTask } from '@/lib/tasks/task.commands';
import { mustBeSigned } from '@/lib/unit-papers/head-signs.queries';
import { findSentPaper, writePaperIn } from '@/lib/unit-papers/paper-writing.commands';
import type { SubmitProgressInput, SubmitResultInput } from './report.schema';
import { checkProgress, checkResult, findRepeat, ownWords, type Submitted, type Words } from './report-checks.queries';
import { writeProgress, writeResult } from './report-writing.commands';
import { chooseUnit } from './speaking-units.queries';

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

/** 提交进展 in a transaction of its own. Refuses: as sendProgressIn. */
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
  const paperId = await findSentPaper(tx, actor, taskId, idempotencyKey);
  return paperId === null ? null : { report: null, paperId };
}

/** One row of many that could not be sent. */
export const rowErrorKey = (taskId: number): string => `row-${taskId}`;

/** Why a row was refused; one sent back since the form was drawn with the reason, read by which it may be sent again. */
function rowRefusal(taskId: number, { message, latest }: AppError): Record<string, string> {
  const { returned, seenReviewId } = (latest ?? {}) as Record<string, string | undefined>;
  if (returned === undefined || seenReviewId === undefined) return { [rowErrorKey(taskId)]: message };
  return { [rowErrorKey(taskId)]: `${message}退回理由：${returned}`, [`seenReviewId-${taskId}`]: seenReviewId };
}

/**
 * Many tasks in one form, all or nothing: one event a task. Where rows are refused nothing is written and `latest` says why under rowErrorKey(taskId).
 * Refuses: not_found (a task outside the actor's scope), unreadable (rows that cannot be sent), else as sendProgress.
 */
export async function sendManyProgress(actor: Actor, input: readonly SubmitProgressInput[]): Promise<Sent[]> {
  const rows = [...input].sort((a, b) => a.taskId - b.taskId);
  return inTransaction(async (tx) => {
    const sent: Sent[] = [];
    const refusals: Record<string, string> = {};
    let count = 0;
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
        // That one is about the form as a whole, which goes by another key from then on.
        if (error instanceof ChangedFormError) throw error;
        Object.assign(refusals, rowRefusal(row.taskId, error));
        count += 1;
      }
    }
    if (count > 0) {
      throw new AppError(
        'unreadable',
        `${rows.length} 项中有 ${count} 项不能提交，全部没有提交，您填写的内容已保留。请按各项下的提示修改，或去掉这些任务后再提交。`,
        { latest: refusals },
      );
    }
    await releaseShared(
      tx,
      actor,
      rows.flatMap((row) => row.evidenceIds ?? []),
      rows.map((row) => row.taskId),
    );
    return sent;
  });
}
