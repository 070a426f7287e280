import 'server-only';
import { z } from 'zod';
import type { Day } from '@/lib/dates';
import { deadlineWords } from '@/lib/deadlines/deadline.rules';
import { candidateSchema, type ReadRow, readRowSchema } from '@/lib/imports/reading/reading.schema';
import { mayDoInRegion, regionsWhereMay } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db, Prisma } from '@/lib/server/db';
import { comparableName, type NameResolution, unitNameResolver } from '@/lib/units/unit-names.rules';
import {
  answerWays,
  changedFields,
  commitBlocks,
  editFieldOf,
  groupKey,
  isKeptWithKind,
  isLeaderQuestion,
  leaderChoices,
  type RowState,
  textsOf,
} from './draft.rules';
import {
  type AnswerWay,
  type CurrentRow,
  currentRowSchema,
  type DraftDocument,
  type DraftLeadRule,
  type DraftStatus,
  draftDocumentSchema,
  draftLeadRuleSchema,
  type EditField,
  FIELD_LABELS,
  HEADING_LIMIT,
  type LeaderRule,
  type NameDecisions,
  nameDecisionsSchema,
  type RowFilter,
} from './draft.schema';
import { readingIsSilent } from './draft.where';
import { loadNameScope } from './name-scope.queries';

/** Rows of a draft on one page. */
export const DRAFT_PAGE_SIZE = 100;
/** Groups of questions shown at once; more are counted. */
export const GROUP_LIMIT = 200;

/** One line of /imports. */
export type DraftSummary = {
  id: number;
  status: DraftStatus;
  fileName: string;
  /** As read; null before that. */
  title: string | null;
  year: number | null;
  regionName: string;
  ownerUnitName: string | null;
  /** Null: uploaded by the command line. */
  uploadedBy: string | null;
  uploadedAt: Date;
  progress: number;
  rows: number;
  /** Open and not put off. */
  openQuestions: number;
  planId: number | null;
  basePlanId: number | null;
};
export type DraftPage = { rows: DraftSummary[]; total: number; page: number; pages: number };

/** Where one may import to: the choice of the upload form. */
export type ImportPlace = { code: string; name: string; bureaus: string[] };

export type QuestionStatus = 'OPEN' | 'ANSWERED' | 'RESOLVED';

export type DraftQuestion = {
  id: number;
  version: number;
  rowId: number | null;
  kind: string;
  field: string;
  /** Chinese, without the field's name in front. */
  text: string;
  place: string;
  printed: string | null;
  candidates: { value: string; why: string }[];
  status: QuestionStatus;
  /** Seen and left for later. */
  isDeferred: boolean;
  answer: string | null;
  answeredBy: string | null;
  answeredAt: Date | null;
  /** The answers that make sense here, most usual first: 'keep', 'value', 'unit' … */
  ways: AnswerWay[];
};

/** Questions that are alike: same kind, field, words; answering one with `isForAll` answers them all. */
export type QuestionGroup = {
  key: string;
  kind: string;
  field: string;
  fieldLabel: string;
  text: string;
  printed: string | null;
  candidates: { value: string; why: string }[];
  ways: AnswerWay[];
  /** OPEN where one of them is open. */
  status: QuestionStatus;
  isDeferred: boolean;
  answer: string | null;
  answeredBy: string | null;
  /** How many there are; `rows` holds the first 20. */
  count: number;
  rows: { rowId: number | null; position: number | null; place: string }[];
  /** The one whose id and version the form sends. */
  first: { questionId: number; questionVersion: number };
};

/** The open questions of one kind; `kept`: how many confirmKind would answer. */
export type KindCount = { kind: string; open: number; kept: number };

/** What a printed name stands for, in words, beside the row. */
export type NameReading = {
  field: 'lead' | 'responsible';
  printed: string;
  /** Null: resolves to nothing yet. */
  words: string | null;
  kind: 'unit' | 'collective' | 'new' | 'none' | 'unknown';
  isDecided: boolean;
};

export type DraftRow = {
  id: number;
  /** From 1. */
  position: number;
  version: number;
  isExcluded: boolean;
  current: CurrentRow;
  /** As read, with `source.place` and `source.cells`. Never changes. */
  read: ReadRow;
  /** The printed words that hold for this row, inherited cells filled in. */
  texts: { leadText: string; responsibleText: string; deadlineText: string };
  /** The date in words: '2022-06-30 完成，其后长期推进'. */
  deadlineWords: string;
  names: NameReading[];
  changedFields: EditField[];
  questions: DraftQuestion[];
  /** For a revised list; filled by comparing. */
  matchedTaskId: number | null;
  change: unknown;
  decision: string | null;
};

export type WillCreate = {
  kind: 'task-list' | 'assessment';
  /** Tasks, or rows of scoring rules. */
  tasks: number;
  areas: number;
  measures: number;
  groups: number;
  /** Different units and collectives of the register that are named. */
  units: number;
  collectives: number;
  newUnits: string[];
  aliases: { alias: string; unitName: string }[];
  /** Printed names that stand for nothing in the register. */
  unresolvedNames: string[];
  openQuestions: number;
  /** Tasks without a date that do not go on either. */
  withoutDeadline: number;
  withoutLead: number;
};

