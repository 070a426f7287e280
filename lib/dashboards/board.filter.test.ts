import { describe, expect, test } from 'vitest';
import { BoardReader, boardHref, readId } from './board.filter';
import { ledgerLink } from './ledger-link';
import { navigationFor } from './navigation';

describe('an address is read without an error', () => {
  test('what is well formed stands', () => {
    const reader = new BoardReader({
      region: 'ezhou',
      plan: '7',
      own: '1',
      tab: ['overdue', 'silent'],
      page: '2',
      size: '100',
    });
    expect(reader.code('region')).toBe('ezhou');
    expect(reader.number('plan', '方案')).toBe(7);
    expect(reader.flag('own', '部门自有方案')).toBe(true);
    expect(reader.oneOf('tab', ['overdue', 'silent'], 'overdue', '栏目')).toBe('silent');
    expect(reader.page([50, 100])).toEqual({ page: 2, size: 100 });
    expect(reader.notices).toEqual([]);
  });
  test('what is malformed is dropped and named', () => {
    const reader = new BoardReader({
      region: '<script>',
      plan: '99999999999',
      own: 'x',
      tab: '',
      page: '0',
      size: '7',
    });
    expect(reader.code('region')).toBeUndefined();
    expect(reader.number('plan', '方案')).toBeUndefined();
    expect(reader.flag('own', '部门自有方案')).toBe(false);
    expect(reader.oneOf('tab', ['overdue'], 'overdue', '栏目')).toBe('overdue');
    expect(reader.page([50, 100])).toEqual({ page: 1, size: 50 });
    expect(reader.notices).toHaveLength(5);
    expect(reader.notices[1]).toBe('方案“99999999999”无法识别，已忽略。');
  });
  test.each([
    ['1', 1],
    ['2147483647', 2147483647],
    ['2147483648', null],
    ['0', null],
    ['01', null],
    ['abc', null],
    ['1e3', null],
  ])('%s as an id is %s', (text, id) => expect(readId(text)).toBe(id));
});

test('an address changes where told and keeps the rest', () => {
  expect(boardHref('/units', { asOf: '2022-09-30', page: '3' }, { page: null, sort: 'overdue' })).toBe(
    '/units?asOf=2022-09-30&sort=overdue',
  );
  expect(boardHref('/units', { page: '3' }, { page: null })).toBe('/units');
});

describe('a link to the ledger', () => {
  const scope = { region: { id: 7 }, counted: [{ id: 3 }], regions: [1, 2], includesOwn: false, leavesOutIdle: false };
  test('names the one plan counted and the day', () => {
    expect(ledgerLink(scope, { reason: ['OVERDUE'] }, '2022-09-30')).toBe(
      '/tasks?plan=3&reason=OVERDUE&asOf=2022-09-30',
    );
  });
  test('names the region where several plans of one of several regions are counted', () => {
    const several = { ...scope, counted: [{ id: 3 }, { id: 4 }] };
    expect(ledgerLink(several, {}, null)).toBe('/tasks?region=7');
    expect(ledgerLink({ ...several, regions: [1] }, {}, null)).toBe('/tasks');
    expect(ledgerLink({ ...several, includesOwn: true }, { unit: 5, as: 'lead' }, null)).toBe(
      '/tasks?unit=5&as=lead&own=1',
    );
  });
  test('leaves out tasks of plans not in force where the board does', () => {
    const idle = { ...scope, counted: [{ id: 3 }, { id: 4 }], regions: [1], leavesOutIdle: true };
    expect(ledgerLink(idle, {}, null)).not.toContain('PLAN_NOT_ACTIVE');
    expect(ledgerLink(idle, {}, null)).toContain('reason=OVERDUE,');
  });
});

describe('navigation', () => {
  const facts = {
    readsOverdue: false,
    reviews: false,
    readsOldReviews: false,
    overdue: 2,
    underReview: 1,
    unread: 3,
    extensions: null,
    slips: null,
    papers: null,
    readsReminders: false,
  };
  test('a unit has its own tasks and no list of others', () => {
    const entries = navigationFor(facts, { isUnit: true, managesAccounts: false, imports: false });
    expect(entries.map((entry) => entry.href)).toEqual(['/', '/inbox', '/tasks', '/units', '/plans', '/assessments']);
    expect(entries[0]).toMatchObject({ label: '本单位任务', count: 2 });
  });
  test('an office has overdue and reviews with their counts', () => {
    const entries = navigationFor(
      { ...facts, readsOverdue: true, reviews: true },
      { isUnit: false, managesAccounts: false, imports: false },
    );
    expect(entries.find((entry) => entry.href === '/overdue')?.count).toBe(2);
    expect(entries.find((entry) => entry.href === '/reviews')?.count).toBe(1);
  });
  test('a leader is led to the reviews past the limit', () => {
    const entries = navigationFor(
      { ...facts, readsOverdue: true, readsOldReviews: true },
      { isUnit: false, managesAccounts: false, imports: false },
    );
    expect(entries.find((entry) => entry.href === '/reviews')).toMatchObject({ label: '超期未审核' });
  });
  test('everybody has an inbox; papers, extensions, slips and reminders are there for those who have a part in them', () => {
    const hrefs = (changes: object) =>
      navigationFor({ ...facts, ...changes }, { isUnit: true, managesAccounts: false, imports: false });
    const inbox = hrefs({}).find((entry) => entry.href === '/inbox');
    expect(inbox).toMatchObject({ count: 3, tone: 'red' });
    const all = hrefs({ papers: 0, extensions: 4, slips: 5, readsReminders: true });
    expect(all.filter((entry) => entry.group === 2).map(({ href, count }) => [href, count])).toEqual([
      ['/inbox', 3],
      ['/papers', 0],
      ['/extensions', 4],
      ['/slips', 5],
      ['/reminders', undefined],
    ]);
  });
  test('who stands in no one region is shown no count of one', () => {
    const entries = navigationFor(
      { ...facts, readsOverdue: true, overdue: null },
      { isUnit: false, managesAccounts: true, imports: true },
    );
    expect(entries.find((entry) => entry.href === '/overdue')?.count).toBeUndefined();
  });
  test('only who may import is led to the import', () => {
    const hrefs = (imports: boolean) =>
      navigationFor(facts, { isUnit: false, managesAccounts: false, imports }).map((entry) => entry.href);
    expect(hrefs(true)).toContain('/imports');
    expect(hrefs(false)).not.toContain('/imports');
  });
});
