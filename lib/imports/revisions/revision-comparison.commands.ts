import 'server-only';
import type { Tx } from '@/lib/server/db';
import { revisionRefusal } from './revision-blocks.rules';
import { isSameComparison, loadRevision } from './revision-comparison.queries';

/**
 * Writes beside each row of a revised list which task it is and how it differs. What was decided on another change is undecided again. Does nothing
 * where the draft is no revised list.
 */
export async function compareDraft(tx: Tx, draftId: number): Promise<void> {
  const revision = await loadRevision(tx, draftId);
  if (!revision || revisionRefusal(revision) !== null) return;
  const stored = await tx.importRow.findMany({ where: { draftId }, select: { id: true, change: true } });
  const changeOf = new Map(stored.map(({ id, change }) => [id, change]));
  const changed = revision.rows.filter(
    ({ state, comparison }) => !isSameComparison(changeOf.get(state.id), comparison),
  );
  if (changed.length === 0) return;
  await tx.$executeRaw`
    UPDATE import_row r SET matched_task_id = p."taskId", change = p.change, decision = NULL
      FROM jsonb_to_recordset(${JSON.stringify(
        changed.map(({ state, comparison }) => ({ id: state.id, taskId: comparison.taskId, change: comparison })),
      )}::jsonb) AS p(id int, "taskId" int, change jsonb)
     WHERE r.id = p.id AND r.draft_id = ${draftId}::int`;
}
