import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import {
  awaitReview,
  changedDocument,
  choose,
  commit,
  elementsOf,
  figure,
  fixtureFile,
  grid,
  ledgerOf,
  listedTasks,
  listOf,
  officeFile,
  questions,
  send,
  shortList,
  sourceText,
  storedTasks,
  UNKNOWN_UNIT,
  upload,
} from './support/imports';
import { tabTo } from './support/keyboard';
import { command, expect, test } from './support/own-server';
import type { OwnServer } from './support/server';

/** A refused upload is answered with a status of its own, which the browser reports. */
const REFUSED_NOISE = /Failed to load resource: the server responded with a status of 409/;

const count = async (server: OwnServer, table: 'plan' | 'task') =>
  (await server.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;

/** A cell of the review, by the row's place in the list and the column's head. */
const cell = (page: Page, position: number, column: number) =>
  grid(page).locator(`#row-${position}`).getByRole('gridcell').nth(column);
const TEXT = 1;
const LEAD = 2;

test('a Word list as it was issued becomes the ledger, row by row', async ({ server, admin, signedIn }) => {
  test.setTimeout(180_000);
  const list = listOf('ezhou-2022');
  const page = await signedIn(admin);
  await upload(page, officeFile('ezhou-2022.docx'), '鄂州市');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(list.document.title);
  await expect(figure(page, '行')).toHaveText(/154$/);
  await expect(figure(page, '待确认')).toHaveText(/0$/);
  const planId = await commit(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(list.document.title);

  expect(await storedTasks(server, planId)).toEqual(listedTasks(list));

  const [seeded] = await server.query<{ id: number }>("SELECT id FROM plan WHERE slug = 'ezhou-2022'");
  const ledger = await ledgerOf(page, planId);
  expect(ledger.map(({ seq, text }) => ({ seq, text }))).toEqual(list.tasks.map(({ seq, text }) => ({ seq, text })));
  const withoutId = (rows: typeof ledger) => rows.map(({ id: _id, ...row }) => row);
  const fromList = await ledgerOf(page, seeded!.id);
  expect(withoutId(ledger)).toEqual(withoutId(fromList));
  const elements = await elementsOf(
    page,
    ledger.map(({ id }) => id),
  );
  const wanted = await elementsOf(
    page,
    fromList.map(({ id }) => id),
  );
  const TERMS = ['政策领域', '改革举措', '重点任务', '牵头单位', '责任单位', '完成时限'];
  const printed = (found: typeof elements) => found.map((one) => TERMS.map((term) => one[term]));
  expect(printed(elements)).toEqual(printed(wanted));
  for (const [index, task] of list.tasks.entries()) {
    const one = elements[index]!;
    expect(one.政策领域, `${task.seq}`).toBe(task.section);
    expect(one.改革举措, `${task.seq}`).toBe(task.measure);
    expect(one.责任单位, `${task.seq}`).toContain(task.responsibleRaw!);
    expect(one.牵头单位, `${task.seq}`).toContain(task.leadRaw!);
    expect(one.完成时限, `${task.seq}`).toContain(task.deadlineRaw!);
  }
});

test('who leads is answered once for the whole list, and a name remembered is known the next time', async ({
  server,
  admin,
  signedIn,
}) => {
  const page = await signedIn(admin);
  await upload(page, fixtureFile('cities/07-no-lead.txt'), '华容区');
  await expect(page.getByText('这份清单由谁牵头？')).toBeVisible();
  await page.getByRole('button', { name: '每行第一个单位牵头' }).click();
  await expect(cell(page, 1, LEAD)).toContainText('区市场监管局');
  await expect(cell(page, 5, LEAD)).toContainText('区税务局');

  const unknown = questions(page).filter({ hasText: '区自然资源分局' });
  await unknown.getByLabel('即单位').fill('区自然资源和规划分局');
  await unknown.getByRole('checkbox', { name: '记为别名', exact: true }).check();
  await unknown.getByRole('button', { name: '确定', exact: true }).click();
  await expect(unknown).toHaveCount(0);
  await questions(page).filter({ hasText: '所选地区是华容区' }).getByRole('button', { name: '确认无误' }).click();
  await expect(page.getByText('没有待确认的问题。')).toBeVisible();
  await expect(page.getByText('记下 1 个别名：区自然资源分局（区自然资源和规划分局）')).toBeVisible();
  const planId = await commit(page);
  const tasks = await storedTasks(server, planId);
  expect(tasks.map(({ lead }) => lead)).toEqual([
    ['区市场监管局'],
    ['区市场监管局'],
    ['区住建局'],
    ['区住建局'],
    ['区税务局'],
  ]);
  expect(tasks[2]!.responsible).toEqual(['区自然资源分局']);
  const aliases = await server.query<{ name: string }>(
    "SELECT a.name FROM unit_alias a JOIN unit u ON u.id = a.unit_id WHERE a.name = '区自然资源分局' AND u.name = '区自然资源和规划分局'",
  );
  expect(aliases).toHaveLength(1);

  const text = readFileSync(fixtureFile('cities/07-no-lead.txt'), 'utf8').replace('2021年优化', '2022年优化');
  await upload(page, { name: '2022.txt', mimeType: 'text/plain', buffer: Buffer.from(text) }, '华容区');
  await expect(questions(page).filter({ hasText: '区自然资源分局' })).toHaveCount(0);
});

test('of many questions some are kept, some corrected, some left, and the report says who did what', async ({
  server,
  admin,
  signedIn,
  console: { expectError },
}) => {
  test.setTimeout(120_000);
  expectError(REFUSED_NOISE);
  const page = await signedIn(admin);
  // The committed list was seeded from this very file.
  await choose(page, sourceText('huarong-2023.txt'), '华容区');
  await page.getByLabel('年份').fill('2023');
  await send(page);
  const same = page.getByRole('alert').filter({ hasText: '这份文件此前已经上传过' });
  await expect(same.getByRole('link')).toHaveAttribute('href', /^\/plans\/\d+$/);
  await expect(page.getByLabel('地区')).toHaveValue('huarong');
  await expect(page.getByLabel('年份')).toHaveValue('2023');
  await page.getByLabel('仍要再次导入这份文件').check();
  await send(page);
  const draftId = await awaitReview(page);
  await expect(figure(page, '行')).toHaveText(/135$/);
  const open = async () => Number(/\d+$/.exec((await figure(page, '待确认').textContent())!)![0]);
  const asked = await open();
  expect(asked).toBeGreaterThan(20);

  const cutOff = questions(page).filter({ hasText: '“长期推”似有缺字' });
  await cutOff.getByLabel('改为').fill('2023年12月底，长期推进');
  await cutOff.getByRole('button', { name: '确定', exact: true }).click();
  await expect(cutOff).toHaveCount(0);
  const afterOne = await open();
  expect(afterOne).toBeLessThan(asked);
  await page.getByRole('button', { name: '撤销' }).click();
  await expect(cutOff).toHaveCount(1);
  expect(await open()).toBe(asked);
  await cutOff.getByLabel('改为').fill('2023年12月底，长期推进');
  await cutOff.getByRole('button', { name: '确定', exact: true }).click();
  await expect(cutOff).toHaveCount(0);

  const alike = questions(page).filter({ hasText: '此处只有空白' });
  await expect(alike.getByLabel('同类 4 处一并处理')).toBeChecked();
  await alike.getByRole('button', { name: '确认无误' }).click();
  await expect(alike).toHaveCount(0);
  await expect(figure(page, '待确认')).toHaveText(new RegExp(`${afterOne - 4}$`));
  const split = questions(page).filter({ hasText: '税务公安分局人社' });
  await split.getByRole('button', { name: '暂不确定' }).click();
  await expect(split).toContainText('随方案保留');

  const left = page.getByLabel(/^还有 \d+ 处没有确认/);
  await left.check();
  const planId = await commit(page);
  expect(await storedTasks(server, planId)).toEqual(listedTasks(listOf('huarong-2023')));
  await page.goto(`/plans/${planId}?tab=questions`);
  await expect(page.getByText('“税务公安分局人社”似漏印了分隔')).toBeVisible();

  await page.goto(`/imports/${draftId}/report`);
  const told = page.getByRole('region', { name: '问题与答复' }).getByRole('row');
  const row = told.filter({ hasText: '“长期推”似有缺字' }).first();
  await expect(row).toContainText('平台管理员');
  await expect(row).toContainText('2023年12月底');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '下载 .xlsx' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
  expect(
    readFileSync(await file.path())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');

  await page.goto(`/imports/${draftId}`);
  await page.getByLabel('撤回理由').fill('另有修订稿');
  await page.getByRole('button', { name: '撤回导入' }).click();
  await expect(page.getByText('这次导入已撤回')).toBeVisible();
  const [plan] = await server.query<{ status: string; n: number }>(
    'SELECT p.status::text, (SELECT count(*)::int FROM task t WHERE t.plan_id = p.id) AS n FROM plan p WHERE p.id = $1',
    [planId],
  );
  expect(plan).toEqual({ status: 'WITHDRAWN', n: 135 });
});

test('a list pasted from Word is read with all its rows', async ({ admin, signedIn }) => {
  const page = await signedIn(admin);
  await page.goto('/imports');
  await page.getByText('或者粘贴表格').click();
  const html = readFileSync(fixtureFile('huarong-2023.pasted.html'), 'utf8');
  await page.getByLabel('粘贴的内容').evaluate((box, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/html', text);
    clipboardData.setData('text/plain', '只有文字');
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, html);
  await expect(page.getByText(/^已粘贴 1 张表格，共 13\d 行$/)).toBeVisible();
  await page.getByLabel('地区').selectOption({ label: '华容区' });
  await send(page);
  await awaitReview(page);
  await expect(figure(page, '行')).toHaveText(/135$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('华容区');
});

/** A cell of a Word table's row with other words in it. */
function withCell(row: string, column: number, words: string): string {
  const cells = row.match(/<w:tc>.*?<\/w:tc>/gs)!;
  let isFirst = true;
  const changed = cells[column]!.replaceAll(/<w:t(?: [^>]*)?>[^<]*<\/w:t>/g, () => {
    const text = isFirst ? `<w:t>${words}</w:t>` : '<w:t></w:t>';
    isFirst = false;
    return text;
  });
  return row.replace(cells[column]!, () => changed);
}
const SEQ_CELL = 2;
const TEXT_CELL = 3;
const LEAD_CELL = 4;
const DEADLINE_CELL = 6;

/** The list of ezhou-2022.docx as a revised copy prints it: three rows changed, number 21 gone, one more at the end, all numbered anew. */
function revised(xml: string): string {
  const [head, ...rows] = xml.match(/<w:tr[ >].*?<\/w:tr>/gs)!;
  const list = listOf('ezhou-2022');
  const next = [...rows];
  next[5] = withCell(rows[5]!, TEXT_CELL, list.tasks[5]!.text.replace('便利企业扩大经营规模', '支持企业扩大经营规模'));
  next[9] = withCell(rows[9]!, DEADLINE_CELL, '2022年9月底，长期推进');
  next[11] = withCell(rows[11]!, LEAD_CELL, '市住建局');
  const added = withCell(rows.at(-1)!.replaceAll('w:val="restart"', 'w:val="continue"'), TEXT_CELL, ADDED);
  next.push(added);
  next.splice(DROPPED_AT, 1);
  const numbered = next.map((row, index) => withCell(row, SEQ_CELL, String(index + 1)));
  const from = xml.indexOf(head!);
  const to = xml.lastIndexOf(rows.at(-1)!) + rows.at(-1)!.length;
  return `${xml.slice(0, from)}${head}${numbered.join('')}${xml.slice(to)}`;
}
const ADDED = '建立重点企业诉求直办机制，诉求办结情况按月通报。';
const DROPPED_AT = 20;

test('a revised copy with five changes shows exactly five, and the plan takes what was decided', async ({
  server,
  admin,
  signedIn,
}) => {
  test.setTimeout(150_000);
  const list = listOf('ezhou-2022');
  const page = await signedIn(admin);
  const name = (title: string) => ({ name: title, mimeType: 'application/octet-stream' });
  const office = officeFile('ezhou-2022.docx');
  await upload(page, { ...name('清单.docx'), buffer: changedDocument(office, (xml) => xml) }, '鄂州市');
  const planId = await commit(page);
  await page.getByLabel('生效日期').fill('2022-03-20');
  await page.getByLabel('依据').fill('2022年3月20日印发');
  await page.getByRole('button', { name: '启用方案' }).click();
  await expect(page.getByRole('region', { name: '启用方案' })).toHaveCount(0);

  await choose(page, { ...name('修订稿.docx'), buffer: changedDocument(office, revised) }, '鄂州市');
  await page.getByLabel('修订已有方案').selectOption(String(planId));
  await send(page);
  await awaitReview(page);
  const item = (kind: string, words: string) =>
    page.getByRole('region', { name: kind }).getByRole('listitem').filter({ hasText: words });
  await expect(page.getByRole('heading', { level: 2, name: '内容有改动 3 项' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: '新增 1 项' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: '不再列入 1 项' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: /位置有变动/ })).toHaveCount(0);
  const text = item('内容有改动', '一照多址');
  await expect(text.getByRole('deletion')).toContainText(['便利']);
  await expect(text.getByRole('insertion')).toContainText(['支持']);

  await page.getByRole('button', { name: '其余全部采用新内容' }).click();
  await expect(item('内容有改动', '已选择')).toHaveCount(3);
  await item('新增', ADDED).getByRole('button', { name: '列为新任务', exact: true }).click();
  await expect(item('新增', '已选择')).toHaveCount(1);
  await item('不再列入', list.tasks[DROPPED_AT]!.text.slice(0, 20)).getByRole('button', { name: '取消任务' }).click();
  await expect(item('不再列入', '已选择')).toHaveCount(1);
  await page.getByRole('button', { name: '确认修订方案' }).click();
  await expect(page).toHaveURL(`/plans/${planId}`);

  const ledger = await ledgerOf(page, planId);
  const found = (words: string) => ledger.find((task) => task.text.includes(words))!;
  expect(ledger).toHaveLength(155);
  expect(found('支持企业扩大经营规模').seq).toBe(6);
  expect(found(list.tasks[9]!.text.slice(0, 20)).deadline).toBe('2022年9月底，长期推进');
  expect(found(list.tasks[11]!.text.slice(0, 20)).leads).toContain('市住建局');
  expect(found(list.tasks[11]!.text.slice(0, 20)).leads).not.toContain('市水利局');
  expect(found(ADDED).seq).toBe(154);
  const states = await server.query<{ text: string }>(
    "SELECT text FROM task WHERE plan_id = $1 AND state = 'CANCELLED'",
    [planId],
  );
  expect(states.map((task) => task.text)).toEqual([list.tasks[DROPPED_AT]!.text]);
  await page.goto(`/tasks/${found(list.tasks[DROPPED_AT]!.text).id}`);
  await expect(page.getByRole('region', { name: '全程留痕' })).toContainText('修订');
  const verified = command('verify-history', '--data', server.data);
  expect(verified.code, verified.text).toBe(0);
});

test('two admins who change the same cell get a conflict with both texts, and nothing is overwritten', async ({
  server,
  admin,
  colleague,
  signedIn,
}) => {
  const one = await signedIn(admin);
  const two = await signedIn(colleague);
  const draftId = await upload(one, shortList(), '华容区');
  await two.goto(`/imports/${draftId}`);
  const box = (page: Page) => page.getByRole('textbox', { name: '第 2 行任务内容' });
  for (const page of [one, two]) {
    await cell(page, 2, TEXT).dblclick();
    await expect(box(page)).toBeFocused();
  }
  await box(one).fill('先保存的内容。');
  await box(one).press('Enter');
  await expect(box(one)).toHaveCount(0);
  await expect(cell(one, 2, TEXT)).toContainText('先保存的内容。');
  await box(two).fill('后保存的内容。');
  await box(two).press('Enter');
  await expect(two.getByRole('alert').filter({ hasText: '现有内容' })).toContainText('先保存的内容。');
  await expect(box(two)).toHaveValue('后保存的内容。');
  const stored = async () =>
    (
      await server.query<{ text: string }>(
        "SELECT current ->> 'text' AS text FROM import_row WHERE draft_id = $1 AND position = 2",
        [draftId],
      )
    )[0]!.text;
  expect(await stored()).toBe('先保存的内容。');
  await box(two).press('Enter');
  await expect(box(two)).toHaveCount(0);
  await expect(cell(two, 2, TEXT)).toContainText('后保存的内容。');
  expect(await stored()).toBe('后保存的内容。');
});

test('by keyboard alone a cell is changed, left, and put back', async ({ admin, signedIn }) => {
  const page = await signedIn(admin);
  await upload(page, shortList(), '华容区');
  await tabTo(page, cell(page, 1, 0));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, 2, TEXT)).toBeFocused();
  await page.keyboard.press('Enter');
  const box = page.getByRole('textbox', { name: '第 2 行任务内容' });
  await expect(box).toBeFocused();
  await page.keyboard.type('不要这一句');
  await page.keyboard.press('Escape');
  await expect(box).toHaveCount(0);
  await expect(cell(page, 2, TEXT)).toBeFocused();
  await expect(cell(page, 2, TEXT)).toContainText('公告时间压缩为20天');
  await page.keyboard.press('F2');
  await page.keyboard.type('公告时间压缩为15天。');
  await page.keyboard.press('Enter');
  await expect(box).toHaveCount(0);
  await expect(cell(page, 2, TEXT)).toContainText('公告时间压缩为15天。');
  await expect(cell(page, 2, TEXT)).toContainText('已改');
  await expect(cell(page, 2, TEXT)).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: '撤销' }));
  await page.keyboard.press('Enter');
  await expect(cell(page, 2, TEXT)).toContainText('公告时间压缩为20天');
});

