import 'server-only';
import { holdCalendar } from '@/lib/cycles/calendar.queries';
import { assertInReview, assertVersion, json, lockDraft } from '@/lib/imports/drafts/draft-change.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit } from '@/lib/server/events';
import type {
  CommitRevisionInput,
  DecideAllInput,
  DecideRowInput,
  DroppedDecision,
  RowDecision,
} from './revision.schema';
import { REVISION_KIND_WORDS } from './revision.schema';
import { revisionBlocks, revisionRefusal } from './revision-blocks.rules';
import { type DroppedTask, loadRevision, type RevisedRow, type Revision } from './revision-comparison.queries';
import { cancelRefusal, isDecisionOf, takeRefusal } from './revision-plan.rules';
import { writeRevision } from './revision-write.commands';

/** The revised list, held until the transaction ends. Refuses: not_found, invalid_state (not in review, no revised list, its plan takes none). */
async function openRevision(tx: Tx, actor: Actor, draftId: number): Promise<Revision> {
  assertInReview(await lockDraft(tx, actor, draftId));
  const revision = await loadRevision(tx, draftId);
  if (!revision) throw new AppError('invalid_state', '这份草稿不是已有方案的修订稿。');
  const refusal = revisionRefusal(revision);
  if (refusal !== null) throw new AppError('invalid_state', refusal);
  return revision;
}

const CONFLICT = '这一项已被他人更改，您的选择没有保存。请查看最新内容后再选。';

/**
 * One decision of a person about one row or one dropped task; the same once more changes nothing. Refuses: not_found, invalid_state (not in review; no
 * decision of this kind; the rules forbid it), conflict (the row was changed or decided otherwise meanwhile).
 */
export async function decideRow(actor: Actor, input: DecideRowInput): Promise<void> {
  await inTransaction(async (tx) => {
    const revision = await openRevision(tx, actor, input.draftId);
    if (input.rowId !== null) await decideOneRow(tx, revision, input.rowId, input);
    else await decideOneTask(tx, revision, input.taskId!, input);
  });
}

async function decideOneRow(
  tx: Tx,
  revision: Revision,
  rowId: number,
  { decision, version }: Pick<DecideRowInput, 'decision' | 'version'>,
): Promise<void> {
  const row = revision.rows.find(({ state }) => state.id === rowId);
  if (!row) throw new AppError('not_found');
  if (row.decision === decision) return;
  if (row.version !== version) throw new AppError('conflict', CONFLICT);
  if (row.comparison.kind === 'same' || !isDecisionOf(row.comparison.kind, decision))
    throw new AppError('invalid_state', '这一行没有这种处理方式，请刷新页面后重新选择。');
  const refusal = decision === 'take' ? refusalOf(revision, row) : null;
  if (refusal !== null) throw new AppError('invalid_state', refusal);
  await writeRowDecisions(tx, revision, [row], decision as RowDecision);
}

async function decideOneTask(
  tx: Tx,
  revision: Revision,
  taskId: number,
  { decision, version }: Pick<DecideRowInput, 'decision' | 'version'>,
): Promise<void> {
  const dropped = revision.dropped.find(({ task }) => task.id === taskId);
  if (!dropped) throw new AppError('not_found');
  if (dropped.decision === decision) return;
  if (dropped.version !== version) throw new AppError('conflict', CONFLICT);
  if (!isDecisionOf('dropped', decision))
    throw new AppError('invalid_state', '这一项没有这种处理方式，请刷新页面后重新选择。');
  const refusal = decision === 'cancel' ? cancelRefusal(dropped.task) : null;
  if (refusal !== null) throw new AppError('invalid_state', refusal);
  await writeTaskDecisions(tx, revision, [dropped], decision as DroppedDecision);
}

/**
 * The same decision for all of a kind that are undecided and sure; those the rules forbid it for are left. Returns how many were decided and how many
 * of the kind are still open. Refuses: not_found, invalid_state (not in review; no decision of this kind).
 */
