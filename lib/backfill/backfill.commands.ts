import 'server-only';
import { createHash } from 'node:crypto';
import type { Day } from '@/lib/dates';
import { readInChild } from '@/lib/imports/drafts/read-document';
import { allocateIds } from '@/lib/imports/import.commands';
import { listPlanAccess, mayDoOnPlan, taskScope } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, type Prisma, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit, toDate } from '@/lib/server/events';
import { requireSameActor } from '@/lib/tasks/task.commands';
import { settleAsked } from '@/lib/tasks/task-settling.commands';
import { type BackfillPlan, findBackfillPlan, listKnownTasks, untouched } from './backfill.queries';
import { type BackfillField, type BackfillRow, earliestDay, faultsOfRow } from './backfill.rules';
import {
  type BackfillInput,
  type BackfillInputRow,
  type DiscardBackfillDraftInput,
  progressSheetSchema,
  rowFieldName,
  storedProposalSchema,
} from './backfill.schema';
import { proposeFromSheet } from './workbook-proposal.rules';

/** Refuses: not_found (outside the scope), forbidden, invalid_state (the plan is not being carried out). The plan is held against archiving. */
async function holdPlan(tx: Tx, actor: Actor, planId: number): Promise<BackfillPlan> {
  const access = (await listPlanAccess(actor, tx)).find((a) => a.planId === planId);
  if (!access) throw new AppError('not_found');
  if (!mayDoOnPlan(actor, 'task.backfill', access.relations)) throw new AppError('forbidden');
  await tx.$queryRaw`SELECT id FROM plan WHERE id = ${planId} FOR SHARE`;
  const plan = await findBackfillPlan(actor, planId, tx);
  if (!plan) throw new AppError('not_found');
  if (plan.status !== 'ACTIVE')
    throw new AppError('invalid_state', '只有执行中的方案可以补录。请刷新页面查看方案状态。');
  return plan;
}

type HeldRow = {
  id: number;
  version: number;
  dueOn: Day | null;
  ongoing: boolean;
  canEnter: boolean;
  /** The day it went live, to which it can be entered what was so: that of the plan, or on which a revised list put the task on. */
  liveOn: Day;
  /** Who reports on it: the first lead, else the first responsible unit; null where nobody is known. */
  unitId: number | null;
  isLead: boolean;
  lastBackfill: number | null;
};

async function holdTasks(
  tx: Tx,
  actor: Actor,
  plan: BackfillPlan,
  ids: readonly number[],
  day: Day,
): Promise<HeldRow[]> {
  await tx.$queryRaw`SELECT id FROM task WHERE id = ANY(${[...ids]}::int[]) ORDER BY id FOR UPDATE`;
  return tx.$queryRaw<HeldRow[]>`
    WITH units AS MATERIALIZED (
      SELECT DISTINCT ON (m.task_id) m.task_id, m.unit_id, m.role = 'LEAD' AS is_lead
        FROM task_units_as_of(${day}::date) m JOIN unit u ON u.id = m.unit_id
        LEFT JOIN task_unit x ON x.task_id = m.task_id AND x.role = m.role AND x.unit_id = m.unit_id
       WHERE m.task_id = ANY(${[...ids]}::int[])
       ORDER BY m.task_id, m.role, m.is_direct DESC, x.position NULLS LAST, u.sort_order)
    SELECT t.id, t.version, t.due_on::text AS "dueOn", t.ongoing, ${untouched} AS "canEnter", u.unit_id AS "unitId",
           least(${day}::date, greatest(p.activated_on, (SELECT e.effective_on FROM task_event e WHERE e.task_id = t.id AND e.type = 'TASK_CREATED' AND e.payload ? 'listedBy' LIMIT 1)))::text AS "liveOn", coalesce(u.is_lead, false) AS "isLead",
           (SELECT e.report_id FROM task_event e WHERE e.task_id = t.id AND e.type = 'BACKFILLED' AND e.report_id IS NOT NULL ORDER BY e.sequence DESC LIMIT 1) AS "lastBackfill"
      FROM task t JOIN plan p ON p.id = t.plan_id LEFT JOIN units u ON u.task_id = t.id
     WHERE t.id = ANY(${[...ids]}::int[]) AND ${taskScope(actor, [plan.access])}`;
}

type Entry = {
  row: BackfillInputRow;
  task: HeldRow;
  basis: string;
  reportId: number | null;
  cycleId: number | null;
  /** A unit still reports in this cycle: its own report must be one of its own, not a version of what the office entered. */
  isCycleOpen: boolean;
};

