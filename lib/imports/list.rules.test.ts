import { expect, test } from 'vitest';
import { creationDay, inheritCells, newHeadings, questionField, startsAtOnce, sumOfPoints } from './list.rules';

test.each([
  ['lead: two names without a separator', 'lead'],
  ['lead merged from row 1, see the flags there.', 'lead'],
  ['Deadline 2023年4月底 is before the date of issue.', 'deadline'],
  ['Measures 48 and 49 have the same title.', 'measure'],
  ['indicator2 is printed again.', 'indicator2'],
  ['unit name variant', 'row'],
  ['原文印了两遍', 'row'],
])('%s is about %s', (flag, field) => {
  expect(questionField(flag)).toBe(field);
});

test('a merged cell takes the last printed words, an empty cell none', () => {
  const row = (leadRaw: string | null) => ({ leadRaw, responsibleRaw: null, deadlineRaw: '' });
  expect(inheritCells([row('甲'), row(null), row(''), row(null)]).map((cells) => cells.leadText)).toEqual([
    '甲',
    '甲',
    '',
    '',
  ]);
  expect(inheritCells([row(null)])).toEqual([{ leadText: '', responsibleText: '', deadlineText: '' }]);
});

test('tasks are created on the day of the document, on new year without one, and never after today', () => {
  expect(creationDay({ issuedOn: '2022-07-02', year: 2022 }, '2023-09-30')).toBe('2022-07-02');
  expect(creationDay({ issuedOn: null, year: 2022 }, '2023-09-30')).toBe('2022-01-01');
  expect(creationDay({ issuedOn: null, year: 2027 }, '2026-11-22')).toBe('2026-11-22');
});

test('立即推进 in the note starts a task at once, unless the reading says otherwise', () => {
  const deadline = { dueOn: null, ongoing: true, note: '立即推进' };
  expect(startsAtOnce(deadline)).toBe(true);
  expect(startsAtOnce({ ...deadline, startsAtOnce: false })).toBe(false);
  expect(startsAtOnce({ ...deadline, note: null })).toBe(false);
});

test('points add up without binary noise', () => {
  expect(sumOfPoints([{ points: 0.1 }, { points: 0.2 }])).toBe(0.3);
});

test('a heading is a cell only where it begins', () => {
  expect(newHeadings(['a', 'a', 'b', null], (heading) => heading)).toEqual(['a', null, 'b', null]);
});
