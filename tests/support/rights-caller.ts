// Who asks, where the tests of rights call actions and routes: the one thing that a browser's cookie would otherwise say. A test file puts it in the session's
// place: vi.mock('@/lib/server/auth/session', async () => (await import('../support/rights-caller')).sessionStandIn()).
import { redirect } from 'next/navigation';
import { type Actor, loadActor } from '@/lib/server/auth/actor';

/** The account a call comes from; null: nobody is signed in. */
export const caller = {
  accountId: null as number | null,
  actors: new Map<number, Promise<Actor | null>>(),
};

// The viewers' accounts stay as they are but for one test, so each is read once and not thousands of times.
async function signedIn(): Promise<Actor | null> {
  if (caller.accountId === null) return null;
  const known = caller.actors.get(caller.accountId) ?? loadActor(caller.accountId);
  caller.actors.set(caller.accountId, known);
  return known;
}

export const sessionStandIn = () => ({
  PASSWORD_PAGE: '/account/password',
  readSessionId: async () => null,
  writeSessionCookie: async () => {},
  endOwnSession: async () => {},
  findActor: async ({ passwordMayBeDue = false } = {}) => {
    const actor = await signedIn();
    return actor?.mustChangePassword && !passwordMayBeDue ? null : actor;
  },
  requireActor: async ({ passwordMayBeDue = false } = {}) => {
    const actor = await signedIn();
    if (!actor) redirect('/login');
    if (actor.mustChangePassword && !passwordMayBeDue) redirect('/account/password');
    return actor;
  },
});
