import 'server-only';
import { z } from 'zod';
import type { Candidate } from '@/lib/imports/finders/raw-list';
import { candidateSchema } from '@/lib/imports/reading/reading.schema';
import { readUnitCell, unitNamesOf } from '@/lib/imports/reading/unit-cells.rules';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import type { Prisma, Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { comparableName, unitNameResolver } from '@/lib/units/unit-names.rules';
import { questionFieldOf, type RowEdit, type RowState, type RowTools } from './draft.rules';
import {
  type CurrentRow,
  currentRowSchema,
  type DraftDocument,
  type DraftLeadRule,
  type DraftStatus,
  draftDocumentSchema,
  draftLeadRuleSchema,
  type EditField,
  type NameDecision,
  type NameDecisions,
  nameDecisionSchema,
  nameDecisionsSchema,
} from './draft.schema';
import { loadNameScope, type StoredScope } from './name-scope.queries';

/** One change of a draft as a whole: what it does to rows, questions, names and document is saved in one go, with what it takes to undo it. */

export type QuestionState = {
  id: number;
  rowId: number | null;
  position: number;
  kind: string;
  field: string;
  text: string;
  place: string;
  printed: string | null;
  candidates: Candidate[];
  status: 'OPEN' | 'ANSWERED' | 'RESOLVED';
  isDeferred: boolean;
  answer: string | null;
  answeredById: number | null;
  answeredAt: Date | null;
  version: number;
};

export type DraftHead = {
  id: number;
  status: DraftStatus;
  version: number;
  regionId: number;
  regionCode: string;
  ownerUnitId: number | null;
  ownerUnitName: string | null;
  planId: number | null;
};

export type OpenDraft = DraftHead & {
  document: DraftDocument;
  leadRule: DraftLeadRule;
  names: NameDecisions;
  rows: (RowState & { version: number })[];
  questions: QuestionState[];
};

const CLOSED: Record<Exclude<DraftStatus, 'REVIEW'>, string> = {
  READING: '文件正在读取，读完后才能核对。',
  UNREADABLE: '这份文件没有读取成功，请重新上传。',
  COMMITTED: '这份清单已经导入，不能再改。需要更改时请先撤回导入。',
  WITHDRAWN: '这次导入已经撤回，不能再改。',
  DISCARDED: '这份草稿已经放弃，不能再改。',
};

export function assertInReview(draft: Pick<DraftHead, 'status'>): void {
  if (draft.status !== 'REVIEW') throw new AppError('invalid_state', CLOSED[draft.status]);
}

/** Refuses: conflict (somebody else has changed the draft since), with the version that stands. */
export function assertVersion(draft: Pick<DraftHead, 'version'>, version: number): void {
  if (draft.version !== version)
    throw new AppError('conflict', '这份草稿已被他人更改，您的操作没有执行。请查看最新内容后再试。', {
      latest: { version: String(draft.version) },
    });
}

/** The draft, held until the transaction ends. Refuses: not_found (outside the actor's reach). */
export async function lockDraft(tx: Tx, actor: Actor, draftId: number): Promise<DraftHead> {
  const seen = await tx.importDraft.findUnique({ where: { id: draftId }, select: { regionId: true } });
  if (!seen || !mayDoInRegion(actor, 'import.commit', seen.regionId)) throw new AppError('not_found');
  await tx.$queryRaw`SELECT id FROM import_draft WHERE id = ${draftId}::int FOR UPDATE`;
  const draft = await tx.importDraft.findUniqueOrThrow({
    where: { id: draftId },
    select: {
      id: true,
      status: true,
      version: true,
      regionId: true,
      ownerUnitId: true,
      planId: true,
      region: { select: { code: true } },
      ownerUnit: { select: { name: true } },
    },
  });
  const { region, ownerUnit, ...head } = draft;
  return { ...head, regionCode: region.code, ownerUnitName: ownerUnit?.name ?? null };
}

/** A draft in review with all its rows and questions. Refuses: not_found, invalid_state (not in review). */
export async function openDraft(tx: Tx, actor: Actor, draftId: number): Promise<OpenDraft> {
  const head = await lockDraft(tx, actor, draftId);
  assertInReview(head);
  return loadDraft(tx, head);
}

/**
 * A draft in review with those rows alone that a change of one cell can reach: from the row that prints it to the first one that is not merged with it.
 * Refuses: not_found (draft or row), invalid_state (not in review).
 */
export async function openDraftAt(
  tx: Tx,
  actor: Actor,
  { draftId, rowId, field }: { draftId: number; rowId: number; field: EditField },
): Promise<OpenDraft> {
  const head = await lockDraft(tx, actor, draftId);
  assertInReview(head);
  const row = await tx.importRow.findFirst({ where: { id: rowId, draftId }, select: { position: true } });
  if (!row) throw new AppError('not_found');
  const cell = questionFieldOf(field);
  const isShared = cell === 'lead' || cell === 'responsible' || cell === 'deadline';
  const reach = isShared
    ? await findCellReach(tx, draftId, row.position, cell)
    : { from: row.position, to: row.position };
  return loadDraft(tx, head, reach);
}

type Reach = { from: number; to: number };

async function findCellReach(tx: Tx, draftId: number, position: number, cell: string): Promise<Reach> {
  const raw = `${cell}Raw`;
  const [reach] = await tx.$queryRaw<Reach[]>`
    SELECT coalesce((SELECT position FROM import_row
                      WHERE draft_id = ${draftId}::int AND position <= ${position}::int AND current ->> ${raw} IS NOT NULL
                      ORDER BY position DESC LIMIT 1), ${position - 1}::int) AS "from",
           coalesce((SELECT position FROM import_row
                      WHERE draft_id = ${draftId}::int AND position > ${position}::int
                        AND NOT (current ->> ${raw} IS NULL AND jsonb_exists(current -> 'inherited', ${cell}))
                      ORDER BY position LIMIT 1), 2147483647) AS "to"`;
  return reach!;
}

export async function loadDraft(tx: Tx, head: DraftHead, reach?: Reach): Promise<OpenDraft> {
  const stored = await tx.importDraft.findUniqueOrThrow({
    where: { id: head.id },
    select: { document: true, leadRule: true, names: true },
  });
  const rows = await tx.importRow.findMany({
    where: { draftId: head.id, ...(reach ? { position: { gte: reach.from, lte: reach.to } } : {}) },
    orderBy: { position: 'asc' },
    select: { id: true, position: true, isExcluded: true, current: true, version: true },
  });
  const questions = await tx.importQuestion.findMany({
    where: { draftId: head.id, ...(reach ? { rowId: { in: rows.map(({ id }) => id) } } : {}) },
    orderBy: { position: 'asc' },
  });
  return {
    ...head,
    document: draftDocumentSchema.parse(stored.document),
    leadRule: draftLeadRuleSchema.parse(stored.leadRule),
    names: nameDecisionsSchema.parse(stored.names),
    rows: rows.map((row) => ({ ...row, current: currentRowSchema.parse(row.current) })),
    questions: questions.map(({ draftId: _draftId, ...question }) => ({
      ...question,
      candidates: z.array(candidateSchema).parse(question.candidates),
    })),
  };
}

/** What the rules need of the register: the draft's region, its bureau's own units first. */
export async function loadTools(tx: Tx, draft: OpenDraft): Promise<RowTools & { scope: StoredScope }> {
  const scope = await loadNameScope(tx, draft.regionId);
  const units = unitNamesOf({ ...scope, regionCode: draft.regionCode, ownerUnitName: draft.ownerUnitName });
  const isDecided = (printed: string) => comparableName(printed) in draft.names;
  return {
    scope,
    year: draft.document.year,
    leadRule: draft.leadRule,
    readUnits: (raw, field) => readUnitCell(raw, field, units),
    isDecided,
    doubtOf: (name, field) =>
      !units.isKnownRegion || isDecided(name) || units.resolve(name).kind !== 'unknown'
        ? null
        : {
            field,
            kind: 'unknown-unit',
            text: `“${name}”不在单位库中，请确认是哪个单位`,
            printed: name,
            candidates: units.candidates(name),
          },
  };
}

export function resolverOf(draft: DraftHead, scope: StoredScope) {
  return unitNameResolver({ ...scope, regionCode: draft.regionCode, ownerUnitName: draft.ownerUnitName });
}

// ---- what a change holds

const rowPatchSchema = z.object({
  id: z.int(),
  current: currentRowSchema.partial().optional(),
  isExcluded: z.boolean().optional(),
});
const questionPatchSchema = z.object({
  id: z.int(),
  status: z.enum(['OPEN', 'ANSWERED', 'RESOLVED']),
  isDeferred: z.boolean(),
  answer: z.string().nullable(),
  answeredById: z.int().nullable(),
  /** Null with a status that is not OPEN: now, by the database's clock. */
  answeredAt: z.string().nullable(),
});
const deltaSchema = z.object({
  rows: z.array(rowPatchSchema),
  questions: z.array(questionPatchSchema),
  /** Questions that the change raised; they go when it is taken back. */
  raised: z.array(z.int()),
  names: z.record(z.string(), nameDecisionSchema.nullable()),
  document: draftDocumentSchema.optional(),
  leadRule: draftLeadRuleSchema.optional(),
});
type RowPatch = z.infer<typeof rowPatchSchema>;
type QuestionPatch = z.infer<typeof questionPatchSchema>;
type Delta = z.infer<typeof deltaSchema>;

export type Answer = Pick<QuestionPatch, 'status' | 'answer'> & { isDeferred?: boolean };
type RaisedQuestion = Pick<QuestionState, 'rowId' | 'kind' | 'field' | 'text' | 'printed' | 'candidates'>;

const emptyDelta = (): Delta => ({ rows: [], questions: [], raised: [], names: {} });
export const json = (value: unknown) => value as Prisma.InputJsonValue;

/** Collects what one command does to an open draft, which it keeps up to date, and saves it once. */
export class DraftChange {
  private readonly rows = new Map<number, { before: RowPatch; after: RowPatch }>();
  private readonly questions = new Map<number, { before: QuestionPatch; after: QuestionPatch }>();
  private readonly raised: RaisedQuestion[] = [];
  private readonly before = emptyDelta();
  private readonly after = emptyDelta();
  private readonly rowById: Map<number, OpenDraft['rows'][number]>;
  private readonly questionsOfRow: Map<number | null, QuestionState[]>;

  constructor(private readonly draft: OpenDraft) {
    this.rowById = new Map(draft.rows.map((row) => [row.id, row]));
    this.questionsOfRow = Map.groupBy(draft.questions, (question) => question.rowId);
  }

  openQuestionsOf(rowId: number | null): QuestionState[] {
    return (this.questionsOfRow.get(rowId) ?? []).filter(({ status }) => status === 'OPEN');
  }

  get changedRows(): number {
    return this.rows.size;
  }

  private touch(rowId: number) {
    const found = this.rows.get(rowId) ?? { before: { id: rowId }, after: { id: rowId } };
    this.rows.set(rowId, found);
    return found;
  }

  private patchRow(rowId: number, patch: Partial<CurrentRow>): void {
    const row = this.rowById.get(rowId)!;
    const isSame = (key: string) =>
      JSON.stringify(row.current[key as keyof CurrentRow]) === JSON.stringify(patch[key as keyof CurrentRow]);
    const keys = Object.keys(patch).filter((key) => !isSame(key));
    if (keys.length === 0) return;
    const touched = this.touch(rowId);
    const pick = (from: Partial<CurrentRow>) =>
      Object.fromEntries(keys.map((key) => [key, from[key as keyof CurrentRow]]));
    touched.before.current = { ...pick(row.current), ...touched.before.current };
    touched.after.current = { ...touched.after.current, ...pick(patch) };
    row.current = { ...row.current, ...patch };
  }

  exclude(rowId: number, isExcluded: boolean): void {
    const row = this.rowById.get(rowId)!;
    if (row.isExcluded === isExcluded) return;
    const touched = this.touch(rowId);
    touched.before.isExcluded = row.isExcluded;
    touched.after.isExcluded = isExcluded;
    row.isExcluded = isExcluded;
  }

  /** The questions about a field that was read anew are settled where the doubt is gone, stay where it is still there, and new doubts are asked. */
  apply(edits: readonly RowEdit[], actor: Actor, answerOf: (rowId: number, field: string) => string): void {
    for (const edit of edits) {
      this.patchRow(edit.rowId, edit.patch);
      const asked = (this.questionsOfRow.get(edit.rowId) ?? []).filter(({ field }) => edit.touched.includes(field));
      const isAbout = (question: QuestionState) =>
        edit.doubts.some(
          ({ field, kind, text }) => question.field === field && question.kind === kind && question.text === text,
        );
      for (const question of asked) {
        if (isAbout(question) && question.status === 'RESOLVED')
          this.answer(question, actor, { status: 'OPEN', answer: null });
        if (!isAbout(question) && question.status === 'OPEN')
          this.answer(question, actor, { status: 'RESOLVED', answer: answerOf(edit.rowId, question.field) });
      }
      for (const { field, kind, text, printed, candidates } of edit.doubts) {
        const isKnown = [...asked, ...this.raised.filter((raised) => raised.rowId === edit.rowId)].some(
          (other) => other.field === field && other.kind === kind && other.text === text,
        );
        if (!isKnown)
          this.raised.push({
            rowId: edit.rowId,
            field,
            kind,
            text,
            printed: printed ?? null,
            candidates: candidates ?? [],
          });
      }
    }
  }

  answer(question: QuestionState, actor: Actor, given: Answer): void {
    const isOpen = given.status === 'OPEN';
    const after: QuestionPatch = {
      id: question.id,
      status: given.status,
      isDeferred: given.isDeferred ?? false,
      answer: given.answer,
      answeredById: isOpen ? null : actor.accountId,
      answeredAt: null,
    };
    const before: QuestionPatch = {
      id: question.id,
      status: question.status,
      isDeferred: question.isDeferred,
      answer: question.answer,
      answeredById: question.answeredById,
      answeredAt: question.answeredAt?.toISOString() ?? null,
    };
    this.questions.set(question.id, { before: this.questions.get(question.id)?.before ?? before, after });
    question.status = given.status;
    question.answer = given.answer;
    question.isDeferred = after.isDeferred;
  }

  decideName(decision: NameDecision): void {
    const key = comparableName(decision.printed);
    this.before.names[key] = this.draft.names[key] ?? null;
    this.after.names[key] = decision;
    this.draft.names[key] = decision;
  }

  /** What was decided about a name does not hold any more. */
  undecideName(printed: string): void {
    const key = comparableName(printed);
    const decided = this.draft.names[key];
    if (decided === undefined) return;
    this.before.names[key] = decided;
    this.after.names[key] = null;
    delete this.draft.names[key];
  }

  setDocument(document: DraftDocument): void {
    this.before.document = this.draft.document;
    this.after.document = document;
    this.draft.document = document;
  }

  setLeadRule(rule: DraftLeadRule): void {
    this.before.leadRule = this.draft.leadRule;
    this.after.leadRule = rule;
    this.draft.leadRule = rule;
  }

  /** Writes the change and its record; the draft's version goes up. `words` say it to people: '第3行 牵头单位：…'. */
  async save(tx: Tx, actor: Actor, words: string): Promise<void> {
    const { draft } = this;
    const raised = await this.insertRaised(tx);
    const before: Delta = {
      ...this.before,
      rows: [...this.rows.values()].map((row) => row.before),
      questions: [...this.questions.values()].map((question) => question.before),
      raised,
    };
    const after: Delta = {
      ...this.after,
      rows: [...this.rows.values()].map((row) => row.after),
      questions: [...this.questions.values()].map((question) => question.after),
      raised,
    };
    await writeDelta(tx, draft, after);
    const last = await tx.importChange.aggregate({ where: { draftId: draft.id }, _max: { sequence: true } });
    await tx.importChange.create({
      select: { id: true },
      data: {
        draftId: draft.id,
        sequence: (last._max.sequence ?? 0) + 1,
        actorId: actor.accountId,
        actorWords: actor.words,
        words,
        before: json(before),
        after: json(after),
      },
    });
  }

  private async insertRaised(tx: Tx): Promise<number[]> {
    if (this.raised.length === 0) return [];
    const { draft } = this;
    const last = await tx.importQuestion.aggregate({ where: { draftId: draft.id }, _max: { position: true } });
    const places = await placesOf(tx, [
      ...new Set(this.raised.flatMap(({ rowId }) => (rowId === null ? [] : [rowId]))),
    ]);
    const made = await tx.importQuestion.createManyAndReturn({
      select: { id: true },
      data: this.raised.map(({ candidates, ...question }, index) => ({
        ...question,
        draftId: draft.id,
        position: (last._max.position ?? 0) + index + 1,
        place: question.rowId === null ? '' : (places.get(question.rowId) ?? ''),
        candidates: json(candidates),
      })),
    });
    return made.map(({ id }) => id);
  }
}

async function placesOf(tx: Tx, rowIds: readonly number[]): Promise<Map<number, string>> {
  const rows = await tx.$queryRaw<{ id: number; place: string }[]>`
    SELECT id, read #>> '{source,place}' AS place FROM import_row WHERE id = ANY(${[...rowIds]}::int[])`;
  return new Map(rows.map(({ id, place }) => [id, place]));
}

async function writeDelta(tx: Tx, draft: DraftHead & { names: NameDecisions }, delta: Delta): Promise<void> {
  if (delta.rows.length > 0)
    await tx.$executeRaw`
      UPDATE import_row r
         SET current = r.current || coalesce(p.current, '{}'::jsonb), is_excluded = coalesce(p."isExcluded", r.is_excluded), version = r.version + 1
        FROM jsonb_to_recordset(${JSON.stringify(delta.rows)}::jsonb) AS p(id int, current jsonb, "isExcluded" boolean)
       WHERE r.id = p.id AND r.draft_id = ${draft.id}::int`;
  if (delta.questions.length > 0)
    await tx.$executeRaw`
      UPDATE import_question q
         SET status = p.status::import_question_status, is_deferred = p."isDeferred", answer = p.answer, answered_by_id = p."answeredById",
             answered_at = CASE WHEN p.status = 'OPEN' THEN NULL ELSE coalesce(p."answeredAt", now()) END, version = q.version + 1
        FROM jsonb_to_recordset(${JSON.stringify(delta.questions)}::jsonb)
          AS p(id int, status text, "isDeferred" boolean, answer text, "answeredById" int, "answeredAt" timestamptz)
       WHERE q.id = p.id AND q.draft_id = ${draft.id}::int`;
  const names = { ...draft.names };
  for (const [key, decision] of Object.entries(delta.names)) {
    if (decision === null) delete names[key];
    else names[key] = decision;
  }
  await tx.importDraft.update({
    where: { id: draft.id },
    select: { id: true },
    data: {
      version: { increment: 1 },
      names: json(names),
      ...(delta.document ? { document: json(delta.document) } : {}),
      ...(delta.leadRule ? { leadRule: json(delta.leadRule) } : {}),
    },
  });
}

/** Takes back the last change that still holds; returns its words, null where there is none. */
export async function takeBackLast(tx: Tx, draft: OpenDraft): Promise<{ words: string; sequence: number } | null> {
  const last = await tx.importChange.findFirst({
    where: { draftId: draft.id, undoneAt: null },
    orderBy: { sequence: 'desc' },
  });
  if (!last?.isUndoable) return null;
  const before = deltaSchema.parse(last.before);
  await writeDelta(tx, draft, before);
  await tx.importQuestion.deleteMany({ where: { draftId: draft.id, id: { in: before.raised } } });
  await tx.$executeRaw`UPDATE import_change SET undone_at = now() WHERE id = ${last.id}`;
  return { words: last.words, sequence: last.sequence };
}
