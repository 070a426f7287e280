import { describe, expect, test } from 'vitest';
import { asksForSomething, type NoticeKind } from './notice.schema';

describe('a notice', () => {
  test.each([
    ['returned', 'returned:7'],
    ['message', 'message:7'],
    ['extension', 'extension:7:asked'],
    ['objection', 'objection:7'],
    ['colead', 'colead:7'],
    ['slip', 'slip:7:issued'],
    ['slip', 'slip:7:returned:9'],
    ['slip', 'handed:slip:7:to_check:1'],
    ['slip', 'slip-unsigned:7'],
    ['overdue', 'overdue:7:2022-09-30:7'],
  ] satisfies [NoticeKind, string][])('%s %s asks for something', (kind, key) => {
    expect(asksForSomething({ kind, key })).toBe(true);
  });
  test.each([
    ['accepted', 'accepted:7'],
    ['reminded', 'reminded:7:x'],
    ['hand_over', 'hand-over:x'],
    ['task_changed', 'cancelled:7:x'],
    ['message', 'answer:7'],
    ['extension', 'extension:7:decided'],
    ['extension', 'handed:extension:7:decided'],
    ['objection', 'objection-decided:7'],
    ['colead', 'colead_objected:7:3:x'],
    ['slip', 'slip:7:closed:9'],
    ['slip', 'slip:7:voided'],
  ] satisfies [NoticeKind, string][])('%s %s only tells', (kind, key) => {
    expect(asksForSomething({ kind, key })).toBe(false);
  });
});