/**
 * 补录: what was already so of many tasks, all or nothing; each row one event of today, a last report with it where one is given. A later one of the same task
 * takes the place of the earlier, and both stay recorded. Returns how many were entered. Refuses: not_found (plan or task outside the scope), forbidden,
 * invalid_state (plan not carried out, a task with reports or decisions), unreadable (nothing to save, faults in rows: fieldErrors by row), conflict (a task
 * has changed since the form was drawn).
 */
export async function backfillTasks(actor: Actor, input: BackfillInput): Promise<number> {
  return inTransaction((tx) => backfillTasksIn(tx, actor, input), { timeout: 60_000 });
}

/** backfillTasks within a given transaction, rights included. */
export async function backfillTasksIn(tx: Tx, actor: Actor, input: BackfillInput): Promise<number> {
  const plan = await holdPlan(tx, actor, input.planId);
  const ids = input.rows.map(({ taskId }) => taskId);
  if (ids.length === 0) throw new AppError('unreadable', '还没有选择任何一项的状态。请至少填写一项后再保存。');
  const day = await today(tx);
  const held = new Map((await holdTasks(tx, actor, plan, ids, day)).map((task) => [task.id, task]));
  if (ids.some((id) => !held.has(id))) throw new AppError('not_found');
  const repeat = await tx.taskEvent.findFirst({
    where: { taskId: { in: ids }, type: 'BACKFILLED', payload: { path: ['form'], equals: input.idempotencyKey } },
    select: { actorId: true },
  });
  requireSameActor(actor, repeat);
  if (repeat) return 0;
  refuseFaults(input, plan, held);

  const entries = await prepare(tx, input, held, day);
  await tx.$executeRaw`SELECT set_config('ledger.defer_standing', 'on', true)`;
  await writeReports(tx, actor, entries, input.idempotencyKey, day);
  await moveTasks(tx, entries);
  await tx.taskEvent.createMany({ data: entries.map((entry) => eventOf(actor, entry, input, day)) });
  await tx.$executeRaw`SELECT set_config('ledger.defer_standing', 'off', true)`;
  await tx.$queryRaw`SELECT refresh_standing(x.id, ${day}::date)::text FROM unnest(${ids}::int[]) AS x(id)`;
  for (const state of ['COMPLETED', 'SUSTAINED'] as const) {
    const achieved = entries.filter(({ row }) => row.state === state).map(({ row }) => row.taskId);
    await settleAsked(tx, achieved, state, 'BACKFILLED');
  }
  await recordAudit(tx, actor, {
    kind: 'plan.backfilled',
    subject: 'plan',
    subjectId: plan.id,
    payload: { tasks: entries.length, basis: input.basis, draft: input.draftId },
  });
  if (input.draftId !== null) await closeFinishedDraft(tx, actor, plan.id, input.draftId, day);
  return entries.length;
}

const textsOf = (row: BackfillInputRow, common: string): BackfillRow => ({ ...row, basis: row.basis || common });

function refuseFaults(input: BackfillInput, plan: BackfillPlan, held: ReadonlyMap<number, HeldRow>): void {
  const earliest = earliestDay(plan.issuedOn ?? plan.effectiveFrom ?? `${plan.year}-01-01`);
  const fieldErrors: Record<string, string[]> = {};
  let isConflict = true;
  for (const row of input.rows) {
    const task = held.get(row.taskId)!;
    const faults: Partial<Record<BackfillField, string>> = {};
    if (!task.canEnter) faults.state = '该任务已有填报、审核或其他办理记录，不能再补录。请清空本行';
    else if (task.version !== row.version) faults.state = '该任务已有变动，请刷新页面核对后再填';
    else Object.assign(faults, faultsOfRow(textsOf(row, input.basis), task, { earliest, latest: task.liveOn }));
    if (task.canEnter && row.narrative !== '' && task.unitId === null)
      faults.narrative ??= '该任务没有确定的承担单位，最近进展无处归属，请写入依据';
    for (const [field, words] of Object.entries(faults))
      fieldErrors[rowFieldName(field as BackfillField, row.taskId)] = [words];
    if (Object.keys(faults).length > 0 && (!task.canEnter || task.version === row.version)) isConflict = false;
  }
  const count = Object.keys(fieldErrors).length;
  if (count === 0) return;
  throw new AppError(
    isConflict ? 'conflict' : 'unreadable',
    `有 ${count} 处需要修改，没有保存任何一项；您填写的内容都已保留。请按各行的提示修改后再保存。`,
    { fieldErrors },
  );
}