/** The same file (by sha256) in the same region: other drafts, and plans that hold it. */
export type SameFile = { draftId: number | null; planId: number | null; status: string; title: string; at: Date };

export type DraftDetail = {
  id: number;
  status: DraftStatus;
  version: number;
  fileName: string;
  mediaType: string;
  sha256: string;
  bytes: number;
  uploadedBy: string | null;
  uploadedAt: Date;
  region: { id: number; code: string; name: string };
  ownerUnit: { id: number; name: string } | null;
  /** While READING; `isStalled`: its process has died, offer restartReadingAction. */
  progress: { percent: number; words: string; isStalled: boolean };
  /** With UNREADABLE. */
  failure: string | null;
  /** Null before the document has been read. */
  document: DraftDocument | null;
  leadRule: { kind: string; words: string; choices: LeaderRule[] } | null;
  notices: string[];
  leftOver: { place: string; text: string }[];
  candidates: { words: string; place: string }[];
  chosen: number;
  counts: {
    rows: number;
    excluded: number;
    open: number;
    deferred: number;
    answered: number;
    resolved: number;
    changes: number;
  };
  willCreate: WillCreate | null;
  /** What keeps the list from being committed, in words; empty: it may be. */
  blocks: string[];
  groups: QuestionGroup[];
  groupTotal: number;
  /** Of all groups, in the order of the kinds among them; who leads the whole list is asked elsewhere. */
  kinds: KindCount[];
  rows: DraftRow[];
  page: { page: number; pages: number; size: number; total: number; only: RowFilter };
  /** What undoLast would take back; null: nothing. */
  lastChange: { words: string; by: string; at: Date } | null;
  sameFiles: SameFile[];
  planId: number | null;
  /** Status of that plan: the import can be withdrawn while it is a DRAFT. */
  planStatus: string | null;
  basePlan: { id: number; title: string } | null;
  can: { edit: boolean; commit: boolean; withdraw: boolean; discard: boolean };
};

export type DraftFile = { fileName: string; mediaType: string; content: Uint8Array };

/** Everything of an import in one view, for its page and its .xlsx. */
export type ImportReport = {
  draftId: number;
  status: DraftStatus;
  planId: number | null;
  title: string;
  regionName: string;
  ownerUnitName: string | null;
  year: number | null;
  docNumber: string | null;
  issuer: string | null;
  issuedOn: Day | null;
  fileName: string;
  bytes: number;
  sha256: string;
  uploadedBy: string | null;
  uploadedAt: Date;
  committedBy: string | null;
  committedAt: Date | null;
  leadRule: string;
  notices: string[];
  leftOver: { place: string; text: string }[];
  counts: DraftDetail['counts'];
  rows: {
    position: number;
    isExcluded: boolean;
    place: string;
    current: CurrentRow;
    texts: DraftRow['texts'];
    deadlineWords: string;
  }[];
  questions: {
    position: number | null;
    place: string;
    field: string;
    text: string;
    status: QuestionStatus;
    isDeferred: boolean;
    answer: string | null;
    answeredBy: string | null;
    answeredAt: Date | null;
  }[];
  changes: { sequence: number; by: string; at: Date; words: string; undoneAt: Date | null; undoneBy: string | null }[];
};

/** A plan that was withdrawn on its own page takes its import along. */
const shownStatus = (draft: { status: DraftStatus; plan: { status: string } | null }): DraftStatus =>
  draft.status === 'COMMITTED' && draft.plan?.status === 'WITHDRAWN' ? 'WITHDRAWN' : draft.status;

/** Questions of rows that are left out count nowhere. */
const counted = { OR: [{ rowId: null }, { row: { isExcluded: false } }] };

const within = (actor: Actor) => {
  const regions = regionsWhereMay(actor, 'import.commit');
  return regions === 'all' ? {} : { regionId: { in: regions } };
};

/** True where the actor may import somewhere: the pages under /imports exist for them. */
export function canImport(actor: Actor): boolean {
  const regions = regionsWhereMay(actor, 'import.commit');
  return regions === 'all' || regions.length > 0;
}

/** The regions (with the bureaus that may have lists of their own) an actor may import into. */
export async function listImportPlaces(actor: Actor): Promise<ImportPlace[]> {
  const regions = regionsWhereMay(actor, 'import.commit');
  const found = await db().region.findMany({
    where: regions === 'all' ? {} : { id: { in: regions } },
    orderBy: { id: 'asc' },
    select: {
      code: true,
      name: true,
      units: { where: { parentId: null, mergedInto: null }, orderBy: { sortOrder: 'asc' }, select: { name: true } },
    },
  });
  return found.map(({ code, name, units }) => ({ code, name, bureaus: units.map((unit) => unit.name) }));
}

