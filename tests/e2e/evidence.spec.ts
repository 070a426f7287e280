// Files through the real server: what is not wanted is refused in words, what is taken is served inert, and what breaks off leaves nothing.

import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { strToU8, zipSync } from 'fflate';
import { PROGRAM } from '../support/hostile-files';
import { query } from './support/demo';
import { offered, uploaded } from './support/driving';
import { reportCard, sendProgress } from './support/ledger';
import { expect, test } from './support/test';

/** A refused upload is answered with a status of its own, which the browser reports. */
const REFUSED_NOISE = /Failed to load resource: the server responded with a status of 4(00|04|13)/;
const REPORTER = 'huarong.zhujian.reporter';
const HTML = '<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>';
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const GIF = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=', 'base64');
const MEGABYTE = 1024 * 1024;

const file = (name: string, content: string | Uint8Array) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
});

/** An open task of the reporter's unit, and somebody of the region whom it does not name. */
async function ownTask(): Promise<{ taskId: number; stranger: string }> {
  const [task] = await query<{ taskId: number; stranger: string }>(
    `SELECT t.id AS "taskId", s.username AS stranger
       FROM account a JOIN task_unit x ON x.unit_id = a.unit_id AND x.role = 'LEAD' JOIN task t ON t.id = x.task_id
       JOIN plan p ON p.id = t.plan_id AND p.slug = 'huarong-2023'
       JOIN unit u ON u.region_id = p.region_id JOIN account s ON s.unit_id = u.id AND s.roles = ARRAY['unit_reporter']::role[]
        AND NOT EXISTS (SELECT FROM task_units_as_of(ledger_today()) y WHERE y.task_id = t.id AND y.unit_id = s.unit_id)
      WHERE a.username = $1 AND t.state IN ('NOT_STARTED', 'IN_PROGRESS') ORDER BY t.sort_order, s.id LIMIT 1`,
    [REPORTER],
  );
  return task!;
}

async function rows(): Promise<number> {
  const [found] = await query<{ n: number }>('SELECT count(*)::int AS n FROM evidence');
  return found!.n;
}

/** Every file in the store, those on their way too. */
function stored(): string[] {
  const store = path.join(process.env.LEDGER_E2E_DATA!, 'evidence');
  return readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

const send = (page: Page, taskId: number, name: string, data: Buffer) =>
  page.request.post(`/api/evidence?${new URLSearchParams({ taskId: String(taskId), name })}`, {
    data,
    headers: { 'content-type': 'application/octet-stream', 'sec-fetch-site': 'same-origin' },
  });

test('what is not wanted is refused with its name and the reason, and nothing of it is kept', async ({
  signedIn,
  console: { expectError },
}) => {
  expectError(REFUSED_NOISE);
  const { taskId } = await ownTask();
  const page = await signedIn(REPORTER);
  // The store has its folders once something was put there.
  await send(page, taskId, '说明.txt', Buffer.from('鄂州市'));
  const before = { rows: await rows(), files: stored() };
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'ledger-large-'));
  try {
    const large = path.join(scratch, '现场视频截图.zip');
    writeFileSync(large, Buffer.alloc(51 * MEGABYTE));
    await page.goto(`/tasks/${taskId}`);
    const form = reportCard(page);
    const refused = [
      [file('页面.html', HTML), '网页（HTML）'],
      [file('图.svg', SVG), 'SVG 图形'],
      [file('图.png', SVG), 'SVG 图形'],
      [file('批复.pdf', PROGRAM), '可执行程序'],
      [file('附件.zip', Buffer.concat([PROGRAM, zipSync({ '1.txt': strToU8('1') })])), '可执行程序'],
      [file('空.pdf', ''), '空文件（0 字节）'],
    ] as const;
    await form.getByLabel('佐证材料文件').setInputFiles(refused.map(([one]) => one));
    for (const [{ name }, words] of refused)
      await expect(offered(form).filter({ hasText: name }).filter({ hasText: words })).toHaveCount(1);
    await form.getByLabel('佐证材料文件').setInputFiles(large);
    await expect(offered(form).filter({ hasText: '现场视频截图.zip' })).toContainText('超过 50 MB 的上限');
    await expect(uploaded(form)).toHaveText([/说明\.txt/]);
  } finally {
    rmSync(scratch, { recursive: true });
  }

  // Who does without the page meets the same.
  const answer = await send(page, taskId, '大文件.zip', Buffer.alloc(51 * MEGABYTE));
  expect(answer.status()).toBe(413);
  expect(((await answer.json()) as { message: string }).message).toContain('50 MB');
  expect(await rows()).toBe(before.rows);
  expect(stored()).toEqual(before.files);
});

