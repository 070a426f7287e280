import 'server-only';
import { createHash } from 'node:crypto';
import { readCalendar } from '@/lib/cycles/calendar.queries';
import { type Day, utcDateOfDay } from '@/lib/dates';
import { carriedQuestions, readingsOf } from '@/lib/imports/drafts/draft.commands';
import { textsOf } from '@/lib/imports/drafts/draft.rules';
import { type DraftHead, loadDraft, type OpenDraft } from '@/lib/imports/drafts/draft-change.commands';
import { loadNameScope } from '@/lib/imports/drafts/name-scope.queries';
import { registerDecidedNames } from '@/lib/imports/drafts/names.commands';
import {
  allocateIds,
  loadResolver,
  type Mention,
  printedCells,
  Questions,
  readMentions,
} from '@/lib/imports/import.commands';
import { creationDay, newHeadings, type PrintedCells, startsAtOnce } from '@/lib/imports/list.rules';
import { cyclesOfTask } from '@/lib/plans/plan.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { inBatches } from '@/lib/server/batches';
import { today } from '@/lib/server/clock';
import { Prisma, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import type { TaskState } from '@/lib/tasks/task.rules';
import { askAgain, settleAsked, withdrawMatters } from '@/lib/tasks/task-settling.commands';
import type { RowComparison } from './revision.schema';
import type { ComparedTask, RevisedRow, Revision, RevisionPlan } from './revision-comparison.queries';
import { PlanHeadings } from './revision-headings.commands';
import { tellRevised } from './revision-notices.commands';
import { deadlineMove, orderAfter } from './revision-plan.rules';

/** The writing side of a revised list: what was decided becomes words, units, dates, new and cancelled tasks of the plan that stands. */

type NewEvent = Omit<Prisma.TaskEventCreateManyInput, 'actorId' | 'actorWords'>;

class Writing {
  readonly events: NewEvent[] = [];
  /** Tasks whose standing is worked out anew. */
  readonly moved = new Set<number>();
  constructor(
    readonly tx: Tx,
    readonly actor: Actor,
    readonly plan: RevisionPlan,
    readonly documentId: number,
    readonly day: Day,
    /** 《…》（…号）修订 */
    readonly basis: string,
    readonly resolver: Awaited<ReturnType<typeof loadResolver>>,
    readonly headings: PlanHeadings,
  ) {}

  get isDraft(): boolean {
    return this.plan.status === 'DRAFT';
  }

  /** Before the plan begins nothing has happened yet: what changes a draft is of the day the task came to the ledger. */
  record(
    task: { id: number; lastEventOn: Day | null },
    type: NewEvent['type'],
    payload: Record<string, unknown>,
  ): void {
    this.events.push({
      taskId: task.id,
      type,
      origin: this.isDraft ? 'SEED' : 'LIVE',
      effectiveOn: utcDateOfDay(this.isDraft ? (task.lastEventOn ?? this.day) : this.day),
      payload: { basis: this.basis, document: this.documentId, ...payload } as Prisma.InputJsonObject,
    });
    if (type !== 'TASK_REVISED' && type !== 'TASK_REASSIGNED') this.moved.add(task.id);
  }
}

export type RevisionCounts = {
  added: number;
  changed: number;
  moved: number;
  cancelled: number;
  kept: number;
  left: number;
};

/**
 * Writes every decision of a compared list in the caller's transaction, which has checked that there are no blocks. Refuses: invalid_state (open
 * questions without confirmOpen; a new unit's name is taken).
 */
export async function writeRevision(
  tx: Tx,
  actor: Actor,
  head: DraftHead,
  revision: Revision,
  confirmOpen: boolean,
): Promise<{ documentId: number; counts: RevisionCounts }> {
  const { plan } = revision;
  const draft = await loadDraft(tx, { ...head, ownerUnitId: plan.ownerUnitId, ownerUnitName: plan.ownerUnitName });
  const isTaken = ({ decision }: RevisedRow) => decision === 'take' || decision === 'separate';
  const taken = revision.rows.filter(isTaken);
  assertAsked(draft, new Set(taken.map(({ state }) => state.id)), confirmOpen);

  const states = taken.map(({ state }) => state);
  const takenIds = new Set(states.map(({ id }) => id));
  const newUnits = await registerDecidedNames(tx, actor, {
    ...draft,
    rows: draft.rows.filter(({ id }) => takenIds.has(id)),
  });
  const readings = readingsOf(draft, states, await loadNameScope(tx, plan.regionId), newUnits);
  const region = await tx.region.findUniqueOrThrow({ where: { id: plan.regionId } });
  const documentId = await storeDocument(tx, head.id, plan.id);
  const { title, docNumber } = revision.document;
  const writing = new Writing(
    tx,
    actor,
    plan,
    documentId,
    await today(tx),
    `《${title}》${docNumber === null ? '' : `（${docNumber}）`}修订`,
    await loadResolver(tx, region, plan.ownerUnitName, readings),
    await PlanHeadings.load(tx, plan.id),
  );
  await tx.$executeRaw`SELECT set_config('ledger.revising_document', ${String(documentId)}, true), set_config('ledger.defer_standing', 'on', true)`;
  const texts = textsOf(revision.rows.map(({ state }) => state));
  await reviseTasks(writing, revision, texts);
  const idOfRow = await addTasks(writing, revision, texts);
  await renumberTasks(writing, revision);
  const cancelled = await cancelTasks(writing, revision);
  await sortTasks(writing, revision, idOfRow, cancelled);
  await storeCells(writing, revision, idOfRow);
  await storeEvents(writing);
  const carried = await carriedQuestions(tx, actor, draft, states, readings);
  await carryQuestions(writing, carried, taken, idOfRow);
  await tx.$executeRaw`SELECT set_config('ledger.revising_document', '', true), set_config('ledger.defer_standing', 'off', true)`;
  await settleMatters(writing, revision, cancelled);
  if (plan.status === 'ACTIVE')
    await tellRevised(tx, { planId: plan.id, documentId, basis: writing.basis, day: writing.day }, writing.events);
  return { documentId, counts: countsOf(revision, cancelled.size) };
}

function assertAsked(draft: OpenDraft, taken: ReadonlySet<number>, confirmOpen: boolean): void {
  const open = draft.questions.filter(
    ({ status, rowId }) => status === 'OPEN' && (rowId === null || taken.has(rowId)),
  ).length;
  if (open > 0 && !confirmOpen)
    throw new AppError(
      'invalid_state',
      `还有 ${open} 个问题没有答复。如果仍要修订，请勾选确认，这些问题将随方案保留待办。`,
    );
}

async function storeDocument(tx: Tx, draftId: number, planId: number): Promise<number> {
  const { content, ...file } = await tx.importDraft.findUniqueOrThrow({
    where: { id: draftId },
    select: { fileName: true, mediaType: true, content: true },
  });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const stored = await tx.sourceDocument.create({
    data: { ...file, planId, sha256, content },
    select: { id: true },
  });
  return stored.id;
}

const wordsOf = ({ comparison }: RevisedRow, side: 'before' | 'after') =>
  Object.fromEntries(comparison.fields.map((change) => [change.field, change[side]]));

/** A matched task of a row that was taken over; null for any other. */
function takenTask(revision: Revision, { decision, comparison }: RevisedRow): ComparedTask | null {
  return decision === 'take' && comparison.taskId !== null ? revision.tasks.get(comparison.taskId)! : null;
}

/** A task that comes back onto the list takes all of its row. */
const isTouched = ({ fields }: RowComparison, name: string) =>
  fields.some(({ field }) => field === name || field === 'state');

// ---- tasks that take new words, dates and units

async function reviseTasks(writing: Writing, revision: Revision, texts: readonly PrintedCells[]): Promise<void> {
  const patches: Record<string, unknown>[] = [];
  const units: UnitChange[] = [];
  for (const [index, row] of revision.rows.entries()) {
    const task = takenTask(revision, row);
    if (!task) continue;
    if (task.state === 'CANCELLED') await restoreTask(writing, task);
    patches.push(await reviseTask(writing, task, row, texts[index]!));
    const roles = (['lead', 'responsible'] as const).filter((role) => isTouched(row.comparison, role));
    if (roles.length > 0) units.push({ task, row, roles });
  }
  await replaceUnits(writing, units);
  await writing.tx.$executeRaw`
    UPDATE task t
       SET seq = p.seq, area_id = p."areaId", measure_id = p."measureId", work_group_id = p."groupId", text = p.text, lead_raw = p."leadRaw",
           responsible_raw = p."responsibleRaw", deadline_raw = p."deadlineRaw", lead_text = p."leadText", responsible_text = p."responsibleText",
           deadline_text = p."deadlineText", due_on = p."dueOn", ongoing = p.ongoing, starts_at_once = p."startsAtOnce", deadline_note = p."deadlineNote",
           recurrence = p.recurrence, parts = p.parts, inherited = p.inherited, extra = p.extra, has_own_cycles = p."hasOwnCycles", version = t.version + 1
      FROM jsonb_to_recordset(${JSON.stringify(patches)}::jsonb)
        AS p(id int, seq int, "areaId" int, "measureId" int, "groupId" int, text text, "leadRaw" text, "responsibleRaw" text, "deadlineRaw" text,
             "leadText" text, "responsibleText" text, "deadlineText" text, "dueOn" date, ongoing boolean, "startsAtOnce" boolean, "deadlineNote" text,
             recurrence jsonb, parts jsonb, inherited text[], extra jsonb, "hasOwnCycles" boolean)
     WHERE t.id = p.id`;
}

async function reviseTask(
  writing: Writing,
  task: ComparedTask,
  row: RevisedRow,
  texts: PrintedCells,
): Promise<Record<string, unknown>> {
  const { current } = row.state;
  const { comparison, incoming } = row;
  const isChanged = (field: string) => isTouched(comparison, field);
  const isDated = isChanged('deadline');
  const move = deadlineMove(task, incoming, comparison);
  const isMoved = move.to !== undefined || move.ongoing !== undefined;
  writing.record(task, 'TASK_REVISED', {
    before: wordsOf(row, 'before'),
    after: wordsOf(row, 'after'),
    ...(isDated ? { printed: current.deadline.dueOn } : {}),
  });
  if (isMoved)
    writing.record(task, 'DEADLINE_CORRECTED', {
      from: task.dueOn,
      ...move,
      ...(writing.isDraft && move.to !== undefined ? { isBeforeStart: true } : {}),
    });
  return {
    id: task.id,
    seq: incoming.seq,
    ...(await placeOf(writing, task, row)),
    text: current.text,
    leadRaw: current.leadRaw,
    responsibleRaw: current.responsibleRaw,
    deadlineRaw: current.deadlineRaw,
    ...texts,
    dueOn: move.to === undefined ? task.dueOn : move.to,
    ongoing: move.ongoing ?? task.ongoing,
    ...(isDated ? deadlineColumns(current.deadline) : standingColumns(task)),
    inherited: current.inherited,
    extra: Object.keys(current.extra).length > 0 ? current.extra : null,
    hasOwnCycles: writing.isDraft && isDated ? !!current.deadline.recurrence : task.hasOwnCycles,
  };
}

function deadlineColumns(deadline: RevisedRow['state']['current']['deadline']) {
  return {
    startsAtOnce: startsAtOnce(deadline),
    deadlineNote: deadline.note,
    recurrence: deadline.recurrence ?? null,
    parts: deadline.parts?.length ? deadline.parts : null,
  };
}

const standingColumns = ({ startsAtOnce, deadlineNote, recurrence, parts }: ComparedTask) => ({
  startsAtOnce,
  deadlineNote,
  recurrence,
  parts,
});

/** Where the task stands afterwards: headings that are the same to the eye stay the ones they are. */
async function placeOf(writing: Writing, task: ComparedTask | null, { comparison, state }: RevisedRow) {
  const isChanged = (field: string) => task === null || isTouched(comparison, field);
  const { headings, resolver } = writing;
  const { section, measure, group } = state.current;
  const areaId = isChanged('section') ? await headings.areaId(section) : task!.areaId;
  return {
    areaId,
    measureId:
      isChanged('section') || isChanged('measure') ? await headings.measureId(measure, areaId) : task!.measureId,
    groupId: isChanged('group')
      ? await headings.groupId(group, group === null ? null : resolver.findUnitId(group))
      : task!.groupId,
  };
}

const ROLE = { lead: 'LEAD', responsible: 'RESPONSIBLE' } as const;
const whom = ({ role, unitId, collectiveId, printed }: Pick<Mention, 'role' | 'unitId' | 'collectiveId' | 'printed'>) =>
  JSON.stringify([role, unitId, collectiveId, unitId === null && collectiveId === null ? printed : null]);

type UnitChange = { task: ComparedTask; row: RevisedRow; roles: readonly ('lead' | 'responsible')[] };

/** The units of some tasks' roles from today on; who they were on the days before stays known. */
async function replaceUnits(writing: Writing, changes: readonly UnitChange[]): Promise<void> {
  const { tx, day, isDraft } = writing;
  const replaced = JSON.stringify(
    changes.flatMap(({ task, roles }) => roles.map((role) => ({ taskId: task.id, role: ROLE[role] }))),
  );
  const standing = Prisma.sql`
    u.task_id = p."taskId" AND u.role = p.role::task_unit_role AND NOT u.is_by_office AND u.valid_from <= ${day}::date AND u.valid_to > ${day}::date`;
  const which = Prisma.sql`jsonb_to_recordset(${replaced}::jsonb) AS p("taskId" int, role text)`;
  const before = await tx.$queryRaw<(Parameters<typeof whom>[0] & { taskId: number })[]>`
    SELECT u.task_id AS "taskId", u.role::text AS role, u.unit_id AS "unitId", u.collective_id AS "collectiveId", u.printed
      FROM task_unit u, ${which} WHERE ${standing}`;
  await tx.$executeRaw`DELETE FROM task_unit u USING ${which} WHERE ${standing} AND (${isDraft} OR u.valid_from = ${day}::date)`;
  await tx.$executeRaw`UPDATE task_unit u SET valid_to = ${day}::date FROM ${which} WHERE ${standing}`;
  const beforeOf = Map.groupBy(before, ({ taskId }) => taskId);
  const units: Prisma.TaskUnitCreateManyInput[] = [];
  for (const { task, row, roles } of changes) {
    const wanted = roles.map((role) => ROLE[role]);
    const after = mentionsOf(writing, row.state.current, task.id).filter(({ role }) => wanted.includes(role));
    const from = isDraft ? {} : { validFrom: utcDateOfDay(day) };
    units.push(...after.map((mention) => ({ ...mention, taskId: task.id, ...from })));
    const isSame = (beforeOf.get(task.id) ?? []).map(whom).sort().join() === after.map(whom).sort().join();
    if (!isSame) writing.record(task, 'TASK_REASSIGNED', reassignment(row));
  }
  await inBatches(units, (data) => tx.taskUnit.createMany({ data }));
}

const reassignment = ({ comparison }: RevisedRow) =>
  Object.fromEntries(
    comparison.fields
      .filter(({ field }) => field === 'lead' || field === 'responsible')
      .map(({ field, before, after }) => [field, { before, after }]),
  );

function mentionsOf(writing: Writing, row: { lead: string[]; responsible: string[] }, taskId: number): Mention[] {
  const questions = new Questions(writing.plan.id, false);
  return readMentions({ resolver: writing.resolver, questions }, row, { taskId });
}

async function restoreTask(writing: Writing, task: ComparedTask): Promise<void> {
  const cancelled = await writing.tx.taskEvent.findFirst({
    where: { taskId: task.id, type: 'TASK_CANCELLED' },
    orderBy: { sequence: 'desc' },
    select: { payload: true },
  });
  const state = task.stateBefore!;
  const payload = cancelled?.payload as { beforeReview?: TaskState | null } | undefined;
  await writing.tx.task.update({
    where: { id: task.id },
    select: { id: true },
    data: { state, stateBefore: state === 'UNDER_REVIEW' ? (payload?.beforeReview ?? 'IN_PROGRESS') : null },
  });
  writing.record(task, 'TASK_RESTORED', { basis: `${writing.basis}后重新列入`, to: state });
}

/** Rows that only stand under another number. */
async function renumberTasks(writing: Writing, revision: Revision): Promise<void> {
  const renumbered = revision.rows.flatMap(({ comparison, incoming }) => {
    const task = comparison.kind === 'same' ? revision.tasks.get(comparison.taskId!)! : null;
    return task && task.seq !== incoming.seq ? [{ task, seq: incoming.seq }] : [];
  });
  for (const { task, seq } of renumbered)
    writing.record(task, 'TASK_REVISED', { before: { seq: String(task.seq) }, after: { seq: String(seq) } });
  const patches = renumbered.map(({ task, seq }) => ({ id: task.id, seq }));
  await writing.tx.$executeRaw`
    UPDATE task t SET seq = p.seq, version = t.version + 1 FROM jsonb_to_recordset(${JSON.stringify(patches)}::jsonb) AS p(id int, seq int) WHERE t.id = p.id`;
}

// ---- tasks that come and go

/** New tasks of rows that were added or are tasks of their own; ids by row. */
async function addTasks(
  writing: Writing,
  revision: Revision,
  texts: readonly PrintedCells[],
): Promise<Map<number, number>> {
  const { tx, plan, day, isDraft } = writing;
  const added = revision.rows
    .map((row, index) => ({ row, texts: texts[index]! }))
    .filter(
      ({ row: { decision, comparison } }) =>
        decision === 'separate' || (decision === 'take' && comparison.taskId === null),
    );
  const ids = await allocateIds(tx, 'task', added.length);
  const last = Math.max(0, ...[...revision.tasks.values()].map(({ sortOrder }) => sortOrder));
  const tasks: Prisma.TaskCreateManyInput[] = [];
  const units: Prisma.TaskUnitCreateManyInput[] = [];
  for (const [index, { row, texts }] of added.entries()) {
    const { current } = row.state;
    const id = ids[index]!;
    const { groupId, ...place } = await placeOf(writing, null, row);
    const { recurrence, parts, ...deadline } = deadlineColumns(current.deadline);
    const dueOn = current.deadline.dueOn === null ? null : utcDateOfDay(current.deadline.dueOn);
    tasks.push({
      id,
      planId: plan.id,
      regionId: plan.regionId,
      seq: row.incoming.seq,
      sortOrder: last + index + 1,
      ...place,
      workGroupId: groupId,
      text: current.text,
      leadRaw: current.leadRaw,
      responsibleRaw: current.responsibleRaw,
      deadlineRaw: current.deadlineRaw,
      ...texts,
      originalDueOn: dueOn,
      dueOn,
      ongoing: current.deadline.ongoing,
      ...deadline,
      recurrence: recurrence ?? Prisma.DbNull,
      parts: parts ?? Prisma.DbNull,
      inherited: current.inherited,
      extra: Object.keys(current.extra).length > 0 ? current.extra : Prisma.DbNull,
      hasOwnCycles: !!recurrence,
    });
    units.push(
      ...mentionsOf(writing, current, id).map((mention) => ({
        ...mention,
        taskId: id,
        ...(isDraft ? {} : { validFrom: utcDateOfDay(day) }),
      })),
    );
    // A draft's tasks stand from the beginning, like those of its first list.
    writing.record({ id, lastEventOn: creationDay(plan, day) }, 'TASK_CREATED', {
      ongoing: current.deadline.ongoing,
      dueOn: current.deadline.dueOn,
      ...(isDraft ? {} : { listedBy: writing.documentId }),
    });
  }
  await inBatches(tasks, (data) => tx.task.createMany({ data }));
  await inBatches(units, (data) => tx.taskUnit.createMany({ data }));
  await addCycles(writing, tasks);
  return new Map(added.map(({ row }, index) => [row.state.id, ids[index]!]));
}

/** Own cycles of new tasks under a plan that has its cycles; a draft gets them when it is activated. */
async function addCycles({ tx, plan, day }: Writing, tasks: readonly Prisma.TaskCreateManyInput[]): Promise<void> {
  const own = tasks.filter(({ hasOwnCycles }) => hasOwnCycles);
  if (own.length === 0 || plan.status !== 'ACTIVE') return;
  const { exceptions } = await readCalendar(tx);
  const { cycleKind, cycleClosingDay, graceWorkingDays } = await tx.plan.findUniqueOrThrow({ where: { id: plan.id } });
  const rules = { kind: cycleKind, closingDay: cycleClosingDay, graceWorkingDays };
  const from = plan.effectiveFrom !== null && plan.effectiveFrom > day ? plan.effectiveFrom : day;
  await tx.cycle.createMany({
    data: own.flatMap(({ id, recurrence }) =>
      cyclesOfTask(recurrence as Parameters<typeof cyclesOfTask>[0], rules, from, exceptions).map((cycle) => ({
        planId: plan.id,
        taskId: id!,
        label: cycle.label,
        startsOn: utcDateOfDay(cycle.startsOn),
        closesOn: utcDateOfDay(cycle.closesOn),
        graceEndsOn: utcDateOfDay(cycle.graceEndsOn),
      })),
    ),
  });
}

/** Of cancelled tasks nobody is asked anything any more; those that come back ask what they did. Under a draft nobody has been asked. */
async function settleMatters(
  { tx, actor, day, isDraft }: Writing,
  revision: Revision,
  cancelled: ReadonlySet<number>,
): Promise<void> {
  if (isDraft) return;
  await withdrawMatters(tx, actor, [...cancelled], 'CANCELLED', day);
  await settleAsked(tx, [...cancelled], 'CANCELLED');
  const restored = revision.rows.flatMap((row) => {
    const task = takenTask(revision, row);
    return task?.state === 'CANCELLED' ? [task.id] : [];
  });
  await askAgain(tx, restored, ['TASK_CANCELLED']);
}

async function cancelTasks(writing: Writing, revision: Revision): Promise<Set<number>> {
  const tasks = revision.dropped.flatMap(({ task, decision }) => (decision === 'cancel' ? [task] : []));
  for (const task of tasks)
    writing.record(task, 'TASK_CANCELLED', {
      basis: `${writing.basis}后不再列入`,
      from: task.state,
      beforeReview: task.state === 'UNDER_REVIEW' ? task.stateBefore : null,
    });
  const ids = tasks.map(({ id }) => id);
  await writing.tx.$executeRaw`
    UPDATE task SET state_before = state, state = 'CANCELLED', version = version + 1 WHERE id = ANY(${ids}::int[])`;
  return new Set(ids);
}

/** The plan's order follows the new list; cancelled tasks stand behind. */
async function sortTasks(
  { tx, plan, headings }: Writing,
  revision: Revision,
  idOfRow: ReadonlyMap<number, number>,
  cancelled: ReadonlySet<number>,
): Promise<void> {
  const listed = revision.rows.flatMap(({ state, comparison, decision }) => {
    const added = idOfRow.get(state.id);
    if (added !== undefined) return [added];
    if (comparison.taskId === null || decision === 'separate') return [];
    const isKept = decision === 'keep';
    const isOut = isKept && revision.tasks.get(comparison.taskId)!.state === 'CANCELLED';
    return isOut || (isKept && comparison.kind === 'moved') ? [] : [comparison.taskId];
  });
  const back = new Set(listed);
  const gone = [...revision.tasks.values()].filter(({ id, state }) => state === 'CANCELLED' && !back.has(id));
  const behind = new Set([...cancelled, ...gone.map(({ id }) => id)]);
  const order = orderAfter([...revision.tasks.keys()], listed, behind);
  const places = order.map((id, index) => ({ id, place: index + 1 }));
  // A place is free before it is taken: the unique key is checked row by row.
  await tx.$executeRaw`UPDATE task SET sort_order = -sort_order WHERE plan_id = ${plan.id}::int`;
  await tx.$executeRaw`
    UPDATE task t SET sort_order = p.place FROM jsonb_to_recordset(${JSON.stringify(places)}::jsonb) AS p(id int, place int) WHERE t.id = p.id`;
  const placed = await tx.task.findMany({
    where: { planId: plan.id },
    orderBy: { sortOrder: 'asc' },
    select: { areaId: true, measureId: true },
  });
  await headings.sort(placed);
}

// ---- what goes with them

/** Where each row that stands now was read: of rows that were not taken over nothing is claimed. */
async function storeCells(
  { tx, documentId }: Writing,
  { rows }: Revision,
  idOfRow: ReadonlyMap<number, number>,
): Promise<void> {
  const sections = newHeadings(rows, ({ state }) => state.current.section);
  const measures = newHeadings(rows, ({ state }) => state.current.measure);
  const cells = rows.flatMap(({ state, comparison, decision }, index): Prisma.SourceCellCreateManyInput[] => {
    const taskId =
      idOfRow.get(state.id) ?? (comparison.kind === 'same' || decision === 'take' ? comparison.taskId : null);
    if (taskId === null) return [];
    const { current } = state;
    const printed: [string, string | null][] = [
      ...(sections[index] ? [['section', sections[index]] as [string, string]] : []),
      ...(measures[index] ? [['measure', measures[index]] as [string, string]] : []),
      ...(current.group === null
        ? []
        : [['group', current.inherited.includes('group') ? null : current.group] as [string, string | null]]),
      ...printedCells(current),
    ];
    return printed.map(([field, raw]) => ({ documentId, rowNumber: state.position, field, raw, taskId }));
  });
  await inBatches(cells, (data) => tx.sourceCell.createMany({ data }));
}

async function storeEvents({ tx, actor, plan, events, moved, day, isDraft }: Writing): Promise<void> {
  await inBatches(events, (batch) =>
    tx.taskEvent.createMany({
      data: batch.map((event) => ({ ...event, actorId: actor.accountId, actorWords: actor.words })),
    }),
  );
  const created = events.filter(({ type }) => type === 'TASK_CREATED').map(({ taskId }) => taskId);
  const from = (id: number): Day => (isDraft || created.includes(id) ? '1900-01-01' : day);
  const refreshed = JSON.stringify([...moved].map((id) => ({ id, from: from(id) })));
  await tx.$queryRaw`
    SELECT refresh_standing(p.id, p."from")::text FROM jsonb_to_recordset(${refreshed}::jsonb) AS p(id int, "from" date)
      JOIN task t ON t.id = p.id WHERE t.plan_id = ${plan.id}::int ORDER BY p.id`;
}

async function carryQuestions(
  { tx, plan }: Writing,
  carried: Awaited<ReturnType<typeof carriedQuestions>>,
  taken: readonly RevisedRow[],
  idOfRow: ReadonlyMap<number, number>,
): Promise<void> {
  const questions = new Questions(plan.id, false);
  for (const question of carried) {
    const row = question.row === null ? null : taken[question.row]!;
    questions.carry(question, row === null ? {} : { taskId: idOfRow.get(row.state.id) ?? row.comparison.taskId! });
  }
  const last = await tx.question.aggregate({ where: { planId: plan.id }, _max: { position: true } });
  const offset = last._max.position ?? 0;
  await inBatches(
    questions.rows.map((question) => ({ ...question, position: question.position + offset })),
    (data) => tx.question.createMany({ data }),
  );
}

function countsOf({ rows }: Revision, cancelled: number): RevisionCounts {
  const count = (isCounted: (row: RevisedRow) => boolean) => rows.filter(isCounted).length;
  return {
    added: count(
      ({ decision, comparison }) => decision === 'separate' || (decision === 'take' && comparison.kind === 'added'),
    ),
    changed: count(({ decision, comparison }) => decision === 'take' && comparison.kind === 'changed'),
    moved: count(({ decision, comparison }) => decision === 'take' && comparison.kind === 'moved'),
    cancelled,
    kept: count(({ decision }) => decision === 'keep'),
    left: count(({ decision }) => decision === 'leave'),
  };
}
