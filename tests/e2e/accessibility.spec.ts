import type { Page } from '@playwright/test';
import { query } from './support/demo';
import { shortList, upload } from './support/imports';
import { expect, expectAccessible, NOT_FOUND_NOISE, statusOf, test } from './support/test';

async function idOf(sql: string): Promise<number> {
  const [row] = await query<{ id: number }>(sql);
  return row!.id;
}

const planOf = (slug: string) => idOf(`SELECT id FROM plan WHERE slug = '${slug}'`);

/** The first task under a light, through the ledger. */
async function taskUnder(page: Page, light: string): Promise<string> {
  await page.goto(`/tasks?light=${light}`);
  const href = await page.getByRole('rowheader').getByRole('link').first().getAttribute('href');
  return href!;
}

async function expectAllAccessible(page: Page, who: string, addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    expect.soft(await statusOf(page, address), address).toBe(200);
    await expect(page.getByRole('heading', { level: 1 }), address).toBeVisible();
    await expectAccessible(page, `${address} of ${who}`);
  }
}

test.beforeEach(() => test.setTimeout(180_000));

test('no grave barrier on the sign-in page, its errors, and the page of what is not there', async ({
  page,
  signedIn,
  console: { expectError },
}) => {
  expectError(NOT_FOUND_NOISE);
  await page.goto('/login');
  await expectAccessible(page, '/login');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '请填写' })).toBeVisible();
  await expectAccessible(page, '/login with errors');
  const inside = await signedIn('ezhou.office');
  expect(await statusOf(inside, '/no-such-page')).toBe(404);
  await expectAccessible(inside, '404');
});

test('no grave barrier on the boards and lists of an office', async ({ signedIn }) => {
  const page = await signedIn('ezhou.office');
  const city = await planOf('ezhou-2022');
  const assessment = await planOf('ezhou-assessment-2020');
  const addresses = ['/', '/?asOf=2022-09-30', '/tasks', '/tasks?q=没有这样的任务', '/reviews', '/units'];
  addresses.push('/units?as=responsible', `/units/${await idOf("SELECT id FROM unit WHERE name = '市住建局'")}`);
  addresses.push('/overdue', '/overdue?by=unit', '/overdue?tab=lapsed', '/overdue?tab=silent');
  addresses.push('/plans', `/plans/${city}`, '/assessments', `/assessments/${assessment}`, '/account/password');
  await expectAllAccessible(page, 'the office', addresses);
});

test('no grave barrier on a task under each light, and on one that waits for review', async ({ signedIn }) => {
  const page = await signedIn('ezhou.office');
  const addresses: string[] = [];
  for (const light of ['RED', 'YELLOW', 'GREEN', 'BLUE', 'NONE']) addresses.push(await taskUnder(page, light));
  await page.goto('/reviews');
  const waiting = page.getByRole('rowheader').getByRole('link').first();
  addresses.push((await waiting.getAttribute('href'))!);
  await expectAllAccessible(page, 'the office', addresses);
});

test('no grave barrier on what a unit, a leader and an admin see', async ({ signedIn }) => {
  const reporter = await signedIn('huarong.zhujian.reporter');
  await expectAllAccessible(reporter, 'a reporter', ['/', '/tasks']);
  await reporter.getByRole('rowheader').getByRole('link').first().click();
  await expect(reporter.getByRole('region', { name: '状态研判' })).toBeVisible();
  await expectAccessible(reporter, 'a task of its own');
  await expectAllAccessible(await signedIn('huarong.zhujian.head'), 'a head', ['/']);
  await expectAllAccessible(await signedIn('huarong.leader'), 'a leader', ['/', '/reviews']);

  const account = await idOf("SELECT id FROM account WHERE username = 'huarong.zhujian.reporter'");
  const unit = await idOf(
    "SELECT u.id FROM unit u JOIN region r ON r.id = u.region_id WHERE r.code = 'huarong' AND u.name = '区住建局'",
  );
  const other = await idOf(
    "SELECT u.id FROM unit u JOIN region r ON r.id = u.region_id WHERE r.code = 'huarong' AND u.name = '区司法局'",
  );
  const addresses = [
    '/',
    '/admin/accounts',
    '/admin/accounts/new',
    '/admin/accounts/import',
    `/admin/accounts/${account}`,
  ];
  addresses.push(
    '/admin/units',
    '/admin/units/new',
    `/admin/units/${unit}`,
    `/admin/units/merge?from=${unit}&into=${other}`,
  );
  addresses.push('/admin/sign-ins');
  await expectAllAccessible(await signedIn('huarong.admin'), 'an admin', addresses);
});

test('no grave barrier where a list is sent, reviewed, changed and reported on', async ({ signedIn }) => {
  const page = await signedIn('huarong.admin');
  const draftId = await upload(page, shortList(), '华容区');
  const row = await idOf(`SELECT id FROM import_row WHERE draft_id = ${draftId} AND position = 3`);
  const addresses = [
    '/imports',
    `/imports/${draftId}`,
    `/imports/${draftId}?edit=${row}`,
    `/imports/${draftId}/report`,
  ];
  await expectAllAccessible(page, 'an admin', addresses);
});
