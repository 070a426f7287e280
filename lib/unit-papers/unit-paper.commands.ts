import 'server-only';
import { requestExtensionIn } from '@/lib/extensions/extension.commands';
import { settle, tell } from '@/lib/notices/notice.commands';
import { handlersOf, stillOfUnit } from '@/lib/notices/recipients.queries';
import { submitSigned } from '@/lib/reports/report-writing.commands';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Action } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { setSetting } from '@/lib/settings/setting.commands';
import { readSetting } from '@/lib/settings/setting.queries';
import { holdTask } from '@/lib/tasks/task.commands';
import { isHeadOf } from './head-signs.queries';
import { PAPER_WORDS, paperKey, sentBackKey } from './paper-writing.commands';
import {
  type SendBackPaperInput,
  type SetHeadSignsInput,
  type SignPaper,
  storedExtensionSchema,
  storedReportSchema,
  type WithdrawPaperInput,
} from './unit-paper.schema';

/** A paper held with its task, for somebody of the unit or its head. Refuses: not_found (outside the scope, another unit's paper), forbidden. */
async function holdPaper(tx: Tx, actor: Actor, paperId: number, action: Action) {
  const found = await tx.unitPaper.findUnique({ where: { id: paperId }, select: { taskId: true, unitId: true } });
  if (!found) throw new AppError('not_found');
  const day = await today(tx);
  const isHead = await isHeadOf(tx, actor, found.unitId, day);
  const own = await countedUnits([...actor.actingUnitIds], day, tx);
  const [counted] = await countedUnits([found.unitId], day, tx);
  // Before the head has signed a paper is the unit's own: for everybody else it does not exist.
  if (!isHead && !(counted !== undefined && own.includes(counted))) throw new AppError('not_found');
  // Its head decides about a paper of the unit, also of a 科室 that is only responsible, or of a unit that has left the task since.
  const task = await holdTask(tx, actor, found.taskId, isHead && action === 'paper.sign' ? 'task.read' : action);
  const paper = await tx.unitPaper.findUniqueOrThrow({
    where: { id: paperId },
    include: { writtenBy: { select: { displayName: true } } },
  });
  return { task, paper, isHead, unitId: counted ?? found.unitId };
}

type HeldPaper = Awaited<ReturnType<typeof holdPaper>>['paper'];

/** True where the decision has been carried out before. Refuses: invalid_state (decided otherwise), conflict (another version). */
function isDone(
  actor: Actor,
  paper: HeldPaper,
  version: number,
  status: 'SIGNED' | 'SENT_BACK' | 'WITHDRAWN',
): boolean {
  if (paper.status === status && paper.decidedById === actor.accountId) return true;
  if (paper.status !== 'WAITING') {
    const words = { SIGNED: '已签发', SENT_BACK: '已退改', WITHDRAWN: '已被撤回' }[paper.status];
    throw new AppError('invalid_state', `这份${PAPER_WORDS[paper.kind]}${words}，请刷新后查看。`);
  }
  if (paper.version !== version)
    throw new AppError('conflict', '这份待签材料已有变动，请刷新后重新核对；您填写的文字已保留。');
  return false;
}

async function decidePaper(
  tx: Tx,
  actor: Actor,
  paper: HeldPaper,
  day: string,
  status: 'SIGNED' | 'SENT_BACK' | 'WITHDRAWN',
  more: { decisionNote?: string; reportId?: number; extensionId?: number } = {},
): Promise<void> {
  const { count } = await tx.unitPaper.updateMany({
    where: { id: paper.id, version: paper.version, status: 'WAITING' },
    data: { ...more, status, decidedById: actor.accountId, decidedOn: toDate(day), version: { increment: 1 } },
  });
  if (count !== 1) throw new AppError('conflict');
  await settle(tx, 'paper_to_sign', [paperKey(paper.id, paper.version)]);
}

/**
 * 签发: what the paper holds leaves the unit today, in the writer's words or as the head corrected them; the writer stays its author. What was written stays in the
 * paper. Sending the same form twice does nothing more. Refuses: not_found (outside the scope, another unit's paper), forbidden (no head of the unit or of the one
 * above it), invalid_state and conflict (decided, or what submitting or asking refuses: the paper then waits on, its text intact), unreadable.
 */
