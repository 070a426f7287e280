import { mayDoInRegion, type RegionViewer, regionsWhereMay } from '@/lib/rights/region-rights.rules';

/** The regions whose settings an actor keeps; empty: none. */
export function settingRegions(actor: RegionViewer): 'all' | number[] {
  return regionsWhereMay(actor, 'setting.manage');
}

export function canManageSettingsOf(actor: RegionViewer, regionId: number): boolean {
  return mayDoInRegion(actor, 'setting.manage', regionId);
}

/** The page of settings exists for whoever keeps those of some region. */
export function canManageSettings(actor: RegionViewer): boolean {
  const regions = settingRegions(actor);
  return regions === 'all' || regions.length > 0;
}
