import { describe, expect, test } from 'vitest';
import { byDayAndKind, inboxHref, readInboxAddress } from './inbox.filter';

describe('the address of the inbox', () => {
  test.each([
    [undefined, undefined, { filter: 'open', page: 1, notices: [] }],
    ['unread', '2', { filter: 'unread', page: 2, notices: [] }],
    ['all', '', { filter: 'all', page: 1, notices: [] }],
  ])('show=%s page=%s', (show, page, expected) => {
    expect(readInboxAddress(show, page)).toEqual(expected);
  });
  test('what cannot be read is dropped and said', () => {
    const read = readInboxAddress('mine', '-1');
    expect(read).toMatchObject({ filter: 'open', page: 1 });
    expect(read.notices).toHaveLength(2);
  });
  test('is written as it is read', () => {
    for (const filter of ['unread', 'open', 'all'] as const) {
      for (const page of [1, 7]) {
        const params = new URL(inboxHref({ filter, page }), 'http://x').searchParams;
        expect(readInboxAddress(params.get('show') ?? undefined, params.get('page') ?? undefined)).toEqual({
          filter,
          page,
          notices: [],
        });
      }
    }
  });
});

test('notices stand by day, then by kind, in the order they came', () => {
  const notice = (effectiveOn: string, kind: 'slip' | 'overdue', n: number) => ({ effectiveOn, kind, n });
  expect(
    byDayAndKind([
      notice('2022-09-02', 'slip', 1),
      notice('2022-09-02', 'overdue', 2),
      notice('2022-09-02', 'slip', 3),
      notice('2022-09-01', 'slip', 4),
    ]).map(({ day, kinds }) => [day, kinds.map(({ kind, notices }) => [kind, notices.map(({ n }) => n)])]),
  ).toEqual([
    [
      '2022-09-02',
      [
        ['slip', [1, 3]],
        ['overdue', [2]],
      ],
    ],
    ['2022-09-01', [['slip', [4]]]],
  ]);
});
