import { expect, test } from 'vitest';
import { isPublicAddress, webhookUrlRefusal } from './public-address.rules';

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '198.18.0.1',
  '192.0.2.1',
  '240.0.0.1',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'fd12:3456::1',
  'ff02::1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:7f00:1::',
  '2001:db8::1',
  '::127.0.0.1',
  '::7f00:1',
  '::10.0.0.1',
  '100::1',
  'fec0::1',
  '5f00::1',
  'not an address',
  '',
])('%s is not out in the public net', (address) => expect(isPublicAddress(address)).toBe(false));

test.each(['101.226.211.101', '8.8.8.8', '2408:8756::1', '::ffff:8.8.8.8'])('%s is public', (address) =>
  expect(isPublicAddress(address)).toBe(true),
);

test.each([
  ['qyapi.weixin.qq.com/x', '以 https://'],
  ['http://qyapi.weixin.qq.com/x', 'https://'],
  ['file:///etc/passwd', 'https://'],
  ['https://user:secret@qyapi.weixin.qq.com/x', '用户名'],
  ['https://127.0.0.1/x', '内部网络'],
  ['https://2130706433/x', '内部网络'],
  ['https://0x7f.1/x', '内部网络'],
  ['https://0177.0.0.1/x', '内部网络'],
  ['https://[::1]/x', '内部网络'],
  ['https://[::ffff:169.254.169.254]/x', '内部网络'],
  ['https://localhost/x', '内部网络'],
  ['https://LOCALHOST./x', '内部网络'],
  ['https://db.internal/x', '内部网络'],
])('%s is refused as a webhook', (url, words) => expect(webhookUrlRefusal(url)).toContain(words));

test('a group robot is not', () => {
  expect(webhookUrlRefusal('https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc')).toBeNull();
});
