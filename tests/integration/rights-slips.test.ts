// Every step of a 督办单 through every viewer, and its Word file.
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { closeWorld, describeCases, describeRoutes, forgetLast, openWorld } from '../support/rights-drive';
import { layOutSlips, SLIP_CASES, SLIP_ROUTES } from '../support/rights-slip-cases';

vi.mock('@/lib/server/auth/session', async () => (await import('../support/rights-caller')).sessionStandIn());
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => new Map() }));
vi.mock('next/cache', () => ({ refresh: () => {} }));
vi.mock('@/lib/imports/drafts/reading.jobs', () => ({ readInBackground: () => {} }));

beforeAll(async () => {
  await openWorld();
  await layOutSlips();
});
beforeEach(forgetLast);
afterAll(closeWorld);

describeCases(SLIP_CASES);
describeRoutes(SLIP_ROUTES);
