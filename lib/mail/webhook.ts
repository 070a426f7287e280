import 'server-only';
import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type Channel, DeliveryFailed } from './channel';
import { isPublicAddress, webhookUrlRefusal } from './public-address.rules';

type Resolved = { address: string; family: number };
/** All addresses of a host that may be connected to. Refuses with DeliveryFailed. */
export type Resolve = (host: string) => Promise<Resolved[]>;

const TIMEOUT_MS = 10_000;
const MOST_ANSWER_BYTES = 64 * 1024;

/** Every address of the host, each of them public: one that leads inside refuses them all. */
export async function resolvePublic(
  host: string,
  resolve: Resolve = (name) => lookup(name, { all: true, verbatim: true }),
): Promise<Resolved[]> {
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw new DeliveryFailed('群机器人地址的域名无法解析。', { cause });
  });
  if (addresses.length === 0) throw new DeliveryFailed('群机器人地址的域名无法解析。');
  if (!addresses.every(({ address }) => isPublicAddress(address)))
    throw new DeliveryFailed('群机器人地址指向内部网络或本机，不予发送。');
  return addresses;
}

type WebhookSeam = {
  /** Tests alone: vouches for the addresses it gives. */
  resolve?: Resolve;
  /** Tests alone: whom to trust beside the system's own authorities. */
  ca?: string;
  timeoutMs?: number;
};

/**
 * A 企业微信 group robot: https only, no redirect followed, and connected to the very address that was checked, so that a name which leads elsewhere a moment
 * later (DNS rebinding) gains nothing.
 */
export function webhookChannel({ resolve = resolvePublic, ca, timeoutMs = TIMEOUT_MS }: WebhookSeam = {}): Channel {
  return {
    async send({ to, text }) {
      const refusal = webhookUrlRefusal(to);
      if (refusal) throw new DeliveryFailed(refusal);
      const url = new URL(to);
      const [checked] = await resolve(url.hostname.replace(/^\[|\]$/g, ''));
      if (!checked) throw new DeliveryFailed('群机器人地址的域名无法解析。');
      const answer = await post(url, JSON.stringify({ msgtype: 'markdown', markdown: { content: text } }), checked, {
        ca,
        timeoutMs,
      });
      const errcode = errcodeOf(answer);
      if (errcode !== 0) throw new DeliveryFailed(`群机器人拒收${errcode === null ? '' : `（错误码 ${errcode}）`}。`);
    },
  };
}

function errcodeOf(answer: string): number | null {
  try {
    const { errcode } = JSON.parse(answer) as { errcode?: unknown };
    return typeof errcode === 'number' ? errcode : null;
  } catch {
    return null; // no JSON: not the answer of a robot, refused by the caller
  }
}

function post(
  url: URL,
  body: string,
  checked: Resolved,
  { ca, timeoutMs }: { ca: string | undefined; timeoutMs: number },
): Promise<string> {
  const pinned: LookupFunction = (_host, options, done) =>
    options.all ? done(null, [checked]) : done(null, checked.address, checked.family);
  return new Promise((resolve, reject) => {
    const fail = (words: string, cause?: unknown) => {
      reject(new DeliveryFailed(words, { cause }));
      sent.destroy();
    };
    const sent = request(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: pinned,
        ca,
        signal: AbortSignal.timeout(timeoutMs),
        headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const status = response.statusCode ?? 0;
        if (status >= 300 && status < 400) return fail('群机器人地址转到了别处，不予跟随。');
        if (status !== 200) return fail(`群机器人未能收下（HTTP ${status}）。`);
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MOST_ANSWER_BYTES) fail('群机器人的答复过长，不予接收。');
          else chunks.push(chunk);
        });
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        response.on('error', (cause) => fail('与群机器人的连接中断。', cause));
      },
    );
    sent.on('error', (cause) => fail('无法连接群机器人。', cause));
    sent.end(body);
  });
}
