// What it takes to drive a list through its year: a server with a mail server beside it, its days, its people, and the steps they take on its pages.
import XLSX from '@e965/xlsx';
import type { Browser, Locator, Page } from '@playwright/test';
import { firstSignIn } from './accounts';
import type { DemoAccount } from './demo';
import { reportCard } from './ledger';
import { MailServer } from './mail-server';
import { test as base, expect, withPage } from './own-server';
import { commandWith, type OwnServer, type Settings } from './server';
import { signIn } from './test';

export const UNIT = '市市场监管局';

/** Account, name, role and unit of each, as an office would list them. */
const ROWS = {
  officer: ['ezhou.wang', '王科员', '优化办工作人员', ''],
  checker: ['ezhou.li', '李科长', '优化办工作人员', ''],
  leader: ['ezhou.zhou', '周主任', '领导', ''],
  reporter: ['scjg.chen', '陈填报', '填报员', UNIT],
  head: ['scjg.liu', '刘局长', '单位负责人', UNIT],
} as const;
export type Person = keyof typeof ROWS;
export const PEOPLE = Object.keys(ROWS) as Person[];
export const mailOf = (person: Person): string => `${ROWS[person][0]}@example.gov.cn`;

/** Makes the accounts from a table, as the admin does, and gives each a password of its own. */
async function makePeople(server: OwnServer, browser: Browser, admin: DemoAccount) {
  const table = ['用户名,姓名,角色,单位,邮箱', ...PEOPLE.map((one) => [...ROWS[one], mailOf(one)].join(','))];
  const passwords = await withPage(server, browser, async (page) => {
    await signIn(page, admin);
    await page.goto('/admin/accounts/import');
    await expect(page.getByRole('combobox', { name: '地区' }).locator('option:checked')).toHaveText('鄂州市');
    await page
      .getByLabel('账号表格')
      .setInputFiles({ name: '账号.csv', mimeType: 'text/csv', buffer: Buffer.from(table.join('\n')) });
    await page.getByRole('button', { name: '上传并核对' }).click();
    await page.getByRole('button', { name: `确认新建 ${PEOPLE.length} 个账号` }).click();
    const issued = page.getByRole('region', { name: '新密码' }).getByRole('row');
    await expect(issued).toHaveCount(PEOPLE.length + 1);
    return Promise.all(PEOPLE.map((one) => issued.filter({ hasText: ROWS[one][0] }).getByRole('code').textContent()));
  });
  const people = {} as Record<Person, DemoAccount>;
  for (const [index, person] of PEOPLE.entries()) {
    const given = {
      username: ROWS[person][0],
      password: passwords[index]!,
      role: 'office',
      unit: null,
      region: 'ezhou',
    };
    people[person] = await withPage(server, browser, (page) => firstSignIn(page, given as DemoAccount));
  }
  return people;
}

type DrivingFixtures = { mails: MailServer; days: Days; people: Record<Person, DemoAccount> };

/** On a server without scheduled work: what a morning brings, a test asks for. */
export const test = base.extend<object, DrivingFixtures>({
  mails: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern
    async ({}, use) => {
      const mails = await MailServer.start();
      await use(mails);
      await mails.stop();
    },
    { scope: 'worker' },
  ],

  settings: [
    async ({ mails }, use) => {
      await use({
        LEDGER_JOBS: 'off',
        LEDGER_SMTP_URL: mails.url,
        LEDGER_MAIL_FROM: '改革任务台账 <ledger@example.gov.cn>',
      });
    },
    { scope: 'worker' },
  ],

  days: [
    async ({ server, settings }, use) => {
      await use(new Days(server, settings));
    },
    { scope: 'worker' },
  ],

  people: [
    async ({ server, admin, browser }, use) => {
      await use(await makePeople(server, browser, admin));
    },
    { scope: 'worker', timeout: 90_000 },
  ],
});

export { expect };

/** The ledger's days: the test says which one it is, and when its daily run takes place. */
export class Days {
  constructor(
    private readonly server: OwnServer,
    private readonly settings: Settings,
  ) {}

  /** It is this day from now on; nothing has been run yet. */
  async begin(day: string): Promise<void> {
    await this.server.asOwner(
      "INSERT INTO setting (key, value) VALUES ('simulated_today', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      [day],
    );
  }

  /** The daily run of the day it is; what it says. */
  async run(): Promise<string> {
    const done = await commandWith(this.settings, 'jobs', 'run', 'daily', '--data', this.server.data);
    expect(done.code, done.text).toBe(0);
    return done.text;
  }

  /** A new day with its daily run. */
  async morning(day: string): Promise<string> {
    await this.begin(day);
    return this.run();
  }
}

export type ListedTask = { id: number; seq: number; text: string };

/** Tasks of the city's list by their numbers. */
export async function listedTasks(server: OwnServer): Promise<ListedTask[]> {
  return server.query<ListedTask>(
    "SELECT t.id, t.seq, t.text FROM task t JOIN plan p ON p.id = t.plan_id WHERE p.slug = 'ezhou-2022' ORDER BY t.sort_order",
  );
}

/** The workbook an office kept by hand: these tasks are done since a day. */
export function workbookOf(tasks: readonly ListedTask[], doneOn: string) {
  const rows = [
    ['序号', '任务内容', '完成时限', '完成情况', '实际完成时间'],
    ...tasks.map(({ seq, text }) => [seq, text, '', '已完成', doneOn]),
  ];
  const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet(rows), '台账');
  return {
    name: '2022年4月台账.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: Buffer.from(XLSX.write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array),
  };
}

