import { firstSignIn, makeAccount } from './support/accounts';
import { account } from './support/demo';
import { expect, NOT_FOUND_NOISE, signIn, test } from './support/test';

const HOMES = [
  { username: 'huarong.zhujian.reporter', shows: ['本周期待填报', '即将到期'], entry: '本单位任务' },
  { username: 'huarong.zhujian.head', shows: ['本周期待填报', '即将到期'], entry: '本单位任务' },
  { username: 'huarong.office', shows: ['各单位研判', '待审核'], entry: '待审核' },
  { username: 'huarong.leader', shows: ['各单位研判', '超过 5 个工作日未审核'], entry: '逾期清单' },
  { username: 'huarong.admin', shows: ['各单位研判'], entry: '系统管理' },
  { username: 'admin', shows: ['各单位研判'], entry: '系统管理' },
];

for (const { username, shows, entry } of HOMES)
  test(`${username} signs in and lands on a home with ${shows.join(', ')}`, async ({ page }) => {
    await signIn(page, account(username));
    await expect(page).toHaveURL('/');
    await expect(page).toHaveTitle(/首页/);
    await expect(page.getByText('演示数据', { exact: true })).toBeVisible();
    for (const words of shows) await expect(page.getByRole('heading', { name: words })).toBeVisible();
    await expect(page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: entry })).toBeVisible();
  });

test('a wrong password is answered in words, and the name typed stays', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('用户名').fill('huarong.office');
  await page.getByLabel('密码').fill('not-the-password-1');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '用户名或密码不正确' })).toBeVisible();
  await expect(page.getByLabel('用户名')).toHaveValue('huarong.office');
  await expect(page.getByLabel('密码')).toHaveValue('');
  await expect(page).toHaveURL(/\/login/);

  await page.getByLabel('用户名').fill('');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '请填写用户名和密码' })).toBeVisible();
  await expect(page.getByLabel('用户名')).toHaveAttribute('aria-invalid', 'true');
});

test('who signs out is out: the page before asks to sign in and comes back after it', async ({ page }) => {
  const who = account('zengdu.office');
  await signIn(page, who);
  await page.goto('/units?as=responsible');
  await page.getByRole('group').filter({ hasText: '工作人员' }).getByText('工作人员').click();
  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(page.getByText('已退出登录。')).toBeVisible();

  await page.goto('/units?as=responsible');
  await expect(page).toHaveURL(/\/login\?next=/);
  await expect(page.getByText('请先登录，登录后回到刚才的页面。')).toBeVisible();
  await page.getByLabel('用户名').fill(who.username);
  await page.getByLabel('密码').fill(who.password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page).toHaveURL('/units?as=responsible');
});

for (const next of ['https://example.com/', '//example.com/', '/\\example.com', 'javascript:alert(1)', '/login'])
  test(`signing in does not lead on to ${next}`, async ({ page }) => {
    const who = account('zengdu.office');
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await page.getByLabel('用户名').fill(who.username);
    await page.getByLabel('密码').fill(who.password);
    await page.getByRole('button', { name: '登录' }).click();
    await expect(page).toHaveURL('/');
  });

test('signing in leads on to a page of this site that does not exist, which says so', async ({
  page,
  console: { expectError },
}) => {
  expectError(NOT_FOUND_NOISE);
  const who = account('zengdu.office');
  await page.goto('/login?next=/no-such-page');
  await page.getByLabel('用户名').fill(who.username);
  await page.getByLabel('密码').fill(who.password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('heading', { name: '未找到该页面' })).toBeVisible();
});

test('who was given a password is led to choose one of their own, and then goes on', async ({ page, signedIn }) => {
  const made = await makeAccount(await signedIn('admin'), `newcomer-${Date.now()}`);
  await firstSignIn(page, made);
  await page.getByRole('link', { name: '回到首页' }).click();
  await expect(page).toHaveTitle(/首页/);
});