test('what is taken is a file to save under its own name, which no browser runs', async ({ signedIn }) => {
  const { taskId } = await ownTask();
  const page = await signedIn(REPORTER);
  const polyglot = Buffer.concat([GIF, zipSync({ 'x.html': strToU8(HTML) })]);
  const long = `${'关于进一步优化营商环境的实施方案'.repeat(20)}.pdf`;
  const pdf = Buffer.from(
    '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%<script>alert(1)</script>\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n',
  );
  for (const [given, bytes, name] of [
    ['现场.gif', polyglot, '现场.gif'],
    ['../../etc/批复.pdf', pdf, '批复.pdf'],
    [long, pdf, null],
  ] as const) {
    const answer = await send(page, taskId, given, bytes);
    expect(answer.status(), given).toBe(201);
    const { evidence } = (await answer.json()) as { evidence: { id: string; title: string } };
    if (name) expect(evidence.title).toBe(name);
    else expect([...evidence.title].length, 'a long name is cut, its extension kept').toBeLessThan(300);
    const got = await page.request.get(`/api/evidence/${evidence.id}`);
    const headers = got.headers();
    expect(headers['content-disposition']).toBe(`attachment; filename*=UTF-8''${encodeURIComponent(evidence.title)}`);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain('sandbox');
    expect(await got.body()).toEqual(bytes);
  }
  await page.goto(`/tasks/${taskId}`);
  const own = uploaded(reportCard(page)).filter({ hasText: '批复.pdf' });
  const [download] = await Promise.all([page.waitForEvent('download'), own.getByRole('link').click()]);
  expect(download.suggestedFilename()).toBe('批复.pdf');
});

test('an upload that breaks off in the middle leaves no row and no file', async ({ baseURL, signedIn }) => {
  const { taskId } = await ownTask();
  const page = await signedIn(REPORTER);
  await send(page, taskId, '说明.txt', Buffer.from('鄂州市'));
  const before = { rows: await rows(), files: stored() };
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const { hostname, port, host } = new URL(baseURL!);
  const body = Buffer.alloc(20 * MEGABYTE, '鄂州');
  const socket = net.connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    [
      `POST /api/evidence?taskId=${taskId}&name=a.txt HTTP/1.1`,
      `Host: ${host}`,
      `Cookie: ${cookies}`,
      'Sec-Fetch-Site: same-origin',
      'Content-Type: application/octet-stream',
      `Content-Length: ${body.length}`,
      '\r\n',
    ].join('\r\n'),
  );
  socket.write(body.subarray(0, body.length / 2));
  await expect.poll(() => stored().length, 'the first half is on the disk').toBe(before.files.length + 1);
  socket.destroy();
  await expect.poll(stored).toEqual(before.files);
  expect(await rows()).toBe(before.rows);
});

test("another unit's evidence does not exist, whoever guesses its address", async ({ signedIn }) => {
  const { taskId, stranger } = await ownTask();
  const page = await signedIn(REPORTER);
  await page.goto(`/tasks/${taskId}`);
  const form = reportCard(page);
  const name = `验收意见${Date.now()}.gif`;
  await form.getByLabel('佐证材料文件').setInputFiles(file(name, GIF));
  await expect(uploaded(form).filter({ hasText: name })).toBeVisible();
  const [piece] = await query<{ id: string }>('SELECT id FROM evidence WHERE title = $1', [name]);
  const address = `/api/evidence/${piece!.id}`;
  const statusFor = async (who: string) => (await (await signedIn(who)).request.get(address)).status();
  expect(await statusFor('huarong.office'), 'what has not been sent is not the office’s').toBe(404);

  await form.getByLabel('进展情况').fill('施工许可全程网办，验收意见见附件。');
  await sendProgress(form.page()).click();
  await expect(page.getByRole('status')).toContainText('进展已提交。');
  expect(await statusFor('huarong.office')).toBe(200);
  for (const who of [stranger, 'zengdu.office', 'zengdu.admin']) expect(await statusFor(who), who).toBe(404);
  await expect(page.getByRole('region', { name: '进展与办结申请' }).getByRole('link', { name })).toBeVisible();
});

