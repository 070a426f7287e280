import { describe, expect, test } from 'vitest';
import { isSameOrigin } from './same-origin';

describe('isSameOrigin', () => {
  test.each([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ origin: 'http://ledger.example', host: 'ledger.example' }, true],
    [{ origin: 'https://ledger.example', host: 'app:3000', 'x-forwarded-host': 'ledger.example' }, true],
    [{ origin: 'http://evil.example', host: 'ledger.example' }, false],
    [{ origin: 'null', host: 'ledger.example' }, false],
    [{ host: 'ledger.example' }, false],
  ])('%j: %s', (headers, expected) => {
    expect(isSameOrigin(new Headers(headers as Record<string, string>))).toBe(expected);
  });
});