/** Drafts of the actor's regions, latest first; discarded ones only with `isAll`. A page beyond the end is the last one. */
export async function listDrafts(actor: Actor, given: { page?: number; isAll?: boolean }): Promise<DraftPage> {
  const size = 50;
  const where = { ...within(actor), ...(given.isAll ? {} : { status: { not: 'DISCARDED' as const } }) };
  const total = await db().importDraft.count({ where });
  const pages = Math.max(1, Math.ceil(total / size));
  const page = Math.min(Math.max(given.page ?? 1, 1), pages);
  const drafts = await db().importDraft.findMany({
    where,
    orderBy: [{ uploadedAt: 'desc' }, { id: 'desc' }],
    skip: (page - 1) * size,
    take: size,
    select: {
      id: true,
      status: true,
      fileName: true,
      document: true,
      year: true,
      uploadedAt: true,
      progress: true,
      planId: true,
      basePlanId: true,
      region: { select: { name: true } },
      ownerUnit: { select: { name: true } },
      uploadedBy: { select: { displayName: true } },
      plan: { select: { status: true } },
      _count: { select: { rows: true, questions: { where: { status: 'OPEN', isDeferred: false, ...counted } } } },
    },
  });
  const rows = drafts.map((draft): DraftSummary => {
    const document = draft.document === null ? null : draftDocumentSchema.parse(draft.document);
    return {
      id: draft.id,
      status: shownStatus(draft),
      fileName: draft.fileName,
      title: document?.title ?? null,
      year: document?.year ?? draft.year,
      regionName: draft.region.name,
      ownerUnitName: draft.ownerUnit?.name ?? null,
      uploadedBy: draft.uploadedBy?.displayName ?? null,
      uploadedAt: draft.uploadedAt,
      progress: draft.progress,
      rows: draft._count.rows,
      openQuestions: draft._count.questions,
      planId: draft.planId,
      basePlanId: draft.basePlanId,
    };
  });
  return { rows, total, page, pages };
}

/** The same file in the region: other drafts that were not given up, and plans that hold it beside them, latest first. */
export async function listSameFiles(
  client: Db,
  regionId: number,
  sha256: string,
  exceptDraftId: number | null = null,
): Promise<SameFile[]> {
  return client.$queryRaw<SameFile[]>`
    SELECT d.id AS "draftId", d.plan_id AS "planId", coalesce(CASE WHEN p.status = 'WITHDRAWN' THEN 'WITHDRAWN' END, d.status::text) AS status, coalesce(d.document ->> 'title', d.file_name) AS title, d.uploaded_at AS at
      FROM import_draft d LEFT JOIN plan p ON p.id = d.plan_id
     WHERE d.region_id = ${regionId}::int AND d.sha256 = ${sha256} AND d.status NOT IN ('DISCARDED', 'UNREADABLE')
       AND d.id <> coalesce(${exceptDraftId}::int, 0)
    UNION ALL
    SELECT NULL, p.id, p.status::text, p.title, s.recorded_at
      FROM source_document s JOIN plan p ON p.id = s.plan_id
     WHERE p.region_id = ${regionId}::int AND s.sha256 = ${sha256} AND NOT EXISTS (SELECT FROM import_draft d WHERE d.plan_id = p.id)
     ORDER BY at DESC LIMIT 20`;
}

const seenDraft = async (actor: Actor, draftId: number) => {
  const draft = await db().importDraft.findFirst({
    where: { id: draftId, ...within(actor) },
    omit: { content: true, readDocument: true },
    include: {
      region: { select: { id: true, code: true, name: true } },
      ownerUnit: { select: { id: true, name: true } },
      uploadedBy: { select: { displayName: true } },
      plan: { select: { status: true } },
      basePlan: { select: { id: true, title: true } },
    },
  });
  return draft && mayDoInRegion(actor, 'import.commit', draft.regionId) ? draft : null;
};
type SeenDraft = NonNullable<Awaited<ReturnType<typeof seenDraft>>>;

async function isStalled(draft: { id: number; status: DraftStatus }): Promise<boolean> {
  if (draft.status !== 'READING') return false;
  const rows = await db().$queryRaw<{ isSilent: boolean }[]>`
    SELECT ${readingIsSilent} AS "isSilent" FROM import_draft WHERE id = ${draft.id}::int`;
  return rows[0]?.isSilent ?? false;
}

type StoredRow = RowState & { version: number };
type StoredQuestion = Omit<DraftQuestion, 'ways'> & { position: number };

async function loadRows(draftId: number): Promise<StoredRow[]> {
  const rows = await db().importRow.findMany({
    where: { draftId },
    orderBy: { position: 'asc' },
    select: { id: true, position: true, isExcluded: true, current: true, version: true },
  });
  return rows.map((row) => ({ ...row, current: currentRowSchema.parse(row.current) }));
}

async function loadQuestions(draftId: number, ids?: readonly number[]): Promise<StoredQuestion[]> {
  const questions = await db().importQuestion.findMany({
    where: { draftId, ...(ids ? { id: { in: [...ids] } } : {}) },
    orderBy: { position: 'asc' },
    include: { answeredBy: { select: { displayName: true } } },
  });
  return questions.map(({ draftId: _draftId, answeredById: _answeredById, answeredBy, ...question }) => ({
    ...question,
    candidates: z.array(candidateSchema).parse(question.candidates),
    answeredBy: answeredBy?.displayName ?? null,
  }));
}