test('without JavaScript a list is sent, a question answered, and the draft confirmed', async ({
  server,
  admin,
  signedIn,
}) => {
  const page = await signedIn(admin, { javaScriptEnabled: false });
  await upload(page, shortList(), '华容区');
  await page.getByRole('button', { name: '所列单位共同牵头' }).click();
  await expect(cell(page, 1, LEAD)).toContainText('区市场监管局、区税务局、区公安分局');
  const unknown = questions(page).filter({ hasText: UNKNOWN_UNIT });
  await unknown.getByRole('button', { name: '不是单位名称' }).click();
  await expect(unknown).toHaveCount(0);
  await page.getByLabel(/^还有 \d+ 处没有确认/).check();
  const planId = await commit(page);
  const tasks = await storedTasks(server, planId);
  expect(tasks).toHaveLength(5);
  expect(tasks[0]!.lead).toEqual(['区市场监管局', '区税务局', '区公安分局']);
});

test('without JavaScript all questions of a kind are confirmed with one press, and taken back with one', async ({
  admin,
  signedIn,
}) => {
  const page = await signedIn(admin, { javaScriptEnabled: false });
  const text = `${readFileSync(sourceText('huarong-2023.txt'), 'utf8')}\n`;
  await upload(page, { name: '2023.txt', mimeType: 'text/plain', buffer: Buffer.from(text) }, '华容区');
  const open = async () => Number(/\d+$/.exec((await figure(page, '待确认').textContent())!)![0]);
  const asked = await open();
  const press = page.getByRole('button', { name: /^本类 \d+ 处都确认无误$/ }).first();
  const many = Number(/\d+/.exec((await press.textContent())!)![0]);
  await press.click();
  await expect(figure(page, '待确认')).toHaveText(new RegExp(`${asked - many}$`));
  await page.getByRole('button', { name: '撤销' }).click();
  await expect(figure(page, '待确认')).toHaveText(new RegExp(`${asked}$`));
});

