import type { Page } from '@playwright/test';
import { asOwner, desk, historyOf, openTask, query } from './support/demo';
import { reportCard, sendProgress } from './support/ledger';
import { expect, test } from './support/test';

/** Opens a page whose scripts are still on their way until they are let through. */
async function openWithoutScripts(page: Page, href: string): Promise<{ page: Page; letScriptsThrough: () => void }> {
  let letScriptsThrough = () => {};
  const through = new Promise<void>((resolve) => {
    letScriptsThrough = resolve;
  });
  await page.route('**/*.js', async (route) => {
    await through;
    await route.continue();
  });
  await page.goto(href, { waitUntil: 'commit' });
  return { page, letScriptsThrough };
}

test('a typed draft survives a reload and an expired sign-in, and is gone once the server has it', async ({
  signedIn,
}) => {
  const { unitId, reporter } = await desk('draft');
  const task = await openTask(unitId);
  const page = await signedIn(reporter);
  await page.goto(`/tasks/${task.id}`);
  const typed = '草稿：材料汇编到第三稿，附件清单待补。';
  await reportCard(page).getByLabel('进展情况').fill(typed);
  await expect(reportCard(page).getByText(/^草稿已存于本浏览器/)).toBeVisible();
  await page.reload();
  await expect(reportCard(page).getByLabel('进展情况')).toHaveValue(typed);
  await expect(reportCard(page).getByText(/^已恢复 .* 填写、尚未提交的内容/)).toBeVisible();

  // The session ends while the form is open: sending leads to the sign-in, and back to the words typed.
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await sendProgress(page).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.context().addCookies(cookies);
  await page.goto(`/tasks/${task.id}`);
  await expect(reportCard(page).getByLabel('进展情况')).toHaveValue(typed);
  expect((await historyOf(task.id)).narratives).not.toContain(typed);

  await sendProgress(page).click();
  await expect(page.getByRole('status')).toContainText('进展已提交。');
  expect((await historyOf(task.id)).narratives).toContain(typed);
  await page.goto(`/tasks/${task.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(reportCard(page).getByText(/^已恢复/)).toHaveCount(0);
});

test('words typed before the script has loaded are kept as a draft, beside those of an older draft', async ({
  signedIn,
}) => {
  const { unitId, reporter } = await desk('draft');
  const task = await openTask(unitId);
  const { page, letScriptsThrough } = await openWithoutScripts(await signedIn(reporter), `/tasks/${task.id}`);
  const first = '页面尚未就绪时写下的内容。';
  await reportCard(page).getByLabel('进展情况').fill(first);
  letScriptsThrough();
  await expect(reportCard(page).getByText(/^草稿已存于本浏览器/)).toBeVisible();

  const again = await openWithoutScripts(await page.context().newPage(), `/tasks/${task.id}`);
  await page.close();
  const second = '再次打开后又写下的内容。';
  await reportCard(again.page).getByLabel('进展情况').fill(second);
  again.letScriptsThrough();
  await expect(reportCard(again.page).getByLabel('进展情况')).toHaveValue(`${first}\n${second}`);
});

test('a restored draft does not overwrite what the unit has sent since', async ({ signedIn }) => {
  const { unitId, reporter } = await desk('draft');
  const task = await openTask(unitId);
  const page = await signedIn(reporter);
  await page.goto(`/tasks/${task.id}`);
  const older = '先写而未提交的内容：现场核查尚未完成。';
  await reportCard(page).getByLabel('进展情况').fill(older);
  await expect(reportCard(page).getByText(/^草稿已存于本浏览器/)).toBeVisible();

  const elsewhere = await signedIn(reporter);
  await elsewhere.goto(`/tasks/${task.id}`);
  const newer = '后写而先提交的内容：现场核查已经完成。';
  await reportCard(elsewhere).getByLabel('进展情况').fill(newer);
  await sendProgress(elsewhere).click();
  await expect(elsewhere.getByRole('status')).toContainText('进展已提交。');

  await page.reload();
  await expect(reportCard(page).getByLabel('进展情况')).toHaveValue(older);
  await expect(reportCard(page).getByText(/^已恢复/)).toBeVisible();
  await sendProgress(page).click();
  await expect(reportCard(page).getByText(/^已有第 \d+ 版/)).toBeVisible();
  await expect(reportCard(page).getByRole('cell').filter({ hasText: newer })).toBeVisible();
  expect((await historyOf(task.id)).narratives).not.toContain(older);
});

test('a disabled account loses its rights at its next request', async ({ signedIn }) => {
  const { unitId, reporter } = await desk('disabled');
  const task = await openTask(unitId);
  const page = await signedIn(reporter);
  await page.goto(`/tasks/${task.id}`);
  await reportCard(page).getByLabel('进展情况').fill('停用之后提交的内容不应被收下。');
  const held = await historyOf(task.id);
  await asOwner('UPDATE account SET is_active = false WHERE username = $1', [reporter.username]);
  try {
    await sendProgress(page).click();
    await expect(page).toHaveURL(/\/login/);
    expect(await historyOf(task.id)).toEqual(held);
    await page.goto('/tasks');
    await expect(page).toHaveURL(/\/login\?next=/);
    await page.getByLabel('用户名').fill(reporter.username);
    await page.getByLabel('密码').fill(reporter.password);
    await page.getByRole('button', { name: '登录' }).click();
    await expect(page.getByRole('alert').filter({ hasText: '用户名或密码不正确' })).toBeVisible();
  } finally {
    await asOwner('UPDATE account SET is_active = true WHERE username = $1', [reporter.username]);
  }
});

test('after the browser’s Back other words under the same form are not taken for the same, and are not lost', async ({
  signedIn,
}) => {
  const { unitId, reporter } = await desk('draft');
  const task = await openTask(unitId);
  const page = await signedIn(reporter);
  await page.goto(`/tasks/${task.id}`);
  const narrative = reportCard(page).getByLabel('进展情况');
  await narrative.fill('第一次提交的内容：已完成现场核查。');
  await sendProgress(page).click();
  await expect(page.getByRole('status')).toContainText('进展已提交。');
  await page.goBack();
  const second = '返回后改写的内容：现场核查发现两处问题。';
  await narrative.fill(second);
  await sendProgress(page).click();
  // Either the page drew a new form, and this is the next version; or the old form came back, and says so.
  await expect(
    reportCard(page)
      .or(page.getByRole('status'))
      .getByText(/此前已经提交过一次|已有第 \d+ 版|进展已提交/)
      .first(),
  ).toBeVisible();
  await expect(async () => {
    if ((await historyOf(task.id)).narratives.includes(second)) return;
    await expect(narrative).toHaveValue(second);
    await sendProgress(page).click();
    expect((await historyOf(task.id)).narratives).toContain(second);
  }).toPass({ timeout: 10_000 });
});

test('words typed in any form stay where the network fails, and come back after a reload and an expired sign-in', async ({
  signedIn,
  console: { expectError },
}) => {
  expectError(/ERR_INTERNET_DISCONNECTED/);
  const [slip] = await query<{ id: number }>(
    `SELECT s.id FROM slip s JOIN plan p ON p.id = s.plan_id JOIN region r ON r.id = p.region_id
      WHERE r.code = 'ezhou' AND p.owner_unit_id IS NULL AND s.status = 'SIGNED_FOR' ORDER BY s.id DESC LIMIT 1`,
  );
  const page = await signedIn('ezhou.office');
  const open = async () => {
    await page.goto(`/slips/${slip!.id}`);
  };
  await open();
  const words = page.getByLabel('作废理由');
  const fold = page.getByText('作废', { exact: true }).first();
  await fold.click();
  const typed = '系统测试：写到一半的理由。';
  await words.fill(typed);
  await page.context().setOffline(true);
  await page.getByRole('button', { name: /^作废/ }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('没有收到系统的答复');
  await expect(words).toHaveValue(typed);
  await page.context().setOffline(false);

  await page.reload();
  await expect(words).toHaveValue(typed);
  await expect(page.getByText(/^已恢复 .* 填写、尚未提交的内容/)).toBeVisible();

  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.getByRole('button', { name: /^作废/ }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.context().addCookies(cookies);
  await open();
  await expect(words).toHaveValue(typed);
  await page.getByRole('button', { name: '放弃这份草稿' }).click();
  await expect(words).toHaveValue('');
  await open();
  await expect(words).toHaveValue('');
});

test('words of one deed on many tasks do not come back for others, nor once they are carried out', async ({
  signedIn,
}) => {
  const { unitId } = await desk('draft');
  const task = await openTask(unitId);
  const [other] = await query<{ id: number }>(
    `SELECT t.id FROM task t JOIN task o ON o.id = $1 AND o.plan_id = t.plan_id
      WHERE t.id <> o.id AND t.state IN ('NOT_STARTED', 'IN_PROGRESS') ORDER BY t.id LIMIT 1`,
    [task.id],
  );
  const page = await signedIn('huarong.office');
  const words = page.getByLabel('催办内容');
  const open = (id: number) => page.goto(`/tasks/bulk?do=remind&tasks=${id}`);
  await open(task.id);
  await words.fill('请于本周内报送进展。');
  await page.getByRole('button', { name: '预览' }).click();
  await expect(page.getByRole('heading', { name: /^预览：1 项任务/ })).toBeVisible();
  // Not carried out yet: kept for this task, and for no other.
  await open(other!.id);
  await expect(words).toHaveValue('');
  await open(task.id);
  await expect(words).toHaveValue('请于本周内报送进展。');
  await page.getByRole('button', { name: '预览' }).click();
  await page.getByRole('button', { name: /^确认催办/ }).click();
  await expect(page).toHaveURL(/done=remind/);
  await open(task.id);
  await expect(words).toHaveValue('');
});
