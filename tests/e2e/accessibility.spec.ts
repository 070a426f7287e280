import type { Page } from '@playwright/test';
import { query } from './support/demo';
import { expect, expectAccessible, NOT_FOUND_NOISE, statusOf, test } from './support/test';

const WIDTHS = [1440, 390];

async function idOf(sql: string): Promise<number> {
  const [row] = await query<{ id: number }>(sql);
  return row!.id;
}

/** The first task under a light, through the ledger. */
async function taskUnder(page: Page, light: string): Promise<string> {
  await page.goto(`/tasks?light=${light}`);
  const href = await page.getByRole('rowheader').getByRole('link').first().getAttribute('href');
  return href!;
}

async function expectFits(page: Page, what: string): Promise<void> {
  const tooWide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(tooWide, `${what} scrolls sideways`).toBeLessThanOrEqual(0);
}

for (const width of WIDTHS) {
  const viewport = { width, height: width > 1000 ? 900 : 844 };

  test(`no grave barrier on the pages of an office, ${width} wide`, async ({
    signedIn,
    page: guest,
    console: { expectError },
  }) => {
    test.setTimeout(150_000);
    expectError(NOT_FOUND_NOISE);
    await guest.setViewportSize(viewport);
    await guest.goto('/login');
    await expectAccessible(guest, '/login');
    await guest.getByRole('button', { name: '登录' }).click();
    await expect(guest.getByRole('alert').filter({ hasText: '请填写' })).toBeVisible();
    await expectAccessible(guest, '/login with errors');

    const page = await signedIn('ezhou.office', { viewport });
    const addresses = [
      '/',
      '/tasks',
      '/reviews',
      '/units',
      '/units?as=responsible',
      '/overdue',
      '/overdue?tab=lapsed',
      '/overdue?tab=silent',
    ];
    addresses.push('/overdue?by=unit', '/plans', '/assessments', '/account/password', '/tasks?q=没有这样的任务');
    addresses.push(`/plans/${await idOf("SELECT id FROM plan WHERE slug = 'ezhou-2022'")}`);
    addresses.push(`/assessments/${await idOf("SELECT id FROM plan WHERE slug = 'ezhou-assessment-2020'")}`);
    addresses.push(`/units/${await idOf("SELECT id FROM unit WHERE name = '市住建局'")}`);
    for (const light of ['RED', 'YELLOW', 'GREEN', 'BLUE', 'NONE']) addresses.push(await taskUnder(page, light));
    addresses.push(
      `/tasks/${await idOf("SELECT id FROM task WHERE state = 'UNDER_REVIEW' AND plan_id = (SELECT id FROM plan WHERE slug = 'ezhou-2022') LIMIT 1")}`,
    );
    addresses.push('/tasks?asOf=2022-09-30', '/?asOf=2022-09-30');
    for (const address of addresses) {
      expect.soft(await statusOf(page, address), address).toBe(200);
      await expect(page.getByRole('heading', { level: 1 }), address).toBeVisible();
      await expectAccessible(page, address);
      await expectFits(page, address);
    }
    expect(await statusOf(page, '/no-such-page')).toBe(404);
    await expectAccessible(page, '404');
  });

  test(`no grave barrier on the homes of the other roles and the pages of an admin, ${width} wide`, async ({
    signedIn,
  }) => {
    test.setTimeout(120_000);
    for (const username of ['huarong.zhujian.reporter', 'huarong.zhujian.head', 'huarong.leader']) {
      const page = await signedIn(username, { viewport });
      for (const address of ['/', '/tasks']) {
        await page.goto(address);
        await expect(page.getByRole('heading', { level: 1 }), address).toBeVisible();
        await expectAccessible(page, `${address} of ${username}`);
        await expectFits(page, `${address} of ${username}`);
      }
      if (username.endsWith('reporter')) {
        await page.getByRole('rowheader').getByRole('link').first().click();
        await expect(page.getByRole('region', { name: '状态研判' })).toBeVisible();
        await expectAccessible(page, 'a task of its own');
        await expectFits(page, 'a task of its own');
      }
    }
    const admin = await signedIn('huarong.admin', { viewport });
    const account = await idOf("SELECT id FROM account WHERE username = 'huarong.zhujian.reporter'");
    const unit = await idOf(
      "SELECT u.id FROM unit u JOIN region r ON r.id = u.region_id WHERE r.code = 'huarong' AND u.name = '区住建局'",
    );
    const addresses = [
      '/',
      '/admin/accounts',
      '/admin/accounts/new',
      '/admin/accounts/import',
      `/admin/accounts/${account}`,
    ];
    addresses.push('/admin/units', '/admin/units/new', `/admin/units/${unit}`, '/admin/sign-ins');
    for (const address of addresses) {
      expect.soft(await statusOf(admin, address), address).toBe(200);
      await expect(admin.getByRole('heading', { level: 1 }), address).toBeVisible();
      await expectAccessible(admin, address);
      await expectFits(admin, address);
    }
  });
}
