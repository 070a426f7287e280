import type { Page } from '@playwright/test';
import { account, desk, historyOf, openTask, query } from './support/demo';
import { shortList, upload } from './support/imports';
import { reportCard, sendProgress } from './support/ledger';
import { expect, NOT_FOUND_NOISE, statusOf, test } from './support/test';

async function idOf(sql: string): Promise<number> {
  const [row] = await query<{ id: number }>(sql);
  return row!.id;
}

const taskOf = (slug: string) =>
  idOf(
    `SELECT t.id FROM task t JOIN plan p ON p.id = t.plan_id WHERE p.slug = '${slug}' ORDER BY t.sort_order LIMIT 1`,
  );
const planOf = (slug: string) => idOf(`SELECT id FROM plan WHERE slug = '${slug}'`);
const unitOf = (region: string, name: string) =>
  idOf(`SELECT u.id FROM unit u JOIN region r ON r.id = u.region_id WHERE r.code = '${region}' AND u.name = '${name}'`);

async function expectNotFound(page: Page, address: string): Promise<void> {
  expect(await statusOf(page, address), address).toBe(404);
  await expect(page, address).toHaveTitle(/未找到/);
  await expect(page.getByRole('heading', { name: '未找到该页面' }), address).toBeVisible();
  await expect(page.locator('main'), address).toHaveCount(1);
}

test('what lies outside the scope, and what does not exist, are the same 404 in status and title', async ({
  signedIn,
  console: { expectError },
}) => {
  test.setTimeout(120_000);
  expectError(NOT_FOUND_NOISE);
  const [city, other] = [await taskOf('ezhou-2022'), await taskOf('zengdu-2022')];
  const reporter = await signedIn('huarong.zhujian.reporter');
  const addresses = [
    `/tasks/${other}`,
    `/tasks/${city}`,
    '/tasks/999999',
    '/tasks/99999999999999999999',
    '/tasks/abc',
    '/tasks/1%20OR%201=1',
    '/tasks/-1',
    '/plans/999999',
    '/plans/abc',
    `/plans/${await planOf('zengdu-2022')}`,
    `/plans/${await planOf('ezhou-housing-2022')}`,
    '/units/abc',
    '/units/999999',
    `/units/${await unitOf('zengdu', '区住建局')}`,
    '/overdue',
    '/reviews',
    '/admin/accounts',
    '/admin/units',
    '/admin/sign-ins',
    '/assessments/999999',
    '/slips/999999',
    '/slips/abc',
    '/slips/new',
    '/reviews/999999',
    '/reviews/accept',
    '/reminders',
    '/tasks/bulk?do=remind',
    `/plans/${await planOf('huarong-2023')}/backfill`,
    `/plans/${await planOf('huarong-2023')}/archive`,
    `/plans/${await planOf('zengdu-2022')}/cycles`,
    `/extensions/new?task=${other}`,
    `/units/${await unitOf('huarong', '区司法局')}/handlers`,
    '/admin/calendar',
    '/admin/jobs',
    '/admin/settings',
    '/no-such-page',
  ];
  for (const address of addresses) await expectNotFound(reporter, address);

  const office = await signedIn('huarong.office');
  const elsewhere = await planOf('zengdu-2022');
  const result = await idOf(
    `SELECT r.id FROM progress_report r JOIN task t ON t.id = r.task_id AND t.plan_id = ${elsewhere} WHERE r.kind = 'RESULT' ORDER BY r.id LIMIT 1`,
  );
  const person = await idOf("SELECT id FROM account WHERE username = 'zengdu.office'");
  for (const address of [
    `/tasks/${other}`,
    `/plans/${elsewhere}`,
    `/plans/${elsewhere}/cycles`,
    `/plans/${elsewhere}/backfill`,
    `/plans/${elsewhere}/archive`,
    `/reviews/${result}`,
    `/admin/accounts/${person}/hand-over`,
    '/overdue?region=zengdu',
    '/units?region=zengdu',
    '/reminders?region=zengdu',
    '/admin/calendar',
    '/admin/jobs',
  ])
    await expectNotFound(office, address);
  const admin = await signedIn('huarong.admin');
  for (const address of [`/admin/accounts/${person}`, `/admin/accounts/${person}/hand-over`, '/admin/jobs'])
    await expectNotFound(admin, address);
});

