import type { Page } from '@playwright/test';
import { account, desk, historyOf, openTask, query } from './support/demo';
import { openFromLedger, readTable, reportCard, search, sendProgress, standing, timeline } from './support/ledger';
import { expect, test } from './support/test';

/** The unit's row on the board of units, by column. */
async function boardRow(page: Page, unit: string): Promise<Record<string, number>> {
  await page.goto('/units');
  const rows = await readTable(page.getByRole('region', { name: '各单位牵头任务研判' }).getByRole('table'));
  const row = rows.find((cells) => cells.get('牵头单位')?.text.startsWith(unit));
  expect(row, unit).toBeDefined();
  return Object.fromEntries([...row!].map(([column, { text }]) => [column, Number(text)]));
}

test('a reporter reports, a second tab meets the first, and the office accepts the result', async ({ signedIn }) => {
  test.setTimeout(90_000);
  const { unit, unitId, reporter } = await desk('reports');
  const task = await openTask(unitId);
  const [page, office] = [await signedIn(reporter), await signedIn('huarong.office')];
  const before = await boardRow(office, unit);

  await openFromLedger(page, task);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(task.text.slice(0, 14));
  const second = await page.context().newPage();
  await second.goto(page.url());

  await reportCard(page).getByLabel('完成程度').fill('60');
  await reportCard(page).getByLabel('进展情况').fill('已完成三个窗口的流程再造，累计受理128件。');
  await reportCard(page).getByLabel('存在问题').fill('两个系统的接口还没有打通。');
  await sendProgress(page).click();
  await expect(page.getByRole('status')).toContainText('进展已提交。');
  const latest = timeline(page).getByRole('listitem').first();
  await expect(latest).toContainText('填报进展');
  await expect(latest).toContainText('累计受理128件');
  await expect(latest).toContainText('2023-09-30');
  await expect(standing(page)).toContainText('推进中');

  // The second tab still holds the form of before.
  const held = await historyOf(task.id);
  await reportCard(second).getByLabel('进展情况').fill('第二份：已办结96件，群众满意率百分之百。');
  await sendProgress(second).click();
  await expect(reportCard(second).getByRole('alert')).toContainText('请对照两份内容');
  const comparison = reportCard(second).getByRole('table');
  await expect(comparison).toContainText('累计受理128件');
  await expect(comparison).toContainText('第二份：已办结96件');
  await expect(reportCard(second).getByLabel('进展情况')).toHaveValue('第二份：已办结96件，群众满意率百分之百。');
  expect(await historyOf(task.id)).toEqual(held);
  await reportCard(second).getByLabel('进展情况').fill('合并：累计受理128件，已办结96件。');
  await sendProgress(second).click();
  await expect(second.getByRole('status')).toContainText('进展已提交。');
  expect((await historyOf(task.id)).narratives.slice(-2)).toEqual([
    '已完成三个窗口的流程再造，累计受理128件。',
    '合并：累计受理128件，已办结96件。',
  ]);
  await second.close();

  await page.goto('/tasks');
  await search(page, '合并：累计受理128件');
  await expect(page.getByRole('row').filter({ hasText: task.text.slice(0, 14) })).toContainText('2023-09-30');

  await openFromLedger(page, task);
  await reportCard(page).getByLabel('进展情况').fill('全部事项已办结，验收意见已印发。');
  await reportCard(page).getByRole('button', { name: '申请办结' }).click();
  await expect(page.getByRole('status')).toContainText('办结申请已提交');
  await expect(standing(page)).toContainText('待审核');
  await expect(reportCard(page).getByRole('button', { name: '申请办结' })).toHaveCount(0);

  await office.goto('/reviews');
  await office
    .getByRole('row')
    .filter({ hasText: task.text.slice(0, 14) })
    .getByRole('link')
    .click();
  const review = office.getByRole('region', { name: '审核办结申请' });
  await review.getByLabel('审核意见').fill('材料齐全。');
  await review.getByRole('button', { name: '审核通过' }).click();
  await expect(office.getByRole('status')).toContainText('已审核通过。');
  await expect(standing(office)).toContainText('已办结');
  await expect(timeline(office).getByRole('listitem').first()).toContainText('审核通过');
  await expect(timeline(office)).toContainText('链校验通过');

  const after = await boardRow(office, unit);
  expect({ done: after.已办结, total: after.合计 }).toEqual({ done: before.已办结! + 1, total: before.合计 });
  await page.reload();
  await expect(standing(page)).toContainText('已办结');
  await page.goto(`/tasks?mine=1&reason=COMPLETED&q=${encodeURIComponent(task.text.slice(0, 14))}`);
  await expect(page.getByRole('row').filter({ hasText: task.text.slice(0, 14) })).toContainText('已办结');
});

