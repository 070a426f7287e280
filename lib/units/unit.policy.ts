import { type RegionViewer, regionsWhereMay } from '@/lib/rights/region-rights.rules';

/** The register's pages exist for whoever keeps the register of some region. */
export function canKeepUnits(actor: RegionViewer): boolean {
  const regions = regionsWhereMay(actor, 'unit.manage');
  return regions === 'all' || regions.length > 0;
}