const FIELD_WORDS: Record<string, string> = {
  row: '整行',
  document: '文件',
  extra: '其他栏',
  source: '原文',
  effectiveFrom: '生效日期',
};
function fieldLabel(field: string): string {
  const known = editFieldOf(field);
  return known === null ? (FIELD_WORDS[field] ?? '其他') : FIELD_LABELS[known];
}

/** What grouping and counting need of a question; `rowPosition`, `isRowExcluded` of its row. */
type AskedQuestion = Pick<
  DraftQuestion,
  'id' | 'rowId' | 'kind' | 'field' | 'text' | 'place' | 'printed' | 'status' | 'isDeferred' | 'version'
> & { rowPosition: number | null; isRowExcluded: boolean; isRowBlank: boolean };

async function loadAsked(draftId: number): Promise<AskedQuestion[]> {
  return db().$queryRaw<AskedQuestion[]>`
    SELECT q.id, q.row_id AS "rowId", q.kind, q.field, q.text, q.place, q.printed, q.status::text AS status, q.is_deferred AS "isDeferred", q.version,
           r.position AS "rowPosition", coalesce(r.is_excluded, false) AS "isRowExcluded", coalesce(btrim(r.current ->> 'text') = '', false) AS "isRowBlank"
      FROM import_question q LEFT JOIN import_row r ON r.id = q.row_id
     WHERE q.draft_id = ${draftId}::int ORDER BY q.position`;
}

type AskedGroup = { key: string; first: AskedQuestion; shown: AskedQuestion[]; count: number };

/** Open questions first, the document's before the rows', each group at the place of its first row. */
function groupQuestions(questions: readonly AskedQuestion[]): AskedGroup[] {
  const groups = [...Map.groupBy(questions, groupKey)].map(([key, alike]): AskedGroup => {
    const open = alike.filter((question) => question.status === 'OPEN');
    const meant = open.length > 0 ? open : alike;
    return { key, first: meant[0]!, shown: meant.slice(0, 20), count: meant.length };
  });
  const rank = ({ first }: AskedGroup) => (first.status === 'OPEN' ? (first.isDeferred ? 1 : 0) : 2);
  return groups.sort((a, b) => rank(a) - rank(b) || (a.first.rowPosition ?? 0) - (b.first.rowPosition ?? 0));
}

function countKinds(groups: readonly AskedGroup[], open: readonly AskedQuestion[]): KindCount[] {
  const asked = Map.groupBy(
    open.filter((question) => !isLeaderQuestion(question)),
    ({ kind }) => kind,
  );
  const isKept = (question: AskedQuestion) =>
    isKeptWithKind(question, { isExcluded: question.isRowExcluded, isBlank: question.isRowBlank });
  return [...new Set(groups.map(({ first }) => first.kind))].flatMap((kind) => {
    const alike = asked.get(kind);
    return alike ? [{ kind, open: alike.length, kept: alike.filter(isKept).length }] : [];
  });
}

function groupView(
  { key, first, shown, count }: AskedGroup,
  details: ReadonlyMap<number, StoredQuestion>,
): QuestionGroup {
  const { candidates, answer, answeredBy } = details.get(first.id)!;
  const { kind, field, text, printed, status, isDeferred } = first;
  return {
    key,
    kind,
    field,
    fieldLabel: fieldLabel(field),
    text,
    printed,
    candidates,
    ways: answerWays(first),
    status,
    isDeferred,
    answer,
    answeredBy,
    count,
    rows: shown.map(({ rowId, rowPosition, place }) => ({ rowId, position: rowPosition, place })),
    first: { questionId: first.id, questionVersion: first.version },
  };
}

type Reader = (printed: string) => {
  reading: NameReading['kind'];
  words: string | null;
  isDecided: boolean;
  id: string;
};

/** What printed names stand for, as the commit will take them. */
async function nameReader(draft: SeenDraft, names: NameDecisions): Promise<Reader> {
  const scope = await loadNameScope(db(), draft.regionId);
  const resolve = unitNameResolver({
    ...scope,
    regionCode: draft.region.code,
    ownerUnitName: draft.ownerUnit?.name ?? null,
  });
  const nameOf = new Map([
    ...scope.units.map(({ key, name }): [string, string] => [key, name]),
    ...scope.collectives.map(({ key, phrase }): [string, string] => [key, phrase]),
  ]);
  const known = new Map<string, ReturnType<Reader>>();
  const read = (printed: string): ReturnType<Reader> => {
    const decided = names[comparableName(printed)];
    if (decided?.kind === 'unit')
      return { reading: 'unit', words: decided.unitName, isDecided: true, id: `unit:${decided.unitId}` };
    if (decided?.kind === 'collective')
      return {
        reading: 'collective',
        words: decided.phrase,
        isDecided: true,
        id: `collective:${decided.collectiveId}`,
      };
    if (decided?.kind === 'new')
      return {
        reading: 'new',
        words: `新单位“${decided.unitName}”`,
        isDecided: true,
        id: `new:${comparableName(decided.unitName)}`,
      };
    if (decided?.kind === 'none') return { reading: 'none', words: '不是单位名称', isDecided: true, id: '' };
    const found: NameResolution<string> = resolve(printed);
    if (found.kind === 'unknown') return { reading: 'unknown', words: null, isDecided: false, id: '' };
    const key = found.kind === 'unit' ? found.unitKey : found.key;
    return { reading: found.kind, words: nameOf.get(key) ?? null, isDecided: false, id: key };
  };
  return (printed) => {
    const found = known.get(printed) ?? read(printed);
    known.set(printed, found);
    return found;
  };
}

