import { expect, test } from 'vitest';
import { mattersByUnit, mattersWords, type TaskRevision } from './revision-notices.rules';

const task = (seq: number, changes: Partial<TaskRevision>): TaskRevision => ({
  taskId: seq * 10,
  seq,
  isNew: false,
  isCancelled: false,
  isRestored: false,
  isMoved: false,
  isReworded: false,
  unitsBefore: [1],
  unitsAfter: [1],
  ...changes,
});

test('a unit is told of a task once, by what weighs most', () => {
  const found = mattersByUnit([
    task(1, { isNew: true, unitsBefore: [], unitsAfter: [1, 2] }),
    task(2, { unitsAfter: [2], isMoved: true }),
    task(3, { isCancelled: true, isReworded: true }),
    task(4, { isRestored: true, isMoved: true }),
    task(5, { isMoved: true, isReworded: true }),
    task(6, { isReworded: true }),
    task(7, {}),
  ]);
  expect(found.get(1)!.map(({ seq, matter }) => [seq, matter])).toEqual([
    [1, 'gained'],
    [2, 'lost'],
    [3, 'cancelled'],
    [4, 'restored'],
    [5, 'moved'],
    [6, 'reworded'],
  ]);
  expect(found.get(2)!.map(({ seq, matter }) => [seq, matter])).toEqual([
    [1, 'gained'],
    [2, 'gained'],
  ]);
});

test('the words name numbers in their order, and count where there are too many', () => {
  expect(
    mattersWords([
      { seq: 7, matter: 'cancelled' },
      { seq: 5, matter: 'gained' },
      { seq: 3, matter: 'gained' },
    ]),
  ).toBe('新承担第 3、5 项；取消第 7 项。');
  const many = Array.from({ length: 25 }, (_, index) => ({ seq: index + 1, matter: 'moved' as const }));
  expect(mattersWords(many)).toMatch(/^完成时限变动第 1、2、.*、20 项等 25 项。$/);
});
