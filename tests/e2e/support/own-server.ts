// Tests on a server of their own, which holds what an office starts with: the register, the lists as drafts, and one admin.
import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { firstSignIn, makeAccount } from './accounts';
import type { DemoAccount } from './demo';
import { command, makeFolder, OwnServer, type Settings } from './server';
import { test as base, expect, signIn } from './test';

/** Does something in a browser of its own. */
export async function withPage<T>(server: OwnServer, browser: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ baseURL: server.url });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

type OwnFixtures = {
  /** What the server is set to; nothing, unless a file of tests says otherwise. */
  settings: Settings;
  server: OwnServer;
  /** The platform's admin. */
  admin: DemoAccount;
  /** A second admin of the platform. */
  colleague: DemoAccount;
};

export const test = base.extend<object, OwnFixtures>({
  settings: [{}, { scope: 'worker' }],

  server: [
    async ({ settings }, use) => {
      const { folder, remove } = makeFolder('own');
      const server = await OwnServer.startWith(settings, path.join(folder, 'data'), '--empty');
      try {
        await use(server);
      } finally {
        await server.stop();
        remove();
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  admin: [
    async ({ server, browser }, use) => {
      const password = /初始密码：(\S+?)（/.exec(server.printed)?.[1];
      if (!password) throw new Error(`no password in: ${server.printed}`);
      await use(
        await withPage(server, browser, (page) =>
          firstSignIn(page, { username: 'admin', password, role: 'admin', unit: null, region: null }),
        ),
      );
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  colleague: [
    async ({ server, admin, browser }, use) => {
      const made = await withPage(server, browser, async (page) => {
        await signIn(page, admin);
        return makeAccount(page, 'colleague');
      });
      await use(await withPage(server, browser, (page) => firstSignIn(page, made)));
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },
});

export { command, expect };