/** With the ids of reports to be written, and the cycle in which each of them was made. */
async function prepare(tx: Tx, input: BackfillInput, held: ReadonlyMap<number, HeldRow>, day: Day): Promise<Entry[]> {
  const reporting = input.rows.filter(({ narrative }) => narrative !== '');
  const reportIds = await allocateIds(tx, 'progress_report', reporting.length);
  const said = JSON.stringify(reporting.map(({ taskId, reportedOn }) => ({ taskId, reportedOn })));
  const cycles = await tx.$queryRaw<{ taskId: number; cycleId: number; isOpen: boolean }[]>`
    SELECT x."taskId", c.id AS "cycleId", c.grace_ends_on >= ${day}::date AS "isOpen" FROM jsonb_to_recordset(${said}::jsonb) AS x("taskId" int, "reportedOn" date)
      CROSS JOIN LATERAL (SELECT c.id, c.grace_ends_on FROM cycles_of_task(x."taskId") c WHERE c.starts_on <= x."reportedOn" AND c.closes_on >= x."reportedOn" LIMIT 1) c`;
  const cycleOf = new Map(cycles.map((cycle) => [cycle.taskId, cycle]));
  return input.rows.map((row) => {
    const at = reporting.indexOf(row);
    return {
      row,
      task: held.get(row.taskId)!,
      basis: row.basis || input.basis,
      reportId: at < 0 ? null : reportIds[at]!,
      cycleId: at < 0 ? null : (cycleOf.get(row.taskId)?.cycleId ?? null),
      isCycleOpen: at >= 0 && cycleOf.get(row.taskId)?.isOpen === true,
    };
  });
}

async function writeReports(tx: Tx, actor: Actor, entries: readonly Entry[], key: string, day: Day): Promise<void> {
  const replaced = entries.flatMap(({ task }) => task.lastBackfill ?? []);
  if (replaced.length > 0)
    await tx.progressReport.updateMany({
      where: { id: { in: replaced }, isBackfill: true },
      data: { status: 'WITHDRAWN' },
    });
  const reporting = entries.filter(({ reportId }) => reportId !== null);
  if (reporting.length === 0) return;
  await tx.progressReport.createMany({
    data: reporting.map(({ reportId, task, cycleId, isCycleOpen }) => ({
      id: reportId!,
      taskId: task.id,
      unitId: task.unitId!,
      cycleId: isCycleOpen ? null : cycleId,
      kind: 'PROGRESS' as const,
      isByLead: task.isLead,
      isBackfill: true,
    })),
  });
  await tx.reportVersion.createMany({
    data: reporting.map(({ reportId, row }) => ({
      reportId: reportId!,
      version: 1,
      percent: row.percent,
      narrative: row.narrative,
      idempotencyKey: `${key}:${row.taskId}`,
      authorId: actor.accountId,
      effectiveOn: toDate(day),
    })),
  });
}

async function moveTasks(tx: Tx, entries: readonly Entry[]): Promise<void> {
  const rows = JSON.stringify(
    entries.map(({ row }) => ({ id: row.taskId, version: row.version, state: row.state, achievedOn: row.achievedOn })),
  );
  const moved = await tx.$executeRaw`
    UPDATE task t SET state = x.state::task_state, state_before = NULL, achieved_on = x."achievedOn", version = t.version + 1
      FROM jsonb_to_recordset(${rows}::jsonb) AS x(id int, version int, state text, "achievedOn" date)
     WHERE t.id = x.id AND t.version = x.version`;
  if (moved !== entries.length) throw new AppError('conflict');
}

function eventOf(
  actor: Actor,
  { row, task, basis, reportId, cycleId }: Entry,
  input: BackfillInput,
  day: Day,
): Prisma.TaskEventCreateManyInput {
  return {
    taskId: task.id,
    type: 'BACKFILLED',
    origin: 'BACKFILL',
    effectiveOn: toDate(day),
    actorId: actor.accountId,
    actorWords: actor.words,
    ...(reportId === null
      ? {}
      : {
          unitId: task.unitId,
          reportId,
          reportVersion: 1,
          reportKind: 'PROGRESS' as const,
          cycleId,
          isByLead: task.isLead,
        }),
    payload: {
      state: row.state,
      achievedOn: row.achievedOn,
      basis,
      reportedOn: row.narrative === '' ? null : row.reportedOn,
      percent: row.percent,
      form: input.idempotencyKey,
      ...(input.draftId === null ? {} : { draft: input.draftId }),
    },
  };
}

