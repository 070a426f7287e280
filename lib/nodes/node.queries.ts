import 'server-only';
import { randomUUID } from 'node:crypto';
import { addDays, type Day } from '@/lib/dates';
import { countedUnits, mayDo } from '@/lib/rights/rights.queries';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db } from '@/lib/server/db';
import { planRefusal } from '@/lib/tasks/task.commands';
import type { TaskDetail } from '@/lib/tasks/task-detail.queries';
import { listAssignableUnits } from '@/lib/tasks/task-units.commands';
import { mayReportNode } from './node.policy';
import {
  isLateNode,
  missedDueOf,
  NODE_EVENTS,
  type NodeEvent,
  type NodeFacts,
  nodeDueBounds,
  nodesAsOf,
  nodesOfParts,
} from './node.rules';

export type NodeView = NodeFacts & {
  unitName: string | null;
  isLate: boolean;
  /** Its date cannot be changed without a reason. */
  isMissed: boolean;
  /** Its date lies after the task's. */
  isAfterDue: boolean;
  /** The viewer may say that it is done, or take that back. */
  canReport: boolean;
  idempotencyKey: string;
};

/** The nodes of a task with what a viewer may do about them. */
export type NodeBoard = {
  nodes: NodeView[];
  canManage: boolean;
  /** Where nodes may be added: the units of the task first, then the others that may stand on the plan's list. */
  units: { id: number; name: string; isOfTask: boolean }[];
  bounds: { min: Day; max: Day } | null;
  /** So many nodes could be made of the printed parts. */
  partsToMake: number;
  keyFor: { add: string; parts: string };
  today: Day;
};

/** Most units offered beside those of the task. */
const MOST_UNITS = 400;

/** The nodes of tasks as of a day, folded from their events. The caller has checked that the tasks may be read. */
export async function listNodesOf(
  taskIds: readonly number[],
  day: Day,
  client: Db = db(),
): Promise<Map<number, NodeFacts[]>> {
  if (taskIds.length === 0) return new Map();
  const events = await client.$queryRaw<(NodeEvent & { taskId: number })[]>`
    SELECT e.task_id AS "taskId", e.type::text AS type, e.payload FROM task_event e
     WHERE e.task_id = ANY(${[...taskIds]}::int[]) AND e.type::text = ANY(${[...NODE_EVENTS]}) AND e.effective_on <= ${day}::date ORDER BY e.task_id, e.sequence`;
  const byTask = Map.groupBy(events, (event) => event.taskId);
  return new Map([...byTask].map(([taskId, own]) => [taskId, nodesAsOf(own)]));
}

/** The nodes of one task with the names of their units. */
async function listNamedNodes(taskId: number, day: Day): Promise<(NodeFacts & { unitName: string | null })[]> {
  const nodes = (await listNodesOf([taskId], day)).get(taskId) ?? [];
  const ids = [...new Set(nodes.flatMap((node) => (node.unitId === null ? [] : [node.unitId])))];
  if (ids.length === 0) return nodes.map((node) => ({ ...node, unitName: null }));
  const units = await db().unit.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  const names = new Map(units.map((unit) => [unit.id, unit.name]));
  return nodes.map((node) => ({ ...node, unitName: node.unitId === null ? null : (names.get(node.unitId) ?? null) }));
}

/** The nodes of a task as of a day, and today the forms about them. */
export async function findNodeBoard(actor: Actor, task: TaskDetail, asOf: AsOf): Promise<NodeBoard> {
  const { relations, leadUnitIds, unitIds } = task.access;
  const nodes = await listNamedNodes(task.id, asOf.day);
  const isOpen =
    asOf.isToday &&
    planRefusal(task.plan, asOf.today) === null &&
    task.now.state !== 'COMPLETED' &&
    task.now.state !== 'CANCELLED';
  const canManage = isOpen && mayDo(actor, 'node.manage', relations);
  const own = isOpen ? await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], asOf.today) : [];
  const atStart = canManage ? ((await listNodesOf([task.id], addDays(asOf.today, -1))).get(task.id) ?? []) : [];
  const countedOf = await countedByUnit(nodes, asOf.today);
  const dueOn = task.standing.dueOn;
  return {
    nodes: nodes.map((node) => ({
      ...node,
      isLate: isLateNode(node, asOf.day),
      isMissed:
        missedDueOf(
          atStart.find(({ id }) => id === node.id),
          asOf.today,
        ) !== null,
      isAfterDue: dueOn !== null && node.dueOn > dueOn,
      canReport:
        isOpen &&
        mayReportNode(actor.roles, own, {
          relations,
          leadUnitIds,
          nodeUnitId: node.unitId === null ? null : (countedOf.get(node.unitId) ?? node.unitId),
        }),
      idempotencyKey: randomUUID(),
    })),
    canManage,
    units: canManage ? await listUnitChoices(task.plan.id, leadUnitIds, unitIds, asOf.today) : [],
    bounds: canManage && task.plan.effectiveFrom ? nodeDueBounds(task.plan.effectiveFrom) : null,
    partsToMake: canManage ? nodesOfParts(task.parts, nodes).length : 0,
    keyFor: { add: randomUUID(), parts: randomUUID() },
    today: asOf.today,
  };
}

/** What the nodes' units count as on a day. */
async function countedByUnit(nodes: readonly NodeFacts[], day: Day): Promise<Map<number, number>> {
  const ids = [...new Set(nodes.flatMap((node) => node.unitId ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await db().$queryRaw<{ id: number; counted: number }[]>`
    SELECT r.unit_id AS id, r.counted_unit_id AS counted FROM unit_rollup(${day}::date) r WHERE r.unit_id = ANY(${ids}::int[])`;
  return new Map(rows.map((row) => [row.id, row.counted]));
}

async function listUnitChoices(
  planId: number,
  leads: readonly number[],
  ofTask: readonly number[],
  day: Day,
): Promise<NodeBoard['units']> {
  const assignable = (await listAssignableUnits(db(), planId, day)).map(({ id }) => id);
  const rows = await db().$queryRaw<{ id: number; name: string; parentName: string | null }[]>`
    SELECT u.id, u.name, o.name AS "parentName" FROM unit u LEFT JOIN unit o ON o.id = u.parent_id
     WHERE u.id = ANY(${[...assignable, ...ofTask]}::int[])
       AND NOT EXISTS (SELECT 1 FROM unit_merge m WHERE m.from_unit_id = u.id AND m.effective_on <= ${day}::date)
     ORDER BY u.id = ANY(${[...leads]}::int[]) DESC, u.id = ANY(${[...ofTask]}::int[]) DESC, u.parent_id IS NOT NULL, u.sort_order, u.id LIMIT ${MOST_UNITS}`;
  return rows.map((row) => ({
    id: row.id,
    name: row.parentName ? `${row.parentName} / ${row.name}` : row.name,
    isOfTask: ofTask.includes(row.id),
  }));
}
