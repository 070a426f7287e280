import { type Action, isAllowed, type Relation, type Role } from '@/lib/rights/rights.table';

/** A unit for which an actor may speak on a task. */
export type SpeakingUnit = { unitId: number; isLead: boolean };

/** What the choice rests on; unit ids with merges followed. */
export type Standpoint = {
  roles: readonly Role[];
  /** Units the actor reports for. */
  acting: readonly number[];
  /** Units below the actor's own, for which a head signs. */
  children: readonly number[];
  leadUnitIds: readonly number[];
  unitIds: readonly number[];
};

/** The units for which the actor may take an action on the task, leads first; none: they may not. Pure. */
export function speakingUnits(action: Action, from: Standpoint): SpeakingUnit[] {
  const may = (relation: Relation) => isAllowed(action, from.roles, [relation]);
  const found = new Map<number, SpeakingUnit>();
  for (const unitId of from.acting) {
    const isLead = from.leadUnitIds.includes(unitId);
    if (isLead ? may('lead_unit') : from.unitIds.includes(unitId) && may('responsible_unit')) {
      found.set(unitId, { unitId, isLead });
    }
  }
  for (const unitId of from.children) {
    if (from.leadUnitIds.includes(unitId) && !found.has(unitId) && may('parent_head'))
      found.set(unitId, { unitId, isLead: true });
  }
  return [...found.values()].sort((a, b) => Number(b.isLead) - Number(a.isLead) || a.unitId - b.unitId);
}