export async function signPaper(actor: Actor, input: SignPaper): Promise<{ taskId: number }> {
  return inTransaction(async (tx) => {
    const { task, paper, isHead, unitId } = await holdPaper(tx, actor, input.paperId, 'paper.sign');
    if (!isHead) throw new AppError('forbidden', '只有本单位或上级单位的负责人可以签发。');
    if (isDone(actor, paper, input.version, 'SIGNED')) return { taskId: task.id };
    const { displayName: writtenBy } = paper.writtenBy;
    if (paper.kind === 'EXTENSION') {
      const stored = storedExtensionSchema.parse(paper.input);
      const extensionId = await requestExtensionIn(
        tx,
        actor,
        {
          taskId: task.id,
          version: input.taskVersion ?? stored.version,
          toDueOn: input.toDueOn ?? stored.toDueOn,
          reason: input.reason ?? stored.reason,
          progress: input.progress ?? stored.progress,
        },
        { id: paper.id, unitId, writtenBy },
      );
      await decidePaper(tx, actor, paper, task.today, 'SIGNED', { extensionId });
      return { taskId: task.id };
    }
    const stored = storedReportSchema.parse(paper.input);
    const words = {
      unitId,
      cycleId: stored.cycleId,
      percent: input.percent === undefined ? stored.percent : input.percent,
      narrative: input.narrative ?? stored.narrative,
      problems: input.problems ?? stored.problems,
      needs: input.needs ?? stored.needs,
      nextSteps: input.nextSteps ?? stored.nextSteps,
      // Claimed when the paper was written, and held by it since.
      evidenceIds: stored.evidenceIds,
      adoptedFrom: stored.adoptedFrom,
      idempotencyKey: paper.idempotencyKey,
      by: { authorId: paper.writtenById, signedById: actor.accountId, paperId: paper.id, writtenBy },
    };
    const { reportId } = await submitSigned(
      tx,
      actor,
      task,
      paper.kind === 'PROGRESS'
        ? { ...words, kind: 'PROGRESS', expectedVersion: input.expectedVersion ?? stored.expectedVersion ?? 0 }
        : { ...words, kind: 'RESULT', taskVersion: input.taskVersion ?? stored.taskVersion ?? 0 },
    );
    await decidePaper(tx, actor, paper, task.today, 'SIGNED', { reportId });
    return { taskId: task.id };
  });
}

/**
 * 退改, with what is to be changed; the words stay for the writer to start from. Sending it twice does nothing more. Refuses: not_found, forbidden (no head of the
 * unit or of the one above it), invalid_state (decided, plan not running), conflict.
 */
export async function sendBackPaper(actor: Actor, input: SendBackPaperInput): Promise<{ taskId: number }> {
  return inTransaction(async (tx) => {
    const { task, paper, isHead } = await holdPaper(tx, actor, input.paperId, 'paper.sign');
    if (!isHead) throw new AppError('forbidden', '只有本单位或上级单位的负责人可以退改。');
    if (isDone(actor, paper, input.version, 'SENT_BACK')) return { taskId: task.id };
    await decidePaper(tx, actor, paper, task.today, 'SENT_BACK', { decisionNote: input.reason });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'PAPER_SENT_BACK',
      effectiveOn: task.today,
      unitId: paper.unitId,
      payload: { kind: paper.kind, paperId: paper.id },
    });
    // Where both have gone to other units, whoever looks after the task there now.
    const writers = await stillOfUnit(tx, [paper.writtenById, paper.heldById], paper.unitId, task.today);
    const told = writers.length > 0 ? writers : await handlersOf(tx, task.id, paper.unitId, task.today);
    await tell(
      tx,
      told.map((accountId) => ({
        accountId,
        kind: 'paper_sent_back' as const,
        key: sentBackKey(paper.id),
        title: `${PAPER_WORDS[paper.kind]}被单位负责人退改`,
        body: input.reason,
        href: `/tasks/${task.id}?paper=${paper.id}#${paper.kind === 'EXTENSION' ? 'extension' : 'report'}`,
        taskId: task.id,
      })),
    );
    return { taskId: task.id };
  });
}

/**
 * 撤回 a paper before the head has decided, by who wrote or now looks after it. Sending it twice does nothing more. Refuses: not_found, forbidden (somebody else of
 * the unit), invalid_state (decided, plan not running), conflict.
 */
export async function withdrawPaper(
  actor: Actor,
  input: WithdrawPaperInput,
): Promise<{ taskId: number; kind: HeldPaper['kind'] }> {
  return inTransaction(async (tx) => {
    const { task, paper } = await holdPaper(tx, actor, input.paperId, 'report.withdraw');
    if (paper.writtenById !== actor.accountId && paper.heldById !== actor.accountId)
      throw new AppError('forbidden', '待签材料由拟稿人撤回；单位负责人可以退改。');
    const done = { taskId: task.id, kind: paper.kind };
    if (isDone(actor, paper, input.version, 'WITHDRAWN')) return done;
    await decidePaper(tx, actor, paper, task.today, 'WITHDRAWN');
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'PAPER_WITHDRAWN',
      effectiveOn: task.today,
      unitId: paper.unitId,
      payload: { kind: paper.kind, paperId: paper.id },
    });
    return done;
  });
}

/**
 * Whether what a unit's reporters write is signed by its head, from today on; papers already waiting wait on. Refuses: not_found (a unit outside the actor's
 * regions), forbidden (neither head of the unit or of the one above it, nor who manages the units of its region).
 */
export async function setHeadSigns(actor: Actor, input: SetHeadSignsInput): Promise<void> {
  await inTransaction(async (tx) => {
    const unit = await tx.unit.findUnique({ where: { id: input.unitId }, select: { id: true, regionId: true } });
    const sees =
      unit !== null &&
      (actor.regionId === null
        ? actor.roles.includes('admin')
        : unit.regionId === actor.regionId || actor.childRegionIds.includes(unit.regionId));
    const isHead = unit !== null && (await isHeadOf(tx, actor, unit.id, await today(tx)));
    if (!unit || !(sees || isHead)) throw new AppError('not_found');
    const day = await today(tx);
    const may = isHead || mayDoInRegion(actor, 'unit.manage', unit.regionId);
    if (!may) throw new AppError('forbidden', '只有本单位或上级单位的负责人、管理单位的管理员可以设置。');
    if ((await readSetting('head_signs', unit.id, day, tx)) === input.signs) return;
    await setSetting(tx, actor, 'head_signs', unit.id, input.signs);
  });
}