type File = { name: string; mimeType: string; buffer: Buffer };

/** Files under a form: on their way, refused, or there. */
export const offered = (form: Locator): Locator =>
  form.getByRole('list', { name: '已上传的佐证材料' }).getByRole('listitem');
/** Those that are there. */
export const uploaded = (form: Locator): Locator =>
  offered(form).filter({ has: form.page().getByRole('button', { name: /^移除/ }) });

/** A real picture: the page as it looks. */
export async function photoOf(page: Page, name: string): Promise<File> {
  return { name, mimeType: 'image/png', buffer: await page.screenshot() };
}

/** Gives files to an element as pasting or dropping does. */
async function handOver(target: Locator, files: readonly File[], how: 'paste' | 'drop'): Promise<void> {
  const given = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') }));
  await target.evaluate(
    (element, [list, kind]) => {
      const data = new DataTransfer();
      for (const { name, mimeType, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new window.File([bytes], name, { type: mimeType }));
      }
      const event =
        kind === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      element.dispatchEvent(event);
    },
    [given, how] as const,
  );
}
export const paste = (field: Locator, ...files: File[]): Promise<void> => handOver(field, files, 'paste');
export const drop = (target: Locator, ...files: File[]): Promise<void> => handOver(target, files, 'drop');

type Report = {
  task: ListedTask;
  narrative: string;
  percent?: number;
  kind?: 'PROGRESS' | 'RESULT';
  /** Label of the cycle, where it is not the one the form opens with. */
  cycle?: string;
  attach?: (form: Locator) => Promise<void>;
};

/** A reporter whose head signs writes a report and lays it before the head. */
export async function layBeforeHead(page: Page, { task, narrative, percent, kind, cycle, attach }: Report) {
  await page.goto(`/tasks/${task.id}`);
  const form = reportCard(page);
  if (cycle) {
    await form.getByRole('link', { name: cycle, exact: true }).click();
    await expect(form).toContainText(`${cycle}周期`);
  }
  if (percent !== undefined) await form.getByLabel('完成程度').fill(String(percent));
  await form.getByLabel('进展情况').fill(narrative);
  await attach?.(form);
  await form.getByRole('button', { name: kind === 'RESULT' ? '申请办结，送负责人签发' : '提交单位负责人签发' }).click();
  await expect(page.getByRole('status')).toContainText('已提交单位负责人，签发后才算上报。');
}

/** The head signs the one paper with these words. */
export async function signPaper(page: Page, words: string): Promise<void> {
  await page.goto('/papers');
  const paper = page.getByRole('article').filter({ hasText: words });
  await paper.getByRole('button', { name: '签发', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('已签发，材料已从本单位上报。');
  await expect(paper).toHaveCount(0);
}

/** A slip for the one task under a tier: drafted by one, checked by another, issued by the first. Its number and its page. */
export async function issueSlip(
  drafter: Page,
  checker: Page,
  { tier, task, title }: { tier: string; task: ListedTask; title: string },
): Promise<{ href: string; number: string }> {
  await drafter.goto('/slips/new');
  const tiers = drafter.getByRole('table');
  const column = (await tiers.getByRole('columnheader').allTextContents()).indexOf(tier);
  await tiers
    .getByRole('row')
    .filter({ hasText: UNIT })
    .getByRole('cell')
    .nth(column - 1)
    .getByRole('link')
    .click();
  await expect(drafter.getByRole('heading', { level: 1 })).toHaveText(`拟督办单：${UNIT}`);
  for (const box of await drafter.getByRole('checkbox', { name: /^选择第/, disabled: false }).all())
    await box.setChecked(false);
  await drafter.getByRole('checkbox', { name: `选择第 ${task.seq} 项`, exact: true }).check();
  await drafter.getByLabel('标题').fill(title);
  await drafter.getByRole('button', { name: '提交审核' }).click();
  await expect(drafter.getByRole('status')).toContainText('已拟稿，等待其他工作人员审核。');
  const href = new URL(drafter.url()).pathname;
  await expect(drafter.getByRole('button', { name: '审核通过' })).toHaveCount(0);

  await checker.goto(href);
  await checker.getByRole('button', { name: '审核通过' }).click();
  await expect(checker.getByRole('status')).toContainText('已审核，等待签发。');
  await drafter.goto(href);
  await drafter.getByRole('button', { name: '签发', exact: true }).click();
  await expect(drafter.getByRole('status')).toContainText('已签发并编号');
  const heading = await drafter.getByRole('heading', { level: 1 }).textContent();
  const number = /^(\S+号) /.exec(heading!)?.[1];
  expect(heading).toBe(`${number} ${tier}`);
  return { href, number: number! };
}

/** The words of each entry of a task's history, the oldest first. */
export async function historyWords(page: Page): Promise<string[]> {
  const entries = page.getByRole('region', { name: '全程留痕' }).locator('li strong');
  return (await entries.allTextContents()).reverse();
}

/** The rows a page shows, as text, for comparing a day of the past with itself. */
export async function shownAt(page: Page, address: string): Promise<string[]> {
  await page.goto(address);
  const rows = page.getByRole('main').getByRole('row');
  await expect(rows.first()).toBeVisible();
  return rows.allTextContents();
}