test("a slip that has been drafted exists for no unit and for no other region's office", async ({
  signedIn,
  console: { expectError },
}) => {
  expectError(NOT_FOUND_NOISE);
  const office = await signedIn('zengdu.office');
  await office.goto('/slips/new');
  await office.getByRole('table').getByRole('link', { name: '拟稿' }).last().click();
  await office
    .getByRole('checkbox', { name: /^选择第/, disabled: false })
    .last()
    .check();
  await office.getByLabel('调整层级的理由').fill('仅供核对页面权限。');
  await office.getByRole('button', { name: '提交审核' }).click();
  await expect(office.getByRole('status')).toContainText('已拟稿');
  const slip = new URL(office.url()).pathname;
  const [unit] = await query<{ username: string }>(
    "SELECT a.username FROM slip s JOIN account a ON a.unit_id = s.unit_id AND a.roles = ARRAY['unit_reporter']::role[] WHERE s.id = $1",
    [Number(slip.split('/').at(-1))],
  );
  for (const who of ['huarong.office', ...(unit ? [unit.username] : [])]) {
    const page = await signedIn(who);
    for (const address of [slip, `${slip}/change`, `${slip}/print`]) await expectNotFound(page, address);
    expect((await page.request.get(`/api${slip}/document`)).status(), who).toBe(404);
  }
});

test('an import draft does not exist for who may not import into its region', async ({
  signedIn,
  console: { expectError },
}) => {
  expectError(NOT_FOUND_NOISE);
  const draftId = await upload(await signedIn('huarong.admin'), shortList(), '华容区');
  const addresses = [`/imports/${draftId}`, `/imports/${draftId}/report`];
  const reporter = await signedIn('huarong.zhujian.reporter');
  const elsewhere = await signedIn('zengdu.admin');
  for (const address of ['/imports', ...addresses]) await expectNotFound(reporter, address);
  for (const address of [...addresses, '/imports/999999', '/imports/abc']) await expectNotFound(elsewhere, address);
  for (const page of [reporter, elsewhere])
    for (const part of ['file', 'report'])
      expect((await page.request.get(`/api/imports/${draftId}/${part}`)).status(), part).toBe(404);
});

test('a reporter reads the printed row of another unit of the region, but not what it reported', async ({
  signedIn,
}) => {
  const [task] = await query<{ id: number; narrative: string }>(
    `SELECT t.id, v.narrative FROM task t JOIN plan p ON p.id = t.plan_id AND p.slug = 'huarong-2023'
       JOIN progress_report r ON r.task_id = t.id JOIN report_version v ON v.report_id = r.id AND v.version = 1
      WHERE NOT EXISTS (SELECT FROM task_units_as_of(ledger_today()) x JOIN unit u ON u.id = x.unit_id AND u.name = '区住建局' WHERE x.task_id = t.id)
      ORDER BY t.sort_order LIMIT 1`,
  );
  const page = await signedIn('huarong.zhujian.reporter');
  expect(await statusOf(page, `/tasks/${task!.id}`)).toBe(200);
  await expect(page.getByText('进展内容只对牵头单位、责任单位和优化办开放。')).toBeVisible();
  await expect(reportCard(page)).toHaveCount(0);
  expect(await page.content()).not.toContain(task!.narrative);
});