test('the office sends a result back with a reason, and the unit reads it on its home', async ({ signedIn }) => {
  const { unitId, reporter } = await desk('office');
  const task = await openTask(unitId);
  const [page, office] = [await signedIn(reporter), await signedIn(account('huarong.office'))];
  await openFromLedger(page, task);
  await reportCard(page).getByLabel('进展情况').fill('各项工作均已完成，申请办结。');
  await reportCard(page).getByRole('button', { name: '申请办结' }).click();
  await expect(standing(page)).toContainText('待审核');

  await office.goto('/reviews');
  await office
    .getByRole('row')
    .filter({ hasText: task.text.slice(0, 14) })
    .getByRole('link')
    .click();
  const review = office.getByRole('region', { name: '审核办结申请' });
  await review.getByRole('button', { name: '退回办结申请' }).click();
  await expect(review.getByRole('alert')).toContainText('请选择或填写退回理由');
  await expect(review.getByLabel('退回理由')).toHaveAttribute('aria-invalid', 'true');
  await review.getByLabel('佐证材料不足').check();
  await review.getByLabel('退回理由').fill('请补充验收意见的文号。');
  await review.getByRole('button', { name: '退回办结申请' }).click();
  await expect(office.getByRole('status')).toContainText('已退回');
  await expect(standing(office)).toContainText('推进中');

  await page.goto('/');
  const returned = page.getByRole('listitem').filter({ hasText: '请补充验收意见的文号。' });
  await expect(returned).toContainText('佐证材料不足');
  await returned.getByRole('link').click();
  await expect(timeline(page).getByRole('listitem').first()).toContainText('退回办结申请');
  await expect(reportCard(page).getByRole('button', { name: '申请办结' })).toBeVisible();
});

/** A reporter with two open, dated tasks, for tests that send nothing. */
async function twoTasks() {
  const [found] = await query<{ username: string; tasks: { id: number; seq: number }[] }>(
    `SELECT a.username, (array_agg(json_build_object('id', t.id, 'seq', t.seq) ORDER BY t.sort_order))[1:2] AS tasks
       FROM account a JOIN task_unit x ON x.unit_id = a.unit_id AND x.role = 'LEAD' JOIN task t ON t.id = x.task_id JOIN plan p ON p.id = t.plan_id
      WHERE p.slug IN ('ezhou-2022', 'huarong-2023') AND p.status = 'ACTIVE' AND a.roles = ARRAY['unit_reporter']::role[] AND a.is_active
        AND t.state IN ('NOT_STARTED', 'IN_PROGRESS') AND t.due_on IS NOT NULL
      GROUP BY a.id, p.id HAVING count(*) > 1 ORDER BY p.id, a.id LIMIT 1`,
  );
  return {
    reporter: found!.username,
    tasks: found!.tasks as [{ id: number; seq: number }, { id: number; seq: number }],
  };
}

test('Enter in a one-line field sends neither the form for one task nor that for many', async ({ signedIn }) => {
  const { reporter, tasks } = await twoTasks();
  const page = await signedIn(reporter);
  const held = await Promise.all(tasks.map(({ id }) => historyOf(id)));
  for (const address of [`/tasks/${tasks[0].id}`, `/reports/new?tasks=${tasks.map(({ id }) => id).join(',')}`]) {
    await page.goto(address);
    await expect(page.getByRole('button', { name: '选择文件' })).toBeVisible();
    await page.getByLabel('进展情况').first().fill('只写了一半的进展情况。');
    const percent = page.getByLabel('完成程度').first();
    await percent.fill('40');
    await percent.press('Enter');
    await expect(percent).toHaveValue('40');
    expect(await Promise.all(tasks.map(({ id }) => historyOf(id)))).toEqual(held);
    await expect(page).toHaveURL(address);
  }
});

