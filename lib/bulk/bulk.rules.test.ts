import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { changedSince, partKey } from './bulk.rules';
import { readTaskIds } from './bulk.schema';

test('the key of a part is a UUID, the same for the same form and part and another for any other', () => {
  const part = fc.tuple(fc.uuid(), fc.integer({ min: 1 }).map(String));
  fc.assert(
    fc.property(part, part, (one, other) => {
      expect(z.uuid().safeParse(partKey(...one)).success).toBe(true);
      expect(partKey(...one) === partKey(...other)).toBe(one.join() === other.join());
    }),
  );
});

test('ids are read from repeated and from joined values; what is no id is left out', () => {
  expect(readTaskIds(['3,1', '2', '2', 'x', '0', '99999999999', '-4'])).toEqual([1, 2, 3]);
  expect(readTaskIds(undefined)).toEqual([]);
});

test('a task counts as changed at another version, or where none was previewed', () => {
  const versions = new Map([
    [1, 4],
    [2, 4],
  ]);
  const tasks = [
    { id: 1, version: 4 },
    { id: 2, version: 5 },
    { id: 3, version: 1 },
  ];
  expect(changedSince(versions, tasks)).toEqual([2, 3]);
});
