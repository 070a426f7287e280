import { expect, test } from 'vitest';
import { loginAddress, safeNext } from './next-address';

test('a path of this site is kept with its query', () => {
  expect(safeNext('/tasks?asOf=2022-09-30&q=%E5%B1%80')).toBe('/tasks?asOf=2022-09-30&q=%E5%B1%80');
  expect(safeNext('/tasks?_rsc=1abc&page=2')).toBe('/tasks?page=2');
});

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  '/tasks/..//evil.example',
  '/./\\evil.example',
  'tasks',
  '',
  '/login?next=/',
  '/api/auth/signout',
])('elsewhere becomes the home page: %j', (given) => expect(safeNext(given)).toBe('/'));

test('the sign-in page remembers where one was', () => {
  expect(loginAddress('/tasks?page=2')).toBe('/login?next=%2Ftasks%3Fpage%3D2');
  expect(loginAddress(null)).toBe('/login');
});
