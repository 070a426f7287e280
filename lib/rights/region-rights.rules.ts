import { type Action, isAllowed, type Relation, type Role } from './rights.table';

/** What of an actor decides how they stand to a region. */
export type RegionViewer = {
  readonly roles: readonly Role[];
  readonly regionId: number | null;
  readonly scopeUnitId: number | null;
  readonly childRegionIds: readonly number[];
};

/** How an actor stands to a region as such, not to one plan in it. regionId null: what belongs to the platform and to no region. */
export function regionRelations(viewer: RegionViewer, regionId: number | null): Relation[] {
  if (!viewer.roles.includes('admin') || viewer.scopeUnitId !== null) return [];
  if (viewer.regionId === null) return ['platform'];
  if (regionId === null) return [];
  if (regionId === viewer.regionId) return ['plan_office'];
  return viewer.childRegionIds.includes(regionId) ? ['parent_office'] : [];
}

export function mayDoInRegion(viewer: RegionViewer, action: Action, regionId: number | null): boolean {
  return isAllowed(action, viewer.roles, regionRelations(viewer, regionId));
}

/** The regions in which the actor may take the action; 'all' for the platform's admin. */
export function regionsWhereMay(viewer: RegionViewer, action: Action): 'all' | number[] {
  if (mayDoInRegion(viewer, action, null)) return 'all';
  const near = viewer.regionId === null ? [] : [viewer.regionId, ...viewer.childRegionIds];
  return near.filter((id) => mayDoInRegion(viewer, action, id));
}
