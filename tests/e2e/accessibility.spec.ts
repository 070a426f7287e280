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

test('no grave barrier where an office drives its list', async ({ signedIn }) => {
  const page = await signedIn('huarong.office');
  const plan = await planOf('huarong-2023');
  const cycle = await idOf(
    `SELECT id FROM cycle WHERE plan_id = ${plan} AND task_id IS NULL AND closes_on < DATE '2023-09-01' ORDER BY closes_on DESC LIMIT 1`,
  );
  const report = await idOf(
    `SELECT r.id FROM progress_report r JOIN task t ON t.id = r.task_id AND t.plan_id = ${plan} WHERE r.kind = 'RESULT' ORDER BY r.id LIMIT 1`,
  );
  const tasks = await query<{ id: number }>(
    `SELECT id FROM task WHERE plan_id = ${plan} AND state IN ('NOT_STARTED', 'IN_PROGRESS') ORDER BY sort_order LIMIT 2`,
  );
  const ids = tasks.map(({ id }) => id).join(',');
  const addresses = ['/inbox', '/inbox?show=all', '/account/reminders', '/extensions', '/slips', '/slips/new'];
  addresses.push('/reminders', '/reminders?view=digests', '/reminders?view=burden', `/reviews/${report}`);
  addresses.push('/reviews?tab=decided', `/plans/${plan}?tab=division`, `/plans/${plan}/archive`);
  addresses.push(`/plans/${plan}/cycles`, `/plans/${plan}/cycles/${cycle}`);
  for (const deed of ['remind', 'slip', 'reassign', 'cycle', 'correct', 'cancel'])
    addresses.push(`/tasks/bulk?do=${deed}&ids=${ids}`);
  await expectAllAccessible(page, 'the office', addresses);
});

test('no grave barrier on a slip, from its draft to its paper, and on the sheet of 补录', async ({ signedIn }) => {
  const page = await signedIn('zengdu.office');
  await page.goto('/slips/new');
  await page.getByRole('table').getByRole('link', { name: '拟稿' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('拟督办单：');
  await expectAccessible(page, 'a new slip');
  await page
    .getByRole('checkbox', { name: /^选择第/, disabled: false })
    .first()
    .check();
  await page.getByLabel('督办意见').fill('请抓紧办理。');
  await page.getByLabel('调整层级的理由').fill('核对页面用。');
  await page.getByRole('button', { name: '提交审核' }).click();
  await expect(page.getByRole('status')).toContainText('已拟稿');
  const slip = new URL(page.url()).pathname;
  const addresses = [slip, `${slip}/change`, `${slip}/print`, `/plans/${await planOf('zengdu-2022')}/backfill`];
  await expectAllAccessible(page, 'the office', addresses);
});

test('no grave barrier where a unit writes and signs, and where an admin sets things', async ({ signedIn }) => {
  const unit = await idOf(
    "SELECT u.id FROM unit u JOIN region r ON r.id = u.region_id WHERE r.code = 'huarong' AND u.name = '区住建局'",
  );
  const task = await idOf(
    `SELECT t.id FROM task t JOIN plan p ON p.id = t.plan_id AND p.slug = 'huarong-2023' JOIN task_unit x ON x.task_id = t.id AND x.role = 'LEAD' AND x.unit_id = ${unit}
      WHERE t.due_on IS NOT NULL ORDER BY t.sort_order LIMIT 1`,
  );
  const account = await idOf("SELECT id FROM account WHERE username = 'huarong.zhujian.reporter'");
  const reporter = await signedIn('huarong.zhujian.reporter');
  await expectAllAccessible(reporter, 'a reporter', [
    '/papers',
    '/reports/new',
    `/reports/new?tasks=${task}`,
    '/inbox',
  ]);
  const head = await signedIn('huarong.zhujian.head');
  await expectAllAccessible(head, 'a head', [
    '/papers',
    `/extensions/new?task=${task}`,
    `/units/${unit}/handlers`,
    `/units/${unit}/handlers/${account}`,
  ]);
  const admin = await signedIn('huarong.admin');
  await expectAllAccessible(admin, 'an admin', ['/admin/settings', `/admin/accounts/${account}/hand-over`]);
  await expectAllAccessible(await signedIn('admin'), "the platform's admin", ['/admin/calendar', '/admin/jobs']);
});
