import 'server-only';
import { addDays, type Day } from '@/lib/dates';
import { countedUnits } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { fromDate, recordEvent, toDate } from '@/lib/server/events';
import { type HeldTask, holdTask, isRepeat } from '@/lib/tasks/task.commands';
import { listAssignableUnits } from '@/lib/tasks/task-units.commands';
import { mayReportNode } from './node.policy';
import { listNodesOf } from './node.queries';
import { missedDueOf, type NodeEventType, nodeDueBounds, nodesOfParts } from './node.rules';
import type {
  AddNodeInput,
  ChangeNodeInput,
  MakeNodesOfPartsInput,
  NodeReasonInput,
  ReportNodeDoneInput,
} from './node.schema';

/** What a form about nodes led to. */
export type NodeSaved = {
  /** The node's date lies after the task's: allowed, and said. */
  isAfterDue: boolean;
};

type NodeRow = { id: number; title: string; dueOn: Date; unitId: number | null; doneOn: Date | null; version: number };

function requireOpen(task: HeldTask): void {
  if (task.state === 'COMPLETED')
    throw new AppError('invalid_state', '任务已办结，节点不再变动。确需调整的，请先撤销办结。');
  if (task.state === 'CANCELLED') throw new AppError('invalid_state', '任务已取消，节点不再变动。');
}

function requireSensibleDay(task: HeldTask, dueOn: Day): void {
  const { min, max } = nodeDueBounds(task.effectiveFrom!);
  if (dueOn < min || dueOn > max)
    throw new AppError('unreadable', `节点时限请填 ${min} 至 ${max} 之间的日期，您填写的内容已保留。`);
}

/** The unit a node is given to: one of the task, or one that may stand on the plan's list, merges followed; without one, the first lead. Refuses: not_found. */
async function chooseUnit(tx: Tx, task: HeldTask, given: number | undefined): Promise<number | null> {
  if (given === undefined) return task.access.leadUnitIds[0] ?? null;
  const [counted] = await countedUnits([given], task.today, tx);
  if (counted !== undefined && task.access.unitIds.includes(counted)) return counted;
  const unit = (await listAssignableUnits(tx, task.planId, task.today)).find(({ id }) => id === counted);
  if (!unit) throw new AppError('not_found', '所选单位不在本方案的单位名录中，请重新选择；您填写的内容已保留。');
  return unit.id;
}

async function write(
  tx: Tx,
  actor: Actor,
  task: HeldTask,
  type: NodeEventType,
  node: { id: number; title: string; dueOn: Day; unitId: number | null },
  form: string,
  more: { doneOn?: Day; reason?: string; missedDueOn?: Day; isByOffice?: boolean } = {},
): Promise<void> {
  await recordEvent(tx, actor, {
    taskId: task.id,
    type,
    effectiveOn: task.today,
    unitId: node.unitId,
    payload: { nodeId: node.id, title: node.title, dueOn: node.dueOn, unitId: node.unitId, form, ...more },
  });
}

async function insertNode(
  tx: Tx,
  actor: Actor,
  task: HeldTask,
  node: { title: string; dueOn: Day; unitId: number | null },
  form: string,
): Promise<void> {
  const last = await tx.node.aggregate({ where: { taskId: task.id }, _max: { sortOrder: true } });
  const { id } = await tx.node.create({
    data: {
      taskId: task.id,
      sortOrder: (last._max.sortOrder ?? 0) + 1,
      title: node.title,
      dueOn: toDate(node.dueOn),
      unitId: node.unitId,
      addedOn: toDate(task.today),
    },
    select: { id: true },
  });
  await write(tx, actor, task, 'NODE_ADDED', { id, ...node }, form);
}

const wordsOf = (row: NodeRow) => ({ id: row.id, title: row.title, dueOn: fromDate(row.dueOn), unitId: row.unitId });

/** The node a form is about, at the version the form was drawn upon. Refuses: not_found, conflict (carries what stands now). */
async function findNode(tx: Tx, task: HeldTask, nodeId: number, version: number): Promise<NodeRow> {
  const row = await tx.node.findFirst({ where: { id: nodeId, taskId: task.id } });
  if (!row) throw new AppError('not_found');
  if (row.removedOn !== null) throw new AppError('conflict', '该节点已被删除，您的操作没有执行，填写的文字已保留。');
  if (row.version !== version) {
    const unit =
      row.unitId === null ? null : await tx.unit.findUnique({ where: { id: row.unitId }, select: { name: true } });
    throw new AppError('conflict', '该节点已被他人修改，您的操作没有执行，填写的文字已保留。请对照现有内容后再提交。', {
      latest: {
        title: row.title,
        dueOn: fromDate(row.dueOn),
        unitName: unit?.name ?? '牵头单位',
        doneOn: row.doneOn === null ? '' : fromDate(row.doneOn),
        version: String(row.version),
      },
    });
  }
  return row;
}

