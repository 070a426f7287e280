import { isIP } from 'node:net';

/** '::ffff:10.0.0.1' and '10.0.0.1' are one address. */
export function plainAddress(address: string): string {
  return address.trim().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

/**
 * Who asks: the peer itself, unless it is a trusted proxy. Then the hops it forwards are read from the near end, and the first that is no
 * trusted proxy is the client; what lies beyond was written by the client and counts for nothing.
 */
export function clientAddressOf(
  peer: string | null,
  forwardedFor: string | null | undefined,
  trustedProxies: readonly string[],
): string {
  if (peer === null) return 'unknown';
  const nearest = plainAddress(peer);
  const trusted = new Set(trustedProxies.map(plainAddress));
  if (!trusted.has(nearest)) return nearest;
  const hops = (forwardedFor ?? '').split(',').map(plainAddress).reverse();
  const client = hops.find((hop) => !trusted.has(hop));
  return client !== undefined && isIP(client) !== 0 ? client : nearest;
}
