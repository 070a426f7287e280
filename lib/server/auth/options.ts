import 'server-only';
import type { NextAuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { signingSecret } from '../env';
import { logUnexpected } from '../log';
import { clientAddress } from './client-address';
import { SESSION_HOURS, sessionCookie } from './session-cookie';
import { endSession, findSessionActor } from './sign-in-session';

export type SignIn = (input: {
  username: string;
  password: string;
  address: string;
}) => Promise<{ ok: true; accountId: number; sid: string } | { ok: false; reason: 'wrong' | 'locked' }>;

/** next-auth's endpoints over our own sign-in. The token holds the id of the sign-in row; everything else is read from the database. */
export function authOptions(signIn: SignIn): NextAuthOptions {
  return {
    secret: signingSecret(),
    session: { strategy: 'jwt', maxAge: SESSION_HOURS * 3600 },
    pages: { signIn: '/login', error: '/login', signOut: '/login' },
    cookies: { sessionToken: sessionCookie() },
    providers: [
      CredentialsProvider({
        id: 'credentials',
        name: '用户名和密码',
        credentials: { username: { label: '用户名', type: 'text' }, password: { label: '密码', type: 'password' } },
        async authorize(credentials, request) {
          const sent = new Map(Object.entries(request.headers ?? {}));
          const result = await signIn({
            username: String(credentials?.username ?? ''),
            password: String(credentials?.password ?? ''),
            address: clientAddress({ get: (name) => sent.get(name) }),
          });
          if (result.ok) return { id: String(result.accountId), sid: result.sid };
          if (result.reason === 'locked') throw new Error('locked'); // the code that /login?error= explains
          return null;
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        const sid = (user as { sid?: string } | undefined)?.sid ?? token.sid;
        return { sid };
      },
      async session({ session, token }) {
        const actor = typeof token.sid === 'string' ? await findSessionActor(token.sid) : null;
        return actor ? { expires: session.expires, user: { name: actor.displayName } } : ({} as typeof session);
      },
    },
    events: {
      async signOut({ token }) {
        if (typeof token?.sid === 'string') await endSession(token.sid);
      },
    },
    logger: {
      error: (code, metadata) => {
        // A cookie sealed with an older secret is no fault.
        if (code !== 'JWT_SESSION_ERROR')
          logUnexpected(metadata instanceof Error ? metadata : new Error(`${code} ${JSON.stringify(metadata)}`));
      },
      warn: () => {},
      debug: () => {},
    },
  };
}
