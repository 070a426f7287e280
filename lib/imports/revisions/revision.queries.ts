import 'server-only';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { type Db, db } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import type { LightCode, ReasonCode, StateCode } from '@/lib/standing/standing.types';
import { type DiffPart, nameDifference, wordDifference } from '@/lib/word-difference';
import {
  COMPARED_FIELD_WORDS,
  type ComparedField,
  type RevisionDecision,
  type RevisionKind,
  type RowDecision,
} from './revision.schema';
import { revisionBlocks, revisionRefusal } from './revision-blocks.rules';
import { type DroppedTask, loadRevision, type RevisedRow, type Revision } from './revision-comparison.queries';
import { cancelRefusal, rowDecisions, takeRefusal } from './revision-plan.rules';

/** One field that differs, word by word. */
export type RevisionField = { field: ComparedField; label: string; before: string; after: string; parts: DiffPart[] };

/** `refusal`: why this cannot be chosen; null: it can. */
export type RevisionChoice = { decision: RevisionDecision; label: string; refusal: string | null };

export type RevisionTask = {
  id: number;
  seq: number;
  text: string;
  state: StateCode;
  light: LightCode;
  reason: ReasonCode;
};

export type RevisionItem = {
  kind: RevisionKind;
  /** Of the row; null with a dropped task. */
  rowId: number | null;
  /** Null with an added row. */
  task: RevisionTask | null;
  /** For the form. */
  version: number;
  /** The row's place in the new list; null with a dropped task. */
  position: number | null;
  /** As the new list prints it, of a dropped task as it stands. */
  seq: number;
  text: string;
  section: string | null;
  measure: string | null;
  lead: string;
  responsible: string;
  deadline: string;
  fields: RevisionField[];
  /** It may be another task: to be decided on its own. */
  isUnsure: boolean;
  /** A dropped task whose row was said to be another task. */
  isSeparated: boolean;
  decision: RevisionDecision | null;
  choices: RevisionChoice[];
};

export type RevisionView = {
  draftId: number;
  version: number;
  plan: { id: number; title: string; status: Revision['plan']['status'] };
  /** Why this list cannot revise the plan at all; null: it can. */
  refusal: string | null;
  counts: Record<RevisionKind, number> & { same: number; renumbered: number; undecided: number };
  items: Record<RevisionKind, RevisionItem[]>;
  /** Undecided ones that decideAll would take, by kind. */
  sure: Record<RevisionKind, number>;
  /** Open questions that would go with the plan. */
  openQuestions: number;
  /** What keeps it from being taken over, in words; empty: it may be. */
  blocks: string[];
};

const LABELS: Record<Exclude<RevisionKind, 'dropped'>, Partial<Record<RowDecision, string>>> = {
  changed: { take: '采用新内容', keep: '保留现行', separate: '另作新任务' },
  moved: { take: '采用新位置', keep: '保留现行', separate: '另作新任务' },
  added: { take: '列为新任务', leave: '不列入' },
};

/** A revised list beside its plan, for the review page. Refuses: not_found (outside the actor's reach, not in review, no revised list). */
export async function getRevision(actor: Actor, draftId: number): Promise<RevisionView> {
  const seen = await db().importDraft.findUnique({ where: { id: draftId }, select: { regionId: true, status: true } });
  if (seen?.status !== 'REVIEW' || !mayDoInRegion(actor, 'import.commit', seen.regionId))
    throw new AppError('not_found');
  const revision = await loadRevision(db(), draftId);
  if (!revision) throw new AppError('not_found');
  const standings = await readStandings(db(), revision);
  const different = revision.rows.filter(({ comparison }) => comparison.kind !== 'same');
  const ofKind = (kind: RevisionKind): RevisionItem[] =>
    kind === 'dropped'
      ? revision.dropped.map((dropped) => droppedItem(dropped, standings))
      : different.filter(({ comparison }) => comparison.kind === kind).map((row) => rowItem(revision, row, standings));
  const items = {
    changed: ofKind('changed'),
    moved: ofKind('moved'),
    added: ofKind('added'),
    dropped: ofKind('dropped'),
  };
  const all = Object.values(items).flat();
  const same = revision.rows.filter(({ comparison }) => comparison.kind === 'same');
  return {
    draftId,
    version: revision.version,
    plan: { id: revision.plan.id, title: revision.plan.title, status: revision.plan.status },
    refusal: revisionRefusal(revision),
    counts: {
      changed: items.changed.length,
      moved: items.moved.length,
      added: items.added.length,
      dropped: items.dropped.length,
      same: same.length,
      renumbered: same.filter(
        ({ comparison, incoming }) => revision.tasks.get(comparison.taskId!)!.seq !== incoming.seq,
      ).length,
      undecided: all.filter(({ decision }) => decision === null).length,
    },
    items,
    sure: {
      changed: sureOf(items.changed),
      moved: sureOf(items.moved),
      added: sureOf(items.added),
      dropped: sureOf(items.dropped),
    },
    openQuestions: await countOpen(db(), revision),
    blocks: revisionBlocks(revision),
  };
}

