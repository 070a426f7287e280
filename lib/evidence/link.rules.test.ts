import { expect, test } from 'vitest';
import { addLinkSchema } from './evidence.schema';
import { isHomePage, isIntranet } from './link.rules';

test.each([
  ['http://www.ezhou.gov.cn', true],
  ['http://www.ezhou.gov.cn/', true],
  ['https://www.ezhou.gov.cn/index.html', true],
  ['https://www.ezhou.gov.cn/zwgk/2022/t1.html', false],
  ['https://www.ezhou.gov.cn/?id=5', false],
  ['https://www.ezhou.gov.cn/#/news/5', false],
])('%s is a home page: %s', (url, expected) => {
  expect(isHomePage(url)).toBe(expected);
});

test.each([
  ['http://10.1.2.3/a', true],
  ['http://192.168.0.1/a', true],
  ['http://172.20.0.1/', true],
  ['http://172.32.0.1/', false],
  ['http://2130706433/', true],
  ['http://[::1]/', true],
  ['http://[fd00::1]/', true],
  ['http://[::ffff:10.0.0.1]/', true],
  ['http://oa/', true],
  ['http://oa.local/x', true],
  ['https://www.hubei.gov.cn/', false],
  ['http://8.8.8.8/', false],
])('%s is on the inside: %s', (url, expected) => {
  expect(isIntranet(url)).toBe(expected);
});

test.each([
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['ftp://a.example/x', false],
  ['https://user:secret@a.example/', false],
  ['//a.example/x', false],
  ['https://a.example/x', true],
  [`https://a.example/${'x'.repeat(2100)}`, false],
])('a link to %s is taken: %s', (url, isTaken) => {
  expect(addLinkSchema.safeParse({ taskId: '1', url, title: '页面' }).success).toBe(isTaken);
});