/** A proposal of which every task has been entered since has done its work. */
async function closeFinishedDraft(tx: Tx, actor: Actor, planId: number, draftId: number, day: Day): Promise<void> {
  const draft = await tx.backfillDraft.findFirst({
    where: { id: draftId, planId, uploadedById: actor.accountId, closedOn: null },
  });
  if (!draft) return;
  const { proposals } = storedProposalSchema.parse(draft.reading);
  const wanted = [...new Set(proposals.map(({ taskId }) => taskId))];
  const entered = await tx.taskEvent.findMany({
    where: { taskId: { in: wanted }, type: 'BACKFILLED', recordedAt: { gt: draft.uploadedAt } },
    select: { taskId: true },
    distinct: ['taskId'],
  });
  if (entered.length < wanted.length) return;
  await tx.backfillDraft.update({ where: { id: draft.id }, data: { closedOn: toDate(day) }, select: { id: true } });
}

const NOTHING_FOUND =
  '文件里没有找到写明进展的表格。请核对：表头要有“任务内容”或“序号”，并有“进展情况”“完成情况”“完成时间”等栏目中的至少一栏。';

type Sheet = { sheet: NonNullable<ReturnType<typeof progressSheetSchema.parse>> } | { refusal: string };

async function readSheet(file: { bytes: Uint8Array; fileName: string }): Promise<Sheet> {
  try {
    const reading = await readInChild(file.bytes, { purpose: 'progress', fileName: file.fileName });
    const sheet = progressSheetSchema.parse(reading);
    return sheet === null ? { refusal: NOTHING_FOUND } : { sheet };
  } catch (error) {
    // What the reader says of the file is an answer to be kept; anything else is a fault.
    if (error instanceof AppError && error.code === 'unreadable') return { refusal: error.message };
    throw error;
  }
}

/**
 * Reads a workbook kept until now and keeps what it proposes for the actor to confirm, or why it could not be read; an earlier proposal of theirs is put
 * away. Writes nothing of the tasks. Refuses: not_found, forbidden, invalid_state (plan not carried out).
 */
export async function proposeBackfill(
  actor: Actor,
  planId: number,
  file: { bytes: Uint8Array; fileName: string },
): Promise<{ draftId: number; refusal: string | null }> {
  const plan = await inTransaction((tx) => holdPlan(tx, actor, planId));
  const read = await readSheet(file);
  const tasks = await listKnownTasks(actor, plan);
  return inTransaction(async (tx) => {
    await holdPlan(tx, actor, planId);
    const day = await today(tx);
    const earliest = earliestDay(plan.issuedOn ?? plan.effectiveFrom ?? `${plan.year}-01-01`);
    const reading = storedProposalSchema.parse(
      'sheet' in read
        ? proposeFromSheet(read.sheet, tasks, { year: plan.year, today: day, earliest })
        : { proposals: [], unmatched: [], columns: [], refusal: read.refusal },
    );
    await tx.backfillDraft.updateMany({
      where: { planId, uploadedById: actor.accountId, closedOn: null },
      data: { closedOn: toDate(day) },
    });
    const draft = await tx.backfillDraft.create({
      data: {
        planId,
        uploadedById: actor.accountId,
        uploadedOn: toDate(day),
        fileName: file.fileName.slice(0, 300),
        sha256: createHash('sha256').update(file.bytes).digest('hex'),
        reading,
      },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      kind: 'plan.backfill_read',
      subject: 'plan',
      subjectId: planId,
      payload: { draft: draft.id, file: file.fileName.slice(0, 300), rows: reading.proposals.length },
    });
    return { draftId: draft.id, refusal: reading.refusal };
  });
}

/** Puts a proposal away; twice does nothing more. Refuses: not_found (another's, or of another plan). */
export async function discardBackfillDraft(actor: Actor, input: DiscardBackfillDraftInput): Promise<void> {
  await inTransaction(async (tx) => {
    const plan = await findBackfillPlan(actor, input.planId, tx);
    const draft = await tx.backfillDraft.findFirst({
      where: { id: input.draftId, planId: input.planId, uploadedById: actor.accountId },
      select: { id: true },
    });
    if (!plan || !draft) throw new AppError('not_found');
    await tx.backfillDraft.updateMany({
      where: { id: draft.id, closedOn: null },
      data: { closedOn: toDate(await today(tx)) },
    });
  });
}