const differenceOf = (field: ComparedField) =>
  field === 'lead' || field === 'responsible' ? nameDifference : wordDifference;

const sureOf = (items: readonly RevisionItem[]) =>
  items.filter(({ decision, isUnsure }) => decision === null && !isUnsure).length;

type Standings = Map<number, { light: LightCode; reason: ReasonCode }>;

async function readStandings(client: Db, { plan }: Revision): Promise<Standings> {
  const day = await today(client);
  const rows = await client.$queryRaw<{ id: number; light: LightCode; reason: ReasonCode }[]>`
    SELECT s.task_id AS id, s.light::text AS light, s.reason::text AS reason FROM standing_as_of(${day}::date) s WHERE s.plan_id = ${plan.id}::int`;
  return new Map(rows.map(({ id, ...standing }) => [id, standing]));
}

function taskView(task: DroppedTask['task'], standings: Standings): RevisionTask {
  const { id, seq, text, state } = task;
  return { id, seq, text, state, ...(standings.get(id) ?? { light: 'NONE', reason: 'PLAN_NOT_ACTIVE' }) };
}

function rowItem(revision: Revision, row: RevisedRow, standings: Standings): RevisionItem {
  const { comparison, incoming, state } = row;
  const kind = comparison.kind as Exclude<RevisionKind, 'dropped'>;
  const task = comparison.taskId === null ? null : revision.tasks.get(comparison.taskId)!;
  const taking = task === null ? null : takeRefusal(task, incoming, comparison, revision.plan.status);
  return {
    kind,
    rowId: state.id,
    task: task && taskView(task, standings),
    version: row.version,
    position: state.position,
    seq: incoming.seq,
    text: incoming.text,
    section: incoming.section,
    measure: incoming.measure,
    lead: incoming.lead,
    responsible: incoming.responsible,
    deadline: incoming.deadline,
    fields: comparison.fields.map((change) => ({
      ...change,
      label: COMPARED_FIELD_WORDS[change.field],
      parts: differenceOf(change.field)(change.before, change.after),
    })),
    isUnsure: comparison.isUnsure,
    isSeparated: false,
    decision: row.decision,
    choices: rowDecisions(comparison).map((decision) => ({
      decision,
      label: LABELS[kind][decision]!,
      refusal: decision === 'take' ? taking : null,
    })),
  };
}

function droppedItem({ task, decision, version, isSeparated }: DroppedTask, standings: Standings): RevisionItem {
  const { seq, text, section, measure, lead, responsible, deadline } = task;
  return {
    kind: 'dropped',
    rowId: null,
    task: taskView(task, standings),
    version,
    position: null,
    ...{ seq, text, section, measure, lead, responsible, deadline },
    fields: [],
    isUnsure: false,
    isSeparated,
    decision,
    choices: [
      { decision: 'cancel', label: '取消任务', refusal: cancelRefusal(task) },
      { decision: 'keep', label: '保留任务', refusal: null },
    ],
  };
}

/** Questions of the document, and of the rows that are taken over. */
async function countOpen(client: Db, { draftId, rows }: Revision): Promise<number> {
  const taken = rows.filter(({ decision }) => decision === 'take' || decision === 'separate');
  return client.importQuestion.count({
    where: { draftId, status: 'OPEN', OR: [{ rowId: null }, { rowId: { in: taken.map(({ state }) => state.id) } }] },
  });
}
