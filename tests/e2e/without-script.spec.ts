import { account, desk, historyOf, openTask } from './support/demo';
import { openFromLedger, reportCard, sendProgress, timeline } from './support/ledger';
import { expect, signIn, test } from './support/test';

test.use({ javaScriptEnabled: false });

test('without JavaScript a reporter signs in, filters, corrects a refused report, and sends it', async ({ page }) => {
  const { unitId, reporter } = await desk('without-script');
  const task = await openTask(unitId);
  await signIn(page, reporter);

  await page.goto('/tasks');
  await page.getByRole('combobox', { name: '状态', exact: true }).selectOption({ label: '推进中' });
  await page.getByRole('button', { name: '筛选' }).click();
  await expect(page).toHaveURL(/state=IN_PROGRESS/);
  await expect(page.getByRole('list', { name: '已选条件' })).toContainText('状态：推进中');
  await openFromLedger(page, task);

  const given = await page.request.post(`/api/evidence?taskId=${task.id}&name=${encodeURIComponent('旧样张.txt')}`, {
    data: Buffer.from('鄂州市'),
    headers: { 'content-type': 'application/octet-stream', 'sec-fetch-site': 'same-origin' },
  });
  expect(given.status()).toBe(201);
  await page.reload();
  const piece = reportCard(page).getByRole('checkbox', { name: /旧样张\.txt/ });
  await piece.uncheck();

  const held = await historyOf(task.id);
  await reportCard(page).getByLabel('完成程度').fill('150');
  await reportCard(page).getByLabel('完成程度').press('Enter');
  await expect(reportCard(page).getByLabel('完成程度'), 'Enter sends nothing').toHaveValue('150');
  await reportCard(page).getByLabel('进展情况').fill('已办');
  await reportCard(page).getByLabel('存在问题').fill('缺少两名窗口人员。');
  await sendProgress(page).click();
  const alert = reportCard(page).getByRole('alert');
  await expect(alert).toContainText('请按提示修改后再提交。');
  await expect(alert.getByRole('link')).toHaveCount(2);
  for (const field of ['完成程度', '进展情况']) {
    const control = reportCard(page).getByLabel(field);
    await expect(control).toHaveAttribute('aria-invalid', 'true');
    await expect(alert.getByRole('link', { name: field })).toHaveAttribute(
      'href',
      `#${await control.getAttribute('id')}`,
    );
  }
  await expect(reportCard(page).getByLabel('完成程度')).toHaveAccessibleDescription(/0 到 100 的整数/);
  await expect(reportCard(page).getByLabel('进展情况')).toHaveValue('已办');
  await expect(reportCard(page).getByLabel('存在问题')).toHaveValue('缺少两名窗口人员。');
  await expect(piece, 'what was left out is not ticked again').not.toBeChecked();
  expect(await historyOf(task.id)).toEqual(held);

  await reportCard(page).getByLabel('完成程度').fill('50');
  await reportCard(page).getByLabel('进展情况').fill('已办理五十二件，其余按计划推进。');
  await sendProgress(page).click();
  await expect(page.getByRole('status')).toContainText('进展已提交。');
  await expect(timeline(page).getByRole('listitem').first()).toContainText('已办理五十二件');
  expect((await historyOf(task.id)).events).toBe(held.events + 1);
});

test('without JavaScript a refused decision comes back unfolded, with its message and what was typed', async ({
  page,
}) => {
  const task = await openTask((await desk('without-script')).unitId);
  await signIn(page, account('huarong.office'));
  await page.goto(`/tasks/${task.id}`);
  const held = await historyOf(task.id);
  const office = page.getByRole('region', { name: '任务管理' });
  const cancel = office.getByRole('button', { name: '取消任务' });
  await expect(cancel).toBeHidden();

  await office.locator('summary', { hasText: '取消任务' }).click();
  const form = office.locator('form').filter({ has: page.getByRole('button', { name: '取消任务' }) });
  await form.getByLabel('依据文件').fill('无');
  await cancel.click();
  await expect(form.getByRole('alert')).toContainText('请按提示修改后再提交。');
  await expect(form.getByRole('alert').getByRole('link', { name: '依据文件' })).toBeVisible();
  await expect(form.getByLabel('依据文件')).toHaveValue('无');
  await expect(cancel).toBeVisible();
  await expect(office.getByRole('button', { name: '调整单位' }), 'the other folds stay closed').toBeHidden();
  expect(await historyOf(task.id)).toEqual(held);
});

test('without JavaScript one enters one’s own address for the daily mail, and takes it away', async ({ page }) => {
  await signIn(page, (await desk('without-script')).reporter);
  await page.goto('/account/reminders');
  const mail = page.getByLabel('邮箱', { exact: true });
  const save = page.getByRole('button', { name: '保存' });
  await expect(page.getByText('未填写邮箱，仅在站内提醒')).toBeVisible();

  // What the browser takes for an address and the server does not.
  await mail.fill('zhang@example');
  await save.click();
  await expect(page.getByRole('alert').getByRole('link', { name: '邮箱' })).toHaveAttribute('href', '#email');
  await expect(mail).toHaveValue('zhang@example');

  await mail.fill('zhang@example.gov.cn');
  await save.click();
  await expect(page.getByRole('status')).toContainText('已保存。');
  await expect(page.getByText('zhang@example.gov.cn')).toBeVisible();
  await mail.fill('');
  await save.click();
  await expect(page.getByText('未填写邮箱，仅在站内提醒')).toBeVisible();
});
