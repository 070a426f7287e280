import { describe, expect, test } from 'vitest';
import { Directory, type DirectoryAccount } from './directory.rules';

const [ZONE, TASK] = [20, 45];
const officer = (id: number, changes: Partial<DirectoryAccount> = {}): DirectoryAccount => ({
  id,
  name: `账号${id}`,
  roles: ['office'],
  unitId: null,
  regionId: 2,
  scopeUnitId: null,
  workGroupIds: [],
  ...changes,
});
const directory = (named: DirectoryAccount) =>
  new Directory(
    [named, officer(2)],
    [{ id: ZONE, countedId: ZONE, parentId: null, regionId: 1, representsRegionId: 2, supervisorId: null }],
    [{ taskId: TASK, unitId: ZONE, accountId: named.id }],
  );

describe('the 经办人 of a unit that represents a region', () => {
  test('an officer of the region is told', () => {
    expect(directory(officer(1)).handlersOf(TASK, ZONE)).toEqual([1]);
  });
  test.each<[string, Partial<DirectoryAccount>]>([
    ['who has since been limited to work groups', { workGroupIds: [7] }],
    ['who has since been bound to a bureau', { scopeUnitId: 10 }],
    ['who has gone to another region', { regionId: 3 }],
    ['who is an officer no more', { roles: ['leader'] }],
  ])('not one %s', (_title, changes) => {
    expect(directory(officer(1, changes)).handlersOf(TASK, ZONE)).toEqual([2]);
  });
  test('a reporter of the unit itself is told, limited as an officer or not', () => {
    const both = officer(1, { roles: ['office', 'unit_reporter'], unitId: ZONE, workGroupIds: [7] });
    expect(directory(both).handlersOf(TASK, ZONE)).toEqual([1]);
  });
});
