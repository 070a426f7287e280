import 'server-only';
import { open } from 'node:fs/promises';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { readInstant } from '@/lib/server/clock';
import { type Db, db, inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { toDate } from '@/lib/server/events';
import { type EvidenceStore, evidenceStore, type Received } from '@/lib/server/evidence-store';
import { countChars } from '@/lib/text';
import { listEvidence } from './evidence.queries';
import {
  type AddLinkInput,
  type DescribeEvidenceInput,
  type DiscardEvidenceInput,
  EVIDENCE_LIMITS,
  type EvidenceTarget,
  type EvidenceView,
  targetOf,
  type UploadEvidenceInput,
} from './evidence.schema';
import { findTargetAccess, holdTarget, ownUnits, type TargetAccess } from './evidence-access.queries';
import { judgeContent } from './file-content';
import { cleanFileName } from './file-name.rules';

const GONE = '有佐证材料已不在或不属于本项，请刷新页面核对后再提交，您填写的文字已保留。';

/**
 * Checks what a report or reply is about to name: each piece is there, belongs to this task or slip and came from the actor or their unit. Holds the pieces until
 * the transaction ends, so that nobody takes one back meanwhile. Returns the ids in the order given. Refuses: unreadable.
 */
export async function claimEvidence(
  tx: Tx,
  actor: Actor,
  target: EvidenceTarget,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const units = await ownUnits(actor, tx);
  const taskId = 'taskId' in target ? target.taskId : null;
  const slipId = 'slipId' in target ? target.slipId : null;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM evidence
     WHERE id = ANY(${[...ids]}::uuid[]) AND discarded_at IS NULL AND task_id IS NOT DISTINCT FROM ${taskId}::int AND slip_id IS NOT DISTINCT FROM ${slipId}::int
       AND (uploaded_by_id = ${actor.accountId} OR unit_id = ANY(${units}::int[])) ORDER BY id FOR SHARE`;
  const found = new Set(rows.map((row) => row.id));
  if (ids.some((id) => !found.has(id))) throw new AppError('unreadable', GONE);
  return [...ids];
}

/**
 * The same pieces for another task of the same form: rows of their own over the same stored files, so that evidence stays within its task. Pieces that belong to the
 * task already are returned as they are. Refuses: unreadable (not there, taken back, or not of the actor or their unit).
 */
export async function shareEvidence(
  tx: Tx,
  actor: Actor,
  target: { taskId: number },
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const units = await ownUnits(actor, tx);
  const rows = await tx.$queryRaw<{ source: string; id: string }[]>`
    WITH wanted AS (
      SELECT e.* FROM evidence e
       WHERE e.id = ANY(${[...ids]}::uuid[]) AND e.discarded_at IS NULL AND e.task_id IS NOT NULL
         AND (e.uploaded_by_id = ${actor.accountId} OR e.unit_id = ANY(${units}::int[])) ORDER BY e.id FOR SHARE),
    copies AS (SELECT w.id AS source, CASE WHEN w.task_id = ${target.taskId} THEN w.id ELSE gen_random_uuid() END AS id FROM wanted w),
    made AS (
      INSERT INTO evidence (id, kind, title, media_type, sha256, bytes, url, doc_number, issuer, signed_on, task_id, unit_id, uploaded_by_id, uploaded_on)
      SELECT c.id, w.kind, w.title, w.media_type, w.sha256, w.bytes, w.url, w.doc_number, w.issuer, w.signed_on, ${target.taskId}, w.unit_id, w.uploaded_by_id, w.uploaded_on
        FROM copies c JOIN wanted w ON w.id = c.source WHERE c.id <> c.source RETURNING id)
    SELECT c.source, c.id FROM copies c`;
  const copies = new Map(rows.map((row) => [row.source, row.id]));
  return ids.map((id) => {
    const copy = copies.get(id);
    if (!copy) throw new AppError('unreadable', GONE);
    return copy;
  });
}

/**
 * Once shared among the tasks of a form, a piece lying with a task that was left out has gone where it belongs: it is taken back there, or that task's next report
 * would carry it too.
 */
export async function releaseShared(
  tx: Tx,
  actor: Actor,
  ids: readonly string[],
  taskIds: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  const now = await readInstant(tx);
  await tx.$executeRaw`
    UPDATE evidence SET discarded_at = ${now} WHERE id IN (
      SELECT e.id FROM evidence e JOIN account a ON a.id = e.uploaded_by_id
       WHERE e.id = ANY(${[...ids]}::uuid[]) AND e.task_id <> ALL(${[...taskIds]}::int[]) AND e.discarded_at IS NULL AND NOT evidence_is_named(e.id)
         AND (a.id = ${actor.accountId} OR NOT a.is_active) ORDER BY e.id FOR UPDATE OF e)`;
}

/** The columns that say where a piece goes and who gave it. */
async function ownership(
  client: Db,
  actor: Actor,
  access: TargetAccess,
  target: EvidenceTarget,
  given: number | undefined,
) {
  let unitId = access.ownUnitIds[0] ?? null;
  if (given !== undefined) {
    // A unit merged away since the form was drawn counts as the one it went into.
    const [counted] = await countedUnits([given], access.today, client);
    if (counted === undefined || !access.ownUnitIds.includes(counted)) throw new AppError('forbidden');
    unitId = counted;
  }
  return {
    taskId: 'taskId' in target ? target.taskId : null,
    slipId: 'slipId' in target ? target.slipId : null,
    unitId,
    uploadedById: actor.accountId,
    uploadedOn: toDate(access.today),
  };
}

async function requireRoom(client: Db, actor: Actor, target: EvidenceTarget): Promise<void> {
  const taskId = 'taskId' in target ? target.taskId : null;
  const slipId = 'slipId' in target ? target.slipId : null;
  const [unsent] = await client.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM evidence
     WHERE uploaded_by_id = ${actor.accountId} AND task_id IS NOT DISTINCT FROM ${taskId}::int AND slip_id IS NOT DISTINCT FROM ${slipId}::int
       AND discarded_at IS NULL AND NOT evidence_is_named(id)`;
  if (unsent!.count >= EVIDENCE_LIMITS.unsentPerTarget) {
    throw new AppError('rate_limited', `已有 ${unsent!.count} 件材料上传后没有提交，请先提交或移除，再上传新的。`);
  }
}

/** Uploads under way by account, in this process. */
const underWay = new Map<number, number>();

async function oneOfFew<T>(accountId: number, run: () => Promise<T>): Promise<T> {
  const running = underWay.get(accountId) ?? 0;
  if (running >= EVIDENCE_LIMITS.atOnce) {
    throw new AppError('rate_limited', `您同时上传的文件超过 ${EVIDENCE_LIMITS.atOnce} 个，请等前面的传完再传。`);
  }
  underWay.set(accountId, running + 1);
  try {
    return await run();
  } finally {
    const left = (underWay.get(accountId) ?? 1) - 1;
    if (left > 0) underWay.set(accountId, left);
    else underWay.delete(accountId);
  }
}

/** Whoever is about to name or to remove a stored file holds its sha256 until the transaction ends. */
async function holdFile(tx: Tx, sha256: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`evidence:${sha256}`}, 0))`;
}

async function judgeReceived(received: Received, title: string): Promise<{ mediaType: string; extension: string }> {
  const handle = await open(received.path, 'r');
  try {
    return await judgeContent(
      {
        size: received.bytes,
        read: async (at, length) => {
          const buffer = Buffer.alloc(Math.max(0, Math.min(length, received.bytes - at)));
          let filled = 0;
          while (filled < buffer.length) {
            const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, at + filled);
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
          return buffer.subarray(0, filled);
        },
      },
      title,
    );
  } finally {
    await handle.close();
  }
}

/**
 * 上传佐证材料: streams a file into the store and puts it down for a task or a slip; the same file under the same name, not yet submitted, stays one piece. Whatever fails leaves neither file nor row. Refuses: not_found, forbidden,
 * invalid_state (plan not running, slip not to be answered), rate_limited (too many at once, too many unsent), unreadable (empty, not on the list, not what its
 * name says). Throws TooLargeError, StoreFullError, and what breaks the source.
 */
export async function uploadEvidence(
  actor: Actor,
  input: UploadEvidenceInput,
  file: { fileName: string; source: AsyncIterable<Uint8Array> },
  store: EvidenceStore = evidenceStore(),
): Promise<EvidenceView> {
  const target = targetOf(input);
  return oneOfFew(actor.accountId, async () => {
    // Asked before a byte is taken, and again with the row.
    await ownership(db(), actor, await holdTarget(actor, target, db()), target, input.unitId);
    await requireRoom(db(), actor, target);
    const name = cleanFileName(file.fileName, EVIDENCE_LIMITS.title);
    const received = await store.receive(file.source, EVIDENCE_LIMITS.bytes);
    try {
      const { mediaType, extension } = await judgeReceived(received, name);
      return await inTransaction(async (tx) => {
        const owned = await ownership(tx, actor, await holdTarget(actor, target, tx), target, input.unitId);
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`evidence-of:${actor.accountId}`}, 0))`;
        const title = `${Array.from(name)
          .slice(0, EVIDENCE_LIMITS.title - countChars(extension))
          .join('')}${extension}`;
        const [same] = await tx.$queryRaw<{ id: string }[]>`
          SELECT id FROM evidence WHERE uploaded_by_id = ${actor.accountId} AND task_id IS NOT DISTINCT FROM ${owned.taskId}::int
             AND slip_id IS NOT DISTINCT FROM ${owned.slipId}::int AND unit_id IS NOT DISTINCT FROM ${owned.unitId}::int
             AND sha256 = ${received.sha256} AND title = ${title} AND discarded_at IS NULL AND NOT evidence_is_named(id) LIMIT 1`;
        // Chosen twice, or sent again because the answer got lost: one piece.
        if (same) return (await listEvidence([same.id], tx))[0]!;
        await requireRoom(tx, actor, target);
        await holdFile(tx, received.sha256);
        await store.keep(received);
        const { id } = await tx.evidence.create({
          data: {
            ...owned,
            kind: 'FILE',
            title,
            mediaType,
            sha256: received.sha256,
            bytes: BigInt(received.bytes),
            docNumber: input.docNumber,
            issuer: input.issuer,
            signedOn: input.signedOn === null ? null : toDate(input.signedOn),
          },
          select: { id: true },
        });
        return (await listEvidence([id], tx))[0]!;
      });
    } finally {
      await store.drop(received);
    }
  });
}

