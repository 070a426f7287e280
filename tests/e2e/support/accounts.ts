import { expect, type Page } from '@playwright/test';
import type { DemoAccount } from './demo';
import { signIn } from './test';

const OWN_PASSWORD = 'Yuhe-7264-Qingdan';

/** Who was given a password signs in and gets one of their own. */
export async function firstSignIn(page: Page, given: DemoAccount): Promise<DemoAccount> {
  await signIn(page, given);
  await expect(page.getByText('请先设置自己的密码')).toBeVisible();
  await page.getByLabel('原密码').fill(given.password);
  await page.getByLabel(/^新密码/).fill(OWN_PASSWORD);
  await page.getByLabel('再次填写新密码').fill(OWN_PASSWORD);
  await page.getByRole('button', { name: '修改密码' }).click();
  await expect(page.getByText('密码已修改')).toBeVisible();
  return { ...given, password: OWN_PASSWORD };
}

/** A new admin of the platform, made by the one whose page it is. */
export async function makeAccount(page: Page, username: string): Promise<DemoAccount> {
  await page.goto('/admin/accounts/new?region=platform');
  await page.getByLabel('用户名').fill(username);
  await page.getByLabel('姓名').fill('陈同事');
  await page.getByRole('button', { name: '新建账号' }).click();
  const password = await page.getByRole('region', { name: '新密码' }).getByRole('code').textContent();
  return { username, password: password!, role: 'admin', unit: null, region: null };
}
