import 'server-only';
import { env } from '../env';
import { clientAddressOf } from './client-address.rules';
import { type HeaderReader, peerAddress } from './request-stamp';

/** The address sign-in attempts are counted by. X-Forwarded-For is believed only from LEDGER_TRUSTED_PROXIES. */
export function clientAddress(headers: HeaderReader): string {
  const trusted = env()
    .LEDGER_TRUSTED_PROXIES.split(',')
    .map((proxy) => proxy.trim())
    .filter(Boolean);
  return clientAddressOf(peerAddress(headers), headers.get('x-forwarded-for'), trusted);
}
