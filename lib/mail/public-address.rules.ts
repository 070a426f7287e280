import ipaddr from 'ipaddr.js';

/** True for an address out in the public net: not this machine, not a private, link-local, carrier's, reserved or tunnelled one. Pure. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address); // ::ffff:10.0.0.1 is 10.0.0.1
  if (parsed.range() !== 'unicast') return false;
  // Of IPv6 only what has been given out (RFC 4291): ::/96 holds IPv4 addresses in an old form, and nothing else outside 2000::/3 is routed.
  return parsed.kind() === 'ipv4' || parsed.match(ipaddr.IPv6.parse('2000::'), 3);
}

/** Why an address cannot be a webhook's, in words; null where it can as far as its text tells. What its name leads to is checked at every sending. */
export function webhookUrlRefusal(given: string): string | null {
  if (!URL.canParse(given)) return '请填写完整的网址，以 https:// 开头。';
  const url = new URL(given);
  if (url.protocol !== 'https:') return '只能使用 https:// 开头的网址。';
  if (url.username !== '' || url.password !== '') return '网址中不能带用户名和密码。';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host) && !isPublicAddress(host)) return '不能使用内部网络或本机的地址。';
  if (/^(localhost|.*\.(localhost|local|internal))\.?$/i.test(host)) return '不能使用内部网络或本机的地址。';
  return null;
}
