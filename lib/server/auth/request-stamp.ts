import { randomBytes } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Next hands server code no socket, and takes a client's own X-Forwarded-For for the truth where one is sent. So each request is stamped
 * before Next sees it, through Node's channel for that moment: with the address at the other end of the socket, and with what was asked for.
 * A mark that only this process knows tells the stamp from a header that a client made up.
 */
const PEER_HEADER = 'x-ledger-peer';
const TARGET_HEADER = 'x-ledger-target';

const globals = globalThis as unknown as { ledgerStampMark?: string };

export type HeaderReader = { get(name: string): string | null | undefined };

/** Called once per process, from instrumentation.ts. */
export function stampRequests(): void {
  if (globals.ledgerStampMark !== undefined) return;
  const mark = randomBytes(16).toString('hex');
  globals.ledgerStampMark = mark;
  subscribe('http.server.request.start', (message) => {
    const { request, socket } = message as { request: IncomingMessage; socket: Socket };
    request.headers[PEER_HEADER] = `${mark} ${socket.remoteAddress ?? ''}`;
    request.headers[TARGET_HEADER] = `${mark} ${request.method} ${request.url}`;
  });
}

function stamped(headers: HeaderReader, name: string): string | null {
  const value = headers.get(name);
  const mark = globals.ledgerStampMark;
  return mark !== undefined && value?.startsWith(`${mark} `) ? value.slice(mark.length + 1) : null;
}

/** The address at the other end of the connection; null where the request was not stamped. */
export function peerAddress(headers: HeaderReader): string | null {
  return stamped(headers, PEER_HEADER) || null;
}

/** Path and query asked for, as sent; null where the request was not stamped. */
export function requestTarget(headers: HeaderReader): string | null {
  const target = stamped(headers, TARGET_HEADER);
  return target === null ? null : target.slice(target.indexOf(' ') + 1);
}