export async function decideAll(actor: Actor, input: DecideAllInput): Promise<{ decided: number; open: number }> {
  return inTransaction(async (tx) => {
    const revision = await openRevision(tx, actor, input.draftId);
    const { kind, decision } = input;
    if (!isDecisionOf(kind, decision))
      throw new AppError('invalid_state', `“${REVISION_KIND_WORDS[kind]}”没有这种处理方式，请刷新页面后重新选择。`);
    if (kind === 'dropped') {
      const open = revision.dropped.filter((dropped) => dropped.decision === null);
      const fit = open.filter(({ task }) => decision !== 'cancel' || cancelRefusal(task) === null);
      await writeTaskDecisions(tx, revision, fit, decision as DroppedDecision);
      return { decided: fit.length, open: open.length - fit.length };
    }
    const open = revision.rows.filter((row) => row.comparison.kind === kind && row.decision === null);
    const fit = open.filter(
      (row) => !row.comparison.isUnsure && (decision !== 'take' || refusalOf(revision, row) === null),
    );
    await writeRowDecisions(tx, revision, fit, decision as RowDecision);
    return { decided: fit.length, open: open.length - fit.length };
  });
}

function refusalOf(revision: Revision, { comparison, incoming }: RevisedRow): string | null {
  if (comparison.taskId === null) return null;
  return takeRefusal(revision.tasks.get(comparison.taskId)!, incoming, comparison, revision.plan.status);
}

async function writeRowDecisions(
  tx: Tx,
  { draftId }: Revision,
  rows: readonly RevisedRow[],
  decision: RowDecision,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    UPDATE import_row r SET matched_task_id = p."taskId", change = p.change, decision = ${decision}, version = r.version + 1
      FROM jsonb_to_recordset(${JSON.stringify(
        rows.map(({ state, comparison }) => ({ id: state.id, taskId: comparison.taskId, change: comparison })),
      )}::jsonb) AS p(id int, "taskId" int, change jsonb)
     WHERE r.id = p.id AND r.draft_id = ${draftId}::int`;
  await touchDraft(tx, draftId);
}

async function writeTaskDecisions(
  tx: Tx,
  { draftId }: Revision,
  dropped: readonly DroppedTask[],
  decision: DroppedDecision,
): Promise<void> {
  if (dropped.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO import_dropped_task (draft_id, task_id, decision)
    SELECT ${draftId}::int, id, ${decision} FROM unnest(${dropped.map(({ task }) => task.id)}::int[]) AS id
        ON CONFLICT (draft_id, task_id) DO UPDATE SET decision = EXCLUDED.decision, version = import_dropped_task.version + 1`;
  await touchDraft(tx, draftId);
}

/** Whoever commits has seen every decision. */
async function touchDraft(tx: Tx, draftId: number): Promise<void> {
  await tx.importDraft.update({ where: { id: draftId }, data: { version: { increment: 1 } }, select: { id: true } });
}

/**
 * The plan that stands takes what was decided, or nothing of it; returns the plan's id, also when sent twice. Refuses: not_found, invalid_state (not in
 * review; undecided rows; the plan is archived or withdrawn; a decision the rules forbid; open questions without confirmOpen; a new unit's name is
 * taken), conflict (stale version).
 */
export async function commitRevision(actor: Actor, input: CommitRevisionInput): Promise<number> {
  return inTransaction(
    async (tx) => {
      // New tasks with cycles of their own get them by it.
      await holdCalendar(tx);
      const head = await lockDraft(tx, actor, input.draftId);
      const seen = await tx.importDraft.findUniqueOrThrow({ where: { id: head.id }, select: { basePlanId: true } });
      if (head.status === 'COMMITTED' && seen.basePlanId !== null) return seen.basePlanId;
      assertInReview(head);
      assertVersion(head, input.version);
      // Reports and decisions on its tasks wait, so that what was compared is what is changed.
      await tx.$queryRaw`SELECT id FROM plan WHERE id = ${seen.basePlanId}::int FOR UPDATE`;
      const revision = await openRevision(tx, actor, head.id);
      const blocks = revisionBlocks(revision);
      if (blocks.length > 0) throw new AppError('invalid_state', blocks.join(''));
      const { documentId, counts } = await writeRevision(tx, actor, head, revision, input.confirmOpen);
      await tx.$executeRaw`
        UPDATE import_draft SET status = 'COMMITTED', closed_at = now(), version = version + 1 WHERE id = ${head.id}::int`;
      await tx.plan.update({
        where: { id: revision.plan.id },
        data: { version: { increment: 1 } },
        select: { id: true },
      });
      const { title, docNumber } = revision.document;
      await recordAudit(tx, actor, {
        kind: 'plan.revised',
        subject: 'plan',
        subjectId: revision.plan.id,
        payload: json({ draftId: head.id, documentId, title, docNumber, ...counts }),
      });
      await recordAudit(tx, actor, {
        kind: 'import.committed',
        subject: 'import',
        subjectId: head.id,
        payload: json({ planId: revision.plan.id, ...counts }),
      });
      return revision.plan.id;
    },
    { timeout: 60_000 },
  );
}
