import 'server-only';
import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { type Day, dayOfInstant } from '@/lib/dates';
import { type CarriedQuestion, commitList } from '@/lib/imports/import.commands';
import { listSchema } from '@/lib/imports/list.schema';
import { LIMITS } from '@/lib/imports/readers/source';
import type { Reading } from '@/lib/imports/reading/reading.schema';
import { compareDraft } from '@/lib/imports/revisions/revision-comparison.commands';
import { withdrawPlanIn } from '@/lib/plans/plan.commands';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { inBatches } from '@/lib/server/batches';
import { readInstant, today } from '@/lib/server/clock';
import { type Db, db, inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit } from '@/lib/server/events';
import { logUnexpected } from '@/lib/server/log';
import { cleanText } from '@/lib/text';
import { comparableName, type NameResolution } from '@/lib/units/unit-names.rules';
import { findStandingChanges, listSameFiles, type SameFile } from './draft.queries';
import { commitBlocks, keptRows, listOf, type RowState, unaskedDoubts } from './draft.rules';
import {
  type CommitDraftInput,
  draftDocumentSchema,
  type ReadAgainInput,
  type UploadInput,
  type WithdrawImportInput,
} from './draft.schema';
import { readingIsSilent } from './draft.where';
import {
  assertInReview,
  assertVersion,
  json,
  loadDraft,
  lockDraft,
  type OpenDraft,
  resolverOf,
} from './draft-change.commands';
import { idOfKey, listKnownRegions, loadNameScope, type StoredScope } from './name-scope.queries';
import { registerDecidedNames } from './names.commands';
import { readDocument } from './read-document';

export type UploadedFile = { bytes: Uint8Array; fileName: string; mediaType: string };
/** draftId null: the same file is here already and `isAgain` was not said; nothing was created. */
export type CreatedDraft = { draftId: number | null; sameFiles: SameFile[] };

/** The unit of the region's top level that goes by a name; null where there is none or more than one. */
async function findBureauId(tx: Tx, regionId: number, name: string): Promise<number | null> {
  const units = await tx.unit.findMany({
    where: { regionId, parentId: null },
    select: { id: true, name: true, aliases: { select: { name: true } } },
  });
  const wanted = comparableName(name);
  const found = units.filter((unit) =>
    [unit.name, ...unit.aliases.map((alias) => alias.name)].some((known) => comparableName(known) === wanted),
  );
  return found.length === 1 ? found[0]!.id : null;
}

const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}(?:; ?charset=[\w-]{1,20})?$/;

/** As the browser says, where it can go back as a header. */
const mediaTypeOf = (given: string) => (MEDIA_TYPE.test(given) ? given : 'application/octet-stream');

function fileNameOf(given: string): string {
  const name = path.posix.basename(cleanText(given).replaceAll('\\', '/'));
  return name === '' ? '未命名文件' : Array.from(name).slice(-150).join('');
}

/**
 * A draft to be read (status READING); startReading reads it. actor null: the command line. Refuses: not_found (region or base plan outside the actor's
 * reach), invalid_state (no such bureau), unreadable (empty, or over 50 MB).
 */