test('words kept for a task that has since dropped out of the form for many are shown', async ({ signedIn }) => {
  const {
    reporter,
    tasks: [first, second],
  } = await twoTasks();
  const page = await signedIn(reporter);
  await page.goto(`/reports/new?tasks=${first.id},${second.id}`);
  await expect(page.getByRole('button', { name: '选择文件' })).toBeVisible();
  const box = (task: { seq: number }) => page.getByRole('checkbox', { name: new RegExp(`^${task.seq}\\.`) });
  const own = (task: { id: number }) => page.locator(`[name="narrative-${task.id}"]`);
  await page.getByLabel('共同的进展情况').fill('共同写下的内容。');
  await own(first).fill('第一项自己的内容。');
  await own(second).fill('第二项自己的内容。');
  await box(first).uncheck();
  await expect(page.getByText('草稿已存于本浏览器')).toBeVisible();

  await page.goto(`/reports/new?tasks=${first.id}`);
  await expect(page.getByLabel('共同的进展情况')).toHaveValue('共同写下的内容。');
  await expect(own(first)).toHaveValue('第一项自己的内容。');
  await expect(box(first)).not.toBeChecked();
  await expect(page.getByText('第二项自己的内容。')).toBeVisible();

  await page.goto(`/reports/new?tasks=${first.id},${second.id}`);
  await expect(own(second)).toHaveValue('第二项自己的内容。');
  await page.getByRole('button', { name: '放弃这份草稿' }).click();
  await expect(own(second)).toHaveValue('');
  await page.reload();
  await expect(page.getByLabel('共同的进展情况')).toHaveValue('');
});

test('words taken over from a responsible unit stand once, and are known as theirs after a reload', async ({
  signedIn,
}) => {
  const [part] = await query<{ taskId: number; id: number; narrative: string; username: string }>(
    `SELECT r.task_id AS "taskId", r.id, v.narrative, a.username
       FROM progress_report r JOIN cycle c ON c.id = r.cycle_id AND c.closes_on >= ledger_today() AND c.starts_on <= ledger_today()
       JOIN report_version v ON v.report_id = r.id AND v.version = r.current_version JOIN task t ON t.id = r.task_id
       JOIN task_unit x ON x.task_id = t.id AND x.role = 'LEAD' JOIN account a ON a.unit_id = x.unit_id AND a.roles = ARRAY['unit_reporter']::role[] AND a.is_active
      WHERE NOT r.is_by_lead AND r.status = 'SUBMITTED' AND r.kind = 'PROGRESS' AND t.state IN ('NOT_STARTED', 'IN_PROGRESS') ORDER BY r.id LIMIT 1`,
  );
  const page = await signedIn(part!.username);
  await page.goto(`/tasks/${part!.taskId}`);
  const form = reportCard(page);
  await expect(form.getByRole('button', { name: '选择文件' })).toBeVisible();
  const times = async () => (await form.getByLabel('进展情况').inputValue()).split(part!.narrative).length - 1;
  const source = form.locator('[name="adoptedFrom"]');
  const adopt = form.getByRole('link', { name: /^采用/ }).first();
  await adopt.click();
  await adopt.click();
  expect(await times()).toBe(1);
  const taken = await source.inputValue();
  expect(taken).toMatch(/^\d+$/);
  await expect(form.getByText('草稿已存于本浏览器')).toBeVisible();
  await page.reload();
  await expect(form.getByText('已恢复')).toBeVisible();
  expect(await times()).toBe(1);
  await expect(source).toHaveValue(taken);
  await form.getByRole('button', { name: '放弃这份草稿' }).click();
  await expect(source).toHaveValue('');
});
