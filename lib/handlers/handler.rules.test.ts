import { describe, expect, test } from 'vitest';
import { handedKey, successorRefusal } from './handler.rules';

test('a notice handed over twice keeps its key', () => {
  expect(handedKey('returned:3')).toBe('handed:returned:3');
  expect(handedKey(handedKey('returned:3'))).toBe('handed:returned:3');
});

describe('successorRefusal', () => {
  const work = { ofUnit: 1, ofOffice: 0, toSign: 0 };
  const peer = { isActive: true, isOfUnit: true, isHead: false, isOfOffice: false, unseenTasks: 0 };
  test('a peer of the unit holds the unit’s work', () => {
    expect(successorRefusal(work, peer)).toBeNull();
  });
  test.each([
    ['a disabled account', work, { ...peer, isActive: false }, '停用'],
    ['somebody of another unit', work, { ...peer, isOfUnit: false }, '同一单位'],
    ['nobody of the office for a draft', { ...work, ofOffice: 1 }, peer, '同一优化办'],
    ['a reporter for what waits for the head', { ...work, toSign: 1 }, peer, '单位负责人'],
    ['somebody who may not see a task', work, { ...peer, unseenTasks: 2 }, '2 项任务'],
  ])('refuses %s', (_title, given, successor, words) => {
    expect(successorRefusal(given, successor)).toContain(words);
  });
  test('notices alone ask no unit', () => {
    expect(successorRefusal({ ofUnit: 0, ofOffice: 0, toSign: 0 }, { ...peer, isOfUnit: false })).toBeNull();
  });
});
