import 'server-only';
import { decode, encode } from 'next-auth/jwt';
import { env, signingSecret } from '../env';

/** A sign-in lasts one working day at most, however busy. */
export const SESSION_HOURS = 12;

const isSecure = (): boolean => env().NEXTAUTH_URL.startsWith('https://');

/** next-auth's own cookie, so that its endpoints and ours speak of the same sign-in. */
export function sessionCookie() {
  const secure = isSecure();
  return {
    name: `${secure ? '__Secure-' : ''}next-auth.session-token`,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure },
  };
}

/** The cookie holds the id of the sign-in and nothing else. */
export function sealSessionId(sid: string): Promise<string> {
  return encode({ token: { sid }, secret: signingSecret(), maxAge: SESSION_HOURS * 3600 });
}

/** null for a cookie that is not ours, was changed or is too old. */
export async function openSessionId(sealed: string | undefined): Promise<string | null> {
  if (!sealed) return null;
  try {
    const token = await decode({ token: sealed, secret: signingSecret() });
    return typeof token?.sid === 'string' ? token.sid : null;
  } catch {
    return null; // jose throws on anything it did not seal: that is "not signed in"
  }
}
