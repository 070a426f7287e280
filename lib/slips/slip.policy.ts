import { isAllowed, type Relation, type Role } from '@/lib/rights/rights.table';
import { UNISSUED_STATUSES } from './slip.rules';
import type { SlipStatus } from './slip.schema';

/** How a viewer stands to one slip. */
export type SlipAccess = {
  /** Of the office, or above it: reads every slip of the plan. */
  oversees: boolean;
  /** Reads slips that are not issued yet: those of one's own office alone. */
  readsDrafts: boolean;
  /** Drafts, checks, issues, voids and closes. */
  issues: boolean;
  /** Signs for it and replies, for the unit it was sent to. */
  answers: boolean;
};

/** What the choice rests on; unit ids with merges followed. */
type SlipStandpoint = {
  roles: readonly Role[];
  /** To the slip's plan; none: outside the scope. */
  relations: readonly Relation[];
  /** Limited to work groups and one of the slip's tasks is in none of them. */
  isOutsideGroups: boolean;
  /** Units the actor speaks or signs for. */
  unitIds: readonly number[];
  slipUnitId: number;
};

/** Pure; default is no. */
export function slipAccess({ roles, relations, isOutsideGroups, unitIds, slipUnitId }: SlipStandpoint): SlipAccess {
  const own = relations.filter((relation) => relation === 'plan_office' || relation === 'platform');
  const may = (action: 'slip.oversee' | 'slip.issue', within: readonly Relation[]) =>
    !isOutsideGroups && isAllowed(action, roles, within);
  return {
    oversees: may('slip.oversee', relations),
    readsDrafts: may('slip.oversee', own),
    issues: may('slip.issue', relations),
    answers: isAllowed('slip.answer', roles, relations) && unitIds.includes(slipUnitId),
  };
}

/** A draft exists for its own office alone, an issued slip for who oversees the plan and for its unit. Pure. */
export function mayReadSlip(access: SlipAccess, status: SlipStatus): boolean {
  if ((UNISSUED_STATUSES as readonly SlipStatus[]).includes(status)) return access.readsDrafts;
  return access.oversees || access.answers;
}
