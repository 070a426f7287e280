import { isAllowed, type Relation, type Role } from '@/lib/rights/rights.table';

/** The task's part in it; unit ids with merges followed. */
export type NodeHands = {
  relations: readonly Relation[];
  leadUnitIds: readonly number[];
  /** null: the lead's. */
  nodeUnitId: number | null;
};

/**
 * Who says that a node is done: the office of the plan, a lead, and the unit it was given to, which stands to it as a responsible unit even where it stands
 * nowhere on the task. `own`: the units the actor speaks or signs for. Pure.
 */
export function mayReportNode(roles: readonly Role[], own: readonly number[], hands: NodeHands): boolean {
  const { relations, leadUnitIds, nodeUnitId } = hands;
  const may = (...within: Relation[]) => isAllowed('node.report', roles, within);
  if (relations.includes('plan_office') && may('plan_office')) return true;
  if (nodeUnitId !== null && own.includes(nodeUnitId) && may('responsible_unit')) return true;
  return own.some((id) => leadUnitIds.includes(id)) && isAllowed('node.report', roles, relations);
}