/** 添加网址. Refuses: not_found, forbidden, invalid_state (plan not running, slip not to be answered), rate_limited (too many unsent). */
export async function addLink(actor: Actor, input: AddLinkInput): Promise<EvidenceView> {
  const target = targetOf(input);
  return inTransaction(async (tx) => {
    const owned = await ownership(tx, actor, await holdTarget(actor, target, tx), target, input.unitId);
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`evidence-of:${actor.accountId}`}, 0))`;
    const [same] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM evidence WHERE uploaded_by_id = ${actor.accountId} AND task_id IS NOT DISTINCT FROM ${owned.taskId}::int
         AND slip_id IS NOT DISTINCT FROM ${owned.slipId}::int AND url = ${new URL(input.url).href} AND title = ${input.title}
         AND discarded_at IS NULL AND NOT evidence_is_named(id) LIMIT 1`;
    // The same form sent twice adds one link.
    if (same) return (await listEvidence([same.id], tx))[0]!;
    await requireRoom(tx, actor, target);
    const { id } = await tx.evidence.create({
      data: {
        ...owned,
        kind: 'LINK',
        title: input.title,
        url: new URL(input.url).href,
        docNumber: input.docNumber,
        issuer: input.issuer,
        signedOn: input.signedOn === null ? null : toDate(input.signedOn),
      },
      select: { id: true },
    });
    return (await listEvidence([id], tx))[0]!;
  });
}