/** Figures of a draft's rows, made where they lie; of the rows that are kept, except `rows` and `excluded`. */
type RowFigures = Pick<WillCreate, 'areas' | 'measures' | 'groups' | 'withoutDeadline' | 'withoutLead'> & {
  rows: number;
  excluded: number;
};

async function loadRowFigures(draftId: number): Promise<RowFigures> {
  const [figures] = await db().$queryRaw<RowFigures[]>`
    SELECT count(*)::int AS rows, count(*) FILTER (WHERE is_excluded)::int AS excluded,
           count(DISTINCT section) FILTER (WHERE NOT is_excluded)::int AS areas,
           count(DISTINCT jsonb_build_array(section, measure)) FILTER (WHERE NOT is_excluded AND measure IS NOT NULL)::int AS measures,
           count(DISTINCT work_group) FILTER (WHERE NOT is_excluded)::int AS groups,
           count(*) FILTER (WHERE NOT is_excluded AND due_on IS NULL AND NOT ongoing)::int AS "withoutDeadline",
           count(*) FILTER (WHERE NOT is_excluded AND leads = 0)::int AS "withoutLead"
      FROM (SELECT is_excluded, current ->> 'section' AS section, current ->> 'measure' AS measure, current ->> 'group' AS work_group,
                   current #>> '{deadline,dueOn}' AS due_on, (current #>> '{deadline,ongoing}')::boolean AS ongoing,
                   jsonb_array_length(current -> 'lead') AS leads
              FROM import_row WHERE draft_id = ${draftId}::int) r`;
  return figures!;
}

/** Names of the rows that are kept, each once, in order of appearance. */
async function loadPrintedNames(draftId: number): Promise<string[]> {
  const names = await db().$queryRaw<{ name: string }[]>`
    SELECT n.name
      FROM import_row r, jsonb_array_elements_text((r.current -> 'lead') || (r.current -> 'responsible')) WITH ORDINALITY AS n(name, place)
     WHERE r.draft_id = ${draftId}::int AND NOT r.is_excluded
     GROUP BY n.name ORDER BY min(r.position * 10000 + n.place)`;
  return names.map(({ name }) => name);
}

/** The rows among which are all that commitBlocks could name. */
async function loadFaultyRows(draftId: number): Promise<RowState[]> {
  const rows = await db().$queryRaw<{ id: number; position: number; isExcluded: boolean; current: unknown }[]>`
    SELECT id, position, is_excluded AS "isExcluded", current FROM import_row r
     WHERE draft_id = ${draftId}::int AND NOT is_excluded
       AND (btrim(current ->> 'text') = '' OR char_length(current ->> 'section') > ${HEADING_LIMIT}::int
         OR char_length(current ->> 'measure') > ${HEADING_LIMIT}::int OR char_length(current ->> 'group') > ${HEADING_LIMIT}::int
         OR char_length(current ->> 'indicator1') > ${HEADING_LIMIT}::int OR char_length(current ->> 'indicator2') > ${HEADING_LIMIT}::int
         OR EXISTS (SELECT FROM jsonb_object_keys(current -> 'extra') AS heading WHERE char_length(heading) > ${HEADING_LIMIT}::int)
         OR (EXISTS (SELECT FROM import_draft d WHERE d.id = r.draft_id AND d.document ->> 'kind' = 'assessment')
             AND (current ->> 'indicator1' IS NULL OR current ->> 'points' IS NULL)))
     ORDER BY position`;
  return rows.map((row) => ({ ...row, current: currentRowSchema.parse(row.current) }));
}

function willCreate(
  document: DraftDocument,
  { rows, excluded, ...figures }: RowFigures,
  printed: readonly string[],
  open: number,
  read: Reader,
  names: NameDecisions,
): WillCreate {
  const readings = printed.map((name) => ({ name, ...read(name) }));
  const different = (kind: NameReading['kind']) =>
    new Set(readings.filter(({ reading }) => reading === kind).map(({ id }) => id)).size;
  const decided = printed.flatMap((name) => names[comparableName(name)] ?? []);
  return {
    kind: document.kind,
    tasks: rows - excluded,
    ...figures,
    units: different('unit'),
    collectives: different('collective'),
    newUnits: [...new Set(decided.flatMap((one) => (one.kind === 'new' ? [one.unitName] : [])))],
    aliases: decided.flatMap((one) =>
      (one.kind === 'unit' || one.kind === 'new') &&
      one.isRemembered &&
      comparableName(one.printed) !== comparableName(one.unitName)
        ? [{ alias: one.printed, unitName: one.unitName }]
        : [],
    ),
    unresolvedNames: readings.filter(({ reading }) => reading === 'unknown').map(({ name }) => name),
    openQuestions: open,
  };
}

