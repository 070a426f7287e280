import { desk, openTask } from './support/demo';
import { tabTo } from './support/keyboard';
import { linkTo, reportCard, sendProgress, timeline } from './support/ledger';
import { expect, test } from './support/test';

test('by keyboard alone a reporter signs in, reaches a task through the ledger and reports', async ({ page }) => {
  const { unitId, reporter } = await desk('keyboard');
  const task = await openTask(unitId);
  await page.goto('/login');
  await tabTo(page, page.getByLabel('用户名'));
  await page.keyboard.type(reporter.username);
  await tabTo(page, page.getByLabel('密码'));
  await page.keyboard.type(reporter.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/');

  const skip = page.getByRole('link', { name: '跳到正文' });
  await tabTo(page, skip);
  await expect(skip).toHaveCSS('position', 'fixed');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  await tabTo(
    page,
    page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '任务台账', exact: true }),
  );
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/tasks');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('任务台账');
  await tabTo(page, page.getByRole('searchbox', { name: '任务、单位、进展', exact: true }));
  await page.keyboard.type(task.text.slice(0, 14));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: '已选条件' })).toBeVisible();
  await tabTo(page, linkTo(page, task));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/tasks/${task.id}`);

  await tabTo(page, reportCard(page).getByLabel('进展情况'));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('已召开两次调度会，三个堵点销号。');
  await tabTo(page, sendProgress(page));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('进展已提交。');
  await expect(timeline(page).getByRole('listitem').first()).toContainText('三个堵点销号');
});
