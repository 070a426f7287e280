// The test every browser test is made with: nothing may load from outside, and nothing unexpected may be said on the console.
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { account, type DemoAccount } from './demo';

/** A page that answers 404 or 400 is itself reported on the console. */
export const NOT_FOUND_NOISE = /Failed to load resource: the server responded with a status of 404/;

type Watch = {
  /** Lets messages of this kind pass for the rest of the test. */
  expectError: (pattern: RegExp) => void;
  /** Watches a context made by the test itself. */
  watch: (context: BrowserContext) => void;
};

type Fixtures = {
  console: Watch;
  /** A page of its own, signed in. Every call opens a new context; the sign-in itself is made once for each account. */
  signedIn: (who: DemoAccount | string, options?: Parameters<Browser['newContext']>[0]) => Promise<Page>;
};

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

export const test = base.extend<Fixtures, { sessions: Map<string, StorageState> }>({
  sessions: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern
    async ({}, use) => {
      await use(new Map());
    },
    { scope: 'worker' },
  ],

  console: [
    async ({ baseURL, context }, use) => {
      const origin = new URL(baseURL!).origin;
      const expected: RegExp[] = [];
      const said: string[] = [];
      const outside: string[] = [];
      const watch = (one: BrowserContext) => {
        one.on('console', (message) => {
          if (message.type() === 'error') said.push(`${message.text()} (${message.location().url})`);
        });
        one.on('weberror', (error) => said.push(`${error.error()} (${error.page()?.url()})`));
        one.on('request', (request) => {
          const url = request.url();
          if (/^(https?|wss?):/.test(url) && new URL(url).origin !== origin) outside.push(url);
        });
      };
      watch(context);
      await use({ watch, expectError: (pattern) => expected.push(pattern) });
      expect(
        said.filter((words) => !expected.some((pattern) => pattern.test(words))),
        'errors on the console',
      ).toEqual([]);
      expect(outside, 'requests that left this site').toEqual([]);
    },
    { auto: true },
  ],

  signedIn: async ({ browser, sessions, console: { watch } }, use) => {
    const opened: BrowserContext[] = [];
    const open = async (options?: Parameters<Browser['newContext']>[0]) => {
      const context = await browser.newContext(options);
      opened.push(context);
      watch(context);
      return context;
    };
    await use(async (who, options) => {
      const person = typeof who === 'string' ? account(who) : who;
      if (!sessions.has(person.username)) {
        const context = await open();
        const page = await context.newPage();
        await signIn(page, person);
        sessions.set(person.username, await context.storageState());
        await context.close();
      }
      const context = await open({ ...options, storageState: sessions.get(person.username) });
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
});

export { expect };

export async function signIn(page: Page, who: DemoAccount): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('用户名').fill(who.username);
  await page.getByLabel('密码').fill(who.password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page).not.toHaveURL(/\/login/);
}

const WIDTHS = [1440, 390];

/** No serious or critical violation on the page as it stands, wide and narrow, and nothing that makes it scroll sideways. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).analyze();
    const grave = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    expect.soft(grave, `${what}, ${width} wide`).toEqual([]);
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft(excess, `${what} scrolls sideways, ${width} wide`).toBeLessThanOrEqual(0);
  }
}

/** What a page answered, for addresses that a browser would go to. */
export async function statusOf(page: Page, address: string): Promise<number> {
  const response = await page.goto(address);
  return response!.status();
}