/** What may be undone still: the changes since the document was last read, how many and the last of them. */
export async function findStandingChanges(
  client: Db,
  draftId: number,
): Promise<{ count: number; last: DraftDetail['lastChange'] }> {
  const [found] = await client.$queryRaw<{ words: string; by: string; at: Date; count: number }[]>`
    SELECT words, actor_words AS by, recorded_at AS at, count(*) OVER ()::int AS count
      FROM import_change
     WHERE draft_id = ${draftId}::int AND undone_at IS NULL AND is_undoable
       AND sequence > coalesce((SELECT max(sequence) FROM import_change WHERE draft_id = ${draftId}::int AND NOT is_undoable), 0)
     ORDER BY sequence DESC LIMIT 1`;
  if (!found) return { count: 0, last: null };
  const { count, ...last } = found;
  return { count, last };
}

/** One draft for a viewer; null where it does not exist for them. A page beyond the end is the last one. */
export async function findDraft(
  actor: Actor,
  draftId: number,
  given: { page?: number; only?: RowFilter } = {},
): Promise<DraftDetail | null> {
  const draft = await seenDraft(actor, draftId);
  if (!draft) return null;
  const [figures, printed, faulty, asked, sameFiles, bytes, changes, page] = await Promise.all([
    loadRowFigures(draftId),
    loadPrintedNames(draftId),
    loadFaultyRows(draftId),
    loadAsked(draftId),
    listSameFiles(db(), draft.regionId, draft.sha256, draft.id),
    countBytes(draftId),
    findStandingChanges(db(), draftId),
    loadPage(draftId, given),
  ]);
  const document = draft.document === null ? null : draftDocumentSchema.parse(draft.document);
  const leadRule = draft.leadRule === null ? null : draftLeadRuleSchema.parse(draft.leadRule);
  const names = nameDecisionsSchema.parse(draft.names);
  const meant = asked.filter(({ isRowExcluded }) => !isRowExcluded);
  const open = meant.filter((question) => question.status === 'OPEN');
  const groups = groupQuestions(meant);
  const shownGroups = groups.slice(0, GROUP_LIMIT);
  const shownRows = new Set(page.rows.map(({ id }) => id));
  const details = await loadQuestions(draftId, [
    ...shownGroups.map(({ first }) => first.id),
    ...asked.filter(({ rowId }) => rowId !== null && shownRows.has(rowId)).map(({ id }) => id),
  ]);
  const detailOf = new Map(details.map((question) => [question.id, question]));
  const read = await nameReader(draft, names);
  const blocks = document === null ? [] : commitBlocks(document, faulty, figures.rows - figures.excluded);
  const isInReview = draft.status === 'REVIEW';
  const planStatus = draft.plan?.status ?? null;
  return {
    id: draft.id,
    status: shownStatus(draft),
    version: draft.version,
    fileName: draft.fileName,
    mediaType: draft.mediaType,
    sha256: draft.sha256,
    bytes,
    uploadedBy: draft.uploadedBy?.displayName ?? null,
    uploadedAt: draft.uploadedAt,
    region: draft.region,
    ownerUnit: draft.ownerUnit,
    progress: { percent: draft.progress, words: draft.progressWords, isStalled: await isStalled(draft) },
    failure: draft.failure,
    document,
    leadRule: leadRule && { kind: leadRule.kind, words: leadRule.words, choices: leaderChoices(leadRule) },
    ...surroundings(draft),
    chosen: draft.chosen,
    counts: {
      rows: figures.rows,
      excluded: figures.excluded,
      ...countQuestions(meant),
      changes: changes.count,
    },
    willCreate: document && willCreate(document, figures, printed, open.length, read, names),
    blocks,
    groups: shownGroups.map((group) => groupView(group, detailOf)),
    groupTotal: groups.length,
    kinds: countKinds(groups, open),
    rows: page.rows.map((row) => rowView(row, page.texts.get(row.id)!, details, read)),
    page: page.page,
    lastChange: changes.last,
    sameFiles,
    planId: draft.planId,
    planStatus,
    basePlan: draft.basePlan,
    can: {
      edit: isInReview,
      commit: isInReview && blocks.length === 0 && draft.basePlanId === null,
      withdraw: draft.status === 'COMMITTED' && planStatus === 'DRAFT',
      discard: draft.planId === null && draft.status !== 'DISCARDED' && draft.status !== 'COMMITTED',
    },
  };
}