test('what cannot be read is refused in words that say what to do, and nothing is written', async ({
  server,
  admin,
  signedIn,
}, testInfo) => {
  const page = await signedIn(admin);
  const before = { plans: await count(server, 'plan'), tasks: await count(server, 'task') };
  const exe = { name: '清单.docx', mimeType: '', buffer: Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0', 'latin1') };
  for (const { file, words } of [
    { file: exe, words: /程序/ },
    { file: fixtureFile('scanned.pdf'), words: /扫描/ },
    { file: fixtureFile('locked.pdf'), words: /密码/ },
  ]) {
    await choose(page, file, '曾都区');
    await send(page);
    await expect(page).toHaveURL(/\/imports\/\d+$/);
    const refusal = page.getByText('这份文件没有读成').locator('..');
    await expect(refusal).toContainText(words, { timeout: 30_000 });
    await page.goto('/imports');
    const row = page.getByRole('table', { name: '导入记录' }).getByRole('row').nth(1);
    await expect(row).toContainText('无法读取');
  }
  const drafts = await page.getByRole('table', { name: '导入记录' }).getByRole('row').count();
  const large = testInfo.outputPath('清单.docx');
  writeFileSync(large, '');
  truncateSync(large, 51 * 1024 * 1024);
  for (const { file, words } of [
    { file: large, words: '超过 50 MB' },
    { file: { name: '空.docx', mimeType: '', buffer: Buffer.alloc(0) }, words: '“空.docx”是空文件' },
  ]) {
    await choose(page, fixtureFile('scanned.pdf'), '曾都区');
    await page.getByLabel('年份').fill('2029');
    await page.locator('input[type="file"]').setInputFiles(file);
    await expect(page.getByRole('alert').filter({ hasText: words })).toBeVisible();
    await expect(page.getByLabel('地区')).toHaveValue('zengdu');
    await expect(page.getByLabel('年份')).toHaveValue('2029');
  }
  await page.goto('/imports');
  await expect(page.getByRole('table', { name: '导入记录' }).getByRole('row')).toHaveCount(drafts);
  expect({ plans: await count(server, 'plan'), tasks: await count(server, 'task') }).toEqual(before);
});

/** A list of a region's own units, in which nothing is doubtful. */
async function longList(server: OwnServer, rows: number): Promise<Buffer> {
  const units = await server.query<{ name: string }>(
    "SELECT u.name FROM unit u JOIN region r ON r.id = u.region_id WHERE r.code = 'zengdu' AND u.parent_id IS NULL ORDER BY u.sort_order LIMIT 12",
  );
  const name = (index: number) => units[index % units.length]!.name;
  const lines = Array.from(
    { length: rows },
    (_, index) =>
      `<tr><td>${index + 1}</td><td>完成第${index + 1}批企业服务事项的梳理、公布和动态调整。</td><td>${name(index)}</td><td>${name(index + 1)}、${name(index + 2)}</td><td>2024年${(index % 12) + 1}月底</td></tr>`,
  );
  return Buffer.from(
    `<html><head><meta charset="utf-8"></head><body><h1>曾都区优化营商环境2024年重点任务清单</h1><table><tr><th>序号</th><th>重点任务</th><th>牵头单位</th><th>责任单位</th><th>完成时限</th></tr>${lines.join('')}</table></body></html>`,
  );
}

test('a server killed in mid-commit leaves the whole plan or nothing, and the draft as it was', async ({
  server,
  admin,
  signedIn,
  console: { expectError },
}) => {
  test.setTimeout(240_000);
  expectError(/ERR_[A-Z_]+|Failed to (load|fetch)|network error/i);
  const ROWS = 2000;
  const page = await signedIn(admin);
  await choose(page, { name: '长清单.html', mimeType: 'text/html', buffer: await longList(server, ROWS) }, '曾都区');
  await send(page);
  await expect(page.getByRole('progressbar')).toBeVisible();
  const draftId = await awaitReview(page);
  await expect(figure(page, '行')).toHaveText(/2000$/);
  await expect(figure(page, '待确认')).toHaveText(/0$/);

  const draft = async () =>
    (
      await server.query<{ status: string; version: number; rows: string }>(
        `SELECT d.status::text, d.version, (SELECT md5(string_agg(r::text, '|' ORDER BY r.position)) FROM import_row r WHERE r.draft_id = d.id) AS rows
           FROM import_draft d WHERE d.id = $1`,
        [draftId],
      )
    )[0]!;
  const writes = async () =>
    (
      await server.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()',
      )
    )[0]!.n;
  const held = { draft: await draft(), plans: await count(server, 'plan'), tasks: await count(server, 'task') };
  let unwritten = 0;
  for (const { what, most } of [
    { what: 'everything', most: 0 },
    { what: 'web', most: 400 },
    { what: 'everything', most: 1500 },
  ] as const) {
    await page.goto(`/imports/${draftId}`);
    await page.getByRole('button', { name: /^确认导入为草稿/ }).click({ noWaitAfter: true });
    await expect.poll(writes, { intervals: [5] }).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * most));
    await server.kill(what);
    await server.launch();
    const found = { draft: await draft(), plans: await count(server, 'plan'), tasks: await count(server, 'task') };
    if (found.draft.status === 'COMMITTED') {
      expect({ plans: found.plans, tasks: found.tasks }).toEqual({ plans: held.plans + 1, tasks: held.tasks + ROWS });
      break;
    }
    expect(found).toEqual(held);
    unwritten += 1;
  }
  expect(unwritten, 'kills that came before the end').toBeGreaterThan(0);
  if ((await draft()).status === 'REVIEW') {
    await page.goto(`/imports/${draftId}`);
    await commit(page);
  }
  expect(await count(server, 'task')).toBe(held.tasks + ROWS);
  const verified = command('verify-history', '--data', server.data);
  expect(verified.code, verified.text).toBe(0);
});