test('what is typed beside evidence and not yet saved goes with the report, or holds it back', async ({
  signedIn,
  console: { expectError },
}) => {
  expectError(REFUSED_NOISE);
  const { taskId } = await ownTask();
  const page = await signedIn(REPORTER);
  await page.goto(`/tasks/${taskId}`);
  const form = reportCard(page);
  const stamp = Date.now();
  const name = `批复${stamp}.gif`;
  await form.getByLabel('佐证材料文件').setInputFiles(file(name, GIF));
  const piece = uploaded(form).filter({ hasText: name });
  await piece.getByText('补充文号、发文单位、成文日期').click();
  await piece.getByLabel('文号').fill(`鄂州政发〔2023〕${stamp}号`);
  await form.getByText('添加网址').click();
  await form.getByLabel('网址', { exact: true }).fill('ftp://example.gov.cn/x');
  await form.getByLabel('网址的标题').fill(`公开页面${stamp}`);
  await form.getByLabel('进展情况').fill(`批复已印发并公开（${stamp}）。`);
  const count = async () =>
    (
      await query<{ n: number }>('SELECT count(*)::int AS n FROM report_version WHERE narrative LIKE $1', [
        `%${stamp}%`,
      ])
    )[0]!.n;
  await sendProgress(page).click();
  await expect(form.getByRole('alert').filter({ hasText: '还没有提交' })).toBeVisible();
  expect(await count()).toBe(0);

  await form.getByLabel('网址', { exact: true }).fill('https://example.gov.cn/open.html');
  await sendProgress(page).click();
  await expect(page.getByRole('status')).toContainText('进展已提交。');
  const named = await query<{ title: string; docNumber: string }>(
    `SELECT e.title, e.doc_number AS "docNumber" FROM report_version v JOIN evidence e ON e.id = ANY(v.evidence_ids)
      WHERE v.narrative LIKE $1 AND e.title LIKE $1 ORDER BY e.kind`,
    [`%${stamp}%`],
  );
  expect(named).toEqual([
    { title: name, docNumber: `鄂州政发〔2023〕${stamp}号` },
    { title: `公开页面${stamp}`, docNumber: '' },
  ]);
});

test('cells of a spreadsheet pasted into a text field stay text, a picture alone becomes evidence', async ({
  signedIn,
}) => {
  const { taskId } = await ownTask();
  const page = await signedIn(REPORTER);
  await page.goto(`/tasks/${taskId}`);
  const form = reportCard(page);
  await expect(form.getByRole('button', { name: '选择文件' })).toBeVisible();
  const before = await offered(form).count();
  const paste = (text: string | null) =>
    form.getByLabel('进展情况').evaluate(
      (field, [words, bytes]) => {
        const data = new DataTransfer();
        if (words !== null) data.setData('text/plain', words);
        data.items.add(new window.File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], 'image.gif'));
        return field.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
        );
      },
      [text, GIF.toString('base64')] as const,
    );
  expect(await paste('办件量\t128'), 'left to the browser').toBe(true);
  expect(await offered(form).count()).toBe(before);
  expect(await paste(null)).toBe(false);
  await expect(uploaded(form).filter({ hasText: 'image.gif' })).toHaveCount(1);
  await form.getByRole('button', { name: '移除 image.gif' }).click();
  await expect(uploaded(form).filter({ hasText: 'image.gif' })).toHaveCount(0);
});

test('a piece left out stays left out after a reload, and the same file is one piece', async ({ signedIn }) => {
  const { taskId } = await ownTask();
  const page = await signedIn(REPORTER);
  await page.goto(`/tasks/${taskId}`);
  const form = reportCard(page);
  const name = `样张${Date.now()}.gif`;
  const piece = uploaded(form).filter({ hasText: name });
  await form.getByLabel('佐证材料文件').setInputFiles(file(name, GIF));
  await expect(piece).toHaveCount(1);
  await form.getByLabel('佐证材料文件').setInputFiles(file(name, GIF));
  await expect(form.getByText('没有重复添加')).toBeVisible();
  await expect(piece).toHaveCount(1);
  await piece.getByRole('checkbox').uncheck();
  await page.reload();
  await expect(piece.getByRole('checkbox')).not.toBeChecked();
  await form.getByRole('button', { name: `移除 ${name}` }).click();
  await expect(piece).toHaveCount(0);
});

test('an upload that has not come through holds the send until it is tried again or cleared', async ({
  signedIn,
  console: { expectError },
}) => {
  expectError(/net::ERR_FAILED/);
  const { taskId } = await ownTask();
  const page = await signedIn(REPORTER);
  await page.goto(`/tasks/${taskId}`);
  const form = reportCard(page);
  const held = await rows();
  await page.route('**/api/evidence?*', (route) => route.abort());
  await form.getByLabel('佐证材料文件').setInputFiles(file('断网.gif', GIF));
  await expect(offered(form).filter({ hasText: '断网.gif' })).toContainText('网络中断');
  await form.getByLabel('进展情况').fill('已办结，验收材料见附件。');
  await sendProgress(page).click();
  await expect(form.getByRole('alert')).toContainText('还有文件没有传成功');
  await expect(page).toHaveURL(`/tasks/${taskId}`);
  // Leaving is asked about, and may be given up.
  page.once('dialog', (dialog) => void dialog.dismiss());
  await page.getByRole('link', { name: '任务台账' }).first().click();
  await expect(page).toHaveURL(`/tasks/${taskId}`);
  await page.unroute('**/api/evidence?*');
  await form.getByRole('button', { name: '重试上传 断网.gif' }).click();
  await expect(form.getByRole('alert')).toHaveCount(0);
  await form.getByRole('button', { name: '移除 断网.gif' }).click();
  await expect(uploaded(form).filter({ hasText: '断网.gif' })).toHaveCount(0);
  expect(await rows()).toBe(held + 1);
});