/** A piece of the actor or their unit that nothing names yet, held. Refuses: not_found, forbidden, invalid_state. */
async function holdUnsent(tx: Tx, actor: Actor, evidenceId: string, isOwnOnly: boolean) {
  const [piece] = await tx.$queryRaw<
    {
      taskId: number | null;
      slipId: number | null;
      unitId: number | null;
      uploadedById: number;
      isLeft: boolean;
      isDiscarded: boolean;
      isNamed: boolean;
    }[]
  >`SELECT task_id AS "taskId", slip_id AS "slipId", unit_id AS "unitId", uploaded_by_id AS "uploadedById", discarded_at IS NOT NULL AS "isDiscarded",
           evidence_is_named(id) AS "isNamed", EXISTS (SELECT FROM account a WHERE a.id = uploaded_by_id AND NOT a.is_active) AS "isLeft" FROM evidence WHERE id = ${evidenceId}::uuid FOR UPDATE`;
  if (!piece) throw new AppError('not_found');
  const target = piece.slipId === null ? { taskId: piece.taskId! } : { slipId: piece.slipId };
  const access = await findTargetAccess(actor, target, tx);
  const isOwn = piece.uploadedById === actor.accountId;
  const isOfUnit = piece.unitId !== null && (await ownUnits(actor, tx)).includes(piece.unitId);
  if (!access || !(isOwn || isOfUnit)) throw new AppError('not_found');
  if (isOwnOnly && !isOwn && !piece.isLeft) throw new AppError('forbidden');
  if (!piece.isDiscarded && piece.isNamed) throw new AppError('invalid_state', '该材料已随填报提交，不能再改动。');
  return piece;
}