/**
 * The task of a node held for the node's own unit, a lead, or the office of the plan; the heads of bureaus for their 科室. Refuses: not_found, forbidden,
 * invalid_state (plan not running).
 */
async function holdForOwnHands(tx: Tx, actor: Actor, { taskId, nodeId }: Target): Promise<HeldTask> {
  const task = await holdTask(tx, actor, taskId, 'task.read');
  const node = await tx.node.findFirst({ where: { id: nodeId, taskId: task.id }, select: { unitId: true } });
  const own = await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], task.today, tx);
  const [nodeUnit] = node?.unitId == null ? [] : await countedUnits([node.unitId], task.today, tx);
  const hands = { ...task.access, nodeUnitId: nodeUnit ?? null };
  if (!mayReportNode(actor.roles, own, hands))
    throw new AppError('forbidden', '该节点由其他单位承担，请由承担单位、牵头单位或优化办登记。');
  return task;
}

type Target = { taskId: number; nodeId: number };

/**
 * 增加节点. Refuses: not_found (task or unit out of scope), forbidden, invalid_state (closed task, plan not running), unreadable (a date out of
 * bounds).
 */
export async function addNode(actor: Actor, input: AddNodeInput): Promise<NodeSaved> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'node.manage');
    const saved = { isAfterDue: task.dueOn !== null && input.dueOn > task.dueOn };
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return saved;
    requireOpen(task);
    requireSensibleDay(task, input.dueOn);
    const unitId = await chooseUnit(tx, task, input.unitId);
    await insertNode(tx, actor, task, { title: input.title, dueOn: input.dueOn, unitId }, input.idempotencyKey);
    return saved;
  });
}

type Missed = { missedDueOn: Day; isByOffice: boolean; reason: string };

/**
 * What the record keeps of a date that is changed after it was missed; none where it was not. Refuses: unreadable (no reason).
 */
async function readMissed(
  tx: Tx,
  actor: Actor,
  task: HeldTask,
  node: NodeRow,
  { dueOn, reason = '' }: ChangeNodeInput,
): Promise<Partial<Missed>> {
  const given = reason === '' ? {} : { reason };
  if (dueOn === fromDate(node.dueOn)) return given;
  const atStart = (await listNodesOf([task.id], addDays(task.today, -1), tx)).get(task.id) ?? [];
  const missedDueOn = missedDueOf(
    atStart.find(({ id }) => id === node.id),
    task.today,
  );
  if (missedDueOn === null) return given;
  if (reason.length < 2) {
    const words = `该节点已过时限（${missedDueOn}）未完成，改动时限请写明理由。`;
    throw new AppError('unreadable', `${words}您填写的内容已保留。`, { fieldErrors: { reason: [words] } });
  }
  const isByOffice =
    task.access.relations.includes('plan_office') && isAllowed('node.manage', actor.roles, ['plan_office']);
  return { missedDueOn, isByOffice, reason };
}

/**
 * 调整节点. A date that was missed is changed with a reason, and where a unit does it itself the node stays late. Refuses: not_found, forbidden, invalid_state
 * (closed task, plan not running, a node that is done), unreadable (a date out of bounds, a missed one without a reason), conflict (changed or removed meanwhile;
 * carries it as `latest`).
 */
export async function changeNode(actor: Actor, input: ChangeNodeInput): Promise<NodeSaved> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'node.manage');
    const saved = { isAfterDue: task.dueOn !== null && input.dueOn > task.dueOn };
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return saved;
    requireOpen(task);
    requireSensibleDay(task, input.dueOn);
    const node = await findNode(tx, task, input.nodeId, input.version);
    if (node.doneOn !== null)
      throw new AppError('invalid_state', '该节点已登记完成，不能再调整。确需调整的，请先撤销完成。');
    const unitId = await chooseUnit(tx, task, input.unitId);
    const missed = await readMissed(tx, actor, task, node, input);
    const next = { id: node.id, title: input.title, dueOn: input.dueOn, unitId };
    await updateNode(tx, node, { title: next.title, dueOn: toDate(next.dueOn), unitId });
    await write(tx, actor, task, 'NODE_CHANGED', next, input.idempotencyKey, missed);
    return saved;
  });
}

