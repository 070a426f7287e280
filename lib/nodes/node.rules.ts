import type { Day } from '@/lib/dates';

/** 节点 as of a day. unitId null: the lead's. */
export type NodeFacts = {
  id: number;
  title: string;
  dueOn: Day;
  unitId: number | null;
  doneOn: Day | null;
  /** The first date it missed, where it was given another afterwards. */
  missedDueOn: Day | null;
  /** The new date is the unit's own: late until the office has set one, or the node is done. */
  isHeldLate: boolean;
  version: number;
};

/** One recorded event on a node, as far as folding needs it. */
export type NodeEvent = { type: string; payload: Record<string, unknown> };

export const NODE_EVENTS = ['NODE_ADDED', 'NODE_CHANGED', 'NODE_DONE', 'NODE_UNDONE', 'NODE_REMOVED'] as const;
export type NodeEventType = (typeof NODE_EVENTS)[number];

const dayIn = (value: unknown): Day | null => (typeof value === 'string' && value !== '' ? value : null);
const idIn = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The nodes of a task after its events up to a day, in the order in which they were added. Pure. */
export function nodesAsOf(events: readonly NodeEvent[]): NodeFacts[] {
  const nodes = new Map<number, NodeFacts>();
  for (const { type, payload } of events) {
    const id = idIn(payload.nodeId);
    if (id === null) continue;
    const words = {
      title: String(payload.title ?? ''),
      dueOn: dayIn(payload.dueOn) ?? '',
      unitId: idIn(payload.unitId),
    };
    if (type === 'NODE_ADDED') {
      nodes.set(id, { id, ...words, doneOn: null, missedDueOn: null, isHeldLate: false, version: 1 });
      continue;
    }
    const node = nodes.get(id);
    if (!node) continue;
    const version = node.version + 1;
    if (type === 'NODE_CHANGED') nodes.set(id, { ...node, ...words, ...missedIn(payload, node), version });
    else if (type === 'NODE_DONE') nodes.set(id, { ...node, doneOn: dayIn(payload.doneOn), version });
    else if (type === 'NODE_UNDONE') nodes.set(id, { ...node, doneOn: null, version });
    else if (type === 'NODE_REMOVED') nodes.delete(id);
  }
  return [...nodes.values()];
}

/** Only a change of a date that was missed says whose new date it is. */
function missedIn(payload: NodeEvent['payload'], before: NodeFacts): Pick<NodeFacts, 'missedDueOn' | 'isHeldLate'> {
  const missedDueOn = dayIn(payload.missedDueOn);
  if (missedDueOn === null) return { missedDueOn: before.missedDueOn, isHeldLate: before.isHeldLate };
  return { missedDueOn, isHeldLate: payload.isByOffice !== true };
}

/** Percent that the nodes suggest: done ÷ all, rounded; null where there are none. It is shown and never set. Pure. */
export function suggestedPercent(nodes: readonly Pick<NodeFacts, 'doneOn'>[]): number | null {
  if (nodes.length === 0) return null;
  return Math.round((nodes.filter((node) => node.doneOn !== null).length / nodes.length) * 100);
}

/** Its date, or one that the unit itself has moved after missing it, has passed and it is not done. Pure. */
export function isLateNode(node: Pick<NodeFacts, 'dueOn' | 'doneOn' | 'isHeldLate'>, day: Day): boolean {
  return node.doneOn === null && (node.dueOn < day || node.isHeldLate);
}

/**
 * The date a node has missed, by what stood when the day began: one put right on the day it was entered was never missed. null: none. Pure.
 */
export function missedDueOf(atStart: NodeFacts | undefined, day: Day): Day | null {
  if (!atStart || !isLateNode(atStart, day)) return null;
  return atStart.missedDueOn ?? atStart.dueOn;
}

/** The days a node's date may lie between: from the year before the plan took effect to ten years after. Pure. */
export function nodeDueBounds(effectiveFrom: Day): { min: Day; max: Day } {
  const year = Number(effectiveFrom.slice(0, 4));
  return { min: `${year - 1}-01-01`, max: `${year + 10}-12-31` };
}

/** What the parts of a printed deadline would be as nodes: those with a date, each once, those that stand already left out. Pure. */
export function nodesOfParts(
  parts: readonly { text: string | null; dueOn: Day | null }[],
  standing: readonly Pick<NodeFacts, 'title' | 'dueOn'>[],
): { title: string; dueOn: Day }[] {
  const made: { title: string; dueOn: Day }[] = [];
  for (const part of parts) {
    if (part.dueOn === null) continue;
    const node = { title: part.text?.trim() || '完成本期任务', dueOn: part.dueOn };
    const isThere = (other: { title: string; dueOn: Day }) => other.title === node.title && other.dueOn === node.dueOn;
    if (!standing.some(isThere) && !made.some(isThere)) made.push(node);
  }
  return made;
}
