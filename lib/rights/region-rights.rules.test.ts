import { describe, expect, test } from 'vitest';
import { mayDoInRegion, type RegionViewer, regionsWhereMay } from './region-rights.rules';

const viewer = (given: Partial<RegionViewer>): RegionViewer => ({
  roles: ['admin'],
  regionId: 1,
  scopeUnitId: null,
  childRegionIds: [2, 3],
  ...given,
});

describe('accounts and units by region', () => {
  test("the platform's admin manages everywhere, and what belongs to no region", () => {
    const platform = viewer({ regionId: null, childRegionIds: [] });
    expect(regionsWhereMay(platform, 'account.manage')).toBe('all');
    expect(mayDoInRegion(platform, 'account.manage', null)).toBe(true);
    expect(mayDoInRegion(platform, 'unit.manage', 9)).toBe(true);
  });

  test("a region's admin manages accounts there and below, units only there, and nothing of the platform", () => {
    const city = viewer({});
    expect(regionsWhereMay(city, 'account.manage')).toEqual([1, 2, 3]);
    expect(regionsWhereMay(city, 'unit.manage')).toEqual([1]);
    expect(mayDoInRegion(city, 'account.manage', 4)).toBe(false);
    expect(mayDoInRegion(city, 'account.manage', null)).toBe(false);
  });

  test.each(['unit_reporter', 'unit_head', 'office', 'leader'] as const)('a %s manages neither', (role) => {
    expect(regionsWhereMay(viewer({ roles: [role] }), 'account.manage')).toEqual([]);
    expect(regionsWhereMay(viewer({ roles: [role], regionId: null }), 'unit.manage')).toEqual([]);
  });

  test("who is bound to one unit's plans manages no region", () => {
    expect(regionsWhereMay(viewer({ scopeUnitId: 5 }), 'account.manage')).toEqual([]);
  });
});