export async function createDraft(actor: Actor | null, file: UploadedFile, input: UploadInput): Promise<CreatedDraft> {
  if (file.bytes.length === 0) throw new AppError('unreadable', '文件是空的，请重新选择。');
  if (file.bytes.length > LIMITS.bytes)
    throw new AppError('unreadable', '文件超过 50 MB，请只保留任务清单后重新上传。');
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  return inTransaction(async (tx) => {
    const region = await tx.region.findUnique({ where: { code: input.regionCode }, select: { id: true } });
    if (!region || (actor && !mayDoInRegion(actor, 'import.commit', region.id))) throw new AppError('not_found');
    const ownerUnitId = input.ownerUnitName === null ? null : await findBureauId(tx, region.id, input.ownerUnitName);
    if (input.ownerUnitName !== null && ownerUnitId === null)
      throw new AppError('invalid_state', `单位库中没有名为“${input.ownerUnitName}”的单位，请检查名称。`);
    if (input.basePlanId !== null) await assertBasePlan(tx, actor, input.basePlanId, region.id);
    // A form sent twice: the second waits, and then finds the first.
    await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(7311, ${region.id}::int)`;
    const sameFiles = await listSameFiles(tx, region.id, sha256);
    if (sameFiles.length > 0 && !input.isAgain) return { draftId: null, sameFiles };
    const draft = await tx.importDraft.create({
      select: { id: true },
      data: {
        regionId: region.id,
        ownerUnitId,
        year: input.year,
        fileName: fileNameOf(file.fileName),
        mediaType: mediaTypeOf(file.mediaType),
        sha256,
        content: new Uint8Array(file.bytes),
        uploadedById: actor?.accountId ?? null,
        basePlanId: input.basePlanId,
        progressWords: '等待读取',
      },
    });
    await recordAudit(tx, actor, {
      kind: 'import.uploaded',
      subject: 'import',
      subjectId: draft.id,
      payload: {
        fileName: fileNameOf(file.fileName),
        sha256,
        bytes: file.bytes.length,
        region: input.regionCode,
        ownerUnit: input.ownerUnitName,
        year: input.year,
        basePlanId: input.basePlanId,
      },
    });
    return { draftId: draft.id, sameFiles };
  });
}

async function assertBasePlan(tx: Tx, actor: Actor | null, planId: number, regionId: number): Promise<void> {
  const plan = await tx.plan.findFirst({ where: { id: planId, regionId }, select: { status: true } });
  const isSeen = actor === null || (await listPlanAccess(actor, tx)).some((access) => access.planId === planId);
  if (!plan || !isSeen) throw new AppError('not_found');
  if (plan.status === 'WITHDRAWN') throw new AppError('invalid_state', '该方案已撤回，不能再上传修订稿。');
}

// ---- reading

/** Documents are read one after the other in one server, so that memory stays bounded. */
let turn: Promise<unknown> = Promise.resolve();

function inTurn<T>(run: () => Promise<T>): Promise<T> {
  const mine = turn.then(run, run);
  turn = mine.catch(() => {});
  return mine;
}

/**
 * Reads a draft in a process of its own and stores rows and questions, or why it cannot be read (then null). Does nothing, and gives null, where a reading is
 * alive or done.
 */
export async function startReading(draftId: number): Promise<Reading | null> {
  const token = randomUUID();
  const claimed = await db().$executeRaw`
    UPDATE import_draft SET reading_token = ${token}::uuid, last_word_at = now(), progress = 0, progress_words = '排队等待读取'
     WHERE id = ${draftId}::int AND status = 'READING'
       AND (reading_token IS NULL OR ${readingIsSilent})`;
  if (claimed === 0) return null;
  const alive = setInterval(() => void sayWord(draftId, token).catch(logUnexpected), 20_000);
  try {
    return await inTurn(() => readAndStore(draftId, token));
  } catch (error) {
    await storeFailure(draftId, token, failureWords(error));
    return null;
  } finally {
    clearInterval(alive);
  }
}

function failureWords(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return `读取时系统出错，请稍后重新读取。如多次出现，请将编号 ${logUnexpected(error)} 告知管理员。`;
}

async function sayWord(draftId: number, token: string, progress?: { percent: number; words: string }): Promise<void> {
  await db().$executeRaw`
    UPDATE import_draft
       SET last_word_at = now(), progress = coalesce(${progress?.percent ?? null}::int, progress),
           progress_words = coalesce(${progress?.words ?? null}::text, progress_words)
     WHERE id = ${draftId}::int AND reading_token = ${token}::uuid AND status = 'READING'`;
}

async function readAndStore(draftId: number, token: string): Promise<Reading> {
  const draft = await db().importDraft.findUniqueOrThrow({
    where: { id: draftId },
    include: { region: { select: { code: true } }, ownerUnit: { select: { name: true } } },
  });
  let isSaying = false;
  const onProgress = (percent: number, words: string) => {
    if (isSaying) return;
    isSaying = true;
    sayWord(draftId, token, { percent, words })
      .catch(logUnexpected)
      .finally(() => {
        isSaying = false;
      });
  };
  const reading = await readDocument(
    draft.content,
    {
      fileName: draft.fileName,
      scope: await loadNameScope(db()),
      regions: await listKnownRegions(db()),
      regionCode: draft.region.code,
      year: draft.year ?? undefined,
      ownerUnitName: draft.ownerUnit?.name ?? ((await isNobodys(db(), draftId)) ? null : undefined),
      table: draft.chosen,
    },
    onProgress,
  );
  await inTransaction((tx) => storeReading(tx, draftId, token, reading), { timeout: 60_000 });
  return reading;
}

async function storeFailure(draftId: number, token: string, failure: string): Promise<void> {
  await db().$executeRaw`
    UPDATE import_draft SET status = 'UNREADABLE', failure = ${failure}, reading_token = NULL, version = version + 1
     WHERE id = ${draftId}::int AND reading_token = ${token}::uuid AND status = 'READING'`;
}

/** Puts a reading in the place of what stood there. A reading that has been overtaken (another token) changes nothing. */
export async function storeReading(tx: Tx, draftId: number, token: string, reading: Reading): Promise<void> {
  const [draft] = await tx.$queryRaw<{ region_id: number; owner_unit_id: number | null }[]>`
    SELECT region_id, owner_unit_id FROM import_draft
     WHERE id = ${draftId}::int AND reading_token = ${token}::uuid AND status = 'READING' FOR UPDATE`;
  if (!draft) return;
  await tx.importQuestion.deleteMany({ where: { draftId } });
  await tx.importRow.deleteMany({ where: { draftId } });
  const rowIds: number[] = [];
  const rows = reading.rows.map((row, index) => {
    const { source: _source, ...current } = row;
    return { draftId, position: index + 1, read: json(row), current: json(current) };
  });
  await inBatches(
    rows,
    async (data) => {
      const made = await tx.importRow.createManyAndReturn({ data, select: { id: true, position: true } });
      for (const { id, position } of made) rowIds[position - 1] = id;
    },
    500,
  );
  await inBatches(
    reading.questions.map(({ row, candidates, ...question }, index) => ({
      ...question,
      draftId,
      rowId: row === null ? null : rowIds[row]!,
      position: index + 1,
      candidates: json(candidates),
    })),
    (data) => tx.importQuestion.createMany({ data }),
  );
  const ownerName =
    draft.owner_unit_id === null && (await isNobodys(tx, draftId)) ? null : reading.document.ownerUnitName;
  const ownerUnitId =
    draft.owner_unit_id ?? (ownerName === null ? null : await findBureauId(tx, draft.region_id, ownerName));
  const document = { ...reading.document, ownerUnitName: ownerName };
  await tx.$executeRaw`UPDATE import_draft SET read_at = now() WHERE id = ${draftId}::int`;
  await tx.importDraft.update({
    where: { id: draftId },
    select: { id: true },
    data: {
      status: 'REVIEW',
      readingToken: null,
      progress: 100,
      progressWords: '读取完成',
      failure: null,
      document: json(document),
      readDocument: json(reading.document),
      leadRule: json(reading.leadRule),
      notices: json(reading.notices),
      leftOver: json(reading.leftOver),
      candidates: json(reading.candidates),
      chosen: reading.chosen,
      names: {},
      ownerUnitId,
      version: { increment: 1 },
    },
  });
  await compareDraft(tx, draftId);
}

export type TerminalInput = {
  fileName: string;
  bytes: Uint8Array;
  regionCode: string;
  year: number;
  ownerUnitName?: string;
  /** Which of the document's lists, from 1. */
  table?: number;
};

/** The command line's way: a draft, read at once. Refuses: not_found (region), invalid_state (bureau), unreadable (with the reader's words; the draft is kept). */
export async function importFromTerminal(input: TerminalInput): Promise<{ draftId: number; reading: Reading }> {
  const regions = await db().region.findMany({ select: { code: true, name: true }, orderBy: { id: 'asc' } });
  if (!regions.some(({ code }) => code === input.regionCode)) {
    const known = regions.map(({ code, name }) => `${code}（${name}）`).join('、');
    throw new AppError('not_found', `不认识的地区代码 ${input.regionCode}；可用：${known}。`);
  }
  const { draftId } = await createDraft(
    null,
    { bytes: input.bytes, fileName: input.fileName, mediaType: '' },
    {
      regionCode: input.regionCode,
      year: input.year,
      ownerUnitName: input.ownerUnitName ?? null,
      basePlanId: null,
      isAgain: true,
    },
  );
  if (input.table !== undefined)
    await db().importDraft.update({ where: { id: draftId! }, data: { chosen: input.table - 1 }, select: { id: true } });
  const reading = await startReading(draftId!);
  if (reading) return { draftId: draftId!, reading };
  const draft = await db().importDraft.findUniqueOrThrow({ where: { id: draftId! }, select: { failure: true } });
  throw new AppError('unreadable', draft.failure ?? undefined);
}

/** A reading whose process died begins anew with startReading. Refuses: not_found, invalid_state (is alive, or was read). */
export async function restartReading(actor: Actor, draftId: number): Promise<void> {
  await inTransaction(async (tx) => {
    const draft = await lockDraft(tx, actor, draftId);
    const freed = await tx.$executeRaw`
      UPDATE import_draft SET reading_token = NULL WHERE id = ${draftId}::int AND status = 'READING'
         AND (reading_token IS NULL OR ${readingIsSilent})`;
    if (freed === 0)
      throw new AppError(
        'invalid_state',
        draft.status === 'READING' ? '文件正在读取，请稍候。' : '这份文件已经读取过了。',
      );
    await recordAudit(tx, actor, { kind: 'import.restarted', subject: 'import', subjectId: draftId });
  });
}

/**
 * The document will be read again with startReading, as another of its tables, region or year. Refuses: not_found (draft, or the other region), invalid_state
 * (closed; changes that would be lost without isSure), conflict (stale version).
 */
export async function readAgain(actor: Actor, input: ReadAgainInput): Promise<void> {
  await inTransaction(async (tx) => {
    const draft = await lockDraft(tx, actor, input.draftId);
    if (draft.status !== 'UNREADABLE') assertInReview(draft);
    assertVersion(draft, input.version);
    const changes = (await findStandingChanges(tx, draft.id)).count;
    if (changes > 0 && !input.isSure)
      throw new AppError('invalid_state', `重新读取会丢弃已做的 ${changes} 处更改和答复。确要重新读取，请勾选确认。`);
    const stored = await findReadFacts(tx, draft.id);
    let regionId = draft.regionId;
    if (input.regionCode !== undefined && input.regionCode !== draft.regionCode) {
      const region = await tx.region.findUnique({ where: { code: input.regionCode }, select: { id: true } });
      if (!region || !mayDoInRegion(actor, 'import.commit', region.id)) throw new AppError('not_found');
      if (stored.basePlanId !== null)
        throw new AppError('invalid_state', '这是本地区已有方案的修订稿，不能改到其他地区；请在其他地区重新上传。');
      regionId = region.id;
    }
    const owner = await nextOwner(tx, draft, regionId, input.ownerUnitName);
    const wasNobodys = await isNobodys(tx, draft.id);
    const hadOwner = draft.ownerUnitId !== null || stored.document?.ownerUnitName != null;
    const isNobodysNow = owner === null && (wasNobodys || (input.ownerUnitName === null && hadOwner));
    await tx.importDraft.update({
      where: { id: draft.id },
      select: { id: true },
      data: {
        status: 'READING',
        readingToken: null,
        progress: 0,
        progressWords: '等待重新读取',
        regionId,
        ownerUnitId: owner,
        ...(input.year === undefined ? {} : { year: input.year }),
        ...(input.table === undefined ? {} : { chosen: input.table }),
        version: { increment: 1 },
      },
    });
    await tx.$executeRaw`UPDATE import_draft SET last_word_at = now() WHERE id = ${draft.id}::int`;
    const last = await tx.importChange.aggregate({ where: { draftId: draft.id }, _max: { sequence: true } });
    const words = input.table === undefined ? '重新读取文件' : `重新读取文件的第 ${input.table + 1} 个清单`;
    await tx.importChange.create({
      select: { id: true },
      data: {
        draftId: draft.id,
        sequence: (last._max.sequence ?? 0) + 1,
        actorId: actor.accountId,
        actorWords: actor.words,
        words,
        before: {},
        after: { isNobodys: isNobodysNow },
        isUndoable: false,
      },
    });
    await recordAudit(tx, actor, {
      kind: 'import.read_again',
      subject: 'import',
      subjectId: draft.id,
      payload: {
        words,
        from: { region: draft.regionCode, ownerUnit: draft.ownerUnitName, year: stored.year },
        to: {
          region: input.regionCode ?? draft.regionCode,
          ownerUnit: owner === draft.ownerUnitId ? draft.ownerUnitName : (input.ownerUnitName ?? null),
          year: input.year === undefined ? stored.year : input.year,
        },
      },
    });
  });
}

/** What a reading was asked for and gave, as far as another reading depends on it. */
async function findReadFacts(tx: Tx, draftId: number) {
  const { document, ...given } = await tx.importDraft.findUniqueOrThrow({
    where: { id: draftId },
    select: { year: true, basePlanId: true, document: true },
  });
  return { ...given, document: document === null ? null : draftDocumentSchema.parse(document) };
}

/** True where a person has said that it is no unit's own list: the title is not asked again. */
async function isNobodys(client: Db, draftId: number): Promise<boolean> {
  const last = await client.importChange.findFirst({
    where: { draftId, isUndoable: false },
    orderBy: { sequence: 'desc' },
    select: { after: true },
  });
  return z.object({ isNobodys: z.literal(true) }).safeParse(last?.after).success;
}

async function nextOwner(
  tx: Tx,
  draft: { regionId: number; ownerUnitId: number | null },
  regionId: number,
  name: string | null | undefined,
): Promise<number | null> {
  if (name === undefined) return regionId === draft.regionId ? draft.ownerUnitId : null;
  if (name === null) return null;
  const id = await findBureauId(tx, regionId, name);
  if (id === null) throw new AppError('invalid_state', `单位库中没有名为“${name}”的单位，请检查名称。`);
  return id;
}

// ---- the end of a draft

/**
 * The whole list becomes a plan in DRAFT, or nothing does; returns the plan's id, also when sent twice. Refuses: not_found, invalid_state (not in review; title,
 * year or a row's text is missing; a revised list; open questions without confirmOpen; a new unit's name is taken), conflict (stale version).
 */
export async function commitDraft(actor: Actor, input: CommitDraftInput): Promise<number> {
  return inTransaction(
    async (tx) => {
      const head = await lockDraft(tx, actor, input.draftId);
      if (head.status === 'COMMITTED' && head.planId !== null) return head.planId;
      assertInReview(head);
      assertVersion(head, input.version);
      const draft = await loadDraft(tx, head);
      const stored = await tx.importDraft.findUniqueOrThrow({
        where: { id: draft.id },
        select: {
          fileName: true,
          mediaType: true,
          content: true,
          notices: true,
          basePlanId: true,
          region: { select: { name: true, level: true } },
        },
      });
      if (stored.basePlanId !== null)
        throw new AppError('invalid_state', '这是已有方案的修订稿，请逐项对比后确认，不能另建方案。');
      assertReady(draft, input.confirmOpen);

      const rows = keptRows(draft.rows);
      const newUnits = await registerDecidedNames(tx, actor, draft);
      const scope = await loadNameScope(tx, draft.regionId);
      const readings = readingsOf(draft, rows, scope, newUnits);
      const notices = z.array(z.string()).parse(stored.notices);
      const list = listSchema.parse(
        listOf(
          draft.document,
          rows,
          { source: stored.fileName, regionName: stored.region.name, level: levelOf(draft, stored.region.level) },
          notices,
        ),
      );
      const planId = await commitList(tx, actor, {
        list,
        source: { fileName: stored.fileName, mediaType: stored.mediaType, content: stored.content },
        regionCode: draft.regionCode,
        ownerUnitName: draft.ownerUnitName,
        ownerUnitId: draft.ownerUnitId,
        readings,
        questions: await carriedQuestions(tx, actor, draft, rows, readings),
      });
      await tx.$executeRaw`
        UPDATE import_draft SET status = 'COMMITTED', plan_id = ${planId}::int, closed_at = now(), version = version + 1 WHERE id = ${draft.id}::int`;
      await recordAudit(tx, actor, {
        kind: 'import.committed',
        subject: 'import',
        subjectId: draft.id,
        payload: { planId, rows: rows.length },
      });
      return planId;
    },
    // Ten thousand rows with their events on a slow machine.
    { timeout: 180_000 },
  );
}

function assertReady(draft: OpenDraft, confirmOpen: boolean): void {
  const blocks = commitBlocks(draft.document, draft.rows);
  if (blocks.length > 0) throw new AppError('invalid_state', blocks.join(''));
  const excluded = new Set(draft.rows.filter((row) => row.isExcluded).map((row) => row.id));
  const open = draft.questions.filter(
    ({ status, rowId }) => status === 'OPEN' && !(rowId !== null && excluded.has(rowId)),
  );
  if (open.length > 0 && !confirmOpen)
    throw new AppError(
      'invalid_state',
      `还有 ${open.length} 个问题没有答复。如果仍要导入，请勾选确认，这些问题将随方案保留待办。`,
    );
}

function levelOf(draft: OpenDraft, level: 'city' | 'district' | 'zone'): 'city' | 'district' | 'bureau' {
  if (draft.ownerUnitName !== null) return 'bureau';
  return draft.document.level ?? (level === 'city' ? 'city' : 'district');
}

/** What every printed name of the rows stands for: as decided, else as the register says. By comparable name. */
export function readingsOf(
  draft: OpenDraft,
  rows: readonly RowState[],
  scope: StoredScope,
  newUnits: ReadonlyMap<string, number>,
): Map<string, NameResolution<number>> {
  const resolve = resolverOf(draft, scope);
  const readings = new Map<string, NameResolution<number>>();
  for (const name of rows.flatMap(({ current }) => [...current.lead, ...current.responsible])) {
    const key = comparableName(name);
    if (readings.has(key)) continue;
    const decided = draft.names[key];
    const ofUnit = (unitKey: number): NameResolution<number> => ({ kind: 'unit', unitKey, divisions: [], coUnits: [] });
    if (decided?.kind === 'unit') readings.set(key, ofUnit(decided.unitId));
    else if (decided?.kind === 'new') readings.set(key, ofUnit(newUnits.get(key)!));
    else if (decided?.kind === 'collective') readings.set(key, { kind: 'collective', key: decided.collectiveId });
    else if (decided?.kind === 'none') readings.set(key, { kind: 'unknown' });
    else readings.set(key, storedReading(resolve(name)));
  }
  return readings;
}

function storedReading(found: NameResolution<string>): NameResolution<number> {
  if (found.kind === 'unit')
    return { ...found, unitKey: idOfKey(found.unitKey), coUnits: found.coUnits.map((key) => idOfKey(key)) };
  return found.kind === 'collective' ? { kind: 'collective', key: idOfKey(found.key) } : found;
}

/** Every question with its answer, in the document's order; rows left out are on record too. */
export async function carriedQuestions(
  tx: Tx,
  actor: Actor,
  draft: OpenDraft,
  rows: readonly RowState[],
  readings: ReadonlyMap<string, NameResolution<number>>,
): Promise<CarriedQuestion[]> {
  const day = await today(tx);
  const now = await readInstant(tx);
  const indexOf = new Map(rows.map((row, index) => [row.id, index]));
  // Under a simulated today an answer is never later than that day.
  const dayOf = (at: Date): Day => [dayOfInstant(at), day].sort()[0]!;
  const asked = draft.questions.filter(({ rowId }) => rowId === null || indexOf.has(rowId));
  const carried: CarriedQuestion[] = asked.map(({ rowId, field, text, status, answer, answeredById, answeredAt }) => ({
    row: rowId === null ? null : indexOf.get(rowId)!,
    field,
    text,
    answer:
      status === 'OPEN' || answeredAt === null
        ? null
        : { words: answer ?? '', byId: answeredById, at: answeredAt, on: dayOf(answeredAt) },
  }));
  const isKnown = (name: string) => readings.get(comparableName(name))?.kind !== 'unknown';
  const unasked: CarriedQuestion[] = unaskedDoubts(rows, asked, isKnown, draft.names).map(({ rowId, field, text }) => ({
    row: indexOf.get(rowId)!,
    field,
    text,
    answer: null,
  }));
  const leftOut: CarriedQuestion[] = draft.rows
    .filter((row) => row.isExcluded)
    .map((row) => ({
      row: null,
      field: 'document',
      text: `原文第${row.position}行未导入：${row.current.text}`,
      answer: { words: '导入时确认不作为任务', byId: actor.accountId, at: now, on: day },
    }));
  return [...carried, ...unasked, ...leftOut].sort((a, b) => (a.row ?? -1) - (b.row ?? -1));
}

/** Plan and draft become WITHDRAWN, rows stay; sent twice it changes nothing. Refuses: not_found, invalid_state (not committed; the plan is no draft any more). */
export async function withdrawImport(actor: Actor, input: WithdrawImportInput): Promise<void> {
  await inTransaction(async (tx) => {
    const draft = await lockDraft(tx, actor, input.draftId);
    if (draft.status === 'WITHDRAWN') return;
    if (draft.status === 'COMMITTED' && draft.planId === null)
      throw new AppError('invalid_state', '修订已写入方案，不能撤回；需要改回时，请上传更正后的清单再次修订。');
    if (draft.status !== 'COMMITTED' || draft.planId === null)
      throw new AppError('invalid_state', '这份草稿还没有导入，不需要撤回；不再需要时可以放弃。');
    const plan = await tx.plan.findUniqueOrThrow({ where: { id: draft.planId }, select: { status: true } });
    if (plan.status === 'WITHDRAWN') return;
    await withdrawPlanIn(tx, actor, { planId: draft.planId, reason: input.reason, version: null });
    await tx.$executeRaw`
      UPDATE import_draft SET status = 'WITHDRAWN', closed_at = now(), version = version + 1 WHERE id = ${draft.id}::int`;
    const payload = { planId: draft.planId, reason: input.reason };
    await recordAudit(tx, actor, { kind: 'import.withdrawn', subject: 'import', subjectId: draft.id, payload });
  });
}

/** A draft that will not be committed; sent twice it changes nothing. Refuses: not_found, invalid_state (committed), conflict (stale version). */
export async function discardDraft(actor: Actor, input: { draftId: number; version: number }): Promise<void> {
  await inTransaction(async (tx) => {
    const draft = await lockDraft(tx, actor, input.draftId);
    if (draft.status === 'DISCARDED') return;
    if (draft.status === 'COMMITTED' || draft.planId !== null)
      throw new AppError('invalid_state', '这份清单已经导入，不能放弃；需要时请撤回导入。');
    assertVersion(draft, input.version);
    await tx.$executeRaw`
      UPDATE import_draft SET status = 'DISCARDED', closed_at = now(), version = version + 1 WHERE id = ${draft.id}::int`;
    await recordAudit(tx, actor, { kind: 'import.discarded', subject: 'import', subjectId: draft.id });
  });
}
