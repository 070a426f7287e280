import 'server-only';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma } from '@/lib/server/db';
import type { EvidenceTarget, EvidenceView } from './evidence.schema';
import { findTargetAccess, ownUnits } from './evidence-access.queries';
import { type EvidenceHints, evidenceHints } from './evidence-hints.rules';

const COLUMNS = Prisma.sql`
  e.id, e.kind::text AS kind, e.title, e.media_type AS "mediaType", e.bytes::float8 AS bytes, e.url, e.doc_number AS "docNumber", e.issuer,
  e.signed_on::text AS "signedOn", u.name AS "unitName", a.display_name AS "uploadedByName", e.uploaded_on::text AS "uploadedOn",
  evidence_is_named(e.id) AS "isNamed"`;
const FROM = Prisma.sql`FROM evidence e JOIN account a ON a.id = e.uploaded_by_id LEFT JOIN unit u ON u.id = e.unit_id`;

/** The pieces by id, in the order given; ids of nothing are left out. A plain reader: whoever calls it has checked the right. */
export async function listEvidence(ids: readonly string[], client: Db = db()): Promise<EvidenceView[]> {
  if (ids.length === 0) return [];
  return client.$queryRaw<EvidenceView[]>`
    SELECT ${COLUMNS} ${FROM} JOIN unnest(${[...ids]}::uuid[]) WITH ORDINALITY AS wanted(id, n) ON wanted.id = e.id ORDER BY wanted.n`;
}

/**
 * What the actor's account, or one of their unit that has since been disabled, has uploaded for a task or slip and nothing names yet, oldest first; with
 * `ofColleagues` what anybody of their unit has, for whoever sends it in the unit's name.
 */
export async function listUnsentEvidence(
  actor: Actor,
  target: EvidenceTarget,
  client: Db = db(),
  { ofColleagues = false } = {},
): Promise<EvidenceView[]> {
  const where =
    'slipId' in target ? Prisma.sql`e.slip_id = ${target.slipId}` : Prisma.sql`e.task_id = ${target.taskId}`;
  const units = await ownUnits(actor, client);
  return client.$queryRaw<EvidenceView[]>`
    SELECT ${COLUMNS} ${FROM} WHERE ${where} AND (e.uploaded_by_id = ${actor.accountId} OR (e.unit_id = ANY(${units}::int[]) AND (NOT a.is_active OR ${ofColleagues})))
       AND e.discarded_at IS NULL AND NOT evidence_is_named(e.id)
     ORDER BY e.uploaded_at, e.id LIMIT 200`;
}

export type StoredEvidence = { id: string; title: string; mediaType: string; sha256: string };

/**
 * A file the actor may download: something submitted names it and the actor reads what is submitted there, or it is their own or their unit's. Null otherwise, and
 * for a link.
 */
export async function findReadableFile(
  actor: Actor,
  evidenceId: string,
  client: Db = db(),
): Promise<StoredEvidence | null> {
  const [piece] = await client.$queryRaw<
    (StoredEvidence & {
      taskId: number | null;
      slipId: number | null;
      unitId: number | null;
      uploadedById: number;
      isSubmitted: boolean;
    })[]
  >`SELECT id, title, media_type AS "mediaType", sha256, task_id AS "taskId", slip_id AS "slipId", unit_id AS "unitId", uploaded_by_id AS "uploadedById",
           evidence_is_submitted(id) AS "isSubmitted" FROM evidence WHERE id = ${evidenceId}::uuid AND kind = 'FILE' AND discarded_at IS NULL`;
  if (!piece) return null;
  const target = piece.slipId === null ? { taskId: piece.taskId! } : { slipId: piece.slipId };
  const access = await findTargetAccess(actor, target, client);
  if (!access) return null;
  const { id, title, mediaType, sha256 } = piece;
  const file = { id, title, mediaType, sha256 };
  if (access.canRead && piece.isSubmitted) return file;
  const isOwn =
    piece.uploadedById === actor.accountId ||
    (piece.unitId !== null && (await ownUnits(actor, client)).includes(piece.unitId));
  return isOwn ? file : null;
}

/** What a reviewer is told about pieces submitted on one task. A plain reader: whoever calls it has checked the right. */
export async function listEvidenceHints(
  items: readonly EvidenceView[],
  taskId: number,
  client: Db = db(),
): Promise<EvidenceHints> {
  if (items.length === 0) return {};
  const ids = items.map((item) => item.id);
  const [task] = await client.$queryRaw<{ dueOn: string | null; units: string[] }[]>`
    SELECT t.due_on::text AS "dueOn",
           ARRAY(SELECT n.name FROM task_units_as_of(ledger_today()) tu JOIN unit u ON u.id = tu.unit_id
                   CROSS JOIN LATERAL (SELECT u.name UNION SELECT a.name FROM unit_alias a WHERE a.unit_id = u.id) n WHERE tu.task_id = t.id) AS units
      FROM task t WHERE t.id = ${taskId}`;
  const reused = await client.$queryRaw<{ id: string; sameTask: number; otherTasks: number }[]>`
    SELECT e.id, count(DISTINCT v.report_id) FILTER (WHERE o.task_id = e.task_id)::int AS "sameTask", count(DISTINCT o.task_id) FILTER (WHERE o.task_id <> e.task_id)::int AS "otherTasks"
      FROM evidence e
      JOIN LATERAL (SELECT f.id, f.task_id FROM evidence f WHERE e.kind = 'FILE' AND f.sha256 = e.sha256
                    UNION ALL SELECT l.id, l.task_id FROM evidence l WHERE e.kind = 'LINK' AND l.kind = 'LINK' AND md5(l.url) = md5(e.url)) o ON true
      -- within the list alone: who decides here may not know what other lists hold
      JOIN task own ON own.id = e.task_id JOIN task t ON t.id = o.task_id AND t.plan_id = own.plan_id
      JOIN report_version v ON v.evidence_ids @> ARRAY[o.id]
      -- what was withdrawn or sent back is sent again with the same pieces
      JOIN progress_report r ON r.id = v.report_id AND r.status IN ('SUBMITTED', 'ACCEPTED')
     WHERE e.id = ANY(${ids}::uuid[]) GROUP BY e.id`;
  const uses = new Map(reused.map((row) => [row.id, row]));
  return Object.fromEntries(
    items.map((item) => [
      item.id,
      evidenceHints(item, {
        dueOn: task?.dueOn ?? null,
        unitNames: task?.units ?? [],
        otherReports: Math.max(0, (uses.get(item.id)?.sameTask ?? 0) - 1),
        otherTasks: uses.get(item.id)?.otherTasks ?? 0,
      }),
    ]),
  );
}
