import { mayDoInRegion, type RegionViewer, regionsWhereMay } from '@/lib/rights/region-rights.rules';
import type { Role } from '@/lib/rights/rights.table';

/** The regions whose accounts an actor manages; empty: none. */
export function accountRegions(actor: RegionViewer): 'all' | number[] {
  return regionsWhereMay(actor, 'account.manage');
}

/** regionId null: an account of the platform. Also decides how far an account may be given reach: never beyond the giver's own. */
export function canManageAccount(actor: RegionViewer, regionId: number | null): boolean {
  return mayDoInRegion(actor, 'account.manage', regionId);
}

/** The pages under /admin exist for whoever manages something there. */
export function canOpenAdmin(actor: RegionViewer): boolean {
  const regions = accountRegions(actor);
  return regions === 'all' || regions.length > 0;
}

export type Placement = {
  roles: readonly Role[];
  regionId: number | null;
  unitId: number | null;
  scopeUnitId: number | null;
};

/** An admin of the platform: bound to no region, neither directly nor through a unit. */
export function isPlatformAdmin(placement: Placement): boolean {
  return (
    placement.roles.includes('admin') &&
    placement.regionId === null &&
    placement.unitId === null &&
    placement.scopeUnitId === null
  );
}