function surroundings(draft: Pick<SeenDraft, 'notices' | 'leftOver' | 'candidates'>) {
  return {
    notices: z.array(z.string()).parse(draft.notices),
    leftOver: z.array(z.object({ place: z.string(), text: z.string() })).parse(draft.leftOver),
    candidates: z.array(z.object({ words: z.string(), place: z.string() })).parse(draft.candidates),
  };
}

async function countBytes(draftId: number): Promise<number> {
  const rows = await db().$queryRaw<
    { bytes: number }[]
  >`SELECT length(content) AS bytes FROM import_draft WHERE id = ${draftId}::int`;
  return rows[0]!.bytes;
}

function countQuestions(questions: readonly Pick<AskedQuestion, 'status' | 'isDeferred'>[]) {
  const count = (isCounted: (question: Pick<AskedQuestion, 'status' | 'isDeferred'>) => boolean) =>
    questions.filter(isCounted).length;
  return {
    open: count(({ status, isDeferred }) => status === 'OPEN' && !isDeferred),
    deferred: count(({ status, isDeferred }) => status === 'OPEN' && isDeferred),
    answered: count(({ status }) => status === 'ANSWERED'),
    resolved: count(({ status }) => status === 'RESOLVED'),
  };
}

const ROWS_SHOWN: Record<RowFilter, Prisma.Sql> = {
  all: Prisma.sql`TRUE`,
  excluded: Prisma.sql`r.is_excluded`,
  // Where one unit leads all rows, its printed place is kept beside; that changes nothing.
  changed: Prisma.sql`(r.read - 'source') IS DISTINCT FROM (r.current - 'leaderAt')`,
  questions: Prisma.sql`NOT r.is_excluded AND EXISTS (SELECT FROM import_question q WHERE q.row_id = r.id AND q.status = 'OPEN')`,
};

/** The rows a filter leaves, a hundred at a time, with the printed words that hold for each. */
async function loadPage(draftId: number, given: { page?: number; only?: RowFilter }) {
  const only = given.only ?? 'all';
  const [{ total }] = await db().$queryRaw<[{ total: number }]>`
    SELECT count(*)::int AS total FROM import_row r WHERE r.draft_id = ${draftId}::int AND ${ROWS_SHOWN[only]}`;
  const pages = Math.max(1, Math.ceil(total / DRAFT_PAGE_SIZE));
  const page = Math.min(Math.max(given.page ?? 1, 1), pages);
  const ids = await db().$queryRaw<{ id: number }[]>`
    SELECT r.id FROM import_row r WHERE r.draft_id = ${draftId}::int AND ${ROWS_SHOWN[only]}
     ORDER BY r.position LIMIT ${DRAFT_PAGE_SIZE}::int OFFSET ${(page - 1) * DRAFT_PAGE_SIZE}::int`;
  const here = ids.map(({ id }) => id);
  const [rows, texts] = await Promise.all([
    db().importRow.findMany({ where: { id: { in: here } }, orderBy: { position: 'asc' }, omit: { draftId: true } }),
    loadTexts(draftId, here),
  ]);
  return { rows, texts, page: { page, pages, size: DRAFT_PAGE_SIZE, total, only } };
}

type PageRow = Awaited<ReturnType<typeof loadPage>>['rows'][number];

/** textsOf for some of a draft's rows. */
async function loadTexts(draftId: number, rowIds: readonly number[]): Promise<Map<number, DraftRow['texts']>> {
  const rows = await db().$queryRaw<({ id: number } & DraftRow['texts'])[]>`
    WITH printed AS (
      SELECT id,
             max(position) FILTER (WHERE current ->> 'leadRaw' IS NOT NULL) OVER above AS lead_at,
             max(position) FILTER (WHERE current ->> 'responsibleRaw' IS NOT NULL) OVER above AS responsible_at,
             max(position) FILTER (WHERE current ->> 'deadlineRaw' IS NOT NULL) OVER above AS deadline_at
        FROM import_row WHERE draft_id = ${draftId}::int
      WINDOW above AS (ORDER BY position))
    SELECT p.id, coalesce(l.current ->> 'leadRaw', '') AS "leadText", coalesce(r.current ->> 'responsibleRaw', '') AS "responsibleText",
           coalesce(d.current ->> 'deadlineRaw', '') AS "deadlineText"
      FROM printed p
      LEFT JOIN import_row l ON l.draft_id = ${draftId}::int AND l.position = p.lead_at
      LEFT JOIN import_row r ON r.draft_id = ${draftId}::int AND r.position = p.responsible_at
      LEFT JOIN import_row d ON d.draft_id = ${draftId}::int AND d.position = p.deadline_at
     WHERE p.id = ANY(${[...rowIds]}::int[])`;
  return new Map(rows.map(({ id, ...texts }) => [id, texts]));
}

function rowView(
  { read: readJson, current: currentJson, ...row }: PageRow,
  texts: DraftRow['texts'],
  questions: readonly StoredQuestion[],
  readName: Reader,
): DraftRow {
  const read = readRowSchema.parse(readJson);
  const current = currentRowSchema.parse(currentJson);
  return {
    ...row,
    read,
    current,
    texts,
    deadlineWords: deadlineWords(current.deadline as Parameters<typeof deadlineWords>[0]),
    names: namesOf(current, readName),
    changedFields: changedFields(read, current),
    questions: questions
      .filter(({ rowId }) => rowId === row.id)
      .map((question) => ({ ...question, ways: answerWays(question) })),
  };
}