/** 补填文号、发文单位、成文日期. Refuses: not_found (also another unit's piece), invalid_state (submitted or taken back). */
export async function describeEvidence(actor: Actor, input: DescribeEvidenceInput): Promise<void> {
  await inTransaction(async (tx) => {
    const piece = await holdUnsent(tx, actor, input.evidenceId, false);
    if (piece.isDiscarded) throw new AppError('invalid_state', '该材料已移除。');
    await tx.evidence.update({
      where: { id: input.evidenceId },
      data: {
        docNumber: input.docNumber,
        issuer: input.issuer,
        signedOn: input.signedOn === null ? null : toDate(input.signedOn),
      },
      select: { id: true },
    });
  });
}

/** 移除, by who uploaded it, or by their unit once their account is closed; a second time does nothing more. Refuses: not_found, forbidden (a colleague's), invalid_state (submitted). */
export async function discardEvidence(actor: Actor, input: DiscardEvidenceInput): Promise<void> {
  await inTransaction(async (tx) => {
    const piece = await holdUnsent(tx, actor, input.evidenceId, true);
    if (piece.isDiscarded) return;
    await tx.evidence.update({
      where: { id: input.evidenceId },
      data: { discardedAt: await readInstant(tx) },
      select: { id: true },
    });
  });
}

const DAY_MS = 86_400_000;

/**
 * Removes from the store what no evidence names and is older than a day: what killed uploads left, and the files of pieces taken back. Safe beside uploads of the
 * same bytes: each file is held and looked at again before it goes. A piece keeps its file for that long after it was taken back, so that a backup under way finds it.
 * For the daily run.
 */
export async function sweepEvidence(
  client: ReturnType<typeof db> = db(),
  store: EvidenceStore = evidenceStore(),
  { olderThanMs = DAY_MS, now = new Date() }: { olderThanMs?: number; now?: Date } = {},
): Promise<{ files: number; interrupted: number }> {
  const before = new Date(now.getTime() - olderThanMs);
  let files = 0;
  const sweep = async (batch: string[]) => {
    const named = await client.$queryRaw<{ sha256: string }[]>`
      SELECT DISTINCT sha256 FROM evidence WHERE sha256 = ANY(${batch}::text[]) AND (discarded_at IS NULL OR discarded_at >= ${before})`;
    const kept = new Set(named.map((row) => row.sha256));
    for (const sha256 of batch.filter((name) => !kept.has(name))) {
      const isRemoved = await client.$transaction(async (tx) => {
        await holdFile(tx, sha256);
        const [row] = await tx.$queryRaw<{ found: boolean }[]>`
          SELECT EXISTS (SELECT FROM evidence WHERE sha256 = ${sha256} AND (discarded_at IS NULL OR discarded_at >= ${before})) AS found`;
        const changedAt = await store.changedAt(sha256);
        if (row!.found || changedAt === null || changedAt >= before) return false;
        await store.remove(sha256);
        return true;
      });
      if (isRemoved) files += 1;
    }
  };
  let batch: string[] = [];
  for await (const { sha256, changedAt } of store.list()) {
    if (changedAt >= before) continue;
    batch.push(sha256);
    if (batch.length < 500) continue;
    await sweep(batch);
    batch = [];
  }
  if (batch.length > 0) await sweep(batch);
  return { files, interrupted: await store.sweepIncoming(before) };
}
