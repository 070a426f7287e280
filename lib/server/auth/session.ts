import 'server-only';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { Actor } from './actor';
import { loginAddress } from './next-address';
import { requestTarget } from './request-stamp';
import { openSessionId, SESSION_HOURS, sealSessionId, sessionCookie } from './session-cookie';
import { endSession, findSessionActor } from './sign-in-session';

export const PASSWORD_PAGE = '/account/password';

/** The id of the sign-in this request carries, whether or not it is still good. */
export const readSessionId = cache(async (): Promise<string | null> => {
  return openSessionId((await cookies()).get(sessionCookie().name)?.value);
});

const readSignedIn = cache(async (): Promise<Actor | null> => {
  const sid = await readSessionId();
  if (sid === null) return null;
  // Read at every request: an account that was disabled or moved has its new rights at once.
  return findSessionActor(sid);
});

type PasswordDue = {
  /** True: also an account that must first choose its own password. Left out: only on the page where it does so. */
  passwordMayBeDue?: boolean;
};

/** Who asks, or null: not signed in, or (see `passwordMayBeDue`) not yet free to do anything. For route handlers, which answer 401. */
export async function findActor({ passwordMayBeDue = false }: PasswordDue = {}): Promise<Actor | null> {
  const actor = await readSignedIn();
  return actor?.mustChangePassword && !passwordMayBeDue ? null : actor;
}

/** Who asks. Sends everyone else to the sign-in page, and who must choose a password to the page for that. */
export async function requireActor({ passwordMayBeDue }: PasswordDue = {}): Promise<Actor> {
  const actor = await readSignedIn();
  if (!actor) redirect(loginAddress(requestTarget(await headers())));
  if (actor.mustChangePassword) {
    const target = requestTarget(await headers());
    const isOnPasswordPage = target?.split('?')[0] === PASSWORD_PAGE;
    if (!(passwordMayBeDue ?? isOnPasswordPage)) redirect(PASSWORD_PAGE);
  }
  return actor;
}

/** Puts a sign-in into the browser. For server actions and route handlers only. */
export async function writeSessionCookie(sid: string): Promise<void> {
  const { name, options } = sessionCookie();
  (await cookies()).set(name, await sealSessionId(sid), { ...options, maxAge: SESSION_HOURS * 3600 });
}

/** Ends this browser's sign-in, here and in the database. */
export async function endOwnSession(): Promise<void> {
  const sid = await readSessionId();
  if (sid !== null) await endSession(sid);
  const { name, options } = sessionCookie();
  (await cookies()).set(name, '', { ...options, maxAge: 0 });
}