function namesOf(row: CurrentRow, read: Reader): NameReading[] {
  return (['lead', 'responsible'] as const).flatMap((field) =>
    row[field].map((printed) => {
      const { reading, words, isDecided } = read(printed);
      return { field, printed, words, kind: reading, isDecided };
    }),
  );
}

/** The original file; null where it does not exist for the viewer. */
export async function findDraftFile(actor: Actor, draftId: number): Promise<DraftFile | null> {
  return db().importDraft.findFirst({
    where: { id: draftId, ...within(actor) },
    select: { fileName: true, mediaType: true, content: true },
  });
}

/** The document's questions first, then row by row. */
function inRowOrder(questions: readonly StoredQuestion[], positionOf: ReadonlyMap<number, number>) {
  return questions
    .map((question) => ({
      question,
      position: question.rowId === null ? null : (positionOf.get(question.rowId) ?? null),
    }))
    .sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
}

const undoneSchema = z.object({ sequence: z.int() });

/** Everything of an import in one view; null where it does not exist for the viewer or has not been read. */
export async function findImportReport(actor: Actor, draftId: number): Promise<ImportReport | null> {
  const draft = await seenDraft(actor, draftId);
  if (!draft || draft.document === null) return null;
  const document = draftDocumentSchema.parse(draft.document);
  const leadRule: DraftLeadRule = draftLeadRuleSchema.parse(draft.leadRule);
  const [rows, questions, bytes, changes, standing, undone, places, committed] = await Promise.all([
    loadRows(draftId),
    loadQuestions(draftId),
    countBytes(draftId),
    db().importChange.findMany({
      where: { draftId },
      orderBy: { sequence: 'asc' },
      select: { sequence: true, actorWords: true, recordedAt: true, words: true, undoneAt: true },
    }),
    findStandingChanges(db(), draftId),
    db().auditEvent.findMany({
      where: { kind: 'import.undone', subject: 'import', subjectId: draftId, isRefusal: false },
      select: { actorWords: true, payload: true },
    }),
    db().$queryRaw<{ id: number; place: string }[]>`
      SELECT id, read #>> '{source,place}' AS place FROM import_row WHERE draft_id = ${draftId}::int`,
    db().auditEvent.findFirst({
      where: { kind: 'import.committed', subject: 'import', subjectId: draftId, isRefusal: false },
      orderBy: { id: 'desc' },
      select: { actorWords: true, recordedAt: true },
    }),
  ]);
  const placeOf = new Map(places.map(({ id, place }) => [id, place]));
  const positionOf = new Map(rows.map(({ id, position }) => [id, position]));
  const texts = textsOf(rows);
  const excluded = new Set(rows.filter((row) => row.isExcluded).map(({ id }) => id));
  const undoneBy = new Map(undone.map(({ actorWords, payload }) => [undoneSchema.parse(payload).sequence, actorWords]));
  const { notices, leftOver } = surroundings(draft);
  return {
    draftId,
    status: shownStatus(draft),
    planId: draft.planId,
    title: document.title ?? draft.fileName,
    regionName: draft.region.name,
    ownerUnitName: draft.ownerUnit?.name ?? null,
    year: document.year,
    docNumber: document.docNumber,
    issuer: document.issuer,
    issuedOn: document.issuedOn,
    fileName: draft.fileName,
    bytes,
    sha256: draft.sha256,
    uploadedBy: draft.uploadedBy?.displayName ?? null,
    uploadedAt: draft.uploadedAt,
    committedBy: committed?.actorWords ?? null,
    committedAt: committed?.recordedAt ?? null,
    leadRule: leadRule.words,
    notices,
    leftOver,
    counts: {
      rows: rows.length,
      excluded: excluded.size,
      ...countQuestions(questions.filter(({ rowId }) => rowId === null || !excluded.has(rowId))),
      changes: standing.count,
    },
    rows: rows.map((row, index) => ({
      position: row.position,
      isExcluded: row.isExcluded,
      place: placeOf.get(row.id) ?? '',
      current: row.current,
      texts: texts[index]!,
      deadlineWords: deadlineWords(row.current.deadline as Parameters<typeof deadlineWords>[0]),
    })),
    questions: inRowOrder(questions, positionOf).map(({ question, position }) => ({
      position,
      place: question.place,
      field: fieldLabel(question.field),
      text: question.text,
      status: question.status,
      isDeferred: question.isDeferred,
      answer: question.answer,
      answeredBy: question.answeredBy,
      answeredAt: question.answeredAt,
    })),
    changes: changes.map(({ sequence, actorWords, recordedAt, words, undoneAt }) => ({
      sequence,
      by: actorWords,
      at: recordedAt,
      words,
      undoneAt,
      undoneBy: undoneAt === null ? null : (undoneBy.get(sequence) ?? null),
    })),
  };
}
