import { describe, expect, test } from 'vitest';
import { clientAddressOf } from './client-address.rules';

describe('clientAddressOf', () => {
  test('without a trusted proxy the peer is the client, whatever it forwards', () => {
    expect(clientAddressOf('10.0.0.9', '1.2.3.4', [])).toBe('10.0.0.9');
    expect(clientAddressOf('10.0.0.9', '1.2.3.4', ['10.0.0.1'])).toBe('10.0.0.9');
  });

  test('a trusted proxy is believed as far as the nearest hop that is not trusted', () => {
    expect(clientAddressOf('10.0.0.1', '9.9.9.9, 172.16.3.4', ['10.0.0.1'])).toBe('172.16.3.4');
    expect(clientAddressOf('10.0.0.1', '9.9.9.9, 172.16.3.4, 10.0.0.2', ['10.0.0.1', '10.0.0.2'])).toBe('172.16.3.4');
  });

  test('an IPv4 address in IPv6 clothes is the same address', () => {
    expect(clientAddressOf('::ffff:10.0.0.1', '172.16.3.4', ['10.0.0.1'])).toBe('172.16.3.4');
    expect(clientAddressOf('::ffff:10.0.0.9', null, [])).toBe('10.0.0.9');
  });

  test('what is no address, or nothing, leaves the proxy itself', () => {
    expect(clientAddressOf('10.0.0.1', 'evil', ['10.0.0.1'])).toBe('10.0.0.1');
    expect(clientAddressOf('10.0.0.1', undefined, ['10.0.0.1'])).toBe('10.0.0.1');
    expect(clientAddressOf(null, '1.2.3.4', [])).toBe('unknown');
  });
});