test('a malformed filter, page or day is dropped with a notice, and the page answers 200', async ({ signedIn }) => {
  const page = await signedIn('huarong.office');
  const cases: [string, string | RegExp][] = [
    ['/tasks?light=PINK', '亮灯“PINK”无法识别，已忽略。'],
    ['/tasks?plan=abc', '方案“abc”无法识别，已忽略。'],
    ['/tasks?dueFrom=2022-13-01', '完成时限起“2022-13-01”无法识别，已忽略。'],
    ['/tasks?sort=colour&dir=up', '排序“colour”无法识别，已忽略。'],
    ['/tasks?page=9999', '没有第 9999 页，已显示最后一页。'],
    ['/tasks?page=-1', '页码“-1”无法识别，已忽略。'],
    ['/tasks?q=%00%25_%27%22', /\d+ 项任务/],
    ['/tasks?asOf=2022-02-30', '统计日期“2022-02-30”不是有效日期，已按今天显示。'],
    ['/units?asOf=2023-10-01', '统计日期 2023-10-01 晚于今天，已按今天显示。'],
    ['/overdue?tab=none', '栏目“none”无法识别，已忽略。'],
    ['/overdue?page=9999', '没有这一页。'],
    ['/?by=colour', '统计维度“colour”无法识别，已忽略。'],
    ['/units?sort=colour', '排序“colour”无法识别，已忽略。'],
    ['/reviews?page=x', '页码“x”无法识别，已忽略。'],
    ['/plans?asOf=tomorrow', '统计日期“tomorrow”不是有效日期，已按今天显示。'],
  ];
  for (const [address, words] of cases) {
    expect(await statusOf(page, address), address).toBe(200);
    await expect(page.getByRole('main').getByText(words).first(), address).toBeVisible();
  }
});

test('before a plan begins no light is lit, and a day of the past is read-only', async ({ signedIn }) => {
  const page = await signedIn('huarong.office');
  await page.goto(`/tasks?plan=${await planOf('huarong-2023')}&asOf=2023-06-06`);
  await expect(page.getByText('历史视图·只读')).toBeVisible();
  const strip = page.getByRole('list', { name: '按亮灯统计' });
  for (const light of ['红灯', '黄灯', '绿灯', '蓝灯'])
    await expect(strip.getByRole('listitem').filter({ hasText: light })).toHaveText(
      new RegExp(`^${light}\\D*0(?!\\d)`),
    );

  const { unitId, reporter } = await desk('forged');
  const task = await openTask(unitId);
  const unit = await signedIn(reporter);
  await unit.goto(`/tasks/${task.id}?asOf=2023-08-31`);
  await expect(unit.getByText('这是 2023-08-31 的历史视图，只读')).toBeVisible();
  await expect(unit.getByRole('main').getByRole('button')).toHaveCount(0);
});

test("a report forged for another region's task is refused in words, and nothing is written", async ({ signedIn }) => {
  const { unitId, reporter } = await desk('forged');
  const own = await openTask(unitId);
  const other = await taskOf('zengdu-2022');
  const page = await signedIn(reporter);
  await page.goto(`/tasks/${own.id}`);
  const [ownBefore, otherBefore] = [await historyOf(own.id), await historyOf(other)];
  const refusals = () =>
    idOf(`SELECT count(*)::int AS id FROM audit_event a JOIN account c ON c.id = a.actor_id
           WHERE a.is_refusal AND a.subject_id = ${other} AND c.username = '${reporter.username}'`);
  const refusedBefore = await refusals();
  await reportCard(page).getByLabel('进展情况').fill('替别的地区填报的内容。');
  // Last of all: what is typed draws the form anew.
  await reportCard(page)
    .locator('input[name="taskId"]')
    .last()
    .evaluate((input, id) => {
      (input as HTMLInputElement).value = String(id);
    }, other);
  await sendProgress(page).click();
  await expect(reportCard(page).getByRole('alert')).toContainText('未找到该内容，可能已被移动，或不在您的权限范围内。');
  await expect(reportCard(page).getByLabel('进展情况')).toHaveValue('替别的地区填报的内容。');
  expect(await historyOf(own.id)).toEqual(ownBefore);
  expect(await historyOf(other)).toEqual(otherBefore);
  expect(await refusals()).toBe(refusedBefore + 1);
});

test('the health address answers 200, without a sign-in', async ({ request }) => {
  const response = await request.get('/api/health');
  expect(response.status()).toBe(200);
});

test('pages load from this site alone', async ({ signedIn, baseURL }) => {
  const page = await signedIn(account('ezhou.leader'));
  const hosts = new Set<string>();
  page.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) hosts.add(new URL(request.url()).host);
  });
  for (const address of ['/', '/tasks', '/units', '/overdue', '/plans', `/tasks/${await taskOf('ezhou-2022')}`])
    expect(await statusOf(page, address), address).toBe(200);
  expect([...hosts]).toEqual([new URL(baseURL!).host]);
});