/** 删除节点, with a reason; what was recorded of it stays. Refuses: not_found, forbidden, invalid_state (closed task, plan not running), conflict. */
export async function removeNode(actor: Actor, input: NodeReasonInput): Promise<void> {
  await inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'node.manage');
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
    requireOpen(task);
    const node = await findNode(tx, task, input.nodeId, input.version);
    await updateNode(tx, node, { removedOn: toDate(task.today) });
    await write(tx, actor, task, 'NODE_REMOVED', wordsOf(node), input.idempotencyKey, { reason: input.reason });
  });
}

/**
 * 登记节点完成. Refuses: not_found, forbidden (neither the node's unit nor a lead nor the office), invalid_state (done already, closed task, plan not
 * running), unreadable (a day to come, or before the plan), conflict.
 */
export async function reportNodeDone(actor: Actor, input: ReportNodeDoneInput): Promise<void> {
  await inTransaction(async (tx) => {
    const task = await holdForOwnHands(tx, actor, input);
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
    requireOpen(task);
    const node = await findNode(tx, task, input.nodeId, input.version);
    if (node.doneOn !== null) throw new AppError('invalid_state', '该节点已登记完成，请刷新页面查看。');
    if (input.doneOn > task.today) throw new AppError('unreadable', '完成日期不能晚于今天。');
    if (input.doneOn < nodeDueBounds(task.effectiveFrom!).min)
      throw new AppError('unreadable', '完成日期早于方案上一年，请核对。');
    await updateNode(tx, node, { doneOn: toDate(input.doneOn) });
    await write(tx, actor, task, 'NODE_DONE', wordsOf(node), input.idempotencyKey, { doneOn: input.doneOn });
  });
}

/** 撤销节点完成, with a reason. Refuses: not_found, forbidden, invalid_state (not done, closed task, plan not running), conflict. */
export async function undoNode(actor: Actor, input: NodeReasonInput): Promise<void> {
  await inTransaction(async (tx) => {
    const task = await holdForOwnHands(tx, actor, input);
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
    requireOpen(task);
    const node = await findNode(tx, task, input.nodeId, input.version);
    if (node.doneOn === null) throw new AppError('invalid_state', '该节点尚未登记完成，无需撤销。');
    await updateNode(tx, node, { doneOn: null });
    await write(tx, actor, task, 'NODE_UNDONE', wordsOf(node), input.idempotencyKey, { reason: input.reason });
  });
}

/**
 * 按文件分期生成节点: one for each dated part of the printed deadline that has none yet, of the first lead. Returns how many. Refuses: not_found,
 * forbidden, invalid_state (no dated parts, all there already, closed task, plan not running).
 */
export async function makeNodesOfParts(actor: Actor, input: MakeNodesOfPartsInput): Promise<number> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'node.manage');
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return 0;
    requireOpen(task);
    const { parts } = await tx.task.findUniqueOrThrow({ where: { id: task.id }, select: { parts: true } });
    const printed = (parts ?? []) as { text: string | null; dueOn: Day | null }[];
    if (!printed.some((part) => part.dueOn !== null))
      throw new AppError('invalid_state', '该任务的完成时限没有分期日期，请逐个增加节点。');
    const standing = await tx.node.findMany({ where: { taskId: task.id, removedOn: null } });
    const nodes = nodesOfParts(printed, standing.map(wordsOf));
    if (nodes.length === 0) throw new AppError('invalid_state', '文件分期的节点都已生成。');
    const unitId = await chooseUnit(tx, task, undefined);
    for (const node of nodes) await insertNode(tx, actor, task, { ...node, unitId }, input.idempotencyKey);
    return nodes.length;
  });
}

type NodeChange = { title?: string; dueOn?: Date; unitId?: number | null; doneOn?: Date | null; removedOn?: Date };

async function updateNode(tx: Tx, node: NodeRow, data: NodeChange): Promise<void> {
  const written = await tx.node.updateMany({
    where: { id: node.id, version: node.version },
    data: { ...data, version: { increment: 1 } },
  });
  if (written.count !== 1) throw new AppError('conflict');
}
